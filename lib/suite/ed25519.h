/* Ed25519 signatures (RFC 8032) over OpenSSL. */
#ifndef UR_LIB_SUITE_ED25519_H
#define UR_LIB_SUITE_ED25519_H

#include "core/base/span.h"

#define UR_ED25519_KEY_BYTES 32
#define UR_ED25519_SIG_BYTES 64

/* UR_E_PROOF unless it verifies; UR_E_MEMORY or UR_E_UNAVAILABLE if OpenSSL cannot say. */
UR_MUST_USE ur_status ur_ed25519_verify_var(const uint8_t key[UR_ED25519_KEY_BYTES], ur_span message,
                                            const uint8_t sig[UR_ED25519_SIG_BYTES]);
/* From the 32-byte seed that RFC 8032 calls the private key. Constant time in the seed. pub may be NULL.
 * UR_E_MEMORY or UR_E_UNAVAILABLE, outputs zeroed, if OpenSSL cannot. */
UR_MUST_USE ur_status ur_ed25519_sign(uint8_t sig[UR_ED25519_SIG_BYTES], uint8_t *pub, const uint8_t seed[32],
                                      ur_span message);

/* A key that signs often: what follows from the seed is computed once. */
typedef struct ur_ed25519_signer ur_ed25519_signer;
/* UR_E_MEMORY or UR_E_UNAVAILABLE, *out NULL, if OpenSSL cannot. */
UR_MUST_USE ur_status ur_ed25519_signer_new(ur_ed25519_signer **out, const uint8_t seed[32]);
/* As ur_ed25519_sign. */
UR_MUST_USE ur_status ur_ed25519_signer_sign(const ur_ed25519_signer *signer, uint8_t sig[UR_ED25519_SIG_BYTES], ur_span message);
void ur_ed25519_signer_free(ur_ed25519_signer **signer); /* wiped; NULL is allowed */

#endif
