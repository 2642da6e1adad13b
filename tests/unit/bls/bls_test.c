#include "tests/test.h"

#include "core/bls/bls.h"

static void generators_pair_as_published(void **state)
{
    (void)state;
    ur_gt e;
    uint8_t bytes[UR_GT_BYTES];
    ur_pairing(&e, ur_g1_generator(), ur_g2_generator());
    ur_gt_write(bytes, &e);
    /* Lowest coefficient of e(G1, G2): FairyRing reference 1.1. */
    static const uint8_t want[8] = {0x12, 0x50, 0xeb, 0xd8, 0x71, 0xfc, 0x0a, 0x92};
    assert_memory_equal(bytes + UR_GT_BYTES - 48, want, sizeof want);
}

static void pairing_is_bilinear(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("pairing");
    ur_scalar a, b, ab;
    uint8_t wide[48];
    test_rng_bytes(&rng, wide, sizeof wide);
    ur_scalar_from_wide(&a, wide, sizeof wide);
    ur_scalar_from_u64(&b, 77);
    ur_scalar_mul(&ab, &a, &b);
    ur_g1 pa, pab;
    ur_g2 qb;
    ur_g1_mul(&pa, ur_g1_generator(), &a);
    ur_g1_mul(&pab, ur_g1_minus_generator(), &ab);
    ur_g2_mul(&qb, ur_g2_generator(), &b);
    const ur_g1 *ps[] = {&pa, &pab};
    const ur_g2 *qs[] = {&qb, ur_g2_generator()};
    assert_ok(ur_pairing_check_var(ps, qs, 2));
    ps[1] = &pa;
    assert_status(ur_pairing_check_var(ps, qs, 2), UR_E_PROOF);
    assert_ok(ur_pairing_check_var(ps, qs, 0));
}

static void infinity_and_order_are_refused(void **state)
{
    (void)state;
    uint8_t inf[UR_G2_BYTES] = {0xc0};
    ur_g1 p;
    ur_g2 q;
    assert_status(ur_g1_parse(&p, inf), UR_E_INPUT);
    assert_status(ur_g2_parse(&q, inf), UR_E_INPUT);
    static const uint8_t order[32] = {0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8,
                                      0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe,
                                      0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01};
    ur_scalar s;
    assert_status(ur_scalar_parse(&s, order), UR_E_INPUT);
    uint8_t below[32];
    memcpy(below, order, 32);
    below[31] = 0;
    assert_ok(ur_scalar_parse(&s, below));
    uint8_t back[32];
    ur_scalar_write(back, &s);
    assert_memory_equal(back, below, 32);
    ur_scalar_from_wide(&s, order, 32);
    assert_true(ur_scalar_is_zero_var(&s));
    ur_g1_mul(&p, ur_g1_generator(), &s);
    assert_true(ur_g1_is_inf(&p));
    const ur_g1 *ps[] = {&p};
    const ur_g2 *qs[] = {ur_g2_generator()};
    assert_ok(ur_pairing_check_var(ps, qs, 1));
}

static void points_round_trip(void **state)
{
    (void)state;
    ur_g1 h1, p1, sum;
    ur_g2 h2, p2;
    uint8_t b1[UR_G1_BYTES], b2[UR_G2_BYTES];
    ur_hash_to_g1(&h1, UR_TAG_JOIN_POP, UR_SPAN_LIT("x"));
    ur_hash_to_g2(&h2, UR_TAG_IDENTITY, UR_SPAN_LIT("x"));
    ur_g1_write(b1, &h1);
    ur_g2_write(b2, &h2);
    assert_ok(ur_g1_parse(&p1, b1));
    assert_ok(ur_g2_parse(&p2, b2));
    assert_true(ur_g1_eq_var(&h1, &p1) && ur_g2_eq_var(&h2, &p2));
    ur_g1_neg(&p1, &h1);
    ur_g1_add(&sum, &p1, &h1);
    assert_true(ur_g1_is_inf(&sum));
    ur_g1_add(&sum, &h1, &h1);
    ur_scalar two;
    ur_scalar_from_u64(&two, 2);
    ur_g1_mul(&p1, &h1, &two);
    assert_true(ur_g1_eq_var(&sum, &p1));
}

static void tags_differ(void **state)
{
    (void)state;
    for (int i = 0; i < UR_TAG_COUNT; i++) {
        for (int j = 0; j < i; j++) {
            assert_false(ur_span_eq_var(ur_tag_text((ur_tag)i), ur_tag_text((ur_tag)j)));
        }
        assert_true(ur_tag_group((ur_tag)i) == 1 || ur_tag_group((ur_tag)i) == 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generators_pair_as_published),   cmocka_unit_test(pairing_is_bilinear),
        cmocka_unit_test(infinity_and_order_are_refused), cmocka_unit_test(points_round_trip),
        cmocka_unit_test(tags_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
