"""unrug contract deploy: from a file to a contract without administrator."""
import hashlib

import chain_kit
import kit


class Deploy(chain_kit.Case):
    def test_store_and_instantiate(self):
        o = self.deploy()
        with open(chain_kit.WASM, "rb") as f:
            self.assertEqual(o["checksum"], hashlib.sha256(f.read()).hexdigest())
        self.assertEqual((o["code"], o["stored"]["result"], o["instantiated"]["result"]), (1, "success", "success"))
        # the address of a chain's first contract, which everybody who ever ran wasmd has seen
        self.assertEqual(o["contract"], "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d")
        again = self.by("bob", "contract", "deploy", "--label", "again", "--code", "1", "--msg", "{}")
        self.assertNotIn("stored", again)
        self.assertNotEqual(again["contract"], o["contract"])
        self.assertEqual(self.ok_json("contract", "info", again["contract"])["creator"], chain_kit.BOB)

    def test_salt(self):
        self.deploy()
        one = self.by("alice", "contract", "deploy", "--label", "x", "--code", "1", "--salt", "s")["contract"]
        two = self.by("bob", "contract", "deploy", "--label", "x", "--code", "1", "--salt", "s")["contract"]
        self.assertNotEqual(one, two)
        self.refuse_by(kit.REFUSED, "alice", "contract", "deploy", "--label", "x", "--code", "1", "--salt", "s", says="duplicate")

    def test_dry_run(self):
        o = self.by("alice", "contract", "deploy", "--label", "x", "--dry-run", chain_kit.WASM)
        self.assertIn("nothing was sent", o["stored"]["result"])
        self.assertNotIn("contract", o)
        self.refuse_by(kit.REFUSED, "alice", "contract", "deploy", "--label", "x", "--code", "1", says="no such code")

    def test_mistakes(self):
        self.refuse_by(kit.USAGE, "alice", "contract", "deploy", "--label", "x", says="either WASM")
        self.refuse_by(kit.USAGE, "alice", "contract", "deploy", "--label", "x", "--code", "1", chain_kit.WASM, says="either WASM")
        for label in ("", " x", "x" * 129):
            self.refuse_by(kit.USAGE, "alice", "contract", "deploy", "--label", label, "--code", "1", says="--label")
        self.refuse_by(kit.USAGE, "alice", "contract", "deploy", "--label", "x", "--code", "1", "--salt", "x" * 65, says="--salt")
        self.refuse_by(kit.INPUT, "alice", "contract", "deploy", "--label", "x", "--code", "1", "--msg", "{", says="not JSON")
        self.refuse_by(kit.USAGE, "alice", "contract", "deploy", "--label", "x", "nothing.wasm", says="nothing.wasm")
        self.write("junk.wasm", b"\0asm\1\0\0\0")
        self.refuse_by(kit.REFUSED, "alice", "contract", "deploy", "--label", "x", "junk.wasm", says="")


if __name__ == "__main__":
    kit.main()
