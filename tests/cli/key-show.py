"""unrug key show: what a key file says in the clear."""
import key_kit
import kit


class Show(key_kit.Case):
    def test_show(self):
        self.import_key("alice")
        o = self.ok_json("key", "show", "alice")
        self.assertEqual((o["name"], o["address"], len(o["public_key"])), ("alice", key_kit.ADDRESSES[0], 66))
        self.assertEqual(self.ok_json("key", "show", o["file"])["address"], key_kit.ADDRESSES[0])

    def test_what_is_none(self):
        self.refuse(kit.USAGE, "key", "show", "nobody", says="nobody.key")
        self.write("x.key", "{}")
        self.refuse(kit.INPUT, "key", "show", "./x.key", says="x.key")
        self.import_key("alice")
        path = ".local/share/unrug/keys/alice.key"
        self.write("other.key", self.read(path).replace(b"secp256k1", b"something"))
        self.refuse(kit.INPUT, "key", "show", "./other.key", says="no account's key")


if __name__ == "__main__":
    kit.main()
