#include "lib/ledger/kv.h"

#include <stdlib.h>
#include <string.h>

#include "lib/ledger/sql.h"

enum { SLOTS_FIRST = 64, CACHE_BYTES = 8 << 20, SUM_BYTES = 4 };

const char *ur_store_name(ur_store s)
{
    static const char *const names[UR_STORES] = {"acc", "bank", "feegrant", "wasm"};
    return names[s];
}

/* ---- layers ---- */

static uint32_t mix(uint32_t h, ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ s.p[i]) * 16777619u;
    }
    return h;
}

/* FNV-1a: keys are checked for equality after it, and a flood of collisions only slows its own block down. */
static uint32_t hash_of(ur_store store, ur_span key) { return mix(2166136261u ^ (uint32_t)store, key); }

static ur_kv_entry *find(const ur_kv_layer *l, ur_store store, ur_span key, uint32_t hash)
{
    if (l->n == 0) {
        return NULL;
    }
    ur_kv_entry *e = l->table[hash & (l->slots - 1)];
    while (e != NULL && (e->hash != hash || e->store != store || !ur_span_eq_var(e->key, key))) {
        e = e->chain;
    }
    return e;
}

static ur_status grow(ur_kv_layer *l)
{
    size_t slots = l->slots == 0 ? SLOTS_FIRST : 2 * l->slots;
    ur_kv_entry **table = calloc(slots, sizeof *table);
    if (table == NULL) {
        return UR_E_MEMORY;
    }
    for (size_t i = 0; i < l->slots; i++) {
        for (ur_kv_entry *e = l->table[i], *next; e != NULL; e = next) {
            next = e->chain;
            e->chain = table[e->hash & (slots - 1)];
            table[e->hash & (slots - 1)] = e;
        }
    }
    free(l->table);
    l->table = table;
    l->slots = slots;
    return UR_OK;
}

/* Set what a layer says of a key. */
static ur_status say(ur_kv_layer *l, ur_store store, ur_span key, uint32_t hash, bool present, ur_span value)
{
    ur_kv_entry *e = find(l, store, key, hash);
    if (e == NULL) {
        if (l->n >= l->slots) {
            UR_TRY(grow(l));
        }
        e = ur_pool_take(&l->pool, sizeof *e);
        if (e == NULL) {
            return UR_E_MEMORY;
        }
        UR_TRY(ur_pool_copy(&l->pool, &e->key, key));
        e->hash = hash;
        e->store = (uint8_t)store;
        e->chain = l->table[hash & (l->slots - 1)];
        l->table[hash & (l->slots - 1)] = e;
        l->n++;
    }
    e->present = present;
    e->value = (ur_span){0};
    return present ? ur_pool_copy(&l->pool, &e->value, value) : UR_OK;
}

ur_status ur_kv_put(ur_kv_layer *l, ur_store store, ur_span key, ur_span value)
{
    return say(l, store, key, hash_of(store, key), true, value);
}

ur_status ur_kv_remove(ur_kv_layer *l, ur_store store, ur_span key)
{
    return say(l, store, key, hash_of(store, key), false, (ur_span){0});
}

void ur_kv_layer_reset(ur_kv_layer *l)
{
    if (l->slots > 16 * SLOTS_FIRST) {
        free(l->table);
        l->table = NULL;
        l->slots = 0;
    } else if (l->n > 0) {
        memset(l->table, 0, l->slots * sizeof(ur_kv_entry *));
    }
    l->n = 0;
    ur_pool_reset(&l->pool);
}

void ur_kv_layer_free(ur_kv_layer *l)
{
    free(l->table);
    ur_pool_free(&l->pool);
    *l = (ur_kv_layer){0};
}

ur_status ur_kv_merge(ur_kv_layer *l)
{
    for (size_t i = 0; l->n > 0 && i < l->slots; i++) {
        for (const ur_kv_entry *e = l->table[i]; e != NULL; e = e->chain) {
            UR_TRY(say(l->below, (ur_store)e->store, e->key, e->hash, e->present, e->value));
        }
    }
    ur_kv_layer_reset(l);
    return UR_OK;
}

static int by_place(const void *a, const void *b)
{
    const ur_kv_entry *x = *(ur_kv_entry *const *)a, *y = *(ur_kv_entry *const *)b;
    return x->store != y->store ? (int)x->store - (int)y->store : ur_cmp_var(x->key.p, x->key.n, y->key.p, y->key.n);
}

ur_status ur_kv_changes(ur_kv_layer *l, ur_kv_entry ***out)
{
    ur_kv_entry **all = ur_pool_take(&l->pool, l->n * sizeof(ur_kv_entry *));
    *out = all;
    if (all == NULL) {
        return UR_E_MEMORY;
    }
    size_t n = 0;
    for (size_t i = 0; i < l->slots && n < l->n; i++) {
        for (ur_kv_entry *e = l->table[i]; e != NULL; e = e->chain) {
            all[n++] = e;
        }
    }
    qsort(all, n, sizeof *all, by_place);
    return UR_OK;
}

/* ---- the table ---- */

ur_status ur_kv_prepare(sqlite3 *db, ur_err *err)
{
    return ur_sql_exec(db, "CREATE TABLE kv(store INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY(store, key))"
                           " WITHOUT ROWID, STRICT;", err);
}

ur_status ur_kv_open(ur_kv *kv, sqlite3 *db, ur_err *err)
{
    *kv = (ur_kv){.db = db};
    UR_TRY(ur_sql_prepare(db, &kv->get, "SELECT value FROM kv WHERE store = ?1 AND key = ?2", err));
    UR_TRY(ur_sql_prepare(db, &kv->put, "INSERT INTO kv(store, key, value) VALUES(?1, ?2, ?3)"
                                        " ON CONFLICT DO UPDATE SET value = excluded.value", err));
    return ur_sql_prepare(db, &kv->remove, "DELETE FROM kv WHERE store = ?1 AND key = ?2", err);
}

void ur_kv_close(ur_kv *kv)
{
    (void)sqlite3_finalize(kv->get);
    (void)sqlite3_finalize(kv->put);
    (void)sqlite3_finalize(kv->remove);
    ur_kv_layer_free(&kv->cache);
    ur_pool_free(&kv->row);
    *kv = (ur_kv){0};
}

void ur_kv_forget(ur_kv *kv) { ur_kv_layer_reset(&kv->cache); }

void ur_kv_trim(ur_kv *kv)
{
    if (kv->cache.pool.used > CACHE_BYTES) {
        ur_kv_forget(kv);
    }
}

ur_status ur_kv_value(ur_span row, ur_store store, ur_span key, ur_span *value)
{
    ur_reader r;
    uint32_t sum;
    *value = (ur_span){0};
    if (row.n < SUM_BYTES) {
        return UR_E_INPUT;
    }
    ur_span bytes = ur_span_of(row.p, row.n - SUM_BYTES);
    ur_reader_init(&r, ur_span_of(row.p + bytes.n, SUM_BYTES));
    UR_TRY(ur_reader_u32be(&r, &sum));
    if (sum != mix(hash_of(store, key), bytes)) {
        return UR_E_INPUT;
    }
    *value = bytes;
    return UR_OK;
}

static ur_status damaged(ur_err *err, int64_t store)
{
    return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: a record of store %lld", (long long)store);
}

ur_status ur_kv_check(ur_kv *kv, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    ur_status st;
    UR_TRY(ur_sql_prepare(kv->db, &s, "SELECT store, key, value FROM kv", err));
    while ((st = ur_sql_row(s, err)) == UR_OK) {
        ur_span value;
        int64_t store = sqlite3_column_int64(s, 0);
        if (store < 0 || store > UR_STORE_LISTING || ur_kv_value(ur_sql_blob(s, 2), (ur_store)store, ur_sql_blob(s, 1), &value) != UR_OK) {
            st = damaged(err, store);
            break;
        }
    }
    (void)sqlite3_finalize(s);
    return st == UR_E_ABSENT ? UR_OK : st;
}

static ur_status read_table(ur_kv *kv, ur_store store, ur_span key, uint32_t hash, ur_err *err)
{
    ur_sql_bind_int(kv->get, 1, (int64_t)store);
    ur_sql_bind_blob(kv->get, 2, key);
    int rc = sqlite3_step(kv->get);
    ur_status st = rc == SQLITE_ROW || rc == SQLITE_DONE ? UR_OK : ur_sql_fail(kv->db, err);
    ur_span value = {0};
    if (rc == SQLITE_ROW && ur_kv_value(ur_sql_blob(kv->get, 0), store, key, &value) != UR_OK) {
        st = damaged(err, (int64_t)store);
    }
    if (st == UR_OK) {
        st = say(&kv->cache, store, key, hash, rc == SQLITE_ROW, value);
    }
    (void)sqlite3_reset(kv->get);
    return st;
}

ur_status ur_kv_get(ur_kv *kv, const ur_kv_layer *l, ur_store store, ur_span key, ur_span *out, ur_err *err)
{
    uint32_t hash = hash_of(store, key);
    const ur_kv_entry *e = NULL;
    *out = (ur_span){0};
    for (; e == NULL && l != NULL; l = l->below) {
        e = find(l, store, key, hash);
    }
    if (e == NULL) {
        e = find(&kv->cache, store, key, hash);
    }
    if (e == NULL) {
        UR_TRY(read_table(kv, store, key, hash, err));
        e = find(&kv->cache, store, key, hash);
    }
    if (!e->present) {
        return UR_E_ABSENT;
    }
    *out = e->value;
    return UR_OK;
}

static ur_status put_row(ur_kv *kv, const ur_kv_entry *change, ur_err *err)
{
    ur_writer w;
    ur_pool_reset(&kv->row);
    if (ur_pool_writer(&kv->row, &w, change->value.n + SUM_BYTES) != UR_OK) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for the ledger");
    }
    ur_writer_span(&w, change->value);
    ur_writer_u32be(&w, mix(change->hash, change->value));
    ur_sql_bind_int(kv->put, 1, change->store);
    ur_sql_bind_blob(kv->put, 2, change->key);
    ur_sql_bind_blob(kv->put, 3, ur_span_of(w.p, w.n));
    return ur_sql_run(kv->put, err);
}

static ur_status remove_row(ur_kv *kv, const ur_kv_entry *change, ur_err *err)
{
    ur_sql_bind_int(kv->remove, 1, change->store);
    ur_sql_bind_blob(kv->remove, 2, change->key);
    return ur_sql_run(kv->remove, err);
}

ur_status ur_kv_write(ur_kv *kv, const ur_kv_entry *change, ur_err *err)
{
    UR_TRY(change->present ? put_row(kv, change, err) : remove_row(kv, change, err));
    return say(&kv->cache, (ur_store)change->store, change->key, change->hash, change->present, change->value);
}
