/* What a backend is made of. Only files of lib/tee include this. */
#ifndef UR_LIB_TEE_BACKEND_H
#define UR_LIB_TEE_BACKEND_H

#include "lib/tee/tee.h"

typedef struct ur_tee_backend {
    const char *name;
    const char *kind; /* of the evidence */
    bool hardware;
    /* The place that `look` and `open` use. */
    const char *(*place)(const ur_tee_options *options);
    /* Is it there? Changes nothing. UR_OK, or UR_E_ABSENT, UR_E_POLICY, … with the reason in err, without the place. */
    ur_status (*look)(const ur_tee_options *options, ur_err *err);
    ur_status (*open)(void **out, const ur_tee_options *options, ur_err *err);
    /* A quote into a block for free(), at most UR_TEE_QUOTE_MAX bytes. ur_tee_quote compares its report data. */
    ur_status (*quote)(void *state, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err);
    void (*close)(void *state); /* frees it */
} ur_tee_backend;

/* UR_OK if it is a quote over this report data; UR_E_PROOF if over other; else why it is no quote. */
UR_MUST_USE ur_status ur_tee_compare(ur_span quote, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES], ur_err *err);

extern const ur_tee_backend ur_tee_dstack;
extern const ur_tee_backend ur_tee_configfs;
extern const ur_tee_backend ur_tee_sim;

#endif
