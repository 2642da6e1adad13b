/* A versioned, persistent Merkle tree of the kind that Cosmos chains keep (IAVL+): a balanced tree with all values in its
 * leaves, copied where it changes, saved once a block. Its root hash goes into a header and its proofs are ICS23 proofs of
 * the "iavl" kind, so a light client cannot tell the embedded ledger from a chain.
 *
 *   leaf    SHA-256(0 | 1 | version | key | SHA-256(value))       numbers as zigzag varints, bytes with their length before
 *   inner   SHA-256(height | size | version | left | right)
 *   empty   SHA-256 of nothing
 *
 * version is the one that a node was saved in. Formats: cosmos/iavl 1.x; equal roots for equal histories are tested against
 * it. Several trees share one database, each under a name; a tree that changed nothing keeps its root.
 *
 * Memory: changes since the last save, and a bounded cache of saved nodes; a lookup or change reads about log2(size) nodes.
 * The caller owns the SQLite transaction: call ur_tree_save inside one, and ur_tree_discard when that transaction does not
 * commit. A tree after a storage error refuses everything but discard and close. Variable time: everything is public. */
#ifndef UR_LIB_LEDGER_TREE_H
#define UR_LIB_LEDGER_TREE_H

#include <sqlite3.h>

#include "core/base/span.h"
#include "core/hash/hash.h"
#include "lib/os/err.h"

#define UR_TREE_NAME_MAX 32
#define UR_TREE_KEY_MAX 65536
#define UR_TREE_VALUE_MAX (1u << 20)
#define UR_TREE_CACHE_DEFAULT 8192 /* nodes */

typedef struct ur_tree ur_tree;

/* Make the tables that all trees of a database use, if they are not there. */
UR_MUST_USE ur_status ur_tree_prepare(sqlite3 *db, ur_err *err);

/* Open the tree of that name at its last saved version (an empty tree at version 0 where there is none).
 *   db           borrowed until close
 *   name         1..UR_TREE_NAME_MAX characters
 *   cache_nodes  saved nodes kept in memory between operations; 0 for UR_TREE_CACHE_DEFAULT
 * UR_E_INPUT if what is stored is no tree. */
UR_MUST_USE ur_status ur_tree_open(ur_tree **out, sqlite3 *db, const char *name, size_t cache_nodes, ur_err *err);
/* Frees; changes that were not saved are gone. NULL is allowed. */
void ur_tree_close(ur_tree **tree);

/* The value under key, with changes not yet saved. UR_E_ABSENT if there is none. The value is borrowed until the next call
 * with this tree. */
UR_MUST_USE ur_status ur_tree_get(ur_tree *tree, ur_span key, ur_span *out, ur_err *err);
/* 1..UR_TREE_KEY_MAX bytes of key, 1..UR_TREE_VALUE_MAX of value (an empty value cannot be proven), else UR_E_LIMIT. */
UR_MUST_USE ur_status ur_tree_set(ur_tree *tree, ur_span key, ur_span value, ur_err *err);
/* UR_E_ABSENT, and nothing changed, if it is not there. */
UR_MUST_USE ur_status ur_tree_remove(ur_tree *tree, ur_span key, ur_err *err);

/* Number of keys, with changes not yet saved. */
uint64_t ur_tree_size(const ur_tree *tree);
/* The last saved version, and its root hash. */
uint64_t ur_tree_version(const ur_tree *tree);
void ur_tree_root(const ur_tree *tree, uint8_t out[UR_SHA256_BYTES]);

/* Save all changes as version ur_tree_version() + 1. */
UR_MUST_USE ur_status ur_tree_save(ur_tree *tree, ur_err *err);
/* Back to the last version that the database holds. */
UR_MUST_USE ur_status ur_tree_discard(ur_tree *tree, ur_err *err);
/* Forget versions below `keep` (which must not be above the last), and the nodes that only they used; at most max_nodes of
 * these in one call, the rest in later ones. */
UR_MUST_USE ur_status ur_tree_prune(ur_tree *tree, uint64_t keep, size_t max_nodes, ur_err *err);

/* The value under key in a saved version, and its ICS23 CommitmentProof: that it is there, or (UR_E_ABSENT, with a proof
 * too) that it is not.
 *   value, proof  appended to; each may be NULL
 * UR_E_UNAVAILABLE for a version that is not kept; UR_E_STATE for a proof in an empty tree, where there is none;
 * UR_E_LIMIT if a writer has no room. */
UR_MUST_USE ur_status ur_tree_prove(ur_tree *tree, uint64_t version, ur_span key, ur_writer *value, ur_writer *proof,
                                    ur_err *err);

#endif
