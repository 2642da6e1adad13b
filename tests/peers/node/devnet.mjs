// A life on a devnet or a node by CosmJS, with real signatures, for tests/peers/devnet:
//
//   node devnet.mjs URL DENOM WASM WORDS_FILE
//
// prints one line of JSON: what a comparison of the two needs. Everything is asserted on the way.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SigningCosmWasmClient, CosmWasmClient } from "@cosmjs/cosmwasm-stargate";
import { DirectSecp256k1HdWallet, makeCosmoshubPath } from "@cosmjs/proto-signing";
import { GasPrice } from "@cosmjs/stargate";

const [url, denom, wasmFile, wordsFile] = process.argv.slice(2);
const words = readFileSync(wordsFile, "utf8").trim();
const wallet = await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm", hdPaths: [0, 1, 2, 3].map(makeCosmoshubPath) });
const [alice, ...members] = (await wallet.getAccounts()).map((a) => a.address);
const client = await SigningCosmWasmClient.connectWithSigner(url, wallet, {
  gasPrice: GasPrice.fromString(`0.025${denom}`), broadcastPollIntervalMs: 100,
});
const fee = (gas) => ({ amount: [{ denom, amount: String(Math.ceil(gas * 0.025)) }], gas: String(gas) });
const wasm = readFileSync(wasmFile);
const checksum = createHash("sha256").update(wasm).digest("hex");

// connect, account, balance
assert.equal(await client.getChainId(), process.env.CHAIN_ID ?? "dev-1");
const height = await client.getHeight();
assert.ok(height >= 2);
const before = await client.getBalance(alice, denom);
assert.equal(before.denom, denom);
const account = await client.getAccount(alice);
assert.equal(account.address, alice);
assert.equal(await client.getAccount("wasm1qyqszqgpqyqszqgpqyqszqgpqyqszqgpc0styh"), null);

// send
const got = BigInt((await client.getBalance(members[0], denom)).amount);
const sent = await client.sendTokens(alice, members[0], [{ denom, amount: "1234567" }], "auto", "a memo");
assert.equal(sent.code, 0);
assert.equal(BigInt((await client.getBalance(members[0], denom)).amount), got + 1234567n);
const paid = BigInt(before.amount) - BigInt((await client.getBalance(alice, denom)).amount) - 1234567n;
assert.equal(paid, BigInt(sent.events.find((e) => e.type === "tx").attributes.find((a) => a.key === "fee").value.replace(denom, "")));
assert.equal((await client.getAccount(alice)).sequence, account.sequence + 1);

// upload, instantiate
const uploaded = await client.upload(alice, wasm, "auto");
assert.equal(uploaded.checksum, checksum);
const code = uploaded.codeId;
assert.ok((await client.getCodes()).some((c) => c.id === code && c.checksum === checksum && c.creator === alice));
assert.deepEqual(Buffer.from((await client.getCodeDetails(code)).data), wasm);
const made = await client.instantiate(alice, code, {}, "a label", "auto", { memo: "made" });
const contract = made.contractAddress;
assert.deepEqual(await client.getContracts(code), [contract]);
const info = await client.getContract(contract);
assert.deepEqual([info.codeId, info.creator, info.admin, info.label], [code, alice, undefined, "a label"]);
const history = await client.getContractCodeHistory(contract);
assert.deepEqual(history, [{ operation: "Init", codeId: code, msg: {} }]);

// execute, also several at once, and what is refused
const committee = { create_committee: {
  members: [...members].sort(), threshold: 2, margin: 0, drill_interval_blocks: 10, quote_demand: null,
  phases: { join: 10, deal: 10, dispute: 10, vote: 10 } } };
const config = await client.queryContractSmart(contract, { config: {} });
const done = await client.execute(alice, contract, committee, "auto");
assert.ok(done.events.some((e) => e.type === "wasm-committee_created"));
assert.equal((await client.queryContractSmart(contract, { config: {} })).next_committee, config.next_committee + 1);
const both = await client.executeMultiple(alice, [{ contractAddress: contract, msg: committee }, { contractAddress: contract, msg: committee }], "auto");
assert.equal(both.events.filter((e) => e.type === "wasm-committee_created").length, 2);
const refused = { nope: {} };
await assert.rejects(client.execute(alice, contract, refused, "auto"), /unknown_message: no message has this name/);
const atChain = await client.execute(alice, contract, refused, fee(300000)).catch((e) => e.message);
assert.match(atChain, /Code: 5; Raw log: failed to execute message; message index: 0: unknown_message/);
const mixed = [{ contractAddress: contract, msg: committee }, { contractAddress: contract, msg: refused }];
await assert.rejects(client.executeMultiple(alice, mixed, fee(900000)), /message index: 1/); // all or nothing
assert.equal((await client.queryContractSmart(contract, { config: {} })).next_committee, config.next_committee + 3);
await assert.rejects(client.queryContractSmart(contract, refused), /unknown_message/);
await assert.rejects(client.execute(alice, contract, committee, fee(1000)), /out of gas|insufficient/);
assert.ok(await client.queryContractRaw(contract, Buffer.from("c")));

// find again
const tx = await client.getTx(made.transactionHash);
assert.deepEqual([tx.hash, tx.code, tx.height], [made.transactionHash, 0, made.height]);
assert.equal(await client.getTx("00".repeat(32)), null);
assert.equal((await client.searchTx([{ key: "instantiate._contract_address", value: contract }])).length, 1);
assert.equal((await client.searchTx(`tx.height=${made.height}`))[0].hash, made.transactionHash);
const all = await client.searchTx(`message.sender='${alice}' AND tx.height>=${sent.height}`);
assert.ok(all.some((t) => t.hash === done.transactionHash) && all.some((t) => t.hash === sent.transactionHash));
const block = await client.getBlock(made.height);
assert.equal(block.txs.length, 1);
assert.equal(createHash("sha256").update(block.txs[0]).digest("hex").toUpperCase(), made.transactionHash);

// others: read-only, a wrong key, a wrong sequence
const reader = await CosmWasmClient.connect(url);
assert.equal(await reader.getHeight() >= block.header.height, true);
const stranger = await DirectSecp256k1HdWallet.generate(12, { prefix: "wasm" });
const [nobody] = await stranger.getAccounts();
const poor = await SigningCosmWasmClient.connectWithSigner(url, stranger);
await assert.rejects(poor.sendTokens(nobody.address, alice, [{ denom, amount: "1" }], fee(100000)), /does not exist/);
const signed = await client.sign(alice, [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend",
  value: { fromAddress: alice, toAddress: members[1], amount: [{ denom, amount: "5" }] } }], fee(100000), "",
  { accountNumber: (await client.getAccount(alice)).accountNumber, sequence: 0, chainId: await client.getChainId() });
const { TxRaw } = await import("cosmjs-types/cosmos/tx/v1beta1/tx");
await assert.rejects(client.broadcastTx(TxRaw.encode(signed).finish()), /code 32.*account sequence mismatch/s);

client.disconnect();
console.log(JSON.stringify({ hash: made.transactionHash, height: made.height, account: alice, code, contract }));
process.exit(0); // CosmJS leaves the timers of transactions that were refused
