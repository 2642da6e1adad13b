"""A devnet on loopback for a test, and a plain JSON-RPC client for it."""
import http.client
import json
import os
import signal
import subprocess
import urllib.parse

import kit

DEVNET = os.path.join(kit.BIN, "unrug-devnet")
SIGNALS = {"signal": signal.SIGTERM, "interrupt": signal.SIGINT}


class Devnet:
    """Running from the start on; stop() ends it, and looks that it ended well."""

    def __init__(self, *options, cwd=None, env=None):
        self.process = subprocess.Popen([DEVNET, "--listen", "127.0.0.1:0", "--json", *options], cwd=cwd, env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("no devnet: " + self.process.stderr.read().decode())
        self.ready = json.loads(line)
        self.url = self.ready["rpc"]
        self.port = urllib.parse.urlsplit(self.url).port

    def stop(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        return self.ended()

    def ended(self):
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out.decode(), err.decode()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    # -- asking

    def http(self, method, path, body=None):
        """(status, content type, body)"""
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request(method, path, body=body, headers={"content-type": "application/json"} if body is not None else {})
        r = c.getresponse()
        out = r.status, r.getheader("content-type"), r.read()
        c.close()
        return out

    def post(self, body):
        """The answer to a body (bytes, or what becomes JSON), and the status."""
        status, _, text = self.http("POST", "/", body if isinstance(body, bytes) else json.dumps(body).encode())
        return status, json.loads(text) if text else None

    def ask(self, method, **params):
        status, answer = self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        assert status == 200 and "result" in answer, answer
        return answer["result"]

    def error(self, method, **params):
        _, answer = self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return answer["error"]

    def query(self, path, data=b"", **more):
        return self.ask("abci_query", path=path, data=data.hex(), **more)["response"]


class Case(kit.Case):
    def devnet(self, *options, **more):
        d = Devnet(*options, cwd=self.dir, env=self.env, **more)
        self.addCleanup(d.kill)
        return d
