"""unrug devnet accounts: the funded ones, and what they have now."""
import devnet_kit
import kit


class Accounts(devnet_kit.Case):
    def test_table_and_words(self):
        d = self.devnet("--accounts", "3", "--amount", "5")
        o = self.ok_json("devnet", "accounts", "--node", d.url)
        self.assertEqual(o["words"], "test " * 11 + "junk")
        self.assertEqual([(a["amount"], a["path"]) for a in o["accounts"]], [("5", f"m/44'/118'/0'/0/{i}") for i in range(3)])
        self.assertEqual([a["address"] for a in o["accounts"]], d.ready["accounts"])
        self.assertEqual(o["accounts"][0]["address"], "wasm15yk64u7zc9g9k2yr2wmzeva5qgwxps6yvw76s4")  # as CosmJS derives it
        self.assertIn(d.ready["accounts"][2], self.ok("devnet", "accounts", "--node", d.url).text)

    def test_prefix(self):
        d = self.devnet("--prefix", "fairy", "--accounts", "1")
        self.assertTrue(d.ready["accounts"][0].startswith("fairy1"))


if __name__ == "__main__":
    kit.main()
