"""unrug committee list."""
import contract_kit
import kit


class List(contract_kit.Case):
    def test_list(self):
        self.assertEqual(self.ok_json("committee", "list")["committees"], [])
        self.committee()
        self.committee()
        self.assertEqual([(r["committee"], r["pending"]) for r in self.ok_json("committee", "list")["committees"]], [(1, 1), (2, 1)])

    def test_bad_answers(self):
        self.can(config={"next_committee": "x"})
        self.refuse(kit.INPUT, "committee", "list", says="how many committees")


if __name__ == "__main__":
    kit.main()
