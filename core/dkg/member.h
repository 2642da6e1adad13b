/* The secret half of a key generation: what one member runs. It is fed the ledger's messages in order, keeps the public
 * machine along with them, checks every point and proof itself, and makes the messages that are due.
 *
 * All its secrets come from one random seed (and, in a resharing, the old share), so that a member that is restarted,
 * given the same seed and fed the same messages again, says the same things in the same bytes. A seed serves one
 * attempt; destroying it, and the old share, destroys everything that is made here.
 *
 *   e_j, r_i, a_{i,k}   HKDF-SHA-256(secret seed, salt "UNRUG-V1-DKG-SECRET", info session | what | k), 48 bytes mod order
 *   deal                A_{i,k} = a_{i,k} G1, R_i = r_i G1, f_i(j) xor mask(r_i E_j)            ur_dkg_member_deal
 *   received            f_i(j) opened with e_j R_i, f_i(j) G1 = sum j^k A_{i,k}                 ur_dkg_member_advance
 *   share               s_j = sum of f_i(j), or of l_i f_i(j) in a resharing, over QUAL         ur_dkg_member_finish
 *   public shares       P_j = sum over k of j^k sum over i of (l_i) A_{i,k}
 *
 * Proofs are checked when a phase ends, all at once, with weights from seed and messages. A ledger does not take a
 * message whose proof is wrong; where one did, it counts here as never posted (ur_dkg_member_refused).
 *
 * Commitments A_{i,k} count only as sums over dealers, so it is the sums, for each k, that are asked whether they are in
 * the subgroup: when the deals are checked (and if one sum is not, every point of every deal), and again over QUAL before
 * a result is given. Dealers who work together could post points outside it that make up for each other. That gains
 * them nothing: write A = A' + T with A' in the subgroup. Every equation that holds for A holds for A', the T of a sum
 * that was asked are gone, so keys and shares are those of dealers who posted A'. It is the same with the proofs, of which
 * the weighted sum is asked: a proof counts if it is right but for a part outside the subgroup, and so is as good as one
 * without. Only the ledger, which asks for every point, can let any of this through in the first place.
 * Constant time in secrets; the caller owns all memory; stack up to 160 KiB (blst's sums). */
#ifndef UR_CORE_DKG_MEMBER_H
#define UR_CORE_DKG_MEMBER_H

#include "core/dkg/public.h"

#define UR_DKG_SEED_BYTES 32

typedef enum ur_dkg_due {
    UR_DKG_DUE_NOTHING = 0,
    UR_DKG_DUE_JOIN,
    UR_DKG_DUE_DEAL,
    UR_DKG_DUE_DISPUTE,
    UR_DKG_DUE_VOTE, /* after ur_dkg_member_finish, and when the share is durably stored */
} ur_dkg_due;

/* A join or deal that was screened and read, and waits for the check of its proofs. */
typedef struct ur_dkg_waiting {
    uint32_t index;
    uint8_t digest[UR_SHA256_BYTES];
    uint8_t key[UR_TWIN_BYTES]; /* the twin key of a join; A_0 of a deal */
} ur_dkg_waiting;

/* Both proofs of a deal: e(G1, proof) = e(key, hash), twice. */
typedef struct ur_dkg_deal_claim {
    ur_g1 key[2]; /* A_0 and R */
    ur_e2 proof[2];
    ur_g2 hash;
} ur_dkg_deal_claim;

typedef enum ur_dkg_opened {
    UR_DKG_UNOPENED = 0,
    UR_DKG_RIGHT,
    UR_DKG_WRONG,
} ur_dkg_opened;

/* Fields are the machine's own. */
typedef struct ur_dkg_member {
    ur_dkg_public pub;
    uint32_t index;  /* own seat among the members, 0 for none */
    uint32_t dealer; /* own seat among the dealers, 0 for none */
    struct {
        uint8_t seed[UR_DKG_SEED_BYTES];
        ur_scalar old_share;
        ur_scalar e;
    } secret;
    ur_scalar *shares;           /* secret: f_i(index) of each dealer i */
    uint8_t *opened;             /* ur_dkg_opened of each dealer */
    uint8_t own_key[UR_G1_BYTES]; /* E of our own e */
    ur_g1 *member_keys;          /* E_j of all that joined */
    ur_e1 *commitments;          /* t of each dealer */
    uint8_t *dealer_r;           /* R_i of each dealer, encoded */
    uint8_t *masked;             /* our masked share of each dealer */
    ur_dkg_waiting *waiting;
    uint32_t waiting_n;
    uint32_t refused;
    ur_twin_claim *join_claims;      /* of the waiting joins */
    ur_dkg_deal_claim *deal_claims;  /* or of the waiting deals */
    bool may_vote;
    uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES];
    void *work;
    size_t work_bytes;
} ur_dkg_member;

/* Memory for all of it, aligned to 16: about 96 (dealers * t) bytes and 3 KiB a member. */
size_t ur_dkg_member_bytes(const ur_dkg_config *config);

/* Begin, or begin again after a restart.
 *   index      own seat in the committee to be, 0 for none (a watcher, or an old member that leaves)
 *   old_index  own seat among the dealers of a resharing, 0 for none; not looked at in a first generation
 *   seed       UR_DKG_SEED_BYTES random bytes of this attempt; zeros will do for index = old_index = 0
 *   old_share  s_i if old_index > 0, else NULL
 * config and memory must outlive the machine. Statuses of ur_dkg_config_check; UR_E_USAGE for a seat that is none;
 * UR_E_PROOF if old_share does not belong to the old public share. */
UR_MUST_USE ur_status ur_dkg_member_init(ur_dkg_member *m, const ur_dkg_config *config, uint32_t index,
                                         uint32_t old_index, const uint8_t seed[UR_DKG_SEED_BYTES],
                                         const ur_scalar *old_share, void *memory);
/* Wipe every secret. */
void ur_dkg_member_clear(ur_dkg_member *m);

/* Feed a message or a height, as ur_dkg_public_take and _advance. */
UR_MUST_USE ur_status ur_dkg_member_take(ur_dkg_member *m, uint64_t height, ur_span sender, ur_span message,
                                         ur_span deal, ur_dkg_event *event);
UR_MUST_USE ur_status ur_dkg_member_advance(ur_dkg_member *m, uint64_t height);
/* How many messages the ledger took whose points or proofs are wrong: above zero, do not trust that ledger. */
static inline uint32_t ur_dkg_member_refused(const ur_dkg_member *m) { return m->refused; }

/* ---- what to post ---- */

/* The one thing that is due now, by what has been fed. */
ur_dkg_due ur_dkg_member_due(const ur_dkg_member *m);
/* Our twin key of this attempt: what a quote has to bind. */
void ur_dkg_member_key(const ur_dkg_member *m, ur_twin *out);
/* Append the message to the writer. UR_E_STATE, and nothing written, where it is not due (vote: not finished with a
 * right share). quote: 32 bytes or NULL. Write it to disk before posting it. */
UR_MUST_USE ur_status ur_dkg_member_join(const ur_dkg_member *m, ur_writer *w, const uint8_t *quote);
UR_MUST_USE ur_status ur_dkg_member_deal(const ur_dkg_member *m, ur_writer *w);
UR_MUST_USE ur_status ur_dkg_member_vote(const ur_dkg_member *m, ur_writer *w);
/* The dispute against the first dealer after *dealer whose share is wrong; *dealer becomes that one. Begin with 0. */
UR_MUST_USE ur_status ur_dkg_member_dispute(const ur_dkg_member *m, ur_writer *w, uint32_t *dealer);

/* ---- what comes out ---- */

typedef struct ur_dkg_result {
    uint8_t mpk[UR_G1_BYTES];
    uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES];
    bool has_share;  /* our share is right; without one we are in the committee in name only and need a resharing */
    ur_scalar share; /* s_index, or zero */
} ur_dkg_result;

/* Once the phase is UR_DKG_VOTING or UR_DKG_ACCEPTED.
 *   keys  n encodings of P_1 ... P_n; infinity for a member that can only have share zero, who can never use it
 * Anybody gets the public results. UR_E_STATE earlier; UR_E_PROOF if the key is infinity, if a sum of commitments is
 * outside the subgroup, or if in a resharing the old public shares do not belong to the key. */
UR_MUST_USE ur_status ur_dkg_member_finish(ur_dkg_member *m, ur_dkg_result *out, uint8_t *keys);

#endif
