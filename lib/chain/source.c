#include "lib/chain/source.h"

#include <stdlib.h>
#include <string.h>

#include "core/codec/json.h"
#include "lib/net/http_client.h"

enum { ENVELOPE_MAX = 256 };

typedef struct rpc {
    ur_http_client *http;
    char *url;
    uint64_t next_id;
    bool no_batches;
} rpc;

/* {"id":N,"jsonrpc":"2.0","method":"…","params":{…}} */
static ur_status put_request(ur_json_writer *j, uint64_t id, const char *method, ur_span params)
{
    ur_json p;
    UR_TRY(ur_json_parse_var(&p, params));
    ur_json_begin_object(j);
    ur_json_key(j, "id");
    ur_json_put_u64(j, id);
    ur_json_key(j, "jsonrpc");
    ur_json_put_text(j, "2.0");
    ur_json_key(j, "method");
    ur_json_put_text(j, method);
    ur_json_key(j, "params");
    ur_json_put_raw(j, p);
    ur_json_end_object(j);
    return UR_OK;
}

static ur_status make_request(uint8_t *buf, size_t cap, ur_span *out, uint64_t id, const char *method, ur_span params)
{
    ur_writer w;
    ur_json_writer j;
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    UR_TRY(put_request(&j, id, method, params));
    return ur_json_writer_end(&j, out);
}

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                     unsigned timeout_ms, ur_err *err)
{
    rpc *r = context;
    ur_span body;
    ur_http_answer answer;
    const size_t cap = params.n + ENVELOPE_MAX; /* a transaction that stores code is large */
    *out = NULL;
    *out_n = 0;
    uint8_t *buf = malloc(cap);
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = make_request(buf, cap, &body, ++r->next_id, method, params);
    if (st != UR_OK) {
        free(buf);
        return ur_err_set(err, st, "%s: the question is malformed", method);
    }
    ur_http_ask a = {.url = r->url, .body = body, .body_type = "application/json", .max_body = max,
                     .timeout_ms = timeout_ms, .any_status = true};
    st = ur_http_fetch(r->http, &answer, &a, err);
    free(buf);
    if (st != UR_OK) {
        ur_http_answer_free(&answer);
        return st;
    }
    /* Nodes answer their own errors with 500 and JSON; what stands in front of them answers with HTML. */
    if (answer.status != 200 && (answer.body_len == 0 || answer.body[0] != '{')) {
        st = ur_err_set(err, UR_E_UNAVAILABLE, "%s answered with HTTP status %d", r->url, answer.status);
        ur_http_answer_free(&answer);
        return st;
    }
    *out = answer.body;
    *out_n = answer.body_len;
    answer.body = NULL;
    ur_http_answer_free(&answer);
    return UR_OK;
}

static ur_status make_batch(uint8_t *buf, size_t cap, ur_span *out, uint64_t first_id, const char *method, const ur_span *params, size_t n)
{
    ur_writer w;
    ur_json_writer j;
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    ur_json_begin_array(&j);
    for (size_t i = 0; i < n; i++) {
        UR_TRY(put_request(&j, first_id + i, method, params[i]));
    }
    ur_json_end_array(&j);
    return ur_json_writer_end(&j, out);
}

static void free_answers(uint8_t **out, size_t *out_n, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(out[i]);
        out[i] = NULL;
        out_n[i] = 0;
    }
}

static ur_status split(uint8_t **out, size_t *out_n, ur_json answers, uint64_t first_id, size_t n)
{
    ur_json_iter it;
    ur_json a;
    size_t filled = 0;
    uint64_t id;
    UR_TRY(ur_json_array_var(&it, answers));
    for (; ur_json_next_var(&it, &a); filled++) {
        UR_TRY(ur_json_u64_var(&id, ur_json_get_var(a, "id")));
        if (id < first_id || id - first_id >= n || out[id - first_id] != NULL) {
            return UR_E_INPUT;
        }
        uint8_t *text = malloc(a.raw.n + 1);
        if (text == NULL) {
            return UR_E_MEMORY;
        }
        memcpy(text, a.raw.p, a.raw.n);
        text[a.raw.n] = 0;
        out[id - first_id] = text;
        out_n[id - first_id] = a.raw.n;
    }
    return filled == n ? UR_OK : UR_E_INPUT;
}

ur_status ur_chain_batch_split(uint8_t **out, size_t *out_n, ur_span text, uint64_t first_id, size_t n)
{
    ur_json answers;
    memset(out, 0, n * sizeof *out);
    memset(out_n, 0, n * sizeof *out_n);
    if (ur_json_parse_var(&answers, text) != UR_OK || ur_json_kind_var(answers) != UR_JSON_ARRAY) {
        return UR_E_ABSENT;
    }
    ur_status st = split(out, out_n, answers, first_id, n);
    if (st != UR_OK) {
        free_answers(out, out_n, n);
    }
    return st;
}

static ur_status fetch_batch(rpc *r, uint8_t **out, size_t *out_n, ur_span body, uint64_t first_id, size_t n, size_t max,
                             unsigned timeout_ms, ur_err *err)
{
    ur_http_answer answer;
    ur_http_ask a = {.url = r->url, .body = body, .body_type = "application/json", .max_body = max,
                     .timeout_ms = timeout_ms, .any_status = true};
    ur_status st = ur_http_fetch(r->http, &answer, &a, err);
    if (st == UR_OK) {
        st = answer.status == 200 ? ur_chain_batch_split(out, out_n, ur_span_of(answer.body, answer.body_len), first_id, n) : UR_E_ABSENT;
        r->no_batches = st == UR_E_ABSENT; /* then one by one from here on */
        st = st == UR_OK ? st : ur_err_set(err, st, st == UR_E_ABSENT ? "%s takes no batches" : "%s: not the answers to what was asked", r->url);
    }
    ur_http_answer_free(&answer);
    return st;
}

static ur_status ask_batch(void *context, uint8_t **out, size_t *out_n, const char *method, const ur_span *params, size_t n, size_t max,
                           unsigned timeout_ms, ur_err *err)
{
    rpc *r = context;
    size_t cap = 2;
    ur_span body;
    memset(out, 0, n * sizeof *out);
    memset(out_n, 0, n * sizeof *out_n);
    if (r->no_batches) {
        return ur_err_set(err, UR_E_ABSENT, "%s takes no batches", r->url);
    }
    for (size_t i = 0; i < n; i++) {
        cap += params[i].n + ENVELOPE_MAX;
    }
    uint8_t *buf = malloc(cap);
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    const uint64_t first_id = r->next_id + 1;
    r->next_id += n;
    ur_status st = make_batch(buf, cap, &body, first_id, method, params, n);
    if (st == UR_OK) {
        st = fetch_batch(r, out, out_n, body, first_id, n, max, timeout_ms, err);
    }
    free(buf);
    return st;
}

static void free_rpc(void *context)
{
    rpc *r = context;
    ur_http_client_free(&r->http);
    free(r->url);
    free(r);
}

ur_status ur_chain_source_rpc_new(ur_chain_source *out, const char *url, ur_err *err)
{
    *out = (ur_chain_source){0};
    UR_TRY(ur_http_url_check(url, err));
    rpc *r = calloc(1, sizeof *r);
    char *copy = strdup(url);
    ur_status st = r == NULL || copy == NULL ? ur_err_set(err, UR_E_MEMORY, "no memory") : ur_http_client_new(&r->http, NULL, err);
    if (st != UR_OK) {
        free(copy);
        free(r);
        return st;
    }
    r->url = copy;
    *out = (ur_chain_source){.context = r, .ask = ask, .free = free_rpc, .ask_batch = ask_batch};
    return UR_OK;
}

void ur_chain_source_free(ur_chain_source *source)
{
    if (source->free != NULL) {
        source->free(source->context);
    }
    *source = (ur_chain_source){0};
}
