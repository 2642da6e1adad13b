"""What every command has: the table's promises, help, mistakes, version, stdout that does not take the result."""
import json
import os
import shutil
import subprocess
import tempfile

import chain_kit
import devnet_kit
import key_kit
import kit

ON_CHAIN = {"chain", "contract", "committee", "vault", "recovery"}


class Table(kit.Case):
    def setUp(self):
        super().setUp()
        self.commands = self.ok_json("help")["commands"]

    def test_every_command_has_source_manual_and_test(self):
        for c in self.commands:
            for path in ("programs/cli/{noun}/{verb}.c", "docs/man/unrug-{noun}-{verb}.1", "tests/cli/{noun}-{verb}.py"):
                path = path.format(**c)
                self.assertTrue(os.path.exists(os.path.join(kit.ROOT, path)), f"{path} is missing")

    def test_every_source_and_manual_has_a_command(self):
        names = {"unrug.1"} | {"unrug-{noun}-{verb}.1".format(**c) for c in self.commands}
        self.assertEqual(names, set(os.listdir(os.path.join(kit.ROOT, "docs/man"))))

    def test_manual_pages_are_what_the_table_says(self):
        with tempfile.TemporaryDirectory() as made:
            subprocess.run([os.path.join(kit.ROOT, "tools/man"), made], check=True)
            for name in os.listdir(made):
                with open(os.path.join(made, name)) as new, open(os.path.join(kit.ROOT, "docs/man", name)) as old:
                    self.assertEqual(new.read(), old.read(), f"{name}: run tools/man")

    def test_examples_run(self):
        """In the order of the table, a noun in one folder, where tests/cli/examples/NOUN was copied first; those of ON_CHAIN with a devnet
        and two keys."""
        for noun in dict.fromkeys(c["noun"] for c in self.commands):
            with tempfile.TemporaryDirectory() as folder:
                given = os.path.join(kit.ROOT, "tests/cli/examples", noun)
                if os.path.isdir(given):
                    subprocess.run(["cp", "-r", given + "/.", folder], check=True)
                env = self.chain_in(folder, noun) if noun in ON_CHAIN else {**self.env, "HOME": folder}
                subprocess.run(["sh", "-c", "chmod -f 600 passphrase words || true"], cwd=folder, check=True)
                for c in self.commands:
                    if c["noun"] != noun:
                        continue
                    self.assertTrue(c["examples"], f"{noun} {c['verb']} has no example")
                    for e in c["examples"]:
                        p = subprocess.run(["sh", "-ec", e["command"]], cwd=folder, env=env, capture_output=True)
                        self.assertEqual(p.returncode, 0, f"{e['command']}: {p.stderr.decode()}")

    def chain_in(self, folder, noun):
        """The environment of a devnet with the keys of alice and bob, and the contract's code at hand."""
        node = devnet_kit.Devnet(cwd=folder, env=self.env)
        self.addCleanup(node.kill)
        env = {**self.env, "HOME": folder, "UNRUG_NODE": node.url}
        for name, text in (("words", key_kit.WORDS), ("passphrase", "for examples")):
            with open(os.path.join(folder, name), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as f:
                f.write(text)
        for i, who in enumerate(("alice", "bob")):
            subprocess.run([kit.UNRUG, "key", "import", who, "--words", "words", "--passphrase", "passphrase", "--account", str(i)],
                           cwd=folder, env=env, check=True, capture_output=True)
        shutil.copy(chain_kit.WASM, folder)
        if noun != "contract":
            made = subprocess.run([kit.UNRUG, "contract", "deploy", "--from", "alice", "--passphrase", "passphrase", "--label", "unrug", "--json",
                                   "unrug.wasm"], cwd=folder, env=env, check=True, capture_output=True)
            env["UNRUG_CONTRACT"] = json.loads(made.stdout)["contract"]
        return env

    def test_help_everywhere(self):
        for c in self.commands:
            for args in ([c["noun"], c["verb"], "--help"], [c["noun"], c["verb"], "--no-such", "-h", "--help"],
                         ["help", c["noun"], c["verb"]]):
                text = self.ok(*args).text
                self.assertTrue(text.startswith(f"unrug {c['noun']} {c['verb']}"))
                self.assertIn("Examples:", text)
                self.assertIn("Exit codes:", text)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), 80, line)
        for args in ([], ["help"], ["--help"], ["-h"]):
            text = self.ok(*args).text
            for c in self.commands:
                self.assertIn(f"  {c['noun']} {c['verb']} ", text)
        for noun in {c["noun"] for c in self.commands}:
            self.assertIn(f"unrug {noun}: ", self.ok(noun).text)
            self.assertEqual(self.ok(noun).text, self.ok("help", noun).text)
            self.assertEqual(self.ok(noun).text, self.ok(noun, "--help").text)

    def test_mistakes_in_every_command(self):
        for c in self.commands:
            o = self.refuse(kit.USAGE, c["noun"], c["verb"], "--jsno", says="nearest is '--json'")
            self.assertIn(f"unrug help {c['noun']} {c['verb']}", o.errors)
            self.refuse(kit.USAGE, c["noun"], c["verb"], "--zzz=secret", says="no option '--zzz'")
            for option in c["options"]:
                if option["kind"] == "flag" and option["name"] != "help":
                    self.refuse(kit.USAGE, c["noun"], c["verb"], f"--{option['name']}=1", says="takes no value")
                elif option["name"] != "help":
                    self.refuse_end(c, option)

    def refuse_end(self, c, option):
        o = self.run_unrug(c["noun"], c["verb"], "--" + option["name"], code=kit.USAGE)
        self.assertIn("needs a value", o.errors)
        if option["kind"] in ("file", "directory", "secret"):
            self.refuse(kit.USAGE, c["noun"], c["verb"], f"--{option['name']}=", says=f"--{option['name']} is empty")
        if option["kind"] == "number":
            for bad in ("", "x", "1x", "-1", "+1", " 1", "1.0", "0x1", "18446744073709551616", "184467440737095516160"):
                self.refuse(kit.USAGE, c["noun"], c["verb"], f"--{option['name']}={bad}", says="takes a number from")


class Mistakes(kit.Case):
    def test_words(self):
        self.refuse(kit.USAGE, "complet", says="nearest is 'completion'")
        self.refuse(kit.USAGE, "bash", says="there is 'completion bash'")
        self.refuse(kit.USAGE, "completion", "fihs", says="nearest is 'completion fish'")
        self.refuse(kit.USAGE, "xyzzy", says="no command 'xyzzy'")
        self.refuse(kit.USAGE, "completion", "bash", "more", says="unexpected argument 'more'")
        self.refuse(kit.USAGE, "help", "xyzzy", says="no command 'xyzzy'")
        self.refuse(kit.USAGE, "help", "completion", "bash", "more", says="unexpected argument 'more'")
        self.refuse(kit.USAGE, "--bogus", says="no option '--bogus'")
        self.refuse(kit.USAGE, "--versoin", says="nearest is '--version'")
        self.refuse(kit.USAGE, "help", "--bogus", says="no option '--bogus'")

    def test_nothing_from_the_command_line_steers_the_terminal(self):
        o = self.run_unrug("completion", "bash", "\x1b]0;title\x07", code=kit.USAGE)
        self.assertIn("\\x1b]0;title\\x07", o.errors)

    def test_version(self):
        self.assertRegex(self.ok("--version").text, r"^unrug \d+\.\d+\.\d+\n$")
        self.assertEqual(list(self.ok_json("--version")), ["version"])

    def test_json_may_stand_first(self):
        self.assertEqual(self.ok("--json", "completion", "bash").json["shell"], "bash")


class Stdout(kit.Case):
    COMMANDS = (["help"], ["--version"], ["completion", "bash"], ["completion", "bash", "--json"], ["help", "completion"])

    def code(self, args, redirection):
        p = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}', kit.UNRUG, *args], env=self.env, capture_output=True)
        return p.returncode, p.stderr.decode()

    def test_full(self):
        for args in self.COMMANDS:
            code, err = self.code(args, ">/dev/full")
            self.assertEqual(code, kit.UNAVAILABLE)
            self.assertIn("standard output", err)

    def test_closed(self):
        for args in self.COMMANDS:
            code, err = self.code(args, ">&-")
            self.assertEqual(code, kit.UNAVAILABLE)
            self.assertIn("standard output is closed", err)

    def test_reader_gone(self):
        p = subprocess.Popen(["sh", "-c", 'sleep 0.2; exec "$0" help', kit.UNRUG], stdout=subprocess.PIPE, env=self.env)
        p.stdout.close()
        self.assertNotEqual(p.wait(), 0)


class Terminal(kit.Case):
    def test_colour_only_on_a_terminal(self):
        code, screen = self.on_terminal("bogus")
        self.assertEqual(code, kit.USAGE)
        self.assertIn(b"\x1b[31m", screen)
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            code, screen = self.on_terminal("bogus", env=env)
            self.assertEqual(code, kit.USAGE)
            self.assertNotIn(b"\x1b", screen)
        self.assertNotIn(b"\x1b", self.run_unrug("bogus", code=kit.USAGE).err)


if __name__ == "__main__":
    kit.main()
