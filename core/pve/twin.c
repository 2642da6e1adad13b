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
    UR_TRY(ur_g1_parse(&out->proof, in + AT_PROOF));
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
    ur_g2_neg(&minus_two, &claim->key.two);
    const ur_g2 *qs[2] = {ur_g2_generator(), &minus_two};
    const ur_g1 *tie[2] = {&claim->key.one, ur_g1_generator()};
    const ur_g1 *possession[2] = {&claim->proof, &claim->hash};
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
    const ur_g1 **ps; /* n + 1 pairs, or 2n points to sum */
    const ur_g2 **qs;
    ur_g1 *right;     /* -(u G1 + v H) of each claim */
    void *msm;
} batch;

static size_t round16(size_t n) { return (n + 15) & ~(size_t)15; }

size_t ur_twin_batch_scratch_bytes(size_t n)
{
    return round16((2 * n + 1) * sizeof(ur_g1 *)) + round16((n + 1) * sizeof(ur_g2 *)) + round16(n * sizeof(ur_g1)) +
           round16(ur_msm_scratch_bytes(2 * n + 2));
}

/* With weights u, v for the two equations of each claim, the product over all of
 *   e(u one + v proof, G2) e(-(u G1 + v H), two)
 * where the left sides fall into one pairing. */
ur_status ur_twin_batch_check_var(const ur_twin_claim *claims, size_t n, const uint8_t *weights, void *scratch)
{
    ur_arena arena;
    ur_arena_init(&arena, scratch, ur_twin_batch_scratch_bytes(n));
    batch b;
    b.ps = ur_arena_take(&arena, 2 * n + 1, sizeof *b.ps);
    b.qs = ur_arena_take(&arena, n + 1, sizeof *b.qs);
    b.right = ur_arena_take(&arena, n, sizeof *b.right);
    b.msm = ur_arena_take(&arena, 1, ur_msm_scratch_bytes(2 * n + 2));
    if (b.ps == NULL || b.qs == NULL || b.right == NULL || b.msm == NULL) {
        return UR_E_USAGE;
    }
    ur_g1 left;
    for (size_t i = 0; i < n; i++) {
        b.ps[2 * i] = &claims[i].key.one;
        b.ps[2 * i + 1] = &claims[i].proof;
    }
    ur_g1_msm_var(&left, b.ps, weights, WEIGHT_BITS, 2 * n, b.msm);
    for (size_t i = 0; i < n; i++) {
        ur_g1 minus_hash;
        ur_g1_neg(&minus_hash, &claims[i].hash);
        const ur_g1 *terms[2] = {ur_g1_minus_generator(), &minus_hash};
        ur_g1_msm_var(&b.right[i], terms, weights + 2 * i * WEIGHT_BYTES, WEIGHT_BITS, 2, b.msm);
    }
    for (size_t i = 0; i < n; i++) {
        b.ps[i] = &b.right[i];
        b.qs[i] = &claims[i].key.two;
    }
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
    UR_TRY(ops->pairing_equal(ops->self, in + AT_ONE, ur_g2_generator_bytes(), 1, ur_g1_generator_bytes(),
                              in + AT_TWO));
    return ops->pairing_equal(ops->self, in + AT_PROOF, ur_g2_generator_bytes(), 1, hash, in + AT_TWO);
}
