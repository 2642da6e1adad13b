/* Memory for long-lived secrets: pages of their own between two guard pages, locked into memory (never swapped), left
 * out of core dumps, seen as zero in a forked child, wiped before they are given back. The bytes end at the upper guard
 * page (up to alignment), so running past their end faults.
 *
 * Failing to lock is an error, never a warning: raise the limit (ulimit -l, LimitMEMLOCK= in a unit). */
#ifndef UR_LIB_OS_SECRET_H
#define UR_LIB_OS_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "lib/os/err.h"

#define UR_SECRET_MAX ((size_t)1 << 20) /* larger than any key we keep, far below what a unit may lock */

typedef struct ur_secret ur_secret;

/* n bytes, zeroed, 1..UR_SECRET_MAX (else UR_E_USAGE). UR_E_MEMORY when the system gives no memory or will not lock it.
 * Use is from one thread at a time. */
UR_MUST_USE ur_status ur_secret_new(ur_secret **out, size_t n, ur_err *err);
/* The bytes, aligned to 16: the one way in and out. They die with the secret. */
uint8_t *ur_secret_reveal(ur_secret *secret);
size_t ur_secret_len(const ur_secret *secret);
/* Give up the last bytes: 1 <= n <= length, what lies beyond is wiped. */
void ur_secret_shorten(ur_secret *secret, size_t n);
/* Wiped, unlocked, unmapped; *secret becomes NULL. NULL is allowed. */
void ur_secret_free(ur_secret **secret);

#endif
