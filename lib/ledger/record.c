/* Transactions and their results, kept and found again. Beside each stand marks: 32-bit hashes of its events' keys and values, so that a
 * search looks at a few bytes of most transactions, and a block writes no index at random places. What the marks let through is looked at
 * itself. Behind a result stands a sum over the transaction's hash and the result, so that damage shows. */
#include "lib/ledger/run.h"
#include "lib/ledger/sql.h"
#include "lib/suite/hash.h"

enum { INDEX_BITS = 16, SUM_BYTES = 4 };
_Static_assert(UR_LEDGER_BLOCK_TXS_MAX < 1 << INDEX_BITS, "an id holds height and index");

ur_status ur_record_prepare(sqlite3 *db, ur_err *err)
{
    return ur_sql_exec(db,
                       "CREATE TABLE tx(id INTEGER PRIMARY KEY, name INTEGER NOT NULL, body BLOB NOT NULL, result BLOB NOT NULL) STRICT;"
                       "CREATE INDEX tx_name ON tx(name);"
                       "CREATE TABLE mark(id INTEGER PRIMARY KEY, marks BLOB NOT NULL) STRICT;",
                       err);
}

ur_status ur_record_open(ur_ledger *l, ur_err *err)
{
    UR_TRY(ur_sql_prepare(l->db, &l->tx_put, "INSERT INTO tx(id, name, body, result) VALUES(?1, ?2, ?3, ?4)", err));
    UR_TRY(ur_sql_prepare(l->db, &l->tx_get, "SELECT id, body, result FROM tx WHERE id = ?1", err));
    UR_TRY(ur_sql_prepare(l->db, &l->tx_find, "SELECT id, body, result FROM tx WHERE name = ?1", err));
    return ur_sql_prepare(l->db, &l->mark_put, "INSERT INTO mark(id, marks) VALUES(?1, ?2)", err);
}

void ur_record_close(ur_ledger *l)
{
    (void)sqlite3_finalize(l->tx_put);
    (void)sqlite3_finalize(l->tx_get);
    (void)sqlite3_finalize(l->tx_find);
    (void)sqlite3_finalize(l->mark_put);
}

static int64_t name_of(const uint8_t hash[UR_SHA256_BYTES])
{
    uint64_t x = 0;
    for (size_t i = 0; i < 8; i++) {
        x = x << 8 | hash[i];
    }
    return (int64_t)x;
}

static uint32_t sum_of(const uint8_t hash[UR_SHA256_BYTES], ur_span result)
{
    uint32_t h = 2166136261u;
    const ur_span parts[2] = {ur_span_of(hash, UR_SHA256_BYTES), result};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < parts[k].n; i++) {
            h = (h ^ parts[k].p[i]) * 16777619u;
        }
    }
    return h;
}

static ur_status damaged(ur_err *err, int64_t height)
{
    return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: a transaction in block %lld", (long long)height);
}

ur_status ur_record_put(ur_ledger *l, int64_t height, uint32_t index, const ur_waiting_tx *tx, const ur_tx_outcome *o, ur_err *err)
{
    int64_t id = (int64_t)((uint64_t)height << INDEX_BITS | index);
    ur_writer w;
    if (ur_pool_writer(&l->block_pool, &w, o->result.n + SUM_BYTES) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    ur_writer_span(&w, o->result);
    ur_writer_u32be(&w, sum_of(tx->hash, o->result));
    ur_sql_bind_int(l->tx_put, 1, id);
    ur_sql_bind_int(l->tx_put, 2, name_of(tx->hash));
    ur_sql_bind_blob(l->tx_put, 3, tx->tx);
    ur_sql_bind_blob(l->tx_put, 4, ur_span_of(w.p, w.n));
    UR_TRY(ur_sql_run(l->tx_put, err));
    ur_sql_bind_int(l->mark_put, 1, id);
    ur_sql_bind_blob(l->mark_put, 2, o->marks);
    return ur_sql_run(l->mark_put, err);
}

/* ---- finding ---- */

/* A row's result without its sum. */
static bool split(ur_span *result, const uint8_t hash[UR_SHA256_BYTES])
{
    ur_reader r;
    uint32_t sum;
    if (result->n < SUM_BYTES) {
        return false;
    }
    result->n -= SUM_BYTES;
    ur_reader_init(&r, ur_span_of(result->p + result->n, SUM_BYTES));
    return ur_reader_u32be(&r, &sum) == UR_OK && sum == sum_of(hash, *result);
}

/* From a row of tx_get or tx_find, with copies in the answer. */
static ur_status take_row(ur_ledger *l, sqlite3_stmt *s, ur_ledger_tx *out, ur_err *err)
{
    ur_span result;
    uint64_t id = (uint64_t)sqlite3_column_int64(s, 0);
    *out = (ur_ledger_tx){.height = (int64_t)(id >> INDEX_BITS), .index = (uint32_t)(id & ((1u << INDEX_BITS) - 1))};
    if (ur_pool_copy(&l->answer, &out->tx, ur_sql_blob(s, 1)) != UR_OK || ur_pool_copy(&l->answer, &result, ur_sql_blob(s, 2)) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    ur_suite_sha256(out->hash, &out->tx, 1);
    if (!split(&result, out->hash) || ur_result_parse(&out->result, &l->answer, result) != UR_OK) {
        return damaged(err, out->height);
    }
    return UR_OK;
}

static ur_status read_tx(ur_ledger *l, ur_ledger_tx *out, int64_t id, ur_err *err)
{
    ur_sql_bind_int(l->tx_get, 1, id);
    UR_TRY(ur_sql_row(l->tx_get, err));
    ur_status st = take_row(l, l->tx_get, out, err);
    (void)sqlite3_reset(l->tx_get);
    return st;
}

static ur_status find_tx(ur_ledger *l, ur_ledger_tx *out, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    ur_status st = UR_OK;
    bool found = false;
    ur_sql_bind_int(l->tx_find, 1, name_of(hash));
    while (!found && (st = ur_sql_row(l->tx_find, err)) == UR_OK) {
        UR_TRY(take_row(l, l->tx_find, out, err)); /* one whose bytes are damaged does not pass for absent */
        found = ur_eq_var(out->hash, hash, UR_SHA256_BYTES);
    }
    (void)sqlite3_reset(l->tx_find);
    return st;
}

ur_status ur_ledger_tx_find(ur_ledger *l, ur_ledger_tx *out, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    *out = (ur_ledger_tx){0};
    ur_pool_reset(&l->answer);
    ur_status st = find_tx(l, out, hash, err);
    if (st != UR_OK) {
        *out = (ur_ledger_tx){0};
    }
    return st;
}

ur_status ur_ledger_block_txs(ur_ledger *l, const ur_ledger_tx **out, size_t *n, int64_t height, ur_err *err)
{
    ur_chain_block b;
    *out = NULL;
    *n = 0;
    ur_pool_reset(&l->answer);
    UR_TRY(ur_chain_read(l, &b, height == 0 ? l->tip.height : height, err));
    ur_ledger_tx *all = ur_pool_take(&l->answer, b.txs * sizeof *all);
    if (all == NULL) {
        return ur_ledger_no_memory(err);
    }
    for (uint32_t i = 0; i < b.txs; i++) {
        ur_status st = read_tx(l, &all[i], (int64_t)((uint64_t)b.height << INDEX_BITS | i), err);
        if (st != UR_OK) {
            return st == UR_E_ABSENT ? ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: block %lld lacks a transaction", (long long)b.height)
                                     : st;
        }
    }
    *out = all;
    *n = b.txs;
    return UR_OK;
}

/* ---- searching ---- */

typedef struct searching {
    const ur_ledger_search *what;
    uint32_t mark[UR_LEDGER_CONDITIONS_MAX];
} searching;

static bool has_mark(ur_span marks, uint32_t wanted)
{
    for (size_t i = 0; i + 4 <= marks.n; i += 4) {
        const uint8_t *p = marks.p + i;
        if (((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24) == wanted) {
            return true;
        }
    }
    return false;
}

/* Whether type.key is the condition's key. */
static bool names(const ur_ledger_condition *c, ur_span type, ur_span key)
{
    return c->key.n == type.n + 1 + key.n && ur_eq_var(c->key.p, type.p, type.n) && c->key.p[type.n] == '.' &&
           ur_eq_var(c->key.p + type.n + 1, key.p, key.n);
}

static bool holds(const ur_ledger_condition *c, const ur_ledger_event *e)
{
    for (size_t k = 0; k < e->n; k++) {
        if (names(c, e->type, e->attribute[k].key) && (c->exists || ur_span_eq_var(c->value, e->attribute[k].value))) {
            return true;
        }
    }
    return false;
}

static bool may_match(const searching *s, ur_span marks)
{
    for (size_t i = 0; i < s->what->conditions; i++) {
        if (!has_mark(marks, s->mark[i])) {
            return false;
        }
    }
    return true;
}

static bool all_hold(const searching *s, const ur_ledger_event *e)
{
    for (size_t i = 0; i < s->what->conditions; i++) {
        if (!holds(&s->what->condition[i], e)) {
            return false;
        }
    }
    return true;
}

/* As CometBFT has it: one event for which all conditions hold, not one for each. */
static bool matches(const searching *s, const ur_ledger_result *r)
{
    bool any = s->what->conditions == 0;
    for (size_t i = 0; i < r->events && !any; i++) {
        any = all_hold(s, &r->event[i]);
    }
    return any;
}

/* Whether a transaction that the marks let through is one; in its own memory, as most are not on the page. */
static ur_status look(ur_ledger *l, const searching *s, int64_t id, bool *match, ur_err *err)
{
    ur_ledger_result r;
    ur_pool_reset(&l->tx_pool);
    ur_sql_bind_int(l->tx_get, 1, id);
    UR_TRY(ur_sql_row(l->tx_get, err));
    uint8_t hash[UR_SHA256_BYTES];
    ur_span tx = ur_sql_blob(l->tx_get, 1), result = ur_sql_blob(l->tx_get, 2);
    ur_suite_sha256(hash, &tx, 1);
    bool right = split(&result, hash) && ur_result_parse(&r, &l->tx_pool, result) == UR_OK;
    *match = right && matches(s, &r);
    (void)sqlite3_reset(l->tx_get);
    return right ? UR_OK : damaged(err, id >> INDEX_BITS);
}

static ur_status walk(ur_ledger *l, const searching *s, sqlite3_stmt *q, ur_ledger_tx *out, size_t *n, uint64_t *total, ur_err *err)
{
    ur_status st;
    while ((st = ur_sql_row(q, err)) == UR_OK) {
        bool match = false;
        int64_t id = sqlite3_column_int64(q, 0);
        if (may_match(s, ur_sql_blob(q, 1))) {
            UR_TRY(look(l, s, id, &match, err));
        }
        if (match && *total >= s->what->skip && *n < s->what->limit) {
            UR_TRY(read_tx(l, &out[*n], id, err));
            ++*n;
        }
        *total += match ? 1 : 0;
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_ledger_tx_search(ur_ledger *l, const ur_ledger_tx **out, size_t *n, uint64_t *total, const ur_ledger_search *search, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    searching s = {.what = search};
    *out = NULL;
    *n = 0;
    *total = 0;
    ur_pool_reset(&l->answer);
    if (search->limit < 1 || search->limit > UR_LEDGER_PAGE_MAX || search->conditions > UR_LEDGER_CONDITIONS_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "a search gives 1 to %d transactions and has at most %d conditions", UR_LEDGER_PAGE_MAX, UR_LEDGER_CONDITIONS_MAX);
    }
    for (size_t i = 0; i < search->conditions; i++) {
        s.mark[i] = ur_result_mark(search->condition[i].key, search->condition[i].value, !search->condition[i].exists);
    }
    ur_ledger_tx *page = ur_pool_take(&l->answer, search->limit * sizeof *page);
    if (page == NULL) {
        return ur_ledger_no_memory(err);
    }
    int64_t low = search->min_height < 0 ? 0 : search->min_height, high = search->max_height;
    high = high <= 0 || high > l->tip.height ? l->tip.height : high;
    low = low > l->tip.height ? l->tip.height + 1 : low;
    UR_TRY(ur_sql_prepare(l->db, &q, search->descending ? "SELECT id, marks FROM mark WHERE id >= ?1 AND id < ?2 ORDER BY id DESC"
                                                        : "SELECT id, marks FROM mark WHERE id >= ?1 AND id < ?2 ORDER BY id", err));
    ur_sql_bind_int(q, 1, (int64_t)((uint64_t)low << INDEX_BITS));
    ur_sql_bind_int(q, 2, (int64_t)((uint64_t)(high + 1) << INDEX_BITS));
    ur_status st = walk(l, &s, q, page, n, total, err);
    (void)sqlite3_finalize(q);
    *out = page;
    return st;
}
