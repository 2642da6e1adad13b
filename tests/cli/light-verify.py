"""unrug light verify: captured files, whole and changed."""
import glob
import json
import os
import random
import subprocess

import kit
import light_kit


class Verify(light_kit.Case):
    def test_whole(self):
        o = self.ok_json("light", "verify", "captured.json", "--hash", self.hash)
        self.assertEqual((o["headers"], o["present"], o["absent"], o["from"]["height"]), (7, 3, 5, 3))
        self.assertEqual(self.ok("light", "verify", "-", stdin=self.read("captured.json")).out,
                         self.ok("light", "verify", "captured.json").out)

    def test_captured_from_real_chains(self):
        files = glob.glob(os.path.join(self.vectors("ledger"), "*.json"))
        self.assertTrue(files, "no vectors")
        for path in files:
            with open(path) as f:
                file = json.load(f)
            o = self.ok_json("light", "verify", path)
            self.assertEqual(o["headers"], len(file["blocks"]))
            self.assertEqual(o["present"] + o["absent"], len(file["proofs"]))

    def test_is_made_by_its_generator(self):
        made = subprocess.run([os.path.join(kit.BIN, "../tests/capture")], capture_output=True, check=True).stdout
        self.assertEqual(made, self.read("captured.json"))

    def test_changed(self):
        whole, text = self.ok("light", "verify", "captured.json").out, self.read("captured.json")
        seed = int(os.environ.get("UNRUG_SEED", random.randrange(1 << 32)))
        print(f"UNRUG_SEED={seed}")
        rng = random.Random(seed)
        for _ in range(100):
            at = rng.randrange(len(text))
            changed = text[:at] + bytes([text[at] ^ 1 << rng.randrange(7)]) + text[at + 1:]
            p = subprocess.run([kit.UNRUG, "light", "verify", "-"], input=changed, capture_output=True)
            self.assertIn(p.returncode, (kit.YES, kit.NO, kit.INPUT), p.stderr)
            if p.returncode == kit.YES:  # a signature that was not needed, a blank, a member that means nothing
                self.assertEqual(p.stdout, whole)

    def test_mistakes(self):
        self.refuse(kit.NO, "light", "verify", "--hash", "0" * 64, "captured.json", says="another hash")
        self.refuse(kit.USAGE, "light", "verify", "--height", "5", "captured.json", says="no block of that height")
        self.refuse(kit.USAGE, "light", "verify", "nothing.json", says="nothing.json")
        self.write("empty.json", "{}")
        self.refuse(kit.INPUT, "light", "verify", "empty.json", says="blocks")
        self.write("text", "hello")
        self.refuse(kit.INPUT, "light", "verify", "text", says="no JSON")


if __name__ == "__main__":
    kit.main()
