"""The identity policy `certificate` (arrowhead-authorization 9.3 and row 64 of 15.9)."""

import signal
import socket
import ssl
import subprocess

import pytest

from authority import Authority, pem_settings
from jeton import BINARY, MANAGEMENT, MONITOR, clean_environment
from test_start_and_stop import refusal

POLICY = ["--set", "identity.policy=certificate"]
DOMAIN = "northgrid.acmewater.arrowhead.eu"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def own(root):
    return root.issue("own", f"consumerauthorization.{DOMAIN}", ["sy"])


@pytest.fixture
def server(start, root, own):
    return start(*pem_settings(own, client_ca=root.pem, client_auth="need"), *POLICY)


@pytest.fixture
def client_of(server, root):
    def connect(common_name, *qualifiers, name=None, issuer=None):
        made = (issuer or root).issue("caller", common_name, qualifiers)
        return server.client(name, tls=root.context(made))

    return connect


def test_row64_no_certificate_ends_the_handshake(server, root):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        server.client("FlowReader", tls=root.context()).get(MONITOR + "/echo")


def test_row64_a_system_is_the_first_field_normalized(client_of):
    client = client_of(f"flow-reader.{DOMAIN}", "sy")
    assert client.get(MONITOR + "/echo").status == 200
    granted = client.grant()
    assert granted.status == 201
    assert granted.json["instanceId"].startswith("PR|LOCAL|FlowReader|"), granted
    assert client.post(MANAGEMENT + "/query", {}).status == 403, "no operator"


def test_row64_an_operator_is_sysop(client_of):
    assert client_of(f"anybody.{DOMAIN}", "op").post(MANAGEMENT + "/query", {"level": "PROVIDER"}).status == 200


@pytest.mark.parametrize("code", ["ma", "ga", "or", "lo", "on", "de"])
def test_row64_other_profiles_are_forbidden(client_of, code):
    answer = client_of(f"reader.{DOMAIN}", code).get(MONITOR + "/echo")
    assert (answer.status, answer.json["exceptionType"]) == (403, "FORBIDDEN")
    assert f"`{code}`" in answer.json["errorMessage"]


@pytest.mark.parametrize("name", ["reader.southgrid.acmewater.arrowhead.eu", "reader.northgrid.othercorp.arrowhead.eu"])
def test_row64_a_foreign_cloud_is_forbidden(client_of, name):
    answer = client_of(name, "sy").get(MONITOR + "/echo")
    assert (answer.status, answer.json["exceptionType"]) == (403, "FORBIDDEN")


def test_the_domain_and_the_spelling_of_the_cloud_do_not_count(client_of):
    assert client_of("reader.northgrid.acmewater.other.org", "sy").get(MONITOR + "/echo").status == 200
    assert client_of("reader.Northgrid.acmewater.arrowhead.eu", "sy").get(MONITOR + "/echo").status == 200


@pytest.mark.parametrize(
    "name,qualifiers",
    [
        (f"reader.{DOMAIN}", []),
        (f"reader.{DOMAIN}", ["SY"]),
        (f"reader.{DOMAIN}", ["system"]),
        ("reader.northgrid.acmewater.arrowhead", ["sy"]),
        (f"a.reader.{DOMAIN}", ["sy"]),
        ("reader", ["sy"]),
    ],
)
def test_a_certificate_without_an_identity_is_not_enough(client_of, name, qualifiers):
    answer = client_of(name, *qualifiers).get(MONITOR + "/echo")
    assert (answer.status, answer.json["exceptionType"]) == (401, "AUTH")
    assert "origin" not in answer.json


def test_the_first_known_qualifier_counts(client_of):
    assert client_of(f"reader.{DOMAIN}", "xx", " sy ", "de").get(MONITOR + "/echo").status == 200
    assert client_of(f"reader.{DOMAIN}", "de", "sy").get(MONITOR + "/echo").status == 403


def test_the_first_certificate_of_the_chain_with_an_identity_counts(client_of, root):
    cloud = Authority(root.folder, "cloud", issuer=root, common_name=f"cloud.{DOMAIN}", qualifier="lo")
    assert client_of(f"reader.{DOMAIN}", "sy", issuer=cloud).get(MONITOR + "/echo").status == 200
    # A leaf that names nobody is no way around its issuer, whose profile may not call.
    assert client_of("reader", "sy", issuer=cloud).get(MONITOR + "/echo").status == 403


def test_no_header_makes_somebody_else_of_a_caller(client_of):
    client = client_of(f"reader.{DOMAIN}", "sy", name="Sysop")
    assert client.grant().json["instanceId"].startswith("PR|LOCAL|Reader|")
    assert client.post(MANAGEMENT + "/query", {"level": "PROVIDER"}).status == 403


def test_the_command_line_shows_a_certificate(server, root):
    def jeton(*arguments):
        return subprocess.run(
            [BINARY, "policy", "list", "--server", server.url, "--ca", str(root.pem), *arguments],
            capture_output=True, text=True, timeout=60, env=clean_environment())  # fmt: skip

    operator = root.issue("operator", f"operator.{DOMAIN}", ["op"])
    reader = root.issue("reader", f"reader.{DOMAIN}", ["sy"])
    assert jeton("--cert", str(operator.pem), "--key", str(operator.key)).returncode == 0
    assert jeton("--cert", str(reader.pem), "--key", str(reader.key)).returncode == 5, "not permitted"
    assert jeton().returncode == 4, "not reachable"


def test_a_caller_whose_authority_is_no_longer_trusted_is_let_go(start, root, own, tmp_path):
    other = Authority(root.folder, "other")
    believed = tmp_path / "clients.pem"
    believed.write_text(root.pem.read_text() + other.pem.read_text())
    server = start(*pem_settings(own, client_ca=believed, client_auth="need"), *POLICY)

    def ask(connection):
        connection.sendall(f"GET {MONITOR}/echo HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        return connection.recv(65536)

    def connect(issuer, name):
        tls = root.context(issuer.issue(name, f"{name}.{DOMAIN}", ["op"]))
        return tls.wrap_socket(socket.create_connection(("127.0.0.1", server.port), timeout=30), server_hostname="127.0.0.1")

    with connect(root, "staying") as staying, connect(other, "leaving") as leaving, connect(other, "watching") as watching:
        watching.sendall(b"GET /events?after=0 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in watching.recv(65536)
        assert b"200 OK" in ask(staying) and b"200 OK" in ask(leaving)
        believed.write_text(root.pem.read_text())
        server.process.send_signal(signal.SIGHUP)
        assert leaving.recv(1) == b"", "the connection ends by itself, with a goodbye"
        while watching.recv(65536):
            pass
        assert b"200 OK" in ask(staying)


def test_the_own_certificate_must_be_a_systems(data, root):
    for name, common_name, qualifiers, text in (
        ("no-profile", f"own.{DOMAIN}", [], "needs the DN qualifier (OID 2.5.4.46) `sy`"),
        ("operator", f"own.{DOMAIN}", ["op"], "needs the DN qualifier (OID 2.5.4.46) `sy`"),
        ("short", "own.northgrid.arrowhead.eu", ["sy"], "expected five fields divided by dots"),
    ):
        made = root.issue(name, common_name, qualifiers)
        line = refusal(data, *pem_settings(made, client_ca=root.pem, client_auth="need"), *POLICY)
        assert line.startswith("jeton: http.tls.certificate: ") and text in line, line


def test_every_caller_must_be_asked(data, root, own):
    for arguments in ([], pem_settings(own), pem_settings(own, client_ca=root.pem, client_auth="want")):
        line = refusal(data, *arguments, *POLICY)
        assert "identity.policy: certificate needs TLS with a certificate of every caller" in line, line
