"""What MessageQueue's clients do not know of: visibility, delay, time to live, dead letters, long polls, batches, pages, confined
tokens, the guard of POST /auth; and the shapes of errors (message-queue 6)."""

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.parse

import pytest

from queue_client import Queue
from test_queue_rows import KEY, in_mode


@pytest.fixture
def server(start):
    return start("--set", "queues.restriction-mode=HYBRID", "--set", f"queues.access-token-key={KEY}", "--set", "log.level=warn")


@pytest.fixture
def queue(server):
    return Queue(server)


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


def test_a_hold_ends_by_itself(queue):
    message = queue.put("q")
    taken = queue.next("q", "crashing", visibility="300ms")
    assert taken.headers["x-queue-attempts"] == "1"
    assert taken.headers["x-queue-held-until"].endswith("Z")
    assert queue.next("q", "other").status == 204
    answer = until(lambda: (a := queue.next("q", "other")).status == 200 and a)
    assert answer.json["message"]["uuid"] == message
    assert answer.headers["x-queue-attempts"] == "2"


def test_a_default_visibility(start):
    queue = Queue(start("--set", "queues.visibility-timeout=300ms"))
    message = queue.put("q")
    assert queue.next("q", "a").json["message"]["uuid"] == message
    until(lambda: queue.next("q", "b").status == 200)


def test_a_delay_and_a_time_to_live(queue):
    queue.put("q", "late", delay="300ms")
    short = queue.put("q", "short", ttl="300ms")
    assert queue.next("q", "w").json["message"]["uuid"] == short
    queue.release(short)
    until(lambda: queue.read(short).status == 204)
    assert until(lambda: (a := queue.next("q", "w")).status == 200 and a).json["message"]["payload"] == "late"


def test_dead_letters(start):
    queue = Queue(start("--set", "queues.max-attempts=2"))
    message = queue.put("q")
    for _ in range(2):
        assert queue.next("q", "w").status == 200
        assert queue.release(message).status == 200
    assert queue.next("q", "w").status == 204
    assert queue.next("q.dead", "doctor").json["message"]["uuid"] == message


def test_a_long_poll_is_woken(server, queue):
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(Queue(server).next("q", "w", wait="20s")))
    waiting.start()
    until(lambda: "jeton_queue_consumers_waiting 1" in queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text)
    message = queue.put("q", "here")
    waiting.join(10)
    assert answers[0].json["message"]["uuid"] == message


def test_a_long_poll_ends_in_time_and_with_the_server(start, queue, server):
    begin = time.monotonic()
    assert queue.next("q", "w", wait="200ms").status == 204
    assert 0.15 < time.monotonic() - begin < 5
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(Queue(server).next("q", "w", wait="60s")))
    waiting.start()
    until(lambda: "jeton_queue_consumers_waiting 1" in queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text)
    server.stop()
    waiting.join(10)
    assert answers[0].status == 204


def test_a_long_poll_whose_client_left_takes_nothing(server, queue):
    gone = Queue(server)
    gone.connection.request("PUT", "/queue/next?subQueue=q&assignedTo=gone&wait=30s")
    until(lambda: "jeton_queue_consumers_waiting 1" in queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text)
    gone.connection.close()
    until(lambda: "jeton_queue_consumers_waiting 0" in queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text)
    message = queue.put("q")
    assert queue.next("q", "here").json["message"]["uuid"] == message


def test_a_long_poll_ends_at_a_restriction(server, queue):
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(Queue(server).next("q", "w", wait="20s")))
    waiting.start()
    until(lambda: "jeton_queue_consumers_waiting 1" in queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text)
    owner = Queue(server, queue.restrict("q").json["token"])
    message = owner.put("q", "secret")
    waiting.join(10)
    assert answers[0].status == 403 and "secret" not in answers[0].text
    assert owner.next("q", "owner").json["message"]["uuid"] == message


def token_until(end):
    """A genuine token of the sub-queue q whose `exp` is that second."""
    parts = ({"alg": "HS512", "typ": "JWT"}, {"iss": "kilemon/message-queue", "Sub-Queue-Identifier": "q", "exp": end})
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    signature = hmac.new(KEY.encode(), text.encode(), hashlib.sha512).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_long_poll_ends_with_its_token(server, queue):
    owner = Queue(server, queue.restrict("q").json["token"])
    end = int(time.time()) + 2
    short = Queue(server, token_until(end))
    assert short.next("q", "w", wait="10ms").status == 204
    answer = short.next("q", "w", wait="20s")
    assert answer.status == 401 and answer.json.keys() == {"correlationId", "message"}
    assert end <= time.time() < end + 5
    message = owner.put("q", "secret")
    assert owner.next("q", "owner").json["message"]["uuid"] == message


def test_dead_letters_of_a_restricted_sub_queue_are_its_own(start):
    settings = ("--set", "queues.restriction-mode=HYBRID", "--set", f"queues.access-token-key={KEY}")
    first = start(*settings, "--set", "queues.max-attempts=1")
    owner = Queue(first, Queue(first).restrict("q").json["token"])
    message = owner.put("q", "secret")
    owner.next("q", "w")
    assert owner.release(message).json["message"]["subQueue"] == "q.dead"
    assert Queue(first).restrict("q.dead").status == 409
    assert Queue(first).read(message).status == 403
    first.stop()
    second = start(*settings)
    assert Queue(second).read(message).status == 403
    assert Queue(second, owner.token).read(message).status == 200


def test_pipelined_requests_are_carried_out_in_order(server):
    import socket

    body = '{"subQueue":"q"}'
    request = (f"POST /queue/entry HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
               "GET /queue/type/q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")  # fmt: skip
    for count in range(1, 6):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(request.encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        assert answer.endswith(f"\r\n\r\n{count}"), answer


def test_batches(queue):
    answer = queue.send("POST", "/queue/entries", {"messages": [{"subQueue": "q", "payload": n} for n in range(5)]})
    assert answer.status == 201
    uuids = [message["uuid"] for message in answer.json["messages"]]
    assert uuids == sorted(uuids)
    taken = queue.next("q", "w", count=3)
    assert [message["payload"] for message in taken.json["messages"]] == [0, 1, 2]
    gone = queue.send("DELETE", "/queue/entries", uuid=[*uuids[:3], "unknown"])
    assert (gone.status, gone.json) == (200, {"deleted": uuids[:3]})
    assert queue.send("GET", "/queue/type/q").text == "2"
    refused = queue.send("POST", "/queue/entries", {"messages": [{"subQueue": "q"}, {"subQueue": " "}]})
    assert refused.status == 400 and "message 2" in refused.json["detail"]
    assert queue.send("GET", "/queue/type/q").text == "2"


def test_pages(queue):
    uuids = [queue.put("q", n) for n in range(5)]
    seen, after = [], None
    while True:
        page = queue.all(subQueue="q", limit=2, after=after)
        seen += [message["uuid"] for message in page.json["q"]]
        after = page.headers.get("x-queue-next")
        if not after:
            break
    assert seen == uuids
    queue.next("q", "w", count=5)
    page = queue.owned("w", "q", limit=4)
    assert len(page.json["messages"]) == 4 and page.headers["x-queue-next"]
    assert queue.all(limit=2).status == 400


def test_confined_tokens(server, queue):
    token = queue.restrict("q").json["token"]
    assert queue.restrict("q", scope="publish").status == 403
    publisher = Queue(server, Queue(server, token).restrict("q", scope="publish").json["token"])
    consumer = Queue(server, Queue(server, token).restrict("q", scope="consume").json["token"])
    message = publisher.put("q")
    assert publisher.next("q", "w").status == 403
    assert publisher.read(message).status == 403
    assert consumer.publish("q", 1).status == 403
    assert consumer.next("q", "w").status == 200
    assert consumer.delete(message).status == 200
    for confined in (publisher, consumer):
        assert confined.clear(subQueue="q").status == 403
        assert confined.lift("q").status == 403
        assert confined.restrict("q", scope="consume").status == 403


def test_restricting_can_ask_for_an_identity(start):
    server = start("--set", "queues.restriction-mode=HYBRID", "--set", f"queues.access-token-key={KEY}", "--set", "queues.auth-access=guarded")
    assert Queue(server).restrict("q").status == 401
    assert Queue(server).send("POST", "/%61uth/q").status == 401, "however the path is spelled"
    nobody = Queue(server).send("POST", "/auth/q", headers={"Authorization": "Bearer SYSTEM//Somebody"})
    assert nobody.status == 403
    assert list(nobody.json) == ["correlationId", "message"]
    answer = Queue(server).send("POST", "/auth/q", headers={"Authorization": "Bearer SYSTEM//Sysop"})
    assert answer.status == 201
    assert Queue(server, answer.json["token"]).publish("q", 1).status == 201
    assert Queue(server).send("GET", "/auth").json == ["q"]


def test_a_previous_key_is_still_believed(start):
    first = start("--set", "queues.restriction-mode=HYBRID", "--set", "queues.access-token-key=old-key")
    old = Queue(first).restrict("q").json["token"]
    first.stop()
    second = start("--set", "queues.restriction-mode=HYBRID", "--set", "queues.access-token-key=new-key", "--set", "queues.previous-access-token-keys=old-key")  # fmt: skip
    assert Queue(second, old).publish("q", 1).status == 201
    second.stop()
    third = start("--set", "queues.restriction-mode=HYBRID", "--set", "queues.access-token-key=new-key")
    assert Queue(third, old).publish("q", 1).status == 401


def test_without_a_key_tokens_outlive_a_restart(start):
    first = start("--set", "queues.restriction-mode=HYBRID")
    token = Queue(first).restrict("q").json["token"]
    assert any("access-token-key" in line for line in first.log)
    first.stop()
    assert Queue(start("--set", "queues.restriction-mode=HYBRID"), token).publish("q", 1).status == 201


PROBLEMS = [
    ("POST", "/queue/entry", {"body": ""}, 400, ""),
    ("POST", "/queue/entry", {"body": "{"}, 400, ""),
    ("POST", "/queue/entry", {"body": '{"subQueue":"q"} x'}, 400, ""),
    ("POST", "/queue/entry", {"body": '{"subQueue":" "}'}, 400, ""),
    ("POST", "/queue/entry", {"body": '{"payload":1}'}, 400, ""),
    ("POST", "/queue/entry", {"body": '{"subQueue":[]}'}, 400, ""),
    ("PUT", "/queue/next?subQueue=q", {}, 400, "'assignedTo'"),
    ("GET", "/queue/all?detailed=maybe", {}, 400, "'maybe'"),
    ("GET", "/queue/nothing", {}, 404, "queue/nothing"),
    ("GET", "/auth/q", {}, 405, "'GET'"),
    ("POST", "/auth", {}, 405, "'POST'"),
    ("GET", "/queue/entry", {}, 405, "'GET'"),
    ("GET", "/queue/keys", {"headers": {"Accept": "text/html"}}, 406, "application/json"),
    ("POST", "/queue/entry", {"body": "{}", "headers": {"Content-Type": "text/plain"}}, 415, "'text/plain'"),
]


@pytest.mark.parametrize("method,path,options,status,part", PROBLEMS, ids=lambda value: str(value)[:40])
def test_problems(queue, method, path, options, status, part):
    answer = queue.send(method, path, **options)
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert list(answer.json) == ["detail", "instance", "status", "title"]
    assert answer.json["instance"] == path.split("?")[0]
    assert answer.json["status"] == status
    assert part in answer.json["detail"]
    assert "x-correlation-id" in answer.headers


def test_allow_and_accept(queue):
    assert {"POST", "DELETE"} <= set(queue.send("GET", "/auth/q").headers["allow"].replace(",", " ").split())
    answer = queue.send("POST", "/queue/entry", "{}", headers={"Content-Type": "text/plain"})
    assert answer.headers["accept"] == "application/json"


def test_forms_are_parameters(queue):
    queue.put("q")
    body = urllib.parse.urlencode({"subQueue": "q", "assignedTo": "w"})
    answer = queue.send("PUT", "/queue/next", body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 200


def test_names_with_any_character(queue):
    for name in ("a b", "ä/ö", "q?x=1&y", "%", "mgmt", "+"):
        assert queue.publish(name, name).status == 201
        assert queue.next(name, "w ä").json["message"]["subQueue"] == name
        if "/" not in name:
            assert queue.send("GET", "/queue/type/" + urllib.parse.quote(name, safe="")).text == "1"
    assert queue.send("GET", "/queue/type/a%2Fb").status == 400


def test_a_payload_past_the_bound(start):
    queue = Queue(start("--set", "queues.message-size=64B"))
    assert queue.publish("q", "x" * 62).status == 201
    answer = queue.publish("q", "x" * 63)
    assert answer.status == 413 and "queues.message-size" in answer.json["detail"]


def test_metrics(queue):
    queue.put("q")
    text = until(lambda: (t := queue.send("GET", "/metrics", headers={"Accept": "*/*"}).text) and 'jeton_queue_depth{sub_queue="q"} 1' in t and t)
    assert 'jeton_queue_oldest_ready_seconds{sub_queue="q"}' in text


def test_documentation_paths(queue):
    document = queue.send("GET", "/api-docs").json
    assert "/queue/entry" in document["paths"]
    assert json.loads(queue.send("GET", "/api-docs.yaml", headers={"Accept": "*/*"}).text) == document
    assert queue.send("GET", "/api-docs/swagger-config").json["operationsSorter"] == "method"
    for path in ("/swagger-ui.html", "/swagger-ui/index.html"):
        assert queue.send("GET", path, headers={"Accept": "*/*"}).status in (200, 302)
