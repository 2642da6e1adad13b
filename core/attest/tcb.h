/* Levels: which one a platform, a TDX module or a quoting enclave stands at, and what that makes together. Private to
 * core/attest. */
#ifndef UR_CORE_ATTEST_TCB_H
#define UR_CORE_ATTEST_TCB_H

#include "core/attest/collateral.h"
#include "core/attest/quote.h"

/* A level that was found: status UR_TCB_NONE if none was. */
typedef struct ur_level {
    ur_tcb_status status;
    int64_t date;
    ur_span advisories; /* raw JSON of the list; empty if there is none */
} ur_level;

/* What is compared with the levels of a TCB info. */
typedef struct ur_tcb_subject {
    uint8_t components[16];
    uint16_t pcesvn;
    bool is_td;
    size_t svn_count;       /* 1, or 2 when the body says the module's present level as well */
    uint8_t tee_svn[2][16]; /* at launch, now */
} ur_tcb_subject;

/* ur_tcb_info_parse, and in the same walk the highest level that the subject reaches, for each of its tee_svn (or once, for
 * SGX). */
UR_MUST_USE ur_status ur_tcb_info_match(ur_tcb_info *out, ur_level levels[2], ur_reason *why, ur_span text,
    const ur_tcb_subject *subject);

/* The module identity for one tee_svn, and its level: UR_REASON_TDX_MODULE_MISMATCH, _TCB_NOT_SUPPORTED, or
 * _TCB_INFO_FORMAT. out is NONE for module version 0, which has no levels. */
UR_MUST_USE ur_status ur_tcb_module_level(ur_level *out, ur_reason *why, const ur_tcb_info *info,
    const uint8_t tee_svn[16], const ur_td_body *td);

/* The highest level of a QE identity at or below isv_svn. */
UR_MUST_USE ur_status ur_tcb_enclave_level(ur_level *out, ur_span levels, uint16_t isv_svn);

/* A platform's status together with that of a component (UR_TCB_NONE: no component). */
ur_tcb_status ur_tcb_converge(ur_tcb_status platform, ur_tcb_status component);
/* Two evaluations of a TD: at launch, and now. */
ur_tcb_status ur_tcb_relaunch(ur_tcb_status launch, ur_tcb_status present);

/* `YYYY-MM-DDThh:mm:ssZ`. */
UR_MUST_USE ur_status ur_tcb_date(int64_t *out, ur_span text);

#endif
