"""kill -9 at every step of making and taking back a lease, for every provider (token-lease 5.2, acceptance 3).

With the fakes the step is exact: the provider is stopped in the middle of a call. With real servers the plug is pulled at random instants
under load. Afterwards no credential with our mark is without a living lease, and none that lives was taken back.
"""

import os
import random
import threading

import pytest

from lease_servers import ALL, Influxdb, Leases, Webhook, allow, wait_until

KILLS = int(os.environ.get("JETON_LEASE_KILLS", "2"))  # of each provider
FAST = {"call_timeout": "500ms"}  # so that what a crash left is looked for after seconds


def living(server):
    """Labels of the leases that hold; the name of a lease ends like its label."""
    found, cursor = set(), ""
    while cursor is not None:
        page = Leases(server, "Sysop").list(status="active", limit=1000, cursor=cursor).json
        found |= {lease["lease_id"].rsplit("/", 1)[1] for lease in page["leases"]}
        cursor = page.get("cursor")
    return found


def agree(server, service):
    return {label.rsplit("_", 1)[1] for label in service.marked()} == living(server)


@pytest.fixture(params=[Influxdb, Webhook], ids=lambda kind: kind.type)
def fake(request):
    service = request.param()
    yield service
    service.close()


def in_background(job):
    def quietly():
        try:
            job()
        except OSError:
            pass  # the server died, as it should

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("step", ["hang", "drop-after", "late"])
def test_killed_while_a_credential_is_made(start, fake, step):
    server = start(*fake.settings("p", **FAST))
    allow(server, "p")
    kept = Leases(server, "Press", fake).create(ttl=600_000).json["lease"]
    fake.fake.fault(step, on="create", seconds=0.3)
    in_background(lambda: Leases(server, "Press", fake).create(ttl=600_000))
    wait_until(lambda: fake.fake.count("create") >= 2, what="the call")
    server.kill()
    server = start(*fake.settings("p", **FAST))
    wait_until(lambda: len(Leases(server, "Sysop").list().json["leases"]) == 1, what="the end of what the crash left")
    assert agree(server, fake)
    assert fake.works(Leases(server, "Press").get(kept["id"]).json["lease"])


@pytest.mark.parametrize("step", ["hang", "drop-after"])
def test_killed_while_a_credential_is_taken_back(start, fake, step):
    operation = "delete" if fake.type == "influxdb" else "revoke"
    server = start(*fake.settings("p", **FAST))
    allow(server, "p")
    press = Leases(server, "Press", fake)
    kept, gone = (press.create(ttl=600_000).json["lease"] for _ in range(2))
    fake.fake.fault(step, on=operation, seconds=0.3)
    in_background(lambda: Leases(server, "Press").delete(gone["id"]))
    wait_until(lambda: fake.fake.count(operation) >= 1, what="the call")
    server.kill()
    server = start(*fake.settings("p", **FAST))
    assert Leases(server, "Press").get(gone["id"]).status == 404
    wait_until(lambda: agree(server, fake), what="the taking back")
    assert fake.works(Leases(server, "Press").get(kept["id"]).json["lease"])


@pytest.mark.parametrize("kind", ALL.values(), ids=lambda kind: kind.type)
def test_killed_at_random_under_load(start, kind):
    service = kind()
    chance = random.Random(kind.type)
    acknowledged = {}
    try:
        for _ in range(KILLS):
            server = start(*service.settings("p", **FAST))
            if not acknowledged:
                allow(server, "p")
            stop = threading.Event()

            def load(server=server, stop=stop, name="Press"):
                leases = Leases(server, name, service)
                while not stop.is_set():
                    made = leases.create(ttl=chance.choice([300, 1_000, 600_000]))
                    if made.status != 201:
                        continue
                    lease = made.json["lease"]
                    if lease["ttl"] != 600_000:
                        continue
                    if chance.random() < 0.5:
                        acknowledged.pop(lease["id"], None)
                        leases.delete(lease["id"])
                    else:
                        acknowledged[lease["id"]] = lease

            threads = [in_background(load) for _ in range(3)]
            stop.wait(chance.uniform(0.3, 2.0))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join(30)
        server = start(*service.settings("p", **FAST))
        operator = Leases(server, "Sysop")
        wait_until(
            lambda: all(lease["status"] == "active" for lease in operator.list(limit=1000).json["leases"])
            and agree(server, service),
            what="agreement with the provider",
        )
        press = Leases(server, "Press", service)
        assert acknowledged, "nothing was made"
        for lease in chance.sample(sorted(acknowledged.values(), key=lambda each: each["id"]), min(5, len(acknowledged))):
            assert press.get(lease["id"]).json["lease"]["value"] == lease["value"]
            assert service.works(lease), "a lease that was acknowledged and lives was taken back"
        assert all(press.get(lease_id).status == 200 for lease_id in acknowledged)
    finally:
        service.close()
