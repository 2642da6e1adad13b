#include "tests/test.h"

#include "core/codec/hex.h"

static void every_byte_and_back(void **state)
{
    (void)state;
    uint8_t all[256], back[256];
    char text[512];
    for (size_t i = 0; i < 256; i++) {
        all[i] = (uint8_t)i;
    }
    ur_hex_encode(text, ur_span_of(all, sizeof all));
    for (size_t i = 0; i < 256; i++) {
        char want[3];
        (void)snprintf(want, sizeof want, "%02zx", i);
        assert_memory_equal(text + 2 * i, want, 2);
    }
    assert_ok(ur_hex_decode(back, sizeof back, ur_span_of(text, sizeof text)));
    assert_memory_equal(all, back, sizeof all);
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)(text[i] >= 'a' ? text[i] - 32 : text[i]);
    }
    memset(back, 0, sizeof back);
    assert_ok(ur_hex_decode(back, sizeof back, ur_span_of(text, sizeof text)));
    assert_memory_equal(all, back, sizeof all);
}

static void only_digits_are_accepted(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        for (size_t place = 0; place < 2; place++) {
            uint8_t text[2] = {'0', '0'}, out = 0xaa;
            text[place] = (uint8_t)c;
            bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            assert_status(ur_hex_decode(&out, 1, ur_span_of(text, 2)), digit ? UR_OK : UR_E_INPUT);
            assert_true(digit || out == 0);
        }
    }
}

static void lengths_are_kept(void **state)
{
    (void)state;
    uint8_t out[4] = {1, 2, 3, 4};
    static const uint8_t zero[4] = {0};
    size_t n = 9;
    assert_status(ur_hex_decode(out, 4, UR_SPAN_LIT("010203")), UR_E_INPUT);
    assert_memory_equal(out, zero, 4);
    assert_status(ur_hex_decode(out, 4, UR_SPAN_LIT("010203040")), UR_E_INPUT);
    assert_ok(ur_hex_decode(out, 0, UR_SPAN_LIT("")));
    assert_ok(ur_hex_decode_upto(out, 4, &n, UR_SPAN_LIT("0102")));
    assert_int_equal(n, 2);
    assert_status(ur_hex_decode_upto(out, 4, &n, UR_SPAN_LIT("0102030405")), UR_E_LIMIT);
    assert_int_equal(n, 0);
    assert_memory_equal(out, zero, 4);
    assert_status(ur_hex_decode_upto(out, 4, &n, UR_SPAN_LIT("010")), UR_E_INPUT);
    char small[3];
    ur_writer w;
    ur_writer_init(&w, small, sizeof small);
    ur_hex_write(&w, UR_SPAN_LIT("ab"));
    assert_true(w.overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_and_back),
        cmocka_unit_test(only_digits_are_accepted),
        cmocka_unit_test(lengths_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
