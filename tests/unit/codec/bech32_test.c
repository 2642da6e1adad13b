#include "tests/test.h"

#include "core/codec/bech32.h"
#include "core/codec/hex.h"

static void the_bip_vectors(void **state)
{
    (void)state; /* BIP-173's valid strings whose data is whole bytes here, and its invalid ones */
    static const char *const valid[] = {
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "?1ezyfcl",
    };
    static const char *const invalid[] = {
        " 1nwldj5", "\x7f" "1axkwrx", "\x80" "1eym55h", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3",
        "de1lg7wt\xff", "A1G7SGD8", "10a06t8", "1qzzfhee",
        "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
        "A12uel5l", "", "1", "a1", "a12uel5",
    };
    char hrp[UR_BECH32_HRP_MAX];
    uint8_t data[UR_BECH32_DATA_MAX];
    size_t hrp_len, n;
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        assert_ok(ur_bech32_decode_var(hrp, &hrp_len, data, &n, ur_span_str_var(valid[i])));
    }
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        assert_status(ur_bech32_decode_var(hrp, &hrp_len, data, &n, ur_span_str_var(invalid[i])), UR_E_INPUT);
        assert_int_equal(hrp_len + n, 0);
    }
    /* "abcdef" over 0..31 as groups is 20 bytes; from BIP-173 */
    assert_ok(ur_bech32_decode_var(hrp, &hrp_len, data, &n,
                                   UR_SPAN_LIT("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")));
    assert_int_equal(n, 20);
    uint8_t want[20];
    assert_ok(ur_hex_decode(want, 20, UR_SPAN_LIT("00443214c74254b635cf84653a56d7c675be77df")));
    assert_memory_equal(data, want, 20);
}

static void addresses(void **state)
{
    (void)state;
    char text[UR_BECH32_MAX];
    uint8_t bytes[32], back[32];
    size_t n, m;
    /* the first contract of every CosmWasm chain (code 1, instance 1), as the chains print it */
    assert_ok(ur_hex_decode(bytes, 32, UR_SPAN_LIT("ade4a5f5803a439835c636395a8d648dee57b2fc90d98dc17fa887159b69638b")));
    assert_ok(ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT("cosmos"), ur_span_of(bytes, 32)));
    assert_int_equal(n, 65);
    assert_memory_equal(text, "cosmos14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s4hmalr", 65);
    assert_ok(ur_bech32_address_var(back, 32, &m, UR_SPAN_LIT("cosmos"), ur_span_of(text, n)));
    assert_int_equal(m, 32);
    assert_memory_equal(bytes, back, 32);
    assert_status(ur_bech32_address_var(back, 32, &m, UR_SPAN_LIT("wasm"), ur_span_of(text, n)), UR_E_INPUT);
    assert_status(ur_bech32_address_var(back, 20, &m, UR_SPAN_LIT("cosmos"), ur_span_of(text, n)), UR_E_LIMIT);
    for (size_t i = 0; i < n; i++) { /* any one character changed */
        char other[UR_BECH32_MAX];
        memcpy(other, text, n);
        other[i] = text[i] == 'q' ? 'p' : 'q';
        assert_status(ur_bech32_address_var(back, 32, &m, UR_SPAN_LIT("cosmos"), ur_span_of(other, n)), UR_E_INPUT);
    }
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)(text[i] >= 'a' ? text[i] - 32 : text[i]);
    }
    assert_status(ur_bech32_address_var(back, 32, &m, UR_SPAN_LIT("cosmos"), ur_span_of(text, n)), UR_E_INPUT);
}

static void every_length(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("bech32");
    for (size_t len = 0; len <= UR_BECH32_DATA_MAX + 1; len++) {
        uint8_t in[UR_BECH32_DATA_MAX + 1], back[UR_BECH32_DATA_MAX];
        char text[UR_BECH32_MAX], hrp[UR_BECH32_HRP_MAX];
        size_t n, hrp_len, m;
        test_rng_bytes(&rng, in, len);
        ur_status st = ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT("x"), ur_span_of(in, len));
        assert_int_equal(st, len <= UR_BECH32_DATA_MAX ? UR_OK : UR_E_LIMIT);
        if (st == UR_OK) {
            assert_ok(ur_bech32_decode_var(hrp, &hrp_len, back, &m, ur_span_of(text, n)));
            assert_int_equal(m, len);
            assert_memory_equal(in, back, len);
        }
    }
    char text[UR_BECH32_MAX];
    size_t n;
    assert_status(ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT("Ab"), UR_SPAN_LIT("x")), UR_E_USAGE);
    assert_status(ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT(""), UR_SPAN_LIT("x")), UR_E_USAGE);
    assert_status(ur_bech32_encode_var(text, 8, &n, UR_SPAN_LIT("ab"), UR_SPAN_LIT("x")), UR_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bip_vectors),
        cmocka_unit_test(addresses),
        cmocka_unit_test(every_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
