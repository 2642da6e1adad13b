/* Attempts at a generation: the part of generation.h that begins them and brings them back. */
#include "contract/machine/generation.h"

#include "contract/machine/record.h"

/* ---- brought back ---- */

/* Arrays for all seats, of which a message fills in what it needs. */
static ur_status set_up_config(uc_call *c, uc_attempt *a)
{
    const uc_generation *g = &a->generation;
    a->accounts = uc_take(c, g->n, sizeof *a->accounts);
    a->old_accounts = uc_take(c, g->old_n, sizeof *a->old_accounts);
    a->old_keys = uc_take(c, g->old_n, UR_G1_BYTES);
    if (a->accounts == NULL || a->old_accounts == NULL || a->old_keys == NULL) {
        return UR_E_MEMORY;
    }
    a->config = (ur_dkg_config){.chain = c->chain_id,
                                .contract = c->contract,
                                .committee = a->committee,
                                .generation = a->number,
                                .attempt = g->attempt,
                                .n = g->n,
                                .t = g->t,
                                .accounts = a->accounts,
                                .join_until = g->join_until,
                                .deal_until = g->deal_until,
                                .dispute_until = g->dispute_until,
                                .vote_until = g->vote_until,
                                .old_n = g->old_n,
                                .old_t = g->old_t,
                                .old_accounts = a->old_accounts,
                                .old_keys = a->old_keys};
    memcpy(a->config.mpk, g->sum, UR_G1_BYTES); /* of a resharing; nothing else looks at it */
    return UR_OK;
}

ur_status uc_attempt_load(uc_call *c, uint64_t committee, uint64_t generation, uc_attempt *out)
{
    memset(out, 0, sizeof *out);
    out->committee = committee;
    out->number = generation;
    UR_TRY(uc_generation_load(c, committee, generation, &out->generation));
    UR_TRY(set_up_config(c, out));
    void *seats = uc_take(c, 1, ur_dkg_public_bytes(&out->config));
    if (seats == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_record_done(ur_dkg_public_resume(&out->machine, &out->config, out->generation.session, seats,
                                               out->generation.state)));
    return uc_record_done(ur_dkg_public_advance(&out->machine, c->now.height));
}

ur_status uc_attempt_load_pending(uc_call *c, uint64_t committee, uc_committee *record, uc_attempt *out)
{
    UR_TRY(uc_committee_load(c, committee, record));
    if (record->pending == 0) {
        return uc_refuse(c, UC_ERROR_not_pending, "committee");
    }
    return uc_attempt_load(c, committee, record->pending, out);
}

static ur_status save_state(uc_call *c, uint64_t committee, uint64_t number, uc_generation *g,
                            const ur_dkg_public *machine)
{
    uint8_t *bytes = uc_take(c, 1, UR_DKG_STATE_BYTES(g->n, g->old_n != 0 ? g->old_n : g->n, machine->tallies_n));
    if (bytes == NULL) {
        return UR_E_MEMORY;
    }
    g->state = ur_dkg_public_save(machine, bytes);
    return uc_generation_save(c, committee, number, g);
}

ur_status uc_attempt_save(uc_call *c, uc_attempt *a)
{
    return save_state(c, a->committee, a->number, &a->generation, &a->machine);
}

/* ---- when it is over ---- */

uint64_t uc_attempt_overdue(const uc_generation *g) { return g->vote_until + (g->vote_until - g->dispute_until); }

bool uc_attempt_is_over(const uc_call *c, const uc_attempt *a)
{
    return a->machine.phase == UR_DKG_FAILED ||
           (a->generation.drilled == 0 && c->now.height >= uc_attempt_overdue(&a->generation));
}

/* ---- beginning ---- */

/* The current generation as the dealers of a resharing. */
static ur_status set_up_dealers(uc_call *c, uint64_t committee, const uc_committee *record, ur_dkg_config *config)
{
    ur_span *accounts = uc_take(c, record->n, sizeof *accounts);
    uint8_t *keys = uc_take(c, record->n, UR_G1_BYTES);
    uc_holder holder;
    uc_generation current;
    if (accounts == NULL || keys == NULL) {
        return UR_E_MEMORY;
    }
    for (uint32_t i = 0; i < record->n; i++) {
        UR_TRY(uc_holder_load(c, committee, record->current, i + 1, &holder));
        accounts[i] = holder.account;
        memcpy(keys + i * UR_G1_BYTES, holder.key, UR_G1_BYTES);
    }
    UR_TRY(uc_generation_load(c, committee, record->current, &current));
    config->old_n = record->n;
    config->old_t = record->t;
    config->old_accounts = accounts;
    config->old_keys = keys;
    memcpy(config->mpk, record->mpk, UR_G1_BYTES);
    return uc_record_done(ur_dkg_state_accepted(config->previous, current.state));
}

static void set_phases(ur_dkg_config *config, const uc_spec *spec, uint64_t from)
{
    config->join_until = from + spec->join;
    config->deal_until = config->join_until + spec->deal;
    config->dispute_until = config->deal_until + spec->dispute;
    config->vote_until = config->dispute_until + spec->vote;
}

static ur_status say_begun(uc_call *c, uint64_t committee, const uc_committee *record, const uc_generation *g,
                           const uc_spec *spec)
{
    ur_span members;
    UR_TRY(uc_spec_members_text(c, &members, spec));
    uc_event_begin(c, UC_EVENT_attempt_begun);
    uc_attr_u64(c, "committee", committee);
    uc_attr_u64(c, "generation", record->pending);
    uc_attr_u64(c, "attempt", g->attempt);
    uc_attr_u64(c, "succession", record->successions);
    uc_attr_u64(c, "threshold", g->t);
    uc_attr_text(c, "members", members);
    uc_attr_text(c, "quote_demand", spec->demand);
    uc_attr_u64(c, "join_until", g->join_until);
    uc_attr_u64(c, "deal_until", g->deal_until);
    uc_attr_u64(c, "dispute_until", g->dispute_until);
    uc_attr_u64(c, "vote_until", g->vote_until);
    uc_attr_base64(c, "session", ur_span_of(g->session, sizeof g->session));
    return UR_OK;
}

ur_status uc_attempt_begin(uc_call *c, uint64_t committee, const uc_committee *record, const uc_spec *spec,
                           uint64_t attempt)
{
    static const uint8_t infinity[UR_G1_BYTES] = {0xc0};
    ur_dkg_config config = {.chain = c->chain_id,
                            .contract = c->contract,
                            .committee = committee,
                            .generation = record->pending,
                            .attempt = attempt,
                            .n = spec->n,
                            .t = spec->t,
                            .accounts = spec->accounts};
    ur_dkg_public machine;
    set_phases(&config, spec, c->now.height);
    if (record->current != 0) {
        UR_TRY(set_up_dealers(c, committee, record, &config));
    }
    void *seats = uc_take(c, 1, ur_dkg_public_bytes(&config));
    if (seats == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_record_done(ur_dkg_public_init(&machine, &config, seats))); /* the spec was checked when it was read */
    uc_generation g = {.attempt = attempt,
                       .n = spec->n,
                       .t = spec->t,
                       .old_n = config.old_n,
                       .old_t = config.old_t,
                       .has_demand = spec->has_demand,
                       .join_until = config.join_until,
                       .deal_until = config.deal_until,
                       .dispute_until = config.dispute_until,
                       .vote_until = config.vote_until};
    memcpy(g.session, machine.session, sizeof g.session);
    memcpy(g.sum, record->current != 0 ? record->mpk : infinity, sizeof g.sum);
    UR_TRY(save_state(c, committee, record->pending, &g, &machine));
    return say_begun(c, committee, record, &g, spec);
}

/* Attempts at one generation are counted on, whoever its members are: no two have one name. */
static ur_status next_attempt(uc_call *c, uint64_t committee, const uc_committee *record, uint64_t *out)
{
    uc_generation last;
    *out = 1;
    if (record->pending == 0) {
        return UR_OK;
    }
    UR_TRY(uc_generation_load(c, committee, record->pending, &last));
    *out = last.attempt + 1;
    return UR_OK;
}

ur_status uc_generation_begin(uc_call *c, uint64_t committee, uc_committee *record, const uc_spec *spec)
{
    uint64_t attempt;
    ur_key k;
    UR_TRY(next_attempt(c, committee, record, &attempt));
    record->pending = record->current + 1;
    record->successions++;
    UR_TRY(uc_put(c, ur_key_spec(&k, committee, record->pending), spec->bytes));
    for (uint32_t i = 0; i < spec->n; i++) {
        UR_TRY(uc_member_save(c, committee, record->pending, i + 1, &(uc_member){.account = spec->accounts[i]}));
    }
    UR_TRY(uc_committee_save(c, committee, record));
    return uc_attempt_begin(c, committee, record, spec, attempt);
}
