/* The public half of a key generation: what the ledger's contract runs, and every member along with it. It holds no
 * secret and makes no message; from the same messages in the same order it comes to the same state everywhere.
 *
 *   join phase      members post their twin keys
 *   deal phase      dealers post their dealings
 *   dispute phase   receivers of wrong shares accuse; each dispute that is settled puts dealer or accuser out
 *   vote phase      members vote for the transcript; the t-th equal vote accepts it
 *
 * A phase ends by height alone. Whoever is out stays out, in every part: no further dispute, deal or vote of his counts.
 * A silent member is no culprit. If fewer than t joined, or too few dealings stand, the attempt has failed and the old
 * generation, if there is one, goes on as before. No allocation: the caller owns the memory of the seats. */
#ifndef UR_CORE_DKG_PUBLIC_H
#define UR_CORE_DKG_PUBLIC_H

#include "core/dkg/check.h"

typedef enum ur_dkg_phase {
    UR_DKG_JOINING = 1,
    UR_DKG_DEALING,
    UR_DKG_DISPUTING,
    UR_DKG_VOTING,
    UR_DKG_ACCEPTED,
    UR_DKG_FAILED,
} ur_dkg_phase;

typedef enum ur_dkg_fault {
    UR_DKG_NO_FAULT = 0,
    UR_DKG_BAD_DEAL,      /* a dispute showed that a share contradicts the commitments */
    UR_DKG_FALSE_DISPUTE, /* accused without cause */
} ur_dkg_fault;

/* One member of the committee to be. */
typedef struct ur_dkg_member_seat {
    uint8_t joined;
    uint8_t voted;
    uint8_t fault;               /* ur_dkg_fault */
    uint8_t one[UR_G1_BYTES];    /* E_j */
    uint8_t two[UR_G2_BYTES];    /* E'_j */
} ur_dkg_member_seat;

/* One dealer. In a first generation dealer i and member i are one person, and a fault stands in both seats. */
typedef struct ur_dkg_dealer_seat {
    uint8_t dealt;
    uint8_t fault;
    uint8_t key[UR_G1_BYTES];         /* A_0 */
    uint8_t digest[UR_SHA256_BYTES];  /* of the message */
} ur_dkg_dealer_seat;

/* How many voted for one transcript. */
typedef struct ur_dkg_tally {
    uint8_t transcript[UR_DKG_TRANSCRIPT_BYTES];
    uint32_t votes;
} ur_dkg_tally;

typedef struct ur_dkg_public {
    const ur_dkg_config *config; /* borrowed */
    uint8_t session[UR_DKG_SESSION_BYTES];
    ur_dkg_phase phase;
    uint64_t height;              /* the highest seen */
    uint8_t log[UR_SHA256_BYTES]; /* of every join, deal and settled dispute, in ledger order */
    uint8_t accepted[UR_DKG_TRANSCRIPT_BYTES];
    ur_dkg_member_seat *members; /* config->n */
    ur_dkg_dealer_seat *dealers; /* ur_dkg_dealers(config) */
    ur_dkg_tally *tallies;       /* room for config->n */
    uint32_t tallies_n;
} ur_dkg_public;

/* Memory for the seats, aligned to 16. */
size_t ur_dkg_public_bytes(const ur_dkg_config *config);
/* As ur_dkg_config_check. config and memory must outlive the machine. */
UR_MUST_USE ur_status ur_dkg_public_init(ur_dkg_public *p, const ur_dkg_config *config, void *memory);

/* A block of this height has come: phases that end before it end. UR_E_USAGE for a height below one already seen. */
UR_MUST_USE ur_status ur_dkg_public_advance(ur_dkg_public *p, uint64_t height);

/* What a message did. */
typedef struct ur_dkg_event {
    ur_dkg_kind kind;
    uint32_t index;       /* who spoke */
    ur_dkg_ruling ruling; /* of a dispute */
    uint32_t out;         /* the dealer or member who is out by it, else 0 */
    bool accepted;        /* this vote was the t-th */
} ur_dkg_event;

/* A message from the ledger.
 *   sender   the account that sent it, as the ledger proves it
 *   deal     for a dispute, the message of the deal that it names, as it was taken; otherwise empty
 * UR_OK: taken, and *event says what it did. All else leaves the state as it was (but for the height):
 *   UR_E_USAGE   the height is below one already seen, or `deal` is not that deal
 *   UR_E_INPUT   malformed, of another session, wrong t or n, points that are none
 *   UR_E_POLICY  the sender does not hold that seat, or is out
 *   UR_E_STATE   too early, too late, a duplicate, or a dispute against somebody who is out
 *   UR_E_PROOF   an equation does not hold */
UR_MUST_USE ur_status ur_dkg_public_take(ur_dkg_public *p, const ur_curve_ops *ops, uint64_t height, ur_span sender,
                                         ur_span message, ur_span deal, ur_dkg_event *event);

/* ---- results ---- */

/* Whether dealer i (1..) counts: dealt and not out, and in a resharing among the first old_t of these by index. Final
 * once the phase is UR_DKG_VOTING. */
bool ur_dkg_public_qualified(const ur_dkg_public *p, uint32_t dealer);
/* The master public key: the sum of the qualified dealers' A_0, or the key that a resharing keeps. UR_E_STATE before
 * voting; UR_E_PROOF if the sum is infinity: then nobody can vote. */
UR_MUST_USE ur_status ur_dkg_public_mpk(const ur_dkg_public *p, const ur_curve_ops *ops, uint8_t out[UR_G1_BYTES]);
/* The transcript that stands for all of it:
 *   SHA-256("unrug/1/dkg/transcript" 0 | session | log | for each dealer 1 if qualified else 0 | MPK | P_1 ... P_n)
 * keys: n encodings. A ledger that is given the keys can so tell whether they are the accepted ones. */
void ur_dkg_public_transcript(const ur_dkg_public *p, uint8_t out[UR_DKG_TRANSCRIPT_BYTES],
                              const uint8_t mpk[UR_G1_BYTES], const uint8_t *keys);

/* ---- a ledger that keeps the machine between messages ---- */

/* The state but for what stands in single seats, so that a ledger reads and writes a few records for a message, however
 * many members there are:
 *
 *   phase 1 | height 8 | log 32 | accepted 32 | a byte for each member | a byte for each dealer |
 *   tallies 2 | of each: transcript 32 | votes 2
 *
 * What is not in it, the ledger keeps with the seat, and puts back before the message that asks for it; nothing else of
 * accounts, old keys and seats is looked at:
 *
 *   join     accounts[index - 1]
 *   deal     accounts[index - 1]; in a resharing old_accounts[index - 1], and P_index in old_keys instead
 *   dispute  accounts[index - 1], the accuser's `one` and `two`, the dealer's `digest`
 *   vote     accounts[index - 1]
 *   transcript, phases   nothing
 *
 * The master public key is the sum of the standing dealers' A_0 (ur_dkg_key_add), or the one that a resharing keeps. */
#define UR_DKG_STATE_BYTES(members, dealers, tallies)                                                           \
    (1 + 8 + UR_SHA256_BYTES + UR_DKG_TRANSCRIPT_BYTES + (size_t)(members) + (size_t)(dealers) + 2 +            \
     (size_t)(tallies) * (UR_DKG_TRANSCRIPT_BYTES + 2))
/* Writes at most UR_DKG_STATE_BYTES(n, dealers, n) bytes and returns them. */
ur_span ur_dkg_public_save(const ur_dkg_public *p, uint8_t *out);
/* Instead of ur_dkg_public_init: the machine of an attempt whose configuration was checked when it began, and whose name
 * is known, so that nobody needs all accounts to compute it. The seats hold their flags and zeros. UR_E_INPUT if the
 * bytes are not a saved state, and then the machine is as after init. */
UR_MUST_USE ur_status ur_dkg_public_resume(ur_dkg_public *p, const ur_dkg_config *config,
                                           const uint8_t session[UR_DKG_SESSION_BYTES], void *memory, ur_span state);
/* The accepted transcript in a saved state, zeros before there is one. UR_E_INPUT if the bytes end before it. */
UR_MUST_USE ur_status ur_dkg_state_accepted(uint8_t out[UR_DKG_TRANSCRIPT_BYTES], ur_span state);
/* sum += A_0 of a deal that was taken; sum -= A_0 of a dealer who is out by a dispute. Begin with infinity. */
UR_MUST_USE ur_status ur_dkg_key_add(const ur_curve_ops *ops, uint8_t sum[UR_G1_BYTES], const uint8_t key[UR_G1_BYTES]);
UR_MUST_USE ur_status ur_dkg_key_remove(const ur_curve_ops *ops, uint8_t sum[UR_G1_BYTES],
                                        const uint8_t key[UR_G1_BYTES]);

/* ---- the two halves of ur_dkg_public_take, for those who check many messages at once (member.h) ---- */

/* All but points and proofs: form, session, height, seat, phase, duplicate. Moves the height on. */
UR_MUST_USE ur_status ur_dkg_public_screen(ur_dkg_public *p, uint64_t height, ur_span sender, ur_span message,
                                           ur_dkg_message *out);
/* Take a screened join, or deal with its A_0, whose points and proofs are right. digest: SHA-256 of the message. */
void ur_dkg_public_record_join(ur_dkg_public *p, uint32_t member, const uint8_t twin[UR_TWIN_BYTES],
                               const uint8_t digest[UR_SHA256_BYTES]);
void ur_dkg_public_record_deal(ur_dkg_public *p, uint32_t dealer, const uint8_t key[UR_G1_BYTES],
                               const uint8_t digest[UR_SHA256_BYTES]);

#endif
