"""unrug tibe decrypt"""
import os
import random
import subprocess

import kit
import tibe_kit

ENCRYPT = ("tibe", "encrypt", "--mpk", "committee/mpk", "--id", "friday")
DECRYPT = ("tibe", "decrypt", "--mpk", "committee/mpk", "--key", "friday.key")
CHUNK = 65536


class Decrypt(tibe_kit.Case):
    def seal(self, content, *args, name="sealed"):
        self.write(name, self.ok(*ENCRYPT, *args, stdin=content).out)
        return self.read(name)

    def test_sizes_and_forms(self):
        for n in (0, 1, 6, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1 << 20):
            content = random.Random(n).randbytes(n)
            for form in ((), ("--armor",), ("--hex",)):
                sealed = self.seal(content, *form)
                self.assertEqual(self.ok(*DECRYPT, "sealed").out, content)
                self.assertEqual(self.ok(*DECRYPT, stdin=sealed).out, content)
                self.ok(*DECRYPT, "sealed", "-o", f"out{n}", "-f")
                self.assertEqual(self.read(f"out{n}"), content)

    def test_json(self):
        self.seal(b"content", "--hex")
        self.assertEqual(self.ok_json(*DECRYPT, "sealed", "-o", "out"), {"content_bytes": 7, "file": "out", "form": "hex"})
        self.assertEqual(self.mode("out"), 0o600)
        o = self.run_unrug(*DECRYPT, "sealed", "--json", code=kit.USAGE)
        self.assertIn(b"standard output is for the report", o.err)

    def test_key_forms(self):
        self.seal(b"content")
        key = self.read_text("friday.key")
        self.write("raw", bytes.fromhex(key))
        self.write("upper", key.upper() + "\r\n", mode=0o644)
        self.write("json", '{"round":1,"signature":"%s"}' % key)
        self.write("chain", '{"decryption_key":{"height":"7","data":"%s"}}' % key)
        for form in (key, "raw", "upper", "json", "chain"):
            self.assertEqual(self.ok("tibe", "decrypt", "-m", "committee/mpk", "-k", form, "sealed").out, b"content")
        self.assertEqual(self.ok("tibe", "decrypt", "-m", "committee/mpk", "-k", "-", "sealed", stdin=key).out, b"content")

    def test_wrong_key_or_identity(self):
        self.seal(b"content")
        o = self.refuse(kit.REFUSED, *DECRYPT, "--id", "monday", "sealed", "-o", "out", says="the key is not that identity's")
        self.ok(*DECRYPT, "--id", "friday", "sealed", "-o", "right")
        self.ok(*DECRYPT, "--id-hex", "667269646179", "sealed", "-o", "right2")
        for i in range(1, 6):
            self.ok("tibe", "extract", "-s", f"committee/share-{i}", "-i", "monday", "-o", f"monday.{i}")
        self.ok("tibe", "combine", *tibe_kit.COMMITTEE, "-i", "monday", "-o", "monday.key", "monday.1", "monday.3", "monday.5")
        wrong = ("tibe", "decrypt", "--mpk", "committee/mpk", "--key", "monday.key", "sealed")
        o = self.refuse(kit.REFUSED, *wrong, "-o", "out", says="sealed: ")
        self.assertIn("--id", o.errors)
        self.refuse(kit.REFUSED, *wrong, "--id", "friday", "-o", "out", says="the key is not that identity's")
        self.assertEqual(self.run_unrug(*wrong, code=kit.REFUSED).out, b"")
        self.another_committee()
        self.refuse(kit.REFUSED, "tibe", "decrypt", "-m", "other/mpk", "-k", "friday.key", "-i", "friday", "sealed", "-o", "out",
                    says="the key is not that identity's")

    def test_one_share_is_no_key(self):
        self.seal(b"content")
        self.refuse(kit.INPUT, "tibe", "decrypt", "-m", "committee/mpk", "-k", "friday.1", "sealed", "-o", "out", says="192 hex digits")

    def test_every_byte_counts(self):
        """One flipped bit anywhere: exit 3 or 4, and no file."""
        sealed = bytearray(self.seal(b"content"))
        for at in range(len(sealed)):
            sealed[at] ^= 1 << (at % 8)
            self.write("flipped", bytes(sealed))
            sealed[at] ^= 1 << (at % 8)
            o = subprocess.run([kit.UNRUG, *DECRYPT, "flipped", "-o", "out"], cwd=self.dir, env=self.env, capture_output=True)
            self.assertIn(o.returncode, (kit.INPUT, kit.REFUSED), f"byte {at}: {o.stderr}")
            self.assertTrue(o.stderr.startswith(b"unrug: tibe decrypt: flipped: "), o.stderr)
            self.assertFalse(os.path.exists(self.path("out")))

    def test_every_cut_is_noticed(self):
        sealed = self.seal(b"content")
        for n in range(len(sealed)):
            self.write("cut", sealed[:n])
            o = subprocess.run([kit.UNRUG, *DECRYPT, "cut", "-o", "out"], cwd=self.dir, env=self.env, capture_output=True)
            self.assertIn(o.returncode, (kit.INPUT, kit.REFUSED), f"{n} bytes: {o.stderr}")
            self.assertFalse(os.path.exists(self.path("out")))

    def test_chunks_cut_changed_moved_added(self):
        content = random.Random(1).randbytes(3 * CHUNK)
        sealed = self.seal(content)
        head, size = 250, CHUNK + 16
        chunks = [sealed[head + i * size:head + (i + 1) * size] for i in range(3)]
        self.assertEqual(len(sealed), head + 3 * size)
        flipped = bytearray(sealed)
        flipped[head + size + 5] ^= 1
        for bad in (sealed[:head], sealed[:head + size], sealed[:head + 2 * size], sealed[:-1], sealed + b"x",
                    sealed[:head] + chunks[1] + chunks[0] + chunks[2], sealed[:head] + chunks[0] + chunks[2], sealed + chunks[2],
                    bytes(flipped)):
            self.write("bad", bad)
            p = subprocess.run([kit.UNRUG, *DECRYPT, "bad", "-o", "out"], cwd=self.dir, env=self.env, capture_output=True)
            self.assertIn(p.returncode, (kit.INPUT, kit.REFUSED), p.stderr)
            self.assertFalse(os.path.exists(self.path("out")))
            p = subprocess.run([kit.UNRUG, *DECRYPT, "bad"], cwd=self.dir, env=self.env, capture_output=True)
            self.assertNotEqual(p.returncode, 0)
            self.assertTrue(content.startswith(p.stdout), "what came out is the true beginning")

    def test_text_forms_are_strict(self):
        self.seal(b"content", "--armor")
        armor = self.read("sealed").decode()
        self.seal(b"content", "--hex")
        text = self.read_text("sealed")
        for bad in (armor.replace("-----END AGE ENCRYPTED FILE-----\n", ""), armor + "more\n", armor.replace("\n", "\n\n", 2),
                    text[:-1], text + "g", text[:100] + " " + text[100:]):
            self.write("bad", bad)
            self.refuse(kit.INPUT, *DECRYPT, "bad", "-o", "out", says="bad: ")

    def test_others_files(self):
        drand = ("tibe", "decrypt", "-m", tibe_kit.DRAND_MPK, "-k")
        self.write("drand", tibe_kit.DRAND_FILE)
        self.assertEqual(self.ok(*drand, tibe_kit.DRAND_SIGNATURE, "drand").out, tibe_kit.DRAND_TEXT)
        o = self.refuse(kit.REFUSED, *drand, self.read_text("friday.key"), "drand", "-o", "out", says="not the signature of round 1")
        self.write("age", "age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n"
                          "EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n--- Vn+54jqiiUCE+WZcEVY3f1sqHjlu/z1LCQ/T7Xm7qI0\n" + "x" * 40)
        self.refuse(kit.REFUSED, *DECRYPT, "age", "-o", "out", says="age: ")
        self.write("text", "hello\n")
        self.refuse(kit.INPUT, *DECRYPT, "text", "-o", "out", says="text: ")
        self.write("empty", "")
        self.refuse(kit.INPUT, *DECRYPT, "empty", "-o", "out", says="empty: ")

    def test_refusals(self):
        self.seal(b"content")
        args = ("tibe", "decrypt", "-m", "committee/mpk", "sealed", "-o", "out", "-k")
        key = self.read_text("friday.key")
        self.refuse(kit.INPUT, *args, key[:-1], says="--key: 191 hex digits; a key has 192")
        self.refuse(kit.INPUT, *args, self.not_a_point(192), says="no point of the right group")
        self.refuse(kit.INPUT, *args, "committee/mpk", says="committee/mpk: 96 hex digits; a key has 192")
        self.refuse(kit.USAGE, *args, "nowhere", says="nowhere")
        self.refuse(kit.USAGE, *DECRYPT, "nowhere", "-o", "out", says="nowhere")
        self.refuse(kit.USAGE, *DECRYPT, "--id", "a", "--id-hex", "61", "sealed", says="only one of")
        self.refuse(kit.USAGE, "tibe", "decrypt", "-k", "friday.key", "sealed", says="missing: --mpk")
        self.refuse(kit.USAGE, "tibe", "decrypt", "-m", "committee/mpk", "sealed", says="missing: --key")
        for twice in (("-m", "committee/mpk", "-k", "-", "-"), ("-m", "committee/mpk", "-k", "-"), ("-m", "-", "-k", "-", "sealed")):
            self.refuse(kit.USAGE, "tibe", "decrypt", *twice, says="standard input is there only once", stdin=key)
        self.refuse(kit.USAGE, *DECRYPT, "", says="IN is empty")
        for at in range(3):
            folder = ["committee/mpk", "friday.key", "sealed"]
            folder[at] = "committee"
            self.refuse(kit.USAGE, "tibe", "decrypt", "-m", folder[0], "-k", folder[1], folder[2], says="read committee: it is a folder")
        self.refuse(kit.USAGE, "tibe", "extract", "--share", "committee", "--id", "a", says="read committee: it is a folder")
        self.write("out2", b"old")
        self.refuse(kit.REFUSED, *DECRYPT, "sealed", "-o", "out2", says="exists already")
        self.assertEqual(self.read("out2"), b"old")
        self.ok(*DECRYPT, "sealed", "-o", "out2", "--force")
        self.assertEqual(self.read("out2"), b"content")

    def test_stdout_that_does_not_take_it(self):
        self.seal(b"content")
        for redirection in (">/dev/full", ">&-"):
            p = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}', kit.UNRUG, *DECRYPT, "sealed"], cwd=self.dir, env=self.env,
                               capture_output=True, text=True)
            self.assertEqual(p.returncode, kit.UNAVAILABLE, p.stderr)

    def test_key_is_not_in_messages(self):
        self.seal(b"content")
        key = self.read_text("friday.key")
        o = self.run_unrug("tibe", "decrypt", "-m", "committee/mpk", f"--kye={key}", "sealed", code=kit.USAGE)
        self.assertNotIn(key[:20], o.errors)


class Terminal(tibe_kit.Case):
    def test_only_plain_text_is_shown(self):
        self.write("text", self.ok(*ENCRYPT, stdin="plain, tab\tand ünïcödé\n").out)
        self.write("binary", self.ok(*ENCRYPT, stdin=b"\x1b]0;title\x07").out)
        code, screen = self.on_terminal(*DECRYPT, "text")
        self.assertEqual((code, screen.replace(b"\r\n", b"\n")), (0, "plain, tab\tand ünïcödé\n".encode()))
        code, screen = self.on_terminal(*DECRYPT, "binary")
        self.assertEqual(code, kit.REFUSED)
        self.assertNotIn(b"\x1b]0", screen)
        self.assertIn(b"not plain text", screen)
        code, screen = self.on_terminal(*DECRYPT, "-o", "-", "binary")
        self.assertEqual((code, screen), (0, b"\x1b]0;title\x07"))


if __name__ == "__main__":
    kit.main()
