"""unrug contract info: what a contract is made of."""
import chain_kit
import kit


class Info(chain_kit.Case):
    def test_info(self):
        made = self.deploy()
        o = self.ok_json("contract", "info", made["contract"])
        self.assertEqual((o["code"], o["checksum"], o["creator"], o["admin"], o["label"]),
                         (made["code"], made["checksum"], chain_kit.ALICE, None, "unrug"))
        self.assertGreater(o["created"], 2)
        self.assertIn(made["checksum"], self.ok("contract", "info", made["contract"]).text)

    def test_what_is_none(self):
        self.refuse(kit.NO, "contract", "info", chain_kit.ALICE, says="no such contract")
        self.refuse(kit.USAGE, "contract", "info", "x", says="CONTRACT takes an address")


if __name__ == "__main__":
    kit.main()
