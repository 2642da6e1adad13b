#include "contract/machine/committee.h"

#include "contract/machine/record.h"

/* ---- C ---- */

#define COMMITTEE_BYTES (1 + 16 + 6 + UR_G1_BYTES + 1 + UR_SHA256_BYTES + 5 * 8 + UC_TEXT_BYTES)

static ur_status read_committee(uc_committee *c, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(ur_reader_u64be(r, &c->current));
    UR_TRY(ur_reader_u64be(r, &c->pending));
    UR_TRY(uc_read_u16(r, &c->t));
    UR_TRY(uc_read_u16(r, &c->n));
    UR_TRY(uc_read_u16(r, &c->margin));
    UR_TRY(ur_reader_copy(r, c->mpk, sizeof c->mpk));
    UR_TRY(uc_read_bool(r, &c->has_demand));
    UR_TRY(ur_reader_copy(r, c->demand, sizeof c->demand));
    UR_TRY(ur_reader_u64be(r, &c->open_releases));
    UR_TRY(ur_reader_u64be(r, &c->drill_interval));
    UR_TRY(ur_reader_u64be(r, &c->drills));
    UR_TRY(ur_reader_u64be(r, &c->last_drill));
    UR_TRY(ur_reader_u64be(r, &c->successions));
    UR_TRY(uc_read_text(r, &c->creator));
    return ur_reader_end(r);
}

ur_status uc_committee_load(uc_call *c, uint64_t committee, uc_committee *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    UR_TRY(uc_record_open(c, &r, ur_key_committee(&k, committee), UC_ERROR_no_committee, "committee"));
    return uc_record_done(read_committee(out, &r));
}

ur_status uc_committee_save(uc_call *c, uint64_t committee, const uc_committee *record)
{
    uint8_t bytes[COMMITTEE_BYTES];
    ur_key k;
    ur_writer w;
    uc_record_begin(&w, bytes, sizeof bytes);
    ur_writer_u64be(&w, record->current);
    ur_writer_u64be(&w, record->pending);
    ur_writer_u16be(&w, (uint16_t)record->t);
    ur_writer_u16be(&w, (uint16_t)record->n);
    ur_writer_u16be(&w, (uint16_t)record->margin);
    ur_writer_bytes(&w, record->mpk, sizeof record->mpk);
    ur_writer_u8(&w, record->has_demand);
    ur_writer_bytes(&w, record->demand, sizeof record->demand);
    ur_writer_u64be(&w, record->open_releases);
    ur_writer_u64be(&w, record->drill_interval);
    ur_writer_u64be(&w, record->drills);
    ur_writer_u64be(&w, record->last_drill);
    ur_writer_u64be(&w, record->successions);
    uc_write_text(&w, record->creator);
    return uc_record_put(c, ur_key_committee(&k, committee), &w);
}

/* ---- P ---- */

static ur_status read_holder(uc_holder *h, ur_reader *r)
{
    UR_TRY(uc_read_format(r));
    UR_TRY(uc_read_u16(r, &h->t));
    UR_TRY(uc_read_u16(r, &h->n));
    UR_TRY(ur_reader_copy(r, h->key, sizeof h->key));
    UR_TRY(uc_read_text(r, &h->account));
    return ur_reader_end(r);
}

ur_status uc_holder_load(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, uc_holder *out)
{
    ur_key k;
    ur_reader r;
    memset(out, 0, sizeof *out);
    if (index > UC_MEMBERS_MAX) { /* more than a key holds */
        return uc_refuse(c, UC_ERROR_no_holder, "index");
    }
    UR_TRY(uc_record_open(c, &r, ur_key_holder(&k, committee, generation, index), UC_ERROR_no_holder, "index"));
    return uc_record_done(read_holder(out, &r));
}

ur_status uc_holder_save(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, const uc_holder *holder)
{
    uint8_t bytes[1 + 4 + UR_G1_BYTES + UC_TEXT_BYTES];
    ur_key k;
    ur_writer w;
    uc_record_begin(&w, bytes, sizeof bytes);
    ur_writer_u16be(&w, (uint16_t)holder->t);
    ur_writer_u16be(&w, (uint16_t)holder->n);
    ur_writer_bytes(&w, holder->key, sizeof holder->key);
    uc_write_text(&w, holder->account);
    return uc_record_put(c, ur_key_holder(&k, committee, generation, index), &w);
}

ur_status uc_committee_speaker(uc_call *c, uint64_t committee, uint32_t index, uc_committee *record, uc_holder *holder)
{
    UR_TRY(uc_committee_load(c, committee, record));
    if (record->current == 0) {
        return uc_refuse(c, UC_ERROR_not_open, "committee");
    }
    if (index > record->n) { /* a seat of an attempt that was given up may have left a record there */
        return uc_refuse(c, UC_ERROR_no_holder, "index");
    }
    UR_TRY(uc_holder_load(c, committee, record->current, index, holder));
    return ur_span_eq_var(holder->account, c->sender) ? UR_OK : uc_refuse(c, UC_ERROR_not_member, "index");
}
