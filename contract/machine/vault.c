/* What several messages about vaults do, and how a vault begins. */
#include "contract/machine/vault.h"

#include "contract/machine/config.h"
#include "contract/machine/handlers.h"

/* ---- policies ---- */

ur_status uc_policy_load(uc_call *c, uint64_t vault, ur_policy **out)
{
    ur_key k;
    ur_span text;
    *out = uc_take(c, 1, sizeof **out);
    if (*out == NULL) {
        return UR_E_MEMORY;
    }
    UR_TRY(uc_blob_load(c, ur_key_policy(&k, vault), &text));
    /* It was admitted, and is judged by the same rules again. */
    return ur_policy_parse(*out, NULL, text, ur_policy_is_dev_chain(c->chain_id)) == UR_OK ? UR_OK : UR_E_INTERNAL;
}

/* Accounts of another chain could never send anything here: a policy that relies on them would lock its owner out. */
static ur_status check_accounts(uc_call *c, const ur_span *list, uint32_t n, const char *field)
{
    for (uint32_t i = 0; i < n; i++) {
        ur_status st = c->host->address_check(c->host->self, list[i]);
        if (st != UR_OK) {
            return st == UR_E_INPUT ? uc_refuse(c, UC_ERROR_address, field) : st;
        }
    }
    return UR_OK;
}

/* A recovery key that is no point can never receive. */
static ur_status check_keys(uc_call *c, const ur_policy *p)
{
    uint8_t sum[UR_G1_BYTES];
    for (uint32_t i = 0; i < p->key_count; i++) {
        if (ur_encoding_is_inf(p->keys[i])) {
            return uc_refuse(c, UC_ERROR_policy, "keys");
        }
        UR_TRY(uc_check(c, c->host->curve->g1_sum(c->host->curve->self, sum, p->keys[i], 1), UC_ERROR_policy, "keys"));
    }
    return UR_OK;
}

ur_status uc_policy_admit(uc_call *c, ur_json value, uint64_t committee, ur_policy **out)
{
    const char *where;
    *out = uc_take(c, 1, sizeof **out);
    if (*out == NULL) {
        return UR_E_MEMORY;
    }
    if (value.raw.n > UC_POLICY_MAX) {
        return uc_refuse(c, UC_ERROR_too_long, "policy");
    }
    ur_status st = ur_policy_parse(*out, &where, value.raw, ur_policy_is_dev_chain(c->chain_id));
    UR_TRY(uc_check(c, st, UC_ERROR_policy, where));
    UR_TRY(check_accounts(c, (*out)->requesters, (*out)->requester_count, "requesters"));
    UR_TRY(check_accounts(c, (*out)->guardians, (*out)->guardian_count, "guardians"));
    UR_TRY(check_keys(c, *out));
    return uc_committee_suits(c, committee, *out);
}

uint32_t uc_max_lag(const ur_policy *p)
{
    if (p->silence_blocks < UC_LAG_MIN) {
        return UC_LAG_MIN;
    }
    return p->silence_blocks > UC_LAG_MAX ? UC_LAG_MAX : p->silence_blocks;
}

/* ---- committees ---- */

ur_status uc_committee_suits(uc_call *c, uint64_t committee, const ur_policy *p)
{
    uc_committee k;
    UR_TRY(uc_committee_load(c, committee, &k));
    if (k.current == 0) {
        return uc_refuse(c, UC_ERROR_not_open, "committee");
    }
    bool shows_quotes = k.has_demand && ur_eq_var(k.demand, p->keyper_quotes, sizeof k.demand);
    if (!ur_policy_allows_committee(p, k.mpk, k.t, k.n) || (p->wants_keyper_quotes && !shows_quotes)) {
        return uc_refuse(c, UC_ERROR_committee_unfit, "committee");
    }
    return UR_OK;
}

ur_status uc_open_releases_add(uc_call *c, uint64_t committee, uc_committee *k, int by)
{
    k->open_releases = by < 0 ? k->open_releases - 1 : k->open_releases + 1;
    return uc_committee_save(c, committee, k);
}

/* ---- requests ---- */

ur_status uc_request_drop(uc_call *c, uint64_t vault, uc_vault *v, const uc_numbers *n, uint32_t slot)
{
    ur_key k;
    if ((v->pending >> slot & 1) == 0) {
        return UR_OK;
    }
    UR_TRY(uc_remove(c, ur_key_request(&k, vault, n->slot[slot])));
    UR_TRY(uc_remove(c, ur_key_evidence(&k, vault, n->slot[slot])));
    UR_TRY(uc_remove(c, ur_key_votes(&k, vault, n->slot[slot])));
    v->pending &= ~(1u << slot);
    return UR_OK;
}

ur_status uc_request_keep(uc_call *c, uint64_t vault, uc_vault *v, uint64_t number, uc_request *q)
{
    ur_key k;
    q->answered = true;
    v->pending &= ~(1u << q->slot);
    UR_TRY(uc_remove(c, ur_key_votes(&k, vault, number)));
    return uc_request_save(c, vault, number, q);
}

ur_status uc_request_forget(uc_call *c, uint64_t vault, uint64_t number)
{
    ur_key k;
    UR_TRY(uc_remove(c, ur_key_request(&k, vault, number)));
    return uc_remove(c, ur_key_evidence(&k, vault, number));
}

ur_status uc_requests_drop(uc_call *c, uint64_t vault, uc_vault *v)
{
    uc_numbers n;
    if (v->pending == 0) {
        return UR_OK;
    }
    UR_TRY(uc_numbers_load(c, vault, &n));
    for (uint32_t slot = 0; slot < UC_SLOTS; slot++) {
        UR_TRY(uc_request_drop(c, vault, v, &n, slot));
    }
    return UR_OK;
}

ur_status uc_request_open(uc_call *c, uint64_t vault, uc_vault *v, const uc_request *q, uint64_t *number)
{
    uc_numbers n;
    UR_TRY(uc_numbers_load(c, vault, &n));
    UR_TRY(uc_request_drop(c, vault, v, &n, q->slot));
    *number = n.next++;
    n.slot[q->slot] = *number;
    v->pending |= 1u << q->slot;
    UR_TRY(uc_numbers_save(c, vault, &n));
    return uc_request_save(c, vault, *number, q);
}

uint64_t uc_release_until_ns(const uc_release *r)
{
    uint64_t from = r->released.time_ns != 0 ? r->released.time_ns : r->fenced.time_ns;
    uint64_t span = r->activation_s * 1000000000u; /* ten years at most: fits */
    return from > UINT64_MAX - span ? UINT64_MAX : from + span;
}

/* ---- the beginning ---- */

static ur_status save_new(uc_call *c, uint64_t vault, const uc_vault *v, const uc_origin *o, const ur_policy *p)
{
    ur_key k;
    UR_TRY(uc_vault_save(c, vault, v));
    UR_TRY(uc_origin_save(c, vault, o));
    return uc_blob_save(c, ur_key_policy(&k, vault), p->text);
}

static void tell_created(uc_call *c, uint64_t vault, const uc_vault *v, const uc_origin *o, const ur_policy *p)
{
    uc_event_begin(c, UC_EVENT_vault_created);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "committee", v->committee);
    uc_attr_text(c, "owner", o->owner);
    uc_attr_text(c, "label", o->label);
    uc_attr_base64(c, "instance_key", ur_span_of(v->instance_key, sizeof v->instance_key));
    uc_attr_base64(c, "policy_hash", ur_span_of(p->hash, sizeof p->hash));
    uc_attr_text(c, "policy", p->text);
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    ur_json_key(j, "vault");
    ur_json_put_u64(j, vault);
    ur_json_end_object(j);
}

ur_status uc_create_vault(uc_call *c, ur_json args)
{
    enum { COMMITTEE, POLICY, INSTANCE_KEY, LABEL, COUNT };
    static const char *const names[COUNT] = {"committee", "policy", "instance_key", "label"};
    uc_args a;
    uc_vault v = {.state = UC_VAULT_ACTIVE, .epoch = 1, .heartbeat = c->now};
    uc_origin o = {.created = c->now, .owner = c->sender};
    uc_config config;
    ur_policy *p;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, COMMITTEE, &v.committee));
    UR_TRY(uc_args_base64(&a, INSTANCE_KEY, v.instance_key, sizeof v.instance_key));
    UR_TRY(uc_args_text(&a, LABEL, UC_LABEL_MAX, &o.label));
    if (!ur_statement_key_has_form(v.instance_key)) {
        return uc_refuse(c, UC_ERROR_malformed, names[INSTANCE_KEY]);
    }
    UR_TRY(uc_policy_admit(c, a.value[POLICY], v.committee, &p));
    v.max_lag = uc_max_lag(p);
    memcpy(o.policy_hash, p->hash, sizeof o.policy_hash);
    UR_TRY(uc_config_load(c, &config));
    uint64_t vault = config.next_vault++;
    UR_TRY(uc_config_save(c, &config));
    UR_TRY(save_new(c, vault, &v, &o, p));
    tell_created(c, vault, &v, &o, p);
    return UR_OK;
}
