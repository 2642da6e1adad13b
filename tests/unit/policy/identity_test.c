#include "tests/test.h"

#include "core/policy/identity.h"

#define CONTRACT "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char vault_text[] = "unrug/1/vault/dev-1/" CONTRACT "/7/2/3/" HASH;
static const char drill_text[] = "unrug/1/drill/dev-1/" CONTRACT "/1/4/" HASH "/5";

static ur_span text_of(const char *s) { return ur_span_str_var(s); }

static void vault_both_ways(void **state)
{
    (void)state;
    ur_vault_identity id;
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span again;
    assert_ok(ur_vault_identity_parse(&id, text_of(vault_text)));
    assert_int_equal(id.vault, 7);
    assert_int_equal(id.epoch, 2);
    assert_int_equal(id.version, 3);
    assert_int_equal(id.policy_hash[1], 0x11);
    assert_true(ur_span_eq_var(id.chain_id, text_of("dev-1")));
    assert_ok(ur_vault_identity_write(buf, &again, &id));
    assert_true(ur_span_eq_var(again, text_of(vault_text)));
}

static void drill_both_ways(void **state)
{
    (void)state;
    ur_drill_identity id;
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span again;
    assert_ok(ur_drill_identity_parse(&id, text_of(drill_text)));
    assert_int_equal(id.committee, 1);
    assert_int_equal(id.generation, 4);
    assert_int_equal(id.index, 5);
    assert_ok(ur_drill_identity_write(buf, &again, &id));
    assert_true(ur_span_eq_var(again, text_of(drill_text)));
}

/* Every single change of a character either is refused or says something else. */
static void one_text_for_one_record(void **state)
{
    (void)state;
    ur_vault_identity id, other;
    char text[sizeof vault_text];
    assert_ok(ur_vault_identity_parse(&id, text_of(vault_text)));
    size_t accepted = 0;
    for (size_t i = 0; i + 1 < sizeof vault_text; i++) {
        for (int c = 1; c < 256; c++) {
            memcpy(text, vault_text, sizeof text);
            text[i] = (char)c;
            if (c == (unsigned char)vault_text[i] || ur_vault_identity_parse(&other, text_of(text)) != UR_OK) {
                continue;
            }
            accepted++;
            bool same = ur_span_eq_var(id.chain_id, other.chain_id) && ur_span_eq_var(id.contract, other.contract) &&
                        id.vault == other.vault && id.epoch == other.epoch && id.version == other.version &&
                        ur_eq_var(id.policy_hash, other.policy_hash, sizeof id.policy_hash);
            assert_false(same);
        }
    }
    assert_true(accepted > 100);
}

static void refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "unrug/1/vault",
        "unrug/2/vault/dev-1/" CONTRACT "/7/2/3/" HASH,
        "unrug/1/drill/dev-1/" CONTRACT "/7/2/3/" HASH,
        "unrug/1/vault/dev-1/" CONTRACT "/07/2/3/" HASH,
        "unrug/1/vault/dev-1/" CONTRACT "/0/2/3/" HASH,
        "unrug/1/vault/dev-1/" CONTRACT "/7/2/3/" HASH "/",
        "unrug/1/vault/dev-1/" CONTRACT "/7/2/3/" HASH "/1",
        "unrug/1/vault/dev-1/" CONTRACT "/18446744073709551616/2/3/" HASH,
        "unrug/1/vault/dev 1/" CONTRACT "/7/2/3/" HASH,
        "unrug/1/vault//" CONTRACT "/7/2/3/" HASH,
        "unrug/1/vault/" HASH "/" CONTRACT "/7/2/3/" HASH, /* 64 characters of chain id */
        "unrug/1/vault/dev-1/WASM14HJ2TAVQ8FPESDWXXCU44RTY3HH90VHUJRVCMSTL4ZR3TXMFVW9S0PHG4D/7/2/3/" HASH,
        "unrug/1/vault/dev-1/" CONTRACT "/7/2/3/00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff",
        "unrug/1/vault/dev-1/" CONTRACT "/7/2/3/0011",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ur_vault_identity id;
        if (ur_vault_identity_parse(&id, text_of(texts[i])) != UR_E_INPUT) {
            fail_msg("accepted: %s", texts[i]);
        }
        assert_int_equal(id.vault, 0);
    }
    ur_drill_identity drill;
    assert_status(ur_drill_identity_parse(&drill, text_of("unrug/1/drill/dev-1/" CONTRACT "/1/4/" HASH "/4294967296")),
                  UR_E_INPUT);
    assert_status(ur_drill_identity_parse(&drill, text_of(vault_text)), UR_E_INPUT);
}

static void longest_fits(void **state)
{
    (void)state;
    ur_vault_identity id;
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span text;
    assert_ok(ur_vault_identity_parse(&id, text_of(vault_text)));
    id.chain_id = text_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    id.vault = id.epoch = id.version = UINT64_MAX;
    assert_ok(ur_vault_identity_write(buf, &text, &id));
    assert_true(text.n + UR_IDENTITY_CONTRACT_MAX - (sizeof CONTRACT - 1) <= UR_IDENTITY_MAX);
    id.chain_id = text_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_status(ur_vault_identity_write(buf, &text, &id), UR_E_INPUT);
    assert_int_equal(text.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vault_both_ways), cmocka_unit_test(drill_both_ways), cmocka_unit_test(one_text_for_one_record),
        cmocka_unit_test(refused),         cmocka_unit_test(longest_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
