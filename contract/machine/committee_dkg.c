/* Committees: the messages of a key generation or resharing (core/dkg), and publishing what came out. A join, a deal, a
 * dispute or a vote reads at most five records and writes at most two, whatever there are. */
#include "contract/machine/generation.h"
#include "contract/machine/handlers.h"
#include "contract/machine/record.h"

#define DEAL_MAX UR_DKG_DEAL_BYTES(UC_MEMBERS_MAX, UC_MEMBERS_MAX)

/* A message that was heard: of which attempt, by whom, and what core/dkg made of it. */
typedef struct heard {
    uc_committee record;
    uc_attempt attempt;
    ur_dkg_message message;
    ur_dkg_event event;
} heard;

/* ---- hearing ---- */

/* Form, attempt and phase. */
static ur_status hear(uc_call *c, heard *h, const uc_args *a, size_t committee_at, size_t message_at, ur_dkg_kind kind)
{
    static const ur_dkg_phase phases[] = {[UR_DKG_JOIN] = UR_DKG_JOINING,
                                          [UR_DKG_DEAL] = UR_DKG_DEALING,
                                          [UR_DKG_DISPUTE] = UR_DKG_DISPUTING,
                                          [UR_DKG_VOTE] = UR_DKG_VOTING};
    static const size_t limits[] = {[UR_DKG_JOIN] = UR_DKG_JOIN_MAX,
                                    [UR_DKG_DEAL] = DEAL_MAX,
                                    [UR_DKG_DISPUTE] = UR_DKG_DISPUTE_BYTES,
                                    [UR_DKG_VOTE] = UR_DKG_VOTE_BYTES};
    uint64_t committee;
    ur_span bytes;
    UR_TRY(uc_args_u64(a, committee_at, &committee));
    UR_TRY(uc_args_base64_upto(a, message_at, limits[kind], &bytes));
    if (ur_dkg_message_parse(&h->message, bytes) != UR_OK || h->message.kind != kind) {
        return uc_refuse(c, UC_ERROR_malformed, "message");
    }
    UR_TRY(uc_attempt_load_pending(c, committee, &h->record, &h->attempt));
    if (!ur_eq_var(h->message.session, h->attempt.generation.session, UR_DKG_SESSION_BYTES)) {
        return uc_refuse(c, UC_ERROR_session, "message");
    }
    return h->attempt.machine.phase == phases[kind] ? UR_OK : uc_refuse(c, UC_ERROR_phase, "committee");
}

/* The seat of the member that speaks: the sender's. */
static ur_status seat_member(uc_call *c, heard *h, uc_member *member)
{
    uc_attempt *a = &h->attempt;
    if (h->message.index > a->generation.n) {
        return uc_refuse(c, UC_ERROR_no_seat, "message");
    }
    UR_TRY(uc_member_load(c, a->committee, a->number, h->message.index, member));
    a->accounts[h->message.index - 1] = member->account;
    return ur_span_eq_var(member->account, c->sender) ? UR_OK : uc_refuse(c, UC_ERROR_not_member, "message");
}

/* The seat of a dealer in a resharing: who holds that share in the current generation. */
static ur_status seat_old_member(uc_call *c, heard *h)
{
    uc_attempt *a = &h->attempt;
    uc_holder holder;
    uint32_t index = h->message.index;
    if (index > a->generation.old_n) {
        return uc_refuse(c, UC_ERROR_no_seat, "message");
    }
    UR_TRY(uc_holder_load(c, a->committee, h->record.current, index, &holder));
    a->old_accounts[index - 1] = holder.account;
    memcpy(a->old_keys + (size_t)(index - 1) * UR_G1_BYTES, holder.key, UR_G1_BYTES);
    return ur_span_eq_var(holder.account, c->sender) ? UR_OK : uc_refuse(c, UC_ERROR_not_member, "message");
}

/* Let core/dkg take it. What is left for it to refuse after hear and seat has these reasons. */
static ur_status take(uc_call *c, heard *h, ur_span deal)
{
    ur_status st = ur_dkg_public_take(&h->attempt.machine, c->host->curve, c->now.height, c->sender, h->message.bytes,
                                      deal, &h->event);
    switch (st) {
    case UR_E_INPUT:
        return uc_refuse(c, UC_ERROR_malformed, "message");
    case UR_E_POLICY:
        return uc_refuse(c, UC_ERROR_out, "message");
    case UR_E_STATE:
        return uc_refuse(c, UC_ERROR_moot, "message");
    case UR_E_PROOF:
        return uc_refuse(c, UC_ERROR_proof, "message");
    case UR_E_USAGE:
        return UR_E_INTERNAL;
    default:
        return st;
    }
}

static void say(uc_call *c, const heard *h, uc_event event, const char *who)
{
    uc_event_begin(c, event);
    uc_attr_u64(c, "committee", h->attempt.committee);
    uc_attr_u64(c, "generation", h->attempt.number);
    uc_attr_u64(c, "attempt", h->attempt.generation.attempt);
    uc_attr_u64(c, who, h->message.index);
}

/* ---- join {committee, message, quote} ---- */

/* The quote is there if it is demanded, and is the one that the message binds. Judging it is the members' business. */
static ur_status read_quote(const uc_args *a, size_t at, const heard *h, ur_span *out)
{
    const uint8_t *named = h->message.u.join.quote;
    uint8_t hash[UR_SHA256_BYTES];
    *out = (ur_span){NULL, 0};
    if (!uc_args_is_null(a, at)) {
        UR_TRY(uc_args_base64_upto(a, at, UC_QUOTE_MAX, out));
    }
    bool given = out->n > 0;
    ur_sha256_of(hash, *out);
    if (given != (named != NULL) || (given && !ur_eq_var(hash, named, sizeof hash)) ||
        (h->attempt.generation.has_demand && !given)) {
        return uc_refuse(a->call, UC_ERROR_quote, "quote");
    }
    return UR_OK;
}

ur_status uc_join(uc_call *c, ur_json args)
{
    enum { COMMITTEE, MESSAGE, QUOTE, COUNT };
    static const char *const names[COUNT] = {"committee", "message", "quote"};
    uc_args a;
    ur_span quote;
    uc_member member;
    heard *h = uc_take(c, 1, sizeof *h);
    if (h == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(hear(c, h, &a, COMMITTEE, MESSAGE, UR_DKG_JOIN));
    UR_TRY(read_quote(&a, QUOTE, h, &quote));
    UR_TRY(seat_member(c, h, &member));
    UR_TRY(take(c, h, (ur_span){NULL, 0}));
    member.join = h->message.bytes;
    UR_TRY(uc_member_save(c, h->attempt.committee, h->attempt.number, h->message.index, &member));
    say(c, h, UC_EVENT_joined, "index");
    uc_attr_text(c, "account", member.account);
    uc_attr_base64(c, "message", h->message.bytes);
    uc_attr_base64(c, "quote", quote);
    return uc_attempt_save(c, &h->attempt);
}

/* ---- deal {committee, message} ---- */

ur_status uc_deal(uc_call *c, ur_json args)
{
    enum { COMMITTEE, MESSAGE, COUNT };
    static const char *const names[COUNT] = {"committee", "message"};
    uc_args a;
    ur_key k;
    uc_member member;
    heard *h = uc_take(c, 1, sizeof *h);
    if (h == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(hear(c, h, &a, COMMITTEE, MESSAGE, UR_DKG_DEAL));
    uc_attempt *at = &h->attempt;
    bool reshare = ur_dkg_is_reshare(&at->config);
    UR_TRY(reshare ? seat_old_member(c, h) : seat_member(c, h, &member));
    UR_TRY(take(c, h, (ur_span){NULL, 0}));
    if (!reshare) {
        UR_TRY(ur_dkg_key_add(c->host->curve, at->generation.sum, h->message.u.deal.commitments));
    }
    UR_TRY(uc_put(c, ur_key_deal(&k, at->committee, at->number, h->message.index), h->message.bytes));
    say(c, h, UC_EVENT_dealt, "dealer");
    uc_attr_base64(c, "message", h->message.bytes);
    return uc_attempt_save(c, at);
}

/* ---- dispute {committee, message} ---- */

/* The deal of a dealer who dealt, empty for others. */
static ur_status load_deal(uc_call *c, const uc_attempt *a, uint32_t dealer, ur_span *out)
{
    ur_key k;
    *out = (ur_span){NULL, 0};
    if (dealer > ur_dkg_dealers(&a->config) || !a->machine.dealers[dealer - 1].dealt) {
        return UR_OK;
    }
    return uc_record_done(uc_get(c, ur_key_deal(&k, a->committee, a->number, dealer), out));
}

/* Put back what core/dkg asks for: the accuser's key and the deal's digest. */
static ur_status seat_dispute(uc_call *c, heard *h, ur_span *deal)
{
    ur_dkg_message join;
    uc_member accuser;
    uint32_t dealer = h->message.u.dispute.dealer;
    UR_TRY(seat_member(c, h, &accuser));
    ur_dkg_member_seat *seat = &h->attempt.machine.members[h->message.index - 1];
    if (seat->joined) {
        UR_TRY(uc_record_done(ur_dkg_message_parse(&join, accuser.join)));
        memcpy(seat->one, join.u.join.twin, UR_G1_BYTES);
        memcpy(seat->two, join.u.join.twin + UR_G1_BYTES, UR_G2_BYTES);
    }
    UR_TRY(load_deal(c, &h->attempt, dealer, deal));
    if (deal->n > 0) {
        ur_sha256_of(h->attempt.machine.dealers[dealer - 1].digest, *deal);
    }
    return UR_OK;
}

/* In a first generation whoever is out takes his part of the key with him. */
static ur_status remove_from_key(uc_call *c, heard *h)
{
    ur_span bytes;
    ur_dkg_message deal;
    uc_attempt *a = &h->attempt;
    if (ur_dkg_is_reshare(&a->config)) {
        return UR_OK;
    }
    UR_TRY(load_deal(c, a, h->event.out, &bytes));
    if (bytes.n == 0) {
        return UR_OK;
    }
    UR_TRY(uc_record_done(ur_dkg_message_parse(&deal, bytes)));
    return ur_dkg_key_remove(c->host->curve, a->generation.sum, deal.u.deal.commitments);
}

ur_status uc_dispute(uc_call *c, ur_json args)
{
    enum { COMMITTEE, MESSAGE, COUNT };
    static const char *const names[COUNT] = {"committee", "message"};
    uc_args a;
    ur_span deal;
    heard *h = uc_take(c, 1, sizeof *h);
    if (h == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(hear(c, h, &a, COMMITTEE, MESSAGE, UR_DKG_DISPUTE));
    UR_TRY(seat_dispute(c, h, &deal));
    UR_TRY(take(c, h, deal));
    UR_TRY(remove_from_key(c, h));
    say(c, h, UC_EVENT_disputed, "accuser");
    uc_attr_u64(c, "dealer", h->message.u.dispute.dealer);
    uc_attr_text(c, "out", h->event.ruling == UR_DKG_DEALER_OUT ? UR_SPAN_LIT("dealer") : UR_SPAN_LIT("accuser"));
    uc_attr_base64(c, "message", h->message.bytes);
    return uc_attempt_save(c, &h->attempt);
}

/* ---- vote_transcript {committee, message} ---- */

ur_status uc_vote_transcript(uc_call *c, ur_json args)
{
    enum { COMMITTEE, MESSAGE, COUNT };
    static const char *const names[COUNT] = {"committee", "message"};
    uc_args a;
    uc_member member;
    heard *h = uc_take(c, 1, sizeof *h);
    if (h == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(hear(c, h, &a, COMMITTEE, MESSAGE, UR_DKG_VOTE));
    UR_TRY(seat_member(c, h, &member));
    UR_TRY(take(c, h, (ur_span){NULL, 0}));
    say(c, h, UC_EVENT_transcript_voted, "index");
    uc_attr_base64(c, "transcript", ur_span_of(h->message.u.vote.transcript, UR_DKG_TRANSCRIPT_BYTES));
    uc_attr_text(c, "accepted", h->event.accepted ? UR_SPAN_LIT("true") : UR_SPAN_LIT("false"));
    return uc_attempt_save(c, &h->attempt);
}

/* ---- publish_keys {committee, generation, keys} ---- */

static ur_status check_keys(uc_call *c, uc_attempt *a, ur_span keys)
{
    uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES];
    if (a->machine.phase != UR_DKG_ACCEPTED) {
        return uc_refuse(c, UC_ERROR_phase, "committee");
    }
    if (a->generation.published != 0) {
        return uc_refuse(c, UC_ERROR_moot, "committee");
    }
    if (keys.n != (size_t)a->generation.n * UR_G1_BYTES) {
        return uc_refuse(c, UC_ERROR_malformed, "keys");
    }
    ur_dkg_public_transcript(&a->machine, transcript, a->generation.sum, keys.p);
    if (!ur_eq_var(transcript, a->machine.accepted, sizeof transcript) || ur_encoding_is_inf(a->generation.sum)) {
        return uc_refuse(c, UC_ERROR_proof, "keys");
    }
    return UR_OK;
}

/* P for each member; the deals have done their part. */
static ur_status save_holders(uc_call *c, const uc_attempt *a, const uc_spec *spec, ur_span keys)
{
    ur_key k;
    for (uint32_t i = 0; i < a->generation.n; i++) {
        uc_holder holder = {.t = a->generation.t, .n = a->generation.n, .account = spec->accounts[i]};
        memcpy(holder.key, keys.p + (size_t)i * UR_G1_BYTES, UR_G1_BYTES);
        UR_TRY(uc_holder_save(c, a->committee, a->number, i + 1, &holder));
    }
    for (uint32_t i = 0; i < ur_dkg_dealers(&a->config); i++) {
        if (a->machine.dealers[i].dealt) {
            UR_TRY(uc_remove(c, ur_key_deal(&k, a->committee, a->number, i + 1)));
        }
    }
    return UR_OK;
}

static void say_published(uc_call *c, const uc_attempt *a, ur_span keys)
{
    uc_event_begin(c, UC_EVENT_keys_published);
    uc_attr_u64(c, "committee", a->committee);
    uc_attr_u64(c, "generation", a->number);
    uc_attr_u64(c, "attempt", a->generation.attempt);
    uc_attr_base64(c, "mpk", ur_span_of(a->generation.sum, UR_G1_BYTES));
    uc_attr_base64(c, "keys", keys);
}

ur_status uc_publish_keys(uc_call *c, ur_json args)
{
    enum { COMMITTEE, GENERATION, KEYS, COUNT };
    static const char *const names[COUNT] = {"committee", "generation", "keys"};
    uc_args a;
    ur_span keys;
    uint64_t committee, generation;
    uc_committee record;
    uc_attempt at;
    uc_spec *spec = uc_take(c, 1, sizeof *spec);
    if (spec == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &committee));
    UR_TRY(uc_args_u64(&a, GENERATION, &generation));
    UR_TRY(uc_args_base64_upto(&a, KEYS, UC_MEMBERS_MAX * UR_G1_BYTES, &keys));
    UR_TRY(uc_attempt_load_pending(c, committee, &record, &at));
    if (generation != record.pending) {
        return uc_refuse(c, UC_ERROR_not_pending, names[GENERATION]);
    }
    UR_TRY(check_keys(c, &at, keys));
    UR_TRY(uc_spec_load(c, committee, generation, spec));
    UR_TRY(save_holders(c, &at, spec, keys));
    at.generation.published = c->now.height;
    UR_TRY(uc_attempt_save(c, &at));
    say_published(c, &at, keys);
    UR_TRY(uc_drill_open(c, committee, &record, generation));
    return uc_committee_save(c, committee, &record);
}
