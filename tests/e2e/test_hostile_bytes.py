"""Any bytes on the socket get a clean refusal or a time-out, and the next client is served."""

import json
import resource
import socket

import pytest

from jeton import AUTHORIZATION, MONITOR


def talk(server, data, timeout=20):
    """Sends bytes on a fresh connection and reads until the server closes it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := client.recv(65536):
            received += chunk
        return received


def status_of(received):
    return int(received.split(b" ", 2)[1]) if received else None


def request(method="POST", path=AUTHORIZATION + "/grant", body=b"", headers=()):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Authorization: Bearer SYSTEM//PumpStation", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *headers]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@pytest.mark.parametrize(
    "sent, statuses",
    [
        (b"nonsense\r\n\r\n", {400}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, {400, None}),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", {505, 400}),
        (b"GET / HTTP/1.1\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", {400}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {400}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", {400, 501}),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", {400}),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {414, 431, 400}),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\n"
            + b"".join(b"X-%d: %s\r\n" % (i, b"v" * 100) for i in range(1000))
            + b"\r\n",
            {431},
        ),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", {413}),
        (b"GET /a\x00b HTTP/1.1\r\nHost: a\r\n\r\n", {400}),
    ],
)
def test_malformed_http(server, sent, statuses):
    received = talk(server, sent)
    assert status_of(received) in statuses, received[:200]
    if received:
        body = json.loads(received.split(b"\r\n\r\n", 1)[1])
        assert body["errorCode"] == status_of(received) and body["errorMessage"]
        assert b"x-request-id" in received.lower()
    assert server.client().get(MONITOR + "/echo").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"target":"\xc3\x28"}',
        b'{"target":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"defaultPolicy":' + b"[" * 500 + b"]" * 500 + b"}",
        b"1e999999999",
        b'{"targetType":{"a":1}}',
        b"\x00" * 1000,
    ],
)
def test_malformed_json(server, body):
    received = talk(server, request(body=body, headers=["Connection: close"]))
    assert status_of(received) == 400, received[:200]
    assert json.loads(received.split(b"\r\n\r\n", 1)[1])["exceptionType"] == "INVALID_PARAMETER"


def test_pipelined_requests_are_answered_in_order(server):
    server.client("PumpStation").grant()
    verify = json.dumps(
        {"provider": "PumpStation", "consumer": "R", "targetType": "SERVICE_DEF", "target": "flowRate"}
    ).encode()
    requests = b""
    for i in range(20):
        requests += (
            request("GET", MONITOR + "/echo", headers=[f"X-Request-Id: e{i}"])
            if i % 3
            else request(path=AUTHORIZATION + "/verify", body=verify, headers=[f"X-Request-Id: v{i}"])
        )
        if i % 5 == 0:  # waits for its commit, the next must not overtake it
            grant = json.dumps(
                {"targetType": "SERVICE_DEF", "target": f"t{i}", "defaultPolicy": {"policyType": "ALL"}}
            ).encode()
            requests += request(body=grant, headers=[f"X-Request-Id: g{i}"])
    received = talk(server, requests)
    ids = [
        line.split(b": ")[1].decode() for line in received.split(b"\r\n") if line.lower().startswith(b"x-request-id")
    ]
    expected = []
    for i in range(20):
        expected.append(f"e{i}" if i % 3 else f"v{i}")
        if i % 5 == 0:
            expected.append(f"g{i}")
    assert ids == expected


def test_a_slow_sender_is_timed_out(start):
    server = start("--set", "http.limits.request=1s", "--set", "http.limits.idle=2s")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        received = client.recv(65536)
        assert status_of(received) == 408
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as idle:
        assert idle.recv(10) == b"", "an idle connection is closed without a word"


def test_ten_thousand_idle_connections(start):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 10_000
    if hard != resource.RLIM_INFINITY and hard < wanted + 500:
        wanted = hard - 500
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(wanted + 400, hard) if hard != resource.RLIM_INFINITY else wanted + 400, hard)
    )
    server = start("--set", "http.limits.connections=11000")
    idle = []
    try:
        for _ in range(wanted):
            idle.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
        assert server.client().get(MONITOR + "/echo").status == 200
        line = next(
            line
            for line in server.client(None).get("/metrics").text.splitlines()
            if line.startswith("jeton_http_connections ")
        )
        assert float(line.split()[1]) >= wanted
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert server.client().get(MONITOR + "/echo").status == 200


def test_connections_past_the_limit_get_a_503(start):
    server = start("--set", "http.limits.connections=3")
    held = [server.client() for _ in range(3)]
    assert [client.get(MONITOR + "/echo").status for client in held] == [200] * 3
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(request("GET", MONITOR + "/echo"))
        assert status_of(client.recv(65536)) == 503
    assert held[0].get(MONITOR + "/echo").status == 200


def test_the_connection_goes_on_after_a_very_large_answer(server):
    client = server.client("Any")
    requirement = {"k": "x" * 1_048_300}
    assert client.grant(policy={"policyType": "SYS_METADATA", "policyMetadataRequirement": requirement}).status == 201
    for _ in range(3):
        assert client.get(MONITOR + "/echo").status == 200
        found = client.post(AUTHORIZATION + "/lookup", {"cloudIdentifiers": ["LOCAL"]})
        assert found.json["entries"][0]["defaultPolicy"]["policyMetadataRequirement"] == requirement
