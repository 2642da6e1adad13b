#!/usr/bin/env python3
"""Lives of committees and vaults on wasmd and on the devnet (chain_lives drives them, and runs the contract natively beside): codes,
contract errors, events, replies, answers to queries and raw records are the contract's own, byte for byte, on both. Then
transactions that chains refuse or fail themselves: both say the same code. What differs by nature is not compared: gas, hashes, and
the words of logs around a contract's error."""
import base64
import json
import os
import socket
import subprocess
import threading
import traceback

import lives_kit as kit
import net

LIVES = os.path.join(kit.BUILD, "tests/chain_lives")
WASM = os.path.join(kit.BUILD, "contract/unrug.wasm")


def attributes(event):
    """Of an event of the contract, without what the chain adds."""
    return [(a["key"], a["value"]) for a in event["attributes"] if a["key"] not in ("_contract_address", "msg_index")]


def own_events(result):
    return [(e["type"], attributes(e)) for e in result["events"] if e["type"].startswith("wasm-")]


def reply_data(result):
    """The contract's reply inside TxMsgData, or None."""
    message = kit.field(base64.b64decode(result.get("data") or ""), 2)
    return kit.field(kit.field(message, 2), 1) or None if message else None


class Play:
    def __init__(self, chain, addresses):
        self.chain, self.addresses, self.names = chain, addresses, {a: n for n, a in addresses.items()}
        self.sent = self.taken = self.refused = self.asked = self.records = 0
        self.pending = None

    def account(self, name):
        return self.addresses.get(name, "-")

    def execute(self, rest):
        sender, _, message = rest.partition(" ")
        result = self.chain.execute(message, by=self.names[sender])
        assert "height" in result, (message[:500], result)
        self.pending = ("message", message, result)
        self.sent += 1
        return f"{result['height']} {self.chain.block_time(result['height'])}"

    def asked_query(self, message):
        self.pending = ("query", message, self.chain.smart(message))
        self.asked += 1
        return "ok"

    def said(self, text):
        native = json.loads(text)
        kind, message, there = self.pending
        (self.compare_query if kind == "query" else self.compare_message)(message, native, there)
        return "ok"

    def compare_message(self, message, native, there):
        if "error" in native:
            self.refused += 1
            assert (there["code"], there["codespace"]) == (5, "wasm"), (message, native, there)
            assert f"{native['error']}: execute wasm contract failed" in there["log"], (message, native, there["log"])
            return
        self.taken += 1
        assert there["code"] == 0, (message, there)
        want = [("wasm-" + e["type"], attributes(e)) for e in native["ok"]["events"]]
        assert own_events(there) == want, (message, own_events(there), want)
        data = native["ok"]["data"]
        assert reply_data(there) == (base64.b64decode(data) if data else None), (message, data, there)

    def compare_query(self, message, native, there):
        answer, refused = there
        if "error" in native:
            assert answer is None and native["error"] in refused, (message, native, there)
        else:
            assert answer == base64.b64decode(native["ok"]), (message, native, there)

    def pass_by(self, rest):
        blocks, seconds = map(int, rest.split())
        self.chain.pass_by(blocks, seconds)
        height, time_ns = self.chain.head()
        return f"{height + 1} {time_ns}"

    def record(self, rest):
        key, value = rest.split()
        assert self.chain.raw(bytes.fromhex(key)) == bytes.fromhex(value), (self.chain.name, key, value)
        self.records += 1
        return "ok"

    def answer(self, line):
        verb, _, rest = line.partition(" ")
        return {"account": self.account, "execute": self.execute, "asked": self.asked_query, "said": self.said, "pass": self.pass_by,
                "record": self.record}[verb](rest)

    def run(self):
        ours, theirs = socket.socketpair()
        lives = net.child(LIVES, str(theirs.fileno()), kit.CHAIN_ID, pass_fds=[theirs.fileno()])
        theirs.close()
        with ours, ours.makefile("r") as lines, ours.makefile("w") as out:
            for line in lines:
                out.write(str(self.answer(line.rstrip("\n"))) + "\n")
                out.flush()
        assert lives.wait() == 0, f"{self.chain.name}: chain_lives failed"
        assert self.sent >= 150 and self.refused >= 40, (self.sent, self.refused)
        assert len(self.chain.all_records()) == self.records
        print(f"{self.chain.name}: {self.sent} transactions, {self.taken} taken and {self.refused} refused, {self.asked} questions, "
              f"{self.records} records", flush=True)


def fund(chain, addresses):
    for address in addresses.values():
        assert chain.tx("bank", "send", chain.funded, address, f"1000000000{chain.denom}", by=chain.funded)["code"] == 0


def deploy(chain):
    stored = chain.tx("wasm", "store", WASM, by=chain.funded, gas="200000000")
    assert stored["code"] == 0, stored
    made = chain.tx("wasm", "instantiate", "1", "{}", "--label", "unrug", "--no-admin", by=chain.funded)
    assert made["code"] == 0, made
    assert any(a["value"] == kit.CONTRACT for e in made["events"] for a in e["attributes"])


# -- what chains themselves refuse or fail

def outcomes(chain, addresses):
    """{name: (where it ended, code, codespace)}"""
    someone, other = "account 0", addresses["account 1"]
    coins = f"1{chain.denom}"
    send = ("bank", "send", someone, other, coins)
    execute = ("wasm", "execute", kit.CONTRACT, "{\"nothing\":{}}")
    nowhere = "wasm1nc5tatafv6eyq7llkr2gv50ff9e22mnf70qgjlv737ktmt4eswrqr5j2ht"
    rows = {
        "a send": (send, {}),
        "more than there is": (("bank", "send", someone, other, f"9999999999999{chain.denom}"), {}),
        "a coin that nobody has": (("bank", "send", someone, other, "1nothing"), {}),
        "gas for nothing": (send, {"gas": "1000"}),
        "gas for the check but not for the work": (execute, {"gas": "70000"}),
        "another chain's signature": (send, {"more": ("--chain-id", "dev-other")}),
        "a long memo": (send, {"more": ("--note", "x" * 257)}),
        "too late": (send, {"more": ("--timeout-height", "1")}),
        "fees that nobody has": (send, {"more": ("--fees", f"99999999999999{chain.denom}")}),
        "fees in another coin": (send, {"more": ("--fees", "1nothing")}),
        "a sequence that was used": (send, {"more": ("--sequence", "0", "--account-number", "", "--offline")}),
        "a message that the contract does not know": (execute, {}),
        "coins for the contract": (execute, {"more": ("--amount", coins)}),
        "a contract that is not there": (("wasm", "execute", nowhere, "{}"), {}),
        "a code that is not there": (("wasm", "instantiate", "999", "{}", "--label", "x", "--no-admin"), {"by": chain.funded}),
        "an instance with a wrong message": (("wasm", "instantiate", "1", "{\"x\":1}", "--label", "x", "--no-admin"), {"by": chain.funded}),
        "a second instance": (("wasm", "instantiate", "1", "{}", "--label", "second", "--no-admin"), {"by": chain.funded}),
        "an allowance": (("feegrant", "grant", someone, other, "--spend-limit", f"100{chain.denom}"), {}),
        "the same allowance again": (("feegrant", "grant", someone, other, "--spend-limit", f"100{chain.denom}"), {}),
        "fees by the allowance": (("bank", "send", "account 1", addresses["account 2"], coins),
                                  {"by": "account 1", "more": ("--fees", f"60{chain.denom}", "--fee-granter", addresses[someone])}),
        "more fees than the allowance has left": (("bank", "send", "account 1", addresses["account 2"], coins),
                                                  {"by": "account 1", "more": ("--fees", f"60{chain.denom}", "--fee-granter", addresses[someone])}),
        "the allowance revoked": (("feegrant", "revoke", someone, other), {}),
        "fees by an allowance that is gone": (("bank", "send", "account 1", addresses["account 2"], coins),
                                              {"by": "account 1", "more": ("--fees", f"1{chain.denom}", "--fee-granter", addresses[someone])}),
    }
    out = {}
    for name, (words, how) in rows.items():
        how = dict(how)
        if "--account-number" in how.get("more", ()):
            more = list(how["more"])
            more[more.index("--account-number") + 1] = str(account_number(chain, addresses[someone]))
            how["more"] = more
        result = chain.tx(*words, by=how.pop("by", someone), **how)
        assert "refused" not in result, (chain.name, name, result)
        out[name] = ("check" if result.get("check") else "block", result["code"], result["codespace"])
    return out


def account_number(chain, address):
    value, refused = chain.query("/cosmos.auth.v1beta1.Query/AccountInfo", kit.proto(address.encode()))
    assert value is not None, refused
    return kit.field(kit.field(value, 1), 3, 0)


def play(chain, addresses, results):
    fund(chain, addresses)
    deploy(chain)
    Play(chain, addresses).run()
    results[chain.name] = outcomes(chain, addresses)


def main():
    wasmd = kit.Wasmd()
    try:
        for n in kit.ACCOUNTS:
            wasmd.wasmd("keys", "add", f"account {n}", "--keyring-backend", "test")
        addresses = {f"account {n}": wasmd.net.address_of(f"account {n}") for n in kit.ACCOUNTS}
        devnet = kit.Devnet(wasmd.net)
        results, failed = {}, []

        def devnet_too():
            try:
                play(devnet, addresses, results)
            except BaseException as e:
                traceback.print_exc()
                failed.append(e)

        beside = threading.Thread(target=devnet_too)  # it computes while wasmd's silence is waited for
        beside.start()
        try:
            play(wasmd, addresses, results)
        finally:
            beside.join()
            devnet.close()
        if failed:
            raise failed[0]
        for name, outcome in results[wasmd.name].items():
            assert results[devnet.name][name] == outcome, (name, results[devnet.name][name], outcome)
            print(f"{name}: {outcome}")
    finally:
        wasmd.close()


if __name__ == "__main__":
    main()
