"""unrug key new: a key that its words bring back, and words that go only where somebody said."""
import os
import stat

import key_kit
import kit

KEY = ".local/share/unrug/keys/alice.key"


class New(key_kit.Case):
    def test_words_into_a_file_bring_it_back(self):
        for length in (None, 12, 24):
            name = f"k{length}"
            made = self.key("new", name, "--words", name, *([] if length is None else ["--length", str(length)]))
            self.assertEqual(len(self.read_text(name).split()), length or 24)
            self.assertEqual(stat.S_IMODE(os.stat(self.path(name)).st_mode), 0o600)
            again = self.key("import", name + "b", "--words", name)
            self.assertEqual((made["address"], made["public_key"]), (again["address"], again["public_key"]))
            other = self.key("import", name + "c", "--words", name, "--account", "1")
            self.assertNotEqual(made["address"], other["address"])

    def test_words_on_standard_output(self):
        o = self.run_unrug("key", "new", "alice", "--passphrase", "passphrase", "--words", "-")
        self.assertEqual(o.err, b"")
        self.write("words", o.out)
        self.assertEqual(self.key("import", "again", "--words", "words")["address"],
                         self.ok_json("key", "show", "alice")["address"])

    def test_words_on_the_terminal(self):
        code, screen = self.on_terminal("key", "new", "alice", "--length", "12",
                                        answers=[(b"passphrase: ", b"pass\n"), (b": ", b"pass\n")])
        self.assertEqual(code, kit.YES)
        words = screen.decode().split("for ever.")[1].split("name:")[0].split()
        self.assertEqual(len(words), 12)
        self.write("words", " ".join(words))
        self.assertEqual(self.key("import", "again", "--words", "words")["address"], self.ok_json("key", "show", "alice")["address"])

    def test_no_words(self):
        made = self.key("new", "alice", "--no-words")
        self.assertEqual(made["file"], self.path(KEY))
        self.assertEqual(self.files(), [KEY, "passphrase", "words"])
        self.assertEqual(stat.S_IMODE(os.stat(self.path(KEY)).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(self.path(KEY))).st_mode), 0o700)

    def test_where_it_is_kept(self):
        self.assertEqual(self.key("new", "a", "--no-words", "--keys", "mine")["file"], "mine/a.key")
        self.assertEqual(self.key("new", "./b", "--no-words")["file"], "./b")
        self.env["XDG_DATA_HOME"] = self.path("data")
        self.assertEqual(self.key("new", "c", "--no-words")["file"], self.path("data/unrug/keys/c.key"))

    def test_mistakes(self):
        self.refuse(kit.USAGE, "key", "new", "alice", "--passphrase", "passphrase", says="no terminal to show the words on")
        for name in ("", "a b", "-x", ".hidden", "x" * 65):
            self.refuse(kit.USAGE, "key", "new", "--passphrase", "passphrase", "--no-words", "--", name, says="")
        self.refuse(kit.USAGE, "key", "new", "alice", "--passphrase", "passphrase", "--no-words", "--length", "13", says="12, 15, 18, 21 or 24")
        self.refuse(kit.USAGE, "key", "new", "alice", "--passphrase", "passphrase", "--no-words", "--prefix", "Wasm", says="--prefix")
        self.refuse(kit.UNAVAILABLE, "key", "new", "alice", "--no-words", says="terminal")
        self.write("empty", "\n")
        self.refuse(kit.INPUT, "key", "new", "alice", "--no-words", "--passphrase", "empty", says="one line")
        self.write("open", "pass\n", mode=0o644)
        self.refuse(kit.REFUSED, "key", "new", "alice", "--no-words", "--passphrase", "open", says="open")

    def test_never_over_another(self):
        self.key("new", "alice", "--no-words")
        before = self.read(KEY)
        self.refuse(kit.REFUSED, "key", "new", "alice", "--no-words", "--passphrase", "passphrase", says="exists already")
        self.assertEqual(self.read(KEY), before)
        self.write("taken", "x")
        self.refuse(kit.REFUSED, "key", "new", "bob", "--words", "taken", "--passphrase", "passphrase", says="taken")
        self.assertEqual(self.read("taken"), b"x")


if __name__ == "__main__":
    kit.main()
