/* Sets as JSON texts, and what a quote needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/attest/quote.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/collateral/collateral.h"

void ur_coll_set_free(ur_coll_set *set)
{
    free(set->json);
    free(set->buffer);
    *set = (ur_coll_set){0};
}

/* The text "pck_crl_issuer_chain", which core/attest does not need. Unescaped into the end of the buffer. */
static ur_status issuer_chain(ur_span *out, uint8_t *buf, size_t cap, ur_span json)
{
    ur_json top;
    *out = (ur_span){0};
    UR_TRY(ur_json_parse_var(&top, json));
    ur_json text = ur_json_get_var(top, "pck_crl_issuer_chain");
    if (ur_json_kind_var(text) == UR_JSON_NONE) {
        return UR_OK;
    }
    return ur_json_string_var(out, buf, cap, text);
}

ur_status ur_coll_set_read(ur_coll_set *out, ur_span json, ur_err *err)
{
    *out = (ur_coll_set){0};
    if (json.n > UR_COLLATERAL_JSON_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "collateral of more than %u bytes", UR_COLLATERAL_JSON_MAX);
    }
    out->json = malloc(json.n + 1);
    out->buffer = malloc(2 * json.n + 1);
    if (out->json == NULL || out->buffer == NULL) {
        ur_coll_set_free(out);
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    memcpy(out->json, json.p, json.n);
    out->json[json.n] = 0;
    out->json_len = json.n;
    ur_span text = ur_span_of(out->json, out->json_len);
    ur_status st = ur_collateral_parse(&out->parts, out->buffer, json.n, text);
    if (st == UR_OK) {
        st = issuer_chain(&out->pck_crl_issuer_chain, out->buffer + json.n, json.n, text);
    }
    if (st != UR_OK) {
        ur_coll_set_free(out);
        return ur_err_set(err, st, "this is not a set of collateral");
    }
    return UR_OK;
}

/* The second and third certificate of a PEM chain of three, as they stand. */
static ur_span without_leaf_var(ur_span pem)
{
    static const char end[] = "-----END CERTIFICATE-----";
    const size_t n = sizeof end - 1;
    for (size_t i = 0; i + n <= pem.n; i++) {
        if (ur_eq_var(pem.p + i, end, n)) {
            i += n;
            while (i < pem.n && (pem.p[i] == '\r' || pem.p[i] == '\n')) {
                i++;
            }
            return ur_span_of(pem.p + i, pem.n - i);
        }
    }
    return (ur_span){0};
}

void ur_coll_set_docs(ur_coll_doc out[UR_COLL_KINDS], const ur_coll_set *set)
{
    const ur_collateral *c = &set->parts;
    ur_span pck_issuers = set->pck_crl_issuer_chain.n != 0 ? set->pck_crl_issuer_chain : without_leaf_var(c->pck_chain);
    out[UR_COLL_ROOT_CRL] = (ur_coll_doc){.kind = UR_COLL_ROOT_CRL, .body = c->root_crl};
    out[UR_COLL_PCK_CRL] = (ur_coll_doc){.kind = UR_COLL_PCK_CRL, .body = c->pck_crl, .issuer_chain = pck_issuers};
    out[UR_COLL_QE_IDENTITY] = (ur_coll_doc){.kind = UR_COLL_QE_IDENTITY, .body = c->qe_identity,
                                            .signature = c->qe_identity_signature, .issuer_chain = c->qe_identity_chain};
    out[UR_COLL_TCB_INFO] = (ur_coll_doc){.kind = UR_COLL_TCB_INFO, .body = c->tcb_info, .signature = c->tcb_info_signature,
                                         .issuer_chain = c->tcb_info_chain};
}

ur_status ur_coll_set_in_force(const ur_coll_set *set, const ur_coll_trust *trust, int64_t now, ur_err *err)
{
    ur_coll_doc docs[UR_COLL_KINDS];
    ur_coll_set_docs(docs, set);
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        UR_TRY(ur_coll_doc_check(&docs[i], trust, err));
        UR_TRY(ur_coll_doc_in_force(&docs[i], now, err));
    }
    return UR_OK;
}

/* ---- needs ---- */

static bool contains_var(ur_span s, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= s.n; i++) {
        if (ur_eq_var(s.p + i, part, n)) {
            return true;
        }
    }
    return false;
}

ur_status ur_coll_need_of_quote(ur_coll_need *out, ur_span bytes, ur_err *err)
{
    uint8_t der[UR_CHAIN_MAX * UR_CERT_MAX];
    ur_span certs[UR_CHAIN_MAX];
    size_t count;
    ur_quote quote;
    ur_cert leaf;
    ur_pck pck;
    ur_reason why = UR_REASON_NONE;
    *out = (ur_coll_need){0};
    ur_status st = ur_quote_parse(&quote, &why, bytes);
    if (st != UR_OK) {
        return ur_err_set(err, st, "%s", ur_reason_text(why));
    }
    if (quote.cert_type != UR_CERT_TYPE_PCK_CHAIN) {
        return ur_err_set(err, UR_E_ABSENT, "the quote carries no certificate chain (certification type %u)", quote.cert_type);
    }
    if (ur_pem_chain(certs, &count, UR_CHAIN_MAX, der, sizeof der, quote.cert_data) != UR_OK ||
        ur_cert_parse(&leaf, certs[0], UR_CERT_MAX) != UR_OK || ur_pck_parse(&pck, leaf.sgx) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "the quote's PCK certificate is malformed");
    }
    out->tee = quote.tee;
    memcpy(out->fmspc, pck.fmspc, sizeof out->fmspc);
    out->processor_ca = contains_var(leaf.issuer, "PCK Processor CA");
    return UR_OK;
}

void ur_coll_need_text(char out[UR_COLL_NAME_MAX], const ur_coll_need *need)
{
    (void)snprintf(out, UR_COLL_NAME_MAX, "%s-%02X%02X%02X%02X%02X%02X%s", need->tee == UR_TEE_TDX ? "tdx" : "sgx",
                   need->fmspc[0], need->fmspc[1], need->fmspc[2], need->fmspc[3], need->fmspc[4], need->fmspc[5],
                   need->processor_ca ? "-processor" : "");
}

ur_status ur_coll_need_parse(ur_coll_need *out, const char *text, ur_err *err)
{
    ur_span s = ur_span_str_var(text);
    *out = (ur_coll_need){0};
    bool tdx = s.n > 4 && ur_eq_var(s.p, "tdx-", 4);
    bool sgx = s.n > 4 && ur_eq_var(s.p, "sgx-", 4);
    bool processor = s.n == 26 && ur_eq_var(s.p + 16, "-processor", 10);
    bool platform = s.n == 16 || (s.n == 25 && ur_eq_var(s.p + 16, "-platform", 9));
    if ((!tdx && !sgx) || (!processor && !platform) ||
        ur_hex_decode(out->fmspc, sizeof out->fmspc, ur_span_of(s.p + 4, 12)) != UR_OK) {
        *out = (ur_coll_need){0};
        return ur_err_set(err, UR_E_USAGE, "'%s' is not of the form tdx-90C06F000000 or sgx-00A067110000-processor", text);
    }
    out->tee = tdx ? UR_TEE_TDX : UR_TEE_SGX;
    out->processor_ca = processor;
    return UR_OK;
}
