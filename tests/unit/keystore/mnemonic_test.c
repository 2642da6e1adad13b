/* Words and derived keys: the published vectors, and words that are wrong. */
#include "tests/test.h"

#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/keystore/hd.h"
#include "lib/keystore/mnemonic.h"

static const struct {
    const char *entropy, *words, *seed;
} bip39[] = {
#include "tests/unit/keystore/bip39.inc"
};

static void test_list(void **state)
{
    (void)state;
    /* The list is bitcoin/bips' english.txt: this is that file's SHA-256. */
    static const char *const list[] = {
#include "lib/keystore/english.inc"
    };
    ur_sha256 c;
    uint8_t hash[UR_SHA256_BYTES], want[UR_SHA256_BYTES];
    ur_sha256_init(&c);
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        ur_sha256_update(&c, list[i], strlen(list[i]));
        ur_sha256_update(&c, "\n", 1);
    }
    ur_sha256_final(&c, hash);
    assert_ok(ur_hex_decode(want, sizeof want, UR_SPAN_LIT("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda")));
    assert_memory_equal(hash, want, sizeof want);
}

static void assert_text(ur_secret *got, const char *want)
{
    assert_int_equal(ur_secret_len(got), strlen(want));
    assert_memory_equal(ur_secret_reveal(got), want, strlen(want));
}

static void test_bip39(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bip39 / sizeof bip39[0]; i++) {
        uint8_t entropy[32], seed[64], want[64];
        size_t n = strlen(bip39[i].entropy) / 2;
        ur_secret *words, *again;
        ur_err err = {0};
        assert_ok(ur_hex_decode(entropy, n, ur_span_str_var(bip39[i].entropy)));
        assert_ok(ur_mnemonic_of(&words, ur_span_of(entropy, n), &err));
        assert_text(words, bip39[i].words);
        assert_ok(ur_mnemonic_parse(&again, ur_span_str_var(bip39[i].words), &err));
        assert_text(again, bip39[i].words);
        ur_mnemonic_seed(seed, again, UR_SPAN_LIT("TREZOR"));
        assert_ok(ur_hex_decode(want, sizeof want, ur_span_str_var(bip39[i].seed)));
        assert_memory_equal(seed, want, sizeof want);
        ur_secret_free(&words);
        ur_secret_free(&again);
    }
}

static void test_as_written(void **state)
{
    (void)state;
    ur_secret *s;
    ur_err err = {0};
    assert_ok(ur_mnemonic_parse(&s, UR_SPAN_LIT("  Legal WINNER thank\nyear  wave\tsausage worth useful legal\r\nwinner thank yellow\n"), &err));
    assert_text(s, "legal winner thank year wave sausage worth useful legal winner thank yellow");
    ur_secret_free(&s);
}

static void test_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ur_status st;
        const char *says;
    } bad[] = {
        {"", UR_E_INPUT, "0 words"},
        {"legal winner thank", UR_E_INPUT, "3 words"},
        {"legal winner thank year wave sausage worth useful legal winner thank", UR_E_INPUT, "11 words"},
        {"legal winner thank year wave sausage worth useful legal winner thank yellow yellow", UR_E_INPUT, "13 words"},
        {"legal winner thank year wave sausage worth useful legal winner thank zoo", UR_E_PROOF, "checksum"},
        {"winner legal thank year wave sausage worth useful legal winner thank yellow", UR_E_PROOF, "checksum"},
        {"legal winner thank year wave sausages worth useful legal winner thank yellow", UR_E_INPUT, "word 6 "},
        {"legal winner thank year wave sausag worth useful legal winner thank yellow", UR_E_INPUT, "word 6 "},
        {"legal winner thank year wave sausagesausage worth useful legal winner thank yellow", UR_E_INPUT, "word 6 "},
        {"legal winner thank year wave saus\xc3\xa4ge worth useful legal winner thank yellow", UR_E_INPUT, "word 6 "},
        {"zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote zoo", UR_E_INPUT, "24 words"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ur_secret *s;
        ur_err err = {0};
        assert_status(ur_mnemonic_parse(&s, ur_span_str_var(bad[i].text), &err), bad[i].st);
        assert_null(s);
        if (strstr(err.text, bad[i].says) == NULL || strstr(err.text, "saus") != NULL) { /* and no word of it */
            fail_msg("\"%s\" does not say \"%s\", or says too much", err.text, bad[i].says);
        }
    }
}

static void test_new(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 30; n++) {
        ur_secret *s, *again;
        ur_err err = {0};
        bool good = n >= 12 && n <= 24 && n % 3 == 0;
        assert_status(ur_mnemonic_new(&s, n, &err), good ? UR_OK : UR_E_USAGE);
        if (good) {
            assert_ok(ur_mnemonic_parse(&again, ur_span_of(ur_secret_reveal(s), ur_secret_len(s)), &err));
            ur_secret_free(&again);
        }
        ur_secret_free(&s);
    }
}

/* ---- BIP-32 ---- */

/* An extended private key's 78 bytes out of Base58Check; its checksum must hold. */
static void base58(uint8_t out[82], const char *text)
{
    static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint8_t once[32], twice[32];
    memset(out, 0, 82);
    for (; *text != '\0'; text++) {
        const char *d = strchr(digits, *text);
        assert_non_null(d);
        unsigned carry = (unsigned)(d - digits);
        for (size_t i = 82; i-- > 0;) {
            carry += 58u * out[i];
            out[i] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_int_equal(carry, 0);
    }
    ur_sha256_of(once, ur_span_of(out, 78));
    ur_sha256_of(twice, ur_span_of(once, 32));
    assert_memory_equal(twice, out + 78, 4);
}

#define H UR_HD_HARDENED

/* BIP-32's test vectors 1 to 3: a seed, then for each further step the child's number and the extended private key. */
static const struct {
    const char *seed; /* NULL: a child of the line before */
    uint32_t index;
    const char *key;
} bip32[] = {
    {"000102030405060708090a0b0c0d0e0f", 0, "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"},
    {NULL, 0 | H, "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7"},
    {NULL, 1, "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2EU4pWcQDnRnrVA1xe8fs"},
    {NULL, 2 | H, "xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXBDptWmT7FwuEzG3ryjH4ktypQSAewRiNMjANTtpgP4mLTj34bhnZX7UiM"},
    {NULL, 2, "xprvA2JDeKCSNNZky6uBCviVfJSKyQ1mDYahRjijr5idH2WwLsEd4Hsb2Tyh8RfQMuPh7f7RtyzTtdrbdqqsunu5Mm3wDvUAKRHSC34sJ7in334"},
    {NULL, 1000000000, "xprvA41z7zogVVwxVSgdKUHDy1SKmdb533PjDz7J6N6mV6uS3ze1ai8FHa8kmHScGpWmj4WggLyQjgPie1rFSruoUihUZREPSL39UNdE3BBDu76"},
    {"fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542", 0,
     "xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pGz6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U"},
    {NULL, 0, "xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9WQRUT3dKYnjwih2yJD9mkrocEZXo1ex8G81dwSM1fwqWpWkeS3v86pgKt"},
    {NULL, 2147483647u | H, "xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2vidYEeEg2mUCTAwCd6vnxVrcjfy2kRgVsFawNzmjuHc2YmYRmagcEPdU9"},
    {NULL, 1, "xprv9zFnWC6h2cLgpmSA46vutJzBcfJ8yaJGg8cX1e5StJh45BBciYTRXSd25UEPVuesF9yog62tGAQtHjXajPPdbRCHuWS6T8XA2ECKADdw4Ef"},
    {NULL, 2147483646u | H, "xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc"},
    {NULL, 2, "xprvA2nrNbFZABcdryreWet9Ea4LvTJcGsqrMzxHx98MMrotbir7yrKCEXw7nadnHM8Dq38EGfSh6dqA9QWTyefMLEcBYJUuekgW4BYPJcr9E7j"},
    {"4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be", 0,
     "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2QJDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9dGuVrtHHs7pXeTzjuxBrCmmhgC6"},
    {NULL, 0 | H, "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXBAJMu2qaMWPrS7AANYqdq6vcBcBUdJCVVFceUvJFjaPdGZ2y9WACViL4L"},
};

static void test_bip32(void **state)
{
    (void)state;
    ur_hd_key key = {0};
    for (size_t i = 0; i < sizeof bip32 / sizeof bip32[0]; i++) {
        uint8_t seed[64], want[82], got[32];
        if (bip32[i].seed != NULL) {
            size_t n = strlen(bip32[i].seed) / 2;
            assert_ok(ur_hex_decode(seed, n, ur_span_str_var(bip32[i].seed)));
            assert_ok(ur_hd_master(&key, ur_span_of(seed, n)));
        } else {
            assert_ok(ur_hd_child(&key, &key, bip32[i].index));
        }
        base58(want, bip32[i].key);
        ur_secp_secret_reveal(got, &key.secret);
        assert_memory_equal(key.chain_code, want + 13, 32);
        assert_memory_equal(got, want + 46, 32);
    }
    uint8_t seed[65] = {0};
    assert_status(ur_hd_master(&key, ur_span_of(seed, 15)), UR_E_USAGE);
    assert_status(ur_hd_master(&key, ur_span_of(seed, 65)), UR_E_USAGE);
}

static void test_path(void **state)
{
    (void)state;
    uint8_t seed[64] = {1};
    const uint32_t path[] = {44 | H, 118 | H, 0 | H, 0, 7};
    ur_hd_key key;
    ur_secp_secret secret;
    assert_ok(ur_hd_master(&key, ur_span_of(seed, sizeof seed)));
    for (size_t i = 0; i < 5; i++) {
        assert_ok(ur_hd_child(&key, &key, path[i]));
    }
    assert_ok(ur_hd_cosmos(&secret, ur_span_of(seed, sizeof seed), 7));
    assert_memory_equal(&secret, &key.secret, sizeof secret);
    assert_status(ur_hd_cosmos(&secret, ur_span_of(seed, sizeof seed), H), UR_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),  cmocka_unit_test(test_bip39), cmocka_unit_test(test_as_written), cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_new),   cmocka_unit_test(test_bip32), cmocka_unit_test(test_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
