"""A fake: the authorizations of InfluxDB 2, built from token-lease 3.1 to 3.5 and 3.10, with just enough of the write API to try a token.

InfluxDB 2 is no package of Debian 12. What is believed of it and was not seen is marked. Faults and control: fake_provider.py.
Beside what is there, POST /control takes

    hashed        true: secrets are in the answer of the create only; lists hold a placeholder
    delete-user   an id: its tokens vanish from lists, stay in the store, and using them is refused (InfluxDB issue 22708)
    seed          {"description": ..., "status": ..., "userID": ...}: a token that somebody else made

and GET /control tells "tokens", those that are in the store, with their secrets.
"""

import json
import time

from fake_provider import FakeProvider, run

TOKEN = "admin-token-of-the-fake-influxdb=="
ORG = "11aa22bb33cc44dd"
USER = "0a0a0a0a0a0a0a0a"
PATH = "/api/v2/authorizations"
ACTIONS = ("read", "write")


def is_id(text):
    return isinstance(text, str) and len(text) == 16 and all(c in "0123456789abcdef" for c in text)


def error(status, code, message):
    return status, {"code": code, "message": message}, {"X-Platform-Error-Code": code}


class FakeInfluxdb(FakeProvider):
    def __init__(self, port=0):
        self.tokens = {}  # id -> authorization, with its secret
        self.made = 0
        self.hashed = False
        self.deleted_users = set()
        super().__init__(port)

    def operation(self, request):
        if request.path == PATH:
            return {"POST": "create", "GET": "list"}.get(request.method)
        if request.path.startswith(PATH + "/"):
            return {"GET": "get", "PATCH": "update", "DELETE": "delete"}.get(request.method)
        return "write" if request.path == "/api/v2/write" else None

    def respond(self, request):
        operation = self.operation(request)
        if operation == "write":
            return self.write(request)
        if operation is None:
            return error(404, "not found", "path not found")
        if request.authorization != f"Token {TOKEN}":
            return error(401, "unauthorized", "unauthorized access")
        if operation == "create":
            return self.create(request)
        if operation == "list":
            shown = [self.shown(t) for t in self.tokens.values() if self.matches(t, request.query)]
            return 200, {"links": {"self": PATH}, "authorizations": shown}
        token_id = request.path.rsplit("/", 1)[1]
        if not is_id(token_id):
            return error(400, "invalid", "id must have a length of 16 bytes")
        token = self.tokens.get(token_id)
        if token is None:
            return error(404, "not found", "authorization not found")
        if operation == "delete":
            del self.tokens[token_id]
            return 204, None
        if operation == "update":
            return self.update(token, request.object)
        return 200, self.shown(token)

    def create(self, request):
        wanted = request.object
        if wanted is None:
            return error(400, "invalid", "invalid json structure")
        if not is_id(wanted.get("orgID")):
            return error(400, "invalid", "org id required")
        permissions = wanted.get("permissions")
        if not isinstance(permissions, list) or not permissions:
            return error(400, "invalid", "authorization must include permissions")
        for permission in permissions:
            if permission.get("action") not in ACTIONS or "type" not in permission.get("resource", {}):
                return error(400, "invalid", "unknown action or resource for permission")
        if wanted["orgID"] != ORG:
            return error(403, "forbidden", "permission is not allowed")  # unverified
        token = self.put(
            wanted.get("description", ""), wanted.get("status", "active"), wanted.get("userID", USER), permissions
        )
        return 201, dict(token)

    def put(self, description, status="active", user=USER, permissions=()):
        self.made += 1
        token_id = f"{0x0c0ffee000000000 + self.made:016x}"
        now = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime())
        token = {
            "id": token_id,
            "token": f"secret-of-{token_id}==",
            "status": status,
            "description": description,
            "orgID": ORG,
            "org": "plant",
            "userID": user,
            "user": "manager",
            "permissions": list(permissions),
            "links": {"self": f"{PATH}/{token_id}", "user": f"/api/v2/users/{user}"},
            "createdAt": now,
            "updatedAt": now,
        }
        self.tokens[token_id] = token
        return token

    def update(self, token, wanted):
        if wanted is None or not set(wanted) <= {"status", "description"}:
            return error(400, "invalid", "invalid json structure")
        if wanted.get("status", "active") not in ("active", "inactive"):
            return error(400, "invalid", "unknown status")
        token.update(wanted)
        return 200, self.shown(token)

    def matches(self, token, query):
        if token["userID"] in self.deleted_users:
            return False
        return all(query.get(name, token[name]) == token[name] for name in ("orgID", "org", "userID", "user", "id"))

    def shown(self, token):
        return {**token, "token": "REDACTED"} if self.hashed else dict(token)

    def write(self, request):
        secret = request.authorization.removeprefix("Token ")
        for token in self.tokens.values():
            if token["token"] == secret:
                if token["status"] != "active" or token["userID"] in self.deleted_users:
                    return error(403, "forbidden", "user or token is inactive")
                return 204, None
        return error(401, "unauthorized", "unauthorized access")

    def state(self):
        return {"tokens": list(self.tokens.values()), "made": self.made}

    def control(self, wanted):
        if "hashed" in wanted:
            self.hashed = wanted["hashed"]
        if "delete-user" in wanted:
            self.deleted_users.add(wanted["delete-user"])
        if "seed" in wanted:
            seed = wanted["seed"]
            self.put(seed["description"], seed.get("status", "active"), seed.get("userID", USER))

    def described(self, part):
        """The tokens whose description holds `part`."""
        with self.lock:
            return [dict(t) for t in self.tokens.values() if part in json.dumps(t["description"])]


if __name__ == "__main__":
    run(FakeInfluxdb)
