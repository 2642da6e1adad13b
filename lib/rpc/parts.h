/* Between the files of lib/rpc; nothing for others. */
#ifndef UR_LIB_RPC_PARTS_H
#define UR_LIB_RPC_PARTS_H

#include "core/codec/json.h"
#include "core/codec/pb.h"
#include "lib/rpc/rpc.h"

enum { RPC_ARGS_MAX = 5 };

/* Error codes of JSON-RPC. */
enum {
    RPC_PARSE_ERROR = -32700,
    RPC_NO_METHOD = -32601,
    RPC_BAD_PARAMS = -32602,
    RPC_FAILED = -32603,
};

typedef enum rpc_type { RPC_INT, RPC_BOOL, RPC_TEXT, RPC_BYTES, RPC_HEX } rpc_type;

typedef struct rpc_arg {
    bool given; /* else everything is zero */
    bool b;
    int64_t i;
    ur_span s; /* TEXT, BYTES, HEX: borrowed until the call ends */
} rpc_arg;

typedef struct rpc_call {
    ur_rpc *rpc;
    ur_ledger *ledger;
    rpc_arg arg[RPC_ARGS_MAX];
    ur_json_writer *j; /* the result: one value */
    ur_err *err;       /* on failure: the "data" of the error */
} rpc_call;

typedef struct rpc_method {
    const char *name;
    ur_status (*run)(rpc_call *c);
    struct {
        const char *name;
        rpc_type type;
    } arg[RPC_ARGS_MAX + 1]; /* ends with a NULL name */
} rpc_method;

struct ur_rpc {
    ur_rpc_options options;
    uint8_t *answer;  /* UR_RPC_ANSWER_MAX and room for errors */
    uint8_t *scratch; /* RPC_SCRATCH_MAX */
    size_t scratch_n;
    bool large; /* the answer before touched much of its memory */
    bool stop_asked;
};

/* Arguments, texts and protobuf answers of one request: a query's answer may be a whole wasm file. */
enum { RPC_SCRATCH_MAX = 8 << 20 };

/* Everything that is left of the scratch memory, to write into; keep with rpc_scratch_keep. */
void rpc_scratch_writer(ur_rpc *rpc, ur_writer *w);
/* UR_E_LIMIT if it overflowed. */
UR_MUST_USE ur_status rpc_scratch_keep(ur_rpc *rpc, ur_writer *w, ur_span *out);
/* A copy there. */
UR_MUST_USE ur_status rpc_scratch_copy(ur_rpc *rpc, ur_span *out, ur_span in);

/* ---- args.c: UR_E_INPUT with the words that stand in "data" ---- */
UR_MUST_USE ur_status rpc_args_json(rpc_call *c, const rpc_method *m, ur_json params, ur_err *err);
UR_MUST_USE ur_status rpc_args_uri(rpc_call *c, const rpc_method *m, const ur_rpc_uri *uri, ur_err *err);

/* ---- methods ---- */
#define METHOD(name, args) ur_status rpc_##name(rpc_call *c);
#include "lib/rpc/methods.def"
#undef METHOD

/* ---- pieces that several methods write (blocks.c, txs.c) ---- */
void rpc_put_hash(ur_json_writer *j, ur_span hash); /* hex in capitals */
void rpc_put_time(ur_json_writer *j, ur_time t);
void rpc_put_i64_text(ur_json_writer *j, int64_t x);
void rpc_put_base64_or_null(ur_json_writer *j, ur_span bytes);
/* Text that may be no UTF-8: what is not printable is escaped then. */
void rpc_put_words(ur_json_writer *j, ur_span text);
void rpc_put_block_id(ur_json_writer *j, const ur_block_id *id);
void rpc_put_header(ur_json_writer *j, const ur_comet_header *h);
void rpc_put_result(ur_json_writer *j, const ur_ledger_result *r);
void rpc_put_events(ur_json_writer *j, const ur_ledger_result *r);

/* The height that an optional argument means: the newest if it was not given, else one that there is. */
UR_MUST_USE ur_status rpc_height(rpc_call *c, const rpc_arg *a, int64_t *out);
/* Which page of `total` entries: CometBFT's rules and words. */
typedef struct rpc_page {
    uint64_t skip;
    size_t limit;
} rpc_page;
UR_MUST_USE ur_status rpc_page_of(rpc_call *c, const rpc_arg *page, size_t per_page, uint64_t total, rpc_page *out);
size_t rpc_per_page(const rpc_arg *per_page);

/* ---- abci_query (query.c): what it answers ---- */
typedef struct rpc_query {
    rpc_call *c;
    ur_span data;
    ur_writer *out; /* the answer's protobuf */
    /* a refusal */
    uint32_t code;
    const char *codespace;
    ur_err said;
} rpc_query;

/* Refuse with the SDK's code; returns UR_E_POLICY for `return rpc_refuse(…)`. */
ur_status rpc_refuse(rpc_query *q, uint32_t code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The SDK's errors.go: codespace "sdk". */
enum { SDK_UNKNOWN_REQUEST = 6, SDK_INVALID_REQUEST = 18, SDK_NOT_FOUND = 22, SDK_NOT_FOUND_KEY = 30 };

/* A request's fields: numbers and wire types as given, unknown ones ignored as gRPC does. */
UR_MUST_USE ur_status rpc_fields(rpc_query *q, ur_pb_field *out, size_t count, ur_span message);
UR_MUST_USE ur_status rpc_address(rpc_query *q, ur_ledger_address *out, ur_span text);
/* PageRequest, read and answered. */
typedef struct rpc_paging {
    ur_span key;
    uint64_t skip;
    size_t limit;
    bool count;
} rpc_paging;
UR_MUST_USE ur_status rpc_paging_of(rpc_query *q, rpc_paging *out, ur_span page_request);
/* PageResponse as field `number`. */
void rpc_put_paging(ur_writer *w, uint32_t number, ur_span next_key, uint64_t total);

#define PATH(path, function) ur_status function(rpc_query *q);
#include "lib/rpc/paths.def"
#undef PATH

#endif
