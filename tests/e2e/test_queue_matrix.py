"""message-queue 5.7, the access matrix, cell by cell: every endpoint of a class, in every mode, for every credential."""

import pytest

from queue_client import Queue
from test_queue_rows import in_mode

OK = "ok"  # neither refused nor unauthenticated


def is_ok(status):
    return status not in (401, 403, 404, 405, 500)


class World:
    """Sub-queues q and o with a message each; q restricted or not, o restricted when its token is to be of use."""

    def __init__(self, start, mode, restricted, other_restricted=True):
        self.server = in_mode(start, mode)
        self.tokens = {}
        for name in ("q", "o"):
            answer = Queue(self.server).restrict(name)
            if mode != "NONE":
                self.tokens[name] = answer.json["token"]
        self.uuid = self.put("q", mode)
        self.put("o", mode)
        for name, stays in (("q", restricted), ("o", other_restricted)):
            if mode != "NONE" and not stays:
                assert Queue(self.server, self.tokens[name]).lift(name).status == 200

    def put(self, name, mode):
        return Queue(self.server, self.tokens.get(name)).put(name)

    def client(self, credential):
        # In mode NONE no token can be had: any bearer is one that fails.
        token = {"none": None, "bad": "garbage", "own": self.tokens.get("q", "garbage"), "other": self.tokens.get("o", "garbage")}
        return Queue(self.server, token[credential])


CREDENTIALS = ("none", "bad", "own", "other")

OPEN = [("GET", "/queue/healthcheck"), ("GET", "/queue/keys"), ("GET", "/queue/owners"), ("GET", "/auth"), ("POST", "/auth/fresh"),
        ("GET", "/settings"), ("GET", "/api-docs")]  # fmt: skip


@pytest.mark.parametrize("mode", ["NONE", "HYBRID", "RESTRICTED"])
def test_open(start, mode):
    world = World(start, mode, True)
    for method, path in OPEN:
        for credential in CREDENTIALS:
            status = world.client(credential).send(method, path).status
            refused = credential == "bad" or (mode == "NONE" and credential != "none")
            # A second POST /auth of the same name says 409, whatever the credential.
            assert status == 401 if refused else is_ok(status) or status == 409, (mode, path, credential, status)


def named(client, uuid):
    yield "count", client.send("GET", "/queue/type/q").status
    yield "publish", client.publish("q", 1).status
    yield "next", client.next("q", "w").status
    yield "owned", client.owned("w", "q").status
    yield "list", client.all(subQueue="q").status
    yield "read", client.read(uuid).status
    yield "assign", client.assign(uuid, "w").status
    yield "release", client.release(uuid).status
    yield "delete", client.delete(uuid, "").status
    yield "clear", client.clear(subQueue="q").status


# (mode, q restricted, o restricted): what ∅, ✗, =, ≠ get.
NAMED = {
    ("NONE", False, False): (OK, 401, 401, 401),
    ("HYBRID", False, True): (OK, 401, OK, OK),
    ("HYBRID", True, True): (403, 401, OK, 403),
    ("HYBRID", True, False): (403, 401, OK, 403),
    ("RESTRICTED", False, True): (401, 401, 401, 403),
    ("RESTRICTED", False, False): (401, 401, 401, 401),
    ("RESTRICTED", True, True): (401, 401, OK, 403),
    ("RESTRICTED", True, False): (401, 401, OK, 401),
}


@pytest.mark.parametrize("case", NAMED, ids=str)
def test_named_and_by_message(start, case):
    mode, restricted, other = case
    world = World(start, mode, restricted, other)
    # Those who are let in come last, for they change things.
    expected = dict(zip(CREDENTIALS, NAMED[case]))
    for credential in sorted(CREDENTIALS, key=lambda c: expected[c] == OK):
        for what, status in named(world.client(credential), world.uuid):
            if expected[credential] == OK:
                assert is_ok(status), (case, credential, what, status)
            else:
                assert status == expected[credential], (case, credential, what, status)
        if expected[credential] == OK and mode != "RESTRICTED":
            world.uuid = Queue(world.server, world.tokens.get("q") if restricted else None).put("q")


UNKNOWN = {
    ("NONE", False): (204, 401, 401, 401),
    ("HYBRID", True): (204, 401, 204, 204),
    ("RESTRICTED", True): (401, 401, 204, 204),
    ("RESTRICTED", False): (401, 401, 401, 204),
}


@pytest.mark.parametrize("case", UNKNOWN, ids=str)
def test_by_message_that_does_not_exist(start, case):
    world = World(start, *case)
    for credential, expected in zip(CREDENTIALS, UNKNOWN[case]):
        client = world.client(credential)
        for answer in (client.read("x"), client.delete("x"), client.assign("x", "w"), client.release("x")):
            assert answer.status == expected, (case, credential, answer)


GATE = {
    ("NONE", False): (200, 401, 401, 401),
    ("HYBRID", False): (200, 401, 200, 200),
    ("HYBRID", True): (200, 401, 200, 200),
    ("RESTRICTED", False): (401, 401, 401, 200),
    ("RESTRICTED", True): (401, 401, 200, 200),
}


@pytest.mark.parametrize("case", GATE, ids=str)
def test_gate(start, case):
    world = World(start, *case)
    for credential, status in zip(CREDENTIALS, GATE[case]):
        assert world.client(credential).send("GET", "/queue/type").status == status, (case, credential)


def test_sweep_of_lists_in_hybrid(start):
    world = World(start, "HYBRID", True)
    Queue(world.server).put("open")
    seen = {c: world.client(c).all() for c in CREDENTIALS}
    assert set(seen["none"].json) == {"open"}
    assert seen["bad"].status == 401
    assert set(seen["own"].json) == {"open", "q"}
    assert set(seen["other"].json) == {"open", "o"}


def test_sweep_of_lists_in_restricted(start):
    world = World(start, "RESTRICTED", True)
    assert world.client("none").all().status == 401
    assert set(world.client("own").all().json) == {"q"}
    assert set(world.client("other").all().json) == {"o"}


def test_sweep_of_lists_in_none(start):
    world = World(start, "NONE", False)
    assert set(world.client("none").all().json) == {"q", "o"}
    assert world.client("own").all().status == 401


def test_sweep_of_clearing_in_hybrid(start):
    world = World(start, "HYBRID", True)
    assert world.client("bad").clear().status == 401
    assert world.client("none").clear().status == 206
    assert world.client("own").clear().status == 206, "the other one is closed to it"
    assert Queue(world.server).keys() == {"o"}
    assert world.client("other").clear().status == 204


def test_sweep_of_clearing_in_restricted(start):
    world = World(start, "RESTRICTED", True)
    assert world.client("none").clear().status == 401
    assert world.client("own").clear().status == 206
    assert world.client("other").clear().status == 204
    assert Queue(world.server).keys() == set()


def test_sweep_of_clearing_in_none(start):
    world = World(start, "NONE", False)
    assert world.client("own").clear().status == 401
    assert world.client("none").clear().status == 204


HOLDER = {
    ("NONE", False, False): (202, 401, 401, 401),
    ("HYBRID", True, True): (403, 401, 200, 403),
    ("HYBRID", False, True): (403, 401, 204, 403),
    ("RESTRICTED", True, True): (401, 401, 200, 403),
    ("RESTRICTED", False, True): (401, 401, 401, 403),
    ("RESTRICTED", False, False): (401, 401, 401, 401),
}


@pytest.mark.parametrize("case", HOLDER, ids=str)
def test_holder(start, case):
    world = World(start, *case)
    expected = dict(zip(CREDENTIALS, HOLDER[case]))
    for credential in ("none", "bad", "other", "own"):
        answer = world.client(credential).lift("q")
        assert answer.status == expected[credential], (case, credential, answer)


@pytest.mark.parametrize("mode", ["HYBRID", "RESTRICTED"])
def test_restricting_again_is_409_whatever_the_credential(start, mode):
    world = World(start, mode, True)
    for credential, status in zip(CREDENTIALS, (409, 401, 409, 409)):
        answer = world.client(credential).restrict("q")
        assert (answer.status, answer.body if status == 409 else b"") == (status, b""), (mode, credential)
