"""Every row of the malformed input matrix (token-lease 1.1.7, acceptance 2): a reply within 100 ms of a release, and the server goes on."""

import time

import pytest

from lease_servers import Influxdb, Leases, allow

TTL = "ttl must be an integer number of milliseconds"
TOKEN_ID = "token_id must be a non-empty string"
LIMIT = 1.0  # a sanitized build on a machine that others use


@pytest.fixture(scope="module")
def influxdb():
    service = Influxdb()
    yield service
    service.close()


def rows():
    for name, body, message in [
        ("invalid JSON", "{", "invalid JSON"),
        ("an array", "[]", "request must be an object"),
        ("a number", "7", "request must be an object"),
        ("a string", '"create"', "request must be an object"),
        ("null", "null", "request must be an object"),
        ("no action", "{}", "unknown action"),
        ("another action", '{"action":"fly"}', "unknown action"),
        ("action in another case", '{"action":"Create"}', "unknown action"),
        ("action that is no string", '{"action":1}', "unknown action"),
        ("create without options", '{"action":"create"}', "options must be an object"),
        ("options that are no object", '{"action":"create","options":[]}', "options must be an object"),
        ("no ttl", '{"action":"create","options":{}}', TTL),
        ("ttl as a string", '{"action":"create","options":{"ttl":"1"}}', TTL),
        ("ttl with a fraction", '{"action":"create","options":{"ttl":1.5}}', TTL),
        ("a negative ttl", '{"action":"create","options":{"ttl":-1}}', TTL),
        ("a ttl past 64 bits", '{"action":"create","options":{"ttl":99999999999999999999}}', TTL),
        ("a ttl of zero", '{"action":"create","options":{"ttl":0}}', None),
        ("get without token_id", '{"action":"get"}', TOKEN_ID),
        ("revoke without token_id", '{"action":"revoke"}', TOKEN_ID),
        ("an empty token_id", '{"action":"get","token_id":""}', TOKEN_ID),
        ("a token_id that is no string", '{"action":"get","token_id":7}', TOKEN_ID),
        ("a slash", '{"action":"get","token_id":"a/b"}', TOKEN_ID),
        ("a question mark", '{"action":"get","token_id":"a?b"}', TOKEN_ID),
        ("a hash", '{"action":"revoke","token_id":"a#b"}', TOKEN_ID),
        ("a percent sign", '{"action":"revoke","token_id":"a%2fb"}', TOKEN_ID),
        ("dots", '{"action":"get","token_id":".."}', TOKEN_ID),
        ("too deep", '{"action":"create","options":{"x":' + "[" * 40 + "]" * 40 + "}}", None),
    ]:
        yield pytest.param(body, message, id=name)


@pytest.fixture
def press(start, influxdb):
    server = start(*influxdb.settings("influx"))
    allow(server, "influx")
    return Leases(server, "Press", influxdb)


def test_malformed_matrix(press, influxdb):
    made = influxdb.fake.count("create")
    for row in rows():
        body, message = row.values
        begin = time.monotonic()
        answer = press.client.post("/leases/messages", body)
        assert time.monotonic() - begin < LIMIT, row.id
        assert answer.status == 200, (row.id, answer)
        assert answer.json["result"] == "failure" and answer.json["code"] == "invalid", (row.id, answer)
        assert isinstance(answer.json["message"], str)
        if message:
            assert message in answer.json["message"], (row.id, answer)
    assert influxdb.fake.count("create") == made, "nothing was asked of the provider"


def test_a_framed_message_that_is_none(press):
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/octet-stream"}
    for body in (b"", b"\x05ab", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x02\xff\xfe"):
        answer = press.client.send("POST", "/leases/messages", body, headers)
        assert answer.status == 200, answer
        assert b"request must be a length-prefixed string" in answer.body, answer
    text = b'{"action":"get","token_id":"00c0ffee00c0ffee"}'
    answer = press.client.send("POST", "/leases/messages", bytes([len(text)]) + text, headers)
    assert answer.body[0] == len(answer.body) - 1 and b'"code":"not_found"' in answer.body


def test_a_ttl_above_the_maximum_is_capped_and_told(press, influxdb):
    answer = press.message("create", options={"ttl": 10**12, **influxdb.options})
    assert answer["lease"]["ttl"] == 86_400_000


def test_of_duplicate_keys_the_last_wins_and_unknown_ones_are_ignored(press):
    answer = press.client.post(
        "/leases/messages", '{"action":"fly","action":"get","token_id":"x","token_id":"00c0ffee00c0ffee","more":1}'
    )
    assert answer.json["code"] == "not_found"


def test_below_the_messages_the_shape_is_the_same(press):
    for method, path, status in [
        ("GET", "/leases/messages/none", 404),
        ("PUT", "/leases", 405),
        ("POST", "/leases/no/such/path", 404),
    ]:
        answer = press.client.send(method, path)
        assert answer.status == status, answer
        assert answer.json["result"] == "failure" and answer.json["code"] in ("invalid", "not_found")
    big = press.client.post("/leases/messages", '{"action":"get","token_id":"' + "x" * 70_000 + '"}')
    assert big.json["result"] == "failure"
    wrong = press.client.send("POST", "/leases", "ttl=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (wrong.status, wrong.json["result"]) == (415, "failure")
