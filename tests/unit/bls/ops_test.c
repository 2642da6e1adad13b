#include "tests/test.h"

#include "core/bls/ops.h"

static const uint8_t infinity[UR_G2_BYTES] = {0xc0};
/* x = 4 is on the curve and outside the subgroup. */
static const uint8_t outside[UR_G1_BYTES] = {0x80, [UR_G1_BYTES - 1] = 4};

static void generators_are_blst_s(void **state)
{
    (void)state;
    uint8_t b1[UR_G1_BYTES], b2[UR_G2_BYTES];
    ur_g1_write(b1, ur_g1_generator());
    ur_g2_write(b2, ur_g2_generator());
    assert_memory_equal(b1, ur_g1_generator_bytes(), sizeof b1);
    assert_memory_equal(b2, ur_g2_generator_bytes(), sizeof b2);
}

static void sums_alone_multiply(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("multiply by sums");
    const ur_curve_ops *native = ur_curve_ops_native();
    ur_curve_ops poor = *native; /* what a chain offers */
    poor.g1_mul = NULL;
    for (size_t n = 0; n <= UR_SCALAR_BYTES; n += 4) {
        uint8_t wide[UR_SCALAR_WIDE_BYTES], k[UR_SCALAR_BYTES] = {0}, want[UR_G1_BYTES], got[UR_G1_BYTES];
        test_rng_bytes(&rng, wide, sizeof wide);
        ur_scalar s;
        ur_scalar_from_wide(&s, wide, n < UR_SCALAR_BYTES ? n : sizeof wide);
        ur_scalar_write(k, &s);
        assert_ok(ur_curve_g1_mul(native, want, ur_g1_generator_bytes(), k));
        assert_ok(ur_curve_g1_mul(&poor, got, ur_g1_generator_bytes(), k));
        assert_memory_equal(want, got, sizeof want);
        assert_int_equal(ur_encoding_is_inf(got), n == 0);
        if (n > 0) {
            assert_status(ur_curve_g1_mul(&poor, got, outside, k), UR_E_INPUT);
            assert_status(ur_curve_g1_mul(native, got, outside, k), UR_E_INPUT);
            assert_int_equal(got[0], 0);
        }
    }
}

static void bad_points_are_refused(void **state)
{
    (void)state;
    const ur_curve_ops *ops = ur_curve_ops_native();
    const uint8_t *g1 = ur_g1_generator_bytes();
    const uint8_t *g2 = ur_g2_generator_bytes();
    uint8_t out[UR_G1_BYTES], bad2[UR_G2_BYTES], two[2 * UR_G1_BYTES];
    memcpy(two, g1, UR_G1_BYTES);
    memcpy(two + UR_G1_BYTES, outside, UR_G1_BYTES);
    assert_ok(ops->g1_sum(ops->self, out, two, 1));
    assert_memory_equal(out, g1, UR_G1_BYTES);
    assert_status(ops->g1_sum(ops->self, out, two, 2), UR_E_INPUT);
    memcpy(two + UR_G1_BYTES, infinity, UR_G1_BYTES);
    assert_ok(ops->g1_sum(ops->self, out, two, 2));
    assert_memory_equal(out, g1, UR_G1_BYTES);
    two[2 * UR_G1_BYTES - 1] = 1; /* infinity with something behind it */
    assert_status(ops->g1_sum(ops->self, out, two, 2), UR_E_INPUT);

    memcpy(bad2, g2, sizeof bad2);
    bad2[95] ^= 1;
    assert_ok(ops->pairing_equal(ops->self, g1, g2, 1, g1, g2));
    assert_status(ops->pairing_equal(ops->self, g1, g2, 1, infinity, g2), UR_E_PROOF);
    assert_ok(ops->pairing_equal(ops->self, infinity, g2, 1, g1, infinity));
    assert_status(ops->pairing_equal(ops->self, outside, g2, 1, g1, g2), UR_E_INPUT);
    assert_status(ops->pairing_equal(ops->self, g1, bad2, 1, g1, g2), UR_E_INPUT);
    assert_status(ops->pairing_equal(ops->self, g1, g2, 1, outside, g2), UR_E_INPUT);
    assert_status(ops->pairing_equal(ops->self, g1, g2, 1, g1, bad2), UR_E_INPUT);
}

static void hashes_go_to_their_group(void **state)
{
    (void)state;
    const ur_curve_ops *ops = ur_curve_ops_native();
    uint8_t b1[UR_G1_BYTES], b2[UR_G2_BYTES];
    ur_g1 p;
    ur_g2 q;
    assert_ok(ops->hash(ops->self, b1, UR_TAG_JOIN_POP, UR_SPAN_LIT("x")));
    assert_ok(ops->hash(ops->self, b2, UR_TAG_DEAL_POP, UR_SPAN_LIT("x")));
    assert_ok(ur_g1_parse(&p, b1));
    assert_ok(ur_g2_parse(&q, b2));
}

/* As ur_scalar_parse, which has blst. */
static void scalars_are_below_the_order(void **state)
{
    (void)state;
    uint8_t be[UR_SCALAR_BYTES];
    ur_scalar s, one;
    ur_scalar_from_u64(&s, 0);
    ur_scalar_from_u64(&one, 1);
    ur_scalar_sub(&s, &s, &one);
    ur_scalar_write(be, &s); /* the order less one */
    assert_true(ur_encoding_is_scalar(be));
    be[UR_SCALAR_BYTES - 1]++; /* ends in 01 then */
    assert_false(ur_encoding_is_scalar(be));
    assert_status(ur_scalar_parse(&s, be), UR_E_INPUT);
    memset(be, 0xff, sizeof be);
    assert_false(ur_encoding_is_scalar(be));
    memset(be, 0, sizeof be);
    assert_true(ur_encoding_is_scalar(be));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generators_are_blst_s),
        cmocka_unit_test(sums_alone_multiply),
        cmocka_unit_test(bad_points_are_refused),
        cmocka_unit_test(hashes_go_to_their_group),
        cmocka_unit_test(scalars_are_below_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
