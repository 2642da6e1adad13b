"""unrug tibe extract"""
import kit
import tibe_kit

EXTRACT = ("tibe", "extract")
ORDER = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"


class Extract(tibe_kit.Case):
    def test_forms_of_an_identity(self):
        text = self.ok(*EXTRACT, "--share", "committee/share-2", "--id", "friday").text
        self.assertRegex(text, r"^2:[0-9a-f]{192}\n$")
        self.assertEqual(text.strip(), self.share(2))
        self.assertEqual(text, self.ok(*EXTRACT, "-s", "committee/share-2", "--id-hex", "667269646179").text)
        self.assertEqual(text, self.ok(*EXTRACT, "-s", "committee/share-2", "-i", "friday").text)
        self.assertEqual(text, self.ok(*EXTRACT, "-s", "-", "-i", "friday", stdin=self.read("committee/share-2")).text)
        round_one = "cd2662154e6d76b2b2b92e70c0cac3ccf534f9b74eb5b89819ec509083d00a50"  # SHA-256 of 1 in 8 bytes
        self.assertEqual(self.ok(*EXTRACT, "-s", "committee/share-2", "--round", "1").text,
                         self.ok(*EXTRACT, "-s", "committee/share-2", "--id-hex", round_one).text)

    def test_json(self):
        j = self.ok_json(*EXTRACT, "--share", "committee/share-1", "--id", "friday")
        self.assertEqual(j, {"identity": "friday", "identity_hex": "667269646179", "index": 1,
                             "key_share": self.share(1).split(":")[1]})
        j = self.ok_json(*EXTRACT, "--share", "committee/share-1", "--id-hex", "00ff")
        self.assertEqual((j["identity_hex"], "identity" in j), ("00ff", False))
        self.assertEqual(self.ok_json(*EXTRACT, "--share", "committee/share-1", "--round", "7")["round"], 7)

    def test_empty_identity(self):
        self.assertRegex(self.ok(*EXTRACT, "-s", "committee/share-1", "--id", "").text, "^1:")

    def test_out(self):
        o = self.ok(*EXTRACT, "-s", "committee/share-1", "-i", "friday", "-o", "s")
        self.assertNotIn(self.share(1)[2:], o.text)
        self.assertEqual(self.read("s").decode(), self.share(1) + "\n")
        self.assertEqual(self.mode("s"), 0o600)
        self.refuse(kit.REFUSED, *EXTRACT, "-s", "committee/share-1", "-i", "friday", "-o", "s", says="exists already")
        self.assertEqual(self.ok_json(*EXTRACT, "-s", "committee/share-1", "-i", "friday", "-o", "t")["file"], "t")

    def test_published_vector(self):
        """Fairblock/docs, docs/advanced/share_generator.md"""
        self.write("s", "1:4fcc919fbbac7ddca4be891bc0ee6afd02a3dfe3acee206d7ee1bfba42abeba6\n")
        self.assertEqual(self.ok(*EXTRACT, "-s", "s", "--id", "100").text.strip(),
                         "1:93096b31b1af2728a8d82cf5b27eead2d802e229b8fb7597e47702d691ee65d271cf2f6c4728f8aee0bc042636b2c864"
                         "00d721d2355aeb307b88906b9e403025bb8566a4adc58b1c412cf11fab8ed9cd357ebbaa1db5f2deb31327c7b901e1ec")

    def test_bad_identities(self):
        s = ("-s", "committee/share-1")
        self.refuse(kit.USAGE, *EXTRACT, *s, says="missing: --id STRING or --id-hex HEX or --round N")
        self.refuse(kit.USAGE, *EXTRACT, *s, "--id", "a", "--id-hex", "61", says="only one of")
        self.refuse(kit.USAGE, *EXTRACT, *s, "--id-hex", "616", says="even number")
        self.refuse(kit.USAGE, *EXTRACT, *s, "--id-hex", "zz", says="hex digits")
        self.refuse(kit.USAGE, *EXTRACT, *s, "--round", "0", says="a number from 1")
        self.refuse(kit.INPUT, *EXTRACT, *s, "--id", "x" * 4097, says="longer than 4096 bytes")
        self.refuse(kit.INPUT, *EXTRACT, *s, "--id-hex", "00" * 4097, says="longer than 4096 bytes")
        self.ok(*EXTRACT, *s, "--id", "x" * 4096)

    def test_bad_shares(self):
        args = (*EXTRACT, "-i", "friday")
        share = self.read_text("committee/share-1")
        self.refuse(kit.USAGE, *args, "-s", "nowhere", says="nowhere")
        for text, says in ((share[:-1], "not a share"), (share + "0", "not a share"), (share[2:], "not a share"),
                           ("0" + share[1:], "not a share"), ("01" + share[1:], "not a share"), (share[:-1] + "g", "not a share"),
                           ("2147483648" + share[1:], "not a share"), (share + "\n" + share, "not a share"), ("\n", "not a share"),
                           ("1:" + ORDER, "not below"), ("1:" + "00" * 32, "zero"), ("1:" + "ff" * 32, "not below")):
            self.write("s", text)
            self.refuse(kit.INPUT, *args, "-s", "s", says=says)
        self.write("s", "")
        self.refuse(kit.INPUT, *args, "-s", "s", says="empty")
        self.write("s", "1" * 5000)
        self.refuse(kit.INPUT, *args, "-s", "s", says="more than")
        self.write("s", share, mode=0o644)
        o = self.refuse(kit.REFUSED, *args, "-s", "s", says="chmod 600")
        self.assertNotIn(share[2:], o.errors)
        o = self.refuse(kit.USAGE, *args, "-s", share, says="not taken from the command line")
        self.assertNotIn(share[2:], o.errors)


if __name__ == "__main__":
    kit.main()
