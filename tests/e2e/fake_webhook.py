"""A fake: a service that hands out credentials by the webhook protocol of docs/lease-providers.md, and its smallest example.

`GET /use` with `Authorization: Bearer <value>` tries a credential: 200 while it works, 401 afterwards. Lists come in pages of two.
Faults and control: fake_provider.py; POST /control also takes "seed", the label of a credential that somebody else made.
"""

from fake_provider import FakeProvider, run

TOKEN = "token-of-the-fake-webhook"
PAGE = 2


class FakeWebhook(FakeProvider):
    def __init__(self, port=0):
        self.credentials = {}  # label -> {"id", "value", ...}
        super().__init__(port)

    def operation(self, request):
        return request.path.removeprefix("/")

    def respond(self, request):
        if request.path == "/use":
            value = request.authorization.removeprefix("Bearer ")
            works = any(c["value"] == value for c in self.credentials.values())
            return (200, {}) if works else (401, {"message": "no such credential"})
        if request.authorization != f"Bearer {TOKEN}":
            return 401, {"message": "who are you?"}
        answer = {
            "/create": self.create,
            "/renew": self.renew,
            "/revoke": self.revoke,
            "/exists": self.exists,
            "/list": self.list,
            "/check": lambda _: (200, {}),
        }.get(request.path)
        if request.method != "POST" or answer is None:
            return 404, None
        wanted = request.object
        return (400, {"message": "a JSON object is expected"}) if wanted is None else answer(wanted)

    def create(self, wanted):
        if wanted["role"] == "nobody":
            return 422, {"message": "there is no role nobody"}
        # The label is the idempotency key: who asks again gets the same.
        made = self.credentials.setdefault(wanted["label"], self.made(wanted["label"], wanted))
        return 200, {"id": made["id"], "value": made["value"], "issued": "2026-01-05T07:00:00Z"}

    def made(self, label, wanted=None):
        return {"id": f"credential-{label}", "value": f"value-of-{label}", **(wanted or {})}

    def renew(self, wanted):
        if wanted["label"] not in self.credentials:
            return 404, {"message": "there is no such credential"}
        self.credentials[wanted["label"]]["expiresAt"] = wanted["expiresAt"]
        return 200, {}

    def revoke(self, wanted):
        self.credentials.pop(wanted["label"], None)
        return 200, {"revoked": True}

    def exists(self, wanted):
        return 200, {"exists": wanted["label"] in self.credentials}

    def list(self, wanted):
        labels = sorted(l for l in self.credentials if l.startswith(wanted["prefix"]) and l > wanted["cursor"])
        page = [{"label": l, "id": self.credentials[l]["id"]} for l in labels[:PAGE]]
        return 200, {"credentials": page, "next": labels[PAGE - 1] if len(labels) > PAGE else ""}

    def state(self):
        return {"credentials": self.credentials}

    def control(self, wanted):
        if "seed" in wanted:
            self.credentials[wanted["seed"]] = self.made(wanted["seed"])


if __name__ == "__main__":
    run(FakeWebhook)
