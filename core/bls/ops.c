#include "core/bls/ops.h"

#include "core/hash/hash.h"

/* ---- multiplication by sums ---- */

/* out = 8 * acc + digit * p, in one sum. */
static ur_status octal_step(const ur_curve_ops *ops, uint8_t acc[UR_G1_BYTES], const uint8_t p[UR_G1_BYTES],
                            size_t digit)
{
    uint8_t list[15][UR_G1_BYTES];
    for (size_t i = 0; i < 8; i++) {
        memcpy(list[i], acc, UR_G1_BYTES);
    }
    for (size_t i = 0; i < digit; i++) {
        memcpy(list[8 + i], p, UR_G1_BYTES);
    }
    return ops->g1_sum(ops->self, acc, list[0], 8 + digit);
}

static size_t bits_at(const uint8_t k[UR_SCALAR_BYTES], size_t bit)
{
    return (k[UR_SCALAR_BYTES - 1 - bit / 8] >> (bit % 8)) & 1u;
}

ur_status ur_curve_g1_mul(const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES], const uint8_t p[UR_G1_BYTES],
                          const uint8_t k[UR_SCALAR_BYTES])
{
    if (ops->g1_mul != NULL) {
        return ops->g1_mul(ops->self, out, p, k);
    }
    uint8_t acc[UR_G1_BYTES] = {0xc0};
    bool started = false;
    for (size_t at = 255; at > 0;) { /* the order, and so k, has 255 bits: 85 octal digits */
        at -= 3;
        size_t digit = bits_at(k, at + 2) << 2 | bits_at(k, at + 1) << 1 | bits_at(k, at);
        started = started || digit != 0;
        if (started) {
            ur_status st = octal_step(ops, acc, p, digit);
            if (st != UR_OK) {
                memset(out, 0, UR_G1_BYTES);
                return st;
            }
        }
    }
    memcpy(out, acc, UR_G1_BYTES);
    return UR_OK;
}

/* ---- two equations ---- */

enum { WEIGHT_BYTES = 16 };

static void weigh(uint8_t out[UR_SCALAR_BYTES], const uint8_t *const p[2], const uint8_t *const q[2],
                  const uint8_t *const r[2], const uint8_t s[UR_G2_BYTES])
{
    static const char tag[] = "UNRUG-V1-TWO-EQUATIONS";
    uint8_t hash[UR_SHA256_BYTES];
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, sizeof tag - 1);
    for (size_t i = 0; i < 2; i++) {
        ur_sha256_update(&h, p[i], UR_G1_BYTES);
        ur_sha256_update(&h, q[i], UR_G2_BYTES);
        ur_sha256_update(&h, r[i], UR_G1_BYTES);
    }
    ur_sha256_update(&h, s, UR_G2_BYTES);
    ur_sha256_final(&h, hash);
    memset(out, 0, UR_SCALAR_BYTES);
    memcpy(out + UR_SCALAR_BYTES - WEIGHT_BYTES, hash, WEIGHT_BYTES);
}

/* out = a + w b */
static ur_status weighted_sum(const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES], const uint8_t a[UR_G1_BYTES],
                              const uint8_t b[UR_G1_BYTES], const uint8_t w[UR_SCALAR_BYTES])
{
    uint8_t both[2][UR_G1_BYTES];
    memcpy(both[0], a, UR_G1_BYTES);
    UR_TRY(ops->g1_mul(ops->self, both[1], b, w));
    return ops->g1_sum(ops->self, out, both[0], 2);
}

static ur_status equal_as_one(const ur_curve_ops *ops, const uint8_t *const p[2], const uint8_t *const q[2],
                              const uint8_t *const r[2], const uint8_t s[UR_G2_BYTES])
{
    uint8_t w[UR_SCALAR_BYTES], ps[2][UR_G1_BYTES], qs[2][UR_G2_BYTES], right[UR_G1_BYTES];
    bool one_q = ur_eq_var(q[0], q[1], UR_G2_BYTES);
    weigh(w, p, q, r, s);
    UR_TRY(weighted_sum(ops, right, r[0], r[1], w));
    memcpy(qs[0], q[0], UR_G2_BYTES);
    memcpy(qs[1], q[1], UR_G2_BYTES);
    if (one_q) {
        UR_TRY(weighted_sum(ops, ps[0], p[0], p[1], w));
    } else {
        memcpy(ps[0], p[0], UR_G1_BYTES);
        UR_TRY(ops->g1_mul(ops->self, ps[1], p[1], w));
    }
    return ops->pairing_equal(ops->self, ps[0], qs[0], one_q ? 1 : 2, right, s);
}

ur_status ur_curve_two_equal(const ur_curve_ops *ops, const uint8_t *const p[2], const uint8_t *const q[2],
                             const uint8_t *const r[2], const uint8_t s[UR_G2_BYTES])
{
    if (ops->g1_mul != NULL) {
        return equal_as_one(ops, p, q, r, s);
    }
    ur_status st[2];
    for (size_t i = 0; i < 2; i++) {
        st[i] = ops->pairing_equal(ops->self, p[i], q[i], 1, r[i], s);
        if (st[i] != UR_OK && st[i] != UR_E_PROOF) {
            return st[i]; /* the same whether or not the other one holds, as when there is one equation */
        }
    }
    return st[0] == UR_OK ? st[1] : st[0];
}

/* ---- encodings ---- */

bool ur_encoding_is_scalar(const uint8_t be[UR_SCALAR_BYTES])
{
    static const uint8_t order[UR_SCALAR_BYTES] = {
        0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
        0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01};
    return ur_cmp_var(be, UR_SCALAR_BYTES, order, UR_SCALAR_BYTES) < 0;
}

const uint8_t *ur_g1_generator_bytes(void)
{
    static const uint8_t g[UR_G1_BYTES] = {
        0x97, 0xf1, 0xd3, 0xa7, 0x31, 0x97, 0xd7, 0x94, 0x26, 0x95, 0x63, 0x8c, 0x4f, 0xa9, 0xac, 0x0f,
        0xc3, 0x68, 0x8c, 0x4f, 0x97, 0x74, 0xb9, 0x05, 0xa1, 0x4e, 0x3a, 0x3f, 0x17, 0x1b, 0xac, 0x58,
        0x6c, 0x55, 0xe8, 0x3f, 0xf9, 0x7a, 0x1a, 0xef, 0xfb, 0x3a, 0xf0, 0x0a, 0xdb, 0x22, 0xc6, 0xbb};
    return g;
}

const uint8_t *ur_g2_generator_bytes(void)
{
    static const uint8_t g[UR_G2_BYTES] = {
        0x93, 0xe0, 0x2b, 0x60, 0x52, 0x71, 0x9f, 0x60, 0x7d, 0xac, 0xd3, 0xa0, 0x88, 0x27, 0x4f, 0x65,
        0x59, 0x6b, 0xd0, 0xd0, 0x99, 0x20, 0xb6, 0x1a, 0xb5, 0xda, 0x61, 0xbb, 0xdc, 0x7f, 0x50, 0x49,
        0x33, 0x4c, 0xf1, 0x12, 0x13, 0x94, 0x5d, 0x57, 0xe5, 0xac, 0x7d, 0x05, 0x5d, 0x04, 0x2b, 0x7e,
        0x02, 0x4a, 0xa2, 0xb2, 0xf0, 0x8f, 0x0a, 0x91, 0x26, 0x08, 0x05, 0x27, 0x2d, 0xc5, 0x10, 0x51,
        0xc6, 0xe4, 0x7a, 0xd4, 0xfa, 0x40, 0x3b, 0x02, 0xb4, 0x51, 0x0b, 0x64, 0x7a, 0xe3, 0xd1, 0x77,
        0x0b, 0xac, 0x03, 0x26, 0xa8, 0x05, 0xbb, 0xef, 0xd4, 0x80, 0x56, 0xc8, 0xc1, 0x21, 0xbd, 0xb8};
    return g;
}
