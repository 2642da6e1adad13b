"""unrug collateral fetch, from a server on this machine"""
import http.server
import json
import ssl
import subprocess
import threading
import time
import urllib.parse

import evidence_kit
import kit
from evidence_kit import NOW


class Pcs(http.server.BaseHTTPRequestHandler):
    recipe, fault = "tdx", None
    asked = []

    def log_message(self, *args):
        pass

    def answer(self, body, kind, chain=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if chain:
            self.send_header(chain[0], urllib.parse.quote(chain[1]))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        Pcs.asked.append(self.path)
        c = json.loads(evidence_kit.make("set", Pcs.recipe))
        if Pcs.fault == "slow":
            time.sleep(4)
        if Pcs.fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "https://elsewhere.invalid/")
            self.end_headers()
        elif "/tcb?fmspc=7E57FEED0000" in self.path and Pcs.fault != "missing":
            kind = "text/html" if Pcs.fault == "type" else "application/json"
            self.answer(f'{{"tcbInfo":{c["tcb_info"]},"signature":"{c["tcb_info_signature"]}"}}'.encode(), kind,
                        ("TCB-Info-Issuer-Chain", c["tcb_info_issuer_chain"]))
        elif "/qe/identity" in self.path:
            self.answer(f'{{"enclaveIdentity":{c["qe_identity"]},"signature":"{c["qe_identity_signature"]}"}}'.encode(), "application/json",
                        ("SGX-Enclave-Identity-Issuer-Chain", c["qe_identity_issuer_chain"]))
        elif "/pckcrl?ca=platform" in self.path:
            self.answer(bytes.fromhex(c["pck_crl"]), "application/pkix-crl", ("SGX-PCK-CRL-Issuer-Chain", c["pck_crl_issuer_chain"]))
        elif "/rootcacrl" in self.path:
            self.answer(c["root_ca_crl"].encode(), "text/html")
        else:
            self.send_error(404)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # clients that turn away are what some tests want


class Fetch(evidence_kit.Case):
    def setUp(self):
        super().setUp()
        Pcs.recipe, Pcs.fault, Pcs.asked = "tdx", None, []
        self.server = Server(("127.0.0.1", 0), Pcs)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.args = ("collateral", "fetch", "--cache", "db", "--root", "root.der", "--time", NOW, "--url",
                     f"http://127.0.0.1:{self.server.server_port}")

    def test_everything_that_a_quote_needs(self):
        j = self.ok_json(*self.args, "--quote", self.quote("q"))
        self.assertEqual((j["new"], len(j["documents"])), (4, 4))
        self.ok("quote", "verify", "--collateral", "db", "--root", "root.der", "-t", NOW, "q")
        self.assertEqual(self.ok_json(*self.args, "tdx-7E57FEED0000")["new"], 0)

    def test_ahead(self):
        self.ok(*self.args, "tdx-7E57FEED0000")
        Pcs.asked = []
        self.ok(*self.args, "--ahead", "10", "tdx-7E57FEED0000")
        self.assertEqual(Pcs.asked, [])
        self.ok(*self.args, "--ahead", "15", "--early", "tdx-7E57FEED0000")
        self.assertEqual(sorted(p.split("/")[4].split("?")[0] for p in Pcs.asked), ["pckcrl", "rootcacrl"])

    def test_rollback(self):
        self.ok(*self.args, "tdx-7E57FEED0000")
        Pcs.recipe = "tdx evaluation=19"
        self.refuse(kit.REFUSED, *self.args, "tdx-7E57FEED0000", says="evaluation number 19, but 20 is at hand; it does not go back")

    def test_faults(self):
        for fault, code, says in (("slow", kit.UNAVAILABLE, "no complete answer within 1.0 s"), ("redirect", kit.REFUSED, "redirects to"),
                                  ("type", kit.INPUT, "'text/html', not application/json"), ("missing", kit.NO, "answers 404")):
            Pcs.fault = fault
            o = self.run_unrug(*self.args, "--timeout", "1" if fault == "slow" else "60", "tdx-7E57FEED0000", code=code)
            self.assertIn(says, o.errors)

    def test_https(self):
        """The server's certificate counts: under a named root it is accepted, under the system's it is not."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-keyout", self.path("tls.key"), "-out", self.path("tls.pem"), "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("tls.pem"), self.path("tls.key"))
        server = Server(("127.0.0.1", 0), Pcs)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        args = (*self.args[:-1], f"https://localhost:{server.server_port}", "tdx-7E57FEED0000")
        o = self.run_unrug(*args, code=kit.NO)
        self.assertIn("the server's certificate does not verify", o.errors)
        self.assertEqual(self.ok_json(*args, "--ca-bundle", "tls.pem")["new"], 4)
        other = (*self.args[:-1], f"https://127.0.0.1:{server.server_port}", "tdx-7E57FEED0000")
        self.assertIn("does not verify", self.run_unrug(*other, "--ca-bundle", "tls.pem", code=kit.NO).errors)
        self.assertIn("CA bundle", self.run_unrug(*args, "--ca-bundle", "nowhere", code=kit.USAGE).errors)

    def test_mistakes(self):
        self.refuse(kit.USAGE, *self.args, says="what for?")
        self.ok(*self.args, "tdx-7E57FEED0000")
        self.refuse(kit.USAGE, *self.args, "tdx-xyz", says="'tdx-xyz' is not of the form")
        self.refuse(kit.USAGE, *self.args[:-1], "http://example.org", "tdx-7E57FEED0000", says="plain http goes to this machine only")


kit.main()
