#include "lib/chain/node_tx.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hash/hash.h"
#include "lib/chain/node_call.h"

enum { PARAMS_MAX = 1024 };

/* ---- pieces ---- */

bool ur_node_says(ur_span text, const char *what)
{
    ur_span w = ur_span_str_var(what);
    for (size_t i = 0; i + w.n <= text.n; i++) {
        if (ur_eq_var(text.p + i, w.p, w.n)) {
            return true;
        }
    }
    return false;
}

static void take_name(char *out, size_t max, ur_json v)
{
    ur_span s;
    size_t n = 0;
    if (ur_json_plain_var(&s, v) == UR_OK) {
        for (; n < s.n && n < max && s.p[n] >= 0x20 && s.p[n] < 0x7f; n++) {
            out[n] = (char)s.p[n];
        }
    }
    out[n] = '\0';
}

/* Everything decoded goes behind each other into one block. */
typedef struct room {
    uint8_t *p;
    size_t cap, n;
} room;

static ur_status take_string(room *r, ur_span *out, ur_json v)
{
    *out = (ur_span){0};
    if (ur_json_kind_var(v) == UR_JSON_NONE || ur_json_kind_var(v) == UR_JSON_NULL) {
        return UR_OK;
    }
    ur_span s;
    UR_TRY(ur_json_string_var(&s, r->p + r->n, r->cap - r->n, v));
    if (s.n > r->cap - r->n) {
        return UR_E_LIMIT;
    }
    if (s.n > 0 && s.p != r->p + r->n) {
        memcpy(r->p + r->n, s.p, s.n);
    }
    *out = ur_span_of(r->p + r->n, s.n);
    r->n += s.n;
    return UR_OK;
}

static ur_status take_base64(room *r, ur_span *out, ur_json v)
{
    size_t n;
    *out = (ur_span){0};
    if (ur_json_kind_var(v) == UR_JSON_NONE || ur_json_kind_var(v) == UR_JSON_NULL) {
        return UR_OK;
    }
    UR_TRY(ur_json_base64_upto_var(r->p + r->n, r->cap - r->n, &n, v));
    *out = ur_span_of(r->p + r->n, n);
    r->n += n;
    return UR_OK;
}

static ur_status take_code(uint32_t *out, ur_json v)
{
    uint64_t x = 0;
    if (ur_json_kind_var(v) != UR_JSON_NONE) {
        UR_TRY(ur_json_u64_max_var(&x, UINT32_MAX, v));
    }
    *out = (uint32_t)x;
    return UR_OK;
}

static ur_status malformed(ur_err *err, const char *method)
{
    return ur_err_set(err, UR_E_INPUT, "%s: the answer is malformed", method);
}

static ur_status new_room(room *r, size_t cap, ur_err *err)
{
    *r = (room){malloc(cap + 1), cap, 0};
    return r->p != NULL ? UR_OK : ur_err_set(err, UR_E_MEMORY, "no memory");
}

/* ---- status ---- */

static ur_status parse_state(ur_node_state *out, ur_json result)
{
    ur_json info = ur_json_get_var(result, "node_info"), sync = ur_json_get_var(result, "sync_info");
    ur_span id, time;
    UR_TRY(ur_json_plain_var(&id, ur_json_get_var(info, "network")));
    UR_TRY(ur_json_i64_text_var(&out->height, ur_json_get_var(sync, "latest_block_height")));
    UR_TRY(ur_json_plain_var(&time, ur_json_get_var(sync, "latest_block_time")));
    UR_TRY(ur_time_parse_var(&out->time, time));
    UR_TRY(ur_json_bool_var(&out->catching_up, ur_json_get_var(sync, "catching_up")));
    if (id.n == 0 || id.n > UR_CHAIN_ID_MAX || out->height < 0) {
        return UR_E_INPUT;
    }
    take_name(out->chain_id, UR_CHAIN_ID_MAX, ur_json_get_var(info, "network"));
    take_name(out->moniker, UR_NODE_NAME_MAX, ur_json_get_var(info, "moniker"));
    take_name(out->version, UR_NODE_NAME_MAX, ur_json_get_var(info, "version"));
    return UR_OK;
}

ur_status ur_node_state_of(const ur_chain_source *source, ur_node_state *out, unsigned timeout_ms, ur_err *err)
{
    uint8_t *text = NULL;
    ur_json result;
    ur_span said;
    *out = (ur_node_state){0};
    ur_status st = ur_node_call(source, &text, &result, &said, "status", UR_SPAN_LIT("{}"), timeout_ms, err);
    if (st == UR_OK && parse_state(out, result) != UR_OK) {
        *out = (ur_node_state){0};
        st = malformed(err, "status");
    }
    free(text);
    return st;
}

/* ---- the application ---- */

void ur_node_reply_free(ur_node_reply *reply)
{
    free(reply->block);
    *reply = (ur_node_reply){0};
}

static ur_status parse_reply(ur_node_reply *out, room *r, ur_json v)
{
    UR_TRY(take_code(&out->code, ur_json_get_var(v, "code")));
    UR_TRY(take_string(r, &out->codespace, ur_json_get_var(v, "codespace")));
    UR_TRY(take_string(r, &out->log, ur_json_get_var(v, "log")));
    UR_TRY(take_base64(r, &out->value, ur_json_get_var(v, "value")));
    ur_json height = ur_json_get_var(v, "height");
    return ur_json_kind_var(height) == UR_JSON_NONE ? UR_OK : ur_json_i64_text_var(&out->height, height);
}

static ur_status reply_of(ur_node_reply *out, ur_json v, const char *method, ur_err *err)
{
    room r;
    UR_TRY(new_room(&r, v.raw.n, err));
    out->block = r.p;
    if (parse_reply(out, &r, v) != UR_OK) {
        ur_node_reply_free(out);
        return malformed(err, method);
    }
    return UR_OK;
}

/* {"data":HEX,"height":"0","path":…,"prove":false} */
static ur_status query_params(uint8_t *buf, size_t cap, ur_span *out, const char *path, ur_span data)
{
    ur_writer w;
    ur_json_writer j;
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "data");
    ur_json_put_hex(&j, data);
    ur_json_key(&j, "height");
    ur_json_put_text(&j, "0");
    ur_json_key(&j, "path");
    ur_json_put_text(&j, path);
    ur_json_key(&j, "prove");
    ur_json_put_bool(&j, false);
    ur_json_end_object(&j);
    return ur_json_writer_end(&j, out);
}

ur_status ur_node_ask_app(const ur_chain_source *source, ur_node_reply *out, const char *path, ur_span data, unsigned timeout_ms,
                          ur_err *err)
{
    uint8_t *text = NULL;
    ur_json result;
    ur_span said, params;
    const size_t cap = 2 * data.n + PARAMS_MAX;
    *out = (ur_node_reply){0};
    uint8_t *buf = malloc(cap);
    ur_status st = buf == NULL ? ur_err_set(err, UR_E_MEMORY, "no memory") : query_params(buf, cap, &params, path, data);
    if (st == UR_OK) {
        st = ur_node_call(source, &text, &result, &said, "abci_query", params, timeout_ms, err);
    }
    if (st == UR_OK) {
        st = reply_of(out, ur_json_get_var(result, "response"), "abci_query", err);
    }
    free(buf);
    free(text);
    return st;
}

/* ---- broadcast ---- */

static ur_status said_instead(ur_node_reply *out, ur_span said, ur_status st, ur_err *err)
{
    static const char known[] = "tx already exists in cache", full[] = "mempool is full";
    bool is_known = ur_node_says(said, known);
    if (!is_known && !ur_node_says(said, full)) {
        return st;
    }
    ur_err_clear(err);
    out->code = is_known ? 19 : 20;
    out->codespace = UR_SPAN_LIT("sdk");
    out->log = is_known ? UR_SPAN_LIT(known) : UR_SPAN_LIT(full);
    return UR_OK;
}

static ur_status check_hash(ur_json v, const uint8_t hash[32])
{
    uint8_t got[32];
    return ur_json_hex_var(got, sizeof got, v) == UR_OK && ur_eq_var(got, hash, sizeof got) ? UR_OK : UR_E_INPUT;
}

ur_status ur_node_broadcast(const ur_chain_source *source, ur_node_reply *out, ur_span tx, unsigned timeout_ms, ur_err *err)
{
    uint8_t *text = NULL, hash[32];
    ur_json result;
    ur_json_writer j;
    ur_writer w;
    ur_span said = {0}, params;
    const size_t cap = 2 * tx.n + PARAMS_MAX;
    *out = (ur_node_reply){0};
    uint8_t *buf = malloc(cap);
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "tx");
    ur_json_put_base64(&j, tx);
    ur_json_end_object(&j);
    ur_status st = ur_json_writer_end(&j, &params);
    if (st == UR_OK) {
        st = ur_node_call(source, &text, &result, &said, "broadcast_tx_sync", params, timeout_ms, err);
        st = st == UR_E_UNAVAILABLE ? said_instead(out, said, st, err) : st;
        if (st == UR_OK && out->code == 0) {
            st = reply_of(out, result, "broadcast_tx_sync", err);
        }
        ur_sha256_of(hash, tx);
        if (st == UR_OK && out->code == 0 && check_hash(ur_json_get_var(result, "hash"), hash) != UR_OK) {
            ur_node_reply_free(out);
            st = malformed(err, "broadcast_tx_sync");
        }
    }
    free(buf);
    free(text);
    return st;
}

/* ---- transactions in blocks ---- */

void ur_node_tx_free(ur_node_tx *tx)
{
    free(tx->block);
    *tx = (ur_node_tx){0};
}

static ur_status parse_tx(ur_node_tx *out, room *r, ur_json v)
{
    uint64_t index;
    uint8_t hash[32];
    ur_span tx;
    ur_json_iter it;
    ur_json done = ur_json_get_var(v, "tx_result");
    UR_TRY(ur_json_hex_var(out->hash, sizeof out->hash, ur_json_get_var(v, "hash")));
    UR_TRY(ur_json_i64_text_var(&out->height, ur_json_get_var(v, "height")));
    UR_TRY(ur_json_u64_max_var(&index, UINT32_MAX, ur_json_get_var(v, "index")));
    out->index = (uint32_t)index;
    UR_TRY(take_code(&out->code, ur_json_get_var(done, "code")));
    UR_TRY(take_string(r, &out->codespace, ur_json_get_var(done, "codespace")));
    UR_TRY(take_string(r, &out->log, ur_json_get_var(done, "log")));
    UR_TRY(take_base64(r, &out->data, ur_json_get_var(done, "data")));
    UR_TRY(ur_json_u64_text_var(&out->gas_wanted, ur_json_get_var(done, "gas_wanted")));
    UR_TRY(ur_json_u64_text_var(&out->gas_used, ur_json_get_var(done, "gas_used")));
    UR_TRY(take_base64(r, &tx, ur_json_get_var(v, "tx")));
    ur_sha256_of(hash, tx);
    if (!ur_eq_var(hash, out->hash, sizeof hash) || out->height < 1) {
        return UR_E_INPUT;
    }
    ur_json events = ur_json_get_var(done, "events");
    if (ur_json_array_var(&it, events) == UR_OK) { /* a copy of what was checked is checked */
        if (events.raw.n > r->cap - r->n) {
            return UR_E_LIMIT;
        }
        memcpy(r->p + r->n, events.raw.p, events.raw.n);
        out->events.raw = ur_span_of(r->p + r->n, events.raw.n);
        r->n += events.raw.n;
    }
    return UR_OK;
}

static ur_status tx_of(ur_node_tx *out, ur_json v, const char *method, ur_err *err)
{
    room r;
    UR_TRY(new_room(&r, v.raw.n, err));
    ur_status st = parse_tx(out, &r, v);
    out->block = r.p;
    if (st != UR_OK) {
        ur_node_tx_free(out);
        return malformed(err, method);
    }
    return UR_OK;
}

ur_status ur_node_tx_find(const ur_chain_source *source, ur_node_tx *out, const uint8_t hash[32], unsigned timeout_ms, ur_err *err)
{
    uint8_t buf[128], *text = NULL;
    ur_json result;
    ur_json_writer j;
    ur_writer w;
    ur_span said = {0}, params;
    *out = (ur_node_tx){0};
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "hash");
    ur_json_put_base64(&j, ur_span_of(hash, 32));
    ur_json_key(&j, "prove");
    ur_json_put_bool(&j, false);
    ur_json_end_object(&j);
    UR_TRY(ur_json_writer_end(&j, &params));
    ur_status st = ur_node_call(source, &text, &result, &said, "tx", params, timeout_ms, err);
    if (st == UR_E_UNAVAILABLE && ur_node_says(said, "not found")) {
        st = ur_err_set(err, UR_E_ABSENT, "tx: no block has it");
    } else if (st == UR_OK) {
        st = check_hash(ur_json_get_var(result, "hash"), hash) == UR_OK ? tx_of(out, result, "tx", err) : malformed(err, "tx");
    }
    free(text);
    return st;
}

void ur_node_txs_free(ur_node_txs *txs)
{
    for (size_t i = 0; i < txs->n; i++) {
        ur_node_tx_free(&txs->tx[i]);
    }
    *txs = (ur_node_txs){0};
}

static ur_status parse_txs(ur_node_txs *out, ur_json result, ur_err *err)
{
    ur_json_iter it;
    ur_json v;
    if (ur_json_u64_text_var(&out->total, ur_json_get_var(result, "total_count")) != UR_OK ||
        ur_json_array_var(&it, ur_json_get_var(result, "txs")) != UR_OK) {
        return malformed(err, "tx_search");
    }
    while (ur_json_next_var(&it, &v)) {
        if (out->n == UR_NODE_PAGE) {
            return malformed(err, "tx_search");
        }
        ur_node_tx *to = &out->tx[out->n];
        UR_TRY(tx_of(to, v, "tx_search", err));
        const ur_node_tx *before = out->n++ > 0 ? to - 1 : NULL;
        if (before != NULL && (before->height > to->height || (before->height == to->height && before->index >= to->index))) {
            return ur_err_set(err, UR_E_INPUT, "tx_search: the answer is not in rising order");
        }
    }
    return UR_OK;
}

ur_status ur_node_tx_search(const ur_chain_source *source, ur_node_txs *out, const char *query, unsigned page, unsigned timeout_ms,
                            ur_err *err)
{
    uint8_t buf[PARAMS_MAX], *text = NULL;
    ur_json result;
    ur_json_writer j;
    ur_writer w;
    ur_span said = {0}, params;
    *out = (ur_node_txs){0};
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "order_by");
    ur_json_put_text(&j, "asc");
    ur_json_key(&j, "page");
    ur_json_put_u64_text(&j, page);
    ur_json_key(&j, "per_page");
    ur_json_put_u64_text(&j, UR_NODE_PAGE);
    ur_json_key(&j, "prove");
    ur_json_put_bool(&j, false);
    ur_json_key(&j, "query");
    ur_json_put_text(&j, query);
    ur_json_end_object(&j);
    if (ur_json_writer_end(&j, &params) != UR_OK) {
        return ur_err_set(err, UR_E_LIMIT, "tx_search: the query is too long");
    }
    ur_status st = ur_node_call(source, &text, &result, &said, "tx_search", params, timeout_ms, err);
    if (st == UR_E_UNAVAILABLE && page > 1 && ur_node_says(said, "page should be within")) {
        ur_err_clear(err);
        st = UR_OK; /* beyond the last */
    } else if (st == UR_OK) {
        st = parse_txs(out, result, err);
    }
    if (st != UR_OK) {
        ur_node_txs_free(out);
    }
    free(text);
    return st;
}
