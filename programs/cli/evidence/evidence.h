/* What the commands about quotes and collateral share: roots, time, collateral, dates, files of bytes or hex. */
#ifndef UR_PROGRAMS_CLI_EVIDENCE_H
#define UR_PROGRAMS_CLI_EVIDENCE_H

#include "core/attest/tee_policy.h"
#include "lib/collateral/collateral.h"
#include "lib/suite/attest.h"
#include "programs/cli/io.h"

enum { EVIDENCE_ROOTS_MAX = UR_TEE_ROOTS_MAX };

typedef struct evidence_trust {
    ur_suite_attest *suite;
    ur_attest_root roots[EVIDENCE_ROOTS_MAX];
    ur_coll_trust trust; /* points into this structure, which must stay where it is */
} evidence_trust;

/* Intel's root, or the certificate that --root names. */
UR_MUST_USE ur_status evidence_trust_open(cli *c, evidence_trust *out);
/* Other roots instead. */
void evidence_trust_set(evidence_trust *t, const ur_attest_root *roots, size_t count);
void evidence_trust_close(evidence_trust *t);

/* A root certificate in DER or PEM. */
UR_MUST_USE ur_status evidence_root_read(cli *c, ur_attest_root *out, const char *path);

/* --time, or now. */
int64_t evidence_now(const cli *c);

/* UR_E_USAGE and a message if there is no such file or folder: not the answer "no". */
UR_MUST_USE ur_status evidence_exists(cli *c, const char *path);
/* A file that holds bytes, or hex text of them; at most max bytes. For free(). */
UR_MUST_USE ur_status evidence_bytes(cli *c, uint8_t **out, size_t *out_n, const char *path, size_t max, const char *what);
/* Exactly n bytes of hex from an option. */
UR_MUST_USE ur_status evidence_hex(cli *c, uint8_t *out, size_t n, const char *option);

/* The `tee` object from a file that is one, or a whole policy with one. *out_text is for free() and outlives *out. */
UR_MUST_USE ur_status evidence_policy(cli *c, ur_tee_policy *out, uint8_t **out_text, const char *path);

/* "2026-06-01T00:00:00Z" */
void evidence_say_date(cli *c, const char *key, int64_t unix_time);
/* FMSPC, PPID, SVNs and the rest of a PCK certificate's extension, as fields. */
void evidence_say_pck(cli *c, const ur_pck *pck);
void evidence_say_td(cli *c, const ur_td_body *td, ur_body_kind kind);
void evidence_say_sgx(cli *c, const ur_sgx_body *sgx);
const char *evidence_tee_name(uint32_t tee);
const char *evidence_body_name(ur_body_kind kind);

#endif
