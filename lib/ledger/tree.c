#include "lib/ledger/tree_parts.h"

#include <stdlib.h>

/* ---- opening and closing ---- */

static void drop_fresh(ur_tree *t)
{
    while (t->fresh.n > 0) {
        ur_tree_node *n = t->fresh.ends.next;
        ur_tree_list_remove(&t->fresh, n);
        free(n);
    }
    t->orphans_n = 0;
}

static ur_status load_last(ur_tree *t, ur_err *err)
{
    UR_TRY(ur_tree_store_last_root(&t->store, t->name, &t->version, &t->saved, err));
    if (t->saved.id == 0) {
        ur_sha256_of(t->saved.hash, ur_span_of(NULL, 0));
    }
    t->root = t->saved;
    return UR_OK;
}

ur_status ur_tree_open(ur_tree **out, sqlite3 *db, const char *name, size_t cache_nodes, ur_err *err)
{
    ur_span text = ur_span_str_var(name);
    *out = NULL;
    if (text.n == 0 || text.n > UR_TREE_NAME_MAX) {
        return ur_err_set(err, UR_E_USAGE, "a tree's name has 1 to %d characters", UR_TREE_NAME_MAX);
    }
    ur_tree *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", name);
    }
    memcpy(t->name, name, text.n);
    ur_tree_list_init(&t->fresh);
    ur_status st = ur_tree_cache_init(&t->cache, cache_nodes == 0 ? UR_TREE_CACHE_DEFAULT : cache_nodes);
    if (st == UR_OK) {
        st = ur_tree_store_open(&t->store, db, err);
    }
    if (st == UR_OK) {
        st = load_last(t, err);
    }
    if (st != UR_OK) {
        ur_tree_close(&t);
    }
    *out = t;
    return ur_err_in(err, st, "tree %s", name);
}

void ur_tree_close(ur_tree **tree)
{
    ur_tree *t = *tree;
    if (t != NULL) {
        drop_fresh(t);
        ur_tree_cache_free(&t->cache);
        ur_tree_store_close(&t->store);
        free(t->orphans);
        free(t);
        *tree = NULL;
    }
}

uint64_t ur_tree_size(const ur_tree *tree) { return tree->root.size; }
uint64_t ur_tree_version(const ur_tree *tree) { return tree->version; }
void ur_tree_root(const ur_tree *tree, uint8_t out[UR_SHA256_BYTES]) { memcpy(out, tree->saved.hash, UR_SHA256_BYTES); }

/* Every operation begins with this and ends with `finish`: what fails half-way leaves a tree that nobody may use. */
static ur_status begin(ur_tree *t, ur_err *err)
{
    ur_tree_cache_trim(&t->cache);
    return t->broken ? ur_err_set(err, UR_E_STATE, "tree %s failed before: discard its changes", t->name) : UR_OK;
}

static ur_status finish(ur_tree *t, ur_status st)
{
    t->broken = t->broken || (st != UR_OK && st != UR_E_ABSENT && st != UR_E_LIMIT);
    return st;
}

/* ---- nodes ---- */

static ur_status load(ur_tree *t, const ur_tree_link *l, ur_tree_node **out, ur_err *err)
{
    *out = ur_tree_cache_find(&t->cache, l->id);
    if (*out == NULL) {
        UR_TRY(ur_tree_store_load(&t->store, out, l, err));
        ur_tree_cache_put(&t->cache, *out);
    }
    return UR_OK;
}

ur_status ur_tree_node_at(ur_tree *t, const ur_tree_link *l, const ur_tree_node **out, ur_err *err)
{
    ur_tree_node *n = l->fresh;
    ur_status st = n != NULL ? UR_OK : load(t, l, &n, err);
    *out = n;
    return st;
}

static ur_status add_orphan(ur_tree *t, uint64_t id, ur_err *err)
{
    if (t->orphans_n == t->orphans_cap) {
        size_t cap = t->orphans_cap == 0 ? 64 : 2 * t->orphans_cap;
        uint64_t *grown = realloc(t->orphans, cap * sizeof *grown);
        if (grown == NULL) {
            return ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", t->name);
        }
        t->orphans = grown;
        t->orphans_cap = cap;
    }
    t->orphans[t->orphans_n++] = id;
    return UR_OK;
}

static ur_status new_fresh(ur_tree *t, ur_tree_node **out, ur_span key, ur_span value, ur_err *err)
{
    *out = ur_tree_node_new(key, value);
    if (*out == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", t->name);
    }
    ur_tree_list_append(&t->fresh, *out);
    return UR_OK;
}

static void free_fresh(ur_tree *t, ur_tree_node *n)
{
    ur_tree_list_remove(&t->fresh, n);
    free(n);
}

/* The inner node of a link as one that may change: itself if it is fresh, else a copy. */
static ur_status own(ur_tree *t, ur_tree_link *l, ur_tree_node **out, ur_err *err)
{
    ur_tree_node *saved;
    *out = l->fresh;
    if (*out != NULL) {
        return UR_OK;
    }
    UR_TRY(load(t, l, &saved, err));
    UR_TRY(new_fresh(t, out, ur_span_of(saved->key, saved->key_n), ur_span_of(NULL, 0), err));
    (*out)->left = saved->left;
    (*out)->right = saved->right;
    (*out)->height = saved->height;
    (*out)->size = saved->size;
    UR_TRY(add_orphan(t, l->id, err));
    l->fresh = *out;
    l->id = 0;
    return UR_OK;
}

/* Take a subtree's root out of use. */
static ur_status drop(ur_tree *t, const ur_tree_link *l, ur_err *err)
{
    if (l->fresh == NULL) {
        return add_orphan(t, l->id, err);
    }
    free_fresh(t, l->fresh);
    return UR_OK;
}

static bool goes_right(const ur_tree_node *n, ur_span key) { return ur_cmp_var(key.p, key.n, n->key, n->key_n) >= 0; }
static bool is_key(const ur_tree_node *n, ur_span key)
{
    return ur_span_eq_var(ur_span_of(n->key, n->key_n), key);
}

/* ---- balance ---- */

/* Height and size of a fresh inner node, in it and in its link. */
static void measure(ur_tree_link *l)
{
    ur_tree_node *n = l->fresh;
    uint8_t higher = n->left.height > n->right.height ? n->left.height : n->right.height;
    n->height = (uint8_t)(higher + 1);
    n->size = n->left.size + n->right.size;
    l->height = n->height;
    l->size = n->size;
}

/* The child on one side (fresh or made so) becomes the root of l, and the root its child on the other side. */
static ur_status rotate(ur_tree *t, ur_tree_link *l, bool to_right, ur_err *err)
{
    ur_tree_node *top = l->fresh, *child;
    ur_tree_link *up = to_right ? &top->left : &top->right;
    UR_TRY(own(t, up, &child, err));
    ur_tree_link *inner = to_right ? &child->right : &child->left;
    *up = *inner;
    *inner = (ur_tree_link){.fresh = top};
    measure(inner);
    *l = (ur_tree_link){.fresh = child};
    measure(l);
    return UR_OK;
}

static int lean(const ur_tree_node *n) { return n->left.height - n->right.height; }

/* As every AVL tree: one rotation, or two where the heavy child leans the other way. */
static ur_status balance(ur_tree *t, ur_tree_link *l, ur_err *err)
{
    measure(l);
    int leaning = lean(l->fresh);
    if (leaning >= -1 && leaning <= 1) {
        return UR_OK;
    }
    bool to_right = leaning > 1;
    ur_tree_link *heavy = to_right ? &l->fresh->left : &l->fresh->right;
    const ur_tree_node *child;
    UR_TRY(ur_tree_node_at(t, heavy, &child, err));
    if (to_right ? lean(child) < 0 : lean(child) > 0) {
        ur_tree_node *ours;
        UR_TRY(own(t, heavy, &ours, err));
        UR_TRY(rotate(t, heavy, !to_right, err));
    }
    return rotate(t, l, to_right, err);
}

/* ---- reading ---- */

static ur_status find_leaf(ur_tree *t, ur_span key, const ur_tree_node **out, ur_err *err)
{
    const ur_tree_link *l = &t->root;
    *out = NULL;
    if (ur_tree_link_is_empty(l)) {
        return UR_E_ABSENT;
    }
    UR_TRY(ur_tree_node_at(t, l, out, err));
    while ((*out)->height > 0) {
        l = goes_right(*out, key) ? &(*out)->right : &(*out)->left;
        UR_TRY(ur_tree_node_at(t, l, out, err));
    }
    return is_key(*out, key) ? UR_OK : UR_E_ABSENT;
}

ur_status ur_tree_get(ur_tree *tree, ur_span key, ur_span *out, ur_err *err)
{
    const ur_tree_node *leaf;
    *out = (ur_span){0};
    UR_TRY(begin(tree, err));
    ur_status st = find_leaf(tree, key, &leaf, err);
    if (st == UR_OK) {
        *out = ur_span_of(leaf->value, leaf->value_n);
    }
    return finish(tree, st);
}

/* ---- changing ---- */

/* The links from the root to a leaf, every node above the leaf made fresh. */
typedef struct path {
    ur_tree_link *at[UR_TREE_HEIGHT_MAX + 1];
    bool right[UR_TREE_HEIGHT_MAX + 1]; /* which way it goes on from there */
    size_t n;
} path;

static ur_status descend(ur_tree *t, path *p, ur_span key, ur_err *err)
{
    ur_tree_link *l = &t->root;
    p->n = 0;
    while (l->height > 0) {
        ur_tree_node *n;
        if (p->n == UR_TREE_HEIGHT_MAX) {
            return ur_err_set(err, UR_E_INPUT, "tree %s is too high to be one", t->name);
        }
        UR_TRY(own(t, l, &n, err));
        p->right[p->n] = goes_right(n, key);
        p->at[p->n] = l;
        l = p->right[p->n] ? &n->right : &n->left;
        p->n++;
    }
    p->at[p->n] = l;
    return UR_OK;
}

static ur_status balance_up(ur_tree *t, const path *p, size_t levels, ur_err *err)
{
    while (levels-- > 0) {
        UR_TRY(balance(t, p->at[levels], err));
    }
    return UR_OK;
}

static ur_status make_leaf(ur_tree *t, ur_tree_link *out, ur_span key, ur_span value, ur_err *err)
{
    ur_tree_node *n;
    UR_TRY(new_fresh(t, &n, key, value, err));
    n->size = 1;
    *out = (ur_tree_link){.fresh = n, .size = 1};
    return UR_OK;
}

/* Put an inner node where a leaf was, above that leaf and a new one. */
static ur_status split(ur_tree *t, ur_tree_link *l, const ur_tree_node *old, const ur_tree_link *added, ur_err *err)
{
    ur_span old_key = ur_span_of(old->key, old->key_n), key = ur_span_of(added->fresh->key, added->fresh->key_n);
    bool after = goes_right(old, key);
    ur_tree_node *n;
    UR_TRY(new_fresh(t, &n, after ? key : old_key, ur_span_of(NULL, 0), err));
    n->left = after ? *l : *added;
    n->right = after ? *added : *l;
    *l = (ur_tree_link){.fresh = n};
    measure(l);
    return UR_OK;
}

static ur_status set(ur_tree *t, ur_span key, ur_span value, ur_err *err)
{
    path p;
    const ur_tree_node *old;
    ur_tree_link added;
    UR_TRY(make_leaf(t, &added, key, value, err));
    if (ur_tree_link_is_empty(&t->root)) {
        t->root = added;
        return UR_OK;
    }
    UR_TRY(descend(t, &p, key, err));
    ur_tree_link *leaf = p.at[p.n];
    UR_TRY(ur_tree_node_at(t, leaf, &old, err));
    if (is_key(old, key)) {
        UR_TRY(drop(t, leaf, err));
        *leaf = added;
        return UR_OK;
    }
    UR_TRY(split(t, leaf, old, &added, err));
    return balance_up(t, &p, p.n, err);
}

ur_status ur_tree_set(ur_tree *tree, ur_span key, ur_span value, ur_err *err)
{
    UR_TRY(begin(tree, err));
    if (key.n < 1 || key.n > UR_TREE_KEY_MAX || value.n < 1 || value.n > UR_TREE_VALUE_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "tree %s takes keys of 1 to %d bytes and values of 1 to %u", tree->name,
                          UR_TREE_KEY_MAX, UR_TREE_VALUE_MAX);
    }
    return finish(tree, set(tree, key, value, err));
}

/* The nearest node above, in whose right subtree the key was the smallest, has a new smallest key there. */
static ur_status replace_smallest(ur_tree *t, const path *p, size_t levels, ur_span smallest, ur_err *err)
{
    while (levels > 0 && !p->right[levels - 1]) {
        levels--;
    }
    if (levels == 0) {
        return UR_OK;
    }
    ur_tree_link *l = p->at[levels - 1];
    ur_tree_node *old = l->fresh, *n;
    UR_TRY(new_fresh(t, &n, smallest, ur_span_of(NULL, 0), err));
    n->left = old->left;
    n->right = old->right;
    n->height = old->height;
    n->size = old->size;
    l->fresh = n;
    free_fresh(t, old);
    return UR_OK;
}

static ur_status remove_leaf(ur_tree *t, ur_span key, ur_err *err)
{
    path p;
    UR_TRY(descend(t, &p, key, err));
    UR_TRY(drop(t, p.at[p.n], err));
    if (p.n == 0) {
        t->root = (ur_tree_link){0};
        return UR_OK;
    }
    size_t parent = p.n - 1;
    ur_tree_node *gone = p.at[parent]->fresh;
    *p.at[parent] = p.right[parent] ? gone->left : gone->right;
    ur_status st = UR_OK;
    if (!p.right[parent]) {
        /* Copies a node that the path leads through: the links further down move with it. */
        st = replace_smallest(t, &p, parent, ur_span_of(gone->key, gone->key_n), err);
        for (size_t i = 1; st == UR_OK && i < parent + 1; i++) {
            ur_tree_node *above = p.at[i - 1]->fresh;
            p.at[i] = p.right[i - 1] ? &above->right : &above->left;
        }
    }
    free_fresh(t, gone);
    UR_TRY(st);
    return balance_up(t, &p, parent, err);
}

ur_status ur_tree_remove(ur_tree *tree, ur_span key, ur_err *err)
{
    const ur_tree_node *leaf;
    UR_TRY(begin(tree, err));
    ur_status st = find_leaf(tree, key, &leaf, err);
    return finish(tree, st == UR_OK ? remove_leaf(tree, key, err) : st);
}

/* ---- saving ---- */

/* Give the fresh node of a link, whose children are saved, its hash and its row, and move it to the cache. */
static ur_status save_node(ur_tree *t, ur_tree_link *l, ur_err *err)
{
    ur_tree_node *n = l->fresh;
    n->version = t->version + 1;
    ur_tree_node_hash(n, l->hash);
    UR_TRY(ur_tree_store_insert(&t->store, n, l->hash, err));
    l->id = n->id;
    l->fresh = NULL;
    ur_tree_list_remove(&t->fresh, n);
    ur_tree_cache_put(&t->cache, n);
    return UR_OK;
}

/* Children before parents, by a stack of links that still have to be saved. */
static ur_status save_nodes(ur_tree *t, ur_err *err)
{
    ur_tree_link *stack[UR_TREE_HEIGHT_MAX + 2];
    size_t n = 0;
    if (t->root.fresh != NULL) {
        stack[n++] = &t->root;
    }
    while (n > 0) {
        ur_tree_node *at = stack[n - 1]->fresh;
        if (at->left.fresh != NULL && n <= UR_TREE_HEIGHT_MAX) {
            stack[n++] = &at->left;
        } else if (at->right.fresh != NULL && n <= UR_TREE_HEIGHT_MAX) {
            stack[n++] = &at->right;
        } else {
            UR_TRY(save_node(t, stack[--n], err));
        }
    }
    return UR_OK;
}

static ur_status save(ur_tree *t, ur_err *err)
{
    UR_TRY(save_nodes(t, err));
    if (ur_tree_link_is_empty(&t->root)) {
        ur_sha256_of(t->root.hash, ur_span_of(NULL, 0));
    }
    UR_TRY(ur_tree_store_put_orphans(&t->store, t->name, t->version + 1, t->orphans, t->orphans_n, err));
    UR_TRY(ur_tree_store_put_root(&t->store, t->name, t->version + 1, &t->root, err));
    t->orphans_n = 0;
    t->version++;
    t->saved = t->root;
    return UR_OK;
}

ur_status ur_tree_save(ur_tree *tree, ur_err *err)
{
    UR_TRY(begin(tree, err));
    return finish(tree, save(tree, err));
}

ur_status ur_tree_discard(ur_tree *tree, ur_err *err)
{
    drop_fresh(tree);
    ur_tree_cache_clear(&tree->cache); /* ids of a transaction that was rolled back come again */
    ur_status st = load_last(tree, err);
    tree->broken = st != UR_OK;
    return st;
}

static ur_status prune(ur_tree *t, uint64_t keep, uint64_t *ids, size_t max, ur_err *err)
{
    size_t n;
    UR_TRY(ur_tree_store_delete_roots(&t->store, t->name, keep, err));
    UR_TRY(ur_tree_store_take_orphans(&t->store, t->name, keep, ids, max, &n, err));
    for (size_t i = 0; i < n; i++) {
        UR_TRY(ur_tree_store_delete(&t->store, ids[i], err));
        ur_tree_cache_drop(&t->cache, ids[i]);
    }
    return UR_OK;
}

ur_status ur_tree_prune(ur_tree *tree, uint64_t keep, size_t max_nodes, ur_err *err)
{
    UR_TRY(begin(tree, err));
    if (keep > tree->version || max_nodes == 0 || max_nodes > SIZE_MAX / sizeof(uint64_t)) {
        return ur_err_set(err, UR_E_USAGE, "tree %s cannot forget its last version", tree->name);
    }
    uint64_t *ids = malloc(max_nodes * sizeof *ids);
    if (ids == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", tree->name);
    }
    ur_status st = prune(tree, keep, ids, max_nodes, err);
    free(ids);
    return finish(tree, st);
}
