"""unrug contract execute: a message, and what the contract says to it."""
import chain_kit
import kit


class Execute(chain_kit.Case):
    def test_refused_by_the_contract(self):
        contract = self.deploy()["contract"]
        self.refuse_by(kit.REFUSED, "alice", "contract", "execute", contract, '{"nothing":{}}', says="no message has this name")
        self.refuse_by(kit.REFUSED, "alice", "contract", "execute", contract, '{"nothing":{}}', "--gas", "1000000", says="failed in block")

    def test_mistakes(self):
        self.refuse_by(kit.INPUT, "alice", "contract", "execute", chain_kit.ALICE, "nothing", says="not JSON")
        self.refuse_by(kit.USAGE, "alice", "contract", "execute", chain_kit.ALICE, "{}", "--funds", "x", says="--funds")
        self.refuse_by(kit.REFUSED, "alice", "contract", "execute", chain_kit.ALICE, "{}", says="no such contract")


if __name__ == "__main__":
    kit.main()
