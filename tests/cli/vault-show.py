"""unrug vault show."""
import contract_kit
import kit


class Show(contract_kit.Case):
    def test_show(self):
        server = self.can(vault=contract_kit.VAULT)
        o = self.ok_json("vault", "show", "7")
        self.assertEqual(server.asked, [("vault", {"vault": 7})])
        self.assertEqual((o["vault"], o["state"], o["sequence"], o["silent"], o["secret"], o["heartbeat"]),
                         (7, "active", 9, False, None, "2026-06-01T00:00:00Z"))
        text = self.ok("vault", "show", "7").text
        self.assertRegex(text, r"heartbeat: +2026-06-01T00:00:00Z \(\d+ d( \d+ h)? ago\)")
        self.assertRegex(text, r"silent from: +2100-01-01T00:00:00Z \(in \d+ d( \d+ h)?\)")
        self.assertNotIn("\x1b", text)

    def test_what_is_none(self):
        self.refuse(kit.NO, "vault", "show", "1", says="no_vault")
        self.refuse(kit.USAGE, "vault", "show", "x", says="VAULT takes a number")


if __name__ == "__main__":
    kit.main()
