"""unrug tibe inspect"""
import base64

import kit
import tibe_kit

INSPECT = ("tibe", "inspect")
# FairyRing's ECIES: two blocks after a valid ephemeral key (the generator of secp256k1).
ECIES = ("11" * 16 + "02ca0020" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" + "0020"
         + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8" + "22" * 32 + "33" * 32)


class Inspect(tibe_kit.Case):
    def kind(self, *args, **kw):
        people = self.ok(*INSPECT, *args, **kw).text
        self.assertTrue(people.startswith("what: "), people)
        j = self.ok_json(*INSPECT, *args, **kw)
        return j["kind"], j

    def test_sealed_files(self):
        for form, name in (((), "binary"), (("--armor",), "armor"), (("--hex",), "hex")):
            for n in (0, 5, 300000):
                self.write("f", self.ok("tibe", "encrypt", "-m", "committee/mpk", "-i", "friday", *form, stdin=b"x" * n).out)
                kind, j = self.kind("f")
                self.assertEqual((kind, j["form"], j["content_bytes"], j["file_key_bytes"], j["opens_here"]),
                                 ("sealed_to_identity", name, n, 32, True))
                self.assertEqual(self.kind(stdin=self.read("f")), (kind, j))

    def test_drand_file(self):
        self.write("f", tibe_kit.DRAND_FILE)
        kind, j = self.kind("f")
        self.assertEqual((kind, j["round"], j["chain"], j["content_bytes"], j["file_key_bytes"]),
                         ("sealed_to_round", 1, tibe_kit.DRAND_CHAIN, 15, 16))

    def test_keys_and_shares(self):
        share = self.read_text("committee/share-2")
        self.assertEqual(self.kind("committee/mpk")[0], "g1_point")
        self.assertEqual(self.kind(self.read_text("committee/mpk"))[1]["group"], "G1")
        self.assertEqual(self.kind("committee/commitments"), self.kind("committee/commitments"))
        self.assertEqual(self.kind("committee/commitments")[1]["members"], 5)
        self.assertEqual(self.kind("friday.key")[0], "g2_point")
        self.assertEqual(self.kind(self.read_text("friday.key"))[1]["group"], "G2")
        self.assertEqual((self.kind("friday.3")[0], self.kind("friday.3")[1]["index"]), ("key_share", 3))
        self.assertEqual(self.kind(self.share(3))[1]["index"], 3)
        kind, j = self.kind("committee/share-2")
        self.assertEqual((kind, j["index"]), ("master_share", 2))
        self.assertEqual(j["public_share"], self.read_text("committee/commitments").splitlines()[1])
        self.assertNotIn(share[2:], str(j))
        self.write("bare", share[2:])
        self.assertEqual(self.kind("bare")[1]["public_share"], j["public_share"])
        for secret, name in ((share[2:], "bare"), (self.read_text("friday.key").strip(), "friday.key"), (self.share(3).strip()[2:], "friday.3")):
            for json in ((), ("--json",)):
                self.assertNotIn(secret, self.ok(*INSPECT, name, *json).text)

    def test_binary_forms(self):
        for name, kind in (("committee/mpk", "g1_point"), ("friday.key", "g2_point")):
            self.write("raw", bytes.fromhex(self.read_text(name)))
            self.assertEqual(self.kind("raw")[0], kind)

    def test_bare_ciphertexts(self):
        mpk = self.read_text("committee/mpk")
        for n in (16, 32):
            kind, j = self.kind(mpk + "ab" * 2 * n)
            self.assertEqual((kind, j["message_bytes"], j["u"]), ("ciphertext", n, mpk))
            self.write("raw", bytes.fromhex(mpk + "ab" * 2 * n))
            self.assertEqual(self.kind("raw")[0], "ciphertext")

    def test_ecies(self):
        self.write("hex", ECIES)
        self.write("raw", bytes.fromhex(ECIES))
        self.write("base64", base64.b64encode(bytes.fromhex(ECIES)) + b"\n")
        for name in ("hex", "raw", "base64"):
            kind, j = self.kind(name)
            self.assertEqual((kind, j["text_bytes_min"], j["text_bytes_max"]), ("ecies", 16, 31))

    def test_drand_json(self):
        self.write("info", '{"public_key":"%s","period":3,"hash":"%s"}' % (tibe_kit.DRAND_MPK, tibe_kit.DRAND_CHAIN))
        kind, j = self.kind("info")
        self.assertEqual((kind, j["chain"], j["group"]), ("drand_network", tibe_kit.DRAND_CHAIN, "G1"))
        self.write("round", '{"round":1,"randomness":"00","signature":"%s"}' % tibe_kit.DRAND_SIGNATURE)
        kind, j = self.kind("round")
        self.assertEqual((kind, j["round"], j["group"]), ("drand_round", 1, "G2"))

    def test_malformed(self):
        mpk, key = self.read_text("committee/mpk"), self.read_text("friday.key")
        for text, says in (("", "empty"), ("hello", "of no form"), ("abcdef", "of no form"), (self.not_a_point(96), "no point of G1"),
                           (self.not_a_point(192), "no point of G2"), ("1:" + self.not_a_point(192), "no point of G2"),
                           (mpk[:-1], "one hex digit short"), (mpk + "\n" + self.not_a_point(96), "of which 1 are no point"),
                           ("1:" + "00" * 32, "no share"), ("ff" * 32, "no share"), (self.not_a_point(96) + "00" * 32, "U is no point"),
                           (ECIES[:-2], "length or its ephemeral key"), (ECIES[:40] + "ff" * 32 + ECIES[104:], "ephemeral key"),
                           ('{"public_key":"00"}', "its point is not"), ("{}", "of no form"), (key + key, "of no form"),
                           ("x" * 300000, "of no form")):
            self.write("f", text)
            self.refuse(kit.INPUT, *INSPECT, "f", says=says)
        self.write("f", bytes(range(256)))
        self.refuse(kit.INPUT, *INSPECT, "f", says="of no form")
        self.refuse(kit.USAGE, *INSPECT, "nowhere", says="nowhere")
        self.refuse(kit.USAGE, *INSPECT, "committee/mpk", "friday.key", says="unexpected argument")

    def test_damaged_sealed_files(self):
        sealed = self.ok("tibe", "encrypt", "-m", "committee/mpk", "-i", "friday", stdin=b"content").out
        for bad in (sealed[:10], sealed[:100], sealed[:-8], sealed[:60] + b"!" + sealed[61:]):
            self.write("f", bad)
            self.refuse(kit.INPUT, *INSPECT, "f", says="f: ")


if __name__ == "__main__":
    kit.main()
