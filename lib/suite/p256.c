#include "lib/suite/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#define SCALAR_BYTES 32
#define DER_MAX 80

/* Our failures are statuses; OpenSSL's queue of errors is nobody's to read later. */
static ur_status unavailable(void)
{
    ERR_clear_error();
    return UR_E_UNAVAILABLE;
}

/* 1 <= d < order, without a branch on d but for the verdict. */
static ur_status secret_number(BIGNUM **out, const EC_GROUP *group, const uint8_t secret[UR_P256_SECRET_BYTES])
{
    *out = BN_secure_new();
    if (*out == NULL || BN_bin2bn(secret, SCALAR_BYTES, *out) == NULL) {
        return UR_E_MEMORY;
    }
    BN_set_flags(*out, BN_FLG_CONSTTIME);
    return BN_is_zero(*out) || BN_cmp(*out, EC_GROUP_get0_order(group)) >= 0 ? UR_E_INPUT : UR_OK;
}

static ur_status public_point(uint8_t pub[UR_P256_PUB_BYTES], const EC_GROUP *group, const BIGNUM *d)
{
    EC_POINT *p = EC_POINT_new(group);
    bool done = p != NULL && EC_POINT_mul(group, p, d, NULL, NULL, NULL) == 1 &&
                EC_POINT_point2oct(group, p, POINT_CONVERSION_COMPRESSED, pub, UR_P256_PUB_BYTES, NULL) == UR_P256_PUB_BYTES;
    EC_POINT_clear_free(p);
    return done ? UR_OK : unavailable();
}

ur_status ur_p256_pub_of(uint8_t pub[UR_P256_PUB_BYTES], const uint8_t secret[UR_P256_SECRET_BYTES])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *d = NULL;
    ur_status s = group == NULL ? UR_E_MEMORY : secret_number(&d, group, secret);
    s = s == UR_OK ? public_point(pub, group, d) : s;
    if (s != UR_OK) {
        memset(pub, 0, UR_P256_PUB_BYTES);
    }
    BN_clear_free(d);
    EC_GROUP_free(group);
    return s;
}

/* A key of OpenSSL's; secret: NULL for one that only verifies. */
static EVP_PKEY *key_of(const uint8_t pub[UR_P256_PUB_BYTES], const BIGNUM *secret)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    bool done = build != NULL && ctx != NULL &&
                OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, pub, UR_P256_PUB_BYTES) == 1 &&
                (secret == NULL || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1);
    params = done ? OSSL_PARAM_BLD_to_param(build) : NULL;
    if (params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, secret == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, params) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(params); /* what came from a secure number is wiped */
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static ur_status raw_of_der(uint8_t sig[UR_P256_SIG_BYTES], const uint8_t *der, size_t n)
{
    ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)n);
    bool done = parsed != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(parsed), sig, SCALAR_BYTES) == SCALAR_BYTES &&
                BN_bn2binpad(ECDSA_SIG_get0_s(parsed), sig + SCALAR_BYTES, SCALAR_BYTES) == SCALAR_BYTES;
    ECDSA_SIG_free(parsed);
    return done ? UR_OK : unavailable();
}

static ur_status sign_with(uint8_t sig[UR_P256_SIG_BYTES], EVP_PKEY *key, const uint8_t hash[32])
{
    uint8_t der[DER_MAX];
    size_t n = sizeof der;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    bool done = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_sign(ctx, der, &n, hash, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    return done ? raw_of_der(sig, der, n) : unavailable();
}

ur_status ur_p256_sign(uint8_t sig[UR_P256_SIG_BYTES], const uint8_t secret[UR_P256_SECRET_BYTES], const uint8_t hash[32])
{
    uint8_t pub[UR_P256_PUB_BYTES];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *d = NULL;
    EVP_PKEY *key = NULL;
    ur_status s = group == NULL ? UR_E_MEMORY : secret_number(&d, group, secret);
    s = s == UR_OK ? public_point(pub, group, d) : s;
    if (s == UR_OK) {
        key = key_of(pub, d);
        s = key == NULL ? unavailable() : sign_with(sig, key, hash);
    }
    if (s != UR_OK) {
        memset(sig, 0, UR_P256_SIG_BYTES);
    }
    EVP_PKEY_free(key);
    BN_clear_free(d);
    EC_GROUP_free(group);
    return s;
}

static int der_of_raw(uint8_t **der, const uint8_t sig[UR_P256_SIG_BYTES])
{
    ECDSA_SIG *parsed = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(sig, SCALAR_BYTES, NULL), *s = BN_bin2bn(sig + SCALAR_BYTES, SCALAR_BYTES, NULL);
    int n = -1;
    if (parsed != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(parsed, r, s) == 1) {
        r = s = NULL; /* the signature's now */
        n = i2d_ECDSA_SIG(parsed, der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(parsed);
    return n;
}

ur_status ur_p256_verify_var(const uint8_t pub[UR_P256_PUB_BYTES], const uint8_t hash[32], const uint8_t sig[UR_P256_SIG_BYTES])
{
    uint8_t *der = NULL;
    EVP_PKEY *key = (pub[0] | 1) == 3 ? key_of(pub, NULL) : NULL;
    if (key == NULL) {
        ERR_clear_error();
        return UR_E_INPUT;
    }
    int n = der_of_raw(&der, sig);
    EVP_PKEY_CTX *ctx = n > 0 ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    bool right = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && EVP_PKEY_verify(ctx, der, (size_t)n, hash, 32) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    OPENSSL_free(der);
    ERR_clear_error();
    return right ? UR_OK : UR_E_PROOF;
}
