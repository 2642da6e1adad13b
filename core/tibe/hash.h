/* The scheme's own hash functions (FairyRing reference 1.4). All are SHA-256 under tags of six bytes. Constant time in
 * what is hashed, but for the number of hashes that H3 tries. */
#ifndef UR_CORE_TIBE_HASH_H
#define UR_CORE_TIBE_HASH_H

#include "core/bls/bls.h"

/* The first n <= 32 bytes of SHA-256("IBE-H2" || gt as 576 bytes), and of SHA-256("IBE-H4" || sigma). */
void ur_tibe_h2(uint8_t *out, size_t n, const ur_gt *gt);
void ur_tibe_h4(uint8_t *out, size_t n, ur_span sigma);

/* b = SHA-256("IBE-H3" || sigma || msg); the first of SHA-256(i as 2 bytes little-endian || b), i = 1, 2, ..., that is
 * below the order once its first byte is shifted right by one bit. One try in eleven fails; that all 65534 do has
 * probability 2^-220000: then UR_E_INTERNAL and zero. */
UR_MUST_USE ur_status ur_tibe_h3(ur_scalar *out, ur_span sigma, ur_span msg);

#endif
