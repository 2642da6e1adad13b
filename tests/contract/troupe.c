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

void troupe_create(troupe *t, stage *s, test_rng *rng, size_t first, uint32_t n, uint32_t threshold, uint32_t margin)
{
    stage_must(s, s->accounts[0],
               scenario_text(&s->sc,
                             "{\"create_committee\":{\"members\":%s,\"threshold\":%u,\"margin\":%u,"
                             "\"drill_interval_blocks\":100,\"phases\":" TROUPE_PHASES ",\"quote_demand\":null}}",
                             troupe_members(s, first, n), threshold, margin));
    troupe_follow(t, s, rng, first, NULL);
}

void troupe_end(troupe *t)
{
    free(t->old_shares);
    sim_end(&t->sim);
}

/* ---- messages ---- */

const char *troupe_message(const troupe *t, stage *s, const uint8_t *bytes, size_t n)
{
    static const char *const names[] = {
        [UR_DKG_JOIN] = "join", [UR_DKG_DEAL] = "deal", [UR_DKG_DISPUTE] = "dispute", [UR_DKG_VOTE] = "vote_transcript"};
    return scenario_text(&s->sc, "{\"%s\":{\"committee\":%llu,\"message\":%s%s}}", names[bytes[0]],
                         (unsigned long long)t->committee, scenario_base64(&s->sc, ur_span_of(bytes, n)),
                         bytes[0] == UR_DKG_JOIN ? ",\"quote\":null" : "");
}

ur_status troupe_post(troupe *t, stage *s, ur_span sender, const uint8_t *bytes, size_t n)
{
    const char *from = scenario_text(&s->sc, "%.*s", STAGE_SPAN(sender));
    bool taken = stage_try(s, from, troupe_message(t, s, bytes, n));
    ur_status st = sim_post(&t->sim, s->sc.height, sender, bytes, n, NULL);
    if (taken != (st == UR_OK)) {
        fail_msg("the machine says %s, the contract %.*s", ur_status_name(st), STAGE_SPAN(s->sc.result));
    }
    return st;
}

void troupe_act(troupe *t, stage *s, uint64_t who)
{
    static uint8_t buf[UR_DKG_MESSAGE_MAX];
    for (uint32_t i = 0; i < t->sim.actors; i++) {
        uint32_t dealer = 0;
        size_t n = (who >> i & 1) != 0 ? sim_message(&t->sim, i, buf, sizeof buf, &dealer) : 0;
        if (n > 0) {
            assert_ok(troupe_post(t, s, sim_account(&t->sim, i), buf, n));
        }
    }
}

void troupe_go(troupe *t, stage *s, uint64_t height)
{
    stage_pass(s, height - s->sc.height);
    sim_advance(&t->sim, height);
}

void troupe_run(troupe *t, stage *s, uint64_t who)
{
    const ur_dkg_config *c = &t->sim.config;
    troupe_act(t, s, who);
    troupe_go(t, s, c->join_until);
    troupe_act(t, s, who);
    troupe_go(t, s, c->deal_until);
    troupe_act(t, s, who);
    troupe_go(t, s, c->dispute_until);
    sim_finish(&t->sim);
    troupe_act(t, s, who);
    assert_int_equal(t->sim.ledger.phase, UR_DKG_ACCEPTED);
}

const char *troupe_keys(const troupe *t, stage *s)
{
    ur_span keys = ur_span_of(t->sim.keys, t->sim.config.n * (size_t)UR_G1_BYTES);
    return scenario_text(&s->sc, "{\"publish_keys\":{\"committee\":%llu,\"generation\":%llu,\"keys\":%s}}",
                         (unsigned long long)t->committee, (unsigned long long)t->generation,
                         scenario_base64(&s->sc, keys));
}

void troupe_publish(troupe *t, stage *s) { stage_must(s, s->accounts[0], troupe_keys(t, s)); }

/* ---- drills ---- */

const char *troupe_answer(const troupe *t, stage *s, uint32_t index)
{
    uint8_t buf[UR_IDENTITY_MAX], out[UR_G2_BYTES];
    ur_drill_identity id = {.chain_id = ur_span_str_var(s->sc.chain_id),
                            .contract = UR_SPAN_LIT(SCENARIO_CONTRACT),
                            .committee = t->committee,
                            .generation = t->generation,
                            .index = index};
    ur_span text;
    ur_tibe_id hashed;
    ur_tibe_ks ks;
    ur_json drill = scenario_ask(&s->sc, "{\"drill\":{\"committee\":%llu}}", (unsigned long long)t->committee);
    assert_ok(ur_json_base64_var(id.nonce, sizeof id.nonce, ur_json_get_var(drill, "nonce")));
    assert_ok(ur_drill_identity_write(buf, &text, &id));
    assert_ok(ur_tibe_id_hash(&hashed, text));
    const ur_share share = {.s = t->sim.results[index - 1].share, .index = index};
    ur_tibe_extract(&ks, &share, &hashed);
    ur_tibe_ks_reveal(out, &ks);
    return scenario_text(&s->sc, "{\"answer_drill\":{\"committee\":%llu,\"index\":%u,\"share\":%s}}",
                         (unsigned long long)t->committee, index, scenario_base64(&s->sc, ur_span_of(out, sizeof out)));
}

void troupe_drill(troupe *t, stage *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i <= to; i++) {
        stage_must(s, t->senders[i - 1], troupe_answer(t, s, i));
    }
}
