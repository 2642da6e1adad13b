/* The stores as a chain commits them: an IAVL tree each, all saved under one version, and the application hash over their roots
 * (the simple Merkle tree of cosmossdk.io/store rootmulti: leaves of a store's name and its root's hash, in the order of names). */
#ifndef UR_LIB_LEDGER_STORES_H
#define UR_LIB_LEDGER_STORES_H

#include "lib/ledger/kv.h"
#include "lib/ledger/tree.h"

typedef struct ur_stores {
    ur_tree *tree[UR_STORES]; /* all NULL: no trees, nothing can be proven */
    sqlite3 *db;
    sqlite3_stmt *roots;
} ur_stores;

UR_MUST_USE ur_status ur_stores_prepare(sqlite3 *db, ur_err *err);
/* version: what the trees must be at, else UR_E_INPUT. */
UR_MUST_USE ur_status ur_stores_open(ur_stores *s, sqlite3 *db, uint64_t version, ur_err *err);
void ur_stores_close(ur_stores *s);

/* One change of a state; then save all of them as the next version. */
UR_MUST_USE ur_status ur_stores_apply(ur_stores *s, const ur_kv_entry *change, ur_err *err);
UR_MUST_USE ur_status ur_stores_save(ur_stores *s, ur_err *err);
/* Forget versions below `keep`, at most max_nodes of each tree at a time. */
UR_MUST_USE ur_status ur_stores_prune(ur_stores *s, uint64_t keep, size_t max_nodes, ur_err *err);
UR_MUST_USE ur_status ur_stores_discard(ur_stores *s, ur_err *err);

/* Of the last saved version. */
void ur_stores_app_hash(const ur_stores *s, uint8_t out[UR_SHA256_BYTES]);

/* A record in a saved version, and the two proofs; UR_E_ABSENT, with proofs, if it is not there. Appended in the pool. */
UR_MUST_USE ur_status ur_stores_prove(ur_stores *s, ur_pool *pool, ur_store store, uint64_t version, ur_span key, ur_span *value,
                                      ur_span *in_store, ur_span *of_store, ur_err *err);

#endif
