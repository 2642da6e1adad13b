/* Quote and collateral in, roots, rules and time in: a verdict out. The whole of DCAP verification: certificate chain to
 * a pinned root key, revocation of every certificate, signing roles, TCB info, QE identity, the quoting enclave, the
 * quote's signature, TDX module, TCB level, and the rules for report bodies. Policy over an accepted verdict is
 * tee_policy.h; what report data must be is binding.h; dstack's event log is dstack.h.
 *
 * No allocation, no clock, no I/O. Variable time: everything here is public. */
#ifndef UR_CORE_ATTEST_VERIFY_H
#define UR_CORE_ATTEST_VERIFY_H

#include "core/attest/collateral.h"
#include "core/attest/quote.h"

/* Scratch that ur_attest_verify needs beside its inputs. Any alignment. */
#define UR_ATTEST_SCRATCH_BYTES 24576u

#define UR_ADVISORIES_MAX 64u

/* A trusted root: its key, and the time for which it is trusted. */
typedef struct ur_attest_root {
    uint8_t key[UR_P256_KEY_BYTES];
    int64_t not_before; /* Unix seconds, both inclusive */
    int64_t not_after;
} ur_attest_root;

/* The key of Intel's SGX root, and until when its certificate runs. */
extern const ur_attest_root ur_attest_root_intel;
/* From a self-signed root certificate in DER (`--root FILE`): its key and validity. UR_E_INPUT if it is no CA. */
UR_MUST_USE ur_status ur_attest_root_of_cert(ur_attest_root *out, ur_span der);

/* Rules for report bodies that stand before any list of images. DEBUG and every other bit of octet 0, and MIGRATABLE,
 * are refused whatever the rules say; SEPT_VE_DISABLE is always demanded. */
typedef struct ur_attest_rules {
    uint64_t td_attributes_allowed; /* bits that may be set */
    bool allow_service_td;          /* mr_servicetd may be other than zero (then an image must name it) */
    bool allow_chain_in_collateral; /* certification types 1 to 4, whose chain comes with the collateral; what stands in such
                                       a quote of the platform is not signed, and only compared where it must be equal */
} ur_attest_rules;

/* SEPT_VE_DISABLE, PKS, KL and PERFMON; no service TD; the chain in the quote. */
extern const ur_attest_rules ur_attest_rules_default;

typedef struct ur_verdict {
    /* UR_OK accepted; UR_E_INPUT malformed; UR_E_PROOF does not verify; UR_E_POLICY verifies and is refused by a rule;
     * any other: the operation table failed. With INPUT and PROOF everything but status and reason is zero. */
    ur_status status;
    ur_reason reason; /* the first that was found; UR_REASON_NONE when accepted */

    ur_tcb_status tcb;      /* converged */
    ur_tcb_status platform; /* of the platform's level alone */
    ur_tcb_status qe;
    ur_tcb_status module;   /* UR_TCB_NONE where no module identity applies */
    int64_t tcb_date;       /* earliest tcbDate of the levels that were used */
    ur_span advisories[UR_ADVISORIES_MAX]; /* printable, borrowed from the collateral, without duplicates */
    size_t advisory_count;
    uint32_t tcb_evaluation; /* evaluation numbers of TCB info and of QE identity */
    uint32_t qe_evaluation;
    int64_t tcb_issued;      /* issue dates */
    int64_t qe_issued;
    int64_t valid_from;      /* every document used is in force from here ... */
    int64_t valid_until;     /* ... to here, both inclusive, so the verdict may be kept no longer */

    uint16_t version;
    uint32_t tee;
    ur_body_kind kind;
    ur_td_body td;   /* when tee is UR_TEE_TDX, else zero */
    ur_sgx_body sgx; /* when tee is UR_TEE_SGX, else zero */
    uint8_t report_data[64];
    ur_pck pck; /* PPID, FMSPC, SVNs */
    uint16_t qe_isv_svn;
    uint8_t root[UR_P256_KEY_BYTES]; /* the root key that the chain ended at */
    uint8_t device_id[32]; /* SHA-256 of the PPID */
    uint8_t signed_hash[32]; /* SHA-256 of the signed part: identifies the quote */
} ur_verdict;

/* Returns out->status. roots: 1 or more; rules must not be NULL. Borrowed spans in *out point into `collateral`.
 * scratch_len >= UR_ATTEST_SCRATCH_BYTES, else UR_E_USAGE. About 6 KiB of stack. */
UR_MUST_USE ur_status ur_attest_verify(ur_verdict *out, const ur_attest_ops *ops, const ur_attest_root *roots,
    size_t root_count, const ur_attest_rules *rules, const ur_collateral *collateral, ur_span quote, int64_t now,
    void *scratch, size_t scratch_len);

#endif
