/* What a wasmd node takes for JSON. The rows were put to Go's encoding/json.Valid (go 1.26). */
#include "core/codec/json.h"
#include "lib/ledger/go_json.h"
#include "tests/test.h"

static const char *const valid[] = {
    "{}", "[]", "0", "-0", "\"\"", "true", "false", "null", " \t\r\n1 ", "[1,2]", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\u0068\"",
    "\"\xff\xfe\"", "1e5", "1.5E-10", "-12.0e+3", "[[],{},[{}]]", "{\"a\":{\"b\":[]}}", "\"\x7f\"", "{ \"a\" : [ 1 , 2 ] }",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "99999999999999999999999999",
};

static const char *const malformed[] = {
    "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "-", "+1", ".5", "1.", "1e", "1e+", "tru",
    "nul", "truee", "\"", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "1 2", "[1 2]", "{\"a\" 1}", "[}", "{]", "'a'", "\v1", "[1]]", "{}{}",
    "{\"a\":1 \"b\":2}", "\"a", "[\"a]", "{,}", "--1", "1.e5", "NaN", "\\", "/**/1",
};

static void rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        if (!ur_go_json_is_valid(ur_span_str_var(valid[i]))) {
            fail_msg("refused: %s", valid[i]);
        }
    }
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        if (ur_go_json_is_valid(ur_span_str_var(malformed[i]))) {
            fail_msg("taken: %s", malformed[i]);
        }
    }
    assert_false(ur_go_json_is_valid(UR_SPAN_LIT("\"\0\"")));
    assert_false(ur_go_json_is_valid(UR_SPAN_LIT("1\0")));
}

static void depth(void **state)
{
    (void)state;
    static char text[2 * 10001];
    memset(text, '[', 10001);
    memset(text + 10001, ']', 10001);
    assert_true(ur_go_json_is_valid(ur_span_of(text + 1, 20000)));
    assert_false(ur_go_json_is_valid(ur_span_of(text, 20002)));
    assert_false(ur_go_json_is_valid(ur_span_of(text + 1, 19999)));
}

/* Whatever the strict reader takes is JSON for Go, too. */
static void everything_strict_is_taken(void **state)
{
    (void)state;
    static const char pieces[] = "{}[],:\"\"\\u1a0e-+.tfn \"a\"1";
    test_rng rng = test_rng_start("go json");
    size_t strict = 0;
    for (int k = 0; k < 400000; k++) {
        char text[12];
        ur_json v;
        size_t n = 1 + test_rng_u64(&rng) % sizeof text;
        for (size_t i = 0; i < n; i++) {
            text[i] = pieces[test_rng_u64(&rng) % (sizeof pieces - 1)];
        }
        if (ur_json_parse_var(&v, ur_span_of(text, n)) == UR_OK) {
            strict++;
            assert_true(ur_go_json_is_valid(ur_span_of(text, n)));
        }
    }
    assert_true(strict > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(depth), cmocka_unit_test(everything_strict_is_taken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
