/* X.509 certificates and revocation lists of exactly the profile that DCAP uses: version 3 (lists: 2), ECDSA P-256 with
 * SHA-256 throughout, keys uncompressed on the named curve, no unknown critical extension, no extension twice. Spans
 * are borrowed from the input. Nothing is believed here: signatures, roles, dates and chains are the verifier's.
 * Variable time: all of it is public. UR_E_INPUT with a zeroed output for anything outside the profile. */
#ifndef UR_CORE_ATTEST_X509_H
#define UR_CORE_ATTEST_X509_H

#include "core/attest/ops.h"

#define UR_CERT_MAX 4096u         /* a certificate of a DCAP chain */
#define UR_CERT_EVIDENCE_MAX 131072u /* an RA-TLS certificate, which carries a quote and an event log */
#define UR_CRL_MAX 65536u
#define UR_PEM_CHAIN_MAX 16384u
#define UR_CHAIN_MAX 3u

#define UR_KEY_USAGE_DIGITAL_SIGNATURE 0x8000u
#define UR_KEY_USAGE_CERT_SIGN 0x0400u
#define UR_KEY_USAGE_CRL_SIGN 0x0200u

typedef struct ur_cert {
    ur_span der;
    ur_span tbs;         /* the signed octets */
    ur_span serial;      /* an INTEGER's contents */
    ur_span issuer;      /* a whole Name */
    ur_span subject;     /* a whole Name */
    ur_span common_name; /* of the subject; empty if there is none */
    ur_span spki;        /* the whole SubjectPublicKeyInfo */
    ur_span extensions;  /* contents of the SEQUENCE; empty if there is none */
    ur_span sgx;         /* value of 1.2.840.113741.1.13.1; empty if there is none */
    int64_t not_before;  /* Unix seconds, both inclusive */
    int64_t not_after;
    bool is_ca;            /* basicConstraints is there and says so */
    bool has_key_usage;
    uint16_t key_usage;    /* UR_KEY_USAGE_..., first bit of the BIT STRING highest */
    uint8_t path_len;      /* 255: none given */
    uint8_t key[UR_P256_KEY_BYTES];
    uint8_t signature[UR_P256_SIG_BYTES];
} ur_cert;

/* der: the whole certificate and nothing after it, at most `max` octets. */
UR_MUST_USE ur_status ur_cert_parse(ur_cert *out, ur_span der, size_t max);
/* The value (contents of extnValue) of the extension with these OID contents; UR_E_ABSENT if it is not there. */
UR_MUST_USE ur_status ur_cert_extension(const ur_cert *cert, ur_span *out, ur_span oid);

typedef struct ur_crl {
    ur_span tbs;
    ur_span issuer;  /* a whole Name */
    ur_span revoked; /* contents of the list, every entry well-formed; may be empty */
    ur_span number;  /* CRL number: an INTEGER's contents, not negative; empty if there is none */
    int64_t this_update;
    int64_t next_update; /* always there: a list without it is refused */
    uint8_t signature[UR_P256_SIG_BYTES];
} ur_crl;

/* At most UR_CRL_MAX octets. Indirect and delta lists are refused (their extensions are critical). */
UR_MUST_USE ur_status ur_crl_parse(ur_crl *out, ur_span der);
/* Whether this serial (an INTEGER's contents) stands on the list. */
bool ur_crl_lists(const ur_crl *crl, ur_span serial);

/* A text of one to UR_CHAIN_MAX certificates in PEM: exact labels, 64 columns, LF or CRLF throughout, canonical base64,
 * zero octets only at the very end. The DER goes to buf (UR_CERT_MAX per certificate at most), out[i] points into it.
 * text is at most UR_PEM_CHAIN_MAX octets. UR_E_LIMIT if there are more than `max` certificates or buf is too small. */
UR_MUST_USE ur_status ur_pem_chain(ur_span *out, size_t *count, size_t max, void *buf, size_t buf_len, ur_span text);

/* The SGX extension of a PCK certificate. */
typedef struct ur_pck {
    uint8_t ppid[16];
    uint8_t components[16];
    uint8_t cpusvn[16];
    uint16_t pcesvn;
    uint8_t pceid[2];
    uint8_t fmspc[6];
    uint8_t sgx_type; /* 0 standard, 1 scalable, 2 scalable with integrity */
    bool has_platform; /* the three below are there: certificates of the Platform CA */
    uint8_t platform_instance[16];
    bool dynamic_platform;
    bool cached_keys;
    bool smt_enabled;
} ur_pck;

/* value: ur_cert.sgx. Refuses duplicates, unknown entries, wrong tags and lengths, a missing entry among the first five. */
UR_MUST_USE ur_status ur_pck_parse(ur_pck *out, ur_span value);

#endif
