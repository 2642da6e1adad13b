/* A public key in both groups, tied together, with a proof that its owner knows the secret:
 *
 *   one = x G1    two = x G2    proof = x H_G1(ctx || one || two)
 *   e(one, G2) = e(G1, two)     e(proof, G2) = e(H_G1(ctx || one || two), two)
 *
 * What shares are encrypted to (pve), and what dealings are masked with (dkg). The context and the tag say what the key
 * is for, so a proof made for one use is worth nothing in another. Design 4 and 5. */
#ifndef UR_CORE_PVE_TWIN_H
#define UR_CORE_PVE_TWIN_H

#include "core/bls/ops.h"

#define UR_TWIN_CONTEXT_MAX 512
/* one, two and proof, in this order. */
#define UR_TWIN_BYTES (UR_G1_BYTES + UR_G2_BYTES + UR_G1_BYTES)

typedef struct ur_twin {
    ur_g1 one;
    ur_g2 two;
} ur_twin;

/* Make the key of x and its proof. key may be NULL. tag is one that hashes to G1; ctx at most UR_TWIN_CONTEXT_MAX, else
 * UR_E_LIMIT and zeros. UR_E_USAGE and zeros for x = 0. Constant time in x. */
UR_MUST_USE ur_status ur_twin_make(uint8_t out[UR_TWIN_BYTES], ur_twin *key, const ur_scalar *x, ur_tag tag,
                                   ur_span ctx);

/* A key that was not checked yet, as read from bytes: the points are points and not infinity, nothing more; and nobody
 * has asked yet whether the proof is in the subgroup. */
typedef struct ur_twin_claim {
    ur_twin key;
    ur_e1 proof;
    ur_g1 hash; /* H_G1(ctx || one || two) */
} ur_twin_claim;

/* UR_E_INPUT if a point is none; UR_E_LIMIT on ctx. */
UR_MUST_USE ur_status ur_twin_read(ur_twin_claim *out, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx);
/* UR_OK if both equations hold, else UR_E_PROOF; UR_E_INPUT if the proof is outside the subgroup. */
UR_MUST_USE ur_status ur_twin_check_var(const ur_twin_claim *claim);
/* The same for n claims in one product of n + 1 pairings. weights: n + 1 times 16 bytes that nobody could foresee who
 * chose the claims. UR_E_PROOF says that some claim is bad, not which. Of the proofs only their weighted sum is asked
 * for its subgroup: a part outside of it that goes unnoticed is one without which the proof holds.
 * scratch: ur_twin_batch_scratch_bytes(n), aligned to 16. */
size_t ur_twin_batch_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_twin_batch_check_var(const ur_twin_claim *claims, size_t n, const uint8_t *weights,
                                              void *scratch);
/* Read and check in one. On failure the key is zeroed. */
UR_MUST_USE ur_status ur_twin_parse_var(ur_twin *out, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx);

/* The same check as a ledger makes it, on encodings: UR_OK, UR_E_INPUT, UR_E_PROOF, UR_E_LIMIT. */
UR_MUST_USE ur_status ur_twin_admit(const ur_curve_ops *ops, const uint8_t in[UR_TWIN_BYTES], ur_tag tag, ur_span ctx);

#endif
