/* From the qualified dealings to key, public shares, our own share and the transcript. */
#include "core/bls/msm.h"
#include "core/dkg/member_parts.h"

enum { SCALAR_BITS = 255 };

typedef struct finish {
    uint32_t *dealers; /* the qualified ones, rising */
    size_t n;
    ur_scalar *factors;    /* resharing: Lagrange's, at 0 */
    uint8_t *factors_le;   /* as sums of points take them */
    const ur_g1 **points;
    void *msm;
    ur_g1 *commitments; /* of the sum of all polynomials */
    ur_g1 *keys;
    void *poly;
} finish;

size_t ur_dkg_finish_work_bytes(const ur_dkg_config *c)
{
    size_t dealers = ur_dkg_dealers(c);
    return dealers * (sizeof(uint32_t) + 2 * sizeof(ur_scalar) + UR_SCALAR_BYTES + sizeof(void *)) +
           ur_msm_scratch_bytes(dealers) + (c->t + c->n) * sizeof(ur_g1) + ur_g1_poly_scratch_bytes(c->n) + 9 * 16;
}

static void set_up(finish *f, const ur_dkg_member *m, ur_arena *a)
{
    const ur_dkg_config *c = m->pub.config;
    size_t dealers = ur_dkg_dealers(c);
    f->dealers = ur_arena_take(a, dealers, sizeof *f->dealers);
    f->factors = ur_arena_take(a, dealers, sizeof *f->factors);
    f->factors_le = ur_arena_take(a, dealers, UR_SCALAR_BYTES);
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

/* ---- Lagrange's factors at 0 for the dealers' indices: l_i = product over k != i of x_k / (x_k - x_i) ---- */

/* All inverses by one inversion. None may be zero. */
static void invert_all(ur_scalar *x, size_t n, ur_scalar *products)
{
    ur_scalar inverse;
    for (size_t i = 0; i < n; i++) {
        products[i] = x[i];
        if (i > 0) {
            ur_scalar_mul(&products[i], &products[i], &products[i - 1]);
        }
    }
    ur_scalar_inverse(&inverse, &products[n - 1]);
    for (size_t i = n; i-- > 0;) {
        ur_scalar own = inverse;
        if (i > 0) {
            ur_scalar_mul(&own, &inverse, &products[i - 1]);
        }
        ur_scalar_mul(&inverse, &inverse, &x[i]);
        x[i] = own;
    }
}

static void lagrange_at_zero(finish *f, ur_arena a)
{
    ur_scalar *products = ur_arena_take(&a, f->n, sizeof *products);
    ur_scalar all, term, x;
    ur_scalar_from_u64(&all, 1);
    for (size_t i = 0; i < f->n; i++) {
        ur_scalar_from_u64(&x, f->dealers[i]);
        ur_scalar_mul(&all, &all, &x);
        f->factors[i] = x; /* x_i times the product of x_k - x_i: all / that is l_i */
        for (size_t k = 0; k < f->n; k++) {
            if (k != i) {
                ur_scalar_from_u64(&term, f->dealers[k]);
                ur_scalar_sub(&term, &term, &x);
                ur_scalar_mul(&f->factors[i], &f->factors[i], &term);
            }
        }
    }
    invert_all(f->factors, f->n, products);
    for (size_t i = 0; i < f->n; i++) {
        uint8_t be[UR_SCALAR_BYTES];
        ur_scalar_mul(&f->factors[i], &f->factors[i], &all);
        ur_scalar_write(be, &f->factors[i]);
        for (size_t b = 0; b < UR_SCALAR_BYTES; b++) {
            f->factors_le[i * UR_SCALAR_BYTES + b] = be[UR_SCALAR_BYTES - 1 - b];
        }
    }
}

/* ---- the sum of the polynomials ---- */

static void sum_commitments(finish *f, const ur_dkg_member *m)
{
    size_t t = m->pub.config->t;
    for (size_t k = 0; k < t; k++) {
        for (size_t i = 0; i < f->n; i++) {
            f->points[i] = &m->commitments[(f->dealers[i] - 1) * t + k];
        }
        if (ur_dkg_is_reshare(m->pub.config)) {
            ur_g1_msm_var(&f->commitments[k], f->points, f->factors_le, SCALAR_BITS, f->n, f->msm);
        } else {
            ur_g1_sum_var(&f->commitments[k], f->points, f->n);
        }
    }
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
    if (ur_dkg_is_reshare(c)) {
        lagrange_at_zero(&f, a);
    }
    sum_commitments(&f, m);
    ur_status st = check_key(&f, m, out->mpk);
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
