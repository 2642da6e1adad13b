/* ICS23 proofs (cosmos/ics23 proofs.proto) of the "iavl" kind: a leaf, and for each step up to the root what stands before
 * and behind the child's hash. */
#include "core/codec/pb.h"
#include "lib/ledger/tree_parts.h"

/* Numbers of proofs.proto. */
enum { HASH_SHA256 = 1, LENGTH_VAR_PROTO = 1 };
enum { PROOF_EXIST = 1, PROOF_NONEXIST = 2 };
enum { EXIST_KEY = 1, EXIST_VALUE = 2, EXIST_LEAF = 3, EXIST_PATH = 4 };
enum { NONEXIST_KEY = 1, NONEXIST_LEFT = 2, NONEXIST_RIGHT = 3 };
enum { LEAF_HASH = 1, LEAF_PREHASH_VALUE = 3, LEAF_LENGTH = 4, LEAF_PREFIX = 5 };
enum { INNER_HASH = 1, INNER_PREFIX = 2, INNER_SUFFIX = 3 };

typedef struct trail {
    const ur_tree_node *at[UR_TREE_HEIGHT_MAX + 1]; /* from the root; the last is a leaf */
    bool right[UR_TREE_HEIGHT_MAX + 1];
    size_t n; /* inner nodes before the leaf */
} trail;

static ur_status damaged(ur_err *err) { return ur_err_set(err, UR_E_INPUT, "tree storage: a tree is too high to be one"); }

/* One step down from the trail's last inner node. */
static ur_status step(ur_tree *t, trail *p, bool right, ur_err *err)
{
    const ur_tree_node *n = p->at[p->n];
    if (p->n == UR_TREE_HEIGHT_MAX) {
        return damaged(err);
    }
    p->right[p->n] = right;
    p->n++;
    return ur_tree_node_at(t, right ? &n->right : &n->left, &p->at[p->n], err);
}

static ur_status follow(ur_tree *t, trail *p, const ur_tree_link *root, ur_span key, ur_err *err)
{
    p->n = 0;
    UR_TRY(ur_tree_node_at(t, root, &p->at[0], err));
    while (p->at[p->n]->height > 0) {
        const ur_tree_node *n = p->at[p->n];
        UR_TRY(step(t, p, ur_cmp_var(key.p, key.n, n->key, n->key_n) >= 0, err));
    }
    return UR_OK;
}

/* The next leaf to the right, or to the left: UR_E_ABSENT at the end. */
static ur_status move(ur_tree *t, trail *p, bool right, ur_err *err)
{
    while (p->n > 0 && p->right[p->n - 1] == right) {
        p->n--;
    }
    if (p->n == 0) {
        return UR_E_ABSENT;
    }
    p->n--;
    UR_TRY(step(t, p, right, err));
    while (p->at[p->n]->height > 0) {
        UR_TRY(step(t, p, !right, err));
    }
    return UR_OK;
}

static void write_inner(ur_writer *w, const ur_tree_node *n, bool right)
{
    uint8_t prefix[30 + 2 + UR_SHA256_BYTES], suffix[1 + UR_SHA256_BYTES];
    ur_writer p, s;
    ur_writer_init(&p, prefix, sizeof prefix);
    ur_writer_init(&s, suffix, sizeof suffix);
    ur_tree_node_write_head(&p, n);
    ur_writer_u8(&p, UR_SHA256_BYTES);
    if (right) {
        ur_writer_bytes(&p, n->left.hash, UR_SHA256_BYTES);
        ur_writer_u8(&p, UR_SHA256_BYTES);
    } else {
        ur_writer_u8(&s, UR_SHA256_BYTES);
        ur_writer_bytes(&s, n->right.hash, UR_SHA256_BYTES);
    }
    size_t at = ur_pb_begin(w, EXIST_PATH);
    ur_pb_put_u64(w, INNER_HASH, HASH_SHA256);
    ur_pb_put_bytes(w, INNER_PREFIX, ur_span_of(prefix, p.n));
    ur_pb_put_bytes(w, INNER_SUFFIX, ur_span_of(suffix, s.n));
    ur_pb_end(w, at);
}

static void write_existence(ur_writer *w, uint32_t field, const trail *p)
{
    const ur_tree_node *leaf = p->at[p->n];
    uint8_t prefix[30];
    ur_writer head;
    ur_writer_init(&head, prefix, sizeof prefix);
    ur_tree_node_write_head(&head, leaf);
    size_t at = ur_pb_begin(w, field);
    ur_pb_put_bytes(w, EXIST_KEY, ur_span_of(leaf->key, leaf->key_n));
    ur_pb_put_bytes(w, EXIST_VALUE, ur_span_of(leaf->value, leaf->value_n));
    size_t op = ur_pb_begin(w, EXIST_LEAF);
    ur_pb_put_u64(w, LEAF_HASH, HASH_SHA256);
    ur_pb_put_u64(w, LEAF_PREHASH_VALUE, HASH_SHA256);
    ur_pb_put_u64(w, LEAF_LENGTH, LENGTH_VAR_PROTO);
    ur_pb_put_bytes(w, LEAF_PREFIX, ur_span_of(prefix, head.n));
    ur_pb_end(w, op);
    for (size_t i = p->n; i > 0; i--) {
        write_inner(w, p->at[i - 1], p->right[i - 1]);
    }
    ur_pb_end(w, at);
}

/* found: the leaf where the key would be, which is one of its two neighbours. */
static ur_status write_absence(ur_tree *t, ur_writer *w, const trail *found, ur_span key, ur_err *err)
{
    const ur_tree_node *leaf = found->at[found->n];
    bool found_before = ur_cmp_var(leaf->key, leaf->key_n, key.p, key.n) < 0;
    trail other = *found;
    ur_status st = move(t, &other, found_before, err);
    if (st != UR_OK && st != UR_E_ABSENT) {
        return st;
    }
    const trail *left = found_before ? found : &other, *right = found_before ? &other : found;
    size_t at = ur_pb_begin(w, PROOF_NONEXIST);
    ur_pb_put_bytes(w, NONEXIST_KEY, key);
    if (st == UR_OK || found_before) {
        write_existence(w, NONEXIST_LEFT, left);
    }
    if (st == UR_OK || !found_before) {
        write_existence(w, NONEXIST_RIGHT, right);
    }
    ur_pb_end(w, at);
    return UR_OK;
}

static ur_status prove(ur_tree *t, const ur_tree_link *root, ur_span key, ur_writer *value, ur_writer *proof, ur_err *err)
{
    trail p;
    UR_TRY(follow(t, &p, root, key, err));
    const ur_tree_node *leaf = p.at[p.n];
    bool there = ur_span_eq_var(ur_span_of(leaf->key, leaf->key_n), key);
    if (there && value != NULL) {
        ur_writer_bytes(value, leaf->value, leaf->value_n);
    }
    if (proof != NULL && there) {
        write_existence(proof, PROOF_EXIST, &p);
    } else if (proof != NULL) {
        UR_TRY(write_absence(t, proof, &p, key, err));
    }
    if ((value != NULL && value->overflow) || (proof != NULL && proof->overflow)) {
        return ur_err_set(err, UR_E_LIMIT, "a value or its proof is too long");
    }
    return there ? UR_OK : UR_E_ABSENT;
}

ur_status ur_tree_prove(ur_tree *tree, uint64_t version, ur_span key, ur_writer *value, ur_writer *proof, ur_err *err)
{
    ur_tree_link root;
    ur_tree_cache_trim(&tree->cache);
    if (key.n < 1 || key.n > UR_TREE_KEY_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "tree %s takes keys of 1 to %d bytes", tree->name, UR_TREE_KEY_MAX);
    }
    UR_TRY(ur_tree_store_get_root(&tree->store, tree->name, version, &root, err));
    if (root.id == 0) {
        return ur_err_set(err, UR_E_STATE, "tree %s was empty in version %llu", tree->name, (unsigned long long)version);
    }
    return prove(tree, &root, key, value, proof, err);
}
