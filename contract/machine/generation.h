/* What the messages of committees share: the records of a generation, and the machine of core/dkg brought back from them.
 * A message that members send one by one loads C, G and what its seats need; only what is said about a whole generation at
 * once (begin it, publish its keys, propose one) reads or writes something for each member. */
#ifndef UR_CONTRACT_MACHINE_GENERATION_H
#define UR_CONTRACT_MACHINE_GENERATION_H

#include "contract/machine/committee.h"
#include "core/dkg/public.h"

#define UC_PHASE_MIN 2u
#define UC_PHASE_MAX 100000u
#define UC_DEMAND_MAX ((size_t)32 << 10)

/* S committee generation, and A committee proposer: whom a generation consists of, and what is asked of them. */
typedef struct uc_spec {
    uint32_t t, n;
    uint32_t join, deal, dispute, vote; /* blocks */
    bool has_demand;
    ur_span demand; /* text of a tee policy that members' quotes have to satisfy */
    ur_span accounts[UC_MEMBERS_MAX];
    ur_span bytes; /* all of it as the record has it */
} uc_spec;

/* G committee generation */
typedef struct uc_generation {
    uint64_t attempt;
    uint32_t n, t;
    uint32_t old_n, old_t; /* 0: a first generation */
    bool has_demand;
    uint64_t join_until, deal_until, dispute_until, vote_until;
    uint8_t session[UR_DKG_SESSION_BYTES];
    uint8_t sum[UR_G1_BYTES]; /* of the standing dealers' A_0; in a resharing the key that is kept */
    uint64_t published;       /* height at which its keys were; 0: not yet */
    uint64_t drilled;         /* height at which enough members had answered; 0: not yet */
    ur_span state;            /* of core/dkg */
} uc_generation;

/* M committee generation index */
typedef struct uc_member {
    ur_span account;
    ur_span join; /* the last join message; counts only if the machine says that the member joined in this attempt */
} uc_member;

/* W committee */
typedef struct uc_drill {
    uint64_t generation;
    uint64_t number; /* counts the committee's drills */
    uint8_t nonce[32];
    uint64_t opened; /* height */
    uint32_t answers;
    uint8_t bits[UC_BITS_BYTES];
} uc_drill;

/* a committee proposer: beside the spec under A */
typedef struct uc_approvals {
    uint64_t succession; /* of the committee when it was proposed; void when that has moved on */
    uint8_t hash[UR_SHA256_BYTES];
    uint32_t count;
    uint8_t bits[UC_BITS_BYTES];
} uc_approvals;

/* ---- specs ---- */

/* From the fields of a message. Refuses: members that are none, or twice there, or too many; a threshold outside of its
 * range; phases; a demand that is no tee policy. margin: of the committee. The bytes are in the call's memory. */
UR_MUST_USE ur_status uc_spec_read(uc_call *c, uc_spec *out, ur_json members, uint32_t threshold, uint32_t margin,
                                   ur_json phases, ur_json quote_demand);
/* From a record. */
UR_MUST_USE ur_status uc_spec_parse(uc_spec *out, ur_span record);
UR_MUST_USE ur_status uc_spec_load(uc_call *c, uint64_t committee, uint64_t generation, uc_spec *out);
/* SHA-256("unrug/1/spec" 0 | record): what approvals bind themselves to. */
void uc_spec_hash(uint8_t out[UR_SHA256_BYTES], const uc_spec *spec);
/* The index of an account, or 0. */
uint32_t uc_spec_index(const uc_spec *spec, ur_span account);
/* The accounts with commas between, for events. UR_E_MEMORY. */
UR_MUST_USE ur_status uc_spec_members_text(uc_call *c, ur_span *out, const uc_spec *spec);

/* ---- other records ---- */

/* Refuse with no_generation, no_seat, no_drill, no_proposal. */
UR_MUST_USE ur_status uc_generation_load(uc_call *c, uint64_t committee, uint64_t generation, uc_generation *out);
UR_MUST_USE ur_status uc_generation_save(uc_call *c, uint64_t committee, uint64_t generation, const uc_generation *g);
UR_MUST_USE ur_status uc_member_load(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, uc_member *out);
UR_MUST_USE ur_status uc_member_save(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index,
                                     const uc_member *m);
UR_MUST_USE ur_status uc_drill_load(uc_call *c, uint64_t committee, uc_drill *out);
UR_MUST_USE ur_status uc_drill_save(uc_call *c, uint64_t committee, const uc_drill *d);
UR_MUST_USE ur_status uc_approvals_load(uc_call *c, uint64_t committee, uint32_t proposer, uc_approvals *out);
UR_MUST_USE ur_status uc_approvals_save(uc_call *c, uint64_t committee, uint32_t proposer, const uc_approvals *a);

/* ---- an attempt, brought back ---- */

typedef struct uc_attempt {
    uint64_t committee, number; /* ids of committee and generation */
    uc_generation generation;
    ur_dkg_public machine; /* at the call's height; all seats bare but for their flags */
    /* What the machine looks at, empty before the functions below. */
    ur_dkg_config config;
    ur_span *accounts, *old_accounts;
    uint8_t *old_keys;
} uc_attempt;

/* The attempt of a generation, as it stands at the height of the call. *out must not move afterwards. */
UR_MUST_USE ur_status uc_attempt_load(uc_call *c, uint64_t committee, uint64_t generation, uc_attempt *out);
/* Refuses with not_pending unless there is a generation that is being made. */
UR_MUST_USE ur_status uc_attempt_load_pending(uc_call *c, uint64_t committee, uc_committee *record, uc_attempt *out);
UR_MUST_USE ur_status uc_attempt_save(uc_call *c, uc_attempt *a);
/* The height from which the attempt may be given up although its transcript was accepted: nobody published the keys, or too
 * few answered the opening drill. */
uint64_t uc_attempt_overdue(const uc_generation *g);
/* Whether it has failed or is overdue. */
bool uc_attempt_is_over(const uc_call *c, const uc_attempt *a);

/* Begin generation `record->pending` with this attempt: session, G and the event; the caller saves C, and S and M of a new
 * spec. Reads S and P of the current generation if there is one. */
UR_MUST_USE ur_status uc_attempt_begin(uc_call *c, uint64_t committee, const uc_committee *record, const uc_spec *spec,
                                       uint64_t attempt);
/* Save S and M of a new generation, C with it pending, and begin its next attempt. */
UR_MUST_USE ur_status uc_generation_begin(uc_call *c, uint64_t committee, uc_committee *record, const uc_spec *spec);

/* Open a drill of a generation: nonce, W, event; the caller saves C. */
UR_MUST_USE ur_status uc_drill_open(uc_call *c, uint64_t committee, uc_committee *record, uint64_t generation);
/* Make the pending generation the current one, save C, and say so. */
UR_MUST_USE ur_status uc_generation_switch(uc_call *c, uint64_t committee, uc_committee *record, const uc_generation *g);

#endif
