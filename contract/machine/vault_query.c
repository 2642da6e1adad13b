/* Queries about vaults. Each reads a bounded number of records whose keys are computed from what is asked for, and answers
 * with the raw key (base64) that the record can be proven by. Nanoseconds are text, as numbers they would not be exact. */
#include "contract/machine/answer.h"
#include "contract/machine/config.h"
#include "contract/machine/handlers.h"
#include "contract/machine/vault.h"

/* ---- parts of answers ---- */

static void put_instant(ur_json_writer *j, const char *name, ur_instant at)
{
    ur_json_key(j, name);
    ur_json_begin_object(j);
    uc_put_number(j, "height", at.height);
    ur_json_key(j, "time_ns");
    ur_json_put_u64_text(j, at.time_ns);
    ur_json_end_object(j);
}

static void put_instant_if(ur_json_writer *j, const char *name, ur_instant at, bool there)
{
    if (there) {
        put_instant(j, name, at);
    } else {
        ur_json_key(j, name);
        ur_json_put_null(j);
    }
}

static const char *state_name(uc_vault_state s)
{
    static const char *const names[] = {"?", "active", "releasing", "released", "opened", "retired"};
    return names[s <= UC_VAULT_RETIRED ? s : 0];
}

static void put_kind(ur_json_writer *j, uc_recipient kind)
{
    static const char *const names[] = {"?", "tee", "key", "migrate"};
    ur_json_key(j, "kind");
    ur_json_put_text(j, names[kind <= UC_RECIPIENT_MIGRATE ? kind : 0]);
}

/* ---- asking ---- */

static ur_status read_vault_id(uc_call *c, uint64_t *vault, ur_json args)
{
    static const char *const names[] = {"vault"};
    uc_args a;
    UR_TRY(uc_args_read(c, &a, names, 1, args));
    return uc_args_u64(&a, 0, vault);
}

/* A vault, or one that has not ended by being retired: then it has a policy. */
static ur_status load_kept(uc_call *c, uint64_t vault, uc_vault *v)
{
    UR_TRY(uc_vault_load(c, vault, v));
    return v->state != UC_VAULT_RETIRED ? UR_OK : uc_refuse(c, UC_ERROR_ended, "vault");
}

/* ---- vault, vaults ---- */

static ur_status put_silence(uc_call *c, ur_json_writer *j, uint64_t vault, const uc_vault *v)
{
    ur_policy *p;
    if (v->state != UC_VAULT_ACTIVE) {
        ur_json_key(j, "silent");
        ur_json_put_bool(j, false);
        put_instant_if(j, "silent_from", c->now, false);
        return UR_OK;
    }
    UR_TRY(uc_policy_load(c, vault, &p));
    ur_json_key(j, "silent");
    ur_json_put_bool(j, ur_policy_is_silent(p, v->heartbeat, c->now));
    put_instant(j, "silent_from", ur_policy_silent_from(p, v->heartbeat));
    return UR_OK;
}

ur_status uc_query_vault(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_vault v;
    uc_origin o;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(uc_origin_load(c, vault, &o));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_bytes_if(j, "ciphertext_hash", ur_span_of(v.ciphertext_hash, sizeof v.ciphertext_hash), v.version != 0);
    uc_put_number(j, "committee", v.committee);
    put_instant(j, "created", o.created);
    uc_put_number(j, "epoch", v.epoch);
    put_instant(j, "heartbeat", v.heartbeat);
    uc_put_bytes(j, "instance_key", ur_span_of(v.instance_key, sizeof v.instance_key));
    uc_put_bytes(j, "key", ur_key_vault(&k, vault));
    uc_put_text(j, "label", o.label);
    uc_put_number(j, "max_lag_blocks", v.max_lag);
    uc_put_text(j, "owner", o.owner);
    uc_put_bytes(j, "policy_hash", ur_span_of(o.policy_hash, sizeof o.policy_hash));
    uc_put_bytes_if(j, "secret", o.secret, o.secret.n > 0);
    uc_put_number(j, "seen_height", v.seen_height);
    uc_put_number(j, "sequence", v.sequence);
    UR_TRY(put_silence(c, j, vault, &v));
    uc_put_text(j, "state", ur_span_str_var(state_name(v.state)));
    uc_put_number(j, "vault", vault);
    uc_put_number(j, "version", v.version);
    ur_json_end_object(j);
    return UR_OK;
}

static ur_status put_line(uc_call *c, ur_json_writer *j, uint64_t vault)
{
    ur_key k;
    uc_vault v;
    UR_TRY(uc_vault_load(c, vault, &v));
    ur_json_begin_object(j);
    uc_put_number(j, "committee", v.committee);
    uc_put_number(j, "epoch", v.epoch);
    put_instant(j, "heartbeat", v.heartbeat);
    uc_put_bytes(j, "key", ur_key_vault(&k, vault));
    uc_put_text(j, "state", ur_span_str_var(state_name(v.state)));
    uc_put_number(j, "vault", vault);
    uc_put_number(j, "version", v.version);
    ur_json_end_object(j);
    return UR_OK;
}

/* next: what to ask from for the next page; past the last vault there is an empty one. */
ur_status uc_query_vaults(uc_call *c, ur_json args)
{
    enum { FROM, LIMIT, COUNT };
    static const char *const names[COUNT] = {"from", "limit"};
    uc_args a;
    uc_config config;
    ur_key k;
    uint64_t from;
    uint32_t limit;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, FROM, &from));
    UR_TRY(uc_args_u32(&a, LIMIT, UC_VAULTS_PAGE_MAX, &limit));
    UR_TRY(uc_config_load(c, &config));
    from = from == 0 ? 1 : from;
    uint64_t left = from < config.next_vault ? config.next_vault - from : 0;
    uint64_t end = from + (left < limit ? left : limit);
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_bytes(j, "key", ur_key_config(&k));
    uc_put_number(j, "next", end);
    ur_json_key(j, "vaults");
    ur_json_begin_array(j);
    for (uint64_t at = from; at < end; at++) {
        UR_TRY(put_line(c, j, at));
    }
    ur_json_end_array(j);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- policy, ciphertext ---- */

ur_status uc_query_policy(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_vault v;
    uc_origin o;
    ur_span text;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(load_kept(c, vault, &v));
    UR_TRY(uc_origin_load(c, vault, &o));
    UR_TRY(uc_blob_load(c, ur_key_policy(&k, vault), &text));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_bytes(j, "hash", ur_span_of(o.policy_hash, sizeof o.policy_hash));
    uc_put_bytes(j, "key", ur_key_policy(&k, vault));
    ur_json_key(j, "policy");
    ur_json_put_raw(j, (ur_json){text});
    ur_json_end_object(j);
    return UR_OK;
}

ur_status uc_query_ciphertext(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_vault v;
    ur_span bytes;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(load_kept(c, vault, &v));
    if (v.version == 0) {
        return uc_refuse(c, UC_ERROR_no_ciphertext, "vault");
    }
    UR_TRY(uc_blob_load(c, ur_key_ciphertext(&k, vault), &bytes));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_bytes(j, "ciphertext", bytes);
    uc_put_number(j, "epoch", v.epoch);
    uc_put_bytes(j, "key", ur_key_ciphertext(&k, vault));
    uc_put_number(j, "version", v.version);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- requests ---- */

static void put_challenge(ur_json_writer *j, const uc_request *q)
{
    ur_json_key(j, "challenge");
    if (q->challenged == 0) {
        ur_json_put_null(j);
        return;
    }
    ur_json_begin_object(j);
    uc_put_number(j, "deadline", q->deadline);
    uc_put_number(j, "height", q->challenged);
    uc_put_bytes(j, "value", ur_span_of(q->challenge, sizeof q->challenge));
    ur_json_end_object(j);
}

/* The votes for the evidence, or null. */
static ur_status put_votes(uc_call *c, ur_json_writer *j, uint64_t vault, uint64_t number, const uc_request *q)
{
    uc_votes u;
    ur_json_key(j, "votes");
    if (!q->has_evidence) {
        ur_json_put_null(j);
        return UR_OK;
    }
    UR_TRY(uc_votes_load(c, vault, number, &u));
    ur_json_begin_object(j);
    uc_put_number(j, "count", u.count);
    uc_put_number(j, "generation", u.generation);
    uc_put_indices(j, "indices", u.bits);
    ur_json_end_object(j);
    return UR_OK;
}

static ur_status put_request(uc_call *c, ur_json_writer *j, uint64_t vault, uint64_t number)
{
    ur_key k;
    uc_request q;
    UR_TRY(uc_request_load(c, vault, number, &q));
    bool has_pk1 = q.has_evidence || q.kind == UC_RECIPIENT_KEY;
    ur_json_begin_object(j);
    uc_put_number(j, "approvals", q.approvals);
    put_challenge(j, &q);
    uc_put_bytes_if(j, "evidence_hash", ur_span_of(q.evidence_hash, sizeof q.evidence_hash), q.has_evidence);
    uc_put_bytes(j, "key", ur_key_request(&k, vault, number));
    put_kind(j, q.kind);
    put_instant(j, "opened", q.opened);
    uc_put_bytes_if(j, "pk1", ur_span_of(q.pk1, sizeof q.pk1), has_pk1);
    uc_put_bytes_if(j, "pk2", ur_span_of(q.pk2, sizeof q.pk2), q.has_evidence);
    uc_put_text(j, "recipient", q.account);
    uc_put_number(j, "request", number);
    uc_put_number(j, "slot", q.slot);
    UR_TRY(put_votes(c, j, vault, number, &q));
    ur_json_end_object(j);
    return UR_OK;
}

ur_status uc_query_request(uc_call *c, ur_json args)
{
    static const char *const names[] = {"vault", "request"};
    uc_args a;
    uint64_t vault, number;
    UR_TRY(uc_args_read(c, &a, names, 2, args));
    UR_TRY(uc_args_u64(&a, 0, &vault));
    UR_TRY(uc_args_u64(&a, 1, &number));
    return put_request(c, uc_answer(c), vault, number);
}

ur_status uc_query_requests(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_vault v;
    uc_numbers n;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(uc_numbers_load(c, vault, &n));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_bytes(j, "key", ur_key_numbers(&k, vault));
    ur_json_key(j, "requests");
    ur_json_begin_array(j);
    for (uint32_t slot = 0; slot < UC_SLOTS; slot++) {
        if ((v.pending >> slot & 1) != 0) {
            UR_TRY(put_request(c, j, vault, n.slot[slot]));
        }
    }
    ur_json_end_array(j);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- release, shares ---- */

ur_status uc_query_release(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_vault v;
    uc_release r;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(uc_release_load(c, vault, &r));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_number(j, "committee", r.committee);
    uc_put_number(j, "epoch", r.epoch);
    uc_put_bytes(j, "evidence_hash", ur_span_of(r.evidence_hash, sizeof r.evidence_hash));
    put_instant(j, "fenced", r.fenced);
    uc_put_bytes(j, "key", ur_key_release(&k, vault));
    put_kind(j, r.kind);
    uc_put_bytes(j, "pk1", ur_span_of(r.pk1, sizeof r.pk1));
    uc_put_bytes(j, "pk2", ur_span_of(r.pk2, sizeof r.pk2));
    uc_put_text(j, "recipient", r.account);
    uc_put_number(j, "release", r.release);
    put_instant_if(j, "released", r.released, r.released.time_ns != 0);
    uc_put_number(j, "request", r.request);
    uc_put_text(j, "state", ur_span_str_var(state_name(v.state)));
    ur_json_key(j, "until_ns");
    ur_json_put_u64_text(j, uc_release_until_ns(&r));
    uc_put_number(j, "version", r.version);
    ur_json_end_object(j);
    return UR_OK;
}

static ur_status put_share(uc_call *c, ur_json_writer *j, uint64_t vault, const uc_release *r, uint64_t generation,
                           uint32_t index)
{
    ur_key k;
    ur_span share;
    ur_span key = ur_key_share(&k, vault, r->epoch, r->release, generation, index);
    ur_status st = uc_get(c, key, &share);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? UR_E_INTERNAL : st;
    }
    ur_json_begin_object(j);
    uc_put_number(j, "index", index);
    uc_put_bytes(j, "key", key);
    uc_put_bytes(j, "share", share);
    ur_json_end_object(j);
    return UR_OK;
}

/* Those of the generation that shares now, or shared last. */
ur_status uc_query_shares(uc_call *c, ur_json args)
{
    ur_key k;
    uint64_t vault;
    uc_release r;
    uc_share_count z;
    UR_TRY(read_vault_id(c, &vault, args));
    UR_TRY(uc_release_load(c, vault, &r));
    UR_TRY(uc_share_count_load(c, vault, &z));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    uc_put_number(j, "epoch", r.epoch);
    uc_put_number(j, "generation", z.generation);
    uc_put_bytes(j, "key", ur_key_share_count(&k, vault));
    uc_put_number(j, "release", r.release);
    ur_json_key(j, "shares");
    ur_json_begin_array(j);
    for (uint32_t i = 1; i <= UC_MEMBERS_MAX; i++) {
        if (uc_bit(z.bits, i)) {
            UR_TRY(put_share(c, j, vault, &r, z.generation, i));
        }
    }
    ur_json_end_array(j);
    ur_json_end_object(j);
    return UR_OK;
}
