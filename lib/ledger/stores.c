#include "lib/ledger/stores.h"

#include "core/codec/pb.h"
#include "core/light/merkle.h"
#include "lib/ledger/sql.h"

enum { NAME_MAX_BYTES = 16, LEAF_MAX = 1 + NAME_MAX_BYTES + 1 + UR_SHA256_BYTES, PROOF_ROOM = 16 * 1024, PROOF_ROOM_MAX = 8 << 20, LEVELS = 2 };
_Static_assert(UR_STORES == 1 << LEVELS, "the paths below are those of a full tree of four leaves");

ur_status ur_stores_prepare(sqlite3 *db, ur_err *err) { return ur_tree_prepare(db, err); }

ur_status ur_stores_open(ur_stores *s, sqlite3 *db, uint64_t version, ur_err *err)
{
    *s = (ur_stores){.db = db};
    for (size_t i = 0; i < UR_STORES; i++) {
        UR_TRY(ur_tree_open(&s->tree[i], db, ur_store_name((ur_store)i), 0, err));
        if (ur_tree_version(s->tree[i]) != version) {
            return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: store %s is not at the last block's state",
                              ur_store_name((ur_store)i));
        }
    }
    return ur_sql_prepare(db, &s->roots, "SELECT hash FROM tree_root WHERE tree = ?1 AND version = ?2", err);
}

void ur_stores_close(ur_stores *s)
{
    for (size_t i = 0; i < UR_STORES; i++) {
        ur_tree_close(&s->tree[i]);
    }
    (void)sqlite3_finalize(s->roots);
    *s = (ur_stores){0};
}

ur_status ur_stores_apply(ur_stores *s, const ur_kv_entry *change, ur_err *err)
{
    ur_tree *t = change->store < UR_STORES ? s->tree[change->store] : NULL;
    if (t == NULL) {
        return UR_OK;
    }
    if (change->present) {
        return ur_tree_set(t, change->key, change->value, err);
    }
    ur_status st = ur_tree_remove(t, change->key, err);
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_stores_save(ur_stores *s, ur_err *err)
{
    for (size_t i = 0; i < UR_STORES && s->tree[i] != NULL; i++) {
        UR_TRY(ur_tree_save(s->tree[i], err));
    }
    return UR_OK;
}

ur_status ur_stores_prune(ur_stores *s, uint64_t keep, size_t max_nodes, ur_err *err)
{
    for (size_t i = 0; i < UR_STORES && s->tree[i] != NULL; i++) {
        UR_TRY(ur_tree_prune(s->tree[i], keep, max_nodes, err));
    }
    return UR_OK;
}

ur_status ur_stores_discard(ur_stores *s, ur_err *err)
{
    for (size_t i = 0; i < UR_STORES && s->tree[i] != NULL; i++) {
        UR_TRY(ur_tree_discard(s->tree[i], err));
    }
    return UR_OK;
}

/* ---- the application hash ---- */

typedef uint8_t root_hash[UR_SHA256_BYTES];

/* A leaf's bytes: name and SHA-256 of the root, each with its length before. */
static ur_span leaf_of(uint8_t out[LEAF_MAX], size_t store, const root_hash root)
{
    ur_writer w;
    uint8_t hash[UR_SHA256_BYTES];
    ur_span name = ur_span_str_var(ur_store_name((ur_store)store));
    ur_sha256_of(hash, ur_span_of(root, UR_SHA256_BYTES));
    ur_writer_init(&w, out, LEAF_MAX);
    ur_writer_u8(&w, (uint8_t)name.n);
    ur_writer_span(&w, name);
    ur_writer_u8(&w, UR_SHA256_BYTES);
    ur_writer_bytes(&w, hash, sizeof hash);
    return ur_span_of(out, w.n);
}

void ur_stores_app_hash(const ur_stores *s, uint8_t out[UR_SHA256_BYTES])
{
    ur_merkle m;
    ur_merkle_init(&m);
    for (size_t i = 0; i < UR_STORES; i++) {
        root_hash root = {0};
        uint8_t leaf[LEAF_MAX];
        if (s->tree[i] != NULL) {
            ur_tree_root(s->tree[i], root);
        }
        ur_merkle_add_var(&m, leaf_of(leaf, i, root));
    }
    (void)!ur_merkle_root_var(&m, out); /* four leaves fit */
}

static ur_status root_at(ur_stores *s, size_t store, uint64_t version, root_hash out, ur_err *err)
{
    const char *name = ur_store_name((ur_store)store);
    (void)sqlite3_bind_text(s->roots, 1, name, -1, SQLITE_STATIC);
    ur_sql_bind_int(s->roots, 2, (int64_t)version);
    ur_status st = ur_sql_row(s->roots, err);
    if (st == UR_E_ABSENT) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "the state of that height is not kept");
    }
    if (st == UR_OK) {
        ur_span hash = ur_sql_blob(s->roots, 0);
        st = hash.n == UR_SHA256_BYTES ? UR_OK : ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: a root of store %s", name);
        if (st == UR_OK) {
            memcpy(out, hash.p, UR_SHA256_BYTES);
        }
        (void)sqlite3_reset(s->roots);
    }
    return st;
}

static void node_hash(uint8_t out[UR_SHA256_BYTES], uint8_t kind, ur_span left, ur_span right)
{
    ur_sha256 c;
    ur_sha256_init(&c);
    ur_sha256_update(&c, &kind, 1);
    ur_sha256_update(&c, left.p, left.n);
    ur_sha256_update(&c, right.p, right.n);
    ur_sha256_final(&c, out);
}

/* The step above a node: its sibling stands to the left or to the right. */
static void write_step(ur_writer *w, bool is_right, const root_hash sibling)
{
    uint8_t prefix[1 + UR_SHA256_BYTES] = {1};
    memcpy(prefix + 1, sibling, UR_SHA256_BYTES);
    size_t at = ur_pb_begin(w, 4); /* ExistenceProof.path: InnerOp {1 hash, 2 prefix, 3 suffix} */
    ur_pb_put_u64(w, 1, 1);
    ur_pb_put_bytes(w, 2, ur_span_of(prefix, is_right ? sizeof prefix : 1));
    ur_pb_put_bytes(w, 3, ur_span_of(sibling, is_right ? 0 : UR_SHA256_BYTES));
    ur_pb_end(w, at);
}

/* CommitmentProof {1 exist {1 key, 2 value, 3 leaf {1 hash, 3 prehash_value, 4 length, 5 prefix}, 4 path}}. */
static void write_of_store(ur_writer *w, size_t store, root_hash root[UR_STORES])
{
    static const uint8_t leaf_prefix[1] = {0};
    root_hash level[UR_STORES];
    for (size_t i = 0; i < UR_STORES; i++) {
        uint8_t leaf[LEAF_MAX];
        node_hash(level[i], 0, leaf_of(leaf, i, root[i]), (ur_span){0});
    }
    size_t exist = ur_pb_begin(w, 1);
    ur_pb_put_text(w, 1, ur_store_name((ur_store)store));
    ur_pb_put_bytes(w, 2, ur_span_of(root[store], UR_SHA256_BYTES));
    size_t leaf = ur_pb_begin(w, 3);
    ur_pb_put_u64(w, 1, 1);
    ur_pb_put_u64(w, 3, 1);
    ur_pb_put_u64(w, 4, 1);
    ur_pb_put_bytes(w, 5, ur_span_of(leaf_prefix, 1));
    ur_pb_end(w, leaf);
    for (size_t at = store, n = UR_STORES; n > 1; n /= 2, at /= 2) {
        write_step(w, (at & 1) != 0, level[at ^ 1]);
        for (size_t i = 0; i < n / 2; i++) {
            node_hash(level[i], 1, ur_span_of(level[2 * i], UR_SHA256_BYTES), ur_span_of(level[2 * i + 1], UR_SHA256_BYTES));
        }
    }
    ur_pb_end(w, exist);
}

/* A proof of absence holds two neighbours with their values. UR_E_LIMIT if that needs more room. */
static ur_status try_prove(ur_tree *t, ur_pool *pool, uint64_t version, ur_span key, ur_span *value, ur_span *proof, size_t room, ur_err *err)
{
    ur_writer v, p;
    UR_TRY(ur_pool_writer(pool, &v, room));
    UR_TRY(ur_pool_writer(pool, &p, 2 * room));
    ur_status st = ur_tree_prove(t, version, key, &v, &p, err);
    if (st == UR_OK || st == UR_E_ABSENT) {
        *value = ur_span_of(v.p, v.n);
        *proof = ur_span_of(p.p, p.n);
    }
    return st;
}

ur_status ur_stores_prove(ur_stores *s, ur_pool *pool, ur_store store, uint64_t version, ur_span key, ur_span *value, ur_span *in_store,
                          ur_span *of_store, ur_err *err)
{
    root_hash root[UR_STORES];
    ur_writer w;
    *value = *in_store = *of_store = (ur_span){0};
    if (s->tree[store] == NULL) {
        return ur_err_set(err, UR_E_STATE, "this ledger keeps no trees and proves nothing");
    }
    for (size_t i = 0; i < UR_STORES; i++) {
        UR_TRY(root_at(s, i, version, root[i], err));
    }
    ur_status st = UR_E_LIMIT;
    for (size_t room = PROOF_ROOM; st == UR_E_LIMIT && room <= PROOF_ROOM_MAX; room *= 8) {
        st = try_prove(s->tree[store], pool, version, key, value, in_store, room, err);
    }
    if (st == UR_OK || st == UR_E_ABSENT) {
        UR_TRY(ur_pool_writer(pool, &w, PROOF_ROOM));
        write_of_store(&w, store, root);
        *of_store = ur_span_of(w.p, w.n);
    }
    return st;
}
