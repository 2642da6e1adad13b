#include "lib/mint/der.h"

#include "lib/os/date.h"

void der_open(der *d, uint8_t tag)
{
    ur_writer_u8(d->w, tag);
    ur_writer_u8(d->w, 0); /* the length, put in by der_close */
    if (d->depth == sizeof d->start / sizeof d->start[0]) {
        d->w->overflow = true;
        return;
    }
    d->start[d->depth++] = d->w->n;
}

void der_close(der *d)
{
    if (d->depth == 0 || d->w->overflow) {
        d->w->overflow = true;
        return;
    }
    size_t start = d->start[--d->depth];
    size_t n = d->w->n - start;
    size_t more = n < 128 ? 0 : n < 256 ? 1 : n < 65536 ? 2 : 3;
    if (ur_writer_reserve(d->w, more) == NULL) {
        return;
    }
    uint8_t *at = d->w->p + start;
    if (more > 0) {
        memmove(at + more, at, n);
    }
    at[-1] = (uint8_t)(more == 0 ? n : 0x80 | more);
    for (size_t i = 0; i < more; i++) {
        at[i] = (uint8_t)(n >> (8 * (more - 1 - i)));
    }
}

void der_bytes(der *d, uint8_t tag, const void *p, size_t n)
{
    der_open(d, tag);
    ur_writer_bytes(d->w, p, n);
    der_close(d);
}

void der_str(der *d, uint8_t tag, const char *s)
{
    ur_span text = ur_span_str_var(s);
    der_bytes(d, tag, text.p, text.n);
}

static void der_uint_tagged(der *d, uint8_t tag, const uint8_t *p, size_t n)
{
    while (n > 1 && p[0] == 0) {
        p++;
        n--;
    }
    der_open(d, tag);
    if ((p[0] & 0x80) != 0) {
        ur_writer_u8(d->w, 0);
    }
    ur_writer_bytes(d->w, p, n);
    der_close(d);
}

void der_uint_be(der *d, const uint8_t *p, size_t n) { der_uint_tagged(d, DER_INTEGER, p, n); }

void der_uint(der *d, uint8_t tag, uint64_t x)
{
    uint8_t b[8];
    for (size_t i = 0; i < 8; i++) {
        b[i] = (uint8_t)(x >> (56 - 8 * i));
    }
    der_uint_tagged(d, tag, b, 8);
}

void der_true(der *d) { der_bytes(d, DER_BOOLEAN, "\xff", 1); }

static void two_digits(ur_writer *w, unsigned x)
{
    ur_writer_u8(w, (uint8_t)('0' + x / 10 % 10));
    ur_writer_u8(w, (uint8_t)('0' + x % 10));
}

void der_time(der *d, int64_t unix_time)
{
    ur_date t = ur_date_of(unix_time);
    der_open(d, t.year < 2050 ? DER_UTC_TIME : DER_GENERALIZED_TIME);
    if (t.year >= 2050) {
        two_digits(d->w, t.year / 100);
    }
    two_digits(d->w, t.year % 100);
    two_digits(d->w, t.month);
    two_digits(d->w, t.day);
    two_digits(d->w, t.hour);
    two_digits(d->w, t.minute);
    two_digits(d->w, t.second);
    ur_writer_u8(d->w, 'Z');
    der_close(d);
}
