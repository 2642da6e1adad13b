#include "bench/core.h"

#include "bench/bench.h"

enum { ML_MAX = 8 };

static struct {
    bool ready;
    uint8_t scalar[32];
    uint8_t g1[UR_G1_BYTES];
    uint8_t g2[UR_G2_BYTES];
    blst_p1_affine p1;
    blst_p2_affine p2;
    blst_p1 j1;
    blst_p2 j2;
    blst_p1_affine ps[ML_MAX];
    blst_p2_affine qs[ML_MAX];
    blst_fp12 miller;
} in;

/* Where results go, so that no call is left out. */
static volatile uint64_t sink;
static blst_p1 o1;
static blst_p2 o2;
static blst_p1_affine a1;
static blst_p2_affine a2;
static blst_fp12 gt;

void prim_init(void)
{
    if (in.ready) {
        return;
    }
    in.ready = true;
    bench_fill(in.scalar, sizeof in.scalar);
    in.scalar[31] = 0x52; /* below the order, and full size */
    blst_p1_from_affine(&in.j1, &BLS12_381_G1);
    blst_p2_from_affine(&in.j2, &BLS12_381_G2);
    for (size_t i = 0; i < ML_MAX; i++) {
        blst_p1_mult(&in.j1, &in.j1, in.scalar, 255);
        blst_p2_mult(&in.j2, &in.j2, in.scalar, 255);
        blst_p1_to_affine(&in.ps[i], &in.j1);
        blst_p2_to_affine(&in.qs[i], &in.j2);
    }
    in.p1 = in.ps[0];
    in.p2 = in.qs[0];
    blst_p1_affine_compress(in.g1, &in.p1);
    blst_p2_affine_compress(in.g2, &in.p2);
    blst_miller_loop(&in.miller, &in.p2, &in.p1);
}

void prim_h(void)
{
    static const uint8_t id[] = "unrug/1/vault/dev-1/unrug1contract/7/1/1";
    ur_span tag = ur_tag_text(UR_TAG_IDENTITY);
    blst_hash_to_g2(&o2, id, sizeof id - 1, tag.p, tag.n, NULL, 0);
}
void prim_m1(void)
{
    blst_p1 p;
    blst_p1_from_affine(&p, &in.p1);
    blst_p1_mult(&o1, &p, in.scalar, 255);
}
void prim_m2(void)
{
    blst_p2 p;
    blst_p2_from_affine(&p, &in.p2);
    blst_p2_mult(&o2, &p, in.scalar, 255);
}
void prim_a1(void) { blst_p1_to_affine(&a1, &in.j1); }
void prim_a2(void) { blst_p2_to_affine(&a2, &in.j2); }
void prim_s1(void) { sink = (uint64_t)blst_p1_uncompress(&a1, in.g1) + blst_p1_affine_in_g1(&a1); }
void prim_s2(void) { sink = (uint64_t)blst_p2_uncompress(&a2, in.g2) + blst_p2_affine_in_g2(&a2); }
void prim_ml(size_t k)
{
    const blst_p1_affine *ps[ML_MAX];
    const blst_p2_affine *qs[ML_MAX];
    for (size_t i = 0; i < k; i++) {
        ps[i] = &in.ps[i];
        qs[i] = &in.qs[i];
    }
    if (k == 1) {
        blst_miller_loop(&gt, qs[0], ps[0]);
    } else {
        blst_miller_loop_n(&gt, qs, ps, k);
    }
}
void prim_fe(void) { blst_final_exp(&gt, &in.miller); }

static void h(void *x) { (void)x, prim_h(); }
static void m1(void *x) { (void)x, prim_m1(); }
static void m2(void *x) { (void)x, prim_m2(); }
static void a_g1(void *x) { (void)x, prim_a1(); }
static void a_g2(void *x) { (void)x, prim_a2(); }
static void s1(void *x) { (void)x, prim_s1(); }
static void s2(void *x) { (void)x, prim_s2(); }
static void ml1(void *x) { (void)x, prim_ml(1); }
static void ml2(void *x) { (void)x, prim_ml(2); }
static void ml3(void *x) { (void)x, prim_ml(3); }
static void fe(void *x) { (void)x, prim_fe(); }

/* Our own layer on the same inputs: what its types and wiping cost over blst. */
static void our_m1(void *x)
{
    ur_g1 out;
    (void)x;
    ur_g1_mul(&out, (const ur_g1 *)&in.p1, (const ur_scalar *)&in.scalar);
}
static void m1_a(void *x) { (void)x, prim_m1(), prim_a1(); }
static void our_s2(void *x)
{
    ur_g2 out;
    (void)x;
    bench_must(ur_g2_parse(&out, in.g2) == UR_OK, "g2_parse");
}
static void our_check(void *x)
{
    const ur_g1 *ps[2] = {(const ur_g1 *)&in.ps[0], (const ur_g1 *)&in.ps[1]};
    const ur_g2 *qs[2] = {(const ur_g2 *)&in.qs[0], (const ur_g2 *)&in.qs[1]};
    (void)x;
    bench_must(ur_pairing_check_var(ps, qs, 2) == UR_E_PROOF, "pairing_check");
}
static void ml2_fe(void *x) { (void)x, prim_ml(2), prim_fe(); }

void bench_core(void)
{
    prim_init();
    bench_time("core/H", h, NULL);
    bench_time("core/M1", m1, NULL);
    bench_time("core/M2", m2, NULL);
    bench_time("core/A-G1", a_g1, NULL);
    bench_time("core/A-G2", a_g2, NULL);
    bench_time("core/S1", s1, NULL);
    bench_time("core/S2", s2, NULL);
    bench_time("core/ML1", ml1, NULL);
    bench_time("core/ML2", ml2, NULL);
    bench_time("core/ML3", ml3, NULL);
    bench_time("core/FE", fe, NULL);
    bench_row(&(bench_row_spec){.what = "core/g1_mul", .ours = our_m1, .reference_name = "M1 + A", .reference = m1_a,
                                .goal = BENCH_AT_MOST, .target = 1.10});
    bench_row(&(bench_row_spec){.what = "core/g2_parse", .ours = our_s2, .reference_name = "S2", .reference = s2,
                                .goal = BENCH_AT_MOST, .target = 1.10});
    bench_row(&(bench_row_spec){.what = "core/pairing_check2", .ours = our_check, .reference_name = "ML2 + FE",
                                .reference = ml2_fe, .goal = BENCH_AT_MOST, .target = 1.10});
}
