/* Report data: the layout as the header gives it, and that every part of it counts. */
#include "core/attest/binding.h"
#include "fuzz/attest_ops.h"
#include "tests/test.h"

static const uint8_t hash32[32] = {1, 2, 3};
static const uint8_t key144[144] = {4, 5, 6};

static ur_challenge challenge(void)
{
    return (ur_challenge){.value = {7}, .header_hash = {8}, .made_height = 100, .life_blocks = 20};
}

static ur_binding binding(const ur_challenge *c)
{
    return (ur_binding){.purpose = UR_PURPOSE_RECIPIENT, .chain_id = UR_SPAN_LIT("dev-1"), .contract = UR_SPAN_LIT("unrug1abc"),
        .number = 7, .epoch = 3, .account = UR_SPAN_LIT("unrug1def"), .policy_hash = ur_span_of(hash32, 32),
        .algorithm = UR_KEY_BLS12_381_TWIN, .key = ur_span_of(key144, 144), .challenge = c};
}

/* The same by hand, from the words of the header. */
static void layout(void **state)
{
    (void)state;
    ur_challenge c = challenge();
    ur_binding b = binding(&c);
    uint8_t buf[1024];
    uint8_t anchor[32];
    uint8_t want[64];
    uint8_t got[64];
    ur_writer w;
    const ur_span anchored[] = {ur_span_of(c.value, 32), ur_span_of(c.header_hash, 32)};
    ur_attest_sha256_core(NULL, anchor, anchored, 2);
    ur_writer_init(&w, buf, sizeof buf);
    ur_writer_field(&w, UR_SPAN_LIT("unrug/1"));
    ur_writer_field(&w, UR_SPAN_LIT("recipient"));
    ur_writer_field(&w, b.chain_id);
    ur_writer_field(&w, b.contract);
    ur_writer_u32be(&w, 8);
    ur_writer_u64be(&w, 7);
    ur_writer_u32be(&w, 8);
    ur_writer_u64be(&w, 3);
    ur_writer_field(&w, b.account);
    ur_writer_field(&w, b.policy_hash);
    ur_writer_u32be(&w, 145);
    ur_writer_u8(&w, 2);
    ur_writer_span(&w, b.key);
    ur_writer_field(&w, ur_span_of(anchor, 32));
    assert_false(w.overflow);
    const ur_span all = ur_span_of(buf, w.n);
    ur_attest_sha512_core(NULL, want, &all, 1);
    assert_ok(ur_binding_report_data(got, &accepting_ops, &b));
    assert_memory_equal(got, want, 64);
    ur_reason why = UR_REASON_COUNT;
    assert_ok(ur_binding_check(&why, &accepting_ops, &b, got));
    assert_int_equal(why, UR_REASON_NONE);
    for (size_t i = 0; i < 64; i++) {
        got[i] ^= 1;
        assert_status(ur_binding_check(&why, &accepting_ops, &b, got), UR_E_PROOF);
        assert_int_equal(why, UR_REASON_REPORT_DATA);
        got[i] ^= 1;
    }
}

static void every_part_counts(void **state)
{
    (void)state;
    uint8_t first[64];
    ur_challenge c = challenge();
    ur_binding b = binding(&c);
    assert_ok(ur_binding_report_data(first, &accepting_ops, &b));
    for (size_t i = 0; i < 12; i++) {
        uint8_t got[64];
        uint8_t other_key[144] = {9};
        uint8_t other_hash[32] = {9};
        ur_challenge c2 = challenge();
        ur_binding x = binding(&c2);
        switch (i) {
        case 0: x.purpose = UR_PURPOSE_INSTANCE; break;
        case 1: x.purpose = UR_PURPOSE_MIGRATE; break;
        case 2: x.chain_id = UR_SPAN_LIT("dev-2"); break;
        case 3: x.contract = UR_SPAN_LIT("unrug1abcu"), x.account = UR_SPAN_LIT("nrug1def"); break;
        case 4: x.number = 8; break;
        case 5: x.epoch = 4; break;
        case 6: x.account = UR_SPAN_LIT("unrug1deg"); break;
        case 7: x.policy_hash = ur_span_of(other_hash, 32); break;
        case 8: x.key = ur_span_of(other_key, 144); break;
        case 9: x.algorithm = UR_KEY_SECP256K1, x.key.n = 33; break;
        case 10: c2.value[31] ^= 1; break;
        default: c2.header_hash[31] ^= 1; break;
        }
        assert_ok(ur_binding_report_data(got, &accepting_ops, &x));
        assert_memory_not_equal(got, first, 64);
    }
    static const uint8_t zero[64] = {0};
    for (size_t i = 0; i < 8; i++) {
        uint8_t got[64] = {1};
        ur_binding x = binding(&c);
        switch (i) {
        case 0: x.purpose = (ur_purpose)0; break;
        case 1: x.purpose = (ur_purpose)5; break;
        case 2: x.chain_id.n = 0; break;
        case 3: x.account.n = UR_BINDING_TEXT_MAX + 1; break;
        case 4: x.policy_hash.n = 0; break;
        case 5: x.purpose = UR_PURPOSE_KEYPER; break; /* which has no policy hash */
        case 6: x.key.n = 143; break;
        default: x.challenge = NULL; break;
        }
        assert_status(ur_binding_report_data(got, &accepting_ops, &x), UR_E_USAGE);
        assert_memory_equal(got, zero, 64);
    }
    ur_binding keyper = binding(&c);
    keyper.purpose = UR_PURPOSE_KEYPER;
    keyper.policy_hash = (ur_span){0};
    uint8_t got[64];
    assert_ok(ur_binding_report_data(got, &accepting_ops, &keyper));
}

static void challenges(void **state)
{
    (void)state;
    ur_challenge c = challenge();
    ur_reason why = UR_REASON_NONE;
    static const struct {
        uint64_t height;
        ur_status want;
    } at[] = {{99, UR_E_POLICY}, {100, UR_OK}, {120, UR_OK}, {121, UR_E_POLICY}, {UINT64_MAX, UR_E_POLICY}, {0, UR_E_POLICY}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        assert_status(ur_challenge_check(&why, &c, at[i].height), at[i].want);
        assert_int_equal(why, at[i].want == UR_OK ? UR_REASON_NONE : UR_REASON_CHALLENGE_EXPIRED);
    }
    c.made_height = UINT64_MAX; /* no wrap */
    c.life_blocks = UINT32_MAX;
    assert_status(ur_challenge_check(&why, &c, 5), UR_E_POLICY);
    uint8_t a[32];
    uint8_t b[32];
    assert_ok(ur_challenge_make(a, &accepting_ops, UR_SPAN_LIT("dev-1"), UR_SPAN_LIT("c"), 1, 10, (ur_span){0}));
    assert_ok(ur_challenge_make(b, &accepting_ops, UR_SPAN_LIT("dev-1"), UR_SPAN_LIT("c"), 2, 10, (ur_span){0}));
    assert_memory_not_equal(a, b, 32);
    assert_ok(ur_challenge_make(b, &accepting_ops, UR_SPAN_LIT("dev-1"), UR_SPAN_LIT("c"), 1, 10, UR_SPAN_LIT("x")));
    assert_memory_not_equal(a, b, 32);
    assert_status(ur_challenge_make(b, &accepting_ops, (ur_span){0}, UR_SPAN_LIT("c"), 1, 10, (ur_span){0}), UR_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout),
        cmocka_unit_test(every_part_counts),
        cmocka_unit_test(challenges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
