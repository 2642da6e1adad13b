/* The operation table of core/attest: P-256 verification by OpenSSL, SHA-2 by the core. One context for one thread.
 *
 * Keys are imported once and kept (64 of them, the oldest go first). Signatures that the core marks as lasting (over
 * certificates, revocation lists and collateral below a trusted root) are remembered once they verified: the whole
 * question, key, hash and signature, so that the answer can only be what OpenSSL said. Dates and revocation are judged
 * anew by the core every time. The second quote of a platform therefore costs two signatures, the first quote of another
 * platform under the same collateral three. Variable time: all of it is public. */
#ifndef UR_LIB_SUITE_ATTEST_H
#define UR_LIB_SUITE_ATTEST_H

#include "core/attest/ops.h"

typedef struct ur_suite_attest ur_suite_attest;

/* About 40 KiB of heap. UR_E_MEMORY, or UR_E_UNAVAILABLE if this OpenSSL lacks P-256. */
UR_MUST_USE ur_status ur_suite_attest_new(ur_suite_attest **out);
/* Valid as long as the context. */
const ur_attest_ops *ur_suite_attest_ops(const ur_suite_attest *s);
/* Forget keys and signatures. */
void ur_suite_attest_forget(ur_suite_attest *s);
/* How many signatures OpenSSL checked so far: tests and measurements ask. */
size_t ur_suite_attest_checked(const ur_suite_attest *s);
/* *s becomes NULL. NULL is allowed. */
void ur_suite_attest_free(ur_suite_attest **s);

#endif
