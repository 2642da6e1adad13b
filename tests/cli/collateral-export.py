"""unrug collateral export"""
import evidence_kit
import kit
from evidence_kit import NOW


class Export(evidence_kit.Case):
    def setUp(self):
        super().setUp()
        self.ok("collateral", "import", "-c", "db", "--root", "root.der", "-t", NOW, self.set("a"))

    def test_a_folder(self):
        j = self.ok_json("collateral", "export", "-c", "db", "out")
        self.assertEqual(j, {"documents": 4, "folder": "out"})
        names = [f for f in self.files() if f.startswith("out/")]
        self.assertEqual(names, ["out/pck-platform.crl", "out/pck-platform.pem", "out/qe-tdx.json", "out/qe-tdx.pem", "out/root.crl",
                                 "out/tcb-tdx-7E57FEED0000.json", "out/tcb-tdx-7E57FEED0000.pem"])
        self.ok("collateral", "export", "-c", "db", "out")

    def test_several_roots(self):
        self.ok("tee", "sim", "init", "sim")
        self.ok("collateral", "import", "-c", "db", "--root", "sim/root.pem", "sim/collateral.json")
        o = self.run_unrug("collateral", "export", "-c", "db", "out", code=kit.REFUSED)
        self.assertIn("several roots; say which with --root", o.errors)
        self.assertEqual(self.ok_json("collateral", "export", "-c", "db", "--root", "sim/root.pem", "out2")["documents"], 4)
        self.assertIn("out2/tcb-tdx-53494D000000.json", self.files())

    def test_no_cache(self):
        self.refuse(kit.USAGE, "collateral", "export", "-c", "nowhere", "out", says="nowhere")


kit.main()
