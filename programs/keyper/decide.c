#include "programs/keyper/decide.h"

#include <stdlib.h>
#include <string.h>

#include "core/attest/binding.h"
#include "core/attest/tee_policy.h"
#include "core/attest/verify.h"
#include "core/codec/json.h"

#define NS_PER_S 1000000000u

static const struct {
    const char *name, *text;
    ur_status status;
} reasons[UK_REASON_COUNT] = {
#define UK_REASON(name, status, sentence) {#name, sentence, UR_##status},
#include "programs/keyper/decide.def"
#undef UK_REASON
};

const char *uk_reason_name(uk_reason r) { return r < UK_REASON_COUNT ? reasons[r].name : "?"; }
const char *uk_reason_text(uk_reason r) { return r < UK_REASON_COUNT ? reasons[r].text : "?"; }
ur_status uk_reason_status(uk_reason r) { return r < UK_REASON_COUNT ? reasons[r].status : UR_E_INTERNAL; }

/* All that a decision looks at. */
typedef struct uk_case {
    uc_call *c;
    const uk_self *self;
    const uk_outside *outside;
    uint64_t vault, number;
    uc_vault v;
    uc_origin o;
    ur_policy *p;
    uc_request q;
    ur_span twin, quote, collateral_hash;
    uk_decision *out;
    ur_err *err;
} uk_case;

/* A step's end: UR_E_POLICY with the reason noted is a no; anything else but UR_OK is no decision at all. */
static ur_status no(uk_case *k, uk_reason why)
{
    k->out->reason = why;
    return UR_E_POLICY;
}

/* A reader's status: a record that is not there is a no, one that could not be fetched is none. */
static ur_status loaded(uk_case *k, ur_status s, uk_reason absent)
{
    if (s == UR_E_ABSENT) {
        k->c->refused = false;
        return no(k, absent);
    }
    return s;
}

/* ---- the record ---- */

static ur_status load_policy(uk_case *k)
{
    ur_key key;
    ur_span text;
    const char *where = NULL;
    UR_TRY(loaded(k, uc_origin_load(k->c, k->vault, &k->o), UK_REASON_gone));
    UR_TRY(loaded(k, uc_blob_load(k->c, ur_key_policy(&key, k->vault), &text), UK_REASON_ended));
    k->p = uc_take(k->c, 1, sizeof *k->p);
    if (k->p == NULL) {
        return UR_E_MEMORY;
    }
    if (ur_policy_parse(k->p, &where, text, ur_policy_is_dev_chain(k->c->chain_id)) != UR_OK) {
        (void)ur_err_set(&k->out->detail, UR_E_POLICY, "%s", where == NULL ? "" : where);
        return no(k, UK_REASON_policy);
    }
    return ur_eq_var(k->p->hash, k->o.policy_hash, sizeof k->p->hash) ? UR_OK : no(k, UK_REASON_policy_hash);
}

static ur_status load_vault(uk_case *k)
{
    UR_TRY(loaded(k, uc_vault_load(k->c, k->vault, &k->v), UK_REASON_gone));
    ur_status s = k->outside->see(k->outside->self, k->vault, &k->v, &k->out->detail);
    if (s == UR_E_POLICY) {
        return no(k, UK_REASON_went_back);
    }
    return s;
}

/* The share that would answer is one of the current generation, and ours; and that generation is what the policy asks for. */
static ur_status check_committee(uk_case *k)
{
    uc_committee c;
    uc_holder h;
    UR_TRY(loaded(k, uc_committee_load(k->c, k->v.committee, &c), UK_REASON_generation));
    if (k->self->committee != k->v.committee || c.current != k->self->generation) {
        return no(k, UK_REASON_generation);
    }
    UR_TRY(loaded(k, uc_holder_load(k->c, k->v.committee, c.current, k->self->index, &h), UK_REASON_seat));
    if (!ur_span_eq_var(h.account, k->self->account) || !ur_eq_var(h.key, k->self->key, sizeof h.key)) {
        return no(k, UK_REASON_seat);
    }
    bool quotes = !k->p->wants_keyper_quotes || (c.has_demand && ur_eq_var(c.demand, k->p->keyper_quotes, sizeof c.demand));
    return quotes && ur_policy_allows_committee(k->p, c.mpk, c.t, c.n) ? UR_OK : no(k, UK_REASON_committee);
}

/* ---- the rules ---- */

static ur_status check_rules(uk_case *k, ur_instant now, bool fenced_before)
{
    if (ur_policy_request_is_over(k->p, k->q.opened, now)) {
        return no(k, UK_REASON_expired);
    }
    if (k->q.kind == UC_RECIPIENT_MIGRATE) {
        return UR_OK;
    }
    if (!fenced_before && !ur_policy_is_silent(k->p, k->v.heartbeat, now)) {
        return no(k, UK_REASON_not_silent);
    }
    if (!ur_policy_window_is_over(k->p, k->q.opened, now)) {
        return no(k, UK_REASON_window);
    }
    return ur_policy_has_quorum(k->p, k->q.approvals) ? UR_OK : no(k, UK_REASON_quorum);
}

/* ---- the recipient ---- */

static ur_status load_evidence(uk_case *k)
{
    ur_key key;
    ur_span fields;
    ur_reader r;
    uint8_t hash[UR_SHA256_BYTES];
    if (!k->q.has_evidence) {
        return no(k, UK_REASON_no_evidence);
    }
    UR_TRY(loaded(k, uc_blob_load(k->c, ur_key_evidence(&key, k->vault, k->number), &fields), UK_REASON_no_evidence));
    ur_sha256_of(hash, fields);
    ur_reader_init(&r, fields);
    bool right = ur_eq_var(hash, k->q.evidence_hash, sizeof hash) && ur_reader_field(&r, &k->twin, UR_TWIN_BYTES) == UR_OK &&
                 ur_reader_field(&r, &k->quote, UC_QUOTE_MAX) == UR_OK &&
                 ur_reader_field(&r, &k->collateral_hash, UR_SHA256_BYTES) == UR_OK && ur_reader_end(&r) == UR_OK &&
                 k->twin.n == UR_TWIN_BYTES && ur_eq_var(k->twin.p, k->q.pk1, UR_G1_BYTES) &&
                 ur_eq_var(k->twin.p + UR_G1_BYTES, k->q.pk2, UR_G2_BYTES);
    memcpy(k->out->evidence_hash, hash, sizeof hash);
    return right ? UR_OK : no(k, UK_REASON_evidence_hash);
}

static ur_status check_possession(uk_case *k)
{
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    ur_span ctx;
    ur_pve_recipient key;
    const ur_pve_context about = {.chain = k->c->chain_id,
                                  .contract = k->c->contract,
                                  .vault = k->vault,
                                  .epoch = k->v.epoch,
                                  .registered = k->q.kind == UC_RECIPIENT_KEY,
                                  .request = k->number,
                                  .account = k->q.account};
    bool right = ur_pve_context_write(buf, &ctx, &about) == UR_OK && ur_pve_recipient_parse_var(&key, k->twin.p, ctx) == UR_OK;
    return right ? UR_OK : no(k, UK_REASON_possession);
}

static ur_status bind(uk_case *k, const ur_verdict *verdict)
{
    ur_challenge challenge = {.made_height = k->q.challenged, .life_blocks = (uint32_t)(k->q.deadline - k->q.challenged)};
    ur_reason why;
    memcpy(challenge.value, k->q.challenge, sizeof challenge.value);
    UR_TRY(k->outside->header_hash(k->outside->self, challenge.header_hash, k->q.challenged, k->err));
    const ur_binding b = {.purpose = k->q.kind == UC_RECIPIENT_MIGRATE ? UR_PURPOSE_MIGRATE : UR_PURPOSE_RECIPIENT,
                          .chain_id = k->c->chain_id,
                          .contract = k->c->contract,
                          .number = k->vault,
                          .epoch = k->v.epoch,
                          .account = k->q.account,
                          .policy_hash = ur_span_of(k->p->hash, sizeof k->p->hash),
                          .algorithm = UR_KEY_BLS12_381_TWIN,
                          .key = ur_span_of(k->twin.p, UR_G1_BYTES + UR_G2_BYTES),
                          .challenge = &challenge};
    return ur_binding_check(&why, k->outside->attest, &b, verdict->report_data) == UR_OK ? UR_OK : no(k, UK_REASON_binding);
}

/* Images that the release authority has added, whose delay is over: the list that judging wants. */
static ur_status added_images(uk_case *k, ur_instant now, ur_span *out)
{
    *out = (ur_span){0};
    return k->p->tee.has_release_authority ? uc_images_in_force(k->c, k->vault, k->p->tee.release_delay_s, now.time_ns, out) : UR_OK;
}

static ur_status judge_machine(uk_case *k, const ur_verdict *verdict, ur_instant now)
{
    ur_reason why = UR_REASON_NONE;
    ur_span added;
    UR_TRY(bind(k, verdict));
    UR_TRY(added_images(k, now, &added));
    int64_t now_s = (int64_t)(now.time_ns / NS_PER_S);
    if (ur_tee_policy_judge(&k->p->tee, &why, verdict, NULL, added, now_s, -1) != UR_OK) {
        (void)ur_err_set(&k->out->detail, UR_E_POLICY, "%s", ur_reason_text(why));
        return no(k, UK_REASON_machine);
    }
    return UR_OK;
}

static ur_status verify_quote(uk_case *k, ur_verdict *verdict, const ur_collateral *collateral, ur_instant now)
{
    static uint8_t scratch[UR_ATTEST_SCRATCH_BYTES]; /* one decision at a time, in one thread */
    ur_status s = ur_attest_verify(verdict, k->outside->attest, k->p->tee.roots, k->p->tee.root_count, &k->p->tee.rules, collateral, k->quote,
                                   (int64_t)(now.time_ns / NS_PER_S), scratch, sizeof scratch);
    if (s == UR_OK) {
        return UR_OK;
    }
    if (s != UR_E_INPUT && s != UR_E_PROOF && s != UR_E_POLICY) {
        return ur_err_set(k->err, s, "the quote could not be verified");
    }
    (void)ur_err_set(&k->out->detail, s, "%s", ur_reason_text(verdict->reason));
    return no(k, UK_REASON_quote);
}

static ur_status check_machine(uk_case *k, ur_instant now)
{
    ur_span json;
    ur_collateral collateral;
    ur_verdict verdict;
    if (!k->p->has_tee) {
        return no(k, UK_REASON_no_tee);
    }
    ur_status s = k->collateral_hash.n != UR_SHA256_BYTES
                      ? UR_E_ABSENT
                      : k->outside->collateral(k->outside->self, &json, k->collateral_hash.p, &k->out->detail);
    if (s == UR_E_ABSENT) {
        return no(k, UK_REASON_collateral);
    }
    UR_TRY(s);
    void *buf = malloc(json.n == 0 ? 1 : json.n);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    s = ur_collateral_parse(&collateral, buf, json.n, json) == UR_OK ? UR_OK : no(k, UK_REASON_collateral_form);
    s = s == UR_OK ? verify_quote(k, &verdict, &collateral, now) : s;
    s = s == UR_OK ? judge_machine(k, &verdict, now) : s;
    free(buf);
    return s;
}

static ur_status check_recipient(uk_case *k, ur_instant now)
{
    UR_TRY(load_evidence(k));
    UR_TRY(check_possession(k));
    if (k->q.kind == UC_RECIPIENT_KEY) {
        return ur_policy_has_key(k->p, k->q.pk1) ? UR_OK : no(k, UK_REASON_not_registered);
    }
    return check_machine(k, now);
}

/* ---- votes ---- */

/* A release before this request: its recipient's time is over. */
static ur_status check_release_before(uk_case *k)
{
    uc_release r;
    UR_TRY(loaded(k, uc_release_load(k->c, k->vault, &r), UK_REASON_activation));
    return k->c->now.time_ns >= uc_release_until_ns(&r) ? UR_OK : no(k, UK_REASON_activation);
}

static ur_status decide_vote(uk_case *k)
{
    UR_TRY(load_vault(k));
    bool fenced = uc_vault_is_fenced(&k->v);
    if (k->v.state != UC_VAULT_ACTIVE && !fenced) {
        return no(k, UK_REASON_ended);
    }
    UR_TRY(load_policy(k));
    UR_TRY(loaded(k, uc_request_load(k->c, k->vault, k->number, &k->q), UK_REASON_gone));
    UR_TRY(check_committee(k));
    UR_TRY(check_rules(k, k->c->now, fenced));
    if (k->q.challenged == 0 || k->c->now.height > k->q.deadline) {
        return no(k, UK_REASON_expired);
    }
    if (fenced) {
        UR_TRY(check_release_before(k));
    }
    return check_recipient(k, k->c->now);
}

static ur_status ended(uk_case *k, ur_status s)
{
    if (s == UR_OK) {
        k->out->reason = UK_REASON_yes;
        return s;
    }
    if (s == UR_E_POLICY) {
        return UR_OK; /* a decision: no */
    }
    *k->out = (uk_decision){.reason = UK_REASON_gone};
    return s;
}

ur_status uk_decide_vote(uk_decision *out, uc_call *c, const uk_self *self, const uk_outside *outside, uint64_t vault, uint64_t request,
                         ur_err *err)
{
    uk_case k = {.c = c, .self = self, .outside = outside, .vault = vault, .number = request, .out = out, .err = err};
    *out = (uk_decision){.reason = UK_REASON_gone};
    return ended(&k, decide_vote(&k));
}

/* ---- shares ---- */

/* The rules as they stood when the t-th vote fenced: later the vault would be silent whatever it was then. */
static ur_status check_release(uk_case *k, uc_release *r)
{
    UR_TRY(loaded(k, uc_release_load(k->c, k->vault, r), UK_REASON_not_releasing));
    k->number = r->request;
    UR_TRY(loaded(k, uc_request_answered(k->c, k->vault, k->number, &k->q), UK_REASON_gone));
    UR_TRY(check_rules(k, r->fenced, r->release > 1));
    if (r->epoch != k->v.epoch || r->version != k->v.version || !ur_span_eq_var(r->account, k->q.account) ||
        !ur_eq_var(r->evidence_hash, k->q.evidence_hash, sizeof r->evidence_hash) || r->fenced.height > k->q.deadline) {
        return no(k, UK_REASON_evidence_hash);
    }
    return check_recipient(k, r->fenced);
}

static ur_status decide_share(uk_case *k, uk_release *release)
{
    uc_release r;
    UR_TRY(load_vault(k));
    if (k->v.state != UC_VAULT_RELEASING) {
        return no(k, UK_REASON_not_releasing);
    }
    UR_TRY(load_policy(k));
    UR_TRY(check_committee(k));
    UR_TRY(check_release(k, &r));
    ur_vault_identity id = {.chain_id = k->c->chain_id, .contract = k->c->contract, .vault = k->vault, .epoch = k->v.epoch,
                            .version = k->v.version};
    memcpy(id.policy_hash, k->p->hash, sizeof id.policy_hash);
    if (ur_vault_identity_write(release->identity_buf, &release->identity, &id) != UR_OK) {
        return UR_E_INTERNAL;
    }
    release->epoch = r.epoch;
    release->release = r.release;
    release->request = r.request;
    memcpy(release->pk1, k->twin.p, UR_G1_BYTES);
    memcpy(release->pk2, k->twin.p + UR_G1_BYTES, UR_G2_BYTES);
    memcpy(release->evidence_hash, r.evidence_hash, sizeof release->evidence_hash);
    return UR_OK;
}

ur_status uk_decide_share(uk_decision *out, uk_release *release, uc_call *c, const uk_self *self, const uk_outside *outside, uint64_t vault,
                          ur_err *err)
{
    uk_case k = {.c = c, .self = self, .outside = outside, .vault = vault, .out = out, .err = err};
    *out = (uk_decision){.reason = UK_REASON_gone};
    *release = (uk_release){.epoch = 0};
    return ended(&k, decide_share(&k, release));
}
