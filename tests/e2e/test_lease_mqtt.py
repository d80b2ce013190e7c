"""The messages of leases through a real Mosquitto, in the envelope of the other operations (token-lease 1.4, arrowhead-mqtt 5)."""

from lease_servers import Influxdb, Leases, allow


TOPIC = "plant/leases/message"


def ask(client, payload):
    envelope = client.envelope(payload)
    client.publish(TOPIC, envelope)
    reply = client.wait(lambda candidate: candidate.body.get("traceId") == envelope["traceId"])
    assert reply is not None, "no answer"
    return reply


def test_messages_over_a_broker(start, brokers, asks):
    influxdb = Influxdb()
    try:
        broker = brokers()
        server = start(
            *influxdb.settings("influx"),
            "--set",
            "arrowhead.mqtt.enabled=true",
            "--set",
            f"arrowhead.mqtt.broker=127.0.0.1:{broker.port}",
            "--set",
            "leases.mqtt-topic=plant/leases/",
        )
        allow(server, "influx")
        press = asks(broker, "Press")
        created = ask(press, {"action": "create", "options": {"ttl": 60_000, **influxdb.options}})
        assert created.status == 200, created
        lease = created.payload["lease"]
        assert influxdb.works(lease)
        assert Leases(server, "Press").get(lease["id"]).json["lease"] == lease
        assert ask(press, {"action": "revoke", "token_id": lease["id"]}).payload == {"result": "success"}
        assert not influxdb.works(lease)
        failed = ask(press, {"action": "fly"})
        assert (failed.status, failed.payload["code"]) == (200, "invalid")
    finally:
        influxdb.close()
