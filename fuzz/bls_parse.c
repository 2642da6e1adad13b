/* 32 bytes are read as a scalar, 48 as a point of G1, 96 as one of G2. What is accepted is written again as the same bytes and
 * lies in the group; what is refused leaves zeros. */
#include "fuzz/fuzz.h"

#include "core/bls/bls.h"

static bool zeros(const void *p, size_t n)
{
    uint8_t all = 0;
    for (size_t i = 0; i < n; i++) {
        all |= ((const uint8_t *)p)[i];
    }
    return all == 0;
}

static void scalar(const uint8_t *in)
{
    ur_scalar s;
    uint8_t out[UR_SCALAR_BYTES];
    if (ur_scalar_parse(&s, in) != UR_OK) {
        FUZZ_REQUIRE(zeros(&s, sizeof s));
        return;
    }
    ur_scalar_write(out, &s);
    FUZZ_REQUIRE(ur_eq_var(out, in, sizeof out));
    ur_scalar negative, sum;
    ur_scalar_neg(&negative, &s);
    ur_scalar_add(&sum, &negative, &s);
    FUZZ_REQUIRE(ur_scalar_is_zero_var(&sum));
}

static void g1(const uint8_t *in)
{
    ur_g1 p, negative, sum;
    uint8_t out[UR_G1_BYTES];
    if (ur_g1_parse(&p, in) != UR_OK) {
        FUZZ_REQUIRE(zeros(&p, sizeof p));
        return;
    }
    ur_g1_write(out, &p);
    FUZZ_REQUIRE(ur_eq_var(out, in, sizeof out) && !ur_g1_is_inf(&p) && blst_p1_affine_in_g1(&p.v));
    ur_g1_neg(&negative, &p);
    ur_g1_add(&sum, &p, &negative);
    FUZZ_REQUIRE(ur_g1_is_inf(&sum));
}

static void g2(const uint8_t *in)
{
    ur_g2 p, negative, sum;
    uint8_t out[UR_G2_BYTES];
    if (ur_g2_parse(&p, in) != UR_OK) {
        FUZZ_REQUIRE(zeros(&p, sizeof p));
        return;
    }
    ur_g2_write(out, &p);
    FUZZ_REQUIRE(ur_eq_var(out, in, sizeof out) && !ur_g2_is_inf(&p) && blst_p2_affine_in_g2(&p.v));
    ur_g2_neg(&negative, &p);
    ur_g2_add(&sum, &p, &negative);
    FUZZ_REQUIRE(ur_g2_is_inf(&sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == UR_SCALAR_BYTES) {
        scalar(data);
    } else if (size == UR_G1_BYTES) {
        g1(data);
    } else if (size == UR_G2_BYTES) {
        g2(data);
    }
    return 0;
}
