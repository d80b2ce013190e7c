"""Exactness when many callers come at once (arrowhead-authorization 14)."""

import threading

from jeton import MANAGEMENT, TOKEN_MANAGEMENT


def at_once(count, action):
    """Runs action(i) on `count` threads that start together; answers the results in order."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(i):
        barrier.wait()
        results[i] = action(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_64_callers_on_a_token_with_5_uses_5_succeed(server):
    server.client("PumpStation").grant()
    token = server.client("FlowReader").generate("PumpStation", "USAGE_LIMITED_TOKEN_AUTH").json["token"]
    clients = [server.client("PumpStation") for _ in range(64)]
    answers = at_once(64, lambda i: clients[i].verify_token(token))
    assert [a.status for a in answers] == [200] * 64
    assert sum(a.json["verified"] for a in answers) == 5
    left = server.client().post(TOKEN_MANAGEMENT + "/query", {}).json["entries"]
    assert left == [] or left[0]["usageLeft"] == 0


def test_parallel_identical_grants_one_created_the_others_ok(server):
    clients = [server.client("PumpStation") for _ in range(32)]
    answers = at_once(
        32, lambda i: clients[i].grant(policy={"policyType": "WHITELIST", "policyList": ["FlowReader", "Dispatcher"]})
    )
    assert sorted(a.status for a in answers) == [200] * 31 + [201]
    assert len({a.json["createdAt"] for a in answers}) == 1


def test_parallel_different_grants_one_wins(server):
    clients = [server.client("PumpStation") for _ in range(16)]
    answers = at_once(
        16, lambda i: clients[i].grant(policy={"policyType": "WHITELIST", "policyList": [f"Reader{i}"]})
    )
    assert sorted(a.status for a in answers) == [201] + [400] * 15


def test_parallel_management_grants_one_wins(server):
    clients = [server.client() for _ in range(16)]
    body = {
        "list": [
            {
                "provider": "PumpStation",
                "targetType": "SERVICE_DEF",
                "target": "flowRate",
                "defaultPolicy": {"policyType": "ALL"},
            }
        ]
    }
    answers = at_once(16, lambda i: clients[i].post(MANAGEMENT + "/grant", body))
    assert sorted(a.status for a in answers) == [201] + [400] * 15


def test_parallel_generation_leaves_one_token_for_the_tuple(server):
    server.client("PumpStation").grant()
    clients = [server.client("FlowReader") for _ in range(32)]
    answers = at_once(32, lambda i: clients[i].generate("PumpStation"))
    assert [a.status for a in answers] == [201] * 32
    assert server.client().post(TOKEN_MANAGEMENT + "/query", {}).json["count"] == 1
    provider = server.client("PumpStation")
    assert sum(provider.verify_token(a.json["token"]).json["verified"] for a in answers) == 1
