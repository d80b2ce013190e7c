"""In which order a server with MQTT starts and stops, and that a signal ends a start that waits."""

import signal
import socket
import threading
import time

import pytest

from fake_cloud import Authentication, ServiceRegistry, eventually
from jeton import Jeton
from mqtt_client import BASES, OPERATIONS

GRANT = {"targetType": "SERVICE_DEF", "target": "boilerStatus", "defaultPolicy": {"policyType": "ALL"}}


class Gate:
    """A fake of a broker that takes connections and says nothing; once open, what it hears goes to a real one and back."""

    def __init__(self, broker):
        self.broker = broker
        self.closed = False
        self.opened = threading.Event()
        self.reached = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                server, _ = self.listener.accept()
                self.reached.set()
                threading.Thread(target=self.relay, args=(server,), daemon=True).start()
        except OSError:
            return  # closed

    def relay(self, server):
        self.opened.wait()
        if self.closed:
            return
        broker = socket.create_connection(("127.0.0.1", self.broker.port))
        threading.Thread(target=self.copy, args=(broker, server), daemon=True).start()
        self.copy(server, broker)

    @staticmethod
    def copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one side ended

    def close(self):
        self.closed = True
        self.opened.set()
        self.listener.close()


@pytest.fixture
def gate(brokers):
    gate = Gate(brokers())
    yield gate
    gate.close()


@pytest.fixture
def registry():
    fake = ServiceRegistry()
    yield fake
    fake.close()


def mqtt(address):
    return ["--set", "arrowhead.mqtt.enabled=true", "--set", f"arrowhead.mqtt.broker={address}"]


def test_nobody_is_told_of_a_server_that_still_waits_for_its_broker(data, gate, registry):
    server = Jeton(data, *mqtt(gate.address), "--set", f"arrowhead.service-registry.url={registry.url}")
    starting = threading.Thread(target=server.start)
    starting.start()
    try:
        assert gate.reached.wait(30)
        time.sleep(1)
        assert registry.requests == []
        gate.opened.set()
        starting.join(60)
        eventually(lambda: len(registry.of("ConsumerAuthorization")) == 5)
        assert server.client().get("/livez").status == 200
    finally:
        gate.opened.set()
        starting.join(60)
        server.stop()
    for request in registry.seen("/service-discovery/register"):
        service = request.json["serviceDefinitionName"]
        offered = request.json["interfaces"][1]
        assert offered["templateName"] == "generic_mqtt" and offered["protocol"] == "tcp"
        assert offered["properties"] == {
            "accessAddresses": ["127.0.0.1"],
            "accessPort": int(gate.address.rsplit(":", 1)[1]),
            "baseTopic": BASES[service],
            "operations": offered["properties"]["operations"],
        }
        assert sorted(offered["properties"]["operations"]) == sorted(OPERATIONS[service])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_start_that_waits_for_its_broker(data, gate, how):
    server = Jeton(data, *mqtt(gate.address))
    ended = []

    def end():
        gate.reached.wait(30)
        server.process.send_signal(how)
        begin = time.monotonic()
        server.process.wait(60)
        ended.append(time.monotonic() - begin)

    ender = threading.Thread(target=end)
    ender.start()
    with pytest.raises(AssertionError, match="no ready line but ''; exit 0;"):
        server.start()
    ender.join()
    assert ended[0] < 10
    assert any("app: stopped" in line for line in server.log), server.log


def test_a_request_that_waits_for_a_neighbour_is_answered_before_the_end(start, brokers, asks):
    authentication = Authentication(passwords={"ConsumerAuthorization": "own-secret"})
    try:
        broker = brokers()
        server = start(
            *mqtt(broker.address),
            *("--set", "identity.policy=outsourced"),
            *("--set", "identity.authenticator-credentials=password=own-secret"),
            *("--set", f"arrowhead.authentication.url={authentication.url}"),
        )
        eventually(lambda: server.client(None).get("/readyz").status == 200)
        token = authentication.issue("BoilerPlant")
        boiler = asks(broker, "BoilerPlant")
        authentication.hang.set()
        trace = boiler.send("authorization", "grant", GRANT, authentication=f"IDENTITY-TOKEN//{token}")["traceId"]
        eventually(lambda: authentication.seen(token))
        threading.Timer(1, authentication.hang.clear).start()
        server.stop()
        reply = boiler.wait(lambda reply: reply.traceId == trace)
        assert reply is not None and reply.status == 201, reply
    finally:
        authentication.close()
