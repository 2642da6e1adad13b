/* The one result type of every fallible function. See status.def for the classes.
 *
 *   E_USAGE        the caller passed arguments that its contract forbids
 *   E_INPUT        bytes from outside are malformed
 *   E_PROOF        well-formed, but a signature, proof, tag or equation does not hold
 *   E_POLICY       verified, and refused by a rule
 *   E_STATE        right, but not now
 *   E_ABSENT       not there
 *   E_UNAVAILABLE  a retry may help
 *   E_LIMIT        larger than a stated maximum
 *   E_MEMORY       the system gave no memory (lib only)
 *   E_INTERNAL     our own mistake
 */
#ifndef UR_CORE_BASE_STATUS_H
#define UR_CORE_BASE_STATUS_H

typedef enum ur_status {
#define UR_STATUS(name, exit_code, http, text) UR_##name,
#include "core/base/status.def"
#undef UR_STATUS
    UR_STATUS_COUNT
} ur_status;

#define UR_MUST_USE __attribute__((warn_unused_result))

/* Evaluate a fallible call; on anything but UR_OK return its status from the calling function. The only macro that
 * leaves a function. Not for functions that hold secrets: those wipe at one exit. */
#define UR_TRY(call)                        \
    do {                                    \
        ur_status ur_try_status_ = (call);  \
        if (ur_try_status_ != UR_OK) {      \
            return ur_try_status_;          \
        }                                   \
    } while (0)

/* "E_INPUT" and so on; "?" for a value that is no status. Static storage. */
const char *ur_status_name(ur_status s);
/* A few words in English, lower case, without a full stop. Static storage. */
const char *ur_status_text(ur_status s);
/* The exit code a program ends with, and the HTTP code a server answers with. */
int ur_status_exit_code(ur_status s);
int ur_status_http_code(ur_status s);

#endif
