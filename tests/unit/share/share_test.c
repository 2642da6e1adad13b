#include "core/share/share.h"
#include "core/share/lagrange.h"
#include "tests/test.h"

#define MAX 300

/* A scalar, and a polynomial, from the test's own random source. */
static void draw_poly(ur_share_poly *f, ur_scalar *a, size_t t, test_rng *rng)
{
    static uint8_t random[MAX * UR_SCALAR_WIDE_BYTES];
    test_rng_bytes(rng, random, t * UR_SCALAR_WIDE_BYTES);
    assert_ok(ur_share_poly_draw(f, a, t, NULL, random));
    for (size_t i = 0; i < t * UR_SCALAR_WIDE_BYTES; i++) {
        assert_int_equal(random[i], 0); /* random bytes serve once */
    }
}

/* n different indices of 1..largest. */
static void draw_indices(uint32_t *x, size_t n, uint32_t largest, test_rng *rng)
{
    for (size_t i = 0; i < n; i++) {
        bool again = true;
        while (again) {
            x[i] = 1 + (uint32_t)test_rng_below(rng, largest);
            again = false;
            for (size_t j = 0; j < i; j++) {
                again = again || x[j] == x[i];
            }
        }
    }
}

static void dealing(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dealing");
    ur_scalar a[5], secret, got;
    ur_share shares[7];
    ur_g1 commitments[5], p, want;
    ur_share_poly f;
    uint8_t scratch[4096] __attribute__((aligned(16))), be[32], random[5 * UR_SCALAR_WIDE_BYTES];
    ur_scalar_from_u64(&secret, 77);
    test_rng_bytes(&rng, random, sizeof random);
    assert_ok(ur_share_poly_draw(&f, a, 5, &secret, random));
    ur_share_commit(commitments, &f);
    for (uint32_t i = 0; i < 7; i++) {
        uint32_t index = i == 6 ? UR_SHARE_INDEX_MAX : i + 1;
        assert_ok(ur_share_poly_at(&shares[i], &f, index));
        assert_ok(ur_share_check(&shares[i], commitments, 5));
        ur_share_public(&p, &shares[i]);
        assert_ok(ur_share_public_at_var(&want, commitments, 5, index));
        assert_true(ur_g1_eq_var(&p, &want));
        ur_share_reveal(be, &shares[i]);
        ur_share again;
        assert_ok(ur_share_parse(&again, index, be));
        assert_ok(ur_scalar_eq(&again.s, &shares[i].s));
        assert_int_equal(again.index, index);
    }
    /* any five recover the secret, the rest of the shares, and refuse repetition */
    assert_true(ur_share_recover_scratch_bytes(5) <= sizeof scratch);
    assert_ok(ur_share_recover(&got, shares + 2, 5, 0, scratch));
    assert_ok(ur_scalar_eq(&got, &secret));
    assert_ok(ur_share_recover(&got, shares + 2, 5, 1, scratch));
    assert_ok(ur_scalar_eq(&got, &shares[0].s));
    assert_ok(ur_share_recover(&got, shares + 2, 5, 4, scratch)); /* at one of them */
    assert_ok(ur_scalar_eq(&got, &shares[3].s));
    assert_ok(ur_share_recover(&got, shares + 2, 4, 0, scratch)); /* too few: some scalar */
    assert_status(ur_scalar_eq(&got, &secret), UR_E_PROOF);
    shares[3].index = 3;
    assert_status(ur_share_recover(&got, shares + 2, 5, 0, scratch), UR_E_INPUT);
    assert_true(ur_scalar_is_zero_var(&got));
    assert_status(ur_share_recover(&got, shares, 0, 0, scratch), UR_E_INPUT);
    ur_share_poly_wipe(&f);
}

static void refusals(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8,
                                      0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe,
                                      0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01};
    uint8_t be[32] = {0};
    ur_share s;
    ur_share_poly f;
    ur_scalar a[1], one;
    ur_g1 p;
    assert_status(ur_share_parse(&s, 1, be), UR_E_INPUT); /* zero */
    assert_status(ur_share_parse(&s, 1, order), UR_E_INPUT);
    assert_int_equal(s.index, 0);
    be[31] = 1;
    assert_ok(ur_share_parse(&s, 1, be));
    assert_ok(ur_share_parse(&s, UR_SHARE_INDEX_MAX, be));
    assert_status(ur_share_parse(&s, 0, be), UR_E_INPUT);
    assert_status(ur_share_parse(&s, UR_SHARE_INDEX_MAX + 1, be), UR_E_INPUT);
    assert_true(ur_scalar_is_zero_var(&s.s));
    assert_status(ur_share_poly_draw(&f, a, 0, NULL, NULL), UR_E_USAGE);
    uint8_t random[UR_SCALAR_WIDE_BYTES] = {1};
    assert_ok(ur_share_poly_draw(&f, a, 1, NULL, random));
    assert_status(ur_share_poly_at(&s, &f, 0), UR_E_USAGE);
    assert_status(ur_share_poly_at(&s, &f, UR_SHARE_INDEX_MAX + 1), UR_E_USAGE);
    assert_status(ur_share_public_at_var(&p, ur_g1_generator(), 0, 1), UR_E_USAGE);
    assert_status(ur_share_public_at_var(&p, ur_g1_generator(), 1, 0), UR_E_USAGE);
    assert_true(ur_g1_is_inf(&p));
    /* A share of 0 under commitments that say so: the equation holds, and it is refused. */
    ur_scalar_from_u64(&one, 1);
    ur_scalar_sub(&s.s, &one, &one);
    s.index = 1;
    ur_g1 commitments[2] = {*ur_g1_generator(), *ur_g1_minus_generator()};
    assert_status(ur_share_check(&s, commitments, 2), UR_E_PROOF);
}

/* The equation f(i) G1 = sum of i^k A_k, with each of its inputs broken in turn. */
static void check_breaks(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("check_breaks");
    ur_scalar a[3], one;
    ur_share_poly f;
    ur_share s, broken;
    ur_g1 good[3], bad[3];
    ur_scalar_from_u64(&one, 1);
    draw_poly(&f, a, 3, &rng);
    ur_share_commit(good, &f);
    assert_ok(ur_share_poly_at(&s, &f, 2));
    assert_ok(ur_share_check(&s, good, 3));
    broken = s;
    ur_scalar_add(&broken.s, &s.s, &one);
    assert_status(ur_share_check(&broken, good, 3), UR_E_PROOF);
    ur_scalar_neg(&broken.s, &s.s);
    assert_status(ur_share_check(&broken, good, 3), UR_E_PROOF);
    broken = s;
    broken.index = 3;
    assert_status(ur_share_check(&broken, good, 3), UR_E_PROOF);
    broken.index = 0;
    assert_status(ur_share_check(&broken, good, 3), UR_E_USAGE);
    assert_status(ur_share_check(&s, good, 2), UR_E_PROOF);
    assert_status(ur_share_check(&s, good, 0), UR_E_USAGE);
    for (size_t k = 0; k < 3; k++) {
        memcpy(bad, good, sizeof bad);
        ur_g1_add(&bad[k], &bad[k], ur_g1_generator());
        assert_status(ur_share_check(&s, bad, 3), UR_E_PROOF);
        memset(&bad[k], 0, sizeof bad[k]); /* infinity */
        assert_status(ur_share_check(&s, bad, 3), UR_E_PROOF);
        ur_g1_neg(&bad[k], &good[k]);
        assert_status(ur_share_check(&s, bad, 3), UR_E_PROOF);
    }
    memcpy(bad, good, sizeof bad);
    bad[0] = good[1];
    bad[1] = good[0];
    assert_status(ur_share_check(&s, bad, 3), UR_E_PROOF);
}

/* Public shares that lie on one polynomial, and each of them moved off it in turn. */
static void fit(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("fit");
    ur_scalar a[9];
    ur_share_poly f;
    ur_share s;
    ur_g1 p[10];
    const ur_g1 *list[10];
    uint8_t random[UR_SCALAR_WIDE_BYTES];
    void *scratch = malloc(ur_share_fit_scratch_bytes(9));
    assert_non_null(scratch);
    for (size_t n = 1; n <= 9; n++) {
        for (size_t t = 1; t <= n; t++) {
            draw_poly(&f, a, t, &rng);
            ur_g1_mul(&p[0], ur_g1_generator(), &a[0]);
            for (uint32_t i = 1; i <= n; i++) {
                assert_ok(ur_share_poly_at(&s, &f, i));
                ur_share_public(&p[i], &s);
            }
            for (size_t i = 0; i <= n; i++) {
                list[i] = &p[i];
            }
            test_rng_bytes(&rng, random, sizeof random);
            assert_ok(ur_share_fit_check_var(list, t, n, random, scratch));
            if (t > 1) {
                assert_status(ur_share_fit_check_var(list, t - 1, n, random, scratch), UR_E_PROOF);
            }
            for (size_t i = 0; i <= n; i++) {
                ur_g1 right = p[i];
                ur_g1_add(&p[i], &p[i], ur_g1_generator());
                assert_status(ur_share_fit_check_var(list, t, n, random, scratch), UR_E_PROOF);
                memset(&p[i], 0, sizeof p[i]);
                assert_status(ur_share_fit_check_var(list, t, n, random, scratch), UR_E_PROOF);
                p[i] = right;
            }
        }
    }
    assert_status(ur_share_fit_check_var(list, 0, 9, random, scratch), UR_E_USAGE);
    assert_status(ur_share_fit_check_var(list, 10, 9, random, scratch), UR_E_USAGE);
    free(scratch);
}

/* ---- Lagrange ---- */

static void scalar_le(ur_scalar *out, const uint8_t *le, size_t n)
{
    uint8_t be[UR_SCALAR_BYTES] = {0};
    for (size_t i = 0; i < n; i++) {
        be[UR_SCALAR_BYTES - 1 - i] = le[i];
    }
    ur_scalar_from_wide(out, be, sizeof be);
}

/* The textbook's formula, an inversion each. */
static void lagrange_slowly(ur_scalar *out, const uint32_t *x, size_t n, size_t i, const ur_scalar *at)
{
    ur_scalar xi, xj, above, below;
    ur_scalar_from_u64(out, 1);
    ur_scalar_from_u64(&xi, x[i]);
    for (size_t j = 0; j < n; j++) {
        if (j != i) {
            ur_scalar_from_u64(&xj, x[j]);
            ur_scalar_sub(&above, at, &xj);
            ur_scalar_sub(&below, &xi, &xj);
            ur_scalar_inverse(&below, &below);
            ur_scalar_mul(out, out, &above);
            ur_scalar_mul(out, out, &below);
        }
    }
}

static void lagrange_one(const uint32_t *x, size_t n, test_rng *rng)
{
    static ur_scalar got[MAX], work[MAX];
    static uint8_t memory[MAX * 256] __attribute__((aligned(16)));
    ur_scalar at, want, zero, k;
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ur_share_weights w;
    test_rng_bytes(rng, wide, sizeof wide);
    ur_scalar_from_wide(&at, wide, sizeof wide);
    assert_ok(ur_share_lagrange_var(got, x, n, &at, work));
    for (size_t i = 0; i < n; i++) {
        lagrange_slowly(&want, x, n, i, &at);
        assert_ok(ur_scalar_eq(&got[i], &want));
    }
    assert_true(ur_share_weights_bytes(n) <= sizeof memory);
    assert_ok(ur_share_weights_var(&w, x, n, memory));
    ur_scalar_from_u64(&zero, 0);
    for (size_t i = 0; i < n; i++) {
        size_t bytes = (w.bits + 7) / 8;
        scalar_le(&k, w.k + i * bytes, bytes);
        ur_scalar_mul(&k, &k, &w.common);
        if (w.negative[i] != 0) {
            ur_scalar_neg(&k, &k);
        }
        lagrange_slowly(&want, x, n, i, &zero);
        assert_ok(ur_scalar_eq(&k, &want));
    }
}

static void lagrange(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("lagrange");
    uint32_t x[MAX];
    for (size_t n = 1; n <= 40; n++) {
        draw_indices(x, n, (uint32_t)n + 5, &rng);
        lagrange_one(x, n, &rng);
        draw_indices(x, n, UR_SHARE_SMALL_INDEX, &rng);
        lagrange_one(x, n, &rng);
        draw_indices(x, n, UR_SHARE_INDEX_MAX, &rng);
        lagrange_one(x, n, &rng);
    }
    draw_indices(x, 67, 100, &rng);
    lagrange_one(x, 67, &rng);
    for (uint32_t i = 0; i < 256; i++) {
        x[i] = i + 1;
    }
    lagrange_one(x, 256, &rng); /* all small ones: binomials, still too long for small integers */
    x[0] = UR_SHARE_INDEX_MAX;
    x[1] = UR_SHARE_INDEX_MAX - 1;
    lagrange_one(x, 3, &rng);
}

static void weights_are_small(void **state)
{
    (void)state;
    static uint8_t memory[16 * 256] __attribute__((aligned(16)));
    uint32_t x[11];
    ur_share_weights w;
    for (uint32_t i = 0; i < 11; i++) {
        x[i] = i + 1;
    }
    assert_ok(ur_share_weights_var(&w, x, 11, memory)); /* binomials: 11 over 5 is 462 */
    assert_int_equal(w.bits, 9);
    assert_true(w.common_is_one);
    x[10] = 16;
    assert_ok(ur_share_weights_var(&w, x, 11, memory));
    assert_true(w.bits < 24);
}

static void lagrange_refusals(void **state)
{
    (void)state;
    ur_scalar out[4], work[4], at;
    ur_share_weights w;
    static uint8_t memory[4 * 256] __attribute__((aligned(16)));
    static const uint32_t bad[][4] = {
        {1, 2, 3, 1}, {2, 2, 3, 4}, {0, 1, 2, 3}, {1, 2, 3, 0}, {1, 2, 3, UR_SHARE_INDEX_MAX + 1}, {1, 500, 2, 500},
        {0, 0, 0, 0}};
    ur_scalar_from_u64(&at, 9);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(ur_share_lagrange_var(out, bad[i], 4, &at, work), UR_E_INPUT);
        for (size_t k = 0; k < 4; k++) {
            assert_true(ur_scalar_is_zero_var(&out[k]));
        }
        assert_status(ur_share_weights_var(&w, bad[i], 4, memory), UR_E_INPUT);
    }
    assert_status(ur_share_lagrange_var(out, bad[0], 0, &at, work), UR_E_INPUT);
    assert_status(ur_share_weights_var(&w, bad[0], 0, memory), UR_E_INPUT);
}

/* Sums in both groups agree with the same sums of scalars. */
static void sums(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("sums");
    static ur_scalar s[80], f[80], work[80];
    static ur_g1 p1[80];
    static ur_g2 p2[80];
    const ur_g1 *l1[80];
    const ur_g2 *l2[80];
    uint32_t x[80];
    ur_share_weights w;
    ur_scalar zero, sum, term;
    ur_g1 got1, want1;
    ur_g2 got2, want2;
    void *memory = malloc(ur_share_weights_bytes(80)), *scratch = malloc(ur_share_sum_scratch_bytes(80));
    assert_true(memory != NULL && scratch != NULL);
    static const struct {
        size_t n;
        uint32_t largest;
    } cases[] = {{1, 9}, {2, 2}, {3, 5}, {11, 16}, {11, 256}, {40, 60}, {67, 100}, {80, 256}, {5, UR_SHARE_INDEX_MAX}};
    for (size_t i = 0; i < 80; i++) {
        ur_scalar_from_u64(&s[i], test_rng_u64(&rng));
        ur_g1_mul(&p1[i], ur_g1_generator(), &s[i]);
        ur_g2_mul(&p2[i], ur_g2_generator(), &s[i]);
        l1[i] = &p1[i];
        l2[i] = &p2[i];
    }
    ur_scalar_from_u64(&zero, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        size_t n = cases[c].n;
        draw_indices(x, n, cases[c].largest, &rng);
        assert_ok(ur_share_weights_var(&w, x, n, memory));
        assert_ok(ur_share_lagrange_var(f, x, n, &zero, work));
        sum = zero;
        for (size_t i = 0; i < n; i++) {
            ur_scalar_mul(&term, &f[i], &s[i]);
            ur_scalar_add(&sum, &sum, &term);
        }
        ur_g1_mul(&want1, ur_g1_generator(), &sum);
        ur_g2_mul(&want2, ur_g2_generator(), &sum);
        ur_share_sum_g1_var(&got1, &w, l1, scratch);
        ur_share_sum_g2_var(&got2, &w, l2, scratch);
        assert_true(ur_g1_eq_var(&got1, &want1));
        assert_true(ur_g2_eq_var(&got2, &want2));
    }
    free(memory);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dealing),  cmocka_unit_test(refusals),          cmocka_unit_test(check_breaks),
        cmocka_unit_test(fit),      cmocka_unit_test(lagrange),          cmocka_unit_test(weights_are_small),
        cmocka_unit_test(lagrange_refusals), cmocka_unit_test(sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
