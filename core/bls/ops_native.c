#include "core/bls/ops.h"

/* Like ur_g1_parse, but infinity is a point: canonical, that is c0 and zeros. The generators stand in most equations, and
 * nobody has to compute their y and ask for their subgroup again. */
static ur_status g1_or_inf(ur_g1 *out, const uint8_t in[UR_G1_BYTES])
{
    static const uint8_t inf[UR_G1_BYTES] = {0xc0};
    if (ur_eq_var(in, ur_g1_generator_bytes(), UR_G1_BYTES)) {
        *out = *ur_g1_generator();
        return UR_OK;
    }
    if (ur_eq_var(in, inf, sizeof inf)) {
        memset(out, 0, sizeof *out);
        return UR_OK;
    }
    return ur_g1_parse(out, in);
}

static ur_status g2_or_inf(ur_g2 *out, const uint8_t in[UR_G2_BYTES])
{
    static const uint8_t inf[UR_G2_BYTES] = {0xc0};
    if (ur_eq_var(in, ur_g2_generator_bytes(), UR_G2_BYTES)) {
        *out = *ur_g2_generator();
        return UR_OK;
    }
    if (ur_eq_var(in, inf, sizeof inf)) {
        memset(out, 0, sizeof *out);
        return UR_OK;
    }
    return ur_g2_parse(out, in);
}

static ur_status native_g1_sum(void *self, uint8_t out[UR_G1_BYTES], const uint8_t *points, size_t n)
{
    (void)self;
    blst_p1 sum = {0};
    for (size_t i = 0; i < n; i++) {
        ur_g1 p;
        ur_status st = g1_or_inf(&p, points + i * UR_G1_BYTES);
        if (st != UR_OK) {
            memset(out, 0, UR_G1_BYTES);
            return st;
        }
        blst_p1_add_or_double_affine(&sum, &sum, &p.v);
    }
    blst_p1_compress(out, &sum);
    return UR_OK;
}

/* Public scalars: those of a hash or an index are short, and so is the time they take. */
static size_t bits_of(const uint8_t le[UR_SCALAR_BYTES])
{
    size_t n = UR_SCALAR_BYTES;
    while (n > 1 && le[n - 1] == 0) {
        n--;
    }
    return 8 * n;
}

static ur_status native_g1_mul(void *self, uint8_t out[UR_G1_BYTES], const uint8_t p[UR_G1_BYTES],
                               const uint8_t k[UR_SCALAR_BYTES])
{
    (void)self;
    ur_g1 point;
    ur_scalar scalar;
    uint8_t le[UR_SCALAR_BYTES];
    ur_status st = g1_or_inf(&point, p);
    if (st == UR_OK) {
        st = ur_scalar_parse(&scalar, k);
    }
    if (st != UR_OK) {
        memset(out, 0, UR_G1_BYTES);
        return st;
    }
    blst_p1 product;
    blst_p1_from_affine(&product, &point.v);
    ur_scalar_write_le(le, &scalar);
    blst_p1_mult(&product, &product, le, bits_of(le));
    blst_p1_compress(out, &product);
    return UR_OK;
}

static ur_status native_hash(void *self, uint8_t *out, ur_tag tag, ur_span msg)
{
    (void)self;
    if (ur_tag_group(tag) == 1) {
        ur_g1 h;
        ur_hash_to_g1(&h, tag, msg);
        ur_g1_write(out, &h);
    } else {
        ur_g2 h;
        ur_hash_to_g2(&h, tag, msg);
        ur_g2_write(out, &h);
    }
    return UR_OK;
}

enum { PAIRS_MAX = 8 }; /* no equation of ours has more */

static ur_status native_pairing_equal(void *self, const uint8_t *ps, const uint8_t *qs, size_t n,
                                      const uint8_t r[UR_G1_BYTES], const uint8_t s[UR_G2_BYTES])
{
    (void)self;
    ur_g1 p[PAIRS_MAX];
    ur_g2 q[PAIRS_MAX];
    const ur_g1 *pp[PAIRS_MAX];
    const ur_g2 *qq[PAIRS_MAX];
    if (n >= PAIRS_MAX) {
        return UR_E_LIMIT;
    }
    for (size_t i = 0; i <= n; i++) {
        UR_TRY(g1_or_inf(&p[i], i < n ? ps + i * UR_G1_BYTES : r));
        UR_TRY(g2_or_inf(&q[i], i < n ? qs + i * UR_G2_BYTES : s));
        pp[i] = &p[i];
        qq[i] = &q[i];
    }
    ur_g1_neg(&p[n], &p[n]);
    return ur_pairing_check_var(pp, qq, n + 1);
}

const ur_curve_ops *ur_curve_ops_native(void)
{
    static const ur_curve_ops ops = {NULL, native_g1_sum, native_g1_mul, native_hash, native_pairing_equal};
    return &ops;
}
