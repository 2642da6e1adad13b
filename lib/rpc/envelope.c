#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/rpc/parts.h"

/* Room behind UR_RPC_ANSWER_MAX for an error in place of each answer that did not fit. */
enum { ERROR_MAX = 4096, ANSWER_ROOM = UR_RPC_BATCH_MAX * ERROR_MAX, KEEP = 1 << 20, ID_MAX = 256 };

#define MEMORY (UR_RPC_ANSWER_MAX + ANSWER_ROOM + RPC_SCRATCH_MAX)

#define ARG(name, type) {#name, RPC_##type},
#define METHOD(name, args) {#name, rpc_##name, {args {NULL, RPC_INT}}},
static const rpc_method methods[] = {
#include "lib/rpc/methods.def"
};
#undef METHOD
#undef ARG

static const size_t methods_n = sizeof methods / sizeof *methods;

ur_status ur_rpc_new(ur_rpc **out, const ur_rpc_options *options, ur_err *err)
{
    *out = NULL;
    ur_rpc *rpc = calloc(1, sizeof *rpc);
    /* mapped by itself, so that what a large answer used can be given back */
    void *p = rpc == NULL ? MAP_FAILED : mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        free(rpc);
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    rpc->options = *options;
    rpc->answer = p;
    rpc->scratch = rpc->answer + UR_RPC_ANSWER_MAX + ANSWER_ROOM;
    *out = rpc;
    return UR_OK;
}

void ur_rpc_free(ur_rpc **rpc)
{
    if (*rpc != NULL) {
        (void)munmap((*rpc)->answer, MEMORY);
        free(*rpc);
        *rpc = NULL;
    }
}

/* Before a new request: the memory of a large answer goes back to the system. */
static void begin(ur_rpc *rpc, ur_rpc_answer *out)
{
    if (rpc->large) {
        (void)madvise(rpc->answer, MEMORY, MADV_DONTNEED);
        rpc->large = false;
    }
    rpc->scratch_n = 0;
    *out = (ur_rpc_answer){200, "application/json", {NULL, 0}};
}

static const rpc_method *find_method(ur_span name)
{
    for (size_t i = 0; i < methods_n; i++) {
        if (ur_span_eq_var(ur_span_str_var(methods[i].name), name)) {
            return &methods[i];
        }
    }
    return NULL;
}

static const char *code_text(int code)
{
    switch (code) {
    case RPC_PARSE_ERROR:
        return "Parse error. Invalid JSON";
    case RPC_NO_METHOD:
        return "Method not found";
    case RPC_BAD_PARAMS:
        return "Invalid params";
    default:
        return "Internal error";
    }
}

/* The id as JSON text; empty: none. */
static void put_head(ur_json_writer *j, ur_span id)
{
    if (id.n > 0) {
        ur_json_key(j, "id");
        ur_json_put_raw(j, (ur_json){id});
    }
    ur_json_key(j, "jsonrpc");
    ur_json_put_text(j, "2.0");
}

static void write_error(ur_writer *w, ur_span id, int code, const char *data)
{
    ur_json_writer j;
    ur_json_writer_init(&j, w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "error");
    ur_json_begin_object(&j);
    ur_json_key(&j, "code");
    ur_json_put_i64(&j, code);
    if (data != NULL) {
        ur_json_key(&j, "data");
        ur_json_put_text(&j, data);
    }
    ur_json_key(&j, "message");
    ur_json_put_text(&j, code_text(code));
    ur_json_end_object(&j);
    put_head(&j, id);
    ur_json_end_object(&j);
}

/* Run the method and write its answer; on failure what was written of it is taken back and the error stands there.
 * Returns the code, 0 for success. */
static int run(ur_writer *w, ur_span id, const rpc_method *m, rpc_call *c, ur_err *err)
{
    ur_json_writer j;
    size_t start = w->n, cap = w->cap;
    w->cap = UR_RPC_ANSWER_MAX;
    ur_json_writer_init(&j, w);
    ur_json_begin_object(&j);
    put_head(&j, id);
    ur_json_key(&j, "result");
    c->j = &j;
    c->err = err;
    ur_status st = m->run(c);
    ur_json_end_object(&j);
    w->cap = cap;
    c->rpc->large = c->rpc->large || w->n > KEEP || c->rpc->scratch_n > KEEP;
    if (st == UR_OK && w->overflow) {
        st = ur_err_set(err, UR_E_LIMIT, "the answer is larger than %zu bytes; ask for less", UR_RPC_ANSWER_MAX);
    } else if (st == UR_OK && (j.misuse || !j.done)) {
        st = ur_err_set(err, UR_E_INTERNAL, "the answer could not be written");
    }
    if (st == UR_OK) {
        return 0;
    }
    w->n = start;
    w->overflow = false;
    write_error(w, id, RPC_FAILED, ur_err_text(err, st));
    return RPC_FAILED;
}

/* ---- POST ---- */

/* An id is a string or an integer; UR_E_ABSENT for a notification, which gets no answer. */
static ur_status id_of(ur_span *out, ur_json request, ur_err *err)
{
    ur_json id = ur_json_get_var(request, "id");
    int64_t number;
    *out = id.raw;
    switch (ur_json_kind_var(id)) {
    case UR_JSON_NONE:
    case UR_JSON_NULL:
        return UR_E_ABSENT;
    case UR_JSON_NUMBER:
        if (ur_json_i64_var(&number, id) == UR_OK) {
            return UR_OK;
        }
        break;
    case UR_JSON_STRING:
        if (id.raw.n <= ID_MAX) {
            return UR_OK;
        }
        break;
    default:
        break;
    }
    *out = (ur_span){0};
    return ur_err_set(err, UR_E_INPUT, "error unmarshaling request: a json-rpc id is an integer, or a string of up to %d characters", ID_MAX);
}

static void answer_one(ur_rpc *rpc, ur_writer *w, ur_json request, ur_span id)
{
    ur_err err = {0};
    rpc_call c = {.rpc = rpc, .ledger = rpc->options.ledger};
    ur_span name = {0};
    rpc->scratch_n = 0;
    const rpc_method *m = ur_json_plain_var(&name, ur_json_get_var(request, "method")) == UR_OK ? find_method(name) : NULL;
    if (m == NULL) {
        write_error(w, id, RPC_NO_METHOD, NULL);
    } else if (rpc_args_json(&c, m, ur_json_get_var(request, "params"), &err) != UR_OK) {
        write_error(w, id, RPC_BAD_PARAMS, err.text);
    } else {
        (void)run(w, id, m, &c, &err);
    }
}

/* All ids are looked at before anything runs. */
static ur_status check_batch(ur_json batch, ur_err *err)
{
    ur_json_iter it;
    ur_json request;
    ur_span id;
    if (ur_json_count_var(batch) > UR_RPC_BATCH_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "error unmarshaling request: a batch has up to %d requests", UR_RPC_BATCH_MAX);
    }
    UR_TRY(ur_json_array_var(&it, batch));
    while (ur_json_next_var(&it, &request)) {
        if (ur_json_kind_var(request) != UR_JSON_OBJECT) {
            return ur_err_set(err, UR_E_INPUT, "error unmarshaling request: a request is an object");
        }
        ur_status st = id_of(&id, request, err);
        if (st != UR_OK && st != UR_E_ABSENT) {
            return st;
        }
    }
    return UR_OK;
}

static size_t answer_batch(ur_rpc *rpc, ur_writer *w, ur_json batch)
{
    ur_json_iter it;
    ur_json request;
    ur_span id;
    size_t answers = 0;
    ur_writer_u8(w, '[');
    if (ur_json_array_var(&it, batch) == UR_OK) {
        while (ur_json_next_var(&it, &request)) {
            if (id_of(&id, request, NULL) == UR_OK) {
                if (answers++ > 0) {
                    ur_writer_u8(w, ',');
                }
                answer_one(rpc, w, request, id);
            }
        }
    }
    ur_writer_u8(w, ']');
    return answers;
}

static void parse_error(ur_rpc *rpc, ur_rpc_answer *out, ur_status st, const ur_err *err)
{
    ur_writer w;
    ur_writer_init(&w, rpc->answer, UR_RPC_ANSWER_MAX + ANSWER_ROOM);
    write_error(&w, (ur_span){0}, RPC_PARSE_ERROR, ur_err_text(err, st));
    out->status = 500;
    out->body = ur_span_of(w.p, w.n);
}

void ur_rpc_post(ur_rpc *rpc, ur_rpc_answer *out, ur_span body)
{
    ur_err err = {0};
    ur_json request;
    ur_span id;
    ur_writer w;
    begin(rpc, out);
    ur_status st = body.n > UR_RPC_BODY_MAX ? UR_E_LIMIT : ur_json_parse_var(&request, body);
    if (st != UR_OK) {
        (void)ur_err_set(&err, st, st == UR_E_LIMIT ? "error unmarshaling request: too large, too deep or too many keys"
                                                    : "error unmarshaling request: malformed JSON");
        parse_error(rpc, out, st, &err);
        return;
    }
    ur_writer_init(&w, rpc->answer, UR_RPC_ANSWER_MAX + ANSWER_ROOM);
    if (ur_json_kind_var(request) == UR_JSON_ARRAY) {
        st = check_batch(request, &err);
        size_t answers = st == UR_OK ? answer_batch(rpc, &w, request) : 0;
        /* CometBFT answers a batch with one answer by that answer, and one with none by nothing */
        out->body = answers > 1 ? ur_span_of(w.p, w.n) : answers == 1 ? ur_span_of(w.p + 1, w.n - 2) : (ur_span){0};
    } else if (ur_json_kind_var(request) != UR_JSON_OBJECT) {
        st = ur_err_set(&err, UR_E_INPUT, "error unmarshaling request: a request is an object");
    } else {
        st = id_of(&id, request, &err);
        if (st == UR_OK) {
            answer_one(rpc, &w, request, id);
            out->body = ur_span_of(w.p, w.n);
        } else if (st == UR_E_ABSENT) {
            st = UR_OK;
        }
    }
    if (st != UR_OK) {
        parse_error(rpc, out, st, &err);
    }
}

/* ---- GET ---- */

static void list_methods(ur_rpc *rpc, ur_rpc_answer *out)
{
    ur_writer w;
    ur_writer_init(&w, rpc->answer, UR_RPC_ANSWER_MAX);
    ur_writer_str(&w, "Available endpoints:\n");
    for (size_t i = 0; i < methods_n; i++) {
        ur_writer_str(&w, "/");
        ur_writer_str(&w, methods[i].name);
        for (size_t k = 0; methods[i].arg[k].name != NULL; k++) {
            ur_writer_str(&w, k == 0 ? "?" : "&");
            ur_writer_str(&w, methods[i].arg[k].name);
            ur_writer_str(&w, "=_");
        }
        ur_writer_str(&w, "\n");
    }
    *out = (ur_rpc_answer){200, "text/plain; charset=utf-8", {w.p, w.n}};
}

void ur_rpc_get(ur_rpc *rpc, ur_rpc_answer *out, const ur_rpc_uri *uri)
{
    static const ur_span id = {(const uint8_t *)"-1", 2}; /* CometBFT's id of what has none */
    ur_err err = {0};
    rpc_call c = {.rpc = rpc, .ledger = rpc->options.ledger};
    ur_writer w;
    int code;
    begin(rpc, out);
    const rpc_method *m = find_method(ur_span_str_var(uri->method));
    if (*uri->method == '\0') {
        list_methods(rpc, out);
        return;
    }
    if (m == NULL) {
        *out = (ur_rpc_answer){404, "text/plain; charset=utf-8", UR_SPAN_LIT("404 page not found\n")};
        return;
    }
    ur_writer_init(&w, rpc->answer, UR_RPC_ANSWER_MAX + ANSWER_ROOM);
    if (rpc_args_uri(&c, m, uri, &err) != UR_OK) {
        code = RPC_BAD_PARAMS;
        write_error(&w, id, code, err.text);
    } else {
        code = run(&w, id, m, &c, &err);
    }
    out->status = code == 0 ? 200 : 500;
    out->body = ur_span_of(w.p, w.n);
}

void ur_rpc_not_settled(ur_rpc *rpc, ur_rpc_answer *out, const ur_err *err)
{
    ur_writer w;
    begin(rpc, out);
    ur_writer_init(&w, rpc->answer, UR_RPC_ANSWER_MAX + ANSWER_ROOM);
    write_error(&w, UR_SPAN_LIT("-1"), RPC_FAILED, ur_err_text(err, UR_E_UNAVAILABLE));
    out->status = 500;
    out->body = ur_span_of(w.p, w.n);
}
