"""unrug policy hash: the hash that identity strings carry."""
import hashlib
import json

import kit


class Hash(kit.Case):
    def setUp(self):
        super().setUp()
        with open(f"{kit.ROOT}/tests/cli/examples/policy/vault.json", "rb") as f:
            self.policy = f.read().rstrip(b"\n")

    def test_hash(self):
        want = hashlib.sha256(b"unrug/1/policy\0" + self.policy).hexdigest()
        for text in (self.policy, self.policy + b"\n"):
            self.write("p.json", text)
            self.assertEqual(self.ok("policy", "hash", "--dev-chain", "p.json").text, want + "\n")
        self.assertEqual(self.ok_json("policy", "hash", "--dev-chain", "p.json")["hash"], want)

    def test_refused(self):
        self.write("p.json", json.dumps(json.loads(self.policy)))
        self.refuse(kit.INPUT, "policy", "hash", "--dev-chain", "p.json", says="p.json")
        self.write("p.json", self.policy.replace(b'"version":1', b'"version":2'))
        self.refuse(kit.INPUT, "policy", "hash", "--dev-chain", "p.json", says="version")
        self.refuse(kit.USAGE, "policy", "hash", "nothing.json", says="nothing.json")


if __name__ == "__main__":
    kit.main()
