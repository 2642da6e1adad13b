/* Sums of many points, and of many multiples of points, at a fraction of what one by one costs.
 *
 * Everything here is variable time and for public data only. Results may be infinity. Points may be infinity and may
 * repeat. blst takes up to 150 KiB of stack for fewer than 32 points and for plain sums (45 KiB in the contract). */
#ifndef UR_CORE_BLS_MSM_H
#define UR_CORE_BLS_MSM_H

#include "core/bls/bls.h"

/* Bytes of scratch, aligned to 16, that a multi-scalar multiplication of up to n points in either group wants. */
size_t ur_msm_scratch_bytes(size_t n);

/* out = sum of k[i] * ps[i] for i < n; n = 0 gives infinity.
 *   k     n scalars of (bits + 7) / 8 bytes each, one after the other, LITTLE-endian, each below 2^bits
 *   bits  1..255 */
void ur_g1_msm_var(ur_g1 *out, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch);
void ur_g2_msm_var(ur_g2 *out, const ur_g2 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch);

/* Results one by one, but with one inversion in all, for i < n; k as above. out must not hold any of ps.
 * scratch: ur_g1_scale_scratch_bytes(n), aligned to 16.
 *   scale   out[i] = k[i] * (ps[i] + plus)
 *   pairs   out[i] = k[2i] * ps[2i] + k[2i + 1] * ps[2i + 1]; bits is even */
size_t ur_g1_scale_scratch_bytes(size_t n);
void ur_g1_scale_var(ur_g1 *out, const ur_g1 *const ps[], const ur_g1 *plus, const uint8_t *k, size_t bits, size_t n,
                     void *scratch);
void ur_g1_scale_pairs_var(ur_g1 *out, const ur_g1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch);

/* out = sum of ps[i] for i < n; n = 0 gives infinity. */
void ur_g1_sum_var(ur_g1 *out, const ur_g1 *const ps[], size_t n);
void ur_g2_sum_var(ur_g2 *out, const ur_g2 *const ps[], size_t n);

/* Polynomials with point coefficients: out[i] = sum over k < t of x^k a[k] at x = first + i, for i < count. Meant for
 * small x, 1 <= first and first + count <= 2^31; t >= 1. scratch: ur_g1_poly_scratch_bytes(count), aligned to 16. */
size_t ur_g1_poly_scratch_bytes(size_t count);
void ur_g1_poly_var(ur_g1 *out, const ur_g1 *a, size_t t, uint32_t first, size_t count, void *scratch);

/* The same over points of the curve that may be outside the subgroup. */
void ur_e1_msm_var(ur_e1 *out, const ur_e1 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch);
void ur_e2_msm_var(ur_e2 *out, const ur_e2 *const ps[], const uint8_t *k, size_t bits, size_t n, void *scratch);
void ur_e1_sum_var(ur_e1 *out, const ur_e1 *const ps[], size_t n);
void ur_e1_poly_var(ur_e1 *out, const ur_e1 *a, size_t t, uint32_t first, size_t count, void *scratch);

#endif
