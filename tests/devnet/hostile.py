"""What a devnet does with bad requests: malformed, huge, deep, of wrong types; with slow clients, and with a thousand of
them. After each it still answers the others."""
import json
import os
import random
import resource
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))
import devnet_kit  # noqa: E402
import kit  # noqa: E402

BODY_MAX = 1000000
CONNECTIONS = 1000


class Hostile(devnet_kit.Case):
    def setUp(self):
        super().setUp()
        self.d = self.devnet()

    def memory(self, what):
        """In KiB: VmRSS now, VmHWM at the most."""
        with open(f"/proc/{self.d.process.pid}/status", encoding="utf-8") as f:
            return next(int(line.split()[1]) for line in f if line.startswith(what + ":"))

    def alive(self):
        self.assertEqual(self.d.ask("health"), {})

    def parse_error(self, body):
        status, answer = self.d.post(body)
        self.assertEqual((status, answer["error"]["code"]), (500, -32700), body[:80])
        self.alive()

    def test_malformed(self):
        for body in (b"{", b"}", b"[", b"nul", b"\xff\xfe", b"\x00", b'{"id":1,"method":"health"', b'{"id":1}x', b'"\xc3\x28"',
                     b'{"id":01,"method":"health"}', b'{"id":1,,"method":"health"}', b"[1,2]", b'[{"id":1},5]', b"true",
                     b'{"id":1,"id":2,"method":"health"}', b'{"id":1,"method":"health","params":{"a":1,"a":2}}',
                     b'{"id":{},"method":"health"}', b'{"id":[1],"method":"health"}', b'{"id":1e400,"method":"health"}',
                     json.dumps({"id": "x" * 1000, "method": "health"}).encode()):
            self.parse_error(body)

    def test_deep(self):
        for depth in (33, 1000, 150000):
            self.parse_error(b"[" * depth + b"]" * depth)
            self.parse_error(b'{"id":1,"method":"health","params":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}")

    def test_huge(self):
        request = {"id": 1, "method": "broadcast_tx_sync", "params": {"tx": ""}}
        room = BODY_MAX - len(json.dumps(request))
        request["params"]["tx"] = "A" * (room // 4 * 4)
        status, answer = self.d.post(request)
        self.assertEqual((status, answer["result"]["code"] != 0), (200, True))
        for size in (BODY_MAX + 1, 5 * BODY_MAX):
            try:
                status, _, _ = self.d.http("POST", "/", b" " * size)
                self.assertEqual(status, 413)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused while it was still being sent
            self.alive()
        many = [{"id": i, "method": "health"} for i in range(101)]
        self.parse_error(json.dumps(many).encode())
        status, answer = self.d.post(many[:100])
        self.assertEqual((status, len(answer)), (200, 100))

    def test_wrong_types(self):
        values = [None, True, 5, -1, 1.5, "", "x", "-1", "99999999999999999999", "1e3", "0x5", [], {}, ["1"], "AAAA", "zz", "é"]
        methods = {"block": ["height"], "validators": ["height", "page", "per_page"], "tx": ["hash", "prove"], "abci_query": ["path", "data", "height", "prove"],
                   "tx_search": ["query", "prove", "page", "per_page", "order_by"], "broadcast_tx_sync": ["tx"], "unrug_warp": ["seconds", "blocks"],
                   "blockchain": ["minHeight", "maxHeight"], "block_by_hash": ["hash"], "unrug_mine": ["blocks"]}
        for method, names in methods.items():
            for name in names:
                for value in values:
                    if method.startswith("unrug") and value is None:
                        continue
                    status, answer = self.d.post({"id": 1, "method": method, "params": {name: value}})
                    self.assertEqual(status, 200)
                    self.assertTrue("result" in answer or answer["error"]["code"] in (-32602, -32603), (method, name, value))
        for method in (None, 5, [], {}, "", "HEALTH", "health ", "he\nalth", "x" * 10000):
            _, answer = self.d.post({"id": 1, "method": method})
            self.assertEqual(answer["error"]["code"], -32601)
        self.alive()

    def test_protobuf_of_queries(self):
        with open(os.path.join(kit.ROOT, "lib/rpc/paths.def"), encoding="utf-8") as f:
            paths = [line.split('"')[1] for line in f if line.startswith("PATH")]
        seed = int(os.environ.get("UNRUG_SEED") or random.randrange(1 << 32))
        print(f"UNRUG_SEED={seed}", file=sys.stderr)
        rng = random.Random(seed)
        fixed = ["", "ff", "0a", "0aff", "0affffffffffffffffff01", "08ffffffffffffffffffff01", "0b", "0a00", "1200", "0a0161" * 50, "0801" * 1000]
        for path in paths:
            for data in fixed + [rng.randbytes(rng.randrange(40)).hex() for _ in range(20)]:
                r = self.d.query(path, bytes.fromhex(data))
                self.assertTrue(r["code"] != 0 or r["value"] is not None, (path, data))
        for path in ("/", "//", "/store", "/store/", "/store//key", "/store/wasm", "/store/wasm/", "/store/" + "x" * 300 + "/key", "x" * 5000, "\u0000", "%s%n"):
            self.assertNotEqual(self.d.query(path, b"k")["code"], 0, path)
        self.alive()

    def test_http(self):
        for path in ("/nope", "/health/", "/../etc/passwd", "/%2e%2e/", "/" + "a" * 3000):
            self.assertIn(self.d.http("GET", path)[0], (404, 414, 400), path)
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
            self.assertEqual(self.d.http(method, "/")[0], 405)
        self.assertEqual(self.d.http("POST", "/", b"")[0], 200)
        for raw in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", b"A" * 100000):
            with socket.create_connection(("127.0.0.1", self.d.port), timeout=60) as s:
                try:
                    s.sendall(raw)
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(65536):
                        pass
                except OSError:
                    pass
            self.alive()

    def test_slow_clients_and_hang_ups(self):
        slow = []
        for i in range(50):
            s = socket.create_connection(("127.0.0.1", self.d.port), timeout=60)
            s.sendall((b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", b"POST / HT", b"", b"GET /status HTTP/1.1\r\n")[i % 4])
            slow.append(s)
        for _ in range(20):
            self.alive()
        for i, s in enumerate(slow):
            if i % 4 == 0:
                s.sendall(b'"id":1,"method":"health"}' + b" " * 74)  # one of them goes on
                self.assertIn(b'"result":{}', s.recv(65536))
            s.close()
        self.alive()

    def test_answers_that_nobody_reads(self):
        asking = []
        request = json.dumps([{"id": i, "method": "blockchain"} for i in range(100)]).encode()
        for _ in range(100):
            s = socket.create_connection(("127.0.0.1", self.d.port), timeout=60)
            s.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(request) + request)
            asking.append(s)
        for _ in range(5):
            status, _, text = self.d.http("GET", "/health")
            self.assertIn(status, (200, 503))
        for s in asking:
            s.close()
        self.assertLess(self.memory("VmHWM"), 256 * 1024, "KiB")

    def test_a_thousand_connections(self):
        ask = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\n" + b'{"id":1,"method":"health"}'
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        held = [socket.create_connection(("127.0.0.1", self.d.port), timeout=60) for _ in range(CONNECTIONS)]
        for _ in range(2):
            for s in held:
                s.sendall(ask)
            for s in held:
                self.assertIn(b'"result":{}', s.recv(65536))
        late = socket.create_connection(("127.0.0.1", self.d.port), timeout=60)  # waits until one goes
        late.sendall(ask)
        held.pop().close()
        self.assertIn(b'"result":{}', late.recv(65536))
        rss = self.memory("VmRSS")
        print(f"resident with {CONNECTIONS} connections: {rss} KiB", file=sys.stderr)
        for s in held + [late]:
            s.close()
        self.alive()


if __name__ == "__main__":
    kit.main()
