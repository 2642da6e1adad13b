/* Captured chains and model cases as the vectors hold them: files, and blocks out of their JSON. */
#ifndef UR_TESTS_LIGHT_CAPTURED_H
#define UR_TESTS_LIGHT_CAPTURED_H

#include "tests/test.h"

#include "core/light/verify.h"

/* The whole file on the heap; the test fails if it cannot be read. */
static inline ur_span read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        fail_msg("cannot open %s", path);
    }
    size_t cap = (size_t)8 << 20;
    uint8_t *buf = malloc(cap);
    assert_non_null(buf);
    size_t n = fread(buf, 1, cap, f);
    (void)fclose(f);
    assert_true(n > 0 && n < cap);
    return ur_span_of(buf, n);
}

static inline ur_json parse_whole(ur_span text)
{
    ur_json v;
    assert_ok(ur_json_parse_var(&v, text));
    return v;
}

static inline ur_span text_of(ur_json v)
{
    ur_span s;
    assert_ok(ur_json_plain_var(&s, v));
    return s;
}

static inline int64_t i64_text_of(ur_json v)
{
    int64_t x;
    assert_ok(ur_json_i64_text_var(&x, v));
    return x;
}

static inline ur_time time_of(ur_json v)
{
    ur_time t;
    assert_ok(ur_time_parse_var(&t, text_of(v)));
    return t;
}

/* Model cases list validators in any order; a set has them by falling power, then rising address. */
static inline void sort_set(ur_validators *set)
{
    for (size_t i = 1; i < set->n; i++) {
        ur_validator v = set->v[i];
        size_t k = i;
        while (k > 0 && (set->v[k - 1].power < v.power ||
                         (set->v[k - 1].power == v.power &&
                          ur_cmp_var(set->v[k - 1].address, sizeof v.address, v.address, sizeof v.address) > 0))) {
            set->v[k] = set->v[k - 1];
            k--;
        }
        set->v[k] = v;
    }
}

/* Parse the parts of a block; the first failing status. */
static inline ur_status block_of(ur_light_block *out, ur_json signed_header, ur_json validators)
{
    memset(&out->validators, 0, sizeof out->validators);
    UR_TRY(ur_comet_header_parse_var(&out->header, ur_json_get_var(signed_header, "header")));
    UR_TRY(ur_comet_commit_parse_var(&out->commit, ur_json_get_var(signed_header, "commit")));
    return ur_comet_validators_append_var(&out->validators, validators);
}

/* What is believed of a header without asking anybody: a test's anchor. */
static inline ur_light_header anchor_of(const ur_comet_header *h)
{
    ur_light_header out = {.height = h->height, .time = h->time, .app = h->app};
    ur_comet_header_hash_var(out.hash, h);
    memcpy(out.next_validators, h->next_validators.bytes, sizeof out.next_validators);
    return out;
}

/* One block of a captured chain. */
typedef struct captured_block {
    ur_light_block block;
    ur_validators next;
} captured_block;

static inline captured_block *captured_block_of(ur_json v)
{
    captured_block *b = calloc(1, sizeof *b);
    assert_non_null(b);
    ur_json signed_header = ur_json_get_var(ur_json_get_var(v, "commit"), "signed_header");
    assert_ok(block_of(&b->block, signed_header, ur_json_get_var(ur_json_get_var(v, "validators"), "validators")));
    assert_ok(ur_comet_validators_append_var(&b->next, ur_json_get_var(ur_json_get_var(v, "next_validators"), "validators")));
    return b;
}

#endif
