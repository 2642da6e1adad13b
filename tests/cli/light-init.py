"""unrug light init: one anchor, kept for good, replaced by later ones only."""
import kit
import light_kit


class Init(light_kit.Case):
    def args(self, height, hash, *more):
        return ("light", "init", "--store", "light.db", "--chain", light_kit.CHAIN, "--height", str(height), "--hash", hash, *more)

    def test_once_and_the_same_again(self):
        for _ in range(2):
            o = self.ok_json(*self.args(3, self.hash))
            self.assertEqual((o["chain"], o["height"], o["hash"], o["trusting_days"]), (light_kit.CHAIN, 3, self.hash, 14))
        o = self.refuse(kit.REFUSED, *self.args(3, "0" * 64), says="an anchor already")
        self.assertIn("--renew", o.errors)

    def test_renewing_goes_up_only(self):
        self.ok(*self.args(9, self.hash_of(9)))
        self.refuse(kit.REFUSED, *self.args(9, self.hash_of(9), "--renew"), says="must lie above height 9")
        self.refuse(kit.REFUSED, *self.args(4, self.hash_of(4), "--renew"), says="must lie above height 9")
        self.ok(*self.args(20, self.hash_of(20), "--renew"))
        self.assertEqual(self.ok_json("light", "status", "--store", "light.db")["anchor"]["height"], 20)

    def test_another_chain_needs_another_store(self):
        self.init()
        args = list(self.args(20, self.hash, "--renew"))
        args[args.index("--chain") + 1] = "dev-other"
        self.refuse(kit.REFUSED, *args, says="a store of its own")

    def test_mistakes(self):
        self.refuse(kit.USAGE, *self.args(3, "12"), says="64 hex digits")
        self.refuse(kit.USAGE, *self.args(3, self.hash, "--renew"), says="no trust store")
        self.refuse(kit.USAGE, *self.args(3, self.hash, "--source", "nothing.json"), says="nothing.json")
        self.refuse(kit.USAGE, *self.args(3, self.hash, "--source", "http://example.org/"), says="http")
        args = list(self.args(3, self.hash))
        args[args.index("--chain") + 1] = "a/b"
        self.refuse(kit.USAGE, *args, says="chain id")
        self.write("text", "not a database, " * 100)
        args = ["text" if a == "light.db" else a for a in self.args(3, self.hash)]
        self.refuse(kit.INPUT, *args, says="trust store")


if __name__ == "__main__":
    kit.main()
