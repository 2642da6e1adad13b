/* Keccak-256: Keccak-f[1600] at rate 1088 with the original padding byte 0x01 (Keccak reference 3.0; SHA-3's would be 0x06).
 * No table is indexed by data and nothing branches by what is hashed. */
#include "core/hash/hash.h"

enum { RATE = 136 };

static uint64_t rotate(uint64_t x, unsigned n) { return n == 0 ? x : x << n | x >> (64 - n); }

static void permute(uint64_t a[25])
{
    static const uint64_t round_constants[24] = {
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
    /* rho and pi in one walk: the lane that goes to each place, and by how much it turns */
    static const uint8_t place[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                      15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    static const uint8_t turn[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                     27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    uint64_t c[5];
    for (int round = 0; round < 24; round++) {
        for (int x = 0; x < 5; x++) {
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (int i = 0; i < 25; i++) {
            a[i] ^= c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1);
        }
        uint64_t moving = a[1];
        for (int i = 0; i < 24; i++) {
            uint64_t there = a[place[i]];
            a[place[i]] = rotate(moving, turn[i]);
            moving = there;
        }
        for (int y = 0; y < 25; y += 5) {
            for (int x = 0; x < 5; x++) {
                c[x] = a[y + x];
            }
            for (int x = 0; x < 5; x++) {
                a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
            }
        }
        a[0] ^= round_constants[round];
    }
    ur_wipe(c, sizeof c);
}

static void absorb_byte(ur_keccak256 *c, uint8_t byte, size_t at) { c->a[at / 8] ^= (uint64_t)byte << (8 * (at % 8)); }

void ur_keccak256_init(ur_keccak256 *c) { memset(c, 0, sizeof *c); }

void ur_keccak256_update(ur_keccak256 *c, const void *p, size_t n)
{
    const uint8_t *in = p;
    for (size_t i = 0; i < n; i++) {
        absorb_byte(c, in[i], c->at++);
        if (c->at == RATE) {
            permute(c->a);
            c->at = 0;
        }
    }
}

void ur_keccak256_final(ur_keccak256 *c, uint8_t out[UR_KECCAK256_BYTES])
{
    absorb_byte(c, 0x01, c->at);
    absorb_byte(c, 0x80, RATE - 1);
    permute(c->a);
    for (size_t i = 0; i < UR_KECCAK256_BYTES; i++) {
        out[i] = (uint8_t)(c->a[i / 8] >> (8 * (i % 8)));
    }
    ur_wipe(c, sizeof *c);
}

void ur_keccak256_of(uint8_t out[UR_KECCAK256_BYTES], ur_span in)
{
    ur_keccak256 c;
    ur_keccak256_init(&c);
    ur_keccak256_update(&c, in.p, in.n);
    ur_keccak256_final(&c, out);
}
