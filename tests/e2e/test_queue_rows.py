"""message-queue section 10, row by row, in mode HYBRID unless a row says otherwise."""

import re
import uuid

import pytest

from queue_client import Queue

KEY = "sixteen-byte-key"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def in_mode(start, mode):
    settings = ["--set", f"queues.restriction-mode={mode}", "--set", "log.level=warn"]
    if mode != "NONE":
        settings += ["--set", f"queues.access-token-key={KEY}"]
    return start(*settings)


@pytest.fixture
def hybrid(start):
    return in_mode(start, "HYBRID")


@pytest.fixture
def queue(hybrid):
    return Queue(hybrid)


@pytest.fixture
def closed(hybrid, queue):
    """A client with the token of the restricted sub-queue `closed`."""
    answer = queue.restrict("closed")
    assert answer.status == 201, answer
    return Queue(hybrid, answer.json["token"])


# Counting


def test_row_1_count_of_one(queue):
    assert queue.send("GET", "/queue/type/q").text == "0"
    queue.put("q")
    answer = queue.send("GET", "/queue/type/q")
    assert (answer.status, answer.text, answer.headers["content-type"]) == (200, "1", "application/json")


def test_row_2_count_of_all(queue):
    assert queue.send("GET", "/queue/type").text == "0"
    queue.put("q")
    queue.put("r")
    assert queue.send("GET", "/queue/type").text == "2"


# Create


def test_row_3_created(queue):
    payload = {"text": "a", "count": 7, "good": True, "kind": "LARGE"}
    answer = queue.publish("q", payload, assignedTo="me")
    assert answer.status == 201
    message = answer.json["message"]
    assert list(message) == ["assignedTo", "payload", "subQueue", "uuid"]
    assert (message["payload"], message["subQueue"], message["assignedTo"]) == (payload, "q", "me")
    assert UUID.fullmatch(message["uuid"])
    assert queue.read(message["uuid"]).json == answer.json
    assert "location" not in answer.headers


def test_row_4_assignee(queue):
    assert queue.publish("q", 1, assignedTo="me").json["message"]["assignedTo"] == "me"
    assert '"assignedTo":null' in queue.publish("q", 1).text
    assert queue.publish("q", 1, assignedTo=" ").json["message"]["assignedTo"] is None


def test_row_5_duplicate(queue):
    mine = str(uuid.uuid4())
    assert queue.publish("q", 1, uuid=mine).json["message"]["uuid"] == mine
    answer = queue.publish("other", 1, uuid=mine)
    assert answer.status == 409
    assert list(answer.json) == ["correlationId", "message"]
    assert mine in answer.json["message"]


def test_row_6_create_restricted(queue, closed):
    assert queue.publish("closed", 1).status == 403
    assert closed.publish("closed", 1).status == 201
    assert queue.publish("open", 1).status == 201


# Read


def test_row_7_read(queue):
    answer = queue.read(queue.put("q", {"a": 1}))
    assert answer.status == 200
    assert set(answer.json["message"]) == {"assignedTo", "payload", "subQueue", "uuid"}
    assert answer.json["message"]["assignedTo"] is None


def test_row_8_malformed_id(queue):
    answer = queue.read("no-uuid")
    assert (answer.status, answer.body) == (204, b"")


def test_row_9_read_restricted(queue, closed):
    hidden = closed.put("closed")
    shown = queue.put("open")
    assert queue.read(hidden).status == 403
    assert closed.read(hidden).status == 200
    assert closed.read(shown).status == 200


# Keys


def test_row_10_keys(queue):
    uuids = {name: queue.put(name) for name in "abcd"}
    assert queue.keys() == set("abcd")
    queue.delete(uuids["a"])
    queue.delete(uuids["b"])
    assert queue.keys(includeEmpty="false") == {"c", "d"}
    assert queue.keys(includeEmpty="true") == set("abcd")


def test_row_11_delete_one_key(queue, closed):
    queue.put("a")
    queue.put("b")
    closed.put("closed")
    answer = queue.clear(subQueue="a")
    assert (answer.status, answer.body) == (204, b"")
    assert queue.keys() == {"b", "closed"}
    assert queue.clear(subQueue="closed").status == 403
    assert closed.clear(subQueue="closed").status == 204
    assert queue.clear(subQueue="unknown").status == 204


def test_row_12_delete_all_keys(queue, closed):
    queue.put("a")
    closed.put("closed")
    assert queue.clear().status == 206
    assert queue.keys() == {"closed"}
    assert closed.clear().status == 204
    assert queue.keys() == set()
    queue.put("a")
    assert queue.clear().status == 204


# Listing


def test_row_13_detailed(queue):
    queue.put("a", {"x": 1})
    queue.put("b", [1, 2])
    answer = queue.all(detailed="true")
    assert {name: [m["payload"] for m in messages] for name, messages in answer.json.items()} == {
        "a": [{"x": 1}],
        "b": [[1, 2]],
    }


def test_row_14_one_sub_queue_without_payloads(queue):
    queue.put("a", None)
    queue.put("b")
    assert {name: [m["payload"] for m in messages] for name, messages in queue.all(subQueue="a").json.items()} == {"a": ["***"]}
    assert queue.all(subQueue="unknown").json == {"unknown": []}


def test_row_15_sweep(queue, closed):
    queue.put("a")
    closed.put("closed")
    assert set(queue.all().json) == {"a"}
    assert set(closed.all().json) == {"a", "closed"}


def test_row_16_named_restricted(queue, closed):
    closed.put("closed", 1)
    closed.put("closed", 2)
    assert queue.all(subQueue="closed").status == 403
    assert len(closed.all(subQueue="closed").json["closed"]) == 2


# Owned and owners


def test_row_17_owned(queue, closed):
    assert queue.owned("me", "q").json == {"messages": []}
    first, second = queue.put("q", 1, assignedTo="me"), queue.put("q", 2, assignedTo="me")
    queue.put("q", 3, assignedTo="other")
    messages = queue.owned("me", "q").json["messages"]
    assert [(m["uuid"], m["payload"], m["subQueue"], m["assignedTo"]) for m in messages] == [
        (first, 1, "q", "me"),
        (second, 2, "q", "me"),
    ]
    assert queue.owned("me", "closed").status == 403
    assert closed.owned("me", "closed").status == 200


def test_row_18_owners(queue):
    assert queue.owners() == {}
    for sub_queue, owner in (("a", "x"), ("a", "x"), ("a", "y"), ("b", "x"), ("a", None)):
        queue.put(sub_queue, 1, assignedTo=owner)
    assert queue.owners(subQueue="a") == {"x": {"a"}, "y": {"a"}}
    assert queue.owners() == {"x": {"a", "b"}, "y": {"a"}}


# Assign, next, release, delete


def test_row_19_assign(queue, closed):
    assert queue.assign("no-uuid", "me").status == 204
    message = queue.put("q", 5)
    assert queue.assign(message).status == 400
    answer = queue.assign(message, "me")
    assert (answer.status, answer.json["message"]["assignedTo"], answer.json["message"]["payload"]) == (200, "me", 5)
    again = queue.assign(message, "me")
    assert (again.status, again.json) == (202, answer.json)
    assert queue.assign(message, "other").status == 409
    assert queue.read(message).json["message"]["assignedTo"] == "me"
    hidden = closed.put("closed")
    assert queue.assign(hidden, "me").status == 403
    assert closed.assign(hidden, "me").status == 200


def test_row_20_next(queue, closed):
    answer = queue.next("unknown", "me")
    assert (answer.status, answer.body) == (204, b"")
    assert queue.keys() == set()
    queue.put("q", 1, assignedTo="me")
    assert queue.next("q", "me").status == 204
    second = queue.put("q", 2)
    answer = queue.next("q", "me")
    assert (answer.status, answer.json["message"]["uuid"], answer.json["message"]["assignedTo"]) == (200, second, "me")
    assert queue.read(second).json["message"]["assignedTo"] == "me"
    assert queue.send("PUT", "/queue/next", subQueue="q").status == 400
    assert queue.send("PUT", "/queue/next", assignedTo="me").status == 400
    closed.put("closed")
    assert queue.next("closed", "me").status == 403
    assert closed.next("closed", "me").status == 200


def test_row_21_release(queue, closed):
    assert queue.release("no-uuid").status == 204
    message = queue.put("q", 1, assignedTo="me")
    assert queue.release(message, "other").status == 409
    assert queue.read(message).json["message"]["assignedTo"] == "me"
    answer = queue.release(message, "me")
    assert (answer.status, answer.json["message"]["assignedTo"]) == (200, None)
    again = queue.release(message, "other")
    assert (again.status, again.json) == (202, answer.json)
    queue.assign(message, "me")
    assert queue.release(message).status == 200
    hidden = closed.put("closed", 1, assignedTo="me")
    assert queue.release(hidden).status == 403
    assert closed.release(hidden).status == 200


def test_row_22_delete(queue, closed):
    assert queue.delete("no-uuid").status == 204
    message = queue.put("q", 1, assignedTo="me")
    refused = queue.delete(message, "other")
    assert refused.status == 403
    for part in (f"[{message}]", "[q]", "[other]", "[me]"):
        assert part in refused.json["message"]
    assert queue.read(message).json["message"]["assignedTo"] == "me"
    free = queue.put("q")
    assert queue.delete(free, "anybody").status == 403
    answer = queue.delete(message)
    assert (answer.status, answer.body) == (200, b"")
    assert queue.read(message).status == 204
    hidden = closed.put("closed")
    assert queue.delete(hidden).status == 403
    assert closed.delete(hidden).status == 200


# Health and correlation


def test_row_23_health(queue):
    answer = queue.send("GET", "/queue/healthcheck", headers={"Accept": "text/html"})
    assert (answer.status, answer.body) == (200, b"")


def test_rows_24_and_25_correlation(queue, closed):
    made = queue.publish("q", 1)
    assert str(uuid.UUID(made.headers["x-correlation-id"])) == made.headers["x-correlation-id"]
    for sent in ("anything at all", "c-42"):
        assert queue.send("GET", "/queue/keys", headers={"X-Correlation-Id": sent}).headers["x-correlation-id"] == sent
    refused = queue.publish("closed", 1)
    assert refused.status == 403
    assert refused.json["correlationId"] == refused.headers["x-correlation-id"]
    uuid.UUID(refused.json["correlationId"])


# The gate of RESTRICTED


def test_row_26_without_a_token(start):
    server = in_mode(start, "RESTRICTED")
    queue = Queue(server)
    for answer in (
        queue.read("x"), queue.delete("x"), queue.publish("q", 1), queue.release("x"), queue.assign("x", "me"),
        queue.next("q", "me"), queue.all(), queue.owned("me", "q"), queue.send("GET", "/queue/type"), queue.clear(),
        queue.lift("q"), queue.send("GET", "/queue/nothing"), queue.send("PATCH", "/queue/entry"),
        queue.send("HEAD", "/queue/healthcheck"), queue.send("OPTIONS", "/queue/keys"),
    ):  # fmt: skip
        assert answer.status == 401, answer
    for path in ("/queue/healthcheck", "/queue/keys", "/queue/owners", "/auth", "/settings", "/api-docs"):
        assert queue.send("GET", path).status == 200, path


def test_row_27_a_token_whose_sub_queue_is_not_restricted(start):
    server = in_mode(start, "RESTRICTED")
    token = Queue(server).restrict("q").json["token"]
    queue = Queue(server, token)
    message = queue.put("q")
    assert queue.read(message).status == 200
    assert queue.lift("q").status == 200
    assert queue.read(message).status == 401
    assert queue.lift("q").status == 401
    assert Queue(server).restrict("q").json["token"] == token
    assert queue.read(message).status == 200


# The endpoints of /auth


def test_row_28_restrict(start):
    none = Queue(in_mode(start, "NONE"))
    assert (none.restrict("q").status, none.restrict("q").body) == (204, b"")


def test_row_28_restrict_twice(queue):
    answer = queue.restrict("q")
    assert answer.status == 201
    assert list(answer.json) == ["subQueue", "token"] and answer.json["subQueue"] == "q"
    again = queue.restrict("q")
    assert (again.status, again.body) == (409, b"")


def test_row_28_restricted_needs_no_token(start):
    assert Queue(in_mode(start, "RESTRICTED")).restrict("q").status == 201


def test_row_29_lift(hybrid, queue, closed):
    assert (queue.lift("closed").status, queue.lift("closed").body) == (403, b"")
    other = Queue(hybrid, queue.restrict("other").json["token"])
    assert other.lift("closed").status == 403
    message = closed.put("closed")
    assert closed.lift("closed").status == 200
    assert queue.read(message).status == 200
    assert closed.lift("closed").status == 204
    queue.restrict("closed")
    answer = closed.lift("closed", clearQueue="true")
    assert (answer.status, answer.body) == (200, b"")
    assert queue.read(message).status == 204
    assert "closed" not in queue.keys()


def test_row_29_lift_in_none(start):
    assert Queue(in_mode(start, "NONE")).lift("q").status == 202


def test_row_30_list_restricted(start, queue, closed):
    answer = queue.send("GET", "/auth")
    assert (answer.status, answer.json) == (200, ["closed"])


def test_row_30_list_in_none(start):
    answer = Queue(in_mode(start, "NONE")).send("GET", "/auth")
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("mode", ["NONE", "HYBRID", "RESTRICTED"])
def test_row_31_an_invalid_bearer(start, mode):
    server = in_mode(start, mode)
    answer = Queue(server, "garbage").restrict("q")
    assert answer.status == 401
    assert list(answer.json) == ["correlationId", "message"]
    assert Queue(server, "garbage").send("GET", "/queue/healthcheck").status == 401
    assert Queue(server, "garbage").send("GET", "/queue/no-such-path").status == 401


# Settings

DEFAULTS = {
    "message-queue.redis.endpoint": "127.0.0.1", "message-queue.redis.master-name": "mymaster",
    "message-queue.redis.mode": "STANDALONE", "message-queue.redis.prefix": "", "message-queue.restriction-mode": "NONE",
    "message-queue.storage-medium": "IN_MEMORY", "spring.data.mongodb.database": "", "spring.data.mongodb.host": "",
    "spring.data.mongodb.port": "", "spring.data.mongodb.uri": "", "spring.data.mongodb.username": "",
    "spring.datasource.url": "", "spring.datasource.username": "",
}  # fmt: skip


@pytest.mark.parametrize("mode", ["NONE", "HYBRID", "RESTRICTED"])
def test_row_32_settings(start, mode):
    answer = Queue(in_mode(start, mode)).send("GET", "/settings")
    assert answer.status == 200
    assert answer.json == {**DEFAULTS, "message-queue.restriction-mode": mode}
    assert list(answer.json) == sorted(DEFAULTS)


def test_row_32_overrides_without_passwords(start):
    server = start("--set", 'queues.reported-settings=["message-queue.redis.prefix=app", '
                   '"spring.datasource.url=jdbc:mysql://root:hidden@db/x?password=hidden", '
                   '"spring.data.mongodb.uri=mongodb://u:hidden@h", "message-queue.redis.endpoint=a:1,rediss://u:hidden@b"]')  # fmt: skip
    answer = Queue(server).send("GET", "/settings")
    assert answer.json["message-queue.redis.prefix"] == "app"
    assert "hidden" not in answer.text


# Header parsing


def test_row_33_what_is_no_bearer_is_no_credential(hybrid, queue, closed):
    message = queue.put("open")
    for header in ("Basic YTpi", "bearer x", closed.token, ""):
        assert queue.send("GET", f"/queue/entry/{message}", headers={"Authorization": header}).status == 200, header
        assert queue.send("GET", "/queue/type/closed", headers={"Authorization": header}).status == 403, header


def test_row_37_a_blank_key_stops_the_start(data):
    from jeton import Jeton

    for blank in ("", "   "):
        server = Jeton(data, "--set", "queues.restriction-mode=HYBRID", "--set", f"queues.access-token-key={blank}", expect_exit=1)
        with pytest.raises(AssertionError, match="queues.access-token-key"):
            server.start()


def test_row_40_payloads(queue):
    for text in ("7", '"hi"', '["a","b"]', "true", "null", "{}", "[]", "18446744073709551616", "-0.5", '{"a":{"b":[{}]}}',
                 '"\\u0000\\ud83d\\ude00ä"', "1.10", "1e10"):  # fmt: skip
        answer = queue.send("POST", "/queue/entry", f'{{"subQueue":"q","payload":{text}}}')
        assert answer.status == 201, (text, answer)
        assert f'"payload":{text}' in queue.read(answer.json["message"]["uuid"]).text


def test_row_40_deep_nesting(queue):
    deep = "[" * 400 + "]" * 400
    answer = queue.send("POST", "/queue/entry", f'{{"subQueue":"q","payload":{deep}}}')
    assert answer.status == 201
    assert queue.send("POST", "/queue/entry", '{"subQueue":"q","payload":' + "[" * 900 + "]" * 900 + "}").status == 400
