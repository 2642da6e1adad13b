#include "lib/suite/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

static bool digest(uint8_t *out, const EVP_MD *kind, const ur_span *parts, size_t count)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestInit_ex2(ctx, kind, NULL) == 1;
    for (size_t i = 0; ok && i < count; i++) {
        ok = parts[i].n == 0 || EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

ur_status ur_ripemd160_of(uint8_t out[20], ur_span in)
{
    if (!digest(out, EVP_ripemd160(), &in, 1)) {
        memset(out, 0, 20);
        return UR_E_UNAVAILABLE;
    }
    return UR_OK;
}

static void always(bool ok)
{
    if (!ok) {
        abort();
    }
}

void ur_suite_sha256(uint8_t out[32], const ur_span *parts, size_t count)
{
    always(digest(out, EVP_sha256(), parts, count));
}

void ur_suite_sha384(uint8_t out[48], const ur_span *parts, size_t count)
{
    always(digest(out, EVP_sha384(), parts, count));
}

void ur_suite_sha512(uint8_t out[64], const ur_span *parts, size_t count)
{
    always(digest(out, EVP_sha512(), parts, count));
}
