"""unrug devnet warp: time passes, in as many blocks as it would hold, and clients need not know."""
import datetime

import devnet_kit
import kit


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Warp(devnet_kit.Case):
    def test_time_and_blocks(self):
        d = self.devnet()
        before = d.ask("unrug_status")
        o = self.ok_json("devnet", "warp", "--node", d.url, "2h")
        self.assertEqual((o["height"], o["warped_seconds"]), (3 + 1440, 7200))
        passed = moment(o["time"]) - moment(before["time"])
        self.assertGreaterEqual(passed, datetime.timedelta(hours=2))
        self.assertLess(passed, datetime.timedelta(hours=3))
        times = [moment(d.ask("header", height=str(h))["header"]["time"]) for h in (500, 501, 502)]
        self.assertAlmostEqual((times[1] - times[0]).total_seconds(), 5, delta=0.1)
        self.assertAlmostEqual((times[2] - times[1]).total_seconds(), 5, delta=0.1)
        after = self.ok_json("devnet", "mine", "--node", d.url)
        self.assertGreaterEqual(moment(after["time"]), moment(o["time"]))  # and stays ahead

    def test_blocks_given(self):
        d = self.devnet("--warp-block-ms", "1000")
        self.assertEqual(self.ok_json("devnet", "warp", "--node", d.url, "1d12h", "--blocks", "3")["height"], 6)
        o = self.ok_json("devnet", "warp", "--node", d.url, "1m30s")
        self.assertEqual((o["height"], o["warped_seconds"]), (96, 36 * 3600 + 90))

    def test_a_light_client_follows(self):
        d = self.devnet()
        commit = d.ask("commit", height="1")["signed_header"]["commit"]
        self.ok("light", "init", "--store", "light.db", "--chain", "dev-1", "--height", "1", "--hash", commit["block_id"]["hash"],
                "--source", d.url)
        for _ in range(3):
            o = self.ok_json("devnet", "warp", "--node", d.url, "3d", "--blocks", "20")
            self.assertEqual(self.run_unrug("light", "sync", "--store", "light.db", "--json").json["height"], o["height"])
        self.run_unrug("light", "get", "--store", "light.db", "--name", "bank", "00", code=kit.NO)

    def test_it_survives_a_restart(self):
        d = self.devnet("--home", "chain.db")
        self.ok("devnet", "warp", "--node", d.url, "6h")
        before = d.ask("unrug_status")
        d.kill()
        d = self.devnet("--home", "chain.db")
        self.assertEqual(d.ask("unrug_status"), before)
        self.assertGreaterEqual(moment(self.ok_json("devnet", "mine", "--node", d.url)["time"]), moment(before["time"]))

    def test_mistakes(self):
        d = self.devnet()
        for bad in ("2", "h", "1x", "1s1h", "1h1h", "-1h", "1.5h", "1 h", "", "12345678901s"):
            self.refuse(kit.USAGE, "devnet", "warp", "--node", d.url, "--", bad, says="is not understood")
        for bad in ("0s", "0h0m", "11000d", "600w"):
            self.refuse(kit.USAGE, "devnet", "warp", "--node", d.url, bad, says="ten years")
        self.refuse(kit.UNAVAILABLE, "devnet", "warp", "--node", d.url, "3650d", says="blocks")


if __name__ == "__main__":
    kit.main()
