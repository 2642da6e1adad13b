/* The messages that the ledger takes: what is checked of each beforehand, what it does, its events and its response. */
#include <inttypes.h>
#include <string.h>

#include "lib/ledger/ante.h"
#include "lib/ledger/go_json.h"
#include "lib/ledger/wasm.h"

/* As measured on wasmd: what x/bank reads and writes beside balances. */
enum { GAS_OF_INDEXES = 22000 };
enum { WASM_EMPTY = 12, WASM_LIMIT = 13, WASM_INVALID = 14, LABEL_MAX = 128, SALT_MAX = 64, CODE_MAX = 800 * 1024, RESPONSE_ROOM = 256 };

/* ---- beforehand: ValidateBasic of wasmd's messages; the SDK's own have none ---- */

static ur_status check_address(ur_run *r, ur_span text, const char *what)
{
    ur_ledger_address a;
    return ur_ledger_address_parse(r->l, &a, text) == UR_OK ? UR_OK : ur_run_refuse(r, "undefined", 1, "%s: decoding bech32 failed", what);
}

static ur_status check_funds(ur_run *r, const ur_coins *funds)
{
    ur_err why = {0};
    ur_status st = ur_coins_check_var(funds, &why);
    return st == UR_OK ? UR_OK : ur_run_refuse(r, "undefined", 1, "funds: %s", ur_err_text(&why, st));
}

static ur_status check_payload(ur_run *r, ur_span msg)
{
    return ur_go_json_is_valid(msg) ? UR_OK : ur_run_refuse(r, "wasm", WASM_INVALID, "payload msg: invalid");
}

static bool is_blank(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static ur_status check_label(ur_run *r, ur_span label)
{
    bool printable = true;
    if (label.n == 0) {
        return ur_run_refuse(r, "wasm", WASM_EMPTY, "label: is required: empty");
    }
    if (label.n > LABEL_MAX) {
        return ur_run_refuse(r, "wasm", WASM_LIMIT, "label: cannot be longer than %d characters: exceeds limit", LABEL_MAX);
    }
    if (is_blank(label.p[0]) || is_blank(label.p[label.n - 1])) {
        return ur_run_refuse(r, "wasm", WASM_INVALID, "label: label must not start/end with whitespaces: invalid");
    }
    for (size_t i = 0; i < label.n; i++) {
        printable = printable && label.p[i] >= ' ' && label.p[i] != 0x7f;
    }
    return printable ? UR_OK : ur_run_refuse(r, "wasm", WASM_INVALID, "label: label must have printable characters only: invalid");
}

static ur_status check_instantiate(ur_run *r, ur_span sender, ur_span admin, uint64_t code_id, ur_span label, const ur_coins *funds, ur_span msg)
{
    UR_TRY(check_address(r, sender, "sender"));
    if (code_id == 0) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "code id is required: invalid request");
    }
    UR_TRY(check_label(r, label));
    UR_TRY(check_funds(r, funds));
    if (admin.n > 0) {
        UR_TRY(check_address(r, admin, "admin"));
    }
    return check_payload(r, msg);
}

static ur_status check_store(ur_run *r, const ur_msg_store_code *m)
{
    UR_TRY(check_address(r, m->sender, "sender"));
    if (m->wasm.n == 0) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "code bytes is required: empty: invalid request");
    }
    if (m->wasm.n > CODE_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "code bytes cannot be longer than %d bytes: exceeds limit: invalid request", CODE_MAX);
    }
    const ur_access_config *p = &m->permission;
    bool lists = p->addresses.n > 0;
    if (m->has_permission && (p->permission == UR_ACCESS_UNSPECIFIED || p->permission == 2 || p->permission > UR_ACCESS_ANY_OF)) {
        return ur_run_refuse(r, "wasm", p->permission == 0 ? WASM_EMPTY : WASM_INVALID, "instantiate permission: %s",
                             p->permission == 0 ? "type: empty" : "unknown type: invalid");
    }
    if (m->has_permission && lists != (p->permission == UR_ACCESS_ANY_OF)) {
        return ur_run_refuse(r, "wasm", lists ? WASM_INVALID : WASM_EMPTY, "instantiate permission: %s",
                             lists ? "address not allowed for this type: invalid" : "addresses: empty");
    }
    for (size_t i = 0; m->has_permission && i < p->addresses.n; i++) {
        UR_TRY(check_address(r, p->addresses.at[i], "instantiate permission: address"));
    }
    return UR_OK;
}

ur_status ur_message_check(ur_run *r, const ur_msg *m)
{
    const ur_msg_instantiate2 *i2 = &m->u.instantiate2;
    switch (m->kind) {
    case UR_MSG_STORE_CODE:
        return check_store(r, &m->u.store_code);
    case UR_MSG_INSTANTIATE:
        return check_instantiate(r, m->u.instantiate.sender, m->u.instantiate.admin, m->u.instantiate.code_id, m->u.instantiate.label,
                                 &m->u.instantiate.funds, m->u.instantiate.msg);
    case UR_MSG_INSTANTIATE2:
        UR_TRY(check_instantiate(r, i2->sender, i2->admin, i2->code_id, i2->label, &i2->funds, i2->msg));
        if (i2->salt.n == 0) {
            return ur_run_refuse(r, "wasm", WASM_EMPTY, "salt: is required: empty");
        }
        return i2->salt.n <= SALT_MAX ? UR_OK : ur_run_refuse(r, "wasm", WASM_LIMIT, "salt: cannot be longer than %d characters: exceeds limit", SALT_MAX);
    case UR_MSG_EXECUTE:
        UR_TRY(check_address(r, m->u.execute.sender, "sender"));
        UR_TRY(check_address(r, m->u.execute.contract, "contract"));
        UR_TRY(check_funds(r, &m->u.execute.funds));
        return check_payload(r, m->u.execute.msg);
    default:
        return UR_OK;
    }
}

/* ---- running ---- */

/* Checked beforehand. */
static ur_status address_of(ur_run *r, ur_span text, ur_ledger_address *out, const char *what)
{
    return ur_ledger_address_parse(r->l, out, text) == UR_OK
               ? UR_OK
               : ur_run_refuse(r, "sdk", UR_SDK_INVALID_ADDRESS, "invalid %s address: decoding bech32 failed: invalid address", what);
}

static ur_status send(ur_run *r, const ur_msg_send *m)
{
    ur_ledger_address from, to, fees;
    ur_bank_coins coins;
    UR_TRY(address_of(r, m->from, &from, "from"));
    UR_TRY(address_of(r, m->to, &to, "to"));
    UR_TRY(ur_ante_coins(r, &coins, &m->amount));
    if (m->amount.n == 0 || ur_coins_check_var(&m->amount, NULL) != UR_OK) {
        ur_span text = ur_bank_coins_text(r, &coins);
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_COINS, "%.*s: invalid coins", (int)text.n, (const char *)text.p);
    }
    ur_bank_fee_collector(&fees);
    if (to.n == fees.n && ur_eq_var(to.bytes, fees.bytes, to.n)) {
        return ur_run_refuse(r, "sdk", UR_SDK_UNAUTHORIZED, "%.*s is not allowed to receive funds: unauthorized", (int)m->to.n, (const char *)m->to.p);
    }
    /* Of a message alone: clients simulate without fees, and what is taken for them must stay within what they add to that. */
    UR_TRY(ur_run_gas(r, GAS_OF_INDEXES * (uint64_t)coins.n, "WriteFlat"));
    return ur_bank_send(r, &from, &to, &coins);
}

static ur_status store(ur_run *r, const ur_msg_store_code *m, ur_writer *response)
{
    uint8_t checksum[UR_SHA256_BYTES];
    ur_ledger_address sender;
    ur_writer access;
    ur_store_code_response out = {0};
    UR_TRY(address_of(r, m->sender, &sender, "sender"));
    if (ur_pool_writer(r->pool, &access, 64 + UR_ACCESS_ADDRESSES_MAX * 128) != UR_OK) {
        return ur_run_no_memory(r);
    }
    if (m->has_permission) {
        ur_proto_encode(&access, &ur_proto_access_config, &m->permission);
    }
    UR_TRY(ur_wasm_store(r, &sender, m->wasm, ur_span_of(access.p, access.n), &out.code_id, checksum));
    out.checksum = ur_span_of(checksum, sizeof checksum);
    ur_proto_encode(response, &ur_proto_store_code_response, &out);
    return UR_OK;
}

/* Responses that carry data need room for it. */
static ur_status room(ur_run *r, ur_writer *response, ur_span data)
{
    return ur_pool_writer(r->pool, response, RESPONSE_ROOM + data.n) == UR_OK ? UR_OK : ur_run_no_memory(r);
}

static ur_status instantiate(ur_run *r, ur_wasm_new *n, ur_span sender_text, const ur_coins *funds, ur_writer *response)
{
    ur_ledger_address sender, made;
    ur_bank_coins coins;
    ur_instantiate_response out;
    UR_TRY(address_of(r, sender_text, &sender, "sender"));
    UR_TRY(ur_ante_coins(r, &coins, funds));
    n->sender = &sender;
    n->funds = &coins;
    UR_TRY(ur_wasm_instantiate(r, n, &made, &out.data));
    out.address = ur_bank_address_text(r, &made);
    UR_TRY(room(r, response, out.data));
    ur_proto_encode(response, &ur_proto_instantiate_response, &out);
    return UR_OK;
}

static ur_status execute(ur_run *r, const ur_msg_execute *m, ur_writer *response)
{
    ur_ledger_address sender, contract;
    ur_bank_coins coins;
    ur_execute_response out;
    UR_TRY(address_of(r, m->sender, &sender, "sender"));
    UR_TRY(address_of(r, m->contract, &contract, "contract"));
    UR_TRY(ur_ante_coins(r, &coins, &m->funds));
    UR_TRY(ur_wasm_execute(r, &sender, &contract, m->msg, &coins, &out.data));
    UR_TRY(room(r, response, out.data));
    ur_proto_encode(response, &ur_proto_execute_response, &out);
    return UR_OK;
}

static ur_status run_one(ur_run *r, const ur_msg *m, ur_writer *response)
{
    const ur_msg_instantiate *i = &m->u.instantiate;
    const ur_msg_instantiate2 *i2 = &m->u.instantiate2;
    ur_wasm_new n;
    switch (m->kind) {
    case UR_MSG_SEND:
        return send(r, &m->u.send);
    case UR_MSG_GRANT:
        return ur_feegrant_grant(r, &m->u.grant);
    case UR_MSG_REVOKE:
        return ur_feegrant_revoke(r, &m->u.revoke);
    case UR_MSG_STORE_CODE:
        return store(r, &m->u.store_code, response);
    case UR_MSG_INSTANTIATE:
        n = (ur_wasm_new){.admin = i->admin, .code_id = i->code_id, .label = i->label, .msg = i->msg};
        return instantiate(r, &n, i->sender, &i->funds, response);
    case UR_MSG_INSTANTIATE2:
        n = (ur_wasm_new){.admin = i2->admin, .code_id = i2->code_id, .label = i2->label, .msg = i2->msg, .predictable = true, .salt = i2->salt,
                          .fix_msg = i2->fix_msg};
        return instantiate(r, &n, i2->sender, &i2->funds, response);
    case UR_MSG_EXECUTE:
        return execute(r, &m->u.execute, response);
    default:
        return ur_run_refuse(r, "sdk", UR_SDK_UNKNOWN_REQUEST, "no message handler found: unknown request");
    }
}

/* The second part of "/cosmos.bank.v1beta1.MsgSend". */
static ur_span module_of(const char *url)
{
    const char *from = strchr(url, '.'), *to = from == NULL ? NULL : strchr(from + 1, '.');
    return to == NULL ? (ur_span){0} : ur_span_of(from + 1, (size_t)(to - from - 1));
}

/* The event that stands before those of the message itself. */
static void announce(ur_run *r, const ur_msg *m)
{
    const char *url = ur_msg_url(m->kind);
    ur_run_event_begin(r, UR_SPAN_LIT("message"));
    ur_run_attribute_put(r, "action", ur_span_str_var(url));
    ur_run_attribute_put(r, "sender", ur_msg_signer(m));
    ur_run_attribute_put(r, "module", module_of(url));
}

static void number_events(ur_run *r, ur_run_event *before, size_t index)
{
    ur_span text = ur_pool_text(r->pool, "%zu", index);
    ur_run_event *last = r->last;
    for (ur_run_event *e = before == NULL ? r->first : before->next; e != NULL; e = e->next) {
        r->last = e; /* attributes go to the last one */
        ur_run_attribute_put(r, "msg_index", text);
    }
    r->last = last;
}

static bool refused_by_message(const ur_run *r) { return r->code != UR_SDK_OUT_OF_GAS || strcmp(r->codespace, "sdk") != 0; }

/* TxMsgData {2 msg_responses (Any)}. */
static ur_status add_response(ur_run *r, ur_writer *data, const ur_msg *m, const ur_writer *response)
{
    const char *url = ur_msg_response_url(m->kind);
    ur_writer grown;
    if (ur_pool_writer(r->pool, &grown, data->n + response->n + strlen(url) + 64) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_writer_bytes(&grown, data->p, data->n);
    size_t any = ur_pb_begin(&grown, 2);
    ur_pb_put_text(&grown, 1, url);
    ur_pb_put_bytes(&grown, 2, ur_span_of(response->p, response->n));
    ur_pb_end(&grown, any);
    *data = grown;
    return UR_OK;
}

ur_status ur_message_run_all(ur_run *r, const ur_ante *a)
{
    ur_writer data = {0};
    for (size_t i = 0; i < a->tx.body.messages.n; i++) {
        ur_writer response;
        ur_run_event *before = r->last;
        UR_TRY(room(r, &response, (ur_span){0}));
        announce(r, &a->msg[i]);
        ur_status st = run_one(r, &a->msg[i], &response);
        if (st == UR_E_POLICY && refused_by_message(r)) {
            ur_run_wrap(r, "failed to execute message; message index: %zu: ", i);
        }
        UR_TRY(st);
        number_events(r, before, i);
        UR_TRY(add_response(r, &data, &a->msg[i], &response));
    }
    r->data = ur_span_of(data.p, data.n);
    return UR_OK;
}
