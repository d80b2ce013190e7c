"""A real Mosquitto broker for one test: on a free port, in its own folder, restarted, stopped and killed at will."""

import os
import pathlib
import signal
import socket
import subprocess
import time

MOSQUITTO = next((path for path in ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto") if pathlib.Path(path).exists()), "mosquitto")
PATIENCE = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """`lines` are added to a configuration that lets everybody in unless they say otherwise."""

    def __init__(self, folder, lines=(), anonymous=True, port=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.process = None
        self.settings = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'true' if anonymous else 'false'}",
            "persistence false",
            "log_type all",
            "connection_messages true",
            # What floods it must not be dropped by it: the test looks at the server.
            "max_queued_messages 0",
            "max_packet_size 20000000",
            *(["user root"] if os.geteuid() == 0 else []),  # else it cannot read the test's files
            *lines,
        ]

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def log(self):
        return (self.folder / "broker.log").read_text(errors="replace")

    def start(self):
        (self.folder / "broker.conf").write_text("\n".join(self.settings) + "\n")
        output = open(self.folder / "broker.log", "a")
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self.folder / "broker.conf")], stdout=output, stderr=subprocess.STDOUT
        )
        output.close()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the broker ended:\n{self.log}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise AssertionError(f"the broker does not listen:\n{self.log}")

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process = None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)
