#include "core/bls/msm.h"

/* blst reads lists of pointers to its own points; ours are structs of exactly one of them. */
_Static_assert(sizeof(ur_g1) == sizeof(blst_p1_affine) && sizeof(ur_g2) == sizeof(blst_p2_affine), "one point each");

size_t ur_msm_scratch_bytes(size_t n)
{
    return n == 0 ? 0 : blst_p2s_mult_pippenger_scratch_sizeof(n); /* the larger of the two groups */
}

void ur_g1_msm_var(ur_g1 *out, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    const uint8_t *const scalars[2] = {k, NULL}; /* NULL: the rest follows the first */
    blst_p1 sum = {0};
    if (n > 0) {
        blst_p1s_mult_pippenger(&sum, (const blst_p1_affine *const *)ps, n, scalars, bits, scratch);
    }
    blst_p1_to_affine(&out->v, &sum);
}

void ur_g2_msm_var(ur_g2 *out, const ur_g2 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch)
{
    const uint8_t *const scalars[2] = {k, NULL};
    blst_p2 sum = {0};
    if (n > 0) {
        blst_p2s_mult_pippenger(&sum, (const blst_p2_affine *const *)ps, n, scalars, bits, scratch);
    }
    blst_p2_to_affine(&out->v, &sum);
}

void ur_g1_sum_var(ur_g1 *out, const ur_g1 *const ps[], size_t n)
{
    blst_p1 sum = {0};
    blst_p1s_add(&sum, (const blst_p1_affine *const *)ps, n);
    blst_p1_to_affine(&out->v, &sum);
}

void ur_g2_sum_var(ur_g2 *out, const ur_g2 *const ps[], size_t n)
{
    blst_p2 sum = {0};
    blst_p2s_add(&sum, (const blst_p2_affine *const *)ps, n);
    blst_p2_to_affine(&out->v, &sum);
}
