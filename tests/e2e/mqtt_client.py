"""An MQTT client that asks as Arrowhead systems do: one reply topic, answers matched by traceId."""

import collections
import json
import threading
import time
import uuid

import paho.mqtt.client as paho

ROOT = "arrowhead/consumer-authorization/"
BASES = {
    "authorization": ROOT + "authorization/",
    "authorizationToken": ROOT + "authorization-token/",
    "authorizationManagement": ROOT + "authorization/management/",
    "authorizationTokenManagement": ROOT + "authorization-token/management/",
    "generalManagement": ROOT + "general/management/",
}
OPERATIONS = {
    "authorization": ("grant", "revoke", "lookup", "verify"),
    "authorizationToken": ("generate", "verify", "get-public-key", "register-encryption-key", "unregister-encryption-key"),
    "authorizationManagement": ("grant-policies", "revoke-policies", "query-policies", "check-policies"),
    "authorizationTokenManagement": ("generate-tokens", "query-tokens", "revoke-tokens", "add-encryption-keys", "remove-encryption-keys"),
    "generalManagement": ("get-log", "get-config"),
}
TOPICS = [BASES[service] + operation for service, operations in OPERATIONS.items() for operation in operations]
PATIENCE = 20


def topic(service, operation):
    return BASES[service] + operation


class Reply:
    def __init__(self, message):
        self.text = message.payload.decode("utf-8")
        self.qos = message.qos
        self.retain = message.retain
        self.body = json.loads(self.text)

    def __getattr__(self, name):
        return self.body[name]

    def __contains__(self, name):
        return name in self.body

    def __repr__(self):
        return self.text


class MqttClient:
    """`tls` holds ca_certs and, for a client certificate, certfile and keyfile."""

    def __init__(self, port, name="Sysop", user=None, password=None, tls=None, host="127.0.0.1"):
        self.name = name
        self.reply_topic = f"replies/{name or 'nobody'}/{uuid.uuid4().hex[:8]}"
        self.replies = collections.deque()
        self.changed = threading.Condition()
        self.subscribed = threading.Event()
        self.client = paho.Client(client_id="", clean_session=True)
        self.client.max_inflight_messages_set(1000)
        self.client.max_queued_messages_set(0)
        if user:
            self.client.username_pw_set(user, password)
        if tls:
            self.client.tls_set(**tls)
        self.client.on_connect = lambda client, *_: client.subscribe(self.reply_topic, 2)
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(1, 1)
        self.client.connect(host, port)
        self.client.loop_start()
        assert self.subscribed.wait(PATIENCE), "the broker does not acknowledge the reply topic"

    def _on_message(self, _client, _data, message):
        with self.changed:
            self.replies.append(Reply(message))
            self.changed.notify_all()

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()

    def publish(self, to, text, qos=1, retain=False):
        if not isinstance(text, (str, bytes)):
            text = json.dumps(text, ensure_ascii=False)
        return self.client.publish(to, text, qos=qos, retain=retain)

    def envelope(self, payload=None, **members):
        """What members are given as `None` are left out."""
        all_members = {
            "traceId": uuid.uuid4().hex,
            "authentication": f"SYSTEM//{self.name}",
            "responseTopic": self.reply_topic,
            "qosRequirement": 1,
            "payload": payload,
        }
        all_members.update(members)
        return {name: value for name, value in all_members.items() if value is not None}

    def wait(self, wanted, patience=PATIENCE):
        """The first reply that `wanted` accepts, taken out; None when none came."""
        until = time.monotonic() + patience
        with self.changed:
            while True:
                for reply in self.replies:
                    if wanted(reply):
                        self.replies.remove(reply)
                        return reply
                if not self.changed.wait(until - time.monotonic() if until > time.monotonic() else 0) and time.monotonic() >= until:
                    return None

    def send(self, service, operation, payload=None, **members):
        envelope = self.envelope(payload, **members)
        self.publish(topic(service, operation), envelope)
        return envelope

    def ask(self, service, operation, payload=None, patience=PATIENCE, **members):
        trace = self.send(service, operation, payload, **members)["traceId"]
        reply = self.wait(lambda candidate: candidate.body.get("traceId") == trace, patience)
        assert reply is not None, f"no answer of {operation}"
        return reply

    def ask_raw(self, service, operation, text, qos=1):
        """Publishes the text as it is, and waits for whatever answer comes."""
        self.publish(topic(service, operation), text, qos=qos)
        reply = self.wait(lambda _: True)
        assert reply is not None, f"no answer to {text!r}"
        return reply

    def hears_nothing_of(self, service, operation, text):
        """Publishes the text and then a request that is answered for certain; true when that is the only answer. Requests of
        one service are begun in order, and this one answers from memory."""
        self.publish(topic(service, operation), text)
        probe = self.ask(service, operation, {"no": "such request"})
        with self.changed:
            others = list(self.replies)
            self.replies.clear()
        return not others and probe is not None
