// The Node peer of the bench; the protocol is in tests/peers/README.md. An operation prepares its inputs and returns the
// part to measure.
import { createInterface } from "node:readline";
import { attestVerify } from "./attest.mjs";

const operations = { "attest-verify": attestVerify };
const ready = {};

console.log(`node ${process.version}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, times] = line.split(" ");
  const n = Number(times);
  if (!Number.isInteger(n) || n < 1) {
    console.log(`not a request: ${line}`);
  } else if (!operations[name]) {
    console.log("no such operation");
  } else {
    ready[name] ??= await operations[name]();
    const start = process.hrtime.bigint();
    for (let i = 0; i < n; i++) await ready[name]();
    console.log(String(process.hrtime.bigint() - start));
  }
}
