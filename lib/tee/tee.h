/* Evidence made on this machine: a quote over 64 bytes of the caller's choice, from whatever TEE there is.
 *
 * Backends are tried in a fixed order by ur_tee_open (see `backends` in tee.c): first a dstack guest agent, then Linux's
 * report interface in configfs. The simulator is no hardware and proves nothing; it is never found by itself, only opened
 * by name with the folder that holds its keys, and its quotes verify only where its root is named. No environment variable
 * changes any of this: what a production agent opens is decided by its caller alone.
 *
 * To add a backend: HOWTO.md. */
#ifndef UR_LIB_TEE_TEE_H
#define UR_LIB_TEE_TEE_H

#include "core/base/span.h"
#include "lib/os/err.h"

#define UR_TEE_REPORT_DATA_BYTES 64u
#define UR_TEE_QUOTE_MAX ((size_t)16 << 20) /* what Linux allows; verifiers accept far less */

typedef struct ur_tee ur_tee;

typedef struct ur_tee_options {
    const char *backend;       /* "dstack", "configfs", "sim"; NULL: find one (never "sim") */
    const char *sim_folder;    /* for "sim": what ur_sim_init made */
    const char *configfs_root; /* NULL: /sys/kernel/config/tsm/report. Another folder is for tests; take it from a flag, not
                                  from the environment, and not in a measured image */
} ur_tee_options;

/* UR_E_ABSENT and a message that names every place that was looked at, when nothing is there. UR_E_USAGE on an unknown
 * backend's name, UR_E_POLICY when the place is there but not for us (permissions). */
UR_MUST_USE ur_status ur_tee_open(ur_tee **out, const ur_tee_options *options, ur_err *err);
void ur_tee_close(ur_tee **tee); /* NULL inside is allowed; becomes NULL */

/* "configfs", …, and what kind of evidence it makes: "tdx". Static storage. */
const char *ur_tee_backend_name(const ur_tee *tee);
const char *ur_tee_kind(const ur_tee *tee);
/* True for everything that is not a simulator. */
bool ur_tee_is_hardware(const ur_tee *tee);

/* One quote over report_data, into a block for free(). Whatever the backend, the report data inside has been compared with
 * what was asked for. UR_E_UNAVAILABLE when the TEE was busy for too long, UR_E_PROOF when it answered for other report data.
 * One thread at a time. */
UR_MUST_USE ur_status ur_tee_quote(ur_tee *tee, uint8_t **out, size_t *out_len,
                                   const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES], ur_err *err);

/* What looking for backends finds: one line for each, in the order in which they would be opened. */
typedef struct ur_tee_finding {
    const char *backend;
    const char *place; /* what was looked at; borrowed from options, or static */
    bool found;
    char text[160]; /* what was found, or why not; printable */
} ur_tee_finding;
#define UR_TEE_BACKENDS 2 /* that can be found; the simulator is not among them */
void ur_tee_detect(ur_tee_finding out[UR_TEE_BACKENDS], const ur_tee_options *options);

#endif
