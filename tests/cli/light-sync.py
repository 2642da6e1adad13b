"""unrug light sync: from files and nodes, one or several, honest or not."""
import os

import kit
import light_kit


class Sync(light_kit.Case):
    def sync(self, *more):
        return self.ok_json("light", "sync", "--store", "light.db", *more)

    def test_from_a_file(self):
        self.init("--source", "captured.json")
        o = self.sync()
        self.assertEqual((o["height"], o["hash"]), (light_kit.NEWEST, self.hash_of(light_kit.NEWEST)))
        self.assertEqual(self.sync("--height", "9")["hash"], self.hash_of(9))
        self.assertEqual(self.sync("--height", "3")["hash"], self.hash)

    def test_from_a_node(self):
        server, url = self.node()
        self.init("--source", url)
        self.assertEqual(self.sync()["hash"], self.hash_of(light_kit.NEWEST))
        asked = len(server.asked)
        self.assertEqual(self.sync("--height", str(light_kit.NEWEST))["height"], light_kit.NEWEST)
        self.assertEqual(len(server.asked), asked, "what is believed already is not asked for")

    def test_a_witness_must_agree(self):
        _, good = self.node()
        _, also = self.node()
        self.init("--source", good, "--source", also)
        self.assertEqual(self.sync()["height"], light_kit.NEWEST)

    def test_nodes_that_are_no_use(self):
        spoils = {
            "is no JSON": lambda m, t: b"<html>busy</html>",
            "no result": lambda m, t: b'{"jsonrpc":"2.0","id":1}',
            "cut": lambda m, t: t[: len(t) // 2],
            "another question": lambda m, t: t.replace(b'"height": "22"', b'"height": "21"'),
            "does not verify": lambda m, t: t.replace(b'"app_hash": "', b'"app_hash": "00')[:-2] + t[-2:],
        }
        for name, spoil in spoils.items():
            with self.subTest(name):
                for left in self.files():
                    if left.startswith("light.db"):
                        os.remove(self.path(left))
                self.init()
                _, url = self.node(spoil)
                self.refuse(kit.UNAVAILABLE, "light", "sync", "--store", "light.db", "--source", url, "--wait", "0", says="no source could help")
                _, good = self.node()
                self.assertEqual(self.sync("--source", url, "--source", good, "--witnesses", "0", "--height", "22")["hash"],
                                 self.hash_of(22))

    def test_changed_answers_never_pass(self):
        changes = [("commit", b'"app_hash": "', 5), ("commit", b'"time": "', 21), ("commit", b'"validators_hash": "', 3),
                   ("commit", b'"signature": "', 9), ("validators", b'"value": "', 7), ("validators", b'"voting_power": "', 0)]
        for i, (method, after, offset) in enumerate(changes):
            def spoil(m, t):
                at = t.find(after)
                if m != method or at < 0:
                    return t
                at += len(after) + offset
                return t[:at] + (b"1" if t[at:at + 1] != b"1" else b"2") + t[at + 1:]
            _, url = self.node(spoil)
            store = f"store-{i}"
            self.ok("light", "init", "--store", store, "--chain", light_kit.CHAIN, "--height", "3", "--hash", self.hash,
                    "--trusting-days", "36500")
            self.run_unrug("light", "sync", "--store", store, "--source", url, "--wait", "0", code=kit.UNAVAILABLE)

    def test_mistakes(self):
        self.refuse(kit.USAGE, "light", "sync", "--store", "light.db", says="no trust store")
        self.init()
        self.refuse(kit.USAGE, "light", "sync", "--store", "light.db", says="no source")
        self.refuse(kit.USAGE, "light", "sync", "--store", "light.db", "--source", "captured.json", "--height", "2", says="below the anchor")
        self.refuse(kit.UNAVAILABLE, "light", "sync", "--store", "light.db", "--source", "http://127.0.0.1:1", "--wait", "0", says="127.0.0.1:1")

    def test_an_anchor_that_is_too_old(self):
        self.ok("light", "init", "--store", "old.db", "--chain", light_kit.CHAIN, "--height", "3", "--hash", self.hash,
                "--source", "captured.json")
        o = self.run_unrug("light", "sync", "--store", "old.db", code=kit.REFUSED)
        self.assertIn("older than the trusting period of 14 days", o.errors)
        self.assertIn("unrug light init --renew", o.errors)


if __name__ == "__main__":
    kit.main()
