"""Producers and consumers at once, and the plug pulled in between: every acknowledged message is delivered, none twice within its
visibility, order of arrival kept. JETON_QUEUE_MESSAGES=100000 is the long form."""

import datetime
import http.client
import os
import threading
import time

from queue_client import Queue

MESSAGES = int(os.environ.get("JETON_QUEUE_MESSAGES", "6000"))
PRODUCERS, CONSUMERS, SUB_QUEUES, KILLS = 20, 50, 4, 4
VISIBILITY = 4  # seconds: longer than a consumer is busy, shorter than the test
BATCH = 10


class Ledger:
    """What producers know to be kept, and what consumers were given."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = set()
        self.done = set()
        self.unsure = set()  # a delete was sent
        self.held_until = {}
        self.problems = []

    def kept(self, uuids):
        with self.lock:
            self.acknowledged.update(uuids)

    def given(self, message, attempts, until, now):
        with self.lock:
            uuid = message["uuid"]
            if self.held_until.get(uuid, 0) > now + 0.05:
                self.problems.append(f"{uuid} was given out twice within its visibility")
            self.held_until[uuid] = until

    def deleting(self, uuid):
        with self.lock:
            self.unsure.add(uuid)

    def finished(self, uuid):
        with self.lock:
            self.done.add(uuid)

    def complete(self):
        with self.lock:
            return self.acknowledged <= self.done | self.unsure


def produce(server, number, quota, ledger, running):
    try:
        queue = Queue(server, timeout=10)
        while running.is_set() and quota[number] > 0:
            count = min(BATCH, quota[number])
            name = f"q{number % SUB_QUEUES}"
            answer = queue.send("POST", "/queue/entries", {"messages": [{"subQueue": name, "payload": number}] * count})
            assert answer.status == 201, answer
            ledger.kept([message["uuid"] for message in answer.json["messages"]])
            quota[number] -= count
    except (OSError, http.client.HTTPException):
        pass  # the plug was pulled


def consume(server, number, ledger, running):
    last = ""
    name = f"q{number % SUB_QUEUES}"
    try:
        queue = Queue(server, timeout=10)
        while running.is_set():
            answer = queue.next(name, f"consumer{number}", visibility=f"{VISIBILITY}s", wait="500ms")
            if answer.status == 204:
                continue
            assert answer.status == 200, answer
            message = answer.json["message"]
            attempts = int(answer.headers["x-queue-attempts"])
            until = datetime.datetime.fromisoformat(answer.headers["x-queue-held-until"][:26].rstrip("Z") + "+00:00").timestamp()
            ledger.given(message, attempts, until, time.time())
            if attempts == 1:
                if message["uuid"] <= last:
                    ledger.problems.append(f"{message['uuid']} came after {last}")
                last = message["uuid"]
            ledger.deleting(message["uuid"])
            answer = queue.delete(message["uuid"], f"consumer{number}")
            if answer.status == 200:
                ledger.finished(message["uuid"])
            elif answer.status == 204:
                ledger.finished(message["uuid"])  # deleted before, when the plug was pulled before the answer came
            else:
                assert answer.status == 403, answer  # its visibility ended
    except (OSError, http.client.HTTPException):
        pass  # the plug was pulled


def one_life(server, quota, ledger, seconds):
    running = threading.Event()
    running.set()
    threads = [threading.Thread(target=produce, args=(server, n, quota, ledger, running)) for n in range(PRODUCERS)]
    threads += [threading.Thread(target=consume, args=(server, n, ledger, running)) for n in range(CONSUMERS)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (sum(quota) == 0 and ledger.complete()):
        time.sleep(0.02)
    return running, threads


def test_every_acknowledged_message_is_delivered_once(start):
    quota = [MESSAGES // PRODUCERS] * PRODUCERS
    ledger = Ledger()
    for _ in range(KILLS):
        server = start("--set", "log.level=warn")
        left = sum(quota)
        running, threads = one_life(server, quota, ledger, max(0.5, left / MESSAGES * 1.5))
        server.kill()
        running.clear()
        for thread in threads:
            thread.join(20)
        assert not ledger.problems, ledger.problems[:5]
    server = start("--set", "log.level=warn")
    running, threads = one_life(server, quota, ledger, 600)
    running.clear()
    for thread in threads:
        thread.join(20)
    queue = Queue(server)
    missing = [uuid for uuid in ledger.acknowledged if uuid not in ledger.held_until]
    assert not missing, f"{len(missing)} acknowledged messages were never delivered"
    assert not ledger.problems, ledger.problems[:5]
    for n in range(SUB_QUEUES):
        left = queue.all(subQueue=f"q{n}").json[f"q{n}"]
        assert not [m for m in left if m["uuid"] in ledger.done], "a deleted message came back"
