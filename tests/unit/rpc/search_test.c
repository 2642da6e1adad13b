#include "tests/test.h"

#include "lib/rpc/search.h"

static rpc_search parse(const char *query)
{
    rpc_search s;
    ur_err err = {0};
    if (rpc_search_parse_var(&s, ur_span_str_var(query), &err) != UR_OK) {
        fail_msg("%s: %s", query, err.text);
    }
    return s;
}

static void refuse(const char *query, ur_status want, const char *words)
{
    rpc_search s;
    static const rpc_search zero;
    ur_err err = {0};
    assert_status(rpc_search_parse_var(&s, ur_span_str_var(query), &err), want);
    if (strstr(err.text, words) == NULL) {
        fail_msg("%s: \"%s\" does not say \"%s\"", query, err.text, words);
    }
    assert_memory_equal(&s, &zero, sizeof s);
}

static void assert_condition(const rpc_search *s, size_t i, const char *key, const char *value, bool exists)
{
    const ur_ledger_condition *c = &s->terms.condition[i];
    assert_true(ur_span_eq_var(c->key, ur_span_str_var(key)));
    assert_true(ur_span_eq_var(c->value, ur_span_str_var(value)));
    assert_int_equal(c->exists, exists);
}

static void reads_what_clients_ask(void **state)
{
    (void)state;
    rpc_search s = parse("message.sender='wasm1x' AND tx.height>=1");
    assert_int_equal(s.terms.conditions, 1);
    assert_condition(&s, 0, "message.sender", "wasm1x", false);
    assert_int_equal(s.terms.min_height, 1);
    s = parse("  execute._contract_address = 'a b'  AND wasm-heartbeat.vault=7 AND wasm.x EXISTS AND a.b = '' ");
    assert_int_equal(s.terms.conditions, 4);
    assert_condition(&s, 0, "execute._contract_address", "a b", false);
    assert_condition(&s, 1, "wasm-heartbeat.vault", "7", false);
    assert_condition(&s, 2, "wasm.x", "", true);
    assert_condition(&s, 3, "a.b", "", false);
    s = parse("tx.hash='35AF61DB949E1EE1BDE27454FA7DD375A04EFB3332EFA3FE33F47D72549A4BAE'");
    assert_true(s.by_hash && !s.nothing);
    assert_int_equal(s.hash[0], 0x35);
    assert_true(parse("tx.hash='35AF'").nothing);
}

static void heights(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int64_t low, high;
        bool nothing;
    } cases[] = {
        {"tx.height=5", 5, 5, false},
        {"tx.height='5'", 5, 5, false},
        {"tx.height<5", 0, 4, false},
        {"tx.height <= 5", 0, 5, false},
        {"tx.height>5", 6, INT64_MAX, false},
        {"tx.height>=5", 5, INT64_MAX, false},
        {"tx.height>=5 AND tx.height<7 AND tx.height<100 AND tx.height>1", 5, 6, false},
        {"tx.height>5 AND tx.height<5", 6, 4, true},
        {"tx.height<1", 0, 0, true},
        {"tx.height=0", 0, 0, true},
        {"tx.height EXISTS", 0, 0, false},
        {"tx.height<99999999999999999999999999", 0, INT64_MAX - 2, false},
        {"tx.height>99999999999999999999999999", INT64_MAX, INT64_MAX, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rpc_search s = parse(cases[i].query);
        if (s.terms.min_height != cases[i].low || s.nothing != cases[i].nothing || s.terms.max_height != cases[i].high) {
            fail_msg("%s: %lld to %lld", cases[i].query, (long long)s.terms.min_height, (long long)s.terms.max_height);
        }
    }
}

static void words_may_be_keys(void **state)
{
    (void)state;
    rpc_search s = parse("TIME=5 AND DATE=6 AND TIMES.x=7");
    assert_int_equal(s.terms.conditions, 3);
    assert_condition(&s, 0, "TIME", "5", false);
    assert_condition(&s, 2, "TIMES.x", "7", false);
}

static void refuses(void **state)
{
    (void)state;
    char longest[RPC_QUERY_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    static const struct {
        const char *query;
        ur_status want;
        const char *words;
    } cases[] = {
        {"", UR_E_INPUT, "offset 0: EOF"},
        {"   ", UR_E_INPUT, "EOF"},
        {"bogus", UR_E_INPUT, "offset 5: EOF"},
        {"tx.height=x", UR_E_INPUT, "offset 10: got tag, wanted number, timestamp, datestamp or string"},
        {"tx.height=", UR_E_INPUT, "EOF"},
        {"='x'", UR_E_INPUT, "wanted tag"},
        {"a.b='x", UR_E_INPUT, "EOF"},
        {"a.b='x' AND", UR_E_INPUT, "EOF"},
        {"a.b='x' a.c='y'", UR_E_INPUT, "got tag, wanted AND operator"},
        {"a.b='x' OR a.c='y'", UR_E_INPUT, "wanted AND operator"},
        {"a.b != 'x'", UR_E_INPUT, "invalid input !"},
        {"a.b < 'x'", UR_E_INPUT, "wanted number"},
        {"a.b CONTAINS 5", UR_E_INPUT, "wanted string"},
        {"(a.b='x')", UR_E_INPUT, "invalid input ("},
        {"a.b CONTAINS 'x'", UR_E_USAGE, "not by CONTAINS"},
        {"a.b > 5", UR_E_USAGE, "not by > operator"},
        {"a.b = TIME 2026-01-01T00:00:00Z", UR_E_USAGE, "not by timestamp"},
        {"a.b = DATE 2026-01-01", UR_E_USAGE, "not by datestamp"},
        {"tx.height = 1.5", UR_E_USAGE, "whole numbers"},
        {"tx.height = ''", UR_E_USAGE, "whole numbers"},
        {"tx.height CONTAINS '5'", UR_E_USAGE, "no CONTAINS"},
        {"tx.hash EXISTS", UR_E_USAGE, "compared by ="},
        {"a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1 AND a=1",
         UR_E_LIMIT, "more than"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuse(cases[i].query, cases[i].want, cases[i].words);
    }
    refuse(longest, UR_E_LIMIT, "maximum query length");
    rpc_search s;
    assert_status(rpc_search_parse_var(&s, (ur_span){0}, NULL), UR_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_clients_ask),
        cmocka_unit_test(heights),
        cmocka_unit_test(words_may_be_keys),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
