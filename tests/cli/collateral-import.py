"""unrug collateral import"""
import evidence_kit
import kit
from evidence_kit import NOW


class Import(evidence_kit.Case):
    ARGS = ("collateral", "import", "--cache", "db", "--root", "root.der", "--time", NOW)

    def test_sets_and_folders(self):
        self.set("a")
        self.set("b", "sgx")
        self.assertEqual(self.ok_json(*self.ARGS, "a", "b"), {"added": 7, "known": 1, "older": 0})
        self.ok("collateral", "export", "-c", "db", "out")
        self.assertEqual(self.ok_json(*self.ARGS, "out"), {"added": 0, "known": 7, "older": 0})

    def test_it_never_goes_back(self):
        self.ok(*self.ARGS, self.set("a", "tdx evaluation=21 pck-crl.number=9"))
        o = self.run_unrug(*self.ARGS, self.set("b"))
        self.assertIn("3 were older", o.errors)
        self.assertIn("older: 3", o.text)
        j = self.ok_json("collateral", "show", "-t", NOW, "db")
        self.assertEqual({d["document"]: d["number"] for d in j["documents"]},
                         {"root CRL": 7, "PCK CRL of the platform CA": 9, "QE identity tdx": 21, "TCB info tdx-7E57FEED0000": 21})

    def test_signatures_come_first(self):
        self.set("a", "tdx tcb+:/OutOfDate/UpToDate/")
        o = self.run_unrug(*self.ARGS, "a", code=kit.NO)
        self.assertIn("a: TCB info: its signature does not verify", o.errors)
        self.set("b")
        o = self.run_unrug("collateral", "import", "-c", "intel", "b", code=kit.NO)
        self.assertIn("root CRL: its signature does not verify", o.errors)

    def test_other_files(self):
        o = self.run_unrug(*self.ARGS, self.write("x", "hello"), code=kit.INPUT)
        self.assertIn("x: this is not a set of collateral", o.errors)
        self.set("a")
        o = self.run_unrug("collateral", "import", "-c", "a", "a", code=kit.INPUT)
        self.assertIn("collateral cache", o.errors)


kit.main()
