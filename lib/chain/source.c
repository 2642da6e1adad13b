#include "lib/chain/source.h"

#include <stdlib.h>
#include <string.h>

#include "core/codec/json.h"
#include "lib/net/http_client.h"

typedef struct rpc {
    ur_http_client *http;
    char *url;
    uint64_t next_id;
} rpc;

/* {"id":N,"jsonrpc":"2.0","method":"…","params":{…}} */
static ur_status make_request(uint8_t *buf, size_t cap, ur_span *out, uint64_t id, const char *method, ur_span params)
{
    ur_writer w;
    ur_json_writer j;
    ur_json p;
    UR_TRY(ur_json_parse_var(&p, params));
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "id");
    ur_json_put_u64(&j, id);
    ur_json_key(&j, "jsonrpc");
    ur_json_put_text(&j, "2.0");
    ur_json_key(&j, "method");
    ur_json_put_text(&j, method);
    ur_json_key(&j, "params");
    ur_json_put_raw(&j, p);
    ur_json_end_object(&j);
    return ur_json_writer_end(&j, out);
}

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                     unsigned timeout_ms, ur_err *err)
{
    rpc *r = context;
    uint8_t buf[4096];
    ur_span body;
    ur_http_answer answer;
    *out = NULL;
    *out_n = 0;
    UR_TRY(make_request(buf, sizeof buf, &body, ++r->next_id, method, params));
    ur_http_ask a = {.url = r->url, .body = body, .body_type = "application/json", .max_body = max,
                     .timeout_ms = timeout_ms, .any_status = true};
    ur_status st = ur_http_fetch(r->http, &answer, &a, err);
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
    *out = (ur_chain_source){.context = r, .ask = ask, .free = free_rpc};
    return UR_OK;
}

void ur_chain_source_free(ur_chain_source *source)
{
    if (source->free != NULL) {
        source->free(source->context);
    }
    *source = (ur_chain_source){0};
}
