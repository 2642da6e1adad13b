"""unrug collateral show"""
import evidence_kit
import kit
from evidence_kit import NOW


class Show(evidence_kit.Case):
    ARGS = ("collateral", "show", "--root", "root.der")

    def test_set_cache_and_folder(self):
        self.set("a")
        self.ok("collateral", "import", "-c", "db", "--root", "root.der", "-t", NOW, "a")
        self.ok("collateral", "export", "-c", "db", "out")
        shown = [self.ok_json(*self.ARGS, "-t", NOW, path) for path in ("a", "db", "out")]
        self.assertEqual(shown[0], shown[1])
        self.assertEqual(shown[0], shown[2])
        self.assertEqual([d["document"] for d in shown[0]["documents"]],
                         ["root CRL", "PCK CRL of the platform CA", "QE identity tdx", "TCB info tdx-7E57FEED0000"])
        self.assertEqual({d["state"] for d in shown[0]["documents"]}, {"in force"})

    def test_stale(self):
        self.set("a")
        j = self.run_unrug(*self.ARGS, "-t", "1781500000", "a", "--json", code=kit.NO).json
        self.assertEqual([d["state"] for d in j["documents"]], ["expired", "expired", "in force", "in force"])
        self.assertEqual(j["documents"][0]["good_until"], "2026-06-15T00:00:00Z")
        j = self.run_unrug(*self.ARGS, "-t", "1779000000", "a", "--json", code=kit.NO).json
        self.assertEqual([d["state"] for d in j["documents"]], ["in force", "in force", "not yet in force", "not yet in force"])

    def test_what_does_not_verify(self):
        self.refuse(kit.NO, "collateral", "show", "-t", NOW, self.set("a"), says="does not verify")
        self.refuse(kit.USAGE, *self.ARGS, "nowhere", says="nowhere")


kit.main()
