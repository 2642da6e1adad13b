/* What the instance says, carried by whoever likes to: heartbeat, migrate, retire, change_policy; and activate, by which the
 * next one takes over. A statement counts once, on one ledger, in one vault and epoch, in its order and while it is fresh. */
#include "contract/machine/handlers.h"
#include "contract/machine/vault.h"

/* The first fields of every statement; each message's names begin with these. */
enum { VAULT, EPOCH, SEQUENCE, SEEN_HEIGHT, SIGNATURE, HEAD };
#define HEAD_NAMES "vault", "epoch", "sequence", "seen_height", "signature"

typedef struct spoken {
    uc_args a;
    ur_statement s;
    uint8_t signature[64];
    uc_vault v; /* as it stands, then as it becomes */
} spoken;

static ur_status read_head(uc_call *c, spoken *o, ur_statement_kind kind, const char *const *names, size_t count, ur_json args)
{
    UR_TRY(uc_args_read(c, &o->a, names, count, args));
    o->s = (ur_statement){.kind = kind, .chain_id = c->chain_id, .contract = c->contract};
    UR_TRY(uc_args_u64(&o->a, VAULT, &o->s.vault));
    UR_TRY(uc_args_u64(&o->a, EPOCH, &o->s.epoch));
    UR_TRY(uc_args_u64(&o->a, SEQUENCE, &o->s.sequence));
    UR_TRY(uc_args_u64(&o->a, SEEN_HEIGHT, &o->s.seen_height));
    UR_TRY(uc_args_base64(&o->a, SIGNATURE, o->signature, sizeof o->signature));
    return uc_vault_load(c, o->s.vault, &o->v);
}

/* Whether now is the time for a statement of this epoch. */
static ur_status in_order(uc_call *c, const spoken *o, uint64_t epoch)
{
    if (o->s.epoch != epoch) {
        return uc_refuse(c, UC_ERROR_epoch, "epoch");
    }
    if (o->s.sequence <= o->v.sequence) {
        return uc_refuse(c, UC_ERROR_sequence, "sequence");
    }
    if (o->s.seen_height > c->now.height || c->now.height - o->s.seen_height > o->v.max_lag) {
        return uc_refuse(c, UC_ERROR_seen_height, "seen_height");
    }
    return UR_OK;
}

static ur_status signed_by(uc_call *c, const spoken *o, const uint8_t key[UR_INSTANCE_KEY_BYTES])
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_status st = ur_statement_hash(hash, &o->s);
    if (st != UR_OK) {
        return UR_E_INTERNAL; /* every part of it was read, and checked against the record */
    }
    return uc_check(c, uc_verify(c, hash, o->signature, key), UC_ERROR_signature, "signature");
}

/* The running instance speaks: check all that, and note it as a sign of life. */
static ur_status hear(uc_call *c, spoken *o)
{
    if (o->v.state != UC_VAULT_ACTIVE) {
        return uc_refuse(c, uc_vault_is_fenced(&o->v) ? UC_ERROR_fenced : UC_ERROR_ended, "vault");
    }
    UR_TRY(in_order(c, o, o->v.epoch));
    UR_TRY(signed_by(c, o, o->v.instance_key));
    o->v.sequence = o->s.sequence;
    o->v.seen_height = o->s.seen_height;
    o->v.heartbeat = c->now;
    return uc_requests_drop(c, o->s.vault, &o->v);
}

static void tell(uc_call *c, uc_event e, const spoken *o)
{
    uc_event_begin(c, e);
    uc_attr_u64(c, "vault", o->s.vault);
    uc_attr_u64(c, "epoch", o->v.epoch);
    uc_attr_u64(c, "sequence", o->v.sequence);
    uc_attr_u64(c, "seen_height", o->v.seen_height);
}

/* ---- ciphertexts ---- */

static ur_status read_ciphertext(spoken *o, size_t at, ur_span *out)
{
    UR_TRY(uc_args_base64_upto(&o->a, at, UC_CIPHERTEXT_MAX, out));
    ur_sha256_of(o->s.ciphertext_hash, *out);
    return UR_OK;
}

/* A new ciphertext takes the place of the last one. secret: empty for one that has not changed. */
static ur_status keep_ciphertext(uc_call *c, spoken *o, uc_origin *origin, ur_span ciphertext)
{
    ur_key k;
    if (o->s.secret.n > 0) {
        origin->secret = o->s.secret;
    }
    memcpy(o->v.ciphertext_hash, o->s.ciphertext_hash, sizeof o->v.ciphertext_hash);
    UR_TRY(uc_blob_save(c, ur_key_ciphertext(&k, o->s.vault), ciphertext));
    UR_TRY(uc_origin_save(c, o->s.vault, origin));
    uc_event_begin(c, UC_EVENT_ciphertext);
    uc_attr_u64(c, "vault", o->s.vault);
    uc_attr_u64(c, "epoch", o->v.epoch);
    uc_attr_u64(c, "version", o->v.version);
    uc_attr_base64(c, "hash", ur_span_of(o->v.ciphertext_hash, sizeof o->v.ciphertext_hash));
    uc_attr_base64(c, "secret", origin->secret);
    return UR_OK;
}

/* ---- heartbeat: with the same ciphertext one record read, one signature, one record written ---- */

enum { VERSION = HEAD, CIPHERTEXT_HASH, CIPHERTEXT, SECRET, HEARTBEAT_COUNT };

static ur_status read_heartbeat(uc_call *c, spoken *o, ur_span *ciphertext, ur_json args)
{
    static const char *const names[HEARTBEAT_COUNT] = {HEAD_NAMES, "version", "ciphertext_hash", "ciphertext", "secret"};
    uint8_t hash[UR_SHA256_BYTES];
    UR_TRY(read_head(c, o, UR_STATEMENT_HEARTBEAT, names, HEARTBEAT_COUNT, args));
    UR_TRY(uc_args_u64(&o->a, VERSION, &o->s.version));
    UR_TRY(uc_args_base64(&o->a, CIPHERTEXT_HASH, hash, sizeof hash));
    if (!uc_args_is_null(&o->a, CIPHERTEXT)) {
        UR_TRY(read_ciphertext(o, CIPHERTEXT, ciphertext));
        UR_TRY(uc_args_base64_upto(&o->a, SECRET, UR_STATEMENT_SECRET_MAX, &o->s.secret));
        return ur_eq_var(hash, o->s.ciphertext_hash, sizeof hash)
                   ? UR_OK
                   : uc_refuse(c, UC_ERROR_ciphertext_hash, names[CIPHERTEXT_HASH]);
    }
    memcpy(o->s.ciphertext_hash, hash, sizeof hash);
    return uc_args_is_null(&o->a, SECRET) ? UR_OK : uc_refuse(c, UC_ERROR_malformed, names[SECRET]);
}

/* The version that stands, without its ciphertext, or the next one with it. */
static ur_status check_version(uc_call *c, const spoken *o, bool brings_ciphertext)
{
    uint64_t due = o->v.version + (brings_ciphertext ? 1 : 0);
    if (o->s.version == 0 || o->s.version != due) {
        return uc_refuse(c, UC_ERROR_version, "version");
    }
    if (!brings_ciphertext && !ur_eq_var(o->s.ciphertext_hash, o->v.ciphertext_hash, sizeof o->s.ciphertext_hash)) {
        return uc_refuse(c, UC_ERROR_ciphertext_hash, "ciphertext_hash");
    }
    return UR_OK;
}

ur_status uc_heartbeat(uc_call *c, ur_json args)
{
    spoken o;
    ur_span ciphertext = {NULL, 0};
    UR_TRY(read_heartbeat(c, &o, &ciphertext, args));
    UR_TRY(hear(c, &o));
    UR_TRY(check_version(c, &o, ciphertext.n > 0));
    o.v.version = o.s.version;
    tell(c, UC_EVENT_heartbeat, &o);
    uc_attr_u64(c, "version", o.v.version);
    if (ciphertext.n > 0) {
        uc_origin origin;
        UR_TRY(uc_origin_load(c, o.s.vault, &origin));
        UR_TRY(keep_ciphertext(c, &o, &origin, ciphertext));
    }
    return uc_vault_save(c, o.s.vault, &o.v);
}

/* ---- migrate ---- */

ur_status uc_migrate(uc_call *c, ur_json args)
{
    enum { SUCCESSOR = HEAD, COUNT };
    static const char *const names[COUNT] = {HEAD_NAMES, "successor"};
    spoken o;
    ur_policy *p;
    uint64_t number;
    uc_request q = {.kind = UC_RECIPIENT_MIGRATE, .slot = UC_SLOT_MIGRATION, .opened = c->now};
    UR_TRY(read_head(c, &o, UR_STATEMENT_MIGRATE, names, COUNT, args));
    UR_TRY(uc_args_address(&o.a, SUCCESSOR, &o.s.successor));
    UR_TRY(hear(c, &o));
    UR_TRY(uc_policy_load(c, o.s.vault, &p));
    if (o.v.version == 0) {
        return uc_refuse(c, UC_ERROR_no_ciphertext, "vault");
    }
    if (!p->has_tee) {
        return uc_refuse(c, UC_ERROR_recipient, names[SUCCESSOR]);
    }
    q.account = o.s.successor;
    UR_TRY(uc_request_open(c, o.s.vault, &o.v, &q, &number));
    tell(c, UC_EVENT_migrating, &o);
    uc_attr_u64(c, "request", number);
    uc_attr_text(c, "recipient", q.account);
    return uc_vault_save(c, o.s.vault, &o.v);
}

/* ---- retire ---- */

static ur_status remove_all(uc_call *c, uint64_t vault)
{
    ur_key k;
    UR_TRY(uc_remove(c, ur_key_policy(&k, vault)));
    UR_TRY(uc_remove(c, ur_key_ciphertext(&k, vault)));
    UR_TRY(uc_remove(c, ur_key_numbers(&k, vault)));
    return uc_remove(c, ur_key_images(&k, vault));
}

ur_status uc_retire(uc_call *c, ur_json args)
{
    static const char *const names[HEAD] = {HEAD_NAMES};
    spoken o;
    UR_TRY(read_head(c, &o, UR_STATEMENT_RETIRE, names, HEAD, args));
    UR_TRY(hear(c, &o));
    UR_TRY(remove_all(c, o.s.vault));
    o.v.state = UC_VAULT_RETIRED;
    tell(c, UC_EVENT_retired, &o);
    return uc_vault_save(c, o.s.vault, &o.v);
}

/* ---- change_policy: the owner sends what the instance has signed ---- */

static ur_status take_policy(uc_call *c, spoken *o, uc_origin *origin, const ur_policy *p)
{
    ur_key k;
    o->v.epoch++;
    o->v.version = 1;
    o->v.max_lag = uc_max_lag(p);
    memcpy(origin->policy_hash, p->hash, sizeof origin->policy_hash);
    UR_TRY(uc_remove(c, ur_key_images(&k, o->s.vault))); /* they were added under the old one */
    UR_TRY(uc_blob_save(c, ur_key_policy(&k, o->s.vault), p->text));
    tell(c, UC_EVENT_policy_changed, o);
    uc_attr_base64(c, "policy_hash", ur_span_of(p->hash, sizeof p->hash));
    uc_attr_text(c, "policy", p->text);
    return UR_OK;
}

ur_status uc_change_policy(uc_call *c, ur_json args)
{
    enum { POLICY = HEAD, NEW_CIPHERTEXT, COUNT };
    static const char *const names[COUNT] = {HEAD_NAMES, "policy", "ciphertext"};
    spoken o;
    uc_origin origin;
    ur_policy *p;
    ur_span ciphertext;
    UR_TRY(read_head(c, &o, UR_STATEMENT_CHANGE_POLICY, names, COUNT, args));
    UR_TRY(read_ciphertext(&o, NEW_CIPHERTEXT, &ciphertext));
    UR_TRY(uc_origin_load(c, o.s.vault, &origin));
    if (!ur_span_eq_var(origin.owner, c->sender)) {
        return uc_refuse(c, UC_ERROR_not_owner, NULL);
    }
    ur_policy_hash(o.s.policy_hash, o.a.value[POLICY].raw);
    UR_TRY(hear(c, &o));
    if (o.v.version == 0) {
        return uc_refuse(c, UC_ERROR_no_ciphertext, "vault");
    }
    UR_TRY(uc_policy_admit(c, o.a.value[POLICY], o.v.committee, &p)); /* so the mpk stays */
    UR_TRY(take_policy(c, &o, &origin, p));
    UR_TRY(keep_ciphertext(c, &o, &origin, ciphertext));
    return uc_vault_save(c, o.s.vault, &o.v);
}

/* ---- activate ---- */

/* Who may: the recipient of the current release, by its account and with the new key, once it could open; or the former
 * instance, by its own key whoever carries it, when the recipient's time is over. */
static ur_status check_successor(uc_call *c, const spoken *o, const uc_release *r, bool *by_recipient)
{
    *by_recipient = r->kind != UC_RECIPIENT_KEY && ur_span_eq_var(r->account, c->sender);
    if (*by_recipient) {
        if (o->v.state != UC_VAULT_RELEASED) {
            return uc_refuse(c, UC_ERROR_not_released, "vault");
        }
        return signed_by(c, o, o->s.instance_key);
    }
    if (c->now.time_ns < uc_release_until_ns(r)) {
        return uc_refuse(c, UC_ERROR_activation, "vault");
    }
    return signed_by(c, o, o->v.instance_key);
}

/* Nothing of the fenced vault lives on in the next epoch. */
static ur_status close_release(uc_call *c, spoken *o, const uc_release *r)
{
    ur_key key;
    uc_committee k;
    UR_TRY(uc_requests_drop(c, o->s.vault, &o->v));
    UR_TRY(uc_request_forget(c, o->s.vault, r->request));
    UR_TRY(uc_remove(c, ur_key_release(&key, o->s.vault)));
    UR_TRY(uc_remove(c, ur_key_share_count(&key, o->s.vault)));
    if (o->v.state != UC_VAULT_RELEASING) {
        return UR_OK;
    }
    UR_TRY(uc_committee_load(c, r->committee, &k));
    return uc_open_releases_add(c, r->committee, &k, -1);
}

static void begin_epoch(uc_call *c, spoken *o)
{
    o->v.state = UC_VAULT_ACTIVE;
    o->v.epoch++;
    o->v.version = 1;
    o->v.sequence = o->s.sequence;
    o->v.seen_height = o->s.seen_height;
    o->v.heartbeat = c->now;
    memcpy(o->v.instance_key, o->s.instance_key, sizeof o->v.instance_key);
}

static ur_status read_activate(uc_call *c, spoken *o, ur_span *ciphertext, ur_json args)
{
    enum { INSTANCE_KEY = HEAD, NEW_CIPHERTEXT, NEW_SECRET, COUNT };
    static const char *const names[COUNT] = {HEAD_NAMES, "instance_key", "ciphertext", "secret"};
    UR_TRY(read_head(c, o, UR_STATEMENT_ACTIVATE, names, COUNT, args));
    UR_TRY(uc_args_base64(&o->a, INSTANCE_KEY, o->s.instance_key, sizeof o->s.instance_key));
    UR_TRY(read_ciphertext(o, NEW_CIPHERTEXT, ciphertext));
    UR_TRY(uc_args_base64_upto(&o->a, NEW_SECRET, UR_STATEMENT_SECRET_MAX, &o->s.secret));
    return ur_statement_key_has_form(o->s.instance_key) ? UR_OK : uc_refuse(c, UC_ERROR_malformed, names[INSTANCE_KEY]);
}

ur_status uc_activate(uc_call *c, ur_json args)
{
    spoken o;
    uc_release r;
    uc_origin origin;
    ur_span ciphertext;
    bool by_recipient;
    UR_TRY(read_activate(c, &o, &ciphertext, args));
    if (!uc_vault_is_fenced(&o.v)) {
        return uc_refuse(c, o.v.state == UC_VAULT_ACTIVE ? UC_ERROR_not_fenced : UC_ERROR_ended, "vault");
    }
    UR_TRY(in_order(c, &o, o.v.epoch + 1));
    UR_TRY(uc_release_load(c, o.s.vault, &r));
    UR_TRY(check_successor(c, &o, &r, &by_recipient));
    UR_TRY(close_release(c, &o, &r));
    begin_epoch(c, &o);
    tell(c, UC_EVENT_activated, &o);
    uc_attr_text(c, "by", by_recipient ? UR_SPAN_LIT("recipient") : UR_SPAN_LIT("former"));
    uc_attr_base64(c, "instance_key", ur_span_of(o.v.instance_key, sizeof o.v.instance_key));
    UR_TRY(uc_origin_load(c, o.s.vault, &origin));
    UR_TRY(keep_ciphertext(c, &o, &origin, ciphertext));
    return uc_vault_save(c, o.s.vault, &o.v);
}
