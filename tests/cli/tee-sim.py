"""unrug tee sim"""
import os

import kit

RD = "07" * 64


class Sim(kit.Case):
    def verify(self, folder, *args, code=kit.YES):
        self.ok("tee", "quote", "--sim", folder, "-r", RD, "-o", "q", "-f", "--json")
        return self.run_unrug("quote", "verify", "--collateral", f"{folder}/collateral.json", *args, "q", "--json", code=code).json

    def test_its_own_root_and_no_other(self):
        o = self.ok("tee", "sim", "init", "sim")
        self.assertIn("prove nothing", o.text)
        self.assertEqual(self.files(), ["sim/collateral.json", "sim/keys", "sim/measurements", "sim/root.pem"])
        self.assertEqual(os.stat(self.path("sim/keys")).st_mode & 0o777, 0o600)
        self.assertEqual(self.verify("sim", "--root", "sim/root.pem")["status"], "UpToDate")
        self.assertEqual(self.verify("sim", code=kit.NO)["reason"], "ROOT_UNTRUSTED")
        self.ok("tee", "sim", "init", "other")
        self.assertEqual(self.verify("sim", "--root", "other/root.pem", code=kit.NO)["reason"], "ROOT_UNTRUSTED")

    def test_renew(self):
        self.ok("tee", "sim", "init", "sim", "--days", "1", "--time", "1700000000")
        self.assertIn("was good until 2023-11-15", self.verify("sim", "--root", "sim/root.pem", code=kit.NO)["stale"])
        self.ok("tee", "sim", "renew", "sim", "--status", "OutOfDate", "--advisories", "INTEL-SA-00837,INTEL-SA-00960", "--evaluation", "17")
        j = self.verify("sim", "--root", "sim/root.pem")
        self.assertEqual((j["status"], j["advisories"], j["tcb"]["evaluation"]), ("OutOfDate", ["INTEL-SA-00837", "INTEL-SA-00960"], 17))
        self.ok("tee", "sim", "renew", "sim", "--status", "Revoked")
        self.assertEqual(self.verify("sim", "--root", "sim/root.pem", code=kit.REFUSED)["reason"], "TCB_REVOKED")

    def test_mistakes(self):
        self.ok("tee", "sim", "init", "sim")
        self.refuse(kit.REFUSED, "tee", "sim", "init", "sim", says="already there")
        self.refuse(kit.USAGE, "tee", "sim", "make", "sim2", says="neither init nor renew")
        self.refuse(kit.USAGE, "tee", "sim", "renew", "sim", "--status", "Fine", says="no TCB status")
        self.refuse(kit.NO, "tee", "sim", "renew", "nowhere", says="nowhere/keys")
        os.chmod(self.path("sim/keys"), 0o644)
        self.refuse(kit.REFUSED, "tee", "sim", "renew", "sim", says="sim/keys")


kit.main()
