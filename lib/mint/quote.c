/* Quotes, versions 3 to 5, and the reports inside them. Integers are little-endian. */
#include "core/hash/hash.h"
#include "lib/mint/mint.h"

const uint8_t ur_mint_intel_vendor[16] = {0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
                                          0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

static void zeros(ur_writer *w, size_t n)
{
    uint8_t *at = ur_writer_reserve(w, n);
    if (at != NULL) {
        memset(at, 0, n);
    }
}

void ur_mint_sgx_report_write(ur_writer *w, const ur_mint_sgx_report *r)
{
    ur_writer_bytes(w, r->cpusvn, 16);
    ur_writer_bytes(w, r->miscselect, 4);
    zeros(w, 28);
    ur_writer_bytes(w, r->attributes, 16);
    ur_writer_bytes(w, r->mrenclave, 32);
    zeros(w, 32);
    ur_writer_bytes(w, r->mrsigner, 32);
    zeros(w, 96);
    ur_writer_u16le(w, r->prodid);
    ur_writer_u16le(w, r->svn);
    zeros(w, 60);
    ur_writer_bytes(w, r->report_data, 64);
}

void ur_mint_td_report_write(ur_writer *w, const ur_mint_td_report *r, unsigned body_type)
{
    ur_writer_bytes(w, r->tee_tcb_svn, 16);
    ur_writer_bytes(w, r->mr_seam, 48);
    ur_writer_bytes(w, r->mrsigner_seam, 48);
    ur_writer_bytes(w, r->seam_attributes, 8);
    ur_writer_bytes(w, r->td_attributes, 8);
    ur_writer_bytes(w, r->xfam, 8);
    ur_writer_bytes(w, r->mr_td, 48);
    ur_writer_bytes(w, r->mr_config_id, 48);
    ur_writer_bytes(w, r->mr_owner, 48);
    ur_writer_bytes(w, r->mr_owner_config, 48);
    for (size_t i = 0; i < 4; i++) {
        ur_writer_bytes(w, r->rtmr[i], 48);
    }
    ur_writer_bytes(w, r->report_data, 64);
    if (body_type >= 3) {
        ur_writer_bytes(w, r->tee_tcb_svn2, 16);
        ur_writer_bytes(w, r->mr_servicetd, 48);
    }
    if (body_type >= 4) {
        zeros(w, 237);
    }
}

void ur_mint_signed_write(ur_writer *w, const ur_mint_signed *part)
{
    ur_writer_u16le(w, (uint16_t)part->version);
    ur_writer_u16le(w, 2); /* ECDSA P-256 */
    ur_writer_u32le(w, part->tee);
    zeros(w, 4);
    ur_writer_bytes(w, ur_mint_intel_vendor, sizeof ur_mint_intel_vendor);
    ur_writer_bytes(w, part->user_data, 20);
    if (part->version == 5) {
        ur_writer_u16le(w, (uint16_t)part->body_type);
        ur_writer_u32le(w, (uint32_t)part->body.n);
    }
    ur_writer_span(w, part->body);
}

static ur_status sign(uint8_t sig[64], const ur_mint_quote *q, const ur_mint_key *key, ur_span message)
{
    UR_TRY(ur_mint_sign_var(sig, key, message));
    return q->high_s ? ur_mint_high_s_var(sig) : UR_OK;
}

ur_status ur_mint_quote_write(ur_writer *w, const ur_mint_quote *q, const ur_mint_key *attestation,
                              const ur_mint_key *pck)
{
    uint8_t sig[64], qe_sig[64], qe[UR_MINT_SGX_REPORT_BYTES];
    const uint8_t *point = q->attestation_point != NULL ? q->attestation_point : attestation->q;
    const size_t inner = sizeof qe + 64 + 2 + q->qe_auth.n + 6 + q->cert_data.n;
    ur_sha256 h;
    if (q->qe_report.n != sizeof qe) {
        return UR_E_USAGE;
    }
    memcpy(qe, q->qe_report.p, sizeof qe);
    memset(qe + 320, 0, 64);
    ur_sha256_init(&h);
    ur_sha256_update(&h, point, 64);
    ur_sha256_update(&h, q->qe_auth.p, q->qe_auth.n);
    ur_sha256_final(&h, qe + 320);
    UR_TRY(sign(sig, q, attestation, q->signed_part));
    UR_TRY(sign(qe_sig, q, pck, ur_span_of(qe, sizeof qe)));
    ur_writer_span(w, q->signed_part);
    ur_writer_u32le(w, (uint32_t)(64 + 64 + (q->envelope ? 6u : 0u) + inner));
    ur_writer_bytes(w, sig, sizeof sig);
    ur_writer_bytes(w, point, 64);
    if (q->envelope) {
        ur_writer_u16le(w, 6);
        ur_writer_u32le(w, (uint32_t)inner);
    }
    ur_writer_bytes(w, qe, sizeof qe);
    ur_writer_bytes(w, qe_sig, sizeof qe_sig);
    ur_writer_u16le(w, (uint16_t)q->qe_auth.n);
    ur_writer_span(w, q->qe_auth);
    ur_writer_u16le(w, (uint16_t)q->cert_type);
    ur_writer_u32le(w, (uint32_t)q->cert_data.n);
    ur_writer_span(w, q->cert_data);
    return UR_OK;
}
