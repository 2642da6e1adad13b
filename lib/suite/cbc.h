/* AES-256-CBC over OpenSSL, whole blocks, without padding (whose check belongs to the format that has it). It hides but
 * does not authenticate: only for formats that bring their own tag, checked first. Constant time where the processor
 * has AES instructions or OpenSSL's bitsliced code runs. */
#ifndef UR_LIB_SUITE_CBC_H
#define UR_LIB_SUITE_CBC_H

#include "core/base/span.h"

#define UR_CBC_KEY_BYTES 32
#define UR_CBC_BLOCK_BYTES 16
#define UR_CBC_MAX ((size_t)1 << 30)

/* n bytes, a multiple of the block (else UR_E_USAGE), at most UR_CBC_MAX. out may be in. UR_E_MEMORY or UR_E_INTERNAL if
 * OpenSSL fails; out zeroed on failure. */
UR_MUST_USE ur_status ur_cbc_encrypt(uint8_t *out, const uint8_t key[UR_CBC_KEY_BYTES],
                                     const uint8_t iv[UR_CBC_BLOCK_BYTES], const uint8_t *in, size_t n);
UR_MUST_USE ur_status ur_cbc_decrypt(uint8_t *out, const uint8_t key[UR_CBC_KEY_BYTES],
                                     const uint8_t iv[UR_CBC_BLOCK_BYTES], const uint8_t *in, size_t n);

#endif
