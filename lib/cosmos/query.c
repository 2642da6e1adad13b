#include "lib/cosmos/query.h"

#define PROTO(member, name) const ur_proto ur_proto_##member = UR_PROTO_OF(name, ur_##member, member##_fields)

static const ur_proto_field query_address_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_query_address, address),
};
PROTO(query_address, "request by address");

/* ---- accounts ---- */

static const ur_proto_field base_account_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_base_account, address),
    UR_PROTO_SUB_OF(2, ur_base_account, pub_key, &ur_proto_any),
    UR_PROTO_PLAIN(3, U64, ur_base_account, number),
    UR_PROTO_PLAIN(4, U64, ur_base_account, sequence),
};
PROTO(base_account, "BaseAccount");

static const ur_proto_field query_account_fields[] = {
    UR_PROTO_SUB_OF(1, ur_query_account, account, &ur_proto_any),
};
PROTO(query_account, "QueryAccountResponse");

static const ur_proto_field query_balance_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_query_balance, address),
    UR_PROTO_PLAIN(2, TEXT, ur_query_balance, denom),
};
PROTO(query_balance, "QueryBalanceRequest");

static const ur_proto_field query_balance_response_fields[] = {
    UR_PROTO_SUB_OF(1, ur_query_balance_response, balance, &ur_proto_coin),
};
PROTO(query_balance_response, "QueryBalanceResponse");

static const ur_proto_field query_balances_response_fields[] = {
    UR_PROTO_LIST_OF(1, ur_query_balances_response, balances, &ur_proto_coin),
};
PROTO(query_balances_response, "QueryAllBalancesResponse");

/* ---- simulation ---- */

static const ur_proto_field query_simulate_fields[] = {
    UR_PROTO_PLAIN(2, BYTES, ur_query_simulate, tx_bytes),
};
PROTO(query_simulate, "SimulateRequest");

static const ur_proto_field gas_info_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_gas_info, wanted),
    UR_PROTO_PLAIN(2, U64, ur_gas_info, used),
};
static const ur_proto gas_info = UR_PROTO_OF("GasInfo", ur_gas_info, gas_info_fields);

static const ur_proto_field sim_result_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_sim_result, data),
    UR_PROTO_PLAIN(2, TEXT, ur_sim_result, log),
};
static const ur_proto sim_result = UR_PROTO_OF("Result", ur_sim_result, sim_result_fields);

static const ur_proto_field query_simulated_fields[] = {
    UR_PROTO_SUB_OF(1, ur_query_simulated, gas, &gas_info),
    UR_PROTO_SUB_OF(2, ur_query_simulated, result, &sim_result),
};
PROTO(query_simulated, "SimulateResponse");

/* ---- fee grants ---- */

static const ur_proto_field query_allowance_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_query_allowance, granter),
    UR_PROTO_PLAIN(2, TEXT, ur_query_allowance, grantee),
};
PROTO(query_allowance, "QueryAllowanceRequest");

static const ur_proto_field grant_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_grant, granter),
    UR_PROTO_PLAIN(2, TEXT, ur_grant, grantee),
    UR_PROTO_SUB_OF(3, ur_grant, allowance, &ur_proto_any),
};
PROTO(grant, "Grant");

static const ur_proto_field query_allowance_response_fields[] = {
    UR_PROTO_SUB_OF(1, ur_query_allowance_response, allowance, &ur_proto_grant),
};
PROTO(query_allowance_response, "QueryAllowanceResponse");

/* ---- contracts ---- */

static const ur_proto_field query_wasm_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_query_wasm, address),
    UR_PROTO_PLAIN(2, BYTES, ur_query_wasm, query),
};
PROTO(query_wasm, "request to a contract");

static const ur_proto_field query_data_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_query_data, data),
};
PROTO(query_data, "answer of a contract");

static const ur_proto_field position_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_tx_position, height),
    UR_PROTO_PLAIN(2, U64, ur_tx_position, index),
};
static const ur_proto position = UR_PROTO_OF("AbsoluteTxPosition", ur_tx_position, position_fields);

static const ur_proto_field contract_info_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_contract_info, code_id),
    UR_PROTO_PLAIN(2, TEXT, ur_contract_info, creator),
    UR_PROTO_PLAIN(3, TEXT, ur_contract_info, admin),
    UR_PROTO_PLAIN(4, TEXT, ur_contract_info, label),
    UR_PROTO_SUB_OF(5, ur_contract_info, created, &position),
    UR_PROTO_PLAIN(6, TEXT, ur_contract_info, ibc_port),
};
PROTO(contract_info, "ContractInfo");

static const ur_proto_field query_contract_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_query_contract, address),
    UR_PROTO_SUB_OF(2, ur_query_contract, info, &ur_proto_contract_info),
};
PROTO(query_contract, "QueryContractInfoResponse");

static const ur_proto_field query_code_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_query_code, code_id),
};
PROTO(query_code, "QueryCodeRequest");

static const ur_proto_field code_info_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_code_info, code_id),
    UR_PROTO_PLAIN(2, TEXT, ur_code_info, creator),
    UR_PROTO_PLAIN(3, BYTES, ur_code_info, checksum),
    UR_PROTO_SUB_OF(6, ur_code_info, permission, &ur_proto_access_config),
};
static const ur_proto code_info = UR_PROTO_OF("CodeInfoResponse", ur_code_info, code_info_fields);

static const ur_proto_field query_code_response_fields[] = {
    UR_PROTO_SUB_OF(1, ur_query_code_response, info, &code_info),
    UR_PROTO_PLAIN(2, BYTES, ur_query_code_response, wasm),
};
PROTO(query_code_response, "QueryCodeResponse");

static const ur_proto_field code_record_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_code_record, checksum),
    UR_PROTO_PLAIN(2, TEXT, ur_code_record, creator),
    UR_PROTO_SUB_OF(5, ur_code_record, permission, &ur_proto_access_config),
};
PROTO(code_record, "CodeInfo");
