"""A captured development chain (tests/light/capture.c makes it), as files and as a node on loopback."""
import http.server
import json
import os
import shutil
import threading

import kit

EXAMPLE = os.path.join(kit.ROOT, "tests/cli/examples/light")
CHAIN, ANCHOR, NEWEST = "dev-captured-1", 3, 22


class Node(http.server.BaseHTTPRequestHandler):
    """JSON-RPC over what was captured; server.spoil, if set, has the last word on each answer: (method, text) -> bytes."""

    def answer(self, method, params):
        chain = self.server.chain
        height = params.get("height", str(NEWEST))
        if method == "status":
            return {"sync_info": {"latest_block_height": str(NEWEST)}}
        for b in chain["blocks"]:
            if method == "commit" and b["commit"]["signed_header"]["header"]["height"] == height:
                return b["commit"]
            for name in ("validators", "next_validators"):
                if method == "validators" and b[name]["block_height"] == height:
                    return b[name]
        for p in chain["proofs"]:
            if method == "abci_query" and p["height"] == height and p["key_hex"] == params["data"].lower() and \
                    params["path"] == f"/store/{p['store']}/key" and params["prove"] is True:
                return p["answer"]
        return None

    def reply(self, ask):
        self.server.asked.append(ask["method"])
        result = self.answer(ask["method"], ask["params"])
        reply = {"jsonrpc": "2.0", "id": ask["id"]}
        if result is None:
            reply["error"] = {"code": -32603, "message": "Internal error", "data": "height is not available"}
        else:
            reply["result"] = result
        return reply

    def do_POST(self):
        ask = json.loads(self.rfile.read(int(self.headers["content-length"])))
        one = ask if isinstance(ask, dict) else ask[0]
        reply = self.reply(ask) if isinstance(ask, dict) else [self.reply(a) for a in ask]
        text = json.dumps(reply).encode()
        if self.server.spoil is not None:
            text = self.server.spoil(one["method"], text)
        self.send_response(500 if "error" in reply else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


class Case(kit.Case):
    """self.dir holds captured.json and hash."""

    def setUp(self):
        super().setUp()
        for name in ("captured.json", "hash"):
            shutil.copy(os.path.join(EXAMPLE, name), self.dir)
        self.hash = self.read_text("hash")
        self.chain = json.loads(self.read("captured.json"))

    def init(self, *more):
        self.ok("light", "init", "--store", "light.db", "--chain", CHAIN, "--height", str(ANCHOR), "--hash", self.hash,
                "--trusting-days", "36500", *more)

    def node(self, spoil=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node)
        server.chain, server.spoil, server.asked = self.chain, spoil, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, f"http://127.0.0.1:{server.server_address[1]}"

    def block(self, height):
        return next(b for b in self.chain["blocks"] if b["commit"]["signed_header"]["header"]["height"] == str(height))

    def hash_of(self, height):
        return self.block(height)["commit"]["signed_header"]["commit"]["block_id"]["hash"].lower()
