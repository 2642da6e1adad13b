/* What the tests of lib/collateral share: the test root, sets from recipes, a folder of their own. */
#ifndef UR_TESTS_COLLATERAL_KIT_H
#define UR_TESTS_COLLATERAL_KIT_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/collateral/collateral.h"
#include "lib/mint/recipe.h"
#include "lib/suite/attest.h"
#include "tests/test.h"

#define NOW ((int64_t)UR_MINT_TEST_TIME)

static ur_suite_attest *suite;
static ur_attest_root test_root;
static ur_coll_trust trust;
static char folder[64];
static const ur_coll_need need = {.tee = UR_TEE_TDX, .fmspc = {0x7e, 0x57, 0xfe, 0xed, 0, 0}};

/* A set from a recipe; free it with ur_coll_set_free. */
static inline ur_coll_set set_of(const char *recipe)
{
    static uint8_t memory[UR_MINT_SET_MAX];
    ur_writer w;
    ur_span json;
    ur_coll_set set;
    ur_err err = {0};
    ur_writer_init(&w, memory, sizeof memory);
    assert_ok(ur_mint_recipe_set(&w, recipe));
    assert_ok(ur_writer_end(&w, &json));
    if (ur_coll_set_read(&set, json, &err) != UR_OK) {
        fail_msg("%s: %s", recipe, err.text);
    }
    return set;
}

/* One document of a set. */
static inline ur_status put_doc(ur_coll_cache *cache, const char *recipe, ur_coll_kind kind, bool *is_new, ur_err *err)
{
    ur_coll_set set = set_of(recipe);
    ur_coll_doc docs[UR_COLL_KINDS];
    ur_coll_set_docs(docs, &set);
    ur_status st = ur_coll_cache_put(cache, &docs[kind], &trust, NOW, is_new, err);
    ur_coll_set_free(&set);
    return st;
}

static inline ur_status put_all(ur_coll_cache *cache, const char *recipe, ur_err *err)
{
    ur_coll_set set = set_of(recipe);
    ur_status st = ur_coll_cache_put_set(cache, &set, &trust, NOW, err);
    ur_coll_set_free(&set);
    return st;
}

static inline const char *in_folder(const char *name)
{
    static char paths[4][192];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline void remove_tree(const char *path)
{
    DIR *d = opendir(path);
    if (d == NULL) {
        (void)unlink(path);
        return;
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char below[512];
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            int n = snprintf(below, sizeof below, "%s/%s", path, e->d_name);
            if (n > 0 && (size_t)n < sizeof below) {
                remove_tree(below);
            }
        }
    }
    (void)closedir(d);
    (void)rmdir(path);
}

static inline int kit_start(void **state)
{
    ur_mint_pki pki;
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/unrug-collateral-XXXXXX");
    if (mkdtemp(folder) == NULL || ur_mint_pki_test(&pki) != UR_OK || ur_suite_attest_new(&suite) != UR_OK) {
        return -1;
    }
    memcpy(test_root.key, pki.root.q, sizeof test_root.key);
    test_root.not_before = pki.not_before;
    test_root.not_after = pki.root_not_after;
    trust = (ur_coll_trust){ur_suite_attest_ops(suite), &test_root, 1};
    return 0;
}

static inline int kit_end(void **state)
{
    (void)state;
    ur_suite_attest_free(&suite);
    remove_tree(folder);
    return 0;
}

#endif
