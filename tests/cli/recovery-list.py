"""unrug recovery list."""
import contract_kit
import kit


class List(contract_kit.Case):
    def test_list(self):
        self.can(requests={"key": "Tg==", "requests": [contract_kit.REQUEST, {**contract_kit.REQUEST, "request": 4}]})
        self.assertEqual([(r["request"], r["kind"]) for r in self.ok_json("recovery", "list", "7")["requests"]], [(3, "tee"), (4, "tee")])

    def test_what_is_none(self):
        self.refuse(kit.NO, "recovery", "list", "7", says="no_vault")


if __name__ == "__main__":
    kit.main()
