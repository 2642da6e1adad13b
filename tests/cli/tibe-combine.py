"""unrug tibe combine"""
import kit
import tibe_kit

COMBINE = ("tibe", "combine", *tibe_kit.COMMITTEE, "--id", "friday")


class Combine(tibe_kit.Case):
    def test_every_subset_gives_the_same_key(self):
        key = self.read_text("friday.key")
        for subset in self.subsets():
            self.assertEqual(self.ok(*COMBINE, *(f"friday.{i}" for i in reversed(subset))).text.strip(), key)
        self.assertEqual(self.ok(*COMBINE, *(self.share(i) for i in range(1, 6))).text.strip(), key)
        self.assertEqual(self.ok(*COMBINE, "-", stdin="\n".join(self.share(i) for i in (5, 3, 1))).text.strip(), key)

    def test_json(self):
        j = self.ok_json(*COMBINE, "friday.1", "friday.2", "friday.3")
        self.assertEqual(j, {"identity": "friday", "identity_hex": "667269646179", "key": self.read_text("friday.key"), "left_out": [],
                             "threshold": 3})

    def test_bad_shares_are_left_out_and_named(self):
        args = ["friday.1", self.wrong_share(2, 1), "friday.3", "4:" + self.not_a_point(192), "friday.5", "9" + self.share(1)[1:]]
        o = self.run_unrug(*COMBINE, *args)
        self.assertEqual(o.text.strip(), self.read_text("friday.key"))
        self.assertEqual(o.errors.splitlines(), ["unrug: share 2 left out: does not verify",
                                                 "unrug: share 4 left out: no point of the right group",
                                                 "unrug: share 9 left out: no such member"])
        j = self.ok_json(*COMBINE, *args)
        self.assertEqual([x["index"] for x in j["left_out"]], [2, 4, 9])

    def test_a_member_twice_counts_once(self):
        self.assertEqual(self.ok(*COMBINE, "friday.1", "friday.1", "friday.2", "friday.3").text.strip(), self.read_text("friday.key"))
        self.refuse(kit.REFUSED, *COMBINE, "friday.1", "friday.1", "friday.2", says="2 right shares, 3 needed")
        o = self.run_unrug(*COMBINE, self.wrong_share(1, 2), "friday.1", "friday.2", "friday.3")
        self.assertEqual(o.text.strip(), self.read_text("friday.key"))

    def test_too_few(self):
        self.refuse(kit.REFUSED, *COMBINE, "friday.1", says="1 right share, 3 needed")
        o = self.run_unrug(*COMBINE, "friday.1", "friday.2", self.wrong_share(3, 1), code=kit.REFUSED)
        self.assertIn("share 3 left out", o.errors)
        self.assertIn("2 right shares, 3 needed", o.errors)
        self.assertEqual(o.out, b"")
        o = self.run_unrug("tibe", "combine", *tibe_kit.COMMITTEE, "--id", "monday", "friday.1", "friday.2", "friday.3", "-o", "k", code=kit.REFUSED)
        self.assertIn("0 right shares", o.errors)
        self.assertNotIn("k", self.files())

    def test_out(self):
        self.ok(*COMBINE, "friday.1", "friday.2", "friday.3", "-o", "k")
        self.assertEqual((self.read("k"), self.mode("k")), (self.read("friday.key"), 0o600))
        self.refuse(kit.REFUSED, *COMBINE, "friday.1", "friday.2", "friday.3", "-o", "k", says="exists already")

    def test_refusals(self):
        three = ("friday.1", "friday.2", "friday.3")
        self.another_committee()
        self.refuse(kit.REFUSED, "tibe", "combine", "--mpk", "other/mpk", "-c", "committee/commitments", "-i", "friday", *three,
                    says="do not belong to this master public key")
        self.refuse(kit.INPUT, *COMBINE, "friday.key", *three, says="needs its index")
        self.refuse(kit.USAGE, *COMBINE, says="missing: SHARE")
        self.refuse(kit.USAGE, "tibe", "combine", "-c", "committee/commitments", "-i", "friday", *three, says="missing: --mpk")
        self.refuse(kit.USAGE, "tibe", "combine", "-m", "committee/mpk", "-i", "friday", *three, says="missing: --commitments")
        self.refuse(kit.INPUT, "tibe", "combine", "-m", "friday.key", "-c", "committee/commitments", "-i", "friday", *three,
                    says="192 hex digits; a master public key has 96")

    def test_threshold_equal_to_members(self):
        self.ok("tibe", "deal", "-n", "3", "-t", "3", "-o", "all")
        for i in (1, 2, 3):
            self.ok("tibe", "extract", "-s", f"all/share-{i}", "-i", "x", "-o", f"x.{i}")
        args = ("tibe", "combine", "-m", "all/mpk", "-c", "all/commitments", "-i", "x")
        self.ok(*args, "x.1", "x.2", "x.3")
        self.refuse(kit.REFUSED, *args, "x.1", "x.2", says="2 right shares, 3 needed")
        lines = self.read_text("all/commitments").splitlines()
        self.write("cut", "\n".join(lines[:2]))
        self.refuse(kit.REFUSED, "tibe", "combine", "-m", "all/mpk", "-c", "cut", "-i", "x", "x.1", "x.2", says="do not belong")


if __name__ == "__main__":
    kit.main()
