/* contract/schema/examples/committee.json is a life of a committee. */
#include "tests/contract/examples.h"
#include "tests/contract/troupe.h"

static stage s;

static void about_generation(const troupe *t)
{
    stage_ask(&s, scenario_text(&s.sc, "{\"generation\":{\"committee\":%llu,\"generation\":%llu}}",
                                (unsigned long long)t->committee, (unsigned long long)t->generation));
}

/* A first attempt fails, the second one has a cheat, and its generation is opened. */
static void first_generation(troupe *t, test_rng *rng)
{
    troupe none;
    troupe_create(&none, &s, rng, 1, 3, 2, 0);
    stage_refused(&s, none.senders[0], "not_over", "committee", troupe_about(&none, "retry"));
    stage_pass(&s, 10);
    stage_must(&s, none.senders[0], troupe_about(&none, "retry"));
    troupe_end(&none);
    troupe_follow(t, &s, rng, 1, NULL);
    troupe_act(t, TROUPE_ALL);
    troupe_go(t, t->sim.config.join_until);
    troupe_deal_wrongly(t, 2, 1);
    troupe_act(t, TROUPE_ALL);
    troupe_go(t, t->sim.config.deal_until);
    troupe_act(t, TROUPE_ALL);
    about_generation(t);
    troupe_go(t, t->sim.config.dispute_until);
    sim_finish(&t->sim);
    troupe_act(t, TROUPE_ALL);
    troupe_publish(t);
    troupe_drill(t, 1, 1);
    troupe_drill(t, 3, 3);
    stage_ask(&s, "{\"committee\":{\"committee\":1}}");
    stage_ask(&s, "{\"member\":{\"committee\":1,\"generation\":1,\"index\":1}}");
    stage_ask(&s, "{\"drill\":{\"committee\":1}}");
}

static void second_generation(troupe *now, test_rng *rng)
{
    troupe next;
    stage_pass(&s, 100);
    stage_must(&s, now->senders[0], troupe_about(now, "drill"));
    stage_must(&s, now->senders[0], troupe_proposal(now, 11, 2, 2));
    stage_ask(&s, "{\"proposals\":{\"committee\":1}}");
    stage_ask(&s, "{\"proposal\":{\"committee\":1,\"proposer\":1}}");
    stage_must(&s, now->senders[2], troupe_approval(now, 1));
    troupe_follow(&next, &s, rng, 11, now);
    troupe_run(&next, TROUPE_ALL);
    troupe_open(&next);
    about_generation(&next);
    stage_must(&s, s.accounts[0], troupe_about(now, "switch_generation"));
    troupe_end(&next);
}

static void examples_are_a_life(void **state)
{
    (void)state;
    test_rng rng = {1}; /* always the same: whoever reads the file sees the same bytes */
    troupe t;
    stage_open(&s);
    s.record = tmpfile();
    assert_non_null(s.record);
    first_generation(&t, &rng);
    second_generation(&t, &rng);
    troupe_end(&t);
    examples_compare(s.record, &s.sc, "contract/schema/examples/committee.json");
    (void)fclose(s.record);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_a_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
