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

/* p[i] = a_i G1, q[i] = b_i G2, r[i] = c_i G1, s = d G2: both hold if a_i b_i = c_i d. */
typedef struct two {
    uint8_t p[2][UR_G1_BYTES], q[2][UR_G2_BYTES], r[2][UR_G1_BYTES], s[UR_G2_BYTES];
} two;

static void g1_times(uint8_t out[UR_G1_BYTES], uint64_t k)
{
    ur_scalar x;
    ur_g1 p;
    ur_scalar_from_u64(&x, k);
    ur_g1_mul(&p, ur_g1_generator(), &x);
    ur_g1_write(out, &p);
}

static void g2_times(uint8_t out[UR_G2_BYTES], uint64_t k)
{
    ur_scalar x;
    ur_g2 p;
    ur_scalar_from_u64(&x, k);
    ur_g2_mul(&p, ur_g2_generator(), &x);
    ur_g2_write(out, &p);
}

static void fill(two *t, const uint64_t a[2], const uint64_t b[2], const uint64_t c[2], uint64_t d)
{
    for (int i = 0; i < 2; i++) {
        g1_times(t->p[i], a[i]);
        g2_times(t->q[i], b[i]);
        g1_times(t->r[i], c[i]);
    }
    g2_times(t->s, d);
}

/* As one equation and as two: the same answer. */
static void expect_two(const two *t, ur_status want)
{
    ur_curve_ops chain = *ur_curve_ops_native();
    const uint8_t *p[2] = {t->p[0], t->p[1]}, *q[2] = {t->q[0], t->q[1]}, *r[2] = {t->r[0], t->r[1]};
    assert_status(ur_curve_two_equal(ur_curve_ops_native(), p, q, r, t->s), want);
    chain.g1_mul = NULL;
    assert_status(ur_curve_two_equal(&chain, p, q, r, t->s), want);
}

static void two_equations_hold_or_do_not(void **state)
{
    (void)state;
    two t;
    const uint64_t ones[2] = {1, 1}, threes[2] = {3, 3}, a[2] = {6, 10}, c[2] = {9, 15}, swapped[2] = {15, 9};
    const uint64_t q[2] = {9, 10}, two_sides[2] = {6, 10};
    fill(&t, a, threes, c, 2); /* one q */
    expect_two(&t, UR_OK);
    fill(&t, a, threes, swapped, 2); /* both wrong, and their product right */
    expect_two(&t, UR_E_PROOF);
    fill(&t, ones, q, two_sides, 1);
    expect_two(&t, UR_E_PROOF);
    fill(&t, ones, q, q, 1); /* one p, two q */
    expect_two(&t, UR_OK);
    for (int i = 0; i < 2; i++) {
        two bad = t;
        g1_times(bad.r[i], 77);
        expect_two(&bad, UR_E_PROOF);
        memset(bad.q[1 - i], 0xff, UR_G2_BYTES); /* no point: that is said first, whatever else is wrong */
        expect_two(&bad, UR_E_INPUT);
        bad = t;
        memset(bad.p[i], 0xff, UR_G1_BYTES);
        expect_two(&bad, UR_E_INPUT);
        bad = t;
        memset(bad.r[i], 0xff, UR_G1_BYTES);
        expect_two(&bad, UR_E_INPUT);
    }
    memset(t.s, 0xff, UR_G2_BYTES);
    expect_two(&t, UR_E_INPUT);
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
        cmocka_unit_test(two_equations_hold_or_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
