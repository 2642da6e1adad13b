"""unrug tee detect"""
import os

import kit


class Detect(kit.Case):
    def test_nothing_here(self):
        j = self.run_unrug("tee", "detect", "--configfs", "nowhere", "--json", code=kit.NO).json
        self.assertIsNone(j["backend"])
        self.assertEqual([(b["backend"], b["found"]) for b in j["looked_at"]], [("dstack", False), ("configfs", False)])
        self.assertEqual(j["looked_at"][1]["place"], "nowhere")
        self.assertIn("No TEE found.", self.run_unrug("tee", "detect", "--configfs", "nowhere", code=kit.NO).text)

    def test_a_report_folder(self):
        os.mkdir(self.path("report"))
        j = self.ok_json("tee", "detect", "--configfs", "report")
        self.assertEqual(j["backend"], "configfs")

    def test_the_simulator_is_never_found(self):
        self.ok("tee", "sim", "init", "sim")
        self.assertNotIn("sim", self.run_unrug("tee", "detect", "--configfs", "nowhere", code=kit.NO).text)


kit.main()
