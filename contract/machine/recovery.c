/* From silence to evidence: request, approve, begin, evidence. None of these fences, or stops anybody else's request. */
#include "contract/machine/handlers.h"
#include "contract/machine/vault.h"
#include "core/attest/binding.h"

/* ---- request ---- */

static ur_status read_key_recipient(uc_call *c, uc_request *q, ur_json v)
{
    enum { PK1, ACCOUNT, COUNT };
    static const char *const names[COUNT] = {"pk1", "account"};
    uc_args a;
    UR_TRY(uc_args_read(c, &a, names, COUNT, v));
    UR_TRY(uc_args_base64(&a, PK1, q->pk1, sizeof q->pk1));
    UR_TRY(uc_args_address(&a, ACCOUNT, &q->account));
    q->kind = UC_RECIPIENT_KEY;
    return UR_OK;
}

/* {"tee": account} or {"key": {"pk1", "account"}} */
static ur_status read_recipient(uc_call *c, uc_request *q, ur_json v)
{
    static const char *const tee = "tee", *const key = "key";
    ur_json one;
    if (ur_json_fields_var(&one, &tee, 1, 1, v) == UR_OK) {
        q->kind = UC_RECIPIENT_TEE;
        return uc_address(c, one, "recipient", &q->account);
    }
    UR_TRY(uc_check(c, ur_json_fields_var(&one, &key, 1, 1, v), UC_ERROR_malformed, "recipient"));
    return read_key_recipient(c, q, one);
}

/* Whether it may be asked for now, and for that recipient. */
static ur_status check_request(uc_call *c, const uc_vault *v, const ur_policy *p, const uc_request *q)
{
    if (v->state != UC_VAULT_ACTIVE && !uc_vault_is_fenced(v)) {
        return uc_refuse(c, UC_ERROR_ended, "vault");
    }
    if (v->version == 0) {
        return uc_refuse(c, UC_ERROR_no_ciphertext, "vault");
    }
    if (v->state == UC_VAULT_ACTIVE && !ur_policy_is_silent(p, v->heartbeat, c->now)) {
        return uc_refuse(c, UC_ERROR_not_silent, "vault");
    }
    bool accepted = q->kind == UC_RECIPIENT_KEY ? ur_policy_has_key(p, q->pk1) : p->has_tee;
    return accepted ? UR_OK : uc_refuse(c, UC_ERROR_recipient, "recipient");
}

static void tell_requested(uc_call *c, uint64_t vault, uint64_t number, const uc_request *q)
{
    uc_event_begin(c, UC_EVENT_requested);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "request", number);
    uc_attr_text(c, "requester", c->sender);
    uc_attr_u64(c, "slot", q->slot);
    uc_attr_text(c, "recipient", q->account);
    uc_attr_base64(c, "key", ur_span_of(q->pk1, q->kind == UC_RECIPIENT_KEY ? sizeof q->pk1 : 0));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    ur_json_key(j, "request");
    ur_json_put_u64(j, number);
    ur_json_end_object(j);
}

ur_status uc_open_request(uc_call *c, ur_json args)
{
    enum { VAULT, RECIPIENT, COUNT };
    static const char *const names[COUNT] = {"vault", "recipient"};
    uc_args a;
    uc_vault v;
    ur_policy *p;
    uint64_t vault, number;
    uc_request q = {.opened = c->now};
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, VAULT, &vault));
    UR_TRY(read_recipient(c, &q, a.value[RECIPIENT]));
    UR_TRY(uc_vault_load(c, vault, &v));
    if (v.state == UC_VAULT_RETIRED) { /* has no policy left */
        return uc_refuse(c, UC_ERROR_ended, names[VAULT]);
    }
    UR_TRY(uc_policy_load(c, vault, &p));
    if (ur_policy_requester(p, &q.slot, c->sender) != UR_OK) {
        return uc_refuse(c, UC_ERROR_not_requester, NULL);
    }
    UR_TRY(check_request(c, &v, p, &q));
    UR_TRY(uc_request_open(c, vault, &v, &q, &number));
    tell_requested(c, vault, number, &q);
    return uc_vault_save(c, vault, &v);
}

/* ---- approve: binds the request and whom it names ---- */

static ur_status check_approval(uc_call *c, const ur_policy *p, const uc_request *q, ur_span recipient, uint32_t *guardian)
{
    if (ur_policy_guardian(p, guardian, c->sender) != UR_OK) {
        return uc_refuse(c, UC_ERROR_not_guardian, NULL);
    }
    if (q->kind == UC_RECIPIENT_MIGRATE) {
        return uc_refuse(c, UC_ERROR_migration, "request");
    }
    if (!ur_span_eq_var(q->account, recipient)) {
        return uc_refuse(c, UC_ERROR_recipient, "recipient");
    }
    if (ur_policy_request_is_over(p, q->opened, c->now)) {
        return uc_refuse(c, UC_ERROR_expired, "request");
    }
    return (q->approvals >> *guardian & 1) == 0 ? UR_OK : uc_refuse(c, UC_ERROR_approved, "request");
}

ur_status uc_approve(uc_call *c, ur_json args)
{
    enum { VAULT, REQUEST, RECIPIENT, COUNT };
    static const char *const names[COUNT] = {"vault", "request", "recipient"};
    uc_args a;
    ur_policy *p;
    uc_request q;
    ur_span recipient;
    uint64_t vault, number;
    uint32_t guardian;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, VAULT, &vault));
    UR_TRY(uc_args_u64(&a, REQUEST, &number));
    UR_TRY(uc_args_text(&a, RECIPIENT, UC_ADDRESS_MAX, &recipient));
    UR_TRY(uc_request_load(c, vault, number, &q));
    UR_TRY(uc_policy_load(c, vault, &p));
    UR_TRY(check_approval(c, p, &q, recipient, &guardian));
    q.approvals |= 1u << guardian;
    uc_event_begin(c, UC_EVENT_approved);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "request", number);
    uc_attr_text(c, "guardian", c->sender);
    return uc_request_save(c, vault, number, &q);
}

/* ---- begin ---- */

/* Whether the request may go on to a challenge. That the vault is silent needs no second look: the request was opened in
 * silence, and any sign of life since has removed it. */
static ur_status check_due(uc_call *c, uint64_t vault, const uc_vault *v, const ur_policy *p, const uc_request *q)
{
    uc_release r;
    if (ur_policy_request_is_over(p, q->opened, c->now)) {
        return uc_refuse(c, UC_ERROR_expired, "request");
    }
    if (q->kind == UC_RECIPIENT_MIGRATE) { /* removed by fencing, so the vault is active and the instance's word stands */
        return UR_OK;
    }
    if (uc_vault_is_fenced(v)) {
        UR_TRY(uc_release_load(c, vault, &r));
        if (c->now.time_ns < uc_release_until_ns(&r)) {
            return uc_refuse(c, UC_ERROR_activation, "vault");
        }
    }
    if (!ur_policy_window_is_over(p, q->opened, c->now)) {
        return uc_refuse(c, UC_ERROR_window, "request");
    }
    return ur_policy_has_quorum(p, q->approvals) ? UR_OK : uc_refuse(c, UC_ERROR_quorum, "request");
}

/* Numbers of requests are used once in a vault, so request and vault are what a challenge's counter has to be. */
static ur_status make_challenge(uc_call *c, uint64_t vault, uint64_t number, const ur_policy *p, uc_request *q)
{
    static const ur_attest_ops hashes = {.sha256 = ur_attest_sha256_core};
    uint8_t id[8];
    ur_writer w;
    ur_writer_init(&w, id, sizeof id);
    ur_writer_u64be(&w, vault);
    q->challenged = c->now.height;
    q->deadline = c->now.height + p->challenge_blocks;
    q->has_evidence = false;
    return ur_challenge_make(q->challenge, &hashes, c->chain_id, c->contract, number, c->now.height,
                             ur_span_of(id, sizeof id)) == UR_OK
               ? UR_OK
               : UR_E_INTERNAL;
}

/* What was shown for the challenge before, and who voted for that. */
static ur_status remove_evidence(uc_call *c, uint64_t vault, uint64_t number, const uc_request *q)
{
    ur_key k;
    if (!q->has_evidence) {
        return UR_OK;
    }
    UR_TRY(uc_remove(c, ur_key_evidence(&k, vault, number)));
    return uc_remove(c, ur_key_votes(&k, vault, number));
}

static ur_status read_own_request(uc_call *c, const uc_args *a, uint64_t *vault, uint64_t *number, uc_request *q)
{
    UR_TRY(uc_args_u64(a, 0, vault));
    UR_TRY(uc_args_u64(a, 1, number));
    UR_TRY(uc_request_load(c, *vault, *number, q));
    return ur_span_eq_var(q->account, c->sender) ? UR_OK : uc_refuse(c, UC_ERROR_not_recipient, NULL);
}

ur_status uc_begin(uc_call *c, ur_json args)
{
    static const char *const names[] = {"vault", "request"};
    uc_args a;
    uc_vault v;
    uc_request q;
    ur_policy *p;
    uint64_t vault, number;
    UR_TRY(uc_args_read(c, &a, names, 2, args));
    UR_TRY(read_own_request(c, &a, &vault, &number, &q));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(uc_policy_load(c, vault, &p));
    UR_TRY(check_due(c, vault, &v, p, &q));
    UR_TRY(uc_committee_suits(c, v.committee, p));
    UR_TRY(remove_evidence(c, vault, number, &q));
    UR_TRY(make_challenge(c, vault, number, p, &q));
    uc_event_begin(c, UC_EVENT_challenged);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "request", number);
    uc_attr_base64(c, "challenge", ur_span_of(q.challenge, sizeof q.challenge));
    uc_attr_u64(c, "deadline", q.deadline);
    return uc_request_save(c, vault, number, &q);
}

/* ---- evidence ---- */

typedef struct shown {
    uint8_t twin[UR_TWIN_BYTES];
    ur_span quote;
    ur_span collateral_hash; /* 32 bytes; both empty for a key */
} shown;

/* The collateral itself may come along, so that keypers find it in the transaction; it is not kept. */
static ur_status check_collateral(uc_call *c, const uc_args *a, size_t at, const shown *s)
{
    ur_span collateral;
    uint8_t hash[UR_SHA256_BYTES];
    if (uc_args_is_null(a, at)) {
        return UR_OK;
    }
    UR_TRY(uc_args_base64_upto(a, at, UC_COLLATERAL_MAX, &collateral));
    ur_sha256_of(hash, collateral);
    bool named = s->collateral_hash.n == sizeof hash && ur_eq_var(hash, s->collateral_hash.p, sizeof hash);
    return named ? UR_OK : uc_refuse(c, UC_ERROR_collateral, a->names[at]);
}

static ur_status read_shown(uc_call *c, const uc_args *a, const uc_request *q, shown *s)
{
    enum { TWIN = 2, QUOTE, COLLATERAL_HASH, COLLATERAL };
    UR_TRY(uc_args_base64(a, TWIN, s->twin, sizeof s->twin));
    if (q->kind == UC_RECIPIENT_KEY) {
        for (size_t i = QUOTE; i <= COLLATERAL; i++) {
            if (!uc_args_is_null(a, i)) {
                return uc_refuse(c, UC_ERROR_malformed, a->names[i]);
            }
        }
        return ur_eq_var(s->twin, q->pk1, sizeof q->pk1) ? UR_OK : uc_refuse(c, UC_ERROR_recipient, a->names[TWIN]);
    }
    UR_TRY(uc_args_base64_upto(a, QUOTE, UC_QUOTE_MAX, &s->quote));
    UR_TRY(uc_args_base64_upto(a, COLLATERAL_HASH, UR_SHA256_BYTES, &s->collateral_hash));
    if (s->collateral_hash.n != UR_SHA256_BYTES) {
        return uc_refuse(c, UC_ERROR_malformed, a->names[COLLATERAL_HASH]);
    }
    return check_collateral(c, a, COLLATERAL, s);
}

/* The recipient knows the secret of its key, and made it for this: else it might be somebody else's. */
static ur_status check_possession(uc_call *c, uint64_t vault, uint64_t number, const uc_vault *v, const uc_request *q,
                                  const shown *s)
{
    uint8_t buf[UR_PVE_CONTEXT_MAX];
    ur_span bytes;
    ur_pve_context ctx = {.chain = c->chain_id,
                          .contract = c->contract,
                          .vault = vault,
                          .epoch = v->epoch,
                          .registered = q->kind == UC_RECIPIENT_KEY,
                          .request = number,
                          .account = q->account};
    if (ur_pve_context_write(buf, &bytes, &ctx) != UR_OK) {
        return UR_E_INTERNAL; /* an account was checked to be an address */
    }
    return uc_check(c, ur_pve_recipient_admit(c->host->curve, s->twin, bytes), UC_ERROR_proof, "twin");
}

/* Keep the evidence, and note its hash: over the record behind its format byte. */
static ur_status keep_evidence(uc_call *c, uint64_t vault, uint64_t number, uc_request *q, const shown *s)
{
    ur_key k;
    ur_span fields;
    size_t cap = 3 * 4 + sizeof s->twin + s->quote.n + s->collateral_hash.n;
    ur_writer w;
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    ur_writer_init(&w, buf, cap);
    ur_writer_field(&w, ur_span_of(s->twin, sizeof s->twin));
    ur_writer_field(&w, s->quote);
    ur_writer_field(&w, s->collateral_hash);
    if (ur_writer_end(&w, &fields) != UR_OK) {
        return UR_E_INTERNAL;
    }
    ur_sha256_of(q->evidence_hash, fields);
    memcpy(q->pk1, s->twin, sizeof q->pk1);
    memcpy(q->pk2, s->twin + UR_G1_BYTES, sizeof q->pk2);
    q->has_evidence = true;
    return uc_blob_save(c, ur_key_evidence(&k, vault, number), fields);
}

static ur_status open_votes(uc_call *c, uint64_t vault, uint64_t number, const uc_vault *v, const ur_policy *p,
                            const uc_request *q)
{
    uc_votes u = {.committee = v->committee, .deadline = q->deadline, .min_t = p->min_t, .min_n = p->min_n};
    uint64_t ttl_ns = p->request_ttl_s * 1000000000u;
    u.expires_ns = q->opened.time_ns > UINT64_MAX - ttl_ns ? UINT64_MAX : q->opened.time_ns + ttl_ns;
    memcpy(u.evidence_hash, q->evidence_hash, sizeof u.evidence_hash);
    return uc_votes_save(c, vault, number, &u);
}

static ur_status check_challenge(uc_call *c, const uc_request *q, const ur_policy *p)
{
    if (q->challenged == 0) {
        return uc_refuse(c, UC_ERROR_no_challenge, "request");
    }
    if (c->now.height > q->deadline || ur_policy_request_is_over(p, q->opened, c->now)) {
        return uc_refuse(c, UC_ERROR_expired, "request");
    }
    return q->has_evidence ? uc_refuse(c, UC_ERROR_answered, "request") : UR_OK;
}

ur_status uc_evidence(uc_call *c, ur_json args)
{
    static const char *const names[] = {"vault", "request", "twin", "quote", "collateral_hash", "collateral"};
    uc_args a;
    uc_vault v;
    uc_request q;
    ur_policy *p;
    shown s = {.quote = {NULL, 0}};
    uint64_t vault, number;
    UR_TRY(uc_args_read(c, &a, names, 6, args));
    UR_TRY(read_own_request(c, &a, &vault, &number, &q));
    UR_TRY(read_shown(c, &a, &q, &s));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(uc_policy_load(c, vault, &p));
    UR_TRY(check_challenge(c, &q, p));
    UR_TRY(check_possession(c, vault, number, &v, &q, &s));
    UR_TRY(keep_evidence(c, vault, number, &q, &s));
    UR_TRY(open_votes(c, vault, number, &v, p, &q));
    uc_event_begin(c, UC_EVENT_evidence);
    uc_attr_u64(c, "vault", vault);
    uc_attr_u64(c, "request", number);
    uc_attr_base64(c, "evidence_hash", ur_span_of(q.evidence_hash, sizeof q.evidence_hash));
    uc_attr_base64(c, "pk1", ur_span_of(q.pk1, sizeof q.pk1));
    uc_attr_base64(c, "pk2", ur_span_of(q.pk2, sizeof q.pk2));
    return uc_request_save(c, vault, number, &q);
}
