#include "tests/test.h"

#include "core/bls/msm.h"

enum { MOST = 70 }; /* both sides of blst's switch from tables to buckets */

static ur_g1 g1[MOST];
static ur_g2 g2[MOST];
static const ur_g1 *p1[MOST];
static const ur_g2 *p2[MOST];
static uint8_t k[MOST * 32];
static uint8_t scratch[1 << 20] __attribute__((aligned(16)));

static void points(test_rng *rng)
{
    for (size_t i = 0; i < MOST; i++) {
        ur_scalar s;
        ur_scalar_from_u64(&s, test_rng_u64(rng));
        ur_g1_mul(&g1[i], ur_g1_generator(), &s);
        ur_g2_mul(&g2[i], ur_g2_generator(), &s);
        p1[i] = &g1[i];
        p2[i] = &g2[i];
    }
    g1[3] = g1[2]; /* a repetition, an opposite and an infinity */
    ur_g1_neg(&g1[4], &g1[1]);
    memset(&g1[5], 0, sizeof g1[5]);
    g2[3] = g2[2];
    ur_g2_neg(&g2[4], &g2[1]);
    memset(&g2[5], 0, sizeof g2[5]);
}

/* The same by one multiplication and one addition after the other. */
static void slow(ur_g1 *o1, ur_g2 *o2, size_t bits, size_t n)
{
    size_t bytes = (bits + 7) / 8;
    memset(o1, 0, sizeof *o1);
    memset(o2, 0, sizeof *o2);
    for (size_t i = 0; i < n; i++) {
        uint8_t be[32];
        for (size_t b = 0; b < bytes; b++) {
            be[bytes - 1 - b] = k[i * bytes + b];
        }
        ur_scalar s;
        ur_scalar_from_wide(&s, be, bytes);
        ur_g1 t1;
        ur_g1_mul(&t1, &g1[i], &s);
        ur_g1_add(o1, o1, &t1);
        ur_g2_add_mul(o2, o2, &g2[i], &s);
    }
}

static void multiples_agree_with_one_by_one(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("msm");
    points(&rng);
    assert_true(ur_msm_scratch_bytes(MOST) <= sizeof scratch);
    static const size_t counts[] = {0, 1, 2, 5, 6, 7, 31, 32, 33, MOST};
    static const size_t widths[] = {1, 7, 20, 47, 48, 49, 64, 128, 250};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            size_t bits = widths[w];
            size_t bytes = (bits + 7) / 8;
            test_rng_bytes(&rng, k, sizeof k);
            for (size_t i = 1; i <= MOST; i++) {
                k[i * bytes - 1] &= (uint8_t)(0xff >> (8 * bytes - bits));
            }
            ur_g1 want1, got1;
            ur_g2 want2, got2;
            slow(&want1, &want2, bits, counts[c]);
            ur_g1_msm_var(&got1, p1, k, bits, counts[c], scratch);
            ur_g2_msm_var(&got2, p2, k, bits, counts[c], scratch);
            assert_true(ur_g1_eq_var(&want1, &got1));
            assert_true(ur_g2_eq_var(&want2, &got2));
        }
    }
}

static void sums_agree_with_one_by_one(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("sums");
    points(&rng);
    for (size_t n = 0; n <= MOST; n++) {
        memset(k, 0, sizeof k);
        for (size_t i = 0; i < n; i++) {
            k[i] = 1;
        }
        ur_g1 want1, got1;
        ur_g2 want2, got2;
        slow(&want1, &want2, 8, n);
        ur_g1_sum_var(&got1, p1, n);
        ur_g2_sum_var(&got2, p2, n);
        assert_true(ur_g1_eq_var(&want1, &got1));
        assert_true(ur_g2_eq_var(&want2, &got2));
    }
}

static void polynomials_agree_with_powers(void **state)
{
    (void)state;
    enum { COUNT = 9 };
    test_rng rng = test_rng_start("point polynomials");
    points(&rng);
    static const uint32_t firsts[] = {1, 2, 120, 250, 65530, (1u << 31) - COUNT};
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++) {
        for (size_t t = 1; t <= 8; t++) {
            ur_g1 got[COUNT];
            assert_true(ur_g1_poly_scratch_bytes(COUNT) <= sizeof scratch);
            ur_g1_poly_var(got, g1, t, firsts[f], COUNT, scratch);
            for (size_t i = 0; i < COUNT; i++) {
                ur_scalar x, power;
                ur_scalar_from_u64(&x, firsts[f] + i);
                ur_scalar_from_u64(&power, 1);
                ur_g1 want = {0};
                for (size_t j = 0; j < t; j++) {
                    ur_g1 term;
                    ur_g1_mul(&term, &g1[j], &power);
                    ur_g1_add(&want, &want, &term);
                    ur_scalar_mul(&power, &power, &x);
                }
                assert_true(ur_g1_eq_var(&want, &got[i]));
            }
        }
    }
    /* Sums that pass through infinity: A_1 = -A_0, at 1. */
    ur_g1 a[3] = {g1[0], g1[0], g1[5]}, got; /* g1[5] is infinity */
    ur_g1_neg(&a[1], &g1[0]);
    ur_g1_poly_var(&got, a, 3, 1, 1, scratch);
    assert_true(ur_g1_is_inf(&got));
}

static void multiples_with_one_inversion_agree(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("scale");
    points(&rng);
    static ur_g1 got[MOST];
    assert_true(ur_g1_scale_scratch_bytes(MOST) <= sizeof scratch);
    for (size_t n = 0; n <= MOST; n += n < 3 ? 1 : 33) {
        test_rng_bytes(&rng, k, sizeof k);
        ur_g1_scale_var(got, p1, &g1[7], k, 128, n, scratch);
        for (size_t i = 0; i < n; i++) {
            ur_g1 want, sum;
            const ur_g1 *p = &sum;
            ur_g1_add(&sum, &g1[i], &g1[7]);
            ur_g1_msm_var(&want, &p, k + 16 * i, 128, 1, scratch);
            assert_true(ur_g1_eq_var(&want, &got[i]));
        }
        ur_g1_scale_pairs_var(got, p1, k, 128, n / 2, scratch);
        for (size_t i = 0; i < n / 2; i++) { /* of equal and of opposite points, too, and of infinity */
            ur_g1 want;
            ur_g1_msm_var(&want, p1 + 2 * i, k + 32 * i, 128, 2, scratch);
            assert_true(ur_g1_eq_var(&want, &got[i]));
        }
    }
    memset(k, 0, sizeof k);
    ur_g1_scale_pairs_var(got, p1, k, 128, 1, scratch);
    assert_true(ur_g1_is_inf(&got[0]));
}

/* Points outside the subgroup: read as points of the curve, refused as points of the group, and added like all others. */
static void points_of_the_curve_are_asked_for_their_group(void **state)
{
    (void)state;
    uint8_t b1[UR_G1_BYTES] = {0x80, [UR_G1_BYTES - 1] = 4}, b2[UR_G2_BYTES] = {0x80};
    ur_e1 e, minus, sum;
    ur_e2 f;
    ur_g1 p, zero1 = {0};
    ur_g2 q, zero2 = {0};
    assert_ok(ur_e1_parse_var(&e, b1));
    assert_status(ur_g1_parse(&p, b1), UR_E_INPUT);
    assert_status(ur_g1_from_e1_var(&p, &e), UR_E_INPUT);
    assert_memory_equal(&p, &zero1, sizeof p);
    do {
        b2[UR_G2_BYTES - 1]++;
    } while (ur_e2_parse_var(&f, b2) != UR_OK);
    assert_status(ur_g2_parse(&q, b2), UR_E_INPUT);
    assert_status(ur_g2_from_e2_var(&q, &f), UR_E_INPUT);
    assert_memory_equal(&q, &zero2, sizeof q);
    ur_e1_neg(&minus, &e);
    const ur_e1 *list[2] = {&e, &minus};
    ur_e1_sum_var(&sum, list, 2);
    assert_ok(ur_g1_from_e1_var(&p, &sum)); /* infinity is in every group */
    assert_true(ur_g1_is_inf(&p));
    ur_g1_write(b1, ur_g1_generator());
    ur_g2_write(b2, ur_g2_generator());
    assert_ok(ur_e1_parse_var(&e, b1));
    assert_ok(ur_e2_parse_var(&f, b2));
    assert_true(ur_e1_eq_g1_var(&e, ur_g1_generator()));
    assert_ok(ur_g1_from_e1_var(&p, &e));
    assert_ok(ur_g2_from_e2_var(&q, &f));
    assert_true(ur_g1_eq_var(&p, ur_g1_generator()) && ur_g2_eq_var(&q, ur_g2_generator()));
    memset(b1, 0, sizeof b1);
    memset(b2, 0, sizeof b2);
    b1[0] = b2[0] = 0xc0;
    assert_status(ur_e1_parse_var(&e, b1), UR_E_INPUT);
    assert_status(ur_e2_parse_var(&f, b2), UR_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiples_agree_with_one_by_one),
        cmocka_unit_test(sums_agree_with_one_by_one),
        cmocka_unit_test(polynomials_agree_with_powers),
        cmocka_unit_test(multiples_with_one_inversion_agree),
        cmocka_unit_test(points_of_the_curve_are_asked_for_their_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
