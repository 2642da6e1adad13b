/* Committees through the contract's entry points, acted out by the members of core/dkg. */
#include "tests/contract/troupe.h"

#define ALL UINT64_MAX

static stage s;

static int begin(void **state)
{
    (void)state;
    stage_open(&s);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stage_close(&s);
    return 0;
}

static ur_json committee(uint64_t id)
{
    return scenario_ask(&s.sc, "{\"committee\":{\"committee\":%llu}}", (unsigned long long)id);
}

static void create(troupe *t, test_rng *rng, uint32_t n, uint32_t threshold, uint32_t margin)
{
    troupe_create(t, &s, rng, 10, n, threshold, margin);
}

static void a_first_generation(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee first");
    for (uint32_t n = 3; n <= 5; n++) {
        troupe t;
        create(&t, &rng, n, n / 2 + 1, 1);
        assert_int_equal(stage_u64(committee(t.committee), "pending"), 1);
        assert_int_equal(stage_u64(committee(t.committee), "current"), 0);
        troupe_run(&t, &s, ALL);
        troupe_publish(&t, &s);
        uint32_t need = n / 2 + 1 + 1;
        for (uint32_t i = 1; i < need; i++) {
            troupe_drill(&t, &s, i, i);
            assert_int_equal(stage_u64(committee(t.committee), "current"), 0);
        }
        troupe_drill(&t, &s, need, need);
        ur_json c = committee(t.committee);
        assert_int_equal(stage_u64(c, "current"), 1);
        assert_int_equal(stage_u64(c, "pending"), 0);
        assert_int_equal(stage_u64(c, "threshold"), n / 2 + 1);
        assert_int_equal(stage_u64(c, "members"), n);
        assert_string_equal(scenario_text(&s.sc, "\"%s\"", stage_string(&s, c, "mpk")),
                            scenario_base64(&s.sc, ur_span_of(t.sim.results[0].mpk, UR_G1_BYTES)));
        troupe_drill(&t, &s, need + 1, n); /* later ones show that they have theirs, too */
        sim_check_secret(&t.sim, 0);
        troupe_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_first_generation, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
