"""The acceptance list of leases (token-lease 4 and 8.2), through REST and messages, on the real binary."""

import json
import time

import pytest

from jeton import Jeton
from lease_servers import Influxdb, Leases, Redis, Webhook, allow, wait_until


@pytest.fixture
def influxdb():
    service = Influxdb()
    yield service
    service.close()


@pytest.fixture
def server(start, influxdb):
    running = start(*influxdb.settings("influx", call_timeout="2s"))
    allow(running, "influx")
    return running


@pytest.fixture
def press(server, influxdb):
    return Leases(server, "Press", influxdb)


def test_t1_nobody_has_leases_at_first(press):
    answer = press.list()
    assert (answer.status, answer.json) == (200, {"result": "success", "leases": []})


def test_t2_a_lease_is_its_callers(press, influxdb):
    answer = press.create()
    assert answer.status == 201, answer
    lease = answer.json["lease"]
    assert lease["owner"] == "Press"
    assert lease["ttl"] == 60_000 and lease["tags"] == [] and lease["status"] == "active"
    assert lease["provider"] == "influx" and lease["lease_id"].startswith("influx/-/")
    assert influxdb.works(lease)


def test_t3_two_creates_are_two_leases_and_the_list_has_both(press):
    created = [press.create().json["lease"] for _ in range(2)]
    listed = press.list().json["leases"]
    for lease in created:
        lease.pop("value")
    assert sorted(listed, key=lambda each: each["id"]) == sorted(created, key=lambda each: each["id"])


def test_t4_lists_are_per_owner(server, press, influxdb):
    press.create()
    mill = Leases(server, "Mill", influxdb)
    assert mill.list().json["leases"] == []
    own = mill.create().json["lease"]
    assert [lease["id"] for lease in mill.list().json["leases"]] == [own["id"]]


def test_t5_shown_to_its_owner_as_it_was_created_to_others_not_at_all(server, press):
    lease = press.create().json["lease"]
    shown = press.get(lease["id"])
    assert (shown.status, shown.json["lease"]) == (200, lease)
    assert press.get(lease["lease_id"]).json["lease"] == lease
    foreign = Leases(server, "Mill").get(lease["id"])
    assert (foreign.status, foreign.json["code"]) == (404, "not_found")


def test_t6_revoked_by_its_owner_the_other_one_remains(press, influxdb):
    first, second = (press.create().json["lease"] for _ in range(2))
    answer = press.delete(first["id"])
    assert (answer.status, answer.json) == (200, {"result": "success"})
    assert not influxdb.works(first)
    assert influxdb.works(second)
    assert [lease["id"] for lease in press.list().json["leases"]] == [second["id"]]


def test_t7_nobody_else_revokes_it(server, press, influxdb):
    lease = press.create().json["lease"]
    assert Leases(server, "Mill").delete(lease["id"]).status == 404
    assert influxdb.works(lease)
    assert press.get(lease["id"]).status == 200


def test_t8_after_its_time_it_is_gone(press, influxdb):
    lease = press.create(ttl=1_000).json["lease"]
    assert press.get(lease["id"]).status == 200
    wait_until(lambda: press.list().json["leases"] == [], patience=2, what="the end of the lease")
    wait_until(lambda: not influxdb.works(lease), patience=5, what="the taking back")
    assert press.get(lease["id"]).status == 404


def test_t9_providers_stand_side_by_side(start, influxdb):
    webhook = Webhook()
    try:
        server = start(
            *influxdb.settings("influx", max_ttl="1h"),
            *webhook.settings("shop", max_ttl="10s"),
            "--set",
            "leases.default-provider=influx",
        )
        allow(server, "influx", "shop")
        press = Leases(server, "Press", influxdb)
        long = press.create(ttl=7_200_000).json["lease"]
        short = press.create(ttl=7_200_000, provider="shop", options={}).json["lease"]
        assert (long["ttl"], short["ttl"]) == (3_600_000, 10_000)
        assert press.delete(short["id"]).status == 200
        assert influxdb.works(long) and not webhook.works(short)
    finally:
        webhook.close()


# T10 to T12 are about a memory storage with other names; what they demand is asked of ours.
def test_t10_t11_t12_unknown_ids_and_owners_have_nothing(server, press):
    lease = press.create().json["lease"]
    assert press.get("00c0ffee00c0ffee").status == 404
    assert Leases(server, "Nobody").list().json["leases"] == []
    assert Leases(server, "Mill").delete(lease["id"]).status == 404
    assert press.delete("00c0ffee00c0ffee").status == 404


def test_t16_messages_of_the_seed(press, influxdb):
    created = press.message("create", options={"ttl": 60_000, **influxdb.options})
    assert created["result"] == "success", created
    lease = created["lease"]
    assert {"id", "value", "ttl", "issued", "renewable", "tags"} <= set(lease)
    assert lease["ttl"] == 60_000
    assert press.message("get", token_id=lease["id"])["lease"] == lease
    assert press.message("revoke", token_id=lease["id"]) == {"result": "success"}
    assert press.message("revoke", token_id=lease["id"]) == {"result": "success"}
    assert press.message("revoke", token_id="00c0ffee00c0ffee") == {"result": "success"}
    gone = press.message("get", token_id=lease["id"])
    assert (gone["result"], gone["code"]) == ("failure", "not_found")
    assert not influxdb.works(lease)


def test_renew_in_both_forms(press):
    lease = press.create(ttl=60_000).json["lease"]
    by_message = press.message("renew", token_id=lease["id"], increment=1_800_000)
    assert by_message["result"] == "success" and by_message["lease"]["ttl"] == 1_800_000
    assert press.renew(lease["id"], 10_000_000_000_000).json["lease"]["ttl"] <= 86_400_000
    for wrong in (0, -1, "x", 1.5):
        answer = press.client.post(f"/leases/{lease['id']}/renew", {"increment": wrong})
        assert (answer.status, answer.json["code"]) == (400, "invalid"), answer


def test_the_policy_engine_decides_who_may_lease_what(start, influxdb):
    server = start(*influxdb.settings("influx"))
    press = Leases(server, "Press", influxdb)
    refused = press.create()
    assert (refused.status, refused.json["code"]) == (403, "forbidden")
    assert "leaseInflux" in refused.json["message"]
    allow(server, "influx", to=["Press"])
    assert press.create().status == 201
    assert Leases(server, "Mill", influxdb).create().status == 403
    assert press.message("create", options={"ttl": 1000, **influxdb.options})["result"] == "success"


def test_an_owner_without_an_identity_only_by_configuration(start, influxdb, data):
    server = start(*influxdb.settings("influx"))
    allow(server, "influx")
    nobody = Leases(server, None, influxdb)
    assert (nobody.create().status, nobody.list().status) == (401, 401)
    server.stop()
    again = start(*influxdb.settings("influx"), "--set", "leases.anonymous-owner=Visitor")
    visitor = Leases(again, None, influxdb)
    created = visitor.create()
    assert created.status == 201 and created.json["lease"]["owner"] == "Visitor"


def test_the_same_key_gives_the_same_lease(press):
    first = press.client.send("POST", "/leases", {"options": press.service.options}, {"Idempotency-Key": "order-7"})
    second = press.client.send("POST", "/leases", {"options": press.service.options}, {"Idempotency-Key": "order-7"})
    assert (first.status, second.status) == (201, 200)
    assert first.json["lease"] == second.json["lease"]
    assert len(press.list().json["leases"]) == 1


def test_secrets_appear_nowhere_but_with_their_owner(server, press, influxdb, data):
    lease = press.create().json["lease"]
    operator = Leases(server, "Sysop")
    listed = operator.list().text + operator.get(lease["lease_id"]).text
    metrics = operator.client.get("/metrics").text
    events = operator.client.get("/events?follow=false").text
    press.delete(lease["id"])
    files = b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
    for secret in (lease["value"], "admin-token-of-the-fake-influxdb"):
        for text in (listed, metrics, events, "".join(server.log)):
            assert secret not in text
        assert secret.encode() not in files


def test_over_a_restart_everything_is_there(start, influxdb, data):
    server = start(*influxdb.settings("influx"))
    allow(server, "influx")
    press = Leases(server, "Press", influxdb)
    lease = press.create(ttl=600_000).json["lease"]
    short = press.create(ttl=1_500).json["lease"]
    server.kill()
    server = start(*influxdb.settings("influx"))
    press = Leases(server, "Press", influxdb)
    assert press.get(lease["id"]).json["lease"] == lease
    wait_until(lambda: not influxdb.works(short), patience=10, what="the taking back after the restart")


def test_a_provider_that_is_gone_from_the_configuration_stops_the_start(start, influxdb, data):
    server = start(*influxdb.settings("influx"))
    allow(server, "influx")
    Leases(server, "Press", influxdb).create()
    server.stop()
    with pytest.raises(AssertionError, match="leases of the provider influx"):
        Jeton(data).start()
    server = start("--set", "leases.removed-providers=influx")
    wait_until(lambda: any("removed provider given up" in line for line in list(server.log)), what="the giving up")


# 5.5
def test_bulk_by_prefix_and_owner_and_force(server, press, influxdb):
    leases = [press.create(ttl=600_000).json["lease"] for _ in range(3)]
    mill = Leases(server, "Mill", influxdb)
    other = mill.create(ttl=600_000).json["lease"]
    assert mill.message("revoke_prefix", prefix="influx/")["result"] == "success"
    wait_until(lambda: not influxdb.works(other), patience=5)
    assert all(influxdb.works(lease) for lease in leases), "only one's own"
    operator = Leases(server, "Sysop")
    assert operator.client.post("/leases/revoke", {"prefix": "influx/"}).json == {"result": "success", "count": 3}
    wait_until(lambda: influxdb.marked() == set(), patience=5)
    kept = press.create(ttl=600_000).json["lease"]
    assert press.message("revoke_force", token_id=kept["id"], reason="x")["code"] == "forbidden"
    assert operator.message("revoke_force", token_id=kept["id"])["code"] == "invalid"
    influxdb.fake.fault("status", on="delete", status=422, body='{"code":"unprocessable entity","message":"it is in use"}')
    given_up = operator.message("revoke_force", token_id=kept["id"], reason="the plant is sold")
    assert (given_up["result"], given_up["lease"]["status"]) == ("success", "abandoned"), given_up
    assert influxdb.works(kept)
    assert press.get(kept["id"]).status == 404
    healthy = press.create(ttl=600_000).json["lease"]
    taken_back = operator.message("revoke_force", token_id=healthy["id"], reason="to be sure")
    assert taken_back["lease"]["status"] == "revoked", taken_back
    assert not influxdb.works(healthy)


# 8.2.4
@pytest.mark.parametrize("fault", ["drop-after", "late", "hang", "truncate", "cut-json"])
def test_an_answer_that_is_lost_leaves_nothing(start, influxdb, fault):
    server = start(*influxdb.settings("influx", call_timeout="1s"))
    allow(server, "influx")
    press = Leases(server, "Press", influxdb)
    influxdb.fake.fault(fault, on="create", seconds=2)
    answer = press.create()
    assert answer.status == 504 and answer.json["code"] == "timeout", answer
    assert press.list().json["leases"] == []
    operator = Leases(server, "Sysop")
    wait_until(lambda: operator.list().json["leases"] == [], patience=30, what="the end of the unknown outcome")
    assert influxdb.marked() == set()


@pytest.mark.parametrize(
    "status,body,expected",
    [
        (403, '{"code":"forbidden","message":"no"}', 502),
        (422, '{"code":"unprocessable entity","message":"no"}', 502),
        (400, "<html>bad</html>", 502),
        (401, '{"code":"unauthorized","message":"no"}', 503),
        (429, '{"code":"too many requests","message":"wait"}', 503),
        (503, '{"code":"unavailable","message":"wait"}', 503),
        (502, "<html>bad gateway</html>", 504),
        (500, '{"code":"internal error","message":"oops"}', 504),
    ],
)
def test_refusals_of_the_provider_by_their_kind(press, influxdb, status, body, expected):
    influxdb.fake.fault("status", on="create", status=status, body=body)
    answer = press.create()
    assert answer.status == expected, answer
    assert answer.json["result"] == "failure" and isinstance(answer.json["message"], str)
    assert press.create().status == 201, "the next one is well"


def test_a_revocation_that_waits_says_so_and_is_done_later(press, influxdb):
    lease = press.create(ttl=600_000).json["lease"]
    influxdb.fake.fault("status", on="delete", status=503, body="", headers={"Retry-After": "1"})
    answer = press.delete(lease["id"])
    assert (answer.status, answer.json["status"]) == (202, "revoking"), answer
    assert press.get(lease["id"]).status == 404
    second = press.create(ttl=600_000).json["lease"]
    influxdb.fake.fault("status", on="delete", status=503)
    message = press.message("revoke", token_id=second["id"])
    assert (message["result"], message["code"]) == ("failure", "provider_unavailable")
    wait_until(lambda: influxdb.marked() == set(), patience=40, what="the taking back")


# 8.2.11
def test_leases_of_earlier_managers_are_adopted(start, influxdb):
    identity = "I" + "ab" * 32
    soon = int(time.time()) + 4
    for description in (
        f"OCKAM:{identity}:{soon}",
        f"ockam/{identity}/2001-01-01T00:00:00.000000Z",
        "ockam/not-an-identity/2099-01-01T00:00:00.000000Z",
        f"OCKAM:{identity}:not-a-number",
        "somebody's own",
    ):
        with influxdb.fake.lock:
            influxdb.fake.put(description)
    server = start(*influxdb.settings("influx", adopt="true"), "--set", "leases.reconcile-interval=1s")
    wait_until(lambda: len(influxdb.fake.tokens) == 3, patience=20, what="the taking back of adopted leases")
    left = {token["description"] for token in influxdb.fake.tokens.values()}
    poisoned = "ockam/not-an-identity/2099-01-01T00:00:00.000000Z"
    assert left == {poisoned, f"OCKAM:{identity}:not-a-number", "somebody's own"}
    assert server.process.poll() is None


def test_a_restored_backup_revokes_nothing_before_an_operator_looked(start, influxdb, data):
    server = start(*influxdb.settings("influx"))
    allow(server, "influx")
    lease = Leases(server, "Press", influxdb).create(ttl=1_000).json["lease"]
    server.kill()
    server = start(*influxdb.settings("influx"), "--set", "leases.hold-revocations=true")
    operator = Leases(server, "Sysop")
    wait_until(lambda: len(operator.list(due="true").json["leases"]) == 1, patience=5)
    assert influxdb.works(lease)
    assert operator.client.post("/leases/release", {"id": lease["lease_id"]}).json["count"] == 1
    wait_until(lambda: not influxdb.works(lease), patience=10, what="the released revocation")


def test_a_redis_lease_really_opens_and_closes(start):
    redis = Redis()
    try:
        server = start(*redis.settings("cache"))
        allow(server, "cache")
        press = Leases(server, "Press", redis)
        lease = press.create().json["lease"]
        assert redis.works(lease)
        assert press.delete(lease["id"]).status == 200
        assert not redis.works(lease)
    finally:
        redis.close()


def test_it_is_followed_by_the_event_log(server, press):
    lease = press.create().json["lease"]
    press.delete(lease["id"])
    events = server.client("Sysop").get("/events?follow=false&kinds=lease").text
    kinds = [line.removeprefix("event: ") for line in events.splitlines() if line.startswith("event: ")]
    assert kinds == ["lease.requested", "lease.granted", "lease.ending", "lease.ended"]
    assert json.loads(events.split("data: ")[2].splitlines()[0])["body"]["name"] == lease["lease_id"]
