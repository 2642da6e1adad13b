/* From votes to shares: vote_release, whose t-th fences, and share, whose t-th releases. Both touch few bytes, parse no
 * policy, and read nothing of the vault but what they count in. */
#include "contract/machine/handlers.h"
#include "contract/machine/vault.h"
#include "core/policy/identity.h"

/* What the two have in common: a member of the current generation, and a place in its bits. */
typedef struct voice {
    uint64_t vault;
    uint32_t index;
    uc_committee k;
    uc_holder holder;
} voice;

/* Count in a generation's bits; those of an earlier one are forgotten. */
static ur_status count_in(uc_call *c, const voice *o, uint64_t *generation, uint32_t *count, uint8_t bits[UC_BITS_BYTES],
                          uc_error twice)
{
    if (*generation != o->k.current) {
        *generation = o->k.current;
        *count = 0;
        memset(bits, 0, UC_BITS_BYTES);
    }
    if (uc_bit(bits, o->index)) {
        return uc_refuse(c, twice, "index");
    }
    uc_bit_set(bits, o->index);
    (*count)++;
    return UR_OK;
}

static ur_status read_index(const uc_args *a, size_t at, uint32_t *out)
{
    UR_TRY(uc_args_u32(a, at, UC_MEMBERS_MAX, out));
    return *out > 0 ? UR_OK : uc_refuse(a->call, UC_ERROR_malformed, a->names[at]);
}

/* ---- fencing ---- */

static ur_status hash_identity(uc_call *c, uint64_t vault, const uc_release *r, uint8_t q[UR_G2_BYTES])
{
    uint8_t buf[UR_IDENTITY_MAX];
    ur_span identity;
    uc_origin origin;
    UR_TRY(uc_origin_load(c, vault, &origin));
    ur_vault_identity id = {.chain_id = c->chain_id,
                            .contract = c->contract,
                            .vault = vault,
                            .epoch = r->epoch,
                            .version = r->version};
    memcpy(id.policy_hash, origin.policy_hash, sizeof id.policy_hash);
    if (ur_vault_identity_write(buf, &identity, &id) != UR_OK) {
        return UR_E_INTERNAL;
    }
    return c->host->curve->hash(c->host->curve->self, q, UR_TAG_IDENTITY, identity);
}

static ur_status make_release(uc_call *c, uint64_t vault, uint64_t number, const uc_vault *v, const uc_request *q, uc_release *r)
{
    ur_policy *p;
    UR_TRY(uc_policy_load(c, vault, &p));
    *r = (uc_release){.epoch = v->epoch,
                      .release = r->release + 1,
                      .request = number,
                      .kind = q->kind,
                      .committee = v->committee,
                      .version = v->version,
                      .fenced = c->now,
                      .activation_s = p->activation_s,
                      .account = q->account};
    memcpy(r->evidence_hash, q->evidence_hash, sizeof r->evidence_hash);
    memcpy(r->pk1, q->pk1, sizeof r->pk1);
    memcpy(r->pk2, q->pk2, sizeof r->pk2);
    return hash_identity(c, vault, r, r->q);
}

/* The request is answered: it is kept in place of the one that the release before answered. The former instance's word no
 * longer counts: a migration that it asked for goes. */
static ur_status keep_answered(uc_call *c, uint64_t vault, uc_vault *v, uint64_t number, uc_request *q, uint64_t before)
{
    ur_key k;
    uc_numbers n;
    if (before != 0) {
        UR_TRY(uc_request_forget(c, vault, before));
    }
    UR_TRY(uc_request_keep(c, vault, v, number, q));
    UR_TRY(uc_numbers_load(c, vault, &n));
    UR_TRY(uc_request_drop(c, vault, v, &n, UC_SLOT_MIGRATION));
    return uc_remove(c, ur_key_share_count(&k, vault));
}

static void tell_fenced(uc_call *c, uint64_t vault, const uc_release *r)
{
    uc_event_begin(c, UC_EVENT_fenced);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "epoch", r->epoch);
    uc_attr_u64(c, "release", r->release);
    uc_attr_u64(c, "request", r->request);
    uc_attr_u64(c, "version", r->version);
    uc_attr_text(c, "recipient", r->account);
}

/* A release before this one: its recipient's time is over, also when its t-th share came after the challenge of the
 * request that is voted for now. */
static ur_status release_before(uc_call *c, uint64_t vault, const uc_vault *v, uc_release *r)
{
    *r = (uc_release){.release = 0};
    if (!uc_vault_is_fenced(v)) {
        return UR_OK;
    }
    UR_TRY(uc_release_load(c, vault, r));
    return c->now.time_ns >= uc_release_until_ns(r) ? UR_OK : uc_refuse(c, UC_ERROR_activation, "vault");
}

static ur_status fence(uc_call *c, voice *o, uint64_t number)
{
    uc_vault v;
    uc_request q;
    uc_release r;
    UR_TRY(uc_vault_load(c, o->vault, &v));
    UR_TRY(release_before(c, o->vault, &v, &r));
    uint64_t before = r.request; /* 0: none */
    UR_TRY(uc_request_load(c, o->vault, number, &q));
    UR_TRY(make_release(c, o->vault, number, &v, &q, &r));
    UR_TRY(keep_answered(c, o->vault, &v, number, &q, before));
    if (v.state != UC_VAULT_RELEASING) { /* else one open release takes the place of another */
        UR_TRY(uc_open_releases_add(c, v.committee, &o->k, 1));
    }
    v.state = UC_VAULT_RELEASING;
    tell_fenced(c, o->vault, &r);
    UR_TRY(uc_release_save(c, o->vault, &r));
    return uc_vault_save(c, o->vault, &v);
}

/* ---- vote_release ---- */

static ur_status check_vote(uc_call *c, const uc_votes *u, const uint8_t evidence_hash[UR_SHA256_BYTES])
{
    if (c->now.height > u->deadline || c->now.time_ns >= u->expires_ns) {
        return uc_refuse(c, UC_ERROR_expired, "request");
    }
    return ur_eq_var(u->evidence_hash, evidence_hash, UR_SHA256_BYTES)
               ? UR_OK
               : uc_refuse(c, UC_ERROR_evidence_hash, "evidence_hash");
}

static void tell_voted(uc_call *c, const voice *o, uint64_t number, const uc_votes *u)
{
    uc_event_begin(c, UC_EVENT_release_voted);
    uc_attr_u64(c, "vault", o->vault);
    uc_attr_u64(c, "request", number);
    uc_attr_u64(c, "generation", u->generation);
    uc_attr_u64(c, "index", o->index);
    uc_attr_u64(c, "count", u->count);
}

ur_status uc_vote_release(uc_call *c, ur_json args)
{
    enum { VAULT, REQUEST, INDEX, EVIDENCE_HASH, COUNT };
    static const char *const names[COUNT] = {"vault", "request", "index", "evidence_hash"};
    uc_args a;
    voice o;
    uc_votes u;
    uint64_t number;
    uint8_t evidence_hash[UR_SHA256_BYTES];
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, VAULT, &o.vault));
    UR_TRY(uc_args_u64(&a, REQUEST, &number));
    UR_TRY(read_index(&a, INDEX, &o.index));
    UR_TRY(uc_args_base64(&a, EVIDENCE_HASH, evidence_hash, sizeof evidence_hash));
    UR_TRY(uc_votes_load(c, o.vault, number, &u));
    UR_TRY(check_vote(c, &u, evidence_hash));
    UR_TRY(uc_committee_speaker(c, u.committee, o.index, &o.k, &o.holder));
    if (o.holder.t < u.min_t || o.holder.n < u.min_n) {
        return uc_refuse(c, UC_ERROR_committee_unfit, "index");
    }
    UR_TRY(count_in(c, &o, &u.generation, &u.count, u.bits, UC_ERROR_voted));
    tell_voted(c, &o, number, &u);
    return u.count < o.holder.t ? uc_votes_save(c, o.vault, number, &u) : fence(c, &o, number);
}

/* ---- share ---- */

/* The t-th share of a generation: the recipient can open. A key's owner needs nothing more of this ledger. */
static ur_status released(uc_call *c, voice *o, uc_release *r)
{
    uc_vault v;
    UR_TRY(uc_vault_load(c, o->vault, &v));
    r->released = c->now;
    v.state = r->kind == UC_RECIPIENT_KEY ? UC_VAULT_OPENED : UC_VAULT_RELEASED;
    if (v.state == UC_VAULT_OPENED) {
        UR_TRY(uc_requests_drop(c, o->vault, &v));
    }
    uc_event_begin(c, v.state == UC_VAULT_OPENED ? UC_EVENT_opened : UC_EVENT_released);
    uc_attr_u64(c, "vault", o->vault);
    uc_attr_u64(c, "epoch", r->epoch);
    uc_attr_u64(c, "release", r->release);
    uc_attr_u64(c, "generation", o->k.current);
    UR_TRY(uc_open_releases_add(c, r->committee, &o->k, -1));
    UR_TRY(uc_release_save(c, o->vault, r));
    return uc_vault_save(c, o->vault, &v);
}

static ur_status keep_share(uc_call *c, const voice *o, const uc_release *r, const uint8_t share[UR_PVE_SHARE_BYTES])
{
    ur_key k;
    uc_event_begin(c, UC_EVENT_shared);
    uc_attr_u64(c, "vault", o->vault);
    uc_attr_u64(c, "epoch", r->epoch);
    uc_attr_u64(c, "release", r->release);
    uc_attr_u64(c, "generation", o->k.current);
    uc_attr_u64(c, "index", o->index);
    return uc_put(c, ur_key_share(&k, o->vault, r->epoch, r->release, o->k.current, o->index),
                  ur_span_of(share, UR_PVE_SHARE_BYTES));
}

static ur_status load_open_release(uc_call *c, uint64_t vault, uint64_t number, uc_release *r)
{
    UR_TRY(uc_release_load(c, vault, r));
    if (r->release != number) {
        return uc_refuse(c, UC_ERROR_no_release, "release");
    }
    return r->released.time_ns == 0 ? UR_OK : uc_refuse(c, UC_ERROR_released, "release");
}

ur_status uc_share(uc_call *c, ur_json args)
{
    enum { VAULT, RELEASE, INDEX, SHARE, COUNT };
    static const char *const names[COUNT] = {"vault", "release", "index", "share"};
    uc_args a;
    voice o;
    uc_release r;
    uc_share_count z;
    uint64_t number;
    uint8_t share[UR_PVE_SHARE_BYTES];
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, VAULT, &o.vault));
    UR_TRY(uc_args_u64(&a, RELEASE, &number));
    UR_TRY(read_index(&a, INDEX, &o.index));
    UR_TRY(uc_args_base64(&a, SHARE, share, sizeof share));
    UR_TRY(load_open_release(c, o.vault, number, &r));
    UR_TRY(uc_committee_speaker(c, r.committee, o.index, &o.k, &o.holder));
    UR_TRY(uc_share_count_load(c, o.vault, &z));
    UR_TRY(count_in(c, &o, &z.generation, &z.count, z.bits, UC_ERROR_shared));
    UR_TRY(uc_check(c, ur_pve_admit(c->host->curve, share, o.holder.key, r.q, r.pk1), UC_ERROR_proof, names[SHARE]));
    UR_TRY(keep_share(c, &o, &r, share));
    UR_TRY(uc_share_count_save(c, o.vault, &z));
    return z.count < o.holder.t ? UR_OK : released(c, &o, &r);
}
