#include "lib/ledger/wasm.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "core/codec/pb.h"
#include "lib/cosmos/address.h"
#include "lib/ledger/go_json.h"
#include "lib/ledger/gunzip.h"
#include "lib/ledger/sql.h"
#include "lib/suite/hash.h"

enum { KEY_CODE = 1, KEY_CONTRACT = 2, KEY_STORAGE = 3, KEY_SEQUENCE = 4, KEY_HISTORY = 5 };
enum { WASM_MAX = 800 * 1024, KEY_MAX = 1 + UR_LEDGER_ADDRESS_MAX + 8, STORAGE_KEY_MAX = 2048, VALUE_MAX = 128 * 1024 };
enum { CREATE_FAILED = 2, ACCOUNT_EXISTS = 3, INSTANTIATE_FAILED = 4, EXECUTE_FAILED = 5, QUERY_FAILED = 9, INVALID_MSG = 10, DUPLICATE = 15,
       INVALID_EVENT = 21, NO_CONTRACT = 22, NO_CODE = 28, VM_ERROR = 29 };
enum { GAS_INSTANCE = 60000, GAS_COMPILE_BYTE = 3, GAS_ATTRIBUTE = 10, GAS_EVENT = 20, FREE_EVENT_BYTES = 100, GAS_QUERY_MAX = 3000000, GAS_OF_INDEXES = 13000 };
enum { ACCESS_NOBODY = 1, ACCESS_EVERYBODY = 3, ACCESS_ANY_OF = 4 };

/* ---- keys ---- */

static ur_span key_u64(uint8_t out[KEY_MAX], uint8_t kind, uint64_t x)
{
    ur_writer w;
    ur_writer_init(&w, out, KEY_MAX);
    ur_writer_u8(&w, kind);
    ur_writer_u64be(&w, x);
    return ur_span_of(out, w.n);
}

static ur_span key_address(uint8_t out[KEY_MAX], uint8_t kind, const ur_ledger_address *a)
{
    out[0] = kind;
    memcpy(out + 1, a->bytes, a->n);
    return ur_span_of(out, 1u + a->n);
}

static ur_span history_key(uint8_t out[KEY_MAX], const ur_ledger_address *a)
{
    ur_writer w;
    ur_writer_init(&w, out, KEY_MAX);
    ur_writer_u8(&w, KEY_HISTORY);
    ur_writer_bytes(&w, a->bytes, a->n);
    ur_writer_u64be(&w, 1);
    return ur_span_of(out, w.n);
}

/* The next id of a sequence, which begins at 1. */
static ur_status next_id(ur_run *r, const char *name, uint64_t *id)
{
    uint8_t key[32], value[8];
    ur_writer w;
    ur_span old;
    ur_writer_init(&w, key, sizeof key);
    ur_writer_u8(&w, KEY_SEQUENCE);
    ur_writer_str(&w, name);
    *id = 1;
    ur_status st = ur_run_get(r, UR_STORE_WASM, ur_span_of(key, w.n), &old);
    if (st == UR_OK) {
        ur_reader in;
        ur_reader_init(&in, old);
        UR_TRY(ur_reader_u64be(&in, id));
    } else if (st != UR_E_ABSENT) {
        return st;
    }
    ur_writer next;
    ur_writer_init(&next, value, sizeof value);
    ur_writer_u64be(&next, *id + 1);
    return ur_run_put(r, UR_STORE_WASM, ur_span_of(key, w.n), ur_span_of(value, sizeof value));
}

static ur_span decimal(ur_run *r, uint64_t x) { return ur_pool_text(r->pool, "%" PRIu64, x); }

static void one_address(ur_run *r, const char *type, ur_span contract)
{
    ur_run_event_begin(r, ur_span_str_var(type));
    ur_run_attribute_put(r, "_contract_address", contract);
}

/* ---- codes ---- */

static bool is_ours(const ur_ledger_vm *vm, const uint8_t checksum[UR_SHA256_BYTES])
{
    for (size_t i = 0; vm != NULL && i < vm->checksums && i < UR_LEDGER_CODES_MAX; i++) {
        if (ur_eq_var(vm->checksum[i], checksum, UR_SHA256_BYTES)) {
            return true;
        }
    }
    return false;
}

/* AccessConfig {1 permission, 3 addresses}: who may instantiate. */
static ur_status may_instantiate(ur_run *r, ur_span access, const ur_ledger_address *who)
{
    ur_pb m;
    ur_pb_field f;
    uint64_t permission = 0;
    bool named = false;
    ur_span text = ur_bank_address_text(r, who);
    for (ur_pb_init(&m, access, UR_PB_ANY); ur_pb_more(&m);) {
        if (ur_pb_next_var(&m, &f) != UR_OK) {
            break;
        }
        permission = f.number == 1 ? f.u : permission;
        named = named || (f.number == 3 && ur_span_eq_var(f.bytes, text));
    }
    bool may = permission == ACCESS_EVERYBODY || (permission == ACCESS_ANY_OF && named);
    return may ? UR_OK : ur_run_refuse(r, "sdk", UR_SDK_UNAUTHORIZED, "can not instantiate: unauthorized");
}

static ur_status unpack(ur_run *r, ur_span *code)
{
    if (code->n < 3 || code->p[0] != 0x1f || code->p[1] != 0x8b || code->p[2] != 0x08) {
        return UR_OK;
    }
    UR_TRY(ur_run_gas(r, code->n * 15 / 100, "Uncompress gzip bytecode"));
    ur_status st = ur_gunzip(r->pool, code, *code, WASM_MAX);
    if (st == UR_E_MEMORY) {
        return ur_run_no_memory(r);
    }
    return st == UR_OK ? UR_OK
                       : ur_run_refuse(r, "wasm", CREATE_FAILED, "uncompress wasm archive: %s: create wasm contract failed",
                                       st == UR_E_LIMIT ? "exceeds limit" : "invalid gzip");
}

static ur_status put_code(ur_run *r, uint64_t id, const ur_ledger_address *sender, const uint8_t checksum[UR_SHA256_BYTES], ur_span access)
{
    static const uint8_t everybody[2] = {0x08, ACCESS_EVERYBODY};
    uint8_t key[KEY_MAX];
    ur_writer w;
    ur_span value;
    if (ur_pool_writer(r->pool, &w, 256 + access.n) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_pb_put_bytes(&w, 1, ur_span_of(checksum, UR_SHA256_BYTES));
    ur_pb_put_bytes(&w, 2, ur_bank_address_text(r, sender));
    ur_pb_put_bytes(&w, 5, access.n > 0 ? access : ur_span_of(everybody, sizeof everybody));
    UR_TRY(ur_writer_end(&w, &value));
    return ur_run_put(r, UR_STORE_WASM, key_u64(key, KEY_CODE, id), value);
}

ur_status ur_wasm_store(ur_run *r, const ur_ledger_address *sender, ur_span code, ur_span access, uint64_t *id, uint8_t checksum[UR_SHA256_BYTES])
{
    char hex[2 * UR_SHA256_BYTES];
    UR_TRY(unpack(r, &code));
    UR_TRY(ur_run_gas(r, code.n * GAS_COMPILE_BYTE, "wasm contract"));
    ur_suite_sha256(checksum, &code, 1);
    ur_hex_encode(hex, ur_span_of(checksum, UR_SHA256_BYTES));
    if (!is_ours(r->l->vm, checksum)) {
        return ur_run_refuse(r, "wasm", CREATE_FAILED,
                             "this ledger runs its own contract natively and no other wasm: checksum %.*s is not one of its builds; a chain takes "
                             "it: create wasm contract failed", (int)sizeof hex, hex);
    }
    UR_TRY(next_id(r, "lastCodeId", id));
    UR_TRY(put_code(r, *id, sender, checksum, access));
    if (ur_kv_put(r->layer, UR_STORE_FILE, ur_span_of(checksum, UR_SHA256_BYTES), code) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_run_event_begin(r, UR_SPAN_LIT("store_code"));
    ur_run_attribute_put(r, "code_checksum", ur_pool_text(r->pool, "%.*s", (int)sizeof hex, hex));
    ur_run_attribute_put(r, "code_id", decimal(r, *id));
    return UR_OK;
}

/* CodeInfo's checksum and access. */
static ur_status read_code(ur_run *r, uint64_t id, ur_span *checksum, ur_span *access)
{
    uint8_t key[KEY_MAX];
    ur_span record;
    ur_pb_field f[5];
    static const ur_pb_wire wires[5] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES};
    ur_status st = ur_run_get(r, UR_STORE_WASM, key_u64(key, KEY_CODE, id), &record);
    if (st == UR_E_ABSENT) {
        return ur_run_refuse(r, "wasm", NO_CODE, "code id %" PRIu64 ": no such code", id);
    }
    UR_TRY(st);
    if (ur_pb_fields_var(f, wires, 5, record, UR_PB_CANONICAL) != UR_OK || f[0].bytes.n != UR_SHA256_BYTES) {
        return ur_err_set(r->err, UR_E_INPUT, "the ledger's database is damaged: code %" PRIu64, id);
    }
    *checksum = f[0].bytes;
    *access = f[4].bytes;
    return UR_OK;
}

/* ---- the contract's view ---- */

typedef struct calling {
    ur_run *run;
    const ur_ledger_address *contract;
    bool question;
    ur_status failed; /* what a host function gave up with */
} calling;

static ur_status give_up(calling *c, ur_status st)
{
    if (st != UR_OK && st != UR_E_ABSENT) {
        c->failed = st;
        return UR_E_UNAVAILABLE;
    }
    return st;
}

static ur_status storage_key(calling *c, uint8_t out[STORAGE_KEY_MAX], ur_span key, ur_span *whole)
{
    ur_writer w;
    ur_writer_init(&w, out, STORAGE_KEY_MAX);
    ur_writer_u8(&w, KEY_STORAGE);
    ur_writer_bytes(&w, c->contract->bytes, c->contract->n);
    ur_writer_span(&w, key);
    *whole = ur_span_of(out, w.n);
    return w.overflow ? give_up(c, ur_err_set(c->run->err, UR_E_LIMIT, "the contract used a key of %zu bytes", key.n)) : UR_OK;
}

static ur_status host_get(void *self, ur_span key, ur_span *value)
{
    uint8_t buf[STORAGE_KEY_MAX];
    calling *c = self;
    ur_span whole;
    *value = (ur_span){0};
    UR_TRY(storage_key(c, buf, key, &whole));
    return give_up(c, ur_run_get(c->run, UR_STORE_WASM, whole, value));
}

static ur_status host_put(void *self, ur_span key, ur_span value)
{
    uint8_t buf[STORAGE_KEY_MAX];
    calling *c = self;
    ur_span whole;
    UR_TRY(storage_key(c, buf, key, &whole));
    if (c->question || value.n == 0 || value.n > VALUE_MAX) {
        return give_up(c, ur_err_set(c->run->err, UR_E_INTERNAL, "the contract wrote in a query, nothing at all, or more than 128 KiB"));
    }
    return give_up(c, ur_run_put(c->run, UR_STORE_WASM, whole, value));
}

static ur_status host_remove(void *self, ur_span key)
{
    uint8_t buf[STORAGE_KEY_MAX];
    calling *c = self;
    ur_span whole;
    UR_TRY(storage_key(c, buf, key, &whole));
    if (c->question) {
        return give_up(c, ur_err_set(c->run->err, UR_E_INTERNAL, "the contract wrote in a query"));
    }
    return give_up(c, ur_run_remove(c->run, UR_STORE_WASM, whole));
}

static ur_status host_address_check(void *self, ur_span text)
{
    calling *c = self;
    ur_ledger_address a;
    return ur_ledger_address_parse(c->run->l, &a, text);
}

/* ---- calling it ---- */

static ur_span env_json(ur_run *r, const ur_ledger_address *contract, bool question)
{
    char address[UR_LEDGER_ADDRESS_TEXT_MAX];
    ur_ledger_address_text(r->l, address, contract);
    return question ? ur_pool_text(r->pool, "{\"block\":{\"height\":%" PRId64 ",\"time\":\"%" PRId64 "%09" PRIu32 "\",\"chain_id\":\"%s\"},"
                                            "\"transaction\":null,\"contract\":{\"address\":\"%s\"}}",
                                   r->height, r->time.s, r->time.ns, r->l->chain_id, address)
                    : ur_pool_text(r->pool, "{\"block\":{\"height\":%" PRId64 ",\"time\":\"%" PRId64 "%09" PRIu32 "\",\"chain_id\":\"%s\"},"
                                            "\"transaction\":{\"index\":%" PRIu32 "},\"contract\":{\"address\":\"%s\"}}",
                                   r->height, r->time.s, r->time.ns, r->l->chain_id, r->index, address);
}

/* Denominations and addresses need no escapes. */
static ur_span info_json(ur_run *r, const ur_ledger_address *sender, const ur_bank_coins *funds)
{
    ur_writer w;
    ur_span text = ur_bank_address_text(r, sender);
    size_t room = 64 + text.n;
    for (size_t i = 0; i < funds->n; i++) {
        room += 64 + funds->coin[i].denom.n;
    }
    if (ur_pool_writer(r->pool, &w, room) != UR_OK) {
        r->no_room = true;
        return (ur_span){0};
    }
    ur_writer_str(&w, "{\"sender\":\"");
    ur_writer_span(&w, text);
    ur_writer_str(&w, "\",\"funds\":[");
    for (size_t i = 0; i < funds->n; i++) {
        ur_writer_str(&w, i > 0 ? ",{\"denom\":\"" : "{\"denom\":\"");
        ur_writer_span(&w, funds->coin[i].denom);
        ur_writer_str(&w, "\",\"amount\":\"");
        ur_writer_dec(&w, funds->coin[i].amount);
        ur_writer_str(&w, "\"}");
    }
    ur_writer_str(&w, "]}");
    return ur_span_of(w.p, w.n);
}

static ur_status call_vm(ur_run *r, ur_ledger_entry entry, const ur_ledger_address *contract, ur_span info, ur_span msg, ur_ledger_reply *reply)
{
    calling c = {.run = r, .contract = contract, .question = entry == UR_LEDGER_QUERY};
    const ur_ledger_host host = {&c, host_get, host_put, host_remove, host_address_check};
    ur_span env = env_json(r, contract, c.question);
    *reply = (ur_ledger_reply){0};
    if (env.n == 0 || r->no_room) {
        return ur_run_no_memory(r);
    }
    ur_status st = r->l->vm->call(r->l->vm->self, entry, &host, env, info, msg, reply);
    if (c.failed != UR_OK) {
        return c.failed;
    }
    UR_TRY(ur_run_gas(r, reply->gas + reply->json.n, "wasm contract"));
    if (st == UR_E_INTERNAL) {
        return ur_run_refuse(r, "wasm", VM_ERROR, "Error calling the VM: Aborted: %.*s: wasmvm error", (int)reply->json.n, (const char *)reply->json.p);
    }
    return st == UR_OK ? UR_OK : ur_err_set(r->err, st, "the contract could not be run");
}

/* ---- what it answered ---- */

static ur_status bad_reply(ur_run *r) { return ur_run_refuse(r, "wasm", VM_ERROR, "Error calling the VM: Error parsing into type: wasmvm error"); }

/* A JSON string's bytes in the run's memory, trimmed as the chain does. */
static ur_status take_text(ur_run *r, ur_span *out, ur_json v, bool trim)
{
    ur_span raw = v.raw;
    uint8_t *buf = ur_pool_take(r->pool, raw.n);
    if (buf == NULL) {
        return ur_run_no_memory(r);
    }
    if (ur_json_string_var(out, buf, raw.n, v) != UR_OK) {
        return bad_reply(r);
    }
    if (out->p != buf && ur_pool_copy(r->pool, out, *out) != UR_OK) { /* the reply does not outlive the next call */
        return ur_run_no_memory(r);
    }
    while (trim && out->n > 0 && out->p[0] <= ' ') {
        *out = ur_span_of(out->p + 1, out->n - 1);
    }
    while (trim && out->n > 0 && out->p[out->n - 1] <= ' ') {
        out->n--;
    }
    return UR_OK;
}

typedef struct event_cost {
    uint64_t gas, free_bytes;
} event_cost;

static void charge(event_cost *c, size_t n)
{
    uint64_t freed = n < c->free_bytes ? n : c->free_bytes;
    c->free_bytes -= freed;
    c->gas += GAS_ATTRIBUTE + (n - freed);
}

static ur_status put_attributes(ur_run *r, ur_json list, event_cost *cost)
{
    ur_json_iter it;
    ur_json a;
    if (ur_json_array_var(&it, list) != UR_OK) {
        return bad_reply(r);
    }
    while (ur_json_next_var(&it, &a)) {
        ur_span key, value;
        UR_TRY(take_text(r, &key, ur_json_get_var(a, "key"), true));
        UR_TRY(take_text(r, &value, ur_json_get_var(a, "value"), true));
        if (key.n == 0) {
            return ur_run_refuse(r, "wasm", INVALID_EVENT, "Empty attribute key. Value: %.*s: invalid event", (int)value.n, (const char *)value.p);
        }
        if (key.p[0] == '_') {
            return ur_run_refuse(r, "wasm", INVALID_EVENT, "Attribute key starts with reserved prefix _: '%.*s': invalid event", (int)key.n,
                                 (const char *)key.p);
        }
        charge(cost, key.n + value.n);
        ur_run_attribute_put_span(r, key, value);
    }
    return UR_OK;
}

static ur_status put_custom_event(ur_run *r, ur_json e, ur_span contract, event_cost *cost)
{
    ur_span type;
    UR_TRY(take_text(r, &type, ur_json_get_var(e, "type"), true));
    if (type.n < 3) {
        return ur_run_refuse(r, "wasm", INVALID_EVENT, "Event type too short: '%.*s': invalid event", (int)type.n, (const char *)type.p);
    }
    cost->gas += GAS_EVENT + type.n;
    ur_run_event_begin(r, ur_pool_text(r->pool, "wasm-%.*s", (int)type.n, (const char *)type.p));
    ur_run_attribute_put(r, "_contract_address", contract);
    return put_attributes(r, ur_json_get_var(e, "attributes"), cost);
}

static ur_status take_data(ur_run *r, ur_json v, ur_span *data)
{
    ur_span text;
    size_t n;
    *data = (ur_span){0};
    if (ur_json_kind_var(v) == UR_JSON_NULL || ur_json_kind_var(v) == UR_JSON_NONE) {
        return UR_OK;
    }
    if (ur_json_plain_var(&text, v) != UR_OK) {
        return bad_reply(r);
    }
    uint8_t *bytes = ur_pool_take(r->pool, ur_base64_bytes(text.n));
    if (bytes == NULL) {
        return ur_run_no_memory(r);
    }
    if (ur_base64_decode(bytes, ur_base64_bytes(text.n), &n, text, UR_BASE64) != UR_OK) {
        return bad_reply(r);
    }
    *data = ur_span_of(bytes, n);
    return UR_OK;
}

static ur_status refuse_with(ur_run *r, ur_json error, uint32_t code, const char *what)
{
    ur_span text;
    UR_TRY(take_text(r, &text, error, false));
    return ur_run_refuse(r, "wasm", code, "%.*s: %s", (int)text.n, (const char *)text.p, what);
}

/* {"ok": value}, or the contract's own error. */
static ur_status open_reply(ur_run *r, const ur_ledger_reply *reply, uint32_t code, const char *what, ur_json *ok)
{
    ur_json v;
    if (ur_json_parse_var(&v, reply->json) != UR_OK) {
        return bad_reply(r);
    }
    ur_json error = ur_json_get_var(v, "error");
    *ok = ur_json_get_var(v, "ok");
    return ur_json_kind_var(error) != UR_JSON_NONE ? refuse_with(r, error, code, what) : UR_OK;
}

static ur_status emit(ur_run *r, ur_json ok, ur_span contract, ur_span *data)
{
    event_cost cost = {0, FREE_EVENT_BYTES};
    ur_json_iter it;
    ur_json e, attributes = ur_json_get_var(ok, "attributes");
    if (ur_json_count_var(ur_json_get_var(ok, "messages")) > 0) {
        return ur_run_refuse(r, "wasm", INVALID_MSG, "this ledger dispatches no messages of contracts: invalid CosmosMsg from the contract");
    }
    if (ur_json_count_var(attributes) > 0) {
        one_address(r, "wasm", contract);
        UR_TRY(put_attributes(r, attributes, &cost));
    }
    if (ur_json_array_var(&it, ur_json_get_var(ok, "events")) != UR_OK) {
        return bad_reply(r);
    }
    while (ur_json_next_var(&it, &e)) {
        UR_TRY(put_custom_event(r, e, contract, &cost));
    }
    UR_TRY(ur_run_gas(r, cost.gas, "Custom contract event attributes"));
    return take_data(r, ur_json_get_var(ok, "data"), data);
}

/* ---- instantiate, execute ---- */

static ur_status new_address(ur_run *r, const ur_wasm_new *n, ur_span checksum, ur_ledger_address *out)
{
    ur_address a, creator = {.n = n->sender->n};
    if (n->predictable) {
        memcpy(creator.b, n->sender->bytes, n->sender->n);
        ur_address_of_contract2(&a, checksum.p, &creator, n->salt, n->fix_msg ? n->msg : (ur_span){0});
    } else {
        uint64_t instance;
        UR_TRY(next_id(r, "lastContractId", &instance));
        ur_address_of_contract(&a, n->code_id, instance);
    }
    *out = (ur_ledger_address){.n = (uint8_t)a.n};
    memcpy(out->bytes, a.b, a.n);
    return UR_OK;
}

static ur_status claim_account(ur_run *r, const ur_ledger_address *address)
{
    uint8_t key[KEY_MAX];
    ur_span there;
    ur_bank_account a;
    ur_status st = ur_run_get(r, UR_STORE_WASM, key_address(key, KEY_CONTRACT, address), &there);
    if (st == UR_OK) {
        return ur_run_refuse(r, "wasm", DUPLICATE,
                             "contract address already exists, try a different combination of creator, checksum and salt: duplicate");
    }
    if (st != UR_E_ABSENT) {
        return st;
    }
    st = ur_bank_account_get(r, &a, address);
    if (st == UR_OK && (a.sequence > 0 || a.has_key || a.module)) {
        return ur_run_refuse(r, "wasm", ACCOUNT_EXISTS, "address is claimed by external account: contract account already exists");
    }
    return st == UR_E_ABSENT ? ur_bank_account_new(r, address, NULL) : st;
}

/* AbsoluteTxPosition {1 block_height, 2 tx_index}. */
static void put_position(const ur_run *r, ur_writer *w, uint32_t field)
{
    size_t at = ur_pb_begin(w, field);
    ur_pb_put_i64(w, 1, r->height);
    ur_pb_put_u64(w, 2, r->index);
    ur_pb_end(w, at);
}

/* ContractInfo {1 code_id, 2 creator, 3 admin, 4 label, 5 created, 8 ibc2_port_id}; the port is "wasm2" and the address behind its prefix. */
static ur_status put_contract(ur_run *r, const ur_wasm_new *n, const ur_ledger_address *address)
{
    uint8_t key[KEY_MAX];
    ur_writer w;
    ur_span value, text = ur_bank_address_text(r, address);
    size_t prefix = strlen(r->l->prefix);
    if (text.n < prefix || ur_pool_writer(r->pool, &w, 512 + n->label.n + n->admin.n) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_pb_put_u64(&w, 1, n->code_id);
    ur_pb_put_bytes(&w, 2, ur_bank_address_text(r, n->sender));
    ur_pb_put_bytes(&w, 3, n->admin);
    ur_pb_put_bytes(&w, 4, n->label);
    put_position(r, &w, 5);
    ur_pb_put_bytes(&w, 8, ur_pool_text(r->pool, "wasm2%.*s", (int)(text.n - prefix), (const char *)text.p + prefix));
    UR_TRY(ur_writer_end(&w, &value));
    return ur_run_put(r, UR_STORE_WASM, key_address(key, KEY_CONTRACT, address), value);
}

/* ContractCodeHistoryEntry {1 operation (1: init), 2 code_id, 3 updated, 4 msg}. */
static ur_status put_history(ur_run *r, const ur_wasm_new *n, const ur_ledger_address *address)
{
    uint8_t key[KEY_MAX];
    ur_writer w;
    ur_span value;
    if (ur_pool_writer(r->pool, &w, 64 + n->msg.n) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_pb_put_u64(&w, 1, 1);
    ur_pb_put_u64(&w, 2, n->code_id);
    put_position(r, &w, 3);
    ur_pb_put_bytes(&w, 4, n->msg);
    UR_TRY(ur_writer_end(&w, &value));
    return ur_run_put(r, UR_STORE_WASM, history_key(key, address), value);
}

/* The list of contracts: code, height, index, address. */
static ur_status put_listing(ur_run *r, uint64_t code_id, const ur_ledger_address *address)
{
    uint8_t key[8 + 8 + 8 + UR_LEDGER_ADDRESS_MAX];
    ur_writer w;
    ur_writer_init(&w, key, sizeof key);
    ur_writer_u64be(&w, code_id);
    ur_writer_u64be(&w, (uint64_t)r->height);
    ur_writer_u64be(&w, r->index);
    ur_writer_bytes(&w, address->bytes, address->n);
    return ur_kv_put(r->layer, UR_STORE_LISTING, ur_span_of(key, w.n), UR_SPAN_LIT("")) == UR_OK ? UR_OK : ur_run_no_memory(r);
}

ur_status ur_wasm_instantiate(ur_run *r, const ur_wasm_new *n, ur_ledger_address *address, ur_span *data)
{
    ur_span checksum, access, text;
    ur_ledger_reply reply;
    ur_json ok;
    UR_TRY(read_code(r, n->code_id, &checksum, &access));
    UR_TRY(ur_run_gas(r, GAS_INSTANCE, "Loading CosmWasm module: instantiate"));
    UR_TRY(may_instantiate(r, access, n->sender));
    UR_TRY(new_address(r, n, checksum, address));
    UR_TRY(claim_account(r, address));
    if (n->funds->n > 0) {
        UR_TRY(ur_bank_send(r, n->sender, address, n->funds));
    }
    UR_TRY(call_vm(r, UR_LEDGER_INSTANTIATE, address, info_json(r, n->sender, n->funds), n->msg, &reply));
    UR_TRY(open_reply(r, &reply, INSTANTIATE_FAILED, "instantiate wasm contract failed", &ok));
    UR_TRY(put_history(r, n, address));
    UR_TRY(put_contract(r, n, address));
    UR_TRY(put_listing(r, n->code_id, address));
    UR_TRY(ur_run_gas(r, GAS_OF_INDEXES, "WriteFlat")); /* as measured on wasmd: its indexes of contracts, which prove nothing */
    text = ur_bank_address_text(r, address);
    one_address(r, "instantiate", text);
    ur_run_attribute_put(r, "code_id", decimal(r, n->code_id));
    return emit(r, ok, text, data);
}

/* The contract is there. */
static ur_status find_contract(ur_run *r, const ur_ledger_address *contract)
{
    uint8_t key[KEY_MAX];
    ur_span record, checksum, access, text = ur_bank_address_text(r, contract);
    ur_pb m;
    ur_pb_field f;
    ur_status st = ur_run_get(r, UR_STORE_WASM, key_address(key, KEY_CONTRACT, contract), &record);
    if (st == UR_E_ABSENT) {
        return ur_run_refuse(r, "wasm", NO_CONTRACT, "address %.*s: no such contract", (int)text.n, (const char *)text.p);
    }
    UR_TRY(st);
    ur_pb_init(&m, record, UR_PB_CANONICAL);
    if (ur_pb_next_var(&m, &f) != UR_OK || f.number != 1) {
        return ur_err_set(r->err, UR_E_INPUT, "the ledger's database is damaged: a contract's record");
    }
    UR_TRY(read_code(r, f.u, &checksum, &access));
    return is_ours(r->l->vm, checksum.p) ? UR_OK
                                         : ur_run_refuse(r, "wasm", VM_ERROR, "this program is not the native build of the contract's code: wasmvm error");
}

ur_status ur_wasm_execute(ur_run *r, const ur_ledger_address *sender, const ur_ledger_address *contract, ur_span msg, const ur_bank_coins *funds,
                          ur_span *data)
{
    ur_ledger_reply reply;
    ur_json ok;
    UR_TRY(find_contract(r, contract));
    UR_TRY(ur_run_gas(r, GAS_INSTANCE, "Loading CosmWasm module: execute"));
    if (funds->n > 0) {
        UR_TRY(ur_bank_send(r, sender, contract, funds));
    }
    UR_TRY(call_vm(r, UR_LEDGER_EXECUTE, contract, info_json(r, sender, funds), msg, &reply));
    UR_TRY(open_reply(r, &reply, EXECUTE_FAILED, "execute wasm contract failed", &ok));
    ur_span text = ur_bank_address_text(r, contract);
    one_address(r, "execute", text);
    return emit(r, ok, text, data);
}

/* ---- reading ---- */

static ur_status ask(ur_run *r, const ur_ledger_address *contract, ur_span msg)
{
    ur_ledger_reply reply;
    ur_json ok;
    UR_TRY(find_contract(r, contract));
    UR_TRY(ur_run_gas(r, GAS_INSTANCE, "Loading CosmWasm module: query"));
    UR_TRY(call_vm(r, UR_LEDGER_QUERY, contract, (ur_span){0}, msg, &reply));
    UR_TRY(open_reply(r, &reply, QUERY_FAILED, "query wasm contract failed", &ok));
    return take_data(r, ok, &r->data);
}

ur_status ur_ledger_contract_query(ur_ledger *l, ur_ledger_result *out, const ur_ledger_address *contract, ur_span msg, ur_err *err)
{
    ur_run r;
    *out = (ur_ledger_result){0};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    ur_run_init(&r, l, NULL, err);
    r.gas_limit = GAS_QUERY_MAX;
    r.height = l->tip.height;
    r.time = l->tip.time;
    ur_status st = ur_go_json_is_valid(msg) ? ask(&r, contract, msg)
                                                       : ur_run_refuse(&r, "wasm", 14, "query data: invalid");
    if (st != UR_OK && st != UR_E_POLICY) {
        return st;
    }
    return ur_run_result(&r, out, &l->answer);
}

static ur_status copy_out(ur_ledger *l, ur_span *out, ur_store store, ur_span key, ur_err *err)
{
    ur_span value;
    *out = (ur_span){0};
    UR_TRY(ur_kv_get(&l->kv, NULL, store, key, &value, err));
    return ur_pool_copy(&l->answer, out, value) == UR_OK ? UR_OK : ur_ledger_no_memory(err);
}

static ur_status read_contract(ur_ledger *l, ur_ledger_contract *out, const ur_ledger_address *address, ur_err *err)
{
    uint8_t key[KEY_MAX];
    ur_pb m;
    ur_pb_field f;
    *out = (ur_ledger_contract){.address = *address};
    UR_TRY(copy_out(l, &out->record, UR_STORE_WASM, key_address(key, KEY_CONTRACT, address), err));
    ur_pb_init(&m, out->record, UR_PB_CANONICAL);
    if (ur_pb_next_var(&m, &f) != UR_OK || f.number != 1) {
        return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: a contract's record");
    }
    out->code_id = f.u;
    return UR_OK;
}

ur_status ur_ledger_contract_of(ur_ledger *l, ur_ledger_contract *out, const ur_ledger_address *address, ur_err *err)
{
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    return read_contract(l, out, address, err);
}

ur_status ur_ledger_code_of(ur_ledger *l, ur_ledger_code *out, uint64_t id, ur_err *err)
{
    uint8_t key[KEY_MAX];
    ur_pb m;
    ur_pb_field f;
    *out = (ur_ledger_code){.id = id};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    UR_TRY(copy_out(l, &out->record, UR_STORE_WASM, key_u64(key, KEY_CODE, id), err));
    ur_pb_init(&m, out->record, UR_PB_CANONICAL);
    ur_status st = ur_pb_next_var(&m, &f);
    st = st == UR_OK ? copy_out(l, &out->wasm, UR_STORE_FILE, f.bytes, err) : st;
    return st == UR_OK ? UR_OK : ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: code %" PRIu64, id);
}

ur_status ur_ledger_contract_raw(ur_ledger *l, ur_span *out, const ur_ledger_address *contract, ur_span key, ur_err *err)
{
    uint8_t buf[STORAGE_KEY_MAX];
    ur_writer w;
    *out = (ur_span){0};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    ur_writer_init(&w, buf, sizeof buf);
    ur_writer_u8(&w, KEY_STORAGE);
    ur_writer_bytes(&w, contract->bytes, contract->n);
    ur_writer_span(&w, key);
    return w.overflow ? UR_E_ABSENT : copy_out(l, out, UR_STORE_WASM, ur_span_of(buf, w.n), err);
}

/* Rows of the flat table from `from` on, while they begin with `prefix`. */
static ur_status scan(ur_ledger *l, sqlite3_stmt **q, ur_store store, ur_span from, ur_err *err)
{
    UR_TRY(ur_sql_prepare(l->db, q, "SELECT key, value FROM kv WHERE store = ?1 AND key >= ?2 ORDER BY key", err));
    ur_sql_bind_int(*q, 1, (int64_t)store);
    ur_sql_bind_blob(*q, 2, from);
    return UR_OK;
}

static bool begins(ur_span key, ur_span prefix) { return key.n >= prefix.n && ur_eq_var(key.p, prefix.p, prefix.n); }

static ur_status read_pairs(ur_ledger *l, sqlite3_stmt *q, ur_ledger_pair *out, size_t *n, ur_span *next, ur_span prefix, size_t limit, ur_err *err)
{
    ur_status st;
    while ((st = ur_sql_row(q, err)) == UR_OK) {
        ur_span key = ur_sql_blob(q, 0);
        if (!begins(key, prefix)) {
            return UR_OK;
        }
        key = ur_span_of(key.p + prefix.n, key.n - prefix.n);
        if (*n == limit) {
            return ur_pool_copy(&l->answer, next, key);
        }
        UR_TRY(ur_pool_copy(&l->answer, &out[*n].key, key));
        UR_TRY(ur_kv_value(ur_sql_blob(q, 1), UR_STORE_WASM, ur_sql_blob(q, 0), &key));
        UR_TRY(ur_pool_copy(&l->answer, &out[*n].value, key));
        ++*n;
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_ledger_contract_state(ur_ledger *l, const ur_ledger_pair **out, size_t *n, ur_span *next, const ur_ledger_address *contract,
                                   ur_span from, size_t limit, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    uint8_t buf[STORAGE_KEY_MAX];
    ur_writer w;
    *out = NULL;
    *n = 0;
    *next = (ur_span){0};
    ur_pool_reset(&l->answer);
    ur_writer_init(&w, buf, sizeof buf);
    ur_writer_u8(&w, KEY_STORAGE);
    ur_writer_bytes(&w, contract->bytes, contract->n);
    ur_span prefix = ur_span_of(buf, w.n);
    ur_writer_span(&w, from);
    if (w.overflow || limit < 1 || limit > UR_LEDGER_PAGE_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "a page has 1 to %d records", UR_LEDGER_PAGE_MAX);
    }
    ur_ledger_pair *page = ur_pool_take(&l->answer, limit * sizeof *page);
    if (page == NULL) {
        return ur_ledger_no_memory(err);
    }
    ur_status st = scan(l, &q, UR_STORE_WASM, ur_span_of(buf, w.n), err);
    if (st == UR_OK) {
        st = read_pairs(l, q, page, n, next, prefix, limit, err);
    }
    (void)sqlite3_finalize(q);
    *out = page;
    return st;
}

static ur_status read_list(ur_ledger *l, sqlite3_stmt *q, ur_ledger_contract *out, size_t *n, uint64_t *total, ur_span prefix, uint64_t skip,
                           size_t limit, ur_err *err)
{
    ur_status st;
    while ((st = ur_sql_row(q, err)) == UR_OK) {
        ur_span key = ur_sql_blob(q, 0);
        if (!begins(key, prefix)) {
            return UR_OK;
        }
        if (*total >= skip && *n < limit && key.n > 24 && key.n - 24 <= UR_LEDGER_ADDRESS_MAX) {
            ur_ledger_address a = {.n = (uint8_t)(key.n - 24)};
            memcpy(a.bytes, key.p + 24, a.n);
            UR_TRY(read_contract(l, &out[*n], &a, err));
            ++*n;
        }
        ++*total;
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_ledger_contracts(ur_ledger *l, const ur_ledger_contract **out, size_t *n, uint64_t *total, uint64_t code_id, uint64_t skip,
                              size_t limit, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    uint8_t buf[8];
    ur_writer w;
    *out = NULL;
    *n = 0;
    *total = 0;
    ur_pool_reset(&l->answer);
    if (limit < 1 || limit > UR_LEDGER_PAGE_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "a page has 1 to %d contracts", UR_LEDGER_PAGE_MAX);
    }
    ur_writer_init(&w, buf, sizeof buf);
    ur_writer_u64be(&w, code_id);
    ur_span prefix = ur_span_of(buf, code_id == 0 ? 0 : sizeof buf);
    ur_ledger_contract *page = ur_pool_take(&l->answer, limit * sizeof *page);
    if (page == NULL) {
        return ur_ledger_no_memory(err);
    }
    ur_status st = scan(l, &q, UR_STORE_LISTING, prefix, err);
    if (st == UR_OK) {
        st = read_list(l, q, page, n, total, prefix, skip, limit, err);
    }
    (void)sqlite3_finalize(q);
    *out = page;
    return st;
}
