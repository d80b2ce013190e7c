"""Services whose credentials are leased, real ones from their Debian packages but for InfluxDB 2 and the webhook (fakes, see there).

Each has `settings(name)`, the --set options of a provider of that name, `marked()`, the names of the credentials it has with our mark,
and `works(lease)`, whether a lease's secret opens it.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import fake_influxdb
import fake_webhook

MARK = re.compile(r"^lt_[a-z2-7]{6}_[a-z2-7]{26}$")
PERMISSIONS = [{"action": "read", "resource": {"type": "buckets", "name": "plant-7", "orgID": fake_influxdb.ORG}}]


def options(name, **settings):
    found = []
    for key, value in settings.items():
        found += ["--set", f"leases.providers.{name}.{key.replace('_', '-')}={value}"]
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds, patience=60, what="the condition"):
    """Asks again and again; the pause belongs to the condition of another process, which nothing announces."""
    deadline = time.monotonic() + patience
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not hold within {patience} s"
        pause.wait(0.05)


class Service:
    type = ""
    options = {}  # of a lease

    def close(self):
        pass


class Influxdb(Service):
    type = "influxdb"
    options = {"permissions": PERMISSIONS}

    def __init__(self):
        self.fake = fake_influxdb.FakeInfluxdb()

    def settings(self, name, **more):
        return options(
            name, type=self.type, url=self.fake.url, token=fake_influxdb.TOKEN, org=fake_influxdb.ORG, **more
        )

    def marked(self):
        with self.fake.lock:
            found = [token["description"] for token in self.fake.tokens.values()]
        return {parts[1] for parts in (text.split(":") for text in found) if parts[0] == "TLM" and MARK.match(parts[1])}

    def works(self, lease):
        request = urllib.request.Request(
            self.fake.url + "/api/v2/write",
            data=b"m v=1",
            headers={"Authorization": "Token " + lease["value"]},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status < 400
        except urllib.error.HTTPError as refused:
            return refused.code not in (401, 404)

    def close(self):
        self.fake.close()


class Webhook(Service):
    type = "webhook"

    def __init__(self):
        self.fake = fake_webhook.FakeWebhook()

    def settings(self, name, **more):
        return options(name, type=self.type, url=self.fake.url, token=fake_webhook.TOKEN, **more)

    def marked(self):
        with self.fake.lock:
            return {label for label in self.fake.credentials if MARK.match(label)}

    def works(self, lease):
        request = urllib.request.Request(
            self.fake.url + "/use", headers={"Authorization": "Bearer " + lease["value"]}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    def close(self):
        self.fake.close()


class Process:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="jeton-service-", dir="/tmp"))
        self.process = None

    def run(self, command, **more):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder, start_new_session=True, **more
        )

    def end(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Service):
    type = "redis"

    def __init__(self, port=None):
        self.port = port or free_port()
        self.process = Process()
        acl = self.process.folder / "users.acl"
        acl.write_text("user default off\nuser manager on >secret ~* &* +@all\n")
        self.process.run(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--aclfile", str(acl), "--save", ""]
        )
        wait_until(lambda: self.call("PING") == "PONG", what="redis-server")

    def call(self, *words, user="manager", password="secret"):
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), "--user", user, "--pass", password, "--no-auth-warning", *words],
            capture_output=True,
            text=True,
            timeout=10,
        )
        return done.stdout.strip()

    def settings(self, name, **more):
        return options(
            name, type=self.type, url=f"redis://manager:secret@127.0.0.1:{self.port}", rules="~* +@read +ping", **more
        )

    def marked(self):
        return {user for user in self.call("ACL", "USERS").split("\n") if MARK.match(user)}

    def works(self, lease):
        return self.call("PING", user=lease["id"], password=lease["value"]) == "PONG"

    def close(self):
        self.process.end()


class Postgresql(Service):
    type = "postgresql"
    options = {}

    def __init__(self):
        self.port = free_port()
        self.process = Process()
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        folder = self.process.folder
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        password = folder / "password"
        password.write_text("secret\n")
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            for path in (data, password):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(
            [*self.user, self.bin / "initdb", "-D", data, "-U", "admin", f"--pwfile={password}", "-A", "scram-sha-256"],
            check=True,
            capture_output=True,
            cwd="/tmp",
        )
        self.process.run(
            [*self.user, self.bin / "postgres", "-D", data, "-p", str(self.port), "-k", "", "-h", "127.0.0.1"]
        )
        wait_until(lambda: self.query("SELECT 1") == "1", what="postgres")
        self.query("CREATE ROLE readers")

    def query(self, sql, user="admin", password="secret"):
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-d", "postgres", "-c", sql],
            capture_output=True,
            text=True,
            timeout=20,
            env={**os.environ, "PGPASSWORD": password},
        )
        return done.stdout.strip() if done.returncode == 0 else f"exit {done.returncode}: {done.stderr}"

    def settings(self, name, **more):
        return options(
            name, type=self.type, url=f"postgresql://admin:secret@127.0.0.1:{self.port}/postgres", **more
        ) + ["--set", f"leases.providers.{name}.roles=reader=readers"]

    def marked(self):
        return {name for name in self.query("SELECT rolname FROM pg_roles").split("\n") if MARK.match(name)}

    def works(self, lease):
        return self.query("SELECT 1", user=lease["id"], password=lease["value"]) == "1"

    def close(self):
        self.process.end()


class Rabbitmq(Service):
    type = "rabbitmq"

    def __init__(self):
        self.process = Process()
        self.port, self.amqp = free_port(), free_port()
        folder = self.process.folder
        (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.amqp}\nmanagement.tcp.port = {self.port}\nmanagement.tcp.ip = 127.0.0.1\n"
            "default_user = manager\ndefault_pass = secret\nlog.console = true\n"
        )
        self.process.run(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            env={
                **os.environ,
                "HOME": str(folder),
                "RABBITMQ_NODENAME": f"jeton{self.port}@localhost",
                "RABBITMQ_MNESIA_BASE": str(folder),
                "RABBITMQ_LOG_BASE": str(folder),
                "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
                "RABBITMQ_PID_FILE": str(folder / "pid"),
                "RABBITMQ_DIST_PORT": str(free_port()),
            },
        )
        wait_until(lambda: self.get("/api/users") is not None, patience=120, what="rabbitmq-server")

    def get(self, path, user="manager", password="secret"):
        manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        manager.add_password(None, f"http://127.0.0.1:{self.port}", user, password)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(manager)
        )
        try:
            with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def settings(self, name, **more):
        role = json.dumps({"configure": "", "write": ".*", "read": ".*"})
        return options(
            name, type=self.type, url=f"http://127.0.0.1:{self.port}", user="manager", password="secret", **more
        ) + ["--set", f"leases.providers.{name}.roles={{reader: '{role}'}}"]

    def marked(self):
        return {user["name"] for user in self.get("/api/users") or [] if MARK.match(user["name"])}

    def works(self, lease):
        done = subprocess.run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--noproxy", "*"]
            + ["-u", f"{lease['id']}:{lease['value']}", f"http://127.0.0.1:{self.port}/api/whoami"],
            capture_output=True,
            text=True,
            timeout=10,
        )
        # Who has no management tag is known and refused by another reason than a wrong password.
        return done.stdout in ("200", "401") and lease["id"] in self.marked()

    def close(self):
        self.process.end()


ALL = {service.type: service for service in (Influxdb, Webhook, Redis, Postgresql, Rabbitmq)}


class Leases:
    """What is asked of leases, as one system."""

    def __init__(self, server, name="Press", service=None):
        self.client = server.client(name)
        self.service = service

    def message(self, action, **members):
        return self.client.post("/leases/messages", {"action": action, **members}).json

    def create(self, ttl=60_000, **more):
        body = {"ttl": ttl, "options": getattr(self.service, "options", {}), **more}
        if getattr(self.service, "type", "") in ("postgresql", "rabbitmq"):
            body.setdefault("role", "reader")
        return self.client.post("/leases", body)

    def list(self, **query):
        return self.client.get("/leases" + ("?" + urllib.parse.urlencode(query) if query else ""))

    def get(self, lease_id):
        return self.client.get("/leases/" + urllib.parse.quote(lease_id, safe=""))

    def delete(self, lease_id):
        return self.client.delete("/leases/" + urllib.parse.quote(lease_id, safe=""))

    def renew(self, lease_id, increment):
        return self.client.post(f"/leases/{urllib.parse.quote(lease_id, safe='')}/renew", {"increment": increment})


def allow(server, *providers, to=None):
    """Lets everybody, or only `to`, lease from the providers."""
    policy = {"policyType": "WHITELIST", "policyList": to} if to else {"policyType": "ALL"}
    for provider in providers:
        target = "lease" + "".join(part.capitalize() for part in provider.split("-"))
        granted = server.client("ConsumerAuthorization").grant(target, policy)
        assert granted.status in (200, 201), granted
