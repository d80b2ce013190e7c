"""The 20 operations over MQTT: the examples of arrowhead-mqtt 14, through a real broker."""

import re

import pytest

from jeton import AUTHORIZATION
from mqtt_client import OPERATIONS, TOPICS, topic

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(\d{3}|\d{6}|\d{9}))?Z$")
EXPIRY = "2099-03-01T12:00:00Z"


@pytest.fixture
def broker(brokers):
    return brokers()


@pytest.fixture
def cloud(broker, start):
    """A server at the broker. FleetConsole may manage and generate unbound."""
    return start(
        "--set", "arrowhead.mqtt.enabled=true",
        "--set", f"arrowhead.mqtt.broker={broker.address}",
        "--set", "identity.management.policy=whitelist",
        "--set", "identity.management.whitelist=FleetConsole",
        "--set", "tokens.unbounded-generation-whitelist=FleetConsole",
    )  # fmt: skip


@pytest.fixture
def boiler(cloud, broker, asks):
    return asks(broker, "BoilerPlant")


@pytest.fixture
def hvac(cloud, broker, asks):
    return asks(broker, "HvacGateway")


@pytest.fixture
def fleet(cloud, broker, asks):
    return asks(broker, "FleetConsole")


@pytest.fixture
def sysop(cloud, broker, asks):
    return asks(broker, "Sysop")


GRANT = {
    "targetType": "SERVICE_DEF",
    "target": "boilerStatus",
    "description": "reading is open, writing only for the gateway",
    "defaultPolicy": {"policyType": "ALL"},
    "scopedPolicies": {"set-target": {"policyType": "WHITELIST", "policyList": ["HvacGateway"]}},
}
INSTANCE = "PR|LOCAL|BoilerPlant|SERVICE_DEF|boilerStatus"


def stamped(payload, *members):
    """The payload without these members, each of which must hold an instant."""
    for member in members:
        assert INSTANT.match(payload.pop(member))
    return payload


def test_the_topics_are_the_twenty_of_the_contract():
    assert len(TOPICS) == 20 and len(OPERATIONS) == 5


def test_14_1_1_grant_and_grant_again(boiler):
    reply = boiler.ask("authorization", "grant", GRANT, traceId="boiler-0001")
    assert list(reply.body) == ["status", "traceId", "receiver", "payload"]
    assert (reply.status, reply.traceId, reply.receiver) == (201, "boiler-0001", "BoilerPlant")
    assert stamped(reply.payload, "createdAt") == {
        "instanceId": INSTANCE, "level": "PROVIDER", "cloud": "LOCAL", "provider": "BoilerPlant", **GRANT, "createdBy": "BoilerPlant",
    }  # fmt: skip
    assert boiler.ask("authorization", "grant", GRANT).status == 200
    other = boiler.ask("authorization", "grant", {**GRANT, "scopedPolicies": {}})
    assert (other.status, other.payload["exceptionType"]) == (400, "INVALID_PARAMETER")


def test_14_1_1_grant_again_without_any_description_is_200_D11(boiler):
    bare = {name: value for name, value in GRANT.items() if name != "description"}
    assert [boiler.ask("authorization", "grant", bare).status for _ in range(2)] == [201, 200]


def test_14_1_2_revoke(boiler, hvac):
    boiler.ask("authorization", "grant", GRANT)
    reply = hvac.ask("authorization", "revoke", INSTANCE)
    assert (reply.status, reply.payload["exceptionType"]) == (403, "FORBIDDEN")
    reply = boiler.ask("authorization", "revoke", INSTANCE, traceId="boiler-0002", qosRequirement=0)
    assert reply.text == '{"status":200,"traceId":"boiler-0002","receiver":"BoilerPlant","payload":""}'
    lookup = boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]})
    assert lookup.payload == {"entries": [], "count": 0}


def test_14_1_3_lookup(boiler):
    alarm = {
        "cloud": "Harbor|NordicPower", "targetType": "EVENT_TYPE", "target": "pressureAlarm",
        "defaultPolicy": {"policyType": "BLACKLIST", "policyList": ["OldScada"]},
    }  # fmt: skip
    boiler.ask("authorization", "grant", alarm)
    boiler.ask("authorization", "grant", GRANT)
    reply = boiler.ask("authorization", "lookup", {"targetNames": ["pressureAlarm"], "targetType": "EVENT_TYPE"})
    assert (reply.status, reply.payload["count"]) == (200, 1)
    assert stamped(reply.payload["entries"][0], "createdAt") == {
        "instanceId": "PR|Harbor|NordicPower|BoilerPlant|EVENT_TYPE|pressureAlarm", "level": "PROVIDER", "provider": "BoilerPlant",
        **alarm, "createdBy": "BoilerPlant",
    }  # fmt: skip
    assert boiler.ask("authorization", "lookup", {}).status == 400


def test_14_1_4_verify(boiler, hvac, sysop):
    boiler.ask("authorization", "grant", GRANT)
    question = {"provider": "BoilerPlant", "targetType": "SERVICE_DEF", "target": "boilerStatus", "scope": "set-target"}
    reply = hvac.ask("authorization", "verify", question, traceId="hvac-0101")
    assert reply.text == '{"status":200,"traceId":"hvac-0101","receiver":"HvacGateway","payload":true}'
    reply = sysop.ask("authorization", "verify", {**question, "consumer": "HvacGateway"})
    assert (reply.status, reply.payload["exceptionType"]) == (403, "FORBIDDEN")
    assert boiler.ask("authorization", "verify", {**question, "consumer": "OldScada"}).payload is False


def test_14_2_1_generate_and_14_2_2_verify(boiler, hvac):
    boiler.ask("authorization", "grant", GRANT)
    order = {"tokenVariant": "USAGE_LIMITED_TOKEN_AUTH", "provider": "BoilerPlant", "target": "boilerStatus", "scope": "read-pressure"}
    reply = hvac.ask("authorizationToken", "generate", order, qosRequirement=2)
    assert (reply.status, reply.receiver, reply.qos) == (201, "HvacGateway", 2)
    token = reply.payload.pop("token")
    assert reply.payload == {"tokenType": "USAGE_LIMITED_TOKEN", "targetType": "SERVICE_DEF", "usageLimit": 5}

    reply = boiler.ask("authorizationToken", "verify", token)
    assert reply.status == 200
    assert reply.payload == {
        "verified": True, "consumerCloud": "LOCAL", "consumer": "HvacGateway", "targetType": "SERVICE_DEF", "target": "boilerStatus",
        "scope": "read-pressure",
    }  # fmt: skip
    assert [boiler.ask("authorizationToken", "verify", token).payload["verified"] for _ in range(5)] == [True] * 4 + [False]
    assert hvac.ask("authorizationToken", "verify", token).payload == {"verified": False}
    refused = hvac.ask("authorizationToken", "generate", {**order, "provider": "ChillerPlant"})
    assert (refused.status, refused.payload["exceptionType"]) == (403, "FORBIDDEN")
    limited = hvac.ask("authorizationToken", "generate", {**order, "tokenVariant": "TIME_LIMITED_TOKEN_AUTH"})
    assert INSTANT.match(limited.payload["expiresAt"]) and "usageLimit" not in limited.payload


def test_14_2_3_get_public_key_without_a_key(boiler):
    reply = boiler.ask("authorizationToken", "get-public-key", qosRequirement=0)
    assert (reply.status, reply.receiver) == (404, "BoilerPlant")
    assert reply.payload["errorCode"] == 404 and reply.payload["exceptionType"] == "DATA_NOT_FOUND"
    assert reply.payload["origin"] == topic("authorizationToken", "get-public-key")


def test_14_2_4_register_and_14_2_5_unregister_encryption_key(boiler):
    order = {"key": "p9F2kQ7vLz4MnX1c", "algorithm": "AES/CBC/PKCS5Padding"}
    reply = boiler.ask("authorizationToken", "register-encryption-key", order)
    assert reply.status == 201 and len(reply.payload) == 24
    reply = boiler.ask("authorizationToken", "register-encryption-key", {"key": "p9F2kQ7vLz4MnX1c"}, traceId="b-6")
    assert reply.text == '{"status":201,"traceId":"b-6","receiver":"BoilerPlant","payload":""}'
    reply = boiler.ask("authorizationToken", "unregister-encryption-key", traceId="b-7")
    assert reply.text == '{"status":200,"traceId":"b-7","receiver":"BoilerPlant","payload":""}'


def test_14_3_1_grant_policies_in_the_order_of_the_request(sysop):
    wanted = [
        {
            "provider": "ConsumerAuthorization", "targetType": "SERVICE_DEF", "target": "authorizationTokenManagement",
            "defaultPolicy": {"policyType": "WHITELIST", "policyList": ["TokenAuditor"]},
            "scopedPolicies": {"query-tokens": {"policyType": "WHITELIST", "policyList": ["TokenAuditor", "FleetConsole"]}},
        },
        {"provider": "BoilerPlant", "targetType": "SERVICE_DEF", "target": "boilerStatus", "defaultPolicy": {"policyType": "ALL"}},
    ]  # fmt: skip
    reply = sysop.ask("authorizationManagement", "grant-policies", {"list": wanted})
    assert (reply.status, reply.receiver, reply.payload["count"]) == (201, "Sysop", 2)
    entry = reply.payload["entries"][0]
    assert sorted(entry["scopedPolicies"]["query-tokens"]["policyList"]) == ["FleetConsole", "TokenAuditor"]
    assert entry["instanceId"] == "MGMT|LOCAL|ConsumerAuthorization|SERVICE_DEF|authorizationTokenManagement"
    assert (entry["level"], entry["createdBy"]) == ("MGMT", "Sysop")
    again = sysop.ask("authorizationManagement", "grant-policies", {"list": wanted[:1]})
    assert again.status == 400
    for part in ("LOCAL", "ConsumerAuthorization", "SERVICE_DEF", "authorizationTokenManagement"):
        assert part in again.payload["errorMessage"]


def test_14_3_2_revoke_policies(boiler, sysop):
    boiler.ask("authorization", "grant", GRANT)
    reply = sysop.ask("authorizationManagement", "revoke-policies", ["MGMT|LOCAL|NoSuchSystem|SERVICE_DEF|none", INSTANCE], traceId="f-2")
    assert reply.text == '{"status":200,"traceId":"f-2","receiver":"Sysop","payload":""}'
    assert boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}).payload["count"] == 0
    for bad in ([], None, [None], ["  "]):
        assert sysop.ask("authorizationManagement", "revoke-policies", bad).status == 400


def test_14_3_3_query_policies(boiler, fleet):
    boiler.ask("authorization", "grant", GRANT)
    query = {"pagination": {"page": 0, "size": 20, "direction": "DESC", "sortField": "createdAt"}, "level": "PROVIDER", "providers": ["BoilerPlant"]}
    reply = fleet.ask("authorizationManagement", "query-policies", query)
    assert (reply.status, reply.receiver, reply.payload["count"]) == (200, "FleetConsole", 1)
    assert stamped(reply.payload["entries"][0], "createdAt")["scopedPolicies"] == GRANT["scopedPolicies"]


def test_14_3_4_check_policies(boiler, fleet):
    boiler.ask("authorization", "grant", GRANT)
    questions = [
        {"provider": "boiler-plant", "consumer": "HvacGateway", "targetType": "service_def", "target": "boilerStatus", "scope": "read-pressure"},
        {"provider": "BoilerPlant", "consumer": "OldScada", "targetType": "EVENT_TYPE", "target": "pressureAlarm"},
    ]
    reply = fleet.ask("authorizationManagement", "check-policies", {"list": questions})
    assert reply.status == 200
    assert reply.payload == {
        "entries": [
            {
                "provider": "BoilerPlant", "consumer": "HvacGateway", "cloud": "LOCAL", "targetType": "SERVICE_DEF", "target": "boilerStatus",
                "scope": "read-pressure", "granted": True,
            },
            {
                "provider": "BoilerPlant", "consumer": "OldScada", "cloud": "LOCAL", "targetType": "EVENT_TYPE", "target": "pressureAlarm",
                "granted": False,
            },
        ],
        "count": 2,
    }  # fmt: skip


ORDER = {
    "tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "consumer": "HvacGateway", "provider": "BoilerPlant", "target": "boilerStatus",
    "scope": "read-pressure", "expiresAt": EXPIRY,
}  # fmt: skip


def test_14_4_1_generate_tokens_unbound(fleet, sysop):
    reply = fleet.ask("authorizationTokenManagement", "generate-tokens", {"list": [ORDER]}, params={"unbound": "true"})
    assert (reply.status, reply.payload["count"]) == (201, 1)
    entry = stamped(reply.payload["entries"][0], "createdAt")
    assert entry.pop("token") and entry.pop("tokenReference")
    assert entry == {
        "tokenType": "TIME_LIMITED_TOKEN", "variant": "TIME_LIMITED_TOKEN_AUTH", "requester": "FleetConsole", "consumerCloud": "LOCAL",
        "consumer": "HvacGateway", "provider": "BoilerPlant", "targetType": "SERVICE_DEF", "target": "boilerStatus",
        "scope": "read-pressure", "expiresAt": EXPIRY,
    }  # fmt: skip
    refused = sysop.ask("authorizationTokenManagement", "generate-tokens", {"list": [ORDER]}, params={"unbound": "true"})
    assert refused.status == 403 and "Sysop" in refused.payload["errorMessage"]


def test_14_4_2_query_tokens_and_14_4_3_revoke_tokens(fleet):
    made = fleet.ask("authorizationTokenManagement", "generate-tokens", {"list": [ORDER]}, params={"unbound": True})
    reference = made.payload["entries"][0]["tokenReference"]
    query = {"pagination": {"page": 0, "size": 50}, "provider": "BoilerPlant", "tokenType": "TIME_LIMITED_TOKEN"}
    reply = fleet.ask("authorizationTokenManagement", "query-tokens", query)
    assert (reply.status, reply.payload["count"]) == (200, 1)
    assert reply.payload["entries"][0]["tokenReference"] == reference and "token" not in reply.payload["entries"][0]
    reply = fleet.ask("authorizationTokenManagement", "revoke-tokens", [reference, "no such reference,with a comma"], traceId="f-7")
    assert reply.text == '{"status":200,"traceId":"f-7","receiver":"FleetConsole","payload":""}'
    assert fleet.ask("authorizationTokenManagement", "query-tokens", {}).payload == {"entries": [], "count": 0}


def test_14_4_3_revoke_tokens_that_are_all_unknown_D5(fleet):
    assert fleet.ask("authorizationTokenManagement", "revoke-tokens", ["unknown"]).status == 200
    for bad in ([], None, [None], [" "], "one", {"list": []}):
        assert fleet.ask("authorizationTokenManagement", "revoke-tokens", bad).status == 400


def test_14_4_4_add_and_14_4_5_remove_encryption_keys(sysop):
    orders = [
        {"systemName": "BoilerPlant", "key": "p9F2kQ7vLz4MnX1c", "algorithm": "AES/CBC/PKCS5Padding"},
        {"systemName": "ChillerPlant", "key": "Zt8Yr3Wq6Ua1Se5D"},
    ]
    reply = sysop.ask("authorizationTokenManagement", "add-encryption-keys", {"list": orders})
    assert (reply.status, reply.payload["count"]) == (201, 2)
    cbc, ecb = (stamped(entry, "createdAt") for entry in reply.payload["entries"])
    assert len(cbc.pop("keyAdditive")) == 24
    assert cbc == {"systemName": "BoilerPlant", "rawKey": "p9F2kQ7vLz4MnX1c", "algorithm": "AES/CBC/PKCS5Padding"}
    assert ecb == {"systemName": "ChillerPlant", "rawKey": "Zt8Yr3Wq6Ua1Se5D", "algorithm": "AES/ECB/PKCS5Padding"}
    reply = sysop.ask("authorizationTokenManagement", "remove-encryption-keys", ["BoilerPlant", "chiller plant"], traceId="f-9")
    assert reply.text == '{"status":200,"traceId":"f-9","receiver":"Sysop","payload":""}'


def test_14_4_5_remove_encryption_keys_of_nobody_D7(sysop):
    for bad in ([], None, [" "], [None]):
        assert sysop.ask("authorizationTokenManagement", "remove-encryption-keys", bad).status == 400


def test_14_5_1_get_log(sysop, hvac):
    refused = hvac.ask("generalManagement", "get-log", {})
    assert (refused.status, refused.receiver) == (403, "HvacGateway")
    query = {"pagination": {"page": 0, "size": 1, "direction": "DESC", "sortField": "entryDate"}, "from": "2020-03-01T00:00:00Z", "severity": "INFO", "logger": "mqtt"}
    reply = sysop.ask("generalManagement", "get-log", query)
    assert reply.status == 200 and reply.payload["count"] >= 1
    assert reply.payload["entries"][0]["logger"] == "mqtt"
    assert sysop.ask("generalManagement", "get-log").status == 200  # no payload: everything
    assert sysop.ask("generalManagement", "get-log", []).status == 400


def test_14_5_2_get_config(sysop):
    keys = ["management.policy", "token.time.limit", "secret.cryptographer.key", "mqtt.api.enabled", "management.policy"]
    reply = sysop.ask("generalManagement", "get-config", keys, qosRequirement=0)
    assert (reply.status, reply.receiver) == (200, "Sysop")
    assert reply.payload == {"map": {"management.policy": "whitelist", "token.time.limit": "60", "mqtt.api.enabled": "true"}}
    for bad in ([], None, [None], "management.policy"):
        assert sysop.ask("generalManagement", "get-config", bad).status == 400


def test_both_transports_are_one_server(cloud, boiler):
    """What was granted over MQTT is seen over HTTP, and the other way round."""
    boiler.ask("authorization", "grant", GRANT)
    http = cloud.client("BoilerPlant")
    assert http.post(AUTHORIZATION + "/lookup", {"instanceIds": [INSTANCE]}).json["count"] == 1
    http.revoke(INSTANCE)
    assert boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}).payload["count"] == 0


def test_the_metrics_tell_of_mqtt(cloud, boiler):
    boiler.ask("authorization", "grant", GRANT)
    boiler.ask("authorization", "verify", {})
    page = cloud.client().get("/metrics").text
    assert "jeton_mqtt_connected 1" in page
    assert 'jeton_mqtt_requests_total{service="authorization",operation="grant",status="2xx"} 1' in page
    assert 'jeton_mqtt_requests_total{service="authorization",operation="verify",status="4xx"} 1' in page
    assert "jeton_mqtt_replies_dropped_total 0" in page
