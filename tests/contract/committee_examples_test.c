/* contract/schema/examples/committee.json is a life of a committee, call by call: whoever speaks to the contract can try its own code
 * on it. Here the life is lived again and has to be the same; with $UNRUG_WRITE=1 it is written. */
#include "tests/contract/troupe.h"

#define PATH "contract/schema/examples/committee.json"

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

static char *whole_file(FILE *f, size_t *n)
{
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *n = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, f), *n);
    bytes[*n] = '\0';
    return bytes;
}

/* The record as one JSON value, a call a line. */
static void write_examples(FILE *out, const char *record, size_t n)
{
    (void)fprintf(out, "{\"chain_id\":\"%s\",\"contract\":\"%s\",\"calls\":[\n", s.sc.chain_id, SCENARIO_CONTRACT);
    for (size_t i = 0; i < n; i++) {
        (void)fputc(record[i], out);
        if (record[i] == '}' && i + 1 < n && record[i + 1] == '{') { /* calls stand side by side; inside of one a comma would be between */
            (void)fputs(",\n", out);
        }
    }
    (void)fputs("\n]}\n", out);
}

static void examples_are_a_life(void **state)
{
    (void)state;
    test_rng rng = {1}; /* always the same: whoever reads the file sees the same bytes */
    troupe t;
    size_t n;
    stage_open(&s);
    s.record = tmpfile();
    assert_non_null(s.record);
    first_generation(&t, &rng);
    second_generation(&t, &rng);
    troupe_end(&t);
    char *record = whole_file(s.record, &n);
    FILE *now = getenv("UNRUG_WRITE") != NULL ? fopen(PATH, "w+b") : tmpfile();
    assert_non_null(now);
    write_examples(now, record, n);
    FILE *kept = fopen(PATH, "rb");
    assert_non_null(kept);
    size_t now_n, kept_n;
    assert_int_equal(fflush(now), 0);
    char *a = whole_file(now, &now_n), *b = whole_file(kept, &kept_n);
    ur_json v;
    assert_ok(ur_json_parse_var(&v, ur_span_of(a, now_n)));
    assert_string_equal(a, b);
    free(a);
    free(b);
    free(record);
    (void)fclose(now);
    (void)fclose(kept);
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
