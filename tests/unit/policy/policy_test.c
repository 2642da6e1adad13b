#include "tests/test.h"

#include "core/codec/hex.h"
#include "core/policy/identity.h"
#include "core/policy/policy.h"

#define ALICE "wasm1qgpqyqszqgpqyqszqgpqyqszqgpqyqszftkw0p"
#define BOB "wasm1qvpsxqcrqvpsxqcrqvpsxqcrqvpsxqcrgmh09q"
#define CAROL "wasm1qyqszqgpqyqszqgpqyqszqgpqyqszqgpc0styh"
#define Z16 "00000000000000000000000000000000"
#define Z96 Z16 Z16 Z16
#define MPK "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
#define ROOT "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"
#define IMAGE(mr)                                                                                                      \
    "{\"kind\":\"tdx\",\"mr_config_id\":\"any\",\"mr_owner\":\"" Z96 "\",\"mr_owner_config\":\"" Z96                   \
    "\",\"mr_seam\":\"any\",\"mr_servicetd\":\"" Z96 "\",\"mr_td\":\"" mr "\",\"rtmr0\":\"" Z96 "\",\"rtmr1\":\"" Z96 \
    "\",\"rtmr2\":\"" Z96 "\",\"rtmr3\":\"any\",\"td_attributes\":\"0000001000000000\",\"xfam\":\"e702060000000000\"}"
#define TEE(root, images, authority)                                                                               \
    "{\"advisories\":{\"allowed\":[],\"forbidden\":[]},\"evaluation_floor\":17,\"images\":" images                 \
    ",\"platforms\":\"any\",\"quote_age\":0,\"release_authority\":" authority ",\"roots\":[\"" root                \
    "\"],\"tcb\":{\"grace_evaluation\":0,\"grace_until\":0,\"min_date\":0,\"statuses\":[\"UpToDate\"]}}"
#define ONE_IMAGE "[" IMAGE(Z96) "]"
#define OTHER_MR "11" Z16 Z16 "000000000000000000000000000000"
#define TWO_IMAGES "[" IMAGE(Z96) "," IMAGE(OTHER_MR) "]"
#define AUTHORITY(delay) \
    "{\"delay\":" delay ",\"keys\":[\"02" Z16 Z16 "\"],\"quorum\":1}"

enum { TEXT_MAX = 16384, FIELD_COUNT = 18 };

typedef struct pair {
    const char *name, *value;
} pair;

static const pair valid[FIELD_COUNT] = {
    {"accept_lockout", "false"},
    {"activation", "3600"},
    {"challenge_blocks", "100"},
    {"grace", "10800"},
    {"guardians", "{\"members\":[],\"quorum\":0}"},
    {"keyper_quotes", "null"},
    {"keys", "[]"},
    {"min_n", "5"},
    {"min_t", "3"},
    {"mpk", "\"" MPK "\""},
    {"period", "3600"},
    {"request_ttl", "691200"},
    {"requesters", "[\"" ALICE "\"]"},
    {"silence_blocks", "480"},
    {"tee", TEE(ROOT, TWO_IMAGES, "null")},
    {"version", "1"},
    {"veto", "86400"},
    {"veto_blocks", "100"},
};

/* The valid policy with some fields replaced: name, value, ..., NULL. A value of NULL leaves the field out. */
static ur_span build(char buf[TEXT_MAX], const char *const *changes)
{
    size_t n = 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const char *value = valid[i].value;
        for (size_t c = 0; changes != NULL && changes[c] != NULL; c += 2) {
            value = strcmp(changes[c], valid[i].name) == 0 ? changes[c + 1] : value;
        }
        if (value != NULL) {
            n += (size_t)snprintf(buf + n, TEXT_MAX - n, "%s\"%s\":%s", n == 0 ? "{" : ",", valid[i].name, value);
        }
    }
    n += (size_t)snprintf(buf + n, TEXT_MAX - n, "}");
    assert_true(n < TEXT_MAX);
    return ur_span_of(buf, n);
}

static void expect(ur_status want, const char *want_where, bool dev, const char *const *changes)
{
    char buf[TEXT_MAX];
    ur_policy p;
    const char *where;
    ur_status st = ur_policy_parse(&p, &where, build(buf, changes), dev);
    if (st != want || (want_where != NULL && (where == NULL || strcmp(where, want_where) != 0))) {
        fail_msg("%s = %s: %s at %s, expected %s at %s", changes == NULL ? "" : changes[0],
                 changes == NULL || changes[1] == NULL ? "" : changes[1], ur_status_name(st), where == NULL ? "-" : where,
                 ur_status_name(want), want_where == NULL ? "-" : want_where);
    }
    if (st != UR_OK) {
        static const ur_policy zero;
        assert_memory_equal(&p, &zero, sizeof p);
    }
}

#define REFUSED(status, name, value) expect(status, name, false, (const char *const[]){name, value, NULL})
#define FINE(name, value) expect(UR_OK, NULL, false, (const char *const[]){name, value, NULL})

static void valid_one(void **state)
{
    (void)state;
    char buf[TEXT_MAX];
    ur_policy p;
    const char *where = "x";
    ur_span text = build(buf, NULL);
    assert_ok(ur_policy_parse(&p, &where, text, false));
    assert_null(where);
    assert_int_equal(p.period_s, 3600);
    assert_int_equal(p.grace_s, 10800);
    assert_int_equal(p.silence_blocks, 480);
    assert_int_equal(p.min_t, 3);
    assert_int_equal(p.mpk[0], 0x97);
    assert_int_equal(p.requester_count, 1);
    assert_true(p.has_tee);
    assert_int_equal(p.tee.image_count, 2);
    uint8_t hash[UR_SHA256_BYTES];
    ur_policy_hash(hash, text);
    assert_memory_equal(hash, p.hash, sizeof hash);
}

static void every_field_is_needed_and_no_other(void **state)
{
    (void)state;
    char buf[TEXT_MAX];
    ur_policy p;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        expect(UR_E_INPUT, "policy", true, (const char *const[]){valid[i].name, NULL, NULL});
        if (i != 4 && i != 5 && i != 14) { /* null means something */
            expect(UR_E_INPUT, valid[i].name, true, (const char *const[]){valid[i].name, "null", NULL});
        }
        expect(UR_E_INPUT, valid[i].name, true, (const char *const[]){valid[i].name, "\"\"", NULL});
    }
    ur_span text = build(buf, NULL);
    (void)snprintf(buf + text.n - 1, TEXT_MAX - text.n, ",\"zebra\":1}");
    assert_status(ur_policy_parse(&p, NULL, ur_span_str_var(buf), true), UR_E_INPUT);
}

static void canonical_only(void **state)
{
    (void)state;
    char buf[TEXT_MAX], other[TEXT_MAX];
    ur_policy p;
    ur_span text = build(buf, NULL);
    for (size_t i = 0; i <= text.n; i++) { /* a blank anywhere */
        memcpy(other, buf, i);
        other[i] = ' ';
        memcpy(other + i + 1, buf + i, text.n - i);
        assert_status(ur_policy_parse(&p, NULL, ur_span_of(other, text.n + 1), true), UR_E_INPUT);
    }
    for (size_t n = 0; n < text.n; n++) {
        assert_status(ur_policy_parse(&p, NULL, ur_span_of(buf, n), true), UR_E_INPUT);
    }
}

static void refusals_of_the_design(void **state)
{
    (void)state;
    REFUSED(UR_E_INPUT, "version", "0");
    REFUSED(UR_E_LIMIT, "version", "2");
    REFUSED(UR_E_POLICY, "min_t", "2"); /* not more than half */
    REFUSED(UR_E_POLICY, "min_t", "6");
    FINE("min_t", "5");
    REFUSED(UR_E_POLICY, "grace", "239"); /* below four margins of 60 s */
    FINE("grace", "240");
    REFUSED(UR_E_POLICY, "veto", "3599");
    expect(UR_OK, NULL, true, (const char *const[]){"veto", "1", NULL});
    REFUSED(UR_E_POLICY, "request_ttl", "89400"); /* veto and 100 blocks of 30 s */
    FINE("request_ttl", "89401");
    expect(UR_E_POLICY, "request_ttl", true, (const char *const[]){"request_ttl", "86400", NULL});
    REFUSED(UR_E_POLICY, "requesters", "[]");
    REFUSED(UR_E_POLICY, "guardians", "{\"members\":[\"" ALICE "\"],\"quorum\":2}");
    REFUSED(UR_E_POLICY, "guardians", "{\"members\":[\"" ALICE "\"],\"quorum\":0}");
    FINE("guardians", "{\"members\":[\"" ALICE "\",\"" BOB "\"],\"quorum\":2}");
    REFUSED(UR_E_POLICY, "keys", "[\"" MPK "\"]"); /* neither quorum nor seven days */
    expect(UR_OK, NULL, false, (const char *const[]){"keys", "[\"" MPK "\"]", "guardians",
                                                     "{\"members\":[\"" ALICE "\"],\"quorum\":1}", NULL});
    expect(UR_OK, NULL, false,
           (const char *const[]){"keys", "[\"" MPK "\"]", "veto", "604800", "request_ttl", "691200", NULL});
    REFUSED(UR_E_POLICY, "tee", "null"); /* nobody could ever receive */
    expect(UR_OK, NULL, false, (const char *const[]){"tee", "null", "keys", "[\"" MPK "\"]", "guardians",
                                                     "{\"members\":[\"" ALICE "\"],\"quorum\":1}", NULL});
}

static void machines(void **state)
{
    (void)state;
    static const char other_root[] = TEE("041111111111111111111111111111111111111111111111111111111111111111"
                                         "1111111111111111111111111111111111111111111111111111111111111111",
                                         TWO_IMAGES, "null");
    expect(UR_E_POLICY, "tee.roots", false, (const char *const[]){"tee", other_root, NULL});
    expect(UR_OK, NULL, true, (const char *const[]){"tee", other_root, NULL});
    const char *one = TEE(ROOT, ONE_IMAGE, "null");
    expect(UR_E_POLICY, "accept_lockout", false, (const char *const[]){"tee", one, NULL});
    expect(UR_OK, NULL, false, (const char *const[]){"tee", one, "accept_lockout", "true", NULL});
    expect(UR_OK, NULL, false, (const char *const[]){"tee", TEE(ROOT, ONE_IMAGE, AUTHORITY("604800")), NULL});
    expect(UR_E_POLICY, "tee.release_authority", false,
           (const char *const[]){"tee", TEE(ROOT, ONE_IMAGE, AUTHORITY("604800")), "veto", "604801", "request_ttl",
                                 "700000", NULL});
    expect(UR_E_INPUT, NULL, true, (const char *const[]){"tee", TEE(ROOT, "[]", "null"), NULL});
}

static void lists(void **state)
{
    (void)state;
    FINE("requesters", "[\"" ALICE "\",\"" BOB "\",\"" CAROL "\"]");
    REFUSED(UR_E_INPUT, "requesters", "[\"" BOB "\",\"" ALICE "\"]");
    REFUSED(UR_E_INPUT, "requesters", "[\"" ALICE "\",\"" ALICE "\"]");
    REFUSED(UR_E_INPUT, "requesters", "[\"wasm1qgpqyqszqgpqyqszqgpqyqszqgpqyqszftkw0q\"]");
    REFUSED(UR_E_INPUT, "requesters", "[\"WASM1QGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZFTKW0P\"]");
    REFUSED(UR_E_INPUT, "requesters", "[1]");
    REFUSED(UR_E_INPUT, "mpk", "\"97F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF"
                               "00ADB22C6BB\"");
    REFUSED(UR_E_INPUT, "keys", "[\"00\"]");
    REFUSED(UR_E_INPUT, "keyper_quotes", "\"00\"");
    FINE("keyper_quotes", "\"" Z16 Z16 "\"");
}

static void numbers(void **state)
{
    (void)state;
    static const char *const seconds[] = {"activation", "grace", "period", "request_ttl", "veto"};
    static const char *const blocks[] = {"challenge_blocks", "silence_blocks", "veto_blocks"};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        REFUSED(UR_E_INPUT, seconds[i], "0");
        REFUSED(UR_E_INPUT, seconds[i], "-1");
        REFUSED(UR_E_INPUT, seconds[i], "\"3600\"");
        REFUSED(UR_E_LIMIT, seconds[i], "315360001");
        REFUSED(UR_E_LIMIT, seconds[i], "18446744073709551615");
    }
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        REFUSED(UR_E_INPUT, blocks[i], "0");
        REFUSED(UR_E_LIMIT, blocks[i], "100000001");
    }
}

static ur_instant at(uint64_t seconds, uint64_t height) { return (ur_instant){seconds * 1000000000, height}; }

static void evaluation(void **state)
{
    (void)state;
    char buf[TEXT_MAX];
    ur_policy p;
    uint32_t place;
    assert_ok(ur_policy_parse(&p, NULL,
                              build(buf, (const char *const[]){"guardians",
                                                               "{\"members\":[\"" ALICE "\",\"" BOB "\",\"" CAROL
                                                               "\"],\"quorum\":2}",
                                                               NULL}),
                              false));
    const ur_instant beat = at(1000, 50);
    assert_int_equal(ur_policy_margin_s(&p), 60);
    assert_false(ur_policy_is_silent(&p, beat, at(1000 + 14400, 50 + 479)));
    assert_false(ur_policy_is_silent(&p, beat, at(1000 + 14399, 50 + 480)));
    assert_true(ur_policy_is_silent(&p, beat, at(1000 + 14400, 50 + 480)));
    assert_false(ur_policy_is_silent(&p, beat, at(0, 0)));
    assert_false(ur_policy_window_is_over(&p, beat, at(1000 + 86400, 149)));
    assert_true(ur_policy_window_is_over(&p, beat, at(1000 + 86400, 150)));
    assert_false(ur_policy_request_is_over(&p, beat, at(1000 + 691199, 1u << 30)));
    assert_true(ur_policy_request_is_over(&p, beat, at(1000 + 691200, 51)));
    assert_false(ur_policy_activation_is_over(&p, beat, at(1000 + 3599, 999)));
    assert_true(ur_policy_activation_is_over(&p, beat, at(1000 + 3600, 50)));
    assert_true(ur_policy_silent_from(&p, (ur_instant){UINT64_MAX - 5, UINT64_MAX}).time_ns == UINT64_MAX);
    assert_ok(ur_policy_guardian(&p, &place, ur_span_str_var(CAROL)));
    assert_int_equal(place, 2);
    assert_status(ur_policy_requester(&p, &place, ur_span_str_var(CAROL)), UR_E_ABSENT);
    assert_false(ur_policy_has_quorum(&p, 1));
    assert_true(ur_policy_has_quorum(&p, 5));
    assert_false(ur_policy_has_quorum(&p, 0xfffffff8)); /* bits of nobody */
    assert_true(ur_policy_allows_committee(&p, p.mpk, 3, 5));
    assert_false(ur_policy_allows_committee(&p, p.mpk, 3, 6)); /* not more than half */
    assert_false(ur_policy_allows_committee(&p, p.mpk, 2, 5));
    assert_false(ur_policy_allows_committee(&p, p.mpk, 4, 4));
    p.mpk[47] ^= 1;
    assert_false(ur_policy_has_key(&p, p.mpk));
    assert_true(ur_policy_is_dev_chain(ur_span_str_var("dev-1")));
    assert_false(ur_policy_is_dev_chain(ur_span_str_var("dev-")));
    assert_false(ur_policy_is_dev_chain(ur_span_str_var("devnet-1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_one),
        cmocka_unit_test(every_field_is_needed_and_no_other),
        cmocka_unit_test(canonical_only),
        cmocka_unit_test(refusals_of_the_design),
        cmocka_unit_test(machines),
        cmocka_unit_test(lists),
        cmocka_unit_test(numbers),
        cmocka_unit_test(evaluation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
