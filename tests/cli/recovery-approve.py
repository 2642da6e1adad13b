"""unrug recovery approve."""
import chain_kit
import contract_kit
import kit


class Approve(contract_kit.Case):
    def test_is_in_form(self):
        self.refuse_by(kit.REFUSED, "alice", "recovery", "approve", "7", "3", chain_kit.BOB, says="no_request")

    def test_mistakes(self):
        self.refuse_by(kit.USAGE, "alice", "recovery", "approve", "7", "3", "bob", says="RECIPIENT takes an address")
        self.refuse_by(kit.USAGE, "alice", "recovery", "approve", "7", "x", chain_kit.BOB, says="REQUEST takes a number")


if __name__ == "__main__":
    kit.main()
