#include "core/attest/collateral.h"

#include "core/codec/json.h"

/* A text of the set, unescaped or decoded from hex to buf when it has to be; empty if absent, null or empty. */
static ur_status take_text(ur_span *out, ur_writer *w, ur_json v)
{
    ur_json_kind kind = ur_json_kind_var(v);
    if (kind == UR_JSON_NONE || kind == UR_JSON_NULL) {
        return UR_OK;
    }
    UR_TRY(ur_json_string_var(out, w->p + w->n, w->cap - w->n, v));
    if (out->p == w->p + w->n) {
        w->n += out->n;
    }
    return UR_OK;
}

static ur_status take_hex(ur_span *out, ur_writer *w, ur_json v)
{
    ur_json_kind kind = ur_json_kind_var(v);
    size_t n = 0;
    if (kind == UR_JSON_NONE || kind == UR_JSON_NULL) {
        return UR_OK;
    }
    UR_TRY(ur_json_hex_upto_var(w->p + w->n, w->cap - w->n, &n, v));
    *out = ur_span_of(w->p + w->n, n);
    w->n += n;
    return UR_OK;
}

static ur_status parse(ur_collateral *out, ur_writer *w, ur_span json)
{
    enum { TCB_INFO, TCB_SIG, TCB_CHAIN, QE, QE_SIG, QE_CHAIN, ROOT_CRL, PCK_CRL, PCK_CHAIN, PCK_CRL_CHAIN, COUNT };
    static const char *const names[COUNT] = {"tcb_info", "tcb_info_signature", "tcb_info_issuer_chain", "qe_identity",
        "qe_identity_signature", "qe_identity_issuer_chain", "root_ca_crl", "pck_crl", "pck_certificate_chain",
        "pck_crl_issuer_chain"};
    ur_json f[COUNT];
    ur_json top;
    UR_TRY(ur_json_parse_var(&top, json));
    UR_TRY(ur_json_fields_var(f, names, COUNT, 0, top));
    UR_TRY(take_text(&out->tcb_info, w, f[TCB_INFO]));
    UR_TRY(take_hex(&out->tcb_info_signature, w, f[TCB_SIG]));
    UR_TRY(take_text(&out->tcb_info_chain, w, f[TCB_CHAIN]));
    UR_TRY(take_text(&out->qe_identity, w, f[QE]));
    UR_TRY(take_hex(&out->qe_identity_signature, w, f[QE_SIG]));
    UR_TRY(take_text(&out->qe_identity_chain, w, f[QE_CHAIN]));
    UR_TRY(take_hex(&out->root_crl, w, f[ROOT_CRL]));
    UR_TRY(take_hex(&out->pck_crl, w, f[PCK_CRL]));
    return take_text(&out->pck_chain, w, f[PCK_CHAIN]);
}

ur_status ur_collateral_parse(ur_collateral *out, void *buf, size_t buf_len, ur_span json)
{
    ur_writer w;
    ur_writer_init(&w, buf, buf_len);
    *out = (ur_collateral){0};
    ur_status s = json.n > UR_COLLATERAL_JSON_MAX ? UR_E_LIMIT : parse(out, &w, json);
    if (s != UR_OK) {
        *out = (ur_collateral){0};
    }
    return s;
}

ur_status ur_pcs_answer_split(ur_span *body, uint8_t signature[UR_P256_SIG_BYTES], ur_span json)
{
    enum { SIGNATURE, TCB_INFO, QE, COUNT };
    static const char *const names[COUNT] = {"signature", "tcbInfo", "enclaveIdentity"};
    ur_json f[COUNT];
    ur_json top;
    *body = (ur_span){0};
    memset(signature, 0, UR_P256_SIG_BYTES);
    UR_TRY(ur_json_parse_var(&top, json));
    UR_TRY(ur_json_fields_var(f, names, COUNT, TCB_INFO, top));
    ur_json inner = f[TCB_INFO].raw.n != 0 ? f[TCB_INFO] : f[QE];
    if (ur_json_kind_var(inner) != UR_JSON_OBJECT || (f[TCB_INFO].raw.n != 0 && f[QE].raw.n != 0)) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_json_hex_var(signature, UR_P256_SIG_BYTES, f[SIGNATURE]));
    *body = inner.raw;
    return UR_OK;
}
