/* Where a node's answers come from: an operation table, so that a test can stand where the network is. A source is never
 * believed; it can only be useful or not. */
#ifndef UR_LIB_CHAIN_SOURCE_H
#define UR_LIB_CHAIN_SOURCE_H

#include "core/base/span.h"
#include "lib/os/err.h"

#define UR_CHAIN_ANSWER_MAX ((size_t)8 << 20) /* bytes of one answer, or of a batch's */
#define UR_CHAIN_BATCH_MAX 10                 /* questions in one exchange: what CometBFT allows by default */

typedef struct ur_chain_source {
    void *context;
    /* Ask `method` with `params` (a JSON object) and return the answer's text in a block for free(), one zero byte behind
     * its *out_n bytes. At most max bytes (UR_E_LIMIT) within timeout_ms (UR_E_UNAVAILABLE). On failure *out is NULL. */
    ur_status (*ask)(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
        unsigned timeout_ms, ur_err *err);
    void (*free)(void *context);
    /* 2..UR_CHAIN_BATCH_MAX questions of one method in one exchange: out[i] is the answer to params[i], as above; on failure all
     * are NULL. UR_E_ABSENT: this node takes no batches, ask one by one. NULL: the source has none. */
    ur_status (*ask_batch)(void *context, uint8_t **out, size_t *out_n, const char *method, const ur_span *params, size_t n, size_t max,
                           unsigned timeout_ms, ur_err *err);
} ur_chain_source;

/* A CometBFT node's JSON-RPC at an https URL (or http on loopback), over lib/net. UR_E_USAGE for another URL. */
UR_MUST_USE ur_status ur_chain_source_rpc_new(ur_chain_source *out, const char *url, ur_err *err);
/* A captured file: {"blocks":[{"commit":…,"validators":…,"next_validators":…},…],"proofs":[{"store":…,"key_hex":…,"height":…,
 * "answer":…},…]} with a node's unchanged answers. It is asked as a node is; the newest height is that of its last block,
 * answers that were not captured are not there. UR_E_INPUT if it is not of this form. */
UR_MUST_USE ur_status ur_chain_source_file_new(ur_chain_source *out, const char *path, ur_err *err);
/* The text of a batch's answer taken apart: out[i], a block for free() as above, has id first_id + i. UR_E_ABSENT if it is no JSON
 * array; UR_E_INPUT if not each id is there just once; all NULL on failure. */
UR_MUST_USE ur_status ur_chain_batch_split(uint8_t **out, size_t *out_n, ur_span text, uint64_t first_id, size_t n);
/* Becomes all zero; an all-zero source is allowed. */
void ur_chain_source_free(ur_chain_source *source);

#endif
