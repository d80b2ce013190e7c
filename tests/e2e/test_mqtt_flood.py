"""A flood of requests over MQTT: each is answered or refused, memory stays bounded, and HTTP goes on."""

import json
import statistics
import threading
import time

import paho.mqtt.client as paho

from mqtt_client import topic

REQUESTS = 50_000
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
        self.statuses[body["status"]] = self.statuses.get(body["status"], 0) + 1
        if sum(self.statuses.values()) >= REQUESTS:
            self.done.set()

    def flood(self, to, payload):
        head = '{"authentication":"SYSTEM//BoilerPlant","responseTopic":"replies/flood","qosRequirement":' + str(self.qos) + ',"payload":'
        for number in range(REQUESTS):
            self.client.publish(to, f'{head}{payload(number)},"traceId":"{number}"}}', qos=self.qos)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def verify_over_http(server, latencies, stop):
    http = server.client("BoilerPlant")
    while not stop.is_set():
        begin = time.monotonic()
        assert http.verify(provider="BoilerPlant", consumer="HvacGateway").status == 200
        latencies.append(time.monotonic() - begin)
        stop.wait(0.002)


def flooded(server, broker, to, payload, qos):
    """The flood's statuses, how much memory it took, and the latencies of HTTP meanwhile."""
    flooder = Flooder(broker.port, qos)
    before = resident(server.process)
    latencies, stop = [], threading.Event()
    http = threading.Thread(target=verify_over_http, args=(server, latencies, stop))
    http.start()
    try:
        flooder.flood(to, payload)
        assert flooder.done.wait(PATIENCE), f"{sum(flooder.statuses.values())} of {REQUESTS}: {flooder.statuses}"
    finally:
        stop.set()
        http.join()
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
