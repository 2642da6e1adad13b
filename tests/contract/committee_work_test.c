/* The work of a committee's messages is bounded: uses of storage do not grow with the number of committees, nor, for what members say
 * one by one, with the number of members. With $UNRUG_GAS set it shows what n = 16 costs. */
#include "core/dkg/message.h"
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

enum { JOIN, DEAL, DISPUTE, VOTE, ANSWER, KINDS };

typedef struct works {
    stage_work of[KINDS]; /* of the last message of each kind */
    size_t said[KINDS];   /* its own bytes */
} works;

static void note(works *w, int kind, size_t said)
{
    w->of[kind] = stage_last_work(&s);
    w->said[kind] = said;
}

/* A whole first generation of n, all but member 1 honest: that one disputes without cause. */
static void live(test_rng *rng, uint32_t n, uint32_t threshold, works *w)
{
    troupe t;
    uint8_t dispute[UR_DKG_DISPUTE_BYTES];
    memset(w, 0, sizeof *w);
    troupe_create(&t, &s, rng, 10, n, threshold, 0);
    troupe_act(&t, TROUPE_ALL);
    note(w, JOIN, UR_DKG_JOIN_MAX);
    troupe_go(&t, t.sim.config.join_until);
    troupe_act(&t, TROUPE_ALL);
    note(w, DEAL, UR_DKG_DEAL_BYTES(threshold, n));
    troupe_go(&t, t.sim.config.deal_until);
    sim_dispute(&t.sim, dispute, 1, 2);
    assert_ok(troupe_post(&t, t.accounts[0], dispute, sizeof dispute));
    note(w, DISPUTE, 0);
    troupe_go(&t, t.sim.config.dispute_until);
    sim_finish(&t.sim);
    troupe_act(&t, TROUPE_ALL);
    note(w, VOTE, 0);
    troupe_publish(&t);
    troupe_drill(&t, 2, 3);
    note(w, ANSWER, 0); /* not the one that opens */
    troupe_drill(&t, 4, threshold + 1);
    troupe_end(&t);
}

static void compare(const works *small, const works *large, size_t more_members)
{
    for (int k = 0; k < KINDS; k++) {
        const stage_work *a = &small->of[k], *b = &large->of[k];
        assert_int_equal(a->reads, b->reads);
        assert_int_equal(a->writes, b->writes);
        assert_int_equal(a->removes + b->removes, 0);
        size_t said = large->said[k] - small->said[k];
        assert_in_range(b->bytes, a->bytes, a->bytes + said + 2 * more_members);
    }
    assert_in_range(small->of[JOIN].reads, 1, 3);
    assert_in_range(small->of[DEAL].reads, 1, 3);
    assert_in_range(small->of[DISPUTE].reads, 1, 5);
    assert_in_range(small->of[VOTE].reads, 1, 3);
    assert_in_range(small->of[ANSWER].reads, 1, 4);
    for (int k = 0; k < KINDS; k++) {
        assert_in_range(small->of[k].writes, 1, 2);
    }
}

static void work_does_not_grow(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee work");
    works few, after, many;
    live(&rng, 4, 3, &few);
    for (size_t i = 0; i < 300; i++) {
        stage_must(&s, s.accounts[0],
                   scenario_text(&s.sc, "{\"create_committee\":{\"members\":%s,\"threshold\":2,\"margin\":0,"
                                        "\"drill_interval_blocks\":100,\"phases\":" TROUPE_PHASES ",\"quote_demand\":null}}",
                                 troupe_members(&s, 20, 3)));
    }
    live(&rng, 4, 3, &after);
    compare(&few, &after, 0);
    live(&rng, 16, 9, &many);
    compare(&few, &many, 12);
}

/* Also where the seats of dealers are those of another generation. */
static void work_of_a_resharing_does_not_grow(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee resharing work");
    stage_work join[2], deal[2];
    for (uint32_t i = 0; i < 2; i++) {
        troupe now, next;
        troupe_found(&now, &s, &rng, i == 0 ? 3 : 5, 2 + i, 0);
        troupe_succeed(&next, &rng, &now, 20, i == 0 ? 3 : 6, i == 0 ? 2 : 4);
        troupe_act(&next, TROUPE_ALL);
        join[i] = stage_last_work(&s);
        troupe_go(&next, next.sim.config.join_until);
        troupe_act(&next, TROUPE_ALL);
        deal[i] = stage_last_work(&s);
        troupe_end(&next);
        troupe_end(&now);
    }
    assert_int_equal(join[0].reads, join[1].reads);
    assert_int_equal(join[0].writes, join[1].writes);
    assert_int_equal(deal[0].reads, deal[1].reads);
    assert_int_equal(deal[0].writes, deal[1].writes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(work_does_not_grow, begin, end),
        cmocka_unit_test_setup_teardown(work_of_a_resharing_does_not_grow, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
