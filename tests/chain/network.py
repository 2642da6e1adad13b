"""What the other chain tests stand on: validators start, take transactions, stop, go on; refusals are errors; and nothing is left
when a test is killed."""
import os
import signal
import subprocess
import sys
import unittest

import net


class Network(unittest.TestCase):
    def test_four_validators(self):
        with net.Net(validators=4) as chain:
            self.assertEqual(sorted(chain.powers().values()), [100] * 4)
            code = chain.store_code(os.path.join(net.BUILD, "note-1.wasm"))
            contract = chain.instantiate(code, '{"said":1}')
            chain.tx("wasm", "execute", contract, '{"said":2}')
            state = chain.query("wasm", "contract-state", "all", contract)
            self.assertEqual([bytes.fromhex(m["key"]) for m in state["models"]], [b"note"])
            with self.assertRaisesRegex(net.Refused, "insufficient funds"):
                chain.tx("wasm", "execute", contract, "{}", "--amount", "5nothing")
            chain.nodes[0].stop()
            chain.wait_height(chain.height() + 3)
            chain.nodes[0].start()
            chain.nodes[0].wait_answering()
            net.until("node0 follows again", lambda: chain.nodes[0].height() > chain.nodes[1].height() - 3)
            directory, pids = chain.dir, [n.process.pid for n in chain.nodes]
        self.assertFalse(os.path.exists(directory))
        for pid in pids:
            self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_a_killed_test_leaves_no_node(self):
        code = "import net, signal; c = net.Net(); c.start(); print(c.nodes[0].process.pid, c.dir, flush=True); signal.pause()"
        test = net.child(sys.executable, "-c", code, cwd=os.path.dirname(net.__file__), stdout=subprocess.PIPE)
        pid, directory = test.stdout.readline().decode().split()
        self.addCleanup(net.shutil.rmtree, directory)
        self.assertTrue(os.path.exists(f"/proc/{pid}"))
        test.send_signal(signal.SIGKILL)
        test.wait()
        test.stdout.close()
        net.until("the node is gone", lambda: not os.path.exists(f"/proc/{pid}"))


if __name__ == "__main__":
    unittest.main()
