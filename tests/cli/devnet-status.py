"""unrug devnet status: where a devnet is, and nodes that are none."""
import http.server
import json
import threading

import devnet_kit
import kit


class Other(http.server.BaseHTTPRequestHandler):
    """A node that knows no method of ours, or says rubbish."""

    def do_POST(self):
        ask = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = self.server.text or json.dumps({"jsonrpc": "2.0", "id": ask["id"], "error": {"code": -32601, "message": "Method not found"}})
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


class Status(devnet_kit.Case):
    def test_where_it_is(self):
        d = self.devnet()
        o = self.ok_json("devnet", "status", "--node", d.url)
        self.assertEqual((o["chain_id"], o["height"], o["waiting"], o["warped_seconds"], o["denom"]), ("dev-1", 3, 0, 0, "ustake"))
        self.assertEqual(o["block_hash"], d.ask("status")["sync_info"]["latest_block_hash"])
        people = self.ok("devnet", "status", "--node", d.url).text
        self.assertIn("chain id:", people)
        self.assertIn("warped seconds:", people)

    def test_nobody_there(self):
        d = self.devnet()
        d.stop()
        o = self.refuse(kit.UNAVAILABLE, "devnet", "status", "--node", d.url, says="connect")
        self.assertIn("unrug devnet start", o.errors)

    def test_others(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        server.text = None
        self.refuse(kit.UNAVAILABLE, "devnet", "status", "--node", url, says="is no devnet")
        server.text = "{}}"
        self.refuse(kit.UNAVAILABLE, "devnet", "status", "--node", url, says="no JSON")
        server.text = '{"jsonrpc":"2.0","id":1,"result":{"chain_id":5}}'
        self.refuse(kit.INPUT, "devnet", "status", "--node", url, says="no chain_id")

    def test_mistakes(self):
        self.refuse(kit.USAGE, "devnet", "status", "--node", "none", says="none")
        self.write("other.json", "{}")
        self.refuse(kit.INPUT, "devnet", "status", "--node", "other.json", says="--ready-file")
        self.refuse(kit.USAGE, "devnet", "status", "--node", "http://192.0.2.1/", says="http")


if __name__ == "__main__":
    kit.main()
