#include "tests/unit/dkg/sim.h"

enum { T = 3, N = 4, DEAL = UR_DKG_DEAL_BYTES(T, N) };

static sim s;
static uint8_t joins[N][UR_DKG_JOIN_MAX];
static size_t join_n[N];
static uint8_t deals[N][DEAL];
static uint8_t votes[N][UR_DKG_VOTE_BYTES];

/* Give a message to the ledger alone, and to one that loads only what it needs; whatever they refuse leaves the state as
 * it was. */
static ur_status give(uint64_t height, ur_span sender, const uint8_t *bytes, size_t n, ur_span deal)
{
    static const ur_dkg_event nothing;
    static uint8_t before[UR_DKG_STATE_BYTES(N, N, N)], after[UR_DKG_STATE_BYTES(N, N, N)];
    ur_dkg_event event;
    if (height >= s.ledger.height) {
        assert_ok(ur_dkg_public_advance(&s.ledger, height));
    }
    ur_span was = ur_dkg_public_save(&s.ledger, before);
    s.frugal = true;
    ur_status st = sim_take(&s, height, sender, ur_span_of(bytes, n), deal, &event);
    if (st != UR_OK) {
        assert_true(ur_span_eq_var(was, ur_dkg_public_save(&s.ledger, after)));
        assert_memory_equal(&event, &nothing, sizeof event);
    }
    return st;
}

static const ur_span no_deal;

static ur_status give_join(uint32_t i, uint64_t height) { return give(height, s.accounts[i], joins[i], join_n[i], no_deal); }
static ur_status give_deal(uint32_t i, uint64_t height) { return give(height, s.accounts[i], deals[i], DEAL, no_deal); }
static ur_status give_vote(uint32_t i, uint64_t height)
{
    return give(height, s.accounts[i], votes[i], UR_DKG_VOTE_BYTES, no_deal);
}

/* Run it all once to have every message, then begin again with an empty ledger. */
static void record(test_rng *rng)
{
    sim_start(&s, rng, N, T, NULL, NULL);
    s.ops = *ur_curve_ops_native();
    for (uint32_t i = 0; i < N; i++) {
        join_n[i] = sim_message(&s, i, joins[i], UR_DKG_JOIN_MAX, NULL);
        assert_ok(sim_post(&s, 1, s.accounts[i], joins[i], join_n[i], NULL));
    }
    sim_advance(&s, SIM_JOIN_UNTIL);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(sim_message(&s, i, deals[i], DEAL, NULL), DEAL);
    }
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[i], deals[i], DEAL, NULL));
    }
    sim_advance(&s, SIM_DISPUTE_UNTIL);
    sim_finish(&s);
    for (uint32_t i = 0; i < N; i++) {
        assert_int_equal(sim_message(&s, i, votes[i], UR_DKG_VOTE_BYTES, NULL), UR_DKG_VOTE_BYTES);
    }
    assert_ok(ur_dkg_public_init(&s.ledger, &s.config, s.ledger_memory));
}

static void each_kind_has_its_time(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public time");
    record(&rng);
    uint8_t dispute[UR_DKG_DISPUTE_BYTES];
    sim_dispute(&s, dispute, 2, 1);
    ur_span deal = ur_span_of(deals[0], DEAL);
    assert_status(give_deal(0, 1), UR_E_STATE);
    assert_status(give(1, s.accounts[1], dispute, sizeof dispute, deal), UR_E_STATE);
    assert_status(give_vote(0, 1), UR_E_STATE);
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(give_join(i, SIM_JOIN_UNTIL - 1)); /* the last block that serves */
        assert_status(give_join(i, SIM_JOIN_UNTIL - 1), UR_E_STATE);
    }
    assert_status(give_join(0, 1), UR_E_USAGE); /* back in time */
    assert_status(give_join(0, SIM_JOIN_UNTIL), UR_E_STATE);
    assert_status(give(SIM_JOIN_UNTIL, s.accounts[1], dispute, sizeof dispute, deal), UR_E_STATE);
    for (uint32_t i = 0; i + 1 < N; i++) {
        assert_ok(give_deal(i, SIM_DEAL_UNTIL - 1));
        assert_status(give_deal(i, SIM_DEAL_UNTIL - 1), UR_E_STATE);
    }
    assert_status(give_deal(N - 1, SIM_DEAL_UNTIL), UR_E_STATE); /* one block late */
    assert_status(give_vote(0, SIM_DEAL_UNTIL), UR_E_STATE);
    sim_dispute(&s, dispute, 2, N);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, ur_span_of(deals[N - 1], DEAL)),
                  UR_E_STATE); /* against who did not deal in time */
    assert_status(give(SIM_DISPUTE_UNTIL, s.accounts[1], dispute, sizeof dispute, deal), UR_E_STATE);
    for (uint32_t i = 0; i < T; i++) {
        assert_int_equal(s.ledger.phase, UR_DKG_VOTING);
        assert_ok(give_vote(i, SIM_VOTE_UNTIL - 1));
        assert_status(give_vote(i, SIM_VOTE_UNTIL - 1), UR_E_STATE);
    }
    assert_int_equal(s.ledger.phase, UR_DKG_ACCEPTED);
    assert_memory_equal(s.ledger.accepted, votes[0] + UR_DKG_VOTE_BYTES - 32, 32);
    assert_status(give_vote(T, SIM_VOTE_UNTIL - 1), UR_E_STATE);
    assert_ok(ur_dkg_public_advance(&s.ledger, UINT64_MAX));
    assert_int_equal(s.ledger.phase, UR_DKG_ACCEPTED);
    sim_end(&s);
}

static void each_phase_may_fail(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public fail");
    for (int last = 0; last < 4; last++) {
        static const uint64_t ends[] = {SIM_JOIN_UNTIL, SIM_DEAL_UNTIL, SIM_DISPUTE_UNTIL, SIM_VOTE_UNTIL};
        record(&rng);
        for (uint32_t i = 0; i < (last == 0 ? T - 1 : N); i++) {
            assert_ok(give_join(i, 1));
        }
        for (uint32_t i = 0; last > 0 && i < (last == 1 ? T - 1 : T); i++) {
            assert_ok(give_deal(i, SIM_JOIN_UNTIL));
        }
        if (last == 2) { /* a false dispute takes one of three dealers out */
            uint8_t dispute[UR_DKG_DISPUTE_BYTES];
            sim_dispute(&s, dispute, 2, 1);
            assert_ok(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, ur_span_of(deals[0], DEAL)));
        }
        for (uint32_t i = 0; last == 3 && i < T - 1; i++) {
            assert_ok(give_vote(i, SIM_DISPUTE_UNTIL));
        }
        uint8_t mpk[UR_G1_BYTES];
        assert_status(ur_dkg_public_mpk(&s.ledger, &s.ops, mpk), last == 3 ? UR_OK : UR_E_STATE);
        assert_ok(ur_dkg_public_advance(&s.ledger, ends[last] - 1));
        assert_int_not_equal(s.ledger.phase, UR_DKG_FAILED);
        assert_ok(ur_dkg_public_advance(&s.ledger, ends[last]));
        assert_int_equal(s.ledger.phase, UR_DKG_FAILED);
        assert_int_equal(s.ledger.dealers[1].fault, last == 2 ? UR_DKG_FALSE_DISPUTE : UR_DKG_NO_FAULT);
        sim_end(&s);
    }
}

static void seats_belong_to_accounts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public seats");
    record(&rng);
    static const ur_span nobody;
    assert_status(give(1, s.accounts[1], joins[0], join_n[0], no_deal), UR_E_POLICY);
    assert_status(give(1, nobody, joins[0], join_n[0], no_deal), UR_E_POLICY);
    uint8_t other[DEAL];
    memcpy(other, joins[0], join_n[0]);
    other[34] = N + 1; /* no such seat */
    assert_status(give(1, s.accounts[0], other, join_n[0], no_deal), UR_E_POLICY);
    memcpy(other, joins[0], join_n[0]);
    other[1] ^= 1; /* another session */
    assert_status(give(1, s.accounts[0], other, join_n[0], no_deal), UR_E_INPUT);
    memcpy(other, joins[0], join_n[0]);
    other[34] = 2; /* own account, another's seat */
    assert_status(give(1, s.accounts[0], other, join_n[0], no_deal), UR_E_POLICY);
    for (uint32_t i = 0; i + 1 < N; i++) {
        assert_ok(give_join(i, 1));
    }
    assert_status(give(SIM_JOIN_UNTIL, s.accounts[1], deals[0], DEAL, no_deal), UR_E_POLICY);
    assert_status(give_deal(N - 1, SIM_JOIN_UNTIL), UR_E_POLICY); /* did not join */
    assert_status(give_deal(0, SIM_JOIN_UNTIL), UR_E_INPUT); /* masks a share for somebody who did not join */
    sim_end(&s);
}

static void who_is_out_stays_out(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public out");
    record(&rng);
    uint8_t dispute[UR_DKG_DISPUTE_BYTES];
    ur_span deal = ur_span_of(deals[0], DEAL);
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(give_join(i, 1));
    }
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(give_deal(i, SIM_JOIN_UNTIL));
    }
    sim_dispute(&s, dispute, 2, 1);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, no_deal), UR_E_USAGE);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, ur_span_of(deals[1], DEAL)), UR_E_USAGE);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[2], dispute, sizeof dispute, deal), UR_E_POLICY);
    dispute[36] = N + 1;
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, deal), UR_E_INPUT);
    dispute[36] = 1;
    memset(dispute + 37, 0, UR_G1_BYTES); /* K is no point: no ruling, and it may be said again rightly */
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, deal), UR_E_INPUT);
    sim_dispute(&s, dispute, 2, 1);
    assert_ok(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, deal)); /* false: 2 is out */
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, deal), UR_E_POLICY);
    sim_dispute(&s, dispute, 2, 3);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute, ur_span_of(deals[2], DEAL)), UR_E_POLICY);
    sim_dispute(&s, dispute, 3, 2);
    assert_status(give(SIM_DEAL_UNTIL, s.accounts[2], dispute, sizeof dispute, ur_span_of(deals[1], DEAL)), UR_E_STATE);
    assert_false(ur_dkg_public_qualified(&s.ledger, 2));
    assert_status(give_vote(1, SIM_DISPUTE_UNTIL), UR_E_POLICY);
    assert_false(ur_dkg_public_qualified(&s.ledger, 0));
    assert_false(ur_dkg_public_qualified(&s.ledger, N + 1));
    sim_end(&s);
}

/* A whole first generation and a resharing, with liars, before a ledger that keeps the seats apart. */
static void little_is_needed_for_a_message(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public frugal");
    static sim old, next;
    uint8_t vote[UR_DKG_VOTE_BYTES], dispute[UR_DKG_DISPUTE_BYTES];
    sim_start(&old, &rng, N, T, NULL, NULL);
    old.frugal = true;
    sim_run_honest(&old);
    ur_scalar *shares = sim_shares(&old);
    sim_start(&next, &rng, N + 1, T, &old, shares);
    next.frugal = true;
    sim_advance(&next, 1);
    for (uint32_t i = 0; i < next.actors; i++) {
        sim_act(&next, 1, i);
    }
    sim_advance(&next, SIM_JOIN_UNTIL);
    for (uint32_t i = 0; i < next.actors; i++) {
        sim_act(&next, SIM_JOIN_UNTIL, i);
    }
    sim_advance(&next, SIM_DEAL_UNTIL);
    sim_dispute(&next, dispute, 2, 3);
    assert_ok(sim_post(&next, SIM_DEAL_UNTIL, next.accounts[1], dispute, sizeof dispute, NULL));
    sim_advance(&next, SIM_DISPUTE_UNTIL);
    sim_finish(&next);
    assert_int_equal(sim_message(&next, 0, vote, sizeof vote, NULL), sizeof vote);
    vote[sizeof vote - 1] ^= 1; /* another transcript: counted apart */
    assert_ok(sim_post(&next, SIM_DISPUTE_UNTIL, next.accounts[0], vote, sizeof vote, NULL));
    for (uint32_t i = 2; i < N + 1; i++) {
        assert_int_equal(next.ledger.phase, UR_DKG_VOTING);
        sim_act(&next, SIM_DISPUTE_UNTIL, i);
    }
    assert_int_equal(next.ledger.phase, UR_DKG_ACCEPTED);
    assert_int_equal(next.ledger.tallies_n, 2);
    assert_memory_equal(next.ledger.accepted, next.results[0].transcript, UR_DKG_TRANSCRIPT_BYTES);
    free(shares);
    sim_end(&next);
    sim_end(&old);
}

/* Every saved state is refused when it is cut, lengthened, or its numbers are out of range. */
static void a_state_is_read_strictly(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public save");
    static uint8_t saved[UR_DKG_STATE_BYTES(N, N, N) + 1], again[UR_DKG_STATE_BYTES(N, N, N)];
    static uint8_t fresh[UR_DKG_STATE_BYTES(N, N, N)];
    enum { FLAGS = 1 + 8 + 32 + 32 };
    sim_start(&s, &rng, N, T, NULL, NULL);
    ur_dkg_public p;
    ur_span nothing = ur_dkg_public_save(&s.ledger, fresh);
    sim_run_honest(&s);
    ur_span full = ur_dkg_public_save(&s.ledger, saved);
    assert_int_equal(full.n, UR_DKG_STATE_BYTES(N, N, 1));
    const struct {
        size_t at;
        uint8_t byte;
    } wrong[] = {{0, 0},
                 {0, UR_DKG_FAILED + 1},
                 {FLAGS, 3 << 2},
                 {FLAGS, 2},
                 {FLAGS + N, 2},
                 {FLAGS + N, 3 << 2 | 1},
                 {FLAGS + 2 * N, 1},
                 {FLAGS + 2 * N + 1, N + 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t right = saved[wrong[i].at];
        saved[wrong[i].at] = wrong[i].byte;
        assert_status(ur_dkg_public_resume(&p, &s.config, s.ledger.session, s.ledger_memory, full), UR_E_INPUT);
        assert_true(ur_span_eq_var(ur_dkg_public_save(&p, again), nothing));
        saved[wrong[i].at] = right;
    }
    for (size_t n = 0; n <= full.n + 1; n++) {
        assert_status(ur_dkg_public_resume(&p, &s.config, s.ledger.session, s.ledger_memory, ur_span_of(saved, n)),
                      n == full.n ? UR_OK : UR_E_INPUT);
    }
    sim_end(&s);
}

/* The running sum is the sum of those who stand, whoever came and went. */
static void the_key_is_summed_as_deals_come(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public sum");
    record(&rng);
    uint8_t sum[UR_G1_BYTES] = {0xc0}, mpk[UR_G1_BYTES], nothing[UR_G1_BYTES] = {0xc0};
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(give_join(i, 1));
    }
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(give_deal(i, SIM_JOIN_UNTIL));
        assert_ok(ur_dkg_key_add(&s.ops, sum, s.ledger.dealers[i].key));
    }
    for (uint32_t out = N; out-- > 0;) {
        s.ledger.phase = UR_DKG_VOTING;
        assert_ok(ur_dkg_public_mpk(&s.ledger, &s.ops, mpk));
        assert_memory_equal(sum, mpk, sizeof mpk);
        s.ledger.dealers[out].fault = UR_DKG_BAD_DEAL;
        assert_ok(ur_dkg_key_remove(&s.ops, sum, s.ledger.dealers[out].key));
    }
    assert_memory_equal(sum, nothing, sizeof nothing);
    sim_end(&s);
}

/* The transcript is another one when any join, deal, dispute, their order, QUAL, MPK or a key is. */
static void the_transcript_covers_everything(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public transcript");
    record(&rng);
    enum { CASES = 8 };
    static uint8_t seen[CASES][UR_DKG_TRANSCRIPT_BYTES];
    for (uint32_t i = 0; i < CASES; i++) {
        uint8_t mpk[UR_G1_BYTES] = {0}, keys[N * UR_G1_BYTES] = {0}, dispute[UR_DKG_DISPUTE_BYTES];
        assert_ok(ur_dkg_public_init(&s.ledger, &s.config, s.ledger_memory));
        for (uint32_t j = 0; j < N; j++) {
            assert_ok(give_join(i == 1 ? N - 1 - j : j, 1)); /* order of joins */
        }
        for (uint32_t j = 0; j < (i == 2 ? N - 1 : N); j++) { /* a deal less */
            assert_ok(give_deal(i == 3 ? N - 1 - j : j, SIM_JOIN_UNTIL)); /* order of deals */
        }
        if (i == 4 || i == 5) {
            uint32_t against = i == 4 ? 1 : 3;
            sim_dispute(&s, dispute, 2, against);
            assert_ok(give(SIM_DEAL_UNTIL, s.accounts[1], dispute, sizeof dispute,
                           ur_span_of(deals[against - 1], DEAL)));
        }
        mpk[47] = i == 6;
        keys[sizeof keys - 1] = i == 7;
        ur_dkg_public_transcript(&s.ledger, seen[i], mpk, keys);
        for (uint32_t j = 0; j < i; j++) {
            assert_memory_not_equal(seen[i], seen[j], sizeof seen[i]);
        }
    }
    uint8_t qual[UR_DKG_TRANSCRIPT_BYTES], mpk[UR_G1_BYTES] = {0}, keys[N * UR_G1_BYTES] = {0};
    keys[sizeof keys - 1] = 1;
    s.ledger.dealers[0].fault = UR_DKG_BAD_DEAL; /* with everything else the same */
    ur_dkg_public_transcript(&s.ledger, qual, mpk, keys);
    assert_memory_not_equal(qual, seen[CASES - 1], sizeof qual);
    sim_end(&s);
}

/* Two dealers whose keys are opposite: the sum is infinity, and nobody gets a key of that. */
static void a_key_of_infinity_is_refused(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg public infinity");
    record(&rng);
    ur_g1 p;
    uint8_t mpk[UR_G1_BYTES], zero[UR_G1_BYTES] = {0};
    s.ledger.phase = UR_DKG_VOTING;
    for (uint32_t i = 0; i < N; i++) {
        s.ledger.dealers[i].dealt = 1;
        p = *ur_g1_generator();
        if (i % 2 == 1) {
            ur_g1_neg(&p, &p);
        }
        ur_g1_write(s.ledger.dealers[i].key, &p);
    }
    assert_status(ur_dkg_public_mpk(&s.ledger, &s.ops, mpk), UR_E_PROOF);
    assert_memory_equal(mpk, zero, sizeof mpk);
    sim_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_time),
        cmocka_unit_test(each_phase_may_fail),
        cmocka_unit_test(seats_belong_to_accounts),
        cmocka_unit_test(who_is_out_stays_out),
        cmocka_unit_test(little_is_needed_for_a_message),
        cmocka_unit_test(a_state_is_read_strictly),
        cmocka_unit_test(the_key_is_summed_as_deals_come),
        cmocka_unit_test(the_transcript_covers_everything),
        cmocka_unit_test(a_key_of_infinity_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
