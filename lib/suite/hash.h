/* Hashes over OpenSSL: what core/hash does not have, and what hosted code hashes much of. The input is `count` spans one
 * after the other. */
#ifndef UR_LIB_SUITE_HASH_H
#define UR_LIB_SUITE_HASH_H

#include "core/base/span.h"

/* UR_E_UNAVAILABLE and zeros if this OpenSSL lacks it (it is in the default provider since 3.0.7). */
UR_MUST_USE ur_status ur_ripemd160_of(uint8_t out[20], ur_span in);

/* Always there: without memory for OpenSSL's context they abort. */
void ur_suite_sha256(uint8_t out[32], const ur_span *parts, size_t count);
void ur_suite_sha384(uint8_t out[48], const ur_span *parts, size_t count);
void ur_suite_sha512(uint8_t out[64], const ur_span *parts, size_t count);

#endif
