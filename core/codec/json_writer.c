/* The canonical writer of json.h. */
#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"

enum { EMPTY_ARRAY, ARRAY, EMPTY_OBJECT, OBJECT };

void ur_json_writer_init(ur_json_writer *j, ur_writer *w)
{
    memset(j, 0, sizeof *j);
    j->w = w;
}

/* What must stand before a value. */
static void before_value(ur_json_writer *j)
{
    uint8_t *in = j->depth > 0 ? &j->in[j->depth - 1] : NULL;
    if (in == NULL) {
        j->misuse = j->misuse || j->done;
        j->done = true;
    } else if (*in == ARRAY) {
        ur_writer_u8(j->w, ',');
    } else if (*in == EMPTY_ARRAY) {
        *in = ARRAY;
    } else {
        j->misuse = j->misuse || !j->has_key;
    }
    j->has_key = false;
}

static void begin(ur_json_writer *j, uint8_t kind, uint8_t bracket)
{
    before_value(j);
    if (j->depth == UR_JSON_DEPTH_MAX) {
        j->misuse = true;
        return;
    }
    j->last_key[j->depth] = (ur_span){0};
    j->in[j->depth++] = kind;
    ur_writer_u8(j->w, bracket);
}

static void end(ur_json_writer *j, uint8_t kind, uint8_t bracket)
{
    if (j->depth == 0 || j->in[j->depth - 1] / 2 != kind / 2 || j->has_key) {
        j->misuse = true;
        return;
    }
    j->depth--;
    ur_writer_u8(j->w, bracket);
}

void ur_json_begin_object(ur_json_writer *j) { begin(j, EMPTY_OBJECT, '{'); }
void ur_json_end_object(ur_json_writer *j) { end(j, EMPTY_OBJECT, '}'); }
void ur_json_begin_array(ur_json_writer *j) { begin(j, EMPTY_ARRAY, '['); }
void ur_json_end_array(ur_json_writer *j) { end(j, EMPTY_ARRAY, ']'); }

/* What needs no escape goes out in runs. */
static void write_string(ur_writer *w, ur_span s)
{
    static const char shorts[] = "btn\0fr"; /* for the bytes 8 to 13 */
    size_t from = 0;
    ur_writer_u8(w, '"');
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        ur_writer_bytes(w, s.p + from, i - from);
        from = i + 1;
        ur_writer_u8(w, '\\');
        if (c >= 8 && c <= 13 && c != 11) {
            ur_writer_u8(w, (uint8_t)shorts[c - 8]);
        } else if (c < 0x20) {
            ur_writer_str(w, "u00");
            ur_hex_write(w, ur_span_of(&c, 1));
        } else {
            ur_writer_u8(w, c);
        }
    }
    if (s.n > from) {
        ur_writer_bytes(w, s.p + from, s.n - from);
    }
    ur_writer_u8(w, '"');
}

void ur_json_key(ur_json_writer *j, const char *key)
{
    ur_span k = ur_span_str_var(key);
    uint8_t *in = j->depth > 0 ? &j->in[j->depth - 1] : NULL;
    if (in == NULL || *in < EMPTY_OBJECT || j->has_key) {
        j->misuse = true;
        return;
    }
    if (*in == OBJECT) {
        ur_span *last = &j->last_key[j->depth - 1];
        j->misuse = j->misuse || ur_cmp_var(last->p, last->n, k.p, k.n) >= 0;
        ur_writer_u8(j->w, ',');
    }
    *in = OBJECT;
    j->last_key[j->depth - 1] = k;
    j->has_key = true;
    write_string(j->w, k);
    ur_writer_u8(j->w, ':');
}

void ur_json_put_u64(ur_json_writer *j, uint64_t x)
{
    before_value(j);
    ur_writer_dec(j->w, x);
}

void ur_json_put_i64(ur_json_writer *j, int64_t x)
{
    before_value(j);
    if (x < 0) {
        ur_writer_u8(j->w, '-');
    }
    ur_writer_dec(j->w, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
}

void ur_json_put_bool(ur_json_writer *j, bool x)
{
    before_value(j);
    ur_writer_str(j->w, x ? "true" : "false");
}

void ur_json_put_null(ur_json_writer *j)
{
    before_value(j);
    ur_writer_str(j->w, "null");
}

void ur_json_put_string(ur_json_writer *j, ur_span s)
{
    before_value(j);
    j->misuse = j->misuse || !ur_utf8_valid_var(s);
    write_string(j->w, s);
}

void ur_json_put_text(ur_json_writer *j, const char *s) { ur_json_put_string(j, ur_span_str_var(s)); }

void ur_json_put_u64_text(ur_json_writer *j, uint64_t x)
{
    before_value(j);
    ur_writer_u8(j->w, '"');
    ur_writer_dec(j->w, x);
    ur_writer_u8(j->w, '"');
}

void ur_json_put_hex(ur_json_writer *j, ur_span bytes)
{
    before_value(j);
    ur_writer_u8(j->w, '"');
    ur_hex_write(j->w, bytes);
    ur_writer_u8(j->w, '"');
}

void ur_json_put_base64(ur_json_writer *j, ur_span bytes)
{
    before_value(j);
    ur_writer_u8(j->w, '"');
    ur_base64_write(j->w, bytes, UR_BASE64);
    ur_writer_u8(j->w, '"');
}

void ur_json_put_raw(ur_json_writer *j, ur_json v)
{
    before_value(j);
    j->misuse = j->misuse || v.raw.n == 0;
    ur_writer_span(j->w, v.raw);
}

ur_status ur_json_writer_end(ur_json_writer *j, ur_span *out)
{
    if (j->misuse || j->depth > 0 || !j->done) {
        ur_wipe(j->w->p, j->w->cap);
        j->w->n = 0;
        *out = (ur_span){0};
        return UR_E_USAGE;
    }
    return ur_writer_end(j->w, out);
}
