"""unrug tibe check"""
import json

import kit
import tibe_kit

CHECK = ("tibe", "check", "--id", "friday")
COMMITMENTS = ("--commitments", "committee/commitments")
MPK = ("--mpk", "committee/mpk")


class Check(tibe_kit.Case):
    def verdicts(self, *args, code, **kw):
        o = self.run_unrug(*CHECK, *args, "--json", code=code, **kw)
        self.assertEqual(o.err, b"")
        return [(s["index"], s["verdict"]) for s in o.json["shares"]]

    def test_all_good(self):
        o = self.ok(*CHECK, *COMMITMENTS, "friday.1", "friday.4", self.share(2))
        self.assertIn("good:     3", o.text)
        j = self.ok_json(*CHECK, *COMMITMENTS, *MPK, "friday.1", "friday.4", self.share(2))
        self.assertEqual(j, {"bad": 0, "good": 3, "identity": "friday", "identity_hex": "667269646179", "threshold": 3, "shares": [
            {"file": "friday.1", "good": True, "index": 1, "line": 1, "verdict": "good"},
            {"file": "friday.4", "good": True, "index": 4, "line": 1, "verdict": "good"},
            {"good": True, "index": 2, "verdict": "good"}]})

    def test_many_in_one_file_and_stdin(self):
        all_of_them = "\n\n".join(self.share(i) for i in range(1, 6)) + "\r\n"
        self.write("all", all_of_them)
        self.assertEqual(self.ok_json(*CHECK, *COMMITMENTS, "all")["good"], 5)
        self.assertEqual(self.ok_json(*CHECK, *COMMITMENTS, "-", stdin=all_of_them)["good"], 5)

    def test_every_bad_one_is_named(self):
        outside = self.not_a_point(192)
        args = [self.share(1), self.wrong_share(2, 3), self.share(3), self.wrong_share(4, 5), "5:" + outside, "6" + self.share(1)[1:]]
        self.assertEqual(self.verdicts(*COMMITMENTS, *args, code=kit.NO),
                         [(1, "good"), (2, "does not verify"), (3, "good"), (4, "does not verify"),
                          (5, "no point of the right group"), (6, "no such member")])
        o = self.run_unrug(*CHECK, *COMMITMENTS, *args, code=kit.NO)
        self.assertEqual((o.err, "bad:      4" in o.text), (b"", True))

    def test_hundreds(self):
        self.ok("tibe", "deal", "-n", "200", "-t", "5", "-o", "big")
        share = self.ok("tibe", "extract", "-s", "big/share-7", "-i", "friday").text.strip()
        lines = [f"{i}:{share.split(':')[1]}" for i in range(1, 201)]
        self.write("many", "\n".join(lines * 3))
        j = self.run_unrug(*CHECK, "--commitments", "big/commitments", "many", "--json", code=kit.NO).json
        self.assertEqual((j["good"], j["bad"]), (3, 597))

    def test_other_identity(self):
        j = self.run_unrug("tibe", "check", "-i", "Friday", *COMMITMENTS, "friday.1", "friday.2", "--json", code=kit.NO).json
        self.assertEqual((j["good"], j["bad"]), (0, 2))

    def test_whole_key(self):
        self.assertEqual(self.verdicts(*MPK, "friday.key", code=kit.YES), [(None, "good")])
        self.assertEqual(self.verdicts(*MPK, self.read_text("friday.key"), code=kit.YES), [(None, "good")])
        self.assertEqual(self.verdicts(*MPK, self.share(1)[2:], code=kit.NO), [(None, "does not verify")])
        self.assertEqual(self.verdicts(*MPK, self.not_a_point(192), code=kit.NO), [(None, "no point of the right group")])
        self.assertEqual(self.verdicts(*MPK, *COMMITMENTS, "friday.key", "friday.1", code=kit.YES), [(None, "good"), (1, "good")])

    def test_drand_round(self):
        args = ("tibe", "check", "--mpk", tibe_kit.DRAND_MPK, tibe_kit.DRAND_SIGNATURE)
        self.ok(*args, "--round", "1")
        self.run_unrug(*args, "--round", "2", code=kit.NO)

    def test_commitments_as_json(self):
        lines = self.read_text("committee/commitments").splitlines()
        for text in (lines, {"commitments": lines}, {"active_commitments": {"commitments": lines}, "queued_commitments": None}):
            self.write("json", json.dumps(text, indent=1))
            self.ok(*CHECK, "--commitments", "json", "friday.1", "friday.5")
        for text, says in (('{"commitments":[]}', "no commitments in it"), ("[1]", "commitment 1: not the 96 hex digits"), ("[", "malformed JSON"),
                           ("{}", "no commitments in it"), ('["%s"]' % self.not_a_point(96), "commitment 1: no point")):
            self.write("json", text)
            self.refuse(kit.INPUT, *CHECK, "--commitments", "json", "friday.1", says=says)

    def test_refusals(self):
        self.refuse(kit.USAGE, *CHECK, "friday.1", says="missing: --commitments FILE for shares, or --mpk")
        self.refuse(kit.USAGE, *CHECK, *COMMITMENTS, says="missing: SHARE")
        self.refuse(kit.USAGE, *CHECK, *COMMITMENTS, "friday.key", says="against --mpk, which is missing")
        self.refuse(kit.USAGE, *CHECK, *MPK, "friday.1", says="against --commitments, which is missing")
        self.refuse(kit.USAGE, *CHECK, *COMMITMENTS, "nowhere", says="nowhere")
        self.refuse(kit.USAGE, *CHECK, "--commitments", "nowhere", "friday.1", says="nowhere")
        self.write("junk", self.share(1) + "\nhello\n")
        self.refuse(kit.INPUT, *CHECK, *COMMITMENTS, "junk", says="junk, line 2: neither a share")
        self.write("empty", "\n")
        self.refuse(kit.INPUT, *CHECK, *COMMITMENTS, "empty", says="no shares in it")
        self.refuse(kit.INPUT, *CHECK, "--commitments", "empty", "friday.1", says="no commitments in it")
        self.refuse(kit.INPUT, *CHECK, "--commitments", "friday.1", "friday.1", says="friday.1, line 1: not the 96 hex digits")
        self.write("bad", self.read_text("committee/mpk") + "\n" + self.not_a_point(96))
        self.refuse(kit.INPUT, *CHECK, "--commitments", "bad", "friday.1", says="bad, line 2: no point")
        self.write("long", (self.read_text("committee/mpk") + "\n") * 1025)
        self.refuse(kit.INPUT, *CHECK, "--commitments", "long", "friday.1", says="more than 1024")
        self.another_committee()
        self.refuse(kit.REFUSED, *CHECK, "--mpk", "other/mpk", *COMMITMENTS, "friday.1", says="do not belong to this master public key")

    def test_hostile_file_name_is_made_printable(self):
        name = "evil\x1b[31m\u202e"
        self.write(name, self.share(1))
        text = self.ok(*CHECK, *COMMITMENTS, name).text
        self.assertIn("evil\\x1b[31m\\xe2\\x80\\xae", text)


if __name__ == "__main__":
    kit.main()
