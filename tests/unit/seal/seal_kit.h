/* Sources that hand out odd pieces, sinks that collect or fail: what the tests of lib/seal share. */
#ifndef UR_TESTS_SEAL_KIT_H
#define UR_TESTS_SEAL_KIT_H

#include "lib/os/stream.h"
#include "tests/test.h"

/* A growing block. */
typedef struct kit_bytes {
    uint8_t *p;
    size_t n;
    size_t cap;
} kit_bytes;

static inline void kit_put(kit_bytes *b, const void *p, size_t n)
{
    if (b->n + n > b->cap) {
        b->cap = 2 * (b->n + n);
        b->p = realloc(b->p, b->cap);
        assert_non_null(b->p);
    }
    if (n > 0) {
        memcpy(b->p + b->n, p, n);
    }
    b->n += n;
}

static inline ur_status kit_sink_write(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    (void)err;
    kit_put(context, p, n);
    return UR_OK;
}
static inline ur_sink kit_sink(kit_bytes *b) { return (ur_sink){b, kit_sink_write}; }
static inline ur_span kit_span(const kit_bytes *b) { return ur_span_of(b->p, b->n); }
static inline void kit_free(kit_bytes *b)
{
    free(b->p);
    *b = (kit_bytes){0};
}

/* Hands out at most `most` bytes at a time, at random if `rng`; fails once `fail_at` bytes were read. */
typedef struct kit_pieces {
    ur_reader r;
    size_t most;
    test_rng *rng;
    size_t fail_at;
} kit_pieces;

static inline ur_status kit_pieces_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    kit_pieces *s = context;
    size_t n = ur_reader_left(&s->r) < cap ? ur_reader_left(&s->r) : cap;
    *out_n = 0;
    if (s->r.at >= s->fail_at) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "the source fails");
    }
    if (n > s->fail_at - s->r.at) {
        n = s->fail_at - s->r.at;
    }
    if (n > s->most) {
        n = s->most;
    }
    if (n > 1 && s->rng != NULL) {
        n = 1 + test_rng_below(s->rng, n);
    }
    *out_n = n;
    return ur_reader_copy(&s->r, buf, n);
}
static inline ur_source kit_source(kit_pieces *s, ur_span bytes, size_t most, test_rng *rng)
{
    *s = (kit_pieces){.most = most, .rng = rng, .fail_at = SIZE_MAX};
    ur_reader_init(&s->r, bytes);
    return (ur_source){s, kit_pieces_read};
}

#endif
