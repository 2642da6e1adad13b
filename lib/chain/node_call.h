/* One question to a node and the envelope of its answer, for the files of this folder. */
#ifndef UR_LIB_CHAIN_NODE_CALL_H
#define UR_LIB_CHAIN_NODE_CALL_H

#include "core/codec/json.h"
#include "lib/chain/source.h"

/* Ask and open the envelope: *out_text is for free() and holds *result, also after a failure. UR_E_UNAVAILABLE also where the node answers
 * with an error of its own: said is then not empty (what the node says, up to escapes). */
UR_MUST_USE ur_status ur_node_call(const ur_chain_source *source, uint8_t **out_text, ur_json *result, ur_span *said, const char *method,
                                   ur_span params, unsigned timeout_ms, ur_err *err);

/* Whether a node's text has these words in it: where only words tell what an error means. */
bool ur_node_says(ur_span text, const char *what);

#endif
