/* Blocks, headers, commits, results. */
#include <inttypes.h>

#include "lib/rpc/parts.h"

enum { HASH_DIGITS = 2 * UR_SHA256_BYTES, BLOCKCHAIN_MAX = 20, PER_PAGE = 30, PER_PAGE_MAX = 100 };

/* ---- pieces ---- */

void rpc_put_hash(ur_json_writer *j, ur_span hash)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[HASH_DIGITS];
    size_t n = hash.n <= UR_SHA256_BYTES ? hash.n : UR_SHA256_BYTES;
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[hash.p[i] >> 4];
        text[2 * i + 1] = digits[hash.p[i] & 15];
    }
    ur_json_put_string(j, ur_span_of(text, 2 * n));
}

static void put_ur_hash(ur_json_writer *j, const char *key, const ur_hash *h)
{
    ur_json_key(j, key);
    rpc_put_hash(j, ur_span_of(h->bytes, h->n));
}

void rpc_put_time(ur_json_writer *j, ur_time t)
{
    char text[UR_TIME_TEXT_MAX];
    ur_json_put_string(j, ur_span_of(text, ur_time_text_var(text, t)));
}

void rpc_put_i64_text(ur_json_writer *j, int64_t x)
{
    char text[24];
    ur_writer w;
    ur_writer_init(&w, text, sizeof text);
    if (x < 0) {
        ur_writer_u8(&w, '-');
    }
    ur_writer_dec(&w, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
    ur_json_put_string(j, ur_span_of(w.p, w.n));
}

void rpc_put_base64_or_null(ur_json_writer *j, ur_span bytes)
{
    if (bytes.n == 0) {
        ur_json_put_null(j);
    } else {
        ur_json_put_base64(j, bytes);
    }
}

void rpc_put_words(ur_json_writer *j, ur_span text)
{
    if (ur_utf8_valid_var(text)) {
        ur_json_put_string(j, text);
    } else {
        ur_err words = {0}; /* escapes what is not printable */
        (void)ur_err_set(&words, UR_E_INPUT, "%.*s", (int)(text.n < UR_ERR_MAX ? text.n : UR_ERR_MAX), (const char *)text.p);
        ur_json_put_text(j, words.text);
    }
}

void rpc_put_block_id(ur_json_writer *j, const ur_block_id *id)
{
    ur_json_begin_object(j);
    put_ur_hash(j, "hash", &id->hash);
    ur_json_key(j, "parts");
    ur_json_begin_object(j);
    put_ur_hash(j, "hash", &id->parts_hash);
    ur_json_key(j, "total");
    ur_json_put_u64(j, id->parts_total);
    ur_json_end_object(j);
    ur_json_end_object(j);
}

static void put_version(ur_json_writer *j, const ur_comet_header *h)
{
    ur_json_begin_object(j);
    if (h->app_version != 0) {
        ur_json_key(j, "app");
        ur_json_put_u64_text(j, h->app_version);
    }
    ur_json_key(j, "block");
    ur_json_put_u64_text(j, h->block_version);
    ur_json_end_object(j);
}

void rpc_put_header(ur_json_writer *j, const ur_comet_header *h)
{
    ur_json_begin_object(j);
    put_ur_hash(j, "app_hash", &h->app);
    ur_json_key(j, "chain_id");
    ur_json_put_string(j, ur_span_of(h->chain_id, h->chain_id_n));
    put_ur_hash(j, "consensus_hash", &h->consensus);
    put_ur_hash(j, "data_hash", &h->data);
    put_ur_hash(j, "evidence_hash", &h->evidence);
    ur_json_key(j, "height");
    rpc_put_i64_text(j, h->height);
    ur_json_key(j, "last_block_id");
    rpc_put_block_id(j, &h->last_block);
    put_ur_hash(j, "last_commit_hash", &h->last_commit);
    put_ur_hash(j, "last_results_hash", &h->last_results);
    put_ur_hash(j, "next_validators_hash", &h->next_validators);
    ur_json_key(j, "proposer_address");
    rpc_put_hash(j, ur_span_of(h->proposer, h->proposer_n));
    ur_json_key(j, "time");
    rpc_put_time(j, h->time);
    put_ur_hash(j, "validators_hash", &h->validators);
    ur_json_key(j, "version");
    put_version(j, h);
    ur_json_end_object(j);
}

/* The commit for a block; sig NULL: the empty one that block 1 carries. */
static void put_commit(ur_json_writer *j, int64_t height, const ur_block_id *id, const ur_comet_sig *sig)
{
    ur_json_begin_object(j);
    ur_json_key(j, "block_id");
    rpc_put_block_id(j, id);
    ur_json_key(j, "height");
    rpc_put_i64_text(j, height);
    ur_json_key(j, "round");
    ur_json_put_u64(j, 0);
    ur_json_key(j, "signatures");
    ur_json_begin_array(j);
    if (sig != NULL) {
        ur_json_begin_object(j);
        ur_json_key(j, "block_id_flag");
        ur_json_put_u64(j, (uint64_t)sig->flag);
        ur_json_key(j, "signature");
        ur_json_put_base64(j, ur_span_of(sig->sig, sizeof sig->sig));
        ur_json_key(j, "timestamp");
        rpc_put_time(j, sig->time);
        ur_json_key(j, "validator_address");
        rpc_put_hash(j, ur_span_of(sig->address, sizeof sig->address));
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
    ur_json_end_object(j);
}

/* ---- which height, which page ---- */

ur_status rpc_height(rpc_call *c, const rpc_arg *a, int64_t *out)
{
    ur_ledger_status s;
    ur_ledger_status_of(c->ledger, &s);
    *out = a->given ? a->i : s.height;
    if (*out < 1) {
        return ur_err_set(c->err, UR_E_USAGE, "height must be greater than 0, but got %" PRId64, *out);
    }
    if (*out > s.height) {
        return ur_err_set(c->err, UR_E_ABSENT, "height %" PRId64 " must be less than or equal to the current blockchain height %" PRId64,
                          *out, s.height);
    }
    return UR_OK;
}

size_t rpc_per_page(const rpc_arg *per_page)
{
    if (!per_page->given || per_page->i < 1) {
        return PER_PAGE;
    }
    return per_page->i > PER_PAGE_MAX ? PER_PAGE_MAX : (size_t)per_page->i;
}

ur_status rpc_page_of(rpc_call *c, const rpc_arg *page, size_t per_page, uint64_t total, rpc_page *out)
{
    uint64_t pages = total == 0 ? 1 : (total - 1) / per_page + 1;
    int64_t p = page->given ? page->i : 1;
    if (p < 1 || (uint64_t)p > pages) {
        return ur_err_set(c->err, UR_E_USAGE, "page should be within [1, %" PRIu64 "] range, given %" PRId64, pages, p);
    }
    *out = (rpc_page){((uint64_t)p - 1) * per_page, per_page};
    return UR_OK;
}

static ur_status block_at(rpc_call *c, const rpc_arg *height, ur_ledger_block *out)
{
    int64_t h;
    UR_TRY(rpc_height(c, height, &h));
    return ur_ledger_block_at(c->ledger, out, h, c->err);
}

/* By hash; UR_E_ABSENT for a hash of nothing. */
static ur_status block_of_hash(rpc_call *c, ur_span hash, ur_ledger_block *out)
{
    int64_t height;
    if (hash.n != UR_SHA256_BYTES) {
        return UR_E_ABSENT;
    }
    UR_TRY(ur_ledger_block_height(c->ledger, &height, hash.p, c->err));
    return ur_ledger_block_at(c->ledger, out, height, c->err);
}

/* ---- methods ---- */

ur_status rpc_header(rpc_call *c)
{
    ur_ledger_block b;
    UR_TRY(block_at(c, &c->arg[0], &b));
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "header");
    rpc_put_header(c->j, &b.header);
    ur_json_end_object(c->j);
    return UR_OK;
}

ur_status rpc_header_by_hash(rpc_call *c)
{
    ur_ledger_block b;
    ur_status st = block_of_hash(c, c->arg[0].s, &b);
    if (st != UR_OK && st != UR_E_ABSENT) {
        return st;
    }
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "header");
    if (st == UR_OK) {
        rpc_put_header(c->j, &b.header);
    } else {
        ur_json_put_null(c->j);
    }
    ur_json_end_object(c->j);
    return UR_OK;
}

/* What block 1 has instead of a commit for the block before. */
static ur_status put_last_commit(rpc_call *c, const ur_comet_header *h)
{
    ur_ledger_block before;
    if (h->height == 1) {
        put_commit(c->j, 0, &h->last_block, NULL);
        return UR_OK;
    }
    UR_TRY(ur_ledger_block_at(c->ledger, &before, h->height - 1, c->err));
    put_commit(c->j, before.header.height, &before.id, &before.commit);
    return UR_OK;
}

static ur_status put_block(rpc_call *c, const ur_ledger_block *b)
{
    const ur_ledger_tx *tx;
    size_t n;
    ur_json_writer *j = c->j;
    UR_TRY(ur_ledger_block_txs(c->ledger, &tx, &n, b->header.height, c->err));
    ur_json_begin_object(j);
    ur_json_key(j, "block");
    ur_json_begin_object(j);
    ur_json_key(j, "data");
    ur_json_begin_object(j);
    ur_json_key(j, "txs");
    ur_json_begin_array(j);
    for (size_t i = 0; i < n; i++) {
        ur_json_put_base64(j, tx[i].tx);
    }
    ur_json_end_array(j);
    ur_json_end_object(j);
    ur_json_key(j, "evidence");
    ur_json_begin_object(j);
    ur_json_key(j, "evidence");
    ur_json_begin_array(j);
    ur_json_end_array(j);
    ur_json_end_object(j);
    ur_json_key(j, "header");
    rpc_put_header(j, &b->header);
    ur_json_key(j, "last_commit");
    UR_TRY(put_last_commit(c, &b->header));
    ur_json_end_object(j);
    ur_json_key(j, "block_id");
    rpc_put_block_id(j, &b->id);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_block(rpc_call *c)
{
    ur_ledger_block b;
    UR_TRY(block_at(c, &c->arg[0], &b));
    return put_block(c, &b);
}

ur_status rpc_block_by_hash(rpc_call *c)
{
    static const ur_block_id none = {0};
    ur_ledger_block b;
    ur_status st = block_of_hash(c, c->arg[0].s, &b);
    if (st != UR_E_ABSENT) {
        return st == UR_OK ? put_block(c, &b) : st;
    }
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "block");
    ur_json_put_null(c->j);
    ur_json_key(c->j, "block_id");
    rpc_put_block_id(c->j, &none);
    ur_json_end_object(c->j);
    return UR_OK;
}

ur_status rpc_commit(rpc_call *c)
{
    ur_ledger_block b;
    UR_TRY(block_at(c, &c->arg[0], &b));
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "canonical");
    ur_json_put_bool(c->j, b.canonical);
    ur_json_key(c->j, "signed_header");
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "commit");
    put_commit(c->j, b.header.height, &b.id, &b.commit);
    ur_json_key(c->j, "header");
    rpc_put_header(c->j, &b.header);
    ur_json_end_object(c->j);
    ur_json_end_object(c->j);
    return UR_OK;
}

static ur_status put_metas(rpc_call *c, int64_t low, int64_t high)
{
    ur_json_begin_array(c->j);
    for (int64_t h = high; h >= low; h--) {
        ur_ledger_block b;
        UR_TRY(ur_ledger_block_at(c->ledger, &b, h, c->err));
        ur_json_begin_object(c->j);
        ur_json_key(c->j, "block_id");
        rpc_put_block_id(c->j, &b.id);
        ur_json_key(c->j, "block_size");
        ur_json_put_u64_text(c->j, b.bytes);
        ur_json_key(c->j, "header");
        rpc_put_header(c->j, &b.header);
        ur_json_key(c->j, "num_txs");
        ur_json_put_u64_text(c->j, b.txs);
        ur_json_end_object(c->j);
    }
    ur_json_end_array(c->j);
    return UR_OK;
}

/* The newest 20 of the range, newest first. */
ur_status rpc_blockchain(rpc_call *c)
{
    ur_ledger_status s;
    ur_ledger_status_of(c->ledger, &s);
    int64_t low = c->arg[0].i, high = c->arg[1].i;
    if (low < 0 || high < 0) {
        return ur_err_set(c->err, UR_E_USAGE, "heights must be non-negative");
    }
    high = high == 0 || high > s.height ? s.height : high;
    low = low == 0 ? s.first_height : low;
    low = high - low >= BLOCKCHAIN_MAX ? high - BLOCKCHAIN_MAX + 1 : low;
    if (low > high) {
        return ur_err_set(c->err, UR_E_USAGE, "min height %" PRId64 " can't be greater than max height %" PRId64, low, high);
    }
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "block_metas");
    UR_TRY(put_metas(c, low, high));
    ur_json_key(c->j, "last_height");
    rpc_put_i64_text(c->j, s.height);
    ur_json_end_object(c->j);
    return UR_OK;
}

/* The state after a block: in the next header, or for the newest block what the next header will carry. */
static ur_status app_hash_after(rpc_call *c, int64_t height, ur_hash *out)
{
    ur_ledger_status s;
    ur_ledger_block next;
    ur_ledger_status_of(c->ledger, &s);
    if (height == s.height) {
        out->n = sizeof s.app_hash;
        memcpy(out->bytes, s.app_hash, sizeof s.app_hash);
        return UR_OK;
    }
    UR_TRY(ur_ledger_block_at(c->ledger, &next, height + 1, c->err));
    *out = next.header.app;
    return UR_OK;
}

ur_status rpc_block_results(rpc_call *c)
{
    int64_t height;
    const ur_ledger_tx *tx;
    size_t n;
    ur_hash app;
    ur_json_writer *j = c->j;
    UR_TRY(rpc_height(c, &c->arg[0], &height));
    UR_TRY(app_hash_after(c, height, &app));
    UR_TRY(ur_ledger_block_txs(c->ledger, &tx, &n, height, c->err));
    ur_json_begin_object(j);
    ur_json_key(j, "app_hash");
    ur_json_put_base64(j, ur_span_of(app.bytes, app.n));
    ur_json_key(j, "consensus_param_updates");
    ur_json_put_null(j);
    ur_json_key(j, "finalize_block_events");
    ur_json_begin_array(j);
    ur_json_end_array(j);
    ur_json_key(j, "height");
    rpc_put_i64_text(j, height);
    ur_json_key(j, "txs_results");
    if (n == 0) {
        ur_json_put_null(j);
    } else {
        ur_json_begin_array(j);
        for (size_t i = 0; i < n; i++) {
            rpc_put_result(j, &tx[i].result);
        }
        ur_json_end_array(j);
    }
    ur_json_key(j, "validator_updates");
    ur_json_put_null(j);
    ur_json_end_object(j);
    return UR_OK;
}
