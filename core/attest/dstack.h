/* dstack evidence: the event log that explains a TD's registers, the identity it gives, the wire form of an attestation,
 * and RA-TLS certificates. Nothing here verifies the quote: ur_attest_verify does, and its verdict comes in. */
#ifndef UR_CORE_ATTEST_DSTACK_H
#define UR_CORE_ATTEST_DSTACK_H

#include "core/attest/verify.h"

#define UR_EVENT_LOG_MAX 1048576u
#define UR_EVENTS_MAX 4096u
#define UR_EVENT_NAME_MAX 256u
#define UR_EVENT_PAYLOAD_MAX 8192u /* of a run-time event */
#define UR_EVENT_BOOT_PAYLOAD_MAX 65536u
#define UR_KEY_PROVIDER_ID_MAX 512u
#define UR_DSTACK_EVENT_TYPE 0x08000001u

/* Scratch of ur_dstack_check. Any alignment. */
#define UR_DSTACK_SCRATCH_BYTES (3u * UR_EVENT_PAYLOAD_MAX + 2u * UR_EVENT_NAME_MAX + 64u)

/* Key providers as a set. */
#define UR_KEY_PROVIDER_NONE 0x1u
#define UR_KEY_PROVIDER_KMS 0x2u
#define UR_KEY_PROVIDER_LOCAL_SGX 0x4u
#define UR_KEY_PROVIDER_TPM 0x8u

typedef struct ur_dstack_identity {
    uint8_t app_id[20];
    uint8_t compose_hash[32];
    uint8_t instance_id[20]; /* zero when has_instance_id is false */
    uint8_t os_image_hash[32];
    uint8_t key_provider_id[UR_KEY_PROVIDER_ID_MAX];
    size_t key_provider_id_len;
    uint32_t key_provider; /* one of UR_KEY_PROVIDER_... */
    bool has_instance_id;
    bool has_os_image_hash;
    uint32_t events;       /* in the log */
    uint32_t app_events;   /* of the application, after system-ready */
} ur_dstack_identity;

typedef struct ur_dstack_rules {
    uint32_t key_providers;   /* accepted UR_KEY_PROVIDER_... */
    bool allow_unset_config;  /* mr_config_id may be zero: then the event log alone names the compose file */
} ur_dstack_rules;

/* KMS only, mr_config_id demanded. */
extern const ur_dstack_rules ur_dstack_rules_default;

/* An event log in the form of JSON or of the binary wire form. */
typedef enum ur_event_log_form { UR_EVENT_LOG_JSON, UR_EVENT_LOG_WIRE } ur_event_log_form;
typedef struct ur_event_log {
    ur_event_log_form form;
    ur_span bytes; /* JSON array text; or the encoded list, count included */
} ur_event_log;

/* Replay the log to the TD's four registers, and take the identity from events before system-ready, each exactly once.
 * compose: the raw octets of app-compose.json, or an empty span: then it is not compared. td: of an accepted verdict. */
UR_MUST_USE ur_status ur_dstack_check(ur_dstack_identity *out, ur_reason *why, const ur_attest_ops *ops,
    const ur_dstack_rules *rules, const ur_td_body *td, const ur_event_log *log, ur_span compose, void *scratch,
    size_t scratch_len);

/* The binary wire form of an attestation (first octet 0: SCALE, version 0, TDX). */
typedef struct ur_dstack_wire {
    ur_span quote;
    ur_event_log log;
    ur_span runtime_events;  /* encoded list of (name, payload): must repeat the log's */
    const uint8_t *report_data; /* 64 octets: must repeat the quote's */
    ur_span config;
} ur_dstack_wire;
/* Also checks that the repeated report data and run-time events are those of quote and log. UR_E_INPUT. */
UR_MUST_USE ur_status ur_dstack_wire_parse(ur_dstack_wire *out, ur_span bytes);

/* An RA-TLS certificate: evidence in its extensions, its key named by the quote's report data. */
typedef struct ur_ratls {
    ur_cert cert;
    ur_span quote;
    ur_event_log log;
    bool self_signed; /* issuer is subject */
    bool claims_app_id;
    uint8_t app_id[20]; /* as claimed by the issuer */
    ur_span usage;      /* as claimed; empty if absent */
} ur_ratls;
/* UR_REASON_RATLS_FORMAT. Event logs that are compressed ("ELGZv1") are refused. */
UR_MUST_USE ur_status ur_ratls_parse(ur_ratls *out, ur_reason *why, ur_span der);
/* After ur_attest_verify accepted ratls->quote and ur_dstack_check its log: the report data binds the certificate's key
 * (REPORT_DATA), it is valid now (CERT_EXPIRED), a self-signed one verifies under its own key (RATLS_SIGNATURE) and claims no
 * other application (APP_ID_CLAIM). One issued by somebody else makes claims of that issuer, which are not judged here.
 * The caller still has to complete a TLS handshake with that key: a certificate can be copied by anybody. */
UR_MUST_USE ur_status ur_ratls_check(ur_reason *why, const ur_attest_ops *ops, const ur_ratls *ratls,
    const ur_verdict *verdict, const ur_dstack_identity *identity, int64_t now);

#endif
