"""unrug recovery request."""
import chain_kit
import contract_kit
import kit


class Request(contract_kit.Case):
    def test_is_in_form(self):
        self.refuse_by(kit.REFUSED, "alice", "recovery", "request", "7", chain_kit.BOB, says="no_vault")
        self.refuse_by(kit.REFUSED, "alice", "recovery", "request", "7", chain_kit.BOB, "--key", "97" + "00" * 47, says="")

    def test_mistakes(self):
        self.refuse_by(kit.USAGE, "alice", "recovery", "request", "7", "bob", says="RECIPIENT takes an address")
        self.refuse_by(kit.USAGE, "alice", "recovery", "request", "x", chain_kit.BOB, says="VAULT takes a number")
        self.refuse_by(kit.USAGE, "alice", "recovery", "request", "7", chain_kit.BOB, "--key", "00", says="--key")


if __name__ == "__main__":
    kit.main()
