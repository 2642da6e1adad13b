"""unrug committee create: named members, whose keypers do the rest."""
import chain_kit
import contract_kit
import kit


class Create(contract_kit.Case):
    def test_create(self):
        o = self.committee("--phase-blocks", "7", "--drill-blocks", "50")
        self.assertEqual((o["committee"], o["sent"]["result"]), (1, "success"))
        self.assertEqual(self.committee()["committee"], 2)
        shown = self.ok_json("committee", "show", "1")
        self.assertEqual((shown["drill_interval_blocks"], shown["creator"]), (50, chain_kit.ALICE))
        made = shown["pending_generation"]
        self.assertEqual(made["deal_until"] - made["join_until"], 7)
        self.assertIn("nothing was sent", self.committee("--dry-run")["sent"]["result"])

    def test_refused(self):
        for args, says in ((["--threshold", "1"], "threshold"), (["--threshold", "2", "--margin", "1"], "margin")):
            o = self.refuse_by(kit.REFUSED, "alice", "committee", "create", "--member", chain_kit.ALICE, "--member",
                               chain_kit.BOB, *args, says="")
            self.assertIn(says, o.errors)
        self.write("demand.json", "{}")
        self.refuse_by(kit.REFUSED, "alice", "committee", "create", "--threshold", "1", "--member", chain_kit.ALICE, "--quote-demand", "demand.json",
                       says="")

    def test_mistakes(self):
        self.refuse_by(kit.USAGE, "alice", "committee", "create", "--threshold", "1", "--member", "x", says="--member")
        del self.env["UNRUG_CONTRACT"]
        self.refuse_by(kit.USAGE, "alice", "committee", "create", "--threshold", "1", "--member", chain_kit.ALICE, says="which contract")


if __name__ == "__main__":
    kit.main()
