/* The keys of the contract's records, all of them: a letter and then big-endian numbers. Every key can be computed from
 * ids alone, so that its record can be read and proven without a search; no key begins another's record. What the records
 * hold is in committee.h and vault.h; docs/CONTRACT.md has the table.
 *
 *   committees and vaults   8 bytes        members and holders   2 bytes
 *   generations, releases   8 bytes        slots of requests     1 byte
 *
 * Each function writes the key to *k and returns it. No allocation; nothing can fail. */
#ifndef UR_CONTRACT_MACHINE_KEYS_H
#define UR_CONTRACT_MACHINE_KEYS_H

#include "core/base/span.h"

#define UR_KEY_MAX (1 + 8 + 8 + 8 + 8 + 2)

typedef struct ur_key {
    uint8_t b[UR_KEY_MAX];
    size_t n;
} ur_key;

/* c   the contract's counters */
ur_span ur_key_config(ur_key *k);

/* ---- committees ---- */

/* C   a committee */
ur_span ur_key_committee(ur_key *k, uint64_t committee);
/* S   the members of a generation, and what is asked of them */
ur_span ur_key_spec(ur_key *k, uint64_t committee, uint64_t generation);
/* G   a generation */
ur_span ur_key_generation(ur_key *k, uint64_t committee, uint64_t generation);
/* M   a member's seat in it */
ur_span ur_key_member(ur_key *k, uint64_t committee, uint64_t generation, uint32_t index);
/* d   a dealer's message in it */
ur_span ur_key_deal(ur_key *k, uint64_t committee, uint64_t generation, uint32_t dealer);
/* P   a holder of a share */
ur_span ur_key_holder(ur_key *k, uint64_t committee, uint64_t generation, uint32_t index);
/* A   the successor that a member proposes */
ur_span ur_key_proposal(ur_key *k, uint64_t committee, uint32_t proposer);
/* a   who approved it */
ur_span ur_key_approvals(ur_key *k, uint64_t committee, uint32_t proposer);
/* W   the drill */
ur_span ur_key_drill(ur_key *k, uint64_t committee);

/* ---- vaults ---- */

/* V   a vault's hot record */
ur_span ur_key_vault(ur_key *k, uint64_t vault);
/* O   its origin */
ur_span ur_key_origin(ur_key *k, uint64_t vault);
/* Y   its policy */
ur_span ur_key_policy(ur_key *k, uint64_t vault);
/* T   its ciphertext */
ur_span ur_key_ciphertext(ur_key *k, uint64_t vault);
/* N   its requests' numbers */
ur_span ur_key_numbers(ur_key *k, uint64_t vault);
/* Q   a request */
ur_span ur_key_request(ur_key *k, uint64_t vault, uint64_t request);
/* E   its evidence */
ur_span ur_key_evidence(ur_key *k, uint64_t vault, uint64_t request);
/* U   the votes for it */
ur_span ur_key_votes(ur_key *k, uint64_t vault, uint64_t request);
/* I   images added by the release authority */
ur_span ur_key_images(ur_key *k, uint64_t vault);
/* R   the release */
ur_span ur_key_release(ur_key *k, uint64_t vault);
/* Z   how many shares it has */
ur_span ur_key_share_count(ur_key *k, uint64_t vault);
/* X   a share */
ur_span ur_key_share(ur_key *k, uint64_t vault, uint64_t epoch, uint64_t release, uint64_t generation, uint32_t index);

#endif
