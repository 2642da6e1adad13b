#include <stdlib.h>

#include "programs/cli/evidence/evidence.h"

static void say_chain(cli *c, const ur_quote *q)
{
    uint8_t der[UR_CHAIN_MAX * UR_CERT_MAX];
    ur_span certs[UR_CHAIN_MAX];
    size_t count;
    ur_cert leaf;
    ur_pck pck;
    if (q->cert_type != UR_CERT_TYPE_PCK_CHAIN) {
        return;
    }
    cli_object_begin(c, "pck");
    if (ur_pem_chain(certs, &count, UR_CHAIN_MAX, der, sizeof der, q->cert_data) != UR_OK ||
        ur_cert_parse(&leaf, certs[0], UR_CERT_MAX) != UR_OK || ur_pck_parse(&pck, leaf.sgx) != UR_OK) {
        cli_say_text(c, "fault", "the certificate chain is not of the form it must have");
    } else {
        cli_say_number(c, "certificates", count);
        cli_say_span(c, "name", leaf.common_name);
        cli_say_hex(c, "serial", leaf.serial.p, leaf.serial.n);
        evidence_say_date(c, "not_before", leaf.not_before);
        evidence_say_date(c, "not_after", leaf.not_after);
        evidence_say_pck(c, &pck);
    }
    cli_object_end(c);
}

static void say_quote(cli *c, const ur_quote *q)
{
    cli_say_number(c, "version", q->version);
    cli_say_text(c, "tee", evidence_tee_name(q->tee));
    cli_say_text(c, "body_kind", evidence_body_name(q->kind));
    if (q->version == 3) {
        cli_say_number(c, "qe_svn", q->qe_svn);
        cli_say_number(c, "pce_svn", q->pce_svn);
    }
    cli_say_hex(c, "user_data", q->user_data.p, q->user_data.n);
    cli_object_begin(c, "body");
    if (q->tee == UR_TEE_TDX) {
        ur_td_body td;
        ur_td_body_read(&td, q->kind, q->body);
        evidence_say_td(c, &td, q->kind);
    } else {
        ur_sgx_body sgx;
        ur_sgx_body_read(&sgx, q->body);
        evidence_say_sgx(c, &sgx);
    }
    cli_object_end(c);
    cli_object_begin(c, "quoting_enclave");
    ur_sgx_body qe;
    ur_sgx_body_read(&qe, q->qe_report);
    cli_say_hex(c, "mr_signer", qe.mr_signer, sizeof qe.mr_signer);
    cli_say_hex(c, "mr_enclave", qe.mr_enclave, sizeof qe.mr_enclave);
    cli_say_number(c, "isv_prodid", ur_le16(qe.isv_prodid));
    cli_say_number(c, "isv_svn", ur_le16(qe.isv_svn));
    cli_say_hex(c, "attributes", qe.attributes, sizeof qe.attributes);
    cli_say_hex(c, "auth_data", q->qe_auth.p, q->qe_auth.n);
    cli_object_end(c);
    cli_say_hex(c, "attestation_key", q->attestation_key, UR_P256_KEY_BYTES);
    cli_say_number(c, "certification_type", q->cert_type);
    say_chain(c, q);
    cli_say_number(c, "trailing_zeros", q->trailing.n);
}

ur_status cli_quote_show(cli *c)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    UR_TRY(evidence_bytes(c, &bytes, &n, cli_value(c, "FILE"), UR_QUOTE_MAX, "quote"));
    ur_status st = ur_quote_parse(&q, &why, ur_span_of(bytes, n));
    if (st == UR_OK) {
        cli_remark(c, "What the quote says; nothing of it was verified.");
        say_quote(c, &q);
    } else {
        st = cli_fail(c, st, "%s: %s (%s)", cli_value(c, "FILE"), ur_reason_text(why), ur_reason_name(why));
    }
    free(bytes);
    return st;
}
