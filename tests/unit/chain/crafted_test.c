/* Signatures that verifiers disagree about: keys and points of small order, non-canonical encodings, S not reduced. By
 * ZIP-215, as CometBFT verifies, many of these are valid for every message; OpenSSL refuses most. Whatever it says of them,
 * a validator with such a key moves no more than its own power, and stops nobody. */
#include "lib/suite/ed25519.h"
#include "lib/suite/light.h"
#include "tests/light/made.h"

enum { HONEST = 6 };

/* All encodings of the eight points of small order, canonical and not (the list of ZIP-215's test vectors). */
static const char *const small_order[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};
enum { SMALL = sizeof small_order / sizeof *small_order };

typedef struct world {
    ur_validators set;
    uint8_t seeds[UR_VALIDATORS_MAX][32]; /* by place in the set; zero for the crafted one */
    size_t crafted;
    ur_light_block one, two;
    ur_light_rules rules;
    ur_light_header trusted;
} world;

/* Honest validators of power 10, and one with a key of small order. */
static void make(world *w, const char *key_hex, int64_t power)
{
    memset(w, 0, sizeof *w);
    assert_ok(ur_light_rules_init_var(&w->rules, UR_SPAN_LIT("made-1"), 1000));
    ur_validator *v = w->set.v;
    for (size_t i = 0; i <= HONEST; i++, v++) {
        char text[16];
        uint8_t sig[64];
        w->set.n++;
        v->power = i == HONEST ? power : 10;
        w->set.total_power += v->power;
        if (i == HONEST) {
            assert_ok(ur_hex_decode(v->key, 32, ur_span_str_var(key_hex)));
        } else {
            int n = snprintf(text, sizeof text, "honest %zu", i);
            ur_sha256_of(w->seeds[i], ur_span_of(text, (size_t)n));
            assert_ok(ur_ed25519_sign(sig, v->key, w->seeds[i], UR_SPAN_LIT("")));
        }
        ur_comet_address_var(v->address, v->key);
    }
    w->crafted = HONEST;
    made_block(&w->one, "made-1", 1, (ur_time){1000, 0}, &w->set, &w->set, NULL);
    made_block(&w->two, "made-1", 5, (ur_time){1010, 0}, &w->set, &w->set, NULL);
    w->trusted = (ur_light_header){.height = 1, .time = w->one.header.time};
    memcpy(w->trusted.next_validators, w->one.header.next_validators.bytes, 32);
}

/* `signers` honest ones sign, and the crafted one with R and S. */
static ur_status try(world *w, size_t signers, const uint8_t crafted[64], ur_light_reason *why)
{
    ur_light_header out;
    for (size_t i = 0; i < HONEST; i++) {
        ur_comet_sig *s = &w->two.commit.sig[i];
        uint8_t message[UR_COMET_SIGN_BYTES_MAX];
        made_entry(&w->two, i, i < signers ? UR_COMET_COMMIT : UR_COMET_ABSENT);
        if (i < signers) {
            size_t n = ur_comet_sign_bytes_var(message, UR_SPAN_LIT("made-1"), 5, 0, &w->two.commit.block, s->time);
            assert_ok(ur_ed25519_sign(s->sig, NULL, w->seeds[i], ur_span_of(message, n)));
        }
    }
    made_entry(&w->two, w->crafted, UR_COMET_COMMIT);
    memcpy(w->two.commit.sig[w->crafted].sig, crafted, 64);
    return ur_light_verify_var(&out, why, &w->rules, ur_suite_light_ops(), &w->trusted, &w->set, &w->two, (ur_time){1020, 0});
}

static void crafted_signatures(void **state)
{
    (void)state;
    static const char *const scalars[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", /* the order: zero, not reduced */
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1f",
    };
    world *w = malloc(sizeof *w);
    assert_non_null(w);
    unsigned accepted = 0, tried = 0;
    for (size_t a = 0; a < SMALL; a++) {
        make(w, small_order[a], 10); /* of 70: five honest ones are more than two thirds, four only with the crafted one */
        for (size_t r = 0; r < SMALL; r++) {
            for (size_t s = 0; s < 3; s++) {
                uint8_t sig[64];
                ur_light_reason why;
                assert_ok(ur_hex_decode(sig, 32, ur_span_str_var(small_order[r])));
                assert_ok(ur_hex_decode(sig + 32, 32, ur_span_str_var(scalars[s])));
                assert_ok(try(w, 5, sig, &why)); /* it stops nobody */
                ur_status st = try(w, 4, sig, &why); /* with its own power it may count, if OpenSSL says that it signed */
                assert_true(st == UR_OK || why == UR_LIGHT_POWER);
                accepted += st == UR_OK;
                assert_true(st != UR_OK || s == 0); /* S is below the order for everybody */
                assert_status(try(w, 3, sig, &why), UR_E_PROOF); /* and no more than its own */
                tried++;
            }
        }
    }
    print_message("crafted signatures: %u, of which OpenSSL takes %u\n", tried, accepted);
    free(w);
}

/* S + order is the same signature to a verifier that does not look; everybody must. */
static void malleable_signatures(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    uint8_t seed[32] = {7}, key[32], sig[64];
    assert_ok(ur_ed25519_sign(sig, key, seed, UR_SPAN_LIT("message")));
    assert_ok(ur_ed25519_verify_var(key, UR_SPAN_LIT("message"), sig));
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += sig[32 + i] + order[i];
        sig[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_status(ur_ed25519_verify_var(key, UR_SPAN_LIT("message"), sig), UR_E_PROOF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(crafted_signatures), cmocka_unit_test(malleable_signatures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
