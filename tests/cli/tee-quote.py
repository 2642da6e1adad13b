"""unrug tee quote"""
import kit

RD = "0123456789abcdef" * 8


class Quote(kit.Case):
    def test_from_the_simulator(self):
        self.ok("tee", "sim", "init", "sim")
        o = self.run_unrug("tee", "quote", "--sim", "sim", "--report-data", RD, "-o", "q")
        self.assertIn("SIMULATOR: this quote proves nothing", o.errors)
        self.assertIn("hardware: no", o.text)
        self.assertEqual(self.ok_json("quote", "show", "q")["body"]["report_data"], RD)
        self.assertEqual(len(self.run_unrug("tee", "quote", "--sim", "sim", "-r", RD).out), len(self.read("q")))
        self.refuse(kit.REFUSED, "tee", "quote", "--sim", "sim", "-r", RD, "-o", "q", says="q")

    def test_nothing_to_make_it_with(self):
        self.refuse(kit.NO, "tee", "quote", "-r", RD, "--configfs", "nowhere", says="no TEE found: dstack (")
        self.refuse(kit.NO, "tee", "quote", "-r", RD, "--backend", "configfs", "--configfs", "nowhere", says="TEE backend configfs (nowhere)")
        self.refuse(kit.USAGE, "tee", "quote", "-r", RD, "--backend", "sgx", says="'sgx' is no TEE backend")
        self.refuse(kit.USAGE, "tee", "quote", "-r", RD, "--backend", "sim", says="needs the folder")
        self.refuse(kit.NO, "tee", "quote", "-r", RD, "--sim", "nowhere", says="no simulator here")
        for bad in ("", "00", RD + "00", "zz" * 64):
            self.refuse(kit.USAGE, "tee", "quote", "-r", bad, says="exactly 128 hex digits")


kit.main()
