/* A vault's policy: who may ask for a recovery, after which silence and window, with whose approval, and who may receive.
 * Contract, keypers and agents read and judge it with this code. Design 3 and 6.
 *
 * A policy is one JSON object in its own canonical form (keys rising, no blanks), every field given, no others, integers
 * only, lists rising and without duplicates. Seconds unless it says blocks:
 *
 *   accept_lockout    true: the owner knows that nothing but one image can ever receive
 *   activation        how long the recipient of a release alone may activate
 *   challenge_blocks  life of a challenge
 *   grace             added to period before a vault counts as silent; at least four margins
 *   guardians         {"members": [addresses], "quorum": n}: approvals that a recovery needs; no members and quorum 0: none
 *   keys              recovery keys registered beforehand: points of G1, 96 hex digits. Demands a quorum, or seven days of veto
 *   keyper_quotes     null, or SHA-256 (64 hex digits) of the demand for quotes that the committee makes of its members
 *   min_n, min_t      what the committee may shrink to by resharing; 2 min_t > min_n
 *   mpk               the committee's master public key, 96 hex digits
 *   period            between heartbeats
 *   request_ttl       life of a request; more than veto and the life of a challenge
 *   requesters        one to eight addresses that may open a request
 *   silence_blocks    silence takes this many blocks as well (a halted chain makes nobody silent)
 *   tee               null, or which machines may receive (core/attest/tee_policy.h); null only beside keys
 *   version           1
 *   veto, veto_blocks window after a request, both
 *
 * Policy hash: SHA-256("unrug/1/policy" 0 | text). Instants are nanoseconds since 1970, as ledgers give them.
 * Variable time: policies are public. No allocation; a parsed policy borrows its text. */
#ifndef UR_CORE_POLICY_POLICY_H
#define UR_CORE_POLICY_POLICY_H

#include "core/attest/tee_policy.h"
#include "core/hash/hash.h"

#define UR_POLICY_TEXT_MAX 65536u
#define UR_POLICY_REQUESTERS_MAX 8u
#define UR_POLICY_GUARDIANS_MAX 32u
#define UR_POLICY_KEYS_MAX 8u
#define UR_POLICY_SECONDS_MAX (10ull * 365 * 86400)
#define UR_POLICY_BLOCKS_MAX 100000000u
#define UR_POLICY_BLOCK_S 30u            /* no ledger we know takes longer for a block as a rule */
#define UR_POLICY_VETO_MIN_S 3600u       /* but on chains for development */
#define UR_POLICY_KEY_VETO_S (7u * 86400u)

typedef struct ur_policy {
    ur_span text;
    uint8_t hash[UR_SHA256_BYTES];
    uint8_t mpk[48];  /* an encoding, not checked to be a point */
    uint32_t min_t, min_n;
    bool wants_keyper_quotes;
    uint8_t keyper_quotes[UR_SHA256_BYTES];
    uint64_t period_s, grace_s, veto_s, request_ttl_s, activation_s;
    uint32_t silence_blocks, veto_blocks, challenge_blocks;
    ur_span requesters[UR_POLICY_REQUESTERS_MAX];
    uint32_t requester_count;
    ur_span guardians[UR_POLICY_GUARDIANS_MAX];
    uint32_t guardian_count, quorum;
    uint8_t keys[UR_POLICY_KEYS_MAX][48];
    uint32_t key_count;
    bool accept_lockout;
    bool has_tee;
    ur_tee_policy tee;
} ur_policy;

/* Read and check a policy. UR_E_INPUT on malformed or non-canonical text, UR_E_LIMIT over a maximum, UR_E_POLICY for one
 * that design 3 refuses; then *out is zeroed and *where (may be NULL) names the field, in static storage.
 *   dev_chain  the ledger's id begins with "dev-": short windows and simulator roots are allowed */
UR_MUST_USE ur_status ur_policy_parse(ur_policy *out, const char **where, ur_span text, bool dev_chain);

/* The hash alone, of text that was checked before. */
void ur_policy_hash(uint8_t out[UR_SHA256_BYTES], ur_span text);

/* Whether a chain id is one for development. */
bool ur_policy_is_dev_chain(ur_span chain_id);

/* ---- evaluation: what has happened, and what time and height it is ---- */

typedef struct ur_instant {
    uint64_t time_ns;
    uint64_t height;
} ur_instant;

/* max(60 s, 0.1 % of period + grace), in seconds, rounded up. */
uint64_t ur_policy_margin_s(const ur_policy *p);
/* period + grace have passed since the last heartbeat, in seconds and silence_blocks in blocks. */
bool ur_policy_is_silent(const ur_policy *p, ur_instant heartbeat, ur_instant now);
/* The earliest instant of silence. */
ur_instant ur_policy_silent_from(const ur_policy *p, ur_instant heartbeat);
/* The veto window of a request is over; the earliest instant of that; whether the request has expired. */
bool ur_policy_window_is_over(const ur_policy *p, ur_instant opened, ur_instant now);
ur_instant ur_policy_window_until(const ur_policy *p, ur_instant opened);
bool ur_policy_request_is_over(const ur_policy *p, ur_instant opened, ur_instant now);
/* Only the recipient of the release may activate, so long. */
bool ur_policy_activation_is_over(const ur_policy *p, ur_instant released, ur_instant now);
/* The place of an address among the requesters, or guardians, from 0; UR_E_ABSENT. */
UR_MUST_USE ur_status ur_policy_requester(const ur_policy *p, uint32_t *out, ur_span address);
UR_MUST_USE ur_status ur_policy_guardian(const ur_policy *p, uint32_t *out, ur_span address);
/* approvals: bit i for guardian i. */
bool ur_policy_has_quorum(const ur_policy *p, uint32_t approvals);
/* Whether a key (a point's encoding) is registered. */
bool ur_policy_has_key(const ur_policy *p, const uint8_t key[48]);
/* Whether a committee is big enough. */
bool ur_policy_allows_committee(const ur_policy *p, const uint8_t mpk[48], uint32_t t, uint32_t n);

#endif
