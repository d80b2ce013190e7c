"""The authentication policy `outsourced` against an Authentication system (arrowhead-authorization 9.4, 11.6, 11.8)."""

import hashlib
import hmac
import http.client
import threading
import time

import pytest

from fake_cloud import Authentication, Orchestration, ServiceRegistry, eventually

PASSWORDS = {"ConsumerAuthorization": "own-secret"}
ECHO = "/consumerauthorization/monitor/echo"
OUTSOURCED = (
    "--set",
    "identity.policy=outsourced",
    "--set",
    "identity.authenticator-credentials=password=own-secret",
    "--set",
    "identity.authenticator-secret-keys=GateKeeper= orchid-77 ",
    "--set",
    "arrowhead.authentication.login-interval=200ms",
)


@pytest.fixture
def authentication():
    fake = Authentication(passwords=dict(PASSWORDS))
    yield fake
    fake.close()


@pytest.fixture
def server(start, authentication):
    server = start(*OUTSOURCED, "--set", f"arrowhead.authentication.url={authentication.url}")
    eventually(lambda: readyz(server).status == 200)
    return server


def call(server, key, path=ECHO):
    client = server.client(None)
    return client.get(path, headers={"Authorization": None if key is None else f"Bearer {key}"})


def readyz(server):
    return server.client(None).get("/readyz")


def gate_keeper():
    digest = hmac.new(b"orchid-77", b"GateKeeper", hashlib.sha256).hexdigest()
    return f"AUTHENTICATOR-KEY//gate-keeper//{digest}"


def test_item_63_keys_that_are_not_good(server, authentication):
    token = authentication.issue("FlowReader")
    hash_of_gate_keeper = gate_keeper().rsplit("//", 1)[1]
    for key in (
        None,
        "",
        "SYSTEM//FlowReader",
        "IDENTITY-TOKEN",
        "IDENTITY-TOKEN//",
        f"IDENTITY-TOKEN//{token}//x",
        f"identity-token//{token}",
        f"AUTH-TOKEN//{token}",
        "IDENTITY-TOKEN//unknown",
        "AUTHENTICATOR-KEY//GateKeeper",
        "AUTHENTICATOR-KEY//GateKeeper//" + "0" * 64,
        "AUTHENTICATOR-KEY//GateKeeper//" + hash_of_gate_keeper.upper(),
        f"AUTHENTICATOR-KEY//Other//{hash_of_gate_keeper}",
        f"AUTHENTICATOR-KEY//GateKeeper//{hash_of_gate_keeper}//x",
    ):
        answer = call(server, key)
        assert answer.status == 401, (key, answer)
        assert answer.json["exceptionType"] == "AUTH"
        assert token not in answer.text


def test_name_and_sysop_flag_are_taken_over(server, authentication):
    grant = {"targetType": "SERVICE_DEF", "target": "flowRate", "defaultPolicy": {"policyType": "ALL"}}
    reader = authentication.issue("FlowReader")
    answer = server.client(None).post(
        "/consumerauthorization/authorization/grant", grant, headers={"Authorization": f"Bearer IDENTITY-TOKEN//{reader}"}
    )
    assert answer.status == 201
    assert answer.json["provider"] == "FlowReader"
    config = "/consumerauthorization/general/mgmt/get-config?keys=max.page.size"
    assert call(server, f"IDENTITY-TOKEN//{reader}", config).status == 403
    operator = authentication.issue("Anna", sysop=True)
    assert call(server, f"IDENTITY-TOKEN//{operator}", config).status == 200


def test_authenticator_keys_are_good_and_never_sysop(server):
    assert gate_keeper().endswith("a2200850e347d31add5b503e3066ffe211de66cf6cd9dbb8cb9d82f209cfcd90")
    assert call(server, gate_keeper()).status == 200
    config = "/consumerauthorization/general/mgmt/get-config?keys=max.page.size"
    assert call(server, gate_keeper(), config).status == 403


def test_it_asks_with_its_own_token_and_remembers_the_answer(server, authentication):
    token = authentication.issue("FlowReader")
    for _ in range(10):
        assert call(server, f"IDENTITY-TOKEN//{token}").status == 200
    asked = authentication.seen(f"/verify/{token}")
    assert len(asked) <= 2
    assert authentication.holder(asked[0].key.removeprefix("IDENTITY-TOKEN//")) == "ConsumerAuthorization"


def test_an_answer_is_not_believed_past_the_end_of_its_token(server, authentication):
    token = authentication.issue("FlowReader", lifetime=1.5)
    assert call(server, f"IDENTITY-TOKEN//{token}").status == 200
    eventually(lambda: call(server, f"IDENTITY-TOKEN//{token}").status == 401, 4)


def test_without_remembering_every_request_asks(start, authentication):
    server = start(
        *OUTSOURCED, "--set", f"arrowhead.authentication.url={authentication.url}", "--set", "identity.remember=0s"
    )
    eventually(lambda: readyz(server).status == 200)
    token = authentication.issue("FlowReader")
    for _ in range(5):
        assert call(server, f"IDENTITY-TOKEN//{token}").status == 200
    assert len(authentication.seen(f"/verify/{token}")) == 5


@pytest.mark.parametrize(
    "given, status, kind",
    [
        ((401, b'{"errorMessage":"log in","errorCode":401,"exceptionType":"AUTH"}'), 401, "AUTH"),
        ((403, b'{"errorMessage":"no","errorCode":403,"exceptionType":"FORBIDDEN"}'), 403, "FORBIDDEN"),
        ((400, b'{"errorMessage":"no","errorCode":400,"exceptionType":"INVALID_PARAMETER"}'), 400, "INVALID_PARAMETER"),
        ((408, b'{"errorMessage":"no","errorCode":408,"exceptionType":"TIMEOUT"}'), 408, "TIMEOUT"),
        ((423, b'{"errorMessage":"no","errorCode":423,"exceptionType":"LOCKED"}'), 423, "LOCKED"),
        ((500, b'{"errorMessage":"no","errorCode":500,"exceptionType":"ARROWHEAD"}'), 500, "ARROWHEAD"),
        ((503, b'{"errorMessage":"no","errorCode":503,"exceptionType":"EXTERNAL_SERVER_ERROR"}'), 503, None),
        ((500, b"<html>"), 500, "ARROWHEAD"),
        ((200, b"not json"), 500, "ARROWHEAD"),
        ((200, b"{}"), 500, "ARROWHEAD"),
        ((200, b'{"verified":true}'), 500, "ARROWHEAD"),
        ((200, b'{"verified":true,"systemName":"' + b"A" * 100_000 + b'"}'), 500, "ARROWHEAD"),
        ((200, b" " * 2_000_000), 500, "ARROWHEAD"),
    ],
)
def test_failures_of_the_question_are_passed_on(server, authentication, given, status, kind):
    authentication.raw_answers["/authentication/identity/verify/some-token"] = given
    answer = call(server, "IDENTITY-TOKEN//some-token")
    assert answer.status == status, answer
    assert answer.json["exceptionType"] == (kind or "EXTERNAL_SERVER_ERROR")
    assert "some-token" not in answer.text


def test_an_error_that_repeats_the_token_is_not_repeated(server, authentication):
    authentication.raw_answers["/authentication/identity/verify/some-token"] = (
        400,
        b'{"errorMessage":"some-token is bad","errorCode":400,"exceptionType":"INVALID_PARAMETER"}',
    )
    answer = call(server, "IDENTITY-TOKEN//some-token")
    assert (answer.status, answer.json["exceptionType"]) == (400, "INVALID_PARAMETER")
    assert "some-token" not in answer.text
    server.stop()
    assert "some-token" not in "".join(server.log)
    assert "own-secret" not in "".join(server.log)


def test_without_an_authentication_system_to_be_found_it_is_404(start):
    registry = ServiceRegistry()
    try:
        server = start(*OUTSOURCED, "--set", f"arrowhead.service-registry.url={registry.url}")
        answer = call(server, "IDENTITY-TOKEN//x")
        assert (answer.status, answer.json["exceptionType"]) == (404, "DATA_NOT_FOUND")
        assert "identity" in answer.text
        server.stop()
    finally:
        registry.close()


def test_it_is_found_through_the_registry_which_wants_a_login_too(start, authentication):
    registry = ServiceRegistry(authentication=authentication)
    registry.offer("Authentication", "identity", authentication.interface())
    try:
        server = start(*OUTSOURCED, "--set", f"arrowhead.service-registry.url={registry.url}")
        eventually(lambda: len(registry.of("ConsumerAuthorization")) == 5)
        eventually(lambda: readyz(server).status == 200)
        assert call(server, f"IDENTITY-TOKEN//{authentication.issue('FlowReader')}").status == 200
        server.stop()
        assert registry.of("ConsumerAuthorization") == []
        logout = authentication.seen("/logout")
        assert [r.json for r in logout] == [
            {"systemName": "ConsumerAuthorization", "credentials": {"password": "own-secret"}}
        ]
        assert logout[0].at > registry.seen("/service-discovery/revoke/")[-1].at, "logged out last"
    finally:
        registry.close()


def test_what_the_registry_does_not_have_an_orchestrator_may_find(start, authentication):
    registry = ServiceRegistry()
    orchestration = Orchestration()
    registry.offer("FlexibleServiceOrchestration", "serviceOrchestration", orchestration.interface())
    orchestration.results = [{"providerName": "Authentication", "interfaces": [authentication.interface()]}]
    try:
        server = start(*OUTSOURCED, "--set", f"arrowhead.service-registry.url={registry.url}")
        eventually(lambda: call(server, f"IDENTITY-TOKEN//{authentication.issue('FlowReader')}").status == 200)
        request = orchestration.seen("/pull")[0].json
        assert request == {
            "serviceRequirement": {
                "serviceDefinition": "identity",
                "interfaceTemplateNames": ["generic_http"],
                "preferredProviders": [],
            },
            "orchestrationFlags": {"MATCHMAKING": True, "ALLOW_INTERCLOUD": False, "ALLOW_TRANSLATION": False},
        }
        server.stop()
    finally:
        orchestration.close()
        registry.close()


def test_the_own_login_is_renewed_before_it_ends(start, authentication):
    authentication.lifetime = 3.0
    server = start(*OUTSOURCED, "--set", f"arrowhead.authentication.url={authentication.url}")
    eventually(lambda: len(authentication.seen("/login")) >= 3, 15)
    first, second = authentication.seen("/login")[:2]
    # Five intervals of 200 ms before the end; the end is told in whole seconds.
    assert 0.5 < second.at - first.at < 3.0
    assert first.json == {"systemName": "ConsumerAuthorization", "credentials": {"password": "own-secret"}}
    assert "authorization" not in first.headers
    assert readyz(server).status == 200


def test_wrong_credentials_end_the_login_for_good(start):
    authentication = Authentication(passwords={"ConsumerAuthorization": "another"})
    try:
        server = start(*OUTSOURCED, "--set", f"arrowhead.authentication.url={authentication.url}")
        eventually(lambda: "identity.authenticator-credentials" in readyz(server).text)
        logins = len(authentication.seen("/login"))
        assert logins == 1
        answer = call(server, "IDENTITY-TOKEN//x")
        assert (answer.status, answer.json["exceptionType"]) == (401, "AUTH")
        assert call(server, gate_keeper()).status == 200
        assert len(authentication.seen("/login")) == 1
        server.stop()
    finally:
        authentication.close()


def test_a_lost_session_is_logged_in_anew(server, authentication):
    authentication.tokens.clear()
    token = authentication.issue("FlowReader")
    eventually(lambda: call(server, f"IDENTITY-TOKEN//{token}").status == 200)
    assert len(authentication.seen("/login")) >= 2


def test_an_outage_leaves_authenticator_keys_alone_and_ends_by_itself(server, authentication):
    token = authentication.issue("FlowReader")
    port, tokens = authentication.port, authentication.tokens
    authentication.close()
    answer = call(server, f"IDENTITY-TOKEN//{token}")
    assert (answer.status, answer.json["exceptionType"]) == (503, "EXTERNAL_SERVER_ERROR")
    eventually(lambda: readyz(server).status == 503)
    assert "authentication" in readyz(server).text
    for _ in range(30):
        begin = time.monotonic()
        assert call(server, f"IDENTITY-TOKEN//{token}").status == 503
        assert call(server, gate_keeper()).status == 200
        assert time.monotonic() - begin < 3
    back = Authentication(port, passwords=dict(PASSWORDS))
    back.tokens = tokens
    try:
        eventually(lambda: call(server, f"IDENTITY-TOKEN//{token}").status == 200, 20)
        eventually(lambda: readyz(server).status == 200)
    finally:
        server.stop()
        back.close()


def test_away_at_the_start_and_there_later(start):
    early = Authentication()
    port = early.port
    early.close()
    server = start(*OUTSOURCED, "--set", f"arrowhead.authentication.url=http://127.0.0.1:{port}")
    assert readyz(server).status == 503
    assert call(server, gate_keeper()).status == 200
    late = Authentication(port, passwords=dict(PASSWORDS))
    try:
        eventually(lambda: readyz(server).status == 200)
        assert call(server, f"IDENTITY-TOKEN//{late.issue('FlowReader')}").status == 200
    finally:
        server.stop()
        late.close()


def test_one_that_never_answers_slows_nobody_else(server, authentication):
    known = authentication.issue("FlowReader")
    assert call(server, f"IDENTITY-TOKEN//{known}").status == 200
    authentication.hang.set()
    statuses = []

    def ask(number):
        statuses.append(call(server, f"IDENTITY-TOKEN//made-up-{number}").status)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(60)]
    for thread in threads:
        thread.start()
    client = server.client(None)
    durations = []
    for _ in range(300):
        begin = time.monotonic()
        assert client.get(ECHO, headers={"Authorization": f"Bearer {gate_keeper()}"}).status == 200
        durations.append(time.monotonic() - begin)
    durations.sort()
    print({"p50 ms": durations[150] * 1000, "p99 ms": durations[297] * 1000})
    assert durations[297] < 0.25
    for thread in threads:
        thread.join(60)
    assert set(statuses) == {503}
    authentication.hang.clear()
    eventually(lambda: call(server, f"IDENTITY-TOKEN//{authentication.issue('Other')}").status == 200)


def test_the_stop_waits_for_nobody_who_never_answers(server, authentication):
    authentication.hang.set()

    def ask(number):
        try:
            call(server, f"IDENTITY-TOKEN//made-up-{number}")
        except (OSError, http.client.HTTPException):
            pass  # the server went down before it could know

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(authentication.seen("/verify/")) >= 4)
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 12
    for thread in threads:
        thread.join(10)


def test_the_same_token_shown_by_many_is_asked_about_once(server, authentication):
    token = authentication.issue("FlowReader")
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(call(server, f"IDENTITY-TOKEN//{token}").status))
        for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [200] * 30
    assert len(authentication.seen(f"/verify/{token}")) <= 2
