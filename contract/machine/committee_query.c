/* Committees: what is asked about them. Every answer names the raw key of the record that it is made from. Answers about a
 * whole generation grow with its members, of which there are at most UC_MEMBERS_MAX. */
#include "contract/machine/answer.h"
#include "contract/machine/generation.h"
#include "contract/machine/handlers.h"
#include "contract/machine/record.h"

/* ---- parts of answers ---- */

static void put_fault(ur_json_writer *j, uint8_t fault)
{
    static const char *const names[] = {[UR_DKG_BAD_DEAL] = "bad_deal", [UR_DKG_FALSE_DISPUTE] = "false_dispute"};
    ur_json_key(j, "fault");
    if (fault == UR_DKG_NO_FAULT) {
        ur_json_put_null(j);
    } else {
        ur_json_put_text(j, names[fault]);
    }
}

static ur_status read_committee_id(uc_call *c, ur_json args, uint64_t *committee)
{
    static const char *const names[] = {"committee"};
    uc_args a;
    UR_TRY(uc_args_read(c, &a, names, 1, args));
    return uc_args_u64(&a, 0, committee);
}

/* ---- committee {committee} ---- */

ur_status uc_query_committee(uc_call *c, ur_json args)
{
    uint64_t committee;
    uc_committee r;
    ur_key k;
    UR_TRY(read_committee_id(c, args, &committee));
    UR_TRY(uc_committee_load(c, committee, &r));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_number(j, "committee", committee);
    uc_put_text(j, "creator", r.creator);
    uc_put_number(j, "current", r.current);
    uc_put_bytes_if(j, "demand_hash", ur_span_of(r.demand, sizeof r.demand), r.has_demand);
    uc_put_number(j, "drill_interval_blocks", r.drill_interval);
    uc_put_number(j, "drills", r.drills);
    uc_put_bytes(j, "key", ur_key_committee(&k, committee));
    uc_put_number(j, "last_drill", r.last_drill);
    uc_put_number(j, "margin", r.margin);
    uc_put_number(j, "members", r.n);
    uc_put_bytes_if(j, "mpk", ur_span_of(r.mpk, sizeof r.mpk), r.current != 0);
    uc_put_number(j, "open_releases", r.open_releases);
    uc_put_number(j, "pending", r.pending);
    uc_put_number(j, "successions", r.successions);
    uc_put_number(j, "threshold", r.t);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- generation {committee, generation} ---- */

static const char *phase_name(ur_dkg_phase phase)
{
    static const char *const names[] = {[UR_DKG_JOINING] = "joining",     [UR_DKG_DEALING] = "dealing",
                                        [UR_DKG_DISPUTING] = "disputing", [UR_DKG_VOTING] = "voting",
                                        [UR_DKG_ACCEPTED] = "accepted",   [UR_DKG_FAILED] = "failed"};
    return names[phase];
}

static void put_dealers(ur_json_writer *j, const uc_attempt *a)
{
    ur_json_key(j, "dealers");
    ur_json_begin_array(j);
    for (uint32_t i = 0; i < ur_dkg_dealers(&a->config); i++) {
        ur_json_begin_object(j);
        uc_put_bool(j, "dealt", a->machine.dealers[i].dealt);
        put_fault(j, a->machine.dealers[i].fault);
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
}

static void put_members(ur_json_writer *j, const uc_attempt *a, const uc_spec *spec)
{
    ur_json_key(j, "members");
    ur_json_begin_array(j);
    for (uint32_t i = 0; i < spec->n; i++) {
        const ur_dkg_member_seat *seat = &a->machine.members[i];
        ur_json_begin_object(j);
        uc_put_text(j, "account", spec->accounts[i]);
        put_fault(j, seat->fault);
        uc_put_bool(j, "joined", seat->joined);
        uc_put_bool(j, "voted", seat->voted);
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
}

static void put_demand(ur_json_writer *j, const uc_spec *spec)
{
    ur_json_key(j, "quote_demand");
    if (spec->has_demand) {
        ur_json_put_string(j, spec->demand);
    } else {
        ur_json_put_null(j);
    }
}

static void put_attempt(ur_json_writer *j, const uc_attempt *a, const uc_spec *spec)
{
    const uc_generation *g = &a->generation;
    ur_key k;
    bool accepted = a->machine.phase == UR_DKG_ACCEPTED;
    uc_put_bytes_if(j, "accepted", ur_span_of(a->machine.accepted, sizeof a->machine.accepted), accepted);
    uc_put_number(j, "attempt", g->attempt);
    uc_put_number(j, "committee", a->committee);
    uc_put_number(j, "deal_until", g->deal_until);
    put_dealers(j, a);
    uc_put_number(j, "dispute_until", g->dispute_until);
    uc_put_number(j, "drilled", g->drilled);
    uc_put_number(j, "generation", a->number);
    uc_put_number(j, "join_until", g->join_until);
    uc_put_bytes(j, "key", ur_key_generation(&k, a->committee, a->number));
    uc_put_bytes(j, "log", ur_span_of(a->machine.log, sizeof a->machine.log));
    put_members(j, a, spec);
    uc_put_bytes_if(j, "mpk", ur_span_of(g->sum, sizeof g->sum), !ur_encoding_is_inf(g->sum));
    uc_put_number(j, "old_members", g->old_n);
    uc_put_number(j, "old_threshold", g->old_t);
    uc_put_number(j, "overdue", uc_attempt_overdue(g));
    ur_json_key(j, "phase");
    ur_json_put_text(j, phase_name(a->machine.phase));
    uc_put_number(j, "published", g->published);
    put_demand(j, spec);
    uc_put_bytes(j, "session", ur_span_of(g->session, sizeof g->session));
    uc_put_bytes(j, "spec_key", ur_key_spec(&k, a->committee, a->number));
    uc_put_number(j, "threshold", g->t);
    uc_put_number(j, "vote_until", g->vote_until);
}

ur_status uc_query_generation(uc_call *c, ur_json args)
{
    enum { COMMITTEE, GENERATION, COUNT };
    static const char *const names[COUNT] = {"committee", "generation"};
    uc_args a;
    uint64_t committee, generation;
    uc_attempt at;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u64(&a, GENERATION, &generation));
    UR_TRY(uc_attempt_load(c, committee, generation, &at));
    UR_TRY(uc_spec_load(c, committee, generation, spec));
    ur_json_begin_object(uc_answer(c));
    put_attempt(uc_answer(c), &at, spec);
    ur_json_end_object(uc_answer(c));
    return UR_OK;
}

/* ---- member {committee, generation, index} ---- */

/* null before the keys of the attempt are published. */
static ur_status put_holder(uc_call *c, ur_json_writer *j, const uc_attempt *a, uint32_t index)
{
    ur_key k;
    uc_holder holder;
    ur_json_key(j, "holder");
    if (a->generation.published == 0) {
        ur_json_put_null(j);
        return UR_OK;
    }
    UR_TRY(uc_holder_load(c, a->committee, a->number, index, &holder));
    ur_json_begin_object(j);
    uc_put_bytes(j, "key", ur_key_holder(&k, a->committee, a->number, index));
    uc_put_bytes(j, "public_share", ur_span_of(holder.key, sizeof holder.key));
    ur_json_end_object(j);
    return UR_OK;
}

ur_status uc_query_member(uc_call *c, ur_json args)
{
    enum { COMMITTEE, GENERATION, INDEX, COUNT };
    static const char *const names[COUNT] = {"committee", "generation", "index"};
    uc_args a;
    ur_key k;
    uint64_t committee, generation;
    uint32_t index;
    uc_attempt at;
    uc_member m;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u64(&a, GENERATION, &generation));
    UR_TRY(uc_args_u32(&a, INDEX, UC_MEMBERS_MAX, &index));
    UR_TRY(uc_attempt_load(c, committee, generation, &at));
    if (index < 1 || index > at.generation.n) {
        return uc_refuse(c, UC_ERROR_no_seat, names[INDEX]);
    }
    UR_TRY(uc_member_load(c, committee, generation, index, &m));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_text(j, "account", m.account);
    uc_put_number(j, "committee", committee);
    uc_put_number(j, "generation", generation);
    UR_TRY(put_holder(c, j, &at, index));
    uc_put_number(j, "index", index);
    uc_put_bytes_if(j, "join", m.join, at.machine.members[index - 1].joined);
    uc_put_bytes(j, "key", ur_key_member(&k, committee, generation, index));
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- drill {committee} ---- */

ur_status uc_query_drill(uc_call *c, ur_json args)
{
    uint64_t committee;
    uc_drill d;
    ur_key k;
    UR_TRY(read_committee_id(c, args, &committee));
    UR_TRY(uc_drill_load(c, committee, &d));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_indices(j, "answered", d.bits);
    uc_put_number(j, "answers", d.answers);
    uc_put_number(j, "committee", committee);
    uc_put_number(j, "drill", d.number);
    uc_put_number(j, "generation", d.generation);
    uc_put_bytes(j, "key", ur_key_drill(&k, committee));
    uc_put_bytes(j, "nonce", ur_span_of(d.nonce, sizeof d.nonce));
    uc_put_number(j, "opened", d.opened);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- proposals {committee}, proposal {committee, proposer} ---- */

static void put_approvals(ur_json_writer *j, uint64_t committee, uint32_t proposer, const uc_approvals *p)
{
    ur_key k;
    uc_put_number(j, "approvals", p->count);
    uc_put_indices(j, "approved", p->bits);
    uc_put_bytes(j, "hash", ur_span_of(p->hash, sizeof p->hash));
    uc_put_bytes(j, "key", ur_key_approvals(&k, committee, proposer));
}

/* A member's proposal, if he has one that still counts. */
static ur_status load_live(uc_call *c, uint64_t committee, const uc_committee *record, uint32_t proposer,
                           uc_approvals *out, bool *live)
{
    ur_key k;
    ur_span bytes;
    ur_status st = uc_get(c, ur_key_approvals(&k, committee, proposer), &bytes);
    *live = false;
    if (st == UR_E_ABSENT) {
        return UR_OK;
    }
    UR_TRY(st);
    UR_TRY(uc_approvals_load(c, committee, proposer, out));
    *live = out->succession == record->successions;
    return UR_OK;
}

ur_status uc_query_proposals(uc_call *c, ur_json args)
{
    uint64_t committee;
    uc_committee r;
    uc_approvals p;
    bool live;
    UR_TRY(read_committee_id(c, args, &committee));
    UR_TRY(uc_committee_load(c, committee, &r));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_array(j);
    for (uint32_t i = 1; i <= r.n; i++) {
        UR_TRY(load_live(c, committee, &r, i, &p, &live));
        if (live) {
            ur_json_begin_object(j);
            put_approvals(j, committee, i, &p);
            uc_put_number(j, "proposer", i);
            ur_json_end_object(j);
        }
    }
    ur_json_end_array(j);
    return UR_OK;
}

static void put_accounts(ur_json_writer *j, const uc_spec *spec)
{
    ur_json_key(j, "members");
    ur_json_begin_array(j);
    for (uint32_t i = 0; i < spec->n; i++) {
        ur_json_put_string(j, spec->accounts[i]);
    }
    ur_json_end_array(j);
}

static void put_phases(ur_json_writer *j, const uc_spec *spec)
{
    ur_json_key(j, "phases");
    ur_json_begin_object(j);
    uc_put_number(j, "deal", spec->deal);
    uc_put_number(j, "dispute", spec->dispute);
    uc_put_number(j, "join", spec->join);
    uc_put_number(j, "vote", spec->vote);
    ur_json_end_object(j);
}

ur_status uc_query_proposal(uc_call *c, ur_json args)
{
    enum { COMMITTEE, PROPOSER, COUNT };
    static const char *const names[COUNT] = {"committee", "proposer"};
    uc_args a;
    ur_key k;
    uint64_t committee;
    uint32_t proposer;
    uc_committee r;
    uc_approvals p;
    ur_span bytes;
    bool live;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u32(&a, PROPOSER, UC_MEMBERS_MAX, &proposer));
    UR_TRY(uc_committee_load(c, committee, &r));
    UR_TRY(load_live(c, committee, &r, proposer, &p, &live));
    if (!live) {
        return uc_refuse(c, UC_ERROR_no_proposal, names[PROPOSER]);
    }
    UR_TRY(uc_record_done(uc_get(c, ur_key_proposal(&k, committee, proposer), &bytes)));
    UR_TRY(uc_spec_parse(spec, bytes));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    put_approvals(j, committee, proposer, &p);
    put_accounts(j, spec);
    put_phases(j, spec);
    uc_put_number(j, "proposer", proposer);
    put_demand(j, spec);
    uc_put_bytes(j, "spec_key", ur_key_proposal(&k, committee, proposer));
    uc_put_number(j, "threshold", spec->t);
    ur_json_end_object(j);
    return UR_OK;
}
