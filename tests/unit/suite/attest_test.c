/* The operation table over OpenSSL: answers, what is remembered, and that nothing is remembered that did not verify. */
#include "lib/suite/attest.h"
#include "core/attest/verify.h"
#include "lib/mint/mint.h"
#include "tests/test.h"

static ur_suite_attest *s;
static uint8_t scratch[UR_ATTEST_SCRATCH_BYTES];

static int start(void **state)
{
    (void)state;
    return ur_suite_attest_new(&s) == UR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ur_suite_attest_free(&s);
    ur_suite_attest_free(&s);
    return s == NULL ? 0 : -1;
}

static void release(ur_span b) { free((void *)(uintptr_t)b.p); }

static void second_quote_costs_two(void **state)
{
    (void)state;
    ur_span quote = test_read_file("tests/data/attest/tdx4.quote");
    ur_span json = test_read_file("tests/data/attest/tdx4.json");
    ur_collateral c;
    ur_verdict v;
    uint8_t *buf = malloc(json.n);
    assert_non_null(buf);
    assert_ok(ur_collateral_parse(&c, buf, json.n, json));
    const ur_attest_ops *ops = ur_suite_attest_ops(s);
    static const size_t want[] = {9, 2, 2, 9};
    for (size_t i = 0; i < 4; i++) {
        size_t before = ur_suite_attest_checked(s);
        assert_ok(ur_attest_verify(&v, ops, &ur_attest_root_intel, 1, &ur_attest_rules_default, &c, quote, 1751624655, scratch,
            sizeof scratch));
        assert_int_equal(ur_suite_attest_checked(s) - before, want[i]);
        if (i == 2) {
            ur_suite_attest_forget(s);
        }
    }
    /* What is remembered is a signature, not a verdict: dates count anew. */
    assert_status(ur_attest_verify(&v, ops, &ur_attest_root_intel, 1, &ur_attest_rules_default, &c, quote, 1752919236, scratch,
                      sizeof scratch), UR_E_PROOF);
    assert_int_equal(v.reason, UR_REASON_PCK_CRL_EXPIRED);
    free(buf);
    release(quote);
    release(json);
}

static void answers(void **state)
{
    (void)state;
    const ur_attest_ops *ops = ur_suite_attest_ops(s);
    ur_mint_key key;
    uint8_t sig[64];
    uint8_t hash[32];
    const ur_span message = UR_SPAN_LIT("message");
    ur_suite_attest_forget(s);
    ops->sha256(ops->ctx, hash, &message, 1);
    /* More keys than are kept, twice, lasting and not: always the right answer. */
    for (size_t i = 0; i < 160; i++) {
        char label[16];
        (void)snprintf(label, sizeof label, "suite-%zu", i % 80);
        assert_ok(ur_mint_key_of_label_var(&key, label));
        assert_ok(ur_mint_sign_var(sig, &key, message));
        assert_ok(ops->p256_verify(ops->ctx, key.q, hash, sig, i % 2 == 0));
        assert_ok(ops->p256_verify(ops->ctx, key.q, hash, sig, true));
        for (size_t k = 0; k < 3; k++) {
            uint8_t *const what[] = {sig + 20, hash + 7, key.q + 3};
            *what[k] ^= 1;
            ur_status st = ops->p256_verify(ops->ctx, key.q, hash, sig, true);
            assert_int_equal(st, k < 2 ? UR_E_PROOF : UR_E_INPUT); /* a changed X is off the curve, or another point */
            *what[k] ^= 1;
        }
    }
    static const uint8_t zero[64] = {0};
    assert_status(ops->p256_verify(ops->ctx, zero, hash, sig, true), UR_E_INPUT);
    /* High s is as good. */
    assert_ok(ur_mint_high_s_var(sig));
    assert_ok(ops->p256_verify(ops->ctx, key.q, hash, sig, true));
    /* Small r and s: DER without zeros in front. */
    uint8_t small[64] = {0};
    small[31] = small[63] = 1;
    assert_status(ops->p256_verify(ops->ctx, key.q, hash, small, true), UR_E_PROOF);
}

static void hashes(void **state)
{
    (void)state;
    const ur_attest_ops *ops = ur_suite_attest_ops(s);
    uint8_t data[300];
    test_rng r = test_rng_start("hashes");
    test_rng_bytes(&r, data, sizeof data);
    for (size_t i = 0; i < 200; i++) {
        size_t a = test_rng_below(&r, 100);
        size_t b = test_rng_below(&r, 200);
        const ur_span parts[] = {ur_span_of(data, a), {NULL, 0}, ur_span_of(data + a, b)};
        uint8_t x[64];
        uint8_t y[64];
        ops->sha256(ops->ctx, x, parts, 3);
        ur_attest_sha256_core(NULL, y, parts, 3);
        assert_memory_equal(x, y, 32);
        ops->sha384(ops->ctx, x, parts, 3);
        ur_attest_sha384_core(NULL, y, parts, 3);
        assert_memory_equal(x, y, 48);
        ops->sha512(ops->ctx, x, parts, 3);
        ur_attest_sha512_core(NULL, y, parts, 3);
        assert_memory_equal(x, y, 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_quote_costs_two),
        cmocka_unit_test(answers),
        cmocka_unit_test(hashes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
