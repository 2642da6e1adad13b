"""unrug completion bash: the script, run by bash, completes as one expects."""
import os
import subprocess

import kit

DRIVER = r'''
source <(unrug completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_unrug
printf '%s\n' "${COMPREPLY[@]}"
'''


class Bash(kit.Case):
    def complete(self, *words):
        p = subprocess.run(["bash", "--norc", "-c", DRIVER, "driver", "unrug", *words], cwd=self.dir, env=self.env,
                           capture_output=True, text=True)
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        return p.stdout.split()

    def test_words(self):
        self.assertEqual(self.complete("comp"), ["completion"])
        self.assertIn("--version", self.complete("--"))
        self.assertEqual(self.complete("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.complete("completion", "z"), ["zsh"])
        self.assertEqual(self.complete("help", "comp"), ["completion"])
        self.assertEqual(self.complete("help", "completion", "f"), ["fish"])

    def test_options(self):
        for c in self.ok_json("help")["commands"]:
            got = self.complete(c["noun"], c["verb"], "--")
            self.assertEqual(sorted(got), sorted("--" + o["name"] for o in c["options"]))

    def test_files_and_folders(self):
        self.write("file one", b"")
        self.write("other", b"")
        os.mkdir(self.path("folder"))
        self.assertEqual(self.complete("tibe", "inspect", "oth"), ["other"])
        self.assertEqual(self.complete("tibe", "encrypt", "--mpk", "oth"), ["other"])
        self.assertEqual(self.complete("tibe", "deal", "--out", "f"), ["folder"])
        self.assertEqual(self.complete("tibe", "encrypt", "--id", "oth"), [])

    def test_script(self):
        j = self.ok_json("completion", "bash")
        self.assertEqual(j["shell"], "bash")
        self.assertEqual(j["script"] + "\n", self.ok("completion", "bash").text)
        subprocess.run(["bash", "-n"], input=j["script"], text=True, check=True)


if __name__ == "__main__":
    kit.main()
