/* HMAC-SHA-512 (RFC 2104) and PBKDF2 over it (RFC 8018), over OpenSSL: what BIP-39 and BIP-32 derive keys with. Constant time in
 * keys and passwords, not in their lengths. */
#ifndef UR_LIB_SUITE_PBKDF2_H
#define UR_LIB_SUITE_PBKDF2_H

#include "core/base/span.h"

/* Without memory for OpenSSL's context they abort. rounds >= 1. */
void ur_hmac512_of(uint8_t out[64], ur_span key, ur_span in);
void ur_pbkdf2_512(uint8_t out[64], ur_span password, ur_span salt, unsigned rounds);

#endif
