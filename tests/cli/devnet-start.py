"""unrug devnet start: options, ready line, refusals, clean stops, one ledger one process."""
import json
import os
import signal
import socket
import subprocess
import time

import devnet_kit
import kit


class Start(devnet_kit.Case):
    def spawn(self, *args, **kw):
        p = subprocess.Popen([kit.UNRUG, "devnet", "start", "--listen", "127.0.0.1:0", *args], cwd=self.dir, env=self.env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
        self.addCleanup(lambda: (p.poll() is None and p.kill(), p.communicate()))
        return p

    def refused(self, *args, code, says):
        """One line on stderr, nothing on stdout."""
        p = subprocess.run([kit.UNRUG, "devnet", "start", *args], cwd=self.dir, env=self.env, capture_output=True, timeout=60)
        self.assertEqual((p.returncode, p.stdout), (code, b""), p.stderr)
        self.assertIn(says, p.stderr.decode())
        self.assertEqual(p.stderr.count(b"\n"), 1, p.stderr)

    def test_ready_line_file_and_stop(self):
        for by in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            p = self.spawn("--json", "--ready-file", "ready.json", "--accounts", "7", "--chain", "dev-abc", "--denom", "uatom")
            ready = json.loads(p.stdout.readline())
            self.assertEqual((ready["chain_id"], ready["denom"], len(ready["accounts"]), ready["pid"]), ("dev-abc", "uatom", 7, p.pid))
            self.assertEqual(json.loads(self.read("ready.json")), ready)
            s = self.ok_json("devnet", "status", "--node", "ready.json")
            self.assertEqual((s["chain_id"], s["denom"], s["height"]), ("dev-abc", "uatom", ready["height"]))
            p.send_signal(by)
            out, err = p.communicate(timeout=60)
            self.assertEqual((p.returncode, out, err), (0, b"", b""))

    def test_people_see_the_accounts(self):
        p = self.spawn("--accounts", "2")
        lines = [p.stdout.readline().decode() for _ in range(5)]
        self.assertIn("dev-1 at http://127.0.0.1:", lines[0])
        self.assertIn("known to everybody", lines[2])
        self.assertIn("wasm15yk64u7zc9g9k2yr2wmzeva5qgwxps6yvw76s4  1000000000000 ustake", lines[3])

    def test_words_of_ones_own_are_not_told(self):
        words = "abandon " * 11 + "about\n"
        self.write("words", words)
        p = self.spawn("--words-file", "words", "--json", "--accounts", "1")
        ready = json.loads(p.stdout.readline())
        self.assertEqual(ready["accounts"], ["wasm19rl4cm2hmr8afy4kldpxz3fka4jguq0akuugk7"])  # wasmd keys add --recover
        self.assertIsNone(self.ok_json("devnet", "accounts", "--node", ready["rpc"])["words"])
        self.refused("--words-file", "none", code=kit.USAGE, says="none")
        self.write("words", "abandon abandon\n")
        self.refused("--words-file", "words", code=kit.INPUT, says="words")

    def test_a_file_keeps_the_chain(self):
        d = self.devnet("--home", "chain.db")
        d.ask("unrug_mine", blocks="5")
        before = d.ask("unrug_status")
        self.assertEqual(d.stop(), (0, "", ""))
        d = self.devnet("--home", "chain.db")
        self.assertEqual(d.ask("unrug_status"), before)
        self.refused("--home", "chain.db", "--listen", "127.0.0.1:0", code=kit.REFUSED, says="chain.db")
        d.stop()
        self.refused("--home", "chain.db", "--chain", "dev-2", "--listen", "127.0.0.1:0", code=kit.REFUSED, says="dev-1")
        self.write("rubbish", b"this is no database, and long enough to be looked at " * 20)
        self.refused("--home", "rubbish", "--listen", "127.0.0.1:0", code=kit.INPUT, says="rubbish")
        self.refused("--home", "no/such/folder", "--listen", "127.0.0.1:0", code=kit.USAGE, says="no/such")

    def test_killed_at_any_moment_it_goes_on(self):
        d = self.devnet("--home", "chain.db")
        for _ in range(5):
            d.ask("unrug_mine", blocks="3")
            last = d.ask("unrug_status")
            d.kill()
            d = self.devnet("--home", "chain.db")
            self.assertEqual(d.ask("unrug_status"), last)

    def test_addresses(self):
        self.refused("--listen", "0.0.0.0:0", code=kit.USAGE, says="--public")
        self.refused("--listen", "192.0.2.1:80", code=kit.USAGE, says="--public")
        for bad in ("127.0.0.1", ":80", "localhost:80", "127.0.0.1:x", "127.0.0.1:65536", "[::1]:80", "127.0.0.1:"):
            self.refused("--listen", bad, code=kit.USAGE, says="--listen takes")
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.refused("--listen", f"127.0.0.1:{s.getsockname()[1]}", code=kit.UNAVAILABLE, says="in use")
        p = self.spawn("--json", "--public")  # allowed, and not needed
        self.assertIn("rpc", json.loads(p.stdout.readline()))

    def test_mistakes(self):
        self.refused("--chain", "cosmoshub-4", code=kit.USAGE, says="dev-")
        self.refused("--chain", "dev-a b", "--listen", "127.0.0.1:0", code=kit.USAGE, says="chain id")
        self.refused("--prefix", "Wasm", "--listen", "127.0.0.1:0", code=kit.USAGE, says="prefix")
        self.refused("--denom", "x", "--listen", "127.0.0.1:0", code=kit.USAGE, says="denomination")
        self.write("text", "no wasm")
        self.refused("--wasm", "text", "--listen", "127.0.0.1:0", code=kit.INPUT, says="no wasm file")
        self.refused("--wasm", "none", "--listen", "127.0.0.1:0", code=kit.USAGE, says="none")
        p = subprocess.run([devnet_kit.DEVNET, "--help"], capture_output=True, env=self.env)
        self.assertEqual((p.returncode, p.stderr), (0, b""))
        self.assertIn(b"--block-ms MS", p.stdout)
        for args in (["--nonsense"], ["--home"], ["--json=1"], ["file"], ["--block-ms", "0"], ["--accounts", "101"]):
            p = subprocess.run([devnet_kit.DEVNET, *args], capture_output=True, env=self.env)
            self.assertEqual((p.returncode, p.stdout), (kit.USAGE, b""), args)

    def test_blocks_at_an_interval(self):
        d = self.devnet("--block-ms", "20")
        first = int(d.ask("unrug_status")["height"])
        while int(d.ask("unrug_status")["height"]) < first + 3:
            time.sleep(0.01)
        self.assertEqual(d.stop(), (0, "", ""))

    def test_no_program_beside_it(self):
        os.symlink(kit.UNRUG, self.path("alone"))
        p = subprocess.run(["cp", kit.UNRUG, self.path("copy")], check=True)
        p = subprocess.run([self.path("copy"), "devnet", "start"], cwd=self.dir, env={**self.env, "PATH": self.dir}, capture_output=True)
        self.assertEqual((p.returncode, p.stdout), (kit.UNAVAILABLE, b""))
        self.assertIn(b"cannot execute unrug-devnet", p.stderr)


if __name__ == "__main__":
    kit.main()
