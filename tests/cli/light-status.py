"""unrug light status: what is believed, and until when."""
import kit
import light_kit


class Status(light_kit.Case):
    def test_before_and_after(self):
        self.init("--source", "captured.json")
        o = self.ok_json("light", "status", "--store", "light.db")
        self.assertIsNone(o["newest"])
        self.assertEqual(o["anchor"], {"hash": self.hash, "height": 3, "trusting_days": 36500})
        self.assertEqual([s["address"] for s in o["sources"]], ["captured.json"])
        self.ok("light", "sync", "--store", "light.db")
        o = self.ok_json("light", "status", "--store", "light.db")
        self.assertEqual((o["newest"]["height"], o["newest"]["hash"]), (22, self.hash_of(22)))
        self.assertEqual(o["newest"]["usable"], "yes")
        self.assertTrue(o["newest"]["trusted_until"].startswith("2069-"))
        self.assertEqual((o["evidence"], o["fork"], o["headers"]), (0, "none seen", 2))

    def test_too_old(self):
        self.ok("light", "init", "--store", "light.db", "--chain", light_kit.CHAIN, "--height", "3", "--hash", self.hash)
        self.run_unrug("light", "sync", "--store", "light.db", "--source", "captured.json", "--height", "3")
        self.assertIn("a new anchor is needed", self.ok("light", "status", "--store", "light.db").text)

    def test_a_lie_is_kept(self):
        self.init()
        _, url = self.node(lambda m, t: t.replace(b'"data_hash": "', b'"data_hash": "00', 1) if m == "commit" else t)
        self.run_unrug("light", "sync", "--store", "light.db", "--source", url, "--wait", "0", code=kit.UNAVAILABLE)
        self.assertEqual(self.ok_json("light", "status", "--store", "light.db")["evidence"], 1)

    def test_mistakes(self):
        self.refuse(kit.USAGE, "light", "status", "--store", "light.db", says="no trust store")


if __name__ == "__main__":
    kit.main()
