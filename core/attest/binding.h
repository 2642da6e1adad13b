/* What a quote's 64 octets of report data say: for which purpose, ledger, contract, vault or committee, epoch or
 * generation, account, policy and key the evidence was made, and after which challenge.
 *
 *   report data = SHA-512( field("unrug/1") field(purpose) field(chain id) field(contract) field(number u64)
 *                          field(epoch u64) field(account) field(policy hash) field(key algorithm u8 || key)
 *                          field(SHA-256(challenge || header hash)) )
 *
 * field(x) is the length of x as 32 bits and x; integers are big-endian. Verifiers rebuild it from their own records;
 * they never take the 64 octets from a message. */
#ifndef UR_CORE_ATTEST_BINDING_H
#define UR_CORE_ATTEST_BINDING_H

#include "core/attest/ops.h"
#include "core/attest/reason.h"

#define UR_REPORT_DATA_BYTES 64u
#define UR_BINDING_TEXT_MAX 256u /* chain id, contract, account */

typedef enum ur_purpose {
    UR_PURPOSE_INSTANCE = 1,  /* an instance of an agent registers */
    UR_PURPOSE_RECIPIENT = 2, /* a recovery's recipient */
    UR_PURPOSE_KEYPER = 3,    /* a member of a committee */
    UR_PURPOSE_MIGRATE = 4,   /* the successor of a running instance */
} ur_purpose;

typedef enum ur_key_algorithm {
    UR_KEY_SECP256K1 = 1,      /* compressed, 33 octets: an instance's key */
    UR_KEY_BLS12_381_TWIN = 2, /* both groups, 48 + 96 octets: a recipient's or member's encryption key */
} ur_key_algorithm;

typedef struct ur_challenge {
    uint8_t value[32];
    uint8_t header_hash[32]; /* of the block that made it */
    uint64_t made_height;    /* that block's */
    uint32_t life_blocks;    /* it may be answered up to made_height + life_blocks */
} ur_challenge;

typedef struct ur_binding {
    ur_purpose purpose;
    ur_span chain_id;
    ur_span contract;
    uint64_t number; /* of the vault, or of the committee */
    uint64_t epoch;  /* of the vault, or the committee's generation */
    ur_span account;
    ur_span policy_hash; /* 32 octets; empty for UR_PURPOSE_KEYPER, which has none */
    ur_key_algorithm algorithm;
    ur_span key;
    const ur_challenge *challenge;
} ur_binding;

/* Lay out and hash. UR_E_USAGE on an empty or oversized text, an unknown purpose, a key of the wrong length for its
 * algorithm, a policy hash of the wrong length; out is zeroed then. */
UR_MUST_USE ur_status ur_binding_report_data(uint8_t out[UR_REPORT_DATA_BYTES], const ur_attest_ops *ops, const ur_binding *b);
/* UR_REASON_REPORT_DATA unless report_data is exactly that. */
UR_MUST_USE ur_status ur_binding_check(ur_reason *why, const ur_attest_ops *ops, const ur_binding *b,
    const uint8_t report_data[UR_REPORT_DATA_BYTES]);

/* A challenge's value: SHA-256 over "unrug/1/challenge", chain id, contract, a counter that the contract never uses twice,
 * height, and what the ledger's state offers that was not known before (may be empty), each as a field. What makes it
 * unpredictable is the header hash that the binding mixes in, which the contract itself does not know. */
UR_MUST_USE ur_status ur_challenge_make(uint8_t out[32], const ur_attest_ops *ops, ur_span chain_id, ur_span contract,
    uint64_t counter, uint64_t height, ur_span fresh);
/* UR_REASON_CHALLENGE_EXPIRED unless made_height <= height <= made_height + life_blocks. */
UR_MUST_USE ur_status ur_challenge_check(ur_reason *why, const ur_challenge *c, uint64_t height);

#endif
