/* The four messages of a key generation, byte for byte. Integers are big-endian, points compressed, and every message
 * begins with its kind and the session it belongs to:
 *
 *   join     1 | session 32 | index 2 | account 4+n | quoted 1 | quote hash 32 if quoted = 1 | twin key 192
 *   deal     2 | session 32 | dealer 2 | t 2 | n 2 | A_0 48 | ... | A_{t-1} 48 | R 48 | masked shares n * 32 |
 *              proof of a_0 96 | proof of r 96
 *   dispute  3 | session 32 | accuser 2 | dealer 2 | K 48
 *   vote     4 | session 32 | index 2 | transcript 32
 *
 * Nothing may follow. A parsed message borrows the bytes it was read from. Reading looks at form alone: points are
 * encodings here, checked by check.h (as a ledger does) or by member.h (many at once). */
#ifndef UR_CORE_DKG_MESSAGE_H
#define UR_CORE_DKG_MESSAGE_H

#include "core/dkg/config.h"
#include "core/pve/twin.h"

#define UR_DKG_MASKED_BYTES UR_SCALAR_BYTES
#define UR_DKG_JOIN_MAX (1 + 32 + 2 + 4 + UR_DKG_ACCOUNT_MAX + 1 + 32 + UR_TWIN_BYTES)
#define UR_DKG_DEAL_BYTES(t, n)                                                                                   \
    (1 + 32 + 2 + 2 + 2 + (size_t)(t) * UR_G1_BYTES + UR_G2_BYTES + UR_G1_BYTES + (size_t)(n) * UR_DKG_MASKED_BYTES + \
     UR_G2_BYTES)
#define UR_DKG_DISPUTE_BYTES (1 + 32 + 2 + 2 + UR_G1_BYTES)
#define UR_DKG_VOTE_BYTES (1 + 32 + 2 + UR_DKG_TRANSCRIPT_BYTES)
#define UR_DKG_MESSAGE_MAX UR_DKG_DEAL_BYTES(UR_DKG_MEMBERS_MAX, UR_DKG_MEMBERS_MAX)

typedef enum ur_dkg_kind {
    UR_DKG_JOIN = 1,
    UR_DKG_DEAL = 2,
    UR_DKG_DISPUTE = 3,
    UR_DKG_VOTE = 4,
} ur_dkg_kind;

typedef struct ur_dkg_join {
    ur_span account;
    const uint8_t *quote; /* 32 bytes, or NULL */
    ur_span context;      /* what the twin key's proof covers: the message up to the key */
    const uint8_t *twin;  /* UR_TWIN_BYTES */
} ur_dkg_join;

typedef struct ur_dkg_deal {
    uint32_t t;
    uint32_t n;
    const uint8_t *commitments; /* t times 48: A_0, A_1, ... */
    const uint8_t *r;
    const uint8_t *masked;   /* n times 32, for members 1..n; zeros for a member that did not join */
    const uint8_t *proof[2]; /* a_0 H and r H, where H = H_G2(session | dealer | R | SHA-256(body)) */
    ur_span body;            /* the message up to the proofs */
} ur_dkg_deal;

typedef struct ur_dkg_dispute {
    uint32_t dealer;
    const uint8_t *k; /* e_j R_i */
} ur_dkg_dispute;

typedef struct ur_dkg_vote {
    const uint8_t *transcript;
} ur_dkg_vote;

typedef struct ur_dkg_message {
    ur_dkg_kind kind;
    const uint8_t *session;
    uint32_t index; /* who speaks: member, or dealer for a deal; 1..UR_DKG_MEMBERS_MAX */
    ur_span bytes;
    union {
        ur_dkg_join join;
        ur_dkg_deal deal;
        ur_dkg_dispute dispute;
        ur_dkg_vote vote;
    } u;
} ur_dkg_message;

/* UR_E_INPUT and zeros for anything that is not exactly one message. */
UR_MUST_USE ur_status ur_dkg_message_parse(ur_dkg_message *out, ur_span bytes);

/* ---- writing: the parts that need no secret. Errors stick in the writer. ---- */

/* Up to the twin key, which follows. quote: 32 bytes or NULL. */
void ur_dkg_join_begin(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t index, ur_span account,
                       const uint8_t *quote);
/* Up to A_0; commitments, R, masked shares and proofs follow. */
void ur_dkg_deal_begin(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer, uint32_t t,
                       uint32_t n);
void ur_dkg_dispute_write(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t accuser, uint32_t dealer,
                          const uint8_t k[UR_G1_BYTES]);
void ur_dkg_vote_write(ur_writer *w, const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t index,
                       const uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES]);

/* session | dealer | R | SHA-256(body): what both proofs of a deal sign. One message for two keys is as good as two: a
 * proof is the only signature of its key on it, and each binds its key to all of the dealing. */
#define UR_DKG_PROVEN_BYTES (32 + 2 + UR_G1_BYTES + UR_SHA256_BYTES)
void ur_dkg_deal_proven(uint8_t out[UR_DKG_PROVEN_BYTES], const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer,
                        const uint8_t r[UR_G1_BYTES], const uint8_t body_sha256[UR_SHA256_BYTES]);

/* The mask between a dealer and a receiver who share K = r E = e R:
 * HKDF-SHA-256(secret K, salt "UNRUG-V1-DKG-MASK", info session | dealer | receiver | R | E), 32 bytes.
 * Constant time in K. */
void ur_dkg_mask(uint8_t out[UR_DKG_MASKED_BYTES], const uint8_t k[UR_G1_BYTES],
                 const uint8_t session[UR_DKG_SESSION_BYTES], uint32_t dealer, uint32_t receiver,
                 const uint8_t r[UR_G1_BYTES], const uint8_t e[UR_G1_BYTES]);

#endif
