/* Sharing for every (t, n) of up to five members, every set of shares, every share that is lost and every one that is
 * false; larger ones at random, with sparse indices. */
#include "core/share/share.h"
#include "tests/test.h"

#define MAX 256

static ur_scalar a[MAX];
static ur_share shares[MAX];
static ur_g1 commitments[MAX];
static ur_share_poly f;
static void *scratch;

static void deal(size_t t, const uint32_t *x, size_t n, test_rng *rng)
{
    static uint8_t random[MAX * UR_SCALAR_WIDE_BYTES];
    test_rng_bytes(rng, random, t * UR_SCALAR_WIDE_BYTES);
    assert_ok(ur_share_poly_draw(&f, a, t, NULL, random));
    ur_share_commit(commitments, &f);
    for (size_t i = 0; i < n; i++) {
        assert_ok(ur_share_poly_at(&shares[i], &f, x[i]));
    }
    free(scratch);
    scratch = malloc(ur_share_recover_scratch_bytes(n) + ur_share_fit_scratch_bytes(n));
    assert_non_null(scratch);
}

/* From these shares: the secret and every share if they are t or more, something else if they are fewer. */
static void recover_all(const ur_share *some, size_t k, size_t t, size_t n)
{
    ur_scalar got;
    for (size_t i = 0; i <= n; i++) {
        uint32_t at = i == 0 ? 0 : shares[i - 1].index;
        const ur_scalar *want = i == 0 ? &a[0] : &shares[i - 1].s;
        bool among = false;
        for (size_t j = 0; j < k; j++) {
            among = among || some[j].index == at;
        }
        assert_ok(ur_share_recover(&got, some, k, at, scratch));
        assert_status(ur_scalar_eq(&got, want), k >= t || among ? UR_OK : UR_E_PROOF);
    }
}

/* Each share against its commitments: right, moved to another index, off by one, off by one coefficient. */
static void check_all(size_t t, size_t n)
{
    ur_scalar one;
    ur_scalar_from_u64(&one, 1);
    for (size_t i = 0; i < n; i++) {
        ur_share s = shares[i];
        assert_ok(ur_share_check(&s, commitments, t));
        ur_scalar_add(&s.s, &s.s, &one);
        assert_status(ur_share_check(&s, commitments, t), UR_E_PROOF);
        for (size_t j = 0; j < n; j++) {
            s = shares[i];
            s.index = shares[j].index;
            assert_status(ur_share_check(&s, commitments, t), i == j || t == 1 ? UR_OK : UR_E_PROOF);
        }
        for (size_t k = 0; k < t; k++) {
            ur_g1 kept = commitments[k];
            ur_g1_add(&commitments[k], &commitments[k], ur_g1_generator());
            assert_status(ur_share_check(&shares[i], commitments, t), UR_E_PROOF);
            commitments[k] = kept;
        }
    }
}

/* The public shares of all members, and each of them false in turn. */
static void fit_all(size_t t, size_t n, test_rng *rng)
{
    ur_g1 p[6];
    const ur_g1 *list[6];
    uint8_t random[UR_SCALAR_WIDE_BYTES];
    test_rng_bytes(rng, random, sizeof random);
    p[0] = commitments[0];
    for (size_t i = 0; i <= n; i++) {
        list[i] = &p[i];
        if (i > 0) {
            ur_share_public(&p[i], &shares[i - 1]);
        }
    }
    assert_ok(ur_share_fit_check_var(list, t, n, random, scratch));
    for (size_t i = 0; i <= n; i++) {
        ur_g1 kept = p[i];
        ur_g1_neg(&p[i], &p[i]);
        assert_status(ur_share_fit_check_var(list, t, n, random, scratch), UR_E_PROOF);
        p[i] = kept;
    }
}

static void every_small_sharing(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("every_small_sharing");
    static const uint32_t x[5] = {1, 2, 3, 4, 5};
    for (size_t n = 1; n <= 5; n++) {
        for (size_t t = 1; t <= n; t++) {
            deal(t, x, n, &rng);
            check_all(t, n);
            fit_all(t, n, &rng);
            for (uint32_t subset = 1; subset < 1u << n; subset++) {
                ur_share some[5];
                size_t k = 0;
                for (size_t i = 0; i < n; i++) {
                    if ((subset >> i & 1) != 0) {
                        some[k++] = shares[i];
                    }
                }
                recover_all(some, k, t, n);
                if (k > 1) { /* one index twice */
                    ur_scalar got;
                    some[0].index = some[k - 1].index;
                    assert_status(ur_share_recover(&got, some, k, 0, scratch), UR_E_INPUT);
                    assert_true(ur_scalar_is_zero_var(&got));
                }
            }
        }
    }
}

static void larger_ones_at_random(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("larger_ones_at_random");
    static const size_t sizes[] = {6, 16, 33, 100, 256};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t n = sizes[s], t = 1 + test_rng_below(&rng, n);
        uint32_t x[MAX], last = 0;
        ur_scalar got;
        for (size_t i = 0; i < n; i++) { /* sparse, rising, up to the largest */
            uint32_t room = (UR_SHARE_INDEX_MAX - last) / (uint32_t)(n - i);
            last += 1 + (uint32_t)test_rng_below(&rng, room);
            x[i] = last;
        }
        deal(t, x, n, &rng);
        for (size_t i = 0; i < n; i += 1 + n / 8) {
            assert_ok(ur_share_check(&shares[i], commitments, t));
        }
        size_t from = test_rng_below(&rng, n - t + 1);
        assert_ok(ur_share_recover(&got, shares + from, t, 0, scratch));
        assert_ok(ur_scalar_eq(&got, &a[0]));
        assert_ok(ur_share_recover(&got, shares + from, t, x[0], scratch));
        assert_ok(ur_scalar_eq(&got, &shares[0].s));
        if (t > 1) {
            assert_ok(ur_share_recover(&got, shares + from, t - 1, 0, scratch));
            assert_status(ur_scalar_eq(&got, &a[0]), UR_E_PROOF);
        }
    }
}

static int tear_down(void **state)
{
    (void)state;
    free(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_sharing),
        cmocka_unit_test(larger_ones_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
