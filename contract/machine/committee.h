/* Committees: the records that vaults look at, too. A vault reads C to learn which generation is current, and P to learn
 * who holds share i in it; it changes nothing in a committee but the number of open releases.
 *
 * Records as bytes: format 1, then fields in the order of the struct, integers big-endian, texts with one byte of length.
 * What is read borrows the record. UR_E_INTERNAL for bytes that this contract has not written. */
#ifndef UR_CONTRACT_MACHINE_COMMITTEE_H
#define UR_CONTRACT_MACHINE_COMMITTEE_H

#include "core/bls/bls.h"
#include "core/hash/hash.h"

#define UR_MEMBERS_MAX 128u
#define UR_ACCOUNT_MAX 128u

/* C committee */
typedef struct ur_committee {
    uint64_t current;       /* the generation that serves; 0: the first one is not open yet */
    uint64_t pending;       /* the generation that is being made, current + 1; 0: none */
    uint32_t t, n;          /* of the current generation; 0 before there is one */
    uint32_t margin;        /* how many answers above t open a generation */
    uint8_t mpk[UR_G1_BYTES];          /* zeros until the first generation is open; never changes after */
    bool has_demand;                   /* the current generation's members showed quotes */
    uint8_t demand[UR_SHA256_BYTES];   /* SHA-256 of what was asked of them */
    uint64_t open_releases; /* vaults that are RELEASING: while there are any, the current generation stays */
    uint64_t drill_interval; /* blocks */
    uint64_t drills;         /* opened so far */
    uint64_t last_drill;     /* height */
    ur_span creator;
} ur_committee;

#define UR_COMMITTEE_RECORD_MAX (1 + 16 + 6 + UR_G1_BYTES + 1 + UR_SHA256_BYTES + 32 + 1 + UR_ACCOUNT_MAX)

UR_MUST_USE ur_status ur_committee_read(ur_committee *out, ur_span record);
ur_span ur_committee_write(uint8_t buf[UR_COMMITTEE_RECORD_MAX], const ur_committee *c);

/* P committee generation index: who holds share i, there once the generation's keys are published. Whether the
 * generation is current says C. */
typedef struct ur_holder {
    uint32_t t, n;
    uint8_t key[UR_G1_BYTES]; /* P_i; infinity for one that can never use its share */
    ur_span account;
} ur_holder;

#define UR_HOLDER_RECORD_MAX (1 + 4 + UR_G1_BYTES + 1 + UR_ACCOUNT_MAX)

UR_MUST_USE ur_status ur_holder_read(ur_holder *out, ur_span record);
ur_span ur_holder_write(uint8_t buf[UR_HOLDER_RECORD_MAX], const ur_holder *h);

#endif
