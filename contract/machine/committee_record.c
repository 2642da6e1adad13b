#include "contract/machine/committee.h"

enum { FORMAT = 1 };

static ur_status read_format(ur_reader *r)
{
    uint8_t format;
    UR_TRY(ur_reader_u8(r, &format));
    return format == FORMAT ? UR_OK : UR_E_INPUT;
}

static ur_status read_u16(ur_reader *r, uint32_t *out)
{
    uint16_t x;
    UR_TRY(ur_reader_u16be(r, &x));
    *out = x;
    return UR_OK;
}

static ur_status read_text(ur_reader *r, ur_span *out)
{
    uint8_t n;
    UR_TRY(ur_reader_u8(r, &n));
    return ur_reader_bytes(r, out, n);
}

static void write_text(ur_writer *w, ur_span s)
{
    ur_writer_u8(w, (uint8_t)s.n);
    ur_writer_span(w, s);
}

/* What was written, for records whose buffers hold the largest. */
static ur_span finish(ur_writer *w)
{
    ur_span out;
    if (ur_writer_end(w, &out) != UR_OK) {
        __builtin_trap();
    }
    return out;
}

/* ---- C ---- */

static ur_status read_committee(ur_committee *c, ur_reader *r)
{
    uint8_t has_demand;
    UR_TRY(read_format(r));
    UR_TRY(ur_reader_u64be(r, &c->current));
    UR_TRY(ur_reader_u64be(r, &c->pending));
    UR_TRY(read_u16(r, &c->t));
    UR_TRY(read_u16(r, &c->n));
    UR_TRY(read_u16(r, &c->margin));
    UR_TRY(ur_reader_copy(r, c->mpk, sizeof c->mpk));
    UR_TRY(ur_reader_u8(r, &has_demand));
    c->has_demand = has_demand != 0;
    UR_TRY(ur_reader_copy(r, c->demand, sizeof c->demand));
    UR_TRY(ur_reader_u64be(r, &c->open_releases));
    UR_TRY(ur_reader_u64be(r, &c->drill_interval));
    UR_TRY(ur_reader_u64be(r, &c->drills));
    UR_TRY(ur_reader_u64be(r, &c->last_drill));
    UR_TRY(read_text(r, &c->creator));
    return ur_reader_end(r);
}

ur_status ur_committee_read(ur_committee *out, ur_span record)
{
    ur_reader r;
    ur_reader_init(&r, record);
    memset(out, 0, sizeof *out);
    if (read_committee(out, &r) != UR_OK) {
        memset(out, 0, sizeof *out);
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

ur_span ur_committee_write(uint8_t buf[UR_COMMITTEE_RECORD_MAX], const ur_committee *c)
{
    ur_writer w;
    ur_writer_init(&w, buf, UR_COMMITTEE_RECORD_MAX);
    ur_writer_u8(&w, FORMAT);
    ur_writer_u64be(&w, c->current);
    ur_writer_u64be(&w, c->pending);
    ur_writer_u16be(&w, (uint16_t)c->t);
    ur_writer_u16be(&w, (uint16_t)c->n);
    ur_writer_u16be(&w, (uint16_t)c->margin);
    ur_writer_bytes(&w, c->mpk, sizeof c->mpk);
    ur_writer_u8(&w, c->has_demand);
    ur_writer_bytes(&w, c->demand, sizeof c->demand);
    ur_writer_u64be(&w, c->open_releases);
    ur_writer_u64be(&w, c->drill_interval);
    ur_writer_u64be(&w, c->drills);
    ur_writer_u64be(&w, c->last_drill);
    write_text(&w, c->creator);
    return finish(&w);
}

/* ---- P ---- */

static ur_status read_holder(ur_holder *h, ur_reader *r)
{
    UR_TRY(read_format(r));
    UR_TRY(read_u16(r, &h->t));
    UR_TRY(read_u16(r, &h->n));
    UR_TRY(ur_reader_copy(r, h->key, sizeof h->key));
    UR_TRY(read_text(r, &h->account));
    return ur_reader_end(r);
}

ur_status ur_holder_read(ur_holder *out, ur_span record)
{
    ur_reader r;
    ur_reader_init(&r, record);
    memset(out, 0, sizeof *out);
    if (read_holder(out, &r) != UR_OK) {
        memset(out, 0, sizeof *out);
        return UR_E_INTERNAL;
    }
    return UR_OK;
}

ur_span ur_holder_write(uint8_t buf[UR_HOLDER_RECORD_MAX], const ur_holder *h)
{
    ur_writer w;
    ur_writer_init(&w, buf, UR_HOLDER_RECORD_MAX);
    ur_writer_u8(&w, FORMAT);
    ur_writer_u16be(&w, (uint16_t)h->t);
    ur_writer_u16be(&w, (uint16_t)h->n);
    ur_writer_bytes(&w, h->key, sizeof h->key);
    write_text(&w, h->account);
    return finish(&w);
}
