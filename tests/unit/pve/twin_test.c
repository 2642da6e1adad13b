#include "tests/unit/pve/pve_kit.h"

static const ur_span ctx = {(const uint8_t *)"a context", 9};

enum { AT_TWO = UR_G1_BYTES, AT_PROOF = UR_G1_BYTES + UR_G2_BYTES };

static ur_status parse(const uint8_t bytes[UR_TWIN_BYTES])
{
    ur_twin key, zero = {0};
    ur_status st = ur_twin_parse_var(&key, bytes, UR_TAG_RECIPIENT_POP, ctx);
    if (st != UR_OK) {
        assert_memory_equal(&key, &zero, sizeof key);
    }
    assert_status(ur_twin_admit(ur_curve_ops_native(), bytes, UR_TAG_RECIPIENT_POP, ctx), st);
    return st;
}

static void a_key_and_its_proof_are_believed(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("twin");
    ur_scalar x = kit_scalar(&rng);
    uint8_t bytes[UR_TWIN_BYTES];
    ur_twin made, key;
    assert_ok(ur_twin_make(bytes, &made, &x, UR_TAG_RECIPIENT_POP, ctx));
    assert_ok(ur_twin_parse_var(&key, bytes, UR_TAG_RECIPIENT_POP, ctx));
    assert_true(ur_g1_eq_var(&made.one, &key.one) && ur_g2_eq_var(&made.two, &key.two));
    assert_ok(parse(bytes));
    assert_status(ur_twin_parse_var(&key, bytes, UR_TAG_JOIN_POP, ctx), UR_E_PROOF);
    assert_status(ur_twin_parse_var(&key, bytes, UR_TAG_RECIPIENT_POP, UR_SPAN_LIT("a contexu")), UR_E_PROOF);
}

static void each_part_matters(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("twin parts");
    ur_scalar x = kit_scalar(&rng), y = kit_scalar(&rng);
    uint8_t good[UR_TWIN_BYTES], other[UR_TWIN_BYTES], bad[UR_TWIN_BYTES];
    assert_ok(ur_twin_make(good, NULL, &x, UR_TAG_RECIPIENT_POP, ctx));
    assert_ok(ur_twin_make(other, NULL, &y, UR_TAG_RECIPIENT_POP, ctx));
    static const struct {
        size_t at, n;
    } parts[] = {{0, UR_G1_BYTES}, {AT_TWO, UR_G2_BYTES}, {AT_PROOF, UR_G1_BYTES}};
    for (size_t i = 0; i < 3; i++) {
        memcpy(bad, good, sizeof bad);
        memcpy(bad + parts[i].at, other + parts[i].at, parts[i].n); /* another's part */
        assert_status(parse(bad), UR_E_PROOF);
        memcpy(bad, other, sizeof bad);
        memcpy(bad + parts[i].at, good + parts[i].at, parts[i].n); /* two of another's */
        assert_status(parse(bad), UR_E_PROOF);
        memcpy(bad, good, sizeof bad);
        memset(bad + parts[i].at, 0, parts[i].n);
        bad[parts[i].at] = 0xc0; /* infinity */
        assert_status(parse(bad), UR_E_INPUT);
        memcpy(bad, good, sizeof bad);
        if (parts[i].n == UR_G1_BYTES) {
            ur_g1 p = kit_g1_outside();
            ur_g1_write(bad + parts[i].at, &p);
        } else {
            ur_g2 q = kit_g2_outside();
            ur_g2_write(bad + parts[i].at, &q);
        }
        assert_status(parse(bad), UR_E_INPUT);
    }
    /* All infinity solves both equations: only the parser stands against it. */
    memset(bad, 0, sizeof bad);
    bad[0] = bad[AT_TWO] = bad[AT_PROOF] = 0xc0;
    assert_status(parse(bad), UR_E_INPUT);
}

static void zero_and_long_contexts_are_refused(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("twin limits");
    ur_scalar x = kit_scalar(&rng), zero;
    uint8_t bytes[UR_TWIN_BYTES], none[UR_TWIN_BYTES] = {0}, text[UR_TWIN_CONTEXT_MAX + 1] = {0};
    ur_twin key;
    ur_scalar_from_u64(&zero, 0);
    assert_status(ur_twin_make(bytes, &key, &zero, UR_TAG_RECIPIENT_POP, ctx), UR_E_USAGE);
    assert_memory_equal(bytes, none, sizeof none);
    assert_status(ur_twin_make(bytes, &key, &x, UR_TAG_RECIPIENT_POP, ur_span_of(text, sizeof text)), UR_E_LIMIT);
    assert_memory_equal(bytes, none, sizeof none);
    assert_ok(ur_twin_make(bytes, &key, &x, UR_TAG_RECIPIENT_POP, ur_span_of(text, sizeof text - 1)));
    assert_status(ur_twin_parse_var(&key, bytes, UR_TAG_RECIPIENT_POP, ur_span_of(text, sizeof text)), UR_E_LIMIT);
    assert_ok(ur_twin_parse_var(&key, bytes, UR_TAG_RECIPIENT_POP, ur_span_of(text, sizeof text - 1)));
}

static void add_to_proof(ur_twin_claim *claim, const ur_g1 *p)
{
    ur_g1 proof;
    assert_ok(ur_g1_from_e1_var(&proof, &claim->proof));
    ur_g1_add(&proof, &proof, p);
    claim->proof.v = proof.v;
}

/* Two keys whose ties are wrong by opposite amounts: their sum is right. */
static void a_batch_needs_its_weights(void **state)
{
    (void)state;
    enum { N = 5 };
    test_rng rng = test_rng_start("twin batch");
    ur_twin_claim claims[N];
    uint8_t weights[(N + 1) * 16], ones[(N + 1) * 16] = {0};
    test_rng_bytes(&rng, weights, sizeof weights);
    for (size_t i = 0; i < sizeof ones; i += 16) {
        ones[i] = 1;
    }
    void *scratch = malloc(ur_twin_batch_scratch_bytes(N));
    assert_non_null(scratch);
    for (int i = 0; i < N; i++) {
        uint8_t bytes[UR_TWIN_BYTES];
        ur_scalar x = kit_scalar(&rng);
        assert_ok(ur_twin_make(bytes, NULL, &x, UR_TAG_RECIPIENT_POP, ctx));
        assert_ok(ur_twin_read(&claims[i], bytes, UR_TAG_RECIPIENT_POP, ctx));
        assert_ok(ur_twin_batch_check_var(claims, (size_t)i + 1, weights, scratch));
    }
    assert_ok(ur_twin_batch_check_var(claims, 0, weights, scratch));
    ur_scalar d = kit_scalar(&rng);
    ur_g1 error, minus;
    ur_g1_mul(&error, ur_g1_generator(), &d);
    ur_g1_neg(&minus, &error);
    ur_g1_add(&claims[1].key.one, &claims[1].key.one, &error);
    ur_g1_add(&claims[3].key.one, &claims[3].key.one, &minus);
    assert_status(ur_twin_check_var(&claims[1]), UR_E_PROOF);
    assert_status(ur_twin_check_var(&claims[3]), UR_E_PROOF);
    assert_ok(ur_twin_batch_check_var(claims, N, ones, scratch)); /* the attack works */
    assert_status(ur_twin_batch_check_var(claims, N, weights, scratch), UR_E_PROOF);
    add_to_proof(&claims[1], &minus); /* between the two equations of one claim, too */
    add_to_proof(&claims[3], &error);
    assert_ok(ur_twin_batch_check_var(&claims[1], 1, ones, scratch));
    assert_status(ur_twin_batch_check_var(&claims[1], 1, weights, scratch), UR_E_PROOF);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_and_its_proof_are_believed),
        cmocka_unit_test(each_part_matters),
        cmocka_unit_test(zero_and_long_contexts_are_refused),
        cmocka_unit_test(a_batch_needs_its_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
