/* First generations of committees through the contract's entry points, acted out by the members of core/dkg. */
#include "tests/contract/troupe.h"

static stage s;

static int begin(void **state)
{
    (void)state;
    stage_open(&s);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stage_close(&s);
    return 0;
}

static void a_first_generation(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee first");
    for (uint32_t n = 1; n <= 5; n++) {
        troupe t;
        uint32_t threshold = n / 2 + 1, need = threshold + (n > 2);
        troupe_create(&t, &s, &rng, 10, n, threshold, n > 2);
        troupe_assert_generations(&t, 0, 1);
        troupe_run(&t, TROUPE_ALL);
        troupe_publish(&t);
        for (uint32_t i = 1; i < need; i++) {
            troupe_drill(&t, i, i);
            troupe_assert_generations(&t, 0, 1);
        }
        troupe_drill(&t, need, need);
        troupe_assert_generations(&t, 1, 0);
        assert_int_equal(stage_u64(troupe_committee(&t), "threshold"), threshold);
        assert_int_equal(stage_u64(troupe_committee(&t), "members"), n);
        assert_string_equal(stage_string(&s, troupe_committee(&t), "mpk"), stage_base64(&s, t.sim.results[0].mpk, UR_G1_BYTES));
        troupe_drill(&t, need + 1, n); /* later ones show that they have theirs, too */
        sim_check_secret(&t.sim, 0);
        troupe_end(&t);
    }
}

static void a_dealer_who_cheats_is_out(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee cheat");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 4, 3, 0);
    troupe_act(&t, TROUPE_ALL);
    troupe_go(&t, t.sim.config.join_until);
    troupe_deal_wrongly(&t, 2, 1);
    troupe_act(&t, TROUPE_ALL);
    troupe_go(&t, t.sim.config.deal_until);
    troupe_act(&t, TROUPE_ALL); /* member 1 disputes by itself */
    assert_string_equal(stage_attribute(&s, stage_last_event(&s, "disputed"), "out"), "dealer");
    assert_string_equal(troupe_fault(&t, "dealers", 2), "bad_deal");
    assert_string_equal(troupe_fault(&t, "members", 2), "bad_deal");
    troupe_go(&t, t.sim.config.dispute_until);
    sim_finish(&t.sim);
    troupe_act(&t, TROUPE_BUT(1));
    troupe_open(&t);
    troupe_assert_generations(&t, 1, 0);
    assert_string_equal(stage_string(&s, troupe_committee(&t), "mpk"), stage_base64(&s, t.sim.results[0].mpk, UR_G1_BYTES));
    troupe_end(&t);
}

static void a_false_dispute_puts_the_accuser_out(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee false dispute");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 4, 3, 0);
    troupe_act(&t, TROUPE_ALL);
    troupe_go(&t, t.sim.config.join_until);
    troupe_act(&t, TROUPE_ALL);
    troupe_go(&t, t.sim.config.deal_until);
    troupe_accuse(&t, 3, 1);
    assert_string_equal(stage_attribute(&s, stage_last_event(&s, "disputed"), "out"), "accuser");
    assert_string_equal(troupe_fault(&t, "dealers", 3), "false_dispute");
    assert_string_equal(troupe_fault(&t, "dealers", 1), "null");
    uint8_t again[UR_DKG_DISPUTE_BYTES];
    sim_dispute(&t.sim, again, 3, 2);
    stage_refused(&s, t.senders[2], "out", "message", troupe_message(&t, again, sizeof again));
    sim_dispute(&t.sim, again, 2, 3);
    stage_refused(&s, t.senders[1], "moot", "message", troupe_message(&t, again, sizeof again));
    troupe_go(&t, t.sim.config.dispute_until);
    sim_finish(&t.sim);
    troupe_act(&t, TROUPE_ALL);
    troupe_open(&t); /* and the key is without the accuser's part */
    assert_string_equal(stage_string(&s, troupe_committee(&t), "mpk"), stage_base64(&s, t.sim.results[0].mpk, UR_G1_BYTES));
    troupe_end(&t);
}

static void silent_members_are_no_culprits(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee silent");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 5, 3, 0);
    troupe_act(&t, TROUPE_BUT(4)); /* 5 never says anything, 4 does not deal */
    troupe_go(&t, t.sim.config.join_until);
    troupe_act(&t, TROUPE_ALL ^ 0x18);
    troupe_go(&t, t.sim.config.dispute_until);
    sim_finish(&t.sim);
    troupe_act(&t, TROUPE_ALL);
    assert_string_equal(troupe_fault(&t, "members", 5), "null");
    troupe_open(&t);
    troupe_assert_generations(&t, 1, 0);
    troupe_drill(&t, 4, 4);
    stage_refused(&s, t.senders[4], "proof", "share", troupe_answer(&t, 5)); /* its share never reached it */
    troupe_end(&t);
}

static void a_failed_attempt_is_tried_again(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee retry");
    static uint8_t old[UR_DKG_JOIN_MAX];
    troupe t, again;
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    size_t n = sim_message(&t.sim, 0, old, sizeof old, NULL);
    troupe_act(&t, 1);
    stage_refused(&s, t.senders[0], "not_over", "committee", troupe_about(&t, "retry"));
    troupe_go(&t, t.sim.config.join_until);
    troupe_assert_phase(&t, "failed");
    stage_refused(&s, t.senders[1], "phase", "committee", troupe_message(&t, old, n));
    stage_refused(&s, s.accounts[0], "not_member", "committee", troupe_about(&t, "retry"));
    stage_must(&s, t.senders[2], troupe_about(&t, "retry"));
    stage_refused(&s, t.senders[2], "not_over", "committee", troupe_about(&t, "retry"));
    troupe_follow(&again, &s, &rng, t.first, NULL);
    assert_int_equal(again.sim.config.attempt, 2);
    stage_refused(&s, t.senders[0], "session", "message", troupe_message(&t, old, n));
    troupe_run(&again, TROUPE_ALL);
    troupe_open(&again);
    troupe_assert_generations(&again, 1, 0);
    stage_refused(&s, t.senders[2], "not_pending", "committee", troupe_about(&t, "retry"));
    troupe_end(&again);
    troupe_end(&t);
}

/* What an earlier attempt left behind counts for nothing in the next one. */
static void an_overdue_attempt_is_tried_again(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee overdue");
    troupe t, again;
    troupe_create(&t, &s, &rng, 10, 3, 2, 1);
    troupe_run(&t, TROUPE_ALL);
    troupe_publish(&t);
    troupe_drill(&t, 1, 2); /* one is missing */
    const char *third = troupe_answer(&t, 3);
    uint64_t overdue = stage_u64(troupe_generation(&t), "overdue");
    stage_pass(&s, overdue - 1 - s.sc.height);
    stage_refused(&s, t.senders[0], "not_over", "committee", troupe_about(&t, "retry"));
    stage_pass(&s, 1);
    stage_must(&s, t.senders[0], troupe_about(&t, "retry"));
    stage_refused(&s, t.senders[2], "no_drill", "committee", third);
    troupe_follow(&again, &s, &rng, t.first, NULL);
    troupe_run(&again, TROUPE_ALL);
    stage_refused(&s, t.senders[2], "no_drill", "committee", third);
    stage_refused(&s, s.accounts[0], "proof", "keys", troupe_keys(&t));
    troupe_publish(&again);
    stage_refused(&s, t.senders[2], "proof", "share", third);
    troupe_drill(&again, 1, 3);
    troupe_assert_generations(&again, 1, 0);
    troupe_end(&again);
    troupe_end(&t);
}

/* Late is not too late, as long as nobody gave it up. */
static void an_overdue_attempt_may_still_open(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee late");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    troupe_run(&t, TROUPE_ALL);
    stage_pass(&s, 1000);
    troupe_open(&t);
    troupe_assert_generations(&t, 1, 0);
    troupe_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_first_generation, begin, end),
        cmocka_unit_test_setup_teardown(a_dealer_who_cheats_is_out, begin, end),
        cmocka_unit_test_setup_teardown(a_false_dispute_puts_the_accuser_out, begin, end),
        cmocka_unit_test_setup_teardown(silent_members_are_no_culprits, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_attempt_is_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(an_overdue_attempt_is_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(an_overdue_attempt_may_still_open, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
