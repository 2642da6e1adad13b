/* Queries about accounts, coins, allowances and transactions, in the modules' protobuf. */
#include <inttypes.h>
#include <string.h>

#include "core/codec/hex.h"
#include "lib/rpc/parts.h"

/* ---- auth ---- */

static ur_status find_account(rpc_query *q, ur_ledger_account *out)
{
    ur_pb_field f[1];
    ur_ledger_address address;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    if (f[0].bytes.n == 0) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "rpc error: code = InvalidArgument desc = Address cannot be empty: invalid request");
    }
    UR_TRY(rpc_address(q, &address, f[0].bytes));
    ur_status st = ur_ledger_account_of(q->c->ledger, out, &address, q->c->err);
    if (st == UR_E_ABSENT) {
        return rpc_refuse(q, SDK_NOT_FOUND, "rpc error: code = NotFound desc = account %.*s not found: key not found", (int)f[0].bytes.n,
                          (const char *)f[0].bytes.p);
    }
    return st;
}

ur_status rpc_auth_account(rpc_query *q)
{
    ur_ledger_account a;
    UR_TRY(find_account(q, &a));
    ur_pb_put_bytes(q->out, 1, a.record);
    return UR_OK;
}

/* The account without the name of its kind around it. */
ur_status rpc_auth_account_info(rpc_query *q)
{
    ur_ledger_account a;
    ur_pb_field any[2];
    UR_TRY(find_account(q, &a));
    UR_TRY(rpc_fields(q, any, 2, a.record));
    ur_pb_put_bytes(q->out, 1, any[1].bytes);
    return UR_OK;
}

/* The SDK's defaults, which the ledger's ante checks keep. */
ur_status rpc_auth_params(rpc_query *q)
{
    static const uint64_t params[] = {256 /* memo characters */, 7 /* signatures */, 10 /* gas a byte */, 590 /* Ed25519 */, 1000 /* secp256k1 */};
    size_t m = ur_pb_begin(q->out, 1);
    for (uint32_t i = 0; i < sizeof params / sizeof *params; i++) {
        ur_pb_put_u64(q->out, i + 1, params[i]);
    }
    ur_pb_end(q->out, m);
    return UR_OK;
}

/* ---- bank ---- */

static void put_coin(ur_writer *w, uint32_t number, ur_span denom, ur_span amount)
{
    size_t m = ur_pb_begin(w, number);
    ur_pb_put_bytes(w, 1, denom);
    ur_pb_put_bytes(w, 2, amount);
    ur_pb_end(w, m);
}

ur_status rpc_bank_balance(rpc_query *q)
{
    enum { ADDRESS, DENOM, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_address address;
    ur_span amount;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    UR_TRY(rpc_address(q, &address, f[ADDRESS].bytes));
    if (f[DENOM].bytes.n == 0 || f[DENOM].bytes.n > UR_LEDGER_DENOM_MAX) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "rpc error: code = InvalidArgument desc = invalid denom: : invalid request");
    }
    UR_TRY(ur_ledger_balance(q->c->ledger, &amount, &address, f[DENOM].bytes, q->c->err));
    put_coin(q->out, 1, f[DENOM].bytes, amount);
    return UR_OK;
}

/* The ledger has one denomination. */
ur_status rpc_bank_all_balances(rpc_query *q)
{
    ur_pb_field f[1];
    ur_ledger_address address;
    ur_ledger_status s;
    ur_span amount;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    UR_TRY(rpc_address(q, &address, f[0].bytes));
    ur_ledger_status_of(q->c->ledger, &s);
    UR_TRY(ur_ledger_balance(q->c->ledger, &amount, &address, ur_span_str_var(s.denom), q->c->err));
    bool any = !ur_span_eq_var(amount, UR_SPAN_LIT("0"));
    if (any) {
        put_coin(q->out, 1, ur_span_str_var(s.denom), amount);
    }
    rpc_put_paging(q->out, 2, (ur_span){0}, any);
    return UR_OK;
}

/* ---- feegrant ---- */

/* The record's key: 00, then grantee and granter with their lengths before them. */
ur_status rpc_feegrant_allowance(rpc_query *q)
{
    enum { GRANTER, GRANTEE, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_address granter, grantee;
    uint8_t key[1 + 2 * (1 + UR_LEDGER_ADDRESS_MAX)];
    ur_writer w;
    ur_ledger_record record;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    UR_TRY(rpc_address(q, &granter, f[GRANTER].bytes));
    UR_TRY(rpc_address(q, &grantee, f[GRANTEE].bytes));
    ur_writer_init(&w, key, sizeof key);
    ur_writer_u8(&w, 0);
    ur_writer_u8(&w, grantee.n);
    ur_writer_bytes(&w, grantee.bytes, grantee.n);
    ur_writer_u8(&w, granter.n);
    ur_writer_bytes(&w, granter.bytes, granter.n);
    UR_TRY(ur_ledger_store_get(q->c->ledger, &record, UR_SPAN_LIT("feegrant"), ur_span_of(key, w.n), 0, false, q->c->err));
    if (!record.present) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "rpc error: code = Internal desc = fee-grant not found: not found: unknown request");
    }
    ur_pb_put_bytes(q->out, 1, record.value);
    return UR_OK;
}

/* ---- tx ---- */

static void put_event(ur_writer *w, uint32_t number, const ur_ledger_event *e)
{
    size_t m = ur_pb_begin(w, number);
    ur_pb_put_bytes(w, 1, e->type);
    for (size_t k = 0; k < e->n; k++) {
        size_t a = ur_pb_begin(w, 2);
        ur_pb_put_bytes(w, 1, e->attribute[k].key);
        ur_pb_put_bytes(w, 2, e->attribute[k].value);
        ur_pb_end(w, a);
    }
    ur_pb_end(w, m);
}

/* The messages' answers stand in TxMsgData as field 2. */
static ur_status put_responses(rpc_query *q, uint32_t number, ur_span tx_msg_data)
{
    ur_pb m;
    ur_pb_field f;
    ur_pb_init(&m, tx_msg_data, UR_PB_ANY);
    while (ur_pb_more(&m)) {
        UR_TRY(ur_pb_next_var(&m, &f));
        if (f.number == 2) {
            ur_pb_put_bytes_always(q->out, number, f.bytes);
        }
    }
    return UR_OK;
}

ur_status rpc_tx_simulate(rpc_query *q)
{
    enum { TX, BYTES, FIELDS };
    ur_pb_field f[FIELDS];
    ur_ledger_result r;
    ur_writer *w = q->out;
    UR_TRY(rpc_fields(q, f, FIELDS, q->data));
    ur_span tx = f[BYTES].bytes.n > 0 ? f[BYTES].bytes : f[TX].bytes; /* the older form has the same bytes */
    if (tx.n == 0) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "rpc error: code = InvalidArgument desc = empty txBytes is not allowed: invalid request");
    }
    UR_TRY(ur_ledger_simulate(q->c->ledger, &r, tx, q->c->err));
    if (r.code != 0) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "rpc error: code = Unknown desc = %.*s with gas used: '%" PRIu64 "': unknown request",
                          (int)(r.log.n < UR_ERR_MAX ? r.log.n : UR_ERR_MAX), (const char *)r.log.p, r.gas_used);
    }
    size_t m = ur_pb_begin(w, 1);
    ur_pb_put_u64(w, 1, UINT64_MAX); /* gas wanted: a simulation has no limit */
    ur_pb_put_u64(w, 2, r.gas_used);
    ur_pb_end(w, m);
    m = ur_pb_begin(w, 2);
    ur_pb_put_bytes(w, 1, r.data);
    for (size_t i = 0; i < r.events; i++) {
        put_event(w, 3, &r.event[i]);
    }
    UR_TRY(put_responses(q, 4, r.data));
    ur_pb_end(w, m);
    return UR_OK;
}

static void put_hex_text(ur_writer *w, uint32_t number, ur_span bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    if (bytes.n > 0) {
        ur_pb_write_varint(w, (uint64_t)number << 3 | UR_PB_BYTES);
        ur_pb_write_varint(w, 2 * bytes.n);
        for (size_t i = 0; i < bytes.n; i++) {
            ur_writer_u8(w, (uint8_t)digits[bytes.p[i] >> 4]);
            ur_writer_u8(w, (uint8_t)digits[bytes.p[i] & 15]);
        }
    }
}

/* TxResponse, without the fields that the SDK fills for itself (logs). */
static void put_tx_response(ur_writer *w, uint32_t number, const ur_ledger_tx *tx, ur_time time)
{
    char when[UR_TIME_TEXT_MAX];
    size_t m = ur_pb_begin(w, number), any;
    ur_pb_put_i64(w, 1, tx->height);
    put_hex_text(w, 2, ur_span_of(tx->hash, sizeof tx->hash));
    ur_pb_put_bytes(w, 3, tx->result.codespace);
    ur_pb_put_u64(w, 4, tx->result.code);
    put_hex_text(w, 5, tx->result.data);
    ur_pb_put_bytes(w, 6, tx->result.log);
    ur_pb_put_u64(w, 9, tx->result.gas_wanted);
    ur_pb_put_u64(w, 10, tx->result.gas_used);
    any = ur_pb_begin(w, 11);
    ur_pb_put_text(w, 1, "/cosmos.tx.v1beta1.Tx");
    ur_pb_put_bytes(w, 2, tx->tx);
    ur_pb_end(w, any);
    time.ns = 0; /* RFC 3339 to the second */
    ur_pb_put_bytes(w, 12, ur_span_of(when, ur_time_text_var(when, time)));
    for (size_t i = 0; i < tx->result.events; i++) {
        put_event(w, 13, &tx->result.event[i]);
    }
    ur_pb_end(w, m);
}

ur_status rpc_tx_get(rpc_query *q)
{
    ur_pb_field f[1];
    uint8_t hash[UR_SHA256_BYTES];
    ur_ledger_tx tx;
    ur_ledger_block block;
    UR_TRY(rpc_fields(q, f, 1, q->data));
    ur_status st = ur_hex_decode(hash, sizeof hash, f[0].bytes) == UR_OK ? ur_ledger_tx_find(q->c->ledger, &tx, hash, q->c->err) : UR_E_ABSENT;
    if (st == UR_E_ABSENT) {
        return rpc_refuse(q, SDK_NOT_FOUND, "rpc error: code = NotFound desc = tx not found: %.*s: key not found",
                          (int)(f[0].bytes.n < 2 * sizeof hash ? f[0].bytes.n : 2 * sizeof hash), (const char *)f[0].bytes.p);
    }
    UR_TRY(st);
    UR_TRY(ur_ledger_block_at(q->c->ledger, &block, tx.height, q->c->err));
    UR_TRY(ur_ledger_tx_find(q->c->ledger, &tx, hash, q->c->err)); /* what it borrowed ended with the call before */
    ur_pb_put_bytes(q->out, 1, tx.tx);
    put_tx_response(q->out, 2, &tx, block.header.time);
    return UR_OK;
}

/* ---- base.tendermint ---- */

/* default_node_info: {protocol version 1, id 2, listen 3, network 4, version 5, channels 6, moniker 7}; application_version:
 * {name 1, app_name 2, version 3}. */
ur_status rpc_node_info(rpc_query *q)
{
    ur_ledger_status s;
    ur_writer *w = q->out;
    ur_ledger_status_of(q->c->ledger, &s);
    size_t m = ur_pb_begin(w, 1), v = ur_pb_begin(w, 1);
    ur_pb_put_u64(w, 1, 8);
    ur_pb_put_u64(w, 2, UR_LEDGER_BLOCK_VERSION);
    ur_pb_put_u64(w, 3, UR_LEDGER_APP_VERSION);
    ur_pb_end(w, v);
    ur_pb_put_text(w, 4, s.chain_id);
    ur_pb_put_text(w, 7, "unrug-devnet");
    ur_pb_end(w, m);
    m = ur_pb_begin(w, 2);
    ur_pb_put_text(w, 1, "unrug-devnet");
    ur_pb_put_text(w, 2, "unrug-devnet");
    ur_pb_end(w, m);
    return UR_OK;
}
