#include "tests/test.h"

#include "core/dkg/config.h"

static ur_span accounts[UR_DKG_MEMBERS_MAX + 1];
static uint8_t names[UR_DKG_MEMBERS_MAX + 1][2];
static uint8_t old_keys[UR_DKG_MEMBERS_MAX * UR_G1_BYTES];

static ur_dkg_config example(void)
{
    for (size_t i = 0; i <= UR_DKG_MEMBERS_MAX; i++) {
        names[i][0] = (uint8_t)i;
        names[i][1] = (uint8_t)(i >> 8);
        accounts[i] = ur_span_of(names[i], 2);
    }
    return (ur_dkg_config){.chain = UR_SPAN_LIT("chain"),
                           .contract = UR_SPAN_LIT("contract"),
                           .committee = 1,
                           .generation = 2,
                           .attempt = 3,
                           .n = 7,
                           .t = 4,
                           .accounts = accounts,
                           .join_until = 10,
                           .deal_until = 20,
                           .dispute_until = 30,
                           .vote_until = 40};
}

static ur_dkg_config reshare_example(void)
{
    ur_dkg_config c = example();
    c.old_n = 5;
    c.old_t = 3;
    c.old_accounts = accounts + 1;
    c.old_keys = old_keys;
    return c;
}

static void thresholds_need_a_majority(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 9; n++) {
        for (uint32_t t = 0; t <= n + 1; t++) {
            ur_dkg_config c = example();
            c.n = n;
            c.t = t;
            assert_status(ur_dkg_config_check(&c), 2 * t > n && t <= n ? UR_OK : UR_E_POLICY);
        }
    }
    ur_dkg_config c = reshare_example();
    c.old_t = 2;
    assert_status(ur_dkg_config_check(&c), UR_E_POLICY);
    c.old_t = 5;
    assert_status(ur_dkg_config_check(&c), UR_E_POLICY); /* t = 4 would lower it */
    c.old_t = 4;
    assert_ok(ur_dkg_config_check(&c));
}

static void sizes_have_limits(void **state)
{
    (void)state;
    ur_dkg_config c = example();
    c.n = UR_DKG_MEMBERS_MAX;
    c.t = c.n;
    assert_ok(ur_dkg_config_check(&c));
    c.n++;
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    c = reshare_example();
    c.old_n = UR_DKG_MEMBERS_MAX + 1;
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    static const uint8_t text[UR_DKG_ACCOUNT_MAX + 1];
    c = example();
    c.chain = ur_span_of(text, UR_DKG_CHAIN_MAX + 1);
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    c = example();
    c.contract = ur_span_of(text, 0);
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    c = example();
    accounts[3] = ur_span_of(text, UR_DKG_ACCOUNT_MAX + 1);
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    accounts[3] = ur_span_of(NULL, 0);
    assert_status(ur_dkg_config_check(&c), UR_E_LIMIT);
    c = reshare_example();
    accounts[0] = UR_SPAN_LIT("x");
    c.accounts = accounts + 100;
    accounts[3] = ur_span_of(NULL, 0); /* an old seat that may not deal */
    assert_ok(ur_dkg_config_check(&c));
}

static void heights_rise_and_accounts_differ(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        ur_dkg_config c = example();
        uint64_t *const heights[] = {&c.join_until, &c.deal_until, &c.dispute_until, &c.vote_until};
        *heights[i] = *heights[i + 1];
        assert_status(ur_dkg_config_check(&c), UR_E_USAGE);
    }
    ur_dkg_config c = example();
    accounts[6] = accounts[1];
    assert_status(ur_dkg_config_check(&c), UR_E_USAGE);
    c = reshare_example();
    accounts[5] = accounts[1];
    c.accounts = accounts + 100;
    assert_status(ur_dkg_config_check(&c), UR_E_USAGE);
}

static void a_session_is_named_by_everything(void **state)
{
    (void)state;
    enum { CASES = 22 };
    uint8_t seen[CASES][UR_DKG_SESSION_BYTES];
    for (int i = 0; i < CASES; i++) {
        ur_dkg_config c = i < 15 ? example() : reshare_example();
        memset(old_keys, 0, sizeof old_keys);
        switch (i) {
        case 1: c.chain = UR_SPAN_LIT("chainc"); c.contract = UR_SPAN_LIT("ontract"); break;
        case 2: c.contract = UR_SPAN_LIT("contracu"); break;
        case 3: c.committee++; break;
        case 4: c.generation++; break;
        case 5: c.attempt++; break;
        case 6: c.n++; break;
        case 7: c.t++; break;
        case 8: c.join_until++; break;
        case 9: c.deal_until++; break;
        case 10: c.dispute_until++; break;
        case 11: c.vote_until++; break;
        case 12: c.previous[31] = 1; break;
        case 13: accounts[6] = accounts[7]; break;
        case 14: accounts[0] = accounts[1]; accounts[1] = ur_span_of(names[0], 2); break;
        case 16: c.old_n++; break;
        case 17: c.old_t++; break;
        case 18: accounts[5] = accounts[9]; c.accounts = accounts + 10; break;
        case 19: c.accounts = accounts + 10; break;
        case 20: old_keys[5 * UR_G1_BYTES - 1] = 1; break;
        case 21: c.mpk[47] = 1; break;
        default: break;
        }
        ur_dkg_session(seen[i], &c);
        for (int j = 0; j < i; j++) {
            assert_memory_not_equal(seen[i], seen[j], sizeof seen[i]);
        }
    }
    ur_dkg_config c = example();
    uint8_t again[UR_DKG_SESSION_BYTES];
    ur_dkg_session(again, &c);
    assert_memory_equal(again, seen[0], sizeof again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_need_a_majority),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(heights_rise_and_accounts_differ),
        cmocka_unit_test(a_session_is_named_by_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
