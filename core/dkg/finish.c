/* From the qualified dealings to key, public shares, our own share and the transcript. */
#include "core/bls/msm.h"
#include "core/dkg/member_parts.h"
#include "core/share/lagrange.h"

typedef struct finish {
    uint32_t *dealers; /* the qualified ones, rising */
    size_t n;
    ur_scalar *factors; /* resharing: Lagrange's, at 0 */
    ur_share_weights weights; /* and the same as small integers over a common factor */
    ur_e1 *turned;      /* points whose factor is negative, turned round */
    const ur_e1 **points;
    void *msm;
    ur_g1 *commitments; /* of the sum of all polynomials */
    ur_g1 *keys;
    void *poly;
} finish;

size_t ur_dkg_finish_work_bytes(const ur_dkg_config *c)
{
    size_t dealers = ur_dkg_dealers(c);
    return ur_arena_bytes(dealers, sizeof(uint32_t)) + 2 * ur_arena_bytes(dealers, sizeof(ur_scalar)) +
           ur_arena_bytes(dealers, sizeof(ur_e1)) + ur_arena_bytes(dealers, sizeof(ur_e1 *)) +
           ur_arena_bytes(1, ur_share_weights_bytes(dealers)) + ur_arena_bytes(1, ur_msm_scratch_bytes(dealers)) +
           ur_arena_bytes(c->t, sizeof(ur_g1)) + ur_arena_bytes(c->n, sizeof(ur_g1)) +
           ur_arena_bytes(1, ur_g1_poly_scratch_bytes(c->n));
}

static void set_up(finish *f, const ur_dkg_member *m, ur_arena *a)
{
    const ur_dkg_config *c = m->pub.config;
    size_t dealers = ur_dkg_dealers(c);
    f->dealers = ur_arena_take(a, dealers, sizeof *f->dealers);
    f->factors = ur_arena_take(a, dealers, sizeof *f->factors);
    f->turned = ur_arena_take(a, dealers, sizeof *f->turned);
    f->points = ur_arena_take(a, dealers, sizeof *f->points);
    f->msm = ur_arena_take(a, 1, ur_msm_scratch_bytes(dealers));
    f->commitments = ur_arena_take(a, c->t, sizeof *f->commitments);
    f->keys = ur_arena_take(a, c->n, sizeof *f->keys);
    f->poly = ur_arena_take(a, 1, ur_g1_poly_scratch_bytes(c->n));
    f->n = 0;
    for (uint32_t i = 1; i <= dealers; i++) {
        if (ur_dkg_public_qualified(&m->pub, i)) {
            f->dealers[f->n++] = i;
        }
    }
}

/* Lagrange's factors at 0 for the dealers' indices, in both forms. */
static ur_status set_up_factors(finish *f, ur_arena *a)
{
    ur_scalar zero;
    ur_scalar *work = ur_arena_take(a, f->n, sizeof *work);
    void *memory = ur_arena_take(a, 1, ur_share_weights_bytes(f->n));
    ur_scalar_from_u64(&zero, 0);
    UR_TRY(ur_share_lagrange_var(f->factors, f->dealers, f->n, &zero, work));
    return ur_share_weights_var(&f->weights, f->dealers, f->n, memory);
}

/* ---- the sum of the polynomials ---- */

/* out = sum over dealers of l_i A_{i,k} = common * sum of (+-k_i) A_{i,k}; the inner sum has to be in the subgroup. */
static ur_status combine_points(finish *f, ur_g1 *out)
{
    ur_e1 sum;
    for (size_t i = 0; i < f->n; i++) {
        if (f->weights.negative[i]) {
            ur_e1_neg(&f->turned[i], f->points[i]);
            f->points[i] = &f->turned[i];
        }
    }
    ur_e1_msm_var(&sum, f->points, f->weights.k, f->weights.bits, f->n, f->msm);
    UR_TRY(ur_g1_from_e1_var(out, &sum));
    if (!f->weights.common_is_one) {
        ur_g1_mul(out, out, &f->weights.common);
    }
    return UR_OK;
}

static ur_status add_points(finish *f, ur_g1 *out)
{
    ur_e1 sum;
    ur_e1_sum_var(&sum, f->points, f->n);
    return ur_g1_from_e1_var(out, &sum);
}

static ur_status sum_commitments(finish *f, const ur_dkg_member *m)
{
    size_t t = m->pub.config->t;
    for (size_t k = 0; k < t; k++) {
        for (size_t i = 0; i < f->n; i++) {
            f->points[i] = &m->commitments[(f->dealers[i] - 1) * t + k];
        }
        ur_g1 *out = &f->commitments[k];
        UR_TRY(ur_dkg_is_reshare(m->pub.config) ? combine_points(f, out) : add_points(f, out));
    }
    return UR_OK;
}

static bool has_all_shares(const finish *f, const ur_dkg_member *m)
{
    for (size_t i = 0; i < f->n; i++) {
        if (m->opened[f->dealers[i] - 1] != UR_DKG_RIGHT) {
            return false;
        }
    }
    return ur_dkg_is_receiving(m);
}

/* Our share, if every qualified dealer gave us a right one and the sum fits our public share. */
static void sum_shares(ur_dkg_result *out, const finish *f, const ur_dkg_member *m)
{
    struct {
        ur_scalar sum, term;
    } scratch;
    ur_g1 own;
    if (!has_all_shares(f, m)) {
        return;
    }
    ur_scalar_from_u64(&scratch.sum, 0);
    for (size_t i = 0; i < f->n; i++) {
        scratch.term = m->shares[f->dealers[i] - 1];
        if (ur_dkg_is_reshare(m->pub.config)) {
            ur_scalar_mul(&scratch.term, &scratch.term, &f->factors[i]);
        }
        ur_scalar_add(&scratch.sum, &scratch.sum, &scratch.term);
    }
    ur_g1_mul(&own, ur_g1_generator(), &scratch.sum);
    ur_declassify(&own, sizeof own); /* P_index */
    out->has_share = ur_g1_eq_var(&own, &f->keys[m->index - 1]) && !ur_g1_is_inf(&own);
    if (out->has_share) {
        out->share = scratch.sum;
    }
    ur_wipe(&scratch, sizeof scratch);
}

static ur_status check_key(const finish *f, const ur_dkg_member *m, uint8_t mpk[UR_G1_BYTES])
{
    const ur_dkg_config *c = m->pub.config;
    ur_g1_write(mpk, &f->commitments[0]);
    if (ur_g1_is_inf(&f->commitments[0]) || (ur_dkg_is_reshare(c) && !ur_eq_var(mpk, c->mpk, UR_G1_BYTES))) {
        return UR_E_PROOF;
    }
    return UR_OK;
}

ur_status ur_dkg_member_finish(ur_dkg_member *m, ur_dkg_result *out, uint8_t *keys)
{
    const ur_dkg_config *c = m->pub.config;
    finish f;
    ur_arena a;
    memset(out, 0, sizeof *out);
    memset(keys, 0, (size_t)c->n * UR_G1_BYTES);
    if (m->pub.phase != UR_DKG_VOTING && m->pub.phase != UR_DKG_ACCEPTED) {
        return UR_E_STATE;
    }
    ur_arena_init(&a, m->work, m->work_bytes);
    set_up(&f, m, &a);
    ur_status st = ur_dkg_is_reshare(c) ? set_up_factors(&f, &a) : UR_OK;
    if (st == UR_OK && sum_commitments(&f, m) != UR_OK) {
        st = UR_E_PROOF;
    }
    if (st == UR_OK) {
        st = check_key(&f, m, out->mpk);
    }
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
        return st;
    }
    ur_g1_poly_var(f.keys, f.commitments, c->t, 1, c->n, f.poly);
    for (uint32_t j = 0; j < c->n; j++) {
        ur_g1_write(keys + (size_t)j * UR_G1_BYTES, &f.keys[j]);
    }
    sum_shares(out, &f, m);
    ur_dkg_public_transcript(&m->pub, out->transcript, out->mpk, keys);
    memcpy(m->transcript, out->transcript, sizeof m->transcript);
    m->may_vote = out->has_share;
    return UR_OK;
}
