/* Committees that go on: successors, and drills. */
#include "contract/machine/keys.h"
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

/* ---- successors ---- */

/* Two leave, one has lost its share and stays, three come; the threshold rises; the key stays. */
static void a_generation_succeeds_another(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee reshare");
    troupe now, next;
    troupe_found(&now, &s, &rng, 4, 3, 1);
    const char *mpk = stage_string(&s, troupe_committee(&now), "mpk");
    troupe_succeed(&next, &rng, &now, 12, 5, 4);
    troupe_assert_generations(&now, 1, 2);
    troupe_run(&next, TROUPE_BUT(5 + 2)); /* old member 3 deals nothing, and is member 1 of the new ones */
    troupe_open(&next);
    troupe_assert_generations(&now, 1, 2);
    stage_must(&s, s.accounts[0], troupe_about(&now, "switch_generation"));
    troupe_assert_generations(&now, 2, 0);
    assert_string_equal(stage_string(&s, troupe_committee(&now), "mpk"), mpk);
    assert_int_equal(stage_u64(troupe_committee(&now), "threshold"), 4);
    assert_int_equal(stage_u64(troupe_committee(&now), "members"), 5);
    sim_check_secret(&next.sim, 1);
    stage_refused(&s, s.accounts[0], "not_pending", "committee", troupe_about(&now, "switch_generation"));
    stage_refused(&s, now.senders[0], "not_member", "committee", troupe_proposal(&now, 12, 5, 4)); /* who left has left */
    stage_pass(&s, 100);
    stage_refused(&s, now.senders[0], "not_member", "committee", troupe_about(&now, "drill"));
    stage_must(&s, next.senders[4], troupe_about(&now, "drill"));
    troupe_drill(&next, 1, 5);
    troupe_end(&next);
    troupe_end(&now);
}

static void a_cheat_does_not_stop_a_successor(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee reshare cheat");
    troupe now, next;
    troupe_found(&now, &s, &rng, 4, 3, 0);
    troupe_succeed(&next, &rng, &now, 10, 4, 3);
    troupe_act(&next, TROUPE_ALL);
    troupe_go(&next, next.sim.config.join_until);
    troupe_deal_wrongly(&next, 1, 2);
    troupe_act(&next, TROUPE_ALL);
    troupe_go(&next, next.sim.config.deal_until);
    troupe_act(&next, TROUPE_ALL);
    assert_string_equal(troupe_fault(&next, "dealers", 1), "bad_deal");
    assert_string_equal(troupe_fault(&next, "members", 1), "null"); /* the old member is out, the new one of the same account is not */
    troupe_accuse(&next, 3, 2);
    assert_string_equal(troupe_fault(&next, "members", 3), "false_dispute");
    assert_string_equal(troupe_fault(&next, "dealers", 3), "null");
    troupe_go(&next, next.sim.config.dispute_until);
    sim_finish(&next.sim);
    troupe_act(&next, TROUPE_ALL);
    troupe_open(&next);
    stage_must(&s, s.accounts[0], troupe_about(&now, "switch_generation"));
    assert_string_equal(stage_string(&s, troupe_committee(&now), "mpk"), stage_base64(&s, now.sim.results[0].mpk, UR_G1_BYTES));
    troupe_end(&next);
    troupe_end(&now);
}

static void a_failed_successor_leaves_the_old_one(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee reshare failed");
    troupe now, next, third;
    troupe_found(&now, &s, &rng, 3, 2, 0);
    troupe_succeed(&next, &rng, &now, 20, 3, 2);
    troupe_act(&next, 7);
    troupe_go(&next, next.sim.config.join_until);
    troupe_act(&next, 1 << 3); /* one old member deals, two are needed */
    troupe_go(&next, next.sim.config.deal_until);
    troupe_assert_phase(&next, "failed");
    troupe_assert_generations(&now, 1, 2);
    stage_pass(&s, 100);
    stage_must(&s, now.senders[0], troupe_about(&now, "drill")); /* the old one works on */
    troupe_drill(&now, 1, 3);
    troupe_succeed(&third, &rng, &now, 30, 2, 2);
    assert_int_equal(third.sim.config.attempt, 2); /* counted on: no two attempts have one name */
    troupe_run(&third, TROUPE_ALL);
    troupe_open(&third);
    stage_must(&s, s.accounts[0], troupe_about(&now, "switch_generation"));
    assert_int_equal(stage_u64(troupe_committee(&now), "members"), 2);
    troupe_end(&third);
    troupe_end(&next);
    troupe_end(&now);
}

/* A member of a bad successor tries again and again; those who may choose another are not kept from it. */
static void old_members_replace_what_is_being_made(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee replaced");
    troupe now, bad, good;
    troupe_found(&now, &s, &rng, 4, 3, 0);
    stage_must(&s, now.senders[3], troupe_proposal(&now, 40, 3, 3)); /* one approval, and it will be void */
    stage_must(&s, now.senders[2], troupe_approval(&now, 4));
    const char *stale = troupe_approval(&now, 4);
    troupe_succeed(&bad, &rng, &now, 20, 3, 3);
    stage_refused(&s, now.senders[1], "no_proposal", "proposer", stale);
    scenario_ask_refused(&s.sc, "no_proposal", "proposer", "{\"proposal\":{\"committee\":1,\"proposer\":4}}");
    assert_int_equal(ur_json_count_var(scenario_ask(&s.sc, "{\"proposals\":{\"committee\":1}}")), 0);
    troupe_go(&bad, bad.sim.config.join_until); /* nobody came */
    stage_must(&s, bad.senders[0], troupe_about(&now, "retry"));
    troupe_succeed(&good, &rng, &now, 30, 4, 3);
    assert_int_equal(good.sim.config.attempt, 3);
    stage_refused(&s, bad.senders[0], "not_over", "committee", troupe_about(&now, "retry"));
    troupe_run(&good, TROUPE_ALL);
    troupe_open(&good);
    stage_must(&s, now.senders[0], troupe_proposal(&now, 20, 3, 3)); /* too late: what is drilled is served first */
    const char *approve = troupe_approval(&now, 1);
    stage_must(&s, now.senders[1], approve);
    stage_refused(&s, now.senders[2], "drilled", "committee", approve);
    stage_must(&s, s.accounts[0], troupe_about(&now, "switch_generation"));
    assert_string_equal(stage_string(&s, troupe_committee(&now), "mpk"), stage_base64(&s, now.sim.results[0].mpk, UR_G1_BYTES));
    troupe_end(&good);
    troupe_end(&bad);
    troupe_end(&now);
}

/* Change the number of open releases, as vaults do. */
static void set_open_releases(const troupe *t, uint8_t count)
{
    enum { AT = 1 + 16 + 6 + UR_G1_BYTES + 1 + UR_SHA256_BYTES + 7 };
    ur_key k;
    ur_span key = ur_key_committee(&k, t->committee);
    for (size_t i = 0; i < s.sc.side_count; i++) {
        host_mem *h = &s.sc.sides[i].host;
        uint8_t bytes[512];
        ur_span record;
        assert_ok(host_mem_get(h, key, &record));
        memcpy(bytes, record.p, record.n);
        bytes[AT] = count;
        host_mem_begin(h);
        assert_ok(h->host.put(h, key, ur_span_of(bytes, record.n)));
        host_mem_end(h, true);
    }
    assert_int_equal(stage_u64(troupe_committee(t), "open_releases"), count);
}

static void open_releases_hold_a_switch_up_for_a_while(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee switch");
    for (int wait = 0; wait < 2; wait++) {
        troupe now, next;
        troupe_found(&now, &s, &rng, 3, 2, 0);
        troupe_succeed(&next, &rng, &now, 20, 3, 2);
        stage_refused(&s, s.accounts[0], "not_drilled", "committee", troupe_about(&now, "switch_generation"));
        troupe_run(&next, TROUPE_ALL);
        troupe_open(&next);
        set_open_releases(&now, 1);
        stage_pass(&s, 9);
        stage_refused(&s, s.accounts[0], "releases", "committee", troupe_about(&now, "switch_generation"));
        if (wait == 1) {
            stage_pass(&s, 1);
        } else {
            set_open_releases(&now, 0);
        }
        stage_must(&s, s.accounts[0], troupe_about(&now, "switch_generation"));
        assert_int_equal(stage_u64(troupe_committee(&now), "open_releases"), wait);
        troupe_end(&next);
        troupe_end(&now);
    }
}

/* ---- drills ---- */

static void drills_keep_their_interval(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee drill");
    troupe t, next;
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    scenario_ask_refused(&s.sc, "no_drill", "committee", "{\"drill\":{\"committee\":%llu}}",
                         (unsigned long long)t.committee);
    stage_refused(&s, t.senders[0], "not_open", "committee", troupe_about(&t, "drill"));
    troupe_run(&t, TROUPE_ALL);
    troupe_open(&t);
    const char *answer = troupe_answer(&t, 1);
    stage_refused(&s, t.senders[0], "moot", "index", answer);
    stage_pass(&s, 99);
    stage_refused(&s, t.senders[0], "interval", "committee", troupe_about(&t, "drill"));
    stage_pass(&s, 1);
    stage_refused(&s, s.accounts[0], "not_member", "committee", troupe_about(&t, "drill"));
    stage_must(&s, t.senders[0], troupe_about(&t, "drill"));
    stage_refused(&s, t.senders[0], "interval", "committee", troupe_about(&t, "drill"));
    stage_refused(&s, t.senders[0], "proof", "share", answer); /* of the drill before: another nonce */
    troupe_drill(&t, 1, 3);
    troupe_succeed(&next, &rng, &t, 10, 3, 2);
    troupe_run(&next, TROUPE_ALL);
    stage_pass(&s, 100 - (s.sc.height - stage_u64(troupe_committee(&t), "last_drill")));
    troupe_publish(&next);
    stage_pass(&s, 1);
    stage_refused(&s, t.senders[0], "interval", "committee", troupe_about(&t, "drill"));
    troupe_drill(&next, 1, 2);
    troupe_end(&next);
    troupe_end(&t);
}

/* While a generation is to be opened nobody else may ask for a drill, but not for ever. */
static void an_opening_drill_comes_first(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee opening");
    troupe t, next;
    stage_must(&s, s.accounts[0],
               scenario_text(&s.sc, "{\"create_committee\":{\"members\":%s,\"threshold\":2,\"margin\":0,"
                                    "\"drill_interval_blocks\":1,\"phases\":" TROUPE_PHASES ",\"quote_demand\":null}}",
                             troupe_members(&s, 10, 3)));
    troupe_follow(&t, &s, &rng, 10, NULL);
    troupe_run(&t, TROUPE_ALL);
    troupe_open(&t);
    troupe_succeed(&next, &rng, &t, 20, 3, 2);
    troupe_run(&next, TROUPE_ALL);
    troupe_publish(&next);
    stage_pass(&s, 1);
    stage_refused(&s, t.senders[0], "opening", "committee", troupe_about(&t, "drill"));
    stage_pass(&s, stage_u64(troupe_generation(&next), "overdue") - s.sc.height);
    const char *late = troupe_answer(&next, 1);
    stage_must(&s, t.senders[0], troupe_about(&t, "drill"));
    troupe_drill(&t, 1, 3);
    stage_refused(&s, next.senders[0], "not_member", "index", late);
    troupe_end(&next);
    troupe_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_generation_succeeds_another, begin, end),
        cmocka_unit_test_setup_teardown(a_cheat_does_not_stop_a_successor, begin, end),
        cmocka_unit_test_setup_teardown(a_failed_successor_leaves_the_old_one, begin, end),
        cmocka_unit_test_setup_teardown(old_members_replace_what_is_being_made, begin, end),
        cmocka_unit_test_setup_teardown(open_releases_hold_a_switch_up_for_a_while, begin, end),
        cmocka_unit_test_setup_teardown(drills_keep_their_interval, begin, end),
        cmocka_unit_test_setup_teardown(an_opening_drill_comes_first, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
