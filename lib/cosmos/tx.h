/* Transactions of Cosmos chains on the wire: TxRaw and what it holds, what is signed, what comes back. What a decoded
 * transaction means (signatures, fees, sequences, limits of the chain) is the business of who decodes it. */
#ifndef UR_LIB_COSMOS_TX_H
#define UR_LIB_COSMOS_TX_H

#include "lib/cosmos/coin.h"

#define UR_TX_MAX ((size_t)1 << 20) /* bytes, as CometBFT's mempool has it */
#define UR_TX_MESSAGES_MAX 100
#define UR_TX_SIGNERS_MAX 16 /* chains take 7 */
#define UR_TX_EXTENSIONS_MAX 4

typedef struct ur_any {
    ur_span type_url, value;
} ur_any;

typedef struct ur_anys {
    size_t n;
    ur_any at[UR_TX_MESSAGES_MAX];
} ur_anys;

typedef struct ur_timestamp {
    uint64_t seconds; /* int64 on the wire */
    uint32_t nanos;
} ur_timestamp;

typedef struct ur_tx_extensions {
    size_t n;
    ur_any at[UR_TX_EXTENSIONS_MAX];
} ur_tx_extensions;

typedef struct ur_tx_body {
    ur_anys messages;
    ur_span memo;
    uint64_t timeout_height; /* 0: none */
    bool unordered;
    bool has_timeout_time;
    ur_timestamp timeout_time;
    ur_tx_extensions extensions, non_critical_extensions;
} ur_tx_body;

typedef enum ur_sign_mode { UR_SIGN_MODE_UNSPECIFIED = 0, UR_SIGN_MODE_DIRECT = 1 } ur_sign_mode;

typedef struct ur_mode_single {
    uint32_t mode;
} ur_mode_single;

typedef struct ur_mode_info { /* of the oneof `sum`; neither: unspecified */
    bool has_single;
    ur_mode_single single;
    ur_span multi; /* not taken apart */
} ur_mode_info;

typedef struct ur_signer_info {
    bool has_public_key;
    ur_any public_key;
    bool has_mode_info;
    ur_mode_info mode_info;
    uint64_t sequence;
} ur_signer_info;

typedef struct ur_signer_infos {
    size_t n;
    ur_signer_info at[UR_TX_SIGNERS_MAX];
} ur_signer_infos;

typedef struct ur_fee {
    ur_coins amount;
    uint64_t gas_limit;
    ur_span payer, granter; /* empty: the first signer, nobody */
} ur_fee;

typedef struct ur_auth_info {
    ur_signer_infos signers;
    bool has_fee;
    ur_fee fee;
} ur_auth_info;

typedef struct ur_signatures { /* of any length: empty ones when simulating */
    size_t n;
    ur_span at[UR_TX_SIGNERS_MAX];
} ur_signatures;

typedef struct ur_tx_raw {
    ur_span body, auth_info;
    ur_signatures signatures;
} ur_tx_raw;

typedef struct ur_sign_doc {
    ur_span body, auth_info, chain_id;
    uint64_t account_number;
} ur_sign_doc;

typedef struct ur_pub_key {
    ur_span key;
} ur_pub_key;

/* What a delivered transaction's result.data holds. */
typedef struct ur_tx_msg_data {
    ur_anys responses;
} ur_tx_msg_data;

extern const ur_proto ur_proto_any, ur_proto_timestamp, ur_proto_tx_body, ur_proto_auth_info, ur_proto_tx_raw, ur_proto_sign_doc,
    ur_proto_pub_key, ur_proto_tx_msg_data;

/* A whole transaction, taken apart; about 8 KiB. */
typedef struct ur_tx {
    ur_tx_raw raw;
    ur_tx_body body;
    ur_auth_info auth;
} ur_tx;

/* As the SDK's decoder: TxRaw in rising fields and shortest varints with nothing unknown (ADR-027), nothing unknown in
 * AuthInfo, only non-critical unknown fields in TxBody. Messages stay Any (lib/cosmos/msg.h takes them apart), and there must be
 * one. UR_E_INPUT or UR_E_LIMIT with the reason in err; *out zeroed. */
UR_MUST_USE ur_status ur_tx_decode_var(ur_tx *out, ur_span bytes, ur_err *err);

/* The public key of a signer, 33 bytes borrowed. UR_E_ABSENT without one, UR_E_POLICY for a key that is not secp256k1 (named
 * in err), UR_E_INPUT when malformed. */
UR_MUST_USE ur_status ur_tx_signer_key_var(ur_span *out, const ur_signer_info *signer, ur_err *err);
/* UR_OK if this signer signs by SIGN_MODE_DIRECT; UR_E_POLICY otherwise, with the mode's name in err. */
UR_MUST_USE ur_status ur_tx_check_direct_var(const ur_signer_info *signer, ur_err *err);

/* SHA-256 of the encoded SignDoc: what is signed. */
void ur_sign_doc_hash(uint8_t out[32], const ur_sign_doc *doc);

/* How a public key is written in SignerInfo and BaseAccount. value: room for the encoding, borrowed by *out. */
#define UR_PUB_KEY_VALUE_BYTES 35
void ur_pub_key_any(ur_any *out, uint8_t value[UR_PUB_KEY_VALUE_BYTES], const uint8_t key[33]);
#define UR_PUB_KEY_URL "/cosmos.crypto.secp256k1.PubKey"

#endif
