/* Vaults: their records, and what the messages about them share. What each message does stands in docs/CONTRACT.md; here is
 * why it is safe.
 *
 *   silence, window, quorum   are measured when a request is opened, and when it begins; a challenge is made only then
 *   a heartbeat               removes every request with its evidence and votes, so whatever happens later starts anew
 *   the t-th vote             fences: from then on the instance is refused, and only then shares are taken
 *   a release                 gives its recipient alone the right to activate, until `activation` has passed since it was
 *                             fenced, or since the t-th share; the next release, or the former instance, waits for that
 *   a release                 keeps the request that it answers and its evidence: a keyper who did not vote, or who joined by a
 *                             resharing since, judges both before it shares
 *   activation                removes requests, release and count, so nothing that was opened in the fenced vault, where no
 *                             silence is asked for, lives on in the next epoch
 *
 * Requests of other requesters outlive fencing: whoever is released to and does not activate has to wait for a new window,
 * and those who have waited come first. Otherwise one of them, quick each time, could keep all others out for ever.
 *
 * Records as bytes: format 1, then fields in the order of their struct, integers big-endian, texts with one byte of length,
 * but where it says otherwise. What is loaded borrows the record, until the call ends. */
#ifndef UR_CONTRACT_MACHINE_VAULT_H
#define UR_CONTRACT_MACHINE_VAULT_H

#include "contract/machine/call.h"
#include "contract/machine/committee.h"
#include "core/policy/statement.h"
#include "core/pve/pve.h"

#define UC_POLICY_MAX ((size_t)32 << 10)
#define UC_CIPHERTEXT_MAX ((size_t)16 << 10)
#define UC_COLLATERAL_MAX ((size_t)64 << 10)
#define UC_LABEL_MAX 64u
#define UC_IMAGES_MAX 16u
#define UC_VAULTS_PAGE_MAX 50u
#define UC_LAG_MIN 20u               /* blocks */
#define UC_LAG_MAX ((1u << 24) - 1)  /* three bytes in the hot record */

#define UC_SLOTS (UR_POLICY_REQUESTERS_MAX + 1) /* one for each requester, by its place in the policy, and the last one: */
#define UC_SLOT_MIGRATION UR_POLICY_REQUESTERS_MAX

typedef enum uc_vault_state {
    UC_VAULT_ACTIVE = 1,
    UC_VAULT_RELEASING,
    UC_VAULT_RELEASED,
    UC_VAULT_OPENED,
    UC_VAULT_RETIRED,
} uc_vault_state;

/* V: what a heartbeat reads and writes, all of it 128 bytes */
typedef struct uc_vault {
    uc_vault_state state;
    uint32_t pending; /* two bytes: bit s for a request in slot s */
    uint64_t epoch, sequence;
    uint64_t version;     /* of the ciphertext; 0: there was none yet */
    ur_instant heartbeat; /* of the last statement that was taken */
    uint64_t seen_height;
    uint64_t committee;
    uint32_t max_lag; /* three bytes: blocks */
    uint8_t instance_key[UR_INSTANCE_KEY_BYTES];
    uint8_t ciphertext_hash[UR_SHA256_BYTES];
} uc_vault;

#define UC_VAULT_BYTES 128

/* O */
typedef struct uc_origin {
    ur_instant created;
    uint8_t policy_hash[UR_SHA256_BYTES];
    ur_span owner;
    ur_span label;
    ur_span secret; /* what names the secret; empty before the first ciphertext */
} uc_origin;

/* N: which number the request in each slot has; counts only where V says that there is one */
typedef struct uc_numbers {
    uint64_t next; /* from 1, never used again */
    uint64_t slot[UC_SLOTS];
} uc_numbers;

typedef enum uc_recipient {
    UC_RECIPIENT_TEE = 1,
    UC_RECIPIENT_KEY,     /* a recovery key registered beforehand */
    UC_RECIPIENT_MIGRATE, /* a successor that the running instance named */
} uc_recipient;

/* Q. Optional parts in the record: pk1 of a key; challenge; evidence */
typedef struct uc_request {
    uc_recipient kind;
    bool answered; /* by the release in R: kept, with its evidence, for keypers who judge it again before they share */
    uint32_t slot;
    ur_instant opened;
    uint32_t approvals; /* bit i for guardian i of the policy */
    ur_span account;
    uint64_t challenged; /* height of the challenge; 0: there is none */
    uint64_t deadline;   /* the last height at which the challenge lives */
    uint8_t challenge[32];
    bool has_evidence; /* for this challenge */
    uint8_t evidence_hash[UR_SHA256_BYTES];
    uint8_t pk1[UR_G1_BYTES]; /* of a key from the start, of others with the evidence */
    uint8_t pk2[UR_G2_BYTES]; /* with the evidence */
} uc_request;

/* U: all that a vote looks at, but who holds the share */
typedef struct uc_votes {
    uint64_t committee;
    uint64_t deadline;   /* the last height */
    uint64_t expires_ns; /* the first instant at which the request is over */
    uint32_t min_t, min_n; /* two bytes each: what the policy asks of the generation that votes */
    uint64_t generation;   /* whose votes these are; 0: none yet */
    uint32_t count;        /* two bytes */
    uint8_t evidence_hash[UR_SHA256_BYTES];
    uint8_t bits[UC_BITS_BYTES];
} uc_votes;

/* E, the evidence itself: format, twin of 192 bytes, collateral hash (32) and quote with a 4-byte length each */

/* R */
typedef struct uc_release {
    uint64_t epoch, release; /* from 1 in each epoch */
    uint64_t request;
    uc_recipient kind;
    uint64_t committee;
    uint64_t version; /* of the ciphertext that is opened */
    uint8_t evidence_hash[UR_SHA256_BYTES];
    uint8_t pk1[UR_G1_BYTES];
    uint8_t pk2[UR_G2_BYTES];
    uint8_t q[UR_G2_BYTES]; /* the identity's point */
    ur_instant fenced;
    ur_instant released;   /* zeros before */
    uint64_t activation_s; /* the policy's */
    ur_span account;
} uc_release;

/* Z */
typedef struct uc_share_count {
    uint64_t generation;
    uint32_t count; /* two bytes */
    uint8_t bits[UC_BITS_BYTES];
} uc_share_count;

/* ---- records ---- */

/* Refuses where there is no such vault. */
UR_MUST_USE ur_status uc_vault_load(uc_call *c, uint64_t vault, uc_vault *out);
UR_MUST_USE ur_status uc_vault_save(uc_call *c, uint64_t vault, const uc_vault *v);
UR_MUST_USE ur_status uc_origin_load(uc_call *c, uint64_t vault, uc_origin *out);
UR_MUST_USE ur_status uc_origin_save(uc_call *c, uint64_t vault, const uc_origin *o);
/* As for a vault that had no request yet, where there is none. */
UR_MUST_USE ur_status uc_numbers_load(uc_call *c, uint64_t vault, uc_numbers *out);
UR_MUST_USE ur_status uc_numbers_save(uc_call *c, uint64_t vault, const uc_numbers *n);
/* Refuses where there is no such request, an answered one included, or no votes are taken for it. */
UR_MUST_USE ur_status uc_request_load(uc_call *c, uint64_t vault, uint64_t number, uc_request *out);
/* The request that a release answers. */
UR_MUST_USE ur_status uc_request_answered(uc_call *c, uint64_t vault, uint64_t number, uc_request *out);
UR_MUST_USE ur_status uc_request_save(uc_call *c, uint64_t vault, uint64_t number, const uc_request *q);
UR_MUST_USE ur_status uc_votes_load(uc_call *c, uint64_t vault, uint64_t number, uc_votes *out);
UR_MUST_USE ur_status uc_votes_save(uc_call *c, uint64_t vault, uint64_t number, const uc_votes *u);
/* Refuses where nothing is released. */
UR_MUST_USE ur_status uc_release_load(uc_call *c, uint64_t vault, uc_release *out);
UR_MUST_USE ur_status uc_release_save(uc_call *c, uint64_t vault, const uc_release *r);
/* Zeros where no share is there yet. */
UR_MUST_USE ur_status uc_share_count_load(uc_call *c, uint64_t vault, uc_share_count *out);
UR_MUST_USE ur_status uc_share_count_save(uc_call *c, uint64_t vault, const uc_share_count *z);
/* T, Y, E: format 1 and the bytes. Not empty; loaded only where V says that they are there. */
UR_MUST_USE ur_status uc_blob_load(uc_call *c, ur_span key, ur_span *out);
UR_MUST_USE ur_status uc_blob_save(uc_call *c, ur_span key, ur_span bytes);

/* ---- what several messages do ---- */

/* The vault's policy, parsed into the call's memory. */
UR_MUST_USE ur_status uc_policy_load(uc_call *c, uint64_t vault, ur_policy **out);
/* A policy that a message brings, parsed into the call's memory; refuses unless it is right, its accounts are of this chain,
 * its keys are points, and the committee is open and suits it. */
UR_MUST_USE ur_status uc_policy_admit(uc_call *c, ur_json value, uint64_t committee, ur_policy **out);
/* How old a header may be that a statement says it has seen: what counts as silence, within what the record holds. */
uint32_t uc_max_lag(const ur_policy *p);
/* Remove the request in a slot, if there is one, with evidence and votes; V's bit too, which the caller saves. */
UR_MUST_USE ur_status uc_request_drop(uc_call *c, uint64_t vault, uc_vault *v, const uc_numbers *n, uint32_t slot);
/* Forget the request that a release answered, with its evidence. */
UR_MUST_USE ur_status uc_request_forget(uc_call *c, uint64_t vault, uint64_t number);
/* Keep the request in its slot as the one that is answered: its slot is free, its votes are gone. */
UR_MUST_USE ur_status uc_request_keep(uc_call *c, uint64_t vault, uc_vault *v, uint64_t number, uc_request *q);
/* Drop what is in any slot. One comparison if there are none. */
UR_MUST_USE ur_status uc_requests_drop(uc_call *c, uint64_t vault, uc_vault *v);
/* Open a request in a slot in place of what is there. The caller saves V. */
UR_MUST_USE ur_status uc_request_open(uc_call *c, uint64_t vault, uc_vault *v, const uc_request *q, uint64_t *number);

/* A JSON list of the images whose delay had passed at that instant, in the call's memory; an empty span: there are none. For
 * keypers: the contract judges no machine. */
UR_MUST_USE ur_status uc_images_in_force(uc_call *c, uint64_t vault, uint64_t delay_s, uint64_t at_ns, ur_span *list);

/* Refuses unless the committee is open, and what the policy asks for. */
UR_MUST_USE ur_status uc_committee_suits(uc_call *c, uint64_t committee, const ur_policy *p);
/* One vault of the committee more (by > 0) or fewer (by < 0) is RELEASING. k: as loaded; saved. */
UR_MUST_USE ur_status uc_open_releases_add(uc_call *c, uint64_t committee, uc_committee *k, int by);

/* The recipient alone may activate up to this instant (not included). */
uint64_t uc_release_until_ns(const uc_release *r);
static inline bool uc_vault_is_fenced(const uc_vault *v)
{
    return v->state == UC_VAULT_RELEASING || v->state == UC_VAULT_RELEASED;
}

#endif
