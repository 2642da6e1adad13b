/* abci_query: records of stores with their proofs, and the queries of the modules by their gRPC paths. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/codec/bech32.h"
#include "lib/rpc/parts.h"

enum { PATH_MAX_BYTES = 256, STORE_MAX = 32, STORE_ERROR_TX = 3, STORE_ERROR_REQUEST = 4, LOOKUP_MAX = 100 };

static const struct {
    const char *path;
    ur_status (*run)(rpc_query *q);
} paths[] = {
#define PATH(path, function) {path, function},
#include "lib/rpc/paths.def"
#undef PATH
};

/* ---- the answer ---- */

typedef struct response {
    uint32_t code;
    const char *codespace;
    const char *log;
    ur_span key, value;
    bool message; /* the value is a message: an empty one is "", not null */
    const ur_ledger_record *proven; /* NULL: without proof */
    int64_t height;
} response;

static void put_op(ur_json_writer *j, const char *type, ur_span key, ur_span data)
{
    ur_json_begin_object(j);
    ur_json_key(j, "data");
    ur_json_put_base64(j, data);
    ur_json_key(j, "key");
    ur_json_put_base64(j, key);
    ur_json_key(j, "type");
    ur_json_put_text(j, type);
    ur_json_end_object(j);
}

static void put_response(ur_json_writer *j, const response *r, ur_span store)
{
    ur_json_begin_object(j);
    ur_json_key(j, "response");
    ur_json_begin_object(j);
    ur_json_key(j, "code");
    ur_json_put_u64(j, r->code);
    ur_json_key(j, "codespace");
    ur_json_put_text(j, r->codespace);
    ur_json_key(j, "height");
    rpc_put_i64_text(j, r->height);
    ur_json_key(j, "index");
    ur_json_put_text(j, "0");
    ur_json_key(j, "info");
    ur_json_put_text(j, "");
    ur_json_key(j, "key");
    rpc_put_base64_or_null(j, r->key);
    ur_json_key(j, "log");
    ur_json_put_text(j, r->log);
    ur_json_key(j, "proofOps");
    if (r->proven == NULL) {
        ur_json_put_null(j);
    } else {
        ur_json_begin_object(j);
        ur_json_key(j, "ops");
        ur_json_begin_array(j);
        put_op(j, "ics23:iavl", r->key, r->proven->in_store);
        put_op(j, "ics23:simple", store, r->proven->of_store);
        ur_json_end_array(j);
        ur_json_end_object(j);
    }
    ur_json_key(j, "value");
    if (r->message) {
        ur_json_put_base64(j, r->value);
    } else {
        rpc_put_base64_or_null(j, r->value);
    }
    ur_json_end_object(j);
    ur_json_end_object(j);
}

static ur_status refuse(rpc_call *c, uint32_t code, const char *codespace, const char *format, ...) __attribute__((format(printf, 4, 5)));
static ur_status refuse(rpc_call *c, uint32_t code, const char *codespace, const char *format, ...)
{
    char words[UR_ERR_MAX];
    ur_err log;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    (void)ur_err_set(&log, UR_E_USAGE, "%s", words); /* makes it printable */
    const response r = {.code = code, .codespace = codespace, .log = log.text};
    put_response(c->j, &r, (ur_span){0});
    return UR_OK;
}

/* ---- /store/NAME/key ---- */

static ur_status store_answer(rpc_call *c, ur_span store, ur_span key, int64_t height, bool prove)
{
    ur_ledger_record record;
    ur_status st = ur_ledger_store_get(c->ledger, &record, store, key, height, prove, c->err);
    switch (st) {
    case UR_OK: {
        const response r = {.codespace = "", .log = "", .key = key, .value = record.value, .height = record.height,
                            .proven = prove ? &record : NULL};
        put_response(c->j, &r, store);
        return UR_OK;
    }
    case UR_E_ABSENT:
        return refuse(c, STORE_ERROR_REQUEST, "store", "no such store: %.*s: unknown request", (int)store.n, (const char *)store.p);
    case UR_E_USAGE:
        return refuse(c, SDK_INVALID_REQUEST, "sdk", "cannot query with proof when height <= 1; please provide a valid height: invalid request");
    case UR_E_UNAVAILABLE:
        if (prove) {
            return refuse(c, SDK_INVALID_REQUEST, "sdk", "height %" PRId64 ": its state is not kept, or does not exist yet: invalid request", height);
        } else {
            const response r = {.codespace = "", .log = "version does not exist", .key = key, .height = height};
            put_response(c->j, &r, store);
            return UR_OK;
        }
    default:
        return st;
    }
}

/* path: behind "/store/". */
static ur_status query_store(rpc_call *c, ur_span path)
{
    const uint8_t *slash = path.n > 0 ? memchr(path.p, '/', path.n) : NULL;
    size_t n = slash == NULL ? path.n : (size_t)(slash - path.p);
    ur_span store = {path.p, n}, rest = {path.p + n, path.n - n}, key = c->arg[1].s;
    if (n == 0 || n > STORE_MAX) {
        return refuse(c, STORE_ERROR_REQUEST, "store", "no such store: unknown request");
    }
    if (!ur_span_eq_var(rest, UR_SPAN_LIT("/key"))) {
        return refuse(c, STORE_ERROR_REQUEST, "store", "unexpected query path: %.*s: unknown request", (int)rest.n, (const char *)rest.p);
    }
    if (key.n == 0) {
        return refuse(c, STORE_ERROR_TX, "store", "query cannot be zero length: tx parse error");
    }
    return store_answer(c, store, key, c->arg[2].i, c->arg[3].b);
}

/* ---- modules ---- */

ur_status rpc_refuse(rpc_query *q, uint32_t code, const char *format, ...)
{
    char words[UR_ERR_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    q->code = code;
    return ur_err_set(&q->said, UR_E_POLICY, "%s", words);
}

ur_status rpc_fields(rpc_query *q, ur_pb_field *out, size_t count, ur_span message)
{
    ur_pb m;
    ur_pb_field f;
    memset(out, 0, count * sizeof *out);
    ur_pb_init(&m, message, UR_PB_ANY);
    while (ur_pb_more(&m)) {
        if (ur_pb_next_var(&m, &f) != UR_OK) {
            return rpc_refuse(q, SDK_INVALID_REQUEST, "the query is no protobuf message: invalid request");
        }
        if (f.number <= count) {
            out[f.number - 1] = f;
        }
    }
    return UR_OK;
}

/* Whether it is an address, of another chain. */
static bool is_foreign(ur_span text, char hrp[UR_BECH32_HRP_MAX], size_t *hrp_n, const char *prefix)
{
    uint8_t data[UR_BECH32_DATA_MAX];
    size_t n;
    return ur_bech32_decode_var(hrp, hrp_n, data, &n, text) == UR_OK && !ur_span_eq_var(ur_span_of(hrp, *hrp_n), ur_span_str_var(prefix));
}

ur_status rpc_address(rpc_query *q, ur_ledger_address *out, ur_span text)
{
    ur_ledger_status s;
    char hrp[UR_BECH32_HRP_MAX];
    size_t hrp_n;
    if (text.n == 0) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "rpc error: code = InvalidArgument desc = invalid address: empty address string is not allowed: invalid request");
    }
    if (ur_ledger_address_parse(q->c->ledger, out, text) == UR_OK) {
        return UR_OK;
    }
    ur_ledger_status_of(q->c->ledger, &s);
    if (is_foreign(text, hrp, &hrp_n, s.prefix)) {
        return rpc_refuse(q, SDK_UNKNOWN_REQUEST, "hrp does not match bech32 prefix: expected '%s' got '%.*s': internal logic error: unknown request", s.prefix,
                          (int)hrp_n, hrp);
    }
    return rpc_refuse(q, SDK_INVALID_REQUEST, "decoding bech32 failed: %.*s is no address of this chain: invalid request",
                      (int)(text.n < UR_LEDGER_ADDRESS_TEXT_MAX ? text.n : UR_LEDGER_ADDRESS_TEXT_MAX), (const char *)text.p);
}

ur_status rpc_paging_of(rpc_query *q, rpc_paging *out, ur_span page_request)
{
    enum { KEY, OFFSET, LIMIT, COUNT, REVERSE, FIELDS };
    ur_pb_field f[FIELDS];
    UR_TRY(rpc_fields(q, f, FIELDS, page_request));
    if (f[REVERSE].u != 0) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "this node does not page backwards: invalid request");
    }
    if (f[KEY].bytes.n > 0 && f[OFFSET].u > 0) {
        return rpc_refuse(q, SDK_INVALID_REQUEST, "paginate: invalid request, either offset or key is expected, got both: invalid request");
    }
    *out = (rpc_paging){.key = f[KEY].bytes, .skip = f[OFFSET].u, .count = f[COUNT].u != 0,
                        .limit = f[LIMIT].u == 0 || f[LIMIT].u > LOOKUP_MAX ? LOOKUP_MAX : (size_t)f[LIMIT].u};
    return UR_OK;
}

void rpc_put_paging(ur_writer *w, uint32_t number, ur_span next_key, uint64_t total)
{
    size_t m = ur_pb_begin(w, number);
    ur_pb_put_bytes(w, 1, next_key);
    ur_pb_put_u64(w, 2, total);
    ur_pb_end(w, m);
}

static ur_status query_module(rpc_call *c, ur_status (*run)(rpc_query *q))
{
    ur_ledger_status s;
    ur_writer w;
    ur_span value;
    rpc_query q = {.c = c, .data = c->arg[1].s, .out = &w, .codespace = "sdk"};
    ur_ledger_status_of(c->ledger, &s);
    if (c->arg[2].i != 0 && c->arg[2].i != s.height) {
        return refuse(c, SDK_INVALID_REQUEST, "sdk", "height %" PRId64 ": modules are asked at the newest height only; records of stores can be read at older ones: invalid request",
                      c->arg[2].i);
    }
    rpc_scratch_writer(c->rpc, &w);
    ur_status st = run(&q);
    if (st == UR_E_POLICY) {
        const response r = {.code = q.code, .codespace = q.codespace, .log = q.said.text, .height = s.height};
        put_response(c->j, &r, (ur_span){0});
        return UR_OK;
    }
    UR_TRY(st);
    if (rpc_scratch_keep(c->rpc, &w, &value) != UR_OK) {
        return ur_err_set(c->err, UR_E_LIMIT, "the answer is too large");
    }
    const response r = {.codespace = "", .log = "", .value = value, .message = true, .height = s.height};
    put_response(c->j, &r, (ur_span){0});
    return UR_OK;
}

ur_status rpc_abci_query(rpc_call *c)
{
    static const ur_span store = {(const uint8_t *)"/store/", 7};
    ur_span path = c->arg[0].s;
    if (path.n == 0) {
        return refuse(c, SDK_UNKNOWN_REQUEST, "sdk", "no query path provided: unknown request");
    }
    if (path.n > store.n && path.n <= PATH_MAX_BYTES && ur_span_eq_var(ur_span_of(path.p, store.n), store)) {
        return query_store(c, ur_span_of(path.p + store.n, path.n - store.n));
    }
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (ur_span_eq_var(path, ur_span_str_var(paths[i].path))) {
            return query_module(c, paths[i].run);
        }
    }
    return refuse(c, SDK_UNKNOWN_REQUEST, "sdk", "unknown query path: unknown request");
}
