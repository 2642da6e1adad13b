"""unrug light get: records that are proven, and absences that are."""
import kit
import light_kit


class Get(light_kit.Case):
    def setUp(self):
        super().setUp()
        self.init("--source", "captured.json")

    def get(self, key, *more, code=kit.YES):
        return self.run_unrug("light", "get", "--store", "light.db", "--text", key, "--json", *more, code=code).json

    def test_present_and_absent(self):
        o = self.get("key 1")
        self.assertEqual((o["record"], o["text"], bytes.fromhex(o["value"])), ("present", "value 1 at 21", b"value 1 at 21"))
        self.assertEqual(o["proven_under"]["hash"], self.hash_of(22))
        self.assertEqual(self.get("key 1", "--under", "21")["text"], "value 1 at 20")
        self.assertEqual(self.get("key 2")["record"], "present")
        for args in (("key 2", "--under", "21"), ("nothing",), ("a",)):
            o = self.get(*args, code=kit.NO)
            self.assertEqual(o["record"], "absent")
            self.assertNotIn("value", o)
        self.assertEqual(self.ok_json("light", "get", "--store", "light.db", b"key 1".hex())["text"], "value 1 at 21")

    def test_no_answer_passes_unproven(self):
        for change in ((b'"value": "', b'"value": "AA'), (b'"ics23:iavl"', b'"ics23:simple"'), (b'"key": "', b'"key": "AAAA'),
                       (b'"proofOps"', b'"proofs"')):
            _, url = self.node(lambda m, t: t.replace(*change, 1) if m == "abci_query" else t)
            self.refuse(kit.UNAVAILABLE, "light", "get", "--store", "light.db", "--source", url, "--text", "key 1", "--wait", "0",
                        says="no source could help")
        for old, new in (("key 1", "nothing"), ("nothing", "key 1")):  # the proof of another key, and absence for a record
            ours = next(p for p in self.chain["proofs"] if p["key_hex"] == old.encode().hex() and p["height"] == "21")
            theirs = next(p for p in self.chain["proofs"] if p["key_hex"] == new.encode().hex() and p["height"] == "21")
            kept = ours["answer"]
            ours["answer"] = {"response": {**theirs["answer"]["response"], "key": kept["response"]["key"]}}
            _, url = self.node()
            self.refuse(kit.UNAVAILABLE, "light", "get", "--store", "light.db", "--source", url, "--text", old, "--wait", "0",
                        says="does not verify")
            ours["answer"] = kept

    def test_mistakes(self):
        self.refuse(kit.USAGE, "light", "get", "--store", "light.db", "xyz", says="hex digits")
        self.refuse(kit.USAGE, "light", "get", "--store", "light.db", "", says="1 to")
        self.refuse(kit.USAGE, "light", "get", "--store", "light.db", "--contract", "wasm1qqqq", "00", says="contract's address")


if __name__ == "__main__":
    kit.main()
