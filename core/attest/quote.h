/* DCAP quotes: SGX version 3, SGX and TDX versions 4 and 5. Reading looks at form alone and borrows the input; nothing
 * in a ur_quote may be believed before ur_attest_verify has accepted it.
 *
 * A quote's octets are malleable (certification data is not signed, s may become n - s, zeros may follow): identify a
 * quote by its signed part or by the nonce in its report data. */
#ifndef UR_CORE_ATTEST_QUOTE_H
#define UR_CORE_ATTEST_QUOTE_H

#include "core/attest/ops.h"
#include "core/attest/reason.h"

#define UR_QUOTE_MAX 65536u
#define UR_TEE_SGX 0x00u
#define UR_TEE_TDX 0x81u

#define UR_SGX_REPORT_BYTES 384u

typedef enum ur_body_kind {
    UR_BODY_NONE = 0,
    UR_BODY_SGX = 1,   /* 384 octets */
    UR_BODY_TD10 = 2,  /* 584 */
    UR_BODY_TD15 = 3,  /* 648 */
    UR_BODY_TD15X = 4, /* 885 */
} ur_body_kind;

/* Certification data. */
#define UR_CERT_TYPE_PPID_CLEAR 1u
#define UR_CERT_TYPE_PPID_RSA2048 2u
#define UR_CERT_TYPE_PPID_RSA3072 3u
#define UR_CERT_TYPE_PCK_LEAF 4u
#define UR_CERT_TYPE_PCK_CHAIN 5u

typedef struct ur_quote {
    uint16_t version;
    uint16_t qe_svn;  /* v3 only */
    uint16_t pce_svn; /* v3 only */
    uint32_t tee;     /* UR_TEE_... */
    ur_body_kind kind;
    ur_span header;      /* 48 octets */
    ur_span user_data;   /* 20 octets chosen by the quoting enclave; not the PPID */
    ur_span body;        /* of the size that belongs to its kind */
    ur_span signed_part; /* what `signature` covers */
    const uint8_t *signature;           /* UR_P256_SIG_BYTES */
    const uint8_t *attestation_key;     /* UR_P256_KEY_BYTES */
    ur_span qe_report;                  /* UR_SGX_REPORT_BYTES */
    const uint8_t *qe_report_signature; /* UR_P256_SIG_BYTES */
    ur_span qe_auth;
    uint16_t cert_type; /* 1..5 */
    ur_span cert_data;
    ur_span trailing;   /* what follows the authentication data: zeros */
} ur_quote;

/* UR_OK, or the class of *why with *out zeroed. At most UR_QUOTE_MAX octets. */
UR_MUST_USE ur_status ur_quote_parse(ur_quote *out, ur_reason *why, ur_span bytes);

/* Sizes of bodies; 0 for a kind that is none. */
size_t ur_body_bytes(ur_body_kind kind);

/* A TD's report body by value; fields that its kind does not have are zero. */
typedef struct ur_td_body {
#define UR_TD(name, offset, size, since) uint8_t name[size];
#include "core/attest/body.def"
} ur_td_body;

typedef struct ur_sgx_body {
#define UR_SGX(name, offset, size) uint8_t name[size];
#include "core/attest/body.def"
} ur_sgx_body;

/* kind: UR_BODY_TD10 and up; body of ur_body_bytes(kind) octets (as ur_quote_parse made them), else the output is zero. */
void ur_td_body_read(ur_td_body *out, ur_body_kind kind, ur_span body);
void ur_sgx_body_read(ur_sgx_body *out, ur_span body);
/* The 64 octets of report data in a quote's body. */
ur_span ur_quote_report_data(const ur_quote *q);

/* A little-endian word of a body. */
static inline uint64_t ur_le64(const uint8_t p[8])
{
    uint64_t x = 0;
    for (unsigned i = 0; i < 8; i++) {
        x |= (uint64_t)p[i] << (8 * i);
    }
    return x;
}
static inline uint16_t ur_le16(const uint8_t p[2]) { return (uint16_t)(p[0] | p[1] << 8); }

/* td_attributes. */
#define UR_TD_DEBUG (1ull << 0)
#define UR_TD_UNDER_DEBUG 0xffull /* octet 0: debugging and profiling */
#define UR_TD_SEPT_VE_DISABLE (1ull << 28)
#define UR_TD_MIGRATABLE (1ull << 29)
#define UR_TD_PKS (1ull << 30)
#define UR_TD_KL (1ull << 31)
#define UR_TD_PERFMON (1ull << 63)

/* The flags of an SGX report's attributes (first octet). */
#define UR_SGX_INIT 0x01u
#define UR_SGX_DEBUG 0x02u
#define UR_SGX_MODE64 0x04u
#define UR_SGX_PROVISION_KEY 0x10u
#define UR_SGX_EINITTOKEN_KEY 0x20u

#endif
