"""One contract on two chains, wasmd and the devnet: transactions by wasmd's own command line, answers by RPC."""
import base64
import calendar
import json
import os
import subprocess
import time
import urllib.error
import urllib.request

import net

BUILD = os.path.abspath(os.environ.get("UNRUG_BUILD", os.path.join(net.ROOT, "build/release")))
CONTRACT = "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"  # the first instance of the first code, on any chain
CHAIN_ID = "dev-lives"
ACCOUNTS = [*range(9), *range(10, 17), *range(30, 37)]  # that can send: see lives.c
WORDS = "test test test test test test test test test test test junk"  # of the devnet's first account


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def proto(*fields):
    """Bytes fields, numbered from 1."""
    return b"".join(varint(i << 3 | 2) + varint(len(f)) + f for i, f in enumerate(fields, 1))


def proto_fields(data):
    """[(number, value)] of a message of varints and bytes."""
    out, at = [], 0

    def number():
        nonlocal at
        shift = value = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = number()
        value = number()
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        out.append((tag >> 3, value))
    return out


def field(data, which, default=b""):
    return next((v for n, v in proto_fields(data) if n == which), default)


class Chain:
    """`rpc` of a node, and `wasmd`, a function that runs the command line with the keys of all accounts."""

    def __init__(self, rpc, wasmd, funded, denom):
        self.rpc, self.wasmd, self.funded, self.denom = rpc, wasmd, funded, denom

    def ask(self, method, **params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        ask = urllib.request.Request(self.rpc, body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(ask, timeout=60) as reply:
                answer = json.load(reply)
        except urllib.error.HTTPError as e:
            answer = json.load(e)
        if "error" in answer:
            raise net.Refused(f"{method}: {answer['error']}")
        return answer["result"]

    def head(self):
        """Height and time of the newest block."""
        info = self.ask("status")["sync_info"]
        return int(info["latest_block_height"]), nanoseconds(info["latest_block_time"])

    def block_time(self, height):
        return nanoseconds(self.ask("header", height=str(height))["header"]["time"])

    def tx(self, *words, by, gas="6000000", more=()):
        """What became of a transaction: CometBFT's tx_result with its height, or the answer of the check that refused it."""
        try:
            sent = json.loads(self.wasmd("tx", *words, "--from", by, "--keyring-backend", "test", "--chain-id", CHAIN_ID, "--node",
                                         self.rpc, "--gas", gas, "--broadcast-mode", "sync", "--output", "json", "--yes", *more))
        except net.Refused as e:
            return {"refused": str(e)}
        if sent["code"] != 0:
            return {"check": True, "code": sent["code"], "codespace": sent["codespace"], "log": sent["raw_log"]}
        return self.result(sent["txhash"])

    def result(self, txhash):
        wanted = base64.b64encode(bytes.fromhex(txhash)).decode()

        def found():
            try:
                return self.ask("tx", hash=wanted)
            except net.Refused:
                return None

        tx = net.until(f"transaction {txhash}", found, pause_s=0.1)
        return {"height": int(tx["height"]), **tx["tx_result"]}

    def query(self, path, request):
        """The response's bytes, or the refusal's text."""
        answer = self.ask("abci_query", path=path, data=request.hex(), prove=False)["response"]
        if answer.get("code", 0) != 0:
            return None, answer["log"]
        return base64.b64decode(answer["value"] or ""), None

    def smart(self, message):
        value, refused = self.query("/cosmwasm.wasm.v1.Query/SmartContractState", proto(CONTRACT.encode(), message.encode()))
        return (None, refused) if value is None else (field(value, 1), None)

    def raw(self, key):
        value, refused = self.query("/cosmwasm.wasm.v1.Query/RawContractState", proto(CONTRACT.encode(), key))
        assert value is not None, refused
        return field(value, 1)

    def all_records(self):
        out, page = {}, b""
        while True:
            value, refused = self.query("/cosmwasm.wasm.v1.Query/AllContractState", proto(CONTRACT.encode(), page))
            assert value is not None, refused
            models = [v for n, v in proto_fields(value) if n == 1]
            out.update((field(m, 1), field(m, 2)) for m in models)
            following = field(field(value, 2), 1)
            if not following:
                return out
            page = varint(1 << 3 | 2) + varint(len(following)) + following

    def execute(self, message, by, **kw):
        return self.tx("wasm", "execute", CONTRACT, message, by=by, **kw)


def nanoseconds(text):
    whole, _, part = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int((part + "0" * 9)[:9])


class Wasmd(Chain):
    name = "wasmd"

    def __init__(self, commit_ms=800):
        self.net = net.Net(validators=1, commit_ms=commit_ms, chain_id=CHAIN_ID)
        try:
            self.net.start()
        except BaseException:
            self.net.close()
            raise
        super().__init__(self.net.nodes[0].rpc, self.net.wasmd, net.FUNDED, net.DENOM)

    def pass_by(self, blocks, seconds):
        height, time_ns = self.head()
        end = time_ns + seconds * 10**9
        net.until(f"{blocks} blocks and {seconds} s", lambda: reached(self.head(), height + blocks, end), seconds + net.PATIENCE_S, 0.2)

    def close(self):
        self.net.close()


def reached(head, height, time_ns):
    return head[0] >= height and head[1] >= time_ns


class Devnet(Chain):
    name = "the devnet"

    def __init__(self, keys):
        """keys: a Net whose client folder holds the accounts' keys."""
        ready, words = os.path.join(keys.dir, "devnet.json"), os.path.join(keys.dir, "words")
        with open(words, "w") as f:
            f.write(WORDS + "\n")
        os.chmod(words, 0o600)
        keys.wasmd("keys", "add", "devnet", "--recover", "--keyring-backend", "test", stdin=WORDS.encode() + b"\n")
        self.process = net.child(os.path.join(BUILD, "bin/unrug-devnet"), "--chain", CHAIN_ID, "--listen", "127.0.0.1:0", "--block-ms", "800", "--denom", net.DENOM,
                                 "--ready-file", ready, "--words-file", words, "--amount", str(10**15), stdout=subprocess.DEVNULL)
        net.until("the devnet is ready", lambda: self.process.poll() is not None or os.path.exists(ready))
        with open(ready) as f:
            said = json.load(f)
        super().__init__(said["rpc"], keys.wasmd, "devnet", net.DENOM)

    def pass_by(self, blocks, seconds):
        if seconds > 0:
            self.ask("unrug_warp", seconds=str(seconds), blocks=str(max(blocks, 1)))
        elif blocks > 0:
            self.ask("unrug_mine", blocks=str(blocks))

    def close(self):
        self.process.terminate()
        self.process.wait()
