/* Checking what others posted: many proofs in one product of pairings, many shares in one equation. */
#include "core/bls/msm.h"
#include "core/dkg/member_parts.h"

enum { WEIGHT_BYTES = 16, WEIGHT_BITS = 128 };

/* ---- weights ---- */

/* count weights of 128 bits: SHA-256(key | counter), where the key covers our seed and every waiting message, so that
 * they are foreseen by nobody and the same after a restart. */
static void make_weights(const ur_dkg_member *m, uint8_t *out, size_t count)
{
    struct {
        ur_scalar secret;
        uint8_t key[UR_SHA256_BYTES];
        uint8_t one[UR_SHA256_BYTES];
    } scratch;
    ur_sha256 h; /* wiped by its end */
    ur_dkg_derive(&scratch.secret, m, UR_DKG_SECRET_WEIGHTS, 0);
    ur_scalar_write(scratch.key, &scratch.secret);
    ur_sha256_init(&h);
    ur_sha256_update(&h, scratch.key, sizeof scratch.key);
    for (uint32_t i = 0; i < m->waiting_n; i++) {
        ur_sha256_update(&h, m->waiting[i].digest, sizeof m->waiting[i].digest);
    }
    ur_sha256_final(&h, scratch.key);
    for (size_t i = 0; i < count; i++) {
        const uint8_t counter[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        ur_sha256_init(&h);
        ur_sha256_update(&h, scratch.key, sizeof scratch.key);
        ur_sha256_update(&h, counter, sizeof counter);
        ur_sha256_final(&h, scratch.one);
        memcpy(out + i * WEIGHT_BYTES, scratch.one, WEIGHT_BYTES);
    }
    ur_declassify(out, count * WEIGHT_BYTES); /* of no use once the messages stand */
    ur_wipe(&scratch, sizeof scratch);
}

/* ---- joins ---- */

void ur_dkg_settle_joins(ur_dkg_member *m)
{
    ur_arena a;
    ur_arena_init(&a, m->work, m->work_bytes);
    uint8_t *weights = ur_arena_take(&a, m->waiting_n + 1, WEIGHT_BYTES);
    void *scratch = ur_arena_take(&a, 1, ur_twin_batch_scratch_bytes(m->waiting_n));
    make_weights(m, weights, m->waiting_n + 1);
    bool all = ur_twin_batch_check_var(m->join_claims, m->waiting_n, weights, scratch) == UR_OK;
    for (uint32_t i = 0; i < m->waiting_n; i++) {
        const ur_dkg_waiting *w = &m->waiting[i];
        if (all || ur_twin_check_var(&m->join_claims[i]) == UR_OK) {
            ur_dkg_public_record_join(&m->pub, w->index, w->key, w->digest);
            m->member_keys[w->index - 1] = m->join_claims[i].key.one;
        } else {
            m->refused++;
        }
    }
}

/* ---- deals: reading ---- */

ur_status ur_dkg_deal_read(ur_dkg_deal_claim *claim, ur_e1 *commitments, const ur_dkg_message *msg)
{
    const ur_dkg_deal *d = &msg->u.deal;
    uint8_t body[UR_SHA256_BYTES], proven[UR_DKG_PROVEN_BYTES];
    for (uint32_t k = 0; k < d->t; k++) {
        UR_TRY(ur_e1_parse_var(&commitments[k], d->commitments + (size_t)k * UR_G1_BYTES));
    }
    UR_TRY(ur_g1_from_e1_var(&claim->key[0], &commitments[0]));
    UR_TRY(ur_g1_parse(&claim->key[1], d->r));
    UR_TRY(ur_e2_parse_var(&claim->proof[0], d->proof[0]));
    UR_TRY(ur_e2_parse_var(&claim->proof[1], d->proof[1]));
    ur_sha256_of(body, d->body);
    ur_dkg_deal_proven(proven, msg->session, msg->index, d->r, body);
    ur_hash_to_g2(&claim->hash, UR_TAG_DEAL_POP, ur_span_of(proven, sizeof proven));
    return UR_OK;
}

/* ---- deals: points outside the subgroup ---- */

/* Every A_k of one deal. */
static bool deal_in_subgroup(const ur_dkg_member *m, uint32_t dealer)
{
    size_t t = m->pub.config->t;
    ur_g1 proven;
    for (size_t k = 0; k < t; k++) {
        if (ur_g1_from_e1_var(&proven, &m->commitments[(dealer - 1) * t + k]) != UR_OK) {
            return false;
        }
    }
    return true;
}

static size_t sums_scratch_bytes(size_t n) { return ur_arena_bytes(n, sizeof(ur_e1 *)); }

/* The sum over the waiting deals, for each k. */
static bool sums_in_subgroup(const ur_dkg_member *m, ur_arena a)
{
    size_t t = m->pub.config->t;
    const ur_e1 **points = ur_arena_take(&a, m->waiting_n, sizeof *points);
    ur_e1 sum;
    ur_g1 proven;
    for (size_t k = 0; k < t; k++) {
        for (uint32_t i = 0; i < m->waiting_n; i++) {
            points[i] = &m->commitments[(m->waiting[i].index - 1) * t + k];
        }
        ur_e1_sum_var(&sum, points, m->waiting_n);
        if (ur_g1_from_e1_var(&proven, &sum) != UR_OK) {
            return false;
        }
    }
    return true;
}

/* ---- deals: proofs ---- */

static ur_status check_deal(const ur_dkg_deal_claim *c)
{
    for (int i = 0; i < 2; i++) {
        ur_g2 proof;
        UR_TRY(ur_g2_from_e2_var(&proof, &c->proof[i]));
        const ur_g1 *ps[2] = {ur_g1_minus_generator(), &c->key[i]};
        const ur_g2 *qs[2] = {&proof, &c->hash};
        UR_TRY(ur_pairing_check_var(ps, qs, 2));
    }
    return UR_OK;
}

static size_t deals_scratch_bytes(size_t n)
{
    return ur_arena_bytes(2 * n + 1, sizeof(ur_g1 *)) + ur_arena_bytes(n + 1, sizeof(ur_g2 *)) +
           ur_arena_bytes(2 * n, sizeof(ur_e2 *)) + ur_arena_bytes(n, sizeof(ur_g1)) +
           ur_arena_bytes(1, ur_msm_scratch_bytes(2 * n)) + ur_arena_bytes(1, ur_g1_scale_scratch_bytes(n));
}

/* e(-G1, sum w proof) * product over deals of e(w A_0 + w' R, hash). weights: 2n. */
static ur_status check_deals(const ur_dkg_deal_claim *claims, size_t n, const uint8_t *weights, ur_arena a)
{
    const ur_g1 **ps = ur_arena_take(&a, 2 * n + 1, sizeof *ps);
    const ur_g2 **qs = ur_arena_take(&a, n + 1, sizeof *qs);
    const ur_e2 **proofs = ur_arena_take(&a, 2 * n, sizeof *proofs);
    ur_g1 *keys = ur_arena_take(&a, n, sizeof *keys);
    void *msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(2 * n));
    void *scale = ur_arena_take(&a, 1, ur_g1_scale_scratch_bytes(n));
    ur_e2 sum;
    ur_g2 proven;
    for (size_t i = 0; i < 2 * n; i++) {
        ps[i] = &claims[i / 2].key[i % 2];
        proofs[i] = &claims[i / 2].proof[i % 2];
    }
    ur_e2_msm_var(&sum, proofs, weights, WEIGHT_BITS, 2 * n, msm);
    UR_TRY(ur_g2_from_e2_var(&proven, &sum));
    ur_g1_scale_pairs_var(keys, ps, weights, WEIGHT_BITS, n, scale);
    for (size_t i = 0; i < n; i++) {
        ps[i] = &keys[i];
        qs[i] = &claims[i].hash;
    }
    ps[n] = ur_g1_minus_generator();
    qs[n] = &proven;
    return ur_pairing_check_var(ps, qs, n + 1);
}

/* ---- deals: our shares ---- */

/* f_i(index) from its mask; UR_DKG_WRONG if it is no scalar. */
static ur_dkg_opened open_share(ur_dkg_member *m, uint32_t dealer, const ur_g1 *r)
{
    struct {
        ur_g1 k;
        uint8_t k_bytes[UR_G1_BYTES];
        uint8_t share[UR_DKG_MASKED_BYTES];
    } scratch;
    size_t seat = dealer - 1;
    ur_g1_mul(&scratch.k, r, &m->secret.e);
    ur_g1_write(scratch.k_bytes, &scratch.k);
    ur_dkg_mask(scratch.share, scratch.k_bytes, m->pub.session, dealer, m->index, m->dealer_r + seat * UR_G1_BYTES,
                m->own_key);
    for (size_t b = 0; b < UR_DKG_MASKED_BYTES; b++) {
        scratch.share[b] ^= m->masked[seat * UR_DKG_MASKED_BYTES + b];
    }
    ur_status st = ur_scalar_parse(&m->shares[seat], scratch.share);
    ur_wipe(&scratch, sizeof scratch);
    return st == UR_OK ? UR_DKG_RIGHT : UR_DKG_WRONG;
}

/* s G1 = p */
static bool share_fits(const ur_scalar *s, const ur_e1 *p)
{
    ur_g1 left;
    ur_g1_mul(&left, ur_g1_generator(), s);
    ur_declassify(&left, sizeof left); /* equal to a public point, or else shown to be wrong in a dispute */
    return ur_e1_eq_g1_var(p, &left);
}

typedef struct received {
    uint32_t *dealers; /* whose share is a scalar */
    ur_e1 *expected;   /* sum of index^k A_k of each */
    size_t n;
} received;

static size_t receive_scratch_bytes(size_t n)
{
    return ur_arena_bytes(n, sizeof(uint32_t)) + ur_arena_bytes(n, sizeof(ur_e1)) + ur_arena_bytes(n, sizeof(ur_e1 *)) +
           ur_arena_bytes(1, ur_g1_poly_scratch_bytes(1)) + ur_arena_bytes(1, ur_msm_scratch_bytes(n));
}

/* All at once: (sum w s_i) G1 = sum w expected_i. */
static bool all_fit(const ur_dkg_member *m, const received *r, const uint8_t *weights, ur_arena a)
{
    const ur_e1 **ps = ur_arena_take(&a, r->n, sizeof *ps);
    void *msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(r->n));
    struct {
        ur_scalar sum, term;
    } scratch;
    ur_scalar w;
    ur_e1 right;
    ur_scalar_from_u64(&scratch.sum, 0);
    for (size_t i = 0; i < r->n; i++) {
        uint8_t be[WEIGHT_BYTES];
        for (size_t b = 0; b < WEIGHT_BYTES; b++) {
            be[b] = weights[(i + 1) * WEIGHT_BYTES - 1 - b]; /* sums of points take them little-endian */
        }
        ur_scalar_from_wide(&w, be, sizeof be);
        ur_scalar_mul(&scratch.term, &w, &m->shares[r->dealers[i] - 1]);
        ur_scalar_add(&scratch.sum, &scratch.sum, &scratch.term);
        ps[i] = &r->expected[i];
    }
    ur_e1_msm_var(&right, ps, weights, WEIGHT_BITS, r->n, msm);
    bool fits = share_fits(&scratch.sum, &right);
    ur_wipe(&scratch, sizeof scratch);
    return fits;
}

static void receive(ur_dkg_member *m, const uint8_t *good, const uint8_t *weights, ur_arena a)
{
    size_t t = m->pub.config->t;
    received r = {ur_arena_take(&a, m->waiting_n, sizeof *r.dealers), ur_arena_take(&a, m->waiting_n, sizeof *r.expected),
                  0};
    void *poly = ur_arena_take(&a, 1, ur_g1_poly_scratch_bytes(1));
    for (uint32_t i = 0; i < m->waiting_n; i++) {
        uint32_t dealer = m->waiting[i].index;
        if (good[i]) {
            m->opened[dealer - 1] = (uint8_t)open_share(m, dealer, &m->deal_claims[i].key[1]);
        }
        if (good[i] && m->opened[dealer - 1] == UR_DKG_RIGHT) {
            ur_e1_poly_var(&r.expected[r.n], m->commitments + (dealer - 1) * t, t, m->index, 1, poly);
            r.dealers[r.n++] = dealer;
        }
    }
    if (all_fit(m, &r, weights, a)) {
        return;
    }
    for (size_t i = 0; i < r.n; i++) {
        if (!share_fits(&m->shares[r.dealers[i] - 1], &r.expected[i])) {
            m->opened[r.dealers[i] - 1] = UR_DKG_WRONG;
        }
    }
}

void ur_dkg_settle_deals(ur_dkg_member *m)
{
    ur_arena a;
    size_t n = m->waiting_n;
    ur_arena_init(&a, m->work, m->work_bytes);
    uint8_t *good = ur_arena_take(&a, n, 1);
    uint8_t *weights = ur_arena_take(&a, 3 * n, WEIGHT_BYTES);
    make_weights(m, weights, 3 * n);
    bool all = sums_in_subgroup(m, a) && check_deals(m->deal_claims, n, weights, a) == UR_OK;
    for (size_t i = 0; i < n; i++) {
        const ur_dkg_waiting *w = &m->waiting[i];
        good[i] = all || (deal_in_subgroup(m, w->index) && check_deal(&m->deal_claims[i]) == UR_OK);
        if (good[i]) {
            ur_dkg_public_record_deal(&m->pub, w->index, w->key, w->digest);
        } else {
            m->refused++;
        }
    }
    if (ur_dkg_is_receiving(m)) {
        receive(m, good, weights + 2 * n * WEIGHT_BYTES, a);
    }
}

/* ---- memory ---- */

size_t ur_dkg_work_bytes(const ur_dkg_config *c)
{
    size_t n = c->n, dealers = ur_dkg_dealers(c);
    size_t joins = ur_arena_bytes(n + 1, WEIGHT_BYTES) + ur_arena_bytes(1, ur_twin_batch_scratch_bytes(n));
    size_t deals = ur_arena_bytes(dealers, 1) + ur_arena_bytes(3 * dealers, WEIGHT_BYTES) +
                   ur_size_max(sums_scratch_bytes(dealers), ur_size_max(deals_scratch_bytes(dealers), receive_scratch_bytes(dealers)));
    return ur_size_max(joins, ur_size_max(deals, ur_dkg_finish_work_bytes(c)));
}
