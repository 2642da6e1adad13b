/* The few things a contract can do with points, on their encodings: so one source of every public check runs natively
 * over blst and on a chain over its host functions (CosmWasm VM 2.1 and later), which offer no scalar multiplication.
 *
 * Encodings are the compressed ones of bls.h. As on chains, infinity (first byte c0) counts as a valid point here: the
 * callers refuse it with ur_encoding_is_inf where it must not be. Variable time, public data only.
 * Each function returns UR_E_INPUT for bytes that are no point of the prime-order subgroup, with outputs zeroed. */
#ifndef UR_CORE_BLS_OPS_H
#define UR_CORE_BLS_OPS_H

#include "core/bls/bls.h"

typedef struct ur_curve_ops {
    void *self; /* handed to each function */
    /* out = sum of n >= 1 points that lie one after the other; they may repeat. out may be one of them. */
    ur_status (*g1_sum)(void *self, uint8_t out[UR_G1_BYTES], const uint8_t *points, size_t n);
    /* out = k * p, k 32 bytes big-endian below the order. NULL where the chain has none: ur_curve_g1_mul adds instead. */
    ur_status (*g1_mul)(void *self, uint8_t out[UR_G1_BYTES], const uint8_t p[UR_G1_BYTES],
                        const uint8_t k[UR_SCALAR_BYTES]);
    /* Hash to the group that the tag names: 48 or 96 bytes. */
    ur_status (*hash)(void *self, uint8_t *out, ur_tag tag, ur_span msg);
    /* UR_OK if the product of e(ps[i], qs[i]) over i < n equals e(r, s), else UR_E_PROOF. */
    ur_status (*pairing_equal)(void *self, const uint8_t *ps, const uint8_t *qs, size_t n, const uint8_t r[UR_G1_BYTES],
                               const uint8_t s[UR_G2_BYTES]);
} ur_curve_ops;

/* Over blst. */
const ur_curve_ops *ur_curve_ops_native(void);

/* k * p by g1_mul, or where there is none by sums of at most 15 points: one for each three bits of k below its leading
 * zeros. k is below the order; p is a point already checked (with k = 0 nothing looks at it). */
UR_MUST_USE ur_status ur_curve_g1_mul(const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES], const uint8_t p[UR_G1_BYTES],
                                      const uint8_t k[UR_SCALAR_BYTES]);

/* UR_OK if e(p[i], q[i]) = e(r[i], s) for both i, UR_E_INPUT if anything is no point, else UR_E_PROOF. Where there is g1_mul, as
 * one equation: the second one to the power of the first 128 bits of SHA-256 over all of it, times the first. Two that do not
 * hold pass as one with probability 2^-128. */
UR_MUST_USE ur_status ur_curve_two_equal(const ur_curve_ops *ops, const uint8_t *const p[2], const uint8_t *const q[2],
                                         const uint8_t *const r[2], const uint8_t s[UR_G2_BYTES]);

/* Whether 32 bytes, big-endian, are below the order: a scalar. */
bool ur_encoding_is_scalar(const uint8_t be[UR_SCALAR_BYTES]);
/* The generators' encodings, and whether an encoding (of either group) says infinity. */
const uint8_t *ur_g1_generator_bytes(void);
const uint8_t *ur_g2_generator_bytes(void);
static inline bool ur_encoding_is_inf(const uint8_t *point) { return (point[0] & 0x40) != 0; }

#endif
