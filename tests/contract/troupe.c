#include "tests/contract/troupe.h"

#include "core/policy/identity.h"
#include "core/tibe/tibe.h"

const char *troupe_members(stage *s, size_t first, uint32_t n)
{
    const char *text = "[";
    for (uint32_t i = 0; i < n; i++) {
        text = scenario_text(&s->sc, "%s%s\"%s\"", text, i == 0 ? "" : ",", s->accounts[first + i]);
    }
    return scenario_text(&s->sc, "%s]", text);
}

/* ---- a troupe ---- */

static void old_shares(troupe *t, troupe *old)
{
    t->old_shares = sim_alloc(old->sim.config.n, sizeof *t->old_shares);
    for (uint32_t i = 0; i < old->sim.config.n; i++) {
        if (old->sim.results[i].has_share) {
            t->old_shares[i] = old->sim.results[i].share;
        }
    }
}

void troupe_follow(troupe *t, stage *s, test_rng *rng, size_t first, troupe *old)
{
    const stage_event *e = stage_last_event(s, "attempt_begun");
    uint32_t n = 1;
    for (const char *p = stage_attribute(s, e, "members"); *p != '\0'; p++) {
        n += *p == ',';
    }
    memset(t, 0, sizeof *t);
    t->stage = s;
    t->first = first;
    t->committee = stage_attribute_u64(s, e, "committee");
    t->generation = stage_attribute_u64(s, e, "generation");
    if (old != NULL) {
        old_shares(t, old);
    }
    sim_prepare(&t->sim, rng, n, (uint32_t)stage_attribute_u64(s, e, "threshold"), old == NULL ? NULL : &old->sim,
                t->old_shares);
    for (uint32_t i = 0; i < n; i++) {
        t->senders[i] = s->accounts[first + i];
        t->accounts[i] = ur_span_str_var(t->senders[i]);
    }
    ur_dkg_config *c = &t->sim.config;
    c->chain = ur_span_str_var(s->sc.chain_id);
    c->contract = UR_SPAN_LIT(SCENARIO_CONTRACT);
    c->committee = t->committee;
    c->generation = t->generation;
    c->attempt = stage_attribute_u64(s, e, "attempt");
    c->accounts = t->accounts;
    c->join_until = stage_attribute_u64(s, e, "join_until");
    c->deal_until = stage_attribute_u64(s, e, "deal_until");
    c->dispute_until = stage_attribute_u64(s, e, "dispute_until");
    c->vote_until = stage_attribute_u64(s, e, "vote_until");
    if (old != NULL) {
        c->old_accounts = old->accounts;
    }
    sim_open(&t->sim, rng);
    const char *mine = scenario_base64(&s->sc, ur_span_of(t->sim.ledger.session, UR_DKG_SESSION_BYTES));
    assert_string_equal(scenario_text(&s->sc, "\"%s\"", stage_attribute(s, e, "session")), mine);
    sim_advance(&t->sim, s->sc.height);
}

/* On a chain each message takes its time. */
static const char *phases(const stage *s)
{
    return s->sc.elsewhere != NULL ? "{\"deal\":40,\"dispute\":40,\"join\":40,\"vote\":40}" : TROUPE_PHASES;
}

void troupe_create(troupe *t, stage *s, test_rng *rng, size_t first, uint32_t n, uint32_t threshold, uint32_t margin)
{
    stage_must(s, s->accounts[0],
               scenario_text(&s->sc,
                             "{\"create_committee\":{\"members\":%s,\"threshold\":%u,\"margin\":%u,"
                             "\"drill_interval_blocks\":100,\"phases\":%s,\"quote_demand\":null}}",
                             troupe_members(s, first, n), threshold, margin, phases(s)));
    troupe_follow(t, s, rng, first, NULL);
}

void troupe_end(troupe *t)
{
    free(t->old_shares);
    sim_end(&t->sim);
}

/* ---- messages ---- */

const char *troupe_message(const troupe *t, const uint8_t *bytes, size_t n)
{
    static const char *const names[] = {
        [UR_DKG_JOIN] = "join", [UR_DKG_DEAL] = "deal", [UR_DKG_DISPUTE] = "dispute", [UR_DKG_VOTE] = "vote_transcript"};
    return scenario_text(&t->stage->sc, "{\"%s\":{\"committee\":%llu,\"message\":%s%s}}", names[bytes[0]],
                         (unsigned long long)t->committee, scenario_base64(&t->stage->sc, ur_span_of(bytes, n)),
                         bytes[0] == UR_DKG_JOIN ? ",\"quote\":null" : "");
}

ur_status troupe_post(troupe *t, ur_span sender, const uint8_t *bytes, size_t n)
{
    const char *from = scenario_text(&t->stage->sc, "%.*s", STAGE_SPAN(sender));
    bool taken = stage_try(t->stage, from, troupe_message(t, bytes, n));
    ur_status st = sim_post(&t->sim, t->stage->sc.height, sender, bytes, n, NULL);
    if (taken != (st == UR_OK)) {
        fail_msg("the machine says %s, the contract %.*s", ur_status_name(st), STAGE_SPAN(t->stage->sc.result));
    }
    return st;
}

void troupe_act(troupe *t, uint64_t who)
{
    static uint8_t buf[UR_DKG_MESSAGE_MAX];
    for (uint32_t i = 0; i < t->sim.actors; i++) {
        uint32_t dealer = 0;
        size_t n = (who >> i & 1) != 0 ? sim_message(&t->sim, i, buf, sizeof buf, &dealer) : 0;
        if (n > 0) {
            assert_ok(troupe_post(t, sim_account(&t->sim, i), buf, n));
        }
    }
}

void troupe_go(troupe *t, uint64_t height)
{
    stage_pass(t->stage, height - t->stage->sc.height);
    sim_advance(&t->sim, height);
}

void troupe_run(troupe *t, uint64_t who)
{
    const ur_dkg_config *c = &t->sim.config;
    troupe_act(t, who);
    troupe_go(t, c->join_until);
    troupe_act(t, who);
    troupe_go(t, c->deal_until);
    troupe_act(t, who);
    troupe_go(t, c->dispute_until);
    sim_finish(&t->sim);
    troupe_act(t, who);
    assert_int_equal(t->sim.ledger.phase, UR_DKG_ACCEPTED);
}

const char *troupe_keys(const troupe *t)
{
    ur_span keys = ur_span_of(t->sim.keys, t->sim.config.n * (size_t)UR_G1_BYTES);
    return scenario_text(&t->stage->sc, "{\"publish_keys\":{\"committee\":%llu,\"generation\":%llu,\"keys\":%s}}",
                         (unsigned long long)t->committee, (unsigned long long)t->generation,
                         scenario_base64(&t->stage->sc, keys));
}

void troupe_publish(troupe *t) { stage_must(t->stage, t->stage->accounts[0], troupe_keys(t)); }

/* ---- drills ---- */

const char *troupe_answer(const troupe *t, uint32_t index)
{
    uint8_t buf[UR_IDENTITY_MAX], out[UR_G2_BYTES];
    ur_drill_identity id = {.chain_id = ur_span_str_var(t->stage->sc.chain_id),
                            .contract = UR_SPAN_LIT(SCENARIO_CONTRACT),
                            .committee = t->committee,
                            .generation = t->generation,
                            .index = index};
    ur_span text;
    ur_tibe_id hashed;
    ur_tibe_ks ks;
    ur_json drill = scenario_ask(&t->stage->sc, "{\"drill\":{\"committee\":%llu}}", (unsigned long long)t->committee);
    assert_ok(ur_json_base64_var(id.nonce, sizeof id.nonce, ur_json_get_var(drill, "nonce")));
    assert_ok(ur_drill_identity_write(buf, &text, &id));
    assert_ok(ur_tibe_id_hash(&hashed, text));
    const ur_share share = {.s = t->sim.results[index - 1].share, .index = index};
    ur_tibe_extract(&ks, &share, &hashed);
    ur_tibe_ks_reveal(out, &ks);
    return scenario_text(&t->stage->sc, "{\"answer_drill\":{\"committee\":%llu,\"index\":%u,\"share\":%s}}",
                         (unsigned long long)t->committee, index, scenario_base64(&t->stage->sc, ur_span_of(out, sizeof out)));
}

void troupe_drill(troupe *t, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i <= to; i++) {
        stage_must(t->stage, t->senders[i - 1], troupe_answer(t, i));
    }
}

/* ---- questions ---- */

ur_json troupe_committee(const troupe *t)
{
    return scenario_ask(&t->stage->sc, "{\"committee\":{\"committee\":%llu}}", (unsigned long long)t->committee);
}

ur_json troupe_generation(const troupe *t)
{
    return scenario_ask(&t->stage->sc, "{\"generation\":{\"committee\":%llu,\"generation\":%llu}}",
                        (unsigned long long)t->committee, (unsigned long long)t->generation);
}

void troupe_assert_phase(const troupe *t, const char *phase)
{
    assert_string_equal(stage_string(t->stage, troupe_generation(t), "phase"), phase);
}

void troupe_assert_generations(const troupe *t, uint64_t current, uint64_t pending)
{
    ur_json c = troupe_committee(t);
    assert_int_equal(stage_u64(c, "current"), current);
    assert_int_equal(stage_u64(c, "pending"), pending);
}

/* The fault of a seat in a list of the generation's answer, or "null". */
const char *troupe_fault(const troupe *t, const char *list, uint32_t index)
{
    ur_json seat = stage_at(ur_json_get_var(troupe_generation(t), list), index - 1);
    ur_json f = ur_json_get_var(seat, "fault");
    return ur_json_kind_var(f) == UR_JSON_NULL ? "null" : stage_string(t->stage, seat, "fault");
}

/* ---- deeds ---- */

const char *troupe_about(const troupe *t, const char *message)
{
    return scenario_text(&t->stage->sc, "{\"%s\":{\"committee\":%llu}}", message, (unsigned long long)t->committee);
}

/* From an accepted transcript to a generation that is drilled by those who have shares. */
void troupe_open(troupe *t)
{
    uint32_t need = t->sim.config.t + (uint32_t)stage_u64(troupe_committee(t), "margin");
    troupe_publish(t);
    for (uint32_t i = 1; need > 0; i++) {
        if (t->sim.results[i - 1].has_share) {
            troupe_drill(t, i, i);
            need--;
        }
    }
}

void troupe_found(troupe *t, stage *s, test_rng *rng, uint32_t n, uint32_t threshold, uint32_t margin)
{
    troupe_create(t, s, rng, 10, n, threshold, margin);
    troupe_run(t, TROUPE_ALL);
    troupe_open(t);
}

const char *troupe_proposal(const troupe *now, size_t first, uint32_t n, uint32_t threshold)
{
    return scenario_text(&now->stage->sc,
                         "{\"propose_successor\":{\"committee\":%llu,\"members\":%s,\"threshold\":%u,"
                         "\"phases\":%s,\"quote_demand\":null}}",
                         (unsigned long long)now->committee, troupe_members(now->stage, first, n), threshold, phases(now->stage));
}

const char *troupe_approval(const troupe *now, uint32_t proposer)
{
    ur_json p = scenario_ask(&now->stage->sc, "{\"proposal\":{\"committee\":%llu,\"proposer\":%u}}",
                             (unsigned long long)now->committee, proposer);
    return scenario_text(&now->stage->sc, "{\"approve_successor\":{\"committee\":%llu,\"proposer\":%u,\"hash\":\"%s\"}}",
                         (unsigned long long)now->committee, proposer, stage_string(now->stage, p, "hash"));
}

/* Member 1 proposes, the next ones approve until it begins. */
void troupe_succeed(troupe *next, test_rng *rng, troupe *now, size_t first, uint32_t n, uint32_t threshold)
{
    stage_must(now->stage, now->senders[0], troupe_proposal(now, first, n, threshold));
    const char *approve = now->sim.config.t > 1 ? troupe_approval(now, 1) : NULL;
    for (uint32_t i = 2; i <= now->sim.config.t; i++) {
        stage_must(now->stage, now->senders[i - 1], approve);
    }
    troupe_follow(next, now->stage, rng, first, now);
}

/* A deal in which member `victim` gets a wrong share, proven as if nothing were. */
void troupe_deal_wrongly(troupe *t, uint32_t dealer, uint32_t victim)
{
    static uint8_t deal[UR_DKG_MESSAGE_MAX];
    uint32_t actor = sim_dealer_actor(&t->sim, dealer);
    size_t n = sim_message(&t->sim, actor, deal, sizeof deal, NULL);
    sim_masked(&t->sim, deal, victim)[31] ^= 1;
    sim_prove_deal(&t->sim.members[actor], deal, n);
    assert_ok(troupe_post(t, sim_account(&t->sim, actor), deal, n));
}

void troupe_accuse(troupe *t, uint32_t accuser, uint32_t dealer)
{
    uint8_t dispute[UR_DKG_DISPUTE_BYTES];
    sim_dispute(&t->sim, dispute, accuser, dealer);
    assert_ok(troupe_post(t, t->accounts[accuser - 1], dispute, sizeof dispute));
}
