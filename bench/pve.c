/* Encrypted shares: making, checking and opening one; checking many at once against one by one. */
#include "bench/bench.h"
#include "bench/core.h"
#include "core/pve/pve.h"

#include <stdlib.h>

enum { MOST = 100 };

static const ur_span id = {(const uint8_t *)"unrug/1/vault/dev-1/unrug1contract/7/1/1", 40};

static struct {
    ur_scalar s[MOST]; /* keypers */
    ur_g1 p[MOST];
    ur_g2 q[MOST]; /* identities; the first is the one of the request */
    ur_g2 d;       /* key share of the first keyper for the first identity */
    ur_scalar x[MOST]; /* recipients; the first is the one of the request */
    ur_pve_recipient to[MOST];
    uint8_t nonce_key[UR_PVE_NONCE_BYTES];
    ur_pve_share one;  /* what ours_make makes */
    ur_pve_share same[MOST], mixed[MOST];
    uint8_t same_bytes[MOST][UR_PVE_SHARE_BYTES];
    ur_pve_share parsed[MOST];
    ur_pve_claim same_claims[MOST], mixed_claims[MOST], parsed_claims[MOST];
    uint8_t weights[MOST * UR_PVE_WEIGHT_BYTES];
    void *scratch;
} in;

static void ok(ur_status st, const char *what) { bench_must(st == UR_OK, what); }

static void random_scalar(ur_scalar *s)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    bench_fill(wide, sizeof wide);
    ur_scalar_from_wide(s, wide, sizeof wide);
}

static void make(ur_pve_share *out, const ur_g2 *d, size_t to)
{
    const ur_pve_use use = {1, 1, id, UR_SPAN_LIT("request")};
    uint8_t fresh[UR_PVE_NONCE_BYTES];
    bench_fill(fresh, sizeof fresh);
    ok(ur_pve_make(out, d, &in.to[to], in.nonce_key, fresh, &use), "make");
}

static void prepare(void)
{
    bench_fill(in.nonce_key, sizeof in.nonce_key);
    bench_fill(in.weights, sizeof in.weights);
    in.scratch = malloc(ur_pve_check_many_scratch_bytes(MOST));
    bench_must(in.scratch != NULL, "memory");
    for (size_t i = 0; i < MOST; i++) {
        const uint8_t name[2] = {(uint8_t)i, 1};
        uint8_t bytes[UR_PVE_RECIPIENT_BYTES];
        random_scalar(&in.s[i]);
        random_scalar(&in.x[i]);
        ur_g1_mul(&in.p[i], ur_g1_generator(), &in.s[i]);
        ur_hash_to_g2(&in.q[i], UR_TAG_IDENTITY, i == 0 ? id : ur_span_of(name, 2));
        ok(ur_pve_recipient_make(bytes, &in.to[i], &in.x[i], UR_SPAN_LIT("context")), "recipient");
    }
    ur_g2_mul(&in.d, &in.q[0], &in.s[0]);
    for (size_t i = 0; i < MOST; i++) {
        ur_g2 d;
        ur_g2_mul(&d, &in.q[0], &in.s[i]);
        make(&in.same[i], &d, 0);
        ur_pve_share_write(in.same_bytes[i], &in.same[i]);
        ur_g2_mul(&d, &in.q[i], &in.s[i]);
        make(&in.mixed[i], &d, i);
        in.same_claims[i] = (ur_pve_claim){&in.same[i], &in.p[i], &in.q[0], &in.to[0].one};
        in.mixed_claims[i] = (ur_pve_claim){&in.mixed[i], &in.p[i], &in.q[i], &in.to[i].one};
        in.parsed_claims[i] = (ur_pve_claim){&in.parsed[i], &in.p[i], &in.q[0], &in.to[0].one};
    }
}

/* ---- one ---- */

static void ours_make(void *ctx)
{
    (void)ctx;
    make(&in.one, &in.d, 0);
}

static void prims_make(void *ctx)
{
    (void)ctx;
    prim_m2();
    prim_m2();
    prim_a2();
    prim_a2();
}

static void ours_check(void *ctx)
{
    (void)ctx;
    ok(ur_pve_share_parse(&in.parsed[0], in.same_bytes[0]), "parse");
    ok(ur_pve_check_var(&in.parsed_claims[0]), "check");
}

static void prims_check(void *ctx)
{
    (void)ctx;
    prim_s2();
    prim_s2();
    prim_ml(3);
    prim_fe();
}

static void ours_open(void *ctx)
{
    (void)ctx;
    ur_g2 d;
    ur_pve_open(&d, &in.same[0], &in.x[0]);
}

static void prims_open(void *ctx)
{
    (void)ctx;
    prim_m2();
}

/* ---- many ---- */

typedef struct many {
    const ur_pve_claim *claims;
    size_t n;
    bool parse;
} many;

static void parse_all(const many *m)
{
    for (size_t i = 0; m->parse && i < m->n; i++) {
        ok(ur_pve_share_parse(&in.parsed[i], in.same_bytes[i]), "parse");
    }
}

static void at_once(void *ctx)
{
    const many *m = ctx;
    uint8_t bad[MOST];
    parse_all(m);
    ok(ur_pve_check_many_var(m->claims, m->n, bad, in.weights, in.scratch), "check many");
}

static void one_by_one(void *ctx)
{
    const many *m = ctx;
    parse_all(m);
    for (size_t i = 0; i < m->n; i++) {
        ok(ur_pve_check_var(&m->claims[i]), "check");
    }
}

static void many_row(const char *what, many m, double target)
{
    bench_row(&(bench_row_spec){.what = what, .ours = at_once, .ctx = &m, .reference = one_by_one,
                                .reference_name = "one by one", .goal = target > 0 ? BENCH_AT_LEAST : BENCH_REPORT,
                                .target = target});
}

void bench_pve(void)
{
    prim_init();
    prepare();
    bench_row(&(bench_row_spec){.what = "pve/make", .ours = ours_make, .reference = prims_make,
                                .reference_name = "2 M2 + 2 A", .goal = BENCH_AT_MOST, .target = 1.10});
    bench_row(&(bench_row_spec){.what = "pve/check", .ours = ours_check, .reference = prims_check,
                                .reference_name = "2 S2 + ML3 + FE", .goal = BENCH_AT_MOST, .target = 1.10});
    bench_row(&(bench_row_spec){.what = "pve/open", .ours = ours_open, .reference = prims_open,
                                .reference_name = "M2", .goal = BENCH_AT_MOST, .target = 1.10});
    many_row("pve/check 100 of one request", (many){in.same_claims, 100, false}, 8);
    many_row("pve/check 11 of one request", (many){in.same_claims, 11, false}, 3.5);
    many_row("pve/check 100, with parsing", (many){in.parsed_claims, 100, true}, 0);
    many_row("pve/check 11, with parsing", (many){in.parsed_claims, 11, true}, 0);
    many_row("pve/check 100, all mixed", (many){in.mixed_claims, 100, false}, 0);
    many_row("pve/check 11, all mixed", (many){in.mixed_claims, 11, false}, 0);
    free(in.scratch);
}
