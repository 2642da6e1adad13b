"""The ledger view against CometBFT's own light client, and its proofs against ICS23 in Go, on four validators of wasmd: while powers
change, validators stop, are jailed, come back, join and leave, while the chain stands still and goes on, and after 500 blocks
without looking. Both are asked the same and must say the same: height, hash, application hash, record, refusal."""
import json
import os
import subprocess
import unittest

import light_kit
import net

WINDOW = 60  # blocks; who missed half of them is jailed
AWAY = 500  # blocks


def short_patience(genesis):
    genesis["app_state"]["slashing"]["params"].update(
        signed_blocks_window=str(WINDOW), min_signed_per_window="0.500000000000000000", downtime_jail_duration="1s")


class LightNetwork(unittest.TestCase):
    def setUp(self):
        self.chain = net.Net(validators=4, commit_ms=20, genesis=short_patience)
        self.addCleanup(self.chain.close)
        self.chain.start()
        self.chain.wait_height(4)
        self.pair = self.new_pair("light.db", 2)
        self.away = self.new_pair("away.db", 2)  # asked nothing until the end

    def new_pair(self, store, anchor):
        pair = light_kit.Pair(self.chain.chain_id, self.chain.live(), os.path.join(self.chain.dir, store), anchor)
        self.addCleanup(pair.close)
        return pair

    # -- steps

    def running(self):
        return [n for n in self.chain.nodes if n.process is not None]

    def newest(self):
        """A height that every running node has."""
        return min(n.height() for n in self.running())

    def everywhere(self, height):
        net.until(f"all nodes have height {height}", lambda: self.newest() >= height)
        return height

    def provable(self):
        """The height of a header that every node has, and that stands for all that was done until now."""
        return self.everywhere(self.chain.height() + 1)

    def look(self, what):
        """Three heights in a row and a jump, from two nodes that run."""
        self.pair.use(*self.running()[:2])
        at = self.newest()
        self.everywhere(at + 10)
        for height in (at, at + 1, at + 2, at + 10, at + 5):
            answer = self.pair.sync(height)
            self.assertEqual(answer.split()[:3], ["ok", str(height), self.chain.live().block_hash(height)])
        print(f"{what}: height {at + 10}, {len(self.chain.powers(at + 10))} validators, {sum(self.chain.powers(at + 10).values())} of power", flush=True)

    def wait_powers(self, what, condition):
        net.until(what, lambda: condition(self.chain.powers()))

    def powers_change(self):
        chain = self.chain
        chain.tx("staking", "delegate", chain.address_of("node0", "val"), f"30000000{net.DENOM}")
        self.wait_powers("more power", lambda p: 130 in p.values())
        self.look("a delegation")
        chain.tx("staking", "unbond", chain.address_of("node0", "val"), f"20000000{net.DENOM}")
        self.wait_powers("less power", lambda p: 110 in p.values())
        self.look("taken back in part")

    def one_stops_and_is_jailed(self):
        node = self.chain.nodes[3]
        who = node.consensus_key["address"]
        node.stop()
        self.look("a validator stopped")
        self.wait_powers("it is jailed", lambda p: who not in p)
        self.look("it was jailed")
        node.start()
        node.wait_answering()
        net.until("it follows", lambda: self.newest() >= self.chain.height() - 5)
        net.until("it is let out", lambda: self.unjail(node))
        self.wait_powers("it is back", lambda p: who in p)
        self.look("it came back")

    def unjail(self, node):
        try:
            return self.chain.tx("slashing", "unjail", by=node.name)
        except net.Refused as e:
            if "jailed" not in str(e):
                raise
            return None  # not before the second is over

    def one_joins_one_leaves(self, leaving):
        chain = self.chain
        node = chain.add_validator(stake=90000000)
        self.wait_powers("it is a validator", lambda p: node.consensus_key["address"] in p)
        self.look("a validator joined")
        chain.tx("staking", "unbond", chain.address_of(leaving.name, "val"), self.stake_of(leaving), by=leaving.name)
        self.wait_powers("it is none any more", lambda p: leaving.consensus_key["address"] not in p)
        self.look("a validator left")

    def stake_of(self, node):
        """What the node's operator has in it: less than at first, if it was jailed."""
        chain = self.chain
        got = chain.query("staking", "delegation", chain.address_of(node.name), chain.address_of(node.name, "val"))
        return "{amount}{denom}".format(**got["delegation_response"]["balance"])

    def records(self):
        """Of the bank and of a contract, there and not there."""
        chain, pair = self.chain, self.pair
        contract = chain.instantiate(chain.store_code(os.path.join(net.BUILD, "note-1.wasm")), '{"said":1}')
        after = self.everywhere(int(chain.tx("wasm", "execute", contract, '{"said":2}')["height"]) + 1)
        pair.use(*self.running()[:2])
        have = next(b["amount"] for b in chain.query("bank", "balances", chain.address)["balances"] if b["denom"] == net.DENOM)
        self.assertEqual(pair.get("bank", light_kit.balance_key(chain.address, net.DENOM), after), have.encode())
        self.assertIsNone(pair.get("bank", light_kit.balance_key(chain.address, "nothing"), after))
        self.assertEqual(pair.get("wasm", light_kit.contract_key(contract, b"note"), after), b'{"said":2}')
        self.assertEqual(pair.get("wasm", light_kit.contract_key(contract, b"note"), after - 1), b'{"said":1}')
        for absent in (b"nota", b"note\x00", b"notf", b"\x00", b"\xff"):
            self.assertIsNone(pair.get("wasm", light_kit.contract_key(contract, absent), after))
        for absent in (b"\x00", b"\xff" * 40):  # beyond both ends of the store
            self.assertIsNone(pair.get("wasm", absent, after))
        self.code_history(contract)

    def code_history(self, contract):
        """A contract that nobody can migrate, and one that was."""
        chain, pair = self.chain, self.pair
        first, second = (os.path.join(net.BUILD, f"note-{i}.wasm") for i in (1, 2))
        code = chain.query("wasm", "contract", contract)["contract_info"]["code_id"]
        answer = pair.view.ask("code", light_kit.address_bytes(contract).hex(), 0).split()
        self.assertEqual((answer[0], answer[3:]), ("ok", [code, light_kit.checksum(first)]))
        other = chain.instantiate(code, '{"said":3}', admin=chain.address)
        self.assertIn("ok ", pair.view.ask("code", light_kit.address_bytes(other).hex(), self.provable()))
        chain.tx("wasm", "migrate", other, chain.store_code(second), "{}")
        after = self.provable()
        answer = pair.view.ask("code", light_kit.address_bytes(other).hex(), after)
        self.assertTrue(answer.startswith("no E_POLICY") and "replaced" in answer, answer)
        self.assertIsNone(pair.get("wasm", light_kit.history_key(contract, 2), after))
        self.assertIsNotNone(pair.get("wasm", light_kit.history_key(other, 2), after))
        missing = pair.view.ask("code", "00" * 32, after)
        self.assertTrue(missing.startswith("no E_ABSENT"), missing)

    def the_chain_halts(self):
        """Without more than two thirds nothing is signed: what is known stays known, and nothing else is."""
        chain, pair = self.chain, self.pair
        powers = chain.powers()
        stopped = []
        for node in reversed(chain.nodes):  # node0 stays
            left = sum(powers.get(n.consensus_key["address"], 0) for n in chain.nodes if n not in stopped)
            if 3 * left > 2 * sum(powers.values()) and node.consensus_key["address"] in powers:
                stopped.append(node)
        for node in stopped:
            node.stop()
        witness = next(n for n in self.running() if n is not chain.nodes[0])
        pair.use(chain.nodes[0], witness)

        def stands_still():
            before = [n.height() for n in self.running()]
            net.time.sleep(3)
            return before == [n.height() for n in self.running()] and len(set(before)) == 1

        net.until("the chain stands still", stands_still)
        last = self.newest()
        known = pair.sync(last)
        self.assertEqual(pair.view.ask("sync", 0, 1000), known)
        self.assertEqual(pair.light.ask("sync", 0), known)
        refused = pair.sync(last + 1, wait_ms=2000)
        self.assertTrue(refused.startswith("no E_UNAVAILABLE"), refused)
        self.assertEqual(pair.view.ask("sync", 0, 1000), known)
        print(f"halted at {last} without {len(stopped)} validators: {refused}", flush=True)
        for node in stopped:
            node.start()
        for node in stopped:
            node.wait_answering()
        self.everywhere(last + 5)
        self.look("it goes on")

    def back_after_long(self):
        pair = self.away
        self.everywhere(2 + AWAY)
        pair.use(*self.running()[:2])
        at = self.newest()
        pair.view.ask("cost")
        self.assertTrue(pair.sync(at).startswith("ok"))
        answers, size, verified = (int(w) for w in pair.view.ask("cost").split()[1:])
        print(f"from height 2 to {at}: {verified} headers looked at, {answers} answers, {size} bytes", flush=True)
        self.assertTrue(1 < verified < AWAY // 10, "no header in a jump, as the validators are others now; and not one by one")

    def steady_state(self):
        """What a heartbeat costs that confirms one more header and one record: printed."""
        pair, node = self.pair, self.chain.nodes[0]
        pair.view.ask("from", 0, node.rpc)
        key = light_kit.balance_key(self.chain.address, net.DENOM).hex()
        times = 10
        for _ in range(times + 1):
            before = pair.view.ask("get", "bank", key, 0, 60000)
            self.assertTrue(before.startswith("ok"), before)
            if _ == 0:
                pair.view.ask("cost")
            self.chain.wait_height(int(before.split()[1]) + 1)
        answers, size, _ = (int(w) for w in pair.view.ask("cost").split()[1:])
        print(f"a heartbeat confirmed: {answers / times} answers, {size // times} bytes", flush=True)

    def for_people(self):
        """The command line on the same store."""
        def unrug(*args):
            p = subprocess.run([os.path.join(os.path.dirname(light_kit.VIEW), "../bin/unrug"), "light", *args, "--store", store, "--json"],
                               capture_output=True)
            return p.returncode, json.loads(p.stdout)

        store = os.path.join(self.chain.dir, "light.db")
        at = self.newest()
        sources = [w for n in self.running()[:2] for w in ("--source", n.rpc)]
        code, o = unrug("sync", "--height", str(at), *sources)
        self.assertEqual((code, o["hash"]), (0, self.chain.live().block_hash(at)))
        code, o = unrug("get", light_kit.balance_key(self.chain.address, "testtoken").hex(), "--name", "bank", "--under", str(at), *sources)
        self.assertEqual((code, o["text"]), (0, "1000000000000000"))
        code, o = unrug("get", "ff", "--under", str(at), *sources)
        self.assertEqual((code, o["record"]), (1, "absent"))

    def test_a_chain_through_its_life(self):
        self.look("four validators")
        self.powers_change()
        self.records()
        self.one_stops_and_is_jailed()
        for leaving in self.chain.nodes[1:4]:  # in the end one of the first four is left
            self.one_joins_one_leaves(leaving)
        self.the_chain_halts()
        self.records()
        self.back_after_long()
        self.steady_state()
        self.for_people()
        self.assertEqual(self.pair.outside, 2, "contract 1's history, twice: after it stand index entries, whose values are empty")
        print(f"{self.pair.agreed + self.away.agreed} answers alike, {self.pair.refused} refusals, {self.pair.outside} beyond Go's", flush=True)


if __name__ == "__main__":
    unittest.main()
