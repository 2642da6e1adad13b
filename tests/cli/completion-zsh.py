"""unrug completion zsh: every command and option is in the script; zsh itself, where it is installed, accepts it."""
import shutil
import subprocess

import kit


class Test(kit.Case):
    def test_script(self):
        j = self.ok_json("completion", "zsh")
        self.assertEqual(j["shell"], "zsh")
        self.assertEqual(j["script"] + "\n", self.ok("completion", "zsh").text)
        for c in self.ok_json("help")["commands"]:
            self.assertIn(c["noun"], j["script"])
            self.assertIn(c["verb"], j["script"])
            for o in c["options"]:
                self.assertIn(OPTION.format(o["name"]), j["script"])
        if shutil.which("zsh"):
            subprocess.run(["zsh", "-n"], input=j["script"], text=True, check=True)


OPTION = "--{}"

if __name__ == "__main__":
    kit.main()
