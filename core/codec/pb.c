#include "core/codec/pb.h"

ur_status ur_pb_varint_var(ur_reader *r, uint64_t *out, ur_pb_rules rules)
{
    uint64_t x = 0;
    if (ur_reader_left(r) > 0 && r->p[r->at] < 0x80) { /* most are one byte */
        *out = r->p[r->at++];
        return UR_OK;
    }
    *out = 0;
    for (size_t i = 0; i < 10 && i < ur_reader_left(r); i++) {
        uint8_t byte = r->p[r->at + i];
        x |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte >= 0x80) {
            continue;
        }
        bool over = i == 9 && byte > 1;
        bool longer_than_needed = i > 0 && byte == 0;
        if (over || (longer_than_needed && rules == UR_PB_CANONICAL)) {
            return UR_E_INPUT;
        }
        *out = x;
        return ur_reader_skip(r, i + 1);
    }
    return UR_E_INPUT;
}

void ur_pb_init(ur_pb *m, ur_span message, ur_pb_rules rules)
{
    ur_reader_init(&m->r, message);
    m->last = 0;
    m->rules = rules;
}

static ur_status next(ur_pb *m, ur_pb_field *out)
{
    uint64_t tag, len;
    uint32_t u32;
    UR_TRY(ur_pb_varint_var(&m->r, &tag, m->rules));
    if (tag >> 3 == 0 || tag >> 3 > 0x1fffffff || (m->rules == UR_PB_CANONICAL && tag >> 3 < m->last)) {
        return UR_E_INPUT;
    }
    out->number = m->last = (uint32_t)(tag >> 3);
    switch (tag & 7) {
    case UR_PB_VARINT:
        out->wire = UR_PB_VARINT;
        return ur_pb_varint_var(&m->r, &out->u, m->rules);
    case UR_PB_FIXED64:
        out->wire = UR_PB_FIXED64;
        return ur_reader_u64le(&m->r, &out->u);
    case UR_PB_BYTES:
        out->wire = UR_PB_BYTES;
        UR_TRY(ur_pb_varint_var(&m->r, &len, m->rules));
        return len > ur_reader_left(&m->r) ? UR_E_INPUT : ur_reader_bytes(&m->r, &out->bytes, (size_t)len);
    case UR_PB_FIXED32:
        out->wire = UR_PB_FIXED32;
        UR_TRY(ur_reader_u32le(&m->r, &u32));
        out->u = u32;
        return UR_OK;
    default: return UR_E_INPUT;
    }
}

ur_status ur_pb_next_var(ur_pb *m, ur_pb_field *out)
{
    *out = (ur_pb_field){0};
    ur_status st = next(m, out);
    if (st != UR_OK) {
        *out = (ur_pb_field){0};
    }
    return st;
}

static ur_status fields(ur_pb_field *out, const ur_pb_wire *wires, size_t count, ur_span message, ur_pb_rules rules)
{
    ur_pb m;
    ur_pb_field f;
    ur_pb_init(&m, message, rules);
    while (ur_pb_more(&m)) {
        UR_TRY(ur_pb_next_var(&m, &f));
        if (f.number > count || f.wire != wires[f.number - 1] || out[f.number - 1].number != 0) {
            return UR_E_INPUT;
        }
        out[f.number - 1] = f;
    }
    return UR_OK;
}

ur_status ur_pb_fields_var(ur_pb_field *out, const ur_pb_wire *wires, size_t count, ur_span message, ur_pb_rules rules)
{
    memset(out, 0, count * sizeof *out);
    ur_status st = fields(out, wires, count, message, rules);
    if (st != UR_OK) {
        memset(out, 0, count * sizeof *out);
    }
    return st;
}

/* ---- writer ---- */

static size_t varint_bytes(uint64_t x)
{
    size_t n = 1;
    for (; x >= 0x80; x >>= 7) {
        n++;
    }
    return n;
}

void ur_pb_write_varint(ur_writer *w, uint64_t x)
{
    uint8_t *at = ur_writer_reserve(w, varint_bytes(x));
    if (at == NULL) {
        return;
    }
    for (; x >= 0x80; x >>= 7) {
        *at++ = (uint8_t)(x | 0x80);
    }
    *at = (uint8_t)x;
}

static void write_tag(ur_writer *w, uint32_t number, ur_pb_wire wire)
{
    ur_pb_write_varint(w, (uint64_t)number << 3 | (uint32_t)wire);
}

void ur_pb_put_u64(ur_writer *w, uint32_t number, uint64_t x)
{
    if (x != 0) {
        write_tag(w, number, UR_PB_VARINT);
        ur_pb_write_varint(w, x);
    }
}

void ur_pb_put_i64(ur_writer *w, uint32_t number, int64_t x) { ur_pb_put_u64(w, number, (uint64_t)x); }

void ur_pb_put_fixed64(ur_writer *w, uint32_t number, uint64_t x)
{
    if (x != 0) {
        write_tag(w, number, UR_PB_FIXED64);
        ur_writer_u64le(w, x);
    }
}

void ur_pb_put_bytes_always(ur_writer *w, uint32_t number, ur_span bytes)
{
    write_tag(w, number, UR_PB_BYTES);
    ur_pb_write_varint(w, bytes.n);
    ur_writer_span(w, bytes);
}

void ur_pb_put_bytes(ur_writer *w, uint32_t number, ur_span bytes)
{
    if (bytes.n > 0) {
        ur_pb_put_bytes_always(w, number, bytes);
    }
}

void ur_pb_put_text(ur_writer *w, uint32_t number, const char *s) { ur_pb_put_bytes(w, number, ur_span_str_var(s)); }

size_t ur_pb_begin(ur_writer *w, uint32_t number)
{
    write_tag(w, number, UR_PB_BYTES);
    ur_writer_u8(w, 0); /* room for a length below 128; ur_pb_end moves what follows if it needs more */
    return w->n;
}

void ur_pb_end(ur_writer *w, size_t begun)
{
    uint8_t length[10];
    ur_writer l;
    if (w->overflow) {
        return;
    }
    size_t n = w->n - begun;
    ur_writer_init(&l, length, sizeof length);
    ur_pb_write_varint(&l, n);
    if (ur_writer_reserve(w, l.n - 1) != NULL) {
        memmove(w->p + begun + l.n - 1, w->p + begun, n);
        memcpy(w->p + begun - 1, length, l.n);
    }
}
