#include "tests/unit/ledger/ledger_kit.h"

static ur_ledger_status status_of(kit *k)
{
    ur_ledger_status s;
    ur_ledger_status_of(k->ledger, &s);
    return s;
}

/* ---- the chain ---- */

static void fill_block(kit *k, ur_light_block *b, int64_t height)
{
    ur_ledger_block l;
    ur_ledger_status s = status_of(k);
    memset(b, 0, sizeof *b);
    assert_ok(ur_ledger_block_at(k->ledger, &l, height, &k->err));
    assert_int_equal(l.header.height, height);
    assert_int_equal(l.canonical, height < s.height);
    b->header = l.header;
    b->commit.height = height;
    b->commit.block = l.id;
    b->commit.n = 1;
    b->commit.sig[0] = l.commit;
    b->validators.n = 1;
    b->validators.total_power = s.validator.power;
    b->validators.v[0] = s.validator;
}

/* Every header from the first, by the light client's own rules; then the last one by skipping from the first. */
static void verify_chain(kit *k)
{
    ur_light_block *b = calloc(1, sizeof *b);
    ur_light_rules rules;
    ur_light_header first, last, next;
    ur_light_reason why;
    ur_ledger_status s = status_of(k);
    assert_non_null(b);
    assert_ok(ur_light_rules_init_var(&rules, UR_SPAN_LIT(KIT_CHAIN), 400 * 86400));
    fill_block(k, b, 1);
    assert_ok(ur_light_check_own_var(&first, &why, &rules, ur_suite_light_ops(), b));
    last = first;
    ur_time now = {s.time.s + 1, s.time.ns};
    ur_validators *set = calloc(1, sizeof *set);
    assert_non_null(set);
    *set = b->validators;
    for (int64_t h = 2; h <= s.height; h++) {
        fill_block(k, b, h);
        if (ur_light_verify_var(&next, &why, &rules, ur_suite_light_ops(), &last, NULL, b, now) != UR_OK) {
            fail_msg("header %lld: %s", (long long)h, ur_light_reason_text(why));
        }
        assert_memory_equal(b->header.last_block.hash.bytes, last.hash, 32);
        last = next;
    }
    if (s.height > 2) {
        assert_ok(ur_light_verify_var(&next, &why, &rules, ur_suite_light_ops(), &first, set, b, now));
    }
    assert_memory_equal(last.hash, s.block_hash, 32);
    free(set);
    free(b);
}

/* A record under a key, proven at a height under the header above it. */
static void prove(kit *k, const char *store, ur_span key, int64_t height, bool present, ur_span value)
{
    ur_ledger_record r;
    ur_ledger_block above;
    assert_ok(ur_ledger_block_at(k->ledger, &above, height + 1, &k->err));
    ur_status st = ur_ledger_store_get(k->ledger, &r, kit_str(store), key, height, true, &k->err);
    if (st != UR_OK) {
        fail_msg("%s", ur_err_text(&k->err, st));
    }
    assert_int_equal(r.present, present);
    assert_true(ur_span_eq_var(r.value, value));
    const ur_store_proof proof = {r.in_store, r.of_store};
    assert_ok(ur_store_check_var(above.header.app.bytes, kit_str(store), key, value, &proof));
    assert_true(ur_store_check_var(above.header.app.bytes, UR_SPAN_LIT("bank"), key, value, &proof) != UR_OK || strcmp(store, "bank") == 0);
}

static void begins_with_two_blocks(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_status s = status_of(k);
    ur_ledger_account a;
    ur_span amount;
    uint8_t key[21] = {1};
    assert_int_equal(s.height, 2);
    assert_string_equal(s.chain_id, KIT_CHAIN);
    assert_int_equal(s.first_time.s, KIT_START_MS / 1000);
    verify_chain(k);
    assert_ok(ur_ledger_account_of(k->ledger, &a, &k->account[1].address, &k->err));
    assert_int_equal(a.number, 1);
    assert_int_equal(a.sequence, 0);
    assert_false(a.has_key);
    assert_ok(ur_ledger_balance(k->ledger, &amount, &k->account[1].address, UR_SPAN_LIT("ustake"), &k->err));
    assert_true(ur_span_eq_var(amount, UR_SPAN_LIT("1000000000")));
    assert_ok(ur_ledger_balance(k->ledger, &amount, &k->account[2].address, UR_SPAN_LIT("ustake"), &k->err));
    assert_true(ur_span_eq_var(amount, UR_SPAN_LIT("0")));
    assert_status(ur_ledger_account_of(k->ledger, &a, &k->account[2].address, &k->err), UR_E_ABSENT);
    assert_ok(ur_ledger_mine(k->ledger, 1, &k->err));
    memcpy(key + 1, k->account[1].address.bytes, 20);
    assert_ok(ur_ledger_account_of(k->ledger, &a, &k->account[1].address, &k->err));
    uint8_t record[512];
    memcpy(record, a.record.p, a.record.n);
    prove(k, "acc", ur_span_of(key, sizeof key), 2, true, ur_span_of(record, a.record.n));
    memcpy(key + 1, k->account[2].address.bytes, 20);
    prove(k, "acc", ur_span_of(key, sizeof key), 2, false, (ur_span){0});
    ur_span doc;
    ur_json v;
    assert_ok(ur_ledger_genesis_json(k->ledger, &doc, &k->err));
    assert_ok(ur_json_parse_var(&v, doc));
    kit_stop(k);
}

static void blocks_and_times(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    k->time.ms += 3600000; /* an idle hour */
    kit_run_ok(k, 0, kit_send(k->text[0], k->text[1], "5ustake"));
    ur_ledger_status s = status_of(k);
    ur_ledger_block b;
    assert_int_equal(s.height, 4);
    assert_ok(ur_ledger_block_at(k->ledger, &b, 3, &k->err));
    assert_int_equal(b.header.time.s, KIT_START_MS / 1000 + 3600); /* no lag: the vote before it was made anew */
    assert_int_equal(b.txs, 1);
    assert_ok(ur_ledger_block_at(k->ledger, &b, 4, &k->err));
    assert_int_equal(b.txs, 0);
    int64_t height;
    assert_ok(ur_ledger_block_height(k->ledger, &height, b.id.hash.bytes, &k->err));
    assert_int_equal(height, 4);
    assert_status(ur_ledger_block_at(k->ledger, &b, 5, &k->err), UR_E_ABSENT);
    verify_chain(k);
    k->time.ms -= 7200000; /* a clock that goes back does not take the chain with it */
    kit_run_ok(k, 0, kit_send(k->text[0], k->text[1], "5ustake"));
    verify_chain(k);
    kit_stop(k);
}

static void warps(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    assert_ok(ur_ledger_warp(k->ledger, 7200, 0, &k->err));
    ur_ledger_status s = status_of(k);
    assert_int_equal(s.height, 2 + 7200 / 5);
    assert_int_equal(s.time.s, KIT_START_MS / 1000 + 7200);
    assert_int_equal(s.warped_s, 7200);
    kit_run_ok(k, 0, kit_send(k->text[0], k->text[1], "5ustake"));
    assert_true(status_of(k).time.s >= KIT_START_MS / 1000 + 7200);
    assert_ok(ur_ledger_warp(k->ledger, 86400 * 30, 12000, &k->err));
    s = status_of(k);
    assert_int_equal(s.height, 2 + 1440 + 2 + 12000);
    assert_int_equal(s.time.s, KIT_START_MS / 1000 + 7200 + 86400 * 30);
    verify_chain(k);
    assert_status(ur_ledger_warp(k->ledger, 0, 1, &k->err), UR_E_LIMIT);
    assert_status(ur_ledger_warp(k->ledger, 10, UR_LEDGER_WARP_MAX + 1, &k->err), UR_E_LIMIT);
    kit_stop(k);
}

static void at_an_interval(void **state)
{
    (void)state;
    kit *k = kit_new(NULL);
    ur_ledger_result r;
    ur_ledger_tx tx;
    uint8_t hash[32];
    unsigned next;
    k->options.interval_ms = 1000;
    kit_open(k);
    kit_tx t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
    assert_int_equal(kit_submit(k, 0, &t, &r, hash), 0);
    assert_int_equal(kit_submit(k, 0, &t, &r, hash), 0); /* sequences count on */
    assert_ok(ur_ledger_settle(k->ledger, &k->err));
    assert_int_equal(status_of(k).height, 2);
    assert_ok(ur_ledger_tick(k->ledger, &next, &k->err));
    assert_int_equal(next, 1000);
    k->time.ms += 1000;
    assert_ok(ur_ledger_tick(k->ledger, &next, &k->err));
    assert_int_equal(next, 1000);
    assert_int_equal(status_of(k).height, 3);
    assert_ok(ur_ledger_tx_find(k->ledger, &tx, hash, &k->err));
    assert_int_equal(tx.height, 3);
    assert_int_equal(tx.index, 1);
    kit_stop(k);
}

/* ---- refusals ---- */

static void refuse(kit *k, size_t who, kit_tx t, const char *codespace, uint32_t code, const char *log)
{
    ur_ledger_result r;
    uint8_t hash[32];
    uint32_t got = kit_submit(k, who, &t, &r, hash);
    if (got != code || !ur_span_eq_var(r.codespace, kit_str(codespace)) || r.log.n < strlen(log) || !ur_span_eq_var(ur_span_of(r.log.p, strlen(log)), kit_str(log))) {
        fail_msg("%u %.*s: %.*s; expected %u: %s", got, (int)r.codespace.n, (const char *)r.codespace.p, (int)r.log.n, (const char *)r.log.p, code, log);
    }
}

static void checks_refuse(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    kit_tx good = kit_of(kit_send(k->text[0], k->text[1], "5ustake")), t;
    t = good, t.wrong_sequence = 1;
    refuse(k, 0, t, "sdk", 32, "account sequence mismatch, expected 0, got 1: incorrect account sequence");
    t = good, t.wrong_signature = true;
    refuse(k, 0, t, "sdk", 4, "signature verification failed; please verify account number (0) and chain-id (" KIT_CHAIN ")");
    t = good, t.wrong_chain = true;
    refuse(k, 0, t, "sdk", 4, "signature verification failed");
    t = good, t.no_signature = true;
    refuse(k, 0, t, "sdk", 4, "signature verification failed");
    t = good, t.gas = 0;
    refuse(k, 0, t, "sdk", 11, "out of gas in location: ReadFlat; gasWanted: 0, gasUsed: 1000: out of gas"); /* as wasmd */
    t = good, t.fee = 24999;
    refuse(k, 0, t, "sdk", 13, "insufficient fees; got: 24999ustake required: 25000ustake: insufficient fee");
    t = good, t.fee = 0;
    refuse(k, 0, t, "sdk", 13, "insufficient fees; got:  required: 25000ustake");
    t = good, t.fee = KIT_COINS + 1;
    refuse(k, 0, t, "sdk", 5, "spendable balance 1000000000ustake is smaller than 1000000001ustake: insufficient funds: insufficient funds");
    t = good, t.gas = 1000, t.fee = 25;
    refuse(k, 0, t, "sdk", 11, "out of gas in location: ReadPerByte; gasWanted: 1000, gasUsed: 1003: out of gas");
    t = good, t.timeout_height = 2;
    refuse(k, 0, t, "sdk", 30, "block height: 3, timeout height: 2: tx timeout height");
    char memo[258] = {0};
    memset(memo, 'm', 257);
    t = good, t.memo = memo;
    refuse(k, 0, t, "sdk", 12, "maximum number of characters is 256 but received 257 characters: memo too large");
    refuse(k, 1, good, "sdk", 8, "pubKey does not match signer address");
    refuse(k, 2, kit_of(kit_send(k->text[2], k->text[1], "5ustake")), "sdk", 9, "fee payer address: ");
    t = kit_of(kit_send("wasm1nobody", k->text[1], "5ustake"));
    refuse(k, 0, t, "undefined", 1, "decoding bech32 failed");
    t = good, t.granter = k->text[1];
    refuse(k, 0, t, "sdk", 38, k->text[1]);
    ur_ledger_result r;
    uint8_t hash[32];
    assert_ok(ur_ledger_submit(k->ledger, &r, hash, UR_SPAN_LIT("no transaction"), &k->err));
    assert_int_equal(r.code, 2);
    assert_int_equal(kit_submit(k, 0, &good, &r, hash), 0);
    assert_ok(ur_ledger_submit(k->ledger, &r, hash, kit_sign(k, 0, &good), &k->err));
    assert_int_equal(r.code, 0); /* the same again with the next sequence: another transaction */
    k->sequence[0]--;
    ur_span same = kit_sign(k, 0, &good);
    assert_ok(ur_ledger_submit(k->ledger, &r, hash, same, &k->err));
    assert_int_equal(r.code, 19);
    assert_false(ur_ledger_unsettled(k->ledger) == false);
    kit_stop(k);
}

static uint64_t balance(kit *k, size_t who)
{
    ur_span text;
    uint64_t x;
    assert_ok(ur_ledger_balance(k->ledger, &text, &k->account[who].address, UR_SPAN_LIT("ustake"), &k->err));
    if (ur_span_eq_var(text, UR_SPAN_LIT("0"))) {
        return 0;
    }
    assert_ok(ur_coin_amount_var(&x, text));
    return x;
}

static void failures_cost_their_fee(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_tx tx;
    kit_tx t = kit_of(kit_send(k->text[0], k->text[2], "5ustake"));
    t.messages = 2;
    t.msg[1] = kit_send(k->text[0], k->text[2], "999999999ustake");
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 5);
    assert_true(ur_span_eq_var(tx.result.log, UR_SPAN_LIT("failed to execute message; message index: 1: spendable balance 999974995ustake is smaller than "
                                                          "999999999ustake: insufficient funds")));
    assert_int_equal(balance(k, 0), KIT_COINS - 25000);
    assert_int_equal(balance(k, 2), 0); /* the first message is undone */
    t.msg[1].u.send.amount = kit_coins("99999999999999999999999999ustake"); /* more than 64 bits */
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 5);
    assert_int_equal(balance(k, 0), KIT_COINS - 50000);
    t.messages = 1;
    t.gas = 60000;
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 11);
    assert_int_equal(balance(k, 0), KIT_COINS - 75000);
    assert_true(tx.result.gas_used > 60000);
    t.gas = 1000000;
    t.msg[0] = kit_send(k->text[0], "wasm1nobody", "5ustake");
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 7);
    t.msg[0].u.send.to = kit_str(k->text[1]);
    t.msg[0].u.send.amount.n = 0;
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 10);
    verify_chain(k);
    kit_stop(k);
}

/* ---- events ---- */

static void expect_event(const ur_ledger_result *r, size_t i, const char *text)
{
    char got[1024];
    assert_true(i < r->events);
    const ur_ledger_event *e = &r->event[i];
    int n = snprintf(got, sizeof got, "%.*s", (int)e->type.n, (const char *)e->type.p);
    for (size_t a = 0; a < e->n; a++) {
        n += snprintf(got + n, sizeof got - (size_t)n, " %.*s=%.*s", (int)e->attribute[a].key.n, (const char *)e->attribute[a].key.p,
                      (int)e->attribute[a].value.n, (const char *)e->attribute[a].value.p);
    }
    assert_string_equal(got, text);
}

#define FEES "wasm17xpfvakm2amg962yls6f84z3kell8c5l69j4zk"

static void events_are_those_of_the_sdk(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_tx tx;
    char want[1024];
    kit_tx t = kit_of(kit_send(k->text[0], k->text[2], "5ustake"));
    kit_run(k, 0, &t, &tx);
    const char *a = k->text[0], *c = k->text[2];
    assert_int_equal(tx.result.code, 0);
    assert_int_equal(tx.result.events, 12);
    (void)snprintf(want, sizeof want, "coin_spent spender=%s amount=25000ustake", a);
    expect_event(&tx.result, 0, want);
    (void)snprintf(want, sizeof want, "coin_received receiver=%s amount=25000ustake", FEES);
    expect_event(&tx.result, 1, want);
    (void)snprintf(want, sizeof want, "transfer recipient=%s sender=%s amount=25000ustake", FEES, a);
    expect_event(&tx.result, 2, want);
    (void)snprintf(want, sizeof want, "message sender=%s", a);
    expect_event(&tx.result, 3, want);
    (void)snprintf(want, sizeof want, "tx fee=25000ustake fee_payer=%s", a);
    expect_event(&tx.result, 4, want);
    (void)snprintf(want, sizeof want, "tx acc_seq=%s/0", a);
    expect_event(&tx.result, 5, want);
    (void)snprintf(want, sizeof want, "message action=/cosmos.bank.v1beta1.MsgSend sender=%s module=bank msg_index=0", a);
    expect_event(&tx.result, 7, want);
    (void)snprintf(want, sizeof want, "transfer recipient=%s sender=%s amount=5ustake msg_index=0", c, a);
    expect_event(&tx.result, 10, want);
    kit_stop(k);
}

/* ---- contracts ---- */

static void contract_lives(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_result r;
    ur_ledger_tx tx;
    ur_ledger_code code;
    ur_ledger_contract contract;
    ur_span value;
    uint8_t key[64] = {3};
    kit_deploy(k);
    assert_int_equal(k->contract.n, 32);
    assert_int_equal(k->contract.bytes[0], 0xad); /* the first contract of the first code of any chain: ade4a5f5... */
    assert_int_equal(k->contract.bytes[1], 0xe4);
    assert_ok(ur_ledger_code_of(k->ledger, &code, 1, &k->err));
    assert_true(ur_span_eq_var(code.wasm, ur_span_of(kit_wasm, sizeof kit_wasm)));
    assert_status(ur_ledger_code_of(k->ledger, &code, 2, &k->err), UR_E_ABSENT);
    assert_ok(ur_ledger_contract_of(k->ledger, &contract, &k->contract, &k->err));
    assert_int_equal(contract.code_id, 1);
    kit_run_ok(k, 1, kit_execute(k, 1, "{\"store\":{\"key\":\"k\",\"value\":\"hello\"}}"));
    assert_ok(ur_ledger_contract_raw(k->ledger, &value, &k->contract, UR_SPAN_LIT("k"), &k->err));
    assert_true(ur_span_eq_var(value, UR_SPAN_LIT("hello")));
    assert_ok(ur_ledger_contract_query(k->ledger, &r, &k->contract, UR_SPAN_LIT("{\"get\":{\"key\":\"k\"}}"), &k->err));
    assert_int_equal(r.code, 0);
    assert_true(ur_span_eq_var(r.data, UR_SPAN_LIT("hello")));
    assert_ok(ur_ledger_contract_query(k->ledger, &r, &k->contract, UR_SPAN_LIT("{\"get\":{\"key\":\"x\"}}"), &k->err));
    assert_int_equal(r.code, 9);
    assert_true(ur_span_eq_var(r.log, UR_SPAN_LIT("absent: query wasm contract failed")));
    memcpy(key + 1, k->contract.bytes, 32);
    key[33] = 'k';
    prove(k, "wasm", ur_span_of(key, 34), status_of(k).height - 1, true, UR_SPAN_LIT("hello"));
    kit_tx t = kit_of(kit_execute(k, 1, "{\"fail\":{}}"));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 5);
    assert_true(ur_span_eq_var(tx.result.codespace, UR_SPAN_LIT("wasm")));
    assert_true(ur_span_eq_var(tx.result.log, UR_SPAN_LIT("failed to execute message; message index: 0: refused: by itself [field]: execute wasm contract failed")));
    assert_status(ur_ledger_contract_raw(k->ledger, &value, &k->contract, UR_SPAN_LIT("undone"), &k->err), UR_E_ABSENT);
    t = kit_of(kit_execute(k, 1, "{\"abort\":{}}"));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 29);
    t = kit_of(kit_execute(k, 1, "{\"dispatch\":{}}"));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 10);
    t = kit_of(kit_execute(k, 1, "{\"event\":{\"key\":\" a \",\"value\":\"b\"}}"));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 0);
    char want[512];
    (void)snprintf(want, sizeof want, "execute _contract_address=%s msg_index=0", k->contract_text);
    expect_event(&tx.result, tx.result.events - 2, want);
    (void)snprintf(want, sizeof want, "wasm-beat _contract_address=%s a=b msg_index=0", k->contract_text);
    expect_event(&tx.result, tx.result.events - 1, want);
    t = kit_of(kit_execute(k, 1, "{\"event\":{\"key\":\"_a\",\"value\":\"b\"}}"));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 21);
    t = kit_of(kit_execute(k, 1, "{\"remove\":{\"key\":\"k\"}}"));
    kit_run(k, 1, &t, &tx);
    prove(k, "wasm", ur_span_of(key, 34), status_of(k).height - 1, false, (ur_span){0});
    t = kit_of((ur_msg){.kind = UR_MSG_STORE_CODE, .u.store_code = {.sender = kit_str(k->text[0]), .wasm = UR_SPAN_LIT("another's")}});
    kit_run(k, 0, &t, &tx);
    assert_int_equal(tx.result.code, 2);
    verify_chain(k);
    kit_stop(k);
}

static void simulating_changes_nothing(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_result r;
    kit_tx t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
    ur_ledger_tx tx;
    t.no_signature = true;
    t.gas = 0;
    assert_ok(ur_ledger_simulate(k->ledger, &r, kit_sign(k, 0, &t), &k->err));
    assert_int_equal(r.code, 0);
    uint64_t gas = r.gas_used;
    assert_int_equal(status_of(k).height, 2);
    assert_int_equal(balance(k, 0), KIT_COINS);
    t = kit_of(kit_send(k->text[0], k->text[1], "5ustake"));
    kit_run(k, 0, &t, &tx);
    assert_true(gas >= 30000 && gas * 13 / 10 > tx.result.gas_used);
    kit_stop(k);
}

static void searching(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    const ur_ledger_tx *found;
    size_t n;
    uint64_t total;
    for (int i = 0; i < 25; i++) {
        kit_run_ok(k, i % 2 == 0 ? 0 : 1, kit_send(k->text[i % 2 == 0 ? 0 : 1], k->text[2], "5ustake"));
    }
    ur_ledger_search s = {.conditions = 2, .limit = 10, .skip = 5};
    s.condition[0] = (ur_ledger_condition){UR_SPAN_LIT("message.sender"), kit_str(k->text[0]), false};
    s.condition[1] = (ur_ledger_condition){UR_SPAN_LIT("transfer.recipient"), kit_str(k->text[2]), false};
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 0); /* each holds for an event, but both for none */
    s.condition[0].key = UR_SPAN_LIT("transfer.sender");
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 13);
    assert_int_equal(n, 8);
    assert_int_equal(found[0].height, 3 + 2 * 10);
    s.descending = true;
    s.skip = 0;
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(n, 10);
    assert_int_equal(found[0].height, 3 + 2 * 24);
    s.min_height = s.max_height = 5;
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 0);
    s.condition[0].value = kit_str(k->text[1]);
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 1);
    s = (ur_ledger_search){.conditions = 1, .limit = 1};
    s.condition[0] = (ur_ledger_condition){.key = UR_SPAN_LIT("transfer.nothing"), .exists = true};
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 0);
    s.condition[0].key = UR_SPAN_LIT("tx.acc_seq");
    assert_ok(ur_ledger_tx_search(k->ledger, &found, &n, &total, &s, &k->err));
    assert_int_equal(total, 25);
    kit_stop(k);
}

static ur_msg grant(kit *k, const char *limit, uint64_t until)
{
    static uint8_t bytes[256];
    ur_writer w;
    ur_basic_allowance a = {.has_expiration = until > 0, .expiration = {until, 0}};
    if (limit != NULL) {
        a.spend_limit = kit_coins(limit);
    }
    ur_writer_init(&w, bytes, sizeof bytes);
    ur_proto_encode(&w, &ur_proto_basic_allowance, &a);
    return (ur_msg){.kind = UR_MSG_GRANT,
                    .u.grant = {.granter = kit_str(k->text[0]), .grantee = kit_str(k->text[1]), .has_allowance = true,
                                .allowance = {kit_str(UR_BASIC_ALLOWANCE_URL), ur_span_of(bytes, w.n)}}};
}

static void fees_by_others(void **state)
{
    (void)state;
    kit *k = kit_start(NULL);
    ur_ledger_tx tx;
    kit_tx t = kit_of(kit_send(k->text[1], k->text[2], "5ustake"));
    t.granter = k->text[0];
    kit_run_ok(k, 0, grant(k, "60000ustake", 0));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 0);
    assert_int_equal(balance(k, 1), KIT_COINS - 5);
    kit_run(k, 1, &t, &tx);
    refuse(k, 1, t, "feegrant", 2, k->text[0]);
    kit_tx again = kit_of(grant(k, NULL, 0));
    kit_run(k, 0, &again, &tx);
    assert_int_equal(tx.result.code, 18);
    kit_run_ok(k, 0, (ur_msg){.kind = UR_MSG_REVOKE, .u.revoke = {kit_str(k->text[0]), kit_str(k->text[1])}});
    refuse(k, 1, t, "sdk", 38, k->text[0]);
    kit_run_ok(k, 0, grant(k, NULL, KIT_START_MS / 1000 + 100));
    kit_run(k, 1, &t, &tx);
    assert_int_equal(tx.result.code, 0);
    k->time.ms += 200000;
    refuse(k, 1, t, "feegrant", 3, k->text[0]);
    kit_stop(k);
}

static void old_states(void **state)
{
    (void)state;
    kit *k = kit_new(NULL);
    ur_ledger_record r;
    uint8_t key[34] = {3};
    k->options.keep_states = 10;
    kit_open(k);
    kit_deploy(k);
    memcpy(key + 1, k->contract.bytes, 32);
    key[33] = 'k';
    for (int i = 0; i < 40; i++) {
        char msg[64], value[8];
        (void)snprintf(value, sizeof value, "%d", i);
        (void)snprintf(msg, sizeof msg, "{\"store\":{\"key\":\"k\",\"value\":\"%s\"}}", value);
        kit_run_ok(k, 0, kit_execute(k, 0, msg));
        prove(k, "wasm", ur_span_of(key, sizeof key), status_of(k).height - 1, true, kit_str(value));
    }
    int64_t tip = status_of(k).height;
    prove(k, "wasm", ur_span_of(key, sizeof key), tip - 1 - 2 * 9, true, UR_SPAN_LIT("30"));
    assert_status(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("wasm"), ur_span_of(key, sizeof key), tip - 30, true, &k->err), UR_E_UNAVAILABLE);
    assert_status(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("wasm"), ur_span_of(key, sizeof key), tip + 1, true, &k->err), UR_E_UNAVAILABLE);
    assert_status(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("none"), ur_span_of(key, sizeof key), 0, false, &k->err), UR_E_ABSENT);
    assert_status(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("wasm"), ur_span_of(key, sizeof key), 1, true, &k->err), UR_E_USAGE);
    assert_ok(ur_ledger_store_get(k->ledger, &r, UR_SPAN_LIT("wasm"), ur_span_of(key, sizeof key), 0, false, &k->err));
    assert_true(ur_span_eq_var(r.value, UR_SPAN_LIT("39")));
    kit_stop(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_two_blocks), cmocka_unit_test(blocks_and_times), cmocka_unit_test(warps), cmocka_unit_test(at_an_interval),
        cmocka_unit_test(checks_refuse), cmocka_unit_test(failures_cost_their_fee), cmocka_unit_test(events_are_those_of_the_sdk),
        cmocka_unit_test(contract_lives), cmocka_unit_test(simulating_changes_nothing), cmocka_unit_test(searching), cmocka_unit_test(fees_by_others),
        cmocka_unit_test(old_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
