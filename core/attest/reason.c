#include "core/attest/reason.h"

static const struct {
    const char *name;
    const char *text;
    ur_status status;
} reasons[UR_REASON_COUNT] = {
#define UR_REASON(name, status, text) {#name, text, UR_##status},
#include "core/attest/reason.def"
#undef UR_REASON
};

static bool known(ur_reason r) { return (unsigned)r < UR_REASON_COUNT; }

const char *ur_reason_name(ur_reason r) { return known(r) ? reasons[r].name : "?"; }

const char *ur_reason_text(ur_reason r) { return known(r) ? reasons[r].text : "?"; }

ur_status ur_reason_status(ur_reason r) { return known(r) ? reasons[r].status : UR_E_INTERNAL; }
