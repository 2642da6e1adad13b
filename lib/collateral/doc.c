/* One signed document: what it is, from when to when it is good, and whether its signature reaches a trusted root. */
#include <stdio.h>
#include <string.h>

#include "lib/collateral/collateral.h"
#include "lib/os/date.h"

void ur_coll_doc_title(char out[UR_COLL_TITLE_MAX], const ur_coll_doc *doc)
{
    const char *name = doc->name, *blank = name[0] == '\0' ? "" : " ";
    switch (doc->kind) {
    case UR_COLL_PCK_CRL:
        (void)snprintf(out, UR_COLL_TITLE_MAX, name[0] == '\0' ? "PCK CRL%s" : "PCK CRL of the %s CA", name);
        return;
    case UR_COLL_QE_IDENTITY: (void)snprintf(out, UR_COLL_TITLE_MAX, "QE identity%s%s", blank, name); return;
    case UR_COLL_TCB_INFO: (void)snprintf(out, UR_COLL_TITLE_MAX, "TCB info%s%s", blank, name); return;
    default: (void)snprintf(out, UR_COLL_TITLE_MAX, "root CRL");
    }
}

static bool ends_with_var(ur_span s, const char *end)
{
    size_t n = strlen(end);
    return s.n >= n && ur_eq_var(s.p + s.n - n, end, n);
}

/* Signed by one of the roots, whose key goes to doc->root. */
static ur_status signed_by_root(ur_coll_doc *doc, const ur_coll_trust *trust, ur_span tbs, const uint8_t sig[64])
{
    for (size_t i = 0; i < trust->root_count; i++) {
        ur_status st = ur_attest_signed(trust->ops, trust->roots[i].key, tbs, sig, true);
        if (st == UR_OK) {
            memcpy(doc->root, trust->roots[i].key, sizeof doc->root);
        }
        if (st != UR_E_PROOF) {
            return st;
        }
    }
    return UR_E_PROOF;
}

/* The first certificate of a chain of two, with the name its role demands, issued by a root. der: room for the chain. */
static ur_status signer(ur_cert *out, ur_coll_doc *doc, const ur_coll_trust *trust, uint8_t der[2 * UR_CERT_MAX],
                        const char *name_end, bool ca, ur_err *err)
{
    ur_span certs[2];
    size_t count;
    if (ur_pem_chain(certs, &count, 2, der, (size_t)2 * UR_CERT_MAX, doc->issuer_chain) != UR_OK || count != 2 ||
        ur_cert_parse(out, certs[0], UR_CERT_MAX) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "its issuer chain is not two certificates in PEM");
    }
    if (!ends_with_var(out->common_name, name_end) || out->is_ca != ca) {
        return ur_err_set(err, UR_E_PROOF, "it is signed by a certificate that may not sign such documents");
    }
    if (out->serial.n > sizeof doc->signer_serial) {
        return ur_err_set(err, UR_E_LIMIT, "its signer's certificate has a serial number of more than 20 bytes");
    }
    memcpy(doc->signer_serial, out->serial.p, out->serial.n);
    doc->signer_serial_len = out->serial.n;
    doc->signer_from = out->not_before;
    doc->signer_until = out->not_after;
    ur_status st = signed_by_root(doc, trust, out->tbs, out->signature);
    if (st == UR_E_PROOF) {
        return ur_err_set(err, st, "its signer's certificate was not issued by a trusted root");
    }
    return st == UR_OK ? st : ur_err_set(err, st, "checking a signature failed");
}

static ur_status crl_number(int64_t *out, ur_span number)
{
    uint64_t x = 0;
    if (number.n > 8) {
        return UR_E_LIMIT;
    }
    for (size_t i = 0; i < number.n; i++) {
        x = x << 8 | number.p[i];
    }
    if (x > INT64_MAX) {
        return UR_E_LIMIT;
    }
    *out = (int64_t)x;
    return UR_OK;
}

static ur_status check_crl(ur_coll_doc *doc, const ur_coll_trust *trust, ur_err *err)
{
    uint8_t der[2 * UR_CERT_MAX];
    ur_crl crl;
    ur_cert ca;
    ur_status st;
    if (ur_crl_parse(&crl, doc->body) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "it is not a revocation list of the expected form");
    }
    if (doc->kind == UR_COLL_ROOT_CRL) {
        st = signed_by_root(doc, trust, crl.tbs, crl.signature);
    } else {
        bool processor;
        st = signer(&ca, doc, trust, der, " CA", true, err);
        if (st != UR_OK) {
            return st;
        }
        processor = ends_with_var(ca.common_name, "PCK Processor CA");
        if (!processor && !ends_with_var(ca.common_name, "PCK Platform CA")) {
            return ur_err_set(err, UR_E_PROOF, "its issuer is not a PCK certificate authority");
        }
        if (!ur_span_eq_var(ca.subject, crl.issuer)) {
            return ur_err_set(err, UR_E_PROOF, "it was issued by another authority than its issuer chain shows");
        }
        (void)snprintf(doc->name, sizeof doc->name, processor ? "processor" : "platform");
        st = ur_attest_signed(trust->ops, ca.key, crl.tbs, crl.signature, true);
    }
    if (st != UR_OK) {
        return ur_err_set(err, st, st == UR_E_PROOF ? "its signature does not verify" : "checking a signature failed");
    }
    if (crl_number(&doc->number, crl.number) != UR_OK) {
        return ur_err_set(err, UR_E_LIMIT, "its CRL number is over 63 bits");
    }
    doc->issued = crl.this_update;
    doc->until = crl.next_update;
    return UR_OK;
}

static ur_status check_json(ur_coll_doc *doc, const ur_coll_trust *trust, ur_err *err)
{
    uint8_t der[2 * UR_CERT_MAX];
    ur_cert cert;
    ur_reason why = UR_REASON_NONE;
    ur_status st = signer(&cert, doc, trust, der, "SGX TCB Signing", false, err);
    if (st != UR_OK) {
        return st;
    }
    if (doc->signature.n != UR_P256_SIG_BYTES) {
        return ur_err_set(err, UR_E_INPUT, "its signature is not 64 bytes");
    }
    st = ur_attest_signed(trust->ops, cert.key, doc->body, doc->signature.p, true);
    if (st != UR_OK) {
        return ur_err_set(err, st, st == UR_E_PROOF ? "its signature does not verify" : "checking a signature failed");
    }
    if (doc->kind == UR_COLL_TCB_INFO) {
        ur_tcb_info info;
        st = ur_tcb_info_parse(&info, &why, doc->body);
        if (st == UR_OK) {
            ur_coll_need need = {.tee = info.tee};
            memcpy(need.fmspc, info.fmspc, sizeof need.fmspc);
            ur_coll_need_text(doc->name, &need);
            doc->issued = info.issued;
            doc->until = info.next_update;
            doc->number = info.evaluation;
        }
    } else {
        ur_qe_identity identity;
        st = ur_qe_identity_parse(&identity, &why, doc->body);
        if (st == UR_OK) {
            (void)snprintf(doc->name, sizeof doc->name, identity.tee == UR_TEE_TDX ? "tdx" : "sgx");
            doc->issued = identity.issued;
            doc->until = identity.next_update;
            doc->number = identity.evaluation;
        }
    }
    return st == UR_OK ? st : ur_err_set(err, st, "%s", ur_reason_text(why));
}

ur_status ur_coll_doc_check(ur_coll_doc *doc, const ur_coll_trust *trust, ur_err *err)
{
    char title[UR_COLL_TITLE_MAX];
    char asked[UR_COLL_NAME_MAX];
    (void)snprintf(asked, sizeof asked, "%s", doc->name);
    ur_coll_doc_title(title, doc);
    (void)snprintf(doc->name, sizeof doc->name, "root");
    ur_status st = doc->kind == UR_COLL_ROOT_CRL || doc->kind == UR_COLL_PCK_CRL ? check_crl(doc, trust, err)
                                                                                : check_json(doc, trust, err);
    if (st == UR_OK && asked[0] != '\0' && strcmp(asked, doc->name) != 0) {
        st = ur_err_set(err, UR_E_INPUT, "this is another document: %s", doc->name);
    }
    if (st != UR_OK) {
        doc->issued = doc->until = doc->number = doc->signer_from = doc->signer_until = 0;
        memset(doc->signer_serial, 0, sizeof doc->signer_serial);
        doc->signer_serial_len = 0;
        memset(doc->root, 0, sizeof doc->root);
        (void)snprintf(doc->name, sizeof doc->name, "%s", asked);
    }
    return ur_err_in(err, st, "%s", title);
}

ur_status ur_coll_doc_in_force(const ur_coll_doc *doc, int64_t now, ur_err *err)
{
    char title[UR_COLL_TITLE_MAX], date[UR_DATE_TEXT_MAX];
    ur_coll_doc_title(title, doc);
    if (now > doc->until) {
        ur_date_text(date, doc->until);
        return ur_err_set(err, UR_E_UNAVAILABLE, "%s: was good until %s; fetch it anew", title, date);
    }
    if (now < doc->issued) {
        ur_date_text(date, doc->issued);
        return ur_err_set(err, UR_E_UNAVAILABLE, "%s: is good from %s only; is the clock right?", title, date);
    }
    return UR_OK;
}
