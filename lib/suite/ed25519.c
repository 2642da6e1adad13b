#include "lib/suite/ed25519.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

ur_status ur_ed25519_verify_var(const uint8_t key[UR_ED25519_KEY_BYTES], ur_span message,
                                const uint8_t sig[UR_ED25519_SIG_BYTES])
{
    static const uint8_t none[1] = {0};
    EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, UR_ED25519_KEY_BYTES);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    ur_status s = ctx == NULL ? UR_E_MEMORY : UR_E_UNAVAILABLE;
    if (k != NULL && ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) == 1) {
        s = EVP_DigestVerify(ctx, sig, UR_ED25519_SIG_BYTES, message.n > 0 ? message.p : none, message.n) == 1
                ? UR_OK
                : UR_E_PROOF;
    }
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(k);
    return s;
}

ur_status ur_ed25519_sign(uint8_t sig[UR_ED25519_SIG_BYTES], uint8_t *pub, const uint8_t seed[32], ur_span message)
{
    static const uint8_t none[1] = {0};
    size_t sig_n = UR_ED25519_SIG_BYTES;
    size_t pub_n = UR_ED25519_KEY_BYTES;
    EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = k != NULL && ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k) == 1 &&
              EVP_DigestSign(ctx, sig, &sig_n, message.n > 0 ? message.p : none, message.n) == 1 &&
              (pub == NULL || EVP_PKEY_get_raw_public_key(k, pub, &pub_n) == 1);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(k);
    if (!ok) {
        memset(sig, 0, UR_ED25519_SIG_BYTES);
        if (pub != NULL) {
            memset(pub, 0, UR_ED25519_KEY_BYTES);
        }
        return ctx == NULL ? UR_E_MEMORY : UR_E_UNAVAILABLE;
    }
    return UR_OK;
}

struct ur_ed25519_signer {
    EVP_PKEY *key;
    EVP_MD_CTX *ready; /* initialized for the key; copied for each message */
};

ur_status ur_ed25519_signer_new(ur_ed25519_signer **out, const uint8_t seed[32])
{
    ur_ed25519_signer *s = calloc(1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return UR_E_MEMORY;
    }
    s->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    s->ready = EVP_MD_CTX_new();
    if (s->key == NULL || s->ready == NULL || EVP_DigestSignInit(s->ready, NULL, NULL, NULL, s->key) != 1) {
        ur_ed25519_signer_free(out);
        return UR_E_UNAVAILABLE;
    }
    return UR_OK;
}

ur_status ur_ed25519_signer_sign(const ur_ed25519_signer *signer, uint8_t sig[UR_ED25519_SIG_BYTES], ur_span message)
{
    static const uint8_t none[1] = {0};
    size_t sig_n = UR_ED25519_SIG_BYTES;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_MD_CTX_copy_ex(ctx, signer->ready) == 1 &&
              EVP_DigestSign(ctx, sig, &sig_n, message.n > 0 ? message.p : none, message.n) == 1;
    EVP_MD_CTX_free(ctx);
    if (!ok) {
        memset(sig, 0, UR_ED25519_SIG_BYTES);
        return ctx == NULL ? UR_E_MEMORY : UR_E_UNAVAILABLE;
    }
    return UR_OK;
}

void ur_ed25519_signer_free(ur_ed25519_signer **signer)
{
    if (*signer != NULL) {
        EVP_MD_CTX_free((*signer)->ready);
        EVP_PKEY_free((*signer)->key);
        free(*signer);
        *signer = NULL;
    }
}
