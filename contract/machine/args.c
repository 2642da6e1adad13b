/* The fields of a message: the part of call.h that reads them. */
#include "contract/machine/call.h"

#include "core/codec/base64.h"

#define INTEGER_MAX (((uint64_t)1 << 53) - 1) /* what JavaScript reads exactly */

ur_status uc_args_read(uc_call *c, uc_args *out, const char *const *names, size_t count, ur_json args)
{
    out->call = c;
    out->names = names;
    if (count > UC_ARGS_MAX) {
        return UR_E_INTERNAL;
    }
    return uc_check(c, ur_json_fields_var(out->value, names, count, count, args), UC_ERROR_fields, NULL);
}

/* A reader's status as a refusal that names the field. */
static ur_status read_as(uc_call *c, ur_status st, const char *field)
{
    return uc_check(c, st, st == UR_E_LIMIT ? UC_ERROR_too_long : UC_ERROR_malformed, field);
}

bool uc_args_is_null(const uc_args *a, size_t i) { return ur_json_kind_var(a->value[i]) == UR_JSON_NULL; }

ur_status uc_args_u64(const uc_args *a, size_t i, uint64_t *out)
{
    return read_as(a->call, ur_json_u64_max_var(out, INTEGER_MAX, a->value[i]), a->names[i]);
}

ur_status uc_args_u32(const uc_args *a, size_t i, uint32_t max, uint32_t *out)
{
    uint64_t x;
    ur_status st = ur_json_u64_max_var(&x, max, a->value[i]);
    *out = (uint32_t)x;
    return read_as(a->call, st, a->names[i]);
}

ur_status uc_args_base64(const uc_args *a, size_t i, uint8_t *out, size_t out_len)
{
    return read_as(a->call, ur_json_base64_var(out, out_len, a->value[i]), a->names[i]);
}

ur_status uc_args_base64_upto(const uc_args *a, size_t i, size_t max, ur_span *out)
{
    ur_span text;
    size_t n;
    *out = (ur_span){NULL, 0};
    UR_TRY(read_as(a->call, ur_json_plain_var(&text, a->value[i]), a->names[i]));
    if (text.n == 0) {
        return uc_refuse(a->call, UC_ERROR_malformed, a->names[i]);
    }
    if (text.n > ur_base64_chars(max, UR_BASE64)) {
        return uc_refuse(a->call, UC_ERROR_too_long, a->names[i]);
    }
    uint8_t *bytes = uc_take(a->call, ur_base64_bytes(text.n), 1);
    if (bytes == NULL) {
        return UR_E_MEMORY;
    }
    size_t cap = ur_base64_bytes(text.n) < max ? ur_base64_bytes(text.n) : max;
    UR_TRY(read_as(a->call, ur_base64_decode(bytes, cap, &n, text, UR_BASE64), a->names[i]));
    *out = ur_span_of(bytes, n);
    return UR_OK;
}

static bool is_printable(ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

ur_status uc_args_text(const uc_args *a, size_t i, size_t max, ur_span *out)
{
    UR_TRY(read_as(a->call, ur_json_plain_var(out, a->value[i]), a->names[i]));
    if (out->n == 0 || out->n > max || !is_printable(*out)) {
        bool long_ = out->n > max;
        *out = (ur_span){NULL, 0};
        return uc_refuse(a->call, long_ ? UC_ERROR_too_long : UC_ERROR_malformed, a->names[i]);
    }
    return UR_OK;
}

ur_status uc_address(uc_call *c, ur_json value, const char *field, ur_span *out)
{
    ur_status st = ur_json_plain_var(out, value);
    if (st == UR_OK && (out->n == 0 || out->n > UC_ADDRESS_MAX)) {
        st = UR_E_INPUT;
    }
    if (st == UR_OK) {
        st = c->host->address_check(c->host->self, *out);
    }
    if (st != UR_OK) {
        *out = (ur_span){NULL, 0};
    }
    return st == UR_E_INPUT ? uc_refuse(c, UC_ERROR_address, field) : st;
}

ur_status uc_args_address(const uc_args *a, size_t i, ur_span *out)
{
    return uc_address(a->call, a->value[i], a->names[i], out);
}
