"""unrug recovery show."""
import chain_kit
import contract_kit
import kit


class Show(contract_kit.Case):
    def test_show(self):
        server = self.can(request=contract_kit.REQUEST)
        o = self.ok_json("recovery", "show", "7", "3")
        self.assertEqual(server.asked, [("request", {"request": 3, "vault": 7})])
        self.assertEqual((o["request"], o["recipient"], o["approvals"], o["challenge"], o["votes"]), (3, chain_kit.BOB, 1, None, None))
        self.can(request={**contract_kit.REQUEST, "challenge": {"deadline": 20, "height": 9, "value": "AA=="}, "votes": {"count": 2, "generation": 1, "indices": [1, 3]}})
        o = self.ok_json("recovery", "show", "7", "3")
        self.assertEqual((o["challenge"]["deadline"], o["votes"]["count"]), (20, 2))

    def test_what_is_none(self):
        self.refuse(kit.NO, "recovery", "show", "7", "3", says="no_")


if __name__ == "__main__":
    kit.main()
