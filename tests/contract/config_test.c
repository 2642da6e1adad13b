/* The first scenarios: instantiation, the config query, and messages that are none, natively and on both VMs. */
#include "contract/machine/config.h"
#include "tests/contract/scenario.h"
#include "tests/test.h"

static void a_new_contract_counts_from_one(void **state)
{
    (void)state;
    scenario s;
    uint64_t next;
    scenario_start(&s);
    assert_string_equal(scenario_attribute(&s, "instantiated", "version"), "1");
    ur_json config = scenario_ask(&s, "{\"config\":{}}");
    assert_ok(ur_json_u64_var(&next, ur_json_get_var(config, "next_committee")));
    assert_int_equal(next, 1);
    assert_ok(ur_json_u64_var(&next, ur_json_get_var(config, "next_vault")));
    assert_int_equal(next, 1);
    scenario_call(&s, SCENARIO_INSTANTIATE, scenario_account(&s, "creator"), UR_SPAN_LIT("{}"));
    assert_non_null(strstr((const char *)s.result.p, "exists: "));
    scenario_end(&s);
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    scenario s;
    scenario_start(&s);
    const char *alice = scenario_account(&s, "alice");
    static const char *const bad[] = {" ", "{}", "[{}]", "{\"config\":{}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":\"\xc3\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scenario_refused(&s, alice, "message", NULL, "%s", bad[i]);
        scenario_ask_refused(&s, "message", NULL, "%s", bad[i]);
    }
    scenario_refused(&s, alice, "unknown_message", NULL, "{\"config\":{}}");
    scenario_ask_refused(&s, "fields", NULL, "{\"config\":null}");
    scenario_ask_refused(&s, "fields", NULL, "{\"config\":{\"a\":1}}");
    const char *deep = scenario_text(&s, "{\"a\":%0200d}", 0);
    memset((char *)(uintptr_t)deep + 5, '[', 200);
    scenario_refused(&s, alice, "message", NULL, "%s", deep);
    scenario_refused(&s, alice, "message", NULL, "{\"a\":1%*s}", (int)UC_MESSAGE_MAX, "");
    scenario_end(&s);
}

/* What the contract did not write it does not read: the call is given up on all sides, and nothing of it counts. */
static void a_damaged_record_ends_the_call(void **state)
{
    (void)state;
    static const char *const damaged[] = {"", "\1", "\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1", "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\1"};
    static const size_t lengths[] = {0, 1, UC_CONFIG_BYTES, UC_CONFIG_BYTES + 1};
    scenario s;
    scenario_start(&s);
    for (size_t i = 0; i < 4; i++) {
        for (size_t side = 0; side < s.side_count; side++) {
            host_mem *h = &s.sides[side].host;
            host_mem_begin(h);
            if (lengths[i] == 0) {
                assert_ok(h->host.remove(h, UR_SPAN_LIT("c")));
            } else {
                assert_ok(h->host.put(h, UR_SPAN_LIT("c"), ur_span_of(damaged[i], lengths[i])));
            }
            host_mem_end(h, true);
        }
        assert_int_equal(scenario_call(&s, SCENARIO_QUERY, "", UR_SPAN_LIT("{\"config\":{}}")).n, 0);
    }
    scenario_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_contract_counts_from_one),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(a_damaged_record_ends_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
