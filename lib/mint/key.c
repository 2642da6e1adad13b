/* P-256 over OpenSSL's group arithmetic. OpenSSL 3.0 offers no deterministic nonces (3.2 does), so RFC 6979 is here. */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>

#include "core/hash/hash.h"
#include "lib/mint/der.h"
#include "lib/mint/mint.h"

static ur_status group_open(EC_GROUP **group, BN_CTX **ctx)
{
    *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    *ctx = BN_CTX_secure_new();
    return *group != NULL && *ctx != NULL ? UR_OK : UR_E_INTERNAL;
}

/* q = d·G; d in 1..n-1. */
static ur_status base_mul(uint8_t x_y[64], const EC_GROUP *group, const BIGNUM *d, BN_CTX *ctx)
{
    uint8_t sec1[65];
    EC_POINT *p = EC_POINT_new(group);
    ur_status st = UR_E_INTERNAL;
    if (p != NULL && EC_POINT_mul(group, p, d, NULL, NULL, ctx) == 1 &&
        EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, sec1, sizeof sec1, ctx) == sizeof sec1) {
        memcpy(x_y, sec1 + 1, 64);
        st = UR_OK;
    }
    EC_POINT_clear_free(p);
    return st;
}

ur_status ur_mint_key_set_var(ur_mint_key *key, const uint8_t d[UR_MINT_KEY_BYTES])
{
    EC_GROUP *group = NULL;
    BN_CTX *ctx = NULL;
    BIGNUM *scalar = BN_secure_new();
    memset(key, 0, sizeof *key);
    ur_status st = group_open(&group, &ctx);
    if (st == UR_OK && (scalar == NULL || BN_bin2bn(d, UR_MINT_KEY_BYTES, scalar) == NULL)) {
        st = UR_E_INTERNAL;
    }
    if (st == UR_OK && (BN_is_zero(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)) {
        st = UR_E_INPUT;
    }
    if (st == UR_OK) {
        BN_set_flags(scalar, BN_FLG_CONSTTIME);
        memcpy(key->d, d, UR_MINT_KEY_BYTES);
        st = base_mul(key->q, group, scalar, ctx);
    }
    if (st != UR_OK) {
        ur_mint_key_clear(key);
    }
    BN_clear_free(scalar);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    return st;
}

void ur_mint_key_clear(ur_mint_key *key) { ur_wipe(key, sizeof *key); }

ur_status ur_mint_key_of_label_var(ur_mint_key *key, const char *label)
{
    uint8_t digest[32];
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, "attest-test-pki/v1/", 19);
    ur_sha256_update(&h, label, ur_span_str_var(label).n);
    ur_sha256_final(&h, digest);
    memset(key, 0, sizeof *key);
    EC_GROUP *group = NULL;
    BN_CTX *ctx = NULL;
    BIGNUM *x = BN_bin2bn(digest, sizeof digest, NULL);
    BIGNUM *n_1 = NULL;
    ur_status st = group_open(&group, &ctx);
    if (st == UR_OK) {
        n_1 = BN_dup(EC_GROUP_get0_order(group));
        st = x != NULL && n_1 != NULL && BN_sub_word(n_1, 1) == 1 && BN_mod(x, x, n_1, ctx) == 1 &&
                     BN_add_word(x, 1) == 1 && BN_bn2binpad(x, digest, sizeof digest) == sizeof digest
                 ? UR_OK
                 : UR_E_INTERNAL;
    }
    if (st == UR_OK) {
        st = ur_mint_key_set_var(key, digest);
    }
    BN_free(n_1);
    BN_free(x);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    return st;
}

ur_status ur_mint_key_random(ur_mint_key *key)
{
    uint8_t d[UR_MINT_KEY_BYTES];
    ur_status st = UR_E_INPUT;
    for (unsigned tries = 0; st == UR_E_INPUT && tries < 64; tries++) { /* out of range: 2^-32 each */
        st = RAND_priv_bytes(d, sizeof d) == 1 ? ur_mint_key_set_var(key, d) : UR_E_INTERNAL;
    }
    ur_wipe(d, sizeof d);
    return st == UR_E_INPUT ? UR_E_INTERNAL : st;
}

/* RFC 6979, 3.2: HMAC-DRBG over the key and the reduced digest. */
typedef struct {
    uint8_t k[32];
    uint8_t v[32];
} nonces;

static void nonces_step(nonces *g, uint8_t separator, ur_span seed)
{
    ur_hmac256 h;
    ur_hmac256_init(&h, ur_span_of(g->k, sizeof g->k));
    ur_hmac256_update(&h, g->v, sizeof g->v);
    ur_hmac256_update(&h, &separator, 1);
    ur_hmac256_update(&h, seed.p, seed.n);
    ur_hmac256_final(&h, g->k);
    ur_hmac256_of(g->v, ur_span_of(g->k, sizeof g->k), ur_span_of(g->v, sizeof g->v));
}

static void nonces_init(nonces *g, ur_span seed)
{
    memset(g->k, 0, sizeof g->k);
    memset(g->v, 1, sizeof g->v);
    nonces_step(g, 0, seed);
    nonces_step(g, 1, seed);
}

typedef struct {
    nonces g;
    uint8_t seed[64]; /* key, then the digest mod n */
    uint8_t digest[32];
    uint8_t point[64];
} sign_scratch;

/* One attempt with the nonce in k: UR_E_STATE asks for the next nonce. */
static ur_status sign_with(uint8_t sig[64], sign_scratch *s, const EC_GROUP *group, const BIGNUM *d, const BIGNUM *e,
                           BIGNUM *k, BN_CTX *ctx)
{
    const BIGNUM *n = EC_GROUP_get0_order(group);
    if (BN_is_zero(k) || BN_cmp(k, n) >= 0) {
        return UR_E_STATE;
    }
    BN_set_flags(k, BN_FLG_CONSTTIME);
    ur_status st = base_mul(s->point, group, k, ctx);
    BIGNUM *r = BN_bin2bn(s->point, 32, NULL);
    BIGNUM *t = BN_secure_new();
    BIGNUM *inverse = BN_secure_new();
    if (st == UR_OK && (r == NULL || t == NULL || inverse == NULL || BN_nnmod(r, r, n, ctx) != 1 ||
                        BN_mod_inverse(inverse, k, n, ctx) == NULL || BN_mod_mul(t, r, d, n, ctx) != 1 ||
                        BN_mod_add(t, t, e, n, ctx) != 1 || BN_mod_mul(t, t, inverse, n, ctx) != 1)) {
        st = UR_E_INTERNAL;
    }
    if (st == UR_OK && (BN_is_zero(r) || BN_is_zero(t))) {
        st = UR_E_STATE;
    }
    if (st == UR_OK && (BN_bn2binpad(r, sig, 32) != 32 || BN_bn2binpad(t, sig + 32, 32) != 32)) {
        st = UR_E_INTERNAL;
    }
    BN_clear_free(inverse);
    BN_clear_free(t);
    BN_free(r);
    return st;
}

ur_status ur_mint_sign_var(uint8_t sig[64], const ur_mint_key *key, ur_span message)
{
    sign_scratch s;
    EC_GROUP *group = NULL;
    BN_CTX *ctx = NULL;
    BIGNUM *d = BN_secure_new();
    BIGNUM *k = BN_secure_new();
    BIGNUM *e = NULL;
    memset(sig, 0, 64);
    ur_sha256_of(s.digest, message);
    ur_status st = group_open(&group, &ctx);
    if (st == UR_OK) {
        e = BN_bin2bn(s.digest, sizeof s.digest, NULL);
        st = d != NULL && k != NULL && e != NULL && BN_bin2bn(key->d, sizeof key->d, d) != NULL &&
                     BN_nnmod(e, e, EC_GROUP_get0_order(group), ctx) == 1 && BN_bn2binpad(e, s.seed + 32, 32) == 32
                 ? UR_OK
                 : UR_E_INTERNAL;
    }
    if (st == UR_OK) {
        BN_set_flags(d, BN_FLG_CONSTTIME);
        memcpy(s.seed, key->d, 32);
        nonces_init(&s.g, ur_span_of(s.seed, sizeof s.seed));
        do {
            ur_hmac256_of(s.g.v, ur_span_of(s.g.k, sizeof s.g.k), ur_span_of(s.g.v, sizeof s.g.v));
            st = BN_bin2bn(s.g.v, sizeof s.g.v, k) == NULL ? UR_E_INTERNAL : sign_with(sig, &s, group, d, e, k, ctx);
            if (st == UR_E_STATE) {
                nonces_step(&s.g, 0, (ur_span){0});
            }
        } while (st == UR_E_STATE);
    }
    if (st != UR_OK) {
        memset(sig, 0, 64);
    }
    BN_free(e);
    BN_clear_free(k);
    BN_clear_free(d);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    ur_wipe(&s, sizeof s);
    return st;
}

ur_status ur_mint_high_s_var(uint8_t sig[64])
{
    uint8_t other[32];
    EC_GROUP *group = NULL;
    BN_CTX *ctx = NULL;
    BIGNUM *s = BN_bin2bn(sig + 32, 32, NULL);
    ur_status st = group_open(&group, &ctx);
    if (st == UR_OK && (s == NULL || BN_sub(s, EC_GROUP_get0_order(group), s) != 1 || BN_bn2binpad(s, other, 32) != 32)) {
        st = UR_E_INTERNAL;
    }
    if (st == UR_OK && ur_cmp_var(other, 32, sig + 32, 32) > 0) {
        memcpy(sig + 32, other, 32);
    }
    BN_free(s);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    return st;
}

void ur_mint_sig_der(ur_writer *w, const uint8_t sig[64])
{
    der d = {w, {0}, 0};
    der_open(&d, DER_SEQUENCE);
    der_uint_be(&d, sig, 32);
    der_uint_be(&d, sig + 32, 32);
    der_close(&d);
}
