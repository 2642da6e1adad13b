"""Every allocation, read, write, sync and naming of a file fails in turn, in whole runs of the program: each is noticed, by
one line and an exit code, and no file is there afterwards that was not there before."""
import os
import subprocess
import sys

import kit
import tibe_kit

LIBRARY = os.environ.get("UNRUG_FAULT_LIBRARY", os.path.join(os.path.dirname(kit.BIN), "tests/libcli_fault.so"))
RUNS = {
    "encrypt": ("encrypt", "-m", "committee/mpk", "-i", "friday", "-o", "out", "two-chunks"),
    "replace": ("encrypt", "-m", "committee/mpk", "-i", "friday", "-f", "-o", "old", "two-chunks"),
    "decrypt": ("decrypt", "-m", "committee/mpk", "-k", "friday.key", "-o", "out", "sealed"),
    "extract": ("extract", "-s", "committee/share-1", "-i", "friday", "-o", "out"),
    "check": ("check", "-m", "committee/mpk", "-c", "committee/commitments", "-i", "friday", "friday.1", "friday.2"),
    "combine": ("combine", *tibe_kit.COMMITTEE, "-i", "friday", "-o", "out", "friday.1", "friday.2", "friday.3"),
    "deal": ("deal", "-n", "3", "-t", "2", "-o", "out"),
    "inspect": ("inspect", "sealed"),
}


class Faults(tibe_kit.Case):
    def setUp(self):
        super().setUp()
        self.write("two-chunks", b"x" * 100000)
        self.write("old", b"old")
        self.ok("tibe", "encrypt", "-m", "committee/mpk", "-i", "friday", "-o", "sealed", "two-chunks")

    def fail_in_turn(self, name, kind, step=1):
        before, hit, times, k = self.files(), self.path("hit"), 0, 0
        while True:
            env = {**self.env, "LD_PRELOAD": LIBRARY, "UNRUG_FAULT": f"{kind}:{k}", "UNRUG_FAULT_HIT": hit}
            p = subprocess.run([kit.UNRUG, "tibe", *RUNS[name]], cwd=self.dir, env=env, capture_output=True)
            if not os.path.exists(hit):
                self.assertEqual(p.returncode, 0, p.stderr)
                subprocess.run(["rm", "-rf", self.path("out")], check=True)
                self.write("old", b"old")
                return times
            os.unlink(hit)
            where = f"{name}, {kind} {k}: exit code {p.returncode}, {p.stderr}"
            if p.returncode == 0:  # what failed was not needed
                self.assertEqual(kind, "memory", where)
                subprocess.run(["rm", "-rf", self.path("out")], check=True)
                self.write("old", b"old")
            else:
                self.assertIn(p.returncode, (kit.USAGE, kit.INPUT, kit.REFUSED, kit.UNAVAILABLE), where)
                self.assertTrue(p.stderr.startswith(b"unrug: "), where)
                late = b"could not be synced" in p.stderr  # then the whole file is there
                reported = kind == "memory" and os.path.exists(self.path("out"))  # all was done; telling it failed
                self.assertFalse([n for n in os.listdir(self.dir) if n.startswith(".unrug")], where)
                if not late and not reported:
                    self.assertEqual(self.files(), before, where)
                    self.assertEqual(self.read("old"), b"old", where)
                else:
                    subprocess.run(["rm", "-rf", self.path("out")], check=True)
                    self.write("old", b"old")
            times += 1
            k += step

    def test_all(self):
        for name in RUNS:
            told = [f"{kind} {self.fail_in_turn(name, kind)}" for kind in ("read", "write", "sync", "name")]
            told.append(f"memory {self.fail_in_turn(name, 'memory')}")
            print(f"{name}: {', '.join(told)}", file=sys.stderr)


if __name__ == "__main__":
    kit.main()
