"""What an operator meets: the ready line, refusals to start, what survives a restart, an orderly stop."""

import base64
import http.client
import signal
import socket
import subprocess

import pytest

from jeton import BINARY, TOKEN_MANAGEMENT, Jeton, clean_environment


def refusal(data, *args, env=None):
    """The single line of a start that must fail with exit code 1."""
    done = subprocess.run(
        [BINARY, "serve", "--data", str(data), *args],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean_environment(), **(env or {})},
    )
    assert done.returncode == 1, done
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("jeton:")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_everything_survives_an_orderly_restart(start):
    server = start()
    provider, reader = server.client("PumpStation"), server.client("FlowReader")
    provider.grant(description="kept")
    provider.post("/consumerauthorization/authorization-token/encryption-key", {"key": "northwind-key-16"})
    token = reader.generate("PumpStation").json["token"]
    used = server.client("Dispatcher").generate("PumpStation", "USAGE_LIMITED_TOKEN_AUTH").json["token"]
    assert provider.verify_token(used).json["verified"]
    server.stop()
    server = start()
    provider = server.client("PumpStation")
    assert provider.verify(consumer="FlowReader").json is True
    assert provider.verify_token(token).json["verified"]
    assert [provider.verify_token(used).json["verified"] for _ in range(5)] == [True] * 4 + [False]
    encrypted = server.client("FlowReader").generate("PumpStation", "BASE64_SELF_CONTAINED_TOKEN_AUTH").json["token"]
    clear = subprocess.run(
        ["openssl", "enc", "-d", "-aes-128-ecb", "-K", b"northwind-key-16".hex()],
        input=base64.b64decode(encrypted),
        capture_output=True,
        check=True,
    )
    assert base64.urlsafe_b64decode(clear.stdout).startswith(b"LOCAL|FlowReader|PumpStation|flowRate||")
    exhausted = server.client().post(TOKEN_MANAGEMENT + "/query", {"consumer": "Dispatcher"}).json["entries"]
    assert exhausted == [] or exhausted[0]["usageLeft"] == 0, "gone as soon as the cleaner has been"


def test_the_data_folder_is_private(start, data):
    start()
    assert oct(data.stat().st_mode & 0o777) in ("0o700",)
    for file in data.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_second_server_on_the_same_data_is_refused(start, data):
    start()
    line = refusal(data, "--listen", "127.0.0.1:0")
    assert str(data) in line


def test_a_taken_port_is_named(start, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert address in refusal(tmp_path, "--listen", address)


@pytest.mark.parametrize(
    "args, part",
    [
        (["--set", "tokens.timelimit=5s"], "time-limit"),
        (["--set", "tokens.time-limit=soon"], "tokens.time-limit"),
        (["--set", "tokens.simple-byte-size=8"], "16"),
        (["--listen", "0.0.0.0:0"], "--insecure"),
        (["--config", "/no/such/file.yaml"], "/no/such/file.yaml"),
        (["--set", "tokens.signing-key=/no/such/key.pem"], "/no/such/key.pem"),
        (["--set", "store.url=mysql://x"], "store.url"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line(tmp_path, args, part):
    assert part in refusal(tmp_path, *args)


def test_a_file_that_is_no_database_is_refused_and_left_alone(start, data):
    start().stop()
    database = data / "jeton.db"
    for file in data.glob("jeton.db*"):
        file.unlink()
    database.write_bytes(b"these are somebody's notes\n" * 500)
    assert str(database) in refusal(data, "--listen", "127.0.0.1:0")
    assert database.read_bytes().startswith(b"these are somebody's notes")


def test_listening_beyond_loopback_when_asked_for(data):
    process = subprocess.Popen(
        [BINARY, "serve", "--data", str(data), "--listen", "0.0.0.0:0", "--insecure"],
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    assert process.stdout.readline().startswith("jeton ready http://")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_sigint_stops_cleanly_too(data):
    server = Jeton(data).start()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(30) == 0


def test_memory_store_forgets(start):
    server = start("--set", "store.url=sqlite::memory:")
    server.client("PumpStation").grant()
    server.stop()
    server = start("--set", "store.url=sqlite::memory:")
    assert server.client("PumpStation").verify(consumer="X").json is False


def test_a_lost_master_key_is_not_replaced(start, data):
    start().stop()
    (data / "master.key").unlink()
    assert "master.key is missing" in refusal(data, "--listen", "127.0.0.1:0")
    assert not (data / "master.key").exists()


def test_a_log_that_nobody_reads_stops_nobody(data):
    process = subprocess.Popen(
        [BINARY, "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--set", "log.level=debug"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    try:
        address = process.stdout.readline().strip().removeprefix("jeton ready http://")
        connection = http.client.HTTPConnection(address, timeout=20)
        for _ in range(2000):  # far more lines than a pipe holds
            connection.request("GET", "/livez")
            assert connection.getresponse().read() == b"alive\n"
        connection.close()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    lines = log.splitlines()
    assert sum(" answered " in line for line in lines) == 2000, "what waited was written once it could be"
    assert lines[-1].endswith("INFO  app: stopped")
