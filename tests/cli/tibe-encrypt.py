"""unrug tibe encrypt"""
import base64
import os
import shutil
import signal
import subprocess
import time

import kit
import tibe_kit

ENCRYPT = ("tibe", "encrypt", "--mpk", "committee/mpk", "--id", "friday")
DECRYPT = ("tibe", "decrypt", "--mpk", "committee/mpk", "--key", "friday.key")
HEAD = b"age-encryption.org/v1\n-> distIBE\n"


class Encrypt(tibe_kit.Case):
    def opens_to(self, name, content):
        self.assertEqual(self.ok(*DECRYPT, name).out, content)

    def test_forms(self):
        binary = self.ok(*ENCRYPT, stdin=b"text").out
        self.assertTrue(binary.startswith(HEAD))
        self.assertEqual(len(binary), 266 + 4)
        armor = self.ok(*ENCRYPT, "--armor", stdin=b"text").text
        lines = armor.splitlines()
        self.assertEqual((lines[0], lines[-1]), ("-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"))
        self.assertTrue(base64.b64decode("".join(lines[1:-1]), validate=True).startswith(HEAD))
        text = self.ok(*ENCRYPT, "--hex", stdin=b"text").text
        self.assertTrue(bytes.fromhex(text.strip()).startswith(HEAD))
        for form in (binary, armor, text, text.strip().upper()):
            self.write("f", form)
            self.opens_to("f", b"text")

    def test_inputs_and_outputs(self):
        self.write("in", b"content")
        for args in (["in", "-o", "a"], ["-o", "b", "--", "in"], ["--out=c", "in"], ["-od", "in"], ["-ao", "e", "in"], ["--", "in"]):
            o = self.ok(*ENCRYPT, *args)
            if "--" == args[0]:
                self.write("f", o.out)
            else:
                self.assertEqual(o.out, b"")
        for name in "abcdef":
            self.opens_to(name, b"content")
        self.write("dash", self.ok(*ENCRYPT, "-", "-o", "-", stdin=b"content").out)
        self.opens_to("dash", b"content")

    def test_a_file_named_like_an_option(self):
        self.write("-x", b"content")
        self.ok(*ENCRYPT, "-o", "out", "--", "-x")
        self.opens_to("out", b"content")

    def test_master_key_forms(self):
        mpk = self.read_text("committee/mpk")
        self.write("raw", bytes.fromhex(mpk))
        self.write("upper", "\n " + mpk.upper() + "\r\n\n")
        self.write("json", '{"public_key": "%s", "period": 3}' % mpk)
        self.write("chain", '{"active_pubkey":{"public_key":"%s","expiry":"9"},"queued_pubkey":{"public_key":"00"}}' % mpk)
        for form in (mpk, mpk.upper(), "raw", "upper", "json", "chain"):
            self.write("f", self.ok("tibe", "encrypt", "-m", form, "-i", "friday", stdin=b"x").out)
            self.opens_to("f", b"x")
        self.write("f", self.ok("tibe", "encrypt", "-m", "-", "-i", "friday", "committee/commitments", stdin=mpk).out)
        self.opens_to("f", self.read("committee/commitments"))

    def test_two_files_differ(self):
        self.assertNotEqual(self.ok(*ENCRYPT, stdin=b"x").out, self.ok(*ENCRYPT, stdin=b"x").out)

    def test_json(self):
        self.write("in", b"content")
        self.assertEqual(self.ok_json(*ENCRYPT, "in", "--armor", "-o", "out"),
                         {"content_bytes": 7, "file": "out", "form": "armor", "identity": "friday", "identity_hex": "667269646179"})
        o = self.run_unrug(*ENCRYPT, "in", "--json", code=kit.USAGE)
        self.assertEqual(o.out, b"")
        self.assertIn(b"standard output is for the report", o.err)

    def test_existing_files(self):
        self.write("in", b"new")
        self.write("out", b"old", mode=0o640)
        self.refuse(kit.REFUSED, *ENCRYPT, "in", "-o", "out", says="exists already")
        self.assertEqual(self.read("out"), b"old")
        self.ok(*ENCRYPT, "in", "-o", "out", "--force")
        self.opens_to("out", b"new")
        self.assertEqual(self.mode("out"), 0o640)
        self.ok(*ENCRYPT, "in", "-f", "-o", "in")
        self.opens_to("in", b"new")

    def test_drand_file(self):
        self.write("out", self.ok("tibe", "encrypt", "-m", tibe_kit.DRAND_MPK, "--round", "1", "--chain", tibe_kit.DRAND_CHAIN, stdin=b"x").out)
        self.assertTrue(self.read("out").startswith(b"age-encryption.org/v1\n-> tlock 1 " + tibe_kit.DRAND_CHAIN.encode()))
        o = self.ok("tibe", "decrypt", "-m", tibe_kit.DRAND_MPK, "-k", tibe_kit.DRAND_SIGNATURE, "out")
        self.assertEqual(o.out, b"x")

    def test_refusals(self):
        self.write("in", b"x")
        mpk = self.read_text("committee/mpk")
        bad = ("tibe", "encrypt", "-i", "friday", "in", "-o", "out", "-m")
        self.refuse(kit.INPUT, *bad, mpk[:-1], says="--mpk: 95 hex digits; a master public key has 96")
        self.refuse(kit.INPUT, *bad, mpk + "00", says="98 hex digits")
        self.refuse(kit.INPUT, *bad, self.not_a_point(96), says="no point of the right group")
        self.refuse(kit.INPUT, *bad, "c0" + "00" * 47, says="no point of the right group")
        self.refuse(kit.USAGE, *bad, "nowhere", says="nowhere")
        self.refuse(kit.INPUT, *bad, "in", says="in: neither the 96 hex digits")
        self.write("j", '{"public_key":"00"}')
        self.refuse(kit.INPUT, *bad, "j", says="JSON without a master public key")
        self.refuse(kit.USAGE, *ENCRYPT, "nowhere", "-o", "out", says="nowhere")
        self.refuse(kit.USAGE, *ENCRYPT, "in", "-o", "no/out", says="no/out")
        self.refuse(kit.USAGE, *ENCRYPT, "committee", says="read committee: it is a folder")
        self.refuse(kit.REFUSED, *ENCRYPT, "in", "-o", "/dev/null", says="exists")
        self.refuse(kit.REFUSED, *ENCRYPT, "in", "-f", "-o", "committee", says="not a regular file")
        self.refuse(kit.USAGE, *ENCRYPT, "in", "more", says="unexpected argument 'more'")
        self.refuse(kit.USAGE, *ENCRYPT, "--armor", "--hex", "in", says="give only one of: --armor or --hex")
        self.refuse(kit.USAGE, *ENCRYPT, "--chain", "00", "in", says="--chain goes with --round")
        self.refuse(kit.USAGE, "tibe", "encrypt", "-m", mpk, "--round", "1", "in", says="needs the network's --chain")
        self.refuse(kit.USAGE, "tibe", "encrypt", "-m", mpk, "--round", "1", "--chain", "00", "in", says="64 hex digits")

    def test_stdout_that_does_not_take_it(self):
        for redirection, says in ((">/dev/full", "standard output"), (">&-", "standard output is closed")):
            p = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}', kit.UNRUG, *ENCRYPT, "committee/mpk"],
                               cwd=self.dir, env=self.env, capture_output=True, text=True)
            self.assertEqual(p.returncode, kit.UNAVAILABLE)
            self.assertIn(says, p.stderr)

    def test_stdin_that_is_closed(self):
        p = subprocess.run(["sh", "-c", 'exec "$0" "$@" <&-', kit.UNRUG, *ENCRYPT], cwd=self.dir, env=self.env, capture_output=True,
                           text=True)
        self.assertEqual((p.returncode, p.stdout), (kit.UNAVAILABLE, ""))
        self.assertIn("standard input is closed", p.stderr)

    def test_folder_without_permission(self):
        """As a user whom permissions bind."""
        if os.getuid() == 0:
            os.chown(self.dir, 65534, 65534)
        os.mkdir(self.path("ro"), 0o555)
        shutil.copy(kit.UNRUG, self.path("program"))
        drop = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
        p = subprocess.run([self.path("program"), "tibe", "encrypt", "-m", self.read_text("committee/mpk"), "-i", "x", "-o", "ro/out"], cwd=self.dir,
                           env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, **drop)
        self.assertEqual(p.returncode, kit.REFUSED, p.stderr)
        self.assertIn("write ro/out: Permission denied", p.stderr)

    def test_constant_memory(self):
        with open(self.path("big"), "wb") as f:
            f.truncate(96 << 20)
        p = subprocess.Popen([kit.UNRUG, *ENCRYPT, "big", "-o", "out"], cwd=self.dir, env=self.env)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(p.returncode, 0)
        self.assertLess(usage.ru_maxrss, 32 << 10, "KiB")
        self.assertEqual(os.path.getsize(self.path("out")), 266 + (96 << 20) + 16 * ((96 << 20) // 65536 - 1))


class Interrupted(tibe_kit.Case):
    def start(self):
        """A run that waits for more input, with a file half written."""
        p = subprocess.Popen([kit.UNRUG, *ENCRYPT, "-o", "out"], cwd=self.dir, env=self.env, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdin.write(b"x" * 300000)
        p.stdin.flush()
        time.sleep(0.3)
        return p

    def test_signals_leave_nothing(self):
        before = self.files()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            p = self.start()
            p.send_signal(sig)
            self.assertEqual(p.wait(timeout=10), -sig)
            p.communicate()
            self.assertEqual(self.files(), before)

    def test_what_was_there_stays(self):
        self.write("out", b"old")
        p = subprocess.Popen([kit.UNRUG, *ENCRYPT, "-f", "-o", "out"], cwd=self.dir, env=self.env, stdin=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        p.stdin.write(b"x" * 300000)
        p.stdin.flush()
        time.sleep(0.3)
        p.send_signal(signal.SIGINT)
        p.communicate()
        self.assertEqual((p.returncode, self.read("out")), (-signal.SIGINT, b"old"))

    def test_ignored_signals_stay_ignored(self):
        p = subprocess.Popen(["sh", "-c", 'trap "" HUP; exec "$0" "$@"', kit.UNRUG, *ENCRYPT, "-o", "out"], cwd=self.dir,
                             env=self.env, stdin=subprocess.PIPE)
        p.stdin.write(b"x")
        p.stdin.flush()
        time.sleep(0.3)
        p.send_signal(signal.SIGHUP)
        p.communicate()
        self.assertEqual((p.returncode, os.path.exists(self.path("out"))), (0, True))


class Terminal(tibe_kit.Case):
    def test_binary_does_not_go_to_a_terminal(self):
        code, screen = self.on_terminal(*ENCRYPT, "committee/mpk")
        self.assertEqual(code, kit.USAGE)
        self.assertIn(b"binary output does not go to a terminal", screen)
        self.assertNotIn(b"age-encryption", screen)
        code, screen = self.on_terminal(*ENCRYPT, "--armor", "committee/mpk")
        self.assertEqual((code, b"BEGIN AGE" in screen), (0, True))

    def test_typed_input(self):
        code, screen = self.on_terminal(*ENCRYPT, "-o", "out", feed=b"typed\n\x04")
        self.assertEqual(code, 0, screen)
        self.assertIn(b"reading from the terminal", screen)
        self.assertEqual(self.ok(*DECRYPT, "out").out, b"typed\n")

    def test_progress_after_a_second(self):
        os.mkfifo(self.path("slow"))
        feeder = subprocess.Popen(["sh", "-c", "for i in 1 2 3 4 5 6 7 8; do head -c 65536 /dev/zero; sleep 0.25; done > slow"], cwd=self.dir)
        code, screen = self.on_terminal(*ENCRYPT, "-o", "out", "slow")
        feeder.wait()
        self.assertEqual(code, 0)
        self.assertRegex(screen, rb"encrypting [0-9.]+ KiB, [0-9.]+ KiB/s")
        self.assertTrue(screen.endswith(b"\r\x1b[K"), "the bar is gone at the end")
        code, screen = self.on_terminal(*ENCRYPT, "-o", "fast", "committee/mpk")
        self.assertEqual((code, screen), (0, b""))


if __name__ == "__main__":
    kit.main()
