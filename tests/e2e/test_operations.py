"""The 21 operations on their exact paths (arrowhead-authorization 1.2, 5; acceptance list 21.1 to 21.4)."""

import base64
import re
import subprocess

import pytest

from jeton import AUTHORIZATION, BASE, GENERAL, MANAGEMENT, MONITOR, TOKEN, TOKEN_MANAGEMENT

INSTANCE = "PR|LOCAL|PumpStation|SERVICE_DEF|flowRate"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z"


def contains_null(value):
    if isinstance(value, dict):
        return any(contains_null(v) for v in value.values())
    if isinstance(value, list):
        return any(contains_null(v) for v in value)
    return value is None


@pytest.fixture
def provider(server):
    return server.client("PumpStation")


@pytest.fixture
def reader(server):
    return server.client("FlowReader")


@pytest.fixture
def sysop(server):
    return server.client()


def test_01_grant_as_in_the_contracts_example(provider):
    body = {
        "targetType": "service_def",
        "target": "flow-rate",
        "description": "readers may read, only the dispatcher may steer",
        "defaultPolicy": {"policyType": "BLACKLIST", "policyList": ["old-gateway"]},
        "scopedPolicies": {"Set_Speed": {"policyType": "WHITELIST", "policyList": ["Dispatcher", "dispatcher"]}},
    }
    answer = provider.post(AUTHORIZATION + "/grant", body)
    assert answer.status == 201, answer
    assert answer.headers["content-type"] == "application/json"
    created = answer.json
    assert re.fullmatch(INSTANT, created.pop("createdAt"))
    assert created == {
        "instanceId": INSTANCE,
        "level": "PROVIDER",
        "cloud": "LOCAL",
        "provider": "PumpStation",
        "targetType": "SERVICE_DEF",
        "target": "flowRate",
        "description": "readers may read, only the dispatcher may steer",
        "defaultPolicy": {"policyType": "BLACKLIST", "policyList": ["OldGateway"]},
        "scopedPolicies": {"set-speed": {"policyType": "WHITELIST", "policyList": ["Dispatcher"]}},
        "createdBy": "PumpStation",
    }
    assert list(answer.json) == ["instanceId", "level", "cloud", "provider", "targetType", "target", "description", "defaultPolicy",
                                 "scopedPolicies", "createdBy", "createdAt"]  # fmt: skip
    assert provider.post(AUTHORIZATION + "/grant", body).status == 200
    described = provider.post(AUTHORIZATION + "/grant", {**body, "description": "other words"})
    assert (described.status, described.json["description"]) == (200, "other words")
    different = provider.post(AUTHORIZATION + "/grant", {**body, "defaultPolicy": {"policyType": "ALL"}})
    assert (different.status, different.json["exceptionType"]) == (400, "INVALID_PARAMETER")
    assert different.json["origin"] == f"POST {AUTHORIZATION}/grant"


def test_02_revoke(provider, reader):
    provider.grant()
    other = reader.revoke(INSTANCE)
    assert (other.status, other.json["exceptionType"]) == (403, "FORBIDDEN")
    assert other.json["origin"] == f"DELETE {AUTHORIZATION}/revoke/{INSTANCE}"
    first = provider.revoke(INSTANCE)
    assert (first.status, first.body) == (200, b"")
    assert "content-type" not in first.headers
    assert provider.revoke(INSTANCE).status == 204
    assert provider.revoke("PR|LOCAL|PumpStation").status == 400


def test_03_lookup(provider, reader):
    provider.grant()
    found = provider.post(AUTHORIZATION + "/lookup", {"cloudIdentifiers": ["local"], "targetType": "SERVICE_DEF"})
    assert found.status == 200 and found.json["count"] == 1
    assert found.json["entries"][0]["instanceId"] == INSTANCE
    assert "scopedPolicies" not in found.json["entries"][0] and "description" not in found.json["entries"][0]
    assert reader.post(AUTHORIZATION + "/lookup", {"instanceIds": [INSTANCE]}).json == {"entries": [], "count": 0}
    assert provider.post(AUTHORIZATION + "/lookup", {"targetType": "SERVICE_DEF"}).status == 400


def test_04_verify(provider, reader, server):
    provider.grant(policy={"policyType": "WHITELIST", "policyList": ["FlowReader"]})
    granted = reader.verify(provider="pump-station", scope="read-now")
    assert (granted.status, granted.body, granted.headers["content-type"]) == (200, b"true", "application/json")
    assert provider.verify(consumer="Dispatcher").body == b"false"
    assert provider.verify(consumer="FlowReader", target="other").body == b"false"
    assert server.client("Stranger").verify(provider="PumpStation", consumer="FlowReader").status == 403
    assert reader.verify().status == 400


def test_05_generate(provider, reader, server):
    refused = reader.generate("PumpStation")
    assert (refused.status, refused.json["exceptionType"]) == (403, "FORBIDDEN")
    provider.grant()
    limited = reader.generate("PumpStation", "usage_limited_token_auth", scope="read-now")
    assert limited.status == 201
    assert {k: v for k, v in limited.json.items() if k != "token"} == {
        "tokenType": "USAGE_LIMITED_TOKEN",
        "targetType": "SERVICE_DEF",
        "usageLimit": 5,
    }
    assert len(limited.json["token"]) == 44 and limited.json["token"].endswith("=")
    timed = reader.generate("PumpStation")
    assert re.fullmatch(INSTANT, timed.json["expiresAt"]) and "usageLimit" not in timed.json
    contained = reader.generate("PumpStation", "BASE64_SELF_CONTAINED_TOKEN_AUTH", scope="read-now")
    fields = base64.urlsafe_b64decode(contained.json["token"]).decode().split("|")
    assert fields[:6] == ["LOCAL", "FlowReader", "PumpStation", "flowRate", "read-now", "SERVICE_DEF"]
    assert fields[6] == contained.json["expiresAt"]
    jwt = reader.generate("PumpStation", "RSA_SHA256_JSON_WEB_TOKEN_AUTH")
    assert (jwt.status, jwt.json["exceptionType"]) == (400, "INVALID_PARAMETER")
    assert reader.generate("PumpStation", "CERT_AUTH").status == 400


@pytest.mark.parametrize("path", ["/token/verify/", "/verify/", "/token/verify/%7Btoken%7D/"])
def test_06_verify_token_on_three_paths(provider, reader, path):
    provider.grant()
    token = reader.generate("PumpStation", scope="read-now").json["token"]
    expected = {
        "verified": True,
        "consumerCloud": "LOCAL",
        "consumer": "FlowReader",
        "targetType": "SERVICE_DEF",
        "target": "flowRate",
        "scope": "read-now",
    }
    assert provider.get(TOKEN + path + token).json == expected
    assert reader.get(TOKEN + path + token).json == {"verified": False}
    assert provider.get(TOKEN + path + "unknown").json == {"verified": False}


def test_06_verify_token_consumes_uses_and_refuses_self_contained(provider, reader):
    provider.grant()
    token = reader.generate("PumpStation", "USAGE_LIMITED_TOKEN_AUTH").json["token"]
    assert [provider.verify_token(token).json["verified"] for _ in range(7)] == [True] * 5 + [False] * 2
    contained = reader.generate("PumpStation", "BASE64_SELF_CONTAINED_TOKEN_AUTH").json["token"]
    refused = provider.verify_token(contained)
    assert (refused.status, refused.json["exceptionType"]) == (400, "INVALID_PARAMETER")
    assert contained not in refused.text, "the token leaks into the error"


def make_key(folder):
    path = folder / "signing.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(path), "2048"], check=True, capture_output=True)
    return path


def test_07_public_key_and_jwt(start, tmp_path):
    key = make_key(tmp_path)
    server = start("--set", f"tokens.signing-key={key}")
    provider, reader = server.client("PumpStation"), server.client("FlowReader")
    answer = provider.get(TOKEN + "/public-key")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain;charset=UTF-8")
    der = base64.b64decode(answer.text, validate=True)
    expected = subprocess.run(
        ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    assert der == expected
    provider.grant()
    for variant, digest in (
        ("RSA_SHA256_JSON_WEB_TOKEN_AUTH", "-sha256"),
        ("RSA_SHA512_JSON_WEB_TOKEN_AUTH", "-sha512"),
    ):
        token = reader.generate("PumpStation", variant, scope="read-now").json["token"]
        head, claims, signature = token.split(".")
        (tmp_path / "input").write_text(f"{head}.{claims}")
        (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(signature + "=="))
        (tmp_path / "public.der").write_bytes(der)
        subprocess.run(["openssl", "dgst", digest, "-verify", str(tmp_path / "public.der"), "-keyform", "DER", "-signature", str(tmp_path / "signature"),
                        str(tmp_path / "input")], check=True, capture_output=True)  # fmt: skip


def test_07_public_key_without_a_key(provider):
    answer = provider.get(TOKEN + "/public-key")
    assert (answer.status, answer.json["exceptionType"]) == (404, "DATA_NOT_FOUND")


def test_08_09_encryption_key(provider, reader):
    ecb = provider.post(TOKEN + "/encryption-key", {"key": "northwind-key-16"})
    assert (ecb.status, ecb.body) == (201, b"")
    cbc = provider.post(TOKEN + "/encryption-key", {"key": "northwind-key-16", "algorithm": "aes/cbc/pkcs5padding"})
    assert cbc.status == 201 and len(base64.b64decode(cbc.text)) == 16
    provider.grant()
    token = reader.generate("PumpStation", "BASE64_SELF_CONTAINED_TOKEN_AUTH").json["token"]
    clear = subprocess.run(["openssl", "enc", "-d", "-aes-128-cbc", "-K", b"northwind-key-16".hex(), "-iv", base64.b64decode(cbc.text).hex()],
                           input=base64.b64decode(token), check=True, capture_output=True).stdout  # fmt: skip
    assert base64.urlsafe_b64decode(clear).startswith(b"LOCAL|FlowReader|PumpStation|flowRate||SERVICE_DEF|")
    assert provider.post(TOKEN + "/encryption-key", {"key": "too short"}).status == 400
    assert provider.delete(TOKEN + "/encryption-key").status == 200
    assert provider.delete(TOKEN + "/encryption-key").status == 204


def test_10_to_13_management_of_policies(sysop, provider, reader):
    policy = {"provider": "PumpStation", "targetType": "EVENT_TYPE", "target": "pressureAlarm", "cloud": "NorthGrid|AcmeWater",
              "defaultPolicy": {"policyType": "SYS_METADATA", "policyMetadataRequirement": {"site.level": {"op": "LESS_THAN", "value": 3}}}}  # fmt: skip
    granted = sysop.post(MANAGEMENT + "/grant", {"list": [policy]})
    assert granted.status == 201 and granted.json["count"] == 1
    entry = granted.json["entries"][0]
    assert entry["instanceId"] == "MGMT|NorthGrid|AcmeWater|PumpStation|EVENT_TYPE|pressureAlarm"
    assert entry["createdBy"] == "Sysop" and entry["level"] == "MGMT"
    assert entry["defaultPolicy"] == policy["defaultPolicy"]
    assert sysop.post(MANAGEMENT + "/grant", {"list": [policy]}).status == 400
    provider.grant()
    page = sysop.post(
        MANAGEMENT + "/query",
        {"level": "provider", "pagination": {"page": 0, "size": 2, "sortField": "provider", "direction": "desc"}},
    )
    assert (page.status, page.json["count"]) == (200, 1)
    checked = sysop.post(MANAGEMENT + "/check", {"list": [
        {"provider": "PumpStation", "consumer": "flow-reader", "targetType": "SERVICE_DEF", "target": "flowRate", "scope": "Read_Now"},
        {"provider": "Nobody", "consumer": "FlowReader", "targetType": "SERVICE_DEF", "target": "flowRate"}]})  # fmt: skip
    assert checked.json == {"entries": [
        {"provider": "PumpStation", "consumer": "FlowReader", "cloud": "LOCAL", "targetType": "SERVICE_DEF", "target": "flowRate", "scope": "read-now", "granted": True},
        {"provider": "Nobody", "consumer": "FlowReader", "cloud": "LOCAL", "targetType": "SERVICE_DEF", "target": "flowRate", "granted": False}], "count": 2}  # fmt: skip
    revoked = sysop.delete(
        MANAGEMENT + "/revoke?instanceIds=" + ",".join([entry["instanceId"], INSTANCE]).replace("|", "%7C")
    )
    assert (revoked.status, revoked.body) == (200, b"")
    assert sysop.post(MANAGEMENT + "/query", {"level": "PROVIDER"}).json["count"] == 0
    assert sysop.post(MANAGEMENT + "/query", {"level": "MGMT"}).json["count"] == 0
    assert sysop.delete(MANAGEMENT + "/revoke").status == 400
    assert sysop.delete(MANAGEMENT + "/revoke?instanceIds=MGMT%7CLOCAL").status == 400


def test_14_to_16_management_of_tokens(start):
    server = start("--set", "tokens.unbounded-generation-whitelist=orchestrator")
    sysop, provider, reader = server.client(), server.client("PumpStation"), server.client("FlowReader")
    body = {"list": [{"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "consumer": "FlowReader", "provider": "PumpStation", "target": "flowRate", "scope": "", "expiresAt": "2031-03-04T05:06:07Z"},
                     {"tokenVariant": "USAGE_LIMITED_TOKEN_AUTH", "consumer": "Dispatcher", "provider": "PumpStation", "target": "flowRate", "usageLimit": 2}]}  # fmt: skip
    nothing = sysop.post(TOKEN_MANAGEMENT + "/generate", body)
    assert (nothing.status, nothing.json) == (201, {"entries": [], "count": 0})
    assert sysop.post(TOKEN_MANAGEMENT + "/generate?unbound=true", body).status == 403
    provider.grant()
    made = sysop.post(TOKEN_MANAGEMENT + "/generate?unbound=false", body)
    assert made.status == 201 and made.json["count"] == 2
    timed, used = made.json["entries"]
    assert timed["expiresAt"] == "2031-03-04T05:06:07Z" and "usageLimit" not in timed and "scope" not in timed
    assert (used["usageLimit"], used["usageLeft"], used["requester"]) == (2, 2, "Sysop")
    listed = sysop.post(TOKEN_MANAGEMENT + "/query", {"pagination": {"sortField": "consumer"}})
    assert [entry["consumer"] for entry in listed.json["entries"]] == ["Dispatcher", "FlowReader"]
    assert all("token" not in entry for entry in listed.json["entries"])
    assert not contains_null(listed.json)
    reference = timed["tokenReference"]
    assert len(base64.b64decode(reference)) == 32
    gone = sysop.delete(TOKEN_MANAGEMENT + "/revoke?tokenReferences=" + reference.replace("+", "%2B"))
    assert (gone.status, gone.body) == (200, b"")
    assert provider.verify_token(timed["token"]).json == {"verified": False}
    assert sysop.delete(TOKEN_MANAGEMENT + "/revoke?tokenReferences=" + reference.replace("+", "%2B")).status == 200
    assert sysop.delete(TOKEN_MANAGEMENT + "/revoke?tokenReferences=").status == 400


def test_17_18_management_of_encryption_keys(sysop):
    body = {
        "list": [
            {"systemName": "pump-station", "key": "northwind-key-16", "algorithm": "AES/CBC/PKCS5Padding"},
            {"systemName": "Other", "key": "northwind-key-16"},
        ]
    }
    added = sysop.post(TOKEN_MANAGEMENT + "/encryption-key", body)
    assert added.status == 201 and added.json["count"] == 2
    cbc, ecb = added.json["entries"]
    assert (cbc["systemName"], cbc["rawKey"], cbc["algorithm"]) == (
        "PumpStation",
        "northwind-key-16",
        "AES/CBC/PKCS5Padding",
    )
    assert len(base64.b64decode(cbc["keyAdditive"])) == 16 and "keyAdditive" not in ecb
    assert (
        sysop.post(TOKEN_MANAGEMENT + "/encryption-key", {"list": [body["list"][0], body["list"][0]]}).status == 400
    )
    assert sysop.delete(TOKEN_MANAGEMENT + "/encryption-key?systemNames=PumpStation,Nobody").status == 200
    assert sysop.delete(TOKEN_MANAGEMENT + "/encryption-key?systemNames=").status == 400
    assert sysop.delete(TOKEN_MANAGEMENT + "/encryption-key").status == 400


def test_19_get_log(sysop):
    sysop.get(MONITOR + "/echo")
    everything = sysop.send("POST", GENERAL + "/logs", headers={"Content-Type": None})
    assert everything.status == 200 and everything.json["count"] >= 1
    entry = everything.json["entries"][0]
    assert set(entry) <= {"logId", "entryDate", "logger", "severity", "message", "exception"}
    page = sysop.post(GENERAL + "/logs", {"pagination": {"page": 0, "size": 1}, "severity": "info"})
    assert len(page.json["entries"]) == 1
    assert sysop.post(GENERAL + "/logs", {"from": "x"}).status == 400
    assert sysop.post(GENERAL + "/logs", {"severity": "ALL"}).status == 400
    assert sysop.post(GENERAL + "/logs", {"severity": "off"}).json == {"entries": [], "count": 0}


def test_20_get_config(sysop):
    answer = sysop.get(
        GENERAL
        + "/get-config?keys=authentication.policy,max.page.size,token.max.age,secret.cryptographer.key,no.such"
    )
    assert answer.status == 200
    assert answer.json == {
        "map": {"authentication.policy": "declared", "max.page.size": "1000", "token.max.age": "60"}
    }
    assert sysop.get(GENERAL + "/get-config?keys=nothing").json == {"map": {}}
    assert sysop.get(GENERAL + "/get-config").status == 400


def test_get_config_tells_of_the_blacklist_and_of_mqtt(start):
    client = start("--set", "identity.blacklist.force=false").client()
    keys = "enable.blacklist.filter,force.blacklist.filter,mqtt.api.enabled"
    assert client.get(GENERAL + "/get-config?keys=" + keys).json == {
        "map": {"enable.blacklist.filter": "false", "force.blacklist.filter": "false", "mqtt.api.enabled": "false"}
    }


def test_21_echo(server, reader):
    answer = reader.get(MONITOR + "/echo")
    assert (answer.status, answer.text, answer.headers["content-type"]) == (
        200,
        "Got it!",
        "text/plain;charset=UTF-8",
    )
    assert server.client(None).get(MONITOR + "/echo").status == 401


def test_management_policies(start):
    server = start(
        "--set",
        "identity.management.policy=authorization",
        "--set",
        "identity.management.whitelist=DynamicServiceOrchestration",
    )
    body = {"list": [{"provider": "P", "consumer": "C", "targetType": "SERVICE_DEF", "target": "t"}]}
    refused = server.client("Delegate").post(MANAGEMENT + "/check", "not json at all")
    assert refused.status == 403, "a request without permission is refused before its body is looked at"
    assert refused.json["origin"] == f"http://127.0.0.1:{server.port}{MANAGEMENT}/check"
    assert server.client("DynamicServiceOrchestration").post(MANAGEMENT + "/check", body).status == 200
    grant = {"list": [{"provider": "ConsumerAuthorization", "targetType": "SERVICE_DEF", "target": "authorizationManagement",
                       "defaultPolicy": {"policyType": "WHITELIST", "policyList": ["Nobody"]},
                       "scopedPolicies": {"check-policies": {"policyType": "WHITELIST", "policyList": ["Delegate"]}}}]}  # fmt: skip
    assert server.client().post(MANAGEMENT + "/grant", grant).status == 201
    assert server.client("Delegate").post(MANAGEMENT + "/check", body).status == 200
    assert server.client("Delegate").post(MANAGEMENT + "/query", {"level": "MGMT"}).status == 403


def test_system_pages(server):
    nobody = server.client(None)
    assert nobody.get("/livez").status == 200
    assert nobody.get("/readyz").status == 200
    assert "jeton_http_requests_total" in nobody.get("/metrics").text
    document = nobody.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    operations = {op["operationId"] for path in document["paths"].values() for op in path.values()}
    assert {
        "authorization.grant",
        "authorizationToken.verify",
        "generalManagement.get-log",
        "monitor.echo",
    } <= operations
    assert len([op for op in operations if not op.startswith(("system.", "events.", "messageQueue.", "leases."))]) == 21
    assert "rapi-doc" in nobody.get("/docs").text
    assert nobody.get("/").status == 302
    assert nobody.get("/v3/api-docs").json == document


def test_every_response_has_a_request_id(server):
    client = server.client()
    assert client.get(MONITOR + "/echo", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    fresh = client.get(MONITOR + "/echo", headers={"X-Request-Id": "has blank"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-z]{8,}", fresh)
    assert client.get("/nothing/here").headers["x-request-id"]
    assert server.client(None).get(BASE + "/x").headers["x-request-id"]


def test_errors_below_the_operations_have_the_same_shape(server):
    client = server.client()
    for answer, status in (
        (client.get("/nothing"), 404),
        (client.get(AUTHORIZATION + "/grant/"), 404),
        (client.get(AUTHORIZATION + "/grant"), 405),
        (client.send("POST", AUTHORIZATION + "/grant", "{}", headers={"Content-Type": "text/plain"}), 415),
        (client.post(AUTHORIZATION + "/grant", "{"), 400),
        (client.post(AUTHORIZATION + "/grant", "null"), 400),
        (client.post(AUTHORIZATION + "/grant", ""), 400),
        (client.send("GET", TOKEN + "/public-key", headers={"Accept": "application/json"}), 406),
        (client.post(TOKEN_MANAGEMENT + "/generate?unbound=maybe", {"list": []}), 400),
    ):
        assert answer.status == status, answer
        assert answer.json["errorCode"] == status and answer.json["exceptionType"]
    assert client.get(AUTHORIZATION + "/grant").headers["allow"].split(", ")[0] == "POST"
    assert client.send("OPTIONS", AUTHORIZATION + "/grant").headers["allow"] == "POST, OPTIONS"
    assert server.client(None).get("/nothing").status == 401
    head = client.send("HEAD", MONITOR + "/echo")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "7")
