#include "core/pve/twin.h"

#include "core/bls/msm.h"

enum {
    AT_ONE = 0,
    AT_TWO = UR_G1_BYTES,
    AT_PROOF = UR_G1_BYTES + UR_G2_BYTES,
    MSG_MAX = UR_TWIN_CONTEXT_MAX + AT_PROOF,
    WEIGHT_BYTES = 16,
    WEIGHT_BITS = 128,
};

/* ctx || one || two: what the proof signs. */
static ur_status proven_message(uint8_t buf[MSG_MAX], ur_span *msg, const uint8_t *key, ur_span ctx)
{
    ur_writer w;
    ur_writer_init(&w, buf, MSG_MAX);
    ur_writer_span(&w, ctx);
    ur_writer_bytes(&w, key, AT_PROOF);
    return ctx.n <= UR_TWIN_CONTEXT_MAX ? ur_writer_end(&w, msg) : UR_E_LIMIT;
}

ur_status ur_twin_make(uint8_t out[UR_TWIN_BYTES], ur_twin *key, const ur_scalar *x, ur_tag tag, ur_span ctx)
{
    uint8_t buf[MSG_MAX];
    ur_span msg;
    ur_twin made;
    ur_g1 proof;
    ur_g1_mul(&made.one, ur_g1_generator(), x);
    ur_g2_mul(&made.two, ur_g2_generator(), x);
    ur_declassify(&made, sizeof made); /* published, and so is the proof */
    ur_g1_write(out + AT_ONE, &made.one);
    ur_g2_write(out + AT_TWO, &made.two);
    ur_status st = ur_g1_is_inf(&made.one) ? UR_E_USAGE : proven_message(buf, &msg, out, ctx);
    if (st == UR_OK) {
        ur_hash_to_g1(&proof, tag, msg);
        ur_g1_mul(&proof, &proof, x);
        ur_declassify(&proof, sizeof proof);
        ur_g1_write(out + AT_PROOF, &proof);
    } else {
        memset(out, 0, UR_TWIN_BYTES);
        memset(&made, 0, sizeof made);
    }
    if (key != NULL) {
        *key = made;
    }
    return st;
}

static ur_status read_claim(ur_twin_claim *out, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx)
{
    uint8_t buf[MSG_MAX];
    ur_span msg;
    UR_TRY(proven_message(buf, &msg, in, ctx));
    UR_TRY(ur_g1_parse(&out->key.one, in + AT_ONE));
    UR_TRY(ur_g2_parse(&out->key.two, in + AT_TWO));
    UR_TRY(ur_e1_parse_var(&out->proof, in + AT_PROOF));
    ur_hash_to_g1(&out->hash, tag, msg);
    return UR_OK;
}

ur_status ur_twin_read(ur_twin_claim *out, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx)
{
    ur_status st = read_claim(out, in, tag, ctx);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}

ur_status ur_twin_check_var(const ur_twin_claim *claim)
{
    ur_g2 minus_two;
    ur_g1 proof;
    UR_TRY(ur_g1_from_e1_var(&proof, &claim->proof));
    ur_g2_neg(&minus_two, &claim->key.two);
    const ur_g2 *qs[2] = {ur_g2_generator(), &minus_two};
    const ur_g1 *tie[2] = {&claim->key.one, ur_g1_generator()};
    const ur_g1 *possession[2] = {&proof, &claim->hash};
    UR_TRY(ur_pairing_check_var(tie, qs, 2));
    return ur_pairing_check_var(possession, qs, 2);
}

ur_status ur_twin_parse_var(ur_twin *out, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx)
{
    ur_twin_claim claim;
    memset(out, 0, sizeof *out);
    UR_TRY(ur_twin_read(&claim, in, tag, ctx));
    UR_TRY(ur_twin_check_var(&claim));
    *out = claim.key;
    return UR_OK;
}

/* ---- many ---- */

typedef struct batch {
    const ur_g1 **ps; /* n + 1 pairs */
    const ur_g2 **qs;
    const ur_e1 **proofs;
    ur_g1 *right; /* -v (c G1 + H) of each claim */
    void *msm;
    void *scale;
} batch;

size_t ur_twin_batch_scratch_bytes(size_t n)
{
    return ur_arena_bytes(n + 1, sizeof(ur_g1 *)) + ur_arena_bytes(n + 1, sizeof(ur_g2 *)) +
           ur_arena_bytes(n, sizeof(ur_e1 *)) + ur_arena_bytes(n, sizeof(ur_g1)) +
           ur_arena_bytes(1, ur_msm_scratch_bytes(n + 1)) + ur_arena_bytes(1, ur_g1_scale_scratch_bytes(n));
}

/* out = c (sum of v one) + sum of v proof */
static ur_status sum_left(ur_g1 *out, const batch *b, const ur_twin_claim *claims, size_t n, const uint8_t *c,
                          const uint8_t *v)
{
    ur_g1 ones, proofs;
    ur_e1 sum;
    for (size_t i = 0; i < n; i++) {
        b->ps[i] = &claims[i].key.one;
        b->proofs[i] = &claims[i].proof;
    }
    ur_e1_msm_var(&sum, b->proofs, v, WEIGHT_BITS, n, b->msm);
    UR_TRY(ur_g1_from_e1_var(&proofs, &sum));
    ur_g1_msm_var(&ones, b->ps, v, WEIGHT_BITS, n, b->msm);
    const ur_g1 *p = &ones;
    ur_g1_msm_var(&ones, &p, c, WEIGHT_BITS, 1, b->msm);
    ur_g1_add(out, &ones, &proofs);
    return UR_OK;
}

/* With weights c v, v for the two equations of each claim, the product over all of
 *   e(c v one + v proof, G2) e(-v (c G1 + H), two)
 * where the left sides fall into one pairing. If a claim is wrong by d in the first equation and d' in the second, c d + d'
 * is 0 for one c of 2^128, and if it is not, the sum over all v (c d + d') is 0 for one v of 2^128. */
ur_status ur_twin_batch_check_var(const ur_twin_claim *claims, size_t n, const uint8_t *weights, void *scratch)
{
    ur_arena arena;
    ur_arena_init(&arena, scratch, ur_twin_batch_scratch_bytes(n));
    batch b;
    b.ps = ur_arena_take(&arena, n + 1, sizeof *b.ps);
    b.qs = ur_arena_take(&arena, n + 1, sizeof *b.qs);
    b.proofs = ur_arena_take(&arena, n, sizeof *b.proofs);
    b.right = ur_arena_take(&arena, n, sizeof *b.right);
    b.msm = ur_arena_take(&arena, 1, ur_msm_scratch_bytes(n + 1));
    b.scale = ur_arena_take(&arena, 1, ur_g1_scale_scratch_bytes(n));
    if (b.ps == NULL || b.qs == NULL || b.proofs == NULL || b.right == NULL || b.msm == NULL || b.scale == NULL) {
        return UR_E_USAGE;
    }
    const uint8_t *c = weights, *v = weights + WEIGHT_BYTES;
    const ur_g1 *generator = ur_g1_generator();
    ur_g1 left, plus;
    if (sum_left(&left, &b, claims, n, c, v) != UR_OK) {
        return UR_E_PROOF;
    }
    ur_g1_msm_var(&plus, &generator, c, WEIGHT_BITS, 1, b.msm);
    for (size_t i = 0; i < n; i++) {
        b.ps[i] = &claims[i].hash;
    }
    ur_g1_scale_var(b.right, b.ps, &plus, v, WEIGHT_BITS, n, b.scale);
    for (size_t i = 0; i < n; i++) {
        b.ps[i] = &b.right[i];
        b.qs[i] = &claims[i].key.two;
    }
    ur_g1_neg(&left, &left); /* both sides turned round: one point less to turn for each claim */
    b.ps[n] = &left;
    b.qs[n] = ur_g2_generator();
    return ur_pairing_check_var(b.ps, b.qs, n + 1);
}

/* ---- on encodings ---- */

ur_status ur_twin_admit(const ur_curve_ops *ops, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx)
{
    uint8_t buf[MSG_MAX], hash[UR_G1_BYTES];
    ur_span msg;
    UR_TRY(proven_message(buf, &msg, in, ctx));
    if (ur_encoding_is_inf(in + AT_ONE) || ur_encoding_is_inf(in + AT_TWO) || ur_encoding_is_inf(in + AT_PROOF)) {
        return UR_E_INPUT;
    }
    UR_TRY(ops->hash(ops->self, hash, tag, msg));
    const uint8_t *p[2] = {in + AT_ONE, in + AT_PROOF};
    const uint8_t *q[2] = {ur_g2_generator_bytes(), ur_g2_generator_bytes()};
    const uint8_t *r[2] = {ur_g1_generator_bytes(), hash};
    return ur_curve_two_equal(ops, p, q, r, in + AT_TWO);
}
