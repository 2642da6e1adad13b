#include "core/dkg/check.h"

ur_status ur_dkg_join_admit(const ur_curve_ops *ops, const ur_dkg_join *join)
{
    return ur_twin_admit(ops, join->twin, UR_TAG_JOIN_POP, join->context);
}

ur_status ur_dkg_deal_admit(const ur_curve_ops *ops, const ur_dkg_message *m)
{
    const ur_dkg_deal *d = &m->u.deal;
    uint8_t sum[UR_G1_BYTES], hash[UR_G2_BYTES], body[UR_SHA256_BYTES], proven[UR_DKG_PROVEN_BYTES];
    for (uint32_t k = 0; k <= d->t; k++) { /* R follows the commitments */
        if (ur_encoding_is_inf(d->commitments + (size_t)k * UR_G1_BYTES)) {
            return UR_E_INPUT;
        }
    }
    if (ur_encoding_is_inf(d->proof[0]) || ur_encoding_is_inf(d->proof[1])) {
        return UR_E_INPUT;
    }
    UR_TRY(ops->g1_sum(ops->self, sum, d->commitments, d->t + 1)); /* for its checks of the points */
    ur_sha256_of(body, d->body);
    ur_dkg_deal_proven(proven, m->session, m->index, d->r, body);
    UR_TRY(ops->hash(ops->self, hash, UR_TAG_DEAL_POP, ur_span_of(proven, sizeof proven)));
    const uint8_t *p[2] = {ur_g1_generator_bytes(), ur_g1_generator_bytes()};
    const uint8_t *keys[2] = {d->commitments, d->r};
    return ur_curve_two_equal(ops, p, d->proof, keys, hash);
}

/* ---- disputes ---- */

static void scalar_bytes_u32(uint8_t out[UR_SCALAR_BYTES], uint32_t x)
{
    memset(out, 0, UR_SCALAR_BYTES);
    for (int i = 0; i < 4; i++) {
        out[UR_SCALAR_BYTES - 1 - i] = (uint8_t)(x >> (8 * i));
    }
}

/* out = sum of j^k A_k, by Horner's rule. */
static ur_status commitment_at(const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES], const ur_dkg_deal *d, uint32_t j)
{
    uint8_t at[UR_SCALAR_BYTES], two[2 * UR_G1_BYTES];
    scalar_bytes_u32(at, j);
    memcpy(out, d->commitments + (size_t)(d->t - 1) * UR_G1_BYTES, UR_G1_BYTES);
    for (uint32_t k = d->t - 1; k > 0; k--) {
        UR_TRY(ur_curve_g1_mul(ops, two, out, at));
        memcpy(two + UR_G1_BYTES, d->commitments + (size_t)(k - 1) * UR_G1_BYTES, UR_G1_BYTES);
        UR_TRY(ops->g1_sum(ops->self, out, two, 2));
    }
    return UR_OK;
}

/* Does the opened share, 32 bytes, agree with the commitments? UR_E_PROOF if not. */
static ur_status check_share(const ur_curve_ops *ops, const uint8_t share[UR_SCALAR_BYTES], const ur_dkg_deal *d,
                             uint32_t j)
{
    uint8_t left[UR_G1_BYTES], right[UR_G1_BYTES];
    if (!ur_encoding_is_scalar(share)) {
        return UR_E_PROOF;
    }
    UR_TRY(ur_curve_g1_mul(ops, left, ur_g1_generator_bytes(), share));
    UR_TRY(commitment_at(ops, right, d, j));
    return ur_eq_var(left, right, sizeof left) ? UR_OK : UR_E_PROOF;
}

ur_status ur_dkg_dispute_settle(const ur_curve_ops *ops, ur_dkg_ruling *out, const ur_dkg_message *deal,
                                uint32_t accuser, const uint8_t e1[UR_G1_BYTES], const uint8_t e2[UR_G2_BYTES],
                                const uint8_t k[UR_G1_BYTES])
{
    const ur_dkg_deal *d = &deal->u.deal;
    uint8_t share[UR_DKG_MASKED_BYTES];
    *out = UR_DKG_NO_RULING;
    if (accuser < 1 || accuser > d->n) {
        return UR_E_USAGE;
    }
    if (ur_encoding_is_inf(k)) {
        return UR_E_INPUT;
    }
    ur_status st = ops->pairing_equal(ops->self, k, ur_g2_generator_bytes(), 1, d->r, e2);
    if (st == UR_OK) {
        ur_dkg_mask(share, k, deal->session, deal->index, accuser, d->r, e1);
        for (size_t i = 0; i < sizeof share; i++) {
            share[i] ^= d->masked[(size_t)(accuser - 1) * UR_DKG_MASKED_BYTES + i];
        }
        st = check_share(ops, share, d, accuser);
        if (st == UR_E_PROOF) {
            *out = UR_DKG_DEALER_OUT;
            return UR_OK;
        }
        if (st == UR_OK) {
            *out = UR_DKG_ACCUSER_OUT;
        }
        return st;
    }
    if (st == UR_E_PROOF) {
        *out = UR_DKG_ACCUSER_OUT;
        st = UR_OK;
    }
    return st;
}
