/* CometBFT's query language, as far as transactions are searched by it: conditions joined by AND.
 *
 *   tx.hash = 'HEX'                    one transaction, whatever else the query says
 *   tx.height = N, < N, <= N, > N, >= N
 *   type.attribute = 'value' or = N    an event has it
 *   type.attribute EXISTS
 *
 * CONTAINS, comparisons of other keys than tx.height, TIME and DATE are refused in words: no client of ours asks them. */
#ifndef UR_LIB_RPC_SEARCH_H
#define UR_LIB_RPC_SEARCH_H

#include "lib/ledger/ledger.h"

#define RPC_QUERY_MAX 512 /* bytes, as CometBFT has it */

typedef struct rpc_search {
    bool by_hash;
    uint8_t hash[UR_SHA256_BYTES];
    bool nothing;           /* the conditions contradict each other, or no hash is like that */
    ur_ledger_search terms; /* bounds and conditions; order and page are the caller's. Spans of the query */
} rpc_search;

/* UR_E_INPUT for what is no query, UR_E_USAGE for what is not answered here, UR_E_LIMIT over a maximum; out zeroed. */
UR_MUST_USE ur_status rpc_search_parse_var(rpc_search *out, ur_span query, ur_err *err);

#endif
