"""unrug key list: all keys of the folder, by name."""
import key_kit
import kit


class List(key_kit.Case):
    def test_list(self):
        self.assertEqual(self.ok_json("key", "list")["keys"], [])
        for i, name in enumerate(("bob", "alice")):
            self.import_key(name, i)
        self.write(".local/share/unrug/keys/note.txt", "not a key")
        self.assertEqual([(k["name"], k["address"]) for k in self.ok_json("key", "list")["keys"]],
                         [("alice", key_kit.ADDRESSES[1]), ("bob", key_kit.ADDRESSES[0])])
        self.assertIn("alice", self.ok("key", "list").text)

    def test_what_is_none(self):
        self.import_key("alice")
        self.write(".local/share/unrug/keys/bad.key", "{}")
        self.refuse(kit.INPUT, "key", "list", says="bad.key")


if __name__ == "__main__":
    kit.main()
