"""unrug policy show: spans of time as people say them."""
import kit


class Show(kit.Case):
    def setUp(self):
        super().setUp()
        with open(f"{kit.ROOT}/tests/cli/examples/policy/vault.json", "rb") as f:
            self.write("p.json", f.read())

    def test_show(self):
        o = self.ok_json("policy", "show", "--dev-chain", "p.json")
        self.assertEqual((o["period"], o["grace"], o["veto"], o["request_ttl"], o["quorum"], len(o["recovery_keys"])),
                         (3600, 10800, 86400, 691200, 1, 1))
        text = self.ok("policy", "show", "--dev-chain", "p.json").text
        for line in ("period: +1 h", "grace: +3 h", "veto: +1 d", "request ttl: +8 d"):
            self.assertRegex(text, line)

    def test_refused(self):
        self.write("p.json", self.read("p.json").replace(b'"veto":86400', b'"veto":-1'))
        self.refuse(kit.INPUT, "policy", "show", "--dev-chain", "p.json", says="veto")


if __name__ == "__main__":
    kit.main()
