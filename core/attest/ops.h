/* What core/attest needs of its surroundings: P-256 verification and hashes, as a table. Natives use OpenSSL
 * (lib/suite/attest.h); a contract uses the chain's verification, or one compiled in, and the hashes of core/hash. */
#ifndef UR_CORE_ATTEST_OPS_H
#define UR_CORE_ATTEST_OPS_H

#include "core/base/span.h"

#define UR_P256_KEY_BYTES 64 /* X || Y, big-endian */
#define UR_P256_SIG_BYTES 64 /* r || s, big-endian */

typedef struct ur_attest_ops {
    void *ctx;
    /* Whether sig is a signature by key over the 32 octets of hash. UR_OK if so, UR_E_PROOF if not, UR_E_INPUT if key is
     * no point of the curve, anything else if the surroundings failed. The core has checked 0 < r, s < n. High s is valid.
     * `lasting`: this signature is over a certificate or collateral below a trusted root and will probably be asked for
     * again, so that an answer of UR_OK is worth remembering; it changes nothing in the answer. */
    ur_status (*p256_verify)(void *ctx, const uint8_t key[UR_P256_KEY_BYTES], const uint8_t hash[32],
        const uint8_t sig[UR_P256_SIG_BYTES], bool lasting);
    /* Hashes of the concatenation of `count` spans. */
    void (*sha256)(void *ctx, uint8_t out[32], const ur_span *parts, size_t count);
    void (*sha384)(void *ctx, uint8_t out[48], const ur_span *parts, size_t count);
    void (*sha512)(void *ctx, uint8_t out[64], const ur_span *parts, size_t count);
} ur_attest_ops;

/* The three hashes by core/hash; ctx is not looked at. */
void ur_attest_sha256_core(void *ctx, uint8_t out[32], const ur_span *parts, size_t count);
void ur_attest_sha384_core(void *ctx, uint8_t out[48], const ur_span *parts, size_t count);
void ur_attest_sha512_core(void *ctx, uint8_t out[64], const ur_span *parts, size_t count);

/* p256_verify after the range check of r and s (UR_E_PROOF). */
UR_MUST_USE ur_status ur_attest_signed_hash(const ur_attest_ops *ops, const uint8_t key[UR_P256_KEY_BYTES],
    const uint8_t hash[32], const uint8_t sig[UR_P256_SIG_BYTES], bool lasting);
/* The same over the SHA-256 of `message`. */
UR_MUST_USE ur_status ur_attest_signed(const ur_attest_ops *ops, const uint8_t key[UR_P256_KEY_BYTES], ur_span message,
    const uint8_t sig[UR_P256_SIG_BYTES], bool lasting);

#endif
