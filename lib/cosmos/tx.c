#include "lib/cosmos/tx.h"

#include "core/hash/hash.h"

static const ur_proto_field any_fields[] = {
    UR_PROTO_PLAIN(1, TEXT, ur_any, type_url),
    UR_PROTO_PLAIN(2, BYTES, ur_any, value),
};
const ur_proto ur_proto_any = UR_PROTO_OF("Any", ur_any, any_fields);

static const ur_proto_field timestamp_fields[] = {
    UR_PROTO_PLAIN(1, U64, ur_timestamp, seconds),
    UR_PROTO_PLAIN(2, U32, ur_timestamp, nanos),
};
const ur_proto ur_proto_timestamp = UR_PROTO_OF("Timestamp", ur_timestamp, timestamp_fields);

static const ur_proto_field body_fields[] = {
    UR_PROTO_LIST_OF(1, ur_tx_body, messages, &ur_proto_any),
    UR_PROTO_PLAIN(2, TEXT, ur_tx_body, memo),
    UR_PROTO_PLAIN(3, U64, ur_tx_body, timeout_height),
    UR_PROTO_PLAIN(4, BOOL, ur_tx_body, unordered),
    UR_PROTO_SUB_OF(5, ur_tx_body, timeout_time, &ur_proto_timestamp),
    UR_PROTO_LIST_OF(1023, ur_tx_body, extensions, &ur_proto_any),
    UR_PROTO_LIST_OF(2047, ur_tx_body, non_critical_extensions, &ur_proto_any),
};
const ur_proto ur_proto_tx_body = UR_PROTO_OF("TxBody", ur_tx_body, body_fields);

static const ur_proto_field single_fields[] = {
    UR_PROTO_PLAIN(1, U32, ur_mode_single, mode),
};
static const ur_proto mode_single = UR_PROTO_OF("ModeInfo.Single", ur_mode_single, single_fields);

static const ur_proto_field mode_fields[] = {
    UR_PROTO_SUB_OF(1, ur_mode_info, single, &mode_single),
    UR_PROTO_PLAIN(2, BYTES, ur_mode_info, multi),
};
static const ur_proto mode_info = UR_PROTO_OF("ModeInfo", ur_mode_info, mode_fields);

static const ur_proto_field signer_fields[] = {
    UR_PROTO_SUB_OF(1, ur_signer_info, public_key, &ur_proto_any),
    UR_PROTO_SUB_OF(2, ur_signer_info, mode_info, &mode_info),
    UR_PROTO_PLAIN(3, U64, ur_signer_info, sequence),
};
static const ur_proto signer_info = UR_PROTO_OF("SignerInfo", ur_signer_info, signer_fields);

static const ur_proto_field fee_fields[] = {
    UR_PROTO_LIST_OF(1, ur_fee, amount, &ur_proto_coin),
    UR_PROTO_PLAIN(2, U64, ur_fee, gas_limit),
    UR_PROTO_PLAIN(3, TEXT, ur_fee, payer),
    UR_PROTO_PLAIN(4, TEXT, ur_fee, granter),
};
static const ur_proto fee = UR_PROTO_OF("Fee", ur_fee, fee_fields);

static const ur_proto_field auth_fields[] = {
    UR_PROTO_LIST_OF(1, ur_auth_info, signers, &signer_info),
    UR_PROTO_SUB_OF(2, ur_auth_info, fee, &fee),
};
const ur_proto ur_proto_auth_info = UR_PROTO_OF("AuthInfo", ur_auth_info, auth_fields);

static const ur_proto_field raw_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_tx_raw, body),
    UR_PROTO_PLAIN(2, BYTES, ur_tx_raw, auth_info),
    UR_PROTO_LIST_OF(3, ur_tx_raw, signatures, NULL),
};
const ur_proto ur_proto_tx_raw = UR_PROTO_OF("TxRaw", ur_tx_raw, raw_fields);

static const ur_proto_field doc_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_sign_doc, body),
    UR_PROTO_PLAIN(2, BYTES, ur_sign_doc, auth_info),
    UR_PROTO_PLAIN(3, TEXT, ur_sign_doc, chain_id),
    UR_PROTO_PLAIN(4, U64, ur_sign_doc, account_number),
};
const ur_proto ur_proto_sign_doc = UR_PROTO_OF("SignDoc", ur_sign_doc, doc_fields);

static const ur_proto_field key_fields[] = {
    UR_PROTO_PLAIN(1, BYTES, ur_pub_key, key),
};
const ur_proto ur_proto_pub_key = UR_PROTO_OF("PubKey", ur_pub_key, key_fields);

static const ur_proto_field msg_data_fields[] = {
    UR_PROTO_LIST_OF(2, ur_tx_msg_data, responses, &ur_proto_any),
};
const ur_proto ur_proto_tx_msg_data = UR_PROTO_OF("TxMsgData", ur_tx_msg_data, msg_data_fields);

/* ---- decoding ---- */

/* ADR-027: one transaction has one encoding, so that its hash cannot be changed by others. */
static ur_status check_adr027(ur_span bytes, ur_err *err)
{
    ur_pb m;
    ur_pb_field f;
    ur_pb_init(&m, bytes, UR_PB_CANONICAL);
    while (ur_pb_more(&m)) {
        if (ur_pb_next_var(&m, &f) != UR_OK) {
            return ur_err_set(err, UR_E_INPUT, "TxRaw: not in the canonical form of ADR-027");
        }
    }
    return UR_OK;
}

static ur_status decode(ur_tx *out, ur_span bytes, ur_err *err)
{
    if (bytes.n > UR_TX_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "a transaction of %zu bytes is larger than %zu", bytes.n, UR_TX_MAX);
    }
    UR_TRY(check_adr027(bytes, err));
    UR_TRY(ur_proto_decode_var(&out->raw, &ur_proto_tx_raw, bytes, UR_PROTO_REFUSE, err));
    UR_TRY(ur_proto_decode_var(&out->body, &ur_proto_tx_body, out->raw.body, UR_PROTO_NON_CRITICAL, err));
    UR_TRY(ur_proto_decode_var(&out->auth, &ur_proto_auth_info, out->raw.auth_info, UR_PROTO_REFUSE, err));
    return out->body.messages.n > 0 ? UR_OK : ur_err_set(err, UR_E_INPUT, "TxBody: no message");
}

ur_status ur_tx_decode_var(ur_tx *out, ur_span bytes, ur_err *err)
{
    ur_status st = decode(out, bytes, err);
    if (st != UR_OK) {
        *out = (ur_tx){0};
    }
    return st;
}

ur_status ur_tx_signer_key_var(ur_span *out, const ur_signer_info *signer, ur_err *err)
{
    ur_pub_key key;
    *out = (ur_span){0};
    if (!signer->has_public_key) {
        return ur_err_set(err, UR_E_ABSENT, "SignerInfo: no public key");
    }
    const ur_any *any = &signer->public_key;
    if (!ur_span_eq_var(any->type_url, UR_SPAN_LIT(UR_PUB_KEY_URL))) {
        return ur_err_set(err, UR_E_POLICY, "public keys of type '%.*s' are not supported, only secp256k1",
                          (int)(any->type_url.n < 100 ? any->type_url.n : 100), (const char *)any->type_url.p);
    }
    UR_TRY(ur_proto_decode_var(&key, &ur_proto_pub_key, any->value, UR_PROTO_REFUSE, err));
    if (key.key.n != 33) {
        return ur_err_set(err, UR_E_INPUT, "PubKey: %zu bytes, not 33", key.key.n);
    }
    *out = key.key;
    return UR_OK;
}

static const char *mode_name(uint32_t mode)
{
    switch (mode) {
    case 0: return "SIGN_MODE_UNSPECIFIED";
    case 1: return "SIGN_MODE_DIRECT";
    case 2: return "SIGN_MODE_TEXTUAL";
    case 3: return "SIGN_MODE_DIRECT_AUX";
    case 127: return "SIGN_MODE_LEGACY_AMINO_JSON";
    case 191: return "SIGN_MODE_EIP_191";
    default: return "an unknown sign mode";
    }
}

ur_status ur_tx_check_direct_var(const ur_signer_info *signer, ur_err *err)
{
    const ur_mode_info *m = &signer->mode_info;
    if (m->multi.p != NULL) {
        return ur_err_set(err, UR_E_POLICY, "signatures of several keys (ModeInfo.Multi) are not supported, only SIGN_MODE_DIRECT");
    }
    if (m->single.mode != UR_SIGN_MODE_DIRECT) {
        return ur_err_set(err, UR_E_POLICY, "%s is not supported, only SIGN_MODE_DIRECT", mode_name(m->single.mode));
    }
    return UR_OK;
}

/* ---- signing ---- */

void ur_sign_doc_hash(uint8_t out[32], const ur_sign_doc *doc)
{
    /* Written in pieces into the hash: heads into a small buffer, long parts as they lie. */
    ur_sha256 c;
    uint8_t head[64];
    const ur_span part[] = {doc->body, doc->auth_info, doc->chain_id};
    ur_sha256_init(&c);
    for (uint32_t i = 0; i < 3; i++) {
        ur_writer w;
        ur_writer_init(&w, head, sizeof head);
        if (part[i].n > 0) {
            ur_pb_write_varint(&w, (i + 1) << 3 | UR_PB_BYTES);
            ur_pb_write_varint(&w, part[i].n);
            ur_sha256_update(&c, head, w.n);
            ur_sha256_update(&c, part[i].p, part[i].n);
        }
    }
    ur_writer w;
    ur_writer_init(&w, head, sizeof head);
    ur_pb_put_u64(&w, 4, doc->account_number);
    ur_sha256_update(&c, head, w.n);
    ur_sha256_final(&c, out);
}

void ur_pub_key_any(ur_any *out, uint8_t value[UR_PUB_KEY_VALUE_BYTES], const uint8_t key[33])
{
    ur_writer w;
    ur_writer_init(&w, value, UR_PUB_KEY_VALUE_BYTES);
    ur_pb_put_bytes(&w, 1, ur_span_of(key, 33));
    *out = (ur_any){UR_SPAN_LIT(UR_PUB_KEY_URL), ur_span_of(value, w.n)};
}
