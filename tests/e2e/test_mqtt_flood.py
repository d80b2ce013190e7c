"""A flood of requests over MQTT: each is answered or refused, memory stays bounded, and HTTP goes on. And a steady stream of them.

JETON_FLOOD=50000 is how many there are, 10,000 otherwise. JETON_MQTT_SECONDS=120 is the long form of the stream: 1,000 requests
a second for so long, and bounds on latencies. It measures, so it wants a release binary, both cores for itself, and a server whose
writes do not wait for a slow disk.
"""

import json
import os
import socket
import statistics
import threading
import time

import paho.mqtt.client as paho

from latency_probe import Probe, percentile
from mqtt_client import topic

SECONDS = int(os.environ.get("JETON_MQTT_SECONDS", "0"))
REQUESTS = int(os.environ.get("JETON_FLOOD", "10000"))
PATIENCE = 240
MEMORY_GROWTH_MAX = 300 * 1024 * 1024  # of the sanitizers' build, which takes several times what a release does
SMALL_QUARANTINE = {"ASAN_OPTIONS": "quarantine_size_mb=8"}  # of memory that was freed, else it is all that is measured
GRANT = {"targetType": "SERVICE_DEF", "target": "boilerStatus", "defaultPolicy": {"policyType": "ALL"}}


def mqtt(broker):
    return ["--set", "arrowhead.mqtt.enabled=true", "--set", f"arrowhead.mqtt.broker={broker.address}"]


def resident(process, name="VmRSS"):
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)


class Flooder:
    """Publishes a request per call of `text(number)` and counts what comes back; nothing is kept but the statuses."""

    def __init__(self, port, qos):
        self.statuses = {}
        self.seen = bytearray(REQUESTS)
        self.twice = 0
        self.done = threading.Event()
        self.ready = threading.Event()
        self.qos = qos
        self.client = paho.Client(client_id="flooder", clean_session=True)
        self.client.max_inflight_messages_set(0)
        self.client.max_queued_messages_set(0)
        self.client.on_connect = lambda client, *_: client.subscribe("replies/flood", qos)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port, keepalive=600)
        self.client.loop_start()
        assert self.ready.wait(20)

    def _on_message(self, _client, _data, message):
        body = json.loads(message.payload)
        number = int(body["traceId"])
        self.twice += self.seen[number]
        self.seen[number] = 1
        status = body.get("status")  # none: its own request came back
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if sum(self.statuses.values()) >= REQUESTS:
            self.done.set()

    def flood(self, to, payload):
        head = '{"authentication":"SYSTEM//BoilerPlant","responseTopic":"replies/flood","qosRequirement":' + str(self.qos) + ',"payload":'
        for number in range(REQUESTS):
            self.client.publish(to, f'{head}{payload(number)},"traceId":"{number}"}}', qos=self.qos)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def in_milliseconds(latencies):
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
    return {name: round(percentile(latencies, share) * 1000, 2) for name, share in shares.items()} | {"count": len(latencies)}


def flooded(server, broker, to, payload, qos):
    """The flood's statuses, how much memory it took, and the latencies of HTTP meanwhile."""
    flooder = Flooder(broker.port, qos)
    before = resident(server.process)
    probe = Probe(server.port)
    try:
        flooder.flood(to, payload)
        assert flooder.done.wait(PATIENCE), f"{sum(flooder.statuses.values())} of {REQUESTS}: {flooder.statuses}"
    finally:
        latencies = probe.seconds()
        flooder.close()
    assert flooder.twice == 0 and all(flooder.seen)
    return flooder.statuses, resident(server.process, "VmHWM") - before, latencies


def test_a_flood_of_writes_is_answered_or_refused(brokers, start):
    broker = brokers()
    server = start(*mqtt(broker), env=SMALL_QUARANTINE)
    statuses, grown, latencies = flooded(
        server, broker, topic("authorization", "grant"), lambda number: json.dumps({**GRANT, "target": f"target{number}"}), qos=1
    )
    print(statuses, grown // 1024, "KiB", len(latencies), statistics.median(latencies))
    assert set(statuses) <= {201, 500} and statuses.get(201, 0) > 0
    assert grown < MEMORY_GROWTH_MAX
    assert statistics.median(latencies) < 0.1
    # The broker and whoever floods take the same cores, whether or not the flood goes to the server.
    past = Flooder(broker.port, 1)
    probe = Probe(server.port)
    past.flood("replies/flood", lambda number: json.dumps({**GRANT, "target": f"target{number}"}))
    assert past.done.wait(PATIENCE)
    beside = probe.seconds()
    past.close()
    print("HTTP during the flood, ms:", in_milliseconds(latencies), "and while it goes past the server:", in_milliseconds(beside))
    if SECONDS:
        assert percentile(latencies, 0.99) < 2 * percentile(beside, 0.99)
    page = server.client().get("/metrics").text
    assert "jeton_mqtt_replies_dropped_total 0" in page and "jeton_mqtt_requests_waiting 0" in page
    assert f"jeton_mqtt_messages_received_total {REQUESTS}" in page


def test_a_flood_of_reads_with_qos_0_and_large_replies(brokers, start, asks):
    """Nobody reads these replies as fast as they are made; the broker holds them, not the server."""
    broker = brokers()
    server = start(*mqtt(broker), env=SMALL_QUARANTINE)
    boiler = asks(broker, "BoilerPlant")
    boiler.ask("authorization", "grant", GRANT)
    question = json.dumps({"consumer": "HvacGateway", "targetType": "SERVICE_DEF", "target": "boilerStatus"})
    statuses, grown, latencies = flooded(server, broker, topic("authorization", "verify"), lambda _: question, qos=0)
    assert set(statuses) <= {200, 500}
    assert grown < MEMORY_GROWTH_MAX
    assert statistics.median(latencies) < 0.1


class Stream:
    """Requests in even intervals, `rate` a second, each asked by the clock whether or not those before it were answered."""

    def __init__(self, port, questions):
        self.questions = questions  # (topic, payload) in turn
        self.begun, self.latencies = {}, []
        self.statuses = {}
        self.ready = threading.Event()
        self.client = paho.Client(client_id="stream", clean_session=True)
        self.client.max_inflight_messages_set(0)
        self.client.max_queued_messages_set(0)
        self.client.on_socket_open = lambda _client, _data, opened: opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.on_connect = lambda client, *_: client.subscribe("replies/stream", 1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port, keepalive=600)
        self.client.loop_start()
        assert self.ready.wait(20)

    def _on_message(self, _client, _data, message):
        now = time.monotonic()
        body = json.loads(message.payload)
        self.latencies.append(now - self.begun.pop(body["traceId"]))
        self.statuses[body["status"]] = self.statuses.get(body["status"], 0) + 1

    def run(self, rate, seconds):
        """Requests a second as they were sent."""
        never = threading.Event()
        begin = time.monotonic()
        for number in range(rate * seconds):
            never.wait(begin + number / rate - time.monotonic())
            to, payload = self.questions[number % len(self.questions)]
            self.begun[str(number)] = time.monotonic()
            envelope = {"traceId": str(number), "authentication": "SYSTEM//HvacGateway", "responseTopic": "replies/stream",
                        "qosRequirement": 1, "payload": payload}  # fmt: skip
            self.client.publish(to, json.dumps(envelope), qos=1)
        return rate * seconds / (time.monotonic() - begin)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def test_a_steady_stream_is_answered_in_time(brokers, start, asks):
    """Four questions to one token, as consumers of services have it."""
    broker = brokers("set_tcp_nodelay true")
    server = start(*mqtt(broker), "--set", "log.level=warn")
    asks(broker, "BoilerPlant").ask("authorization", "grant", GRANT)
    access = {"provider": "BoilerPlant", "targetType": "SERVICE_DEF", "target": "boilerStatus"}
    token = {**access, "tokenVariant": "TIME_LIMITED_TOKEN_AUTH"}
    stream = Stream(broker.port, [(topic("authorization", "verify"), access)] * 4 + [(topic("authorizationToken", "generate"), token)])
    rate = stream.run(1000 if SECONDS else 100, SECONDS or 3)
    until = time.monotonic() + PATIENCE
    while stream.begun and time.monotonic() < until:
        server.client().get("/livez")
    stream.close()
    assert not stream.begun, f"{len(stream.begun)} are not answered"
    print(f"{rate:.0f} requests a second, ms:", in_milliseconds(sorted(stream.latencies)), stream.statuses)
    assert set(stream.statuses) <= {200, 201}
    if SECONDS:
        assert rate > 990
        assert percentile(sorted(stream.latencies), 0.99) <= 0.020
