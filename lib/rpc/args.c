#include <stdlib.h>
#include <string.h>

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "lib/rpc/parts.h"

/* ---- scratch ---- */

void rpc_scratch_writer(ur_rpc *rpc, ur_writer *w)
{
    ur_writer_init(w, rpc->scratch + rpc->scratch_n, RPC_SCRATCH_MAX - rpc->scratch_n);
}

ur_status rpc_scratch_keep(ur_rpc *rpc, ur_writer *w, ur_span *out)
{
    UR_TRY(ur_writer_end(w, out));
    rpc->scratch_n += out->n;
    return UR_OK;
}

ur_status rpc_scratch_copy(ur_rpc *rpc, ur_span *out, ur_span in)
{
    ur_writer w;
    rpc_scratch_writer(rpc, &w);
    ur_writer_span(&w, in);
    return rpc_scratch_keep(rpc, &w, out);
}

/* ---- from JSON ---- */

static ur_status text_into_scratch(ur_rpc *rpc, ur_span *out, ur_json v)
{
    ur_span s;
    UR_TRY(ur_json_string_var(&s, rpc->scratch + rpc->scratch_n, RPC_SCRATCH_MAX - rpc->scratch_n, v));
    if (s.p == rpc->scratch + rpc->scratch_n) {
        rpc->scratch_n += s.n;
    }
    *out = s;
    return UR_OK;
}

static ur_status bytes_into_scratch(ur_rpc *rpc, ur_span *out, ur_span text, bool hex)
{
    size_t cap = RPC_SCRATCH_MAX - rpc->scratch_n, n;
    uint8_t *p = rpc->scratch + rpc->scratch_n;
    UR_TRY(hex ? ur_hex_decode_upto(p, cap, &n, text) : ur_base64_decode(p, cap, &n, text, UR_BASE64));
    rpc->scratch_n += n;
    *out = ur_span_of(p, n);
    return UR_OK;
}

static ur_status value_of(ur_rpc *rpc, rpc_arg *out, rpc_type type, ur_json v)
{
    ur_span text;
    switch (type) {
    case RPC_INT:
        return ur_json_i64_text_var(&out->i, v);
    case RPC_BOOL:
        return ur_json_bool_var(&out->b, v);
    case RPC_TEXT:
        return text_into_scratch(rpc, &out->s, v);
    default:
        UR_TRY(ur_json_plain_var(&text, v));
        return bytes_into_scratch(rpc, &out->s, text, type == RPC_HEX);
    }
}

static const char *type_text(rpc_type type)
{
    static const char *const texts[] = {"a decimal number in a string", "true or false", "a string", "base64 in a string",
                                        "hex digits in a string"};
    return texts[type];
}

static ur_status take(rpc_call *c, const rpc_method *m, size_t i, ur_json v, ur_err *err)
{
    if (ur_json_kind_var(v) == UR_JSON_NONE || ur_json_kind_var(v) == UR_JSON_NULL) {
        return UR_OK;
    }
    ur_status st = value_of(c->rpc, &c->arg[i], m->arg[i].type, v);
    if (st != UR_OK) {
        return ur_err_set(err, st, "error converting json params to arguments: %s is not %s", m->arg[i].name,
                          type_text(m->arg[i].type));
    }
    c->arg[i].given = true;
    return UR_OK;
}

static size_t arguments_of(const rpc_method *m)
{
    size_t n = 0;
    while (m->arg[n].name != NULL) {
        n++;
    }
    return n;
}

static ur_status take_array(rpc_call *c, const rpc_method *m, ur_json params, ur_err *err)
{
    ur_json_iter it;
    ur_json v;
    size_t n = arguments_of(m), given = ur_json_count_var(params), i = 0;
    if (given != n) {
        return ur_err_set(err, UR_E_INPUT, "error converting json params to arguments: expected %zu parameters, got %zu", n, given);
    }
    UR_TRY(ur_json_array_var(&it, params));
    while (ur_json_next_var(&it, &v)) {
        UR_TRY(take(c, m, i++, v, err));
    }
    return UR_OK;
}

ur_status rpc_args_json(rpc_call *c, const rpc_method *m, ur_json params, ur_err *err)
{
    switch (ur_json_kind_var(params)) {
    case UR_JSON_NONE:
    case UR_JSON_NULL:
        return UR_OK;
    case UR_JSON_ARRAY:
        return take_array(c, m, params, err);
    case UR_JSON_OBJECT:
        for (size_t i = 0; m->arg[i].name != NULL; i++) {
            UR_TRY(take(c, m, i, ur_json_get_var(params, m->arg[i].name), err));
        }
        return UR_OK;
    default:
        return ur_err_set(err, UR_E_INPUT, "error converting json params to arguments: unknown type for JSON params. Expected map or array");
    }
}

/* ---- from a URI: 5 and "5" are numbers, 0xAB is bytes, "text" is text and its own bytes ---- */

static bool all_digits(ur_span s)
{
    size_t i = s.n > 0 && s.p[0] == '-';
    if (i == s.n) {
        return false;
    }
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
    }
    return true;
}

static ur_status number_of(int64_t *out, ur_span s)
{
    char quoted[32];
    ur_json v;
    if (!all_digits(s) || s.n > sizeof quoted - 2) {
        return UR_E_INPUT;
    }
    quoted[0] = quoted[s.n + 1] = '"';
    memcpy(quoted + 1, s.p, s.n);
    UR_TRY(ur_json_parse_var(&v, ur_span_of(quoted, s.n + 2)));
    return ur_json_i64_text_var(out, v);
}

static ur_status uri_value(ur_rpc *rpc, rpc_arg *out, rpc_type type, ur_span s)
{
    ur_json v;
    bool hex = s.n >= 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X');
    if (type == RPC_INT && all_digits(s)) {
        return number_of(&out->i, s);
    }
    if (hex && type != RPC_INT && type != RPC_BOOL) {
        return bytes_into_scratch(rpc, &out->s, ur_span_of(s.p + 2, s.n - 2), true);
    }
    UR_TRY(ur_json_parse_var(&v, s));
    return value_of(rpc, out, type == RPC_BYTES || type == RPC_HEX ? RPC_TEXT : type, v);
}

ur_status rpc_args_uri(rpc_call *c, const rpc_method *m, const ur_rpc_uri *uri, ur_err *err)
{
    for (size_t i = 0; m->arg[i].name != NULL; i++) {
        const char *text = uri->argument(uri->context, m->arg[i].name);
        if (text == NULL || *text == '\0') {
            continue;
        }
        ur_status st = uri_value(c->rpc, &c->arg[i], m->arg[i].type, ur_span_str_var(text));
        if (st != UR_OK) {
            return ur_err_set(err, st, "error converting http params to arguments: %s is not %s", m->arg[i].name,
                              m->arg[i].type == RPC_INT    ? "a decimal number"
                              : m->arg[i].type == RPC_BOOL ? "true or false"
                                                           : "0x with hex digits, or text in double quotes");
        }
        c->arg[i].given = true;
    }
    return UR_OK;
}
