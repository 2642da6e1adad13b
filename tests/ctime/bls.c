#include "tests/ctime/ctime.h"

#include "core/bls/bls.h"

static void secret_scalar(ur_scalar *s)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ctime_secret(wide, sizeof wide);
    ur_scalar_from_wide(s, wide, sizeof wide);
}

static void scalar_bytes(void)
{
    uint8_t be[UR_SCALAR_BYTES];
    ur_scalar s;
    ctime_fill(be, sizeof be);
    be[0] = 0x12;
    ctime_mark(be, sizeof be);
    ctime_ok(ur_scalar_parse(&s, be), "scalar_parse");
    ur_scalar_write(be, &s);
}

static void scalar_wide(void)
{
    ur_scalar s;
    secret_scalar(&s);
}

static void scalar_arithmetic(void)
{
    ur_scalar a, b, c;
    secret_scalar(&a);
    secret_scalar(&b);
    ur_scalar_add(&c, &a, &b);
    ur_scalar_sub(&c, &c, &a);
    ur_scalar_mul(&c, &c, &b);
    ur_scalar_neg(&c, &c);
    if (ur_scalar_eq(&a, &c) == UR_OK) {
        ctime_ok(UR_E_INTERNAL, "scalar_eq");
    }
}

static void scalar_inverse(void)
{
    ur_scalar a;
    secret_scalar(&a);
    ur_scalar_inverse(&a, &a);
}

/* Multiplication by a secret, then again from the secret point, then to bytes. */
static void g1_mul(void)
{
    ur_scalar s;
    ur_g1 p;
    uint8_t out[UR_G1_BYTES];
    secret_scalar(&s);
    ur_g1_mul(&p, ur_g1_generator(), &s);
    ur_g1_mul(&p, &p, &s);
    ur_g1_write(out, &p);
}

static void g2_mul(void)
{
    ur_scalar s;
    ur_g2 p;
    uint8_t out[UR_G2_BYTES];
    secret_scalar(&s);
    ur_g2_mul(&p, ur_g2_generator(), &s);
    ur_g2_mul(&p, &p, &s);
    ur_g2_write(out, &p);
}

static void g2_add_mul(void)
{
    ur_scalar s;
    ur_g2 p, q;
    secret_scalar(&s);
    ur_g2_mul(&p, ur_g2_generator(), &s);
    ur_g2_add_mul(&q, &p, ur_g2_generator(), &s);
}

static void point_sums(void)
{
    ur_scalar s;
    ur_g1 p;
    ur_g2 q;
    secret_scalar(&s);
    ur_g1_mul(&p, ur_g1_generator(), &s);
    ur_g2_mul(&q, ur_g2_generator(), &s);
    ur_g1_add(&p, &p, ur_g1_generator());
    ur_g2_add(&q, &q, ur_g2_generator());
    ur_g1_neg(&p, &p);
    ur_g2_neg(&q, &q);
}

/* A key from a file is a secret point. */
static void g2_parse(void)
{
    uint8_t bytes[UR_G2_BYTES];
    ur_scalar s;
    ur_g2 p;
    ur_scalar_from_u64(&s, 12345);
    ur_g2_mul(&p, ur_g2_generator(), &s);
    ur_g2_write(bytes, &p);
    ctime_mark(bytes, sizeof bytes);
    ctime_ok(ur_g2_parse(&p, bytes), "g2_parse");
}

static void pairing(void)
{
    ur_scalar s;
    ur_g2 q;
    ur_gt gt;
    uint8_t out[UR_GT_BYTES];
    secret_scalar(&s);
    ur_g2_mul(&q, ur_g2_generator(), &s);
    ur_pairing(&gt, ur_g1_generator(), &q);
    ur_gt_write(out, &gt);
}

const ctime_entry ctime_bls[] = {
    {"ur_scalar_parse, ur_scalar_write", scalar_bytes},
    {"ur_scalar_from_wide", scalar_wide},
    {"ur_scalar_add, _sub, _mul, _neg, _eq", scalar_arithmetic},
    {"ur_scalar_inverse", scalar_inverse},
    {"ur_g1_mul, ur_g1_write", g1_mul},
    {"ur_g2_mul, ur_g2_write", g2_mul},
    {"ur_g2_add_mul", g2_add_mul},
    {"ur_g1_add, ur_g2_add, _neg", point_sums},
    {"ur_g2_parse", g2_parse},
    {"ur_pairing, ur_gt_write", pairing},
    {0},
};
