/* A view over a trust store and made nodes, under a clock that sleeping moves; and what is true of a made chain. */
#ifndef UR_TESTS_UNIT_CHAIN_VIEW_KIT_H
#define UR_TESTS_UNIT_CHAIN_VIEW_KIT_H

#include <unistd.h>

#include "tests/light/node.h"

enum { DAYS_14 = 14 * 86400 };

typedef struct world {
    made_chain *chain;
    made_clock clock;
    char path[64];
    ur_trust *trust;
    ur_view *view;
} world;

static inline void remove_store(const char *path)
{
    char other[80];
    (void)unlink(path);
    (void)snprintf(other, sizeof other, "%s-wal", path);
    (void)unlink(other);
    (void)snprintf(other, sizeof other, "%s-shm", path);
    (void)unlink(other);
}

static inline void open_trust(world *w, bool memory)
{
    (void)snprintf(w->path, sizeof w->path, memory ? ":memory:" : "/tmp/unrug-view-test-%ld", (long)getpid());
    if (!memory) {
        remove_store(w->path);
    }
    assert_ok(ur_trust_open(&w->trust, w->path, NULL));
    ur_anchor a = {.chain_id = "made-1", .height = 2, .trusting_period_s = DAYS_14};
    memcpy(a.hash, w->chain->blocks[2].commit.block.hash.bytes, 32);
    assert_ok(ur_trust_set_anchor(w->trust, &a, NULL));
}

static inline void open_view(world *w, unsigned witnesses)
{
    ur_view_options o = {.ops = &made_ops, .clock = &w->clock.clock, .sleep = made_sleep, .context = &w->clock, .witnesses = witnesses};
    assert_ok(ur_view_new(&w->view, w->trust, &o, NULL));
}

static inline void add(world *w, made_node *node, const char *name)
{
    ur_chain_source s = node_source(node);
    assert_ok(ur_view_add_source(w->view, &s, name, NULL));
}

static inline void close_world(world *w)
{
    ur_view_free(&w->view);
    ur_trust_close(&w->trust);
    if (w->path[0] == '/') {
        remove_store(w->path);
    }
}

static inline made_node honest(const made_chain *c, size_t top) { return (made_node){.chain = c, .top = top, .rng = {1}}; }

/* What came back is the honest chain's, to the byte. */
static inline void assert_true_records(const made_chain *c, const ur_view_records *r, const char *const *keys, size_t n)
{
    size_t h = (size_t)r->header.height;
    assert_true(h >= 2 && h <= NODE_HEIGHTS);
    assert_memory_equal(r->header.hash, c->blocks[h].commit.block.hash.bytes, 32);
    assert_int_equal(r->n, n);
    for (size_t i = 0; i < n; i++) {
        const char *want = NULL;
        for (size_t k = 0; k < made_store_count(h - 1); k++) {
            want = strcmp(c->records[h - 1][k].key, keys[i]) == 0 ? c->records[h - 1][k].value : want;
        }
        assert_int_equal(r->record[i].present, want != NULL);
        if (want != NULL) {
            assert_true(ur_span_eq_var(r->record[i].value, ur_span_str_var(want)));
        }
    }
}

static const char *const key_names[] = {"key 0", "key 2", "key 4", "nothing", "a", "z"};

static inline ur_status get(ur_view *v, ur_view_records *r, int64_t under, unsigned timeout_ms, ur_err *err)
{
    ur_span keys[6];
    for (size_t i = 0; i < 6; i++) {
        keys[i] = ur_span_str_var(key_names[i]);
    }
    return ur_view_get(v, r, UR_SPAN_LIT("wasm"), keys, 6, under, timeout_ms, err);
}

#endif
