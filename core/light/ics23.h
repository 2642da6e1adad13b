/* ICS23 commitment proofs for the two trees a Cosmos chain has: an IAVL tree per store, and the simple Merkle tree of store
 * roots whose root is the application hash. Strict: SHA-256 only, both trees' exact forms, each protobuf field once and
 * in its shortest form, nothing unknown, no batches, no compression.
 *
 * Existence:     leaf = H(prefix | varint(|key|) key | 0x20 H(value)); per step node = H(prefix | node | suffix); = root
 * Non-existence: neighbours left < key < right, both in the tree, with nothing between them (or one, at an end)
 *
 * A record with an empty value cannot be claimed (it would look like absence), but may be such a neighbour.
 *
 * Variable time: all public. No allocation; about 9 KiB of stack. Spans are borrowed from the proof. */
#ifndef UR_CORE_LIGHT_ICS23_H
#define UR_CORE_LIGHT_ICS23_H

#include "core/base/span.h"

#define UR_ICS23_ROOT_BYTES 32
#define UR_ICS23_PROOF_MAX ((size_t)1 << 20) /* bytes of one proof (a value of the ledger is inside) */
#define UR_ICS23_STEPS_MAX 128               /* steps from a leaf to the root */

typedef enum ur_ics23_tree { UR_ICS23_IAVL, UR_ICS23_SIMPLE } ur_ics23_tree;

/* What an existence proof says, and the root under which it says it: for a caller that compares them itself.
 * UR_E_INPUT on malformed bytes or a form that the tree does not have, UR_E_LIMIT over a maximum; outputs zeroed. */
UR_MUST_USE ur_status ur_ics23_claim_var(uint8_t root[UR_ICS23_ROOT_BYTES], ur_span *out_key, ur_span *out_value,
    ur_ics23_tree tree, ur_span proof);

/* UR_OK only if the tree under root holds exactly this value (not empty) at this key (not empty). UR_E_PROOF if it shows
 * anything else, else as above. */
UR_MUST_USE ur_status ur_ics23_present_var(const uint8_t root[UR_ICS23_ROOT_BYTES], ur_ics23_tree tree, ur_span key,
    ur_span value, ur_span proof);

/* UR_OK only if the tree under root holds nothing at this key (not empty). */
UR_MUST_USE ur_status ur_ics23_absent_var(const uint8_t root[UR_ICS23_ROOT_BYTES], ur_ics23_tree tree, ur_span key,
    ur_span proof);

/* ---- both trees together: what one store of an application holds ---- */

typedef struct ur_store_proof {
    ur_span in_store; /* of the key in the store's IAVL tree */
    ur_span of_store; /* of the store's root in the application hash */
} ur_store_proof;

/* value: the record, or empty to ask for proven absence. store: its name, for instance "wasm". app_hash: from the verified
 * header one above the height that was asked. Statuses as above. */
UR_MUST_USE ur_status ur_store_check_var(const uint8_t app_hash[UR_ICS23_ROOT_BYTES], ur_span store, ur_span key,
    ur_span value, const ur_store_proof *proof);

#endif
