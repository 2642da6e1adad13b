/* Whether text is JSON in the eyes of a wasmd node, which asks Go's encoding/json: the grammar of RFC 8259, but any bytes from 0x20 on inside
 * strings, repeated keys, lone surrogates, and nesting down to 10,000. Such a message reaches the contract, which is stricter and says so
 * in its own words; here it must reach it too. Variable time; no allocation. */
#ifndef UR_LIB_LEDGER_GO_JSON_H
#define UR_LIB_LEDGER_GO_JSON_H

#include "core/base/span.h"

bool ur_go_json_is_valid(ur_span text);

#endif
