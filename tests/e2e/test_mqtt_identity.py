"""Who calls over MQTT, by every policy, and who is kept out: rows 15 to 18 of arrowhead-mqtt 18 through a real broker."""

import base64
import hashlib
import hmac

import pytest

from authority import Authority, pem_settings
from fake_cloud import Authentication, Blacklist, ServiceRegistry, eventually
from mqtt_client import topic

DOMAIN = "northgrid.acmewater.arrowhead.eu"
LOOKUP = {"instanceIds": ["PR|LOCAL|FlowReader|SERVICE_DEF|flowRate"]}


def over(broker, *more):
    arguments = []
    for setting in ("arrowhead.mqtt.enabled=true", f"arrowhead.mqtt.broker={broker.address}", *more):
        arguments += ["--set", setting]
    return arguments


def ask(client, authentication, service="authorization", operation="lookup", payload=LOOKUP):
    return client.ask(service, operation, payload, authentication=authentication)


def refused(reply, status, kind, receiver=None):
    assert reply.status == status, reply
    assert reply.payload["exceptionType"] == kind and reply.payload["errorCode"] == status, reply
    assert reply.body.get("receiver") == receiver, reply
    return reply.payload["errorMessage"]


# --- certificate ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def by_certificate(start, brokers, asks, root):
    own = root.issue("own", f"consumerauthorization.{DOMAIN}", ["sy"])
    broker = brokers()
    start(*pem_settings(own, client_ca=root.pem, client_auth="need"), *over(broker, "identity.policy=certificate"))
    return asks(broker, "Anybody")


def encoded(certificate):
    return base64.b64encode(certificate.pem.read_bytes()).decode()


def test_row_15_a_certificate_is_who_calls(by_certificate, root):
    reply = ask(by_certificate, encoded(root.issue("reader", f"flow-reader.{DOMAIN}", ["sy"])))
    assert (reply.status, reply.receiver, reply.payload) == (200, "FlowReader", {"entries": [], "count": 0})
    operator = encoded(root.issue("operator", f"anybody.{DOMAIN}", ["op"]))
    reply = ask(by_certificate, operator, "authorizationManagement", "query-policies", {"level": "PROVIDER"})
    assert reply.status == 200, reply


def test_row_15_certificates_that_are_not_good(by_certificate, root, tmp_path):
    good = root.issue("reader", f"flow-reader.{DOMAIN}", ["sy"])
    missing = {refused(ask(by_certificate, key), 401, "AUTH") for key in ("", "  ", None)}
    assert len(missing) == 1
    stranger = Authority(tmp_path, "stranger").issue("reader", f"flow-reader.{DOMAIN}", ["sy"])
    ended = root.issue("ended", f"flow-reader.{DOMAIN}", ["sy"], days=-1)
    invalid = {
        refused(ask(by_certificate, key), 401, "AUTH")
        for key in (
            "no base64!",
            base64.b64encode(b"no certificate").decode(),
            base64.b64encode(good.der).decode(),
            encoded(stranger),
            encoded(ended),
        )
    }
    assert len(invalid) == 1 and invalid != missing, "one text, whatever is wrong"
    nobody = refused(ask(by_certificate, encoded(root.issue("nobody", "flow-reader", ["sy"]))), 401, "AUTH")
    assert nobody not in missing | invalid
    refused(ask(by_certificate, encoded(root.issue("device", f"flow-reader.{DOMAIN}", ["de"]))), 403, "FORBIDDEN")
    foreign = root.issue("foreign", "flow-reader.elsewhere.acmewater.arrowhead.eu", ["sy"])
    refused(ask(by_certificate, encoded(foreign)), 403, "FORBIDDEN")


# --- outsourced -------------------------------------------------------------------------------------------------------


@pytest.fixture
def authentication():
    fake = Authentication(passwords={"ConsumerAuthorization": "own-secret"})
    yield fake
    fake.close()


@pytest.fixture
def outsourced(start, brokers, asks, authentication):
    broker = brokers()
    server = start(
        *over(
            broker,
            "identity.policy=outsourced",
            "identity.authenticator-credentials=password=own-secret",
            "identity.authenticator-secret-keys=HvacIdentity=s3cr3t-42",
            "identity.remember=0s",
            "arrowhead.authentication.login-interval=200ms",
            f"arrowhead.authentication.url={authentication.url}",
        )
    )
    eventually(lambda: server.client(None).get("/readyz").status == 200)
    return asks(broker, "Anybody")


def test_row_16_identity_tokens(outsourced, authentication):
    token = authentication.issue("FlowReader")
    reply = ask(outsourced, f"IDENTITY-TOKEN//{token}")
    assert (reply.status, reply.receiver) == (200, "FlowReader")
    refused(ask(outsourced, f"IDENTITY-TOKEN//{token}", "authorizationManagement", "query-policies", {}), 403, "FORBIDDEN", "FlowReader")
    sysop = authentication.issue("Somebody", sysop=True)
    reply = ask(outsourced, f"IDENTITY-TOKEN//{sysop}", "authorizationManagement", "query-policies", {"level": "PROVIDER"})
    assert (reply.status, reply.receiver) == (200, "Somebody")
    for key in (None, "", "//", "SYSTEM//FlowReader", f"IDENTITY-TOKEN//{token}//more", "IDENTITY-TOKEN//unknown", "Bearer IDENTITY-TOKEN//x"):
        refused(ask(outsourced, key), 401, "AUTH")


def test_row_17_authenticator_keys(outsourced):
    digest = hmac.new(b"s3cr3t-42", b"HvacIdentity", hashlib.sha256).hexdigest()
    assert digest == "4c4a937ed02c3f9759cec2cce43955155c6977955bf6c7af7c088793cfa1f21a", "the contract's vector"
    reply = ask(outsourced, f"AUTHENTICATOR-KEY//hvac-identity//{digest}")
    assert (reply.status, reply.receiver) == (200, "HvacIdentity")
    for key in (f"AUTHENTICATOR-KEY//{digest}", f"AUTHENTICATOR-KEY//Other//{digest}", f"AUTHENTICATOR-KEY//HvacIdentity//{digest.upper()}"):
        refused(ask(outsourced, key), 401, "AUTH")


def test_an_authentication_system_that_is_away_is_said_to_be(outsourced, authentication):
    authentication.close()
    refused(ask(outsourced, "IDENTITY-TOKEN//whatever"), 503, "EXTERNAL_SERVER_ERROR")


# --- blacklist, and what the ServiceRegistry is told ----------------------------------------------------------------


def test_row_18_the_blacklist_keeps_out(start, brokers, asks):
    registry, blacklist = ServiceRegistry(), Blacklist()
    try:
        registry.offer("Blacklist", "blacklistDiscovery", blacklist.interface())
        blacklist.listed.add("OldScada")
        broker = brokers()
        server = start(*over(broker, "identity.blacklist.filter=true", f"arrowhead.service-registry.url={registry.url}"))
        client = asks(broker, "Anybody")
        message = refused(ask(client, "SYSTEM//OldScada"), 403, "FORBIDDEN", "OldScada")
        assert "OldScada" in message
        assert ask(client, "SYSTEM//FlowReader").status == 200
        asked = len(blacklist.seen("check"))
        assert ask(client, "SYSTEM//Sysop").status == 200 and len(blacklist.seen("check")) == asked, "operators are not asked about"
        eventually(lambda: server.client(None).get("/readyz").status == 200)
    finally:
        registry.close()
        blacklist.close()


def test_services_are_found_with_both_interfaces(start, brokers, asks, root):
    """arrowhead-authorization 11.2 and 11.3, arrowhead-mqtt 15: over TLS, with the key of the certificate, and consumers find the broker."""
    own = root.issue("own", f"consumerauthorization.{DOMAIN}", ["sy"], kind="RSA")
    registry = ServiceRegistry()
    try:
        broker = brokers()
        server = start(
            *pem_settings(own, client_ca=root.pem, client_auth="want"),
            *over(broker, f"arrowhead.service-registry.url={registry.url}"),
        )
        eventually(lambda: len(registry.of("ConsumerAuthorization")) == 5)
        system = registry.systems["ConsumerAuthorization"]
        client = server.client("PumpStation", tls=root.context())
        key = client.get("/consumerauthorization/authorization-token/public-key")
        assert key.status == 200 and system["metadata"] == {"x509PublicKey": key.text}
        for entry in (registry.services[i] for i in registry.of("ConsumerAuthorization")):
            https, mqtt = entry["interfaces"]
            assert (https["templateName"], https["protocol"], https["policy"]) == ("generic_https", "https", "NONE")
            assert https["properties"]["accessPort"] == server.port
            assert (mqtt["templateName"], mqtt["protocol"], mqtt["policy"]) == ("generic_mqtt", "tcp", "NONE")
            assert mqtt["properties"]["accessAddresses"] == ["127.0.0.1"] and mqtt["properties"]["accessPort"] == broker.port
            for operation in mqtt["properties"]["operations"]:
                found = mqtt["properties"]["baseTopic"] + operation
                assert found == topic(entry["serviceDefinition"]["name"], operation)
    finally:
        registry.close()
