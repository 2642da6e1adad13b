/* What is needed beside a quote, as one struct of borrowed spans, and the parts of it that a cache or an operator looks
 * at by themselves. */
#ifndef UR_CORE_ATTEST_COLLATERAL_H
#define UR_CORE_ATTEST_COLLATERAL_H

#include "core/attest/quote.h"
#include "core/attest/x509.h"

#define UR_TCB_INFO_MAX 65536u
#define UR_QE_IDENTITY_MAX 8192u
/* Enough for ur_collateral_parse of a set at every limit, escapes included. */
#define UR_COLLATERAL_JSON_MAX 524288u

typedef struct ur_collateral {
    ur_span pck_chain;             /* PEM: leaf, CA, root; may be empty when the quote carries it (type 5) */
    ur_span pck_crl;               /* DER */
    ur_span root_crl;              /* DER */
    ur_span tcb_info;              /* the exact signed text, from { to its matching } */
    ur_span tcb_info_signature;    /* 64 octets, r || s */
    ur_span tcb_info_chain;        /* PEM: TCB signing, root */
    ur_span qe_identity;           /* the exact signed text */
    ur_span qe_identity_signature; /* 64 octets, r || s */
    ur_span qe_identity_chain;     /* PEM: TCB signing, root */
} ur_collateral;

/* A set as one JSON object of texts: pck_certificate_chain (optional), pck_crl_issuer_chain (optional, not looked at),
 * pck_crl, root_ca_crl (hex), tcb_info, tcb_info_signature (hex), tcb_info_issuer_chain, qe_identity,
 * qe_identity_signature (hex), qe_identity_issuer_chain. An absent or empty text is an empty span; unknown names are
 * refused. Decoded texts go to buf, json.n octets at most. UR_E_INPUT; UR_E_LIMIT if buf is too small, for a text over
 * UR_COLLATERAL_JSON_MAX, and over a limit of ur_json_parse_var (depth, keys). *out is empty then. */
UR_MUST_USE ur_status ur_collateral_parse(ur_collateral *out, void *buf, size_t buf_len, ur_span json);

/* A PCS answer {"tcbInfo":{...},"signature":"hex"} or {"enclaveIdentity":{...},"signature":"hex"}: the exact octets of
 * the inner value, and the signature decoded. UR_E_INPUT. */
UR_MUST_USE ur_status ur_pcs_answer_split(ur_span *body, uint8_t signature[UR_P256_SIG_BYTES], ur_span json);

typedef enum ur_tcb_status {
    UR_TCB_NONE = 0,
#define UR_TCB(name) UR_TCB_##name,
#include "core/attest/tcb_status.def"
#undef UR_TCB
    UR_TCB_COUNT
} ur_tcb_status;

/* "UpToDate" and so on; "?" for a value that is none. Static storage. */
const char *ur_tcb_status_name(ur_tcb_status s);
/* UR_TCB_NONE if it is no name. */
ur_tcb_status ur_tcb_status_parse(ur_span name);

/* The header of a TCB info, version 3. */
typedef struct ur_tcb_info {
    uint32_t tee; /* UR_TEE_SGX or UR_TEE_TDX */
    int64_t issued;      /* Unix seconds, both inclusive */
    int64_t next_update;
    uint32_t evaluation; /* tcbEvaluationDataNumber */
    uint8_t fmspc[6];
    uint8_t pceid[2];
    ur_span module;            /* TDX: raw JSON of tdxModule; else empty */
    ur_span module_identities; /* TDX: raw JSON of the array; empty if absent */
    ur_span levels;            /* raw JSON of tcbLevels */
} ur_tcb_info;

/* Reads the whole text, every level included. UR_REASON_TCB_INFO_FORMAT or _MISMATCH (id, version, tcbType). Dates are
 * not judged, the signature is not looked at. */
UR_MUST_USE ur_status ur_tcb_info_parse(ur_tcb_info *out, ur_reason *why, ur_span text);

typedef struct ur_qe_identity {
    uint32_t tee; /* UR_TEE_SGX for "QE", UR_TEE_TDX for "TD_QE" */
    int64_t issued;
    int64_t next_update;
    uint32_t evaluation;
    uint8_t miscselect[4];
    uint8_t miscselect_mask[4];
    uint8_t attributes[16];
    uint8_t attributes_mask[16];
    uint8_t mr_signer[32];
    uint16_t isv_prodid;
    ur_span levels;
} ur_qe_identity;

/* UR_REASON_QE_IDENTITY_FORMAT or _MISMATCH. */
UR_MUST_USE ur_status ur_qe_identity_parse(ur_qe_identity *out, ur_reason *why, ur_span text);

#endif
