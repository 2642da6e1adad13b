#include "tests/test.h"

#include "core/hash/hash.h"
#include "tests/unit/hash/assert_hex.h"

static void digests_are_the_published_ones(void **state)
{
    (void)state; /* FIPS 180-4 examples of NIST, and the empty string */
    static const struct {
        const char *text, *hex;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    uint8_t out[UR_SHA256_BYTES];
    for (size_t i = 0; i < 3; i++) {
        ur_sha256_of(out, ur_span_str_var(cases[i].text));
        assert_hex(out, sizeof out, cases[i].hex);
    }
    ur_sha256 c;
    ur_sha256_init(&c);
    for (int i = 0; i < 1000; i++) {
        char block[1000];
        memset(block, 'a', sizeof block);
        ur_sha256_update(&c, block, sizeof block);
    }
    ur_sha256_final(&c, out);
    assert_hex(out, sizeof out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("sha256 pieces");
    uint8_t text[300], want[UR_SHA256_BYTES], got[UR_SHA256_BYTES];
    test_rng_bytes(&rng, text, sizeof text);
    for (size_t n = 0; n <= sizeof text; n++) {
        ur_sha256 c;
        ur_sha256_of(want, ur_span_of(text, n));
        ur_sha256_init(&c);
        for (size_t at = 0; at < n;) {
            size_t k = 1 + test_rng_below(&rng, n - at);
            ur_sha256_update(&c, text + at, k);
            at += k;
        }
        ur_sha256_final(&c, got);
        assert_memory_equal(want, got, sizeof want);
    }
}

static void hmac_is_as_published(void **state)
{
    (void)state; /* RFC 4231, cases 2 and 6 */
    uint8_t out[UR_SHA256_BYTES], key[131];
    ur_hmac256_of(out, UR_SPAN_LIT("Jefe"), UR_SPAN_LIT("what do ya want for nothing?"));
    assert_hex(out, sizeof out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    ur_hmac256_of(out, ur_span_of(key, sizeof key), UR_SPAN_LIT("Test Using Larger Than Block-Size Key - Hash Key First"));
    assert_hex(out, sizeof out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void hkdf_is_as_published(void **state)
{
    (void)state; /* RFC 5869, cases 1 and 3 */
    uint8_t ikm[22], salt[13], info[10], out[42];
    memset(ikm, 0x0b, sizeof ikm);
    for (size_t i = 0; i < sizeof salt; i++) {
        salt[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof info; i++) {
        info[i] = (uint8_t)(0xf0 + i);
    }
    assert_ok(ur_hkdf256(out, sizeof out, ur_span_of(ikm, sizeof ikm), ur_span_of(salt, sizeof salt),
                         ur_span_of(info, sizeof info)));
    assert_hex(out, sizeof out,
               "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    assert_ok(ur_hkdf256(out, sizeof out, ur_span_of(ikm, sizeof ikm), UR_SPAN_LIT(""), UR_SPAN_LIT("")));
    assert_hex(out, sizeof out,
               "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    static uint8_t much[255 * 32 + 1];
    assert_ok(ur_hkdf256(much, sizeof much - 1, UR_SPAN_LIT("k"), UR_SPAN_LIT("s"), UR_SPAN_LIT("i")));
    assert_status(ur_hkdf256(much, sizeof much, UR_SPAN_LIT("k"), UR_SPAN_LIT("s"), UR_SPAN_LIT("i")), UR_E_USAGE);
    assert_int_equal(much[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_the_published_ones),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(hmac_is_as_published),
        cmocka_unit_test(hkdf_is_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
