/* Addresses of accounts and contracts. */
#ifndef UR_LIB_COSMOS_ADDRESS_H
#define UR_LIB_COSMOS_ADDRESS_H

#include "core/codec/bech32.h"
#include "lib/suite/secp256k1.h"

#define UR_ADDRESS_TEXT_MAX (UR_BECH32_MAX + 1) /* with its terminator */
#define UR_ADDRESS_BYTES_MAX 32                 /* 20 of an account, 32 of a contract */
#define UR_ADDRESS_CONTRACT_BYTES 32

typedef struct ur_address {
    size_t n; /* 20 or 32 */
    uint8_t b[UR_ADDRESS_BYTES_MAX];
} ur_address;

/* RIPEMD-160(SHA-256(key)), UR_SECP_PUB_BYTES of a compressed key. UR_E_UNAVAILABLE if OpenSSL lacks RIPEMD-160. */
UR_MUST_USE ur_status ur_address_of_key(ur_address *out, const ur_secp_pub *key);
/* The contract that a chain's `instance`-th instantiation makes (both numbers count chain-wide, from 1). */
void ur_address_of_contract(ur_address *out, uint64_t code_id, uint64_t instance);
/* The one that MsgInstantiateContract2 makes. msg: the init message if fix_msg was set, else empty. */
void ur_address_of_contract2(ur_address *out, const uint8_t checksum[32], const ur_address *creator, ur_span salt, ur_span msg);

/* As text with this prefix, terminated. UR_E_USAGE on a bad prefix, UR_E_LIMIT on one that is too long; "" then. */
UR_MUST_USE ur_status ur_address_text(char out[UR_ADDRESS_TEXT_MAX], ur_span prefix, const ur_address *address);
/* Lower case, this prefix, 20 or 32 bytes; UR_E_INPUT and zeros otherwise. An empty prefix stands for any. */
UR_MUST_USE ur_status ur_address_parse_var(ur_address *out, ur_span prefix, ur_span text);

#endif
