"""Asks one thing over HTTP again and again, and says how long the answers took. A program of its own when it runs, so that no other
thread of a test is in its way."""

import http.client
import json
import select
import subprocess
import sys
import time

PAUSE = 0.002
QUESTION = {"provider": "BoilerPlant", "consumer": "HvacGateway", "targetType": "SERVICE_DEF", "target": "boilerStatus"}


class Probe:
    """Asks from its making until seconds() is called."""

    def __init__(self, port):
        self.process = subprocess.Popen([sys.executable, __file__, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "begun\n"

    def seconds(self):
        """How long each answer took, ascending."""
        out, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return sorted(json.loads(out))


def percentile(ascending, share):
    return ascending[min(int(len(ascending) * share), len(ascending) - 1)]


def ask(connection):
    body = json.dumps(QUESTION)
    begin = time.monotonic()
    connection.request("POST", "/consumerauthorization/authorization/verify", body,
                       {"Authorization": "Bearer SYSTEM//BoilerPlant", "Content-Type": "application/json"})  # fmt: skip
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return time.monotonic() - begin


def main(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    latencies = [ask(connection)]
    print("begun", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        latencies.append(ask(connection))
    print(json.dumps(latencies))


if __name__ == "__main__":
    main(int(sys.argv[1]))
