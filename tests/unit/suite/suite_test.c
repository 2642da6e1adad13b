/* The library bindings against published values (RFC 8439, RFC 8032, FIPS 180-4, NIST SP 800-38A, RFC 6979 for secp256k1 as
 * widely published) and their refusals. */
#include "lib/suite/aead.h"
#include "lib/suite/cbc.h"
#include "lib/suite/ed25519.h"
#include "lib/suite/hash.h"
#include "lib/suite/secp256k1.h"
#include "tests/test.h"

static size_t unhex(uint8_t *out, const char *hex)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned x = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &x), 1);
        out[i] = (uint8_t)x;
    }
    return n;
}

static void is_hex(const uint8_t *got, size_t n, const char *hex)
{
    uint8_t want[1024];
    assert_int_equal(unhex(want, hex), n);
    assert_memory_equal(got, want, n);
}

static void chacha20_poly1305(void **state)
{
    (void)state;
    /* RFC 8439, 2.8.2 */
    static const char text[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                               "future, sunscreen would be it.";
    uint8_t key[32], nonce[12], extra[12], out[200], back[200];
    unhex(key, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    unhex(nonce, "070000004041424344454647");
    unhex(extra, "50515253c0c1c2c3c4c5c6c7");
    const ur_span ad = {extra, sizeof extra};
    const size_t n = sizeof text - 1;
    ur_aead *a = NULL;
    assert_ok(ur_aead_new(&a, key));
    for (int round = 0; round < 3; round++) { /* the key stays over directions and nonces */
        assert_ok(ur_aead_seal(a, out, nonce, ad, (const uint8_t *)text, n));
        is_hex(out, n + 16,
               "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e06"
               "0b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d265"
               "86cec64b61161ae10b594f09e26a7e902ecbd0600691");
        assert_ok(ur_aead_open(a, back, nonce, ad, out, n + 16));
        assert_memory_equal(back, text, n);
        for (size_t bit = 0; bit < 8 * (n + 16); bit += 7) {
            out[bit / 8] ^= (uint8_t)(1u << bit % 8);
            memset(back, 1, sizeof back);
            assert_status(ur_aead_open(a, back, nonce, ad, out, n + 16), UR_E_PROOF);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(back[i], 0);
            }
            out[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        extra[0] ^= 1;
        assert_status(ur_aead_open(a, back, nonce, ad, out, n + 16), UR_E_PROOF);
        extra[0] ^= 1;
        assert_status(ur_aead_open(a, back, nonce, ad, out, 15), UR_E_INPUT);
    }
    /* in place, and nothing at all */
    memcpy(out, text, n);
    assert_ok(ur_aead_seal(a, out, nonce, ad, out, n));
    assert_ok(ur_aead_open(a, out, nonce, ad, out, n + 16));
    assert_memory_equal(out, text, n);
    assert_ok(ur_aead_seal(a, out, nonce, (ur_span){0}, NULL, 0));
    assert_ok(ur_aead_open(a, back, nonce, (ur_span){0}, out, 16));
    assert_status(ur_aead_seal(a, out, nonce, ad, out, UR_AEAD_MAX + 1), UR_E_LIMIT);
    ur_aead_free(&a);
    assert_null(a);
    ur_aead_free(&a);
}

static void aes_cbc(void **state)
{
    (void)state;
    /* NIST SP 800-38A, F.2.5 */
    uint8_t key[32], iv[16], text[64], out[64];
    unhex(key, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    unhex(iv, "000102030405060708090a0b0c0d0e0f");
    unhex(text, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17"
                "ad2b417be66c3710");
    assert_ok(ur_cbc_encrypt(out, key, iv, text, 64));
    is_hex(out, 64,
           "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19"
           "078c6a9d1b");
    assert_ok(ur_cbc_decrypt(out, key, iv, out, 64));
    assert_memory_equal(out, text, 64);
    assert_ok(ur_cbc_decrypt(out, key, iv, out, 0));
    assert_status(ur_cbc_encrypt(out, key, iv, text, 15), UR_E_USAGE);
}

static void hashes(void **state)
{
    (void)state;
    uint8_t out[64];
    const ur_span abc[2] = {UR_SPAN_LIT("a"), UR_SPAN_LIT("bc")};
    assert_ok(ur_ripemd160_of(out, UR_SPAN_LIT("abc")));
    is_hex(out, 20, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    ur_suite_sha256(out, abc, 2);
    is_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ur_suite_sha384(out, abc, 2);
    is_hex(out, 48, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    ur_suite_sha512(out, abc, 2);
    is_hex(out, 64, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e"
                    "2a9ac94fa54ca49f");
    ur_suite_sha256(out, NULL, 0);
    is_hex(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void ed25519(void **state)
{
    (void)state;
    /* RFC 8032, 7.1, tests 1 and 3 */
    uint8_t seed[32], pub[32], sig[64];
    unhex(seed, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    assert_ok(ur_ed25519_sign(sig, pub, seed, (ur_span){0}));
    is_hex(pub, 32, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    is_hex(sig, 64, "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
                    "655141438e7a100b");
    assert_ok(ur_ed25519_verify_var(pub, (ur_span){0}, sig));
    unhex(seed, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
    uint8_t msg[2] = {0xaf, 0x82};
    assert_ok(ur_ed25519_sign(sig, pub, seed, ur_span_of(msg, 2)));
    ur_ed25519_signer *signer;
    assert_ok(ur_ed25519_signer_new(&signer, seed));
    for (int i = 0; i < 3; i++) { /* one signer, the same signature each time */
        uint8_t again[64];
        assert_ok(ur_ed25519_signer_sign(signer, again, ur_span_of(msg, 2)));
        assert_memory_equal(again, sig, sizeof sig);
    }
    ur_ed25519_signer_free(&signer);
    assert_null(signer);
    is_hex(sig, 64, "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
                    "c027beceea1ec40a");
    assert_ok(ur_ed25519_verify_var(pub, ur_span_of(msg, 2), sig));
    msg[0] ^= 1;
    assert_status(ur_ed25519_verify_var(pub, ur_span_of(msg, 2), sig), UR_E_PROOF);
    msg[0] ^= 1;
    sig[40] ^= 1;
    assert_status(ur_ed25519_verify_var(pub, ur_span_of(msg, 2), sig), UR_E_PROOF);
}

static void secp256k1(void **state)
{
    (void)state;
    uint8_t bytes[65], sig[64], hash[32], x1[32], x2[32];
    ur_secp_secret d, e;
    ur_secp_pub p, q;
    /* The key 1, message "Satoshi Nakamoto": RFC 6979 as published for secp256k1 */
    memset(bytes, 0, 32);
    assert_status(ur_secp_secret_parse(&d, bytes), UR_E_INPUT);
    bytes[31] = 1;
    assert_ok(ur_secp_secret_parse(&d, bytes));
    ur_secp_pub_of(&p, &d);
    ur_secp_pub_write(bytes, &p);
    is_hex(bytes, 33, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    ur_suite_sha256(hash, &UR_SPAN_LIT("Satoshi Nakamoto"), 1);
    ur_secp_sign(sig, &d, hash);
    is_hex(sig, 64, "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c44"
                    "96f01a512aafd9e5");
    assert_ok(ur_secp_verify_var(&p, hash, sig));
    for (size_t i = 0; i < 64; i++) {
        sig[i] ^= 1;
        assert_status(ur_secp_verify_var(&p, hash, sig), UR_E_PROOF);
        sig[i] ^= 1;
    }
    /* the same signature with s above half the order */
    unhex(sig + 32, "dbbd3162d46e9f9bef7feb87c16dc13b4f6568a87f4e83f728e2443ba586675c");
    assert_status(ur_secp_verify_var(&p, hash, sig), UR_E_PROOF);

    unhex(bytes, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    assert_status(ur_secp_secret_parse(&d, bytes), UR_E_INPUT);
    bytes[31]--;
    assert_ok(ur_secp_secret_parse(&d, bytes));
    ur_secp_secret_reveal(x1, &d);
    assert_memory_equal(x1, bytes, 32);

    for (int i = 0; i < 20; i++) {
        ur_secp_secret_new(&d);
        ur_secp_secret_new(&e);
        ur_secp_pub_of(&p, &d);
        ur_secp_pub_of(&q, &e);
        ur_secp_ecdh_x(x1, &d, &q);
        ur_secp_ecdh_x(x2, &e, &p);
        assert_memory_equal(x1, x2, 32);
        ur_secp_pub_write_full(bytes, &p);
        assert_ok(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 65)));
        assert_memory_equal(&p, &q, sizeof p);
        bytes[0] = bytes[64] & 1 ? 7 : 6; /* hybrid: libsecp256k1 would take it */
        assert_status(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 65)), UR_E_INPUT);
        bytes[0] = 4;
        bytes[64] ^= 1;
        assert_status(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 65)), UR_E_INPUT);
        assert_status(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 33)), UR_E_INPUT);
        ur_secp_pub_write(bytes, &p);
        assert_ok(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 33)));
        assert_memory_equal(&p, &q, sizeof p);
    }
    assert_status(ur_secp_pub_parse_var(&q, (ur_span){0}), UR_E_INPUT);
    memset(bytes, 0, sizeof bytes);
    bytes[0] = 2;
    bytes[32] = 5; /* 5^3 + 7 is no square */
    assert_status(ur_secp_pub_parse_var(&q, ur_span_of(bytes, 33)), UR_E_INPUT);

    /* a public devnet key of FairyRing and its address */
    unhex(bytes, "a267fb03b3e6dc381550ea0257ace31433698f16248ba111dfb75550364d31fe");
    assert_ok(ur_secp_secret_parse(&d, bytes));
    ur_secp_pub_of(&p, &d);
    assert_ok(ur_secp_address(x1, &p));
    is_hex(x1, 20, "d97f1a1cdc9deee6c1f4d1c5da9762bb38631786");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chacha20_poly1305), cmocka_unit_test(aes_cbc),   cmocka_unit_test(hashes),
        cmocka_unit_test(ed25519),           cmocka_unit_test(secp256k1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
