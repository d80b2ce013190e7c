"""The ServiceRegistry is told about the server, whenever it is there (arrowhead-authorization 11.1 to 11.3, 11.7)."""

import time

import pytest

from fake_cloud import ServiceRegistry, eventually

SERVICES = [
    "generalManagement",
    "authorizationManagement",
    "authorizationTokenManagement",
    "authorization",
    "authorizationToken",
]

# The table of 11.3.
OPERATIONS = {
    "generalManagement": (
        "/consumerauthorization/general/mgmt",
        {"get-log": ("POST", "/logs"), "get-config": ("GET", "/get-config")},
    ),
    "authorizationManagement": (
        "/consumerauthorization/authorization/mgmt",
        {
            "grant-policies": ("POST", "/grant"),
            "revoke-policies": ("DELETE", "/revoke"),
            "query-policies": ("POST", "/query"),
            "check-policies": ("POST", "/check"),
        },
    ),
    "authorizationTokenManagement": (
        "/consumerauthorization/authorization/mgmt/token",
        {
            "generate-tokens": ("POST", "/generate"),
            "query-tokens": ("POST", "/query"),
            "revoke-tokens": ("DELETE", "/revoke"),
            "add-encryption-keys": ("POST", "/encryption-key"),
            "remove-encryption-keys": ("DELETE", "/encryption-key"),
        },
    ),
    "authorization": (
        "/consumerauthorization/authorization",
        {
            "grant": ("POST", "/grant"),
            "revoke": ("DELETE", "/revoke"),
            "lookup": ("POST", "/lookup"),
            "verify": ("POST", "/verify"),
        },
    ),
    "authorizationToken": (
        "/consumerauthorization/authorization-token",
        {
            "generate": ("POST", "/generate"),
            "verify": ("GET", "/token/verify/{token}"),
            "get-public-key": ("GET", "/public-key"),
            "register-encryption-key": ("POST", "/encryption-key"),
            "unregister-encryption-key": ("DELETE", "/encryption-key"),
        },
    ),
}


@pytest.fixture
def registry():
    fake = ServiceRegistry()
    yield fake
    fake.close()


def member_of(start, registry, *more, **options):
    return start("--set", f"arrowhead.service-registry.url={registry.url}", *more, **options)


def ready(server):
    return server.client().get("/readyz")


def is_ready(server):
    return ready(server).status == 200


def is_registered(registry):
    return len(registry.of("ConsumerAuthorization")) == 5


def test_the_bodies_and_their_order_are_those_of_11_2_and_11_3(start, registry):
    server = member_of(start, registry, "--set", "arrowhead.domain-name= Auth.Example ")
    eventually(lambda: is_registered(registry))
    steps = [(r.method, r.path) for r in registry.requests if "lookup" not in r.path]
    assert steps == [
        ("DELETE", "/serviceregistry/system-discovery/revoke"),
        ("POST", "/serviceregistry/system-discovery/register"),
    ] + [("POST", "/serviceregistry/service-discovery/register")] * 5
    (system,) = registry.seen("/system-discovery/register")
    assert system.json == {"metadata": {}, "version": "5.2.0", "addresses": ["auth.example"], "deviceName": None}
    assert registry.order == SERVICES
    for name, request in zip(SERVICES, registry.seen("/service-discovery/register")):
        base_path, operations = OPERATIONS[name]
        unrestricted = name in ("authorization", "authorizationToken")
        properties = request.json["interfaces"][0]["properties"]
        assert properties.pop("accessAddresses")[0].strip() == "Auth.Example"
        assert request.json["interfaces"][0] | {"properties": properties} == {
            "templateName": "generic_http",
            "protocol": "http",
            "policy": "NONE",
            "properties": {
                "accessPort": server.port,
                "basePath": base_path,
                "operations": {n: {"path": path, "method": method} for n, (method, path) in operations.items()},
            },
        }
        body = request.json
        assert len(body.pop("interfaces")) == 1
        assert body == {
            "serviceDefinitionName": name,
            "version": "1.0.0",
            "expiresAt": None,
            "metadata": {"unrestrictedDiscovery": True} if unrestricted else {},
        }
    for request in registry.requests:
        assert request.key == "SYSTEM//ConsumerAuthorization"
        assert request.headers["accept"] == "text/plain, application/json"
        assert request.headers["content-type"] == "application/json"


def test_what_is_registered_can_be_called_as_it_says(start, registry):
    server = member_of(start, registry)
    eventually(lambda: is_registered(registry))
    (entry,) = [e for e in registry.services.values() if e["serviceDefinition"]["name"] == "authorization"]
    properties = entry["interfaces"][0]["properties"]
    assert properties["accessPort"] == server.port
    grant = properties["operations"]["grant"]
    body = {"targetType": "SERVICE_DEF", "target": "flowRate", "defaultPolicy": {"policyType": "ALL"}}
    answer = server.client("FlowProvider").send(grant["method"], properties["basePath"] + grant["path"], body)
    assert answer.status == 201


def test_it_is_taken_out_at_stop(start, registry):
    server = member_of(start, registry)
    eventually(lambda: is_registered(registry))
    server.stop()
    assert registry.of("ConsumerAuthorization") == []
    revoked = registry.seen("/service-discovery/revoke/", "DELETE")
    assert len(revoked) == 5
    assert all("%7C" in r.path for r in revoked), "the bars of an instance id are percent-encoded"
    assert "ConsumerAuthorization" in registry.systems, "the system itself stays (11.7)"


def test_a_registry_that_comes_later_is_told_then_and_the_server_serves_meanwhile(start, registry):
    port = registry.port
    registry.close()
    server = start("--set", f"arrowhead.service-registry.url=http://127.0.0.1:{port}")
    answer = ready(server)
    assert answer.status == 503
    assert "service-registry" in answer.text
    assert server.client("FlowProvider").grant().status == 201
    late = ServiceRegistry(port)
    try:
        eventually(lambda: is_registered(late), 40)
        eventually(lambda: is_ready(server))
    finally:
        server.stop()
        late.close()


def test_a_registry_that_lost_its_memory_is_told_again(start, registry):
    server = member_of(start, registry)
    eventually(lambda: is_registered(registry))
    port = registry.port
    registry.close()
    new = ServiceRegistry(port)
    try:
        eventually(lambda: is_registered(new), 40)
        eventually(lambda: is_ready(server))
        server.stop()
        assert new.of("ConsumerAuthorization") == []
    finally:
        new.close()


def test_readyz_says_that_the_registry_went_away_and_came_back(start, registry):
    server = member_of(start, registry)
    eventually(lambda: is_ready(server))
    registry.raw_answers["/serviceregistry/service-discovery/lookup"] = (503, b"")
    eventually(lambda: not is_ready(server), 40)
    assert "service-registry" in ready(server).text
    registry.raw_answers.clear()
    eventually(lambda: is_ready(server), 40)


@pytest.mark.parametrize("answer", [(500, b"{"), (401, b"<html>"), (200, b"[1"), (200, b"x" * 2_000_000)])
def test_answers_that_cannot_be_used_are_named_and_survived(start, registry, answer):
    registry.raw_answers["/serviceregistry/service-discovery/lookup"] = answer
    server = member_of(start, registry)
    eventually(lambda: "service-registry" in ready(server).text and "not registered yet" not in ready(server).text)
    assert server.client("FlowProvider").grant().status == 201
    registry.raw_answers.clear()
    eventually(lambda: is_registered(registry), 40)


def test_a_registry_that_never_answers_does_not_hold_up_the_stop(start, registry):
    registry.hang.set()
    server = member_of(start, registry)
    eventually(lambda: registry.seen("/lookup"))
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 8


def test_a_registry_that_hangs_after_the_registration_does_not_hold_up_the_stop(start, registry):
    server = member_of(start, registry, "--set", "arrowhead.call-timeout=8s")
    eventually(lambda: is_ready(server))
    registry.hang.set()
    # The next look at the registration is in vain, so that the place of its service is in doubt and asked for again.
    eventually(lambda: not is_ready(server), 40)
    begin = time.monotonic()
    server.stop()
    # Two seconds for taking the services out, with finding the registry and what is under way; little for the rest.
    assert time.monotonic() - begin < 5


def test_without_a_registry_nobody_is_told(start, registry):
    server = start()
    assert is_ready(server)
    assert registry.requests == []


def test_figures_tell_of_the_neighbours(start, registry):
    server = member_of(start, registry)
    eventually(lambda: is_registered(registry))
    text = server.client().get("/metrics").text
    assert 'jeton_neighbour_calls_total{neighbour="ServiceRegistry",outcome="answered"}' in text
    assert 'jeton_neighbour_up{neighbour="ServiceRegistry"} 1' in text
    assert "jeton_registered 1" in text
    assert 'jeton_neighbour_questions_unasked_total{kind="place"} 0' in text
    assert 'jeton_neighbour_questions_unasked_total{kind="metadata"} 0' in text
    assert 'jeton_askers_unserved_total{reason="full"} 0' in text
    assert 'jeton_askers_unserved_total{reason="late"} 0' in text
