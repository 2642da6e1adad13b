/* ChaCha20-Poly1305 (RFC 8439) over OpenSSL. The context holds the key and is used for many messages; OpenSSL wipes it.
 * Constant time in key and plaintext. */
#ifndef UR_LIB_SUITE_AEAD_H
#define UR_LIB_SUITE_AEAD_H

#include "core/base/span.h"

#define UR_AEAD_KEY_BYTES 32
#define UR_AEAD_NONCE_BYTES 12
#define UR_AEAD_TAG_BYTES 16
#define UR_AEAD_MAX ((size_t)1 << 30) /* bytes of one message */

typedef struct ur_aead ur_aead;

/* UR_E_MEMORY, or UR_E_UNAVAILABLE if OpenSSL was built without the cipher. */
UR_MUST_USE ur_status ur_aead_new(ur_aead **out, const uint8_t key[UR_AEAD_KEY_BYTES]);
/* Writes n + UR_AEAD_TAG_BYTES bytes: ciphertext, then tag. out may be in. The nonce must be new for this key.
 * UR_E_LIMIT over UR_AEAD_MAX, UR_E_INTERNAL if OpenSSL fails; out zeroed then. */
UR_MUST_USE ur_status ur_aead_seal(ur_aead *aead, uint8_t *out, const uint8_t nonce[UR_AEAD_NONCE_BYTES], ur_span extra,
                                   const uint8_t *in, size_t n);
/* Takes ciphertext and tag, n bytes in all, and writes n - UR_AEAD_TAG_BYTES. out may be in. UR_E_PROOF if the tag does
 * not fit, UR_E_INPUT if n is shorter than a tag; out zeroed on failure. */
UR_MUST_USE ur_status ur_aead_open(ur_aead *aead, uint8_t *out, const uint8_t nonce[UR_AEAD_NONCE_BYTES], ur_span extra,
                                   const uint8_t *in, size_t n);
/* *aead becomes NULL. NULL is allowed. */
void ur_aead_free(ur_aead **aead);

#endif
