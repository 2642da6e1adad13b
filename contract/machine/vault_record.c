/* The records of vaults as bytes: see vault.h. */
#include "contract/machine/vault.h"

#include "contract/machine/record.h"

enum {
    /* what optional parts a request's record has */
    HAS_KEY = 1,
    HAS_CHALLENGE = 2,
    HAS_EVIDENCE = 4,
    IS_ANSWERED = 8,
    RECORD_MAX = 1024
};

/* ---- parts ---- */

static ur_status read_u24(ur_reader *r, uint32_t *out)
{
    uint8_t high;
    uint16_t low;
    UR_TRY(ur_reader_u8(r, &high));
    UR_TRY(ur_reader_u16be(r, &low));
    *out = (uint32_t)high << 16 | low;
    return UR_OK;
}

static ur_status read_instant(ur_reader *r, ur_instant *out)
{
    UR_TRY(ur_reader_u64be(r, &out->time_ns));
    return ur_reader_u64be(r, &out->height);
}

static void write_instant(ur_writer *w, ur_instant at)
{
    ur_writer_u64be(w, at.time_ns);
    ur_writer_u64be(w, at.height);
}

/* A record that may be missing: *there says whether it is not, and the reader is behind its format then. */
static ur_status open_if(uc_call *c, ur_span key, ur_reader *r, bool *there)
{
    ur_span bytes;
    ur_status st = uc_get(c, key, &bytes);
    *there = st == UR_OK;
    ur_reader_init(r, bytes);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? UR_OK : st;
    }
    return uc_record_done(uc_read_format(r));
}

/* ---- V ---- */

static ur_status read_vault(uc_vault *v, ur_reader *r)
{
    uint8_t state;
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u8(r, &state));
    v->state = (uc_vault_state)state;
    UR_TRY(uc_read_u16(r, &v->pending));
    UR_TRY(ur_reader_u64be(r, &v->epoch));
    UR_TRY(ur_reader_u64be(r, &v->sequence));
    UR_TRY(ur_reader_u64be(r, &v->version));
    UR_TRY(read_instant(r, &v->heartbeat));
    UR_TRY(ur_reader_u64be(r, &v->seen_height));
    UR_TRY(ur_reader_u64be(r, &v->committee));
    UR_TRY(read_u24(r, &v->max_lag));
    UR_TRY(ur_reader_copy(r, v->instance_key, sizeof v->instance_key));
    UR_TRY(ur_reader_copy(r, v->ciphertext_hash, sizeof v->ciphertext_hash));
    return ur_reader_end(r);
}

ur_status uc_vault_load(uc_call *c, uint64_t vault, uc_vault *out)
{
    ur_key k;
    ur_reader r;
    UR_TRY(uc_record_open(c, &r, ur_key_vault(&k, vault), UC_ERROR_no_vault, "vault"));
    return uc_record_done(read_vault(out, &r));
}

ur_status uc_vault_save(uc_call *c, uint64_t vault, const uc_vault *v)
{
    uint8_t buf[UC_VAULT_BYTES];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u8(&w, (uint8_t)v->state);
    ur_writer_u16be(&w, (uint16_t)v->pending);
    ur_writer_u64be(&w, v->epoch);
    ur_writer_u64be(&w, v->sequence);
    ur_writer_u64be(&w, v->version);
    write_instant(&w, v->heartbeat);
    ur_writer_u64be(&w, v->seen_height);
    ur_writer_u64be(&w, v->committee);
    ur_writer_u8(&w, (uint8_t)(v->max_lag >> 16));
    ur_writer_u16be(&w, (uint16_t)v->max_lag);
    ur_writer_bytes(&w, v->instance_key, sizeof v->instance_key);
    ur_writer_bytes(&w, v->ciphertext_hash, sizeof v->ciphertext_hash);
    return uc_record_put(c, ur_key_vault(&k, vault), &w);
}

/* ---- O ---- */

static ur_status read_origin(uc_origin *o, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(read_instant(r, &o->created));
    UR_TRY(ur_reader_copy(r, o->policy_hash, sizeof o->policy_hash));
    UR_TRY(uc_read_text(r, &o->owner));
    UR_TRY(uc_read_text(r, &o->label));
    UR_TRY(uc_read_text(r, &o->secret));
    return ur_reader_end(r);
}

ur_status uc_origin_load(uc_call *c, uint64_t vault, uc_origin *out)
{
    ur_key k;
    ur_reader r;
    UR_TRY(uc_record_open(c, &r, ur_key_origin(&k, vault), UC_ERROR_no_vault, "vault"));
    return uc_record_done(read_origin(out, &r));
}

ur_status uc_origin_save(uc_call *c, uint64_t vault, const uc_origin *o)
{
    uint8_t buf[RECORD_MAX];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    write_instant(&w, o->created);
    ur_writer_bytes(&w, o->policy_hash, sizeof o->policy_hash);
    uc_write_text(&w, o->owner);
    uc_write_text(&w, o->label);
    uc_write_text(&w, o->secret);
    return uc_record_put(c, ur_key_origin(&k, vault), &w);
}

/* ---- N ---- */

ur_status uc_numbers_load(uc_call *c, uint64_t vault, uc_numbers *out)
{
    ur_key k;
    ur_reader r;
    bool there;
    *out = (uc_numbers){.next = 1};
    UR_TRY(open_if(c, ur_key_numbers(&k, vault), &r, &there));
    if (!there) {
        return UR_OK;
    }
    ur_status st = ur_reader_u64be(&r, &out->next);
    for (size_t s = 0; s < UC_SLOTS && st == UR_OK; s++) {
        st = ur_reader_u64be(&r, &out->slot[s]);
    }
    return uc_record_done(st == UR_OK ? ur_reader_end(&r) : st);
}

ur_status uc_numbers_save(uc_call *c, uint64_t vault, const uc_numbers *n)
{
    uint8_t buf[1 + 8 + 8 * UC_SLOTS];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u64be(&w, n->next);
    for (size_t s = 0; s < UC_SLOTS; s++) {
        ur_writer_u64be(&w, n->slot[s]);
    }
    return uc_record_put(c, ur_key_numbers(&k, vault), &w);
}

/* ---- Q ---- */

static ur_status read_optional(uc_request *q, ur_reader *r, uint8_t has)
{
    if ((has & HAS_CHALLENGE) != 0) {
        UR_TRY(ur_reader_u64be(r, &q->challenged));
        UR_TRY(ur_reader_u64be(r, &q->deadline));
        UR_TRY(ur_reader_copy(r, q->challenge, sizeof q->challenge));
    }
    if ((has & HAS_KEY) != 0) {
        UR_TRY(ur_reader_copy(r, q->pk1, sizeof q->pk1));
    }
    if ((has & HAS_EVIDENCE) != 0) {
        q->has_evidence = true;
        UR_TRY(ur_reader_copy(r, q->evidence_hash, sizeof q->evidence_hash));
        UR_TRY(ur_reader_copy(r, q->pk2, sizeof q->pk2));
    }
    return ur_reader_end(r);
}

static ur_status read_request(uc_request *q, ur_reader *r)
{
    uint8_t kind, slot, has;
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u8(r, &kind));
    UR_TRY(ur_reader_u8(r, &slot));
    q->kind = (uc_recipient)kind;
    q->slot = slot;
    UR_TRY(read_instant(r, &q->opened));
    UR_TRY(ur_reader_u32be(r, &q->approvals));
    UR_TRY(uc_read_text(r, &q->account));
    UR_TRY(ur_reader_u8(r, &has));
    q->answered = (has & IS_ANSWERED) != 0;
    return read_optional(q, r, has);
}

static ur_status load_request(uc_call *c, uint64_t vault, uint64_t number, uc_request *out, bool answered)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    UR_TRY(uc_record_open(c, &r, ur_key_request(&k, vault, number), UC_ERROR_no_request, "request"));
    UR_TRY(uc_record_done(read_request(out, &r)));
    return out->answered == answered ? UR_OK : uc_refuse(c, UC_ERROR_no_request, "request");
}

ur_status uc_request_load(uc_call *c, uint64_t vault, uint64_t number, uc_request *out)
{
    return load_request(c, vault, number, out, false);
}

ur_status uc_request_answered(uc_call *c, uint64_t vault, uint64_t number, uc_request *out)
{
    return load_request(c, vault, number, out, true);
}

static uint8_t optional_parts(const uc_request *q)
{
    bool has_key = q->kind == UC_RECIPIENT_KEY || q->has_evidence;
    return (uint8_t)((has_key ? HAS_KEY : 0) | (q->challenged != 0 ? HAS_CHALLENGE : 0) |
                     (q->has_evidence ? HAS_EVIDENCE : 0) | (q->answered ? IS_ANSWERED : 0));
}

ur_status uc_request_save(uc_call *c, uint64_t vault, uint64_t number, const uc_request *q)
{
    uint8_t buf[RECORD_MAX], has = optional_parts(q);
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u8(&w, (uint8_t)q->kind);
    ur_writer_u8(&w, (uint8_t)q->slot);
    write_instant(&w, q->opened);
    ur_writer_u32be(&w, q->approvals);
    uc_write_text(&w, q->account);
    ur_writer_u8(&w, has);
    if ((has & HAS_CHALLENGE) != 0) {
        ur_writer_u64be(&w, q->challenged);
        ur_writer_u64be(&w, q->deadline);
        ur_writer_bytes(&w, q->challenge, sizeof q->challenge);
    }
    if ((has & HAS_KEY) != 0) {
        ur_writer_bytes(&w, q->pk1, sizeof q->pk1);
    }
    if ((has & HAS_EVIDENCE) != 0) {
        ur_writer_bytes(&w, q->evidence_hash, sizeof q->evidence_hash);
        ur_writer_bytes(&w, q->pk2, sizeof q->pk2);
    }
    return uc_record_put(c, ur_key_request(&k, vault, number), &w);
}

/* ---- U ---- */

static ur_status read_votes(uc_votes *u, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &u->committee));
    UR_TRY(ur_reader_u64be(r, &u->deadline));
    UR_TRY(ur_reader_u64be(r, &u->expires_ns));
    UR_TRY(uc_read_u16(r, &u->min_t));
    UR_TRY(uc_read_u16(r, &u->min_n));
    UR_TRY(ur_reader_u64be(r, &u->generation));
    UR_TRY(uc_read_u16(r, &u->count));
    UR_TRY(ur_reader_copy(r, u->evidence_hash, sizeof u->evidence_hash));
    UR_TRY(ur_reader_copy(r, u->bits, sizeof u->bits));
    return ur_reader_end(r);
}

ur_status uc_votes_load(uc_call *c, uint64_t vault, uint64_t number, uc_votes *out)
{
    ur_key k;
    ur_reader r;
    UR_TRY(uc_record_open(c, &r, ur_key_votes(&k, vault, number), UC_ERROR_no_evidence, "request"));
    return uc_record_done(read_votes(out, &r));
}

ur_status uc_votes_save(uc_call *c, uint64_t vault, uint64_t number, const uc_votes *u)
{
    uint8_t buf[1 + 8 + 8 + 8 + 2 + 2 + 8 + 2 + sizeof u->evidence_hash + sizeof u->bits];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u64be(&w, u->committee);
    ur_writer_u64be(&w, u->deadline);
    ur_writer_u64be(&w, u->expires_ns);
    ur_writer_u16be(&w, (uint16_t)u->min_t);
    ur_writer_u16be(&w, (uint16_t)u->min_n);
    ur_writer_u64be(&w, u->generation);
    ur_writer_u16be(&w, (uint16_t)u->count);
    ur_writer_bytes(&w, u->evidence_hash, sizeof u->evidence_hash);
    ur_writer_bytes(&w, u->bits, sizeof u->bits);
    return uc_record_put(c, ur_key_votes(&k, vault, number), &w);
}

/* ---- R ---- */

static ur_status read_release(uc_release *o, ur_reader *r)
{
    uint8_t kind;
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &o->epoch));
    UR_TRY(ur_reader_u64be(r, &o->release));
    UR_TRY(ur_reader_u64be(r, &o->request));
    UR_TRY(ur_reader_u8(r, &kind));
    o->kind = (uc_recipient)kind;
    UR_TRY(ur_reader_u64be(r, &o->committee));
    UR_TRY(ur_reader_u64be(r, &o->version));
    UR_TRY(ur_reader_copy(r, o->evidence_hash, sizeof o->evidence_hash));
    UR_TRY(ur_reader_copy(r, o->pk1, sizeof o->pk1));
    UR_TRY(ur_reader_copy(r, o->pk2, sizeof o->pk2));
    UR_TRY(ur_reader_copy(r, o->q, sizeof o->q));
    UR_TRY(read_instant(r, &o->fenced));
    UR_TRY(read_instant(r, &o->released));
    UR_TRY(ur_reader_u64be(r, &o->activation_s));
    UR_TRY(uc_read_text(r, &o->account));
    return ur_reader_end(r);
}

ur_status uc_release_load(uc_call *c, uint64_t vault, uc_release *out)
{
    ur_key k;
    ur_reader r;
    UR_TRY(uc_record_open(c, &r, ur_key_release(&k, vault), UC_ERROR_no_release, "vault"));
    return uc_record_done(read_release(out, &r));
}

ur_status uc_release_save(uc_call *c, uint64_t vault, const uc_release *o)
{
    uint8_t buf[RECORD_MAX];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u64be(&w, o->epoch);
    ur_writer_u64be(&w, o->release);
    ur_writer_u64be(&w, o->request);
    ur_writer_u8(&w, (uint8_t)o->kind);
    ur_writer_u64be(&w, o->committee);
    ur_writer_u64be(&w, o->version);
    ur_writer_bytes(&w, o->evidence_hash, sizeof o->evidence_hash);
    ur_writer_bytes(&w, o->pk1, sizeof o->pk1);
    ur_writer_bytes(&w, o->pk2, sizeof o->pk2);
    ur_writer_bytes(&w, o->q, sizeof o->q);
    write_instant(&w, o->fenced);
    write_instant(&w, o->released);
    ur_writer_u64be(&w, o->activation_s);
    uc_write_text(&w, o->account);
    return uc_record_put(c, ur_key_release(&k, vault), &w);
}

/* ---- Z ---- */

ur_status uc_share_count_load(uc_call *c, uint64_t vault, uc_share_count *out)
{
    ur_key k;
    ur_reader r;
    bool there;
    memset(out, 0, sizeof *out);
    UR_TRY(open_if(c, ur_key_share_count(&k, vault), &r, &there));
    if (!there) {
        return UR_OK;
    }
    UR_TRY(uc_record_done(ur_reader_u64be(&r, &out->generation)));
    UR_TRY(uc_record_done(uc_read_u16(&r, &out->count)));
    UR_TRY(uc_record_done(ur_reader_copy(&r, out->bits, sizeof out->bits)));
    return uc_record_done(ur_reader_end(&r));
}

ur_status uc_share_count_save(uc_call *c, uint64_t vault, const uc_share_count *z)
{
    uint8_t buf[1 + 8 + 2 + sizeof z->bits];
    ur_writer w;
    ur_key k;
    uc_record_begin(&w, buf, sizeof buf);
    ur_writer_u64be(&w, z->generation);
    ur_writer_u16be(&w, (uint16_t)z->count);
    ur_writer_bytes(&w, z->bits, sizeof z->bits);
    return uc_record_put(c, ur_key_share_count(&k, vault), &w);
}

/* ---- T, Y ---- */

ur_status uc_blob_load(uc_call *c, ur_span key, ur_span *out)
{
    ur_reader r;
    bool there;
    *out = (ur_span){NULL, 0};
    UR_TRY(open_if(c, key, &r, &there));
    return there ? uc_record_done(ur_reader_bytes(&r, out, ur_reader_left(&r))) : UR_E_INTERNAL;
}

ur_status uc_blob_save(uc_call *c, ur_span key, ur_span bytes)
{
    uint8_t *buf = uc_take(c, bytes.n + 1, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    buf[0] = UC_RECORD_FORMAT;
    memcpy(buf + 1, bytes.p, bytes.n);
    return uc_put(c, key, ur_span_of(buf, bytes.n + 1));
}
