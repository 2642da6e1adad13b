/* Public keys, shares of keys, and keys. */
#include "core/base/bisect.h"
#include "core/bls/msm.h"
#include "core/share/lagrange.h"
#include "core/tibe/tibe.h"

/* ---- bytes ---- */

ur_status ur_tibe_pub_parse(ur_tibe_pub *out, const uint8_t in[UR_G1_BYTES]) { return ur_g1_parse(&out->p, in); }

ur_status ur_tibe_ks_parse(ur_tibe_ks *out, uint32_t index, const uint8_t in[UR_G2_BYTES])
{
    memset(out, 0, sizeof *out);
    if (index == 0 || index > UR_SHARE_INDEX_MAX) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_g2_parse(&out->d, in)); /* zero on failure */
    out->index = index;
    return UR_OK;
}

ur_status ur_tibe_key_parse(ur_tibe_key *out, const uint8_t in[UR_G2_BYTES]) { return ur_g2_parse(&out->d, in); }

void ur_tibe_pub_write(uint8_t out[UR_G1_BYTES], const ur_tibe_pub *pub) { ur_g1_write(out, &pub->p); }
void ur_tibe_ks_reveal(uint8_t out[UR_G2_BYTES], const ur_tibe_ks *ks) { ur_g2_write(out, &ks->d); }
void ur_tibe_key_reveal(uint8_t out[UR_G2_BYTES], const ur_tibe_key *key) { ur_g2_write(out, &key->d); }

/* ---- one share ---- */

void ur_tibe_extract(ur_tibe_ks *out, const ur_share *share, const ur_tibe_id *id)
{
    ur_g2_mul(&out->d, &id->q, &share->s);
    out->index = share->index;
}

/* e(p, q) = e(G1, d), and nothing is infinity. */
static ur_status check_equation(const ur_g1 *p, const ur_g2 *q, const ur_g2 *d)
{
    const ur_g1 *const ps[2] = {p, ur_g1_minus_generator()};
    const ur_g2 *const qs[2] = {q, d};
    if (ur_g1_is_inf(p) || ur_g2_is_inf(q) || ur_g2_is_inf(d)) {
        return UR_E_PROOF;
    }
    return ur_pairing_check_var(ps, qs, 2);
}

ur_status ur_tibe_ks_check_var(const ur_tibe_pub *holder, const ur_tibe_ks *ks, const ur_tibe_id *id)
{
    return check_equation(&holder->p, &id->q, &ks->d);
}

ur_status ur_tibe_key_check_var(const ur_tibe_pub *mpk, const ur_tibe_key *key, const ur_tibe_id *id)
{
    return check_equation(&mpk->p, &id->q, &key->d);
}

/* ---- many shares ----
 *
 * With a 128-bit weight w for each claim, the product
 *
 *   e(-G1, sum of w D) * product over identities of e(sum of w P, Q)
 *
 * is 1 if all claims hold, and otherwise with probability 2^-128: the weights are fixed after the claims. */

enum { WEIGHT_BITS = 8 * UR_TIBE_WEIGHT_BYTES };

typedef struct batch {
    const ur_tibe_claim *claims;
    const uint8_t *weights;
    uint32_t *same_id; /* for each claim the first one with an equal Q */
    uint8_t *picked;   /* the weights of the claims picked for one sum */
    const ur_g1 **p;   /* their points */
    const ur_g2 **d;
    ur_g1 *sums;       /* the pairs: one for all shares, and up to n */
    const ur_g1 **pair_p;
    const ur_g2 **pair_q;
    void *msm;
} batch;

static size_t batch_bytes(size_t n)
{
    return ur_arena_bytes(n, sizeof(uint32_t)) + n * UR_TIBE_WEIGHT_BYTES + 2 * ur_arena_bytes(n, sizeof(void *)) +
           ur_arena_bytes(n, sizeof(ur_g1)) + 2 * ur_arena_bytes(n + 1, sizeof(void *)) +
           ur_arena_bytes(1, ur_msm_scratch_bytes(n));
}

static void batch_set_up(batch *b, const ur_tibe_claim *claims, size_t n, const uint8_t *weights, ur_arena a)
{
    b->claims = claims;
    b->weights = weights;
    b->same_id = ur_arena_take(&a, n, sizeof *b->same_id);
    b->picked = ur_arena_take(&a, n, UR_TIBE_WEIGHT_BYTES);
    b->p = ur_arena_take(&a, n, sizeof *b->p);
    b->d = ur_arena_take(&a, n, sizeof *b->d);
    b->sums = ur_arena_take(&a, n, sizeof *b->sums);
    b->pair_p = ur_arena_take(&a, n + 1, sizeof *b->pair_p);
    b->pair_q = ur_arena_take(&a, n + 1, sizeof *b->pair_q);
    b->msm = ur_arena_take(&a, 1, ur_msm_scratch_bytes(n));
    for (size_t i = 0; i < n; i++) {
        size_t first = 0;
        while (first < i && !ur_g2_eq_var(&claims[first].id->q, &claims[i].id->q)) {
            first++;
        }
        b->same_id[i] = (uint32_t)first;
    }
}

static bool any_infinity(const batch *b, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const ur_tibe_claim *c = &b->claims[i];
        if (ur_g2_is_inf(&c->ks->d) || ur_g1_is_inf(&c->holder->p) || ur_g2_is_inf(&c->id->q)) {
            return true;
        }
    }
    return false;
}

/* sum of w P over the claims of [from, to) with the identity of claim `at`; UR_E_ABSENT if an earlier one had it. */
static ur_status sum_of_identity(batch *b, ur_g1 *sum, size_t at, size_t from, size_t to)
{
    size_t k = 0;
    for (size_t i = from; i < at; i++) {
        if (b->same_id[i] == b->same_id[at]) {
            return UR_E_ABSENT;
        }
    }
    for (size_t i = at; i < to; i++) {
        if (b->same_id[i] == b->same_id[at]) {
            memcpy(b->picked + k * UR_TIBE_WEIGHT_BYTES, b->weights + i * UR_TIBE_WEIGHT_BYTES, UR_TIBE_WEIGHT_BYTES);
            b->p[k++] = &b->claims[i].holder->p;
        }
    }
    ur_g1_msm_var(sum, b->p, b->picked, WEIGHT_BITS, k, b->msm);
    return UR_OK;
}

static ur_status range_holds(void *self, size_t from, size_t to)
{
    batch *b = self;
    ur_g2 shares;
    size_t pairs = 1;
    if (to - from == 1) {
        const ur_tibe_claim *c = &b->claims[from];
        return check_equation(&c->holder->p, &c->id->q, &c->ks->d);
    }
    if (any_infinity(b, from, to)) {
        return UR_E_PROOF;
    }
    for (size_t i = from; i < to; i++) {
        b->d[i - from] = &b->claims[i].ks->d;
    }
    ur_g2_msm_var(&shares, b->d, b->weights + from * UR_TIBE_WEIGHT_BYTES, WEIGHT_BITS, to - from, b->msm);
    b->pair_p[0] = ur_g1_minus_generator();
    b->pair_q[0] = &shares;
    for (size_t i = from; i < to; i++) {
        ur_g1 *sum = &b->sums[pairs - 1];
        if (sum_of_identity(b, sum, i, from, to) == UR_OK) {
            b->pair_p[pairs] = sum;
            b->pair_q[pairs++] = &b->claims[i].id->q;
        }
    }
    return ur_pairing_check_var(b->pair_p, b->pair_q, pairs);
}

ur_status ur_tibe_check_many_var(const ur_tibe_claim *claims, size_t n, uint8_t *bad, const uint8_t *weights,
                                 void *scratch)
{
    batch b;
    ur_arena a;
    if (n > UR_TIBE_MEMBERS_MAX) {
        memset(bad, 1, n);
        return UR_E_LIMIT;
    }
    ur_arena_init(&a, scratch, batch_bytes(n));
    batch_set_up(&b, claims, n, weights, a);
    return ur_bisect_var(bad, n, range_holds, &b);
}

/* ---- combining ---- */

static size_t combine_bytes(size_t n)
{
    return ur_arena_bytes(n, sizeof(uint32_t)) + ur_arena_bytes(n, sizeof(void *)) + ur_share_weights_bytes(n) +
           ur_share_sum_scratch_bytes(n);
}

/* Claims and the list of right shares lie before what checking and combining want, one after the other. */
static size_t recover_bytes(size_t n)
{
    return ur_arena_bytes(n, sizeof(ur_tibe_claim)) + ur_arena_bytes(n, sizeof(void *));
}

size_t ur_tibe_scratch_bytes(size_t n)
{
    if (n > UR_TIBE_MEMBERS_MAX) {
        return 0;
    }
    size_t check = batch_bytes(n), combine = combine_bytes(n);
    return recover_bytes(n) + (check > combine ? check : combine);
}

/* Every index a member's, and none twice. */
static ur_status check_indices(const ur_tibe_committee *c, const ur_tibe_ks *ks, size_t n)
{
    uint8_t seen[UR_TIBE_MEMBERS_MAX] = {0};
    if (c->n > UR_TIBE_MEMBERS_MAX || n > c->n) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        if (ks[i].index == 0 || ks[i].index > c->n || seen[ks[i].index - 1]++ != 0) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

/* The sum for n shares whose indices were checked. */
static ur_status combine(ur_tibe_key *out, const ur_tibe_ks *const ks[], size_t n, ur_arena a)
{
    ur_share_weights w;
    uint32_t *index = ur_arena_take(&a, n, sizeof *index);
    const ur_g2 **d = ur_arena_take(&a, n, sizeof *d);
    void *weights = ur_arena_take(&a, 1, ur_share_weights_bytes(n));
    void *sum = ur_arena_take(&a, 1, ur_share_sum_scratch_bytes(n));
    for (size_t i = 0; i < n; i++) {
        index[i] = ks[i]->index;
        d[i] = &ks[i]->d;
    }
    UR_TRY(ur_share_weights_var(&w, index, n, weights));
    ur_share_sum_g2_var(&out->d, &w, d, sum);
    return UR_OK;
}

/* The first t of those not known to be bad. */
static ur_status combine_good(ur_tibe_key *out, const ur_tibe_committee *c, const ur_tibe_ks *ks, size_t n,
                              const uint8_t *bad, ur_arena a)
{
    const ur_tibe_ks **good = ur_arena_take(&a, n, sizeof *good);
    size_t k = 0;
    for (size_t i = 0; i < n && k < c->t; i++) {
        if (bad == NULL || bad[i] == 0) {
            good[k++] = &ks[i];
        }
    }
    if (k < c->t || k == 0) {
        return UR_E_ABSENT;
    }
    return combine(out, good, k, a);
}

ur_status ur_tibe_combine_var(ur_tibe_key *out, const ur_tibe_committee *c, const ur_tibe_ks *ks, size_t n,
                              void *scratch)
{
    ur_arena a;
    memset(out, 0, sizeof *out);
    UR_TRY(check_indices(c, ks, n));
    ur_arena_init(&a, scratch, ur_tibe_scratch_bytes(n));
    return combine_good(out, c, ks, n, NULL, a);
}

ur_status ur_tibe_recover_var(ur_tibe_key *out, uint8_t *bad, const ur_tibe_committee *c, const ur_tibe_id *id,
                              const ur_tibe_ks *ks, size_t n, const uint8_t *weights, void *scratch)
{
    ur_arena a;
    memset(bad, 0, n);
    UR_TRY(ur_tibe_combine_var(out, c, ks, n, scratch)); /* zero on failure */
    if (ur_tibe_key_check_var(&c->mpk, out, id) == UR_OK) {
        return UR_OK;
    }
    ur_arena_init(&a, scratch, ur_tibe_scratch_bytes(n));
    ur_tibe_claim *claims = ur_arena_take(&a, n, sizeof *claims);
    for (size_t i = 0; i < n; i++) {
        claims[i] = (ur_tibe_claim){&ks[i], &c->members[ks[i].index - 1], id};
    }
    batch b;
    batch_set_up(&b, claims, n, weights, a);
    if (ur_bisect_var(bad, n, range_holds, &b) == UR_OK || combine_good(out, c, ks, n, bad, a) != UR_OK ||
        ur_tibe_key_check_var(&c->mpk, out, id) != UR_OK) { /* all right: then the committee does not fit its key */
        memset(out, 0, sizeof *out);
        return UR_E_PROOF;
    }
    return UR_OK;
}

size_t ur_tibe_committee_scratch_bytes(size_t n)
{
    return ur_arena_bytes(n + 1, sizeof(void *)) + ur_share_fit_scratch_bytes(n);
}

ur_status ur_tibe_committee_check_var(const ur_tibe_committee *c, const uint8_t random[UR_SCALAR_WIDE_BYTES],
                                      void *scratch)
{
    ur_arena a;
    if (c->t == 0 || c->t > c->n || c->n > UR_TIBE_MEMBERS_MAX) {
        return UR_E_USAGE;
    }
    ur_arena_init(&a, scratch, ur_tibe_committee_scratch_bytes(c->n));
    const ur_g1 **points = ur_arena_take(&a, c->n + 1, sizeof *points);
    void *fit = ur_arena_take(&a, 1, ur_share_fit_scratch_bytes(c->n));
    points[0] = &c->mpk.p;
    for (size_t i = 0; i <= c->n; i++) {
        if (i > 0) {
            points[i] = &c->members[i - 1].p;
        }
        if (ur_g1_is_inf(points[i])) {
            return UR_E_PROOF;
        }
    }
    return ur_share_fit_check_var(points, c->t, c->n, random, fit);
}
