"""A devnet with two accounts whose keys are at hand."""
import json
import os

import devnet_kit
import key_kit
import kit

WASM = os.path.join(kit.BIN, "../contract/unrug.wasm")
ALICE, BOB = key_kit.ADDRESSES


class Case(key_kit.Case):
    """self.node is a devnet, $UNRUG_NODE its URL."""

    OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.node = devnet_kit.Devnet(*self.OPTIONS, cwd=self.dir, env=self.env)
        self.addCleanup(self.node.kill)
        self.env["UNRUG_NODE"] = self.node.url
        self.import_key("alice", 0)
        self.import_key("bob", 1)

    def by(self, who, *args, **kw):
        return self.ok_json(*args, "--from", who, "--passphrase", "passphrase", **kw)

    def refuse_by(self, code, who, *args, says, **kw):
        return self.refuse(code, *args, "--from", who, "--passphrase", "passphrase", says=says, **kw)

    def coins(self, address):
        return {c["denom"]: int(c["amount"]) for c in self.ok_json("chain", "status", "--account", address)["account"]["coins"]}

    def deploy(self):
        return self.by("alice", "contract", "deploy", "--label", "unrug", WASM)

    def ask_contract(self, contract, query):
        return json.loads(self.ok_json("contract", "query", contract, json.dumps(query))["answer"])
