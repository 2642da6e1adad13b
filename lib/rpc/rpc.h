/* CometBFT 0.38's JSON-RPC and the queries of a wasmd node, over the embedded ledger: a request's bytes in, an answer's bytes
 * out. No sockets, no threads, no clock: a server hands requests in one by one.
 *
 * Answers have CometBFT's members, types and error codes; members stand in the order of their names, as JSON allows. Stricter
 * than CometBFT: duplicate keys, nesting over UR_JSON_DEPTH_MAX and batches over UR_RPC_BATCH_MAX are refused, ids are strings
 * or integers. Variable time: everything is public. */
#ifndef UR_LIB_RPC_RPC_H
#define UR_LIB_RPC_RPC_H

#include "lib/ledger/ledger.h"

#define UR_RPC_BODY_MAX 1000000           /* bytes of a request, as CometBFT has it */
#define UR_RPC_BATCH_MAX 100              /* requests in one body */
#define UR_RPC_ANSWER_MAX ((size_t)16 << 20) /* bytes of all answers to one body */

typedef struct ur_rpc ur_rpc;

typedef struct ur_rpc_options {
    ur_ledger *ledger;                 /* borrowed until free */
    const char *listen;                /* what /status says of the address; borrowed */
    const ur_ledger_address *accounts; /* funded test accounts, the i-th at path m/44'/118'/0'/0/i of `words`; borrowed */
    size_t accounts_n;
    const char *words;                 /* `unrug_accounts` tells them to everybody; NULL: not known. Borrowed */
    bool may_stop;                     /* `unrug_stop` is allowed */
} ur_rpc_options;

typedef struct ur_rpc_answer {
    int status;               /* of HTTP */
    const char *content_type; /* static */
    ur_span body;             /* valid until the next request */
} ur_rpc_answer;

UR_MUST_USE ur_status ur_rpc_new(ur_rpc **out, const ur_rpc_options *options, ur_err *err);
/* NULL is allowed. */
void ur_rpc_free(ur_rpc **rpc);

/* A POST of one request or a batch. What was submitted by it is not settled: look at ur_ledger_unsettled, and send the answer
 * after ur_ledger_settle. */
void ur_rpc_post(ur_rpc *rpc, ur_rpc_answer *out, ur_span body);

/* A request as a URI: the path behind the first '/', and its arguments by name (NULL where there is none). */
typedef struct ur_rpc_uri {
    const char *method;
    void *context;
    const char *(*argument)(void *context, const char *name);
} ur_rpc_uri;
void ur_rpc_get(ur_rpc *rpc, ur_rpc_answer *out, const ur_rpc_uri *uri);

/* Whether `unrug_stop` was called. */
bool ur_rpc_stop_asked(const ur_rpc *rpc);

/* The answer in place of those that wait for a settle that failed. */
void ur_rpc_not_settled(ur_rpc *rpc, ur_rpc_answer *out, const ur_err *err);

#endif
