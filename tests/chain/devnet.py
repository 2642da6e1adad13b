"""The devnet under a real chain's own tools: wasmd's command line lives one life on it, CometBFT's light client and the SDK's
check of ICS23 proofs believe it. No network is started here."""
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "../cli"), os.path.join(HERE, "../devnet")]
import asked  # noqa: E402
import devnet_kit  # noqa: E402
import kit  # noqa: E402
import net  # noqa: E402

WASM = os.path.join(os.path.dirname(kit.BIN), "contract/unrug.wasm")
LIGHT = os.path.join(net.BUILD, "light")
WORDS = "test test test test test test test test test test test junk"
PHASES = {"join": 10, "deal": 10, "dispute": 10, "vote": 10}


class Tools(devnet_kit.Case):
    def setUp(self):
        super().setUp()
        self.node = self.devnet("--gas-price", "25")
        self.home = ["--home", self.path("client"), "--keyring-backend", "test"]
        self.wasmd("keys", "add", "alice", "--recover", *self.home, stdin=WORDS + "\n")
        self.wasmd("keys", "add", "bob", *self.home)
        self.alice, self.bob = (self.wasmd("keys", "show", name, "-a", *self.home).strip() for name in ("alice", "bob"))

    def wasmd(self, *args, stdin="", code=0):
        p = subprocess.run([net.WASMD, *args], input=stdin.encode(), capture_output=True, timeout=120)
        self.assertEqual(p.returncode == 0, code == 0, p.stderr.decode()[-2000:])
        return (p.stdout if code == 0 else p.stderr).decode()

    # The command line simulates without fees, and taking those costs gas, too.
    def tx(self, *args, by="alice", more=("--gas", "auto", "--gas-adjustment", "3"), code=0):
        """Sent, and found in a block with this code."""
        sent = json.loads(self.wasmd("tx", *args, "--from", by, "--chain-id", "dev-1", "--node", self.node.url, "--gas-prices", "0.025ustake",
                                     *more, "-y", "-o", "json", *self.home))
        self.assertEqual(sent["code"], 0, sent)
        done = json.loads(self.wasmd("q", "tx", sent["txhash"], "--node", self.node.url, "-o", "json"))
        self.assertEqual(done["code"], code, done["raw_log"])
        return done

    def query(self, *args):
        return json.loads(self.wasmd("q", *args, "--node", self.node.url, "-o", "json"))

    def attribute(self, done, event, key):
        return next(a["value"] for e in done["events"] if e["type"] == event for a in e["attributes"] if a["key"] == key)

    def make_contract(self):
        code = self.attribute(self.tx("wasm", "store", WASM), "store_code", "code_id")
        made = self.tx("wasm", "instantiate", code, "{}", "--label", "l", "--no-admin")
        return code, self.attribute(made, "instantiate", "_contract_address")

    def test_a_life_by_wasmd(self):
        self.tx("bank", "send", "alice", self.bob, "5000000ustake")
        self.assertEqual(self.query("bank", "balance", self.bob, "ustake")["balance"]["amount"], "5000000")
        code, contract = self.make_contract()
        self.assertEqual(self.query("wasm", "code-info", code)["creator"], self.alice)
        self.assertEqual(self.query("wasm", "list-contract-by-code", code)["contracts"], [contract])
        self.assertEqual(self.query("wasm", "contract", contract)["contract_info"]["label"], "l")
        self.assertEqual([e["code_id"] for e in self.query("wasm", "contract-history", contract)["entries"]], [code])
        members = sorted(self.node.ready["accounts"][1:])
        message = {"create_committee": {"members": members, "threshold": 2, "margin": 0, "drill_interval_blocks": 10, "quote_demand": None, "phases": PHASES}}
        done = self.tx("wasm", "execute", contract, json.dumps(message))
        self.assertEqual(self.attribute(done, "wasm-committee_created", "committee"), "1")
        self.assertEqual(self.query("wasm", "contract-state", "smart", contract, '{"config":{}}')["data"]["next_committee"], 2)
        self.assertTrue(self.query("wasm", "contract-state", "all", contract)["models"])
        self.assertTrue(self.query("wasm", "contract-state", "raw", contract, b"c".hex())["data"])
        self.tx("wasm", "execute", contract, '{"nope":{}}', more=("--gas", "300000"), code=5)
        self.assertIn("unknown_message", self.wasmd("tx", "wasm", "execute", contract, '{"nope":{}}', "--from", "alice", "--chain-id", "dev-1", "--node",
                                                    self.node.url, "--gas", "auto", "-y", *self.home, code=1))
        self.assertGreaterEqual(int(self.query("txs", "--query", f"message.sender='{self.alice}'")["total_count"]), 4)

    def test_an_allowance(self):
        self.tx("bank", "send", "alice", self.bob, "1ustake")
        self.tx("feegrant", "grant", "alice", self.bob, "--spend-limit", "1000000ustake")
        self.assertEqual(self.query("feegrant", "grant", self.alice, self.bob)["allowance"]["grantee"], self.bob)
        self.tx("bank", "send", "bob", self.alice, "1ustake", by="bob", more=("--fee-granter", self.alice, "--gas", "200000"))

    def test_what_is_refused(self):
        sent = json.loads(self.wasmd("tx", "bank", "send", "alice", self.bob, "1ustake", "--chain-id", "dev-1", "--node", self.node.url, "--gas", "200000",
                                     "-y", "-o", "json", *self.home))
        self.assertEqual((sent["codespace"], sent["code"]), ("sdk", 13))  # no fee
        other = json.loads(self.wasmd("tx", "bank", "send", "alice", self.bob, "1ustake", "--chain-id", "dev-2", "--node", self.node.url, "--gas", "200000",
                                      "--gas-prices", "0.025ustake", "-y", "-o", "json", *self.home))
        self.assertEqual((other["codespace"], other["code"]), ("sdk", 4))  # signed for another chain

    def test_the_light_client_of_cometbft(self):
        _, contract = self.make_contract()
        anchor = self.node.ask("commit", height="1")["signed_header"]["commit"]["block_id"]["hash"]
        newest = int(self.node.ask("unrug_status")["height"])
        address = asked.unbech32(contract).hex()
        info = "02" + address
        history = "05" + address + (1).to_bytes(8, "big").hex()
        second = "05" + address + (2).to_bytes(8, "big").hex()
        records = [("wasm", "10", True), ("wasm", info, True), ("wasm", history, True), ("wasm", second, False), ("wasm", "00", False),
                   ("wasm", "ff" * 40, False), ("bank", "00" + b"ustake".hex(), True), ("acc", "ff", False)]
        lines = [f"from {self.node.url} {self.node.url}"] + [f"sync {h}" for h in (newest, *range(2, newest))]
        lines += [f"get {store} {key} {newest}" for store, key, _ in records]
        p = subprocess.run([LIGHT, "dev-1", "1", anchor], input="\n".join(lines).encode() + b"\n", capture_output=True, timeout=120)
        said = p.stdout.decode().splitlines()
        self.assertEqual(len(said), len(lines), said)
        for line, answer in zip(lines, said):
            self.assertTrue(answer.startswith("ok"), f"{line}: {answer}")
        for (store, key, present), answer in zip(records, said[-len(records):]):
            self.assertEqual(answer.endswith("absent"), not present, f"{store} {key}: {answer}")
        wrong = subprocess.run([LIGHT, "dev-1", "1", "00" * 32], input="\n".join(lines[:2]).encode() + b"\n", capture_output=True, timeout=120)
        self.assertNotIn("\nok", wrong.stdout.decode())


if __name__ == "__main__":
    unittest.main()
