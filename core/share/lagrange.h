/* Lagrange's coefficients, as scalars and as small integers over one common factor.
 *
 * l_i(z) = product over j != i of (z - x_j) / (x_i - x_j). Everything here is variable time: indices are public. */
#ifndef UR_CORE_SHARE_LAGRANGE_H
#define UR_CORE_SHARE_LAGRANGE_H

#include "core/share/share.h"

/* x[i] = 1 / x[i] for i < n by one inversion; none may be 0. products: room for n scalars. */
void ur_scalar_inverse_all(ur_scalar *x, size_t n, ur_scalar *products);

/* out[i] = l_i(at) for the n >= 1 indices x. at may be one of them. work: room for n scalars.
 * UR_E_INPUT and zeros if an index is out of range or appears twice, or n = 0. */
UR_MUST_USE ur_status ur_share_lagrange_var(ur_scalar *out, const uint32_t *x, size_t n, const ur_scalar *at,
                                            ur_scalar *work);

/* The coefficients at 0 in the form in which sums of points are cheapest: l_i(0) = +-k_i * common. For indices up to
 * UR_SHARE_SMALL_INDEX the k_i are integers without common divisor (cleared denominators), often much smaller than
 * the order: 9 bits for 1..11, about 16 for 11 of 16, 170 for 67 of 100. Where that gains nothing they are the
 * coefficients themselves, and common is 1. */
#define UR_SHARE_SMALL_INDEX 256u

typedef struct ur_share_weights {
    uint8_t *k; /* n integers of (bits + 7) / 8 bytes each, little-endian */
    uint8_t *negative;
    size_t n;
    size_t bits;
    ur_scalar common;
    bool common_is_one;
} ur_share_weights;

/* memory: ur_share_weights_bytes(n), aligned to 16; the weights live in it.
 * UR_E_INPUT if an index is out of range or appears twice, or n = 0. */
size_t ur_share_weights_bytes(size_t n);
UR_MUST_USE ur_status ur_share_weights_var(ur_share_weights *out, const uint32_t *x, size_t n, void *memory);

/* out = sum of l_i(0) ps[i]; out may be one of them. Points may be infinity.
 * scratch: ur_share_sum_scratch_bytes(n), aligned to 16. */
size_t ur_share_sum_scratch_bytes(size_t n);
void ur_share_sum_g1_var(ur_g1 *out, const ur_share_weights *w, const ur_g1 *const ps[], void *scratch);
void ur_share_sum_g2_var(ur_g2 *out, const ur_share_weights *w, const ur_g2 *const ps[], void *scratch);

#endif
