"""unrug policy check: the annotated example is right, and every kind of mistake is named."""
import json
import os
import re

import kit


class Check(kit.Case):
    def setUp(self):
        super().setUp()
        with open(os.path.join(kit.ROOT, "tests/cli/examples/policy/policy.json")) as f:
            self.good = json.load(f)

    def check(self, policy, says):
        self.refuse(kit.INPUT, "policy", "check", self.write("p", json.dumps(policy)), says=says)

    def test_good(self):
        j = self.run_unrug("policy", "check", self.write("p", json.dumps(self.good)), "--json").json
        self.assertEqual((j["roots"], j["production_roots"], j["images"], j["statuses"], j["platforms"]), (1, False, 1, ["UpToDate"], "any"))
        o = self.run_unrug("policy", "check", "p")
        self.assertIn("no hardware vendor's", o.errors)

    def test_doubts(self):
        image = self.good["images"][0]
        zeros = "0" * 96
        other = dict(image, mr_td=zeros[:-1] + "1")
        images = [dict(image, mr_td=zeros), dict(other, rtmr2=zeros), dict(other, td_attributes="0100001000000000")]
        images.sort(key=lambda i: json.dumps(i, sort_keys=True, separators=(",", ":")))
        o = self.run_unrug("policy", "check", self.write("p", json.dumps(dict(self.good, images=images), sort_keys=True, separators=(",", ":"))))
        for n, i in enumerate(images, 1):
            says = (f"image {n} matches nothing: no quote that verifies has such a mr_td" if i["mr_td"] == zeros else
                    f"image {n}: a rtmr2 of zeros" if i["rtmr2"] == zeros else
                    f"image {n} matches nothing: no quote that verifies has such a td_attributes")
            self.assertIn(says, o.errors)
        self.assertNotIn("matches nothing", self.run_unrug("policy", "check", self.write("p", json.dumps(self.good))).errors)

    def test_example_of_the_docs(self):
        with open(os.path.join(kit.ROOT, "docs/ATTESTATION.md")) as f:
            example = re.search(r"```json\n(.*?)```", f.read(), re.S).group(1)
        j = self.run_unrug("policy", "check", self.write("p", example), "--json").json
        self.assertEqual(j["production_roots"], True)

    def test_mistakes(self):
        for field in self.good:
            missing = dict(self.good)
            del missing[field]
            self.check(missing, field)
        self.check(dict(self.good, extra=1), "unknown field")
        self.check(dict(self.good, evaluation_floor=1.5), "evaluation_floor")
        self.check(dict(self.good, evaluation_floor="20"), "evaluation_floor")
        self.check(dict(self.good, roots=[]), "roots")
        self.check(dict(self.good, images=[]), "images")
        self.check(dict(self.good, platforms="all"), "platforms")
        self.check(dict(self.good, platforms=["11" * 32, "00" * 32]), "platforms")
        self.check(dict(self.good, tcb=dict(self.good["tcb"], statuses=["Revoked"])), "tcb")
        self.refuse(kit.INPUT, "policy", "check", self.write("p", '{"roots":[],"roots":[]}'), says="not JSON of the strict kind")
        self.refuse(kit.INPUT, "policy", "check", self.write("p", ""), says="not JSON")


kit.main()
