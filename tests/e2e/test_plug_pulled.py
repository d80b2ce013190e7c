"""What was acknowledged is there after kill -9, at any instant, under mixed load; nothing is half-written; start-up needs no help."""

import http.client
import os
import random
import threading

from jeton import MANAGEMENT, TOKEN_MANAGEMENT, AUTHORIZATION

KILLS = int(os.environ.get("JETON_KILLS", "200"))
WORKERS = 4


class Worker:
    """One provider with its consumer; remembers what was acknowledged, and what was asked for but never answered."""

    def __init__(self, number, seed):
        self.provider = f"Provider{number}"
        self.consumer = f"Consumer{number}"
        self.random = random.Random(seed)
        self.policies = {}  # target -> policy type, as acknowledged
        self.tokens = {}  # target -> (token, uses left or None), as acknowledged
        self.unsure = set()  # targets whose last operation was not answered

    def run(self, server):
        try:
            provider = server.client(self.provider, timeout=10)
            consumer = server.client(self.consumer, timeout=10)
            while True:
                self.step(provider, consumer)
        except AssertionError as problem:
            self.failure = problem
        except (OSError, http.client.HTTPException):
            pass  # the plug was pulled

    failure = None

    def step(self, provider, consumer):
        target = "t" + self.random.choice("abcdefgh")
        instance = f"PR|LOCAL|{self.provider}|SERVICE_DEF|{target}"
        action = self.random.random()
        self.unsure.add(target)
        if target not in self.policies:
            answer = provider.grant(target)
            assert answer.status in (200, 201), answer
            self.policies[target] = "ALL"
        elif action < 0.15:
            answer = provider.revoke(instance)
            assert answer.status in (200, 204), answer
            del self.policies[target]
        elif action < 0.6 or target not in self.tokens:
            variant = self.random.choice(["TIME_LIMITED_TOKEN_AUTH", "USAGE_LIMITED_TOKEN_AUTH"])
            answer = consumer.generate(self.provider, variant, target)
            assert answer.status == 201, answer
            self.tokens[target] = (answer.json["token"], answer.json.get("usageLimit"))
        else:
            token, left = self.tokens[target]
            answer = provider.verify_token(token)
            assert answer.status == 200, answer
            assert answer.json["verified"] == (left is None or left > 0), (answer, left)
            if left:
                self.tokens[target] = (token, left - 1)
        self.unsure.discard(target)

    def check(self, server):
        provider = server.client(self.provider)
        listed = provider.post(AUTHORIZATION + "/lookup", {"cloudIdentifiers": ["LOCAL"]})
        assert listed.status == 200, listed
        stored = {entry["target"] for entry in listed.json["entries"]}
        queried = server.client().post(TOKEN_MANAGEMENT + "/query", {"provider": self.provider}).json["entries"]
        by_target = {entry["target"]: entry for entry in queried}
        assert len(by_target) == len(queried), f"two tokens for one tuple: {queried}"
        for target in {"t" + letter for letter in "abcdefgh"}:
            if target in self.unsure:  # what was asked last may or may not have happened; from here on we know
                self.adopt(provider, target, target in stored, by_target.get(target))
                continue
            assert (target in stored) == (
                target in self.policies
            ), f"{self.provider} {target}: stored {target in stored}"
            if target in self.tokens:
                entry = by_target.get(target)
                left = self.tokens[target][1]
                if left == 0 and entry is None:
                    continue  # used up, and the cleaner has been
                assert entry is not None, f"the token for {target} is lost"
                assert entry.get("usageLeft") == left, f"{entry} but {left} uses were left"
        self.unsure.clear()

    def adopt(self, provider, target, has_policy, entry):
        if has_policy:
            self.policies[target] = "ALL"
        else:
            self.policies.pop(target, None)
        if target not in self.tokens:
            return
        # The record may be that of a newer token, which nobody was given: asking tells, and takes a use.
        token, left = self.tokens[target]
        verified = provider.verify_token(token).json["verified"]
        if not verified:
            del self.tokens[target]
        elif left is not None:
            assert entry["usageLeft"] in (left, left - 1), f"{entry} but {left} uses were left"
            self.tokens[target] = (token, entry["usageLeft"] - 1)


def pull(server, workers, pause):
    threads = [threading.Thread(target=worker.run, args=(server,)) for worker in workers]
    for thread in threads:
        thread.start()
    threads[0].join(pause)  # the instant of the kill is random; a worker that ends earlier has failed
    server.kill()
    for thread in threads:
        thread.join(30)
    for worker in workers:
        if worker.failure:
            raise worker.failure


def test_everything_acknowledged_survives(start):
    seed = int(os.environ.get("JETON_SEED", random.randrange(1 << 30)))
    print("seed", seed)
    pauses = random.Random(seed)
    workers = [Worker(number, seed + number) for number in range(WORKERS)]
    options = ("--set", "tokens.time-limit=1h", "--set", "tokens.max-age=2h")
    for _ in range(KILLS):
        server = start(*options)
        for worker in workers:
            worker.check(server)
        pull(server, workers, pauses.uniform(0.005, 0.25))
    server = start(*options)
    for worker in workers:
        worker.check(server)
    assert server.client().post(MANAGEMENT + "/query", {"level": "PROVIDER"}).status == 200
