/* A ledger for tests: a clock that stands still, three accounts, and a contract of a dozen lines behind the seam. */
#ifndef UR_TESTS_LEDGER_KIT_H
#define UR_TESTS_LEDGER_KIT_H

#include "core/codec/base64.h"
#include "core/light/ics23.h"
#include "core/light/verify.h"
#include "lib/cosmos/address.h"
#include "lib/ledger/ledger.h"
#include "lib/suite/light.h"
#include "tests/ledger/made_tx.h"
#include "tests/test.h"

#define KIT_CHAIN "dev-ledger-1"
#define KIT_START_MS 1800000000000
#define KIT_COINS 1000000000
enum { KIT_ACCOUNTS = 3 };

/* ---- a clock ---- */

typedef struct kit_clock {
    int64_t ms;
} kit_clock;
static int64_t kit_unix_ms(void *c) { return ((kit_clock *)c)->ms; }
static uint64_t kit_boot_ms(void *c) { return (uint64_t)((kit_clock *)c)->ms; }

/* ---- a contract ----
 * {"store":{"key":K,"value":V}}  {"remove":{"key":K}}  {"fail":{}}  {"abort":{}}  {"event":{"key":K,"value":V}}  {"dispatch":{}}
 * query {"get":{"key":K}} gives the value; instantiate takes any of these, or {} */

typedef struct kit_vm {
    char out[8192];
    long calls;
} kit_vm;

static ur_span kit_text(ur_json v)
{
    ur_span s;
    return ur_json_plain_var(&s, v) == UR_OK ? s : (ur_span){0};
}

static ur_status kit_store(const ur_ledger_host *host, ur_json args)
{
    return host->put(host->self, kit_text(ur_json_get_var(args, "key")), kit_text(ur_json_get_var(args, "value")));
}

static ur_status kit_get(kit_vm *vm, const ur_ledger_host *host, ur_json args)
{
    ur_span value;
    char text[4096];
    ur_status st = host->get(host->self, kit_text(ur_json_get_var(args, "key")), &value);
    if (st == UR_E_ABSENT) {
        (void)snprintf(vm->out, sizeof vm->out, "{\"error\":\"absent\"}");
        return UR_OK;
    }
    UR_TRY(st);
    size_t n = ur_base64_chars(value.n, UR_BASE64);
    assert_true(n < sizeof text);
    ur_base64_encode(text, value, UR_BASE64);
    (void)snprintf(vm->out, sizeof vm->out, "{\"ok\":\"%.*s\"}", (int)n, text);
    return UR_OK;
}

static ur_status kit_call(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg, ur_ledger_reply *reply)
{
    static const char plain[] = "{\"ok\":{\"messages\":[],\"attributes\":[{\"key\":\"action\",\"value\":\"done\"}],\"events\":[],\"data\":null}}";
    kit_vm *vm = self;
    ur_json v, e, i, args;
    ur_status st = UR_OK;
    vm->calls++;
    assert_ok(ur_json_parse_var(&v, msg));
    assert_ok(ur_json_parse_var(&e, env));
    if (entry != UR_LEDGER_QUERY) {
        assert_ok(ur_json_parse_var(&i, info));
        assert_ok(host->address_check(host->self, kit_text(ur_json_get_var(i, "sender"))));
        assert_status(host->address_check(host->self, UR_SPAN_LIT("wasm1nobody")), UR_E_INPUT);
    }
    (void)snprintf(vm->out, sizeof vm->out, "%s", plain);
    if (ur_json_kind_var(args = ur_json_get_var(v, "store")) != UR_JSON_NONE) {
        st = kit_store(host, args);
    } else if (ur_json_kind_var(args = ur_json_get_var(v, "remove")) != UR_JSON_NONE) {
        st = host->remove(host->self, kit_text(ur_json_get_var(args, "key")));
    } else if (ur_json_kind_var(args = ur_json_get_var(v, "get")) != UR_JSON_NONE) {
        st = kit_get(vm, host, args);
    } else if (ur_json_kind_var(ur_json_get_var(v, "fail")) != UR_JSON_NONE) {
        assert_ok(host->put(host->self, UR_SPAN_LIT("undone"), UR_SPAN_LIT("1")));
        (void)snprintf(vm->out, sizeof vm->out, "{\"error\":\"refused: by itself [field]\"}");
    } else if (ur_json_kind_var(ur_json_get_var(v, "abort")) != UR_JSON_NONE) {
        (void)snprintf(vm->out, sizeof vm->out, "out of luck");
        st = UR_E_INTERNAL;
    } else if (ur_json_kind_var(ur_json_get_var(v, "dispatch")) != UR_JSON_NONE) {
        (void)snprintf(vm->out, sizeof vm->out, "{\"ok\":{\"messages\":[{}],\"attributes\":[],\"events\":[],\"data\":null}}");
    } else if (ur_json_kind_var(args = ur_json_get_var(v, "event")) != UR_JSON_NONE) {
        ur_span k = kit_text(ur_json_get_var(args, "key")), x = kit_text(ur_json_get_var(args, "value"));
        (void)snprintf(vm->out, sizeof vm->out,
                       "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[{\"type\":\"beat\",\"attributes\":[{\"key\":\"%.*s\",\"value\":\"%.*s\"}]}],"
                       "\"data\":\"aGVsbG8=\"}}",
                       (int)k.n, (const char *)k.p, (int)x.n, (const char *)x.p);
    }
    reply->json = ur_span_str_var(vm->out);
    reply->gas = 1000;
    return st;
}

/* ---- a ledger ---- */

static const char kit_wasm[] = "\0asm\1\0\0\0this would be our contract";

typedef struct kit {
    kit_clock time;
    ur_clock clock;
    kit_vm machine;
    ur_ledger_vm vm;
    ur_secp_secret secret[KIT_ACCOUNTS];
    ur_ledger_coins account[KIT_ACCOUNTS];
    char text[KIT_ACCOUNTS][UR_ADDRESS_TEXT_MAX];
    uint64_t sequence[KIT_ACCOUNTS];
    ur_ledger_genesis genesis;
    ur_ledger_options options;
    ur_ledger *ledger;
    ur_err err;
    ur_ledger_address contract;
    char contract_text[UR_LEDGER_ADDRESS_TEXT_MAX];
    uint8_t tx[UR_LEDGER_TX_MAX + 4096];
} kit;

static kit *kit_new(const char *path)
{
    kit *k = calloc(1, sizeof *k);
    assert_non_null(k);
    k->time.ms = KIT_START_MS;
    k->clock = (ur_clock){&k->time, kit_unix_ms, kit_boot_ms};
    k->vm = (ur_ledger_vm){.self = &k->machine, .call = kit_call, .checksums = 1};
    ur_sha256_of(k->vm.checksum[0], ur_span_of(kit_wasm, sizeof kit_wasm));
    for (size_t i = 0; i < KIT_ACCOUNTS; i++) {
        uint8_t bytes[32] = {0};
        ur_secp_pub pub;
        ur_address a;
        bytes[31] = (uint8_t)(i + 1);
        assert_ok(ur_secp_secret_parse(&k->secret[i], bytes));
        ur_secp_pub_of(&pub, &k->secret[i]);
        assert_ok(ur_address_of_key(&a, &pub));
        k->account[i].address.n = (uint8_t)a.n;
        memcpy(k->account[i].address.bytes, a.b, a.n);
        k->account[i].amount = KIT_COINS;
        assert_ok(ur_address_text(k->text[i], UR_SPAN_LIT("wasm"), &a));
    }
    k->genesis = (ur_ledger_genesis){.chain_id = KIT_CHAIN, .prefix = "wasm", .denom = "ustake", .validator_seed = {7}, .gas_price_milli = 25,
                                     .accounts = KIT_ACCOUNTS - 1, .account = k->account}; /* the last one does not exist */
    k->options = (ur_ledger_options){.path = path, .genesis = &k->genesis, .vm = &k->vm, .clock = &k->clock};
    return k;
}

static void kit_open(kit *k)
{
    ur_status st = ur_ledger_open(&k->ledger, &k->options, &k->err);
    if (st != UR_OK) {
        fail_msg("%s", ur_err_text(&k->err, st));
    }
}

static inline kit *kit_start(const char *path)
{
    kit *k = kit_new(path);
    kit_open(k);
    return k;
}

static void kit_stop(kit *k)
{
    ur_ledger_close(&k->ledger);
    free(k);
}

/* ---- transactions ---- */

typedef struct kit_tx {
    size_t messages;
    ur_msg msg[4];
    uint64_t fee, gas;
    const char *memo, *granter;
    uint64_t timeout_height;
    int wrong_sequence;
    bool wrong_signature, no_signature, wrong_chain;
} kit_tx;

static kit_tx kit_of(ur_msg m) { return (kit_tx){.messages = 1, .msg = {m}, .fee = 25000, .gas = 1000000}; }

static ur_span kit_str(const char *s) { return ur_span_str_var(s); }

static ur_coins kit_coins(const char *amount)
{
    ur_coins c = {0};
    assert_ok(ur_coin_parse_var(&c.at[0], kit_str(amount)));
    c.n = 1;
    return c;
}

static ur_msg kit_send(const char *from, const char *to, const char *amount)
{
    return (ur_msg){.kind = UR_MSG_SEND, .u.send = {kit_str(from), kit_str(to), kit_coins(amount)}};
}

static inline ur_msg kit_execute(const kit *k, size_t who, const char *msg)
{
    return (ur_msg){.kind = UR_MSG_EXECUTE, .u.execute = {.sender = kit_str(k->text[who]), .contract = kit_str(k->contract_text), .msg = kit_str(msg)}};
}

/* Encode and sign as account `who`; its sequence is counted here. */
static ur_span kit_sign(kit *k, size_t who, const kit_tx *t)
{
    static uint8_t bodies[UR_LEDGER_TX_MAX + 2048];
    char fee[24];
    ur_writer body, out;
    ur_writer_init(&body, bodies, sizeof bodies);
    assert_true(made_tx_body(&body, t->msg, t->messages, t->memo == NULL ? "" : t->memo, t->timeout_height));
    (void)snprintf(fee, sizeof fee, "%llu", (unsigned long long)t->fee);
    const made_tx m = {.secret = &k->secret[who], .chain_id = t->wrong_chain ? UR_SPAN_LIT("other-1") : UR_SPAN_LIT(KIT_CHAIN),
                       .body = ur_span_of(bodies, body.n), .account = who, .sequence = (uint64_t)((int64_t)k->sequence[who] + t->wrong_sequence),
                       .gas = t->gas, .fee = t->fee > 0 ? kit_str(fee) : (ur_span){0}, .denom = UR_SPAN_LIT("ustake"),
                       .granter = kit_str(t->granter == NULL ? "" : t->granter), .wrong_signature = t->wrong_signature, .no_signature = t->no_signature};
    ur_writer_init(&out, k->tx, sizeof k->tx);
    assert_true(made_tx_write(&out, &m));
    return ur_span_of(k->tx, out.n);
}

/* Submit: code of the check. */
static uint32_t kit_submit(kit *k, size_t who, const kit_tx *t, ur_ledger_result *r, uint8_t hash[32])
{
    ur_span tx = kit_sign(k, who, t);
    ur_status st = ur_ledger_submit(k->ledger, r, hash, tx, &k->err);
    if (st != UR_OK) {
        fail_msg("%s", ur_err_text(&k->err, st));
    }
    k->sequence[who] += r->code == 0 ? 1 : 0;
    return r->code;
}

/* Submit, settle, and what came of it. */
static void kit_run(kit *k, size_t who, const kit_tx *t, ur_ledger_tx *out)
{
    ur_ledger_result r;
    uint8_t hash[32];
    if (kit_submit(k, who, t, &r, hash) != 0) {
        fail_msg("refused: %u %.*s", r.code, (int)r.log.n, (const char *)r.log.p);
    }
    ur_status st = ur_ledger_settle(k->ledger, &k->err);
    if (st != UR_OK) {
        fail_msg("%s", ur_err_text(&k->err, st));
    }
    assert_ok(ur_ledger_tx_find(k->ledger, out, hash, &k->err));
}

static inline void kit_run_ok(kit *k, size_t who, ur_msg m)
{
    ur_ledger_tx tx;
    kit_tx t = kit_of(m);
    kit_run(k, who, &t, &tx);
    if (tx.result.code != 0) {
        fail_msg("failed: %u %.*s", tx.result.code, (int)tx.result.log.n, (const char *)tx.result.log.p);
    }
}

/* Store the code and make a contract of it. */
static inline void kit_deploy(kit *k)
{
    const ur_ledger_contract *list;
    size_t n;
    uint64_t total;
    kit_run_ok(k, 0, (ur_msg){.kind = UR_MSG_STORE_CODE, .u.store_code = {.sender = kit_str(k->text[0]), .wasm = ur_span_of(kit_wasm, sizeof kit_wasm)}});
    kit_run_ok(k, 0, (ur_msg){.kind = UR_MSG_INSTANTIATE,
                              .u.instantiate = {.sender = kit_str(k->text[0]), .code_id = 1, .label = kit_str("test"), .msg = kit_str("{}")}});
    assert_ok(ur_ledger_contracts(k->ledger, &list, &n, &total, 0, 0, 10, &k->err));
    assert_int_equal(total, 1);
    k->contract = list[0].address;
    ur_ledger_address_text(k->ledger, k->contract_text, &k->contract);
}

#endif
