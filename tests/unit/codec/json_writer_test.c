#include "tests/test.h"

#include "core/codec/json.h"

typedef struct out {
    uint8_t buf[256];
    ur_writer w;
    ur_json_writer j;
} out;

static ur_json_writer *start(out *o)
{
    ur_writer_init(&o->w, o->buf, sizeof o->buf);
    ur_json_writer_init(&o->j, &o->w);
    return &o->j;
}

static void one_of_everything(void **state)
{
    (void)state;
    out o;
    ur_span got;
    ur_json_writer *j = start(&o);
    ur_json_begin_object(j);
    ur_json_key(j, "a");
    ur_json_begin_array(j);
    ur_json_put_u64(j, UINT64_MAX);
    ur_json_put_i64(j, INT64_MIN);
    ur_json_put_bool(j, true);
    ur_json_put_bool(j, false);
    ur_json_put_null(j);
    ur_json_begin_array(j);
    ur_json_end_array(j);
    ur_json_begin_object(j);
    ur_json_end_object(j);
    ur_json_end_array(j);
    ur_json_key(j, "b");
    ur_json_put_string(j, UR_SPAN_LIT("\x01\b\t\n\x0b\f\r\x1f\"\\/\x7f\xc3\xa9"));
    ur_json_key(j, "c");
    ur_json_put_u64_text(j, 7);
    ur_json_key(j, "d");
    ur_json_put_hex(j, UR_SPAN_LIT("\xab"));
    ur_json_key(j, "e");
    ur_json_put_base64(j, UR_SPAN_LIT("f"));
    ur_json_end_object(j);
    assert_ok(ur_json_writer_end(j, &got));
    static const char want[] = "{\"a\":[18446744073709551615,-9223372036854775808,true,false,null,[],{}],"
                               "\"b\":\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\x7f\xc3\xa9\",\"c\":\"7\",\"d\":\"ab\",\"e\":\"Zg==\"}";
    assert_int_equal(got.n, sizeof want - 1);
    assert_memory_equal(got.p, want, got.n);
    ur_json v;
    assert_ok(ur_json_parse_canonical_var(&v, got));
}

static void misuse_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        out o;
        ur_span got;
        ur_json_writer *j = start(&o);
        switch (i) {
        case 0: break;                                   /* nothing */
        case 1: ur_json_begin_array(j); break;           /* open */
        case 2: ur_json_put_null(j); ur_json_put_null(j); break; /* two values */
        case 3: ur_json_begin_object(j); ur_json_put_null(j); ur_json_end_object(j); break; /* no key */
        case 4: ur_json_begin_object(j); ur_json_key(j, "a"); ur_json_end_object(j); break; /* no value */
        case 5: ur_json_begin_array(j); ur_json_end_object(j); break;
        case 6: ur_json_begin_array(j); ur_json_key(j, "a"); break;
        case 7:
        case 8: /* equal and falling keys */
            ur_json_begin_object(j);
            ur_json_key(j, "b");
            ur_json_put_null(j);
            ur_json_key(j, i == 7 ? "b" : "a");
            ur_json_put_null(j);
            ur_json_end_object(j);
            break;
        case 9: ur_json_put_string(j, UR_SPAN_LIT("\xff")); break;
        case 10:
            for (int k = 0; k <= UR_JSON_DEPTH_MAX; k++) {
                ur_json_begin_array(j);
            }
            break;
        default: ur_json_put_raw(j, (ur_json){0}); break;
        }
        assert_status(ur_json_writer_end(j, &got), UR_E_USAGE);
        assert_int_equal(got.n, 0);
    }
    uint8_t small[4];
    ur_writer w;
    ur_json_writer j;
    ur_span got;
    ur_writer_init(&w, small, sizeof small);
    ur_json_writer_init(&j, &w);
    ur_json_put_text(&j, "abc");
    assert_status(ur_json_writer_end(&j, &got), UR_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_everything),
        cmocka_unit_test(misuse_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
