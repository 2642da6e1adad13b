/* Threshold identity-based encryption, exactly FairyRing's scheme (reference sections 1 and 3), which with 16-byte
 * messages is drand's timelock scheme for networks whose public key is in G1. Design 3.
 *
 *   identity   Q = HashToG2(id)                                              ur_tibe_id_hash
 *   member i   D_i = s_i Q                                                   ur_tibe_extract
 *   everybody  e(P_i, Q) = e(G1, D_i)                                        ur_tibe_ks_check_var, _check_many_var
 *   everybody  D = sum of l_i D_i, e(MPK, Q) = e(G1, D)                      ur_tibe_combine_var, _key_check_var
 *   sender     r = H3(sigma, m)  U = r G1  V = sigma + H2(e(r MPK, Q))  W = m + H4(sigma)     ur_tibe_encrypt
 *   holder     sigma = V + H2(e(U, D))  m = W + H4(sigma), and only if H3(sigma, m) G1 = U    ur_tibe_decrypt
 *
 * A point of these types has passed the parser; infinity, which arithmetic could still make, is refused by every
 * function. Constant time in shares, keys, messages and sigma (H3 tries hashes until one is below the order; how often
 * is public, see tests/ctime/DECLASSIFIED.md). No allocation; about 8 KiB of stack unless stated. */
#ifndef UR_CORE_TIBE_TIBE_H
#define UR_CORE_TIBE_TIBE_H

#include "core/share/share.h"

#define UR_TIBE_ID_MAX 4096
#define UR_TIBE_MSG_MAX 32
#define UR_TIBE_CT_BYTES(n) (UR_G1_BYTES + 2 * (n)) /* U, V, W for a message of n bytes */
#define UR_TIBE_CT_MAX UR_TIBE_CT_BYTES(UR_TIBE_MSG_MAX)
#define UR_TIBE_WEIGHT_BYTES 16
#define UR_TIBE_MEMBERS_MAX 1024

/* MPK, or a member's public share P_i. */
typedef struct ur_tibe_pub {
    ur_g1 p;
} ur_tibe_pub;

/* An identity, hashed. */
typedef struct ur_tibe_id {
    ur_g2 q;
} ur_tibe_id;

/* A key share D_i; secret until it is released. */
typedef struct ur_tibe_ks {
    ur_g2 d;
    uint32_t index;
} ur_tibe_ks;

/* The key of an identity; secret until it is released. */
typedef struct ur_tibe_key {
    ur_g2 d;
} ur_tibe_key;

/* What is encrypted: a secret of 16 or 32 bytes, as a rule a file key. Wipe it with ur_wipe. */
typedef struct ur_tibe_msg {
    uint8_t b[UR_TIBE_MSG_MAX]; /* zeros beyond n */
    size_t n;
} ur_tibe_msg;

typedef struct ur_tibe_ct {
    ur_g1 u;
    uint8_t v[UR_TIBE_MSG_MAX]; /* zeros beyond n, here and in w */
    uint8_t w[UR_TIBE_MSG_MAX];
    size_t n;
} ur_tibe_ct;

/* A committee as everybody sees it. The list is borrowed. */
typedef struct ur_tibe_committee {
    ur_tibe_pub mpk;
    const ur_tibe_pub *members; /* n of them: member i's public share stands at i - 1 */
    uint32_t t;
    uint32_t n; /* t <= n <= UR_TIBE_MEMBERS_MAX */
} ur_tibe_committee;

/* ---- bytes ---- */

/* 48 and 96 bytes compressed. UR_E_INPUT and zeros on any failed check, infinity included, and on index 0. */
UR_MUST_USE ur_status ur_tibe_pub_parse(ur_tibe_pub *out, const uint8_t in[UR_G1_BYTES]);
UR_MUST_USE ur_status ur_tibe_ks_parse(ur_tibe_ks *out, uint32_t index, const uint8_t in[UR_G2_BYTES]);
UR_MUST_USE ur_status ur_tibe_key_parse(ur_tibe_key *out, const uint8_t in[UR_G2_BYTES]);
void ur_tibe_pub_write(uint8_t out[UR_G1_BYTES], const ur_tibe_pub *pub);
void ur_tibe_ks_reveal(uint8_t out[UR_G2_BYTES], const ur_tibe_ks *ks);
void ur_tibe_key_reveal(uint8_t out[UR_G2_BYTES], const ur_tibe_key *key);

/* UR_E_INPUT and zeros unless n is 16 or 32. The bytes are copied. */
UR_MUST_USE ur_status ur_tibe_msg_set(ur_tibe_msg *out, const uint8_t *p, size_t n);
/* The message's own bytes, borrowed from it. */
ur_span ur_tibe_msg_reveal(const ur_tibe_msg *msg);

/* U || V || W: UR_TIBE_CT_BYTES(16) or (32) bytes, nothing else. UR_E_INPUT and zeros otherwise, or when U is no point
 * of the group, or infinity. */
UR_MUST_USE ur_status ur_tibe_ct_parse(ur_tibe_ct *out, ur_span in);
/* Writes UR_TIBE_CT_BYTES(ct->n) bytes and returns them. */
ur_span ur_tibe_ct_write(uint8_t out[UR_TIBE_CT_MAX], const ur_tibe_ct *ct);

/* ---- identities ---- */

/* Any 0..UR_TIBE_ID_MAX bytes (FairyRing has the empty identity). UR_E_LIMIT and zeros over that. */
UR_MUST_USE ur_status ur_tibe_id_hash(ur_tibe_id *out, ur_span id);
/* The identity of a round of an unchained drand network with its public key in G1: SHA-256 of the round as 8 bytes
 * big-endian. Its key is the round's signature. */
void ur_tibe_id_of_round(ur_tibe_id *out, uint64_t round);

/* ---- encryption ---- */

/* Encrypt to an identity under MPK.
 *   sigma  msg->n fresh random bytes, wiped before return: they serve once
 * UR_E_INPUT and zeros if MPK is infinity or the message's length is neither 16 nor 32. */
UR_MUST_USE ur_status ur_tibe_encrypt(ur_tibe_ct *out, const ur_tibe_pub *mpk, const ur_tibe_id *id,
                                      const ur_tibe_msg *msg, uint8_t *sigma);
/* UR_E_PROOF and zeros if the ciphertext was changed, or was not made for the identity of this key; nothing else about
 * it leaks. UR_E_INPUT and zeros on infinity or a wrong length. */
UR_MUST_USE ur_status ur_tibe_decrypt(ur_tibe_msg *out, const ur_tibe_ct *ct, const ur_tibe_key *key);

/* ---- shares of keys ---- */

/* D_i = s_i Q, with the share's index. */
void ur_tibe_extract(ur_tibe_ks *out, const ur_share *share, const ur_tibe_id *id);

/* UR_OK only if the pairing equation holds and nothing in it is infinity; else UR_E_PROOF. Variable time in what is
 * public; of a share or key that was released to one party alone only the verdict shows. So it is in combining, too. Where
 * many points are summed (weights of more than 48 bits), blst branches if a partial sum is infinity or equal to what is
 * added; for shares of a key that has probability 2^-240. */
UR_MUST_USE ur_status ur_tibe_ks_check_var(const ur_tibe_pub *holder, const ur_tibe_ks *ks, const ur_tibe_id *id);
UR_MUST_USE ur_status ur_tibe_key_check_var(const ur_tibe_pub *mpk, const ur_tibe_key *key, const ur_tibe_id *id);

/* One share with all it is checked against. */
typedef struct ur_tibe_claim {
    const ur_tibe_ks *ks;
    const ur_tibe_pub *holder;
    const ur_tibe_id *id;
} ur_tibe_claim;

/* Check n <= UR_TIBE_MEMBERS_MAX claims in one product of pairings: one for all shares, one for each identity.
 *   bad      n bytes: 1 where a claim fails (all of them are found, by halving), 0 elsewhere
 *   weights  n times UR_TIBE_WEIGHT_BYTES that nobody could foresee who chose the claims
 *   scratch  ur_tibe_scratch_bytes(n), aligned to 16
 * UR_OK if all hold; UR_E_PROOF if some do not; UR_E_LIMIT over the maximum, with bad all 1. A wrong claim passes with
 * probability 2^-128. Up to 160 KiB of stack. */
size_t ur_tibe_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_tibe_check_many_var(const ur_tibe_claim *claims, size_t n, uint8_t *bad,
                                             const uint8_t *weights, void *scratch);

/* D from the first t of n shares, checked or not: the sum alone.
 *   scratch  ur_tibe_scratch_bytes(n), aligned to 16
 * UR_E_INPUT and zeros if an index is not a member's, or appears twice among all n; UR_E_ABSENT and zeros if n < t.
 * Up to 160 KiB of stack. */
UR_MUST_USE ur_status ur_tibe_combine_var(ur_tibe_key *out, const ur_tibe_committee *c, const ur_tibe_ks *ks, size_t n,
                                          void *scratch);

/* The key of an identity from n shares of which some may be wrong. First t shares are combined and the key is checked
 * against MPK, which proves it whatever the shares were; only when that fails every share is checked, and the right ones
 * are combined and checked again. So the key that comes out is right.
 *   bad      n bytes: 1 for each share found wrong; all 0 when nobody had to look
 *   weights  as for ur_tibe_check_many_var
 * As ur_tibe_combine_var, and UR_E_PROOF and zeros if fewer than t shares are right, or the committee's own public
 * shares do not belong to its MPK. */
UR_MUST_USE ur_status ur_tibe_recover_var(ur_tibe_key *out, uint8_t *bad, const ur_tibe_committee *c,
                                          const ur_tibe_id *id, const ur_tibe_ks *ks, size_t n, const uint8_t *weights,
                                          void *scratch);

/* Whether a committee's public shares lie on one polynomial of degree below t whose value at 0 is MPK, and none is
 * infinity: then any t right shares give the right key.
 *   random   bytes that nobody could foresee who chose the points
 *   scratch  ur_tibe_committee_scratch_bytes(c->n), aligned to 16
 * UR_OK; UR_E_PROOF if not (a wrong one passes with probability below 2^-240); UR_E_USAGE unless 1 <= t <= n <=
 * UR_TIBE_MEMBERS_MAX. */
size_t ur_tibe_committee_scratch_bytes(size_t n);
UR_MUST_USE ur_status ur_tibe_committee_check_var(const ur_tibe_committee *c,
                                                  const uint8_t random[UR_SCALAR_WIDE_BYTES], void *scratch);

#endif
