"""unrug contract query: answers in JSON, records by their keys."""
import json

import chain_kit
import kit


class Query(chain_kit.Case):
    def test_query(self):
        contract = self.deploy()["contract"]
        answer = self.ask_contract(contract, {"config": {}})
        self.assertEqual((answer["next_committee"], answer["next_vault"]), (1, 1))
        self.assertEqual(json.loads(self.ok("contract", "query", contract, '{"config":{}}').text), answer)  # as it is, to pipe
        self.write("query.json", '{"config":{}}\n')
        for args in (["@query.json"], ["@-"]):
            o = self.ok("contract", "query", contract, *args, stdin='{"config":{}}')
            self.assertEqual(json.loads(o.text), answer)
        raw = self.ok_json("contract", "query", "--raw", contract, b"c".hex())
        self.assertEqual(len(bytes.fromhex(raw["value"])), 17)
        self.refuse(kit.NO, "contract", "query", "--raw", contract, "ff", says="no record")
        self.refuse(kit.REFUSED, "contract", "query", contract, '{"nothing":{}}', says="no message has this name")

    def test_mistakes(self):
        self.refuse(kit.NO, "contract", "query", chain_kit.ALICE, "{}", says="no such contract")
        self.refuse(kit.INPUT, "contract", "query", chain_kit.ALICE, "{", says="not JSON")
        self.refuse(kit.USAGE, "contract", "query", chain_kit.ALICE, "@nothing", says="nothing")
        for key in ("", "x", "abc"):
            self.refuse(kit.USAGE, "contract", "query", "--raw", chain_kit.ALICE, key, says="hex digits")


if __name__ == "__main__":
    kit.main()
