/* What a CometBFT node can be asked, as types. Every answer is checked for form and for being an answer to this question
 * (height, key); nothing of it is believed.
 *   UR_E_UNAVAILABLE  no answer, or the node says that it cannot (a height it does not have yet, or no more)
 *   UR_E_INPUT        an answer that is none: cut, malformed, to another question
 *   UR_E_LIMIT        too large
 *   UR_E_MEMORY */
#ifndef UR_LIB_CHAIN_NODE_H
#define UR_LIB_CHAIN_NODE_H

#include "core/light/ics23.h"
#include "core/light/verify.h"
#include "lib/chain/source.h"

/* The newest height that the node claims to have. */
UR_MUST_USE ur_status ur_node_latest(const ur_chain_source *source, int64_t *height, unsigned timeout_ms, ur_err *err);
/* The validator set of a height, page by page. */
UR_MUST_USE ur_status ur_node_validators(const ur_chain_source *source, ur_validators *out, int64_t height, unsigned timeout_ms,
    ur_err *err);
/* Header and commit of a height (0: the newest that it has); the set is left as it is. */
UR_MUST_USE ur_status ur_node_commit(const ur_chain_source *source, ur_light_block *out, int64_t height, unsigned timeout_ms,
    ur_err *err);

typedef struct ur_node_value {
    uint8_t *block; /* one block for free() that all spans point into */
    ur_span value;  /* empty: the node says that there is none */
    ur_store_proof proof;
} ur_node_value;

/* What a store holds under key after block `height`, with proof. Free with ur_node_value_free also after a failure. */
UR_MUST_USE ur_status ur_node_query(const ur_chain_source *source, ur_node_value *out, ur_span store, ur_span key,
    int64_t height, unsigned timeout_ms, ur_err *err);
void ur_node_value_free(ur_node_value *value);
/* The same for n keys (1..UR_CHAIN_BATCH_MAX), in one exchange where the source can. Free each, also after a failure. */
UR_MUST_USE ur_status ur_node_query_batch(const ur_chain_source *source, ur_node_value *out, ur_span store, const ur_span *keys, size_t n,
    int64_t height, unsigned timeout_ms, ur_err *err);

/* The same from the text of an answer: {"response":{…}} of abci_query, for captured files and fuzzing. key and height as
 * asked. */
UR_MUST_USE ur_status ur_node_value_parse(ur_node_value *out, ur_json result, ur_span key, int64_t height, ur_err *err);

#endif
