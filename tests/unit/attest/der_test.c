/* DER: one encoding of each value, and nothing else. */
#include "core/codec/der.h"
#include "tests/test.h"

static ur_reader on(const void *p, size_t n)
{
    ur_reader r;
    ur_reader_init(&r, ur_span_of(p, n));
    return r;
}
#define ON(s) on(s, sizeof(s) - 1)

static void lengths(void **state)
{
    (void)state;
    static uint8_t buf[70000] = {0x04};
    uint8_t tag = 0;
    ur_span content;
    /* Every length in its shortest form, and in a longer one. */
    const size_t sizes[] = {0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = sizes[i];
        for (size_t octets = 0; octets <= 3; octets++) {
            bool fits = octets == 0 ? n < 0x80 : octets == 3 || n >> (8 * octets) == 0;
            bool shortest = octets == 0 ? n < 0x80 : n >= 0x80 && (octets == 1 ? n <= 0xff : n >> (8 * (octets - 1)) != 0);
            if (!fits) {
                continue;
            }
            buf[1] = (uint8_t)(octets == 0 ? n : 0x80 | octets);
            for (size_t k = 0; k < octets; k++) {
                buf[2 + k] = (uint8_t)(n >> (8 * (octets - 1 - k)));
            }
            ur_reader r = on(buf, 2 + octets + n);
            assert_int_equal(ur_der_next(&r, &tag, &content, NULL), shortest ? UR_OK : UR_E_INPUT);
            assert_int_equal(content.n, shortest ? n : 0);
            r = on(buf, 1 + octets + n); /* one octet short */
            assert_status(ur_der_next(&r, &tag, &content, NULL), UR_E_INPUT);
            assert_int_equal(r.at, 0);
        }
    }
    ur_reader r = ON("\x30\x80\x00\x00");
    assert_status(ur_der_next(&r, &tag, &content, NULL), UR_E_INPUT); /* indefinite */
    r = ON("\x1f\x81\x01\x00");
    assert_status(ur_der_next(&r, &tag, &content, NULL), UR_E_INPUT); /* a long tag */
    r = ON("\x04\x84\x00\x00\x00\x00");
    assert_status(ur_der_next(&r, &tag, &content, NULL), UR_E_INPUT);
}

static void entering(void **state)
{
    (void)state;
    ur_reader r = ON("\x30\x04\x02\x01\x05\x05\x31\x00"), in;
    ur_span whole;
    uint64_t x = 0;
    assert_status(ur_der_enter_whole(&r, UR_DER_SET, &in, &whole), UR_E_INPUT);
    assert_true(r.at == 0 && in.n == 0 && whole.n == 0);
    assert_ok(ur_der_enter_whole(&r, UR_DER_SEQUENCE, &in, &whole));
    assert_true(r.at == 6 && whole.p == r.p && whole.n == 6);
    assert_ok(ur_der_uint(&in, &x, 9));
    assert_true(x == 5 && ur_der_peek(&in, UR_DER_NULL));
    ur_reader none;
    assert_status(ur_der_enter(&in, UR_DER_NULL, &none), UR_E_INPUT); /* its length is missing */
    assert_int_equal(in.at, 3);
    assert_ok(ur_der_enter(&r, UR_DER_SET, &in));
    assert_int_equal(ur_reader_left(&in), 0);
    assert_ok(ur_reader_end(&r));
    assert_status(ur_der_enter_whole(&r, UR_DER_SET, &in, &whole), UR_E_INPUT);
}

static void integers(void **state)
{
    (void)state;
    uint64_t x = 0;
    static const struct {
        const char *bytes;
        size_t n;
        ur_status want;
        uint64_t value;
    } cases[] = {
        {"\x02\x01\x00", 3, UR_OK, 0}, {"\x02\x01\x7f", 3, UR_OK, 127}, {"\x02\x02\x00\xff", 4, UR_OK, 255},
        {"\x02\x01\xff", 3, UR_E_INPUT, 0}, {"\x02\x02\x00\x7f", 4, UR_E_INPUT, 0}, {"\x02\x00", 2, UR_E_INPUT, 0},
        {"\x02\x02\x01\x00", 4, UR_OK, 256}, {"\x02\x03\x01\x00\x00", 5, UR_E_INPUT, 0}, {"\x0a\x01\x00", 3, UR_E_INPUT, 0},
        {"\x02\x02\xff\xff", 4, UR_E_INPUT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_reader r = on(cases[i].bytes, cases[i].n);
        assert_status(ur_der_uint(&r, &x, 65535), cases[i].want);
        assert_int_equal(x, cases[i].value);
        assert_int_equal(r.at, cases[i].want == UR_OK ? cases[i].n : 0);
    }
    ur_reader r = ON("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff");
    assert_ok(ur_der_uint(&r, &x, UINT64_MAX));
    assert_true(x == UINT64_MAX);
    r = ON("\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x00");
    assert_status(ur_der_uint(&r, &x, UINT64_MAX), UR_E_INPUT);
    bool b = true;
    r = ON("\x01\x01\x01");
    assert_status(ur_der_bool(&r, &b), UR_E_INPUT);
    r = ON("\x01\x01\xff");
    assert_ok(ur_der_bool(&r, &b));
    assert_true(b);
}

static void times(void **state)
{
    (void)state;
    int64_t t = 0;
    static const struct {
        const char *bytes;
        bool ok;
        int64_t want;
    } cases[] = {
        {"\x17\x0d" "700101000000Z", true, 0}, {"\x17\x0d" "491231235959Z", true, 2524607999},
        {"\x17\x0d" "500101000000Z", true, -631152000}, {"\x17\x0d" "000229000000Z", true, 951782400},
        {"\x17\x0d" "010229000000Z", false, 0}, {"\x17\x0d" "260630240000Z", false, 0}, {"\x17\x0d" "260631000000Z", false, 0},
        {"\x17\x0d" "260601000060Z", false, 0}, {"\x17\x0d" "2606010000001", false, 0}, {"\x17\x0b" "2606010000Z", false, 0},
        {"\x18\x0f" "20510501000000Z", true, 2566512000}, {"\x18\x0f" "99991231235959Z", true, 253402300799},
        {"\x18\x0f" "21000229000000Z", false, 0}, {"\x18\x0f" "20000229000000Z", true, 951782400},
        {"\x18\x11" "20510501000000.5Z", false, 0}, {"\x17\x11" "260601000000+0000", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_reader r = on(cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(ur_der_time(&r, &t), cases[i].ok ? UR_OK : UR_E_INPUT);
        assert_true(t == cases[i].want);
    }
    /* Every day of 400 years is one day after the last. */
    int64_t last = -1;
    assert_ok(ur_unix_of_date(&last, 1999, 12, 31, 0, 0, 0));
    for (unsigned y = 2000; y < 2400; y++) {
        for (unsigned m = 1; m <= 12; m++) {
            for (unsigned d = 1; d <= 31; d++) {
                if (ur_unix_of_date(&t, y, m, d, 0, 0, 0) == UR_OK) {
                    assert_true(t == last + 86400);
                    last = t;
                } else {
                    assert_true(t == 0 && d > 28);
                }
            }
        }
    }
}

static void signatures(void **state)
{
    (void)state;
    uint8_t out[64];
    assert_ok(ur_der_ecdsa(out, UR_SPAN_LIT("\x30\x06\x02\x01\x01\x02\x01\x02")));
    assert_int_equal(out[31], 1);
    assert_int_equal(out[63], 2);
    static const char *const bad[] = {"\x30\x06\x02\x01\x01\x02\x01\x00", "\x30\x06\x02\x01\x81\x02\x01\x01",
        "\x30\x07\x02\x02\x00\x01\x02\x01\x01", "\x30\x06\x02\x01\x01\x02\x01\x01\x00"};
    static const size_t sizes[] = {8, 8, 9, 9};
    for (size_t i = 0; i < 4; i++) {
        assert_status(ur_der_ecdsa(out, ur_span_of(bad[i], sizes[i])), UR_E_INPUT);
        assert_int_equal(out[31] | out[63], 0);
    }
    /* 33 octets are a sign and 32; 34 are too many. */
    uint8_t der[2 + 2 + 34 + 3] = {0x30, 38, 0x02, 33, 0x00, 0xff};
    der[2 + 2 + 33] = 0x02;
    der[2 + 2 + 34] = 0x01;
    der[2 + 2 + 35] = 0x05;
    assert_ok(ur_der_ecdsa(out, ur_span_of(der, 40)));
    assert_int_equal(out[0], 0xff);
    der[1] = 39;
    der[3] = 34;
    der[4] = 0x01;
    der[2 + 2 + 34] = 0x02;
    der[2 + 2 + 35] = 0x01;
    der[2 + 2 + 36] = 0x05;
    assert_status(ur_der_ecdsa(out, ur_span_of(der, 41)), UR_E_INPUT);
}

static void oids_and_bits(void **state)
{
    (void)state;
    ur_span s;
    ur_reader r = ON("\x06\x03\x55\x1d\x0f");
    assert_ok(ur_der_oid(&r, &s));
    assert_int_equal(s.n, 3);
    r = ON("\x06\x03\x55\x80\x0f");
    assert_status(ur_der_oid(&r, &s), UR_E_INPUT); /* padded */
    r = ON("\x06\x02\x55\x9d");
    assert_status(ur_der_oid(&r, &s), UR_E_INPUT); /* cut */
    r = ON("\x06\x00");
    assert_status(ur_der_oid(&r, &s), UR_E_INPUT);
    r = ON("\x03\x02\x00\xaa");
    assert_ok(ur_der_bits(&r, &s));
    assert_int_equal(s.n, 1);
    r = ON("\x03\x02\x01\xaa");
    assert_status(ur_der_bits(&r, &s), UR_E_INPUT);
    r = ON("\x03\x00");
    assert_status(ur_der_bits(&r, &s), UR_E_INPUT);
    uint8_t two[2] = {9, 9};
    r = ON("\x04\x03\x01\x02\x03");
    assert_status(ur_der_octets(&r, two, 2), UR_E_INPUT);
    assert_int_equal(two[0] | two[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths),
        cmocka_unit_test(entering),
        cmocka_unit_test(integers),
        cmocka_unit_test(times),
        cmocka_unit_test(signatures),
        cmocka_unit_test(oids_and_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
