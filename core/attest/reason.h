/* The first reason for a refusal, as a stable code with a text. */
#ifndef UR_CORE_ATTEST_REASON_H
#define UR_CORE_ATTEST_REASON_H

#include "core/base/span.h"

typedef enum ur_reason {
#define UR_REASON(name, status, text) UR_REASON_##name,
#include "core/attest/reason.def"
#undef UR_REASON
    UR_REASON_COUNT
} ur_reason;

/* "PCK_REVOKED" and so on; "?" for a value that is no reason. Static storage. */
const char *ur_reason_name(ur_reason r);
/* A sentence in English, lower case, without a full stop. Static storage. */
const char *ur_reason_text(ur_reason r);
/* Its class: UR_OK for NONE, else UR_E_INPUT, UR_E_PROOF or UR_E_POLICY. */
ur_status ur_reason_status(ur_reason r);

/* Set *out and return the reason's class, for `return ur_refuse(out, UR_REASON_X);`. */
static inline ur_status ur_refuse(ur_reason *out, ur_reason why)
{
    *out = why;
    return ur_reason_status(why);
}

#endif
