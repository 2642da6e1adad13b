/* Between the files of the tree; nothing for others. */
#ifndef UR_LIB_LEDGER_TREE_PARTS_H
#define UR_LIB_LEDGER_TREE_PARTS_H

#include "lib/ledger/tree.h"

/* A balanced tree of 2^64 leaves is less than 1.45 * 64 high. */
#define UR_TREE_HEIGHT_MAX 96

struct ur_tree_node;

/* Where a subtree hangs, with what its parent needs of it. All zeros: no subtree. */
typedef struct ur_tree_link {
    struct ur_tree_node *fresh; /* not saved yet: this node, owned by the tree; then id and hash say nothing */
    uint64_t id;                /* saved: its row */
    uint64_t size;              /* leaves */
    uint8_t height;             /* 0 for a leaf */
    uint8_t hash[UR_SHA256_BYTES];
} ur_tree_link;

/* A saved node never changes. */
typedef struct ur_tree_node {
    struct ur_tree_node *prev, *next; /* in the list of fresh nodes, or of cached ones, least recently used first */
    struct ur_tree_node *chain;       /* in the cache's table */
    uint64_t id;
    uint64_t version;
    uint64_t size;
    ur_tree_link left, right; /* inner */
    uint8_t *key;             /* inner: the smallest key of the right subtree */
    uint32_t key_n;
    uint32_t value_n; /* leaf */
    uint8_t *value;
    uint8_t height;
} ur_tree_node;

/* Nodes that hang between two ends. */
typedef struct ur_tree_list {
    ur_tree_node ends;
    size_t n;
} ur_tree_list;

typedef struct ur_tree_cache {
    ur_tree_list used;
    ur_tree_node **table;
    size_t slots; /* a power of two */
    size_t limit;
} ur_tree_cache;

typedef struct ur_tree_store {
    sqlite3 *db;
    sqlite3_stmt *node_get, *node_put, *node_delete, *orphan_put, *orphan_list, *orphan_delete, *root_get, *root_put,
        *root_last, *root_delete;
} ur_tree_store;

struct ur_tree {
    char name[UR_TREE_NAME_MAX + 1];
    ur_tree_store store;
    ur_tree_cache cache;
    ur_tree_list fresh;
    ur_tree_link root;   /* with the changes */
    ur_tree_link saved;  /* of the last version */
    uint64_t version;
    uint64_t *orphans;   /* saved nodes that the changes made unreachable */
    size_t orphans_n, orphans_cap;
    bool broken;
};

static inline bool ur_tree_link_is_empty(const ur_tree_link *l) { return l->fresh == NULL && l->id == 0; }

/* ---- nodes (tree_node.c) ---- */

void ur_tree_list_init(ur_tree_list *l);
void ur_tree_list_append(ur_tree_list *l, ur_tree_node *n);
void ur_tree_list_remove(ur_tree_list *l, ur_tree_node *n);

/* A node in one block of memory with copies of key and value; NULL without memory. */
ur_tree_node *ur_tree_node_new(ur_span key, ur_span value);
/* SHA-256 as in tree.h; the hashes of the children must be right. */
void ur_tree_node_hash(const ur_tree_node *n, uint8_t out[UR_SHA256_BYTES]);
/* height, size and version as proofs and hashes have them. At most 30 bytes. */
void ur_tree_node_write_head(ur_writer *w, const ur_tree_node *n);

UR_MUST_USE ur_status ur_tree_cache_init(ur_tree_cache *c, size_t limit);
void ur_tree_cache_clear(ur_tree_cache *c);
void ur_tree_cache_free(ur_tree_cache *c);
ur_tree_node *ur_tree_cache_find(ur_tree_cache *c, uint64_t id);
void ur_tree_cache_put(ur_tree_cache *c, ur_tree_node *n);
void ur_tree_cache_drop(ur_tree_cache *c, uint64_t id);
/* Down to the limit. Between operations only: within one, nodes stay where they are. */
void ur_tree_cache_trim(ur_tree_cache *c);

/* ---- rows (tree_store.c) ---- */

UR_MUST_USE ur_status ur_tree_store_open(ur_tree_store *s, sqlite3 *db, ur_err *err);
void ur_tree_store_close(ur_tree_store *s);
/* The saved node of a link: UR_E_INPUT if it is damaged or another. For free(). */
UR_MUST_USE ur_status ur_tree_store_load(ur_tree_store *s, ur_tree_node **out, const ur_tree_link *l, ur_err *err);
/* Gives the node its id. hash: the node's. */
UR_MUST_USE ur_status ur_tree_store_insert(ur_tree_store *s, ur_tree_node *n, const uint8_t hash[UR_SHA256_BYTES],
                                           ur_err *err);
UR_MUST_USE ur_status ur_tree_store_delete(ur_tree_store *s, uint64_t id, ur_err *err);
UR_MUST_USE ur_status ur_tree_store_put_root(ur_tree_store *s, const char *name, uint64_t version, const ur_tree_link *l,
                                             ur_err *err);
/* UR_E_UNAVAILABLE if that version is not kept. */
UR_MUST_USE ur_status ur_tree_store_get_root(ur_tree_store *s, const char *name, uint64_t version, ur_tree_link *out,
                                             ur_err *err);
/* The last version; 0 and an empty root where there is none. */
UR_MUST_USE ur_status ur_tree_store_last_root(ur_tree_store *s, const char *name, uint64_t *version, ur_tree_link *out,
                                              ur_err *err);
/* Nodes that version `removed` no longer has. */
UR_MUST_USE ur_status ur_tree_store_put_orphans(ur_tree_store *s, const char *name, uint64_t removed, const uint64_t *ids, size_t n,
                                                ur_err *err);
/* Up to max ids of nodes that no version from `keep` on uses; they are taken out of the rows. */
UR_MUST_USE ur_status ur_tree_store_take_orphans(ur_tree_store *s, const char *name, uint64_t keep, uint64_t *ids,
                                                 size_t max, size_t *n, ur_err *err);
UR_MUST_USE ur_status ur_tree_store_delete_roots(ur_tree_store *s, const char *name, uint64_t below, ur_err *err);

/* ---- walking (tree.c) ---- */

/* The node of a link, fresh or saved; it stays until the operation ends. */
UR_MUST_USE ur_status ur_tree_node_at(ur_tree *t, const ur_tree_link *l, const ur_tree_node **out, ur_err *err);

#endif
