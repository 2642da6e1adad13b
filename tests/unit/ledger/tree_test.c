/* The tree against a plain list of keys and values, over random histories with saves, discards, reopening and pruning. */
#include "tests/test.h"

#include "lib/ledger/tree.h"

enum { KEYS = 300, TEXT = 24 };

typedef struct model {
    bool there[KEYS];
    uint64_t value[KEYS];
    size_t n;
} model;

typedef struct world {
    sqlite3 *db;
    ur_tree *tree;
    model now, saved;
    ur_err err;
} world;

static ur_span key_text(char buf[TEXT], size_t k)
{
    (void)snprintf(buf, TEXT, "key/%zu", k * 7919 % 1000);
    return ur_span_str_var(buf);
}

static ur_span value_text(char buf[TEXT], uint64_t v)
{
    (void)snprintf(buf, TEXT, "value %llu", (unsigned long long)v);
    return ur_span_str_var(buf);
}

static void exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
}

static void start(world *w, size_t cache)
{
    memset(w, 0, sizeof *w);
    assert_int_equal(sqlite3_open(":memory:", &w->db), SQLITE_OK);
    assert_ok(ur_tree_prepare(w->db, &w->err));
    assert_ok(ur_tree_open(&w->tree, w->db, "wasm", cache, &w->err));
}

static void stop(world *w)
{
    ur_tree_close(&w->tree);
    assert_int_equal(sqlite3_close(w->db), SQLITE_OK);
}

static void check_key(world *w, size_t k)
{
    char key[TEXT], value[TEXT];
    ur_span got;
    ur_status st = ur_tree_get(w->tree, key_text(key, k), &got, &w->err);
    assert_int_equal(st, w->now.there[k] ? UR_OK : UR_E_ABSENT);
    if (w->now.there[k]) {
        assert_true(ur_span_eq_var(got, value_text(value, w->now.value[k])));
    }
}

static void change(world *w, test_rng *rng)
{
    char key[TEXT], value[TEXT];
    size_t k = test_rng_below(rng, KEYS);
    if (test_rng_below(rng, 3) > 0) {
        uint64_t v = test_rng_below(rng, 1000);
        assert_ok(ur_tree_set(w->tree, key_text(key, k), value_text(value, v), &w->err));
        w->now.n += !w->now.there[k];
        w->now.there[k] = true;
        w->now.value[k] = v;
    } else {
        assert_status(ur_tree_remove(w->tree, key_text(key, k), &w->err), w->now.there[k] ? UR_OK : UR_E_ABSENT);
        w->now.n -= w->now.there[k];
        w->now.there[k] = false;
    }
    assert_int_equal(ur_tree_size(w->tree), w->now.n);
    check_key(w, k);
    check_key(w, test_rng_below(rng, KEYS));
}

static void save(world *w, bool commit)
{
    exec(w->db, "BEGIN");
    assert_ok(ur_tree_save(w->tree, &w->err));
    exec(w->db, commit ? "COMMIT" : "ROLLBACK");
    if (commit) {
        w->saved = w->now;
    } else {
        assert_ok(ur_tree_discard(w->tree, &w->err));
        w->now = w->saved;
    }
}

static void reopen(world *w, size_t cache)
{
    uint8_t before[UR_SHA256_BYTES], after[UR_SHA256_BYTES];
    uint64_t version = ur_tree_version(w->tree);
    ur_tree_root(w->tree, before);
    ur_tree_close(&w->tree);
    assert_ok(ur_tree_open(&w->tree, w->db, "wasm", cache, &w->err));
    ur_tree_root(w->tree, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(ur_tree_version(w->tree), version);
    w->now = w->saved;
}

static uint64_t count(world *w, const char *table)
{
    char sql[80];
    sqlite3_stmt *q;
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    assert_int_equal(sqlite3_prepare_v2(w->db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    uint64_t n = (uint64_t)sqlite3_column_int64(q, 0);
    assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
    return n;
}

static void random_histories(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("tree histories");
    for (int round = 0; round < 20; round++) {
        world w;
        size_t cache = 1 + test_rng_below(&rng, 200);
        start(&w, cache);
        for (int step = 0; step < 1500; step++) {
            size_t what = test_rng_below(&rng, 100);
            if (what < 5) {
                save(&w, true);
            } else if (what < 6) {
                save(&w, false);
            } else if (what < 7) {
                assert_ok(ur_tree_discard(w.tree, &w.err));
                w.now = w.saved;
            } else if (what < 8) {
                reopen(&w, cache);
            } else if (what < 10 && ur_tree_version(w.tree) > 3) {
                assert_ok(ur_tree_prune(w.tree, ur_tree_version(w.tree) - 3, 1 + test_rng_below(&rng, 50), &w.err));
            } else {
                change(&w, &rng);
            }
        }
        for (size_t k = 0; k < KEYS; k++) {
            check_key(&w, k);
        }
        stop(&w);
    }
}

/* The root depends on the history alone, not on cache size, reopening or pruning. */
static void same_history_same_root(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("tree roots");
    uint8_t first[UR_SHA256_BYTES], other[UR_SHA256_BYTES];
    for (int round = 0; round < 5; round++) {
        world a, b;
        start(&a, 1);
        start(&b, 10000);
        for (int step = 0; step < 600; step++) {
            test_rng same = {test_rng_u64(&rng)};
            test_rng again = same;
            change(&a, &same);
            change(&b, &again);
            if (step % 7 == 0) {
                save(&a, true);
                save(&b, true);
                ur_tree_root(a.tree, first);
                ur_tree_root(b.tree, other);
                assert_memory_equal(first, other, sizeof first);
            }
            if (step % 50 == 0) {
                save(&a, true);
                save(&b, true);
                reopen(&a, 1);
                assert_ok(ur_tree_prune(a.tree, ur_tree_version(a.tree), 1000, &a.err));
            }
        }
        stop(&a);
        stop(&b);
    }
}

static void pruning_leaves_one_version(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("tree pruning");
    world w;
    start(&w, 0);
    for (int step = 0; step < 2000; step++) {
        change(&w, &rng);
        if (step % 5 == 0) {
            save(&w, true);
        }
    }
    save(&w, true);
    uint64_t before = count(&w, "tree_node");
    assert_ok(ur_tree_prune(w.tree, ur_tree_version(w.tree), 1000000, &w.err));
    assert_true(before > 2 * w.now.n);
    assert_int_equal(count(&w, "tree_node"), 2 * w.now.n - 1); /* leaves and inner nodes of a full binary tree */
    assert_int_equal(count(&w, "tree_orphan"), 0);
    assert_int_equal(count(&w, "tree_root"), 1);
    for (size_t k = 0; k < KEYS; k++) {
        check_key(&w, k);
    }
    stop(&w);
}

static void empty_tree(void **state)
{
    (void)state;
    world w;
    uint8_t nothing[UR_SHA256_BYTES], root[UR_SHA256_BYTES], space[64];
    ur_writer proof;
    start(&w, 0);
    ur_sha256_of(nothing, ur_span_of(NULL, 0));
    ur_tree_root(w.tree, root);
    assert_memory_equal(root, nothing, sizeof root);
    save(&w, true);
    ur_tree_root(w.tree, root);
    assert_memory_equal(root, nothing, sizeof root);
    ur_writer_init(&proof, space, sizeof space);
    assert_status(ur_tree_prove(w.tree, 1, UR_SPAN_LIT("k"), NULL, &proof, &w.err), UR_E_STATE);
    assert_ok(ur_tree_set(w.tree, UR_SPAN_LIT("k"), UR_SPAN_LIT("v"), &w.err));
    assert_ok(ur_tree_remove(w.tree, UR_SPAN_LIT("k"), &w.err));
    save(&w, true);
    ur_tree_root(w.tree, root);
    assert_memory_equal(root, nothing, sizeof root);
    stop(&w);
}

static void limits(void **state)
{
    (void)state;
    world w;
    uint8_t *big = calloc(1, UR_TREE_VALUE_MAX + 1);
    assert_non_null(big);
    start(&w, 0);
    assert_status(ur_tree_set(w.tree, ur_span_of(big, 0), UR_SPAN_LIT("v"), &w.err), UR_E_LIMIT);
    assert_status(ur_tree_set(w.tree, ur_span_of(big, UR_TREE_KEY_MAX + 1), UR_SPAN_LIT("v"), &w.err), UR_E_LIMIT);
    assert_status(ur_tree_set(w.tree, UR_SPAN_LIT("k"), ur_span_of(big, 0), &w.err), UR_E_LIMIT);
    assert_status(ur_tree_set(w.tree, UR_SPAN_LIT("k"), ur_span_of(big, UR_TREE_VALUE_MAX + 1), &w.err), UR_E_LIMIT);
    assert_ok(ur_tree_set(w.tree, ur_span_of(big, UR_TREE_KEY_MAX), ur_span_of(big, UR_TREE_VALUE_MAX), &w.err));
    save(&w, true);
    assert_status(ur_tree_prune(w.tree, 2, 10, &w.err), UR_E_USAGE);
    assert_status(ur_tree_prove(w.tree, 7, UR_SPAN_LIT("k"), NULL, NULL, &w.err), UR_E_UNAVAILABLE);
    stop(&w);
    free(big);
    ur_tree *none;
    assert_int_equal(sqlite3_open(":memory:", &w.db), SQLITE_OK);
    assert_ok(ur_tree_prepare(w.db, &w.err));
    assert_status(ur_tree_open(&none, w.db, "", 0, &w.err), UR_E_USAGE);
    assert_null(none);
    assert_int_equal(sqlite3_close(w.db), SQLITE_OK);
}

/* A flipped byte anywhere in a stored node is found when that node is next read; nothing is guessed. */
static void damaged_rows(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("tree damage");
    world w;
    start(&w, 1);
    for (int step = 0; step < 200; step++) {
        change(&w, &rng);
    }
    save(&w, true);
    for (int round = 0; round < 300; round++) {
        char sql[200];
        uint64_t nodes = count(&w, "tree_node");
        sqlite3_stmt *q;
        uint64_t id = 1 + test_rng_below(&rng, nodes);
        (void)snprintf(sql, sizeof sql, "SELECT body FROM tree_node WHERE id = %llu", (unsigned long long)id);
        assert_int_equal(sqlite3_prepare_v2(w.db, sql, -1, &q, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(q), SQLITE_ROW);
        size_t n = (size_t)sqlite3_column_bytes(q, 0);
        uint8_t body[512];
        assert_true(n <= sizeof body);
        memcpy(body, sqlite3_column_blob(q, 0), n);
        assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
        size_t at = test_rng_below(&rng, n);
        body[at] ^= (uint8_t)(1u << test_rng_below(&rng, 8));
        assert_int_equal(sqlite3_prepare_v2(w.db, "UPDATE tree_node SET body = ?1 WHERE id = ?2", -1, &q, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_bind_blob(q, 1, body, (int)n, SQLITE_STATIC), SQLITE_OK);
        assert_int_equal(sqlite3_bind_int64(q, 2, (sqlite3_int64)id), SQLITE_OK);
        exec(w.db, "BEGIN");
        assert_int_equal(sqlite3_step(q), SQLITE_DONE);
        assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
        assert_ok(ur_tree_discard(w.tree, &w.err));
        size_t refused = 0;
        for (size_t k = 0; k < KEYS; k++) {
            char key[TEXT], value[TEXT];
            ur_span got;
            ur_status st = ur_tree_get(w.tree, key_text(key, k), &got, &w.err);
            if (st == UR_OK) {
                assert_true(w.now.there[k]);
                assert_true(ur_span_eq_var(got, value_text(value, w.now.value[k])));
            } else if (st == UR_E_INPUT) {
                refused++;
                assert_status(ur_tree_get(w.tree, key_text(key, k), &got, &w.err), UR_E_STATE);
                assert_ok(ur_tree_discard(w.tree, &w.err));
            } else {
                assert_false(w.now.there[k]);
            }
        }
        assert_true(refused > 0);
        exec(w.db, "ROLLBACK");
        assert_ok(ur_tree_discard(w.tree, &w.err));
    }
    stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories),
        cmocka_unit_test(same_history_same_root),
        cmocka_unit_test(pruning_leaves_one_version),
        cmocka_unit_test(empty_tree),
        cmocka_unit_test(limits),
        cmocka_unit_test(damaged_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
