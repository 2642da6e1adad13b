/* Publicly verifiable encrypted key shares: a keyper's share of the key for an identity, encrypted to one recipient, and
 * checked by everybody without any secret. Design 4.
 *
 *   recipient   pk1 = x G1, pk2 = x G2, with proof                        ur_pve_recipient_make, _parse_var
 *   keyper i    R = r G2, C = D_i + r pk2                                 ur_pve_make
 *   everybody   e(G1, C) = e(P_i, Q_id) e(pk1, R)                         ur_pve_check_var, _check_many_var, _admit
 *   recipient   D_i = C - x R                                             ur_pve_open
 *
 * Any (R, C) that passes opens to the right D_i, whatever r was. One r for two related keys gives D_i away, so r never
 * leaves ur_pve_make and depends on everything that may differ. No allocation. */
#ifndef UR_CORE_PVE_PVE_H
#define UR_CORE_PVE_PVE_H

#include "core/pve/twin.h"

#define UR_PVE_CHAIN_MAX 50
#define UR_PVE_CONTRACT_MAX 128
#define UR_PVE_ACCOUNT_MAX 128
#define UR_PVE_CONTEXT_MAX UR_TWIN_CONTEXT_MAX
#define UR_PVE_RECIPIENT_BYTES UR_TWIN_BYTES        /* pk1, pk2, proof of possession */
#define UR_PVE_SHARE_BYTES (UR_G2_BYTES + UR_G2_BYTES) /* R, C */
#define UR_PVE_IDENTITY_MAX 4096
#define UR_PVE_REQUEST_MAX 512
#define UR_PVE_NONCE_BYTES 32
#define UR_PVE_WEIGHT_BYTES 16
#define UR_PVE_BATCH_MAX 1024

/* ---- recipients ---- */

/* What a recipient's key is for. Texts are 1 to the maximum above, any bytes. */
typedef struct ur_pve_context {
    ur_span chain;
    ur_span contract;
    uint64_t vault;
    uint64_t epoch;
    bool registered;  /* a recovery key registered beforehand: request is not looked at */
    uint64_t request;
    ur_span account;
} ur_pve_context;

/* Its bytes: six fields with a 32-bit big-endian length each: chain, contract, vault, epoch, request in decimal or the
 * word "registered", account. UR_E_LIMIT and an empty span when a text is empty or too long. */
UR_MUST_USE ur_status ur_pve_context_write(uint8_t buf[UR_PVE_CONTEXT_MAX], ur_span *out, const ur_pve_context *ctx);

typedef ur_twin ur_pve_recipient; /* one is pk1, two is pk2 */

/* As in twin.h, under the tag for recipients. ctx is from ur_pve_context_write. */
static inline UR_MUST_USE ur_status ur_pve_recipient_make(uint8_t out[UR_PVE_RECIPIENT_BYTES], ur_pve_recipient *key,
                                                          const ur_scalar *x, ur_span ctx)
{
    return ur_twin_make(out, key, x, UR_TAG_RECIPIENT_POP, ctx);
}
static inline UR_MUST_USE ur_status ur_pve_recipient_parse_var(ur_pve_recipient *out,
                                                               const uint8_t in[UR_PVE_RECIPIENT_BYTES], ur_span ctx)
{
    return ur_twin_parse_var(out, in, UR_TAG_RECIPIENT_POP, ctx);
}
static inline UR_MUST_USE ur_status ur_pve_recipient_admit(const ur_curve_ops *ops,
                                                           const uint8_t in[UR_PVE_RECIPIENT_BYTES], ur_span ctx)
{
    return ur_twin_admit(ops, in, UR_TAG_RECIPIENT_POP, ctx);
}

/* ---- shares ---- */

typedef struct ur_pve_share {
    ur_g2 r;
    ur_g2 c;
} ur_pve_share;

/* UR_E_INPUT and zeros unless both are points and not infinity. */
UR_MUST_USE ur_status ur_pve_share_parse(ur_pve_share *out, const uint8_t in[UR_PVE_SHARE_BYTES]);
void ur_pve_share_write(uint8_t out[UR_PVE_SHARE_BYTES], const ur_pve_share *share);

/* What one encryption is for; all of it goes into its nonce. */
typedef struct ur_pve_use {
    uint64_t generation;
    uint32_t index;   /* the keyper's */
    ur_span identity; /* at most UR_PVE_IDENTITY_MAX */
    ur_span request;  /* at most UR_PVE_REQUEST_MAX: bytes that differ between requests, say the recipient's context */
} ur_pve_use;

/* Encrypt a key share D_i to a recipient.
 *   nonce_key  the keyper's own secret for this purpose alone
 *   fresh      32 random bytes, wiped before return: they serve once
 * r = HashToScalar(nonce_key || fresh || use, to), that is
 *   HKDF-SHA-256(secret nonce_key || fresh, salt "UNRUG-V1-PVE-NONCE", info SHA-256(generation as 8 bytes, index as 4,
 *   field(identity), pk1, pk2, field(request))), 48 bytes as a big-endian integer modulo the order,
 * integers big-endian, field() with a 32-bit length. So r is right if either of the two secrets is good. Write the
 * share's bytes to disk before publishing them, and publish those again after a crash.
 * UR_E_LIMIT and zeros when a text is too long. Constant time in key share and secrets. */
UR_MUST_USE ur_status ur_pve_make(ur_pve_share *out, const ur_g2 *key_share, const ur_pve_recipient *to,
                                  const uint8_t nonce_key[UR_PVE_NONCE_BYTES], uint8_t fresh[UR_PVE_NONCE_BYTES],
                                  const ur_pve_use *use);

/* One share with all it is checked against. */
typedef struct ur_pve_claim {
    const ur_pve_share *share;
    const ur_g1 *holder; /* P_i */
    const ur_g2 *q;      /* Q_id = ur_hash_to_g2(UR_TAG_IDENTITY, id) */
    const ur_g1 *to;     /* pk1 */
} ur_pve_claim;

/* UR_OK if the equation holds and nothing in it is infinity, else UR_E_PROOF. */
UR_MUST_USE ur_status ur_pve_check_var(const ur_pve_claim *claim);

/* Check n <= UR_PVE_BATCH_MAX claims with any mixture of keypers, recipients and identities in one product of pairings:
 * one pairing for all C, one for each identity, one for each recipient.
 *   bad      n bytes: 1 where a claim fails, found by halving, and 0 elsewhere
 *   weights  n times UR_PVE_WEIGHT_BYTES from the operating system, or NULL: then SHA-256 over all claims makes them
 *   scratch  ur_pve_check_many_scratch_bytes(n), aligned to 16
 * UR_OK if all hold; UR_E_PROOF if some do not; UR_E_LIMIT over the maximum, with bad all 1. A wrong claim passes with
 * probability 2^-128. */
size_t ur_pve_check_many_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_pve_check_many_var(const ur_pve_claim *claims, size_t n, uint8_t *bad, const uint8_t *weights,
                                            void *scratch);

/* The equation as a ledger checks it, on encodings. UR_E_INPUT for what is no point, or infinity. */
UR_MUST_USE ur_status ur_pve_admit(const ur_curve_ops *ops, const uint8_t share[UR_PVE_SHARE_BYTES],
                                   const uint8_t holder[UR_G1_BYTES], const uint8_t q[UR_G2_BYTES],
                                   const uint8_t to[UR_G1_BYTES]);

/* D_i = C - x R. The share must have been checked: otherwise the result is some point. Constant time in x. */
void ur_pve_open(ur_g2 *key_share, const ur_pve_share *share, const ur_scalar *x);

#endif
