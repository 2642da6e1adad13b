"""The ledger view (tests/chain/view.c) and CometBFT's light client (tests/chain/wasmd/light) beside each other."""
import hashlib
import os
import subprocess

import net

VIEW = os.path.join(os.path.abspath(os.environ.get("UNRUG_BUILD", os.path.join(net.ROOT, "build/release"))), "tests/chain_view")
LIGHT = os.path.join(net.BUILD, "light")
CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def address_bytes(text):
    """What a bech32 address stands for; it comes from the chain's own program, so its checksum is not looked at."""
    bits = "".join(f"{CHARSET.index(c):05b}" for c in text.rpartition("1")[2][:-6])
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))


def balance_key(address, denom):
    """Of x/bank: 02 | length | address | denomination."""
    raw = address_bytes(address)
    return b"\x02" + bytes([len(raw)]) + raw + denom.encode()


def contract_key(address, key):
    """Of x/wasm: 03 | contract | key."""
    return b"\x03" + address_bytes(address) + key


def history_key(address, position):
    return b"\x05" + address_bytes(address) + position.to_bytes(8, "big")


def checksum(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Client:
    """A program that answers lines."""

    def __init__(self, *command):
        self.process = net.child(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        assert line, f"{words}: the program ended"
        return line

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Pair:
    """Both, with one anchor. What they are asked must be answered alike, word by word; a refusal of the one must be one of the
    other too."""

    def __init__(self, chain_id, node, store, anchor_height):
        anchor = chain_id, str(anchor_height), node.block_hash(anchor_height)
        self.view = Client(VIEW, store, *anchor)
        self.light = Client(LIGHT, *anchor)
        self.agreed = self.refused = self.outside = 0

    def close(self):
        self.view.close()
        self.light.close()

    def use(self, *nodes):
        """The first leads, the next is a witness of both, others may become one."""
        self.use_urls(*(n.rpc for n in nodes))

    def use_urls(self, *urls):
        assert self.view.ask("from", 1, *urls) == "ok" and self.light.ask("from", *urls) == "ok"

    def same(self, ours, theirs):
        if ours.startswith("ok ") and theirs.startswith("ok "):
            assert ours == theirs, f"\nours:   {ours}\ntheirs: {theirs}"
            self.agreed += 1
        elif theirs.startswith("outside "):  # absence that ICS23 in Go cannot be shown: see docs/LEDGER.md
            assert ours.split()[1:] == theirs.split()[1:], f"\nours:   {ours}\ntheirs: {theirs}"
            self.outside += 1
        else:
            assert ours.startswith("no ") and theirs.startswith("no "), f"\nours:   {ours}\ntheirs: {theirs}"
            self.refused += 1
        return ours

    def sync(self, height, wait_ms=60000):
        return self.same(self.view.ask("sync", height, wait_ms), self.light.ask("sync", height))

    def get(self, store, key, height, wait_ms=60000):
        """The value in bytes, or None where its absence is proven."""
        line = self.same(self.view.ask("get", store, key.hex(), height, wait_ms), self.light.ask("get", store, key.hex(), height))
        assert line.startswith("ok "), line
        word = line.split()[3]
        return None if word == "absent" else bytes.fromhex(word)
