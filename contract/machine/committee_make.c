/* Committees: creating one, trying again, and who comes after. Work grows with the number of members, of which there are at
 * most UC_MEMBERS_MAX; nothing is kept but what S, G and M of the one pending generation hold. */
#include "contract/machine/config.h"
#include "contract/machine/generation.h"
#include "contract/machine/handlers.h"
#include "contract/machine/record.h"

#define DRILL_INTERVAL_MAX 100000000u

/* ---- create_committee {drill_interval_blocks, margin, members, phases, quote_demand, threshold} ---- */

static void say_created(uc_call *c, uint64_t committee, const uc_committee *record)
{
    uc_event_begin(c, UC_EVENT_committee_created);
    uc_attr_u64(c, "committee", committee);
    uc_attr_text(c, "creator", record->creator);
    uc_attr_u64(c, "margin", record->margin);
    uc_attr_u64(c, "drill_interval", record->drill_interval);
}

/* The next number of a committee. */
static ur_status take_number(uc_call *c, uint64_t *out)
{
    uc_config config;
    UR_TRY(uc_config_load(c, &config));
    *out = config.next_committee++;
    return uc_config_save(c, &config);
}

ur_status uc_create_committee(uc_call *c, ur_json args)
{
    enum { INTERVAL, MARGIN, MEMBERS, PHASES, DEMAND, THRESHOLD, COUNT };
    static const char *const names[COUNT] = {"drill_interval_blocks", "margin", "members",
                                             "phases",                "quote_demand", "threshold"};
    uc_args a;
    uint32_t interval, threshold;
    uint64_t committee;
    uc_committee record = {.creator = c->sender};
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u32(&a, INTERVAL, DRILL_INTERVAL_MAX, &interval));
    UR_TRY(uc_args_u32(&a, MARGIN, UC_MEMBERS_MAX, &record.margin));
    UR_TRY(uc_args_u32(&a, THRESHOLD, UC_MEMBERS_MAX, &threshold));
    if (interval == 0) {
        return uc_refuse(c, UC_ERROR_too_small, names[INTERVAL]);
    }
    record.drill_interval = interval;
    UR_TRY(uc_spec_read(c, spec, a.value[MEMBERS], threshold, record.margin, a.value[PHASES], a.value[DEMAND]));
    UR_TRY(take_number(c, &committee));
    say_created(c, committee, &record);
    return uc_generation_begin(c, committee, &record, spec);
}

/* ---- retry {committee} ---- */

ur_status uc_retry(uc_call *c, ur_json args)
{
    enum { COMMITTEE, COUNT };
    static const char *const names[COUNT] = {"committee"};
    uc_args a;
    uint64_t committee;
    uc_committee record;
    uc_attempt last;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_attempt_load_pending(c, committee, &record, &last));
    if (!uc_attempt_is_over(c, &last)) {
        return uc_refuse(c, UC_ERROR_not_over, names[COMMITTEE]);
    }
    UR_TRY(uc_spec_load(c, committee, record.pending, spec));
    if (uc_spec_index(spec, c->sender) == 0) {
        return uc_refuse(c, UC_ERROR_not_member, names[COMMITTEE]);
    }
    return uc_attempt_begin(c, committee, &record, spec, last.generation.attempt + 1);
}

/* ---- propose_successor, approve_successor ---- */

/* The committee, and the sender's place in its current generation. */
static ur_status load_member(uc_call *c, uint64_t committee, uc_committee *record, uint32_t *index)
{
    uc_spec *current = uc_take(c, 1, sizeof *current);
    if (current == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_committee_load(c, committee, record));
    if (record->current == 0) {
        return uc_refuse(c, UC_ERROR_not_open, "committee");
    }
    UR_TRY(uc_spec_load(c, committee, record->current, current));
    *index = uc_spec_index(current, c->sender);
    return *index != 0 ? UR_OK : uc_refuse(c, UC_ERROR_not_member, "committee");
}

static void say_approved(uc_call *c, uint64_t committee, uint32_t proposer, uint32_t member, const uc_approvals *p)
{
    uc_event_begin(c, UC_EVENT_successor_approved);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "proposer", proposer);
    uc_attr_u64(c, "member", member);
    uc_attr_base64(c, "hash", ur_span_of(p->hash, sizeof p->hash));
    uc_attr_u64(c, "approvals", p->count);
}

/* A member's approval; the t-th begins the generation, in place of one that is being made but not drilled yet. spec: NULL
 * where it has to be loaded. */
static ur_status approve(uc_call *c, uint64_t committee, uc_committee *record, uint32_t proposer, uint32_t member,
                         uc_approvals *p)
{
    ur_key k;
    ur_span bytes;
    uc_generation pending = {0};
    uc_bit_set(p->bits, member);
    p->count++;
    say_approved(c, committee, proposer, member, p);
    if (p->count < record->t) {
        return uc_approvals_save(c, committee, proposer, p);
    }
    if (record->pending != 0) {
        UR_TRY(uc_generation_load(c, committee, record->pending, &pending));
    }
    if (pending.drilled != 0) {
        return uc_refuse(c, UC_ERROR_drilled, "committee");
    }
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_get(c, ur_key_proposal(&k, committee, proposer), &bytes));
    UR_TRY(uc_spec_parse(spec, bytes));
    UR_TRY(uc_remove(c, ur_key_proposal(&k, committee, proposer)));
    UR_TRY(uc_remove(c, ur_key_approvals(&k, committee, proposer)));
    return uc_generation_begin(c, committee, record, spec);
}

static ur_status say_proposed(uc_call *c, uint64_t committee, uint32_t proposer, const uc_spec *spec,
                              const uc_approvals *p)
{
    ur_span members;
    UR_TRY(uc_spec_members_text(c, &members, spec));
    uc_event_begin(c, UC_EVENT_successor_proposed);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "proposer", proposer);
    uc_attr_base64(c, "hash", ur_span_of(p->hash, sizeof p->hash));
    uc_attr_u64(c, "threshold", spec->t);
    uc_attr_text(c, "members", members);
    uc_attr_text(c, "quote_demand", spec->demand);
    uc_attr_u64(c, "join", spec->join);
    uc_attr_u64(c, "deal", spec->deal);
    uc_attr_u64(c, "dispute", spec->dispute);
    uc_attr_u64(c, "vote", spec->vote);
    return UR_OK;
}

ur_status uc_propose_successor(uc_call *c, ur_json args)
{
    enum { COMMITTEE, MEMBERS, PHASES, DEMAND, THRESHOLD, COUNT };
    static const char *const names[COUNT] = {"committee", "members", "phases", "quote_demand", "threshold"};
    uc_args a;
    ur_key k;
    uint64_t committee;
    uint32_t threshold, proposer;
    uc_committee record;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u32(&a, THRESHOLD, UC_MEMBERS_MAX, &threshold));
    UR_TRY(load_member(c, committee, &record, &proposer));
    UR_TRY(uc_spec_read(c, spec, a.value[MEMBERS], threshold, record.margin, a.value[PHASES], a.value[DEMAND]));
    if (threshold < record.t) { /* t old shares open everything, for ever */
        return uc_refuse(c, UC_ERROR_threshold, names[THRESHOLD]);
    }
    uc_approvals p = {.succession = record.successions};
    uc_spec_hash(p.hash, spec);
    UR_TRY(uc_put(c, ur_key_proposal(&k, committee, proposer), spec->bytes));
    UR_TRY(say_proposed(c, committee, proposer, spec, &p));
    return approve(c, committee, &record, proposer, proposer, &p);
}

ur_status uc_approve_successor(uc_call *c, ur_json args)
{
    enum { COMMITTEE, HASH, PROPOSER, COUNT };
    static const char *const names[COUNT] = {"committee", "hash", "proposer"};
    uc_args a;
    uint64_t committee;
    uint8_t hash[UR_SHA256_BYTES];
    uint32_t proposer, member;
    uc_committee record;
    uc_approvals p;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_base64(&a, HASH, hash, sizeof hash));
    UR_TRY(uc_args_u32(&a, PROPOSER, UC_MEMBERS_MAX, &proposer));
    UR_TRY(load_member(c, committee, &record, &member));
    UR_TRY(uc_approvals_load(c, committee, proposer, &p));
    if (p.succession != record.successions) {
        return uc_refuse(c, UC_ERROR_no_proposal, names[PROPOSER]);
    }
    if (!ur_eq_var(hash, p.hash, sizeof hash)) {
        return uc_refuse(c, UC_ERROR_other_hash, names[HASH]);
    }
    if (uc_bit(p.bits, member)) {
        return uc_refuse(c, UC_ERROR_moot, names[COMMITTEE]);
    }
    return approve(c, committee, &record, proposer, member, &p);
}

/* ---- switch_generation {committee} ---- */

ur_status uc_generation_switch(uc_call *c, uint64_t committee, uc_committee *record, const uc_generation *g)
{
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_spec_load(c, committee, record->pending, spec));
    record->current = record->pending;
    record->pending = 0;
    record->t = g->t;
    record->n = g->n;
    memcpy(record->mpk, g->sum, UR_G1_BYTES);
    memset(record->demand, 0, sizeof record->demand);
    record->has_demand = spec->has_demand;
    if (spec->has_demand) {
        ur_sha256_of(record->demand, spec->demand);
    }
    UR_TRY(uc_committee_save(c, committee, record));
    uc_event_begin(c, UC_EVENT_generation_current);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "generation", record->current);
    uc_attr_u64(c, "open_releases", record->open_releases);
    return UR_OK;
}

/* As many blocks as its vote phase took are enough for releases that were open when it was drilled. */
static bool may_switch(const uc_call *c, const uc_committee *record, const uc_generation *g)
{
    return record->open_releases == 0 || c->now.height >= g->drilled + (g->vote_until - g->dispute_until);
}

ur_status uc_switch_generation(uc_call *c, ur_json args)
{
    enum { COMMITTEE, COUNT };
    static const char *const names[COUNT] = {"committee"};
    uc_args a;
    uint64_t committee;
    uc_committee record;
    uc_generation g;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_committee_load(c, committee, &record));
    if (record.pending == 0) {
        return uc_refuse(c, UC_ERROR_not_pending, names[COMMITTEE]);
    }
    UR_TRY(uc_generation_load(c, committee, record.pending, &g));
    if (g.drilled == 0) {
        return uc_refuse(c, UC_ERROR_not_drilled, names[COMMITTEE]);
    }
    if (!may_switch(c, &record, &g)) {
        return uc_refuse(c, UC_ERROR_releases, names[COMMITTEE]);
    }
    return uc_generation_switch(c, committee, &record, &g);
}
