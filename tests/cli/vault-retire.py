"""unrug vault retire: a statement signed by the instance, sent by whoever pays."""
import base64

import contract_kit
import kit


class Retire(contract_kit.Case):
    def say(self, code, says, *args):
        return self.refuse_by(code, "alice", "vault", "retire", "7", "--instance", "bob", "--instance-passphrase", "passphrase", *args, says=says)

    def test_says_it_in_form(self):
        self.say(kit.NO, "no_vault")
        key = base64.b64encode(bytes.fromhex(self.ok_json("key", "show", "bob")["public_key"])).decode()
        self.can(vault={**contract_kit.VAULT, "instance_key": key})
        self.say(kit.REFUSED, "no_vault")  # the contract itself: it read the statement, and has no such vault

    def test_another_key(self):
        self.can(vault=contract_kit.VAULT)
        self.say(kit.REFUSED, "another key")
        self.can(vault={**contract_kit.VAULT, "epoch": "2"})
        self.say(kit.INPUT, "malformed")


if __name__ == "__main__":
    kit.main()
