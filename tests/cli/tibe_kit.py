"""A committee of five, any three of whom are enough, for the tests of the tibe commands; and what others made."""
import itertools
import os
import shutil
import subprocess
import tempfile

import kit

MEMBERS, THRESHOLD = 5, 3
COMMITTEE = ("--mpk", "committee/mpk", "--commitments", "committee/commitments")

# drand, network "testnet-unchained-3s", round 1 (drand/tlock-js, test/age/compatibility.test.ts)
DRAND_CHAIN = "7672797f548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf"
DRAND_MPK = ("8200fc249deb0148eb918d6e213980c5d01acd7fc251900d9260136da3b54836"
             "ce125172399ddc69c4e3e11429b62c11")
DRAND_SIGNATURE = ("86ecea71376e78abd19aaf0ad52f462a6483626563b1023bd04815a7b953da888c74f5bf6ee672a5688603ab31002623"
                   "0522898f33f23a7de363c66f90ffd49ec77ebf7f6c1478a9ecd6e714b4d532ab43d044da0a16fed13b4791d7fc999e2b")
DRAND_FILE = """-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHRsb2NrIDEgNzY3Mjc5N2Y1NDhmM2Y0
NzQ4YWM0YmYzMzUyZmM2YzZiNjQ2OGM5YWQ0MGFkNDU2YTM5NzU0NWM2ZTJkZjVi
ZgpzditiV09ZTGh1M3ZpeWtySGdVL0U0QWd1R2c0SGFvaDJjaUJhWTlsZEgzRVZO
eER3N0hUakxxejdoSHpqdjYxClVLaHh3VlZVNnJ5VmtpQ0JuZmVhRkVOanI0OFk3
bHFRSG9NSTJQTGg5RnMKLS0tIG9OdGUrMnRtVE40NHNLVjFZVnQ3dXJ6SWh5ZWtL
aU8wTE5SVUN1QmFxdnMKSV7e0ctoMEAfh1gqfl3qEFpZxEyO/vc7Se9iNR9BfpPo
HypjufJAgOSFJtWGfxQ=
-----END AGE ENCRYPTED FILE-----
"""
DRAND_TEXT = b"Hello dranders\n"


class Case(kit.Case):
    """self.dir holds committee/ (from `deal`), friday.1 to friday.5 and friday.key."""

    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.mkdtemp(prefix="unrug-committee-")
        cls.addClassCleanup(shutil.rmtree, cls.made, ignore_errors=True)

        def run(*args):
            return subprocess.run([kit.UNRUG, "tibe", *args], cwd=cls.made, check=True, capture_output=True).stdout

        run("deal", "--members", str(MEMBERS), "--threshold", str(THRESHOLD), "--out", "committee")
        for i in range(1, MEMBERS + 1):
            run("extract", "--share", f"committee/share-{i}", "--id", "friday", "-o", f"friday.{i}")
        run("combine", *COMMITTEE, "--id", "friday", "-o", "friday.key", "friday.1", "friday.2", "friday.3")

    def setUp(self):
        super().setUp()
        shutil.copytree(self.made, self.dir, dirs_exist_ok=True)

    def share(self, i):
        return self.read_text(f"friday.{i}")

    def wrong_share(self, i, of):
        """Member `of`'s share under index i: a point, but a wrong one."""
        return f"{i}:{self.share(of).split(':')[1]}"

    def another_committee(self, name="other"):
        self.ok("tibe", "deal", "--members", "5", "--threshold", "3", "--out", name)

    def subsets(self):
        return itertools.combinations(range(1, MEMBERS + 1), THRESHOLD)

    def not_a_point(self, digits):
        return "8" + "0" * (digits - 2) + "4" if digits == 96 else "c0" + "0" * (digits - 2)

    def mode(self, name):
        return os.stat(self.path(name)).st_mode & 0o7777
