"""The devnet proves what it says: CometBFT's own light client follows its headers, ICS23 in Go takes its proofs, and our view, which
has no other mode for it, says the same."""
import json
import os
import subprocess
import tempfile
import unittest

import light_kit
import net

DEVNET = os.path.join(os.path.dirname(light_kit.VIEW), "../bin/unrug-devnet")


class LightDevnet(unittest.TestCase):
    def setUp(self):
        devnet = net.child(DEVNET, "--listen", "127.0.0.1:0", "--block-ms", "100", "--amount", "777", "--json", stdout=subprocess.PIPE, text=True)
        self.addCleanup(devnet.stdout.close)
        self.addCleanup(devnet.wait)
        self.addCleanup(devnet.terminate)
        self.ready = json.loads(devnet.stdout.readline())
        self.node = net.Rpc(self.ready["rpc"])
        files = tempfile.TemporaryDirectory(prefix="unrug-devnet-")
        self.addCleanup(files.cleanup)
        net.until("some blocks", lambda: self.node.height() >= 4)
        self.pair = light_kit.Pair(self.ready["chain_id"], self.node, os.path.join(files.name, "light.db"), 2)
        self.addCleanup(self.pair.close)
        self.pair.use(self.node, self.node)  # CometBFT's client wants a witness

    def test_headers_and_records(self):
        net.until("more blocks", lambda: self.node.height() >= 30)
        for height in (3, 4, 30, 17):
            self.assertEqual(self.pair.sync(height).split()[:3], ["ok", str(height), self.node.block_hash(height)])
        key = light_kit.balance_key(self.ready["accounts"][1], self.ready["denom"])
        self.assertEqual(self.pair.get("bank", key, 30), b"777")
        self.assertIsNone(self.pair.get("bank", key[:-1], 30))
        for absent in (b"\x00", b"\x03" + bytes(40), b"\xff" * 40):
            self.assertIsNone(self.pair.get("bank", absent, 30))
        far = self.node.height() + 1000000
        self.assertTrue(self.pair.sync(far, wait_ms=0).startswith("no "))
        print(f"{self.pair.agreed} answers alike, {self.pair.outside} beyond Go's")


if __name__ == "__main__":
    unittest.main()
