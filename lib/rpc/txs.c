/* Transactions: sent, found, proven. */
#include <string.h>

#include "core/light/merkle.h"
#include "lib/rpc/parts.h"
#include "lib/rpc/search.h"

/* ---- pieces ---- */

void rpc_put_events(ur_json_writer *j, const ur_ledger_result *r)
{
    ur_json_begin_array(j);
    for (size_t i = 0; i < r->events; i++) {
        const ur_ledger_event *e = &r->event[i];
        ur_json_begin_object(j);
        ur_json_key(j, "attributes");
        ur_json_begin_array(j);
        for (size_t k = 0; k < e->n; k++) {
            ur_json_begin_object(j);
            ur_json_key(j, "index");
            ur_json_put_bool(j, true);
            ur_json_key(j, "key");
            rpc_put_words(j, e->attribute[k].key);
            ur_json_key(j, "value");
            rpc_put_words(j, e->attribute[k].value);
            ur_json_end_object(j);
        }
        ur_json_end_array(j);
        ur_json_key(j, "type");
        rpc_put_words(j, e->type);
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
}

void rpc_put_result(ur_json_writer *j, const ur_ledger_result *r)
{
    ur_json_begin_object(j);
    ur_json_key(j, "code");
    ur_json_put_u64(j, r->code);
    ur_json_key(j, "codespace");
    rpc_put_words(j, r->codespace);
    ur_json_key(j, "data");
    rpc_put_base64_or_null(j, r->data);
    ur_json_key(j, "events");
    rpc_put_events(j, r);
    ur_json_key(j, "gas_used");
    ur_json_put_u64_text(j, r->gas_used);
    ur_json_key(j, "gas_wanted");
    ur_json_put_u64_text(j, r->gas_wanted);
    ur_json_key(j, "info");
    ur_json_put_text(j, "");
    ur_json_key(j, "log");
    rpc_put_words(j, r->log);
    ur_json_end_object(j);
}

/* ---- the proof that a block holds a transaction ---- */

/* The root of leaves from..to: a leaf is the hash of a transaction. */
static ur_status root_of(const ur_ledger_tx *tx, size_t from, size_t to, uint8_t out[UR_SHA256_BYTES])
{
    ur_merkle m;
    ur_merkle_init(&m);
    for (size_t i = from; i < to; i++) {
        ur_merkle_add_var(&m, ur_span_of(tx[i].hash, sizeof tx[i].hash));
    }
    return ur_merkle_root_var(&m, out);
}

/* Siblings from the leaf up: going down they come in the other order. */
typedef struct aunts {
    size_t n;
    uint8_t hash[UR_MERKLE_DEPTH_MAX][UR_SHA256_BYTES];
} aunts;

static ur_status find_aunts(aunts *out, const ur_ledger_tx *tx, size_t n, size_t index)
{
    size_t from = 0, to = n;
    out->n = 0;
    while (to - from > 1) {
        size_t half = 1;
        while (half * 2 < to - from) {
            half *= 2;
        }
        if (out->n == UR_MERKLE_DEPTH_MAX) {
            return UR_E_LIMIT;
        }
        bool left = index < from + half;
        UR_TRY(root_of(tx, left ? from + half : from, left ? to : from + half, out->hash[out->n++]));
        *(left ? &to : &from) = from + half;
    }
    return UR_OK;
}

static ur_status put_proof(ur_json_writer *j, const ur_ledger_tx *tx, size_t n, size_t index)
{
    uint8_t root[UR_SHA256_BYTES], leaf[UR_SHA256_BYTES];
    aunts a;
    UR_TRY(root_of(tx, 0, n, root));
    UR_TRY(root_of(tx, index, index + 1, leaf));
    UR_TRY(find_aunts(&a, tx, n, index));
    ur_json_begin_object(j);
    ur_json_key(j, "data");
    ur_json_put_base64(j, tx[index].tx);
    ur_json_key(j, "proof");
    ur_json_begin_object(j);
    ur_json_key(j, "aunts");
    ur_json_begin_array(j);
    for (size_t i = a.n; i-- > 0;) {
        ur_json_put_base64(j, ur_span_of(a.hash[i], sizeof a.hash[i]));
    }
    ur_json_end_array(j);
    ur_json_key(j, "index");
    ur_json_put_u64_text(j, index);
    ur_json_key(j, "leaf_hash");
    ur_json_put_base64(j, ur_span_of(leaf, sizeof leaf));
    ur_json_key(j, "total");
    ur_json_put_u64_text(j, n);
    ur_json_end_object(j);
    ur_json_key(j, "root_hash");
    rpc_put_hash(j, ur_span_of(root, sizeof root));
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- found ---- */

/* siblings: all transactions of its block, to prove it; NULL for no proof. */
static ur_status put_tx(ur_json_writer *j, const ur_ledger_tx *tx, const ur_ledger_tx *siblings, size_t n)
{
    ur_json_begin_object(j);
    ur_json_key(j, "hash");
    rpc_put_hash(j, ur_span_of(tx->hash, sizeof tx->hash));
    ur_json_key(j, "height");
    rpc_put_i64_text(j, tx->height);
    ur_json_key(j, "index");
    ur_json_put_u64(j, tx->index);
    if (siblings != NULL) {
        ur_json_key(j, "proof");
        UR_TRY(put_proof(j, siblings, n, tx->index));
    }
    ur_json_key(j, "tx");
    ur_json_put_base64(j, tx->tx);
    ur_json_key(j, "tx_result");
    rpc_put_result(j, &tx->result);
    ur_json_end_object(j);
    return UR_OK;
}

/* The whole block is asked: it holds the transaction and what its proof needs. */
static ur_status put_proven(rpc_call *c, int64_t height, uint32_t index)
{
    const ur_ledger_tx *all;
    size_t n;
    UR_TRY(ur_ledger_block_txs(c->ledger, &all, &n, height, c->err));
    return index < n ? put_tx(c->j, &all[index], all, n) : ur_err_set(c->err, UR_E_INTERNAL, "a block without its transaction");
}

static ur_status find(rpc_call *c, ur_ledger_tx *out, ur_span hash)
{
    ur_status st = hash.n == UR_SHA256_BYTES ? ur_ledger_tx_find(c->ledger, out, hash.p, c->err) : UR_E_ABSENT;
    if (st != UR_E_ABSENT) {
        return st;
    }
    char text[2 * UR_SHA256_BYTES + 1] = "";
    ur_writer w;
    ur_json_writer j; /* for its capitals */
    uint8_t quoted[2 * UR_SHA256_BYTES + 2];
    ur_writer_init(&w, quoted, sizeof quoted);
    ur_json_writer_init(&j, &w);
    rpc_put_hash(&j, hash);
    memcpy(text, quoted + 1, w.n - 2);
    return ur_err_set(c->err, UR_E_ABSENT, "tx (%s) not found", text);
}

ur_status rpc_tx(rpc_call *c)
{
    ur_ledger_tx tx;
    UR_TRY(find(c, &tx, c->arg[0].s));
    return c->arg[1].b ? put_proven(c, tx.height, tx.index) : put_tx(c->j, &tx, NULL, 0);
}

/* Where the transactions of a page stand. */
typedef struct places {
    size_t n;
    struct {
        int64_t height;
        uint32_t index;
    } at[UR_LEDGER_PAGE_MAX];
} places;

static ur_status put_found(rpc_call *c, const ur_ledger_tx *tx, size_t n)
{
    places p = {.n = n};
    for (size_t i = 0; i < n; i++) {
        p.at[i].height = tx[i].height;
        p.at[i].index = tx[i].index;
        if (!c->arg[1].b) {
            UR_TRY(put_tx(c->j, &tx[i], NULL, 0));
        }
    }
    for (size_t i = 0; c->arg[1].b && i < n; i++) {
        UR_TRY(put_proven(c, p.at[i].height, p.at[i].index));
    }
    return UR_OK;
}

/* The matching transactions of the page; *out is one of the ledger's, or *one. */
static ur_status look(rpc_call *c, rpc_search *q, const ur_ledger_tx **out, size_t *n, uint64_t *total, ur_ledger_tx *one)
{
    *n = 0;
    *total = 0;
    if (q->nothing) {
        return UR_OK;
    }
    if (!q->by_hash) {
        return ur_ledger_tx_search(c->ledger, out, n, total, &q->terms, c->err);
    }
    ur_status st = ur_ledger_tx_find(c->ledger, one, q->hash, c->err);
    if (st == UR_OK) {
        *out = one;
        *n = 1;
        *total = 1;
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

static ur_status order_of(rpc_call *c, bool *descending)
{
    ur_span order = c->arg[4].s;
    *descending = ur_span_eq_var(order, UR_SPAN_LIT("desc"));
    if (order.n > 0 && !*descending && !ur_span_eq_var(order, UR_SPAN_LIT("asc"))) {
        return ur_err_set(c->err, UR_E_USAGE, "expected order_by to be either `asc` or `desc` or empty");
    }
    return UR_OK;
}

ur_status rpc_tx_search(rpc_call *c)
{
    rpc_search q;
    rpc_page page;
    const ur_ledger_tx *tx = NULL;
    ur_ledger_tx one;
    size_t n, per_page = rpc_per_page(&c->arg[3]);
    uint64_t total;
    bool descending;
    UR_TRY(rpc_search_parse_var(&q, c->arg[0].s, c->err));
    UR_TRY(order_of(c, &descending));
    q.terms.descending = descending;
    q.terms.limit = per_page;
    if (c->arg[2].given && c->arg[2].i > 1) {
        q.terms.skip = ((uint64_t)c->arg[2].i - 1) > INT64_MAX / per_page ? INT64_MAX : ((uint64_t)c->arg[2].i - 1) * per_page;
    }
    UR_TRY(look(c, &q, &tx, &n, &total, &one));
    UR_TRY(rpc_page_of(c, &c->arg[2], per_page, total, &page));
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "total_count");
    ur_json_put_u64_text(c->j, total);
    ur_json_key(c->j, "txs");
    ur_json_begin_array(c->j);
    UR_TRY(put_found(c, tx, n));
    ur_json_end_array(c->j);
    ur_json_end_object(c->j);
    return UR_OK;
}

/* ---- sent ---- */

static void put_checked(ur_json_writer *j, const ur_ledger_result *r, const uint8_t hash[UR_SHA256_BYTES])
{
    ur_json_begin_object(j);
    ur_json_key(j, "code");
    ur_json_put_u64(j, r->code);
    ur_json_key(j, "codespace");
    rpc_put_words(j, r->codespace);
    ur_json_key(j, "data");
    ur_json_put_text(j, "");
    ur_json_key(j, "hash");
    rpc_put_hash(j, ur_span_of(hash, UR_SHA256_BYTES));
    ur_json_key(j, "log");
    rpc_put_words(j, r->log);
    ur_json_end_object(j);
}

/* CometBFT answers with an error, not with a code, where its mempool refuses without asking the application. */
static ur_status submit(rpc_call *c, ur_ledger_result *r, uint8_t hash[UR_SHA256_BYTES])
{
    UR_TRY(ur_ledger_submit(c->ledger, r, hash, c->arg[0].s, c->err));
    if (r->code == 19 && ur_span_eq_var(r->codespace, UR_SPAN_LIT("sdk"))) {
        return ur_err_set(c->err, UR_E_STATE, "tx already exists in cache");
    }
    return UR_OK;
}

ur_status rpc_broadcast_tx_sync(rpc_call *c)
{
    ur_ledger_result r;
    uint8_t hash[UR_SHA256_BYTES];
    UR_TRY(submit(c, &r, hash));
    put_checked(c->j, &r, hash);
    return UR_OK;
}

/* Says nothing of what the check found. */
ur_status rpc_broadcast_tx_async(rpc_call *c)
{
    ur_ledger_result r;
    uint8_t hash[UR_SHA256_BYTES];
    UR_TRY(submit(c, &r, hash));
    r = (ur_ledger_result){0};
    put_checked(c->j, &r, hash);
    return UR_OK;
}

/* Waits for no interval: a block is made for it. */
static ur_status deliver(rpc_call *c, ur_ledger_tx *out, const uint8_t hash[UR_SHA256_BYTES])
{
    UR_TRY(ur_ledger_settle(c->ledger, c->err));
    ur_status st = ur_ledger_tx_find(c->ledger, out, hash, c->err);
    if (st == UR_E_ABSENT) {
        UR_TRY(ur_ledger_mine(c->ledger, 1, c->err));
        st = ur_ledger_tx_find(c->ledger, out, hash, c->err);
    }
    return st;
}

ur_status rpc_broadcast_tx_commit(rpc_call *c)
{
    ur_ledger_result checked;
    ur_ledger_tx tx = {0};
    uint8_t hash[UR_SHA256_BYTES];
    UR_TRY(submit(c, &checked, hash));
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "check_tx");
    rpc_put_result(c->j, &checked); /* before the ledger is called again */
    if (checked.code == 0) {
        UR_TRY(deliver(c, &tx, hash));
    }
    ur_json_key(c->j, "hash");
    rpc_put_hash(c->j, ur_span_of(hash, sizeof hash));
    ur_json_key(c->j, "height");
    rpc_put_i64_text(c->j, tx.height);
    ur_json_key(c->j, "tx_result");
    rpc_put_result(c->j, &tx.result);
    ur_json_end_object(c->j);
    return UR_OK;
}
