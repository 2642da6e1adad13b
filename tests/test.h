/* What every test includes: cmocka, status assertions, and a seeded random source that prints its seed and takes it back
 * from $UNRUG_SEED. */
#ifndef UR_TESTS_TEST_H
#define UR_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/span.h"

#define assert_status(expr, want)                                                                             \
    do {                                                                                                      \
        ur_status got_ = (expr);                                                                              \
        if (got_ != (want)) {                                                                                 \
            fail_msg("%s: %s, expected %s", #expr, ur_status_name(got_), ur_status_name(want));               \
        }                                                                                                     \
    } while (0)
#define assert_ok(expr) assert_status(expr, UR_OK)

/* Wiped bytes count as undefined under MSan, so that nobody reads them; a test that wants to see the zeros says so. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
void __msan_unpoison(const volatile void *p, size_t n);
#define test_may_read(p, n) __msan_unpoison(p, n)
#endif
#endif
#ifndef test_may_read
#define test_may_read(p, n) ((void)(p), (void)(n))
#endif

/* A file of less than 64 KiB, in a block for free() of exactly its size, so that a sanitizer sees a read past its end. */
static inline ur_span test_read_file(const char *path)
{
    static uint8_t bytes[1 << 16];
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fail_msg("cannot open %s", path);
    }
    size_t n = fread(bytes, 1, sizeof bytes, f);
    assert_true(feof(f) || n < sizeof bytes);
    (void)fclose(f);
    uint8_t *p = malloc(n == 0 ? 1 : n);
    assert_non_null(p);
    memcpy(p, bytes, n);
    return ur_span_of(p, n);
}

/* splitmix64: for tests only. */
typedef struct test_rng {
    uint64_t x;
} test_rng;

/* Seeded from $UNRUG_SEED or the clock; prints the seed so that a failure can be replayed. */
static inline test_rng test_rng_start(const char *what)
{
    const char *env = getenv("UNRUG_SEED");
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = env != NULL ? strtoull(env, NULL, 0) : (uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec;
    print_message("%s: UNRUG_SEED=0x%llx\n", what, (unsigned long long)seed);
    return (test_rng){seed};
}

static inline uint64_t test_rng_u64(test_rng *r)
{
    uint64_t z = (r->x += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

/* 0 <= result < n, n > 0. */
static inline size_t test_rng_below(test_rng *r, size_t n) { return (size_t)(test_rng_u64(r) % n); }

static inline void test_rng_bytes(test_rng *r, void *out, size_t n)
{
    uint8_t *o = out;
    for (size_t i = 0; i < n; i++) {
        o[i] = (uint8_t)test_rng_u64(r);
    }
}

#endif
