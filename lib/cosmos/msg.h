/* The messages of transactions that unrug sends and its ledger takes, and their responses. */
#ifndef UR_LIB_COSMOS_MSG_H
#define UR_LIB_COSMOS_MSG_H

#include "lib/cosmos/tx.h"

typedef enum ur_msg_kind {
#define UR_MSG(name, member, service, proto) UR_MSG_##name,
#include "lib/cosmos/msg.def"
#undef UR_MSG
    UR_MSG_KINDS
} ur_msg_kind;

typedef struct ur_msg_send {
    ur_span from, to;
    ur_coins amount;
} ur_msg_send;

typedef struct ur_msg_grant {
    ur_span granter, grantee;
    bool has_allowance;
    ur_any allowance; /* ur_allowance_decode_var */
} ur_msg_grant;

typedef struct ur_msg_revoke {
    ur_span granter, grantee;
} ur_msg_revoke;

typedef enum ur_access { UR_ACCESS_UNSPECIFIED = 0, UR_ACCESS_NOBODY = 1, UR_ACCESS_EVERYBODY = 3, UR_ACCESS_ANY_OF = 4 } ur_access;

#define UR_ACCESS_ADDRESSES_MAX 32
typedef struct ur_access_config {
    uint32_t permission; /* ur_access */
    struct {
        size_t n;
        ur_span at[UR_ACCESS_ADDRESSES_MAX];
    } addresses;
} ur_access_config;

typedef struct ur_msg_store_code {
    ur_span sender, wasm; /* wasm, or gzip of it */
    bool has_permission;
    ur_access_config permission; /* who may instantiate */
} ur_msg_store_code;

typedef struct ur_msg_instantiate {
    ur_span sender, admin;
    uint64_t code_id;
    ur_span label, msg; /* msg: JSON */
    ur_coins funds;
} ur_msg_instantiate;

typedef struct ur_msg_instantiate2 {
    ur_span sender, admin;
    uint64_t code_id;
    ur_span label, msg;
    ur_coins funds;
    ur_span salt;
    bool fix_msg;
} ur_msg_instantiate2;

typedef struct ur_msg_execute {
    ur_span sender, contract, msg; /* msg: JSON */
    ur_coins funds;
} ur_msg_execute;

typedef struct ur_msg {
    ur_msg_kind kind;
    union {
        ur_msg_send send;
        ur_msg_grant grant;
        ur_msg_revoke revoke;
        ur_msg_store_code store_code;
        ur_msg_instantiate instantiate;
        ur_msg_instantiate2 instantiate2;
        ur_msg_execute execute;
    } u;
} ur_msg;

/* "/cosmos.bank.v1beta1.MsgSend" and so on; terminated, static. */
const char *ur_msg_url(ur_msg_kind kind);
const char *ur_msg_response_url(ur_msg_kind kind);

/* UR_E_ABSENT for a type that is not in the table (named in err), UR_E_INPUT and UR_E_LIMIT when malformed; *out zeroed. Unknown
 * non-critical fields are ignored, as the SDK ignores them. What a chain demands of the values (addresses, amounts, JSON) is not looked at. */
UR_MUST_USE ur_status ur_msg_decode_var(ur_msg *out, const ur_any *any, ur_err *err);
/* The value of the Any. */
void ur_msg_encode(ur_writer *w, const ur_msg *msg);
/* Who must sign it: its sender, as text. */
ur_span ur_msg_signer(const ur_msg *msg);

/* ---- fee allowances ---- */

typedef struct ur_basic_allowance {
    ur_coins spend_limit; /* empty: no limit */
    bool has_expiration;
    ur_timestamp expiration;
} ur_basic_allowance;

extern const ur_proto ur_proto_basic_allowance, ur_proto_access_config;
#define UR_BASIC_ALLOWANCE_URL "/cosmos.feegrant.v1beta1.BasicAllowance"
/* UR_E_POLICY for another kind of allowance, named in err. */
UR_MUST_USE ur_status ur_allowance_decode_var(ur_basic_allowance *out, const ur_any *any, ur_err *err);

/* ---- responses: what an Any of TxMsgData holds. The others are empty messages ---- */

typedef struct ur_store_code_response {
    uint64_t code_id;
    ur_span checksum;
} ur_store_code_response;

typedef struct ur_instantiate_response { /* of both instantiations */
    ur_span address, data;
} ur_instantiate_response;

typedef struct ur_execute_response {
    ur_span data;
} ur_execute_response;

extern const ur_proto ur_proto_store_code_response, ur_proto_instantiate_response, ur_proto_execute_response;

#endif
