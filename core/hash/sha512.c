/* SHA-512 and SHA-384 (FIPS 180-4). No table is indexed and nothing branches by what is hashed. */
#include "core/hash/hash.h"

enum { BLOCK = 128 };

static const uint64_t round_constants[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817
};

static uint64_t load_be(const uint8_t *p)
{
    uint64_t x = 0;
    for (int i = 0; i < 8; i++) {
        x = x << 8 | p[i];
    }
    return x;
}

static void store_be(uint8_t *p, uint64_t x)
{
    for (int i = 7; i >= 0; i--, x >>= 8) {
        p[i] = (uint8_t)x;
    }
}

static uint64_t rotate(uint64_t x, int n) { return x >> n | x << (64 - n); }
static uint64_t small_sigma0(uint64_t x) { return rotate(x, 1) ^ rotate(x, 8) ^ x >> 7; }
static uint64_t small_sigma1(uint64_t x) { return rotate(x, 19) ^ rotate(x, 61) ^ x >> 6; }
static uint64_t big_sigma0(uint64_t x) { return rotate(x, 28) ^ rotate(x, 34) ^ rotate(x, 39); }
static uint64_t big_sigma1(uint64_t x) { return rotate(x, 14) ^ rotate(x, 18) ^ rotate(x, 41); }
static uint64_t choose(uint64_t x, uint64_t y, uint64_t z) { return z ^ (x & (y ^ z)); }
static uint64_t majority(uint64_t x, uint64_t y, uint64_t z) { return (x & y) | (z & (x | y)); }

/* One round; the caller rotates the names a..h instead of moving the words. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                         \
    do {                                                                                         \
        uint64_t t1_ = (h) + big_sigma1(e) + choose(e, f, g) + round_constants[i] + w[(i) % 16]; \
        (d) += t1_;                                                                              \
        (h) = t1_ + big_sigma0(a) + majority(a, b, c);                                           \
    } while (0)

static void compress(uint64_t state[8], const uint8_t *block)
{
    uint64_t w[16];
    uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint64_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 16; i++) {
        w[i] = load_be(block + 8 * i);
    }
    for (int i = 0; i < 80; i += 8) {
        for (int k = i; i >= 16 && k < i + 8; k++) {
            w[k % 16] += small_sigma0(w[(k + 1) % 16]) + w[(k + 9) % 16] + small_sigma1(w[(k + 14) % 16]);
        }
        ROUND(a, b, c, d, e, f, g, h, i);
        ROUND(h, a, b, c, d, e, f, g, i + 1);
        ROUND(g, h, a, b, c, d, e, f, i + 2);
        ROUND(f, g, h, a, b, c, d, e, i + 3);
        ROUND(e, f, g, h, a, b, c, d, i + 4);
        ROUND(d, e, f, g, h, a, b, c, i + 5);
        ROUND(c, d, e, f, g, h, a, b, i + 6);
        ROUND(b, c, d, e, f, g, h, a, i + 7);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    ur_wipe(w, sizeof w);
}

void ur_sha512_init(ur_sha512 *c)
{
    static const uint64_t start[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                      0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                      0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    memcpy(c->h, start, sizeof start);
    c->bytes = 0;
}

void ur_sha384_init(ur_sha512 *c)
{
    static const uint64_t start[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                      0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                      0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};
    memcpy(c->h, start, sizeof start);
    c->bytes = 0;
}

void ur_sha512_update(ur_sha512 *c, const void *p, size_t n)
{
    const uint8_t *in = p;
    size_t held = (size_t)(c->bytes % BLOCK);
    c->bytes += n;
    if (held > 0 && n >= BLOCK - held) {
        memcpy(c->block + held, in, BLOCK - held);
        compress(c->h, c->block);
        in += BLOCK - held;
        n -= BLOCK - held;
        held = 0;
    }
    for (; held == 0 && n >= BLOCK; n -= BLOCK) {
        compress(c->h, in);
        in += BLOCK;
    }
    if (n > 0) {
        memcpy(c->block + held, in, n);
    }
}

/* The length in bits is 128 bits wide; inputs are below 2^61 bytes, so its upper half stays zero. */
static void finish(ur_sha512 *c, uint8_t *out, int words)
{
    static const uint8_t padding[BLOCK] = {0x80};
    uint8_t bits[16] = {0};
    store_be(bits + 8, c->bytes << 3);
    size_t held = (size_t)(c->bytes % BLOCK);
    ur_sha512_update(c, padding, held < 112 ? 112 - held : 240 - held);
    ur_sha512_update(c, bits, sizeof bits);
    for (int i = 0; i < words; i++) {
        store_be(out + 8 * i, c->h[i]);
    }
    ur_wipe(c, sizeof *c);
}

void ur_sha384_final(ur_sha512 *c, uint8_t out[UR_SHA384_BYTES]) { finish(c, out, 6); }
void ur_sha512_final(ur_sha512 *c, uint8_t out[UR_SHA512_BYTES]) { finish(c, out, 8); }

void ur_sha384_of(uint8_t out[UR_SHA384_BYTES], ur_span in)
{
    ur_sha512 c;
    ur_sha384_init(&c);
    ur_sha512_update(&c, in.p, in.n);
    ur_sha384_final(&c, out);
}

void ur_sha512_of(uint8_t out[UR_SHA512_BYTES], ur_span in)
{
    ur_sha512 c;
    ur_sha512_init(&c);
    ur_sha512_update(&c, in.p, in.n);
    ur_sha512_final(&c, out);
}
