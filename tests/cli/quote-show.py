"""unrug quote show"""
import evidence_kit
import kit


class Show(evidence_kit.Case):
    def test_every_version(self):
        for recipe, version, tee, kind in (("sgx3", 3, "SGX", "SGX enclave"), ("sgx4", 4, "SGX", "SGX enclave"), ("tdx4", 4, "TDX", "TD 1.0"),
                                           ("tdx5/2", 5, "TDX", "TD 1.0"), ("tdx5/3", 5, "TDX", "TD 1.5"),
                                           ("tdx5/4", 5, "TDX", "TD 1.5 extended")):
            j = self.ok_json("quote", "show", self.quote("q", recipe))
            self.assertEqual((j["version"], j["tee"], j["body_kind"]), (version, tee, kind))
            self.assertEqual(j["pck"]["fmspc"], "7e57feed0000")
            self.assertEqual(len(j["body"]["report_data"]), 128)
            self.assertEqual("tee_tcb_svn2" in j["body"], "TD 1.5" in kind)

    def test_bytes_hex_and_stdin(self):
        data = evidence_kit.make("quote", "tdx4")
        want = self.ok_json("quote", "show", self.write("q", data))
        for name, text in (("h", data.hex()), ("H", data.hex().upper() + "\n"), ("x", "0x" + data.hex() + "\r\n")):
            self.assertEqual(self.ok_json("quote", "show", self.write(name, text)), want)
        self.assertEqual(self.ok_json("quote", "show", "-", stdin=data), want)

    def test_it_says_that_nothing_was_verified(self):
        self.quote("q", "tdx4 out@646^01")
        self.assertIn("nothing of it was verified", self.ok("quote", "show", "q").text)

    def test_other_chains(self):
        self.assertEqual(self.ok_json("quote", "show", self.quote("q", "tdx4 type=1"))["certification_type"], 1)
        self.assertIn("fault", self.ok_json("quote", "show", self.quote("q", "tdx4 pck.no-sgx"))["pck"])

    def test_malformed(self):
        for recipe, reason in (("tdx4 cut=1000", "FORMAT"), ("tdx4 out@0=06", "VERSION"), ("tdx4 tail=0001", "TRAILING"),
                               ("tdx5/3 sign@50=48", "BODY_TYPE"), ("tdx4 sign@4=82", "TEE_TYPE")):
            self.refuse(kit.INPUT, "quote", "show", self.quote("q", recipe), says=f"({reason})")
        self.refuse(kit.INPUT, "quote", "show", self.write("q", b""), says="(FORMAT)")
        self.refuse(kit.INPUT, "quote", "show", self.write("q", bytes(200000)), says="quote")
        self.refuse(kit.USAGE, "quote", "show", "missing", says="missing")


kit.main()
