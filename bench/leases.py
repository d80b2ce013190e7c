"""Leases: a storm of ends, how fast a provider's queue drains and what verifying tokens notices of it; start with many (token-lease 8.2, 6 and 7)."""

import contextlib
import json
import sqlite3
import subprocess
import time

from measure import BASE, LOAD_CORE, Settings, Stream, call, free_port, jeton, median, row, told, wait_for_port

NANOSECONDS = 10**9


@contextlib.contextmanager
def acl_redis(folder):
    """A Redis that keeps users in memory: neither its rewriting of files nor its share of the load's core is what is measured."""
    port = free_port()
    folder.mkdir()
    process = subprocess.Popen(
        ["nice", "-n", "19", "taskset", "-c", LOAD_CORE, "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "",
         "--logfile", str(folder / "log")])  # fmt: skip
    process.port = port
    wait_for_port(process, port, 10)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def provider(redis):
    settings = {"type": "redis", "url": f"redis://127.0.0.1:{redis.port}", "rules": "+ping", "acl-persistence": "none"}
    return [f"leases.providers.cache.{key}={value}" for key, value in settings.items()]


def seed(data, redis, count, expires_at):
    """Leases as the server writes them, and their users at the provider."""
    users = "".join(f"ACL SETUSER lt_benchs_{n:026d} on nopass +ping\r\n" for n in range(count)) if redis else ""
    if redis:
        subprocess.run(["redis-cli", "-p", str(redis.port), "--pipe"], input=users, text=True, capture_output=True, check=False)  # fmt: skip
    database = sqlite3.connect(data / "jeton.db")
    with database:
        last = database.execute("SELECT COALESCE(MAX(id), 0) FROM event").fetchone()[0]
        database.executemany(
            "INSERT INTO lease (id, name, owner, provider, role, state, reason, label, external_id, handle, digest, requested_at, expires_at,"
            " hard_end, ttl, due_at, attempts, released) VALUES (?, ?, 'Press', 'cache', NULL, 3, 0, ?, ?, '{}', zeroblob(32), 0, ?, ?, 1, ?, 0, 0)",
            (
                (last + 1 + n, f"cache/-/{n:026d}", f"lt_benchs_{n:026d}", f"lt_benchs_{n:026d}")
                + (expires_at,) * 3
                for n in range(count)
            ),
        )
        database.executemany(
            "INSERT INTO lease_count (kind, name, count) VALUES (?, ?, ?)",
            [(1, "", count), (2, "cache", count), (4, "Press", count)],
        )
        database.execute(
            "INSERT INTO event (id, at, kind, actor, body) VALUES (?, 0, 'lease.released', 'bench', ?)",
            (last + 1 + count, json.dumps({"id": 1, "name": "bench", "provider": "bench"})),
        )
    database.close()


def living(server):
    answer = json.loads(call(server, "GET", "/leases/counts", "Sysop"))
    return next((each["count"] for each in answer["counts"] if each["kind"] == "total"), 0)


def bench_leases(folder):
    print("leases", flush=True)
    count = Settings.million // 10
    rounds = [storm(folder / f"leases-{number}", count) for number in range(Settings.rounds)]
    row(f"verify p99 while {count:,} leases end at once", "its idle value", median([b.p99 / a.p99 for a, b, _ in rounds]), 1.5, 3, False,
        f"p99 {median([a.p99 for a, _, _ in rounds]):.0f} us idle, {median([b.p99 for _, b, _ in rounds]):.0f} us in the storm")  # fmt: skip
    told(f"{count:,} leases taken back at one Redis", "a second", median([count / seconds for _, _, seconds in rounds]),
         f"in {median([seconds for _, _, seconds in rounds]):.1f} s beside the load")  # fmt: skip
    start_with_many(folder / "leases-many")


def storm(folder, count):
    """1,000 verifications a second while nothing ends, and while all leases do."""
    folder.mkdir()
    with acl_redis(folder / "redis") as redis:
        data = folder / "data"
        with jeton(data, *provider(redis)) as server:
            call(server, "POST", BASE + "/authorization/grant", "PumpStation",
                 {"targetType": "SERVICE_DEF", "target": "flowRate", "defaultPolicy": {"policyType": "ALL"}})  # fmt: skip
            token = json.loads(call(server, "POST", BASE + "/authorization-token/generate", "FlowReader",
                                    {"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "provider": "PumpStation", "target": "flowRate"}))["token"]  # fmt: skip
        expires_at = time.time() + 8 + count / 50_000
        seed(data, redis, count, int(expires_at * NANOSECONDS))
        with jeton(data, *provider(redis)) as server:
            path = f"{BASE}/authorization-token/token/verify/{token}"
            idle = Stream(server, path, "PumpStation", 3)
            time.sleep(max(0.0, expires_at - time.time() - 0.2))
            busy = Stream(server, path, "PumpStation", 4)
            while living(server) > 0:
                time.sleep(0.05)
            return idle, busy, time.time() - expires_at


def start_with_many(data):
    count = Settings.million
    with acl_redis(data.with_name("leases-redis")) as redis:
        with jeton(data, *provider(redis)):
            pass
        seed(data, None, count, int((time.time() + 86_400) * NANOSECONDS))
        with jeton(data, *provider(redis)) as server:
            begin = time.monotonic()
            call(server, "GET", "/leases?limit=1", "Sysop")
            told(f"start with {count:,} leases", "seconds to ready", server.ready_seconds,
                 f"first answer {1000 * (time.monotonic() - begin):.0f} ms after that")  # fmt: skip
