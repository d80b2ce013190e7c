"""TLS on the listener: certificates and versions, client certificates, reload, and what must not harm it."""

import concurrent.futures
import contextlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

from authority import Authority, openssl, pem_settings, settings
from jeton import BINARY, TOKEN, clean_environment
from test_start_and_stop import refusal


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def own(root):
    return root.issue("server")


def alive(server, tls):
    return server.client(tls=tls).get("/livez").text.strip() == "alive"


def refused(server, tls):
    """True when the server ends the handshake; under TLS 1.3 a client learns that with its first read."""
    try:
        server.client(tls=tls).get("/livez")
    except (ssl.SSLError, ConnectionError):
        return True
    return False


def figure(client, name):
    return float(re.search(rf"^{name} (\S+)", client.get("/metrics").text, re.M)[1])


def failed_handshakes(client):
    return figure(client, "jeton_tls_handshakes_failed_total")


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def logged(server, text):
    return any(text in line for line in list(server.log))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda v: v.name)
def test_serves_tls_1_2_and_1_3(start, root, own, version):
    server = start(*pem_settings(own))
    assert server.url == f"https://127.0.0.1:{server.port}"
    tls = root.context(version=version)
    tls.set_alpn_protocols(["h2", "http/1.1"])
    client = server.client(tls=tls)
    assert client.get("/livez").text.strip() == "alive"
    assert client.connection.sock.selected_alpn_protocol() == "http/1.1"
    assert client.connection.sock.version() == version.name.replace("_", ".")
    cipher = client.connection.sock.cipher()[0]
    assert "GCM" in cipher or "CHACHA20" in cipher


def test_refuses_older_versions_weak_ciphers_and_foreign_protocols(start, root, own):
    server = start(*pem_settings(own))
    for name in ("TLSv1", "TLSv1_1"):
        old = root.context(version=ssl.TLSVersion[name])
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        assert refused(server, old), name
    weak = root.context(version=ssl.TLSVersion.TLSv1_2)
    weak.set_ciphers("AES128-SHA256:AES256-GCM-SHA384")  # no forward secrecy
    assert refused(server, weak)
    foreign = root.context()
    foreign.set_alpn_protocols(["h2"])
    assert refused(server, foreign)
    assert alive(server, root.context())


def test_a_client_cannot_resume_nor_renegotiate(start, root, own):
    server = start(*pem_settings(own))
    for version in ("-tls1_2", "-tls1_3"):
        done = subprocess.run(
            ["openssl", "s_client", version, "-connect", f"127.0.0.1:{server.port}", "-reconnect"],
            input=b"", capture_output=True, timeout=60)  # fmt: skip
        assert b"New, " in done.stdout and b"Reused, " not in done.stdout, version
    done = subprocess.run(
        ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{server.port}"],
        input=b"R\n", capture_output=True, timeout=60)  # fmt: skip
    assert b"no renegotiation" in done.stderr, done.stderr
    assert alive(server, root.context())


@pytest.mark.parametrize("form", ["pem", "one file", "encrypted pem", "pkcs12", "pkcs12 without password"])
def test_every_form_of_certificate_with_its_chain(start, root, form):
    between = Authority(root.folder, "between", issuer=root)
    mine = between.issue("chained", kind="RSA")
    arguments = {
        "pem": lambda: pem_settings(mine),
        "one file": lambda: pem_settings(mine),
        "encrypted pem": lambda: settings(certificate=mine.pem, key=mine.encrypted_key("orchid-77"), password="orchid-77"),
        "pkcs12": lambda: settings(pkcs12=mine.as_pkcs12("orchid-77"), password="orchid-77"),
        "pkcs12 without password": lambda: settings(pkcs12=mine.as_pkcs12("")),
    }[form]
    if form == "one file":
        mine.pem.write_text(mine.pem.read_text() + mine.key.read_text())
        mine.key = mine.pem
    server = start(*arguments())
    client = server.client(tls=root.context())  # which knows the root only
    assert client.get("/livez").status == 200
    # The same key signs JSON web tokens (arrowhead-authorization 5.7).
    public = openssl("pkey", "-in", mine.key, "-pubout").stdout.decode()
    expected = "".join(line for line in public.splitlines() if not line.startswith("-----"))
    assert server.client("Anybody", tls=root.context()).get(TOKEN + "/public-key").text == expected


def test_an_elliptic_curve_key_signs_no_json_web_tokens(start, root, own):
    server = start(*pem_settings(own))
    assert server.client(tls=root.context()).get(TOKEN + "/public-key").status == 404
    assert logged(server, "the TLS key signs no JSON web tokens")


def test_what_cannot_be_served_stops_the_start_with_the_key_to_change(data, root, own, tmp_path):
    other = root.issue("other")
    small = root.issue("small")
    openssl("genrsa", "-out", small.key, "1024")
    openssl("req", "-x509", "-key", small.key, "-out", small.pem, "-days", "1", "-subj", "/CN=small")
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    bundle = own.as_pkcs12("orchid-77")
    rows = [
        (settings(certificate=tmp_path / "absent.pem", key=own.key), "http.tls.certificate: cannot open"),
        (settings(certificate=empty, key=own.key), "http.tls.certificate: the file .* holds no certificate"),
        (settings(certificate=own.pem, key=tmp_path / "absent.key"), "http.tls.key: cannot open"),
        (settings(certificate=own.pem, key=own.pem), "http.tls.certificate: the TLS key file .* gives no private key"),
        (settings(certificate=own.pem, key=other.key), "http.tls.key: the key in .* is not that of the first certificate"),
        (settings(certificate=own.pem, key=own.encrypted_key("orchid-77")), "http.tls.key: .*the password must be set"),
        (settings(certificate=own.pem, key=own.encrypted_key("orchid-77"), password="x"), "must be the right one"),
        (settings(pkcs12=bundle, password="orchid-78"), "http.tls.pkcs12: .*the password must be the right one"),
        (settings(pkcs12=own.pem), "http.tls.pkcs12: .*cannot be opened as PKCS#12"),
        (pem_settings(small), "http.tls.certificate: the certificate of CN=small cannot be served"),
        (pem_settings(own, client_auth="need", client_ca=empty), "http.tls.client-ca: .*holds no certificate"),
    ]
    for arguments, text in rows:
        line = refusal(data, *arguments)
        assert re.search(text, line), line
        assert "orchid-7" not in line


@pytest.mark.parametrize("mode", ["none", "want", "need"])
def test_client_certificates(start, root, own, mode):
    stranger = Authority(root.folder, "stranger")
    more = {} if mode == "none" else {"client_ca": root.pem, "client_auth": mode}
    server = start(*pem_settings(own, **more))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):

        def shows(certificate):
            return root.context(certificate, version)

        assert alive(server, shows(root.issue("known")))
        assert refused(server, shows(None)) == (mode == "need")
        assert refused(server, shows(stranger.issue("unknown"))) == (mode != "none"), "not trusted"
        assert refused(server, shows(root.issue("expired", days=-1))) == (mode != "none")
        assert refused(server, shows(root.issue("wrong-use", usage="serverAuth"))) == (mode != "none")
    if mode != "none":
        assert failed_handshakes(server.client(tls=root.context(root.issue("known")))) >= 6


def test_an_intermediate_authority_can_be_the_one_that_is_trusted(start, root, own):
    cloud = Authority(root.folder, "cloud", issuer=root)
    server = start(*pem_settings(own, client_ca=cloud.pem, client_auth="need"))
    assert alive(server, root.context(cloud.issue("member")))
    assert refused(server, root.context(root.issue("no-member")))


def serial_seen(server, root):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as bare:
        with root.context().wrap_socket(bare, server_hostname="127.0.0.1") as connection:
            return connection.getpeercert()["serialNumber"]


def expiry_seen(client):
    return figure(client, "jeton_tls_certificate_expiry_seconds")


def test_sighup_under_load_takes_the_new_certificate_and_drops_no_connection(start, root):
    mine, next_one = root.issue("renewed"), root.issue("renewal", days=90)
    server = start(*pem_settings(mine))
    before = serial_seen(server, root)
    ended = threading.Event()

    def keep_asking():
        client = server.client(tls=root.context())
        client.get("/livez")
        connection, count = client.connection.sock, 0
        while not ended.is_set():
            assert client.get("/livez").status == 200
            count += 1
        assert client.connection.sock is connection, "the client had to connect again"
        return count

    def connect_anew():
        count = 0
        while not ended.is_set():
            assert alive(server, root.context())
            count += 1
        return count

    with concurrent.futures.ThreadPoolExecutor() as pool:
        works = [pool.submit(keep_asking) for _ in range(4)] + [pool.submit(connect_anew) for _ in range(2)]
        try:
            observer = server.client(tls=root.context())
            assert abs(expiry_seen(observer) - time.time() - 30 * 86400) < 3600
            for _ in range(5):
                server.process.send_signal(signal.SIGHUP)
            shutil.copy(next_one.key, mine.key)  # half of a renewal: certificate and key do not belong together
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: logged(server, "the files of http.tls cannot be used; what was loaded before stays"))
            assert serial_seen(server, root) == before
            shutil.copy(next_one.pem, mine.pem)
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: serial_seen(server, root) != before)
            assert abs(expiry_seen(observer) - time.time() - 90 * 86400) < 3600
        finally:
            ended.set()
        assert all(work.result() > 0 for work in works)
    assert logged(server, "the files of http.tls were read again")
    assert any("notAfter=" in line for line in server.log)


def test_sighup_reads_the_authorities_of_clients_again(start, root, own, tmp_path):
    other = Authority(root.folder, "other-clients")
    believed = tmp_path / "clients.pem"
    shutil.copy(root.pem, believed)
    server = start(*pem_settings(own, client_ca=believed, client_auth="need"))
    late = root.context(other.issue("late"))
    assert refused(server, late)
    believed.write_text(root.pem.read_text() + other.pem.read_text())
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not refused(server, late))


def test_sighup_without_tls_does_nothing(start):
    server = start()
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: logged(server, "nothing to read again"))
    assert server.client().get("/livez").status == 200


def read_all(connection):
    received = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    return received


def test_plain_http_and_garbage_are_closed_and_logged_for_debugging_only(start, root, own):
    server = start(*pem_settings(own), "--set", "log.level=debug")
    sent = [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x00" * 5000, b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\xff" * 100, b"SSH-2.0-x\r\n"]
    for bytes_ in sent:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as bare:
            with contextlib.suppress(ConnectionError):
                bare.sendall(bytes_)
                bare.shutdown(socket.SHUT_WR)
            assert b"HTTP/1.1" not in read_all(bare)
    assert alive(server, root.context())
    wait_until(lambda: logged(server, "http request"))
    assert not [line for line in server.log if "a handshake failed" in line and "DEBUG" not in line]


def test_connections_that_never_finish_a_handshake_harm_nobody(start, root, own):
    server = start(*pem_settings(own))
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # the beginning of one
    idle = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(200)]
    try:
        for number, connection in enumerate(idle):
            if number % 2:
                connection.sendall(hello)
        begin = time.monotonic()
        assert all(alive(server, root.context()) for _ in range(20))
        assert time.monotonic() - begin < 10
        observer = server.client(tls=root.context())
        # Each is closed when its time for the handshake is over (10 s).
        wait_until(lambda: failed_handshakes(observer) == len(idle), 40)
        assert all(read_all(connection) == b"" for connection in idle)
    finally:
        for connection in idle:
            connection.close()


def test_the_stop_waits_for_no_handshake(start, own):
    server = start(*pem_settings(own))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30):
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 4


def test_pipelined_requests_are_answered_in_order(start, root, own):
    server = start(*pem_settings(own))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as bare:
        with root.context().wrap_socket(bare, server_hostname="127.0.0.1") as connection:
            many = b"".join(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: r%d\r\n\r\n" % i for i in range(500))
            connection.sendall(many + b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            received = read_all(connection)  # to the goodbye; without one Python complains
    assert re.findall(rb"X-Request-Id: r(\d+)", received) == [str(i).encode() for i in range(500)]


def test_large_bodies_and_answers_pass(start, root, own):
    server = start(*pem_settings(own))
    client = server.client("PumpStation", tls=root.context())
    names = [f"Reader{i}" for i in range(30000)]
    granted = client.grant(policy={"policyType": "WHITELIST", "policyList": names})
    assert granted.status == 201
    assert sorted(granted.json["defaultPolicy"]["policyList"]) == sorted(names)
    too_large = client.post("/consumerauthorization/authorization/grant", b"x" * (2 * 1024 * 1024))
    assert too_large.status == 413


def test_events_stream(start, root, own):
    server = start(*pem_settings(own))
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as bare:
        with root.context().wrap_socket(bare, server_hostname="127.0.0.1") as connection:
            connection.sendall(b"GET /events?after=0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer SYSTEM//Sysop\r\n\r\n")
            assert server.client("PumpStation", tls=root.context()).grant().status == 201
            received = b""
            while b"PumpStation" not in received:
                piece = connection.recv(65536)
                assert piece, received
                received += piece


def test_the_command_line_speaks_to_it(start, root, own):
    server = start(*pem_settings(own))

    def jeton(*arguments):
        return subprocess.run(
            [BINARY, *arguments, "--server", server.url],
            capture_output=True, text=True, timeout=60, env=clean_environment())  # fmt: skip

    assert jeton("policy", "grant", "flowRate", "--as", "PumpStation", "--all", "--ca", str(root.pem)).returncode == 0
    listed = jeton("policy", "list", "--ca", str(root.pem))
    assert listed.returncode == 0 and "flowRate" in listed.stdout, listed
    untrusted = jeton("policy", "list")
    assert untrusted.returncode != 0 and "certificate" in untrusted.stderr.lower(), untrusted


def test_a_listener_beyond_loopback_needs_tls_and_a_strong_identity(start, data, root, own):
    beyond = ["--set", "http.listen=['0.0.0.0:0']"]
    for arguments in (beyond, [*beyond, *pem_settings(own)], ["--set", "http.listen=['[::]:0']", *pem_settings(own)]):
        assert "that needs TLS and an identity.policy stronger than declared, or --insecure" in refusal(data, *arguments)
    strong = root.issue("strong", "consumerauthorization.northgrid.acmewater.arrowhead.eu", ["sy"])
    server = start(*beyond, *pem_settings(strong, client_ca=root.pem, client_auth="need"), "--set", "identity.policy=certificate")
    server.stop()
    server = start(*beyond, *pem_settings(own), "--insecure")
    assert alive(server, root.context())
