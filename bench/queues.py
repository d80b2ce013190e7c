"""Message queues: publish, next and delete, durable on both sides, against the bare store, Redis Streams and RabbitMQ."""

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess

from measure import (
    LOAD_CORE,
    SERVER_CORE,
    Load,
    Settings,
    figure,
    free_port,
    jeton,
    median,
    missing,
    nginx,
    on_steady_disk,
    output_of,
    row,
    script,
    wait_for_port,
)

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # the one on the PATH changes to a user of its own, and its folders


@contextlib.contextmanager
def redis(folder):
    """Every command is on the disk before its answer, as ours are; one sync for all that arrived together, as ours.

    It does not rewrite its file meanwhile: that would cost it, and whoever is measured next on that core.
    """
    data = folder / "redis"
    data.mkdir()
    port = free_port()
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data), "--save", "",
         "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0", "--logfile", str(data / "log")])  # fmt: skip
    process.port = port
    wait_for_port(process, port, 10)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextlib.contextmanager
def rabbitmq(folder):
    """A node of its own on the loopback: nothing of it is outside of the folder, and its port mapper ends with it."""
    data = folder / "rabbitmq"
    data.mkdir()
    (data / "plugins").write_text("[].")
    port, names_port, node_port = free_port(), free_port(), free_port()
    environment = {
        **os.environ,
        "HOME": str(data),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(names_port),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(data / "none"),
        "RABBITMQ_DIST_PORT": str(node_port),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "plugins"),
        "RABBITMQ_LOG_BASE": str(data / "log"),
        "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
        "RABBITMQ_NODENAME": "jeton-bench@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
    }
    with open(data / "output", "wb") as output:
        names = subprocess.Popen(["epmd"], env=environment, stdout=output, stderr=output)
        wait_for_port(names, names_port, 10)
        # Erlang makes as many schedulers as it was given cores.
        process = subprocess.Popen(["taskset", "-c", SERVER_CORE, RABBITMQ], env=environment, stdout=output, stderr=output,
                                   start_new_session=True)  # fmt: skip
    process.port = port
    try:
        wait_for_port(process, port, 120)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left
        names.terminate()
        names.wait(10)


def load(peer, server, *arguments):
    program = Settings.build / "bench" / "queue_load"
    return output_of("taskset", "-c", LOAD_CORE, program, peer, server.port, Settings.seconds, *arguments)


def nginx_rate(folder):
    """Requests a second of a server on that core that does nothing with a message but receive and send it."""
    published = {"subQueue": "bench", "payload": "x" * 100}
    kept = {"message": {**published, "assignedTo": "w", "uuid": "019e3f0a-51c2-7d4e-8a10-6f2b90c41d37"}}
    question, message = (json.dumps(text, separators=(",", ":")) for text in (published, kept))
    lua = script(folder, "message", "GET", "/queue/entry", {"Content-Type": "application/json"}, question)
    with nginx(folder, message) as peer:
        return median([Load(peer, lua).whole_core_rate for _ in range(Settings.rounds)])


OPERATIONS = ("publish", "next", "delete", "all three")
LOAD_LABELS = ("published", "taken and removed", "all three")


def bench_operations(folder):
    peers = {"redis": ("Redis Streams, appendfsync always", redis, shutil.which("redis-server")),
             "rabbitmq": ("RabbitMQ, durable queue, confirms", rabbitmq, shutil.which(RABBITMQ))}  # fmt: skip
    program, messages = Settings.build / "bench" / "queue_bench", Settings.seconds * 5_000
    works = {name: functools.partial(output_of, program, name, folder, messages) for name in ("bare", "store")}
    with contextlib.ExitStack() as stack:
        works["jeton"] = functools.partial(load, "jeton", stack.enter_context(jeton(folder / "queues")))
        for name, (_, start, installed) in peers.items():
            if installed:
                works[name] = functools.partial(load, name, stack.enter_context(start(folder)))
        rounds = [on_steady_disk(folder, works) for _ in range(Settings.rounds)]

    def rate(name, label):
        return median([figure(seen[name], label) for seen in rounds])

    def ratio(name, peer, label="all three"):
        return median([figure(seen[name], label) / figure(seen[peer], label) for seen in rounds])

    def detail(name):
        return ", ".join(f"{rate(name, label):,.0f}/s {label}" for label in LOAD_LABELS)

    for operation in OPERATIONS:
        row(f"queue: {operation} through the store, 64 waiting", "bare SQLite, same statements and grouping",
            ratio("store", "bare", operation), 0.8, 0.5, True,
            f"{rate('store', operation):,.0f}/s against {rate('bare', operation):,.0f}/s")  # fmt: skip
    what = "queue: publish, next and delete, durable, 64 connections, one core"
    for name, (against, _, installed) in peers.items():
        if installed:
            row(what, against, ratio("jeton", name), 1, 1, True, f"{detail('jeton')}; the peer: {detail(name)}")
        else:
            missing(what, against, f"{name}-server is not installed")
    # As for the generation of tokens: three requests to be received and answered, and the bare store's work.
    http = nginx_rate(folder)
    shared = [
        figure(seen["jeton"], "all three") * (1 / figure(seen["bare"], "all three") + 3 / http) for seen in rounds
    ]
    row(what, "bare SQLite and nginx sharing that core", median(shared), 0.8, 0.5, True,
        f"{rate('jeton', 'all three'):,.0f}/s against {rate('bare', 'all three'):,.0f}/s and {http:,.0f}/s, three a message")  # fmt: skip


def bench_depth(folder):
    works = {}
    with contextlib.ExitStack() as stack:
        for messages in (100, Settings.million):
            data = folder / f"queue-of-{messages}"
            output_of(Settings.build / "bench" / "jeton_seed", data, 0, 0, 0, messages)
            works[messages] = functools.partial(load, "next", stack.enter_context(jeton(data)), "seeded")
        # Each message that is taken is released: the queue is as deep at the end as it was at the beginning.
        rounds = [on_steady_disk(folder, works) for _ in range(Settings.rounds)]
    rates = [[figure(seen[messages], "taken and released") for seen in rounds] for messages in works]
    shallow, deep = rates
    row(f"queue: next (and release) of {Settings.million:,} messages", "of 100 messages",
        median([a / b for a, b in zip(shallow, deep)]), 1.2, 2, False, f"{median(deep):,.0f}/s against {median(shallow):,.0f}/s")  # fmt: skip


def bench_queues(folder):
    print("message queues", flush=True)
    bench_operations(folder)
    bench_depth(folder)
