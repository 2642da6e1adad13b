#include "lib/suite/cbc.h"

#include <openssl/evp.h>

static ur_status run(int encrypt, uint8_t *out, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t n)
{
    int done = 0;
    if (n % UR_CBC_BLOCK_BYTES != 0 || n > UR_CBC_MAX) {
        return UR_E_USAGE;
    }
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL) {
        return UR_E_MEMORY;
    }
    bool ok = EVP_CipherInit_ex2(ctx, EVP_aes_256_cbc(), key, iv, encrypt, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
              (n == 0 || (EVP_CipherUpdate(ctx, out, &done, in, (int)n) == 1 && (size_t)done == n));
    EVP_CIPHER_CTX_free(ctx);
    if (!ok) {
        ur_wipe(out, n);
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

ur_status ur_cbc_encrypt(uint8_t *out, const uint8_t key[UR_CBC_KEY_BYTES], const uint8_t iv[UR_CBC_BLOCK_BYTES],
                         const uint8_t *in, size_t n)
{
    return run(1, out, key, iv, in, n);
}

ur_status ur_cbc_decrypt(uint8_t *out, const uint8_t key[UR_CBC_KEY_BYTES], const uint8_t iv[UR_CBC_BLOCK_BYTES],
                         const uint8_t *in, size_t n)
{
    return run(0, out, key, iv, in, n);
}
