#include "lib/cosmos/msg.h"

static const ur_proto_field send_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_send, from),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_send, to),
    UR_PROTO_LIST_OF(3, ur_msg_send, amount, &ur_proto_coin),
};
static const ur_proto_field grant_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_grant, granter),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_grant, grantee),
    UR_PROTO_SUB_OF(3, ur_msg_grant, allowance, &ur_proto_any),
};
static const ur_proto_field revoke_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_revoke, granter),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_revoke, grantee),
};
static const ur_proto_field access_fields[] = {
    UR_PROTO_PLAIN(1, U32, ur_access_config, permission),
    UR_PROTO_LIST_OF(3, ur_access_config, addresses, NULL),
};
const ur_proto ur_proto_access_config = UR_PROTO_OF("AccessConfig", ur_access_config, access_fields);

static const ur_proto_field store_code_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_store_code, sender),
    UR_PROTO_PLAIN(2, BYTES, ur_msg_store_code, wasm),
    UR_PROTO_SUB_OF(5, ur_msg_store_code, permission, &ur_proto_access_config),
};
static const ur_proto_field instantiate_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_instantiate, sender),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_instantiate, admin),
    UR_PROTO_PLAIN(3, U64, ur_msg_instantiate, code_id),
    UR_PROTO_PLAIN(4, TEXT, ur_msg_instantiate, label),
    UR_PROTO_PLAIN(5, BYTES, ur_msg_instantiate, msg),
    UR_PROTO_LIST_OF(6, ur_msg_instantiate, funds, &ur_proto_coin),
};
static const ur_proto_field instantiate2_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_instantiate2, sender),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_instantiate2, admin),
    UR_PROTO_PLAIN(3, U64, ur_msg_instantiate2, code_id),
    UR_PROTO_PLAIN(4, TEXT, ur_msg_instantiate2, label),
    UR_PROTO_PLAIN(5, BYTES, ur_msg_instantiate2, msg),
    UR_PROTO_LIST_OF(6, ur_msg_instantiate2, funds, &ur_proto_coin),
    UR_PROTO_PLAIN(7, BYTES, ur_msg_instantiate2, salt),
    UR_PROTO_PLAIN(8, BOOL, ur_msg_instantiate2, fix_msg),
};
static const ur_proto_field execute_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_msg_execute, sender),
    UR_PROTO_PLAIN(2, TEXT, ur_msg_execute, contract),
    UR_PROTO_PLAIN(3, BYTES, ur_msg_execute, msg),
    UR_PROTO_LIST_OF(5, ur_msg_execute, funds, &ur_proto_coin), /* 4 was never used */
};

static const struct {
    const char *url, *response_url;
    ur_proto proto;
} kinds[UR_MSG_KINDS] = {
#define UR_MSG(name, member, service, proto)             \
    [UR_MSG_##name] = {"/" service "." proto, "/" service "." proto "Response", \
                       UR_PROTO_OF(proto, ur_msg_##member, member##_fields)},
#include "lib/cosmos/msg.def"
#undef UR_MSG
};

const char *ur_msg_url(ur_msg_kind kind) { return kinds[kind].url; }
const char *ur_msg_response_url(ur_msg_kind kind) { return kinds[kind].response_url; }

ur_status ur_msg_decode_var(ur_msg *out, const ur_any *any, ur_err *err)
{
    *out = (ur_msg){0};
    for (int i = 0; i < UR_MSG_KINDS; i++) {
        if (ur_span_eq_var(any->type_url, ur_span_str_var(kinds[i].url))) {
            ur_status st = ur_proto_decode_var(&out->u, &kinds[i].proto, any->value, UR_PROTO_NON_CRITICAL, err);
            out->kind = st == UR_OK ? (ur_msg_kind)i : (ur_msg_kind)0;
            return st;
        }
    }
    return ur_err_set(err, UR_E_ABSENT, "no message of type '%.*s' is known here",
                      (int)(any->type_url.n < 100 ? any->type_url.n : 100), (const char *)any->type_url.p);
}

void ur_msg_encode(ur_writer *w, const ur_msg *msg) { ur_proto_encode(w, &kinds[msg->kind].proto, &msg->u); }

ur_span ur_msg_signer(const ur_msg *msg)
{
    switch (msg->kind) {
    case UR_MSG_SEND: return msg->u.send.from;
    case UR_MSG_GRANT: return msg->u.grant.granter;
    case UR_MSG_REVOKE: return msg->u.revoke.granter;
    case UR_MSG_STORE_CODE: return msg->u.store_code.sender;
    case UR_MSG_INSTANTIATE: return msg->u.instantiate.sender;
    case UR_MSG_INSTANTIATE2: return msg->u.instantiate2.sender;
    case UR_MSG_EXECUTE: return msg->u.execute.sender;
    case UR_MSG_KINDS: break;
    }
    return (ur_span){0};
}

/* ---- fee allowances ---- */

static const ur_proto_field basic_fields[] = {
    UR_PROTO_LIST_OF(1, ur_basic_allowance, spend_limit, &ur_proto_coin),
    UR_PROTO_SUB_OF(2, ur_basic_allowance, expiration, &ur_proto_timestamp),
};
const ur_proto ur_proto_basic_allowance = UR_PROTO_OF("BasicAllowance", ur_basic_allowance, basic_fields);

ur_status ur_allowance_decode_var(ur_basic_allowance *out, const ur_any *any, ur_err *err)
{
    *out = (ur_basic_allowance){0};
    if (!ur_span_eq_var(any->type_url, UR_SPAN_LIT(UR_BASIC_ALLOWANCE_URL))) {
        return ur_err_set(err, UR_E_POLICY, "fee allowances of type '%.*s' are not supported, only BasicAllowance",
                          (int)(any->type_url.n < 100 ? any->type_url.n : 100), (const char *)any->type_url.p);
    }
    return ur_proto_decode_var(out, &ur_proto_basic_allowance, any->value, UR_PROTO_NON_CRITICAL, err);
}

/* ---- responses ---- */

static const ur_proto_field store_code_response_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_store_code_response, code_id),
    UR_PROTO_PLAIN(2, BYTES, ur_store_code_response, checksum),
};
const ur_proto ur_proto_store_code_response =
    UR_PROTO_OF("MsgStoreCodeResponse", ur_store_code_response, store_code_response_fields);

static const ur_proto_field instantiate_response_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_instantiate_response, address),
    UR_PROTO_PLAIN(2, BYTES, ur_instantiate_response, data),
};
const ur_proto ur_proto_instantiate_response =
    UR_PROTO_OF("MsgInstantiateContractResponse", ur_instantiate_response, instantiate_response_fields);

static const ur_proto_field execute_response_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_execute_response, data),
};
const ur_proto ur_proto_execute_response =
    UR_PROTO_OF("MsgExecuteContractResponse", ur_execute_response, execute_response_fields);
