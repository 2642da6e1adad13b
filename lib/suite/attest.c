#include "lib/suite/attest.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>

#define KEYS 64u
#define REMEMBERED 256u

typedef struct known_key {
    uint8_t key[UR_P256_KEY_BYTES];
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *verify;
} known_key;

typedef struct question {
    uint8_t hash[32]; /* first, since it differs first */
    uint8_t key[UR_P256_KEY_BYTES];
    uint8_t sig[UR_P256_SIG_BYTES];
} question;

struct ur_suite_attest {
    ur_attest_ops ops;
    EVP_PKEY *curve; /* any key: the source of the curve's parameters, since copying them is the fastest way in */
    known_key keys[KEYS];
    size_t key_count; /* ever; the next goes to key_count % KEYS */
    question yes[REMEMBERED];
    size_t yes_count; /* the same */
    size_t checked;
};

static void drop_key(known_key *k)
{
    EVP_PKEY_CTX_free(k->verify);
    EVP_PKEY_free(k->pkey);
    *k = (known_key){0};
}

/* UR_E_INPUT if the octets are no point of the curve. */
static ur_status import_key(ur_suite_attest *s, known_key **out, const uint8_t key[UR_P256_KEY_BYTES])
{
    uint8_t point[1 + UR_P256_KEY_BYTES] = {0x04};
    known_key *k = &s->keys[s->key_count % KEYS];
    memcpy(point + 1, key, UR_P256_KEY_BYTES);
    drop_key(k);
    k->pkey = EVP_PKEY_new();
    if (k->pkey == NULL || EVP_PKEY_copy_parameters(k->pkey, s->curve) != 1) {
        drop_key(k);
        return UR_E_MEMORY;
    }
    if (EVP_PKEY_set1_encoded_public_key(k->pkey, point, sizeof point) != 1) {
        drop_key(k);
        return UR_E_INPUT;
    }
    k->verify = EVP_PKEY_CTX_new(k->pkey, NULL);
    if (k->verify == NULL || EVP_PKEY_verify_init(k->verify) != 1) {
        drop_key(k);
        return UR_E_MEMORY;
    }
    memcpy(k->key, key, UR_P256_KEY_BYTES);
    s->key_count++;
    *out = k;
    return UR_OK;
}

static ur_status find_key(ur_suite_attest *s, known_key **out, const uint8_t key[UR_P256_KEY_BYTES])
{
    for (size_t i = 0; i < KEYS; i++) {
        if (s->keys[i].pkey != NULL && ur_eq_var(s->keys[i].key, key, UR_P256_KEY_BYTES)) {
            *out = &s->keys[i];
            return UR_OK;
        }
    }
    return import_key(s, out, key);
}

/* An INTEGER: no zeros in front but for the sign. */
static size_t put_integer(uint8_t *out, const uint8_t x[32])
{
    size_t skip = 0;
    size_t n = 0;
    while (skip < 31 && x[skip] == 0) {
        skip++;
    }
    bool sign = x[skip] >= 0x80;
    out[n++] = 0x02;
    out[n++] = (uint8_t)(32 - skip + (sign ? 1 : 0));
    if (sign) {
        out[n++] = 0;
    }
    memcpy(out + n, x + skip, 32 - skip);
    return n + 32 - skip;
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
    uint8_t der[2 + 2 * (2 + 33)];
    question q;
    memcpy(q.hash, hash, sizeof q.hash);
    memcpy(q.key, key, sizeof q.key);
    memcpy(q.sig, sig, sizeof q.sig);
    if (lasting && was_yes(s, &q)) {
        return UR_OK;
    }
    UR_TRY(find_key(s, &k, key));
    size_t n = 2;
    n += put_integer(der + n, sig);
    n += put_integer(der + n, sig + 32);
    der[0] = 0x30;
    der[1] = (uint8_t)(n - 2);
    s->checked++;
    if (EVP_PKEY_verify(k->verify, der, n, hash, 32) != 1) {
        return UR_E_PROOF;
    }
    if (lasting) {
        s->yes[s->yes_count++ % REMEMBERED] = q;
    }
    return UR_OK;
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
    s->curve = EVP_EC_gen("P-256");
    if (s->curve == NULL) {
        ur_suite_attest_free(&s);
        return UR_E_UNAVAILABLE;
    }
    *out = s;
    return UR_OK;
}

const ur_attest_ops *ur_suite_attest_ops(const ur_suite_attest *s) { return &s->ops; }

void ur_suite_attest_forget(ur_suite_attest *s)
{
    for (size_t i = 0; i < KEYS; i++) {
        drop_key(&s->keys[i]);
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
    EVP_PKEY_free(s->curve);
    free(s);
    *sp = NULL;
}
