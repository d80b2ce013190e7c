"""What may happen to a broker: refusing, TLS, restarted in the middle, slow, away. Through a real Mosquitto."""

import base64
import glob
import hashlib
import json
import os
import subprocess
import time

import pytest

from jeton import AUTHORIZATION, Jeton
from mqtt_broker import free_port
from mqtt_client import topic

GRANT = {"targetType": "SERVICE_DEF", "target": "boilerStatus", "defaultPolicy": {"policyType": "ALL"}}
INSTANCE = "PR|LOCAL|BoilerPlant|SERVICE_DEF|boilerStatus"
LOOKUP = ("authorization", "lookup", {"instanceIds": [INSTANCE]})
USER = "ConsumerAuthorization"
DYNAMIC_SECURITY = next(iter(glob.glob("/usr/lib/*/mosquitto_dynamic_security.so")), None)


def mqtt(address, *more):
    settings = ["--set", "arrowhead.mqtt.enabled=true", "--set", f"arrowhead.mqtt.broker={address}"]
    for setting in more:
        settings += ["--set", setting]
    return settings


def refusal(data, *args):
    """What a server that must not start says; it ends by itself with 1."""
    server = Jeton(data, *args)
    with pytest.raises(AssertionError, match="exit 1"):
        server.start()
    server.process = None
    said = [line for line in server.log if line.startswith("jeton: ")]
    assert len(said) == 1, server.log
    return said[0]


def ready(server):
    return server.client().get("/readyz")


def eventually(condition, patience=60):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def passwords(folder, **users):
    file = folder / "passwords"
    for name, password in users.items():
        subprocess.run(["mosquitto_passwd", *(["-c"] if not file.exists() else []), "-b", str(file), name, password], check=True)
    return file


# --- refusing -------------------------------------------------------------------------------------------------------


def test_row_01_the_configured_password_is_used(data, brokers, start, asks):
    data.mkdir(exist_ok=True)
    file = passwords(data, ConsumerAuthorization="123456", tester="tester")
    broker = brokers(f"password_file {file}", anonymous=False)
    wrong = refusal(data, *mqtt(broker.address, "arrowhead.mqtt.password=654321"))
    assert broker.address in wrong and "refuses the connection" in wrong and "654321" not in wrong
    assert "refuses the connection" in refusal(data, *mqtt(broker.address))
    start(*mqtt(broker.address), env={"JETON_ARROWHEAD_MQTT_PASSWORD": "123456"})
    assert asks(broker, "BoilerPlant", user="tester", password="tester").ask(*LOOKUP).status == 200


def test_row_03_a_broker_that_is_not_there_stops_start_up(data):
    port = free_port()
    said = refusal(data, *mqtt(f"127.0.0.1:{port}"))
    assert f"127.0.0.1:{port}" in said and "cannot be reached" in said


def test_row_03_an_unknown_host_stops_start_up(data):
    assert "no-such-host.invalid" in refusal(data, *mqtt("no-such-host.invalid:1883"), "--insecure")


def dynamic_security(folder, refused_topic):
    """Settings of Mosquitto's own plug-in, which unlike its acl_file refuses subscriptions when they are made."""
    salt = b"twelve bytes"
    digest = hashlib.pbkdf2_hmac("sha512", b"123456", salt, 101, 64)
    rules = [("subscribePattern", "arrowhead/#", True, 0), ("subscribeLiteral", refused_topic, False, 10), ("publishClientReceive", "#", True, 0)]
    acls = [{"acltype": kind, "topic": pattern, "allow": allow, "priority": priority} for kind, pattern, allow, priority in rules]
    client = {
        "username": USER, "password": base64.b64encode(digest).decode(), "salt": base64.b64encode(salt).decode(), "iterations": 101,
        "roles": [{"rolename": "server"}],
    }  # fmt: skip
    file = folder / "dynamic-security.json"
    file.write_text(json.dumps({"clients": [client], "roles": [{"rolename": "server", "acls": acls}], "defaultACLAccess": {"subscribe": False}}))
    return [f"plugin {DYNAMIC_SECURITY}", f"plugin_opt_config_file {file}"]


@pytest.mark.skipif(DYNAMIC_SECURITY is None, reason="this Mosquitto has no plug-in that refuses subscriptions")
def test_row_03_a_refused_subscription_stops_start_up_naming_the_service(data, brokers):
    data.mkdir(exist_ok=True)
    broker = brokers(*dynamic_security(data, topic("authorizationTokenManagement", "query-tokens")), anonymous=False)
    said = refusal(data, *mqtt(broker.address, "arrowhead.mqtt.password=123456"))
    assert "refuses the subscription to " + topic("authorizationTokenManagement", "query-tokens") in said
    assert "authorizationTokenManagement" in said and broker.address in said and USER in said


def test_3_2_each_file_that_cannot_be_used_is_named(data, brokers):
    broker = brokers()
    tls = mqtt(broker.address, "arrowhead.mqtt.tls=true")
    missing = {key: ["--set", f"arrowhead.mqtt.{key}=/no/such/{key}"] for key in ("ca", "certificate", "key")}
    there = ["--set", f"arrowhead.mqtt.certificate={__file__}"]
    for key, settings in (("ca", missing["ca"]), ("certificate", missing["certificate"] + missing["key"]), ("key", there + missing["key"])):
        said = refusal(data, *tls, *settings)
        assert f"arrowhead.mqtt.{key} is /no/such/{key}" in said
    assert __file__ in refusal(data, *tls, *there, "--set", f"arrowhead.mqtt.key={__file__}")  # no certificate in it


# --- TLS ------------------------------------------------------------------------------------------------------------


def openssl(folder, *args):
    subprocess.run(["openssl", *args], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def pki(data):
    """ca.pem, and NAME.pem with NAME.key for a broker at 127.0.0.1, one at another name, and a client."""
    folder = data / "pki"
    folder.mkdir(parents=True)
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "2")
    for name, extension in (("broker", "subjectAltName=IP:127.0.0.1,DNS:localhost"), ("other", "subjectAltName=DNS:elsewhere.example"), ("client", "basicConstraints=CA:FALSE")):
        openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / "extension").write_text(extension + "\n")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile", "extension")
    return folder


def tls_lines(pki, name="broker", *more):
    return [f"cafile {pki}/ca.pem", f"certfile {pki}/{name}.pem", f"keyfile {pki}/{name}.key", *more]


@pytest.mark.parametrize("version", ["tlsv1.2", "tlsv1.3"])
def test_row_02_mqtts_with_a_client_certificate(pki, brokers, start, asks, version):
    broker = brokers(*tls_lines(pki, "broker", "require_certificate true", f"tls_version {version}"))
    server = start(
        *mqtt(broker.address, "arrowhead.mqtt.tls=true", f"arrowhead.mqtt.ca={pki}/ca.pem", f"arrowhead.mqtt.certificate={pki}/client.pem", f"arrowhead.mqtt.key={pki}/client.key")
    )
    files = {"ca_certs": f"{pki}/ca.pem", "certfile": f"{pki}/client.pem", "keyfile": f"{pki}/client.key"}
    boiler = asks(broker, "BoilerPlant", tls=files)
    assert boiler.ask("authorization", "grant", GRANT).status == 201
    # Many at once: what TLS has decrypted is not left lying when the socket is quiet.
    traces = [boiler.send(*LOOKUP)["traceId"] for _ in range(300)]
    for trace in traces:
        assert boiler.wait(lambda reply, trace=trace: reply.traceId == trace) is not None
    assert ready(server).status == 200


def test_D12_and_3_2_the_broker_must_be_who_it_says(data, pki, brokers):
    trusted = f"arrowhead.mqtt.ca={pki}/ca.pem"
    plain = brokers()
    good = brokers(*tls_lines(pki))
    elsewhere = brokers(*tls_lines(pki, "other"))
    assert "TLS" in refusal(data / "a", *mqtt(good.address, "arrowhead.mqtt.tls=true"))  # an authority that nobody trusts
    assert "TLS" in refusal(data / "b", *mqtt(elsewhere.address, "arrowhead.mqtt.tls=true", trusted))  # another's name
    assert "127.0.0.1" in refusal(data / "c", *mqtt(plain.address, "arrowhead.mqtt.tls=true", trusted))  # does not speak it
    assert "127.0.0.1" in refusal(data / "d", *mqtt(good.address))  # speaks nothing else


# --- restarted, slow, away ------------------------------------------------------------------------------------------


def test_row_04_after_a_restart_of_the_broker_requests_are_answered_again(brokers, start, asks):
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    assert boiler.ask("authorization", "grant", GRANT).status == 201
    for _ in range(2):
        broker.stop()
        assert eventually(lambda: ready(server).status == 503)
        broker.start()
        assert eventually(lambda: ready(server).status == 200)
        assert asks(broker, "BoilerPlant").ask(*LOOKUP).payload["count"] == 1
    assert "jeton_mqtt_connections_total 3" in server.client().get("/metrics").text


def test_a_restart_in_the_middle_of_requests_loses_nothing_that_was_done(brokers, start, asks):
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    for number in range(400):
        boiler.send("authorization", "grant", {**GRANT, "target": f"target{number}"}, traceId=str(number))
        if number == 200:
            broker.stop()
    time.sleep(0.5)
    answered = [int(reply.traceId) for reply in boiler.replies]
    broker.start()
    assert eventually(lambda: ready(server).status == 200)
    names = [f"target{number}" for number in answered]
    seen = server.client("BoilerPlant").post(AUTHORIZATION + "/lookup", {"targetNames": names, "targetType": "SERVICE_DEF"}) if names else None
    assert seen is None or seen.json["count"] == len(answered)
    assert asks(broker, "BoilerPlant").ask("authorization", "grant", GRANT).status == 201


def test_a_broker_that_is_away_costs_only_mqtt(brokers, start, asks):
    """No policy and no token is lost, HTTP serves, /readyz names the broker, and it comes back alone."""
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    boiler.ask("authorization", "grant", GRANT)
    order = {"tokenVariant": "TIME_LIMITED_TOKEN_AUTH", "provider": "BoilerPlant", "target": "boilerStatus"}
    token = asks(broker, "HvacGateway").ask("authorizationToken", "generate", order).payload["token"]
    broker.stop()
    assert eventually(lambda: ready(server).status == 503)
    page = ready(server).text
    assert "mqtt:" in page and broker.address in page
    http = server.client("BoilerPlant")
    assert http.verify_token(token).json["verified"] is True
    assert http.grant("madeMeanwhile").status == 201
    assert "jeton_mqtt_connected 0" in http.get("/metrics").text
    time.sleep(3.5)  # past the attempts after 1 and 2 seconds
    broker.start()
    assert eventually(lambda: ready(server).status == 200)
    again = asks(broker, "BoilerPlant")
    assert again.ask("authorizationToken", "verify", token).payload["verified"] is True
    assert again.ask("authorization", "lookup", {"targetNames": ["madeMeanwhile"], "targetType": "SERVICE_DEF"}).payload["count"] == 1
    assert sum("the broker is away" in line for line in server.log) >= 2
    assert any("retry_seconds=1" in line for line in server.log) and any("retry_seconds=2" in line for line in server.log)


def test_a_broker_that_stands_still_holds_up_nobody(brokers, start, asks):
    """Frozen with requests under way: HTTP goes on at its pace, and once the broker goes on all is answered."""
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    traces = [boiler.send("authorization", "grant", {**GRANT, "target": f"target{number}"})["traceId"] for number in range(100)]
    broker.freeze()
    http = server.client("BoilerPlant")
    slowest = 0
    for number in range(200):
        begin = time.monotonic()
        assert http.verify(provider="BoilerPlant", consumer="HvacGateway").status == 200
        slowest = max(slowest, time.monotonic() - begin)
    assert slowest < 1
    broker.thaw()
    for trace in traces:
        assert boiler.wait(lambda reply, trace=trace: reply.traceId == trace).status == 201


def test_a_server_whose_broker_stands_still_stops_in_time(brokers, start, asks):
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    boiler.ask("authorization", "grant", GRANT)
    broker.freeze()
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 15
    broker.thaw()


def test_stopping_answers_what_came_unsubscribes_and_takes_leave(brokers, start, asks):
    broker = brokers()
    server = start(*mqtt(broker.address))
    boiler = asks(broker, "BoilerPlant")
    traces = [boiler.send("authorization", "grant", {**GRANT, "target": f"target{number}"})["traceId"] for number in range(50)]
    assert boiler.wait(lambda reply: reply.traceId == traces[-1]) is not None
    server.stop()
    answered = {reply.traceId for reply in boiler.replies} | {traces[-1]}
    assert answered == set(traces)
    lines = [line for line in broker.log.splitlines() if "AH-ConsumerAuthorization" in line]
    assert sum("Received UNSUBSCRIBE" in line for line in lines) == 1
    assert any("Received DISCONNECT" in line for line in lines)


def test_another_with_our_client_id_takes_over_and_both_survive(brokers, start, data):
    broker = brokers()
    server = start(*mqtt(broker.address))
    taker = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.port), "-i", "AH-ConsumerAuthorization", "-t", "x"], stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: "jeton_mqtt_connections_total 1\n" not in server.client().get("/metrics").text)
        assert server.client().get("/livez").status == 200
    finally:
        taker.kill()
        taker.wait()
    assert eventually(lambda: ready(server).status == 200)


@pytest.mark.skipif(not os.path.exists("/usr/bin/mosquitto_pub"), reason="mosquitto-clients is not installed")
def test_mosquitto_pub_and_sub_are_clients_enough(brokers, start):
    broker = brokers()
    start(*mqtt(broker.address))
    place = ["-h", "127.0.0.1", "-p", str(broker.port)]
    answer = subprocess.Popen(["mosquitto_sub", *place, "-t", "replies/me", "-C", "1", "-W", "20"], stdout=subprocess.PIPE, text=True)
    assert eventually(lambda: "replies/me" in broker.log)
    request = '{"traceId":"1","authentication":"SYSTEM//Sysop","responseTopic":"replies/me","payload":["management.policy"]}'
    subprocess.run(["mosquitto_pub", *place, "-t", topic("generalManagement", "get-config"), "-m", request], check=True)
    assert answer.communicate(timeout=30)[0] == '{"status":200,"traceId":"1","receiver":"Sysop","payload":{"map":{"management.policy":"sysop-only"}}}\n'
