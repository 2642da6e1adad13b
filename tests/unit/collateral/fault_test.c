/* Each allocation, read, write, sync, naming and mapping of ours fails in turn: a status, a message, nothing left behind. */
#include "lib/tee/sim.h"
#include "lib/tee/tee.h"
#include "tests/fault/fault.h"
#include "tests/unit/collateral/kit.h"

typedef ur_status (*job)(ur_err *err);

/* Runs f with the first, second, … call failing, until none is left to fail. */
static void each_fails(const char *what, job f)
{
    for (long k = 0;; k++) {
        ur_err err = {0};
        fault_arm(FAULT_ALL, k);
        ur_status st = f(&err);
        if (!fault_disarm()) {
            if (st != UR_OK) {
                fail_msg("%s: %s", what, err.text);
            }
            print_message("%s: %ld calls failed, one by one\n", what, k);
            assert_true(k > 3);
            return;
        }
        if (st == UR_OK || err.text[0] == '\0') {
            fail_msg("%s: call %ld failed: %s, '%s'", what, k, ur_status_name(st), err.text);
        }
    }
}

static ur_coll_set kept_set;
static unsigned exports;

static ur_status through_the_cache(ur_err *err)
{
    ur_coll_cache *cache = NULL;
    ur_coll_set out = {0};
    size_t count;
    char name[32];
    (void)snprintf(name, sizeof name, "out-%u", exports++);
    ur_status st = ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, err);
    if (st == UR_OK) {
        st = ur_coll_cache_put_set(cache, &kept_set, &trust, NOW, err);
    }
    if (st == UR_OK) {
        st = ur_coll_cache_put_set(cache, &kept_set, &trust, NOW, err);
    }
    if (st == UR_OK) {
        st = ur_coll_cache_set(cache, &out, test_root.key, &need, err);
    }
    if (st == UR_OK) {
        st = ur_coll_cache_export(cache, in_folder(name), NULL, &count, err);
    }
    ur_coll_set_free(&out);
    ur_coll_cache_close(&cache);
    return st;
}

static ur_status from_a_folder(ur_err *err)
{
    ur_coll_set out;
    ur_status st = ur_coll_set_find(&out, in_folder("whole"), &need, &trust, NOW, err);
    ur_coll_set_free(&out);
    return st;
}

static ur_status a_quote(ur_err *err)
{
    char sim[128];
    uint8_t rd[64] = {1}, *quote = NULL;
    size_t n;
    ur_tee *tee = NULL;
    (void)snprintf(sim, sizeof sim, "%s", in_folder("sim"));
    const ur_tee_options options = {.backend = "sim", .sim_folder = sim};
    ur_status st = ur_tee_open(&tee, &options, err);
    if (st == UR_OK) {
        st = ur_tee_quote(tee, &quote, &n, rd, err);
    }
    free(quote);
    ur_tee_close(&tee);
    return st;
}

static void everything_fails_once(void **state)
{
    (void)state;
    ur_coll_cache *cache;
    size_t count;
    char sim[128];
    const ur_sim_options options = {.now = NOW, .days = 30};
    kept_set = set_of("tdx");
    assert_ok(ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, NULL));
    assert_ok(ur_coll_cache_put_set(cache, &kept_set, &trust, NOW, NULL));
    assert_ok(ur_coll_cache_export(cache, in_folder("whole"), NULL, &count, NULL));
    ur_coll_cache_close(&cache);
    (void)snprintf(sim, sizeof sim, "%s", in_folder("sim"));
    assert_ok(ur_sim_init(sim, &options, NULL));
    each_fails("cache", through_the_cache);
    each_fails("folder", from_a_folder);
    each_fails("quote", a_quote);
    ur_coll_set_free(&kept_set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_fails_once)};
    return cmocka_run_group_tests(tests, kit_start, kit_end);
}
