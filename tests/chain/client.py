"""The command line before a real chain: keys that wasmd derives alike, coins, the contract's life from upload to queries, refusals, nodes that
die in the middle."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import net

BUILD = os.environ.get("UNRUG_BUILD", os.path.join(net.ROOT, "build/release"))
UNRUG = os.path.join(BUILD, "bin/unrug")
WASM = os.path.join(BUILD, "contract/unrug.wasm")


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chain = net.Net(validators=4, commit_ms=200, rest=True)
        cls.addClassCleanup(cls.chain.close)
        cls.chain.start()
        cls.dir = tempfile.mkdtemp(prefix="unrug-client-")
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.env = {**os.environ, "HOME": cls.dir, "UNRUG_NODE": ",".join(n.rpc for n in cls.chain.nodes)}
        with open(os.path.join(cls.dir, "passphrase"), "w", opener=lambda p, f: os.open(p, f, 0o600)) as f:
            f.write("a passphrase\n")
        cls.alice = cls.run_unrug("key", "new", "alice", "--passphrase", "passphrase", "--words", "words")["address"]
        cls.chain.tx("bank", "send", net.FUNDED, cls.alice, f"1000000000{net.DENOM}")

    @classmethod
    def run_unrug(cls, *args, code=0, env=None):
        """The parsed result; with another exit code, the error."""
        p = subprocess.run([UNRUG, *args, "--json"], cwd=cls.dir, env={**cls.env, **(env or {})}, capture_output=True, timeout=300)
        assert p.returncode == code, f"unrug {' '.join(args)}: exit {p.returncode}\n{p.stdout.decode()}{p.stderr.decode()}"
        return json.loads(p.stdout) if p.stdout else json.loads(p.stderr)["error"]

    def send(self, *args, **kw):
        return self.run_unrug(*args, "--from", "alice", "--passphrase", "passphrase", **kw)

    def test_words_are_wasmds(self):
        with open(os.path.join(self.dir, "words"), "rb") as f:
            self.chain.wasmd("keys", "add", "again", "--recover", "--keyring-backend", "test", stdin=f.read())
        self.assertEqual(self.chain.address_of("again"), self.alice)

    def test_coins(self):
        bob = self.chain.address
        before = int(self.chain.query("bank", "balance", bob, net.DENOM)["balance"]["amount"])
        done = self.send("chain", "send", bob, f"1234{net.DENOM}", "--gas-price", f"0.01{net.DENOM}", "--memo", "for a test")
        self.assertEqual(done["sent"]["result"], "success")
        self.assertEqual(done["sent"]["fee"], -(-done["sent"]["gas_limit"] // 100))
        self.assertEqual(int(self.chain.query("bank", "balance", bob, net.DENOM)["balance"]["amount"]), before + 1234)
        seen = self.run_unrug("chain", "status", "--tx", done["sent"]["transaction"])
        self.assertEqual((seen["block"], seen["gas_used"]), (done["sent"]["block"], done["sent"]["gas_used"]))
        tx = self.chain.query("tx", done["sent"]["transaction"])  # wasmd's own reading of it
        self.assertEqual((tx["code"], tx["tx"]["body"]["memo"]), (0, "for a test"))
        account = self.run_unrug("chain", "status", "--account", self.alice)["account"]
        self.assertEqual(account["coins"][0]["denom"], net.DENOM)

    def test_dry_run_changes_nothing(self):
        before = self.run_unrug("chain", "status", "--account", self.alice)
        done = self.send("chain", "send", self.chain.address, f"1{net.DENOM}", "--dry-run")
        self.assertIn("nothing was sent", done["sent"]["result"])
        self.assertGreater(done["sent"]["gas_limit"], 50000)
        self.assertEqual(self.run_unrug("chain", "status", "--account", self.alice), before)

    def test_refusals(self):
        bob = self.chain.address
        self.assertIn("insufficient funds", self.send("chain", "send", bob, f"99999999999999{net.DENOM}", code=4)["message"])
        self.assertIn("out of gas", self.send("chain", "send", bob, f"1{net.DENOM}", "--gas", "10000", code=4)["message"])
        self.assertIn("not 'other-1'", self.send("chain", "send", bob, f"1{net.DENOM}", "--chain", "other-1", code=5)["message"])
        self.assertIn("failed in block", self.send("chain", "send", bob, f"1{net.DENOM}", "--gas", "50000", code=4)["message"])
        self.run_unrug("key", "new", "nobody", "--passphrase", "passphrase", "--no-words")
        error = self.run_unrug("chain", "send", bob, f"1{net.DENOM}", "--from", "nobody", "--passphrase", "passphrase", code=4)
        self.assertIn("received something", error["hint"])
        self.run_unrug("chain", "status", "--tx", "00" * 32, code=1)

    def test_contract(self):
        made = self.send("contract", "deploy", WASM, "--label", "unrug")
        contract = made["contract"]
        info = self.run_unrug("contract", "info", contract)
        self.assertEqual((info["admin"], info["creator"], info["label"], info["checksum"], info["code"]),
                         (None, self.alice, "unrug", made["checksum"], made["code"]))
        salted = [self.send("contract", "deploy", "--code", str(made["code"]), "--label", "unrug", "--salt", "s", code=code) for code in (0, 4)]
        self.assertNotEqual(salted[0]["contract"], contract)
        self.assertIn("duplicate", salted[1]["message"])
        answer = json.loads(self.run_unrug("contract", "query", contract, '{"config":{}}')["answer"])
        self.assertIsInstance(answer, dict)
        raw = self.run_unrug("contract", "query", contract, "--raw", b"c".hex())
        theirs = self.chain.query("wasm", "contract-state", "raw", contract, b"c".hex())["data"]
        self.assertEqual(bytes.fromhex(raw["value"]), base64.b64decode(theirs))
        self.run_unrug("contract", "query", contract, "--raw", b"nothing".hex(), code=1)
        for verb, ask in (("query", self.run_unrug), ("execute", self.send)):
            self.assertIn("no message has this name", ask("contract", verb, contract, '{"nonsense":{}}', code=4)["message"].lower())
        self.run_unrug("contract", "info", self.alice, code=1)

    def test_nodes_die(self):
        """Three of four nodes are asked; those that are asked first die one after the other, and each payment happens once."""
        bob, nodes = self.chain.address, self.chain.nodes
        balance = lambda: int(self.chain.query("bank", "balance", bob, net.DENOM)["balance"]["amount"])
        before = balance()
        for i in range(3):
            env = {"UNRUG_NODE": ",".join(n.rpc for n in (nodes[i], nodes[(i + 1) % 4]))}
            nodes[i].stop()
            done = self.send("chain", "send", bob, f"7{net.DENOM}", env=env)
            self.assertEqual(done["sent"]["result"], "success")
            nodes[i].start()
            nodes[i].wait_answering()
            net.until("the node has it", lambda: balance() >= before + 7 * (i + 1))
            self.assertEqual(balance(), before + 7 * (i + 1))
        status = self.run_unrug("chain", "status", env={"UNRUG_NODE": f"http://127.0.0.1:9,{nodes[0].rpc}"})
        self.assertEqual([n["state"] == "ok" for n in status["nodes"]], [False, True])
        self.run_unrug("chain", "status", env={"UNRUG_NODE": "http://127.0.0.1:9"}, code=5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
