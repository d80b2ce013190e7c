"""The blacklist filter, row by row of arrowhead-authorization 9.5 (item 65 of 15.9), over HTTP and HTTPS."""

import subprocess

import pytest

from fake_cloud import Blacklist, ServiceRegistry, eventually

ECHO = "/consumerauthorization/monitor/echo"


@pytest.fixture
def cloud():
    registry, blacklist = ServiceRegistry(), Blacklist()
    registry.offer("Blacklist", "blacklistDiscovery", blacklist.interface())
    yield registry, blacklist
    registry.close()
    blacklist.close()


def filtered(start, registry, *more):
    return start(
        "--set",
        f"arrowhead.service-registry.url={registry.url}",
        "--set",
        "identity.blacklist.filter=true",
        "--set",
        "identity.blacklist.remember=300ms",
        *more,
    )


def call(server, name):
    return server.client(name).get(ECHO)


def test_listed_is_403_and_others_continue(start, cloud):
    registry, blacklist = cloud
    blacklist.listed.add("BadReader")
    server = filtered(start, registry)
    answer = call(server, "BadReader")
    assert (answer.status, answer.json["exceptionType"]) == (403, "FORBIDDEN")
    assert "BadReader" in answer.text
    assert "origin" not in answer.json
    assert call(server, "FlowReader").status == 200
    (request,) = blacklist.seen("/blacklist/check/FlowReader", "GET")
    assert request.key == "SYSTEM//ConsumerAuthorization"


def test_sysops_the_blacklist_and_excluded_systems_skip(start, cloud):
    registry, blacklist = cloud
    names = ["Blacklist", "ServiceRegistry", "Authentication", "ConsumerAuthorization", "DynamicServiceOrchestration"]
    blacklist.listed.update(names + ["Sysop"])
    server = filtered(start, registry)
    for name in names + ["Sysop", "sysop", "service-registry"]:
        assert call(server, name).status == 200, name
    assert blacklist.requests == []


def test_the_exclude_list_can_be_another_one(start, cloud):
    registry, blacklist = cloud
    blacklist.listed.update(["FlowReader", "ServiceRegistry"])
    server = filtered(start, registry, "--set", "identity.blacklist.exclude=flow-reader")
    assert call(server, "FlowReader").status == 200
    assert call(server, "ServiceRegistry").status == 403


def test_it_guards_management_and_echo_but_not_the_pages_without_identity(start, cloud):
    registry, blacklist = cloud
    blacklist.listed.add("BadReader")
    server = filtered(start, registry, "--set", "identity.management.filter=false")
    answer = server.client("BadReader").get("/consumerauthorization/general/mgmt/get-config?keys=max.page.size")
    assert answer.status == 403
    assert server.client("BadReader").grant().status == 403
    assert server.client(None).get("/livez").status == 200


@pytest.mark.parametrize("force", ["true", "false"])
@pytest.mark.parametrize("status, kind", [(401, "AUTH"), (403, "FORBIDDEN")])
def test_refusals_of_the_question_are_passed_on(start, cloud, force, status, kind):
    registry, blacklist = cloud
    body = b'{"errorMessage":"its word","errorCode":%d,"exceptionType":"%s"}' % (status, kind.encode())
    blacklist.raw_answers["/blacklist/check/FlowReader"] = (status, body)
    server = filtered(start, registry, "--set", f"identity.blacklist.force={force}")
    answer = call(server, "FlowReader")
    assert (answer.status, answer.json["exceptionType"]) == (status, kind)
    assert "its word" in answer.text


@pytest.mark.parametrize("force, status", [("true", 403), ("false", 200)])
@pytest.mark.parametrize("trouble", ["error", "nonsense", "huge", "not offered", "away"])
def test_without_an_answer_force_decides(start, cloud, force, status, trouble):
    registry, blacklist = cloud
    path = "/blacklist/check/FlowReader"
    if trouble == "error":
        blacklist.raw_answers[path] = (500, b"")
    elif trouble == "nonsense":
        blacklist.raw_answers[path] = (200, b'{"listed":false}')
    elif trouble == "huge":
        blacklist.raw_answers[path] = (200, b" " * 2_000_000)
    elif trouble == "not offered":
        registry.withdraw("Blacklist", "blacklistDiscovery")
    else:
        blacklist.close()
    server = filtered(start, registry, "--set", f"identity.blacklist.force={force}")
    for _ in range(10):
        answer = call(server, "FlowReader")
        assert answer.status == status, answer
    assert call(server, "Sysop").status == 200


def test_an_outage_ends_by_itself(start, cloud):
    registry, blacklist = cloud
    server = filtered(start, registry)
    assert call(server, "FlowReader").status == 200
    blacklist.close()
    eventually(lambda: call(server, "FlowReader").status == 403)
    back = Blacklist(blacklist.port)
    try:
        eventually(lambda: call(server, "FlowReader").status == 200, 20)
    finally:
        server.stop()
        back.close()


def test_a_blacklist_that_moved_is_found_again(start, cloud):
    registry, blacklist = cloud
    server = filtered(start, registry)
    assert call(server, "FlowReader").status == 200
    blacklist.close()
    moved = Blacklist()
    registry.offer("Blacklist", "blacklistDiscovery", moved.interface())
    try:
        eventually(lambda: call(server, "FlowReader").status == 200 and moved.requests, 20)
    finally:
        server.stop()
        moved.close()


def test_a_change_is_seen_once_the_answer_is_forgotten(start, cloud):
    registry, blacklist = cloud
    server = filtered(start, registry)
    assert call(server, "FlowReader").status == 200
    blacklist.listed.add("FlowReader")
    eventually(lambda: call(server, "FlowReader").status == 403, 5)


@pytest.fixture
def certificates(data):
    """An authority and a certificate of 127.0.0.1 that it signed."""
    data.mkdir(exist_ok=True)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    ca, ca_key, key, request, certificate = (
        str(data / name) for name in ("ca.pem", "ca.key", "peer.key", "peer.csr", "peer.pem")
    )
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca_key, "-out", ca, "-days", "2", "-subj", "/CN=test authority")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=neighbour")
    extensions = data / "peer.ext"
    extensions.write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-extfile", str(extensions), "-out", certificate)  # fmt: skip
    return ca, (certificate, key)


def test_over_https_with_an_authority_of_the_cloud(start, certificates):
    ca, peer = certificates
    registry, blacklist = ServiceRegistry(tls=peer), Blacklist(tls=peer)
    registry.offer("Blacklist", "blacklistDiscovery", blacklist.interface())
    blacklist.listed.add("BadReader")
    try:
        server = filtered(start, registry, "--set", f"arrowhead.ca={ca}")
        assert call(server, "FlowReader").status == 200
        assert call(server, "BadReader").status == 403
        eventually(lambda: len(registry.of("ConsumerAuthorization")) == 5)
        server.stop()
    finally:
        registry.close()
        blacklist.close()


def test_a_neighbour_that_nobody_vouches_for_is_told_nothing(start, certificates):
    _, peer = certificates
    registry = ServiceRegistry(tls=peer)
    try:
        server = filtered(start, registry)
        answer = call(server, "FlowReader")
        assert (answer.status, answer.json["exceptionType"]) == (403, "FORBIDDEN")
        assert registry.requests == []
        eventually(lambda: "certificate" in server.client(None).get("/readyz").text)
        server.stop()
    finally:
        registry.close()
