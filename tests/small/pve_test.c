/* Encrypted shares for every committee of at most five, every set of keypers, every set of cheats among them. */
#include "tests/unit/dkg/sim.h"
#include "tests/unit/pve/pve_kit.h"

enum { MOST = 5 };

static const ur_span id = {(const uint8_t *)"identity", 8};

/* A committee, two recipients, two identities, and two generations of shares of one key. */
typedef struct world {
    uint32_t n, t;
    ur_scalar s[2][MOST]; /* by generation */
    ur_g1 p[2][MOST];
    ur_g1 mpk;
    ur_g2 q[2];
    ur_scalar x[2];
    ur_pve_recipient to[2];
    uint8_t nonce_key[UR_PVE_NONCE_BYTES];
} world;

static world make_world(test_rng *rng, uint32_t n, uint32_t t)
{
    world w = {.n = n, .t = t};
    ur_scalar secret = kit_scalar(rng);
    ur_g1_mul(&w.mpk, ur_g1_generator(), &secret);
    for (int g = 0; g < 2; g++) {
        ur_scalar a[MOST];
        for (uint32_t k = 0; k < t; k++) {
            a[k] = k == 0 ? secret : kit_scalar(rng);
        }
        for (uint32_t i = 0; i < n; i++) {
            ur_scalar x;
            ur_scalar_from_u64(&x, i + 1);
            w.s[g][i] = a[t - 1];
            for (uint32_t k = t - 1; k > 0; k--) {
                ur_scalar_mul(&w.s[g][i], &w.s[g][i], &x);
                ur_scalar_add(&w.s[g][i], &w.s[g][i], &a[k - 1]);
            }
            ur_g1_mul(&w.p[g][i], ur_g1_generator(), &w.s[g][i]);
        }
    }
    ur_hash_to_g2(&w.q[0], UR_TAG_IDENTITY, id);
    ur_hash_to_g2(&w.q[1], UR_TAG_IDENTITY, UR_SPAN_LIT("another"));
    for (int i = 0; i < 2; i++) {
        uint8_t bytes[UR_PVE_RECIPIENT_BYTES];
        w.x[i] = kit_scalar(rng);
        assert_ok(ur_pve_recipient_make(bytes, &w.to[i], &w.x[i], UR_SPAN_LIT("context")));
    }
    test_rng_bytes(rng, w.nonce_key, sizeof w.nonce_key);
    return w;
}

/* The share of keyper i (from 0) of generation g for identity q, to recipient to. */
static ur_pve_share share_of(const world *w, test_rng *rng, uint32_t i, int g, int q, int to)
{
    ur_pve_share share;
    ur_g2 d;
    uint8_t fresh[UR_PVE_NONCE_BYTES];
    test_rng_bytes(rng, fresh, sizeof fresh);
    ur_g2_mul(&d, &w->q[q], &w->s[g][i]);
    const ur_pve_use use = {(uint64_t)g, i + 1, id, UR_SPAN_LIT("request")};
    assert_ok(ur_pve_make(&share, &d, &w->to[to], w->nonce_key, fresh, &use));
    return share;
}

/* Every set of keypers: t or more make the key for the identity, fewer do not. */
static void combine_every_set(const world *w, test_rng *rng)
{
    ur_pve_share shares[MOST];
    for (uint32_t i = 0; i < w->n; i++) {
        shares[i] = share_of(w, rng, i, 0, 0, 0);
        const ur_pve_claim claim = {&shares[i], &w->p[0][i], &w->q[0], &w->to[0].one};
        assert_ok(ur_pve_check_var(&claim));
    }
    for (uint32_t set = 1; set < 1u << w->n; set++) {
        uint32_t at[MOST], k = 0;
        ur_scalar unit[MOST];
        for (uint32_t i = 0; i < w->n; i++) {
            if (set >> i & 1) {
                at[k++] = i + 1;
            }
        }
        ur_g2 key = {0};
        for (uint32_t i = 0; i < k; i++) { /* one factor of the interpolation at a time */
            memset(unit, 0, sizeof unit);
            ur_scalar_from_u64(&unit[i], 1);
            ur_scalar factor = sim_interpolate(at, unit, k);
            ur_g2 d;
            ur_pve_open(&d, &shares[at[i] - 1], &w->x[0]);
            ur_g2_mul(&d, &d, &factor);
            ur_g2_add(&key, &key, &d);
        }
        const ur_g1 *ps[2] = {ur_g1_minus_generator(), &w->mpk};
        const ur_g2 *qs[2] = {&key, &w->q[0]};
        assert_status(ur_pairing_check_var(ps, qs, 2), k >= w->t ? UR_OK : UR_E_PROOF);
    }
}

enum { OTHER_RECIPIENT, OTHER_IDENTITY, OTHER_GENERATION, SHIFTED, SWAPPED_R, OPPOSITE, CHEATS };

static ur_pve_share cheat(const world *w, test_rng *rng, uint32_t i, int how)
{
    ur_pve_share share = share_of(w, rng, i, how == OTHER_GENERATION, how == OTHER_IDENTITY, how == OTHER_RECIPIENT);
    if (how == SHIFTED || (how == OTHER_GENERATION && w->t == 1)) { /* with t = 1 all generations are alike */
        ur_g2_add(&share.c, &share.c, &w->q[0]);
    } else if (how == SWAPPED_R) {
        share.r = share_of(w, rng, i, 0, 0, 0).r;
    } else if (how == OPPOSITE) {
        ur_g2_neg(&share.r, &share.r);
        ur_g2_neg(&share.c, &share.c);
    }
    return share;
}

/* Every set of cheats of every kind is named, whole and by nobody's word but the equation's. */
static void name_every_set(const world *w, test_rng *rng)
{
    static uint8_t scratch[1 << 18] __attribute__((aligned(16)));
    assert_true(ur_pve_check_many_scratch_bytes(MOST) <= sizeof scratch);
    for (int how = 0; how < CHEATS; how++) {
        ur_pve_share good[MOST], bad[MOST];
        for (uint32_t i = 0; i < w->n; i++) {
            good[i] = share_of(w, rng, i, 0, 0, 0);
            bad[i] = cheat(w, rng, i, how);
        }
        for (uint32_t set = 0; set < 1u << w->n; set++) {
            ur_pve_claim claims[MOST];
            uint8_t named[MOST], weights[MOST * UR_PVE_WEIGHT_BYTES];
            test_rng_bytes(rng, weights, sizeof weights);
            for (uint32_t i = 0; i < w->n; i++) {
                claims[i] = (ur_pve_claim){set >> i & 1 ? &bad[i] : &good[i], &w->p[0][i], &w->q[0], &w->to[0].one};
            }
            assert_status(ur_pve_check_many_var(claims, w->n, named, weights, scratch), set == 0 ? UR_OK : UR_E_PROOF);
            for (uint32_t i = 0; i < w->n; i++) {
                assert_int_equal(named[i], set >> i & 1);
            }
        }
    }
}

static void every_committee(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small pve");
    for (uint32_t n = 1; n <= MOST; n++) {
        for (uint32_t t = 1; t <= n; t++) {
            world w = make_world(&rng, n, t);
            combine_every_set(&w, &rng);
            name_every_set(&w, &rng);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_committee)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
