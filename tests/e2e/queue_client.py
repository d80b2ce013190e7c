"""A small client that speaks MessageQueue's wire as its users do."""

import http.client
import json
import urllib.parse

from jeton import Answer


class Queue:
    """One keep-alive connection; `token` is sent as a bearer when there is one."""

    def __init__(self, server, token=None, timeout=30):
        self.token = token
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)

    def send(self, method, path, body=None, headers=None, **query):
        fields = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token is not None:
            fields["Authorization"] = "Bearer " + self.token
        for name, value in (headers or {}).items():
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = value
        pairs = [(k, v) for k, values in query.items() if values is not None
                 for v in (values if isinstance(values, list) else [values])]  # fmt: skip
        if pairs:
            path += "?" + urllib.parse.urlencode(pairs)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        self.connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=fields)
        return Answer(self.connection.getresponse())

    def publish(self, sub_queue, payload=None, **more):
        message = {"subQueue": sub_queue, "payload": payload}
        message.update({k: more.pop(k) for k in ("assignedTo", "uuid") if k in more})
        return self.send("POST", "/queue/entry", message, **more)

    def put(self, sub_queue, payload=None, **more):
        """The uuid of a message that was kept."""
        answer = self.publish(sub_queue, payload, **more)
        assert answer.status == 201, answer
        return answer.json["message"]["uuid"]

    def next(self, sub_queue, assigned_to, **more):
        return self.send("PUT", "/queue/next", subQueue=sub_queue, assignedTo=assigned_to, **more)

    def read(self, uuid):
        return self.send("GET", f"/queue/entry/{uuid}")

    def assign(self, uuid, assigned_to=None, **more):
        return self.send("PUT", f"/queue/entry/{uuid}/assign", assignedTo=assigned_to, **more)

    def release(self, uuid, assigned_to=None):
        return self.send("PUT", f"/queue/entry/{uuid}/release", assignedTo=assigned_to)

    def delete(self, uuid, assigned_to=None):
        return self.send("DELETE", f"/queue/entry/{uuid}", assignedTo=assigned_to)

    def all(self, **query):
        return self.send("GET", "/queue/all", **query)

    def owned(self, assigned_to, sub_queue, **query):
        return self.send("GET", "/queue/owned", assignedTo=assigned_to, subQueue=sub_queue, **query)

    def keys(self, **query):
        return set(self.send("GET", "/queue/keys", **query).json["keys"])

    def owners(self, **query):
        return {k: set(v) for k, v in self.send("GET", "/queue/owners", **query).json["owners"].items()}

    def clear(self, **query):
        return self.send("DELETE", "/queue/keys", **query)

    def restrict(self, sub_queue, **query):
        return self.send("POST", f"/auth/{sub_queue}", **query)

    def lift(self, sub_queue, **query):
        return self.send("DELETE", f"/auth/{sub_queue}", **query)
