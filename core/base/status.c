#include "core/base/status.h"

typedef struct {
    const char *name;
    const char *text;
    int exit_code;
    int http;
} row;

static const row rows[UR_STATUS_COUNT] = {
#define UR_STATUS(name, exit_code, http, text) {#name, text, exit_code, http},
#include "core/base/status.def"
#undef UR_STATUS
};

static const row unknown = {"?", "unknown status", 70, 500};

static const row *find(ur_status s)
{
    return (unsigned)s < (unsigned)UR_STATUS_COUNT ? &rows[s] : &unknown;
}

const char *ur_status_name(ur_status s) { return find(s)->name; }
const char *ur_status_text(ur_status s) { return find(s)->text; }
int ur_status_exit_code(ur_status s) { return find(s)->exit_code; }
int ur_status_http_code(ur_status s) { return find(s)->http; }
