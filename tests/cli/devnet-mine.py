"""unrug devnet mine: blocks now."""
import devnet_kit
import kit


class Mine(devnet_kit.Case):
    def test_blocks(self):
        d = self.devnet()
        self.assertEqual(self.ok_json("devnet", "mine", "--node", d.url)["height"], 4)
        self.assertEqual(self.ok_json("devnet", "mine", "--node", d.url, "40")["height"], 44)
        self.assertEqual(int(d.ask("status")["sync_info"]["latest_block_height"]), 44)

    def test_mistakes(self):
        d = self.devnet()
        for bad in ("0", "-1", "x", "1x", "12345678", ""):
            self.refuse(kit.USAGE, "devnet", "mine", "--node", d.url, "--", bad, says="from 1 to 1000000")
        self.refuse(kit.UNAVAILABLE, "devnet", "mine", "--node", d.url, "1000001", says="1 to 1000000")


if __name__ == "__main__":
    kit.main()
