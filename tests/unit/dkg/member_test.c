#include "tests/unit/dkg/sim.h"

enum { T = 3, N = 4, DEAL = UR_DKG_DEAL_BYTES(T, N) };

static sim s;

/* A member made again from its seed and the first `fed` messages of the ledger. */
static ur_dkg_member *again(uint32_t actor, size_t fed, void **memory)
{
    ur_dkg_member *m = sim_alloc(1, sizeof *m);
    *memory = sim_alloc(1, ur_dkg_member_bytes(&s.config));
    memset(*memory, 0xa5, ur_dkg_member_bytes(&s.config)); /* what the memory held before is of no account */
    bool old = actor >= s.config.n;
    uint32_t old_index = old ? actor - s.config.n + 1 : 0;
    assert_ok(ur_dkg_member_init(m, &s.config, old ? 0 : actor + 1, old_index, s.seeds[actor],
                                 old ? &s.old_shares[old_index - 1] : NULL, *memory));
    for (size_t i = 0; i < fed; i++) {
        sim_feed(&s, m, &s.log[i]);
    }
    return m;
}

static void forget(ur_dkg_member *m, void *memory)
{
    ur_dkg_member_clear(m);
    free(memory);
    free(m);
}

static size_t say(const ur_dkg_member *m, uint8_t *buf, size_t cap)
{
    ur_writer w;
    uint32_t dealer = 0;
    ur_writer_init(&w, buf, cap);
    switch (ur_dkg_member_due(m)) {
    case UR_DKG_DUE_JOIN: assert_ok(ur_dkg_member_join(m, &w, NULL)); break;
    case UR_DKG_DUE_DEAL: assert_ok(ur_dkg_member_deal(m, &w)); break;
    case UR_DKG_DUE_DISPUTE: assert_ok(ur_dkg_member_dispute(m, &w, &dealer)); break;
    case UR_DKG_DUE_VOTE: assert_ok(ur_dkg_member_vote(m, &w)); break;
    case UR_DKG_DUE_NOTHING: break;
    }
    return w.n;
}

/* The one that went on and one that was restarted now say the same, byte for byte, and hold the same state. */
static void compare(uint32_t actor)
{
    void *memory;
    static uint8_t one[UR_DKG_MESSAGE_MAX], two[UR_DKG_MESSAGE_MAX];
    ur_dkg_member *m = again(actor, s.log_n, &memory), *was = &s.members[actor];
    assert_ok(ur_dkg_member_advance(m, was->pub.height));
    if (was->pub.phase >= UR_DKG_VOTING && was->pub.phase <= UR_DKG_ACCEPTED) {
        uint8_t keys[2][N * UR_G1_BYTES];
        ur_dkg_result a, b;
        assert_ok(ur_dkg_member_finish(was, &a, keys[0]));
        assert_ok(ur_dkg_member_finish(m, &b, keys[1]));
        assert_memory_equal(keys[0], keys[1], sizeof keys[0]);
        assert_memory_equal(a.transcript, b.transcript, sizeof a.transcript);
        assert_int_equal(a.has_share, b.has_share);
        assert_ok(ur_scalar_eq(&a.share, &b.share));
    }
    assert_int_equal(ur_dkg_member_due(was), ur_dkg_member_due(m));
    size_t n = say(was, one, sizeof one);
    assert_int_equal(n, say(m, two, sizeof two));
    assert_memory_equal(one, two, n);
    assert_true(sim_same(&was->pub, &m->pub));
    forget(m, memory);
}

static void compare_all(void)
{
    for (uint32_t i = 0; i < s.actors; i++) {
        compare(i);
    }
}

/* One dealer cheats, and is disputed; every member is restarted between every two messages. */
static void play_with_restarts(void)
{
    static const uint64_t heights[] = {1, SIM_JOIN_UNTIL, SIM_DEAL_UNTIL, SIM_DISPUTE_UNTIL};
    static uint8_t buf[UR_DKG_MESSAGE_MAX];
    for (size_t h = 0; h < 4; h++) {
        sim_advance(&s, heights[h]);
        for (uint32_t i = 0; i < s.actors; i++) {
            compare_all();
            size_t n = say(&s.members[i], buf, sizeof buf);
            if (n > 0 && h == 1 && i == sim_dealer_actor(&s, 2)) {
                sim_masked(&s, buf, 3)[31] ^= 1;
                sim_prove_deal(&s.members[i], buf, n);
            }
            if (n > 0) {
                assert_ok(sim_post(&s, heights[h], sim_account(&s, i), buf, n, NULL));
            }
        }
    }
    compare_all();
    assert_int_equal(s.ledger.phase, UR_DKG_ACCEPTED);
    assert_int_equal(s.ledger.dealers[1].fault, UR_DKG_BAD_DEAL);
}

static void a_restart_changes_nothing(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg restart");
    sim_start(&s, &rng, N, T, NULL, NULL);
    play_with_restarts();
    sim_end(&s);
    sim old;
    ur_scalar shares[N];
    sim_start_dealt(&old, &rng, N, T, shares);
    sim_start(&s, &rng, N, T, &old, shares);
    play_with_restarts();
    sim_end(&s);
    sim_end(&old);
}

/* Everybody has joined and the dealing is on. */
static void start_dealing(test_rng *rng)
{
    sim_start(&s, rng, N, T, NULL, NULL);
    s.ops = *ur_curve_ops_native();
    sim_advance(&s, 1);
    for (uint32_t i = 0; i < N; i++) {
        sim_act(&s, 1, i);
    }
    sim_advance(&s, SIM_JOIN_UNTIL);
}

/* Dealer 2 copies R of dealer 1 and masks rubbish. Each honest receiver then has every reason to accuse 2, and what it
 * publishes, K = e_j R, opens the share that 1 dealt it. Were there no proof, T of them would give away the secret of 1. */
static void a_copied_r_would_be_an_oracle(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg oracle");
    start_dealing(&rng);
    const size_t r_at = 39 + T * 48;
    uint8_t honest[DEAL], copied[DEAL];
    assert_int_equal(sim_message(&s, 0, honest, DEAL, NULL), DEAL);
    assert_int_equal(sim_message(&s, 1, copied, DEAL, NULL), DEAL);
    assert_ok(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[0], honest, DEAL, NULL));
    memcpy(copied + r_at, honest + r_at, UR_G1_BYTES);
    test_rng_bytes(&rng, copied + r_at + 48, N * 32);

    /* With the proof: whatever stands in its place, nobody takes the message. */
    ur_dkg_message m;
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(copied, DEAL)));
    assert_status(ur_dkg_deal_admit(&s.ops, &m), UR_E_PROOF); /* a proof for the own r */
    sim_prove_deal(&s.members[1], copied, DEAL);
    assert_status(ur_dkg_deal_admit(&s.ops, &m), UR_E_PROOF); /* a new one, with the own r */
    memcpy(copied + DEAL - 96, honest + DEAL - 96, 96);
    assert_status(ur_dkg_deal_admit(&s.ops, &m), UR_E_PROOF); /* the honest dealer's, over another body */
    assert_status(sim_post(&s, SIM_JOIN_UNTIL, s.accounts[1], copied, DEAL, NULL), UR_E_PROOF);

    /* Without it: put the deal past the check, as if it had been taken, and listen to the honest accusers. */
    uint8_t digest[UR_SHA256_BYTES];
    uint32_t at[T];
    ur_scalar shares[T];
    ur_sha256_of(digest, ur_span_of(copied, DEAL));
    for (uint32_t j = 1, k = 0; k < T; j++, k++) { /* members 2, 3, 4 publish */
        ur_dkg_member *v = &s.members[j];
        uint8_t dispute[UR_DKG_DISPUTE_BYTES], mask[UR_DKG_MASKED_BYTES];
        ur_writer w;
        uint32_t accused = 0;
        ur_dkg_public_record_deal(&v->pub, 2, m.u.deal.commitments, digest);
        memcpy(v->dealer_r + UR_G1_BYTES, m.u.deal.r, UR_G1_BYTES);
        v->opened[1] = UR_DKG_WRONG;
        v->pub.phase = UR_DKG_DISPUTING;
        ur_writer_init(&w, dispute, sizeof dispute);
        assert_ok(ur_dkg_member_dispute(v, &w, &accused));
        assert_int_equal(accused, 2);
        ur_dkg_mask(mask, dispute + 37, s.ledger.session, 1, j + 1, honest + r_at, s.ledger.members[j].one);
        for (size_t b = 0; b < sizeof mask; b++) {
            mask[b] ^= sim_masked(&s, honest, j + 1)[b];
        }
        assert_ok(ur_scalar_parse(&shares[k], mask));
        at[k] = j + 1;
    }
    ur_scalar secret = sim_interpolate(at, shares, T);
    ur_g1 p;
    uint8_t stolen[UR_G1_BYTES];
    ur_g1_mul(&p, ur_g1_generator(), &secret);
    ur_g1_write(stolen, &p);
    assert_memory_equal(stolen, honest + 39, sizeof stolen); /* A_0 of dealer 1: its secret is known */
    sim_end(&s);
}

/* What was made for one attempt is worth nothing in another, though all else is equal. */
static void messages_do_not_move_between_attempts(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg moved");
    start_dealing(&rng);
    uint8_t deal[DEAL], was[DEAL], join[UR_DKG_JOIN_MAX];
    ur_dkg_message m;
    assert_int_equal(sim_message(&s, 0, deal, DEAL, NULL), DEAL);
    memcpy(was, deal, DEAL);
    memcpy(join, s.log[0].bytes, s.log[0].n);
    uint8_t session[UR_DKG_SESSION_BYTES];
    ur_dkg_config next = s.config;
    next.attempt++;
    ur_dkg_session(session, &next);
    memcpy(deal + 1, session, sizeof session);
    memcpy(join + 1, session, sizeof session);
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(deal, DEAL)));
    assert_status(ur_dkg_deal_admit(&s.ops, &m), UR_E_PROOF);
    for (size_t i = 1; i <= 2; i++) { /* each proof is bound: knowing one secret of two does not help */
        sim_prove_deal(&s.members[0], deal, DEAL);
        assert_ok(ur_dkg_deal_admit(&s.ops, &m));
        memcpy(deal + DEAL - i * 96, was + DEAL - i * 96, 96);
        assert_status(ur_dkg_deal_admit(&s.ops, &m), UR_E_PROOF);
    }
    assert_ok(ur_dkg_message_parse(&m, ur_span_of(join, s.log[0].n)));
    assert_status(ur_dkg_join_admit(&s.ops, &m.u.join), UR_E_PROOF);
    /* And the secrets are others: the same seed in the next attempt has another e, another r, another polynomial. */
    void *memory = sim_alloc(1, ur_dkg_member_bytes(&next));
    ur_dkg_member other;
    assert_ok(ur_dkg_member_init(&other, &next, 1, 0, s.seeds[0], NULL, memory));
    for (ur_dkg_secret_kind kind = UR_DKG_SECRET_E; kind <= UR_DKG_SECRET_WEIGHTS; kind++) {
        ur_scalar a, b, c;
        ur_dkg_derive(&a, &s.members[0], kind, 0);
        ur_dkg_derive(&b, &other, kind, 0);
        ur_dkg_derive(&c, &s.members[0], kind, 1);
        assert_status(ur_scalar_eq(&a, &b), UR_E_PROOF);
        assert_status(ur_scalar_eq(&a, &c), UR_E_PROOF);
    }
    ur_dkg_member_clear(&other);
    free(memory);
    sim_end(&s);
}

/* After a join, the seed was lost: the member neither receives nor accuses, and says so by what is due. */
static void another_seed_never_accuses(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg lost seed");
    start_dealing(&rng);
    test_rng_bytes(&rng, s.seeds[3], sizeof s.seeds[3]);
    void *memory;
    ur_dkg_member *m = again(3, s.log_n, &memory);
    ur_dkg_event event;
    for (uint32_t i = 0; i < N - 1; i++) {
        sim_act(&s, SIM_JOIN_UNTIL, i);
        const sim_entry *e = &s.log[s.log_n - 1];
        assert_ok(ur_dkg_member_take(m, e->height, e->sender, ur_span_of(e->bytes, e->n), ur_span_of(NULL, 0), &event));
    }
    assert_ok(ur_dkg_member_advance(m, SIM_DEAL_UNTIL));
    assert_int_equal(ur_dkg_member_due(m), UR_DKG_DUE_NOTHING);
    assert_ok(ur_dkg_member_advance(m, SIM_DISPUTE_UNTIL));
    ur_dkg_result result;
    uint8_t keys[N * UR_G1_BYTES];
    assert_ok(ur_dkg_member_finish(m, &result, keys));
    assert_false(result.has_share);
    assert_int_equal(ur_dkg_member_due(m), UR_DKG_DUE_NOTHING);
    forget(m, memory);
    sim_end(&s);
}

static void nothing_is_said_out_of_turn(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg turn");
    start_dealing(&rng);
    uint8_t buf[DEAL], keys[N * UR_G1_BYTES], zero[N * UR_G1_BYTES] = {0};
    uint32_t dealer = 0;
    ur_dkg_result result;
    ur_writer w;
    ur_dkg_member *m = &s.members[0];
    ur_writer_init(&w, buf, sizeof buf);
    assert_status(ur_dkg_member_join(m, &w, NULL), UR_E_STATE);
    assert_status(ur_dkg_member_vote(m, &w), UR_E_STATE);
    assert_status(ur_dkg_member_dispute(m, &w, &dealer), UR_E_STATE);
    memset(keys, 1, sizeof keys);
    assert_status(ur_dkg_member_finish(m, &result, keys), UR_E_STATE);
    assert_memory_equal(keys, zero, sizeof keys);
    assert_int_equal(w.n, 0);
    ur_writer_init(&w, buf, sizeof buf - 1);
    assert_status(ur_dkg_member_deal(m, &w), UR_E_LIMIT);
    assert_int_equal(w.n, 0);
    sim_end(&s);
}

static void seats_and_old_shares_are_checked(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg init");
    sim old;
    ur_scalar shares[N];
    sim_start_dealt(&old, &rng, N, T, shares);
    sim_start(&s, &rng, N, T, &old, shares);
    ur_dkg_member m;
    void *memory = sim_alloc(1, ur_dkg_member_bytes(&s.config));
    const uint8_t *seed = s.seeds[0];
    assert_status(ur_dkg_member_init(&m, &s.config, N + 1, 0, seed, NULL, memory), UR_E_USAGE);
    assert_status(ur_dkg_member_init(&m, &s.config, 1, N + 1, seed, &shares[0], memory), UR_E_USAGE);
    assert_status(ur_dkg_member_init(&m, &s.config, 1, 1, seed, NULL, memory), UR_E_USAGE);
    assert_status(ur_dkg_member_init(&m, &s.config, 1, 0, seed, &shares[0], memory), UR_E_USAGE);
    assert_status(ur_dkg_member_init(&m, &s.config, 1, 1, seed, &shares[1], memory), UR_E_PROOF);
    assert_ok(ur_dkg_member_init(&m, &s.config, 1, 1, seed, &shares[0], memory));
    assert_ok(ur_dkg_member_init(&m, &s.config, 0, 1, seed, &shares[0], memory)); /* leaves */
    assert_ok(ur_dkg_member_init(&m, &s.config, 0, 0, seed, NULL, memory));       /* watches */
    ur_dkg_member_clear(&m);
    free(memory);
    sim_end(&s);
    sim_end(&old);
}

/* One machine in both seats: members stay under other indices, one comes, one lost its share, one leaves. */
static void members_may_hold_both_seats(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg both seats");
    enum { OLD = 4, NEW = 4 };
    sim old;
    ur_scalar shares[OLD];
    sim_start_dealt(&old, &rng, OLD, T, shares);
    sim_start(&s, &rng, NEW, T, &old, shares);
    /* New seats 1..4 are held by the accounts 3, 1, 2 and 9: account 2 has lost its old share, 4 leaves. */
    const uint32_t account_of[NEW] = {3, 1, 2, 9};
    ur_span accounts[NEW];
    for (uint32_t j = 0; j < NEW; j++) {
        accounts[j] = s.accounts[account_of[j] - 1];
    }
    s.config.accounts = accounts;
    assert_ok(ur_dkg_public_init(&s.ledger, &s.config, s.ledger_memory));
    for (uint32_t j = 0; j < NEW; j++) {
        uint32_t old_index = account_of[j] == 3 || account_of[j] == 1 ? account_of[j] : 0;
        assert_ok(ur_dkg_member_init(&s.members[j], &s.config, j + 1, old_index, s.seeds[j],
                                     old_index == 0 ? NULL : &shares[old_index - 1], s.memory[j]));
    }
    s.actors = NEW + 1; /* and the one that leaves, under old index 4 */
    ur_dkg_member_clear(&s.members[NEW]);
    assert_ok(ur_dkg_member_init(&s.members[NEW], &s.config, 0, 4, s.seeds[NEW], &shares[3], s.memory[NEW]));
    static const uint64_t heights[] = {1, SIM_JOIN_UNTIL, SIM_DEAL_UNTIL, SIM_DISPUTE_UNTIL};
    for (size_t h = 0; h < 4; h++) {
        static uint8_t buf[UR_DKG_MESSAGE_MAX];
        sim_advance(&s, heights[h]);
        if (h == 3) {
            sim_finish(&s);
        }
        for (uint32_t i = 0; i <= NEW; i++) {
            size_t n = say(&s.members[i], buf, sizeof buf);
            if (n > 0) {
                assert_ok(sim_post(&s, heights[h], i == NEW ? s.accounts[3] : accounts[i], buf, n, NULL));
            }
        }
    }
    assert_int_equal(s.ledger.phase, UR_DKG_ACCEPTED);
    assert_memory_equal(s.results[0].mpk, old.results[0].mpk, UR_G1_BYTES);
    for (uint32_t j = 0; j < NEW; j++) {
        assert_true(s.results[j].has_share);
        sim_check_secret(&s, j);
    }
    for (uint32_t i = NEW + 1; i < NEW + OLD; i++) { /* those were never played */
        ur_dkg_member_clear(&s.members[i]);
        free(s.memory[i]);
    }
    sim_end(&s);
    sim_end(&old);
}

/* Old public shares that do not belong to the key: found before anybody votes. */
static void a_key_that_is_not_kept_is_refused(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("dkg other key");
    sim old;
    ur_scalar shares[N];
    sim_start_dealt(&old, &rng, N, T, shares);
    ur_g1_write(old.results[0].mpk, ur_g1_generator());
    sim_start(&s, &rng, N, T, &old, shares);
    static const uint64_t heights[] = {1, SIM_JOIN_UNTIL, SIM_DEAL_UNTIL};
    for (size_t h = 0; h < 3; h++) {
        sim_advance(&s, heights[h]);
        for (uint32_t i = 0; i < s.actors; i++) {
            sim_act(&s, heights[h], i);
        }
    }
    sim_advance(&s, SIM_DISPUTE_UNTIL);
    ur_dkg_result result, zero = {0};
    uint8_t keys[N * UR_G1_BYTES];
    assert_status(ur_dkg_member_finish(&s.members[0], &result, keys), UR_E_PROOF);
    assert_memory_equal(&result, &zero, sizeof zero);
    assert_int_equal(ur_dkg_member_due(&s.members[0]), UR_DKG_DUE_NOTHING);
    sim_end(&s);
    sim_end(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_changes_nothing),
        cmocka_unit_test(a_copied_r_would_be_an_oracle),
        cmocka_unit_test(messages_do_not_move_between_attempts),
        cmocka_unit_test(another_seed_never_accuses),
        cmocka_unit_test(nothing_is_said_out_of_turn),
        cmocka_unit_test(seats_and_old_shares_are_checked),
        cmocka_unit_test(members_may_hold_both_seats),
        cmocka_unit_test(a_key_that_is_not_kept_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
