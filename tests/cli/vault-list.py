"""unrug vault list: page by page."""
import contract_kit
import kit


class List(contract_kit.Case):
    def test_list(self):
        self.assertEqual(self.ok_json("vault", "list")["vaults"], [])

        def page(args):
            end = min(args["from"] + args["limit"], 121)
            return {"key": "Yw==", "next": end, "vaults": [{**contract_kit.VAULT, "vault": i} for i in range(args["from"], end)]}

        server = self.can(vaults=page)
        self.assertEqual([v["vault"] for v in self.ok_json("vault", "list")["vaults"]], list(range(1, 121)))
        self.assertEqual([a["from"] for _, a in server.asked], [1, 51, 101])
        self.assertEqual([v["vault"] for v in self.ok_json("vault", "list", "--start", "119")["vaults"]], [119, 120])

    def test_an_answer_that_never_ends(self):
        self.can(vaults={"key": "Yw==", "next": 1, "vaults": []})
        self.assertEqual(self.ok_json("vault", "list")["vaults"], [])


if __name__ == "__main__":
    kit.main()
