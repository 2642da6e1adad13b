/* SHA-256 (FIPS 180-4). No table is indexed and nothing branches by what is hashed. */
#include "core/hash/hash.h"
#include "core/hash/sha256_blocks.h"

enum { BLOCK = 64, LENGTH_AT = 56 };

static void store_be(uint8_t *p, uint32_t x)
{
    p[0] = (uint8_t)(x >> 24);
    p[1] = (uint8_t)(x >> 16);
    p[2] = (uint8_t)(x >> 8);
    p[3] = (uint8_t)x;
}

void ur_sha256_init(ur_sha256 *c)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(c->h, start, sizeof start);
    c->bytes = 0;
}

void ur_sha256_update(ur_sha256 *c, const void *p, size_t n)
{
    const uint8_t *in = p;
    size_t held = (size_t)(c->bytes % BLOCK);
    c->bytes += n;
    if (held > 0 && n >= BLOCK - held) {
        memcpy(c->block + held, in, BLOCK - held);
        ur_sha256_blocks(c->h, c->block, 1);
        in += BLOCK - held;
        n -= BLOCK - held;
        held = 0;
    }
    if (held == 0 && n >= BLOCK) {
        ur_sha256_blocks(c->h, in, n / BLOCK);
        in += n / BLOCK * BLOCK;
        n %= BLOCK;
    }
    if (n > 0) {
        memcpy(c->block + held, in, n);
    }
}

void ur_sha256_final(ur_sha256 *c, uint8_t out[UR_SHA256_BYTES])
{
    size_t held = (size_t)(c->bytes % BLOCK);
    c->block[held++] = 0x80;
    if (held > LENGTH_AT) { /* no room for the length in this block */
        memset(c->block + held, 0, BLOCK - held);
        ur_sha256_blocks(c->h, c->block, 1);
        held = 0;
    }
    memset(c->block + held, 0, LENGTH_AT - held);
    store_be(c->block + LENGTH_AT, (uint32_t)(c->bytes >> 29));
    store_be(c->block + LENGTH_AT + 4, (uint32_t)(c->bytes << 3));
    ur_sha256_blocks(c->h, c->block, 1);
    for (int i = 0; i < 8; i++) {
        store_be(out + 4 * i, c->h[i]);
    }
    ur_wipe(c, sizeof *c);
}

void ur_sha256_of(uint8_t out[UR_SHA256_BYTES], ur_span in)
{
    ur_sha256 c;
    ur_sha256_init(&c);
    ur_sha256_update(&c, in.p, in.n);
    ur_sha256_final(&c, out);
}
