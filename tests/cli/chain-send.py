"""unrug chain send: coins move once, or not at all."""
import http.server
import json
import threading
import urllib.request

import chain_kit
import kit


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands on to the devnet, and loses the answers to the first broadcasts."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with urllib.request.urlopen(urllib.request.Request(self.server.to, body, {"content-type": "application/json"})) as r:
            text = r.read()
        if json.loads(body)["method"] == "broadcast_tx_sync":
            self.server.broadcasts += 1
            if self.server.broadcasts <= self.server.lose:
                self.close_connection = True
                return
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


class Send(chain_kit.Case):
    def test_once(self):
        before = self.coins(chain_kit.BOB)["ustake"]
        o = self.by("alice", "chain", "send", chain_kit.BOB, "1234ustake")
        self.assertEqual((o["from"], o["to"], o["sent"]["result"]), (chain_kit.ALICE, chain_kit.BOB, "success"))
        self.assertEqual(self.coins(chain_kit.BOB)["ustake"], before + 1234)

    def test_fee(self):
        before = self.coins(chain_kit.ALICE)["ustake"]
        sent = self.by("alice", "chain", "send", chain_kit.BOB, "1ustake", "--gas-price", "0.5ustake", "--gas", "100001")["sent"]
        self.assertEqual((sent["gas_limit"], sent["fee"]), (100001, 50001))
        self.assertEqual(self.coins(chain_kit.ALICE)["ustake"], before - 50002)

    def test_dry_run(self):
        before = self.coins(chain_kit.BOB)
        sent = self.by("alice", "chain", "send", chain_kit.BOB, "1ustake", "--dry-run", "--gas-price", "0.025ustake")["sent"]
        self.assertIn("nothing was sent", sent["result"])
        self.assertEqual(sent["fee"], -(-sent["gas_limit"] // 40))
        self.assertEqual(self.coins(chain_kit.BOB), before)

    def test_lost_answer(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        server.to, server.broadcasts, server.lose = self.node.url, 0, 1
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        before = self.coins(chain_kit.BOB)["ustake"]
        o = self.by("alice", "chain", "send", chain_kit.BOB, "7ustake", "--node", f"http://127.0.0.1:{server.server_port},{self.node.url}")
        self.assertEqual(o["sent"]["result"], "success")
        self.assertEqual(server.broadcasts, 1)
        self.assertEqual(self.coins(chain_kit.BOB)["ustake"], before + 7)

    def test_refused(self):
        self.refuse_by(kit.REFUSED, "alice", "chain", "send", chain_kit.BOB, "9999999999999999ustake", says="insufficient")
        self.refuse_by(kit.REFUSED, "alice", "chain", "send", chain_kit.BOB, "1nothing", says="insufficient")
        self.key("new", "poor", "--no-words")
        o = self.refuse_by(kit.REFUSED, "poor", "chain", "send", chain_kit.BOB, "1ustake", says="account")
        self.assertIn("once it received something", o.errors)

    def test_mistakes(self):
        for amount in ("5", "ustake", "0ustake", "-1ustake", "1.5ustake", "1ustake,", "1ustake,1ustake", "2ustake,1atom", ""):
            self.refuse(kit.USAGE, "chain", "send", "--from", "alice", "--", chain_kit.BOB, amount, says="AMOUNT")
        for to in ("bob", "cosmos15yk64u7zc9g9k2yr2wmzeva5qgwxps6yxj00e7", chain_kit.BOB.upper()):
            self.refuse_by(kit.USAGE, "alice", "chain", "send", to, "1ustake", says="begins with wasm1")
        self.refuse_by(kit.USAGE, "nobody", "chain", "send", chain_kit.BOB, "1ustake", says="nobody.key")
        self.refuse_by(kit.USAGE, "alice", "chain", "send", chain_kit.BOB, "1ustake", "--gas-price", "5", says="gas price")
        self.refuse_by(kit.USAGE, "alice", "chain", "send", chain_kit.BOB, "1ustake", "--granter", "x", says="--granter")
        self.write("passphrase", "another\n")
        self.refuse_by(kit.NO, "alice", "chain", "send", chain_kit.BOB, "1ustake", says="passphrase")


if __name__ == "__main__":
    kit.main()
