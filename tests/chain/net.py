"""A real chain for tests: wasmd validators on loopback, all of it gone when the test ends or dies.

    with net.Net(validators=4) as chain:           # started, making blocks
        chain.tx("wasm", "store", "contract.wasm") # signed by chain.funded, waited for; returns CometBFT's tx_result
        chain.query("bank", "balances", chain.address)
        chain.nodes[3].stop(); chain.nodes[3].start()
        chain.wait_height(chain.height() + 5)

`chain.nodes[i].rpc` is a node's URL, `chain.key_hex` the funded account's private key, `chain.wasmd(...)` any command.
`tests/chain/build` makes the program. Run as a program (`python3 tests/chain/net.py 4`), it keeps a network up until it is
interrupted, and says where.
"""
import base64
import contextlib
import ctypes
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build/chain")
WASMD = os.path.join(BUILD, "wasmd")
FUNDED = "funded"  # the account's name; it has 10^15 of each token
DENOM = "stake"
PATIENCE_S = 120  # for what hangs: a busy machine must not fail


class Refused(Exception):
    """The chain answered, and the answer is no."""


def _die_with_parent():
    """In the child: a test that is killed takes its nodes with it."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def child(*args, **kw):
    """A process that does not outlive this one."""
    return subprocess.Popen(args, preexec_fn=_die_with_parent, **kw)


def until(what, condition, patience_s=PATIENCE_S, pause_s=0.05):
    """The first true result of condition(); an error that says `what` if it takes too long."""
    end = time.monotonic() + patience_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {patience_s} s")
        time.sleep(pause_s)


class Ports:
    """Free ports of loopback, below those that the system gives to outgoing connections; held until they are released, so
    that two networks that start at once do not choose the same."""

    def __init__(self):
        self.held = {}

    def take(self):
        while True:
            port = random.randint(10000, 32000)
            s = socket.socket()
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                s.close()
                continue
            self.held[port] = s
            return port

    def release(self, *ports):
        for port in ports:
            held = self.held.pop(port, None)
            if held is not None:
                held.close()


def edit_toml(path, changes):
    """Set "section.key" (or "key" before the first section) to a value in TOML; each must be there once."""
    section, out, left = "", [], dict(changes)
    with open(path) as f:
        for line in f:
            head = re.match(r"\[(.+)\]\s*$", line)
            name = re.match(r"([\w-]+)\s*=", line)
            if head:
                section = head.group(1) + "."
            if name and section + name.group(1) in left:
                line = f"{name.group(1)} = {json.dumps(left.pop(section + name.group(1)))}\n"
            out.append(line)
    assert not left, f"{path} has no {sorted(left)}"
    with open(path, "w") as f:
        f.writelines(out)


class Rpc:
    """A node that answers at self.rpc."""

    def __init__(self, url):
        self.rpc = url

    def ask(self, method, **params):
        """The result of a JSON-RPC call; Refused with the node's error."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        ask = urllib.request.Request(self.rpc, body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(ask, timeout=30) as reply:
                answer = json.load(reply)
        except urllib.error.HTTPError as e:
            answer = json.load(e)
        if "error" in answer:
            raise Refused(f"{method}: {answer['error']}")
        return answer["result"]

    def height(self):
        return int(self.ask("status")["sync_info"]["latest_block_height"])

    def block_hash(self, height):
        """In lower-case hex."""
        return self.ask("commit", height=str(height))["signed_header"]["commit"]["block_id"]["hash"].lower()


class Node(Rpc):
    def __init__(self, chain, name):
        self.chain, self.name, self.process = chain, name, None
        self.home = os.path.join(chain.dir, name)
        self.rpc_port, self.p2p_port, self.api_port = (chain.ports.take() for _ in range(3))
        super().__init__(f"http://127.0.0.1:{self.rpc_port}")
        self.api = f"http://127.0.0.1:{self.api_port}"
        with open(self.file("config/node_key.json")) as f:
            public = base64.b64decode(json.load(f)["priv_key"]["value"])[32:]
        self.peer = f"{hashlib.sha256(public).hexdigest()[:40]}@127.0.0.1:{self.p2p_port}"
        with open(self.file("config/priv_validator_key.json")) as f:
            self.consensus_key = json.load(f)  # {"address", "pub_key", "priv_key"}

    def file(self, name):
        return os.path.join(self.home, name)

    def configure(self, peers):
        ms = self.chain.commit_ms
        edit_toml(self.file("config/config.toml"), {
            "rpc.laddr": f"tcp://127.0.0.1:{self.rpc_port}",
            "rpc.pprof_laddr": "",
            "p2p.laddr": f"tcp://127.0.0.1:{self.p2p_port}",
            "p2p.external_address": "",
            "p2p.persistent_peers": ",".join(p for p in peers if p != self.peer),
            "p2p.pex": False,
            "p2p.addr_book_strict": False,
            "p2p.allow_duplicate_ip": True,
            "p2p.flush_throttle_timeout": "5ms",
            "consensus.peer_gossip_sleep_duration": "5ms",
            "consensus.timeout_commit": f"{ms}ms",
            "consensus.timeout_propose": f"{2 * ms + 400}ms",
            "consensus.timeout_prevote": f"{ms + 200}ms",
            "consensus.timeout_precommit": f"{ms + 200}ms",
            "instrumentation.prometheus": False,
        })
        edit_toml(self.file("config/app.toml"), {
            "minimum-gas-prices": f"0{DENOM}",
            "pruning": "nothing",
            "telemetry.enabled": False,
            "api.enable": self.chain.rest,
            "api.address": f"tcp://127.0.0.1:{self.api_port}",
            "grpc.enable": self.chain.rest,
            "grpc.address": f"127.0.0.1:{self.chain.ports.take() if self.chain.rest else 9090}",
            "grpc-web.enable": False,
        })

    def start(self):
        assert self.process is None, f"{self.name} runs already"
        self.chain.ports.release(self.rpc_port, self.p2p_port, self.api_port)
        with open(self.file("log"), "ab") as log:
            self.process = child(WASMD, "start", "--home", self.home, "--log_level", "error", stdout=log, stderr=log)

    def wait_answering(self):
        until(f"{self.name} answers", self.is_answering)

    def is_answering(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}: {self.log_end()}")
        with contextlib.suppress(OSError):
            return self.height() >= 1
        return False

    def log_end(self):
        with open(self.file("log"), "rb") as f:
            return f.read()[-3000:].decode(errors="replace")

    def stop(self, how=signal.SIGTERM):
        """Ends the node, by SIGKILL if asked so or if it does not follow."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Net:
    """validators: how many at genesis, of equal power (100). commit_ms: the pause after each block. rest: also serve the REST
    gateway. genesis: a function that changes the parsed genesis (slashing and staking parameters, for instance)."""

    def __init__(self, validators=1, commit_ms=200, chain_id="unrug-test", rest=False, genesis=None):
        if not os.access(WASMD, os.X_OK):
            raise SystemExit(f"{WASMD} is missing: run tests/chain/build")
        self.chain_id, self.commit_ms, self.rest = chain_id, commit_ms, rest
        self.ports = Ports()
        self.dir = tempfile.mkdtemp(prefix="unrug-chain-")
        try:
            self._make(validators, genesis)
        except BaseException:
            self.close()
            raise

    def _make(self, validators, genesis):
        self.client = os.path.join(self.dir, "client")  # holds all keys: the funded account's, and node0, node1, … of the operators
        made = os.path.join(self.dir, "made")
        self.wasmd("testnet", "init-files", "--v", str(validators), "--output-dir", made, "--chain-id", self.chain_id,
                   "--keyring-backend", "test", "--single-host", "--starting-ip-address", "127.0.0.1", "--node-daemon-home", "home")
        self.wasmd("keys", "add", FUNDED, "--keyring-backend", "test")
        self.nodes = []
        for i in range(validators):
            name = f"node{i}"
            os.rename(os.path.join(made, name, "home"), os.path.join(self.dir, name))
            self._import_keys(name)
            self.nodes.append(Node(self, name))
        shutil.rmtree(made)
        self.address = self.address_of(FUNDED)
        self.key_hex = self.wasmd("keys", "export", FUNDED, "--unarmored-hex", "--unsafe", "--keyring-backend", "test",
                                  stdin=b"y\n").split()[-1]
        self._finish_genesis(genesis)
        for node in self.nodes:
            node.configure([n.peer for n in self.nodes])

    def _import_keys(self, name):
        shutil.copytree(os.path.join(self.dir, name, "keyring-test"), os.path.join(self.client, "keyring-test"), dirs_exist_ok=True)

    def _finish_genesis(self, change):
        first = self.nodes[0].file("config/genesis.json")
        coins = f"1000000000000000{DENOM},1000000000000000testtoken"
        self.wasmd("genesis", "add-genesis-account", self.address, coins, "--home", self.nodes[0].home)
        with open(first) as f:
            genesis = json.load(f)
        if change is not None:
            change(genesis)
        for node in self.nodes:
            with open(node.file("config/genesis.json"), "w") as f:
                json.dump(genesis, f)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_answering()

    def close(self):
        """Ends all nodes and removes their files."""
        for node in getattr(self, "nodes", []):
            node.stop(signal.SIGKILL)
        self.ports.release(*list(self.ports.held))
        shutil.rmtree(self.dir, ignore_errors=True)

    def add_node(self):
        """One more node, which follows the chain and is no validator yet. Its operator's key has the node's name."""
        name = f"node{len(self.nodes)}"
        home = os.path.join(self.dir, name)
        self.wasmd("init", name, "--chain-id", self.chain_id, "--home", home)
        shutil.copy(self.nodes[0].file("config/genesis.json"), os.path.join(home, "config/genesis.json"))
        self.wasmd("keys", "add", name, "--keyring-backend", "test")
        node = Node(self, name)
        node.configure([n.peer for n in self.nodes])
        self.nodes.append(node)
        node.start()
        until(f"{name} has caught up", lambda: node.is_answering() and not node.ask("status")["sync_info"]["catching_up"])
        return node

    # -- commands

    def wasmd(self, *args, stdin=b""):
        """Run the program; its standard output. Keys are in self.client unless --home says otherwise."""
        home = () if "--home" in args else ("--home", self.client)
        p = subprocess.run([WASMD, *args, *home], input=stdin, capture_output=True, timeout=PATIENCE_S)
        if p.returncode != 0:
            raise Refused(f"wasmd {' '.join(args)}: {p.stderr.decode(errors='replace').strip()[-2000:]}")
        return p.stdout.decode()

    def address_of(self, name, kind="acc"):
        """The account (or, with kind "val", the operator) address of a key in self.client."""
        return self.wasmd("keys", "show", name, "-a", "--bech", kind, "--keyring-backend", "test").strip()

    def live(self):
        """A node that runs."""
        return next(n for n in self.nodes if n.process is not None)

    def ask(self, method, **params):
        return self.live().ask(method, **params)

    def height(self):
        return self.live().height()

    def wait_height(self, height, patience_s=PATIENCE_S):
        until(f"height {height}", lambda: self.height() >= height, patience_s)

    def query(self, *args):
        """`wasmd query ...`, parsed."""
        return json.loads(self.wasmd("query", *args, "--node", self.live().rpc, "--output", "json"))

    def tx(self, *args, by=FUNDED, gas=20000000):
        """`wasmd tx ...`, signed by a key of self.client. Returns the result once it is in a block:
        {"hash", "height", "tx_result"}. Refused if the chain refuses it."""
        sent = json.loads(self.wasmd("tx", *args, "--from", by, "--keyring-backend", "test", "--chain-id", self.chain_id, "--node",
                                     self.live().rpc, "--gas", str(gas), "--broadcast-mode", "sync", "--output", "json", "--yes"))
        if sent["code"] != 0:
            raise Refused(f"tx {' '.join(args)}: {sent['raw_log']}")
        return self.wait_tx(sent["txhash"])

    def wait_tx(self, hash_hex):
        """The result of a transaction that was sent, once it is in a block."""
        sent = base64.b64encode(bytes.fromhex(hash_hex)).decode()

        def found():
            with contextlib.suppress(Refused):
                return self.ask("tx", hash=sent)
            return None

        done = until(f"transaction {hash_hex}", found)
        if done["tx_result"]["code"] != 0:
            raise Refused(f"transaction {hash_hex}: {done['tx_result']['log']}")
        return done

    @staticmethod
    def event(done, kind, key):
        """The attribute `key` of the first event of that kind in what tx() returned."""
        return next(a["value"] for e in done["tx_result"]["events"] if e["type"] == kind for a in e["attributes"] if a["key"] == key)

    # -- contracts

    def store_code(self, path):
        """Upload a module; its code id, as text."""
        return self.event(self.tx("wasm", "store", path, gas=200000000), "store_code", "code_id")

    def instantiate(self, code_id, message="{}", admin=None):
        """The contract's address."""
        who = ("--admin", admin) if admin else ("--no-admin",)
        return self.event(self.tx("wasm", "instantiate", code_id, message, "--label", "test", *who), "instantiate", "_contract_address")

    def add_validator(self, stake=100000000):
        """A new node that becomes a validator with this stake (10^6 are one of power)."""
        node = self.add_node()
        self.tx("bank", "send", FUNDED, self.address_of(node.name), f"{2 * stake}{DENOM}")
        description = os.path.join(self.dir, "validator.json")
        with open(description, "w") as f:
            json.dump({"pubkey": {"@type": "/cosmos.crypto.ed25519.PubKey", "key": node.consensus_key["pub_key"]["value"]},
                       "amount": f"{stake}{DENOM}", "moniker": node.name, "commission-rate": "0.1", "commission-max-rate": "0.2",
                       "commission-max-change-rate": "0.01", "min-self-delegation": "1"}, f)
        self.tx("staking", "create-validator", description, by=node.name)
        return node

    def powers(self, height=None):
        """{consensus address: power} of the validators of a height."""
        at = {} if height is None else {"height": str(height)}
        return {v["address"]: int(v["voting_power"]) for v in self.ask("validators", per_page="100", **at)["validators"]}


def main():
    with Net(validators=int(sys.argv[1]) if len(sys.argv) > 1 else 1, rest=True) as chain:
        print(f"chain {chain.chain_id}, files in {chain.dir}")
        for node in chain.nodes:
            print(f"{node.name}: {node.rpc}  {node.api}")
        print(f"{chain.address}: {chain.key_hex}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
