/* Writes a random history of the embedded ledger's tree, with its roots and proofs, for the iavl peer to follow. */
#include "tests/test.h"

#include "lib/ledger/tree.h"

enum { STEPS = 4000, PROOF_MAX = 32768 };

static void check(ur_status st, const ur_err *err)
{
    if (st != UR_OK) {
        (void)fprintf(stderr, "%s\n", ur_err_text(err, st));
        exit(1);
    }
}

static void print_hex(const char *before, const uint8_t *p, size_t n)
{
    (void)printf("%s", before);
    for (size_t i = 0; i < n; i++) {
        (void)printf("%02x", p[i]);
    }
}

/* Few keys, some of which begin others. */
static size_t draw_key(test_rng *rng, uint8_t key[4])
{
    size_t n = 1 + test_rng_below(rng, 3);
    for (size_t i = 0; i < n; i++) {
        key[i] = (uint8_t)(test_rng_below(rng, 9) * 31);
    }
    return n;
}

static void change(ur_tree *tree, test_rng *rng, ur_err *err)
{
    uint8_t key[4], value[80];
    size_t key_n = draw_key(rng, key);
    size_t value_n = 1 + test_rng_below(rng, sizeof value);
    if (test_rng_below(rng, 5) < 3) {
        test_rng_bytes(rng, value, value_n);
        check(ur_tree_set(tree, ur_span_of(key, key_n), ur_span_of(value, value_n), err), err);
        print_hex("set ", key, key_n);
        print_hex(" ", value, value_n);
        (void)printf("\n");
        return;
    }
    ur_status st = ur_tree_remove(tree, ur_span_of(key, key_n), err);
    check(st == UR_E_ABSENT ? UR_OK : st, err);
    print_hex("remove ", key, key_n);
    (void)printf("\n");
}

static void save(ur_tree *tree, ur_err *err)
{
    uint8_t root[UR_SHA256_BYTES];
    check(ur_tree_save(tree, err), err);
    ur_tree_root(tree, root);
    print_hex("save ", root, sizeof root);
    (void)printf("\n");
}

static void prove(ur_tree *tree, test_rng *rng, ur_err *err)
{
    static uint8_t buf[PROOF_MAX];
    uint8_t key[4];
    size_t key_n = draw_key(rng, key);
    ur_writer w;
    uint64_t version = 1 + test_rng_below(rng, (size_t)ur_tree_version(tree));
    ur_writer_init(&w, buf, sizeof buf);
    ur_status st = ur_tree_prove(tree, version, ur_span_of(key, key_n), NULL, &w, err);
    if (st != UR_E_STATE) { /* nothing to prove in an empty tree */
        check(st == UR_E_ABSENT ? UR_OK : st, err);
        (void)printf("prove %llu ", (unsigned long long)version);
        print_hex("", key, key_n);
        print_hex(" ", w.p, w.n);
        (void)printf("\n");
    }
}

int main(void)
{
    sqlite3 *db;
    ur_tree *tree;
    ur_err err = {0};
    const char *seed = getenv("UNRUG_SEED");
    test_rng rng = {seed != NULL ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL)};
    (void)fprintf(stderr, "UNRUG_SEED=0x%llx\n", (unsigned long long)rng.x);
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
        return 1;
    }
    check(ur_tree_prepare(db, &err), &err);
    check(ur_tree_open(&tree, db, "wasm", 50, &err), &err);
    for (int step = 0; step < STEPS; step++) {
        if (test_rng_below(&rng, 12) == 0) {
            save(tree, &err);
        } else if (ur_tree_version(tree) > 0 && test_rng_below(&rng, 3) == 0) {
            prove(tree, &rng, &err);
        } else {
            change(tree, &rng, &err);
        }
    }
    ur_tree_close(&tree);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
