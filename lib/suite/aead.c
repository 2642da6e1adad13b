#include "lib/suite/aead.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct ur_aead {
    EVP_CIPHER_CTX *ctx;
};

ur_status ur_aead_new(ur_aead **out, const uint8_t key[UR_AEAD_KEY_BYTES])
{
    *out = NULL;
    ur_aead *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return UR_E_MEMORY;
    }
    a->ctx = EVP_CIPHER_CTX_new();
    if (a->ctx == NULL) {
        free(a);
        return UR_E_MEMORY;
    }
    if (EVP_CipherInit_ex2(a->ctx, EVP_chacha20_poly1305(), key, NULL, 1, NULL) != 1) {
        ur_aead_free(&a);
        return UR_E_UNAVAILABLE;
    }
    *out = a;
    return UR_OK;
}

void ur_aead_free(ur_aead **aead)
{
    if (*aead != NULL) {
        EVP_CIPHER_CTX_free((*aead)->ctx);
        free(*aead);
        *aead = NULL;
    }
}

/* Text goes through in pieces that the first-level cache holds, because OpenSSL first encrypts all of what it is given and
 * then authenticates it: about one part in twenty faster than at once. */
#define PIECE ((size_t)16384)

static bool text(EVP_CIPHER_CTX *ctx, uint8_t *out, const uint8_t *in, size_t n)
{
    int done = 0;
    for (size_t at = 0; at < n; at += PIECE) {
        const size_t take = n - at < PIECE ? n - at : PIECE;
        if (EVP_CipherUpdate(ctx, out + at, &done, in + at, (int)take) != 1 || (size_t)done != take) {
            return false;
        }
    }
    return true;
}

/* Nonce and direction (the key stays), extra bytes, text. */
static bool run(EVP_CIPHER_CTX *ctx, int seal, uint8_t *out, const uint8_t *nonce, ur_span extra, const uint8_t *in,
                size_t n)
{
    int done = 0;
    return EVP_CipherInit_ex2(ctx, NULL, NULL, nonce, seal, NULL) == 1 &&
           (extra.n == 0 || EVP_CipherUpdate(ctx, NULL, &done, extra.p, (int)extra.n) == 1) && text(ctx, out, in, n);
}

ur_status ur_aead_seal(ur_aead *aead, uint8_t *out, const uint8_t nonce[UR_AEAD_NONCE_BYTES], ur_span extra,
                       const uint8_t *in, size_t n)
{
    int done = 0;
    if (n > UR_AEAD_MAX || extra.n > UR_AEAD_MAX) {
        return UR_E_LIMIT;
    }
    if (!run(aead->ctx, 1, out, nonce, extra, in, n) || EVP_CipherFinal_ex(aead->ctx, out + n, &done) != 1 ||
        EVP_CIPHER_CTX_ctrl(aead->ctx, EVP_CTRL_AEAD_GET_TAG, UR_AEAD_TAG_BYTES, out + n) != 1) {
        ur_wipe(out, n + UR_AEAD_TAG_BYTES);
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

ur_status ur_aead_open(ur_aead *aead, uint8_t *out, const uint8_t nonce[UR_AEAD_NONCE_BYTES], ur_span extra,
                       const uint8_t *in, size_t n)
{
    uint8_t tag[UR_AEAD_TAG_BYTES];
    int done = 0;
    if (n > UR_AEAD_MAX || extra.n > UR_AEAD_MAX) {
        return UR_E_LIMIT;
    }
    if (n < UR_AEAD_TAG_BYTES) {
        return UR_E_INPUT;
    }
    const size_t text_n = n - UR_AEAD_TAG_BYTES;
    memcpy(tag, in + text_n, sizeof tag); /* OpenSSL takes it writable */
    if (!run(aead->ctx, 0, out, nonce, extra, in, text_n) ||
        EVP_CIPHER_CTX_ctrl(aead->ctx, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) != 1) {
        ur_wipe(out, text_n);
        return UR_E_INTERNAL;
    }
    if (EVP_CipherFinal_ex(aead->ctx, tag, &done) != 1) {
        ur_wipe(out, text_n);
        return UR_E_PROOF;
    }
    return UR_OK;
}
