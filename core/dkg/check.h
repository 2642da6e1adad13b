/* What a ledger checks when a message arrives: only what sums of points, pairings and hashes can say (core/bls/ops.h).
 * Variable time, public data only.
 *
 * UR_E_INPUT for what is no point of the group, or infinity; UR_E_PROOF for an equation that does not hold. */
#ifndef UR_CORE_DKG_CHECK_H
#define UR_CORE_DKG_CHECK_H

#include "core/bls/ops.h"
#include "core/dkg/message.h"

/* e(one, G2) = e(G1, two) and e(proof, G2) = e(H_G1(context | one | two), two) */
UR_MUST_USE ur_status ur_dkg_join_admit(const ur_curve_ops *ops, const ur_dkg_join *join);

/* Every A_k a point; e(G1, proof) = e(A_0, H) and e(G1, proof') = e(R, H), H = H_G2(session | dealer | R | body).
 * The second says that the dealer knows r and means this dealing. Without it a copied R would turn honest disputes into
 * an oracle for honest dealers' shares. */
UR_MUST_USE ur_status ur_dkg_deal_admit(const ur_curve_ops *ops, const ur_dkg_message *m);

typedef enum ur_dkg_ruling {
    UR_DKG_NO_RULING = 0,
    UR_DKG_DEALER_OUT,  /* the share contradicts the commitments or is no scalar */
    UR_DKG_ACCUSER_OUT, /* K is not e_j R_i, or the share is right */
} ur_dkg_ruling;

/* Settle a dispute from public data alone: open the one masked share with the K that the accuser published.
 *   deal      already admitted, of the dealer that the dispute names
 *   accuser   1..deal->n, the sender of the dispute
 *   e1, e2    the accuser's twin key, already admitted
 * UR_OK with a ruling; UR_E_INPUT without one if K is no point. About t log2(accuser) / 3 + 90 sums of points where the
 * ledger offers nothing better. */
UR_MUST_USE ur_status ur_dkg_dispute_settle(const ur_curve_ops *ops, ur_dkg_ruling *out, const ur_dkg_message *deal,
                                            uint32_t accuser, const uint8_t e1[UR_G1_BYTES],
                                            const uint8_t e2[UR_G2_BYTES], const uint8_t k[UR_G1_BYTES]);

#endif
