"""The server under test, and a small client that speaks its wire as an Arrowhead client does."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import threading
import urllib.parse

BINARY = os.environ.get("JETON_BIN", "")
BASE = "/consumerauthorization"
AUTHORIZATION = BASE + "/authorization"
TOKEN = BASE + "/authorization-token"
MANAGEMENT = AUTHORIZATION + "/mgmt"
TOKEN_MANAGEMENT = MANAGEMENT + "/token"
GENERAL = BASE + "/general/mgmt"
MONITOR = BASE + "/monitor"


def clean_environment():
    """Ours without what would configure a server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("JETON_")}


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Jeton:
    def __init__(self, data, *args, env=None, expect_exit=0):
        self.data = pathlib.Path(data)
        self.args = list(args)
        self.env = env or {}
        self.expect_exit = expect_exit
        self.process = None
        self.port = None

    def start(self):
        command = [BINARY, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *self.args]
        self.log = []
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean_environment(), **self.env},
        )
        self.reader = threading.Thread(target=self._read_log, args=(self.process.stderr,), daemon=True)
        self.reader.start()
        line = self.process.stdout.readline().strip()
        if not line.startswith(("jeton ready http://", "jeton ready https://")):
            self.process.wait(30)
            self.reader.join(10)
            raise AssertionError(
                f"no ready line but {line!r}; exit {self.process.returncode}; log:\n" + "".join(self.log)
            )
        self.url = line.removeprefix("jeton ready ")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def _read_log(self, stream):
        for line in stream:
            self.log.append(line)

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.expect_exit = -signal.SIGKILL

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.reader.join(10)
        assert code == self.expect_exit, f"exit {code}; log:\n" + "".join(self.log[-60:])
        self.process = None

    def client(self, name="Sysop", timeout=30, tls=None):
        """`tls`: the ssl context of a server that speaks TLS."""
        return Client(self.port, name, timeout, tls)


class Client:
    """One keep-alive connection of one system."""

    def __init__(self, port, name, timeout=30, tls=None):
        self.name = name
        self.connection = (
            http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
            if tls is None
            else http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=tls)
        )

    def send(self, method, path, body=None, headers=None):
        all_headers = {"Accept": "text/plain, application/json", "Content-Type": "application/json"}
        if self.name is not None:
            all_headers["Authorization"] = "Bearer SYSTEM//" + self.name
        for name, value in (headers or {}).items():
            if value is None:
                all_headers.pop(name, None)
            else:
                all_headers[name] = value
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        self.connection.request(method, path, body=body, headers=all_headers)
        return Answer(self.connection.getresponse())

    def get(self, path, **options):
        return self.send("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.send("POST", path, body, **options)

    def delete(self, path, **options):
        return self.send("DELETE", path, **options)

    # The operations that many tests need.
    def grant(self, target="flowRate", policy=None, **more):
        return self.post(
            AUTHORIZATION + "/grant",
            {"targetType": "SERVICE_DEF", "target": target, "defaultPolicy": policy or {"policyType": "ALL"}, **more},
        )

    def revoke(self, instance_id):
        return self.delete(AUTHORIZATION + "/revoke/" + urllib.parse.quote(instance_id, safe=""))

    def verify(self, **fields):
        return self.post(AUTHORIZATION + "/verify", {"targetType": "SERVICE_DEF", "target": "flowRate", **fields})

    def generate(self, provider, variant="TIME_LIMITED_TOKEN_AUTH", target="flowRate", **more):
        return self.post(
            TOKEN + "/generate", {"tokenVariant": variant, "provider": provider, "target": target, **more}
        )

    def verify_token(self, token):
        return self.get(TOKEN + "/token/verify/" + urllib.parse.quote(token, safe=""))
