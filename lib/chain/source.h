/* Where a node's answers come from: an operation table, so that a test can stand where the network is. A source is never
 * believed; it can only be useful or not. */
#ifndef UR_LIB_CHAIN_SOURCE_H
#define UR_LIB_CHAIN_SOURCE_H

#include "core/base/span.h"
#include "lib/os/err.h"

#define UR_SOURCE_ANSWER_MAX ((size_t)8 << 20) /* bytes of one answer */

typedef struct ur_source {
    void *context;
    /* Ask `method` with `params` (a JSON object) and return the answer's text in a block for free(), one zero byte behind
     * its *out_n bytes. At most max bytes (UR_E_LIMIT) within timeout_ms (UR_E_UNAVAILABLE). On failure *out is NULL. */
    ur_status (*ask)(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
        unsigned timeout_ms, ur_err *err);
    void (*free)(void *context);
} ur_source;

/* A CometBFT node's JSON-RPC at an https URL (or http on loopback), over lib/net. UR_E_USAGE for another URL. */
UR_MUST_USE ur_status ur_source_rpc_new(ur_source *out, const char *url, ur_err *err);
/* Becomes all zero; an all-zero source is allowed. */
void ur_source_free(ur_source *source);

#endif
