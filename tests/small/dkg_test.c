/* Key generation for every committee of n members (first argument, at most 5), every threshold, every set of members that
 * misbehave, and every kind of misbehaviour; and every pair of kinds for every pair of members. With a second argument:
 *   product   every member of every kind, each in turn
 *   mixes     the same but for who is who: each mixture of kinds once, its members in a random order */
#include "tests/unit/dkg/sim.h"

typedef enum kind {
    HONEST,
    ABSENT,        /* never joins */
    SILENT,        /* joins, but does not deal */
    WRONG_SHARES,  /* deals shares that contradict the commitments */
    NO_SCALARS,    /* deals what is no scalar */
    FALSE_DISPUTE, /* accuses the first standing dealer for nothing */
    FALSE_K,       /* and shows a wrong K */
    NO_VOTE,
    OTHER_VOTE, /* votes for another transcript */
    KINDS
} kind;

enum { MOST = 5 };

static bool joins(kind k) { return k != ABSENT; }
static bool deals(kind k) { return k != ABSENT && k != SILENT; }
static bool deals_badly(kind k) { return k == WRONG_SHARES || k == NO_SCALARS; }
static bool accuses_falsely(kind k) { return k == FALSE_DISPUTE || k == FALSE_K; }

static sim s;

/* Wrong for everybody but the dealer himself. */
static void spoil(uint8_t *deal, uint32_t dealer, kind how)
{
    for (uint32_t j = 1; j <= s.config.n; j++) {
        if (j != dealer && s.ledger.members[j - 1].joined) {
            sim_masked(&s, deal, j)[how == NO_SCALARS ? 0 : 31] ^= 0x80;
        }
    }
    sim_prove_deal(&s.members[dealer - 1], deal, UR_DKG_DEAL_BYTES(s.config.t, s.config.n));
}

static void post_deal(uint32_t i, kind how)
{
    size_t n = UR_DKG_DEAL_BYTES(s.config.t, s.config.n);
    uint8_t *deal = sim_alloc(1, n);
    assert_int_equal(sim_message(&s, i, deal, n, NULL), n);
    if (deals_badly(how)) {
        spoil(deal, i + 1, how);
    }
    assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], deal, n, NULL));
    assert_status(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], deal, n, NULL), UR_E_STATE); /* once */
    free(deal);
}

/* Expected outcome, from the kinds alone. */
typedef struct forecast {
    bool out[MOST];       /* by a dispute */
    bool qualified[MOST];
    uint32_t joined, dealt, standing, honest;
} forecast;

static forecast foresee(const kind *kinds)
{
    forecast f = {0};
    uint32_t n = s.config.n;
    for (uint32_t i = 0; i < n; i++) {
        f.joined += joins(kinds[i]);
        f.dealt += deals(kinds[i]);
        f.honest += kinds[i] == HONEST;
    }
    for (uint32_t i = 0; i < n; i++) {
        f.out[i] = (deals_badly(kinds[i]) && f.honest > 0) || accuses_falsely(kinds[i]);
        f.qualified[i] = deals(kinds[i]) && !f.out[i];
        f.standing += f.qualified[i];
    }
    return f;
}

/* Who accuses falsely accuses an honest dealer, or for want of one himself. */
static void accuse_falsely(uint32_t i, const kind *kinds)
{
    uint8_t dispute[UR_DKG_DISPUTE_BYTES];
    uint32_t victim = i;
    ur_dkg_event event;
    for (uint32_t k = 0; k < s.config.n; k++) {
        victim = kinds[k] == HONEST ? k : victim;
    }
    sim_dispute(&s, dispute, i + 1, victim + 1);
    if (kinds[i] == FALSE_K) {
        memcpy(dispute + UR_DKG_DISPUTE_BYTES - UR_G1_BYTES, s.ledger.members[i].one, UR_G1_BYTES);
    }
    assert_ok(sim_post(&s, SIM_DEAL_UNTIL, s.accounts[i], dispute, sizeof dispute, &event));
    assert_int_equal(event.ruling, UR_DKG_ACCUSER_OUT);
    assert_int_equal(event.out, i + 1);
}

static void dispute_all(const kind *kinds)
{
    for (uint32_t i = 0; i < s.config.n; i++) {
        if (accuses_falsely(kinds[i])) {
            accuse_falsely(i, kinds);
        }
    }
    for (uint32_t i = 0; i < s.config.n; i++) {
        while (kinds[i] == HONEST && ur_dkg_member_due(&s.members[i]) == UR_DKG_DUE_DISPUTE) {
            sim_act(&s, SIM_DEAL_UNTIL, i);
        }
    }
}

/* Any t of the shares that were given out make the master secret; check every choice. */
static void check_every_set(void)
{
    uint32_t n = s.config.n, t = s.config.t;
    for (uint32_t set = 0; set < 1u << n; set++) {
        uint32_t at[MOST], k = 0;
        ur_scalar shares[MOST];
        for (uint32_t j = 0; j < n; j++) {
            if ((set >> j & 1) && s.results[j].has_share) {
                at[k] = j + 1;
                shares[k++] = s.results[j].share;
            }
        }
        if (k == 0 || k != (uint32_t)__builtin_popcount(set)) {
            continue;
        }
        ur_scalar secret = sim_interpolate(at, shares, k);
        ur_g1 p;
        uint8_t mpk[UR_G1_BYTES];
        ur_g1_mul(&p, ur_g1_generator(), &secret);
        ur_g1_write(mpk, &p);
        assert_int_equal(ur_eq_var(mpk, s.results[0].mpk, sizeof mpk), k >= t);
    }
}

static void vote(uint32_t i, kind how)
{
    uint8_t vote[UR_DKG_VOTE_BYTES];
    bool accepted = s.ledger.phase == UR_DKG_ACCEPTED;
    if (how == NO_VOTE || sim_message(&s, i, vote, sizeof vote, NULL) == 0) {
        return;
    }
    if (how == OTHER_VOTE) {
        vote[UR_DKG_VOTE_BYTES - 1] ^= 1;
    }
    assert_status(sim_post(&s, SIM_DISPUTE_UNTIL, s.accounts[i], vote, sizeof vote, NULL),
                  accepted ? UR_E_STATE : UR_OK);
}

static void finish_and_vote(const kind *kinds, const forecast *f)
{
    uint32_t n = s.config.n, votes = 0;
    sim_finish(&s);
    for (uint32_t i = 0; i < n; i++) {
        bool spoilt = false; /* a bad dealer whom nobody accused counts, and those he cheated have no share */
        for (uint32_t k = 0; k < n; k++) {
            spoilt = spoilt || (k != i && f->qualified[k] && deals_badly(kinds[k]));
        }
        assert_int_equal(s.results[i].has_share, joins(kinds[i]) && !f->out[i] && !spoilt);
        votes += s.results[i].has_share && kinds[i] != NO_VOTE && kinds[i] != OTHER_VOTE;
    }
    check_every_set();
    for (uint32_t i = 0; i < n; i++) {
        vote(i, kinds[i]);
    }
    uint32_t others = 0; /* those of the other vote may all agree: then it is them */
    for (uint32_t i = 0; i < n; i++) {
        others += s.results[i].has_share && kinds[i] == OTHER_VOTE;
    }
    bool theirs = others >= s.config.t;
    assert_int_equal(s.ledger.phase == UR_DKG_ACCEPTED, votes >= s.config.t || theirs);
    assert_int_equal(ur_eq_var(s.ledger.accepted, s.results[0].transcript, UR_DKG_TRANSCRIPT_BYTES),
                     votes >= s.config.t);
}

static unsigned runs;

static void run(test_rng *rng, uint32_t n, uint32_t t, const kind *kinds)
{
    runs++;
    sim_start(&s, rng, n, t, NULL, NULL);
    s.ops = *ur_curve_ops_native(); /* a dispute by sums alone is unit_dkg_check's */
    forecast f = foresee(kinds);
    sim_advance(&s, 1);
    for (uint32_t i = 0; i < n; i++) {
        if (joins(kinds[i])) {
            sim_act(&s, 1, i);
        }
    }
    sim_advance(&s, SIM_JOIN_UNTIL);
    if (f.joined >= t) {
        for (uint32_t i = 0; i < n; i++) {
            if (deals(kinds[i])) {
                post_deal(i, kinds[i]);
            }
        }
        sim_advance(&s, SIM_DEAL_UNTIL);
    }
    if (f.joined >= t && f.dealt >= t) {
        dispute_all(kinds);
        sim_advance(&s, SIM_DISPUTE_UNTIL);
        for (uint32_t i = 0; i < n; i++) { /* culprits are on record, and nobody else */
            bool recorded = s.ledger.dealers[i].fault != UR_DKG_NO_FAULT;
            assert_int_equal(recorded, f.out[i]);
            assert_int_equal(recorded, s.ledger.members[i].fault != UR_DKG_NO_FAULT);
            assert_int_equal(ur_dkg_public_qualified(&s.ledger, i + 1), f.qualified[i]);
        }
    }
    sim_all_agree(&s);
    if (f.joined >= t && f.dealt >= t && f.standing >= t) {
        finish_and_vote(kinds, &f);
    } else {
        assert_int_equal(s.ledger.phase, UR_DKG_FAILED);
    }
    sim_all_agree(&s);
    sim_end(&s);
}

static uint32_t members = 3;

static void every_set_of_every_kind(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small dkg sets");
    for (uint32_t t = members / 2 + 1; t <= members; t++) {
        for (uint32_t set = 0; set < 1u << members; set++) {
            for (kind how = ABSENT; how < (set == 0 ? ABSENT + 1 : KINDS); how++) {
                kind kinds[MOST];
                for (uint32_t i = 0; i < members; i++) {
                    kinds[i] = set >> i & 1 ? how : HONEST;
                }
                run(&rng, members, t, kinds);
            }
        }
    }
}

static void every_pair_of_kinds(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small dkg pairs");
    uint32_t t = members / 2 + 1;
    for (uint32_t i = 0; i < members; i++) {
        for (uint32_t j = 0; j < members; j++) {
            kind kinds[MOST] = {HONEST};
            for (kind one = ABSENT; i != j && one < KINDS; one++) {
                for (kind two = one + 1; two < KINDS; two++) {
                    kinds[i] = one;
                    kinds[j] = two;
                    run(&rng, members, t, kinds);
                }
            }
        }
    }
}

static void every_assignment(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small dkg product");
    for (uint32_t t = members / 2 + 1; t <= members; t++) {
        kind kinds[MOST] = {HONEST};
        uint32_t carry = 0;
        while (carry < members) {
            run(&rng, members, t, kinds);
            for (carry = 0; carry < members && ++kinds[carry] == KINDS; carry++) {
                kinds[carry] = HONEST;
            }
        }
    }
    print_message("%u committees\n", runs);
}

static void shuffled(kind *out, const kind *in, uint32_t n, test_rng *rng)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = (uint32_t)test_rng_below(rng, i + 1);
        out[i] = out[j];
        out[j] = in[i];
    }
}

static void every_mixture(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("small dkg mixtures");
    kind mixture[MOST] = {HONEST};
    uint32_t last = 0;
    while (last < members) {
        for (uint32_t t = members / 2 + 1; t <= members; t++) {
            kind kinds[MOST] = {HONEST};
            shuffled(kinds, mixture, members, &rng);
            run(&rng, members, t, kinds);
        }
        for (last = 0; last < members && mixture[last] == KINDS - 1; last++) { /* the next with falling kinds */
        }
        for (uint32_t i = 0; last < members && i <= last; i++) {
            mixture[i] = i == 0 ? mixture[last] + 1 : mixture[0];
        }
    }
    print_message("%u committees\n", runs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest sets[] = {cmocka_unit_test(every_set_of_every_kind)};
    const struct CMUnitTest pairs[] = {cmocka_unit_test(every_pair_of_kinds)};
    const struct CMUnitTest product[] = {cmocka_unit_test(every_assignment)};
    const struct CMUnitTest mixes[] = {cmocka_unit_test(every_mixture)};
    members = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : members;
    const char *which = argc > 2 ? argv[2] : "sets";
    if (strcmp(which, "product") == 0) {
        return cmocka_run_group_tests(product, NULL, NULL);
    }
    if (strcmp(which, "mixes") == 0) {
        return cmocka_run_group_tests(mixes, NULL, NULL);
    }
    int failed = cmocka_run_group_tests(sets, NULL, NULL);
    return members <= 3 ? failed + cmocka_run_group_tests(pairs, NULL, NULL) : failed;
}
