// @phala/dcap-qvl: an operation of the bench, and answers to the cases of tests/peers/attest_cases (twelve fields a case on
// stdin, each with its length).
import { readFileSync, readSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import qvl from "@phala/dcap-qvl";

export function attestVerify() {
  const quote = readFileSync("tests/data/attest/tdx4.quote");
  const set = JSON.parse(readFileSync("tests/data/attest/tdx4.json", "utf8"));
  return () => {
    if (qvl.verify(quote, set, 1751624655).status !== "UpToDate") throw new Error("does not verify");
  };
}

function answer(f) {
  const text = (i) => f[i].toString("utf8");
  const set = {
    pck_crl_issuer_chain: "",
    root_ca_crl: f[4].toString("hex"),
    pck_crl: f[3].toString("hex"),
    tcb_info_issuer_chain: text(7),
    tcb_info: text(5),
    tcb_info_signature: f[6].toString("hex"),
    qe_identity_issuer_chain: text(10),
    qe_identity: text(8),
    qe_identity_signature: f[9].toString("hex"),
  };
  if (f[2].length > 0) set.pck_certificate_chain = text(2);
  try {
    const r = qvl.QuoteVerifier.newWithRootCa(f[11]).verify(f[1], set, Number(text(0)));
    const ids = [...r.advisory_ids].sort();
    return `OK ${r.status} ${ids.length ? ids.join(",") : "-"}`;
  } catch (e) {
    let message = String(e.message);
    for (let c = e.cause; c; c = c.cause) message += `: ${c.message}`;
    return `ERR ${message.replace(/[\n\t]/g, " ").slice(0, 200)}`;
  }
}

function readExactly(n) {
  const b = Buffer.alloc(n);
  for (let at = 0; at < n; ) {
    let got = 0;
    try {
      got = readSync(0, b, at, n - at, null);
    } catch (e) {
      if (e.code === "EAGAIN") continue;
      if (e.code !== "EOF") throw e;
    }
    if (got === 0) return null;
    at += got;
  }
  return b;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (;;) {
    const f = [];
    for (let i = 0; i < 12; i++) {
      const n = readExactly(4);
      if (n === null) break;
      f.push(n.readUInt32LE(0) === 0 ? Buffer.alloc(0) : readExactly(n.readUInt32LE(0)));
    }
    if (f.length < 12) break;
    writeSync(1, answer(f) + "\n");
  }
}
