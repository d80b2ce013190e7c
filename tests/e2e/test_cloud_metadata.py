"""Policies that ask for a consumer's metadata ask the ServiceRegistry (arrowhead-authorization 6.6)."""

import json
import time

import pytest

from fake_cloud import ServiceRegistry, eventually

NORTH = {"policyType": "SYS_METADATA", "policyMetadataRequirement": {"zone": "north"}}


@pytest.fixture
def registry():
    fake = ServiceRegistry()
    fake.systems["NorthReader"] = {"metadata": {"zone": "north"}}
    fake.systems["SouthReader"] = {"metadata": {"zone": "south"}}
    fake.systems["BareReader"] = {"metadata": None}
    yield fake
    fake.close()


@pytest.fixture
def server(start, registry):
    server = start("--set", f"arrowhead.service-registry.url={registry.url}")
    assert server.client("FlowProvider").grant(policy=NORTH).status == 201
    eventually(lambda: len(registry.of("ConsumerAuthorization")) == 5)
    return server


def may(server, consumer):
    answer = server.client("FlowProvider").verify(consumer=consumer)
    assert answer.status == 200, answer
    return answer.json


def asked(registry, consumer):
    return [r for r in registry.seen("/system-discovery/lookup") if consumer in r.json["systemNames"]]


def test_metadata_admits_and_denies(server, registry):
    assert may(server, "NorthReader") is True
    assert may(server, "SouthReader") is False
    assert may(server, "BareReader") is False
    assert may(server, "Stranger") is False


def test_the_question_is_that_of_6_6(server, registry):
    may(server, "NorthReader")
    (request,) = asked(registry, "NorthReader")
    assert (request.method, request.query) == ("POST", "verbose=false")
    assert request.json == {
        "systemNames": ["NorthReader"],
        "addresses": None,
        "addressType": None,
        "metadataRequirementList": None,
        "versions": None,
        "deviceNames": None,
    }


def test_answers_are_remembered_and_then_asked_for_anew(start, registry):
    server = start(
        "--set",
        f"arrowhead.service-registry.url={registry.url}",
        "--set",
        "arrowhead.remember-metadata=1s",
    )
    assert server.client("FlowProvider").grant(policy=NORTH).status == 201
    for _ in range(20):
        assert may(server, "NorthReader") is True
    assert len(asked(registry, "NorthReader")) <= 2
    registry.systems["NorthReader"] = {"metadata": {"zone": "south"}}
    eventually(lambda: may(server, "NorthReader") is False, 5)


def test_a_token_is_generated_after_metadata(server, registry):
    assert server.client("NorthReader").generate("FlowProvider").status == 201
    assert server.client("SouthReader").generate("FlowProvider").status == 403


@pytest.mark.parametrize("answer", [(500, b"x"), (200, b"[]"), (200, b'{"entries":7}'), (200, b'{"entries":[' * 400)])
def test_whatever_goes_wrong_denies_and_the_request_does_not_fail(server, registry, answer):
    registry.raw_answers["/serviceregistry/system-discovery/lookup"] = answer
    assert may(server, "NorthReader") is False
    registry.raw_answers.clear()
    assert may(server, "NorthReader") is True, "a failure is not remembered"


def test_an_outage_denies_these_policies_only_loses_nothing_and_ends_alone(server, registry):
    provider = server.client("FlowProvider")
    assert provider.grant(target="pressure").status == 201
    port = registry.port
    registry.close()
    eventually(lambda: may(server, "NorthReader") is False)
    for _ in range(50):
        begin = time.monotonic()
        assert may(server, "NorthReader") is False
        assert time.monotonic() - begin < 5
    answer = provider.verify(target="pressure", consumer="Anybody")
    assert (answer.status, answer.json) == (200, True)
    back = ServiceRegistry(port)
    back.systems["NorthReader"] = {"metadata": {"zone": "north"}}
    try:
        eventually(lambda: may(server, "NorthReader") is True, 30)
    finally:
        server.stop()
        back.close()


def test_a_registry_that_never_answers_slows_nobody_else(server, registry):
    provider = server.client("FlowProvider")
    assert provider.grant(target="pressure").status == 201
    registry.hang.set()
    import threading

    threads = [threading.Thread(target=may, args=(server, "NorthReader")) for _ in range(40)]
    for thread in threads:
        thread.start()
    durations = []
    for _ in range(300):
        begin = time.monotonic()
        answer = provider.verify(target="pressure", consumer="Anybody")
        durations.append(time.monotonic() - begin)
        assert (answer.status, answer.json) == (200, True)
    durations.sort()
    print(json.dumps({"verify p50 ms": durations[150] * 1000, "p99 ms": durations[297] * 1000}))
    assert durations[297] < 0.25
    registry.hang.clear()
    for thread in threads:
        thread.join(60)


def test_a_moved_registry_service_is_found_again(server, registry):
    assert may(server, "SouthReader") is False
    moved = ServiceRegistry()
    try:
        moved.systems = {"EastReader": {"metadata": {"zone": "north"}}}
        old = registry.services["ServiceRegistry|systemDiscovery|1.0.0"]
        new = moved.services["ServiceRegistry|systemDiscovery|1.0.0"]
        old["interfaces"] = new["interfaces"]
        assert may(server, "EastReader") is False, "the old place answers and does not know it"
        registry.raw_answers["/serviceregistry/system-discovery/lookup"] = (503, b"")
        may(server, "WestReader")
        eventually(lambda: may(server, "EastReader") is True, 20)
    finally:
        server.stop()
        moved.close()
