#include "lib/suite/scrypt.h"

#include <openssl/evp.h>

ur_status ur_scrypt(uint8_t *out, size_t out_n, ur_span passphrase, ur_span salt, unsigned log_n)
{
    static const uint8_t none[1] = {0};
    if (out_n == 0 || out_n > 64 || log_n < UR_SCRYPT_LOG_N_MIN || log_n > UR_SCRYPT_LOG_N_MAX) {
        return UR_E_USAGE;
    }
    const uint64_t n = (uint64_t)1 << log_n;
    const uint64_t memory = n * 1024 + ((uint64_t)1 << 20);
    if (EVP_PBE_scrypt(passphrase.n > 0 ? (const char *)passphrase.p : (const char *)none, passphrase.n,
                       salt.n > 0 ? salt.p : none, salt.n, n, 8, 1, memory, out, out_n) != 1) {
        memset(out, 0, out_n);
        return UR_E_MEMORY;
    }
    return UR_OK;
}
