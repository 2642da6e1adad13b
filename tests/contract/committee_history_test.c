/* An indexer that sees nothing but events, and heights, rebuilds what the contract answers about a committee, at any time of its life. */
#include "tests/contract/troupe.h"

enum { SEATS = 8, GENERATIONS = 4, PROPOSALS = 8 };

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

/* ---- what an indexer keeps ---- */

typedef struct seat {
    const char *join; /* message, or NULL */
    bool voted;
    const char *fault;
} seat;

typedef struct dealer_seat {
    bool dealt;
    const char *fault;
} dealer_seat;

typedef struct gen {
    uint64_t attempt, threshold, join_until, deal_until, dispute_until, vote_until, published, drilled;
    uint32_t n, old_n, old_t;
    const char *members, *session, *demand, *accepted, *mpk, *keys;
    seat seats[SEATS];
    dealer_seat dealers[SEATS];
} gen;

typedef struct drill {
    uint64_t number, generation, opened, answers;
    const char *nonce;
    bool answered[SEATS];
} drill;

typedef struct proposal {
    const char *hash, *members;
    uint64_t threshold, approvals;
    bool approved[SEATS];
} proposal;

typedef struct history {
    const char *creator;
    uint64_t margin, interval, succession, current, pending, drills, last_drill;
    gen gens[GENERATIONS];
    drill drill;
    proposal proposals[PROPOSALS];
} history;

/* ---- one event after the other ---- */

static const char *get(const stage_event *e, const char *name) { return stage_attribute(&s, e, name); }
static uint64_t number(const stage_event *e, const char *name) { return stage_attribute_u64(&s, e, name); }

static gen *gen_of(history *h, const stage_event *e)
{
    uint64_t g = number(e, "generation");
    assert_in_range(g, 1, GENERATIONS - 1);
    return &h->gens[g];
}

static size_t at(const stage_event *e, const char *name)
{
    uint64_t i = number(e, name);
    assert_in_range(i, 1, SEATS);
    return i - 1;
}

static void on_created(history *h, const stage_event *e)
{
    h->creator = get(e, "creator");
    h->margin = number(e, "margin");
    h->interval = number(e, "drill_interval");
}

static void on_begun(history *h, const stage_event *e)
{
    gen *g = gen_of(h, e);
    *g = (gen){.attempt = number(e, "attempt"),
               .threshold = number(e, "threshold"),
               .members = get(e, "members"),
               .demand = get(e, "quote_demand"),
               .session = get(e, "session"),
               .join_until = number(e, "join_until"),
               .deal_until = number(e, "deal_until"),
               .dispute_until = number(e, "dispute_until"),
               .vote_until = number(e, "vote_until"),
               .n = 1};
    for (const char *p = g->members; *p != '\0'; p++) {
        g->n += *p == ',';
    }
    if (h->succession != number(e, "succession")) { /* begun, and not tried again */
        h->succession = number(e, "succession");
        memset(h->proposals, 0, sizeof h->proposals);
    }
    h->pending = number(e, "generation");
    if (h->current != 0) {
        g->old_n = h->gens[h->current].n;
        g->old_t = (uint32_t)h->gens[h->current].threshold;
    }
}

static void on_joined(history *h, const stage_event *e) { gen_of(h, e)->seats[at(e, "index")].join = get(e, "message"); }

static void on_dealt(history *h, const stage_event *e) { gen_of(h, e)->dealers[at(e, "dealer")].dealt = true; }

static void on_disputed(history *h, const stage_event *e)
{
    gen *g = gen_of(h, e);
    bool dealer = strcmp(get(e, "out"), "dealer") == 0, one_person = g->old_n == 0;
    size_t who = at(e, dealer ? "dealer" : "accuser");
    const char *fault = dealer ? "bad_deal" : "false_dispute";
    if (dealer || one_person) {
        g->dealers[who].fault = fault;
    }
    if (!dealer || one_person) {
        g->seats[who].fault = fault;
    }
}

static void on_voted(history *h, const stage_event *e)
{
    gen *g = gen_of(h, e);
    g->seats[at(e, "index")].voted = true;
    if (strcmp(get(e, "accepted"), "true") == 0) {
        g->accepted = get(e, "transcript");
    }
}

static void on_published(history *h, const stage_event *e)
{
    gen *g = gen_of(h, e);
    g->published = e->height;
    g->mpk = get(e, "mpk");
    g->keys = get(e, "keys");
}

static void on_drill(history *h, const stage_event *e)
{
    h->drill = (drill){.number = number(e, "drill"),
                       .generation = number(e, "generation"),
                       .opened = e->height,
                       .nonce = get(e, "nonce")};
    h->drills = h->drill.number;
    h->last_drill = e->height;
}

static void on_answered(history *h, const stage_event *e)
{
    h->drill.answered[at(e, "index")] = true;
    h->drill.answers = number(e, "answers");
}

static void on_drilled(history *h, const stage_event *e) { gen_of(h, e)->drilled = e->height; }

static void on_current(history *h, const stage_event *e)
{
    h->current = number(e, "generation");
    h->pending = 0;
}

static void on_proposed(history *h, const stage_event *e)
{
    h->proposals[at(e, "proposer")] =
        (proposal){.hash = get(e, "hash"), .members = get(e, "members"), .threshold = number(e, "threshold")};
}

static void on_approved(history *h, const stage_event *e)
{
    proposal *p = &h->proposals[at(e, "proposer")];
    assert_string_equal(p->hash, get(e, "hash"));
    p->approved[at(e, "member")] = true;
    p->approvals = number(e, "approvals");
}

static const struct {
    const char *type;
    void (*take)(history *h, const stage_event *e);
} readers[] = {
    {"committee_created", on_created}, {"attempt_begun", on_begun},         {"joined", on_joined},
    {"dealt", on_dealt},               {"disputed", on_disputed},           {"transcript_voted", on_voted},
    {"keys_published", on_published},  {"drill_opened", on_drill},          {"drill_answered", on_answered},
    {"generation_drilled", on_drilled}, {"generation_current", on_current}, {"successor_proposed", on_proposed},
    {"successor_approved", on_approved},
};

static void take_event(history *h, const stage_event *e)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (ur_json_is_var(ur_json_get_var(e->json, "type"), ur_span_str_var(readers[i].type))) {
            readers[i].take(h, e);
            return;
        }
    }
    fail_msg("an event that nobody reads: %s", e->text);
}

static void rebuild(history *h, uint64_t committee)
{
    memset(h, 0, sizeof *h);
    for (size_t i = 0; i < s.events_n; i++) {
        if (stage_attribute_u64(&s, &s.events[i], "committee") == committee) {
            take_event(h, &s.events[i]);
        }
    }
}

/* ---- what follows from that and the height ---- */

static uint32_t standing(const gen *g)
{
    uint32_t count = 0;
    for (size_t i = 0; i < SEATS; i++) {
        count += g->dealers[i].dealt && g->dealers[i].fault == NULL;
    }
    return count;
}

static uint32_t joined(const gen *g)
{
    uint32_t count = 0;
    for (size_t i = 0; i < SEATS; i++) {
        count += g->seats[i].join != NULL;
    }
    return count;
}

static const char *phase(const gen *g, uint64_t height)
{
    uint64_t needed = g->old_n != 0 ? g->old_t : g->threshold;
    if (g->accepted != NULL) {
        return "accepted";
    }
    if (height < g->join_until) {
        return "joining";
    }
    if (joined(g) < g->threshold) {
        return "failed";
    }
    if (height < g->deal_until) {
        return "dealing";
    }
    if (standing(g) < needed) { /* disputes only lower it */
        return "failed";
    }
    return height < g->dispute_until ? "disputing" : height < g->vote_until ? "voting" : "failed";
}

/* ---- compared with answers ---- */

static void assert_text_or_null(ur_json object, const char *name, const char *want)
{
    if (want == NULL) {
        assert_int_equal(ur_json_kind_var(ur_json_get_var(object, name)), UR_JSON_NULL);
    } else {
        assert_string_equal(stage_string(&s, object, name), want);
    }
}

static void assert_bool(ur_json object, const char *name, bool want)
{
    bool got;
    assert_ok(ur_json_bool_var(&got, ur_json_get_var(object, name)));
    assert_int_equal(got, want);
}

static void compare_seats(const gen *g, ur_json answer, uint64_t committee, uint64_t id)
{
    ur_json members = ur_json_get_var(answer, "members"), dealers = ur_json_get_var(answer, "dealers");
    const char *accounts = "";
    assert_int_equal(ur_json_count_var(members), g->n);
    for (uint32_t i = 0; i < g->n; i++) {
        ur_json m = stage_at(members, i);
        accounts = scenario_text(&s.sc, "%s%s%s", accounts, i == 0 ? "" : ",", stage_string(&s, m, "account"));
        assert_text_or_null(m, "fault", g->seats[i].fault);
        assert_bool(m, "joined", g->seats[i].join != NULL);
        assert_bool(m, "voted", g->seats[i].voted);
        ur_json one = scenario_ask(&s.sc, "{\"member\":{\"committee\":%llu,\"generation\":%llu,\"index\":%u}}",
                                   (unsigned long long)committee, (unsigned long long)id, i + 1);
        assert_text_or_null(one, "join", g->seats[i].join);
        if (g->keys != NULL) { /* 48 bytes are 64 characters of base64 */
            assert_string_equal(stage_string(&s, ur_json_get_var(one, "holder"), "public_share"),
                                scenario_text(&s.sc, "%.64s", g->keys + 64 * (size_t)i));
        }
    }
    assert_string_equal(accounts, g->members);
    assert_int_equal(ur_json_count_var(dealers), g->old_n != 0 ? g->old_n : g->n);
    for (uint32_t i = 0; i < ur_json_count_var(dealers); i++) {
        assert_bool(stage_at(dealers, i), "dealt", g->dealers[i].dealt);
        assert_text_or_null(stage_at(dealers, i), "fault", g->dealers[i].fault);
    }
}

static void compare_generation(const gen *g, uint64_t committee, uint64_t id)
{
    ur_json a = scenario_ask(&s.sc, "{\"generation\":{\"committee\":%llu,\"generation\":%llu}}",
                             (unsigned long long)committee, (unsigned long long)id);
    const struct {
        const char *name;
        uint64_t want;
    } numbers[] = {{"attempt", g->attempt},
                   {"threshold", g->threshold},
                   {"join_until", g->join_until},
                   {"deal_until", g->deal_until},
                   {"dispute_until", g->dispute_until},
                   {"vote_until", g->vote_until},
                   {"published", g->published},
                   {"drilled", g->drilled},
                   {"old_members", g->old_n},
                   {"old_threshold", g->old_t}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_int_equal(stage_u64(a, numbers[i].name), numbers[i].want);
    }
    assert_string_equal(stage_string(&s, a, "session"), g->session);
    assert_string_equal(stage_string(&s, a, "phase"), phase(g, s.sc.height));
    assert_text_or_null(a, "accepted", g->accepted);
    assert_text_or_null(a, "quote_demand", *g->demand == '\0' ? NULL : g->demand);
    if (g->mpk != NULL) {
        assert_string_equal(stage_string(&s, a, "mpk"), g->mpk);
    }
    compare_seats(g, a, committee, id);
}

static void compare_marks(ur_json list, const bool *marks)
{
    size_t count = 0;
    for (size_t i = 0; i < SEATS; i++) {
        if (marks[i]) {
            uint64_t x;
            assert_ok(ur_json_u64_var(&x, stage_at(list, count++)));
            assert_int_equal(x, i + 1);
        }
    }
    assert_int_equal(ur_json_count_var(list), count);
}

static void compare_drill(const history *h, uint64_t committee)
{
    if (h->drills == 0) {
        scenario_ask_refused(&s.sc, "no_drill", "committee", "{\"drill\":{\"committee\":%llu}}",
                             (unsigned long long)committee);
        return;
    }
    ur_json a = scenario_ask(&s.sc, "{\"drill\":{\"committee\":%llu}}", (unsigned long long)committee);
    assert_int_equal(stage_u64(a, "drill"), h->drill.number);
    assert_int_equal(stage_u64(a, "generation"), h->drill.generation);
    assert_int_equal(stage_u64(a, "opened"), h->drill.opened);
    assert_int_equal(stage_u64(a, "answers"), h->drill.answers);
    assert_string_equal(stage_string(&s, a, "nonce"), h->drill.nonce);
    compare_marks(ur_json_get_var(a, "answered"), h->drill.answered);
}

static void compare_proposals(const history *h, uint64_t committee)
{
    ur_json a = scenario_ask(&s.sc, "{\"proposals\":{\"committee\":%llu}}", (unsigned long long)committee);
    size_t count = 0;
    for (size_t i = 0; i < PROPOSALS; i++) {
        if (h->proposals[i].hash != NULL) {
            ur_json p = stage_at(a, count++);
            assert_int_equal(stage_u64(p, "proposer"), i + 1);
            assert_int_equal(stage_u64(p, "approvals"), h->proposals[i].approvals);
            assert_string_equal(stage_string(&s, p, "hash"), h->proposals[i].hash);
            compare_marks(ur_json_get_var(p, "approved"), h->proposals[i].approved);
        }
    }
    assert_int_equal(ur_json_count_var(a), count);
}

static void compare(const troupe *t)
{
    history h;
    rebuild(&h, t->committee);
    ur_json a = troupe_committee(t);
    assert_string_equal(stage_string(&s, a, "creator"), h.creator);
    assert_int_equal(stage_u64(a, "margin"), h.margin);
    assert_int_equal(stage_u64(a, "drill_interval_blocks"), h.interval);
    assert_int_equal(stage_u64(a, "successions"), h.succession);
    assert_int_equal(stage_u64(a, "current"), h.current);
    assert_int_equal(stage_u64(a, "pending"), h.pending);
    assert_int_equal(stage_u64(a, "drills"), h.drills);
    assert_int_equal(stage_u64(a, "last_drill"), h.last_drill);
    assert_text_or_null(a, "mpk", h.current == 0 ? NULL : h.gens[h.current].mpk);
    assert_int_equal(stage_u64(a, "threshold"), h.current == 0 ? 0 : h.gens[h.current].threshold);
    assert_int_equal(stage_u64(a, "members"), h.current == 0 ? 0 : h.gens[h.current].n);
    for (uint64_t g = 1; g < GENERATIONS; g++) {
        if (h.gens[g].attempt != 0) {
            compare_generation(&h.gens[g], t->committee, g);
        }
    }
    compare_drill(&h, t->committee);
    compare_proposals(&h, t->committee);
}

/* ---- a life full of incidents ---- */

static void first_attempt_fails(troupe *t)
{
    compare(t);
    troupe_act(t, 5);
    compare(t);
    troupe_go(t, t->sim.config.join_until);
    troupe_act(t, 4);
    compare(t);
    troupe_go(t, t->sim.config.deal_until);
    compare(t);
    stage_must(&s, t->senders[1], troupe_about(t, "retry"));
    compare(t);
}

static void second_attempt_has_a_cheat(troupe *t)
{
    troupe_act(t, TROUPE_ALL);
    troupe_go(t, t->sim.config.join_until);
    troupe_deal_wrongly(t, 2, 3);
    troupe_act(t, TROUPE_ALL);
    compare(t);
    troupe_go(t, t->sim.config.deal_until);
    troupe_act(t, TROUPE_ALL);
    compare(t);
    troupe_go(t, t->sim.config.dispute_until);
    sim_finish(&t->sim);
    troupe_act(t, TROUPE_ALL);
    compare(t);
    troupe_publish(t);
    compare(t);
    troupe_drill(t, 1, 1);
    compare(t);
    troupe_drill(t, 3, 3);
    compare(t);
}

static void proposals_come_and_go(troupe *t)
{
    stage_must(&s, t->senders[0], troupe_proposal(t, 20, 4, 3));
    stage_must(&s, t->senders[2], troupe_proposal(t, 30, 3, 2));
    compare(t);
    stage_must(&s, t->senders[2], troupe_proposal(t, 31, 3, 2));
    compare(t);
    stage_must(&s, t->senders[1], troupe_approval(t, 1));
    compare(t);
}

static void a_history_from_events_alone(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("committee history");
    troupe failed, t, next, other;
    troupe_create(&failed, &s, &rng, 10, 3, 2, 0);
    first_attempt_fails(&failed);
    troupe_follow(&t, &s, &rng, 10, NULL);
    second_attempt_has_a_cheat(&t);
    troupe_create(&other, &s, &rng, 50, 3, 2, 0); /* the events of another one lie between */
    troupe_run(&other, TROUPE_ALL);
    compare(&other);
    stage_pass(&s, 100);
    stage_must(&s, t.senders[1], troupe_about(&t, "drill"));
    troupe_drill(&t, 3, 3);
    compare(&t);
    proposals_come_and_go(&t);
    troupe_follow(&next, &s, &rng, 20, &t);
    troupe_run(&next, TROUPE_ALL);
    compare(&next);
    troupe_open(&next);
    compare(&next);
    stage_must(&s, s.accounts[0], troupe_about(&t, "switch_generation"));
    compare(&next);
    troupe_end(&next);
    troupe_end(&t);
    troupe_end(&failed);
    troupe_end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_history_from_events_alone, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
