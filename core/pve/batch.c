/* Many shares in one product of pairings. With a 128-bit weight w for each claim, the product
 *
 *   e(-G1, sum w C) * product over identities of e(sum w P, Q) * product over recipients of e(pk1, sum w R)
 *
 * is 1 if all claims hold, and otherwise with probability 2^-128: the weights are fixed after the claims. */
#include "core/base/bisect.h"
#include "core/bls/msm.h"
#include "core/hash/hash.h"
#include "core/pve/pve.h"

enum { WEIGHT_BITS = 8 * UR_PVE_WEIGHT_BYTES };

typedef struct batch {
    const ur_pve_claim *claims;
    const uint8_t *weights; /* as given; read little-endian, like all of the multi-scalar sums */
    uint16_t *same_q;       /* for each claim the first claim of the batch with an equal Q */
    uint16_t *same_to;      /* and with an equal pk1 */
    uint8_t *done;          /* claims already taken into the pairing that is being collected */
    uint8_t *picked;        /* the weights of the claims picked for one sum */
    const ur_g1 **p;        /* points picked for one sum */
    const ur_g2 **q;
    ur_g1 *sums_g1;         /* the pairs: up to 2n + 1 of each */
    ur_g2 *sums_g2;
    const ur_g1 **pair_p;
    const ur_g2 **pair_q;
    size_t pairs;
    void *msm;
} batch;

size_t ur_pve_check_many_scratch_bytes(size_t n)
{
    if (n > UR_PVE_BATCH_MAX) {
        return 0;
    }
    size_t pairs = 2 * n + 1;
    return 2 * ur_arena_bytes(n, UR_PVE_WEIGHT_BYTES) + 2 * ur_arena_bytes(n, sizeof(uint16_t)) +
           ur_arena_bytes(n, 1) + 2 * ur_arena_bytes(n, sizeof(void *)) + 2 * ur_arena_bytes(pairs, sizeof(void *)) +
           ur_arena_bytes(pairs, sizeof(ur_g1)) + ur_arena_bytes(pairs, sizeof(ur_g2)) +
           ur_arena_bytes(1, ur_msm_scratch_bytes(n));
}

/* ---- setting up ---- */

static void hash_g1(ur_sha256 *h, const ur_g1 *p)
{
    uint8_t b[UR_G1_BYTES];
    ur_g1_write(b, p);
    ur_sha256_update(h, b, sizeof b);
}

static void hash_g2(ur_sha256 *h, const ur_g2 *p)
{
    uint8_t b[UR_G2_BYTES];
    ur_g2_write(b, p);
    ur_sha256_update(h, b, sizeof b);
}

/* weight i = first half of SHA-256(SHA-256(tag || all claims) || i) */
static void weights_from_claims(uint8_t *out, const ur_pve_claim *claims, size_t n)
{
    static const char tag[] = "UNRUG-V1-PVE-WEIGHTS";
    uint8_t digest[UR_SHA256_BYTES];
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, tag, sizeof tag); /* with its terminator, so that no longer tag begins like it */
    for (size_t i = 0; i < n; i++) {
        hash_g2(&h, &claims[i].share->r);
        hash_g2(&h, &claims[i].share->c);
        hash_g1(&h, claims[i].holder);
        hash_g2(&h, claims[i].q);
        hash_g1(&h, claims[i].to);
    }
    ur_sha256_final(&h, digest);
    for (size_t i = 0; i < n; i++) {
        const uint8_t counter[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        uint8_t w[UR_SHA256_BYTES];
        ur_sha256_init(&h);
        ur_sha256_update(&h, digest, sizeof digest);
        ur_sha256_update(&h, counter, sizeof counter);
        ur_sha256_final(&h, w);
        memcpy(out + i * UR_PVE_WEIGHT_BYTES, w, UR_PVE_WEIGHT_BYTES);
    }
}

static void find_equals(batch *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t q = 0, to = 0;
        while (q < i && !ur_g2_eq_var(b->claims[q].q, b->claims[i].q)) {
            q++;
        }
        while (to < i && !ur_g1_eq_var(b->claims[to].to, b->claims[i].to)) {
            to++;
        }
        b->same_q[i] = (uint16_t)q;
        b->same_to[i] = (uint16_t)to;
    }
}

static ur_status set_up(batch *b, const ur_pve_claim *claims, size_t n, const uint8_t *weights, void *scratch)
{
    ur_arena a;
    ur_arena_init(&a, scratch, ur_pve_check_many_scratch_bytes(n));
    uint8_t *made = ur_arena_take(&a, n, UR_PVE_WEIGHT_BYTES);
    *b = (batch){.claims = claims, .weights = weights == NULL ? made : weights};
    b->picked = ur_arena_take(&a, n, UR_PVE_WEIGHT_BYTES);
    b->same_q = ur_arena_take(&a, n, sizeof *b->same_q);
    b->same_to = ur_arena_take(&a, n, sizeof *b->same_to);
    b->done = ur_arena_take(&a, n, 1);
    b->p = ur_arena_take(&a, n, sizeof *b->p);
    b->q = ur_arena_take(&a, n, sizeof *b->q);
    b->pair_p = ur_arena_take(&a, 2 * n + 1, sizeof *b->pair_p);
    b->pair_q = ur_arena_take(&a, 2 * n + 1, sizeof *b->pair_q);
    b->sums_g1 = ur_arena_take(&a, 2 * n + 1, sizeof *b->sums_g1);
    b->sums_g2 = ur_arena_take(&a, 2 * n + 1, sizeof *b->sums_g2);
    b->msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(n));
    if (b->msm == NULL) { /* the arena serves in order: the last has room only if all had */
        return UR_E_USAGE;
    }
    if (weights == NULL) {
        weights_from_claims(made, claims, n);
    }
    find_equals(b, n);
    return UR_OK;
}

/* ---- one product ---- */

static void pick_weight(batch *b, size_t at, size_t claim)
{
    memcpy(b->picked + at * UR_PVE_WEIGHT_BYTES, b->weights + claim * UR_PVE_WEIGHT_BYTES, UR_PVE_WEIGHT_BYTES);
}

static void add_pair(batch *b, const ur_g1 *p, const ur_g2 *q)
{
    b->pair_p[b->pairs] = p;
    b->pair_q[b->pairs] = q;
    b->pairs++;
}

static void pair_all_c(batch *b, size_t from, size_t to)
{
    ur_g2 *sum = &b->sums_g2[b->pairs];
    for (size_t i = from; i < to; i++) {
        b->q[i - from] = &b->claims[i].share->c;
    }
    ur_g2_msm_var(sum, b->q, b->weights + from * UR_PVE_WEIGHT_BYTES, WEIGHT_BITS, to - from, b->msm);
    add_pair(b, ur_g1_minus_generator(), sum);
}

static void pair_each_identity(batch *b, size_t from, size_t to)
{
    memset(b->done + from, 0, to - from);
    for (size_t i = from; i < to; i++) {
        size_t k = 0;
        for (size_t j = i; j < to && b->done[i] == 0; j++) {
            if (b->same_q[j] == b->same_q[i]) {
                b->p[k] = b->claims[j].holder;
                pick_weight(b, k++, j);
                b->done[j] = j > i; /* the first one stands for the rest until it is through */
            }
        }
        if (k > 0) {
            ur_g1 *sum = &b->sums_g1[b->pairs];
            ur_g1_msm_var(sum, b->p, b->picked, WEIGHT_BITS, k, b->msm);
            add_pair(b, sum, b->claims[i].q);
        }
    }
}

/* A recipient of one share is weighted in G1, which is cheaper. */
static void pair_each_recipient(batch *b, size_t from, size_t to)
{
    memset(b->done + from, 0, to - from);
    for (size_t i = from; i < to; i++) {
        size_t k = 0;
        for (size_t j = i; j < to && b->done[i] == 0; j++) {
            if (b->same_to[j] == b->same_to[i]) {
                b->q[k] = &b->claims[j].share->r;
                pick_weight(b, k++, j);
                b->done[j] = j > i;
            }
        }
        if (k == 1) {
            ur_g1 *weighted = &b->sums_g1[b->pairs];
            ur_g1_msm_var(weighted, &b->claims[i].to, b->picked, WEIGHT_BITS, 1, b->msm);
            add_pair(b, weighted, b->q[0]);
        } else if (k > 1) {
            ur_g2 *sum = &b->sums_g2[b->pairs];
            ur_g2_msm_var(sum, b->q, b->picked, WEIGHT_BITS, k, b->msm);
            add_pair(b, b->claims[i].to, sum);
        }
    }
}

static bool any_infinity(const batch *b, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const ur_pve_claim *c = &b->claims[i];
        if (ur_g2_is_inf(&c->share->r) || ur_g2_is_inf(&c->share->c) || ur_g1_is_inf(c->holder) ||
            ur_g2_is_inf(c->q) || ur_g1_is_inf(c->to)) {
            return true;
        }
    }
    return false;
}

/* The weights may serve again for a part: they are as unforeseen for it as for the whole. */
static ur_status range_holds(void *self, size_t from, size_t to)
{
    batch *b = self;
    if (to - from == 1) {
        return ur_pve_check_var(&b->claims[from]);
    }
    if (any_infinity(b, from, to)) {
        return UR_E_PROOF;
    }
    b->pairs = 0;
    pair_all_c(b, from, to);
    pair_each_identity(b, from, to);
    pair_each_recipient(b, from, to);
    return ur_pairing_check_var(b->pair_p, b->pair_q, b->pairs);
}

ur_status ur_pve_check_many_var(const ur_pve_claim *claims, size_t n, uint8_t *bad, const uint8_t *weights,
                                void *scratch)
{
    batch b;
    memset(bad, 1, n);
    if (n > UR_PVE_BATCH_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(set_up(&b, claims, n, weights, scratch));
    return ur_bisect_var(bad, n, range_holds, &b);
}
