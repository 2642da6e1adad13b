#include "core/attest/verify.h"

#include "core/attest/tcb.h"
#include "core/codec/json.h"

/* SHA-256 of the certificate: 44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3, 2018-05-21T10:45:10Z to
 * 2049-12-31T23:59:59Z. */
const ur_attest_root ur_attest_root_intel = {
    .key = {0x0b, 0xa9, 0xc4, 0xc0, 0xc0, 0xc8, 0x61, 0x93, 0xa3, 0xfe, 0x23, 0xd6, 0xb0, 0x2c, 0xda, 0x10, 0xa8, 0xbb,
        0xd4, 0xe8, 0x8e, 0x48, 0xb4, 0x45, 0x85, 0x61, 0xa3, 0x6e, 0x70, 0x55, 0x25, 0xf5, 0x67, 0x91, 0x8e, 0x2e, 0xdc,
        0x88, 0xe4, 0x0d, 0x86, 0x0b, 0xd0, 0xcc, 0x4e, 0xe2, 0x6a, 0xac, 0xc9, 0x88, 0xe5, 0x05, 0xa9, 0x53, 0x55, 0x8c,
        0x45, 0x3f, 0x6b, 0x09, 0x04, 0xae, 0x73, 0x94},
    .not_before = 1526899510,
    .not_after = 2524607999,
};

const ur_attest_rules ur_attest_rules_default = {
    .td_attributes_allowed = UR_TD_SEPT_VE_DISABLE | UR_TD_PKS | UR_TD_KL | UR_TD_PERFMON,
    .allow_service_td = false,
    .allow_chain_in_collateral = false,
};

ur_status ur_attest_root_of_cert(ur_attest_root *out, ur_span der)
{
    ur_cert c;
    *out = (ur_attest_root){0};
    UR_TRY(ur_cert_parse(&c, der, UR_CERT_MAX));
    if (!c.is_ca || !ur_span_eq_var(c.issuer, c.subject)) {
        return UR_E_INPUT;
    }
    memcpy(out->key, c.key, sizeof out->key);
    out->not_before = c.not_before;
    out->not_after = c.not_after;
    return UR_OK;
}

/* Scratch, cut in three. */
#define PCK_CHAIN_BYTES (3 * UR_CERT_MAX)
#define SIGNER_CHAIN_BYTES (2 * UR_CERT_MAX)
_Static_assert(PCK_CHAIN_BYTES + SIGNER_CHAIN_BYTES + UR_CERT_MAX == UR_ATTEST_SCRATCH_BYTES, "scratch");

typedef struct work {
    const ur_attest_ops *ops;
    const ur_attest_root *roots;
    size_t root_count;
    const ur_attest_rules *rules;
    const ur_collateral *col;
    int64_t now;
    uint8_t *pck_chain_buf;
    uint8_t *signer_chain_buf;
    uint8_t *leaf_buf;

    ur_quote quote;
    ur_cert leaf, ca, root, signer;
    ur_span vendor; /* what stands before " SGX ..." in every name of the hierarchy */
    ur_crl root_crl, pck_crl;
    ur_tcb_info info;
    ur_qe_identity qe;
    ur_sgx_body qe_report;
    ur_tcb_subject subject;
    ur_level platform[2];
} work;

static bool in_force(const work *w, int64_t from, int64_t until) { return from <= w->now && w->now <= until; }

static void narrow(ur_verdict *out, int64_t from, int64_t until)
{
    out->valid_from = from > out->valid_from ? from : out->valid_from;
    out->valid_until = until < out->valid_until ? until : out->valid_until;
}

/* A failed check's reason; a failure of the operation table stays what it is. */
static ur_status refuse_unless_failed(ur_verdict *out, ur_status s, ur_reason why)
{
    return s == UR_E_PROOF || s == UR_E_INPUT ? ur_refuse(&out->reason, why) : s;
}

static ur_status check_signed(work *w, ur_verdict *out, const uint8_t key[UR_P256_KEY_BYTES], ur_span message,
    const uint8_t sig[UR_P256_SIG_BYTES], ur_reason why)
{
    ur_status s = ur_attest_signed(w->ops, key, message, sig, true);
    return s == UR_OK ? s : refuse_unless_failed(out, s, why);
}

/* `vendor` SGX `role`. */
static bool has_role(const work *w, const ur_cert *c, ur_span role)
{
    ur_span cn = c->common_name;
    return cn.n == w->vendor.n + role.n && ur_eq_var(cn.p, w->vendor.p, w->vendor.n) &&
           ur_eq_var(cn.p + w->vendor.n, role.p, role.n);
}

static ur_status parse_chain(ur_cert *const *certs, size_t want, uint8_t *buf, size_t buf_len, ur_span pem)
{
    ur_span der[UR_CHAIN_MAX];
    size_t n = 0;
    UR_TRY(ur_pem_chain(der, &n, want, buf, buf_len, pem));
    if (n != want) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        UR_TRY(ur_cert_parse(certs[i], der[i], UR_CERT_MAX));
    }
    return UR_OK;
}

/* ---- the platform's chain ---- */

/* The PEM text to judge: the quote's own, or the collateral's for quotes that only name the platform. */
static ur_status choose_chain(work *w, ur_verdict *out, ur_span *pem)
{
    static const size_t length[] = {0, 16 + 16 + 2 + 2, 256 + 16 + 2 + 2, 384 + 16 + 2 + 2};
    const ur_quote *q = &w->quote;
    *pem = q->cert_type == UR_CERT_TYPE_PCK_CHAIN ? q->cert_data : w->col->pck_chain;
    if (pem->n == 0 || (!w->rules->allow_chain_in_collateral && q->cert_type != UR_CERT_TYPE_PCK_CHAIN)) {
        return ur_refuse(&out->reason, UR_REASON_CERT_TYPE);
    }
    if (q->cert_type < UR_CERT_TYPE_PCK_LEAF && q->cert_data.n != length[q->cert_type]) {
        return ur_refuse(&out->reason, UR_REASON_CERT_TYPE);
    }
    return UR_OK;
}

/* What a quote without a chain says of its platform must be what the chain says. */
static ur_status check_named(work *w, ur_verdict *out)
{
    const ur_quote *q = &w->quote;
    if (q->cert_type == UR_CERT_TYPE_PCK_LEAF) {
        ur_span der;
        size_t n = 0;
        if (ur_pem_chain(&der, &n, 1, w->leaf_buf, UR_CERT_MAX, q->cert_data) != UR_OK ||
            !ur_span_eq_var(der, w->leaf.der)) {
            return ur_refuse(&out->reason, UR_REASON_PCK_CHAIN);
        }
    }
    if (q->cert_type == UR_CERT_TYPE_PPID_CLEAR && !ur_eq_var(q->cert_data.p, out->pck.ppid, sizeof out->pck.ppid)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CHAIN);
    }
    if (q->cert_type < UR_CERT_TYPE_PCK_LEAF &&
        !ur_eq_var(q->cert_data.p + q->cert_data.n - 2, out->pck.pceid, sizeof out->pck.pceid)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CHAIN);
    }
    return UR_OK;
}

/* The chain's last certificate is taken for its key and name alone: the key must be pinned. */
static ur_status check_root(work *w, ur_verdict *out)
{
    static const char role[] = " SGX Root CA";
    const ur_attest_root *root = NULL;
    for (size_t i = 0; root == NULL && i < w->root_count; i++) {
        root = ur_eq_var(w->roots[i].key, w->root.key, UR_P256_KEY_BYTES) ? &w->roots[i] : NULL;
    }
    if (root == NULL) {
        return ur_refuse(&out->reason, UR_REASON_ROOT_UNTRUSTED);
    }
    ur_span cn = w->root.common_name;
    size_t n = sizeof role - 1;
    if (cn.n <= n || !ur_eq_var(cn.p + cn.n - n, role, n)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CN);
    }
    w->vendor = ur_span_of(cn.p, cn.n - n);
    bool intel = ur_eq_var(root->key, ur_attest_root_intel.key, UR_P256_KEY_BYTES);
    if (intel && !ur_span_eq_var(w->vendor, UR_SPAN_LIT("Intel"))) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CN);
    }
    if (!in_force(w, root->not_before, root->not_after)) {
        return ur_refuse(&out->reason, UR_REASON_CERT_EXPIRED);
    }
    narrow(out, root->not_before, root->not_after);
    memcpy(out->root, root->key, UR_P256_KEY_BYTES);
    return UR_OK;
}

static ur_status check_validity(work *w, ur_verdict *out, const ur_cert *c)
{
    if (!in_force(w, c->not_before, c->not_after)) {
        return ur_refuse(&out->reason, UR_REASON_CERT_EXPIRED);
    }
    narrow(out, c->not_before, c->not_after);
    return UR_OK;
}

static ur_status check_root_crl(work *w, ur_verdict *out)
{
    const ur_crl *crl = &w->root_crl;
    if (ur_crl_parse(&w->root_crl, w->col->root_crl) != UR_OK) {
        return ur_refuse(&out->reason, UR_REASON_CRL_FORMAT);
    }
    if (!ur_span_eq_var(crl->issuer, w->root.subject)) {
        return ur_refuse(&out->reason, UR_REASON_ROOT_CRL_ISSUER);
    }
    if (!in_force(w, crl->this_update, crl->next_update)) {
        return ur_refuse(&out->reason, UR_REASON_ROOT_CRL_EXPIRED);
    }
    narrow(out, crl->this_update, crl->next_update);
    return check_signed(w, out, w->root.key, crl->tbs, crl->signature, UR_REASON_ROOT_CRL_SIGNATURE);
}

static ur_status check_pck_crl(work *w, ur_verdict *out)
{
    const ur_crl *crl = &w->pck_crl;
    if (ur_crl_parse(&w->pck_crl, w->col->pck_crl) != UR_OK) {
        return ur_refuse(&out->reason, UR_REASON_CRL_FORMAT);
    }
    if (!ur_span_eq_var(crl->issuer, w->ca.subject) || (w->ca.key_usage & UR_KEY_USAGE_CRL_SIGN) == 0) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CRL_ISSUER);
    }
    if (!in_force(w, crl->this_update, crl->next_update)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CRL_EXPIRED);
    }
    narrow(out, crl->this_update, crl->next_update);
    UR_TRY(check_signed(w, out, w->ca.key, crl->tbs, crl->signature, UR_REASON_PCK_CRL_SIGNATURE));
    if (ur_crl_lists(crl, w->leaf.serial)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_REVOKED);
    }
    return UR_OK;
}

/* An end entity: no CA, and if it says what its key is for, then for signatures. */
static bool is_end_entity(const ur_cert *c)
{
    return !c->is_ca && (!c->has_key_usage || ((c->key_usage & UR_KEY_USAGE_DIGITAL_SIGNATURE) != 0 &&
                                                  (c->key_usage & UR_KEY_USAGE_CERT_SIGN) == 0));
}

static ur_status check_pck_chain(work *w, ur_verdict *out)
{
    if (!is_end_entity(&w->leaf) || !w->ca.is_ca || (w->ca.key_usage & UR_KEY_USAGE_CERT_SIGN) == 0 ||
        !ur_span_eq_var(w->leaf.issuer, w->ca.subject) || !ur_span_eq_var(w->ca.issuer, w->root.subject)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CHAIN);
    }
    bool platform = has_role(w, &w->ca, UR_SPAN_LIT(" SGX PCK Platform CA"));
    if (!has_role(w, &w->leaf, UR_SPAN_LIT(" SGX PCK Certificate")) ||
        (!platform && !has_role(w, &w->ca, UR_SPAN_LIT(" SGX PCK Processor CA")))) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CN);
    }
    UR_TRY(check_validity(w, out, &w->leaf));
    UR_TRY(check_validity(w, out, &w->ca));
    UR_TRY(check_root_crl(w, out));
    if (ur_crl_lists(&w->root_crl, w->ca.serial)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CA_REVOKED);
    }
    UR_TRY(check_signed(w, out, w->root.key, w->ca.tbs, w->ca.signature, UR_REASON_PCK_CHAIN_SIG));
    UR_TRY(check_pck_crl(w, out));
    UR_TRY(check_signed(w, out, w->ca.key, w->leaf.tbs, w->leaf.signature, UR_REASON_PCK_CHAIN_SIG));
    if (ur_pck_parse(&out->pck, w->leaf.sgx) != UR_OK || (out->pck.has_platform && !platform)) {
        return ur_refuse(&out->reason, UR_REASON_PCK_EXTENSION);
    }
    return check_named(w, out);
}

/* ---- signed documents ---- */

typedef struct document {
    ur_span text, signature, chain;
    ur_reason bad_chain, bad_name, revoked, bad_signature;
} document;

/* The signer's chain, exactly signer and root, then the document's signature. `checked`: a chain of the same octets was
 * accepted just before, and w->signer is its signer. */
static ur_status check_document(work *w, ur_verdict *out, const document *d, bool checked)
{
    if (!checked) {
        ur_cert again;
        ur_cert *const certs[] = {&w->signer, &again};
        if (parse_chain(certs, 2, w->signer_chain_buf, SIGNER_CHAIN_BYTES, d->chain) != UR_OK ||
            !ur_eq_var(again.key, w->root.key, sizeof again.key) || !ur_span_eq_var(again.subject, w->root.subject) ||
            !is_end_entity(&w->signer) || !ur_span_eq_var(w->signer.issuer, w->root.subject)) {
            return ur_refuse(&out->reason, d->bad_chain);
        }
        if (!has_role(w, &w->signer, UR_SPAN_LIT(" SGX TCB Signing"))) {
            return ur_refuse(&out->reason, d->bad_name);
        }
        UR_TRY(check_validity(w, out, &w->signer));
        if (ur_crl_lists(&w->root_crl, w->signer.serial)) {
            return ur_refuse(&out->reason, d->revoked);
        }
        UR_TRY(check_signed(w, out, w->root.key, w->signer.tbs, w->signer.signature, d->bad_chain));
    }
    if (d->signature.n != UR_P256_SIG_BYTES) {
        return ur_refuse(&out->reason, d->bad_signature);
    }
    return check_signed(w, out, w->signer.key, d->text, d->signature.p, d->bad_signature);
}

/* What stands at a level: the platform by its certificate, and the TD by its body, which is believed only once the quote's
 * signature has verified. */
static void set_subject(work *w, const ur_verdict *out)
{
    w->subject = (ur_tcb_subject){.pcesvn = out->pck.pcesvn, .svn_count = 1};
    memcpy(w->subject.components, out->pck.components, sizeof w->subject.components);
    if (w->quote.tee == UR_TEE_TDX) {
        w->subject.is_td = true;
        memcpy(w->subject.tee_svn[0], out->td.tee_tcb_svn, 16);
        memcpy(w->subject.tee_svn[1], out->td.tee_tcb_svn2, 16);
        w->subject.svn_count = w->quote.kind >= UR_BODY_TD15 ? 2 : 1;
    }
}

static ur_status check_tcb_info(work *w, ur_verdict *out)
{
    const document d = {w->col->tcb_info, w->col->tcb_info_signature, w->col->tcb_info_chain, UR_REASON_TCB_INFO_CHAIN,
        UR_REASON_TCB_INFO_SIGNER_CN, UR_REASON_TCB_INFO_SIGNER_REVOKED, UR_REASON_TCB_INFO_SIGNATURE};
    UR_TRY(check_document(w, out, &d, false));
    set_subject(w, out);
    UR_TRY(ur_tcb_info_match(&w->info, w->platform, &out->reason, d.text, &w->subject));
    if (w->info.tee != w->quote.tee) {
        return ur_refuse(&out->reason, UR_REASON_TCB_INFO_MISMATCH);
    }
    if (w->now < w->info.issued) {
        return ur_refuse(&out->reason, UR_REASON_TCB_INFO_NOT_YET_VALID);
    }
    if (w->now > w->info.next_update) {
        return ur_refuse(&out->reason, UR_REASON_TCB_INFO_EXPIRED);
    }
    narrow(out, w->info.issued, w->info.next_update);
    if (!ur_eq_var(w->info.fmspc, out->pck.fmspc, sizeof out->pck.fmspc)) {
        return ur_refuse(&out->reason, UR_REASON_FMSPC_MISMATCH);
    }
    if (!ur_eq_var(w->info.pceid, out->pck.pceid, sizeof out->pck.pceid)) {
        return ur_refuse(&out->reason, UR_REASON_PCEID_MISMATCH);
    }
    out->tcb_evaluation = w->info.evaluation;
    out->tcb_issued = w->info.issued;
    return UR_OK;
}

static ur_status check_qe_identity(work *w, ur_verdict *out)
{
    const document d = {w->col->qe_identity, w->col->qe_identity_signature, w->col->qe_identity_chain,
        UR_REASON_QE_IDENTITY_CHAIN, UR_REASON_QE_IDENTITY_SIGNER_CN, UR_REASON_QE_IDENTITY_SIGNER_REVOKED,
        UR_REASON_QE_IDENTITY_SIGNATURE};
    UR_TRY(check_document(w, out, &d, ur_span_eq_var(d.chain, w->col->tcb_info_chain)));
    UR_TRY(ur_qe_identity_parse(&w->qe, &out->reason, d.text));
    if (w->qe.tee != w->quote.tee) {
        return ur_refuse(&out->reason, UR_REASON_QE_IDENTITY_MISMATCH);
    }
    if (w->now < w->qe.issued) {
        return ur_refuse(&out->reason, UR_REASON_QE_IDENTITY_NOT_YET_VALID);
    }
    if (w->now > w->qe.next_update) {
        return ur_refuse(&out->reason, UR_REASON_QE_IDENTITY_EXPIRED);
    }
    narrow(out, w->qe.issued, w->qe.next_update);
    out->qe_evaluation = w->qe.evaluation;
    out->qe_issued = w->qe.issued;
    return UR_OK;
}

/* ---- the quoting enclave and the quote ---- */

static ur_status check_qe_report(work *w, ur_verdict *out)
{
    const ur_quote *q = &w->quote;
    uint8_t expected[64] = {0};
    const ur_span parts[] = {ur_span_of(q->attestation_key, UR_P256_KEY_BYTES), q->qe_auth};
    ur_status s = ur_attest_signed(w->ops, w->leaf.key, q->qe_report, q->qe_report_signature, false);
    if (s != UR_OK) {
        return refuse_unless_failed(out, s, UR_REASON_QE_REPORT_SIGNATURE);
    }
    ur_sgx_body_read(&w->qe_report, q->qe_report);
    w->ops->sha256(w->ops->ctx, expected, parts, 2);
    if (!ur_eq_var(w->qe_report.report_data, expected, sizeof expected)) {
        return ur_refuse(&out->reason, UR_REASON_QE_REPORT_DATA);
    }
    for (size_t i = 0; i < sizeof w->qe.miscselect; i++) {
        if ((w->qe_report.miscselect[i] & w->qe.miscselect_mask[i]) != w->qe.miscselect[i]) {
            return ur_refuse(&out->reason, UR_REASON_QE_MISCSELECT);
        }
    }
    bool debug = (w->qe_report.attributes[0] & UR_SGX_DEBUG) != 0;
    for (size_t i = 0; i < sizeof w->qe.attributes; i++) {
        if (debug || (w->qe_report.attributes[i] & w->qe.attributes_mask[i]) != w->qe.attributes[i]) {
            return ur_refuse(&out->reason, UR_REASON_QE_ATTRIBUTES);
        }
    }
    if (!ur_eq_var(w->qe_report.mr_signer, w->qe.mr_signer, sizeof w->qe.mr_signer)) {
        return ur_refuse(&out->reason, UR_REASON_QE_MRSIGNER);
    }
    if (ur_le16(w->qe_report.isv_prodid) != w->qe.isv_prodid) {
        return ur_refuse(&out->reason, UR_REASON_QE_PRODID);
    }
    out->qe_isv_svn = ur_le16(w->qe_report.isv_svn);
    return UR_OK;
}

static ur_status check_quote(work *w, ur_verdict *out)
{
    const ur_quote *q = &w->quote;
    w->ops->sha256(w->ops->ctx, out->signed_hash, &q->signed_part, 1);
    ur_status s = ur_attest_signed_hash(w->ops, q->attestation_key, out->signed_hash, q->signature, false);
    return s == UR_OK ? s : refuse_unless_failed(out, s, s == UR_E_INPUT ? UR_REASON_ATT_KEY : UR_REASON_QUOTE_SIGNATURE);
}

/* ---- levels ---- */

static ur_status add_advisories(ur_verdict *out, ur_span list)
{
    ur_json_iter it;
    ur_json v;
    if (list.n == 0) {
        return UR_OK;
    }
    UR_TRY(ur_json_array_var(&it, (ur_json){list}));
    while (ur_json_next_var(&it, &v)) {
        ur_span name;
        size_t i = 0;
        UR_TRY(ur_json_plain_var(&name, v));
        while (i < out->advisory_count && !ur_span_eq_var(out->advisories[i], name)) {
            i++;
        }
        if (i == out->advisory_count) {
            if (i == UR_ADVISORIES_MAX) {
                return ur_refuse(&out->reason, UR_REASON_TCB_INFO_FORMAT);
            }
            out->advisories[out->advisory_count++] = name;
        }
    }
    return UR_OK;
}

static ur_status use_level(ur_verdict *out, ur_tcb_status *status, const ur_level *l)
{
    *status = l->status;
    if (l->status == UR_TCB_NONE) {
        return UR_OK;
    }
    if (l->date < out->tcb_date) {
        out->tcb_date = l->date;
    }
    return add_advisories(out, l->advisories);
}

static ur_status check_levels(work *w, ur_verdict *out)
{
    const ur_level *platform = w->platform;
    ur_level module[2] = {0};
    ur_level qe = {0};
    ur_tcb_status status[2] = {UR_TCB_NONE, UR_TCB_NONE};
    if (ur_tcb_enclave_level(&qe, w->qe.levels, out->qe_isv_svn) != UR_OK) {
        return ur_refuse(&out->reason, UR_REASON_QE_IDENTITY_FORMAT);
    }
    if (qe.status == UR_TCB_NONE) {
        return ur_refuse(&out->reason, UR_REASON_QE_SVN_UNSUPPORTED);
    }
    for (size_t i = 0; i < w->subject.svn_count; i++) {
        if (w->subject.is_td) {
            UR_TRY(ur_tcb_module_level(&module[i], &out->reason, &w->info, w->subject.tee_svn[i], &out->td));
        }
        if (platform[i].status == UR_TCB_NONE) {
            return ur_refuse(&out->reason, UR_REASON_TCB_NOT_SUPPORTED);
        }
        status[i] = ur_tcb_converge(ur_tcb_converge(platform[i].status, module[i].status), qe.status);
    }
    out->tcb_date = INT64_MAX;
    UR_TRY(use_level(out, &out->platform, &platform[0]));
    UR_TRY(use_level(out, &out->module, &module[0]));
    UR_TRY(use_level(out, &out->qe, &qe));
    out->tcb = w->subject.svn_count == 2 ? ur_tcb_relaunch(status[0], status[1]) : status[0];
    return out->tcb == UR_TCB_Revoked ? ur_refuse(&out->reason, UR_REASON_TCB_REVOKED) : UR_OK;
}

/* ---- rules for bodies ---- */

static bool all_zero(const uint8_t *p, size_t n)
{
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) {
        any |= p[i];
    }
    return any == 0;
}

static ur_status check_td(const ur_attest_rules *rules, ur_verdict *out)
{
    const ur_td_body *td = &out->td;
    uint64_t attributes = ur_le64(td->td_attributes);
    if ((attributes & UR_TD_DEBUG) != 0) {
        return ur_refuse(&out->reason, UR_REASON_DEBUG);
    }
    if ((attributes & UR_TD_MIGRATABLE) != 0) {
        return ur_refuse(&out->reason, UR_REASON_TD_ATTR_MIGRATABLE);
    }
    if ((attributes & (UR_TD_UNDER_DEBUG | ~(rules->td_attributes_allowed | UR_TD_SEPT_VE_DISABLE))) != 0) {
        return ur_refuse(&out->reason, UR_REASON_TD_ATTR_RESERVED);
    }
    if ((attributes & UR_TD_SEPT_VE_DISABLE) == 0) {
        return ur_refuse(&out->reason, UR_REASON_SEPT_VE_DISABLE);
    }
    if (!rules->allow_service_td && (!all_zero(td->mr_servicetd, sizeof td->mr_servicetd) ||
                                        !all_zero(td->init_servtd_hash, sizeof td->init_servtd_hash) ||
                                        !all_zero(td->curr_servtd_hash, sizeof td->curr_servtd_hash))) {
        return ur_refuse(&out->reason, UR_REASON_SERVICE_TD);
    }
    return UR_OK;
}

static ur_status check_enclave(ur_verdict *out)
{
    uint8_t flags = out->sgx.attributes[0];
    if ((flags & UR_SGX_DEBUG) != 0) {
        return ur_refuse(&out->reason, UR_REASON_DEBUG);
    }
    if ((flags & (UR_SGX_INIT | UR_SGX_MODE64 | UR_SGX_PROVISION_KEY)) != (UR_SGX_INIT | UR_SGX_MODE64)) {
        return ur_refuse(&out->reason, UR_REASON_SGX_ATTRIBUTES);
    }
    return UR_OK;
}

static void read_body(const work *w, ur_verdict *out)
{
    const ur_quote *q = &w->quote;
    ur_span data = ur_quote_report_data(q);
    out->version = q->version;
    out->tee = q->tee;
    out->kind = q->kind;
    memcpy(out->report_data, data.p, sizeof out->report_data);
    if (q->tee == UR_TEE_TDX) {
        ur_td_body_read(&out->td, q->kind, q->body);
    } else {
        ur_sgx_body_read(&out->sgx, q->body);
    }
}

static ur_status run(work *w, ur_verdict *out, ur_span quote)
{
    ur_span pem;
    ur_cert *const chain[] = {&w->leaf, &w->ca, &w->root};
    out->valid_from = INT64_MIN;
    out->valid_until = INT64_MAX;
    UR_TRY(ur_quote_parse(&w->quote, &out->reason, quote));
    read_body(w, out);
    UR_TRY(choose_chain(w, out, &pem));
    if (parse_chain(chain, 3, w->pck_chain_buf, PCK_CHAIN_BYTES, pem) != UR_OK) {
        return ur_refuse(&out->reason, UR_REASON_PCK_CHAIN);
    }
    UR_TRY(check_root(w, out));
    UR_TRY(check_pck_chain(w, out));
    UR_TRY(check_tcb_info(w, out));
    UR_TRY(check_qe_identity(w, out));
    UR_TRY(check_qe_report(w, out));
    UR_TRY(check_quote(w, out));
    const ur_span ppid = ur_span_of(out->pck.ppid, sizeof out->pck.ppid);
    w->ops->sha256(w->ops->ctx, out->device_id, &ppid, 1);
    UR_TRY(check_levels(w, out));
    return w->quote.tee == UR_TEE_TDX ? check_td(w->rules, out) : check_enclave(out);
}

ur_status ur_attest_verify(ur_verdict *out, const ur_attest_ops *ops, const ur_attest_root *roots, size_t root_count,
    const ur_attest_rules *rules, const ur_collateral *collateral, ur_span quote, int64_t now, void *scratch,
    size_t scratch_len)
{
    *out = (ur_verdict){0};
    if (roots == NULL || root_count == 0 || rules == NULL || scratch == NULL || scratch_len < UR_ATTEST_SCRATCH_BYTES) {
        out->status = UR_E_USAGE;
        return out->status;
    }
    uint8_t *s = scratch;
    work w = {.ops = ops,
        .roots = roots,
        .root_count = root_count,
        .rules = rules,
        .col = collateral,
        .now = now,
        .pck_chain_buf = s,
        .signer_chain_buf = s + PCK_CHAIN_BYTES,
        .leaf_buf = s + PCK_CHAIN_BYTES + SIGNER_CHAIN_BYTES};
    ur_status status = run(&w, out, quote);
    if (status != UR_OK && status != UR_E_POLICY) {
        ur_reason reason = out->reason;
        *out = (ur_verdict){.reason = reason};
    }
    out->status = status;
    return status;
}
