#include "tests/test.h"

#include "core/codec/base64.h"

static ur_status decode(uint8_t *out, size_t cap, size_t *n, const char *text, ur_base64 kind)
{
    return ur_base64_decode(out, cap, n, ur_span_str_var(text), kind);
}

static void the_rfc_vectors(void **state)
{
    (void)state; /* RFC 4648, section 10 */
    static const char *const cases[][2] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},        {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < 7; i++) {
        char text[16];
        uint8_t back[16];
        size_t n, chars = ur_base64_chars(i, UR_BASE64);
        assert_int_equal(chars, strlen(cases[i][1]));
        ur_base64_encode(text, ur_span_str_var(cases[i][0]), UR_BASE64);
        assert_memory_equal(text, cases[i][1], chars);
        assert_ok(decode(back, sizeof back, &n, cases[i][1], UR_BASE64));
        assert_int_equal(n, i);
        assert_memory_equal(back, cases[i][0], n);
    }
}

static void the_alphabets(void **state)
{
    (void)state;
    static const char both[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int k = 0; k < 4; k++) {
        bool url = k == UR_BASE64_URL || k == UR_BASE64_URL_RAW;
        for (int c = 0; c < 256; c++) {
            char text[4] = {'A', 'A', 'A', (char)c};
            uint8_t out[3];
            bool good = (c != 0 && strchr(both, c) != NULL) || (url ? c == '-' || c == '_' : c == '+' || c == '/');
            size_t n;
            bool pad = c == '=' && (k == UR_BASE64 || k == UR_BASE64_URL); /* AAA= is two zero bytes */
            ur_status st = ur_base64_decode(out, sizeof out, &n, ur_span_of(text, 4), (ur_base64)k);
            assert_int_equal(st, good || pad ? UR_OK : UR_E_INPUT);
        }
    }
}

static void round_trips(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("base64");
    for (size_t len = 0; len < 200; len++) {
        uint8_t in[200], back[200];
        char text[272];
        test_rng_bytes(&rng, in, len);
        for (int k = 0; k < 4; k++) {
            ur_base64 kind = (ur_base64)k;
            size_t chars = ur_base64_chars(len, kind);
            ur_base64_encode(text, ur_span_of(in, len), kind);
            assert_ok(ur_base64_decode_exact(back, len, ur_span_of(text, chars), kind));
            assert_memory_equal(in, back, len);
            assert_status(ur_base64_decode_exact(back, len + 1, ur_span_of(text, chars), kind), UR_E_INPUT);
        }
    }
}

static void one_spelling_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ur_base64 kind;
    } refused[] = {
        {"Zh==", UR_BASE64},  {"Zm9=", UR_BASE64},   {"Zg=", UR_BASE64},       {"Zg", UR_BASE64},    {"Z", UR_BASE64_RAW},
        {"Zg==", UR_BASE64_RAW}, {"Zh", UR_BASE64_RAW}, {"Zg==Zg==", UR_BASE64}, {"====", UR_BASE64},  {"Z===", UR_BASE64},
        {"Zm9v\n", UR_BASE64}, {" Zm9v", UR_BASE64},  {"Zm 9v", UR_BASE64},     {"Zg==\n", UR_BASE64}, {"Zm9v=", UR_BASE64},
        {"Zm9v====", UR_BASE64}, {"+/+/", UR_BASE64_URL}, {"-_-_", UR_BASE64},  {"=Zm9", UR_BASE64},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        uint8_t out[16];
        size_t n = 7;
        memset(out, 0xaa, sizeof out);
        assert_status(decode(out, sizeof out, &n, refused[i].text, refused[i].kind), UR_E_INPUT);
        assert_int_equal(n, 0);
        for (size_t k = 0; k < sizeof out; k++) {
            assert_int_equal(out[k], 0);
        }
    }
    uint8_t out[2];
    size_t n;
    assert_status(decode(out, 2, &n, "Zm9v", UR_BASE64), UR_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfc_vectors),
        cmocka_unit_test(the_alphabets),
        cmocka_unit_test(round_trips),
        cmocka_unit_test(one_spelling_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
