#include "contract/machine/record.h"

ur_status uc_record_open(uc_call *c, ur_reader *r, ur_span key, uc_error absent, const char *field)
{
    ur_span bytes;
    ur_status st = uc_get(c, key, &bytes);
    ur_reader_init(r, bytes);
    return st == UR_E_ABSENT ? uc_refuse(c, absent, field) : st;
}

ur_status uc_record_done(ur_status st) { return st == UR_OK ? UR_OK : UR_E_INTERNAL; }

ur_status uc_read_format(ur_reader *r)
{
    uint8_t format;
    UR_TRY(ur_reader_u8(r, &format));
    return format == UC_RECORD_FORMAT ? UR_OK : UR_E_INPUT;
}

ur_status uc_read_bool(ur_reader *r, bool *out)
{
    uint8_t x;
    UR_TRY(ur_reader_u8(r, &x));
    *out = x != 0;
    return x <= 1 ? UR_OK : UR_E_INPUT;
}

ur_status uc_read_u16(ur_reader *r, uint32_t *out)
{
    uint16_t x;
    UR_TRY(ur_reader_u16be(r, &x));
    *out = x;
    return UR_OK;
}

ur_status uc_read_text(ur_reader *r, ur_span *out)
{
    uint8_t n;
    UR_TRY(ur_reader_u8(r, &n));
    return ur_reader_bytes(r, out, n);
}

void uc_record_begin(ur_writer *w, uint8_t *buf, size_t cap)
{
    ur_writer_init(w, buf, cap);
    ur_writer_u8(w, UC_RECORD_FORMAT);
}

ur_status uc_record_put(uc_call *c, ur_span key, ur_writer *w)
{
    ur_span bytes;
    return ur_writer_end(w, &bytes) == UR_OK ? uc_put(c, key, bytes) : UR_E_INTERNAL;
}

void uc_write_text(ur_writer *w, ur_span s)
{
    ur_writer_u8(w, (uint8_t)s.n);
    ur_writer_span(w, s);
}
