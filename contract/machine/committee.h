/* Committees, as far as vaults look at them: C says which generation is current, P who holds share i of it. A vault changes
 * nothing in a committee but the number of open releases.
 *
 * Records as bytes: format 1, then the fields in the order of the struct, integers big-endian, texts with one byte of
 * length. What is loaded borrows the record, until the call ends. */
#ifndef UR_CONTRACT_MACHINE_COMMITTEE_H
#define UR_CONTRACT_MACHINE_COMMITTEE_H

#include "contract/machine/call.h"

#define UC_MEMBERS_MAX 128u
#define UC_QUOTE_MAX ((size_t)16 << 10)
#define UC_BITS_BYTES (UC_MEMBERS_MAX / 8) /* a bit for each member of a generation: bit i - 1 for member i */

/* C committee */
typedef struct uc_committee {
    uint64_t current; /* the generation that serves; 0: the first one is not open yet */
    uint64_t pending; /* the generation that is being made, current + 1; 0: none */
    uint32_t t, n;    /* of the current generation; 0 before there is one */
    uint32_t margin;  /* how many answers above t open a generation */
    uint8_t mpk[UR_G1_BYTES];        /* zeros until the first generation is open; never changes after */
    bool has_demand;                 /* the current generation's members showed quotes */
    uint8_t demand[UR_SHA256_BYTES]; /* SHA-256 of what was asked of them */
    uint64_t open_releases;  /* vaults that are RELEASING: while there are any, the current generation stays */
    uint64_t drill_interval; /* blocks */
    uint64_t drills;         /* opened so far */
    uint64_t last_drill;     /* height */
    uint64_t successions;    /* how often a generation was begun; proposals from before one are void */
    ur_span creator;
} uc_committee;

/* Refuses with no_committee. One read. */
UR_MUST_USE ur_status uc_committee_load(uc_call *c, uint64_t committee, uc_committee *out);
UR_MUST_USE ur_status uc_committee_save(uc_call *c, uint64_t committee, const uc_committee *record);

/* P committee generation index: there once the generation's keys are published. */
typedef struct uc_holder {
    uint32_t t, n;
    uint8_t key[UR_G1_BYTES]; /* P_i; infinity for one that can never use its share */
    ur_span account;
} uc_holder;

/* Whoever holds share `index` of a generation. Refuses with no_holder. One read. */
UR_MUST_USE ur_status uc_holder_load(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index, uc_holder *out);
UR_MUST_USE ur_status uc_holder_save(uc_call *c, uint64_t committee, uint64_t generation, uint32_t index,
                                     const uc_holder *holder);
/* The committee, and its member who speaks: the sender is the account that holds share `index` of the current generation.
 * Refuses with no_committee, not_open, no_holder, not_member. Two reads. */
UR_MUST_USE ur_status uc_committee_speaker(uc_call *c, uint64_t committee, uint32_t index, uc_committee *record,
                                           uc_holder *holder);

static inline bool uc_bit(const uint8_t bits[UC_BITS_BYTES], uint32_t index)
{
    return (bits[(index - 1) / 8] >> ((index - 1) % 8) & 1) != 0;
}
static inline void uc_bit_set(uint8_t bits[UC_BITS_BYTES], uint32_t index)
{
    bits[(index - 1) / 8] = (uint8_t)(bits[(index - 1) / 8] | 1u << ((index - 1) % 8));
}

#endif
