/* The identity that a vault's secret is encrypted to: a text that names everything its key depends on. Design 3.
 *
 *   unrug/1/vault/<chain id>/<contract>/<vault>/<epoch>/<ciphertext version>/<policy hash, 64 hex digits>
 *   unrug/1/drill/<chain id>/<contract>/<committee>/<generation>/<nonce, 64 hex digits>/<index>
 *
 * Chain id [A-Za-z0-9._-]{1,50}, contract in bech32, decimals from 1 without leading zeros. Two different records never
 * give one text: no part may contain a slash. */
#ifndef UR_CORE_POLICY_IDENTITY_H
#define UR_CORE_POLICY_IDENTITY_H

#include "core/base/span.h"
#include "core/hash/hash.h"

#define UR_IDENTITY_CHAIN_MAX 50u
#define UR_IDENTITY_CONTRACT_MAX 90u
#define UR_IDENTITY_MAX 320u /* bytes of any identity */
#define UR_IDENTITY_NONCE_BYTES 32u

typedef struct ur_vault_identity {
    ur_span chain_id;
    ur_span contract;
    uint64_t vault, epoch, version;
    uint8_t policy_hash[UR_SHA256_BYTES];
} ur_vault_identity;

typedef struct ur_drill_identity {
    ur_span chain_id;
    ur_span contract;
    uint64_t committee, generation;
    uint8_t nonce[UR_IDENTITY_NONCE_BYTES];
    uint32_t index;
} ur_drill_identity;

/* UR_E_INPUT and an empty span on a part outside the grammar (a zero included). */
UR_MUST_USE ur_status ur_vault_identity_write(uint8_t buf[UR_IDENTITY_MAX], ur_span *out, const ur_vault_identity *id);
UR_MUST_USE ur_status ur_drill_identity_write(uint8_t buf[UR_IDENTITY_MAX], ur_span *out, const ur_drill_identity *id);
/* Take one apart; borrows. UR_E_INPUT and zeros for anything but exactly one. */
UR_MUST_USE ur_status ur_vault_identity_parse(ur_vault_identity *out, ur_span text);
UR_MUST_USE ur_status ur_drill_identity_parse(ur_drill_identity *out, ur_span text);

/* The grammar of a chain id, and of an address: lower-case bech32. */
bool ur_chain_id_is_valid(ur_span s);
bool ur_address_is_valid(ur_span s);

#endif
