/* The writers against data made elsewhere: RFC 6979's own vectors, and the published test PKI rebuilt byte for byte. */
#include "tests/test.h"

#include "lib/mint/mint.h"
#include "lib/mint/pki.h"
#include "lib/os/date.h"

static void unhex(uint8_t *out, const char *s)
{
    for (size_t i = 0; s[2 * i] != '\0'; i++) {
        unsigned x;
        assert_int_equal(sscanf(s + 2 * i, "%2x", &x), 1);
        out[i] = (uint8_t)x;
    }
}

static void signs_as_rfc6979_says(void **state)
{
    (void)state;
    uint8_t d[32], want[64], sig[64];
    ur_mint_key key;
    unhex(d, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    assert_ok(ur_mint_key_set_var(&key, d));
    unhex(want, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
    assert_memory_equal(key.q, want, 64);
    assert_ok(ur_mint_sign_var(sig, &key, UR_SPAN_LIT("sample")));
    unhex(want, "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    assert_memory_equal(sig, want, 64);
    assert_ok(ur_mint_sign_var(sig, &key, UR_SPAN_LIT("test")));
    unhex(want, "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
                "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
    assert_memory_equal(sig, want, 64);
}

static void refuses_scalars_out_of_range(void **state)
{
    (void)state;
    uint8_t d[32] = {0};
    ur_mint_key key;
    assert_status(ur_mint_key_set_var(&key, d), UR_E_INPUT);
    unhex(d, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    assert_status(ur_mint_key_set_var(&key, d), UR_E_INPUT);
    d[31]--;
    assert_ok(ur_mint_key_set_var(&key, d));
}

static void writes_dates(void **state)
{
    (void)state;
    const struct {
        int64_t t;
        const char *text;
    } dates[] = {{0, "1970-01-01T00:00:00Z"},          {951782399, "2000-02-28T23:59:59Z"},
                 {951782400, "2000-02-29T00:00:00Z"},  {951868800, "2000-03-01T00:00:00Z"},
                 {1780272000, "2026-06-01T00:00:00Z"}, {2524521600, "2049-12-31T00:00:00Z"},
                 {4107542400, "2100-03-01T00:00:00Z"}, {253402300799, "9999-12-31T23:59:59Z"}};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        char text[21];
        ur_date_text(text, dates[i].t);
        assert_string_equal(text, dates[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_rfc6979_says),
        cmocka_unit_test(refuses_scalars_out_of_range),
        cmocka_unit_test(writes_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
