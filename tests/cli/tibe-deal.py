"""unrug tibe deal"""
import os
import re
import signal
import subprocess

import kit

DEAL = ("tibe", "deal")


class Deal(kit.Case):
    def deal(self, n, t, out="committee"):
        return self.ok_json(*DEAL, "--members", str(n), "--threshold", str(t), "--out", out)

    def test_files_and_their_modes(self):
        o = self.ok(*DEAL, "-n", "5", "-t", "3", "-o", "committee")
        self.assertIn("this machine alone", o.text)
        self.assertEqual(self.files(), sorted(f"committee/{f}" for f in
                                              ["mpk", "commitments"] + [f"share-{i}" for i in range(1, 6)]))
        for i in range(1, 6):
            self.assertEqual(os.stat(self.path(f"committee/share-{i}")).st_mode & 0o777, 0o600)
            self.assertRegex(self.read(f"committee/share-{i}").decode(), rf"^{i}:[0-9a-f]{{64}}\n$")
        self.assertEqual(os.stat(self.path("committee")).st_mode & 0o777, 0o700)
        self.assertRegex(self.read("committee/mpk").decode(), r"^[0-9a-f]{96}\n$")
        self.assertRegex(self.read("committee/commitments").decode(), r"^([0-9a-f]{96}\n){5}$")

    def test_json(self):
        j = self.deal(4, 2)
        self.assertEqual(j, {"folder": "committee", "members": 4, "threshold": 2, "single_machine": True,
                             "mpk": self.read_text("committee/mpk")})

    def test_shares_belong_to_commitments(self):
        self.deal(3, 2)
        lines = self.read_text("committee/commitments").splitlines()
        for i in range(1, 4):
            j = self.ok_json("tibe", "inspect", f"committee/share-{i}")
            self.assertEqual((j["index"], j["public_share"]), (i, lines[i - 1]))

    def test_each_deal_is_another(self):
        self.assertNotEqual(self.deal(2, 2, "a")["mpk"], self.deal(2, 2, "b")["mpk"])

    def test_smallest_and_largest(self):
        for n, t in ((1, 1), (256, 1), (256, 256)):
            self.deal(n, t, f"c-{n}-{t}")
            ids = [f"c-{n}-{t}/share-{i}" for i in range(1, t + 1)]
            shares = "".join(self.ok("tibe", "extract", "--share", s, "--id", "x").text for s in (ids if t < 9 else ids[:9]))
            self.write("shares", shares)
            j = self.ok_json("tibe", "check", "--mpk", f"c-{n}-{t}/mpk", "--commitments", f"c-{n}-{t}/commitments", "--id", "x", "shares")
            self.assertEqual(j["threshold"], t)

    def test_refusals(self):
        self.refuse(kit.USAGE, *DEAL, "-n", "3", "-t", "4", "-o", "c", says="nobody could ever make a key")
        self.refuse(kit.USAGE, *DEAL, "-n", "0", "-t", "1", "-o", "c", says="from 1 to 256, not '0'")
        self.refuse(kit.USAGE, *DEAL, "-n", "257", "-t", "1", "-o", "c", says="from 1 to 256, not '257'")
        self.refuse(kit.USAGE, *DEAL, "-n", "3", "-t", "2", says="missing: --out DIR")
        self.refuse(kit.USAGE, *DEAL, "-t", "2", "-o", "c", says="missing: --members N")
        self.refuse(kit.USAGE, *DEAL, "-n", "3", "-n", "3", "-t", "2", "-o", "c", says="given twice")
        self.refuse(kit.USAGE, *DEAL, "-n", "3", "--treshold", "2", "-o", "c", says="nearest is '--threshold'")
        self.refuse(kit.USAGE, *DEAL, "-n", "3", "-t", "2", "-o", "no/such/c", says="no/such/c")

    def test_what_exists_stays(self):
        self.write("file", "mine")
        self.refuse(kit.REFUSED, *DEAL, "-n", "3", "-t", "2", "-o", "file", says="file exists already")
        os.mkdir(self.path("full"))
        self.write("full/mine", "mine")
        self.refuse(kit.REFUSED, *DEAL, "-n", "3", "-t", "2", "-o", "full", says="exists already and is not empty")
        self.assertEqual(self.read_text("full/mine"), "mine")

    def test_empty_folder_and_slash(self):
        os.mkdir(self.path("empty"))
        self.deal(2, 1, "empty")
        self.deal(2, 1, "new/")
        self.deal(2, 1, self.path("absolute"))
        for name in ("empty", "new", "absolute"):
            self.assertEqual(sorted(os.listdir(self.path(name))), ["commitments", "mpk", "share-1", "share-2"])

    def test_interrupted_at_any_time(self):
        """All files or none, and no hidden ones."""
        for delay in range(0, 40, 3):
            p = subprocess.Popen([kit.UNRUG, *DEAL, "-n", "40", "-t", "20", "-o", "c"], cwd=self.dir, env=self.env,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                p.wait(delay / 1000)
            except subprocess.TimeoutExpired:
                p.send_signal(signal.SIGINT)
            p.wait()
            files = self.files()
            self.assertIn(len(files), (0, 42), files)
            self.assertTrue(all(re.match(r"c/", f) for f in files))
            self.assertEqual(set(os.listdir(self.dir)) - {"c"}, set())
            subprocess.run(["rm", "-rf", self.path("c")], check=True)


if __name__ == "__main__":
    kit.main()
