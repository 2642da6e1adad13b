#include "lib/suite/pbkdf2.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

void ur_hmac512_of(uint8_t out[64], ur_span key, ur_span in)
{
    unsigned n = 0;
    if (HMAC(EVP_sha512(), key.p, (int)key.n, in.p, in.n, out, &n) == NULL || n != 64) {
        abort();
    }
}

void ur_pbkdf2_512(uint8_t out[64], ur_span password, ur_span salt, unsigned rounds)
{
    static const uint8_t none[1] = {0};
    if (PKCS5_PBKDF2_HMAC(password.n > 0 ? (const char *)password.p : (const char *)none, (int)password.n,
                          salt.n > 0 ? salt.p : none, (int)salt.n, (int)rounds, EVP_sha512(), 64, out) != 1) {
        abort();
    }
}
