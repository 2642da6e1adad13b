"""unrug chain status: nodes, accounts, transactions."""
import chain_kit
import kit


class Status(chain_kit.Case):
    def test_nodes(self):
        nodes = self.ok_json("chain", "status")["nodes"]
        self.assertEqual([(n["state"], n["chain"]) for n in nodes], [("ok", "dev-1")])
        self.assertGreaterEqual(nodes[0]["height"], 2)
        self.assertIn(" ago)", self.ok("chain", "status").text)
        nodes = self.ok_json("chain", "status", "--node", f"http://127.0.0.1:9,{self.node.url}")["nodes"]
        self.assertEqual([n["state"] == "ok" for n in nodes], [False, True])
        self.run_unrug("chain", "status", "--node", "http://127.0.0.1:9", code=kit.UNAVAILABLE)
        self.write("ready.json", '{"rpc":"%s"}' % self.node.url)
        self.assertEqual(self.ok_json("chain", "status", "--node", "ready.json")["nodes"][0]["state"], "ok")

    def test_account(self):
        account = self.ok_json("chain", "status", "--account", chain_kit.ALICE)["account"]
        self.assertEqual(account["coins"], [{"amount": "1000000000000", "denom": "ustake"}])
        nobody = self.key("new", "nobody", "--no-words")["address"]
        self.refuse(kit.NO, "chain", "status", "--account", nobody, says="not found")

    def test_transaction(self):
        sent = self.by("alice", "chain", "send", chain_kit.BOB, "5ustake")["sent"]
        self.assertEqual(self.ok_json("chain", "status", "--tx", sent["transaction"]), sent)
        self.assertEqual(self.ok_json("chain", "status", "--tx", sent["transaction"].lower()), sent)
        self.refuse(kit.NO, "chain", "status", "--tx", "00" * 32, says="no node knows it")

    def test_mistakes(self):
        self.refuse(kit.USAGE, "chain", "status", "--tx", "00", says="64 hex digits")
        self.refuse(kit.USAGE, "chain", "status", "--account", chain_kit.ALICE[:-1] + "x", says="begins with wasm1")
        self.refuse(kit.USAGE, "chain", "status", "--node", "http://example.org", says="http")
        self.refuse(kit.USAGE, "chain", "status", "--node", "nothing.json", says="nothing.json")
        self.refuse(kit.UNAVAILABLE, "chain", "status", "--chain", "other-1", "--account", chain_kit.ALICE, says="'dev-1', not 'other-1'")


if __name__ == "__main__":
    kit.main()
