"""End-to-end tests run the real binary ($JETON_BIN) as a stranger would: on a fresh folder, on a free port."""

import os
import pathlib
import shutil
import tempfile

import pytest

from jeton import Jeton  # pytest puts this folder on the path
from mqtt_broker import Broker
from mqtt_client import MqttClient


@pytest.fixture
def data():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="jeton-e2e-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(data):
    """start(*args, env=…) gives a running server; all of them are stopped in the end, and must stop cleanly."""
    running = []

    def starter(*args, **options):
        server = Jeton(data, *args, **options)
        running.append(server)
        return server.start()

    yield starter
    for server in running:
        server.stop()


@pytest.fixture
def brokers(data):
    """brokers(*lines, **options) gives a running Mosquitto; all of them are stopped in the end."""
    running = []

    def starter(*lines, **options):
        broker = Broker(data / f"broker-{len(running)}", lines, **options)
        running.append(broker)
        return broker.start()

    yield starter
    for broker in running:
        broker.stop()


@pytest.fixture
def asks():
    """asks(broker, name, …) gives a connected MQTT client."""
    clients = []

    def connect(broker, name="Sysop", **options):
        clients.append(MqttClient(broker.port, name, **options))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def server(start):
    return start()


def pytest_configure(config):
    if not os.environ.get("JETON_BIN"):
        raise pytest.UsageError("JETON_BIN names no binary; run the tests by ./dev test")
