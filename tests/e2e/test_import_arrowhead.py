"""`jeton config import arrowhead`: the commands that its notes give do what they say, with the real openssl and keytool."""

import os
import re
import shutil
import subprocess

import pytest

from jeton import BINARY, clean_environment

PASSWORD = "changeit-TOPSECRET"


def run(folder, *command):
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def stores(tmp_path):
    """A key store with its chain and a trust store, as PKCS#12."""
    run(tmp_path, *"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.crt -subj /CN=cloud".split())
    run(tmp_path, *"openssl req -newkey rsa:2048 -nodes -keyout own.key -out own.csr -subj /CN=consumerauthorization".split())
    run(tmp_path, *"openssl x509 -req -days 2 -in own.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out own.crt".split())
    exported = ["-passout", "pass:" + PASSWORD]
    run(tmp_path, *"openssl pkcs12 -export -inkey own.key -in own.crt -certfile ca.crt -out".split(), "own store.p12", *exported)
    run(tmp_path, *"openssl pkcs12 -export -nokeys -in ca.crt -out trust.p12".split(), *exported)
    return tmp_path


def imported(folder, **more):
    settings = {
        "authentication.policy": "certificate",
        "server.ssl.enabled": "true",
        "server.ssl.key-store": f"file:{folder}/own store.p12",
        "server.ssl.key-store-password": PASSWORD,
        "server.ssl.client-auth": "need",
        "server.ssl.trust-store": f"{folder}/trust.p12",
        "mqtt.api.enabled": "true",
        "mqtt.broker.address": "127.0.0.1",
        **{name.replace("__", "."): value for name, value in more.items()},
    }
    (folder / "application.properties").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    done = subprocess.run(
        [BINARY, "config", "import", "arrowhead", folder / "application.properties"],
        capture_output=True, text=True, env=clean_environment(), check=True,
    )  # fmt: skip
    assert PASSWORD not in done.stderr
    (folder / "jeton.yaml").write_text(done.stdout)
    return done.stdout, re.findall(r"`((?:openssl|keytool) [^`]*)`", done.stderr)


def obey(folder, commands):
    for command in commands:
        command = command.replace("openssl pkcs12", f"openssl pkcs12 -passin pass:{PASSWORD}")
        command = command.replace("-keystore", f"-storepass {PASSWORD} -keystore")
        run(folder, "bash", "-c", command)


def certificates(text):
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.S)


def test_the_commands_make_the_files_that_the_configuration_names(stores):
    text, commands = imported(stores)
    obey(stores, commands)
    [authority], [own] = (certificates((stores / name).read_text()) for name in ("ca.crt", "own.crt"))

    named = dict(re.findall(r'^ +([a-z0-9-]+): "(/[^"]*)"$', text, re.M))
    assert set(named) == {"pkcs12", "client-ca", "ca", "certificate", "key"}
    for key in ("client-ca", "ca"):
        assert certificates(open(named[key]).read()) == [authority]
    assert certificates(open(named["certificate"]).read()) == [own, authority]
    public = lambda *words: subprocess.run(["openssl", *words], capture_output=True, check=True).stdout
    assert public("pkey", "-in", named["key"], "-pubout") == public("x509", "-in", named["certificate"], "-noout", "-pubkey")

    assert os.stat(named["key"]).st_mode & 0o077 == 0

    check = subprocess.run(
        [BINARY, "config", "check", "--config", stores / "jeton.yaml"],
        capture_output=True, text=True, env=clean_environment(),
    )  # fmt: skip
    assert check.stderr == ""


@pytest.mark.skipif(shutil.which("keytool") is None, reason="keytool comes with a Java")
@pytest.mark.parametrize("kind", ["PKCS12", "JKS"])
def test_trust_stores_that_keytool_made(stores, kind):
    run(stores, *"keytool -importcert -noprompt -alias cloud -file ca.crt -keystore java.store".split(),
        "-storetype", kind, "-storepass", PASSWORD)  # fmt: skip
    _, commands = imported(
        stores, **{"server.ssl.trust-store": f"{stores}/java.store", "server.ssl.trust-store-type": kind}
    )
    obey(stores, commands)
    assert certificates((stores / "java.store.pem").read_text().replace("\r", "")) == certificates((stores / "ca.crt").read_text())
