"""unrug devnet stop: it ends, and what it answered is kept."""
import devnet_kit
import kit


class Stop(devnet_kit.Case):
    def test_stop(self):
        d = self.devnet("--home", "chain.db")
        self.ok("devnet", "mine", "--node", d.url, "4")
        self.assertEqual(self.ok_json("devnet", "stop", "--node", d.url)["height"], 7)
        self.assertEqual(d.ended(), (0, "", ""))
        self.assertEqual(self.devnet("--home", "chain.db").ready["height"], 7)
        self.refuse(kit.UNAVAILABLE, "devnet", "stop", "--node", d.url, says="connect")

    def test_a_public_one_stops_on_signals_only(self):
        # 0.0.0.0 holds 127.0.0.1 too; nobody else is told of it
        d = self.devnet("--listen", "0.0.0.0:0", "--public")
        self.refuse(kit.UNAVAILABLE, "devnet", "stop", "--node", f"http://127.0.0.1:{d.port}", says="signals only")
        self.assertEqual(d.stop(), (0, "", ""))


if __name__ == "__main__":
    kit.main()
