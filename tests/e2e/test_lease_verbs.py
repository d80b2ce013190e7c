"""`jeton lease` against a running server, whose provider comes from the file, the environment and the command line together."""

import json
import subprocess

import pytest

import fake_webhook
from jeton import BINARY, clean_environment
from lease_servers import Webhook, allow


@pytest.fixture
def gate():
    service = Webhook()
    yield service
    service.close()


@pytest.fixture
def server(start, data, gate):
    file = data / "jeton.yaml"
    file.write_text(
        "leases:\n  ttl: { default: 10m, maximum: 1h }\n  providers:\n    gate-2: { type: webhook, token: wrong }\n"
    )
    running = start(
        "--config",
        str(file),
        "--set",
        f"leases.providers.gate-2.url={gate.fake.url}",
        env={"JETON_LEASES_PROVIDERS_GATE_2_TOKEN": fake_webhook.TOKEN},
    )
    allow(running, "gate-2", to=["Press"])
    return running


class Verbs:
    def __init__(self, server, name):
        self.environment = {**clean_environment(), "JETON_SERVER": server.url, "JETON_AS": name}

    def run(self, *arguments, exit=0):
        done = subprocess.run(
            [BINARY, "lease", *arguments], env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == exit, done
        return done.stdout.strip("\n")


def test_a_lease_from_its_making_to_its_end(server, gate):
    press, sysop = Verbs(server, "Press"), Verbs(server, "Sysop")
    secret = press.run("create", "--option", "a=1", "--idempotency-key", "job 7")
    assert press.run("create", "--idempotency-key", "job 7") == secret
    (lease,) = json.loads(press.run("list", "--json"))["leases"]
    name = lease["lease_id"]
    assert lease["ttl"] == 600_000 and gate.works({"value": secret})
    assert press.run("show", name, "--value") == secret
    assert secret not in press.run("show", name) + sysop.run("show", name) + sysop.run("list")
    sysop.run("show", name, "--value", exit=3)
    Verbs(server, "Mill").run("show", name, exit=3)
    assert press.run("renew", name, "--by", "5h").startswith(f"renewed: {name} ends ")
    assert press.run("revoke", name) == f"revoked: {name}"
    assert not gate.works({"value": secret})
    assert press.run("list") == ""
    assert "revoked" in sysop.run("list", "--all")


def test_many_are_revoked_and_confirmed_when_the_verb_ends(server, gate):
    press, sysop = Verbs(server, "Press"), Verbs(server, "Sysop")
    for _ in range(5):
        press.run("create")
    assert "owner     Press   5" in sysop.run("counts")
    assert sysop.run("revoke", "--prefix", "gate-2/") == "revoked 5 leases"
    assert not gate.marked()
    press.run("create")
    assert sysop.run("revoke", "--owner", "Press") == "revoked 1 lease"
    assert not gate.marked()
    press.run("release", "--all", exit=5)
    assert sysop.run("release", "--all") == "released 0 revocations"


def test_refusals_have_the_exit_codes_of_the_page(server):
    Verbs(server, "Stranger").run("create", exit=5)
    press = Verbs(server, "Press")
    press.run("revoke", "gate-2/-/unknown", exit=3)
    press.run("create", "nowhere", exit=1)
    press.run("create", "--option", "a=not-json", exit=2)
    assert "gate-2 (default)" in press.run("providers")
