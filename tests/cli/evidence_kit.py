"""Quotes and collateral from recipes (tools/attest-pki), under the published test root. All good on 2026-06-01."""
import os
import subprocess

import kit

NOW = "1780272000"
PKI = os.path.join(kit.BIN, "attest-pki")


def make(kind, recipe):
    return subprocess.run([PKI, kind, recipe], check=True, capture_output=True).stdout


class Case(kit.Case):
    def setUp(self):
        super().setUp()
        with open(os.path.join(kit.ROOT, "tests/cli/examples/quote/root.der"), "rb") as f:
            self.write("root.der", f.read())

    def quote(self, name, recipe="tdx4"):
        return self.write(name, make("quote", recipe))

    def set(self, name, recipe="tdx"):
        return self.write(name, make("set", recipe))
