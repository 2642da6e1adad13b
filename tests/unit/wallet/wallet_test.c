/* The protected secret: names of known keys, signatures that others' code accepts, refusals, and no copy left anywhere. */
#include "lib/wallet/wallet.h"

#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/os/random.h"
#include "lib/suite/p256.h"
#include "tests/fault/fault.h"
#include "tests/test.h"

static ur_secret *secret_of(const char *hex)
{
    ur_secret *s;
    size_t n = strlen(hex) / 2;
    assert_ok(ur_secret_new(&s, n, NULL));
    assert_ok(ur_hex_decode(ur_secret_reveal(s), n, ur_span_str_var(hex)));
    return s;
}

typedef struct known {
    ur_wallet_kind kind;
    const char *secret, *name;
} known;

/* RFC 8032 7.1 test 1; RFC 6979 A.2.5; the generator of secp256k1 (SEC 2). */
static const known rows[] = {
    {UR_WALLET_ED25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "02d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
    {UR_WALLET_P256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "030360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"},
    {UR_WALLET_SECP256K1, "0000000000000000000000000000000000000000000000000000000000000001",
     "010279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"},
};

static void known_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ur_wallet w;
        uint8_t want[UR_WALLET_NAME_MAX];
        size_t n;
        ur_secret *s = secret_of(rows[i].secret);
        assert_ok(ur_hex_decode_upto(want, sizeof want, &n, ur_span_str_var(rows[i].name)));
        assert_ok(ur_wallet_import(&w, rows[i].kind, &s, NULL));
        assert_null(s);
        assert_int_equal(w.name_n, n);
        assert_memory_equal(w.name, want, n);
        ur_wallet_clear(&w);
        s = secret_of(rows[i].secret);
        assert_ok(ur_wallet_open(&w, ur_span_of(want, n), &s, NULL));
        ur_wallet_clear(&w);
        want[n - 1] ^= 1;
        s = secret_of(rows[i].secret);
        assert_status(ur_wallet_open(&w, ur_span_of(want, n), &s, NULL), UR_E_PROOF);
        assert_null(s);
        assert_null(w.secret);
    }
}

/* RFC 6979 A.2.5, SHA-256 of "sample". */
static void a_known_p256_signature(void **state)
{
    (void)state;
    uint8_t name[34], sig[64], hash[32];
    assert_ok(ur_hex_decode(name, 34, ur_span_str_var(rows[1].name)));
    assert_ok(ur_hex_decode(sig, 64, UR_SPAN_LIT("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                                 "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")));
    ur_sha256_of(hash, UR_SPAN_LIT("sample"));
    assert_ok(ur_wallet_verify_var(ur_span_of(name, 34), ur_span_of(hash, 32), sig));
    for (size_t i = 0; i < 64; i++) {
        sig[i] ^= 1;
        assert_status(ur_wallet_verify_var(ur_span_of(name, 34), ur_span_of(hash, 32), sig), UR_E_PROOF);
        sig[i] ^= 1;
    }
}

static void signs(void **state)
{
    (void)state;
    for (int k = UR_WALLET_SECP256K1; k <= UR_WALLET_P256; k++) {
        for (int round = 0; round < 20; round++) {
            ur_wallet w;
            uint8_t message[32], sig[64];
            ur_random(message, sizeof message);
            assert_ok(ur_wallet_new(&w, (ur_wallet_kind)k, 0, NULL));
            assert_ok(ur_wallet_sign(&w, sig, ur_span_of(message, 32), NULL));
            assert_ok(ur_wallet_verify_var(ur_span_of(w.name, w.name_n), ur_span_of(message, 32), sig));
            message[31] ^= 1;
            assert_status(ur_wallet_verify_var(ur_span_of(w.name, w.name_n), ur_span_of(message, 32), sig), UR_E_PROOF);
            if (k != UR_WALLET_ED25519) {
                assert_status(ur_wallet_sign(&w, sig, ur_span_of(message, 31), NULL), UR_E_USAGE);
            }
            ur_wallet_clear(&w);
        }
    }
}

static void bytes(void **state)
{
    (void)state;
    ur_wallet w, again;
    uint8_t sig[64], name[UR_WALLET_NAME_MAX];
    assert_ok(ur_wallet_new(&w, UR_WALLET_BYTES, 100, NULL));
    assert_int_equal(ur_secret_len(w.secret), 100);
    assert_int_equal(w.name_n, 49);
    assert_status(ur_wallet_sign(&w, sig, UR_SPAN_LIT("x"), NULL), UR_E_POLICY);
    memcpy(name, w.name, sizeof name);
    ur_secret *copy;
    assert_ok(ur_secret_new(&copy, 100, NULL));
    memcpy(ur_secret_reveal(copy), ur_secret_reveal(w.secret), 100);
    assert_ok(ur_wallet_open(&again, ur_span_of(name, 49), &copy, NULL));
    ur_wallet_clear(&again);
    ur_wallet_clear(&w);
    assert_null(w.secret);
}

static void refuses(void **state)
{
    (void)state;
    ur_wallet w;
    ur_wallet_kind kind;
    ur_secret *s = secret_of("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    assert_status(ur_wallet_import(&w, UR_WALLET_SECP256K1, &s, NULL), UR_E_INPUT);
    s = secret_of("0000000000000000000000000000000000000000000000000000000000000000");
    assert_status(ur_wallet_import(&w, UR_WALLET_P256, &s, NULL), UR_E_INPUT);
    s = secret_of("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"); /* the order of P-256 */
    assert_status(ur_wallet_import(&w, UR_WALLET_P256, &s, NULL), UR_E_INPUT);
    s = secret_of("00112233");
    assert_status(ur_wallet_import(&w, UR_WALLET_ED25519, &s, NULL), UR_E_INPUT);
    assert_null(s);
    assert_status(ur_wallet_new(&w, UR_WALLET_BYTES, 0, NULL), UR_E_USAGE);
    assert_status(ur_wallet_new(&w, UR_WALLET_BYTES, UR_WALLET_BYTES_MAX + 1, NULL), UR_E_USAGE);
    assert_status(ur_wallet_new(&w, (ur_wallet_kind)9, 32, NULL), UR_E_USAGE);
    s = secret_of("00112233");
    assert_status(ur_wallet_open(&w, UR_SPAN_LIT("\4short"), &s, NULL), UR_E_INPUT);
    assert_null(s);
    assert_ok(ur_wallet_kind_parse_var(&kind, "p256"));
    assert_int_equal(kind, UR_WALLET_P256);
    assert_status(ur_wallet_kind_parse_var(&kind, "rsa"), UR_E_INPUT);
    uint8_t sig[64] = {0};
    assert_status(ur_wallet_verify_var((ur_span){0}, UR_SPAN_LIT("x"), sig), UR_E_INPUT);
}

/* Whatever fails, nothing is left, wiped or not. */
static void faults(void **state)
{
    (void)state;
    uint8_t hash[32] = {1}, sig[64];
    ur_wallet w;
    assert_ok(ur_wallet_new(&w, UR_WALLET_SECP256K1, 0, NULL)); /* libraries make what they keep */
    assert_ok(ur_wallet_sign(&w, sig, ur_span_of(hash, 32), NULL));
    ur_wallet_clear(&w);
    for (int k = UR_WALLET_SECP256K1; k <= UR_WALLET_BYTES; k++) {
        for (long at = 0;; at++) {
            fault_arm(FAULT_MAP, at);
            ur_status s = ur_wallet_new(&w, (ur_wallet_kind)k, 32, NULL);
            ur_wallet_clear(&w);
            assert_int_equal(fault_unwiped(), 0);
            if (!fault_disarm()) {
                assert_ok(s);
                break;
            }
            assert_true(s != UR_OK);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_names), cmocka_unit_test(a_known_p256_signature), cmocka_unit_test(signs),
        cmocka_unit_test(bytes),       cmocka_unit_test(refuses),                cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
