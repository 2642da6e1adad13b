#include "lib/seal/form.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END "-----END AGE ENCRYPTED FILE-----"

const char *ur_seal_form_name(ur_seal_form form)
{
    return form == UR_SEAL_HEX ? "hex" : form == UR_SEAL_ARMOR ? "armor" : "binary";
}

/* ---- writing ---- */

static ur_status flush(ur_form_out *f, ur_err *err)
{
    size_t n = f->text_n;
    f->text_n = 0;
    return n == 0 ? UR_OK : f->out->write(f->out->context, (const uint8_t *)f->text, n, err);
}

/* n <= UR_FORM_LINE + 1 characters, or a line of armor's own. */
static ur_status put_text(ur_form_out *f, const char *p, size_t n, ur_err *err)
{
    if (f->text_n + n > sizeof f->text) {
        UR_TRY(flush(f, err));
    }
    memcpy(f->text + f->text_n, p, n);
    f->text_n += n;
    return UR_OK;
}

static ur_status put_line(ur_form_out *f, ur_err *err)
{
    char text[UR_FORM_LINE + 1];
    size_t n = ur_base64_chars(f->line_n, UR_BASE64);
    ur_base64_encode(text, ur_span_of(f->line, f->line_n), UR_BASE64);
    text[n] = '\n';
    f->line_n = 0;
    return put_text(f, text, n + 1, err);
}

ur_status ur_form_out_begin(ur_form_out *f, const ur_sink *out, ur_seal_form form, ur_err *err)
{
    *f = (ur_form_out){.out = out, .form = form};
    return form == UR_SEAL_ARMOR ? put_text(f, BEGIN "\n", sizeof BEGIN, err) : UR_OK;
}

static ur_status write_armor(ur_form_out *f, const uint8_t *p, size_t n, ur_err *err)
{
    while (n > 0) {
        size_t room = sizeof f->line - f->line_n;
        size_t take = n < room ? n : room;
        memcpy(f->line + f->line_n, p, take);
        f->line_n += take;
        p += take;
        n -= take;
        if (f->line_n == sizeof f->line) {
            UR_TRY(put_line(f, err));
        }
    }
    return UR_OK;
}

static ur_status write_hex(ur_form_out *f, const uint8_t *p, size_t n, ur_err *err)
{
    while (n > 0) {
        size_t room = (sizeof f->text - f->text_n) / 2;
        size_t take = n < room ? n : room;
        ur_hex_encode(f->text + f->text_n, ur_span_of(p, take));
        f->text_n += 2 * take;
        p += take;
        n -= take;
        if (f->text_n == sizeof f->text) {
            UR_TRY(flush(f, err));
        }
    }
    return UR_OK;
}

static ur_status form_write(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    ur_form_out *f = context;
    switch (f->form) {
    case UR_SEAL_HEX:
        return write_hex(f, p, n, err);
    case UR_SEAL_ARMOR:
        return write_armor(f, p, n, err);
    case UR_SEAL_BINARY:
    default:
        return f->out->write(f->out->context, p, n, err);
    }
}

ur_sink ur_sink_of_form(ur_form_out *f) { return (ur_sink){f, form_write}; }

ur_status ur_form_out_end(ur_form_out *f, ur_err *err)
{
    if (f->form == UR_SEAL_ARMOR) {
        if (f->line_n > 0) {
            UR_TRY(put_line(f, err));
        }
        UR_TRY(put_text(f, END "\n", sizeof END, err));
    } else if (f->form == UR_SEAL_HEX) {
        UR_TRY(put_text(f, "\n", 1, err));
    }
    return flush(f, err);
}

/* ---- reading ---- */

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static bool is_hex_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* At least one byte in raw, unless the source is at its end. */
static ur_status refill(ur_form_in *f, ur_err *err)
{
    if (f->at < f->n) {
        return UR_OK;
    }
    f->at = 0;
    f->n = 0;
    return f->in->read(f->in->context, f->raw, sizeof f->raw, &f->n, err);
}

ur_status ur_form_in_begin(ur_form_in *f, const ur_source *in, ur_err *err)
{
    *f = (ur_form_in){.in = in, .form = UR_SEAL_BINARY};
    UR_TRY(ur_source_fill(in, f->raw, sizeof f->raw, &f->n, err));
    size_t at = 0;
    while (at < f->n && is_blank(f->raw[at])) {
        at++;
    }
    const ur_span begin = UR_SPAN_LIT(BEGIN);
    const uint8_t *p = f->raw + at;
    const size_t n = f->n - at;
    if (n >= begin.n && ur_eq_var(p, begin.p, begin.n)) {
        f->form = UR_SEAL_ARMOR;
        f->at = at;
    } else if (n >= 2 && p[0] == '6' && p[1] == '1') { /* "a", the first byte of every sealed file */
        f->form = UR_SEAL_HEX;
        f->at = at;
    }
    return UR_OK;
}

/* The text form is over: blanks to the end of the source. */
static ur_status read_end(ur_form_in *f, ur_err *err)
{
    f->ended = true;
    for (;;) {
        UR_TRY(refill(f, err));
        if (f->at == f->n) {
            return UR_OK;
        }
        if (!is_blank(f->raw[f->at])) {
            return ur_err_set(err, UR_E_INPUT, "%s: something follows its end", ur_seal_form_name(f->form));
        }
        f->at++;
    }
}

static ur_status read_hex(ur_form_in *f, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    if (f->ended) {
        return UR_OK;
    }
    UR_TRY(refill(f, err));
    if (f->n - f->at == 1) { /* half a byte: bring the other half beside it */
        size_t got = 0;
        f->raw[0] = f->raw[f->at];
        UR_TRY(f->in->read(f->in->context, f->raw + 1, sizeof f->raw - 1, &got, err));
        f->at = 0;
        f->n = 1 + got;
    }
    const uint8_t *p = f->raw + f->at;
    const size_t most = cap < (f->n - f->at) / 2 ? 2 * cap : f->n - f->at;
    size_t digits = 0;
    while (digits < most && is_hex_digit(p[digits])) {
        digits++;
    }
    if (digits / 2 > 0) {
        digits = digits / 2 * 2;
        *out_n = digits / 2;
        f->at += digits;
        return ur_hex_decode(buf, *out_n, ur_span_of(p, digits));
    }
    if (digits > 0) {
        return ur_err_set(err, UR_E_INPUT, "hex: an odd number of digits");
    }
    if (f->at < f->n && !is_blank(*p)) {
        return ur_err_set(err, UR_E_INPUT, "hex: a character that is no digit");
    }
    return read_end(f, err);
}

/* A line without its end (LF, or CR LF); the source's end ends a line too. One that is longer than every line of armor
 * is cut, so that it is malformed. */
#define LINE_CAP (UR_FORM_LINE + 2)
static ur_status read_line(ur_form_in *f, char line[LINE_CAP], size_t *out_n, bool *at_end, ur_err *err)
{
    size_t n = 0;
    *at_end = false;
    f->line++;
    while (n < LINE_CAP) {
        UR_TRY(refill(f, err));
        if (f->at == f->n) {
            *at_end = true;
            break;
        }
        uint8_t c = f->raw[f->at++];
        if (c == '\n') {
            break;
        }
        line[n++] = (char)c;
    }
    *out_n = n > 0 && line[n - 1] == '\r' ? n - 1 : n;
    return UR_OK;
}

static ur_status armor_error(const ur_form_in *f, const char *what, ur_err *err)
{
    return ur_err_set(err, UR_E_INPUT, "armor, line %llu: %s", (unsigned long long)f->line, what);
}

/* The next line of base64 into f->bytes, or the end. */
static ur_status next_armor_line(ur_form_in *f, ur_err *err)
{
    char line[LINE_CAP];
    size_t n = 0;
    bool at_end = false;
    if (f->line == 0) { /* begin looked at it already, but for its end */
        UR_TRY(read_line(f, line, &n, &at_end, err));
        if (!ur_span_eq_var(ur_span_of(line, n), UR_SPAN_LIT(BEGIN))) {
            return armor_error(f, "something stands beside BEGIN", err);
        }
    }
    UR_TRY(read_line(f, line, &n, &at_end, err));
    if (ur_span_eq_var(ur_span_of(line, n), UR_SPAN_LIT(END))) {
        return read_end(f, err);
    }
    if (at_end) {
        return armor_error(f, "cut short: no END line", err);
    }
    if (f->short_line || n == 0 || n > UR_FORM_LINE) {
        return armor_error(f, "lines have 64 columns, only the last may be shorter", err);
    }
    if (ur_base64_decode(f->bytes, sizeof f->bytes, &f->bytes_n, ur_span_of(line, n), UR_BASE64) != UR_OK) {
        return armor_error(f, "not base64", err);
    }
    f->bytes_at = 0;
    f->short_line = f->bytes_n < sizeof f->bytes;
    return UR_OK;
}

static ur_status read_armor(ur_form_in *f, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    size_t n = 0;
    while (n < cap && !f->ended) {
        if (f->bytes_at == f->bytes_n) {
            UR_TRY(next_armor_line(f, err));
            continue;
        }
        size_t left = f->bytes_n - f->bytes_at;
        size_t take = left < cap - n ? left : cap - n;
        memcpy(buf + n, f->bytes + f->bytes_at, take);
        f->bytes_at += take;
        n += take;
    }
    *out_n = n;
    return UR_OK;
}

static ur_status read_binary(ur_form_in *f, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    if (f->at == f->n) { /* straight through once the first bytes are used up */
        return f->in->read(f->in->context, buf, cap, out_n, err);
    }
    size_t n = f->n - f->at < cap ? f->n - f->at : cap;
    memcpy(buf, f->raw + f->at, n);
    f->at += n;
    *out_n = n;
    return UR_OK;
}

static ur_status form_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    ur_form_in *f = context;
    *out_n = 0;
    switch (f->form) {
    case UR_SEAL_HEX:
        return read_hex(f, buf, cap, out_n, err);
    case UR_SEAL_ARMOR:
        return read_armor(f, buf, cap, out_n, err);
    case UR_SEAL_BINARY:
    default:
        return read_binary(f, buf, cap, out_n, err);
    }
}

ur_source ur_source_of_form(ur_form_in *f) { return (ur_source){f, form_read}; }
