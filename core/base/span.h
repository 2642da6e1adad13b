/* Borrowed bytes, a reader that cannot pass its end, a writer that cannot pass its capacity, and an arena over a
 * caller's buffer. No allocation. A span dies with what it points into; it never owns. */
#ifndef UR_CORE_BASE_SPAN_H
#define UR_CORE_BASE_SPAN_H

#include "core/base/mem.h"

typedef struct ur_span {
    const uint8_t *p; /* may be NULL when n = 0 */
    size_t n;
} ur_span;

/* The bytes of a string literal, without its terminator. */
#define UR_SPAN_LIT(s) ((ur_span){(const uint8_t *)(s), sizeof(s) - 1})

static inline ur_span ur_span_of(const void *p, size_t n) { return (ur_span){(const uint8_t *)p, n}; }
/* A terminated string without its terminator. Variable time. */
ur_span ur_span_str_var(const char *s);
/* Equal length and bytes. Variable time, public bytes only. */
bool ur_span_eq_var(ur_span a, ur_span b);

static inline size_t ur_size_max(size_t a, size_t b) { return a > b ? a : b; }
/* a + b and a * b; UR_E_LIMIT and *out = 0 when the result does not fit. */
UR_MUST_USE ur_status ur_size_add(size_t *out, size_t a, size_t b);
UR_MUST_USE ur_status ur_size_mul(size_t *out, size_t a, size_t b);

/* ---- reader: every function returns UR_E_INPUT, zeroes its output and moves nothing when the bytes are not there ---- */

typedef struct ur_reader {
    const uint8_t *p;
    size_t n;  /* bytes in all */
    size_t at; /* bytes already read, <= n */
} ur_reader;

void ur_reader_init(ur_reader *r, ur_span bytes);
static inline size_t ur_reader_left(const ur_reader *r) { return r->n - r->at; }
UR_MUST_USE ur_status ur_reader_bytes(ur_reader *r, ur_span *out, size_t n); /* borrowed from the input */
UR_MUST_USE ur_status ur_reader_copy(ur_reader *r, void *out, size_t n);
UR_MUST_USE ur_status ur_reader_skip(ur_reader *r, size_t n);
UR_MUST_USE ur_status ur_reader_u8(ur_reader *r, uint8_t *out);
UR_MUST_USE ur_status ur_reader_u16le(ur_reader *r, uint16_t *out);
UR_MUST_USE ur_status ur_reader_u32le(ur_reader *r, uint32_t *out);
UR_MUST_USE ur_status ur_reader_u64le(ur_reader *r, uint64_t *out);
UR_MUST_USE ur_status ur_reader_u16be(ur_reader *r, uint16_t *out);
UR_MUST_USE ur_status ur_reader_u32be(ur_reader *r, uint32_t *out);
UR_MUST_USE ur_status ur_reader_u64be(ur_reader *r, uint64_t *out);
/* A 32-bit big-endian length of at most `max`, then that many bytes (the length prefix used wherever we hash or sign
 * several fields). UR_E_LIMIT over max. */
UR_MUST_USE ur_status ur_reader_field(ur_reader *r, ur_span *out, size_t max);
/* UR_E_INPUT unless everything was read. */
UR_MUST_USE ur_status ur_reader_end(const ur_reader *r);

/* ---- writer: errors stick; look once at the end ---- */

typedef struct ur_writer {
    uint8_t *p;
    size_t cap;
    size_t n;      /* bytes written, <= cap */
    bool overflow; /* something did not fit: nothing after it was written either */
} ur_writer;

void ur_writer_init(ur_writer *w, void *buf, size_t cap);
void ur_writer_bytes(ur_writer *w, const void *p, size_t n);
void ur_writer_span(ur_writer *w, ur_span s);
void ur_writer_str(ur_writer *w, const char *s); /* without the terminator */
void ur_writer_u8(ur_writer *w, uint8_t x);
void ur_writer_u16le(ur_writer *w, uint16_t x);
void ur_writer_u32le(ur_writer *w, uint32_t x);
void ur_writer_u64le(ur_writer *w, uint64_t x);
void ur_writer_u16be(ur_writer *w, uint16_t x);
void ur_writer_u32be(ur_writer *w, uint32_t x);
void ur_writer_u64be(ur_writer *w, uint64_t x);
void ur_writer_dec(ur_writer *w, uint64_t x); /* decimal digits, no leading zeros */
void ur_writer_field(ur_writer *w, ur_span s); /* 32-bit big-endian length, then the bytes */
/* Reserve n bytes and return where they start (NULL on overflow). */
uint8_t *ur_writer_reserve(ur_writer *w, size_t n);
/* UR_OK and the bytes written, or UR_E_LIMIT, an empty span, and the buffer wiped. out may be NULL. */
UR_MUST_USE ur_status ur_writer_end(ur_writer *w, ur_span *out);

/* ---- arena: bump allocation inside a caller's buffer; nothing is freed one by one ---- */

typedef struct ur_arena {
    uint8_t *p;
    size_t cap;
    size_t n;
} ur_arena;

void ur_arena_init(ur_arena *a, void *buf, size_t cap);
/* count objects of `size` bytes, zeroed, aligned to 16; NULL when there is no room. */
void *ur_arena_take(ur_arena *a, size_t count, size_t size);
/* What that takes away from an aligned buffer; the product must fit. */
static inline size_t ur_arena_bytes(size_t count, size_t size) { return (count * size + 15) & ~(size_t)15; }

#endif
