/* Resharing from every committee of at most five to every other, by every set of dealers, with every kind of cheat. */
#include "tests/unit/dkg/sim.h"

enum { MOST = 5 };

typedef enum kind {
    DEALS,
    SILENT,
    OTHER_SECRET, /* deals something else than his share */
    WRONG_SHARES,
} kind;

static sim old, s;
static ur_scalar old_shares[MOST];

static void start(test_rng *rng, uint32_t n, uint32_t t, uint32_t new_n, uint32_t new_t)
{
    sim_start_dealt(&old, rng, n, t, old_shares);
    sim_start(&s, rng, new_n, new_t, &old, old_shares);
    s.ops = *ur_curve_ops_native();
}

static void end(void)
{
    sim_end(&s);
    sim_end(&old);
}

static void join_all(uint32_t absent)
{
    sim_advance(&s, 1);
    for (uint32_t j = 0; j < s.config.n; j++) {
        if ((absent >> j & 1) == 0) {
            sim_act(&s, 1, j);
        }
    }
    sim_advance(&s, SIM_JOIN_UNTIL);
}

static void deal(uint32_t i, kind how)
{
    size_t n = UR_DKG_DEAL_BYTES(s.config.t, s.config.n);
    uint32_t actor = sim_dealer_actor(&s, i + 1);
    uint8_t *bytes = sim_alloc(1, n);
    assert_int_equal(sim_message(&s, actor, bytes, n, NULL), n);
    if (how == WRONG_SHARES) {
        for (uint32_t j = 1; j <= s.config.n; j++) {
            sim_masked(&s, bytes, j)[31] ^= s.ledger.members[j - 1].joined ? 0x80 : 0;
        }
        sim_prove_deal(&s.members[actor], bytes, n);
    } else if (how == OTHER_SECRET) { /* everything right, but for another polynomial */
        ur_g1 a;
        assert_ok(ur_g1_parse(&a, bytes + 39));
        ur_g1_add(&a, &a, ur_g1_generator());
        ur_g1_write(bytes + 39, &a);
        sim_prove_deal(&s.members[actor], bytes, n);
    }
    assert_status(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], bytes, n, NULL),
                  how == OTHER_SECRET ? UR_E_PROOF : UR_OK);
    free(bytes);
}

/* The key is the old one, the shares are new, and every t of them make it. */
static void check_result(uint32_t absent)
{
    uint32_t n = s.config.n, t = s.config.t, have = 0;
    assert_memory_equal(s.results[0].mpk, old.results[0].mpk, UR_G1_BYTES);
    for (uint32_t j = 0; j < n; j++) {
        assert_int_equal(s.results[j].has_share, (absent >> j & 1) == 0);
        have += s.results[j].has_share;
        if (t > 1 && j < old.config.n) {
            assert_status(ur_scalar_eq(&s.results[j].share, &old_shares[j]), UR_E_PROOF);
        }
    }
    for (uint32_t set = 0; set < 1u << n; set++) {
        uint32_t at[MOST], k = 0;
        ur_scalar shares[MOST];
        for (uint32_t j = 0; j < n; j++) {
            if ((set >> j & 1) && s.results[j].has_share) {
                at[k] = j + 1;
                shares[k++] = s.results[j].share;
            }
        }
        if (k != t) {
            continue;
        }
        ur_scalar secret = sim_interpolate(at, shares, k);
        ur_g1 p;
        uint8_t mpk[UR_G1_BYTES];
        ur_g1_mul(&p, ur_g1_generator(), &secret);
        ur_g1_write(mpk, &p);
        assert_memory_equal(mpk, old.results[0].mpk, sizeof mpk);
    }
    for (uint32_t j = 0; j < n; j++) {
        sim_act(&s, SIM_DISPUTE_UNTIL, j);
        if (s.ledger.phase == UR_DKG_ACCEPTED) {
            break;
        }
    }
    assert_int_equal(s.ledger.phase == UR_DKG_ACCEPTED, have >= t);
}

static void run(test_rng *rng, const uint32_t size[4], const kind *kinds, uint32_t absent)
{
    start(rng, size[0], size[1], size[2], size[3]);
    join_all(absent);
    uint32_t joined = size[2] - (uint32_t)__builtin_popcount(absent), dealt = 0, standing = 0;
    for (uint32_t i = 0; i < size[0]; i++) {
        dealt += kinds[i] == DEALS || kinds[i] == WRONG_SHARES;
        standing += kinds[i] == DEALS;
        if (kinds[i] != SILENT && joined >= size[3]) {
            deal(i, kinds[i]);
        }
    }
    if (joined >= size[3]) {
        sim_advance(&s, SIM_DEAL_UNTIL);
        for (uint32_t j = 0; j < size[2] && dealt >= size[1]; j++) {
            while (ur_dkg_member_due(&s.members[j]) == UR_DKG_DUE_DISPUTE) {
                sim_act(&s, SIM_DEAL_UNTIL, j);
            }
        }
        sim_advance(&s, SIM_DISPUTE_UNTIL);
    }
    sim_all_agree(&s);
    if (joined >= size[3] && standing >= size[1]) {
        uint32_t counted = 0;
        for (uint32_t i = 0; i < size[0]; i++) {
            bool in = kinds[i] == DEALS && counted < size[1]; /* the first old_t, no more */
            counted += in;
            assert_int_equal(ur_dkg_public_qualified(&s.ledger, i + 1), in);
        }
        sim_finish(&s);
        check_result(absent);
    } else {
        assert_int_equal(s.ledger.phase, UR_DKG_FAILED); /* and the old generation goes on as before */
    }
    end();
}

static void each_size(test_rng *rng, void (*f)(test_rng *, const uint32_t[4]), uint32_t most)
{
    for (uint32_t n = 1; n <= most; n++) {
        for (uint32_t t = n / 2 + 1; t <= n; t++) {
            for (uint32_t new_n = 1; new_n <= most; new_n++) {
                uint32_t least = new_n / 2 + 1 > t ? new_n / 2 + 1 : t;
                for (uint32_t new_t = least; new_t <= new_n; new_t++) {
                    f(rng, (const uint32_t[4]){n, t, new_n, new_t});
                }
            }
        }
    }
}

/* Every set of dealers that misbehave, in each way. */
static void every_dealer_set(test_rng *rng, const uint32_t size[4])
{
    uint32_t n = size[0];
    kind kinds[MOST];
    for (kind how = SILENT; how <= WRONG_SHARES; how++) {
        for (uint32_t set = 0; set < 1u << n; set++) {
            /* Sets that leave more than one dealer over add nothing to those that leave one over. */
            uint32_t left = n - (uint32_t)__builtin_popcount(set);
            if ((n > 3 && (left > size[1] + 1 || left + 1 < size[1])) || (set == 0 && how != SILENT)) {
                continue;
            }
            for (uint32_t i = 0; i < n; i++) {
                kinds[i] = set >> i & 1 ? how : DEALS;
            }
            run(rng, size, kinds, 0);
        }
    }
}

static void every_absent_set(test_rng *rng, const uint32_t size[4])
{
    kind kinds[MOST] = {DEALS};
    for (uint32_t absent = 1; absent < 1u << size[2]; absent++) {
        run(rng, size, kinds, absent);
    }
}

static void dealers(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small reshare dealers");
    each_size(&rng, every_dealer_set, 4);
}

static void members(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small reshare members");
    each_size(&rng, every_absent_set, 3);
}

/* The largest: from 3 of 5 to all that follow, by every set of exactly enough dealers. */
static void largest(test_rng *rng, const uint32_t size[4])
{
    kind kinds[MOST];
    for (uint32_t set = 0; set < 1u << size[0] && (size[0] == MOST || size[2] == MOST); set++) {
        if ((uint32_t)__builtin_popcount(set) == size[1]) {
            for (uint32_t i = 0; i < size[0]; i++) {
                kinds[i] = set >> i & 1 ? DEALS : SILENT;
            }
            run(rng, size, kinds, 0);
        }
    }
}

static void sizes(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small reshare sizes");
    each_size(&rng, largest, MOST);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest part_dealers[] = {cmocka_unit_test(dealers)};
    const struct CMUnitTest part_members[] = {cmocka_unit_test(members)};
    const struct CMUnitTest part_sizes[] = {cmocka_unit_test(sizes)};
    const char *part = argc > 1 ? argv[1] : "members";
    if (strcmp(part, "dealers") == 0) {
        return cmocka_run_group_tests(part_dealers, NULL, NULL);
    }
    return strcmp(part, "sizes") == 0 ? cmocka_run_group_tests(part_sizes, NULL, NULL)
                                      : cmocka_run_group_tests(part_members, NULL, NULL);
}
