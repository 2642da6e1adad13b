"""Keys of accounts for tests: a passphrase, and words whose addresses everybody knows."""
import kit

# The words that development chains use everywhere, and the accounts at m/44'/118'/0'/0/N (also by wasmd, see tests/chain/client.py).
WORDS = "test test test test test test test test test test test junk"
ADDRESSES = ("wasm15yk64u7zc9g9k2yr2wmzeva5qgwxps6yvw76s4", "wasm1erxf3sa9q2j4vgseu7jq4a258ckmk7cy9zt7wf")


class Case(kit.Case):
    def setUp(self):
        super().setUp()
        self.write("passphrase", "not a good one\n")
        self.write("words", WORDS + "\n")

    def key(self, verb, *args, **kw):
        return self.ok_json("key", verb, *args, "--passphrase", "passphrase", **kw)

    def import_key(self, name, account=0):
        return self.key("import", name, "--words", "words", "--account", str(account))["address"]
