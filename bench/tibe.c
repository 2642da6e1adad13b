/* Threshold identity-based encryption: each step against the primitives it cannot do without, and against DistributedIBE;
 * checking and combining many shares against its AggregateSK. */
#include "bench/bench.h"
#include "bench/core.h"
#include "core/share/lagrange.h"
#include "core/tibe/tibe.h"

#include <stdlib.h>

enum { MOST = 67 };

static const ur_span id_text = {(const uint8_t *)"unrug/1/vault/dev-1/unrug1contract/7/1/1", 40};

typedef struct group {
    ur_tibe_committee c;
    ur_tibe_pub members[100];
    ur_tibe_ks ks[MOST];
    uint8_t ks_bytes[MOST][UR_G2_BYTES];
} group;

static struct {
    group small, large; /* 11 of 16, 67 of 100 */
    ur_share share;
    ur_tibe_msg msg;
    uint8_t sigma[UR_TIBE_MSG_MAX];
    uint8_t ct[UR_TIBE_CT_MAX];
    ur_tibe_key key;
    uint8_t weights[MOST * UR_TIBE_WEIGHT_BYTES];
    uint8_t bad[MOST];
    uint8_t random[UR_SCALAR_WIDE_BYTES];
    void *scratch;
} in;

static void ok(ur_status st, const char *what) { bench_must(st == UR_OK, what); }

static ur_tibe_id hashed(void)
{
    ur_tibe_id id;
    ok(ur_tibe_id_hash(&id, id_text), "id");
    return id;
}

/* The shares at hand are those of every member but each third or so: neither the first t nor in a row. */
static void deal(group *g, uint32_t t, uint32_t n)
{
    static uint8_t random[MOST * UR_SCALAR_WIDE_BYTES];
    static ur_scalar a[MOST];
    ur_share_poly f;
    const ur_tibe_id id = hashed();
    bench_fill(random, sizeof random);
    ok(ur_share_poly_draw(&f, a, t, NULL, random), "poly");
    ur_g1_mul(&g->c.mpk.p, ur_g1_generator(), &a[0]);
    g->c.members = g->members;
    g->c.t = t;
    g->c.n = n;
    size_t k = 0;
    for (uint32_t i = 1; i <= n; i++) {
        ur_share s;
        ok(ur_share_poly_at(&s, &f, i), "share");
        ur_share_public(&g->members[i - 1].p, &s);
        if (k < t && (i % 3 != 1 || n - i < t - k)) {
            ur_tibe_extract(&g->ks[k], &s, &id);
            ur_tibe_ks_reveal(g->ks_bytes[k], &g->ks[k]);
            k++;
        }
        in.share = s;
    }
    bench_must(k == t, "t shares");
}

static void prepare(void)
{
    uint8_t msg[UR_TIBE_MSG_MAX];
    ur_tibe_ct ct;
    const ur_tibe_id id = hashed();
    in.scratch = malloc(ur_tibe_scratch_bytes(100));
    bench_must(in.scratch != NULL, "memory");
    deal(&in.large, 67, 100);
    deal(&in.small, 11, 16);
    bench_fill(in.weights, sizeof in.weights);
    bench_fill(in.random, sizeof in.random);
    bench_fill(msg, sizeof msg);
    bench_fill(in.sigma, sizeof in.sigma);
    ok(ur_tibe_msg_set(&in.msg, msg, sizeof msg), "msg");
    ok(ur_tibe_encrypt(&ct, &in.small.c.mpk, &id, &in.msg, in.sigma), "encrypt");
    (void)ur_tibe_ct_write(in.ct, &ct);
    ok(ur_tibe_combine_var(&in.key, &in.small.c, in.small.ks, 11, in.scratch), "combine");
    ok(ur_tibe_key_check_var(&in.small.c.mpk, &in.key, &id), "key");
}

/* ---- ours ---- */

static void extract(void *x)
{
    ur_tibe_ks ks;
    const ur_tibe_id id = hashed();
    (void)x;
    ur_tibe_extract(&ks, &in.share, &id);
}

static void encrypt(void *x)
{
    ur_tibe_ct ct;
    uint8_t bytes[UR_TIBE_CT_MAX];
    const ur_tibe_id id = hashed();
    (void)x;
    bench_fill(in.sigma, sizeof in.sigma);
    ok(ur_tibe_encrypt(&ct, &in.small.c.mpk, &id, &in.msg, in.sigma), "encrypt");
    (void)ur_tibe_ct_write(bytes, &ct);
}

static void check(void *x)
{
    ur_tibe_ks ks;
    const ur_tibe_id id = hashed();
    (void)x;
    ok(ur_tibe_ks_parse(&ks, in.small.ks[0].index, in.small.ks_bytes[0]), "parse");
    ok(ur_tibe_ks_check_var(&in.small.members[ks.index - 1], &ks, &id), "check");
}

static void decrypt(void *x)
{
    ur_tibe_ct ct;
    ur_tibe_msg msg;
    (void)x;
    ok(ur_tibe_ct_parse(&ct, ur_span_of(in.ct, UR_TIBE_CT_MAX)), "parse");
    ok(ur_tibe_decrypt(&msg, &ct, &in.key), "decrypt");
}

static void check_all(const group *g, const ur_tibe_ks *ks)
{
    ur_tibe_claim claims[MOST];
    ur_tibe_key key;
    const ur_tibe_id id = hashed();
    for (size_t i = 0; i < g->c.t; i++) {
        claims[i] = (ur_tibe_claim){&ks[i], &g->members[ks[i].index - 1], &id};
    }
    ok(ur_tibe_check_many_var(claims, g->c.t, in.bad, in.weights, in.scratch), "check_many");
    ok(ur_tibe_combine_var(&key, &g->c, ks, g->c.t, in.scratch), "combine");
}

static void check_and_combine(void *x)
{
    const group *g = x;
    check_all(g, g->ks);
}

static void parse_check_and_combine(void *x)
{
    const group *g = x;
    ur_tibe_ks ks[MOST];
    for (size_t i = 0; i < g->c.t; i++) {
        ok(ur_tibe_ks_parse(&ks[i], g->ks[i].index, g->ks_bytes[i]), "parse");
    }
    check_all(g, ks);
}

static void recover(void *x)
{
    const group *g = x;
    ur_tibe_key key;
    const ur_tibe_id id = hashed();
    ok(ur_tibe_recover_var(&key, in.bad, &g->c, &id, g->ks, g->c.t, in.weights, in.scratch), "recover");
}

static void combine(void *x)
{
    const group *g = x;
    ur_tibe_key key;
    ok(ur_tibe_combine_var(&key, &g->c, g->ks, g->c.t, in.scratch), "combine");
}

/* What a combiner without any thought does: a multiplication each. */
static void combine_slowly(void *x)
{
    const group *g = x;
    uint32_t index[MOST];
    ur_scalar l[MOST], work[MOST], zero;
    ur_g2 sum, term;
    ur_scalar_from_u64(&zero, 0);
    for (size_t i = 0; i < g->c.t; i++) {
        index[i] = g->ks[i].index;
    }
    ok(ur_share_lagrange_var(l, index, g->c.t, &zero, work), "lagrange");
    for (size_t i = 0; i < g->c.t; i++) {
        ur_g2_mul(&term, &g->ks[i].d, &l[i]);
        if (i == 0) {
            sum = term;
        } else {
            ur_g2_add(&sum, &sum, &term);
        }
    }
}

static void committee(void *x)
{
    const group *g = x;
    ok(ur_tibe_committee_check_var(&g->c, in.random, in.scratch), "committee");
}

/* ---- the primitives in brackets ---- */

static void bare_extract(void *x) { (void)x, prim_h(), prim_m2(), prim_a2(); }
static void bare_encrypt(void *x)
{
    (void)x, prim_h(), prim_m1(), prim_m1(), prim_a1(), prim_a1(), prim_a2(), prim_ml(1), prim_fe();
}
static void bare_check(void *x) { (void)x, prim_s2(), prim_h(), prim_a2(), prim_ml(2), prim_fe(); }
static void bare_decrypt(void *x) { (void)x, prim_s1(), prim_ml(1), prim_fe(), prim_m1(), prim_a1(); }

static void step(const char *what, const char *peer_what, bench_fn *ours, bench_fn *bare, const char *name, const char *op)
{
    bench_row(&(bench_row_spec){.what = what, .ours = ours, .reference_name = name, .reference = bare,
                                .goal = BENCH_AT_MOST, .target = 1.10});
    bench_row(&(bench_row_spec){.what = peer_what, .ours = ours, .reference_name = "DistributedIBE", .peer = "go",
                                .peer_op = op, .goal = BENCH_AT_LEAST, .target = 1.00});
}

static void aggregate(const char *what, bench_fn *ours, group *g, const char *op)
{
    bench_row(&(bench_row_spec){.what = what, .ours = ours, .ctx = g, .reference_name = "DistributedIBE AggregateSK",
                                .peer = "go", .peer_op = op, .goal = BENCH_AT_LEAST, .target = 6.00});
}

static void against_slowly(const char *what, group *g)
{
    bench_row(&(bench_row_spec){.what = what, .ours = combine, .ctx = g, .reference_name = "a multiplication each",
                                .reference = combine_slowly, .goal = BENCH_AT_LEAST, .target = 1.00});
}

void bench_tibe(void)
{
    prim_init();
    prepare();
    step("tibe/extract", "tibe/extract-go", extract, bare_extract, "H + M2 + A", "distibe.extract");
    step("tibe/encrypt", "tibe/encrypt-go", encrypt, bare_encrypt, "H + 2 M1 + 3 A + ML1 + FE", "distibe.encrypt");
    step("tibe/check", "tibe/check-go", check, bare_check, "S2 + H + A + ML2 + FE", "distibe.check");
    step("tibe/decrypt", "tibe/decrypt-go", decrypt, bare_decrypt, "S1 + ML1 + FE + M1 + A", "distibe.decrypt");
    aggregate("tibe/check-and-combine-11-of-16", check_and_combine, &in.small, "distibe.aggregate.11.16");
    aggregate("tibe/check-and-combine-67-of-100", check_and_combine, &in.large, "distibe.aggregate.67.100");
    aggregate("tibe/parse-check-combine-11-of-16", parse_check_and_combine, &in.small, "distibe.aggregate.11.16");
    aggregate("tibe/parse-check-combine-67-of-100", parse_check_and_combine, &in.large, "distibe.aggregate.67.100");
    aggregate("tibe/recover-11-of-16", recover, &in.small, "distibe.aggregate.11.16");
    aggregate("tibe/recover-67-of-100", recover, &in.large, "distibe.aggregate.67.100");
    against_slowly("tibe/combine-11-of-16", &in.small);
    against_slowly("tibe/combine-67-of-100", &in.large);
    bench_time("tibe/committee-16", committee, &in.small);
    bench_time("tibe/committee-100", committee, &in.large);
    free(in.scratch);
}
