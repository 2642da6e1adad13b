#include "core/attest/ops.h"
#include "core/hash/hash.h"

void ur_attest_sha256_core(void *ctx, uint8_t out[32], const ur_span *parts, size_t count)
{
    (void)ctx;
    ur_sha256 h;
    ur_sha256_init(&h);
    for (size_t i = 0; i < count; i++) {
        ur_sha256_update(&h, parts[i].p, parts[i].n);
    }
    ur_sha256_final(&h, out);
}

void ur_attest_sha384_core(void *ctx, uint8_t out[48], const ur_span *parts, size_t count)
{
    (void)ctx;
    ur_sha512 h;
    ur_sha384_init(&h);
    for (size_t i = 0; i < count; i++) {
        ur_sha512_update(&h, parts[i].p, parts[i].n);
    }
    ur_sha384_final(&h, out);
}

void ur_attest_sha512_core(void *ctx, uint8_t out[64], const ur_span *parts, size_t count)
{
    (void)ctx;
    ur_sha512 h;
    ur_sha512_init(&h);
    for (size_t i = 0; i < count; i++) {
        ur_sha512_update(&h, parts[i].p, parts[i].n);
    }
    ur_sha512_final(&h, out);
}
