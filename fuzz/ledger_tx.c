/* One transaction on a small chain. The first byte says how: the rest as TxRaw, as it is; or as a TxBody that is signed rightly, so that its
 * messages run. The contract answers with its own message, so replies are the input's too. Whatever comes, the ledger itself does not fail,
 * no coin appears or disappears, a refused transaction changes nothing, and a failed one costs its fee and its sequence. */
#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/cosmos/address.h"
#include "lib/ledger/ledger.h"
#include "tests/ledger/made_tx.h"

enum { ACCOUNTS = 3, COINS = 1000000 };
#define CHAIN "dev-fuzz-1"

static const char wasm[] = "\0asm\1\0\0\0fuzz";

static struct {
    ur_secp_secret secret;
    ur_ledger_coins account[ACCOUNTS];
    char text[ACCOUNTS][UR_ADDRESS_TEXT_MAX];
    ur_ledger_address contract, fees;
    ur_ledger_vm vm;
    ur_ledger_genesis genesis;
    ur_ledger *ledger;
    uint64_t sequence;
} w;

static ur_status echo(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg, ur_ledger_reply *reply)
{
    (void)self;
    (void)env;
    (void)info;
    if (entry == UR_LEDGER_EXECUTE) {
        ur_span old;
        ur_status st = host->get(host->self, UR_SPAN_LIT("k"), &old);
        if (st != UR_OK && st != UR_E_ABSENT) {
            return st;
        }
        UR_TRY(host->put(host->self, UR_SPAN_LIT("k"), msg));
    }
    reply->json = entry == UR_LEDGER_INSTANTIATE ? UR_SPAN_LIT("{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[],\"data\":null}}") : msg;
    return UR_OK;
}

static uint64_t balance(const ur_ledger_address *a)
{
    ur_span text;
    uint64_t x = 0;
    FUZZ_REQUIRE(ur_ledger_balance(w.ledger, &text, a, UR_SPAN_LIT("ustake"), NULL) == UR_OK);
    for (size_t i = 0; i < text.n; i++) {
        x = x * 10 + (uint64_t)(text.p[i] - '0');
    }
    return x;
}

/* Code of the check; settled when it is 0. */
static uint32_t submit(ur_span tx, ur_ledger_tx *out)
{
    ur_ledger_result r;
    uint8_t hash[32];
    FUZZ_REQUIRE(ur_ledger_submit(w.ledger, &r, hash, tx, NULL) == UR_OK);
    if (r.code == 0) {
        w.sequence++;
        FUZZ_REQUIRE(ur_ledger_settle(w.ledger, NULL) == UR_OK);
        FUZZ_REQUIRE(ur_ledger_tx_find(w.ledger, out, hash, NULL) == UR_OK);
        return 0;
    }
    return r.code;
}

static bool sign(ur_writer *out, ur_span body)
{
    const made_tx t = {.secret = &w.secret, .chain_id = UR_SPAN_LIT(CHAIN), .body = body, .sequence = w.sequence, .gas = 2000000, .fee = UR_SPAN_LIT("7"),
                       .denom = UR_SPAN_LIT("ustake")};
    return made_tx_write(out, &t);
}

static void run(const ur_msg *m)
{
    static uint8_t body[4096], tx[8192];
    ur_ledger_tx done;
    ur_writer b, t;
    ur_writer_init(&b, body, sizeof body);
    ur_writer_init(&t, tx, sizeof tx);
    FUZZ_REQUIRE(made_tx_body(&b, m, 1, "", 0) && sign(&t, ur_span_of(body, b.n)));
    FUZZ_REQUIRE(submit(ur_span_of(tx, t.n), &done) == 0 && done.result.code == 0);
}

static void start(void)
{
    const ur_ledger_options o = {.genesis = &w.genesis, .vm = &w.vm};
    const ur_span sender = ur_span_str_var(w.text[0]);
    ur_ledger_close(&w.ledger);
    FUZZ_REQUIRE(ur_ledger_open(&w.ledger, &o, NULL) == UR_OK);
    w.sequence = 0;
    run(&(ur_msg){.kind = UR_MSG_STORE_CODE, .u.store_code = {.sender = sender, .wasm = ur_span_of(wasm, sizeof wasm)}});
    run(&(ur_msg){.kind = UR_MSG_INSTANTIATE, .u.instantiate = {.sender = sender, .code_id = 1, .label = UR_SPAN_LIT("f"), .msg = UR_SPAN_LIT("{}")}});
}

static void prepare(void)
{
    ur_address a;
    for (size_t i = 0; i < ACCOUNTS; i++) {
        uint8_t bytes[32] = {[31] = (uint8_t)(i + 1)};
        ur_secp_secret secret;
        ur_secp_pub pub;
        FUZZ_REQUIRE(ur_secp_secret_parse(&secret, bytes) == UR_OK);
        ur_secp_pub_of(&pub, &secret);
        FUZZ_REQUIRE(ur_address_of_key(&a, &pub) == UR_OK && ur_address_text(w.text[i], UR_SPAN_LIT("wasm"), &a) == UR_OK);
        w.account[i].address.n = (uint8_t)a.n;
        memcpy(w.account[i].address.bytes, a.b, a.n);
        w.account[i].amount = COINS;
        w.secret = i == 0 ? secret : w.secret;
    }
    ur_address_of_contract(&a, 1, 1);
    w.contract.n = (uint8_t)a.n;
    memcpy(w.contract.bytes, a.b, a.n);
    uint8_t hash[UR_SHA256_BYTES];
    ur_sha256_of(hash, UR_SPAN_LIT("fee_collector"));
    w.fees.n = 20;
    memcpy(w.fees.bytes, hash, 20);
    w.vm = (ur_ledger_vm){.call = echo, .checksums = 1};
    ur_sha256_of(w.vm.checksum[0], ur_span_of(wasm, sizeof wasm));
    w.genesis = (ur_ledger_genesis){.chain_id = CHAIN, .prefix = "wasm", .denom = "ustake", .validator_seed = {7}, .accounts = ACCOUNTS, .account = w.account};
    start();
}

/* Coins may go to addresses that are not looked at here, so there are never more. */
static void no_coin_appears(void)
{
    uint64_t sum = balance(&w.contract) + balance(&w.fees);
    for (size_t i = 0; i < ACCOUNTS; i++) {
        sum += balance(&w.account[i].address);
    }
    FUZZ_REQUIRE(sum <= (uint64_t)ACCOUNTS * COINS);
}

static void one(ur_span tx)
{
    ur_ledger_status before, after;
    ur_ledger_tx done;
    ur_ledger_result r;
    uint64_t had = balance(&w.account[0].address), others = balance(&w.account[1].address);
    ur_ledger_status_of(w.ledger, &before);
    FUZZ_REQUIRE(ur_ledger_simulate(w.ledger, &r, tx, NULL) == UR_OK);
    uint32_t code = submit(tx, &done);
    ur_ledger_status_of(w.ledger, &after);
    if (code != 0) {
        FUZZ_REQUIRE(after.height == before.height && after.waiting == 0);
        FUZZ_REQUIRE(balance(&w.account[0].address) == had);
        return;
    }
    FUZZ_REQUIRE(after.height == before.height + 2);
    if (done.result.code != 0) {
        FUZZ_REQUIRE(balance(&w.account[0].address) + balance(&w.fees) >= had && balance(&w.account[1].address) == others);
    }
    no_coin_appears();
    start();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t tx[1 << 17];
    ur_writer t;
    if (w.ledger == NULL) {
        prepare();
    }
    if (size == 0 || size > sizeof tx / 2) {
        return 0;
    }
    ur_span rest = ur_span_of(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        one(rest);
        return 0;
    }
    ur_writer_init(&t, tx, sizeof tx);
    if (sign(&t, rest)) {
        one(ur_span_of(tx, t.n));
    }
    return 0;
}
