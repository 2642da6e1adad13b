/* The compression function of SHA-256 from blst's assembly: SHA instructions, AVX or SSSE3, whichever the processor has. */
#include "core/hash/sha256_blocks.h"

void blst_sha256_block_data_order(uint32_t *state, const void *p, size_t blocks);

/* blst learns what the processor can do in a constructor of its C part; an archive member is linked, and its constructor
 * run, only if something refers to it. */
void blst_sha256(uint8_t out[32], const void *p, size_t n);
__attribute__((used)) static void (*const keep_constructor)(uint8_t *, const void *, size_t) = blst_sha256;

void ur_sha256_blocks(uint32_t state[8], const uint8_t *p, size_t blocks)
{
    blst_sha256_block_data_order(state, p, blocks);
}
