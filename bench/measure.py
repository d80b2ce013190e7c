"""What the sections of bench/run share: the server and its peers as processes, the load, the rows of the table."""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import select
import socket
import ssl
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE, LOAD_CORE = "0", "1"
BASE = "/consumerauthorization"


class Settings:
    """How much is measured, and of which build; said on the command line."""

    build = ROOT / "build" / "release"
    rounds, tries, seconds, million = 3, 3, 5, 1_000_000

    @classmethod
    def read(cls, sections, usage):
        """Answers the sections that are wanted."""
        parser = argparse.ArgumentParser(description=usage)
        parser.add_argument("build", nargs="?", type=pathlib.Path, default=cls.build, metavar="BUILD-FOLDER")
        parser.add_argument("--quick", action="store_true", help="one short round of each: a try, not a measurement")
        parser.add_argument("--only", default=",".join(sections), metavar="NAME[,NAME]", help=", ".join(sections))
        given = parser.parse_args()
        cls.build = given.build.resolve()
        if given.quick:
            cls.rounds, cls.tries, cls.seconds, cls.million = 1, 2, 2, 100_000
        wanted = given.only.split(",")
        unknown = [name for name in wanted if name not in sections]
        if unknown:
            parser.error(f"there is no section {', '.join(unknown)}; there are {', '.join(sections)}")
        return wanted


rows = []


def row(what, against, value, good, alarm, higher_is_better, detail):
    bad = value < alarm if higher_is_better else value > alarm
    fine = value >= good if higher_is_better else value <= good
    rows.append((what, against, f"{value:.2f}", "ALARM" if bad else "good" if fine else "fair", detail))
    print(f"  {what}: {value:.2f} ({rows[-1][3]})  {detail}", flush=True)


def told(what, against, value, detail):
    """A figure that nothing is demanded of."""
    rows.append((what, against, f"{value:.2f}", "told", detail))
    print(f"  {what}: {value:.2f}  {detail}", flush=True)


def missing(what, against, why):
    """A row without a figure: its peer is not to be had here."""
    rows.append((what, against, "", "missing", why))
    print(f"  {what}: missing  {why}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(process, port, seconds):
    for _ in range(seconds * 20):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"bench: {process.args} does not listen on port {port}")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_bytes(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def output_of(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def jeton(data, *settings, cores=SERVER_CORE):
    command = ["taskset", "-c", cores, str(Settings.build / "jeton"), "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--set", "http.threads=1",
               "--set", "log.level=warn", "--set", "tokens.max-age=2d", "--set", "tokens.time-limit=1h"]  # fmt: skip
    for setting in settings:
        command += ["--set", setting]
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    process.ready_seconds = time.monotonic() - begin
    process.scheme = line.split()[-1].split(":")[0]
    process.port = int(line.strip().rsplit(":", 1)[1])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def certificate(folder):
    """Key and certificate, in PEM files, as both sides of a comparison under TLS serve them."""
    key, pem = folder / "tls.key", folder / "tls.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)  # fmt: skip
    return key, pem


@contextlib.contextmanager
def nginx(folder, body, tls=None):
    """`tls`: the files of certificate(); only TLS 1.3 is spoken then."""
    config = folder / "nginx.conf"
    port = free_port()
    secure, listen = "", f"127.0.0.1:{port} reuseport"
    if tls is not None:
        listen = f"127.0.0.1:{port} ssl reuseport"
        secure = f"ssl_certificate_key {tls[0]}; ssl_certificate {tls[1]}; ssl_protocols TLSv1.3;"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};"
        f" uwsgi_temp_path {folder}; scgi_temp_path {folder}; default_type application/json;\n"
        f" server {{ listen {listen}; {secure} location / {{ add_header X-Request-Id 0123456789abcde; return 200 '{body}'; }} }} }}\n"
    )
    process = subprocess.Popen(["taskset", "-c", SERVER_CORE, "nginx", "-c", str(config), "-p", str(folder)])
    process.port = port
    process.scheme = "http" if tls is None else "https"
    wait_for_port(process, port, 5)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def script(folder, name, method, path, headers, body="", pipeline=1):
    lines = [f'wrk.method = "{method}"', f'wrk.path = "{path}"']
    lines += [f'wrk.headers["{key}"] = "{value}"' for key, value in headers.items()]
    if body:
        lines.append(f"wrk.body = [[{body}]]")
    if pipeline > 1:
        lines.append(
            f"init = function() local r = {{}} for i = 1, {pipeline} do r[i] = wrk.format() end many = table.concat(r) end"
        )
        lines.append("request = function() return many end")
    lines.append('done = function(s, l) io.write(string.format("P %d %d %d %d %d\\n", l:percentile(50), l:percentile(99), l:percentile(99.9),'
                 " s.requests, s.errors.status + s.errors.read + s.errors.timeout)) end")  # fmt: skip
    file = folder / f"{name}.lua"
    file.write_text("\n".join(lines))
    return file


class Load:
    """One run of wrk against one process."""

    def __init__(self, server, lua, seconds=None, connections=64):
        seconds = seconds or Settings.seconds
        before, begin = cpu_seconds(server.pid), time.monotonic()
        out = subprocess.run(["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(lua),
                              f"{server.scheme}://127.0.0.1:{server.port}"], capture_output=True, text=True, check=True).stdout  # fmt: skip
        self.cpu = cpu_seconds(server.pid) - before
        self.busy = self.cpu / (time.monotonic() - begin)
        p50, p99, p999, requests, errors = map(int, re.search(r"^P (.*)$", out, re.M)[1].split())
        if errors:
            raise SystemExit(f"bench: {errors} errors under {lua.name}:\n{out}")
        self.p50, self.p99, self.p999 = p50, p99, p999
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
        self.cpu_us = self.cpu / requests * 1e6

    @property
    def whole_core_rate(self):
        """What the rate would be if the process had nothing to wait for."""
        return 1e6 / self.cpu_us


class Stream:
    """One request after the other in even intervals, each by the clock, whether or not those before it were answered: what it costs to wait for
    a server that has other things to do."""

    def __init__(self, server, path, caller, seconds, a_second=1_000, connections=32):
        request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer SYSTEM//{caller}\r\n\r\n".encode()
        free = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(connections)]
        for connection in free:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked, taken = {}, []
        count, begin, number = seconds * a_second, time.monotonic(), 0
        while len(taken) < count:
            now = time.monotonic()
            while number < count and begin + number / a_second <= now and free:
                connection = free.pop()
                connection.sendall(request)
                asked[connection] = begin + number / a_second
                number += 1
            wait = max(0.0, begin + number / a_second - time.monotonic()) if number < count and free else 1.0
            for connection in select.select(list(asked), [], [], wait)[0]:
                if not connection.recv(65_536).startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"bench: {path} was not answered by 200")
                taken.append(time.monotonic() - asked.pop(connection))
                free.append(connection)
        taken.sort()
        self.p50, self.p99 = (1e6 * taken[int(len(taken) * share)] for share in (0.5, 0.99))


def sync_ms(folder):
    """How long the disk takes to keep a little, at this moment."""
    with open(folder / "probe", "wb") as file:
        file.write(bytes(1 << 16))
        os.fsync(file.fileno())
        begin = time.monotonic()
        for _ in range(50):
            os.pwrite(file.fileno(), bytes(1 << 12), 0)
            os.fdatasync(file.fileno())
        return (time.monotonic() - begin) / 50 * 1000


def on_steady_disk(folder, works):
    """Does the works one after the other; answers what each gave.

    A disk that others share, or that is throttled, may take thirty times as long a few seconds later: then the works have no disk in common.
    So it is asked before and after each, and when it changed all are done again, a few times at most.
    """
    best = None
    for _ in range(Settings.tries):
        syncs, seen = [sync_ms(folder)], {}
        for name, work in works.items():
            seen[name] = work()
            syncs.append(sync_ms(folder))
        change = max(syncs) / min(syncs)
        if best is None or change < best[0]:
            best = (change, seen)
        if change < 2:
            break
        print(f"    the disk changed: {', '.join(f'{ms:.2f}' for ms in syncs)} ms a sync", flush=True)
    return best[1]


def median(values):
    return statistics.median(values)


def against_nginx(what, server, folder, lua, peer_lua, body, good, alarm, tls=None):
    """In many short turns: a machine that others share is another one a few seconds later, for both alike only within a moment."""
    turn = 2
    with nginx(folder, body, tls) as peer:
        pairs = []
        for _ in range(max(1, Settings.rounds * Settings.seconds // turn)):
            pairs.append((Load(server, lua, turn), Load(peer, peer_lua, turn)))
    cpu = median([b.cpu_us / a.cpu_us for a, b in pairs])
    rate = median([a.rate / b.rate for a, b in pairs])
    ours, theirs = median([a.cpu_us for a, _ in pairs]), median([b.cpu_us for _, b in pairs])
    busy = median([a.busy for a, _ in pairs])
    # A server that is not busy is waiting for wrk: then only its CPU time tells.
    value = cpu if busy < 0.9 else rate
    detail = f"cpu {ours:.2f} against {theirs:.2f} us a request, rate ratio {rate:.2f}, cpu ratio {cpu:.2f}, {median([a.rate for a, _ in pairs]):,.0f}/s at {busy:.0%} of the core"
    row(what, "nginx `return 200`, same sizes", value, good, alarm, True, detail)


def call(server, method, path, name, body=None):
    if server.scheme == "https":
        any_certificate = ssl._create_unverified_context()  # its own, made for this run
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=60, context=any_certificate)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path, body=json.dumps(body) if body is not None else None,
                       headers={"Authorization": f"Bearer SYSTEM//{name}", "Content-Type": "application/json"})  # fmt: skip
    answer = connection.getresponse()
    content = answer.read().decode()
    if answer.status >= 300:
        raise SystemExit(f"bench: {method} {path} answered {answer.status}: {content}")
    return content


def figure(out, label):
    return float(re.search(rf"^{re.escape(label)}\s+([\d.]+)", out, re.M)[1])
