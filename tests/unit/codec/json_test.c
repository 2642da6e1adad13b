#include "tests/test.h"

#include "core/codec/json.h"

static ur_status parse(const char *text)
{
    ur_json v;
    return ur_json_parse_var(&v, ur_span_str_var(text));
}

static ur_json value(const char *text)
{
    ur_json v;
    assert_ok(ur_json_parse_var(&v, ur_span_str_var(text)));
    return v;
}

static void the_grammar(void **state)
{
    (void)state;
    static const char *const good[] = {
        "0", "-0", "1", "-1", "10", "1.5", "1e5", "1E+5", "1e-5", "-0.0e0", "true", "false", "null", "\"\"", "[]", "{}",
        " [ ] ", "\t\r\n{ }\n", "[1,2,3]", "[ 1 , 2 ]", "{\"a\":1}", "{\"a\":{\"a\":1},\"b\":[{\"a\":2},{\"a\":3}]}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\xc3\xa9\"",
        "\"\xe2\x82\xac\"", "\"\xf0\x9f\x98\x80\"", "\"\xef\xbf\xbf\"", "\"\xf4\x8f\xbf\xbf\"", "\"\x7f\"",
        "[[[[]]]]", "{\"\":0}", "[\"a\",[],{}]",
    };
    static const char *const bad[] = {
        "", " ", "+1", "01", "-01", "-", "1.", ".5", "1e", "1e+", "0x1", "1 2", "tru", "truee", "True", "nul", "NaN",
        "Infinity", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\ud83d\\u0041\"", "\"\\ud83dx\"", "\"\n\"", "\"\t\"", "\"\x80\"", "\"\xc0\xaf\"", "\"\xc3\"", "\"\xe0\x80\xaf\"",
        "\"\xed\xa0\x80\"", "\"\xf0\x80\x80\xaf\"", "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "\"\xff\"",
        "\xef\xbb\xbf" "1", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1]", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
        "{\"a\":1}}", "[]]", "[] []", "'a'", "/**/1", "1//", "[1]x", "\x0c" "1", "\"\xe2\x82\"", "{\"a\":}", "{:1}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_ok(parse(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parse(bad[i]) != UR_E_INPUT) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
    ur_json v;
    assert_status(ur_json_parse_var(&v, ur_span_of("1\0", 2)), UR_E_INPUT);
    assert_status(ur_json_parse_var(&v, ur_span_of("\"\0\"", 3)), UR_E_INPUT);
    assert_status(ur_json_parse_var(&v, (ur_span){0}), UR_E_INPUT);
}

static void no_key_twice(void **state)
{
    (void)state;
    assert_status(parse("{\"a\":1,\"a\":2}"), UR_E_INPUT);
    assert_status(parse("{\"a\":1,\"b\":{\"c\":[]},\"a\":2}"), UR_E_INPUT);
    assert_status(parse("{\"a\":1,\"\\u0061\":2}"), UR_E_INPUT);
    assert_status(parse("{\"/\":1,\"\\/\":2}"), UR_E_INPUT);
    assert_status(parse("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}"), UR_E_INPUT);
    assert_status(parse("[{\"x\":{\"a\":1,\"a\":2}}]"), UR_E_INPUT);
    assert_status(parse("{\"\":1,\"\":2}"), UR_E_INPUT);
    assert_ok(parse("{\"a\":1,\"A\":2,\"aa\":3,\"\":4}"));
}

static void limits(void **state)
{
    (void)state;
    char text[8192];
    for (size_t depth = UR_JSON_DEPTH_MAX; depth <= UR_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        ur_json v;
        assert_status(ur_json_parse_var(&v, ur_span_of(text, 2 * depth)),
                      depth <= UR_JSON_DEPTH_MAX ? UR_OK : UR_E_LIMIT);
    }
    for (size_t keys = UR_JSON_KEYS_MAX; keys <= UR_JSON_KEYS_MAX + 1; keys++) {
        size_t n = 0;
        text[n++] = '{';
        for (size_t i = 0; i < keys; i++) {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s\"%zu\":0", i == 0 ? "" : ",", i);
        }
        text[n++] = '}';
        ur_json v;
        assert_status(ur_json_parse_var(&v, ur_span_of(text, n)), keys <= UR_JSON_KEYS_MAX ? UR_OK : UR_E_LIMIT);
    }
    ur_json v;
    assert_status(ur_json_parse_var(&v, ur_span_of("1", UR_JSON_TEXT_MAX + 1)), UR_E_LIMIT);
}

static void integers(void **state)
{
    (void)state;
    uint64_t u;
    int64_t i;
    assert_ok(ur_json_u64_var(&u, value("18446744073709551615")));
    assert_true(u == UINT64_MAX);
    assert_ok(ur_json_i64_var(&i, value("-9223372036854775808")));
    assert_true(i == INT64_MIN);
    assert_ok(ur_json_i64_var(&i, value("9223372036854775807")));
    assert_true(i == INT64_MAX);
    static const char *const not_u64[] = {"18446744073709551616", "-1", "1.0", "1e1", "-0", "\"1\"", "true", "[1]", "null"};
    for (size_t k = 0; k < sizeof not_u64 / sizeof *not_u64; k++) {
        assert_status(ur_json_u64_var(&u, value(not_u64[k])), UR_E_INPUT);
        assert_int_equal(u, 0);
    }
    static const char *const not_i64[] = {"9223372036854775808", "-9223372036854775809", "-0", "-1.5", "\"-1\"", "{}"};
    for (size_t k = 0; k < sizeof not_i64 / sizeof *not_i64; k++) {
        assert_status(ur_json_i64_var(&i, value(not_i64[k])), UR_E_INPUT);
    }
    assert_ok(ur_json_u64_text_var(&u, value("\"18446744073709551615\"")));
    assert_ok(ur_json_i64_text_var(&i, value("\"-5\"")));
    assert_int_equal(i, -5);
    static const char *const not_text[] = {"\"\"", "\"01\"", "\"+1\"", "\" 1\"", "\"1 \"", "\"-0\"", "\"1.0\"", "1", "\"\\u0031\""};
    for (size_t k = 0; k < sizeof not_text / sizeof *not_text; k++) {
        assert_status(ur_json_u64_text_var(&u, value(not_text[k])), UR_E_INPUT);
        assert_status(ur_json_i64_text_var(&i, value(not_text[k])), UR_E_INPUT);
    }
    assert_status(ur_json_u64_max_var(&u, 10, value("11")), UR_E_LIMIT);
    assert_ok(ur_json_u64_max_var(&u, 10, value("10")));
}

static void strings(void **state)
{
    (void)state;
    ur_span s;
    uint8_t buf[16];
    assert_ok(ur_json_string_var(&s, NULL, 0, value("\"plain\"")));
    assert_true(ur_span_eq_var(s, UR_SPAN_LIT("plain")));
    assert_ok(ur_json_string_var(&s, buf, sizeof buf, value("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"")));
    assert_true(ur_span_eq_var(s, UR_SPAN_LIT("a\"\\/\b\f\n\r\t")));
    assert_ok(ur_json_string_var(&s, buf, sizeof buf, value("\"\\u00e9\\u20AC\\ud83d\\ude00\\u0000\"")));
    assert_true(ur_span_eq_var(s, UR_SPAN_LIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0")));
    assert_status(ur_json_string_var(&s, buf, 1, value("\"\\n\\n\"")), UR_E_LIMIT);
    assert_status(ur_json_string_var(&s, NULL, 0, value("\"\\n\"")), UR_E_LIMIT);
    assert_status(ur_json_string_var(&s, buf, sizeof buf, value("1")), UR_E_INPUT);
    assert_status(ur_json_plain_var(&s, value("\"\\n\"")), UR_E_INPUT);
    assert_true(ur_json_is_var(value("\"\\u0061b\""), UR_SPAN_LIT("ab")));
    assert_false(ur_json_is_var(value("\"\\u0061b\""), UR_SPAN_LIT("abc")));
    assert_false(ur_json_is_var(value("\"\\u0061b\""), UR_SPAN_LIT("a")));
    assert_false(ur_json_is_var(value("true"), UR_SPAN_LIT("true")));
    size_t n;
    assert_ok(ur_json_hex_var(buf, 2, value("\"0aFF\"")));
    assert_int_equal(buf[1], 0xff);
    assert_status(ur_json_hex_var(buf, 2, value("\"0aFF00\"")), UR_E_INPUT);
    assert_ok(ur_json_hex_upto_var(buf, sizeof buf, &n, value("\"0a\"")));
    assert_int_equal(n, 1);
    assert_ok(ur_json_base64_upto_var(buf, sizeof buf, &n, value("\"Zm9v\"")));
    assert_int_equal(n, 3);
    assert_status(ur_json_base64_var(buf, 2, value("\"Zm9v\"")), UR_E_INPUT);
    assert_status(ur_json_base64_var(buf, 3, value("12")), UR_E_INPUT);
}

static void walking(void **state)
{
    (void)state;
    ur_json v = value(" { \"a\" : [ 1 , \"]\\\"}\" , { \"x\" : [ ] } , true ] , \"b\" : -5 , \"c\" : { } } "), k, e;
    ur_json_iter it;
    assert_ok(ur_json_object_var(&it, v));
    assert_true(ur_json_next_member_var(&it, &k, &e));
    assert_true(ur_json_is_var(k, UR_SPAN_LIT("a")));
    assert_int_equal(ur_json_count_var(e), 4);
    ur_json_iter in;
    assert_ok(ur_json_array_var(&in, e));
    static const char *const raws[] = {"1", "\"]\\\"}\"", "{ \"x\" : [ ] }", "true"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(ur_json_next_var(&in, &e));
        assert_true(ur_span_eq_var(e.raw, ur_span_str_var(raws[i])));
    }
    assert_false(ur_json_next_var(&in, &e));
    assert_true(ur_json_next_member_var(&it, &k, &e));
    assert_true(ur_span_eq_var(e.raw, UR_SPAN_LIT("-5")));
    assert_true(ur_json_next_member_var(&it, &k, &e));
    assert_int_equal(ur_json_kind_var(e), UR_JSON_OBJECT);
    assert_false(ur_json_next_member_var(&it, &k, &e));
    assert_true(ur_span_eq_var(ur_json_get_var(v, "b").raw, UR_SPAN_LIT("-5")));
    assert_int_equal(ur_json_kind_var(ur_json_get_var(v, "d")), UR_JSON_NONE);
    assert_int_equal(ur_json_kind_var(ur_json_get_var(ur_json_get_var(v, "d"), "e")), UR_JSON_NONE);
    assert_status(ur_json_array_var(&it, v), UR_E_INPUT);
    assert_false(ur_json_next_var(&it, &e));
    assert_int_equal(ur_json_count_var(value("[]")), 0);
    assert_int_equal(ur_json_count_var(value("[ [] ]")), 1);
}

static void walking_in_one_pass(void **state)
{
    (void)state;
    ur_json v = value(" { \"a\" : [ 1 , \"]\\\"}\" , { \"x\" : [ ] } , true ] , \"b\" : -5 , \"c\" : { } } "), k, e;
    ur_json_walk w = ur_json_walk_of(v);
    assert_status(ur_json_walk_array_var(&w), UR_E_INPUT);
    assert_ok(ur_json_walk_object_var(&w));
    assert_true(ur_json_walk_member_var(&w, &k));
    assert_true(ur_json_is_var(k, UR_SPAN_LIT("a")));
    assert_ok(ur_json_walk_array_var(&w));
    static const char *const raws[] = {"1", "\"]\\\"}\"", "{ \"x\" : [ ] }", "true"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(ur_json_walk_next_var(&w));
        ur_json_walk in = w;
        e = ur_json_walk_take_var(&w);
        assert_true(ur_span_eq_var(e.raw, ur_span_str_var(raws[i])));
        if (i == 2) { /* entered instead */
            assert_ok(ur_json_walk_object_var(&in));
            assert_true(ur_json_walk_member_var(&in, &k));
            assert_ok(ur_json_walk_array_var(&in));
            assert_false(ur_json_walk_next_var(&in));
            assert_false(ur_json_walk_member_var(&in, &k));
            assert_ptr_equal(in.left.p, w.left.p);
        }
    }
    assert_false(ur_json_walk_next_var(&w));
    assert_true(ur_json_walk_member_var(&w, &k));
    assert_true(ur_span_eq_var(ur_json_walk_take_var(&w).raw, UR_SPAN_LIT("-5")));
    assert_true(ur_json_walk_member_var(&w, &k));
    assert_status(ur_json_walk_array_var(&w), UR_E_INPUT);
    assert_ok(ur_json_walk_object_var(&w));
    assert_false(ur_json_walk_member_var(&w, &k));
    assert_false(ur_json_walk_member_var(&w, &k));
    assert_int_equal(w.left.n, 0);
    assert_false(ur_json_walk_next_var(&w)); /* nor is there anything behind the end */
    assert_int_equal(ur_json_walk_take_var(&w).raw.n, 0);
    assert_status(ur_json_walk_object_var(&w), UR_E_INPUT);
}

static void known_fields_once(void **state)
{
    (void)state;
    static const char *const names[] = {"id", "owner", "memo"};
    ur_json f[3];
    assert_ok(ur_json_fields_var(f, names, 3, 2, value("{\"owner\":\"x\",\"id\":7}")));
    assert_true(ur_span_eq_var(f[0].raw, UR_SPAN_LIT("7")));
    assert_int_equal(ur_json_kind_var(f[2]), UR_JSON_NONE);
    assert_ok(ur_json_fields_var(f, names, 3, 2, value("{\"memo\":null,\"owner\":\"x\",\"id\":7}")));
    assert_int_equal(ur_json_kind_var(f[2]), UR_JSON_NULL);
    assert_status(ur_json_fields_var(f, names, 3, 2, value("{\"owner\":\"x\",\"id\":7,\"other\":1}")), UR_E_INPUT);
    assert_int_equal(f[0].raw.n, 0);
    assert_status(ur_json_fields_var(f, names, 3, 2, value("{\"owner\":\"x\"}")), UR_E_INPUT);
    assert_status(ur_json_fields_var(f, names, 3, 2, value("[]")), UR_E_INPUT);
    assert_ok(ur_json_fields_var(f, names, 0, 0, value("{}")));
}

static void canonical_texts(void **state)
{
    (void)state;
    static const char *const yes[] = {"{}", "[]", "0", "-1", "{\"a\":1,\"b\":[1,\"x\"]}", "\"\\n\\u0001\\\"\\\\\"",
                                      "{\"A\":1,\"a\":2,\"aa\":3}", "[{\"b\":1},{\"a\":1}]", "\"\xc3\xa9\""};
    static const char *const no[] = {" {}", "{} ", "[ ]", "[1, 2]", "{\"a\" :1}", "{\"b\":1,\"a\":2}", "-0", "1.0", "1e2",
                                     "\"\\/\"", "\"\\u0041\"", "\"\\u000a\"", "\"\\u001F\"", "\"\\u00e9\"", "{\"aa\":1,\"a\":2}"};
    ur_json v;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        assert_ok(ur_json_parse_canonical_var(&v, ur_span_str_var(yes[i])));
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        assert_ok(ur_json_parse_var(&v, ur_span_str_var(no[i])));
        assert_status(ur_json_parse_canonical_var(&v, ur_span_str_var(no[i])), UR_E_INPUT);
    }
}

/* Every prefix of a text is malformed, and no prefix is read past its end (a sanitizer watches). */
static void cut_anywhere(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,-2.5e+3,\"\\ud83d\\ude00\xe2\x82\xac\"],\"b\":{\"c\":true,\"d\":null}}";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        uint8_t *exact = malloc(n == 0 ? 1 : n);
        assert_non_null(exact);
        memcpy(exact, text, n);
        ur_json v;
        assert_status(ur_json_parse_var(&v, ur_span_of(exact, n)), UR_E_INPUT);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar),
        cmocka_unit_test(no_key_twice),
        cmocka_unit_test(limits),
        cmocka_unit_test(integers),
        cmocka_unit_test(strings),
        cmocka_unit_test(walking),
        cmocka_unit_test(walking_in_one_pass),
        cmocka_unit_test(known_fields_once),
        cmocka_unit_test(canonical_texts),
        cmocka_unit_test(cut_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
