"""unrug completion fish: every command and option is in the script; fish itself, where it is installed, accepts it."""
import shutil
import subprocess

import kit


class Test(kit.Case):
    def test_script(self):
        j = self.ok_json("completion", "fish")
        self.assertEqual(j["shell"], "fish")
        self.assertEqual(j["script"] + "\n", self.ok("completion", "fish").text)
        for c in self.ok_json("help")["commands"]:
            self.assertIn(c["noun"], j["script"])
            self.assertIn(c["verb"], j["script"])
            for o in c["options"]:
                self.assertIn(OPTION.format(o["name"]), j["script"])
        if shutil.which("fish"):
            subprocess.run(["fish", "-n"], input=j["script"], text=True, check=True)


OPTION = "-l {}"

if __name__ == "__main__":
    kit.main()
