"""The checklist of arrowhead-mqtt 18, a test for each row that shows on the wire; the row's number is in the test's name. Rows that need
other settings or another broker are in test_mqtt_broker.py and test_mqtt_flood.py, those of single rules in tests/api and tests/identity."""

import json
import time
import uuid

import pytest

from jeton import AUTHORIZATION
from mqtt_client import TOPICS, topic

GRANT = {"targetType": "SERVICE_DEF", "target": "boilerStatus", "defaultPolicy": {"policyType": "ALL"}}
INSTANCE = "PR|LOCAL|BoilerPlant|SERVICE_DEF|boilerStatus"


def mqtt(broker, *more):
    settings = ["--set", "arrowhead.mqtt.enabled=true", "--set", f"arrowhead.mqtt.broker={broker.address}"]
    for setting in more:
        settings += ["--set", setting]
    return settings


@pytest.fixture
def broker(brokers):
    return brokers()


@pytest.fixture
def server(broker, start):
    return start(*mqtt(broker, "tokens.unbounded-generation-whitelist=Sysop"))


@pytest.fixture
def boiler(server, broker, asks):
    return asks(broker, "BoilerPlant")


@pytest.fixture
def sysop(server, broker, asks):
    return asks(broker, "Sysop")


def policies(server):
    """How many BoilerPlant has, asked over HTTP."""
    return server.client("BoilerPlant").post(AUTHORIZATION + "/lookup", {"instanceIds": [INSTANCE]}).json["count"]


def eventually(condition):
    for _ in range(400):
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_row_01_client_id_and_user(server, broker):
    assert "AH-ConsumerAuthorization" in broker.log and "u'ConsumerAuthorization'" in broker.log


def test_row_03_every_topic_is_subscribed_exactly_service_by_service(server, broker):
    subscribed = [line.split(" ")[3] for line in broker.log.splitlines() if ": AH-ConsumerAuthorization 1 arrowhead/" in line]
    assert sorted(subscribed) == sorted(TOPICS)
    bases = list(dict.fromkeys(name.rsplit("/", 1)[0] for name in subscribed))
    assert [base.removeprefix("arrowhead/consumer-authorization/") for base in bases] == [
        "general/management", "authorization/management", "authorization-token/management", "authorization", "authorization-token",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", " ", "hello", "{", "null", "[]", '"text"', "5", "{'traceId':'x'}", '{"a":1,}', '{"a":NaN}', '{/*c*/"a":1}', '{"traceId":"\n"}', "\x00"],
)
def test_row_06_text_that_is_no_json_object_gets_no_reply(boiler, text):
    assert boiler.hears_nothing_of("authorization", "verify", text)


@pytest.mark.parametrize(
    "members",
    [
        {"traceId": {}}, {"traceId": []}, {"authentication": {}}, {"responseTopic": []}, {"params": []}, {"params": "x"}, {"params": ""},
        {"params": {"k": {}}}, {"params": {"k": []}}, {"qosRequirement": "1.0"}, {"qosRequirement": "x"}, {"qosRequirement": True},
        {"qosRequirement": 2**31}, {"qosRequirement": {}},
    ],
)  # fmt: skip
def test_row_06_members_of_a_wrong_type_get_no_reply(boiler, members):
    assert boiler.hears_nothing_of("authorization", "grant", json.dumps(boiler.envelope(GRANT) | members))


@pytest.mark.parametrize("given, qos", [(0, 0), (1, 1), (2, 2), ("1", 1), (" 2 ", 2), (1.9, 1), ("", 0)])
def test_row_07_the_reply_has_the_requested_qos(boiler, given, qos):
    reply = boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}, qosRequirement=given)
    assert (reply.status, reply.qos, reply.retain) == (200, qos, False)


@pytest.mark.parametrize("given", [3, -1, "3"])
def test_row_08_a_qos_that_does_not_exist_is_silence(boiler, given):
    assert boiler.hears_nothing_of("authorization", "grant", boiler.envelope(GRANT, qosRequirement=given))


def test_row_08_a_missing_qos_is_answered_with_0_D1(boiler):
    assert boiler.ask("authorization", "grant", GRANT, qosRequirement=None).qos == 0
    text = json.dumps(boiler.envelope(GRANT) | {"qosRequirement": None})
    assert boiler.ask_raw("authorization", "grant", text).qos == 0


@pytest.mark.parametrize("reply_topic", [None, "", "  ", "\t"])
def test_row_09_without_a_reply_topic_it_is_done_in_silence(server, boiler, reply_topic):
    boiler.send("authorization", "grant", GRANT, responseTopic=reply_topic)
    assert eventually(lambda: policies(server) == 1)
    assert boiler.hears_nothing_of("authorization", "grant", boiler.envelope({}, responseTopic=reply_topic))  # an error


def test_row_10_void_results_are_an_empty_text(boiler):
    assert boiler.ask("authorization", "revoke", INSTANCE, traceId="t").text.endswith('"payload":""}')


def test_row_11_status_and_type_of_each_error_kind(server, boiler):
    cases = [
        ("authorization", "grant", {}, {}, 400, "INVALID_PARAMETER"),
        ("authorization", "grant", GRANT, {"authentication": None}, 401, "AUTH"),
        ("authorization", "revoke", "PR|LOCAL|Other|SERVICE_DEF|x", {}, 403, "FORBIDDEN"),
        ("authorizationToken", "get-public-key", None, {}, 404, "DATA_NOT_FOUND"),
    ]
    for service, operation, payload, members, status, kind in cases:
        reply = boiler.ask(service, operation, payload, **members)
        assert (reply.status, reply.payload["errorCode"], reply.payload["exceptionType"]) == (status, status, kind)
        assert list(reply.payload) == ["errorMessage", "errorCode", "exceptionType", "origin"]
        assert reply.payload["origin"] == topic(service, operation)


def test_row_13_the_first_stage_that_fails_decides(boiler):
    assert boiler.ask("generalManagement", "get-log", "broken", authentication="nobody").status == 401
    assert boiler.ask("generalManagement", "get-log", "broken").status == 403
    assert boiler.ask("authorization", "grant", "broken").status == 400


@pytest.mark.parametrize(
    "text", ["", " ", "SYSTEM//", "SYSTEM//A//B", " SYSTEM//A", "system//A", "SYSTEM", "//", "////", "SYSTEM// ", "Bearer SYSTEM//A", "TOKEN//A"]
)
def test_row_14_declared_identities_that_are_refused(boiler, text):
    reply = boiler.ask("authorizationToken", "get-public-key", authentication=text)
    assert (reply.status, reply.payload["exceptionType"]) == (401, "AUTH")
    assert "receiver" not in reply


def test_row_14_null_and_absent_identities_are_refused_alike(boiler):
    absent = boiler.ask("authorization", "lookup", {}, authentication=None)
    trace = uuid.uuid4().hex
    null = boiler.ask_raw("authorization", "lookup", json.dumps(boiler.envelope({}, traceId=trace) | {"authentication": None}))
    assert absent.status == null.status == 401 and absent.payload == null.payload


@pytest.mark.parametrize(
    "text, name", [("SYSTEM//Sysop", "Sysop"), ("SYSTEM//sysop", "Sysop"), ("SYSTEM//hvac-gateway", "HvacGateway"), ("SYSTEM//HvacGateway//", "HvacGateway")]
)
def test_row_14_declared_identities_that_are_believed(boiler, text, name):
    reply = boiler.ask("generalManagement", "get-config", ["management.policy"], authentication=text)
    assert (reply.receiver, reply.status) == (name, 200 if name == "Sysop" else 403)


def test_row_19_management_by_whitelist_and_by_policy(broker, start, asks):
    start(*mqtt(broker, "identity.management.policy=authorization", "identity.management.whitelist=FleetConsole"))
    sysop, fleet, auditor, hvac = (asks(broker, name) for name in ("Sysop", "FleetConsole", "TokenAuditor", "HvacGateway"))
    query = ("authorizationTokenManagement", "query-tokens", {})
    # No policy yet: the operator and the whitelist only. Another operation of the same service is another scope.
    assert [client.ask(*query).status for client in (sysop, fleet, auditor, hvac)] == [200, 200, 403, 403]
    granted = {
        "provider": "ConsumerAuthorization", "targetType": "SERVICE_DEF", "target": "authorizationTokenManagement",
        "defaultPolicy": {"policyType": "WHITELIST", "policyList": ["Nobody"]},
        "scopedPolicies": {"query-tokens": {"policyType": "WHITELIST", "policyList": ["TokenAuditor"]}},
    }  # fmt: skip
    assert sysop.ask("authorizationManagement", "grant-policies", {"list": [granted]}).status == 201
    assert [client.ask(*query).status for client in (auditor, hvac)] == [200, 403]
    assert auditor.ask("authorizationTokenManagement", "revoke-tokens", ["x"]).status == 403
    assert auditor.ask("generalManagement", "get-config", ["domain.name"]).status == 403
    refused = hvac.ask(*query)
    assert (refused.receiver, refused.payload["exceptionType"]) == ("HvacGateway", "FORBIDDEN")
    assert hvac.ask("authorization", "lookup", {"instanceIds": ["x"]}).status != 403  # no management operation: not filtered


def test_row_19_the_whitelist_counts_only_beyond_sysop_only(broker, start, asks):
    start(*mqtt(broker, "identity.management.policy=sysop-only", "identity.management.whitelist=FleetConsole"))
    query = ("authorizationTokenManagement", "query-tokens", {})
    assert [asks(broker, name).ask(*query).status for name in ("Sysop", "FleetConsole")] == [200, 403]


def test_row_21_receiver_and_trace_id(boiler):
    refused = boiler.ask_raw("authorization", "lookup", json.dumps(boiler.envelope({}, traceId=None, authentication="x")))
    assert list(refused.body) == ["status", "payload"]
    bare = boiler.ask_raw("authorization", "lookup", json.dumps(boiler.envelope({}, traceId=None)))
    assert list(bare.body) == ["status", "receiver", "payload"]
    empty = boiler.ask_raw("authorization", "lookup", json.dumps(boiler.envelope({}, traceId="")))
    assert empty.traceId == ""
    for given, echoed in [(12, "12"), (True, "true"), ("a b\n\"ü", "a b\n\"ü"), ("x" * 5000, "x" * 5000)]:
        assert boiler.ask_raw("authorization", "lookup", json.dumps(boiler.envelope({}, traceId=given))).traceId == echoed


def test_row_22_payloads_are_converted(boiler, sysop):
    assert "5" in boiler.ask("authorization", "revoke", 5).payload["errorMessage"]
    assert boiler.ask("authorizationToken", "verify", 12.50).payload == {"verified": False}
    assert boiler.ask("authorizationToken", "verify", True).payload == {"verified": False}
    for bad in ({}, []):
        assert boiler.ask("authorization", "revoke", bad).status == 400
    for bad in ("one", "", {}, 5, [["x"]], [{}]):
        assert sysop.ask("authorizationManagement", "revoke-policies", bad).status == 400
    for bad in ("", "text", 5, True, [["targetType", "SERVICE_DEF"]], json.dumps(GRANT)):
        assert boiler.ask("authorization", "grant", bad).status == 400
    assert boiler.ask("authorizationToken", "get-public-key", {"not": "looked at"}).status == 404
    query = {"level": "PROVIDER", "pagination": {"page": "0", "size": 7.9}}
    assert sysop.ask("authorizationManagement", "query-policies", query).status == 200


@pytest.mark.parametrize(
    "value, on", [("true", True), ("TRUE", True), (True, True), ("1", False), (" true", False), (None, False), ("yes", False), (False, False)]
)
def test_row_23_unbound(sysop, value, on):
    order = {"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "consumer": "A", "provider": "B", "target": "c"}
    reply = sysop.ask("authorizationTokenManagement", "generate-tokens", {"list": [order]}, params={"unbound": value, "other": 3})
    assert (reply.status, reply.payload["count"]) == (201, 1 if on else 0)


def test_row_24_revoking_nothing_is_200_D3(boiler):
    assert boiler.ask("authorization", "revoke", INSTANCE).status == 200
    assert boiler.ask("authorization", "revoke", INSTANCE.replace("PR", "MGMT")).status == 200
    for bad in ("PR|LOCAL", "", " ", None):  # D6
        assert boiler.ask("authorization", "revoke", bad).status == 400


def test_row_25_unregistering_without_a_key_is_204(boiler):
    assert boiler.ask("authorizationToken", "unregister-encryption-key", traceId="t").text == (
        '{"status":204,"traceId":"t","receiver":"BoilerPlant","payload":""}'
    )


def test_row_26_generating_for_nobody_who_may(sysop):
    order = {"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "consumer": "A", "provider": "B", "target": "c"}
    reply = sysop.ask("authorizationTokenManagement", "generate-tokens", {"list": [order]})
    assert (reply.status, reply.payload) == (201, {"entries": [], "count": 0})


def test_row_27_unknown_members_repeated_members_and_what_stands_around(boiler):
    envelope = boiler.envelope({**GRANT, "unknown": {"deep": [1]}}, operation="revoke", more=[{}])
    assert boiler.ask_raw("authorization", "grant", envelope).status == 201
    text = json.dumps(boiler.envelope({"instanceIds": [INSTANCE]}))
    assert boiler.ask_raw("authorization", "lookup", b"\xef\xbb\xbf" + text.encode()).status == 200
    assert boiler.ask_raw("authorization", "lookup", text + " and {more}").status == 200
    assert boiler.ask_raw("authorization", "lookup", '{"traceId":"first",' + text[1:-1] + ',"traceId":"last"}').traceId == "last"


def test_row_28_utf_8_survives(boiler):
    words = "Ölstand – 圧力 🔥 \\ / \" \u2028"
    reply = boiler.ask("authorization", "grant", {**GRANT, "description": words}, traceId=words)
    assert reply.traceId == words and reply.payload["description"] == words
    assert "Ölstand – 圧力 🔥" in reply.text and "\\/" not in reply.text


@pytest.mark.parametrize("reply_topic", ["replies/#", "replies/+/x", "#", "a\x00b", "x" * 65536])
def test_row_29_reply_topics_that_no_broker_takes(server, broker, boiler, reply_topic):
    boiler.send("authorization", "grant", GRANT, responseTopic=reply_topic)
    assert eventually(lambda: policies(server) == 1)  # done all the same
    assert boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}).payload["count"] == 1
    page = server.client().get("/metrics").text
    assert "jeton_mqtt_connections_total 1" in page and "jeton_mqtt_replies_dropped_total 1" in page


def test_row_30_a_reply_to_one_of_our_own_topics_does_not_loop(server, boiler):
    boiler.send("authorization", "grant", GRANT, responseTopic=topic("authorization", "grant"))
    assert eventually(lambda: 'operation="grant",status="4xx"} 1' in server.client().get("/metrics").text)
    assert boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}).payload["count"] == 1
    page = server.client().get("/metrics").text
    assert 'jeton_mqtt_requests_total{service="authorization",operation="grant",status="4xx"} 1' in page


def test_row_31_200_parallel_requests_each_answered_once(boiler):
    traces = [uuid.uuid4().hex for _ in range(200)]
    for number, trace in enumerate(traces):
        boiler.send("authorization", "grant", {**GRANT, "target": f"target{number}"}, traceId=trace)
    for trace in traces:
        assert boiler.wait(lambda reply, trace=trace: reply.traceId == trace).status == 201
    assert boiler.ask("authorization", "lookup", {"targetNames": ["target7"], "targetType": "SERVICE_DEF"}).payload["count"] == 1
    assert not boiler.replies


def test_row_32_query_tokens_shows_no_token(boiler, sysop):
    boiler.ask("authorization", "grant", GRANT)
    assert sysop.ask("authorizationToken", "generate", {"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "provider": "BoilerPlant", "target": "boilerStatus"}).status == 201
    listed = sysop.ask("authorizationTokenManagement", "query-tokens", {}).payload
    assert listed["count"] == 1 and "token" not in listed["entries"][0]


def test_D9_blank_names_are_401(boiler):
    assert boiler.ask("authorizationToken", "get-public-key", authentication="SYSTEM//  ").status == 401


def test_D10_retained_requests_are_passed_over(broker, start, asks):
    boiler = asks(broker, "BoilerPlant")
    boiler.publish(topic("authorization", "grant"), boiler.envelope(GRANT), retain=True).wait_for_publish()
    server = start(*mqtt(broker))
    assert boiler.ask("authorization", "lookup", {"instanceIds": [INSTANCE]}).payload["count"] == 0
    assert 'jeton_mqtt_messages_ignored_total{reason="retained"} 1' in server.client().get("/metrics").text


def test_D13_and_4_2_echo_is_not_subscribed(broker, server, boiler):
    for silent in ("monitor/echo", "authorization/Grant", "authorization/grant/", "authorization/list"):
        boiler.publish("arrowhead/consumer-authorization/" + silent, boiler.envelope(GRANT))
    assert boiler.hears_nothing_of("authorization", "verify", "{")
    assert policies(server) == 0


def test_a_payload_past_the_bound_is_named(broker, start, asks):
    start(*mqtt(broker, "http.limits.body=2KiB"))
    boiler = asks(broker, "BoilerPlant")
    reply = boiler.ask("authorization", "grant", {**GRANT, "description": "x" * 4096})
    assert reply.status == 400 and "http.limits.body" in reply.payload["errorMessage"]


def test_nesting_past_the_bound_is_silence_not_a_crash(boiler):
    deep = '{"payload":' + "[" * 100_000 + "]" * 100_000 + "}"
    assert boiler.hears_nothing_of("authorization", "grant", deep)
