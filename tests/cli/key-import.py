"""unrug key import: the account that every wallet has under these words, and words that are wrong."""
import key_kit
import kit


class Import(key_kit.Case):
    def test_well_known_accounts(self):
        for i, address in enumerate(key_kit.ADDRESSES):
            self.assertEqual(self.import_key(f"k{i}", i), address)

    def test_prefix(self):
        made = self.key("import", "alice", "--words", "words", "--prefix", "cosmos")
        self.assertEqual(made["address"], "cosmos15yk64u7zc9g9k2yr2wmzeva5qgwxps6yxj00e7")

    def test_from_standard_input_and_the_terminal(self):
        o = self.run_unrug("key", "import", "a", "--words", "-", "--passphrase", "passphrase", "--json", stdin=key_kit.WORDS.upper())
        self.assertEqual(o.json["address"], key_kit.ADDRESSES[0])
        code, screen = self.on_terminal("key", "import", "b", "--passphrase", "passphrase",
                                        answers=[(b"Words: ", key_kit.WORDS.encode() + b"\n")])
        self.assertEqual(code, kit.YES)
        self.assertIn(key_kit.ADDRESSES[0].encode(), screen)
        self.assertNotIn(b"junk", screen)  # typed without echo

    def test_wrong_words(self):
        for text, code, says in ((key_kit.WORDS.replace("junk", "test"), kit.NO, "checksum"), ("test junk", kit.INPUT, "2 words"),
                                 (key_kit.WORDS.replace("junk", "secretword"), kit.INPUT, "word 12"), ("", kit.INPUT, "empty")):
            self.write("words", text)
            o = self.refuse(code, "key", "import", "alice", "--words", "words", "--passphrase", "passphrase", says=says)
            self.assertNotIn("secretword", o.errors)
        self.refuse(kit.USAGE, "key", "import", "alice", "--words", "-", "--passphrase", "-", says="standard input")

    def test_never_over_another(self):
        self.import_key("alice")
        self.refuse(kit.REFUSED, "key", "import", "alice", "--words", "words", "--passphrase", "passphrase", says="exists already")


if __name__ == "__main__":
    kit.main()
