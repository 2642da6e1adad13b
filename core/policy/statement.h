/* What an instance of an agent signs to be heard by the ledger, and what a release authority signs to add an image: the
 * bytes, as contract, agent and command line make them. Design 6.
 *
 *   statement  SHA-256( field("unrug/1/statement") field(kind) field(chain id) field(contract) field(vault) field(epoch)
 *              field(sequence) field(seen height) field(rest)... )
 *   rest of    heartbeat      field(version) field(ciphertext hash) field(secret)
 *              migrate        field(successor's account)
 *              retire         nothing
 *              change_policy  field(policy hash) field(ciphertext hash)
 *              activate       field(instance key) field(ciphertext hash) field(secret)
 *   image      SHA-256( field("unrug/1/image") field(chain id) field(contract) field(vault) field(policy hash) field(image) )
 *
 * field(x) is the length of x as 32 bits and x; numbers are 8 bytes; integers are big-endian. So two different statements
 * never give the same bytes, nor does a statement look like anything else that is signed here. Signatures are secp256k1
 * over the hash, r and s of 32 bytes each, s in the lower half. Variable time: all of it is public. No allocation. */
#ifndef UR_CORE_POLICY_STATEMENT_H
#define UR_CORE_POLICY_STATEMENT_H

#include "core/base/span.h"
#include "core/hash/hash.h"

#define UR_STATEMENT_SECRET_MAX 96u
#define UR_STATEMENT_IMAGE_MAX 4096u
#define UR_INSTANCE_KEY_BYTES 33u /* secp256k1, compressed */

typedef enum ur_statement_kind {
    UR_STATEMENT_HEARTBEAT = 1,
    UR_STATEMENT_MIGRATE,
    UR_STATEMENT_RETIRE,
    UR_STATEMENT_CHANGE_POLICY,
    UR_STATEMENT_ACTIVATE,
} ur_statement_kind;

/* Fields that a kind does not have are not looked at. */
typedef struct ur_statement {
    ur_statement_kind kind;
    ur_span chain_id;
    ur_span contract;
    uint64_t vault;
    uint64_t epoch;       /* the one that goes on or ends by it; of an activation: the one that begins */
    uint64_t sequence;    /* above every earlier one of the vault */
    uint64_t seen_height; /* of the newest header that the instance has verified */
    uint64_t version;     /* heartbeat: of the ciphertext */
    uint8_t ciphertext_hash[UR_SHA256_BYTES]; /* heartbeat, change_policy, activate: SHA-256 of the sealed file */
    ur_span secret;       /* heartbeat, activate: what names the secret (a public key, or a salted hash), when it may be a
                             new one; empty otherwise */
    ur_span successor;    /* migrate */
    uint8_t policy_hash[UR_SHA256_BYTES];        /* change_policy: of the new one */
    uint8_t instance_key[UR_INSTANCE_KEY_BYTES]; /* activate: whose statements count from then on */
} ur_statement;

/* "heartbeat" and so on; NULL for a value that is no kind. Static storage. */
const char *ur_statement_kind_name(ur_statement_kind kind);

/* What is signed. UR_E_INPUT and zeros on an unknown kind, a chain id or contract outside the grammar of identities, a
 * vault, epoch or sequence of 0, a successor that is no address; UR_E_LIMIT on a secret over the maximum. */
UR_MUST_USE ur_status ur_statement_hash(uint8_t out[UR_SHA256_BYTES], const ur_statement *s);

/* A release authority's word for one more image under one policy of one vault. */
typedef struct ur_image_statement {
    ur_span chain_id;
    ur_span contract;
    uint64_t vault;
    uint8_t policy_hash[UR_SHA256_BYTES];
    ur_span image; /* its JSON, byte by byte as it is sent */
} ur_image_statement;

/* As above; UR_E_INPUT on an empty image too, UR_E_LIMIT on one over the maximum. */
UR_MUST_USE ur_status ur_image_statement_hash(uint8_t out[UR_SHA256_BYTES], const ur_image_statement *s);

/* The form of a compressed key: whether it is a point shows when something is verified with it. */
bool ur_statement_key_has_form(const uint8_t key[UR_INSTANCE_KEY_BYTES]);

#endif
