"""A devnet with our contract on it; and a node before it that gives answers of the contract which are written down here."""
import base64
import http.server
import json
import threading
import urllib.request

import chain_kit

SMART = "/cosmwasm.wasm.v1.Query/SmartContractState"


class Canned(http.server.BaseHTTPRequestHandler):
    """Hands everything on but the contract's queries that server.answers has: name -> answer, or a function of the arguments."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        ask = json.loads(body)
        answer = self.canned(ask["params"]) if ask["method"] == "abci_query" and ask["params"]["path"] == SMART else None
        if answer is None:
            with urllib.request.urlopen(urllib.request.Request(self.server.to, body, {"content-type": "application/json"})) as r:
                text = r.read()
        else:
            data = json.dumps(answer).encode()
            n, head = len(data), bytearray(b"\x0a")
            while n > 127:
                head.append(n & 127 | 128)
                n >>= 7
            head.append(n)
            value = base64.b64encode(bytes(head) + data).decode()
            text = json.dumps({"jsonrpc": "2.0", "id": ask["id"], "result": {"response": {"code": 0, "value": value, "height": "9"}}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def canned(self, params):
        data = bytes.fromhex(params["data"])
        query = json.loads(data[data.index(b"{"):])  # the last field, behind the address
        (name, args), = query.items()
        self.server.asked.append((name, args))
        answer = self.server.answers.get(name)
        return answer(args) if callable(answer) else answer

    def log_message(self, *args):
        pass


class Case(chain_kit.Case):
    def setUp(self):
        super().setUp()
        self.contract = self.env["UNRUG_CONTRACT"] = self.deploy()["contract"]

    def can(self, **answers):
        """From now on these queries have these answers."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canned)
        server.to, server.answers, server.asked = self.node.url, answers, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.env["UNRUG_NODE"] = f"http://127.0.0.1:{server.server_port}"
        return server

    def committee(self, *args):
        return self.by("alice", "committee", "create", "--threshold", "2", "--member", chain_kit.ALICE, "--member", chain_kit.BOB, *args)


INSTANT = {"height": 5, "time_ns": "1780272000123456789"}
VAULT = {"ciphertext_hash": base64.b64encode(b"h" * 32).decode(), "committee": 1, "created": INSTANT, "epoch": 2, "heartbeat": INSTANT,
         "instance_key": base64.b64encode(bytes.fromhex("02" + "11" * 32)).decode(), "key": "VgAAAAAAAAAH", "label": "a \x1b[31m label",
         "max_lag_blocks": 480, "owner": chain_kit.ALICE, "policy_hash": base64.b64encode(b"p" * 32).decode(), "secret": None, "seen_height": 4,
         "sequence": 9, "silent": False, "silent_from": {"height": 500, "time_ns": "4102444800000000000"}, "state": "active", "vault": 7, "version": 3}
REQUEST = {"approvals": 1, "challenge": None, "evidence_hash": None, "key": "UQ==", "kind": "tee", "opened": INSTANT, "pk1": None, "pk2": None,
           "recipient": chain_kit.BOB, "request": 3, "slot": 0, "votes": None}
