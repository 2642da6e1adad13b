"""unrug committee show."""
import chain_kit
import contract_kit
import kit


class Show(contract_kit.Case):
    def test_show(self):
        self.committee()
        o = self.ok_json("committee", "show", "1")
        self.assertEqual((o["committee"], o["current"], o["pending"], o["mpk"]), (1, 0, 1, None))
        g = o["pending_generation"]
        self.assertEqual((g["phase"], g["threshold"], [m["account"] for m in g["members"]]), ("joining", 2, [chain_kit.ALICE, chain_kit.BOB]))
        self.assertNotIn("current_generation", o)

    def test_what_is_none(self):
        self.refuse(kit.NO, "committee", "show", "1", says="no_committee")
        for bad in ("0", "x", "-1", "01", "18446744073709551616"):
            self.refuse(kit.USAGE, "committee", "show", "--", bad, says="COMMITTEE takes a number")


if __name__ == "__main__":
    kit.main()
