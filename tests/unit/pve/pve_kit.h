/* Random scalars and a little committee for the tests of pve. */
#ifndef UR_TESTS_UNIT_PVE_KIT_H
#define UR_TESTS_UNIT_PVE_KIT_H

#include "tests/test.h"

#include "core/pve/pve.h"

static inline ur_scalar kit_scalar(test_rng *rng)
{
    uint8_t wide[UR_SCALAR_WIDE_BYTES];
    ur_scalar s;
    test_rng_bytes(rng, wide, sizeof wide);
    ur_scalar_from_wide(&s, wide, sizeof wide);
    return s;
}

/* A point of the curve outside the subgroup, as blst gives it when it is not asked to look. */
static inline ur_g1 kit_g1_outside(void)
{
    const uint8_t x4[UR_G1_BYTES] = {0x80, [UR_G1_BYTES - 1] = 4};
    ur_g1 p;
    assert_int_equal(blst_p1_uncompress(&p.v, x4), BLST_SUCCESS);
    assert_false(blst_p1_affine_in_g1(&p.v));
    return p;
}

static inline ur_g2 kit_g2_outside(void)
{
    ur_g2 q;
    uint8_t x[UR_G2_BYTES] = {0x80};
    for (uint8_t i = 1; i < 50; i++) {
        x[UR_G2_BYTES - 1] = i;
        if (blst_p2_uncompress(&q.v, x) == BLST_SUCCESS && !blst_p2_affine_in_g2(&q.v)) {
            return q;
        }
    }
    fail_msg("no point outside G2 among the first");
    return q;
}

/* Keypers 1..KIT_N with shares of a random polynomial of degree KIT_T - 1. */
enum { KIT_T = 3, KIT_N = 5 };
typedef struct kit {
    ur_scalar s[KIT_N + 1]; /* s[0] is the master secret */
    ur_g1 p[KIT_N + 1];
} kit;

static inline kit kit_new(test_rng *rng)
{
    kit k;
    ur_scalar a[KIT_T], x;
    for (int i = 0; i < KIT_T; i++) {
        a[i] = kit_scalar(rng);
    }
    for (int i = 0; i <= KIT_N; i++) {
        ur_scalar_from_u64(&x, (uint64_t)i);
        k.s[i] = a[KIT_T - 1];
        for (int j = KIT_T - 2; j >= 0; j--) {
            ur_scalar_mul(&k.s[i], &k.s[i], &x);
            ur_scalar_add(&k.s[i], &k.s[i], &a[j]);
        }
        ur_g1_mul(&k.p[i], ur_g1_generator(), &k.s[i]);
    }
    return k;
}

static inline ur_g2 kit_key_share(const kit *k, int i, ur_span id)
{
    ur_g2 d;
    ur_hash_to_g2(&d, UR_TAG_IDENTITY, id);
    ur_g2_mul(&d, &d, &k->s[i]);
    return d;
}

#endif
