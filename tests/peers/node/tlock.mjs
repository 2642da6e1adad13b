// Timelock files by tlock-js, for tests/peers/seal.
//
//   node tlock.mjs encrypt NETWORK IN OUT
//   node tlock.mjs decrypt NETWORK IN OUT
//
// NETWORK is a JSON file {"public_key", "hash", "round", "signature"} of a network that exists only there: its rounds are
// long past, and it has published this one. OUT of encrypt is armored. Exit code 1 when decryption is refused.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import tlock from "tlock-js";

const [verb, network, input, output] = process.argv.slice(2);
const n = JSON.parse(readFileSync(network, "utf8"));
const info = {
  public_key: n.public_key, hash: n.hash, groupHash: n.hash, period: 3, genesis_time: 1600000000,
  schemeID: "pedersen-bls-unchained", metadata: { beaconID: "test" },
};
const client = {
  options: { disableBeaconVerification: false, noCache: true },
  chain: () => ({ baseUrl: "", info: async () => info }),
  latest: async () => client.get(n.round),
  get: async (round) => {
    if (round !== n.round) throw new Error(`round ${round} is not there`);
    const randomness = createHash("sha256").update(Buffer.from(n.signature, "hex")).digest("hex");
    return { round, randomness, signature: n.signature };
  },
};

console.log = () => {}; // tlock-js reports the beacon there
const bytes = readFileSync(input);
if (verb === "encrypt") {
  writeFileSync(output, await tlock.timelockEncrypt(n.round, tlock.Buffer.from(bytes), client));
} else if (verb === "decrypt") {
  try {
    writeFileSync(output, await tlock.timelockDecrypt(bytes.toString("latin1"), client));
  } catch (e) {
    console.error(`tlock-js: refused: ${e.message}`);
    process.exit(1);
  }
} else {
  console.error("tlock.mjs: see its head");
  process.exit(2);
}
