#include "core/hash/hash.h"
#include "lib/seal/ecies.h"
#include "lib/suite/cbc.h"
#include "lib/suite/hash.h"
#include "tests/test.h"

typedef struct scene {
    ur_secp_secret d;
    ur_secp_pub p;
    uint8_t text[700];
    uint8_t ct[1024];
    uint8_t back[1024];
} scene;

static scene scene_new(test_rng *rng)
{
    scene s;
    uint8_t d[32];
    do {
        test_rng_bytes(rng, d, sizeof d);
    } while (ur_secp_secret_parse(&s.d, d) != UR_OK);
    ur_secp_pub_of(&s.p, &s.d);
    test_rng_bytes(rng, s.text, sizeof s.text);
    return s;
}

static void there_and_back(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("there_and_back");
    for (size_t n = 0; n < 300; n++) {
        scene s = scene_new(&rng);
        size_t got = 0;
        size_t all = ur_ecies_bytes(n);
        assert_int_equal(all, 118 + n + 16 - n % 16);
        assert_ok(ur_ecies_seal(s.ct, &s.p, ur_span_of(s.text, n)));
        assert_ok(ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, all)));
        assert_int_equal(got, n);
        assert_memory_equal(s.back, s.text, n);
        for (size_t i = n; i < all - UR_ECIES_OVERHEAD; i++) {
            assert_int_equal(s.back[i], 0);
        }
    }
    assert_int_equal(ur_ecies_bytes(192), 326);
    assert_int_equal(ur_ecies_bytes(32), 166);
    assert_int_equal(ur_ecies_bytes(UR_ECIES_TEXT_MAX + 1), 0);
}

static void all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(p[i], 0);
    }
}

static void every_byte_counts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("every_byte_counts");
    scene s = scene_new(&rng), other = scene_new(&rng);
    const size_t all = ur_ecies_bytes(40);
    size_t got = 0;
    assert_ok(ur_ecies_seal(s.ct, &s.p, ur_span_of(s.text, 40)));
    for (size_t bit = 0; bit < 8 * all; bit++) {
        s.ct[bit / 8] ^= (uint8_t)(1u << bit % 8);
        memset(s.back, 1, sizeof s.back);
        ur_status st = ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, all));
        assert_status(st, bit / 8 >= 16 && bit / 8 < 86 ? UR_E_INPUT : UR_E_PROOF);
        assert_int_equal(got, 0);
        all_zero(s.back, all - UR_ECIES_OVERHEAD);
        s.ct[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_status(ur_ecies_open(s.back, &got, &other.d, ur_span_of(s.ct, all)), UR_E_PROOF);
    for (size_t n = 0; n < all; n++) {
        assert_int_not_equal(ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, n)), UR_OK);
    }
    assert_status(ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, all + 16)), UR_E_PROOF);
}

/* A sender who has the keys and pads as it likes. Upstream takes what ends in any byte up to 16. */
static void padding_is_checked(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("padding_is_checked");
    scene s = scene_new(&rng);
    ur_secp_secret eph;
    ur_secp_secret_new(&eph);
    uint8_t x[32], k[64], plain[32], mac[32];
    const size_t all = ur_ecies_bytes(31);
    size_t got = 0;
    assert_ok(ur_ecies_seal_with(s.ct, &s.p, ur_span_of(s.text, 31), &eph, s.text + 100));
    ur_secp_ecdh_x(x, &s.d, &s.p); /* not the shared one: keys come from the ephemeral */
    ur_secp_ecdh_x(x, &eph, &s.p);
    size_t zeros = 0;
    while (x[zeros] == 0) {
        zeros++;
    }
    ur_suite_sha512(k, &(ur_span){x + zeros, 32 - zeros}, 1);
    for (int last = 0; last < 256; last++) {
        for (int wrong = -1; wrong < 17; wrong++) {
            memset(plain, last, sizeof plain);
            memset(plain, 0x77, 8);
            if (wrong >= 0 && wrong < 16) {
                plain[31 - wrong] ^= 0x80;
            }
            const int n = plain[31];
            bool good = n >= 1 && n <= 16;
            for (int i = 0; good && i < n; i++) {
                good = plain[31 - i] == n;
            }
            assert_ok(ur_cbc_encrypt(s.ct + 86, k, s.ct, plain, 32));
            ur_hmac256_of(mac, ur_span_of(k + 32, 32), ur_span_of(s.ct, all - 32));
            memcpy(s.ct + all - 32, mac, 32);
            assert_status(ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, all)), good ? UR_OK : UR_E_INPUT);
            assert_int_equal(got, good ? 32 - n : 0);
            if (!good) {
                all_zero(s.back, 32);
            }
        }
    }
}

/* About one shared secret in 256 begins with a zero byte, which is dropped before hashing. */
static void zero_bytes_are_dropped(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("zero_bytes_are_dropped");
    int seen = 0;
    for (int i = 0; i < 3000 && seen < 3; i++) {
        scene s = scene_new(&rng);
        ur_secp_secret eph;
        uint8_t x[32], k[64], mac[32];
        size_t got = 0;
        ur_secp_secret_new(&eph);
        ur_secp_ecdh_x(x, &eph, &s.p);
        if (x[0] != 0) {
            continue;
        }
        seen++;
        assert_ok(ur_ecies_seal_with(s.ct, &s.p, ur_span_of(s.text, 20), &eph, s.text));
        size_t zeros = x[1] == 0 ? 2 : 1;
        ur_suite_sha512(k, &(ur_span){x + zeros, 32 - zeros}, 1);
        ur_hmac256_of(mac, ur_span_of(k + 32, 32), ur_span_of(s.ct, ur_ecies_bytes(20) - 32));
        assert_memory_equal(mac, s.ct + ur_ecies_bytes(20) - 32, 32);
        assert_ok(ur_ecies_open(s.back, &got, &s.d, ur_span_of(s.ct, ur_ecies_bytes(20))));
        assert_memory_equal(s.back, s.text, 20);
    }
    assert_true(seen > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(padding_is_checked),
        cmocka_unit_test(zero_bytes_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
