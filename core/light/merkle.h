/* The Merkle root of RFC 6962 section 2.1 with SHA-256, leaf by leaf: leaves are hashed behind 0x00, pairs behind 0x01,
 * and a list splits at the largest power of two below its length. The empty list's root is SHA-256 of nothing.
 * Variable time; no allocation, no recursion. */
#ifndef UR_CORE_LIGHT_MERKLE_H
#define UR_CORE_LIGHT_MERKLE_H

#include "core/hash/hash.h"

#define UR_MERKLE_DEPTH_MAX 16 /* up to 2^16 - 1 leaves */

typedef struct ur_merkle {
    uint8_t peak[UR_MERKLE_DEPTH_MAX][UR_SHA256_BYTES]; /* roots of full trees of falling size */
    size_t peaks;
    size_t leaves;
} ur_merkle;

void ur_merkle_init(ur_merkle *m);
/* Leaves over the maximum are not counted in and make the root UR_E_LIMIT. */
void ur_merkle_add_var(ur_merkle *m, ur_span leaf);
/* UR_E_LIMIT, root zeroed, after more than 2^16 - 1 leaves. */
UR_MUST_USE ur_status ur_merkle_root_var(ur_merkle *m, uint8_t root[UR_SHA256_BYTES]);

#endif
