"""unrug vault create: as far as a committee is there to seal to."""
import contract_kit
import kit

KEY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"


class Create(contract_kit.Case):
    def setUp(self):
        super().setUp()
        with open(f"{kit.ROOT}/tests/cli/examples/policy/vault.json", "rb") as f:
            self.policy = f.read()
        self.write("vault.json", self.policy)

    def create(self, code, says, *args, policy="vault.json"):
        return self.refuse_by(code, "alice", "vault", "create", "--committee", "1", "--policy", policy, "--instance-key", KEY, "--label", "x", *args,
                              says=says)

    def test_needs_an_open_committee(self):
        self.create(kit.REFUSED, "no_committee")  # and not: malformed. The message is in form
        self.committee()
        self.create(kit.REFUSED, "not_open")

    def test_mistakes(self):
        self.write("bad.json", self.policy.replace(b'"period":3600', b'"period":"x"'))
        self.create(kit.INPUT, "period", policy="bad.json")
        self.write("spaced.json", self.policy.replace(b",", b", "))
        self.create(kit.INPUT, "spaced.json", policy="spaced.json")
        for key in ("", "05" * 33, KEY[:-2], "04" + KEY[2:]):
            self.refuse_by(kit.USAGE, "alice", "vault", "create", "--committee", "1", "--policy", "vault.json", "--instance-key", key,
                           "--label", "x", says="--instance-key")


if __name__ == "__main__":
    kit.main()
