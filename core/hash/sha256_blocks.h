/* SHA-256's compression function, private to core/hash. One of two files is linked: sha256_blocks_c.c everywhere, or
 * sha256_blocks_blst.c where blst's assembly is, which uses the processor's SHA instructions if it has them. */
#ifndef UR_CORE_HASH_SHA256_BLOCKS_H
#define UR_CORE_HASH_SHA256_BLOCKS_H

#include "core/base/mem.h"

/* state: eight words; p: blocks * 64 bytes, any alignment. Constant time in state and bytes. */
void ur_sha256_blocks(uint32_t state[8], const uint8_t *p, size_t blocks);

#endif
