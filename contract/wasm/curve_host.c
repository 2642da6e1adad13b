/* The curve by the chain's own functions, for VMs from 2.1 on. They have no multiplication; ur_curve_g1_mul adds instead. */
#include "contract/wasm/imports.h"

enum { HASH_SHA256 = 0 };

/* Its failures are about points that are none. */
static ur_status ok_or_zeros(uint32_t code, uint8_t *out, size_t n)
{
    if (code != 0) {
        memset(out, 0, n);
        return UR_E_INPUT;
    }
    return UR_OK;
}

static ur_status g1_sum(void *self, uint8_t out[UR_G1_BYTES], const uint8_t *points, size_t n)
{
    (void)self;
    uw_region in = uw_region_of(points, n * UR_G1_BYTES);
    uw_region to = uw_region_of(out, UR_G1_BYTES);
    return ok_or_zeros(uw_aggregate_g1(&in, &to), out, UR_G1_BYTES);
}

static ur_status hash(void *self, uint8_t *out, ur_tag tag, ur_span msg)
{
    (void)self;
    ur_span text = ur_tag_text(tag);
    uw_region m = uw_region_of(msg.p, msg.n);
    uw_region t = uw_region_of(text.p, text.n);
    if (ur_tag_group(tag) == 1) {
        uw_region to = uw_region_of(out, UR_G1_BYTES);
        return ok_or_zeros(uw_hash_to_g1(HASH_SHA256, &m, &t, &to), out, UR_G1_BYTES);
    }
    uw_region to = uw_region_of(out, UR_G2_BYTES);
    return ok_or_zeros(uw_hash_to_g2(HASH_SHA256, &m, &t, &to), out, UR_G2_BYTES);
}

static ur_status pairing_equal(void *self, const uint8_t *ps, const uint8_t *qs, size_t n, const uint8_t r[UR_G1_BYTES],
                               const uint8_t s[UR_G2_BYTES])
{
    (void)self;
    uw_region p = uw_region_of(ps, n * UR_G1_BYTES);
    uw_region q = uw_region_of(qs, n * UR_G2_BYTES);
    uw_region left = uw_region_of(r, UR_G1_BYTES);
    uw_region right = uw_region_of(s, UR_G2_BYTES);
    uint32_t code = uw_pairing_equality(&p, &q, &left, &right);
    return code == 0 ? UR_OK : code == 1 ? UR_E_PROOF : UR_E_INPUT;
}

const ur_curve_ops *uw_curve(void)
{
    static const ur_curve_ops ops = {NULL, g1_sum, NULL, hash, pairing_equal};
    return &ops;
}

/* Says at the upload to an older chain what it lacks. */
UW_EXPORT(requires_cosmwasm_2_1) void uw_export_requires(void);
UW_EXPORT(requires_cosmwasm_2_1) void uw_export_requires(void) {}
