/* BLS12-381 as types that cannot be wrong, over blst.
 *
 * A ur_g1 or ur_g2 that came from bytes has passed every check (exact length, canonical coordinate, on the curve, in the
 * subgroup of prime order, not infinity), so functions that take one do not check again. Only results of arithmetic can
 * be infinity; ask with ..._is_inf. Encodings are the compressed ZCash form, big-endian (FairyRing reference 1.3).
 *
 * Constant time in scalars and points unless the name ends in _var. Where blst branches on a public fact of its own
 * (Z = 1 in affine conversion, infinity) see tests/ctime/DECLASSIFIED.md. No allocation. */
#ifndef UR_CORE_BLS_BLS_H
#define UR_CORE_BLS_BLS_H

#include "core/base/span.h"

#include <blst.h>

#define UR_SCALAR_BYTES 32
#define UR_SCALAR_BITS 255
#define UR_G1_BYTES 48
#define UR_G2_BYTES 96
#define UR_GT_BYTES 576
/* Random bytes that ur_scalar_from_wide wants, so that the bias is below 2^-128. */
#define UR_SCALAR_WIDE_BYTES 48

typedef struct ur_scalar {
    blst_fr v;
} ur_scalar;
typedef struct ur_g1 {
    blst_p1_affine v;
} ur_g1;
typedef struct ur_g2 {
    blst_p2_affine v;
} ur_g2;
typedef struct ur_gt {
    blst_fp12 v;
} ur_gt;

/* ---- scalars modulo the group order ---- */

/* 32 bytes big-endian; UR_E_INPUT and zero when >= the order. Zero is a scalar; where it must not be, look. */
UR_MUST_USE ur_status ur_scalar_parse(ur_scalar *out, const uint8_t be[UR_SCALAR_BYTES]);
void ur_scalar_write(uint8_t be[UR_SCALAR_BYTES], const ur_scalar *a);
/* Little-endian, as the multi-scalar sums of msm.h take them. */
void ur_scalar_write_le(uint8_t le[UR_SCALAR_BYTES], const ur_scalar *a);
/* Big-endian bytes of any length, reduced. For uniform scalars give UR_SCALAR_WIDE_BYTES random bytes. */
void ur_scalar_from_wide(ur_scalar *out, const uint8_t *be, size_t n);
void ur_scalar_from_u64(ur_scalar *out, uint64_t x);
void ur_scalar_add(ur_scalar *out, const ur_scalar *a, const ur_scalar *b);
void ur_scalar_sub(ur_scalar *out, const ur_scalar *a, const ur_scalar *b);
void ur_scalar_mul(ur_scalar *out, const ur_scalar *a, const ur_scalar *b);
void ur_scalar_neg(ur_scalar *out, const ur_scalar *a);
/* 1/a, and 0 for 0. */
void ur_scalar_inverse(ur_scalar *out, const ur_scalar *a);
/* UR_OK if equal, else UR_E_PROOF. */
UR_MUST_USE ur_status ur_scalar_eq(const ur_scalar *a, const ur_scalar *b);
/* Public scalars only. */
bool ur_scalar_is_zero_var(const ur_scalar *a);

/* ---- points ---- */

/* UR_E_INPUT on any failed check, infinity included; out is zeroed. */
UR_MUST_USE ur_status ur_g1_parse(ur_g1 *out, const uint8_t in[UR_G1_BYTES]);
UR_MUST_USE ur_status ur_g2_parse(ur_g2 *out, const uint8_t in[UR_G2_BYTES]);
void ur_g1_write(uint8_t out[UR_G1_BYTES], const ur_g1 *p);
void ur_g2_write(uint8_t out[UR_G2_BYTES], const ur_g2 *p);

/* A point of the curve of G1, or of G2, of which nobody has asked yet whether it is in the subgroup. Asking costs as much
 * as all the rest of reading a point, and where many points only count as sums, it is enough to ask for the sums (dkg). */
typedef struct ur_e1 {
    blst_p1_affine v;
} ur_e1;
typedef struct ur_e2 {
    blst_p2_affine v;
} ur_e2;
/* All checks of ur_g1_parse, ur_g2_parse but the one for the subgroup. */
UR_MUST_USE ur_status ur_e1_parse_var(ur_e1 *out, const uint8_t in[UR_G1_BYTES]);
UR_MUST_USE ur_status ur_e2_parse_var(ur_e2 *out, const uint8_t in[UR_G2_BYTES]);
/* UR_OK if p is in the subgroup, where infinity is too; else UR_E_INPUT and zeros. */
UR_MUST_USE ur_status ur_g1_from_e1_var(ur_g1 *out, const ur_e1 *p);
UR_MUST_USE ur_status ur_g2_from_e2_var(ur_g2 *out, const ur_e2 *p);
void ur_e1_neg(ur_e1 *out, const ur_e1 *a);
bool ur_e1_eq_g1_var(const ur_e1 *p, const ur_g1 *q);

const ur_g1 *ur_g1_generator(void);
const ur_g2 *ur_g2_generator(void);
const ur_g1 *ur_g1_minus_generator(void);
const ur_g2 *ur_g2_minus_generator(void);

/* out = s * p. out may be p. */
void ur_g1_mul(ur_g1 *out, const ur_g1 *p, const ur_scalar *s);
void ur_g2_mul(ur_g2 *out, const ur_g2 *p, const ur_scalar *s);
/* out = a + s * p with one inversion. out may be a or p. */
void ur_g2_add_mul(ur_g2 *out, const ur_g2 *a, const ur_g2 *p, const ur_scalar *s);
void ur_g1_add(ur_g1 *out, const ur_g1 *a, const ur_g1 *b);
void ur_g2_add(ur_g2 *out, const ur_g2 *a, const ur_g2 *b);
void ur_g1_neg(ur_g1 *out, const ur_g1 *a);
void ur_g2_neg(ur_g2 *out, const ur_g2 *a);
/* UR_OK if equal, else UR_E_PROOF; constant time. */
UR_MUST_USE ur_status ur_g1_eq(const ur_g1 *a, const ur_g1 *b);
/* Constant time; the answer becomes public. */
bool ur_g1_is_inf(const ur_g1 *p);
bool ur_g2_is_inf(const ur_g2 *p);
bool ur_g1_eq_var(const ur_g1 *a, const ur_g1 *b);
bool ur_g2_eq_var(const ur_g2 *a, const ur_g2 *b);

/* ---- hashing to the curve: only under a tag of tags.def ---- */

typedef enum ur_tag {
#define UR_TAG(name, group, text) UR_TAG_##name,
#include "core/bls/tags.def"
#undef UR_TAG
    UR_TAG_COUNT
} ur_tag;

/* The tag's text, and the group it hashes to (1 or 2). */
ur_span ur_tag_text(ur_tag tag);
int ur_tag_group(ur_tag tag);
/* RFC 9380 hash_to_curve, SSWU, random-oracle form. A tag of the other group is a broken invariant and traps. */
void ur_hash_to_g1(ur_g1 *out, ur_tag tag, ur_span msg);
void ur_hash_to_g2(ur_g2 *out, ur_tag tag, ur_span msg);

/* ---- pairing (optimal ate, cubed as blst, kilic and FairyRing have it) ---- */

void ur_pairing(ur_gt *out, const ur_g1 *p, const ur_g2 *q);
/* 576 bytes, highest coefficient first (FairyRing reference 1.3): a form that blst itself does not write. */
void ur_gt_write(uint8_t out[UR_GT_BYTES], const ur_gt *a);
/* UR_OK if the product of e(ps[i], qs[i]) over i < n is 1, else UR_E_PROOF. Infinity on either side counts as a factor
 * of 1. n = 0 is UR_OK. Of the points only that and the verdict become public. About 7 KiB of stack: pairs are taken 16 at a time. */
UR_MUST_USE ur_status ur_pairing_check_var(const ur_g1 *const ps[], const ur_g2 *const qs[], size_t n);

#endif
