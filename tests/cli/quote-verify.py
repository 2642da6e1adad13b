"""unrug quote verify: exit codes, reasons, policy, event logs, and the three things that --collateral may name."""
import json
import os

import evidence_kit
import kit
from evidence_kit import NOW

MR_TD = "898dbafbc5577344ae112dbfbb312b4000f0882bec1a783fa2283d2678b8ecc50b7d5f139f1cfec4c050851a8de27513"


class Verify(evidence_kit.Case):
    def setUp(self):
        super().setUp()
        self.quote("q")
        self.set("c")

    def verify(self, *args, quote="q", collateral="c", time=NOW, root="root.der", code=kit.YES):
        roots = ("--root", root) if root else ()
        o = self.run_unrug("quote", "verify", "--collateral", collateral, *roots, "--time", time, quote, "--json", *args, code=code)
        self.assertEqual(o.err, b"")
        return o.json

    def policy(self, **changes):
        with open(os.path.join(kit.ROOT, "tests/cli/examples/quote/policy.json")) as f:
            p = json.load(f)
        p.update(changes)
        return self.write("p", json.dumps(p))

    def test_accepted(self):
        j = self.verify()
        self.assertEqual((j["verdict"], j["reason"], j["status"], j["advisories"]), ("accepted", None, "UpToDate", []))
        self.assertEqual(j["tcb_date"], "2025-08-13T00:00:00Z")
        self.assertEqual(j["facts"]["mr_td"], MR_TD)
        self.assertEqual(j["facts"]["fmspc"], "7e57feed0000")
        self.assertEqual((j["tcb"]["valid_from"], j["tcb"]["valid_until"]), ("2026-05-20T00:00:00Z", "2026-06-15T00:00:00Z"))
        text = self.ok("quote", "verify", "--collateral", "c", "--root", "root.der", "--time", NOW, "q").text
        self.assertTrue(text.startswith("verdict:  accepted\n"), text)
        self.assertIn("no policy was given", text)

    def test_statuses_and_advisories(self):
        self.set("c", "tdx tcb.status=OutOfDate tcb.advisory=TEST-SA-00100")
        j = self.verify()
        self.assertEqual((j["verdict"], j["status"], j["advisories"]), ("accepted", "OutOfDate", ["TEST-SA-00100"]))

    def test_what_each_exit_code_means(self):
        for quote, collateral, code, verdict, reason in (
                ("tdx4 out@184^01", "tdx", kit.NO, "does not verify", "QUOTE_SIGNATURE"),
                ("tdx4", "tdx pck-crl.revoked=4001", kit.NO, "does not verify", "PCK_REVOKED"),
                ("tdx4", "tdx tcb+:/OutOfDate/UpToDate/", kit.NO, "does not verify", "TCB_INFO_SIGNATURE"),
                ("tdx4 cut=1000", "tdx", kit.INPUT, "malformed", "FORMAT"),
                ("tdx4 out@0=06", "tdx", kit.INPUT, "malformed", "VERSION"),
                ("tdx4 sign@168=01", "tdx", kit.REFUSED, "refused", "DEBUG"),
                ("tdx4 sign@171=30", "tdx", kit.REFUSED, "refused", "TD_ATTR_MIGRATABLE"),
                ("tdx4", "tdx tcb.status=Revoked", kit.REFUSED, "refused", "TCB_REVOKED")):
            j = self.verify(quote=self.quote("q2", quote), collateral=self.set("c2", collateral), code=code)
            self.assertEqual((j["verdict"], j["reason"]), (verdict, reason))
            self.assertNotIn("reason: ", j["explanation"])

    def test_roots(self):
        self.assertEqual(self.verify(root=None, code=kit.NO)["reason"], "ROOT_UNTRUSTED")
        self.ok("tee", "sim", "init", "sim")
        self.assertEqual(self.verify(root="sim/root.pem", code=kit.NO)["reason"], "ROOT_UNTRUSTED")
        self.refuse(kit.INPUT, "quote", "verify", "--collateral", "c", "--root", "q", "q", says="not one root certificate")

    def test_what_is_stale_is_named(self):
        j = self.verify(time="1781481601", code=kit.NO)
        self.assertEqual(j["stale"], "root CRL: was good until 2026-06-15T00:00:00Z; fetch it anew")
        self.assertIn("is good from 2026-05-20T00:00:00Z", self.verify(time="1779235199", code=kit.NO)["stale"])

    def test_report_data(self):
        rd = self.verify()["facts"]["report_data"]
        self.verify("--report-data", rd)
        self.verify("--report-data", rd.upper())
        self.assertEqual(self.verify("--report-data", "00" * 64, code=kit.NO)["reason"], "REPORT_DATA")
        for bad in ("00", rd[:-2], rd + "00", "zz" * 64):
            self.refuse(kit.USAGE, "quote", "verify", "--collateral", "c", "--report-data", bad, "q", says="exactly 128 hex digits")

    def test_policy(self):
        self.verify("--policy", self.policy(), root=None)
        for change, reason in ((dict(evaluation_floor=21), "POLICY_EVALUATION"), (dict(platforms=["00" * 32]), "POLICY_PLATFORM")):
            j = self.verify("--policy", self.policy(**change), root=None, code=kit.REFUSED)
            self.assertEqual((j["verdict"], j["reason"], j["status"]), ("refused", reason, "UpToDate"))
        device = self.verify()["facts"]["device_id"]
        self.verify("--policy", self.policy(platforms=[device]), root=None)
        self.quote("q3", "tdx4 sign@184=00")
        self.assertEqual(self.verify("--policy", self.policy(), root=None, quote="q3", code=kit.REFUSED)["reason"], "POLICY_IMAGE")
        self.set("c3", "tdx tcb.status=OutOfDate")
        self.assertEqual(self.verify("--policy", self.policy(), root=None, collateral="c3", code=kit.REFUSED)["reason"], "POLICY_TCB_STATUS")
        aged = ("--policy", self.policy(quote_age=60))
        self.verify(*aged, "--made", str(int(NOW) - 60), root=None)
        for made in (str(int(NOW) - 61), str(int(NOW) + 1), None):
            made = () if made is None else ("--made", made)
            self.assertEqual(self.verify(*aged, *made, root=None, code=kit.REFUSED)["reason"], "POLICY_QUOTE_AGE")
        whole = self.write("whole", json.dumps({"other": 1, "tee": json.loads(self.read(self.policy()))}))
        self.verify("--policy", whole, root=None)
        self.refuse(kit.INPUT, "quote", "verify", "--collateral", "c", "--policy", self.policy(extra=1), "q", says="unknown field")

    def test_folder_and_cache(self):
        self.set("sgx", "sgx")
        self.quote("s", "sgx3")
        self.ok("collateral", "import", "-c", "db", "--root", "root.der", "-t", NOW, "c", "sgx")
        self.ok("collateral", "export", "-c", "db", "out")
        for place in ("db", "out"):
            for quote in ("q", "s"):
                self.assertEqual(self.verify(collateral=place, quote=quote)["verdict"], "accepted")
        self.ok("collateral", "import", "-c", "db2", "--root", "root.der", "-t", NOW, "c")
        self.refuse(kit.NO, "quote", "verify", "--collateral", "db2", "--root", "root.der", "-t", NOW, "s",
                    says="PCK CRL of the processor CA: not in the collateral at hand")

    def test_dstack(self):
        folder = os.path.join(self.vectors("attestation"), "dstack/synthetic")
        run = lambda case, *args, code=kit.YES: self.verify(
            "--event-log", os.path.join(folder, case, "event_log.json"), *args, quote=os.path.join(folder, case, "quote.bin"), code=code)
        compose = lambda case: ("--compose", os.path.join(folder, case, "app_compose.json"))
        j = run("d-p-plain", *compose("d-p-plain"))
        self.assertEqual((j["dstack"]["key_provider"], j["dstack"]["app_id"]), ("kms", "d375e174a771c2e4df96c7916189830943b9dab1"))
        self.assertEqual(run("d-n-compose-file", *compose("d-n-compose-file"), code=kit.NO)["reason"], "COMPOSE_HASH")
        self.assertEqual(run("d-n-reordered", code=kit.NO)["reason"], "RTMR_MISMATCH")
        self.assertEqual(run("d-n-key-provider-none", code=kit.REFUSED)["reason"], "KEY_PROVIDER")
        self.refuse(kit.USAGE, "quote", "verify", "--collateral", "c", "--compose", "c", "q", says="give --event-log as well")
        # A compose file cut to nothing is not the same as none.
        self.refuse(kit.INPUT, "quote", "verify", "--collateral", "c", "--root", "root.der", "--time", NOW, "--event-log",
                    os.path.join(folder, "d-n-compose-file", "event_log.json"), "--compose", self.write("nothing", ""),
                    os.path.join(folder, "d-n-compose-file", "quote.bin"), says="nothing is empty")

    def test_no_log_fits_an_enclave(self):
        self.set("sgx", "sgx")
        self.quote("s", "sgx3")
        self.verify(quote="s", collateral="sgx")
        for log, code, reason in (("[]", kit.NO, "MISSING_EVENT"), ("", kit.INPUT, "EVENT_LOG")):
            j = self.verify("--event-log", self.write("log", log), quote="s", collateral="sgx", code=code)
            self.assertEqual(j["reason"], reason)

    def test_malformed_quotes_need_no_collateral(self):
        os.mkdir(self.path("none"))
        for change, reason in (("cut=1000", "FORMAT"), ("out@0=06", "VERSION")):
            quote = self.quote("q4", "tdx4 " + change)
            self.assertEqual(self.verify(quote=quote, collateral="none", code=kit.INPUT)["reason"], reason)

    def test_collateral_that_is_none(self):
        self.refuse(kit.INPUT, "quote", "verify", "--collateral", self.write("n", "{}x"), "q", says="not a set of collateral")
        self.refuse(kit.USAGE, "quote", "verify", "--collateral", "nowhere", "q", says="nowhere")
        self.refuse(kit.USAGE, "quote", "verify", "q", says="collateral")


kit.main()
