#include "contract/machine/call.h"

/* ---- tables ---- */

static const struct {
    const char *code;
    ur_status status;
    const char *sentence;
} errors[UC_ERROR_COUNT] = {
#define UC_ERROR(code, status, sentence) {#code, UR_##status, sentence},
#include "contract/machine/error.def"
#undef UC_ERROR
};

static const struct {
    const char *type, *attributes;
} event_table[UC_EVENT_COUNT] = {
#define UC_EVENT(type, attributes) {#type, attributes},
#include "contract/machine/event.def"
#undef UC_EVENT
};

const char *uc_error_code(uc_error e) { return errors[e].code; }
const char *uc_error_sentence(uc_error e) { return errors[e].sentence; }
const char *uc_event_type(uc_event e) { return event_table[e].type; }
const char *uc_event_attributes(uc_event e) { return event_table[e].attributes; }

/* ---- refusal ---- */

ur_status uc_refuse(uc_call *c, uc_error error, const char *field)
{
    c->refused = true;
    c->error = error;
    c->field = field;
    return errors[error].status;
}

ur_status uc_check(uc_call *c, ur_status status, uc_error error, const char *field)
{
    bool ours = status == UR_E_UNAVAILABLE || status == UR_E_MEMORY || status == UR_E_INTERNAL;
    return status == UR_OK || ours ? status : uc_refuse(c, error, field);
}

/* ---- memory ---- */

/* ur_arena_take would clear what is zero already, and a chain counts every store. */
void *uc_take(uc_call *c, size_t count, size_t size)
{
    size_t bytes;
    if (ur_size_mul(&bytes, count, size) != UR_OK || ur_size_add(&bytes, bytes, 15) != UR_OK) {
        return NULL;
    }
    bytes &= ~(size_t)15;
    if (bytes > c->memory->cap - c->memory->n) {
        return NULL;
    }
    void *at = c->memory->p + c->memory->n;
    c->memory->n += bytes;
    return at;
}

/* ---- records ---- */

ur_status uc_get(uc_call *c, ur_span key, ur_span *out)
{
    ur_status st = c->host->get(c->host->self, key, out);
    if (st != UR_OK) {
        *out = (ur_span){NULL, 0};
    }
    return st;
}

ur_status uc_put(uc_call *c, ur_span key, ur_span value)
{
    if (!c->writes || value.n == 0 || value.n > UC_VALUE_MAX) {
        return UR_E_INTERNAL;
    }
    return c->host->put(c->host->self, key, value);
}

ur_status uc_remove(uc_call *c, ur_span key)
{
    if (!c->writes) {
        return UR_E_INTERNAL;
    }
    return c->host->remove(c->host->self, key);
}

/* ---- signatures ---- */

ur_status uc_verify(uc_call *c, const uint8_t hash[32], const uint8_t sig[64], const uint8_t pub[33])
{
    static const uint8_t half_order[32] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                           0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                           0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};
    if ((pub[0] != 2 && pub[0] != 3) || ur_cmp_var(sig + 32, 32, half_order, 32) > 0) {
        return UR_E_PROOF;
    }
    return c->host->secp256k1_verify(c->host->self, hash, sig, pub);
}

/* ---- events ---- */

void uc_event_end(uc_call *c)
{
    if (c->attributes == NULL) {
        return;
    }
    c->events.misuse = c->events.misuse || *c->attributes != '\0';
    ur_json_end_array(&c->events);
    ur_json_key(&c->events, "type");
    ur_json_put_text(&c->events, c->event_type);
    ur_json_end_object(&c->events);
    c->attributes = NULL;
}

void uc_event_begin(uc_call *c, uc_event e)
{
    uc_event_end(c);
    c->attributes = event_table[e].attributes;
    c->event_type = event_table[e].type;
    ur_json_begin_object(&c->events);
    ur_json_key(&c->events, "attributes");
    ur_json_begin_array(&c->events);
}

/* The name is the next of those declared. */
static void begin_attribute(uc_call *c, const char *name)
{
    const char *at = c->attributes;
    size_t n = ur_span_str_var(name).n;
    if (at == NULL || ur_span_str_var(at).n < n || !ur_eq_var(at, name, n) || (at[n] != '\0' && at[n] != ' ')) {
        c->events.misuse = true;
        return;
    }
    c->attributes = at + n + (at[n] == ' ');
    ur_json_begin_object(&c->events);
    ur_json_key(&c->events, "key");
    ur_json_put_text(&c->events, name);
    ur_json_key(&c->events, "value");
}

void uc_attr_u64(uc_call *c, const char *name, uint64_t x)
{
    begin_attribute(c, name);
    ur_json_put_u64_text(&c->events, x);
    ur_json_end_object(&c->events);
}

void uc_attr_text(uc_call *c, const char *name, ur_span text)
{
    begin_attribute(c, name);
    ur_json_put_string(&c->events, text);
    ur_json_end_object(&c->events);
}

void uc_attr_base64(uc_call *c, const char *name, ur_span bytes)
{
    begin_attribute(c, name);
    ur_json_put_base64(&c->events, bytes);
    ur_json_end_object(&c->events);
}

void uc_attr_hex(uc_call *c, const char *name, ur_span bytes)
{
    begin_attribute(c, name);
    ur_json_put_hex(&c->events, bytes);
    ur_json_end_object(&c->events);
}
