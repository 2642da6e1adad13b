/* OpenSSL marks EC_KEY and what goes with it as deprecated. The way past it, EVP_PKEY, costs what counts here: a tenth of
 * a verification to import a key, and each signature from DER to numbers, back to DER to compare, and to numbers. Below both
 * is the same ECDSA over the same curve. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/suite/attest.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>

#define KEYS 64u
#define REMEMBERED 256u

typedef struct known_key {
    uint8_t key[UR_P256_KEY_BYTES];
    EC_POINT *point; /* NULL: nothing is known */
} known_key;

typedef struct question {
    uint8_t hash[32]; /* first, since it differs first */
    uint8_t key[UR_P256_KEY_BYTES];
    uint8_t sig[UR_P256_SIG_BYTES];
} question;

struct ur_suite_attest {
    ur_attest_ops ops;
    EC_KEY *verifier; /* has the curve, and the key of the check under way */
    ECDSA_SIG *sig;   /* the same for its signature: holds r and s, and frees them */
    BIGNUM *r, *s;
    BN_CTX *numbers;
    known_key keys[KEYS];
    size_t key_count; /* ever; the next goes to key_count % KEYS */
    question yes[REMEMBERED];
    size_t yes_count; /* the same */
    size_t checked;
};

/* UR_E_INPUT if the octets are no point of the curve (whose order is prime: then it is one of its group). */
static ur_status import_key(ur_suite_attest *s, known_key **out, const uint8_t key[UR_P256_KEY_BYTES])
{
    const EC_GROUP *curve = EC_KEY_get0_group(s->verifier);
    uint8_t octets[1 + UR_P256_KEY_BYTES] = {0x04};
    EC_POINT *point = EC_POINT_new(curve);
    if (point == NULL) {
        return UR_E_MEMORY;
    }
    memcpy(octets + 1, key, UR_P256_KEY_BYTES);
    if (EC_POINT_oct2point(curve, point, octets, sizeof octets, s->numbers) != 1) {
        EC_POINT_free(point);
        return UR_E_INPUT;
    }
    known_key *k = &s->keys[s->key_count++ % KEYS];
    EC_POINT_free(k->point);
    k->point = point;
    memcpy(k->key, key, UR_P256_KEY_BYTES);
    *out = k;
    return UR_OK;
}

static ur_status find_key(ur_suite_attest *s, known_key **out, const uint8_t key[UR_P256_KEY_BYTES])
{
    size_t n = s->key_count < KEYS ? s->key_count : KEYS;
    for (size_t i = 0; i < n; i++) {
        if (ur_eq_var(s->keys[i].key, key, UR_P256_KEY_BYTES)) {
            *out = &s->keys[i];
            return UR_OK;
        }
    }
    return import_key(s, out, key);
}

static bool was_yes(const ur_suite_attest *s, const question *q)
{
    size_t n = s->yes_count < REMEMBERED ? s->yes_count : REMEMBERED;
    for (size_t i = 0; i < n; i++) {
        if (ur_eq_var(&s->yes[i], q, sizeof *q)) {
            return true;
        }
    }
    return false;
}

static ur_status verify(void *ctx, const uint8_t key[UR_P256_KEY_BYTES], const uint8_t hash[32],
    const uint8_t sig[UR_P256_SIG_BYTES], bool lasting)
{
    ur_suite_attest *s = ctx;
    known_key *k = NULL;
    question q;
    memcpy(q.hash, hash, sizeof q.hash);
    memcpy(q.key, key, sizeof q.key);
    memcpy(q.sig, sig, sizeof q.sig);
    if (lasting && was_yes(s, &q)) {
        return UR_OK;
    }
    UR_TRY(find_key(s, &k, key));
    if (EC_KEY_set_public_key(s->verifier, k->point) != 1 || BN_bin2bn(sig, 32, s->r) == NULL ||
        BN_bin2bn(sig + 32, 32, s->s) == NULL) {
        return UR_E_MEMORY;
    }
    s->checked++;
    if (ECDSA_do_verify(hash, 32, s->sig, s->verifier) != 1) {
        return UR_E_PROOF;
    }
    if (lasting) {
        s->yes[s->yes_count++ % REMEMBERED] = q;
    }
    return UR_OK;
}

static bool make_signature(ur_suite_attest *s)
{
    s->sig = ECDSA_SIG_new();
    s->r = BN_new();
    s->s = BN_new();
    if (s->sig != NULL && s->r != NULL && s->s != NULL && ECDSA_SIG_set0(s->sig, s->r, s->s) == 1) {
        return true;
    }
    BN_free(s->r); /* not the signature's yet */
    BN_free(s->s);
    return false;
}

ur_status ur_suite_attest_new(ur_suite_attest **out)
{
    ur_suite_attest *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL) {
        return UR_E_MEMORY;
    }
    /* The core's own hashes: as fast as OpenSSL's, without its cost at each beginning. */
    s->ops = (ur_attest_ops){.ctx = s,
        .p256_verify = verify,
        .sha256 = ur_attest_sha256_core,
        .sha384 = ur_attest_sha384_core,
        .sha512 = ur_attest_sha512_core};
    s->verifier = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
    s->numbers = BN_CTX_new();
    if (s->verifier == NULL || s->numbers == NULL || !make_signature(s)) {
        ur_status st = s->verifier == NULL ? UR_E_UNAVAILABLE : UR_E_MEMORY;
        ur_suite_attest_free(&s);
        return st;
    }
    *out = s;
    return UR_OK;
}

const ur_attest_ops *ur_suite_attest_ops(const ur_suite_attest *s) { return &s->ops; }

void ur_suite_attest_forget(ur_suite_attest *s)
{
    for (size_t i = 0; i < KEYS; i++) {
        EC_POINT_free(s->keys[i].point);
        s->keys[i].point = NULL;
    }
    s->key_count = 0;
    s->yes_count = 0;
}

size_t ur_suite_attest_checked(const ur_suite_attest *s) { return s->checked; }

void ur_suite_attest_free(ur_suite_attest **sp)
{
    ur_suite_attest *s = *sp;
    if (s == NULL) {
        return;
    }
    ur_suite_attest_forget(s);
    ECDSA_SIG_free(s->sig);
    EC_KEY_free(s->verifier);
    BN_CTX_free(s->numbers);
    free(s);
    *sp = NULL;
}
