"""The ledger view behind hostile proxies before a real chain: seeded runs in which whatever it returns is what the chain holds; and
forks that are signed with the validators' own keys, by one of four and by three of four, beside CometBFT's light client."""
import base64
import os
import random
import subprocess
import time
import unittest

import light_kit
import net

PROXY = os.path.join(os.path.dirname(light_kit.VIEW), "chain_proxy")
RUNS = 60


class LightHostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chain = net.Net(validators=4, commit_ms=200)
        cls.addClassCleanup(cls.chain.close)
        cls.chain.start()
        cls.contract = cls.chain.instantiate(cls.chain.store_code(os.path.join(net.BUILD, "note-1.wasm")), '{"said":0}')
        cls.truth = {}  # what stands under a header, by the nodes' own word

    def proxy(self, node, seed, percent, kind, fork_at, *signers):
        seeds = [base64.b64decode(n.consensus_key["priv_key"]["value"])[:32].hex() for n in signers]
        p = net.child(PROXY, node.rpc, str(seed), str(percent), kind, str(fork_at), *seeds, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def stop():
            p.stdin.close()
            p.wait()
            p.stdout.close()

        self.addCleanup(stop)
        return p.stdout.readline().strip()

    def view(self, name, anchor):
        view = light_kit.Client(light_kit.VIEW, os.path.join(self.chain.dir, name), self.chain.chain_id, str(anchor),
                                self.chain.live().block_hash(anchor))
        self.addCleanup(view.close)
        return view

    def said_at(self, height, key):
        """As the view prints it."""
        if (height, key) not in self.truth:
            r = self.chain.nodes[0].ask("abci_query", path="/store/wasm/key", data=key.hex(), height=str(height - 1))["response"]
            value = base64.b64decode(r.get("value") or "")
            self.truth[height, key] = ["ok", str(height), self.chain.nodes[0].block_hash(height), value.hex() or "absent"]
        return self.truth[height, key]

    def test_hostile_proxies(self):
        chain = self.chain
        for i in range(1, 6):
            chain.tx("wasm", "execute", self.contract, f'{{"said":{i}}}')
        top = chain.height() - 1
        net.until("all nodes have it", lambda: min(n.height() for n in chain.nodes) > top)
        keys = [light_kit.contract_key(self.contract, k) for k in (b"note", b"nothing", b"a", b"z")]
        seed = int(os.environ.get("UNRUG_SEED") or time.time_ns())
        print(f"hostile proxies: UNRUG_SEED={seed}", flush=True)
        rng, good, none = random.Random(seed), 0, 0
        for run in range(RUNS):
            view, honest = self.view(f"{run}.db", rng.randint(2, 5)), run % 3 == 0
            urls = [self.proxy(chain.nodes[i], rng.getrandbits(63), rng.randint(20, 100), "mixed", rng.randint(6, top), chain.nodes[i])
                    for i in (1, 2)]
            self.assertEqual(view.ask("from", 0, *urls, *([chain.nodes[3].rpc] if honest else [])), "ok")
            for _ in range(6):
                height, key = rng.randint(6, top), rng.choice(keys)
                answer = view.ask("get", "wasm", key.hex(), height, 60000 if honest else 0)
                if answer.startswith("ok "):
                    self.assertEqual(answer.split(), self.said_at(height, key), f"run {run}")
                    good += 1
                else:
                    self.assertTrue(answer.startswith("no E_UNAVAILABLE"), f"run {run}: {answer}")
                    self.assertFalse(honest, f"run {run}: {answer}")
                    none += 1
            self.doCleanups()
        print(f"{RUNS} runs, {good} answers (all true), {none} without", flush=True)
        self.assertTrue(good > RUNS and none > 0)

    def fork(self, signers):
        """Both asked for a height of a fork that leads, with an honest witness and one more node: (height, ours, theirs, pair)."""
        chain = self.chain
        at = chain.height()
        pair = light_kit.Pair(chain.chain_id, chain.nodes[0], os.path.join(chain.dir, f"fork-{len(signers)}.db"), at)
        self.addCleanup(pair.close)
        liar = self.proxy(chain.nodes[0], 1, 100, "fork", at + 3, *signers)
        net.until("all nodes have it", lambda: min(n.height() for n in chain.nodes) > at + 5)
        pair.use_urls(liar, chain.nodes[1].rpc, chain.nodes[2].rpc)
        return at + 5, pair.view.ask("sync", at + 5, 60000), pair.light.ask("sync", at + 5), pair

    def test_few_sign_a_fork(self):
        """It does not verify. We ask the next node; CometBFT's client stops there."""
        height, ours, theirs, _ = self.fork(self.chain.nodes[3:])
        self.assertEqual(ours.split()[:3], ["ok", str(height), self.chain.live().block_hash(height)])
        self.assertTrue(theirs == ours or theirs.startswith("no "), theirs)

    def test_many_sign_a_fork(self):
        """It verifies, and the witness gives it away to both. The last test: CometBFT's client sends the nodes evidence of it."""
        _, ours, theirs, pair = self.fork(self.chain.nodes[1:])
        self.assertTrue(ours.startswith("no E_POLICY") and "the chain forked" in ours, ours)
        self.assertTrue(theirs.startswith("no "), theirs)
        print(f"ours: {ours}\ntheirs: {theirs}", flush=True)
        again = pair.view.ask("sync", 0, 1000)
        self.assertTrue(again.startswith("no E_POLICY"), again)


if __name__ == "__main__":
    unittest.main()
