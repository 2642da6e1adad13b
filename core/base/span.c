#include "core/base/span.h"

ur_span ur_span_str_var(const char *s)
{
    size_t n = 0;
    while (s[n] != '\0') {
        n++;
    }
    return ur_span_of(s, n);
}

bool ur_span_eq_var(ur_span a, ur_span b) { return a.n == b.n && ur_eq_var(a.p, b.p, a.n); }

ur_status ur_size_add(size_t *out, size_t a, size_t b)
{
    if (__builtin_add_overflow(a, b, out)) {
        *out = 0;
        return UR_E_LIMIT;
    }
    return UR_OK;
}

ur_status ur_size_mul(size_t *out, size_t a, size_t b)
{
    /* Not __builtin_mul_overflow: for 64-bit size_t on a 32-bit target it would call compiler-rt. */
    if (b != 0 && a > SIZE_MAX / b) {
        *out = 0;
        return UR_E_LIMIT;
    }
    *out = a * b;
    return UR_OK;
}

void ur_reader_init(ur_reader *r, ur_span bytes) { *r = (ur_reader){bytes.p, bytes.n, 0}; }

ur_status ur_reader_bytes(ur_reader *r, ur_span *out, size_t n)
{
    if (n > r->n - r->at) {
        *out = (ur_span){0};
        return UR_E_INPUT;
    }
    *out = n == 0 ? (ur_span){0} : ur_span_of(r->p + r->at, n);
    r->at += n;
    return UR_OK;
}

ur_status ur_reader_copy(ur_reader *r, void *out, size_t n)
{
    ur_span s;
    ur_status st = ur_reader_bytes(r, &s, n);
    if (st != UR_OK) {
        memset(out, 0, n);
    } else if (n != 0) {
        memcpy(out, s.p, n);
    }
    return st;
}

ur_status ur_reader_skip(ur_reader *r, size_t n)
{
    ur_span s;
    return ur_reader_bytes(r, &s, n);
}

static ur_status read_uint(ur_reader *r, uint64_t *out, size_t n, bool little)
{
    ur_span s;
    *out = 0;
    UR_TRY(ur_reader_bytes(r, &s, n));
    for (size_t i = 0; i < n; i++) {
        *out = (*out << 8) | s.p[little ? n - 1 - i : i];
    }
    return UR_OK;
}

#define UR_READ(name, type, little)                              \
    ur_status ur_reader_##name(ur_reader *r, type *out)          \
    {                                                            \
        uint64_t x;                                              \
        ur_status st = read_uint(r, &x, sizeof(type), (little)); \
        *out = (type)x;                                          \
        return st;                                               \
    }
UR_READ(u8, uint8_t, true)
UR_READ(u16le, uint16_t, true)
UR_READ(u32le, uint32_t, true)
UR_READ(u64le, uint64_t, true)
UR_READ(u16be, uint16_t, false)
UR_READ(u32be, uint32_t, false)
UR_READ(u64be, uint64_t, false)
#undef UR_READ

ur_status ur_reader_field(ur_reader *r, ur_span *out, size_t max)
{
    size_t before = r->at;
    uint32_t n;
    *out = (ur_span){0};
    UR_TRY(ur_reader_u32be(r, &n));
    if (n > max) {
        r->at = before;
        return UR_E_LIMIT;
    }
    ur_status st = ur_reader_bytes(r, out, n);
    if (st != UR_OK) {
        r->at = before;
    }
    return st;
}

ur_status ur_reader_end(const ur_reader *r) { return r->at == r->n ? UR_OK : UR_E_INPUT; }

void ur_writer_init(ur_writer *w, void *buf, size_t cap) { *w = (ur_writer){buf, cap, 0, false}; }

uint8_t *ur_writer_reserve(ur_writer *w, size_t n)
{
    if (w->overflow || n > w->cap - w->n) {
        w->overflow = true;
        return NULL;
    }
    uint8_t *at = w->p + w->n;
    w->n += n;
    return at;
}

void ur_writer_bytes(ur_writer *w, const void *p, size_t n)
{
    uint8_t *at = ur_writer_reserve(w, n);
    if (at != NULL && n != 0) {
        memcpy(at, p, n);
    }
}

void ur_writer_span(ur_writer *w, ur_span s) { ur_writer_bytes(w, s.p, s.n); }
void ur_writer_str(ur_writer *w, const char *s) { ur_writer_span(w, ur_span_str_var(s)); }

static void write_uint(ur_writer *w, uint64_t x, size_t n, bool little)
{
    uint8_t b[8];
    for (size_t i = 0; i < n; i++) {
        b[little ? i : n - 1 - i] = (uint8_t)(x >> (8 * i));
    }
    ur_writer_bytes(w, b, n);
}

void ur_writer_u8(ur_writer *w, uint8_t x) { write_uint(w, x, 1, true); }
void ur_writer_u16le(ur_writer *w, uint16_t x) { write_uint(w, x, 2, true); }
void ur_writer_u32le(ur_writer *w, uint32_t x) { write_uint(w, x, 4, true); }
void ur_writer_u64le(ur_writer *w, uint64_t x) { write_uint(w, x, 8, true); }
void ur_writer_u16be(ur_writer *w, uint16_t x) { write_uint(w, x, 2, false); }
void ur_writer_u32be(ur_writer *w, uint32_t x) { write_uint(w, x, 4, false); }
void ur_writer_u64be(ur_writer *w, uint64_t x) { write_uint(w, x, 8, false); }

void ur_writer_dec(ur_writer *w, uint64_t x)
{
    uint8_t digits[20];
    size_t n = sizeof digits;
    do {
        digits[--n] = (uint8_t)('0' + x % 10);
        x /= 10;
    } while (x != 0);
    ur_writer_bytes(w, digits + n, sizeof digits - n);
}

void ur_writer_field(ur_writer *w, ur_span s)
{
    if (s.n > UINT32_MAX) {
        w->overflow = true;
        return;
    }
    ur_writer_u32be(w, (uint32_t)s.n);
    ur_writer_span(w, s);
}

ur_status ur_writer_end(ur_writer *w, ur_span *out)
{
    if (w->overflow) {
        ur_wipe(w->p, w->cap);
        w->n = 0;
    }
    if (out != NULL) {
        *out = ur_span_of(w->p, w->n);
    }
    return w->overflow ? UR_E_LIMIT : UR_OK;
}

void ur_arena_init(ur_arena *a, void *buf, size_t cap)
{
    size_t pad = (16 - (size_t)((uintptr_t)buf & 15)) & 15;
    if (pad > cap) {
        pad = cap;
    }
    *a = (ur_arena){(uint8_t *)buf + pad, cap - pad, 0};
}

void *ur_arena_take(ur_arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (ur_size_mul(&bytes, count, size) != UR_OK || ur_size_add(&bytes, bytes, 15) != UR_OK) {
        return NULL;
    }
    bytes &= ~(size_t)15;
    if (bytes > a->cap - a->n) {
        return NULL;
    }
    void *at = a->p + a->n;
    a->n += bytes;
    memset(at, 0, bytes);
    return at;
}
