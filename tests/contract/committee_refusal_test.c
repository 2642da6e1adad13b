/* Committees: every refusal with its code and field, every message malformed in turn, every message of core/dkg with a byte of it
 * changed. */
#include "contract/machine/call.h"
#include "core/codec/base64.h"
#include "tests/contract/troupe.h"

static stage s;
static bool seen[UC_ERROR_COUNT];

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

static uc_error code_of(const char *name)
{
    for (int e = 0; e < UC_ERROR_COUNT; e++) {
        if (strcmp(uc_error_code((uc_error)e), name) == 0) {
            return (uc_error)e;
        }
    }
    fail_msg("no error %s", name);
    return UC_ERROR_COUNT;
}

static void refused(const char *sender, const char *code, const char *field, const char *message)
{
    stage_refused(&s, sender, code, field, message);
    seen[code_of(code)] = true;
}

#define text(...) scenario_text(&s.sc, __VA_ARGS__)

/* ---- create_committee ---- */

static const char *creation(const char *members, const char *threshold, const char *margin, const char *phases,
                            const char *demand)
{
    return text("{\"create_committee\":{\"members\":%s,\"threshold\":%s,\"margin\":%s,\"drill_interval_blocks\":9,"
                "\"phases\":%s,\"quote_demand\":%s}}",
                members, threshold, margin, phases, demand);
}

static const char *with_phases(const char *phases) { return creation(troupe_members(&s, 1, 3), "2", "1", phases, "null"); }

static void what_a_committee_may_be(void **state)
{
    (void)state;
    const char *me = s.accounts[0], *three = troupe_members(&s, 1, 3);
    stage_must(&s, me, with_phases(TROUPE_PHASES));
    static const char *const thresholds[] = {"0", "1", "4"};
    for (size_t i = 0; i < 3; i++) {
        refused(me, "threshold", "threshold", creation(three, thresholds[i], "0", TROUPE_PHASES, "null"));
    }
    refused(me, "threshold", "threshold", creation(three, "2", "2", TROUPE_PHASES, "null"));
    refused(me, "threshold", "threshold", creation(troupe_members(&s, 1, 4), "2", "0", TROUPE_PHASES, "null"));
    refused(me, "too_long", "threshold", creation(three, "129", "0", TROUPE_PHASES, "null"));
    refused(me, "malformed", "members", creation("[]", "0", "0", TROUPE_PHASES, "null"));
    refused(me, "address", "members", creation("[1]", "1", "0", TROUPE_PHASES, "null"));
    refused(me, "address", "members", creation("[\"cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du\"]", "1", "0", TROUPE_PHASES, "null"));
    refused(me, "twice", "members", creation(text("[\"%s\",\"%s\"]", me, me), "2", "0", TROUPE_PHASES, "null"));
    refused(me, "too_long", "members", creation(troupe_members(&s, 1, 129), "128", "0", TROUPE_PHASES, "null"));
    stage_must(&s, me, creation(troupe_members(&s, 1, 128), "128", "0", TROUPE_PHASES, "null"));
    refused(me, "too_small", "join", with_phases("{\"deal\":10,\"dispute\":10,\"join\":1,\"vote\":10}"));
    refused(me, "too_long", "vote", with_phases("{\"deal\":10,\"dispute\":10,\"join\":10,\"vote\":100001}"));
    stage_must(&s, me, with_phases("{\"deal\":2,\"dispute\":2,\"join\":2,\"vote\":100000}"));
    refused(me, "fields", NULL, with_phases("{\"deal\":10,\"dispute\":10,\"join\":10}"));
    refused(me, "malformed", "quote_demand", creation(three, "2", "0", TROUPE_PHASES, "\"{}\""));
    refused(me, "malformed", "quote_demand", creation(three, "2", "0", TROUPE_PHASES, "\"\""));
    refused(me, "too_long", "quote_demand", creation(three, "2", "0", TROUPE_PHASES, text("\"%032769d\"", 0)));
}

/* ---- quotes ---- */

static const char *read_demand(void)
{
    static char bytes[4096];
    FILE *f = fopen("fuzz/seeds/attest_policy/any", "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes - 1, f);
    (void)fclose(f);
    assert_in_range(n, 100, sizeof bytes - 2);
    bytes[n] = '\0';
    return bytes;
}

static const char *escaped(const char *t)
{
    char *out = calloc(2, strlen(t) + 1), *at = out;
    assert_non_null(out);
    for (; *t != '\0'; t++) {
        if (*t == '"' || *t == '\\') {
            *at++ = '\\';
        }
        *at++ = *t;
    }
    const char *kept = text("%s", out);
    free(out);
    return kept;
}

static size_t join_with(const troupe *t, uint8_t out[UR_DKG_JOIN_MAX], const uint8_t *quote_hash)
{
    ur_writer w;
    ur_writer_init(&w, out, UR_DKG_JOIN_MAX);
    assert_ok(ur_dkg_member_join(&t->sim.members[0], &w, quote_hash));
    return w.n;
}

static const char *join_message(const troupe *t, const uint8_t *bytes, size_t n, const char *quote)
{
    return text("{\"join\":{\"committee\":%llu,\"message\":\"%s\",\"quote\":%s}}", (unsigned long long)t->committee,
                stage_base64(&s, bytes, n), quote);
}

static void a_quote_is_the_one_that_is_named(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee quote");
    uint8_t plain[UR_DKG_JOIN_MAX], quoted[UR_DKG_JOIN_MAX], hash[UR_SHA256_BYTES];
    const char *demand = read_demand();
    for (int demanded = 0; demanded < 2; demanded++) {
        troupe t;
        stage_must(&s, s.accounts[0],
                   creation(troupe_members(&s, 10, 3), "2", "0", TROUPE_PHASES,
                            demanded ? text("\"%s\"", escaped(demand)) : "null"));
        troupe_follow(&t, &s, &rng, 10, NULL);
        ur_sha256_of(hash, UR_SPAN_LIT("a quote"));
        size_t n = join_with(&t, plain, NULL), m = join_with(&t, quoted, hash);
        refused(t.senders[0], "quote", "quote", join_message(&t, plain, n, "\"YQ==\""));
        refused(t.senders[0], "quote", "quote", join_message(&t, quoted, m, "null"));
        refused(t.senders[0], "quote", "quote", join_message(&t, quoted, m, "\"YQ==\""));
        refused(t.senders[0], "too_long", "quote", join_message(&t, quoted, m, text("\"%021848d\"", 0)));
        if (demanded) {
            refused(t.senders[0], "quote", "quote", join_message(&t, plain, n, "null"));
            assert_string_equal(stage_string(&s, troupe_generation(&t), "quote_demand"), demand);
        }
        stage_must(&s, t.senders[0], join_message(&t, quoted, m, "\"YSBxdW90ZQ==\""));
        assert_string_equal(stage_attribute(&s, stage_last_event(&s, "joined"), "quote"), "YSBxdW90ZQ==");
        troupe_end(&t);
    }
}

/* ---- a life, and what is refused in each part of it ---- */

static const char *publication(const troupe *t, uint64_t generation, const uint8_t *keys, size_t n)
{
    return text("{\"publish_keys\":{\"committee\":%llu,\"generation\":%llu,\"keys\":\"%s\"}}",
                (unsigned long long)t->committee, (unsigned long long)generation, stage_base64(&s, keys, n));
}

static void refuse_publications(const troupe *t)
{
    uint8_t keys[3 * UR_G1_BYTES];
    memcpy(keys, t->sim.keys, sizeof keys);
    refused(s.accounts[0], "not_pending", "generation", publication(t, 2, keys, sizeof keys));
    refused(s.accounts[0], "malformed", "keys", publication(t, 1, keys, sizeof keys - UR_G1_BYTES));
    keys[100] ^= 1;
    refused(s.accounts[0], "proof", "keys", publication(t, 1, keys, sizeof keys));
}

/* Messages of core/dkg at another's seat, at a seat that is none, said twice. */
static void refuse_speakers(troupe *t, const uint8_t *bytes, size_t n)
{
    uint8_t other[UR_DKG_JOIN_MAX];
    refused(t->senders[1], "not_member", "message", troupe_message(t, bytes, n));
    refused(s.accounts[0], "not_member", "message", troupe_message(t, bytes, n));
    memcpy(other, bytes, n);
    other[34] = 4;
    refused(t->senders[0], "no_seat", "message", troupe_message(t, other, n));
}

static void refuse_joins(troupe *t)
{
    uint8_t join[UR_DKG_JOIN_MAX];
    size_t n = join_with(t, join, NULL);
    refuse_speakers(t, join, n);
    refused(t->senders[0], "phase", "committee", publication(t, 1, t->sim.keys, 3 * UR_G1_BYTES));
    join[1] ^= 1;
    refused(t->senders[0], "session", "message", troupe_message(t, join, n));
    join[1] ^= 1;
    join[n - 1] ^= 1;
    refused(t->senders[0], "malformed", "message", troupe_message(t, join, n)); /* that x has no y, or is outside */
    memcpy(join + n - UR_G1_BYTES, join + n - UR_TWIN_BYTES, UR_G1_BYTES);
    refused(t->senders[0], "proof", "message", troupe_message(t, join, n));
    join_with(t, join, NULL);
    stage_must(&s, t->senders[0], troupe_message(t, join, n));
    refused(t->senders[0], "moot", "message", troupe_message(t, join, n));
    assert_ok(sim_post(&t->sim, s.sc.height, t->accounts[0], join, n, NULL));
}

static void refuse_successors(const troupe *t)
{
    refused(s.accounts[0], "not_member", "committee", troupe_proposal(t, 20, 3, 2));
    refused(t->senders[0], "threshold", "threshold", troupe_proposal(t, 20, 1, 1)); /* it would fall */
    stage_must(&s, t->senders[0], troupe_proposal(t, 20, 3, 2));
    const char *approval = troupe_approval(t, 1);
    refused(t->senders[0], "moot", "committee", approval);
    refused(s.accounts[0], "not_member", "committee", approval);
    refused(t->senders[1], "no_proposal", "proposer",
            text("{\"approve_successor\":{\"committee\":1,\"proposer\":2,\"hash\":\"%s\"}}",
                 stage_base64(&s, t->sim.keys, 32)));
    refused(t->senders[1], "other_hash", "hash",
            text("{\"approve_successor\":{\"committee\":1,\"proposer\":1,\"hash\":\"%s\"}}",
                 stage_base64(&s, t->sim.keys, 32)));
    stage_must(&s, t->senders[0], troupe_proposal(t, 20, 2, 2)); /* another one in its place: approvals are not for that */
    refused(t->senders[1], "other_hash", "hash", approval);
}

/* Infinity is a point for the chain's functions, and satisfies the equation for a key of infinity. */
static void refuse_answers(troupe *t)
{
    uint8_t infinity[UR_G2_BYTES] = {0xc0};
    refused(t->senders[0], "proof", "share",
            text("{\"answer_drill\":{\"committee\":1,\"index\":1,\"share\":\"%s\"}}", stage_base64(&s, infinity, UR_G2_BYTES)));
    const char *answer = troupe_answer(t, 1);
    refused(t->senders[1], "not_member", "index", answer);
    refused(t->senders[0], "no_holder", "index",
            text("{\"answer_drill\":{\"committee\":1,\"index\":4,\"share\":\"%s\"}}", stage_base64(&s, infinity, UR_G2_BYTES)));
    refused(t->senders[0], "no_holder", "index",
            text("{\"answer_drill\":{\"committee\":1,\"index\":0,\"share\":\"%s\"}}", stage_base64(&s, infinity, UR_G2_BYTES)));
}

/* A generation of three. The second successor of the same committee is made after it. */
static void every_refusal_of_a_life(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee refusals");
    troupe t, next;
    refused(s.accounts[0], "no_committee", "committee", "{\"retry\":{\"committee\":1}}");
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    refused(t.senders[0], "not_open", "committee", troupe_about(&t, "drill"));
    refused(t.senders[0], "not_open", "committee", troupe_proposal(&t, 20, 3, 2));
    refused(t.senders[0], "no_drill", "committee",
            text("{\"answer_drill\":{\"committee\":1,\"index\":1,\"share\":\"%s\"}}", stage_base64(&s, t.sim.keys, UR_G2_BYTES)));
    refused(t.senders[0], "not_over", "committee", troupe_about(&t, "retry"));
    refuse_joins(&t);
    troupe_act(&t, 3); /* member 3 never joins */
    troupe_go(&t, t.sim.config.join_until);
    troupe_act(&t, 3);
    troupe_go(&t, t.sim.config.deal_until);
    troupe_accuse(&t, 2, 1); /* falsely */
    uint8_t again[UR_DKG_DISPUTE_BYTES];
    sim_dispute(&t.sim, again, 2, 1);
    refused(t.senders[1], "out", "message", troupe_message(&t, again, sizeof again));
    troupe_go(&t, t.sim.config.dispute_until); /* one dealer is left, two are needed */
    troupe_assert_phase(&t, "failed");
    stage_must(&s, t.senders[0], troupe_about(&t, "retry"));
    troupe_end(&t);
    troupe_follow(&t, &s, &rng, 10, NULL);
    troupe_run(&t, TROUPE_ALL);
    refuse_publications(&t);
    troupe_publish(&t);
    refused(s.accounts[0], "moot", "committee", troupe_keys(&t));
    refuse_answers(&t);
    troupe_drill(&t, 1, 2);
    refused(t.senders[0], "moot", "index", troupe_answer(&t, 1));
    refused(t.senders[0], "interval", "committee", troupe_about(&t, "drill"));
    refused(t.senders[0], "not_pending", "committee", troupe_about(&t, "retry"));
    refused(s.accounts[0], "not_pending", "committee", troupe_about(&t, "switch_generation"));
    refuse_successors(&t);
    troupe_succeed(&next, &rng, &t, 30, 3, 2);
    refused(s.accounts[0], "not_drilled", "committee", troupe_about(&t, "switch_generation"));
    troupe_run(&next, TROUPE_ALL);
    stage_pass(&s, 100);
    troupe_end(&next);
    troupe_end(&t);
}

static void queries_are_refused_by_name(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee queries");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    scenario_ask_refused(&s.sc, "no_committee", "committee", "{\"committee\":{\"committee\":2}}");
    scenario_ask_refused(&s.sc, "no_generation", "generation", "{\"generation\":{\"committee\":1,\"generation\":2}}");
    scenario_ask_refused(&s.sc, "no_generation", "generation", "{\"member\":{\"committee\":2,\"generation\":1,\"index\":1}}");
    scenario_ask_refused(&s.sc, "no_seat", "index", "{\"member\":{\"committee\":1,\"generation\":1,\"index\":4}}");
    scenario_ask_refused(&s.sc, "no_seat", "index", "{\"member\":{\"committee\":1,\"generation\":1,\"index\":0}}");
    scenario_ask_refused(&s.sc, "no_drill", "committee", "{\"drill\":{\"committee\":1}}");
    scenario_ask_refused(&s.sc, "no_committee", "committee", "{\"proposals\":{\"committee\":2}}");
    scenario_ask_refused(&s.sc, "no_proposal", "proposer", "{\"proposal\":{\"committee\":1,\"proposer\":1}}");
    seen[UC_ERROR_no_generation] = true;
    troupe_end(&t);
}

/* All codes about committees have come up; those that need a whole successor do so in committee_successor_test. */
static void no_code_is_left(void **state)
{
    (void)state;
    static const uc_error elsewhere[] = {UC_ERROR_opening, UC_ERROR_drilled, UC_ERROR_releases};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        seen[elsewhere[i]] = true;
    }
    for (int e = UC_ERROR_no_committee; e <= UC_ERROR_releases; e++) {
        if (!seen[e]) {
            fail_msg("nothing was refused with %s", uc_error_code((uc_error)e));
        }
    }
}

/* ---- malformed ---- */

/* A message whose fields are changed one after the other. */
typedef struct shape {
    const char *name;
    const char *fields[6]; /* "name":value */
} shape;

static const shape shapes[] = {
    {"create_committee",
     {"\"drill_interval_blocks\":9", "\"margin\":0", "\"members\":[]", "\"phases\":" TROUPE_PHASES, "\"quote_demand\":null",
      "\"threshold\":1"}},
    {"join", {"\"committee\":1", "\"message\":\"AA==\"", "\"quote\":null"}},
    {"deal", {"\"committee\":1", "\"message\":\"AA==\""}},
    {"dispute", {"\"committee\":1", "\"message\":\"AA==\""}},
    {"vote_transcript", {"\"committee\":1", "\"message\":\"AA==\""}},
    {"publish_keys", {"\"committee\":1", "\"generation\":1", "\"keys\":\"AA==\""}},
    {"retry", {"\"committee\":1"}},
    {"drill", {"\"committee\":1"}},
    {"answer_drill", {"\"committee\":1", "\"index\":1", "\"share\":\"AA==\""}},
    {"propose_successor",
     {"\"committee\":1", "\"members\":[]", "\"phases\":" TROUPE_PHASES, "\"quote_demand\":null", "\"threshold\":2"}},
    {"approve_successor",
     {"\"committee\":1", "\"hash\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", "\"proposer\":1"}},
    {"switch_generation", {"\"committee\":1"}},
};

/* The message with field `at` (of those there are) as `instead`; NULL: without it. */
static const char *shaped(const shape *m, size_t at, const char *instead)
{
    const char *fields = "";
    for (size_t i = 0; i < 6 && m->fields[i] != NULL; i++) {
        const char *field = i == at ? instead : m->fields[i];
        if (field != NULL) {
            fields = text("%s%s%s", fields, *fields == '\0' ? "" : ",", field);
        }
    }
    return text("{\"%s\":{%s}}", m->name, fields);
}

static void must_not_be_taken(const char *message)
{
    if (stage_try(&s, s.accounts[10], message)) {
        fail_msg("taken: %.300s", message);
    }
    assert_true(s.sc.result.n > 0); /* refused, not given up */
}

static void malform(const shape *m, size_t at)
{
    static const char *const values[] = {"true", "-1", "1.5", "1e3", "\"\"", "\"x\"", "\"A===\"", "\"\\u0041\"", "[[]]", "{}",
                                         "9007199254740992", "18446744073709551616", "\"AAA\""};
    const char *field = m->fields[at];
    int name_n = (int)(strchr(field, ':') - field);
    must_not_be_taken(shaped(m, at, NULL));
    must_not_be_taken(shaped(m, at, text("%s,\"x\":1", field)));
    must_not_be_taken(shaped(m, at, text("%s,%s", field, field)));
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        must_not_be_taken(shaped(m, at, text("%.*s:%s", name_n, field, values[v])));
    }
    if (strstr(field, "null") == NULL) {
        refused(s.accounts[10], "malformed", text("%.*s", name_n - 2, field + 1), shaped(m, at, text("%.*s:null", name_n, field)));
    }
}

static void every_message_malformed(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee malformed");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 1, 1, 0);
    troupe_run(&t, TROUPE_ALL);
    troupe_open(&t);
    for (size_t m = 0; m < sizeof shapes / sizeof *shapes; m++) {
        must_not_be_taken(text("{\"%s\":{}}", shapes[m].name));
        must_not_be_taken(text("{\"%s\":null}", shapes[m].name));
        must_not_be_taken(text("{\"%s\":[]}", shapes[m].name));
        for (size_t f = 0; f < 6 && shapes[m].fields[f] != NULL; f++) {
            bool nested = strstr(shapes[m].fields[f], "\"phases\"") != NULL || strstr(shapes[m].fields[f], "\"members\"") != NULL;
            if (!nested) {
                malform(&shapes[m], f);
            }
        }
    }
    troupe_end(&t);
}

/* ---- messages of core/dkg with a byte changed ---- */

static void change_bytes(troupe *t, uint32_t actor, size_t step, test_rng *rng)
{
    static uint8_t bytes[UR_DKG_MESSAGE_MAX];
    size_t n = sim_message(&t->sim, actor, bytes, sizeof bytes, NULL);
    assert_in_range(n, 1, sizeof bytes);
    for (size_t at = test_rng_u64(rng) % step; at < n; at += step) {
        uint8_t was = bytes[at];
        bytes[at] ^= (uint8_t)(1 + test_rng_u64(rng) % 255);
        assert_int_not_equal(troupe_post(t, sim_account(&t->sim, actor), bytes, n), UR_OK);
        bytes[at] = was;
    }
    must_not_be_taken(troupe_message(t, bytes, n - 1));
}

static void every_changed_message_is_refused(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee changed");
    troupe t;
    troupe_create(&t, &s, &rng, 10, 3, 2, 0);
    change_bytes(&t, 0, 16, &rng);
    troupe_act(&t, TROUPE_ALL);
    troupe_go(&t, t.sim.config.join_until);
    change_bytes(&t, 0, 24, &rng);
    troupe_act(&t, TROUPE_ALL);
    troupe_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_committee_may_be, begin, end),
        cmocka_unit_test_setup_teardown(a_quote_is_the_one_that_is_named, begin, end),
        cmocka_unit_test_setup_teardown(every_refusal_of_a_life, begin, end),
        cmocka_unit_test_setup_teardown(queries_are_refused_by_name, begin, end),
        cmocka_unit_test(no_code_is_left),
        cmocka_unit_test_setup_teardown(every_message_malformed, begin, end),
        cmocka_unit_test_setup_teardown(every_changed_message_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
