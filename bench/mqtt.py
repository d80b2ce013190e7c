"""MQTT: 1,000 questions a second through a broker on the same machine, answered by the server, or coming back from the broker alone."""

import contextlib
import json
import shutil
import socket
import subprocess
import threading
import time

from measure import BASE, LOAD_CORE, Settings, call, free_port, jeton, median, missing, row, told, wait_for_port

try:
    import paho.mqtt.client as paho
except ImportError:
    paho = None

RATE = 1_000
VERIFY = "arrowhead/consumer-authorization/authorization/verify"
ANSWERS = "replies/bench"
MOSQUITTO = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")


@contextlib.contextmanager
def mosquitto(folder):
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nlog_type error\n")
    process = subprocess.Popen(["taskset", "-c", LOAD_CORE, MOSQUITTO, "-c", str(config)])
    process.port = port
    wait_for_port(process, port, 10)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


class Stream:
    """Questions in even intervals, each asked by the clock whether or not those before it were answered; QoS 1 both ways."""

    def __init__(self, port):
        self.begun, self.seconds = {}, []
        self.ready = threading.Event()
        self.client = paho.Client(client_id="bench", clean_session=True)
        self.client.max_inflight_messages_set(0)
        self.client.max_queued_messages_set(0)
        self.client.on_socket_open = lambda _client, _data, opened: opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.on_connect = lambda client, *_: client.subscribe(ANSWERS, 1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        if not self.ready.wait(10):
            raise SystemExit("bench: the broker takes no subscription")

    def _on_message(self, _client, _data, message):
        now = time.monotonic()
        self.seconds.append(now - self.begun.pop(json.loads(message.payload)["traceId"]))

    def ask(self, to, seconds):
        """The times of the answers in milliseconds, ascending."""
        self.seconds.clear()
        envelope = {"authentication": "SYSTEM//FlowReader", "responseTopic": ANSWERS, "qosRequirement": 1,
                    "payload": {"provider": "PumpStation", "targetType": "SERVICE_DEF", "target": "flowRate"}}  # fmt: skip
        never, begin = threading.Event(), time.monotonic()
        for number in range(RATE * seconds):
            never.wait(begin + number / RATE - time.monotonic())
            self.begun[str(number)] = time.monotonic()
            self.client.publish(to, json.dumps({"traceId": str(number), **envelope}), qos=1)
        until = time.monotonic() + 30
        while self.begun and time.monotonic() < until:
            never.wait(0.01)
        if self.begun:
            raise SystemExit(f"bench: {len(self.begun)} questions over MQTT were not answered")
        return sorted(second * 1_000 for second in self.seconds)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def p99(milliseconds):
    return milliseconds[int(len(milliseconds) * 0.99)]


def bench_mqtt(folder):
    print("MQTT", flush=True)
    what = f"verify policy over MQTT, QoS 1, {RATE:,} a second"
    if MOSQUITTO is None or paho is None:
        return missing(what, "20 ms", "mosquitto or python3-paho-mqtt is not installed")
    with mosquitto(folder) as broker, jeton(
        folder / "mqtt", "arrowhead.mqtt.enabled=true", f"arrowhead.mqtt.broker=127.0.0.1:{broker.port}"
    ) as server:
        call(server, "POST", BASE + "/authorization/grant", "PumpStation",
             {"targetType": "SERVICE_DEF", "target": "flowRate", "defaultPolicy": {"policyType": "ALL"}})  # fmt: skip
        stream = Stream(broker.port)
        rounds = [(stream.ask(VERIFY, Settings.seconds), stream.ask(ANSWERS, Settings.seconds)) for _ in range(Settings.rounds)]
        stream.close()

    def typical(pick, place):
        return median([pick(one[place]) for one in rounds])

    ours, alone = typical(median, 0), typical(median, 1)
    row(what + ": p99", "20 ms", typical(p99, 0) / 20, 1, 1, False, f"p99 {typical(p99, 0):.2f} ms, median {ours:.2f} ms")
    told(what + ": median", "the broker alone, the same messages", ours / alone, f"{ours:.2f} ms against {alone:.2f} ms")
