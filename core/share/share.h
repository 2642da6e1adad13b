/* Shamir's secret sharing over the scalars with Feldman's commitments, and interpolation. Design 3 and 5.
 *
 *   polynomial    f(x) = a_0 + a_1 x + ... + a_(t-1) x^(t-1), secret a_0       ur_share_poly_draw
 *   share i       f(i)                                                         ur_share_poly_at
 *   commitments   A_k = a_k G1                                                 ur_share_commit
 *   public share  P_i = f(i) G1 = sum of i^k A_k                               ur_share_public, _public_at_var
 *   check         f(i) G1 = sum of i^k A_k                                     ur_share_check
 *   recover       f(z) = sum of l_i(z) f(i), l_i(z) = prod (z - j) / (i - j)   ur_share_recover, lagrange.h
 *
 * Indices are public, 1 to UR_SHARE_INDEX_MAX; they may be sparse. Constant time in polynomials and shares; variable in
 * indices, thresholds and commitments. No allocation. */
#ifndef UR_CORE_SHARE_SHARE_H
#define UR_CORE_SHARE_SHARE_H

#include "core/bls/bls.h"

#define UR_SHARE_INDEX_MAX 0x7fffffffu

/* A secret polynomial over its owner's memory. Wipe it with ur_share_poly_wipe. */
typedef struct ur_share_poly {
    ur_scalar *a; /* t coefficients; a[0] is the secret */
    size_t t;
} ur_share_poly;

/* One secret share: f(index). Wipe it with ur_wipe. */
typedef struct ur_share {
    ur_scalar s;
    uint32_t index;
} ur_share;

/* ---- dealing ---- */

/* A polynomial with the given secret, or with one of its own.
 *   a       memory for t coefficients, t >= 1; stays the caller's
 *   secret  NULL to draw one
 *   random  t * UR_SCALAR_WIDE_BYTES fresh random bytes, wiped before return
 * UR_E_USAGE on t = 0. */
UR_MUST_USE ur_status ur_share_poly_draw(ur_share_poly *out, ur_scalar *a, size_t t, const ur_scalar *secret,
                                         uint8_t *random);
void ur_share_poly_wipe(ur_share_poly *f);
/* out = f(index). UR_E_USAGE and zeros for an index out of range, 0 included: that would be the secret. */
UR_MUST_USE ur_status ur_share_poly_at(ur_share *out, const ur_share_poly *f, uint32_t index);
/* The t commitments. Infinity for a coefficient of 0. */
void ur_share_commit(ur_g1 *out, const ur_share_poly *f);

/* ---- shares ---- */

/* 32 bytes big-endian. UR_E_INPUT and zeros when the value is 0 or not below the order, or the index out of range. */
UR_MUST_USE ur_status ur_share_parse(ur_share *out, uint32_t index, const uint8_t be[UR_SCALAR_BYTES]);
/* The way out of the type. */
void ur_share_reveal(uint8_t be[UR_SCALAR_BYTES], const ur_share *share);
/* P = f(index) G1. */
void ur_share_public(ur_g1 *out, const ur_share *share);
/* P_index from t >= 1 commitments, which may be infinity. Variable time, public data. UR_E_USAGE on t or index. */
UR_MUST_USE ur_status ur_share_public_at_var(ur_g1 *out, const ur_g1 *commitments, size_t t, uint32_t index);
/* UR_OK if the share is what the t commitments say, else UR_E_PROOF; also when its public share is infinity.
 * UR_E_USAGE on t or index. */
UR_MUST_USE ur_status ur_share_check(const ur_share *share, const ur_g1 *commitments, size_t t);

/* out = f(at) from n shares of a polynomial of degree below n: with at = 0 the secret, else a lost share.
 * scratch: ur_share_recover_scratch_bytes(n), aligned to 16; it holds no secret afterwards.
 * UR_E_INPUT and zeros if an index is out of range or appears twice, or n = 0. */
size_t ur_share_recover_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_share_recover(ur_scalar *out, const ur_share *shares, size_t n, uint32_t at, void *scratch);

/* ---- public shares as a whole ---- */

/* Whether n + 1 points are the values at 0, 1, ..., n of one polynomial of degree below t in the exponent: points[0] is
 * the public key, points[i] the public share of member i. The values are multiplied with a random word of the dual code
 * (Cascudo and David, SCRAPE, 2017, section 2.1): sum of v_i q(i) points[i] = 0 with v_i = product of 1 / (i - j) and
 * deg q = n - t.
 *   random   UR_SCALAR_WIDE_BYTES bytes that nobody could foresee who chose the points
 *   scratch  ur_share_fit_scratch_bytes(n), aligned to 16
 * UR_OK, or UR_E_PROOF; a wrong set passes with probability below n / 2^254. UR_E_USAGE unless 1 <= t <= n. */
size_t ur_share_fit_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_share_fit_check_var(const ur_g1 *const points[], size_t t, size_t n,
                                             const uint8_t random[UR_SCALAR_WIDE_BYTES], void *scratch);

#endif
