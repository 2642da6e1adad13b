/* Requests and answers of the queries that a chain's application takes through abci_query, and the records in them. */
#ifndef UR_LIB_COSMOS_QUERY_H
#define UR_LIB_COSMOS_QUERY_H

#include "lib/cosmos/msg.h"

/* Paths of abci_query. */
#define UR_QUERY_ACCOUNT "/cosmos.auth.v1beta1.Query/Account"                   /* ur_query_address -> ur_query_account */
#define UR_QUERY_BALANCE "/cosmos.bank.v1beta1.Query/Balance"                   /* ur_query_balance -> ur_query_balance_response */
#define UR_QUERY_BALANCES "/cosmos.bank.v1beta1.Query/AllBalances"              /* ur_query_address -> ur_query_balances_response */
#define UR_QUERY_SIMULATE "/cosmos.tx.v1beta1.Service/Simulate"                 /* ur_query_simulate -> ur_query_simulated */
#define UR_QUERY_ALLOWANCE "/cosmos.feegrant.v1beta1.Query/Allowance"           /* ur_query_allowance -> ur_query_allowance_response */
#define UR_QUERY_WASM_SMART "/cosmwasm.wasm.v1.Query/SmartContractState"        /* ur_query_wasm -> ur_query_data */
#define UR_QUERY_WASM_RAW "/cosmwasm.wasm.v1.Query/RawContractState"            /* ur_query_wasm -> ur_query_data */
#define UR_QUERY_WASM_CONTRACT "/cosmwasm.wasm.v1.Query/ContractInfo"           /* ur_query_address -> ur_query_contract */
#define UR_QUERY_WASM_CODE "/cosmwasm.wasm.v1.Query/Code"                       /* ur_query_code -> ur_query_code_response */

/* Only an address; what else such a request may hold (pages) is ignored. */
typedef struct ur_query_address {
    ur_span address;
} ur_query_address;

typedef struct ur_base_account {
    ur_span address;
    bool has_pub_key;
    ur_any pub_key;
    uint64_t number, sequence;
} ur_base_account;
#define UR_BASE_ACCOUNT_URL "/cosmos.auth.v1beta1.BaseAccount"

typedef struct ur_query_account {
    bool has_account;
    ur_any account; /* BaseAccount, or one of its kinds that we know nothing of */
} ur_query_account;

typedef struct ur_query_balance {
    ur_span address, denom;
} ur_query_balance;

typedef struct ur_query_balance_response {
    bool has_balance;
    ur_coin balance;
} ur_query_balance_response;

typedef struct ur_query_balances_response {
    ur_coins balances;
} ur_query_balances_response;

typedef struct ur_query_simulate {
    ur_span tx_bytes; /* the older field `tx` is refused */
} ur_query_simulate;

typedef struct ur_gas_info {
    uint64_t wanted, used;
} ur_gas_info;

typedef struct ur_sim_result { /* events are left out: who wants them decodes them apart */
    ur_span data, log;
} ur_sim_result;

typedef struct ur_query_simulated {
    bool has_gas;
    ur_gas_info gas;
    bool has_result;
    ur_sim_result result;
} ur_query_simulated;

typedef struct ur_query_allowance {
    ur_span granter, grantee;
} ur_query_allowance;

typedef struct ur_grant {
    ur_span granter, grantee;
    bool has_allowance;
    ur_any allowance;
} ur_grant;

typedef struct ur_query_allowance_response {
    bool has_allowance;
    ur_grant allowance;
} ur_query_allowance_response;

typedef struct ur_query_wasm {
    ur_span address, query; /* query: JSON, or the raw key */
} ur_query_wasm;

typedef struct ur_query_data {
    ur_span data;
} ur_query_data;

typedef struct ur_tx_position {
    uint64_t height, index;
} ur_tx_position;

typedef struct ur_contract_info { /* also the record itself */
    uint64_t code_id;
    ur_span creator, admin, label;
    bool has_created;
    ur_tx_position created;
    ur_span ibc_port;
} ur_contract_info;

typedef struct ur_query_contract {
    ur_span address;
    bool has_info;
    ur_contract_info info;
} ur_query_contract;

typedef struct ur_query_code {
    uint64_t code_id;
} ur_query_code;

typedef struct ur_code_info { /* of the answer; the record itself is ur_code_record */
    uint64_t code_id;
    ur_span creator, checksum;
    bool has_permission;
    ur_access_config permission;
} ur_code_info;

typedef struct ur_query_code_response {
    bool has_info;
    ur_code_info info;
    ur_span wasm;
} ur_query_code_response;

typedef struct ur_code_record {
    ur_span checksum, creator;
    bool has_permission;
    ur_access_config permission;
} ur_code_record;

extern const ur_proto ur_proto_query_address, ur_proto_base_account, ur_proto_query_account, ur_proto_query_balance,
    ur_proto_query_balance_response, ur_proto_query_balances_response, ur_proto_query_simulate, ur_proto_query_simulated,
    ur_proto_query_allowance, ur_proto_grant, ur_proto_query_allowance_response, ur_proto_query_wasm, ur_proto_query_data,
    ur_proto_contract_info, ur_proto_query_contract, ur_proto_query_code, ur_proto_query_code_response, ur_proto_code_record;

#endif
