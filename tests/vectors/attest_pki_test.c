/* The published synthetic sets rebuilt from recipes, byte for byte; nothing in the folder may be left unexplained. */
#include <dirent.h>

#include "core/codec/hex.h"
#include "lib/mint/recipe.h"
#include "tests/vectors/attest_kit.h"

static uint8_t memory[UR_MINT_SET_MAX];

typedef ur_status (*maker)(ur_writer *w, const char *recipe);

static void compare(const char *file, maker f, const char *recipe)
{
    ur_writer w;
    ur_span made;
    ur_span want = kit_read(file);
    ur_writer_init(&w, memory, sizeof memory);
    assert_ok(f(&w, recipe));
    assert_ok(ur_writer_end(&w, &made));
    if (!ur_span_eq_var(made, want)) {
        fail_msg("%s: '%s' makes other bytes", file, recipe);
    }
    kit_free(&want);
}

/* Files of that kind in the folder. */
static size_t count_files(const char *folder)
{
    size_t n = 0;
    DIR *d = opendir(kit_path(folder));
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        n += e->d_name[0] != '.' ? 1 : 0;
    }
    (void)closedir(d);
    return n;
}

static void every_set_is_rebuilt(void **state)
{
    (void)state;
    size_t quotes = 0, sets = 0;
#define QUOTE(name, recipe)                                                         \
    compare("synthetic/quotes/" name ".bin", ur_mint_recipe_quote, recipe); \
    quotes++;
#define SET(name, recipe)                                                            \
    compare("synthetic/collateral/" name ".json", ur_mint_recipe_set, recipe); \
    sets++;
#include "tools/attest-pki/sets.def"
    print_message("synthetic sets rebuilt: %zu quotes, %zu sets of collateral\n", quotes, sets);
    assert_int_equal(count_files("synthetic/quotes"), quotes);
    assert_int_equal(count_files("synthetic/collateral"), sets);
}

static void the_root_is_rebuilt(void **state)
{
    (void)state;
    ur_mint_pki pki;
    ur_writer w;
    ur_span made, want = kit_read("synthetic/test_root.der");
    ur_writer_init(&w, memory, sizeof memory);
    assert_ok(ur_mint_pki_test(&pki));
    assert_ok(ur_mint_pki_der(&w, &pki, UR_MINT_ROOT));
    assert_ok(ur_writer_end(&w, &made));
    assert_true(ur_span_eq_var(made, want));
    kit_free(&want);
}

static void put(ur_writer *w, const char *word, const uint8_t *p, size_t n)
{
    ur_writer_str(w, word);
    ur_hex_write(w, ur_span_of(p, n));
}

/* The dstack sets lie under the same PKI: given what the event logs and the binding put into each quote (mr_config_id,
 * registers, report data, in one case the debug bit), the rest and the signatures are ours. */
static void dstack_sets_are_rebuilt(void **state)
{
    (void)state;
    size_t count = 0;
    DIR *d = opendir(kit_path("dstack/synthetic"));
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char file[512], recipe[2048] = {0};
        ur_writer w;
        if (strncmp(e->d_name, "d-", 2) != 0) {
            continue;
        }
        (void)snprintf(file, sizeof file, "dstack/synthetic/%s/quote.bin", e->d_name);
        ur_span q = kit_read(file);
        assert_true(q.n > 632);
        ur_writer_init(&w, recipe, sizeof recipe - 1);
        put(&w, "tdx4 sign@168=", q.p + 168, 8);
        put(&w, " sign@232=", q.p + 232, 48);
        put(&w, " sign@376=", q.p + 376, 192);
        put(&w, " rd=", q.p + 568, 64);
        kit_free(&q);
        compare(file, ur_mint_recipe_quote, recipe);
        count++;
    }
    (void)closedir(d);
    compare("dstack/synthetic/collateral.json", ur_mint_recipe_set, "tdx");
    print_message("dstack quotes rebuilt: %zu\n", count);
    assert_int_equal(count, 24);
}

int main(void)
{
    if (vectors_skipped("attestation")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_is_rebuilt),
        cmocka_unit_test(the_root_is_rebuilt),
        cmocka_unit_test(dstack_sets_are_rebuilt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
