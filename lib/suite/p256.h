/* ECDSA over P-256 (FIPS 186-5) on 32-byte hashes, by OpenSSL. Signatures are r || s, 32 bytes big-endian each; both halves
 * of s are signatures, as the standard has it. OpenSSL's own copies of a secret are wiped when it is done. */
#ifndef UR_LIB_SUITE_P256_H
#define UR_LIB_SUITE_P256_H

#include "core/base/span.h"

#define UR_P256_SECRET_BYTES 32
#define UR_P256_PUB_BYTES 33 /* compressed */
#define UR_P256_SIG_BYTES 64

/* UR_E_INPUT and zeros unless 1 <= secret < order; UR_E_MEMORY, UR_E_UNAVAILABLE if OpenSSL cannot. Constant time in it. */
UR_MUST_USE ur_status ur_p256_pub_of(uint8_t pub[UR_P256_PUB_BYTES], const uint8_t secret[UR_P256_SECRET_BYTES]);
/* The same. The nonce is OpenSSL's, made of the secret, the hash and fresh randomness. */
UR_MUST_USE ur_status ur_p256_sign(uint8_t sig[UR_P256_SIG_BYTES], const uint8_t secret[UR_P256_SECRET_BYTES], const uint8_t hash[32]);
/* UR_E_PROOF unless it verifies, UR_E_INPUT for a key that is no point. Variable time. */
UR_MUST_USE ur_status ur_p256_verify_var(const uint8_t pub[UR_P256_PUB_BYTES], const uint8_t hash[32],
                                         const uint8_t sig[UR_P256_SIG_BYTES]);

#endif
