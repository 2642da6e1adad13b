#include "lib/ledger/tree_parts.h"

#include <stdlib.h>

#include "core/codec/pb.h"

/* ---- lists ---- */

void ur_tree_list_init(ur_tree_list *l)
{
    memset(l, 0, sizeof *l);
    l->ends.prev = l->ends.next = &l->ends;
}

void ur_tree_list_append(ur_tree_list *l, ur_tree_node *n)
{
    n->prev = l->ends.prev;
    n->next = &l->ends;
    n->prev->next = n;
    n->next->prev = n;
    l->n++;
}

void ur_tree_list_remove(ur_tree_list *l, ur_tree_node *n)
{
    n->prev->next = n->next;
    n->next->prev = n->prev;
    n->prev = n->next = NULL;
    l->n--;
}

/* ---- nodes ---- */

ur_tree_node *ur_tree_node_new(ur_span key, ur_span value)
{
    ur_tree_node *n = malloc(sizeof *n + key.n + value.n);
    if (n == NULL) {
        return NULL;
    }
    memset(n, 0, sizeof *n);
    n->key = (uint8_t *)(n + 1);
    n->key_n = (uint32_t)key.n;
    memcpy(n->key, key.p, key.n);
    if (value.n > 0) {
        n->value = n->key + key.n;
        n->value_n = (uint32_t)value.n;
        memcpy(n->value, value.p, value.n);
    }
    return n;
}

void ur_tree_node_write_head(ur_writer *w, const ur_tree_node *n)
{
    ur_pb_write_varint(w, ur_pb_zigzag(n->height));
    ur_pb_write_varint(w, ur_pb_zigzag((int64_t)n->size));
    ur_pb_write_varint(w, ur_pb_zigzag((int64_t)n->version));
}

void ur_tree_node_hash(const ur_tree_node *n, uint8_t out[UR_SHA256_BYTES])
{
    uint8_t buf[32 + 10 + 2 * (1 + UR_SHA256_BYTES)];
    uint8_t value[UR_SHA256_BYTES];
    ur_sha256 h;
    ur_writer w;
    ur_writer_init(&w, buf, sizeof buf);
    ur_tree_node_write_head(&w, n);
    ur_sha256_init(&h);
    if (n->height == 0) {
        ur_pb_write_varint(&w, n->key_n);
        ur_sha256_update(&h, buf, w.n);
        ur_sha256_update(&h, n->key, n->key_n);
        ur_sha256_of(value, ur_span_of(n->value, n->value_n));
        ur_writer_init(&w, buf, sizeof buf);
        ur_pb_write_varint(&w, sizeof value);
        ur_writer_bytes(&w, value, sizeof value);
    } else {
        ur_pb_write_varint(&w, UR_SHA256_BYTES);
        ur_writer_bytes(&w, n->left.hash, UR_SHA256_BYTES);
        ur_pb_write_varint(&w, UR_SHA256_BYTES);
        ur_writer_bytes(&w, n->right.hash, UR_SHA256_BYTES);
    }
    ur_sha256_update(&h, buf, w.n);
    ur_sha256_final(&h, out);
}

/* ---- the cache: a hash table, and a list in order of use ---- */

ur_status ur_tree_cache_init(ur_tree_cache *c, size_t limit)
{
    ur_tree_list_init(&c->used);
    c->limit = limit;
    c->slots = 64;
    while (c->slots < limit && c->slots < (size_t)1 << 24) {
        c->slots *= 2;
    }
    c->table = calloc(c->slots, sizeof(ur_tree_node *));
    return c->table == NULL ? UR_E_MEMORY : UR_OK;
}

/* Ids are counted up, so their low bits spread well. */
static ur_tree_node **slot_of(const ur_tree_cache *c, uint64_t id) { return &c->table[id & (c->slots - 1)]; }

static void forget(ur_tree_cache *c, ur_tree_node *n)
{
    ur_tree_node **at = slot_of(c, n->id);
    while (*at != n) {
        at = &(*at)->chain;
    }
    *at = n->chain;
    ur_tree_list_remove(&c->used, n);
    free(n);
}

void ur_tree_cache_clear(ur_tree_cache *c)
{
    while (c->used.n > 0) {
        forget(c, c->used.ends.next);
    }
}

void ur_tree_cache_free(ur_tree_cache *c)
{
    if (c->table != NULL) {
        ur_tree_cache_clear(c);
        free(c->table);
        c->table = NULL;
    }
}

ur_tree_node *ur_tree_cache_find(ur_tree_cache *c, uint64_t id)
{
    ur_tree_node *n = *slot_of(c, id);
    while (n != NULL && n->id != id) {
        n = n->chain;
    }
    if (n != NULL) {
        ur_tree_list_remove(&c->used, n);
        ur_tree_list_append(&c->used, n);
    }
    return n;
}

void ur_tree_cache_put(ur_tree_cache *c, ur_tree_node *n)
{
    ur_tree_node **slot = slot_of(c, n->id);
    n->chain = *slot;
    *slot = n;
    ur_tree_list_append(&c->used, n);
}

void ur_tree_cache_drop(ur_tree_cache *c, uint64_t id)
{
    ur_tree_node *n = ur_tree_cache_find(c, id);
    if (n != NULL) {
        forget(c, n);
    }
}

void ur_tree_cache_trim(ur_tree_cache *c)
{
    while (c->used.n > c->limit) {
        forget(c, c->used.ends.next);
    }
}
