/* Blocks as CometBFT 0.38 makes them: header, parts, and the vote of the one validator. What a header says follows from its own row
 * and the one before, so a row that was tampered with does not hash to its own id. */
#include <stdlib.h>

#include "core/codec/pb.h"
#include "core/light/merkle.h"
#include "lib/ledger/block_bytes.h"
#include "lib/ledger/ledger_parts.h"
#include "lib/ledger/sql.h"
#include "lib/suite/ed25519.h"
#include "lib/suite/hash.h"

enum { ROW_BYTES = 12 + 68 + 3 * 32 + 8 + 4 + 8 + 12 + 64, MS_NS = 1000000 };

ur_status ur_chain_prepare(sqlite3 *db, ur_err *err)
{
    return ur_sql_exec(db,
                       "CREATE TABLE block(height INTEGER PRIMARY KEY, name INTEGER NOT NULL, body BLOB NOT NULL) STRICT;"
                       "CREATE INDEX block_name ON block(name);",
                       err);
}

/* ---- rows ---- */

/* The first eight bytes of a hash as a number: what blocks and transactions are looked up by. */
static int64_t name_of(const uint8_t hash[UR_SHA256_BYTES])
{
    uint64_t x = 0;
    for (size_t i = 0; i < 8; i++) {
        x = x << 8 | hash[i];
    }
    return (int64_t)x;
}

static void write_time(ur_writer *w, ur_time t)
{
    ur_writer_u64be(w, (uint64_t)t.s);
    ur_writer_u32be(w, t.ns);
}

static ur_status read_time(ur_reader *r, ur_time *t)
{
    uint64_t s;
    UR_TRY(ur_reader_u64be(r, &s));
    t->s = (int64_t)s;
    return ur_reader_u32be(r, &t->ns);
}

static void write_row(ur_writer *w, const ur_chain_block *b)
{
    write_time(w, b->time);
    ur_writer_bytes(w, b->id.hash.bytes, UR_SHA256_BYTES);
    ur_writer_u32be(w, b->id.parts_total);
    ur_writer_bytes(w, b->id.parts_hash.bytes, UR_SHA256_BYTES);
    ur_writer_bytes(w, b->data, UR_SHA256_BYTES);
    ur_writer_bytes(w, b->results, UR_SHA256_BYTES);
    ur_writer_bytes(w, b->app, UR_SHA256_BYTES);
    ur_writer_u64be(w, b->state);
    ur_writer_u32be(w, b->txs);
    ur_writer_u64be(w, b->bytes);
    write_time(w, b->vote_time);
    ur_writer_bytes(w, b->vote, UR_COMET_SIG_BYTES);
}

static ur_status parse_row(ur_chain_block *b, ur_span row)
{
    ur_reader r;
    ur_reader_init(&r, row);
    UR_TRY(read_time(&r, &b->time));
    UR_TRY(ur_reader_copy(&r, b->id.hash.bytes, UR_SHA256_BYTES));
    UR_TRY(ur_reader_u32be(&r, &b->id.parts_total));
    UR_TRY(ur_reader_copy(&r, b->id.parts_hash.bytes, UR_SHA256_BYTES));
    UR_TRY(ur_reader_copy(&r, b->data, UR_SHA256_BYTES));
    UR_TRY(ur_reader_copy(&r, b->results, UR_SHA256_BYTES));
    UR_TRY(ur_reader_copy(&r, b->app, UR_SHA256_BYTES));
    UR_TRY(ur_reader_u64be(&r, &b->state));
    UR_TRY(ur_reader_u32be(&r, &b->txs));
    UR_TRY(ur_reader_u64be(&r, &b->bytes));
    UR_TRY(read_time(&r, &b->vote_time));
    UR_TRY(ur_reader_copy(&r, b->vote, UR_COMET_SIG_BYTES));
    b->id.hash.n = b->id.parts_hash.n = UR_SHA256_BYTES;
    return ur_reader_end(&r);
}

static ur_status damaged(ur_err *err, int64_t height)
{
    return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: block %lld", (long long)height);
}

ur_status ur_chain_read(ur_ledger *l, ur_chain_block *out, int64_t height, ur_err *err)
{
    *out = (ur_chain_block){0};
    if (height == l->tip.height) {
        *out = l->tip;
        return height > 0 ? UR_OK : UR_E_ABSENT;
    }
    ur_sql_bind_int(l->block_get, 1, height);
    UR_TRY(ur_sql_row(l->block_get, err));
    ur_status st = parse_row(out, ur_sql_blob(l->block_get, 0));
    (void)sqlite3_reset(l->block_get);
    out->height = height;
    return st == UR_OK ? UR_OK : damaged(err, height);
}

/* ---- headers ---- */

static void set_hash(ur_hash *out, const uint8_t bytes[UR_SHA256_BYTES])
{
    out->n = UR_SHA256_BYTES;
    memcpy(out->bytes, bytes, UR_SHA256_BYTES);
}

static void sig_of(const ur_ledger *l, ur_comet_sig *out, const ur_chain_block *b)
{
    *out = (ur_comet_sig){.flag = UR_COMET_COMMIT, .time = b->vote_time};
    memcpy(out->address, l->validator.address, UR_COMET_ADDRESS_BYTES);
    memcpy(out->sig, b->vote, UR_COMET_SIG_BYTES);
}

/* before: the block below, height 0 for the first; l->commit becomes its commit. */
static void header_of(ur_ledger *l, ur_comet_header *h, const ur_chain_block *b, const ur_chain_block *before)
{
    *h = (ur_comet_header){.block_version = UR_LEDGER_BLOCK_VERSION, .app_version = UR_LEDGER_APP_VERSION, .height = b->height, .time = b->time};
    ur_span id = ur_span_str_var(l->chain_id);
    h->chain_id_n = id.n;
    memcpy(h->chain_id, id.p, id.n);
    set_hash(&h->data, b->data);
    set_hash(&h->validators, l->validators_hash);
    set_hash(&h->next_validators, l->validators_hash);
    set_hash(&h->consensus, l->consensus_hash);
    set_hash(&h->evidence, l->empty_hash);
    set_hash(&h->last_commit, l->empty_hash);
    set_hash(&h->last_results, l->empty_hash);
    set_hash(&h->app, l->empty_hash);
    h->proposer_n = UR_COMET_ADDRESS_BYTES;
    memcpy(h->proposer, l->validator.address, UR_COMET_ADDRESS_BYTES);
    l->commit->height = before->height;
    l->commit->block = before->id;
    l->commit->n = before->height > 0 ? 1 : 0;
    if (before->height > 0) {
        h->last_block = before->id;
        set_hash(&h->app, before->app);
        set_hash(&h->last_results, before->results);
        sig_of(l, &l->commit->sig[0], before);
        h->last_commit.n = UR_SHA256_BYTES;
        ur_comet_commit_hash_var(h->last_commit.bytes, l->commit);
    }
}

static ur_status read_before(ur_ledger *l, ur_chain_block *out, int64_t height, ur_err *err)
{
    if (height == 1) {
        *out = (ur_chain_block){0};
        return UR_OK;
    }
    ur_status st = ur_chain_read(l, out, height - 1, err);
    return st == UR_E_ABSENT ? damaged(err, height - 1) : st;
}

static ur_status checked_header(ur_ledger *l, ur_comet_header *h, const ur_chain_block *b, ur_err *err)
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_chain_block before;
    UR_TRY(read_before(l, &before, b->height, err));
    header_of(l, h, b, &before);
    ur_comet_header_hash_var(hash, h);
    return ur_eq_var(hash, b->id.hash.bytes, sizeof hash) ? UR_OK : damaged(err, b->height);
}

/* l->commit is that of the tip: header_of left it there. */
static ur_status make_parts(ur_ledger *l, ur_chain_block *b, const ur_comet_header *h, const ur_span *txs, size_t n, ur_err *err)
{
    ur_writer w;
    ur_span block;
    if (ur_pool_writer(&l->block_pool, &w, ur_block_bytes_max(txs, n, l->commit)) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    ur_block_bytes_write(&w, h, txs, n, l->commit);
    UR_TRY(ur_writer_end(&w, &block));
    ur_block_bytes_parts(&b->id, block);
    b->bytes = block.n;
    return UR_OK;
}

/* ---- appending ---- */

static ur_time after(ur_time t, ur_time at_least)
{
    ur_time next = {t.s, t.ns + MS_NS};
    if (next.ns >= 1000000000) {
        next = (ur_time){t.s + 1, next.ns - 1000000000};
    }
    return ur_time_cmp(next, at_least) < 0 ? at_least : next;
}

static ur_status vote(const ur_ledger *l, ur_chain_block *b, ur_time at, ur_err *err)
{
    uint8_t bytes[UR_COMET_SIGN_BYTES_MAX];
    size_t n = ur_comet_sign_bytes_var(bytes, ur_span_str_var(l->chain_id), b->height, 0, &b->id, at);
    b->vote_time = at;
    ur_status st = ur_ed25519_signer_sign(l->signer, b->vote, ur_span_of(bytes, n));
    return st == UR_OK ? UR_OK : ur_err_set(err, st, "the validator cannot sign block %lld", (long long)b->height);
}

static ur_status put_row(ur_ledger *l, const ur_chain_block *b, ur_err *err)
{
    uint8_t row[ROW_BYTES];
    ur_writer w;
    ur_writer_init(&w, row, sizeof row);
    write_row(&w, b);
    ur_sql_bind_int(l->block_put, 1, b->height);
    ur_sql_bind_int(l->block_put, 2, name_of(b->id.hash.bytes));
    ur_sql_bind_blob(l->block_put, 3, ur_span_of(row, w.n));
    return ur_sql_run(l->block_put, err);
}

ur_status ur_chain_next(ur_ledger *l, ur_time at, int64_t *height, ur_time *time, ur_err *err)
{
    ur_chain_block *tip = &l->tip;
    *height = tip->height + 1;
    *time = tip->height == 0 ? l->first_time : tip->vote_time;
    if (tip->height == 0) {
        return UR_OK;
    }
    if (ur_time_cmp(at, tip->vote_time) <= 0) {
        return UR_OK;
    }
    *time = at;
    UR_TRY(vote(l, tip, at, err));
    return put_row(l, tip, err);
}

/* Of transactions' hashes, and of their results. */
static void hash_contents(ur_chain_block *b, const ur_span *txs, const ur_span *results, size_t n)
{
    ur_merkle data, outcome;
    ur_merkle_init(&data);
    ur_merkle_init(&outcome);
    for (size_t i = 0; i < n; i++) {
        uint8_t hash[UR_SHA256_BYTES];
        ur_suite_sha256(hash, &txs[i], 1);
        ur_merkle_add_var(&data, ur_span_of(hash, sizeof hash));
        ur_merkle_add_var(&outcome, results[i]);
    }
    (void)!ur_merkle_root_var(&data, b->data); /* a block's transactions fit */
    (void)!ur_merkle_root_var(&outcome, b->results);
}

ur_status ur_chain_append(ur_ledger *l, ur_time time, const ur_span *txs, const ur_span *results, size_t n, ur_time vote_at, ur_err *err)
{
    ur_comet_header h;
    ur_chain_block b = {.height = l->tip.height + 1, .time = time, .state = l->tip.state, .txs = (uint32_t)n};
    hash_contents(&b, txs, results, n);
    memcpy(b.app, l->tip.height == 0 ? l->empty_hash : l->tip.app, UR_SHA256_BYTES);
    if (l->state_changed) {
        b.state++;
        ur_stores_app_hash(&l->stores, b.app);
        l->state_changed = false;
    }
    header_of(l, &h, &b, &l->tip);
    b.id.hash.n = UR_SHA256_BYTES;
    ur_comet_header_hash_var(b.id.hash.bytes, &h);
    UR_TRY(make_parts(l, &b, &h, txs, n, err));
    UR_TRY(vote(l, &b, after(time, vote_at), err));
    UR_TRY(put_row(l, &b, err));
    l->tip = b;
    return UR_OK;
}

/* ---- opening ---- */

/* HashedParams {1 block_max_bytes, 2 block_max_gas}. */
static void hash_params(uint8_t out[UR_SHA256_BYTES])
{
    uint8_t bytes[32];
    ur_writer w;
    ur_writer_init(&w, bytes, sizeof bytes);
    ur_pb_put_i64(&w, 1, UR_LEDGER_BLOCK_BYTES_MAX);
    ur_pb_put_i64(&w, 2, UR_LEDGER_BLOCK_GAS_MAX);
    ur_sha256_of(out, ur_span_of(bytes, w.n));
}

static ur_status set_up_validator(ur_ledger *l, ur_err *err)
{
    uint8_t sig[UR_ED25519_SIG_BYTES];
    ur_status st = ur_ed25519_sign(sig, l->validator.key, l->seed, (ur_span){0});
    st = st == UR_OK ? ur_ed25519_signer_new(&l->signer, l->seed) : st;
    if (st != UR_OK) {
        return ur_err_set(err, st, "the validator's key cannot sign");
    }
    ur_comet_address_var(l->validator.address, l->validator.key);
    l->validator.power = UR_LEDGER_POWER;
    ur_validators *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return ur_ledger_no_memory(err);
    }
    set->n = 1;
    set->total_power = l->validator.power;
    set->v[0] = l->validator;
    ur_comet_validators_hash_var(l->validators_hash, set);
    free(set);
    return UR_OK;
}

ur_status ur_chain_read_tip(ur_ledger *l, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    int64_t height = 0;
    UR_TRY(ur_sql_prepare(l->db, &s, "SELECT max(height) FROM block", err));
    ur_status st = ur_sql_row(s, err);
    if (st == UR_OK) {
        height = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    UR_TRY(st);
    l->tip = (ur_chain_block){0};
    if (height > 0) {
        ur_chain_block tip;
        UR_TRY(ur_chain_read(l, &tip, height, err));
        l->tip = tip;
    }
    return UR_OK;
}

ur_status ur_chain_open(ur_ledger *l, ur_err *err)
{
    ur_comet_header h;
    ur_sha256_of(l->empty_hash, (ur_span){0});
    hash_params(l->consensus_hash);
    l->commit = calloc(1, sizeof *l->commit);
    if (l->commit == NULL) {
        return ur_ledger_no_memory(err);
    }
    UR_TRY(set_up_validator(l, err));
    UR_TRY(ur_sql_prepare(l->db, &l->block_put, "INSERT OR REPLACE INTO block(height, name, body) VALUES(?1, ?2, ?3)", err));
    UR_TRY(ur_sql_prepare(l->db, &l->block_get, "SELECT body FROM block WHERE height = ?1", err));
    UR_TRY(ur_sql_prepare(l->db, &l->block_find, "SELECT height FROM block WHERE name = ?1", err));
    UR_TRY(ur_chain_read_tip(l, err));
    return l->tip.height == 0 ? UR_OK : checked_header(l, &h, &l->tip, err);
}

void ur_chain_close(ur_ledger *l)
{
    (void)sqlite3_finalize(l->block_put);
    (void)sqlite3_finalize(l->block_get);
    (void)sqlite3_finalize(l->block_find);
    ur_ed25519_signer_free(&l->signer);
    free(l->commit);
}

/* ---- reading ---- */

ur_status ur_ledger_block_at(ur_ledger *l, ur_ledger_block *out, int64_t height, ur_err *err)
{
    ur_chain_block b;
    *out = (ur_ledger_block){0};
    ur_status st = ur_chain_read(l, &b, height == 0 ? l->tip.height : height, err);
    if (st == UR_E_ABSENT) {
        return ur_err_set(err, st, "there is no block %lld: the newest is %lld", (long long)height, (long long)l->tip.height);
    }
    UR_TRY(st);
    UR_TRY(checked_header(l, &out->header, &b, err));
    out->id = b.id;
    out->bytes = (size_t)b.bytes;
    out->txs = b.txs;
    out->canonical = b.height < l->tip.height;
    sig_of(l, &out->commit, &b);
    return UR_OK;
}

ur_status ur_ledger_block_height(ur_ledger *l, int64_t *out, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    ur_status st;
    bool found = false;
    *out = 0;
    ur_sql_bind_int(l->block_find, 1, name_of(hash));
    while (!found && (st = ur_sql_row(l->block_find, err)) == UR_OK) {
        ur_chain_block b;
        int64_t height = sqlite3_column_int64(l->block_find, 0);
        st = ur_chain_read(l, &b, height, err);
        found = st == UR_OK && ur_eq_var(b.id.hash.bytes, hash, UR_SHA256_BYTES);
        *out = found ? height : 0;
    }
    (void)sqlite3_reset(l->block_find);
    return found ? UR_OK : st;
}
