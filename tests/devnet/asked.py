"""What a real node was asked, for the comparison of its answers with a devnet's.

    python3 tests/devnet/asked.py URL ORIGIN [HASH HEIGHT ACCOUNT CODE CONTRACT] > tests/devnet/wasmd.json

asks a node again; HASH is of the transaction that made CONTRACT of CODE, and a message of ACCOUNT's."""
import base64
import json
import sys
import urllib.error
import urllib.request

NOBODY = "wasm1qyqszqgpqyqszqgpqyqszqgpqyqszqgpc0styh"  # 20 bytes of 01


def bech32(prefix, data):
    """BIP-173, enough to write an address."""
    digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = int.from_bytes(data, "big") << (-len(data) * 8 % 5)
    n = (len(data) * 8 + 4) // 5
    values = [bits >> (5 * (n - 1 - i)) & 31 for i in range(n)]

    def polymod(v):
        c = 1
        for x in v:
            top = c >> 25
            c = (c & 0x1FFFFFF) << 5 ^ x
            for i, g in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                c ^= g if top >> i & 1 else 0
        return c

    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod(expanded + values + [0] * 6) ^ 1
    return prefix + "1" + "".join(digits[v] for v in values + [check >> (5 * (5 - i)) & 31 for i in range(6)])


def unbech32(text):
    digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    values = [digits.index(c) for c in text[text.rindex("1") + 1:-6]]
    bits = 0
    for v in values:
        bits = bits << 5 | v
    n = len(values) * 5 // 8
    return (bits >> (len(values) * 5 - n * 8)).to_bytes(n, "big")


NOWHERE = bech32("wasm", b"\x01" * 32)


def varint(x):
    out = b""
    while x > 127:
        out += bytes([x & 127 | 128])
        x >>= 7
    return out + bytes([x])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def query(path, *fields, **more):
    data = b"".join(field(i + 1, f) for i, f in enumerate(fields) if f is not None)
    return {"method": "abci_query", "params": {"path": path, "data": data.hex(), **more}}


def call(method, **params):
    return {"method": method, "params": params}


PLAIN = {
    "health": call("health"),
    "status": call("status"),
    "net_info": call("net_info"),
    "genesis": call("genesis"),
    "abci_info": call("abci_info"),
    "consensus_params": call("consensus_params"),
    "consensus_params at 2": call("consensus_params", height="2"),
    "validators": call("validators"),
    "validators at 1": call("validators", height="1", page="1", per_page="100"),
    "validators, page 2": call("validators", page="2"),
    "validators, page 0": call("validators", page="0"),
    "validators, per_page -1": call("validators", per_page="-1"),
    "validators above": call("validators", height="99999999"),
    "block": call("block", height="2"),
    "block 1": call("block", height="1"),
    "block above": call("block", height="99999999"),
    "block 0": call("block", height="0"),
    "block -1": call("block", height="-1"),
    "block, null height": call("block", height=None),
    "block_by_hash, none": call("block_by_hash", hash="AAAA"),
    "block_results": call("block_results", height="2"),
    "blockchain": call("blockchain", minHeight="1", maxHeight="2"),
    "blockchain, contrary": call("blockchain", minHeight="2", maxHeight="1"),
    "blockchain, negative": call("blockchain", minHeight="-1", maxHeight="1"),
    "commit": call("commit", height="1"),
    "header": call("header", height="2"),
    "header_by_hash, none": call("header_by_hash", hash="00"),
    "tx, none": call("tx", hash="AAAA", prove=True),
    "tx, no base64": call("tx", hash="!"),
    "tx_search, nothing": call("tx_search", query="message.sender='nobody'", prove=False, page="1", per_page="30", order_by="asc"),
    "tx_search, empty": call("tx_search", query=""),
    "tx_search, no query": call("tx_search", query="tx.height"),
    "tx_search, wrong operand": call("tx_search", query="tx.height=x"),
    "tx_search, wrong character": call("tx_search", query="a.b != 'x'"),
    "tx_search, wrong order": call("tx_search", query="tx.height>1", order_by="up"),
    "tx_search, page 9": call("tx_search", query="a.b='c'", page="9"),
    "tx_search, long": call("tx_search", query="a.b='" + "c" * 600 + "'"),
    "broadcast_tx_sync, no transaction": call("broadcast_tx_sync", tx="AAAA"),
    "broadcast_tx_async, no transaction": call("broadcast_tx_async", tx="AAAB"),
    "broadcast_tx_commit, no transaction": call("broadcast_tx_commit", tx="AAAC"),
    "height as a number": call("header", height=5),
    "height as a word": call("header", height="five"),
    "positional": {"method": "header", "params": ["2"]},
    "positional, too many": {"method": "header", "params": ["2", "3"]},
    "params a string": {"method": "header", "params": "2"},
    "params null": {"method": "health", "params": None},
    "no params": {"method": "health"},
    "no such method": call("nope"),
    "subscribe over HTTP": call("subscribe", query="tm.event='Tx'"),
    "no path": call("abci_query"),
    "no such path": call("abci_query", path="/nope", data=""),
    "data no hex": call("abci_query", path="/nope", data="zz"),
    "store, absent with proof": call("abci_query", path="/store/wasm/key", data="ff", prove=True, height="0"),
    "store, height 1 with proof": call("abci_query", path="/store/wasm/key", data="ff", prove=True, height="1"),
    "store, absent": call("abci_query", path="/store/wasm/key", data="ff"),
    "store, above": call("abci_query", path="/store/wasm/key", data="ff", height="99999999"),
    "store, none": call("abci_query", path="/store/nope/key", data="ff"),
    "store, no key": call("abci_query", path="/store/wasm/key", data=""),
    "store, no such query": call("abci_query", path="/store/wasm/nope", data="ff"),
    "account, nobody": query("/cosmos.auth.v1beta1.Query/Account", NOBODY),
    "account, empty": query("/cosmos.auth.v1beta1.Query/Account"),
    "account, other prefix": query("/cosmos.auth.v1beta1.Query/Account", bech32("cosmos", b"\x01" * 20)),
    "account info, nobody": query("/cosmos.auth.v1beta1.Query/AccountInfo", NOBODY),
    "auth params": query("/cosmos.auth.v1beta1.Query/Params"),
    "balance, nobody": query("/cosmos.bank.v1beta1.Query/Balance", NOBODY, "ustake"),
    "balance, no denom": query("/cosmos.bank.v1beta1.Query/Balance", NOBODY),
    "balance, empty": query("/cosmos.bank.v1beta1.Query/Balance", None, "ustake"),
    "balances, nobody": query("/cosmos.bank.v1beta1.Query/AllBalances", NOBODY),
    "allowance, none": query("/cosmos.feegrant.v1beta1.Query/Allowance", NOBODY, bech32("wasm", b"\x02" * 20)),
    "get tx, none": query("/cosmos.tx.v1beta1.Service/GetTx", "00" * 32),
    "simulate, nothing": query("/cosmos.tx.v1beta1.Service/Simulate"),
    "simulate, no transaction": query("/cosmos.tx.v1beta1.Service/Simulate", None, b"\x00\x00\x00"),
    "contract, none": query("/cosmwasm.wasm.v1.Query/ContractInfo", NOWHERE),
    "contract, no address": query("/cosmwasm.wasm.v1.Query/ContractInfo", "wasm1"),
    "history, none": query("/cosmwasm.wasm.v1.Query/ContractHistory", NOWHERE),
    "smart, no contract": query("/cosmwasm.wasm.v1.Query/SmartContractState", NOWHERE, "{}"),
    "smart, no JSON": query("/cosmwasm.wasm.v1.Query/SmartContractState", NOWHERE, "{"),
    "raw, no contract": query("/cosmwasm.wasm.v1.Query/RawContractState", NOWHERE, b"k"),
    "state, no contract": query("/cosmwasm.wasm.v1.Query/AllContractState", NOWHERE),
    "code, none": query("/cosmwasm.wasm.v1.Query/Code", 9999),
    "code 0": query("/cosmwasm.wasm.v1.Query/Code"),
    "code info, none": query("/cosmwasm.wasm.v1.Query/CodeInfo", 9999),
    "contracts of a code, none": query("/cosmwasm.wasm.v1.Query/ContractsByCode", 9999),
    "contracts of code 0": query("/cosmwasm.wasm.v1.Query/ContractsByCode"),
    "wasm params": query("/cosmwasm.wasm.v1.Query/Params"),
}

def life(hash, height, account, code, contract):
    """What is asked after a life: `hash` and `height` are of the transaction that made `contract` of `code`."""
    code, hash64 = int(code), base64.b64encode(bytes.fromhex(hash)).decode()
    return {
        "tx": call("tx", hash=hash64),
        "tx with proof": call("tx", hash=hash64, prove=True),
        "tx_search by hash": call("tx_search", query=f"tx.hash='{hash}'"),
        "tx_search with proof": call("tx_search", query=f"tx.height={height}", prove=True),
        "tx_search, one event": call("tx_search", query=f"instantiate._contract_address='{contract}' AND instantiate.code_id='{code}'"),
        "tx_search, two events": call("tx_search", query=f"instantiate._contract_address='{contract}' AND tx.fee_payer='{account}'"),
        "tx_search, backwards": call("tx_search", query=f"execute._contract_address='{contract}' AND tx.height>=1", order_by="desc", per_page="2"),
        "block with one": call("block", height=str(height)),
        "results with one": call("block_results", height=str(height)),
        "account": query("/cosmos.auth.v1beta1.Query/Account", account),
        "account info": query("/cosmos.auth.v1beta1.Query/AccountInfo", account),
        "balances": query("/cosmos.bank.v1beta1.Query/AllBalances", account),
        "code info": query("/cosmwasm.wasm.v1.Query/CodeInfo", code),
        "codes": query("/cosmwasm.wasm.v1.Query/Codes"),
        "codes, limited": query("/cosmwasm.wasm.v1.Query/Codes", field(3, 1)),
        "contract": query("/cosmwasm.wasm.v1.Query/ContractInfo", contract),
        "history": query("/cosmwasm.wasm.v1.Query/ContractHistory", contract),
        "contracts of a code": query("/cosmwasm.wasm.v1.Query/ContractsByCode", code),
        "contracts of a code, counted": query("/cosmwasm.wasm.v1.Query/ContractsByCode", code, field(4, 1)),
        "raw, absent": query("/cosmwasm.wasm.v1.Query/RawContractState", contract, b"zz"),
        "get tx": query("/cosmos.tx.v1beta1.Service/GetTx", hash),
        "proven contract": call("abci_query", path="/store/wasm/key", data="02" + unbech32(contract).hex(), prove=True),
    }


URIS = {
    "": "/",
    "health": "/health",
    "no such method": "/nope",
    "height": "/header?height=2",
    "height in quotes": "/header?height=%222%22",
    "height in hex": "/header?height=0x02",
    "height a word": "/header?height=five",
    "height above": "/header?height=99999999",
    "hash in hex": "/tx?hash=0x00",
    "hash as text": "/tx?hash=%22abc%22",
    "hash bare": "/tx?hash=abc",
    "query": "/abci_query?path=%22/store/wasm/key%22&data=0xff&prove=true",
    "path bare": "/abci_query?path=/store/wasm/key",
    "prove no bool": "/tx?hash=0x00&prove=maybe",
}

BODIES = {
    "notification": '{"jsonrpc":"2.0","method":"health","params":{}}',
    "null id": '{"id":null,"method":"health"}',
    "text id": '{"id":"x","method":"health"}',
    "negative id": '{"id":-1,"method":"health"}',
    "bool id": '{"id":true,"method":"health"}',
    "no method": '{"id":1}',
    "batch": '[{"id":1,"method":"health"},{"id":2,"method":"nope"}]',
    "batch of one": '[{"id":1,"method":"health"}]',
    "batch with a notification": '[{"method":"health"},{"id":"b","method":"health"}]',
    "batch of none": "[]",
    "cut": '{"id":1,"method":',
    "text": '"x"',
    "number": "5",
}


def ask(url, body):
    """(HTTP status, text)"""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, headers={"content-type": "application/json"} if body else {})) as r:
            return r.status, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def ask_each(url, requests):
    return {name: json.loads(ask(url, json.dumps({"jsonrpc": "2.0", "id": 1, **r}).encode())[1]) for name, r in requests.items()}


def ask_rest(url):
    out = {"uris": {}, "bodies": {}}
    for name, path in URIS.items():
        status, text = ask(url + path, None)
        out["uris"][name] = {"status": status, "text": text if text.startswith("{") or status != 200 else ""}
    for name, body in BODIES.items():
        status, text = ask(url, body.encode())
        out["bodies"][name] = {"status": status, "text": text}
    return out


def main():
    url, origin, *rest = sys.argv[1:]
    out = {"origin": origin, "plain": ask_each(url, PLAIN), **ask_rest(url)}
    out["plain"]["genesis"]["result"]["genesis"]["app_state"] = {}  # large, and a chain's own
    if rest:
        out["life"] = ask_each(url, life(*rest))
    print(json.dumps(out, indent=0))


if __name__ == "__main__":
    main()
