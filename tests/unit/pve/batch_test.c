#include "tests/unit/pve/pve_kit.h"

enum { MOST = 60, IDENTITIES = 3, RECIPIENTS = 4 };

/* A pool that claims are drawn from: claim i mixes keypers, identities and recipients. */
typedef struct pool {
    kit committee;
    ur_g2 q[IDENTITIES];
    ur_scalar x[RECIPIENTS];
    ur_g1 to[RECIPIENTS];
    ur_pve_share shares[MOST];
    ur_pve_claim claims[MOST];
} pool;

static pool p;
static uint8_t weights[MOST * UR_PVE_WEIGHT_BYTES];
static void *scratch;

static void fill(test_rng *rng, bool mixed)
{
    p.committee = kit_new(rng);
    for (int i = 0; i < IDENTITIES; i++) {
        const uint8_t name = (uint8_t)i;
        ur_hash_to_g2(&p.q[i], UR_TAG_IDENTITY, ur_span_of(&name, 1));
    }
    for (int i = 0; i < RECIPIENTS; i++) {
        p.x[i] = kit_scalar(rng);
        ur_g1_mul(&p.to[i], ur_g1_generator(), &p.x[i]);
    }
    for (int i = 0; i < MOST; i++) {
        size_t q = mixed ? test_rng_below(rng, IDENTITIES) : 0, to = mixed ? test_rng_below(rng, RECIPIENTS) : 0;
        int keyper = 1 + (int)test_rng_below(rng, KIT_N);
        ur_scalar r = kit_scalar(rng), rx;
        ur_g2 d;
        ur_scalar_mul(&rx, &r, &p.x[to]);
        ur_g2_mul(&d, &p.q[q], &p.committee.s[keyper]);
        ur_g2_mul(&p.shares[i].r, ur_g2_generator(), &r);
        ur_g2_add_mul(&p.shares[i].c, &d, ur_g2_generator(), &rx);
        p.claims[i] = (ur_pve_claim){&p.shares[i], &p.committee.p[keyper], &p.q[q], &p.to[to]};
    }
    test_rng_bytes(rng, weights, sizeof weights);
    scratch = malloc(ur_pve_check_many_scratch_bytes(MOST));
    assert_non_null(scratch);
}

static void every_size_of_good_batch_passes(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve good batch");
    for (int mixed = 0; mixed < 2; mixed++) {
        fill(&rng, mixed);
        for (size_t n = 0; n <= MOST; n += n < 8 ? 1 : 13) {
            uint8_t bad[MOST], none[MOST] = {0};
            assert_ok(ur_pve_check_many_var(p.claims, n, bad, weights, scratch));
            assert_memory_equal(bad, none, n);
            assert_ok(ur_pve_check_many_var(p.claims, n, bad, NULL, scratch));
        }
        free(scratch);
    }
}

static void all_bad_ones_are_named_and_no_other(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve bad batch");
    for (int round = 0; round < 6; round++) {
        fill(&rng, round % 2 == 0);
        size_t n = 1 + test_rng_below(&rng, MOST);
        uint8_t want[MOST] = {0}, bad[MOST];
        size_t count = round == 5 ? n : 1 + test_rng_below(&rng, 4);
        for (size_t i = 0; i < count; i++) {
            size_t at = round == 5 ? i : test_rng_below(&rng, n);
            if (want[at] == 0) {
                ur_g2_add(&p.shares[at].c, &p.shares[at].c, ur_g2_generator());
                want[at] = 1;
            }
        }
        assert_status(ur_pve_check_many_var(p.claims, n, bad, round < 3 ? weights : NULL, scratch), UR_E_PROOF);
        assert_memory_equal(bad, want, n);
        free(scratch);
    }
}

/* Two shares wrong by opposite amounts cancel in a plain product; so do two that were swapped. */
static void without_weights_errors_cancel(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve weights");
    fill(&rng, false);
    uint8_t ones[MOST * UR_PVE_WEIGHT_BYTES] = {0}, want[MOST] = {0}, bad[MOST];
    for (size_t i = 0; i < sizeof ones; i += UR_PVE_WEIGHT_BYTES) {
        ones[i] = 1;
    }
    ur_g2 minus;
    ur_g2_neg(&minus, ur_g2_generator());
    ur_g2_add(&p.shares[2].c, &p.shares[2].c, ur_g2_generator());
    ur_g2_add(&p.shares[9].c, &p.shares[9].c, &minus);
    ur_pve_share held = p.shares[4];
    p.shares[4].c = p.shares[5].c;
    p.shares[5].c = held.c;
    want[2] = want[9] = want[4] = want[5] = 1;
    assert_ok(ur_pve_check_many_var(p.claims, 11, bad, ones, scratch)); /* the attack works */
    assert_status(ur_pve_check_many_var(p.claims, 11, bad, weights, scratch), UR_E_PROOF);
    assert_memory_equal(bad, want, 11);
    assert_status(ur_pve_check_many_var(p.claims, 11, bad, NULL, scratch), UR_E_PROOF);
    assert_memory_equal(bad, want, 11);
    free(scratch);
}

static void infinity_is_named_wherever_it_stands(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pve infinity");
    fill(&rng, true);
    static const ur_g1 inf1;
    static const ur_g2 inf2;
    for (int part = 0; part < 6; part++) {
        ur_pve_claim claims[7];
        ur_pve_share hurt = p.shares[3];
        memcpy(claims, p.claims, sizeof claims);
        claims[3].share = &hurt;
        if (part == 0 || part == 5) {
            hurt.r = inf2;
        }
        if (part == 1 || part == 5) {
            hurt.c = inf2;
        }
        if (part == 2 || part == 5) {
            claims[3].holder = &inf1; /* part 5: 1 = 1 */
        }
        if (part == 3) {
            claims[3].q = &inf2;
        }
        if (part == 4) {
            claims[3].to = &inf1;
        }
        uint8_t bad[7], want[7] = {0, 0, 0, 1, 0, 0, 0};
        assert_status(ur_pve_check_many_var(claims, 7, bad, weights, scratch), UR_E_PROOF);
        assert_memory_equal(bad, want, 7);
    }
    free(scratch);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    static uint8_t bad[UR_PVE_BATCH_MAX + 1];
    static ur_pve_claim claims[UR_PVE_BATCH_MAX + 1];
    assert_int_equal(ur_pve_check_many_scratch_bytes(UR_PVE_BATCH_MAX + 1), 0);
    assert_status(ur_pve_check_many_var(claims, UR_PVE_BATCH_MAX + 1, bad, NULL, NULL), UR_E_LIMIT);
    assert_int_equal(bad[0] & bad[UR_PVE_BATCH_MAX], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_of_good_batch_passes), cmocka_unit_test(all_bad_ones_are_named_and_no_other),
        cmocka_unit_test(without_weights_errors_cancel),   cmocka_unit_test(infinity_is_named_wherever_it_stands),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
