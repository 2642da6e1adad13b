/* Attestation evidence under a root of one's own: P-256 keys, certificates in the SGX profile, CRLs, TCB info, QE identity,
 * quotes, collateral. It serves the simulated quoting enclave (lib/tee), the generator of test sets (tools/attest-pki)
 * and tests that make their own cases. Nothing made here verifies under a hardware vendor's root.
 *
 * Everything is written into a caller's ur_writer; errors stick there and come out of ur_writer_end, so functions that
 * only write return nothing. Functions that sign return E_INTERNAL if OpenSSL fails (memory). Output depends on the
 * arguments alone: signatures use the nonces of RFC 6979.
 *
 * Not for keys that protect anything. Test keys are published, a simulator's keys protect nothing but their own root's name
 * on a development ledger; so OpenSSL's big numbers, whose time depends on their values, are good enough here, and
 * everything that touches a key ends with _var or is built on what does. */
#ifndef UR_LIB_MINT_MINT_H
#define UR_LIB_MINT_MINT_H

#include "core/base/span.h"

/* ---- keys ---- */

#define UR_MINT_KEY_BYTES 32
#define UR_MINT_POINT_BYTES 64

/* A P-256 signing key. Wipe with ur_mint_key_clear. */
typedef struct ur_mint_key {
    uint8_t d[UR_MINT_KEY_BYTES];   /* secret scalar, big-endian, 1..n-1 */
    uint8_t q[UR_MINT_POINT_BYTES]; /* public, X || Y big-endian */
} ur_mint_key;

/* From a scalar. E_INPUT if it is 0 or >= n. */
UR_MUST_USE ur_status ur_mint_key_set_var(ur_mint_key *key, const uint8_t d[UR_MINT_KEY_BYTES]);
/* The published test keys: scalar = SHA-256("attest-test-pki/v1/" || label) mod (n - 1) + 1. No secret at all. */
UR_MUST_USE ur_status ur_mint_key_of_label_var(ur_mint_key *key, const char *label);
/* From the system's random source. */
UR_MUST_USE ur_status ur_mint_key_random(ur_mint_key *key);
void ur_mint_key_clear(ur_mint_key *key);

/* ECDSA with SHA-256 and an RFC 6979 nonce, as r || s. s is not normalised. */
UR_MUST_USE ur_status ur_mint_sign_var(uint8_t sig[64], const ur_mint_key *key, ur_span message);
/* r || s to r || the larger of s and n - s, which is valid as well. */
UR_MUST_USE ur_status ur_mint_high_s_var(uint8_t sig[64]);
/* r || s as a DER SEQUENCE of two INTEGERs. */
void ur_mint_sig_der(ur_writer *w, const uint8_t sig[64]);

/* ---- certificates ---- */

/* The SGX extension of a PCK certificate. */
typedef struct ur_mint_sgx {
    uint8_t ppid[16];
    uint8_t components[16];
    uint16_t pcesvn;
    uint8_t cpusvn[16];
    uint8_t pceid[2];
    uint8_t fmspc[6];
    size_t fmspc_len; /* 6; anything else makes a certificate to be refused, 0 leaves the field out */
    bool platform;    /* Platform CA: instance id and configuration follow */
    uint8_t instance[16];
} ur_mint_sgx;

typedef struct ur_mint_cert {
    const char *subject; /* common names; organisation and the rest are the same for both */
    const char *issuer;
    const char *organisation;
    const char *crl_url;
    uint64_t serial;
    int64_t not_before, not_after;
    const uint8_t *key;        /* UR_MINT_POINT_BYTES, of the subject */
    ur_span key_info;          /* if not empty: a whole SubjectPublicKeyInfo instead of key */
    const uint8_t *issuer_key; /* UR_MINT_POINT_BYTES, for the authority key id */
    uint8_t key_usage;         /* the BIT STRING's octet: 0x06 for a CA, 0xC0 for a leaf */
    bool bare; /* leave the key identifiers, the CRL's place and the key usage out */
    bool ca;
    bool no_constraints; /* leave basicConstraints out: to be refused as a CA */
    int path_len;        /* -1: none */
    const ur_mint_sgx *sgx;
    bool unknown_critical; /* add a critical extension that nobody knows: to be refused */
} ur_mint_cert;

UR_MUST_USE ur_status ur_mint_cert_write(ur_writer *w, const ur_mint_cert *cert, const ur_mint_key *issuer);

typedef struct ur_mint_crl {
    const char *issuer;
    const char *organisation;
    const uint8_t *issuer_key;
    int64_t this_update, next_update;
    uint64_t number;
    const uint64_t *revoked; /* serial numbers, revoked at revoked_at */
    size_t revoked_count;
    int64_t revoked_at;
} ur_mint_crl;

UR_MUST_USE ur_status ur_mint_crl_write(ur_writer *w, const ur_mint_crl *crl, const ur_mint_key *issuer);

/* One certificate as PEM, 64 columns, with LF or CRLF. */
void ur_mint_pem(ur_writer *w, ur_span der, const char *line_end);

/* ---- TCB info and QE identity: the texts that are signed ---- */

typedef struct ur_mint_tcb_level {
    uint8_t sgx[16];
    unsigned pcesvn;
    uint8_t tdx[16]; /* written for TDX only */
    const char *date, *status;
    const char *advisories; /* comma-separated; NULL: no advisoryIDs */
} ur_mint_tcb_level;

typedef struct ur_mint_svn_level {
    unsigned isvsvn;
    const char *date, *status, *advisories;
} ur_mint_svn_level;

typedef struct ur_mint_module {
    const char *id;
    const ur_mint_svn_level *levels;
    size_t level_count;
} ur_mint_module;

typedef struct ur_mint_tcb_info {
    bool tdx;
    unsigned version; /* 3 */
    const char *issue_date, *next_update;
    const uint8_t *fmspc; /* 6 */
    const uint8_t *pceid; /* 2 */
    unsigned tcb_type;
    unsigned evaluation;
    const ur_mint_module *modules; /* TDX; all of Intel's signer and attributes 0 */
    size_t module_count;
    const ur_mint_tcb_level *levels;
    size_t level_count;
} ur_mint_tcb_info;

void ur_mint_tcb_info_write(ur_writer *w, const ur_mint_tcb_info *info);

typedef struct ur_mint_qe_identity {
    const char *id; /* "QE", "TD_QE" */
    unsigned version; /* 2 */
    const char *issue_date, *next_update;
    unsigned evaluation;
    const uint8_t *mrsigner; /* 32 */
    unsigned prodid;
    const ur_mint_svn_level *levels;
    size_t level_count;
} ur_mint_qe_identity;

void ur_mint_qe_identity_write(ur_writer *w, const ur_mint_qe_identity *identity);

/* The signers of Intel's quoting enclaves; product 1 (SGX) and 2 (TDX). */
extern const uint8_t ur_mint_qe_mrsigner[32];
extern const uint8_t ur_mint_td_qe_mrsigner[32];

/* ---- quotes ---- */

#define UR_MINT_SGX_REPORT_BYTES 384
#define UR_MINT_TD_REPORT_BYTES 584

typedef struct ur_mint_sgx_report {
    uint8_t cpusvn[16];
    uint8_t miscselect[4];
    uint8_t attributes[16];
    uint8_t mrenclave[32];
    uint8_t mrsigner[32];
    uint16_t prodid, svn;
    uint8_t report_data[64];
} ur_mint_sgx_report;

void ur_mint_sgx_report_write(ur_writer *w, const ur_mint_sgx_report *report);

typedef struct ur_mint_td_report {
    uint8_t tee_tcb_svn[16];
    uint8_t mr_seam[48], mrsigner_seam[48];
    uint8_t seam_attributes[8], td_attributes[8], xfam[8];
    uint8_t mr_td[48], mr_config_id[48], mr_owner[48], mr_owner_config[48];
    uint8_t rtmr[4][48];
    uint8_t report_data[64];
    uint8_t tee_tcb_svn2[16];   /* written in version 5, types 3 and 4 */
    uint8_t mr_servicetd[48];   /* the same */
} ur_mint_td_report;

/* body_type 2: 584 bytes, 3: 648, 4: 885 (the rest zero). */
void ur_mint_td_report_write(ur_writer *w, const ur_mint_td_report *report, unsigned body_type);

/* What the attestation key signs: header, in version 5 the body's type and size, body. */
typedef struct ur_mint_signed {
    unsigned version;   /* 3, 4, 5 */
    uint32_t tee;       /* 0 SGX, 0x81 TDX */
    unsigned body_type; /* version 5: 1..4 */
    const uint8_t *user_data; /* 20 bytes */
    ur_span body;
} ur_mint_signed;
void ur_mint_signed_write(ur_writer *w, const ur_mint_signed *part);

typedef struct ur_mint_quote {
    bool envelope;       /* versions 4 and 5: the QE's part is certification data of type 6 */
    bool high_s;         /* give the larger of s and n - s in both signatures; else as they come */
    ur_span signed_part;
    ur_span qe_report;   /* 384 bytes, but for its report data, which names key and qe_auth */
    ur_span qe_auth;
    const uint8_t *attestation_point; /* if not NULL: 64 bytes put in place of the signing key's point */
    unsigned cert_type;  /* 5: PEM chain */
    ur_span cert_data;
} ur_mint_quote;

/* `attestation` signs the signed part, `pck` signs the QE report. */
UR_MUST_USE ur_status ur_mint_quote_write(ur_writer *w, const ur_mint_quote *quote, const ur_mint_key *attestation,
                                          const ur_mint_key *pck);

extern const uint8_t ur_mint_intel_vendor[16];

/* ---- collateral: one JSON object of strings, in the form lib/collateral reads ---- */

typedef struct ur_mint_collateral {
    ur_span pck_crl_issuer_chain; /* PEM */
    ur_span root_ca_crl;          /* DER */
    ur_span pck_crl;              /* DER */
    ur_span tcb_info_issuer_chain;
    ur_span tcb_info;
    ur_span tcb_info_signature; /* raw; 64 bytes unless it is to be refused */
    ur_span qe_identity_issuer_chain;
    ur_span qe_identity;
    ur_span qe_identity_signature;
    ur_span pck_certificate_chain; /* PEM; left out when empty */
} ur_mint_collateral;

void ur_mint_collateral_write(ur_writer *w, const ur_mint_collateral *collateral);

#endif
