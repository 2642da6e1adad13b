#include "lib/chain/node.h"

#include "lib/chain/node_call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/codec/base64.h"
#include "core/codec/hex.h"

enum { PAGE = 100, PARAMS_MAX = 2048, SAID_MAX = 160 };

ur_status ur_node_call(const ur_chain_source *source, uint8_t **out_text, ur_json *result, ur_span *said, const char *method,
                       ur_span params, unsigned timeout_ms, ur_err *err)
{
    size_t n;
    ur_json answer;
    *result = (ur_json){0};
    *said = (ur_span){0};
    ur_status st = source->ask(source->context, out_text, &n, method, params, UR_CHAIN_ANSWER_MAX, timeout_ms, err);
    if (st != UR_OK) {
        return st == UR_E_PROOF || st == UR_E_ABSENT || st == UR_E_POLICY ? UR_E_UNAVAILABLE : st;
    }
    st = ur_json_parse_var(&answer, ur_span_of(*out_text, n));
    if (st != UR_OK) {
        return ur_err_set(err, st, "%s: the answer is no JSON", method);
    }
    ur_json error = ur_json_get_var(answer, "error");
    if (ur_json_kind_var(error) == UR_JSON_OBJECT) {
        if (ur_json_plain_var(said, ur_json_get_var(error, "data")) != UR_OK || said->n == 0) {
            (void)!ur_json_plain_var(said, ur_json_get_var(error, "message"));
        }
        return ur_err_set(err, UR_E_UNAVAILABLE, "%s: the node says \"%.*s\"", method,
                          said->n < SAID_MAX ? (int)said->n : SAID_MAX, said->n > 0 ? (const char *)said->p : "");
    }
    *result = ur_json_get_var(answer, "result");
    return ur_json_kind_var(*result) == UR_JSON_OBJECT ? UR_OK : ur_err_set(err, UR_E_INPUT, "%s: no result", method);
}

static ur_status call(const ur_chain_source *source, uint8_t **out_text, ur_json *result, const char *method, ur_span params,
                      unsigned timeout_ms, ur_err *err)
{
    ur_span said;
    return ur_node_call(source, out_text, result, &said, method, params, timeout_ms, err);
}

ur_status ur_node_latest(const ur_chain_source *source, int64_t *height, unsigned timeout_ms, ur_err *err)
{
    uint8_t *text = NULL;
    ur_json result;
    *height = 0;
    ur_status st = call(source, &text, &result, "status", UR_SPAN_LIT("{}"), timeout_ms, err);
    if (st == UR_OK) {
        ur_json sync = ur_json_get_var(result, "sync_info");
        st = ur_json_i64_text_var(height, ur_json_get_var(sync, "latest_block_height"));
        if (st != UR_OK || *height < 1) {
            *height = 0;
            st = ur_err_set(err, UR_E_INPUT, "status: no height");
        }
    }
    free(text);
    return st;
}

static ur_status one_page(const ur_chain_source *source, ur_validators *out, uint64_t *total, int64_t height, unsigned page,
                          unsigned timeout_ms, ur_err *err)
{
    char params[PARAMS_MAX];
    uint8_t *text = NULL;
    ur_json result;
    int64_t of;
    (void)snprintf(params, sizeof params, "{\"height\":\"%" PRId64 "\",\"page\":\"%u\",\"per_page\":\"%d\"}", height, page, PAGE);
    ur_status st = call(source, &text, &result, "validators", ur_span_str_var(params), timeout_ms, err);
    size_t before = out->n;
    if (st == UR_OK && (ur_json_i64_text_var(&of, ur_json_get_var(result, "block_height")) != UR_OK || of != height ||
                        ur_json_u64_text_var(total, ur_json_get_var(result, "total")) != UR_OK)) {
        st = ur_err_set(err, UR_E_INPUT, "validators of height %" PRId64 ": an answer to another question", height);
    }
    if (st == UR_OK) {
        st = ur_comet_validators_append_var(out, ur_json_get_var(result, "validators"));
        if (st != UR_OK || out->n == before) {
            st = ur_err_set(err, st == UR_OK ? UR_E_INPUT : st, "validators of height %" PRId64 ": malformed, or more than %d",
                            height, UR_VALIDATORS_MAX);
        }
    }
    free(text);
    return st;
}

ur_status ur_node_validators(const ur_chain_source *source, ur_validators *out, int64_t height, unsigned timeout_ms, ur_err *err)
{
    uint64_t total = 1;
    memset(out, 0, sizeof *out);
    for (unsigned page = 1; out->n < total; page++) { /* each page brings one at least, and the set has a maximum */
        ur_status st = one_page(source, out, &total, height, page, timeout_ms, err);
        if (st != UR_OK) {
            memset(out, 0, sizeof *out);
            return st;
        }
    }
    return UR_OK;
}

ur_status ur_node_commit(const ur_chain_source *source, ur_light_block *out, int64_t height, unsigned timeout_ms, ur_err *err)
{
    char params[PARAMS_MAX] = "{}";
    uint8_t *text = NULL;
    ur_json result;
    if (height != 0) {
        (void)snprintf(params, sizeof params, "{\"height\":\"%" PRId64 "\"}", height);
    }
    ur_status st = call(source, &text, &result, "commit", ur_span_str_var(params), timeout_ms, err);
    if (st == UR_OK) {
        ur_json head = ur_json_get_var(result, "signed_header");
        st = ur_comet_header_parse_var(&out->header, ur_json_get_var(head, "header"));
        if (st == UR_OK) {
            st = ur_comet_commit_parse_var(&out->commit, ur_json_get_var(head, "commit"));
        }
        if (st == UR_OK && (height != 0 ? out->header.height != height : out->header.height < 1)) {
            st = UR_E_INPUT;
        }
        if (st != UR_OK) {
            (void)!ur_err_set(err, st, "commit of height %" PRId64 ": malformed, or an answer to another question", height);
        }
    }
    free(text);
    return st;
}

/* Decode base64 behind what is in the block already; an absent or null value is none. */
static ur_status take_base64(uint8_t *block, size_t cap, size_t *used, ur_span *out, ur_json v)
{
    size_t n;
    *out = (ur_span){0};
    if (ur_json_kind_var(v) == UR_JSON_NULL || ur_json_kind_var(v) == UR_JSON_NONE) {
        return UR_OK;
    }
    UR_TRY(ur_json_base64_upto_var(block + *used, cap - *used, &n, v));
    *out = ur_span_of(block + *used, n);
    *used += n;
    return UR_OK;
}

static ur_status take_op(uint8_t *block, size_t cap, size_t *used, ur_span *out, ur_json op, const char *type)
{
    if (!ur_json_is_var(ur_json_get_var(op, "type"), ur_span_str_var(type))) {
        return UR_E_INPUT;
    }
    return take_base64(block, cap, used, out, ur_json_get_var(op, "data"));
}

static ur_status parse_value(ur_node_value *out, size_t cap, ur_json result, ur_span key, int64_t height)
{
    ur_json response = ur_json_get_var(result, "response"), in_store, of_store, more;
    ur_json_iter it;
    ur_span got_key;
    size_t used = 0;
    uint64_t code = 0;
    int64_t at;
    ur_json c = ur_json_get_var(response, "code");
    if (ur_json_kind_var(c) != UR_JSON_NONE) {
        UR_TRY(ur_json_u64_var(&code, c));
    }
    if (code != 0) {
        return UR_E_UNAVAILABLE;
    }
    UR_TRY(ur_json_i64_text_var(&at, ur_json_get_var(response, "height")));
    UR_TRY(take_base64(out->block, cap, &used, &got_key, ur_json_get_var(response, "key")));
    UR_TRY(take_base64(out->block, cap, &used, &out->value, ur_json_get_var(response, "value")));
    if (at != height || !ur_span_eq_var(got_key, key)) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_json_array_var(&it, ur_json_get_var(ur_json_get_var(response, "proofOps"), "ops")));
    if (!ur_json_next_var(&it, &in_store) || !ur_json_next_var(&it, &of_store) || ur_json_next_var(&it, &more)) {
        return UR_E_INPUT;
    }
    UR_TRY(take_op(out->block, cap, &used, &out->proof.in_store, in_store, "ics23:iavl"));
    return take_op(out->block, cap, &used, &out->proof.of_store, of_store, "ics23:simple");
}

ur_status ur_node_value_parse(ur_node_value *out, ur_json result, ur_span key, int64_t height, ur_err *err)
{
    *out = (ur_node_value){0};
    size_t cap = result.raw.n / 4 * 3 + 3; /* all that base64 in there can mean */
    out->block = malloc(cap);
    if (out->block == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = parse_value(out, cap, result, key, height);
    if (st != UR_OK) {
        ur_node_value_free(out);
        (void)!ur_err_set(err, st, st == UR_E_UNAVAILABLE ? "query at height %" PRId64 ": the node cannot answer it"
                                                          : "query at height %" PRId64 ": malformed, or an answer to another question",
                          height);
    }
    return st;
}

/* What abci_query is asked; buf has PARAMS_MAX bytes. */
static ur_status query_params(uint8_t *buf, ur_span *out, ur_span store, ur_span key, int64_t height, ur_err *err)
{
    char text_height[24], path[80];
    ur_writer w;
    ur_json_writer j;
    if (store.n == 0 || store.n > 32 || key.n == 0) {
        return ur_err_set(err, UR_E_USAGE, "a store's name has 1 to 32 characters, a key one byte at least");
    }
    (void)snprintf(path, sizeof path, "/store/%.*s/key", (int)store.n, (const char *)store.p);
    (void)snprintf(text_height, sizeof text_height, "%" PRId64, height);
    ur_writer_init(&w, buf, PARAMS_MAX);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "data");
    ur_json_put_hex(&j, key);
    ur_json_key(&j, "height");
    ur_json_put_text(&j, text_height);
    ur_json_key(&j, "path");
    ur_json_put_text(&j, path);
    ur_json_key(&j, "prove");
    ur_json_put_bool(&j, true);
    ur_json_end_object(&j);
    return ur_json_writer_end(&j, out);
}

ur_status ur_node_query(const ur_chain_source *source, ur_node_value *out, ur_span store, ur_span key, int64_t height,
                        unsigned timeout_ms, ur_err *err)
{
    uint8_t buf[PARAMS_MAX];
    uint8_t *text = NULL;
    ur_json result;
    ur_span params;
    *out = (ur_node_value){0};
    UR_TRY(query_params(buf, &params, store, key, height, err));
    ur_status st = call(source, &text, &result, "abci_query", params, timeout_ms, err);
    if (st == UR_OK) {
        st = ur_node_value_parse(out, result, key, height, err);
    }
    free(text);
    return st;
}

/* An answer of a batch, as a source that gives it away. */
typedef struct answered {
    uint8_t *text;
    size_t n;
} answered;

static ur_status give_answer(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                             unsigned timeout_ms, ur_err *err)
{
    answered *a = context;
    (void)method;
    (void)params;
    (void)max;
    (void)timeout_ms;
    (void)err;
    *out = a->text;
    *out_n = a->n;
    a->text = NULL;
    return UR_OK;
}

static ur_status ask_for_all(const ur_chain_source *source, uint8_t **texts, size_t *texts_n, ur_span store, const ur_span *keys, size_t n,
                             int64_t height, unsigned timeout_ms, ur_err *err)
{
    ur_span params[UR_CHAIN_BATCH_MAX];
    uint8_t *buf = malloc(n * PARAMS_MAX);
    ur_status st = buf != NULL ? UR_OK : ur_err_set(err, UR_E_MEMORY, "no memory");
    for (size_t i = 0; i < n && st == UR_OK; i++) {
        st = query_params(buf + i * PARAMS_MAX, &params[i], store, keys[i], height, err);
    }
    if (st == UR_OK) {
        st = source->ask_batch(source->context, texts, texts_n, "abci_query", params, n, UR_CHAIN_ANSWER_MAX, timeout_ms, err);
    }
    free(buf);
    return st;
}

ur_status ur_node_query_batch(const ur_chain_source *source, ur_node_value *out, ur_span store, const ur_span *keys, size_t n,
                              int64_t height, unsigned timeout_ms, ur_err *err)
{
    uint8_t *texts[UR_CHAIN_BATCH_MAX] = {0};
    size_t texts_n[UR_CHAIN_BATCH_MAX] = {0};
    memset(out, 0, n * sizeof *out);
    ur_status st = n > 1 && source->ask_batch != NULL
                       ? ask_for_all(source, texts, texts_n, store, keys, n, height, timeout_ms, err) : UR_E_ABSENT;
    const bool one_by_one = st == UR_E_ABSENT;
    st = one_by_one ? UR_OK : st;
    for (size_t i = 0; i < n && st == UR_OK; i++) {
        answered a = {texts[i], texts_n[i]};
        const ur_chain_source it = {.context = &a, .ask = give_answer};
        texts[i] = NULL;
        st = ur_node_query(one_by_one ? source : &it, &out[i], store, keys[i], height, timeout_ms, err);
        free(a.text);
    }
    for (size_t i = 0; i < n; i++) {
        free(texts[i]);
    }
    return st;
}

void ur_node_value_free(ur_node_value *value)
{
    free(value->block);
    *value = (ur_node_value){0};
}
