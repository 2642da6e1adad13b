/* What went wrong, in words, collected from the inside out:
 *
 *     recover 'vault-7': share from keyper 3: proof does not verify
 *
 * The innermost function sets the cause, each caller that knows more puts its context before it. The caller owns the
 * ur_err; every function here takes NULL for "nobody wants to know". Fixed size: saying what failed needs no memory.
 * When there is no room for everything, the context nearest to the cause and the cause itself stay, and "..." stands
 * for the rest.
 *
 * Never put a secret in: secret types have no formatter. File names and text from others may go in as they are: every
 * byte but printable ASCII is stored as \xNN, so the text is safe on a terminal and in a log line. */
#ifndef UR_LIB_OS_ERR_H
#define UR_LIB_OS_ERR_H

#include "core/base/status.h"

#define UR_ERR_MAX 512

typedef struct ur_err {
    char text[UR_ERR_MAX]; /* terminated; "" when nothing was set */
} ur_err;

void ur_err_clear(ur_err *err);
/* The text, or `s` in words when nothing was set or err is NULL. Borrowed from err, or static. */
const char *ur_err_text(const ur_err *err, ur_status s);

/* Replace the text by the cause, and return `s`: `return ur_err_set(err, UR_E_INPUT, "line %u: no colon", line);` */
ur_status ur_err_set(ur_err *err, ur_status s, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for a failed system call: the cause ends with what the system says of `errnum`, and the status follows from
 * it: not there, no room, no memory, busy, … */
ur_status ur_err_system(ur_err *err, int errnum, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Put context and ": " before what is there (before the status in words if nothing is), and return `s`. Does nothing
 * when `s` is UR_OK, so it can wrap a call: `return ur_err_in(err, f(x, err), "share from keyper %u", i);` */
ur_status ur_err_in(ur_err *err, ur_status s, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The status class of an errno value. */
ur_status ur_status_of_errno(int errnum);

#endif
