#include "core/attest/x509.h"

#define LINE 64u

/* What a base64 character stands for; 255: none. */
static const uint8_t digit[256] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62,
    255, 255, 255, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5,
    6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 255, 255, 26,
    27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

/* One line of 4 to LINE characters, a multiple of four; padding only if `last`, with the unused bits zero. */
static ur_status decode_line(ur_writer *w, const uint8_t *p, size_t n, bool last)
{
    size_t pad = !last || p[n - 1] != '=' ? 0 : p[n - 2] != '=' ? 1 : 2;
    size_t whole = pad == 0 ? n : n - 4;
    uint8_t *out = ur_writer_reserve(w, n / 4 * 3 - pad);
    uint8_t bad = 0;
    if (out == NULL) {
        return UR_E_LIMIT;
    }
    for (size_t i = 0; i < whole; i += 4, out += 3) {
        uint8_t a = digit[p[i]];
        uint8_t b = digit[p[i + 1]];
        uint8_t c = digit[p[i + 2]];
        uint8_t d = digit[p[i + 3]];
        bad |= a | b | c | d;
        out[0] = (uint8_t)(a << 2 | b >> 4);
        out[1] = (uint8_t)(b << 4 | c >> 2);
        out[2] = (uint8_t)(c << 6 | d);
    }
    if (pad != 0) {
        uint8_t a = digit[p[whole]];
        uint8_t b = digit[p[whole + 1]];
        uint8_t c = pad == 2 ? 0 : digit[p[whole + 2]];
        bad |= a | b | c;
        out[0] = (uint8_t)(a << 2 | b >> 4);
        if (pad == 1) {
            out[1] = (uint8_t)(b << 4 | c >> 2);
        }
        if ((pad == 2 && (b & 0x0f) != 0) || (pad == 1 && (c & 0x03) != 0)) {
            return UR_E_INPUT;
        }
    }
    return bad <= 63 ? UR_OK : UR_E_INPUT;
}

/* The end of a line as this text has them: LF (1) or CRLF (2), taken from the first line. */
static bool take_end(ur_reader *r, size_t *style)
{
    size_t left = ur_reader_left(r);
    const uint8_t *p = r->p + r->at;
    size_t is = left >= 1 && p[0] == '\n' ? 1 : left >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
    if (is == 0 || (*style != 0 && is != *style)) {
        return false;
    }
    *style = is;
    r->at += is;
    return true;
}

static bool take_text(ur_reader *r, ur_span text)
{
    if (ur_reader_left(r) < text.n || !ur_eq_var(r->p + r->at, text.p, text.n)) {
        return false;
    }
    r->at += text.n;
    return true;
}

static ur_status one_certificate(ur_writer *w, ur_reader *r, size_t *style)
{
    if (!take_text(r, UR_SPAN_LIT("-----BEGIN CERTIFICATE-----")) || !take_end(r, style)) {
        return UR_E_INPUT;
    }
    for (bool last = false; !last;) {
        const uint8_t *p = r->p + r->at;
        size_t most = ur_reader_left(r) < LINE ? ur_reader_left(r) : LINE;
        /* Nearly all lines are full ones. Where instead a short line, the label after it and CRLF come to LINE, that label's end
         * stands before the end of line and not base64. */
        bool full = ur_reader_left(r) > LINE && (p[LINE] == '\n' || p[LINE] == '\r') &&
                    (digit[p[LINE - 1]] != 255 || p[LINE - 1] == '=');
        size_t n = full ? LINE : 0;
        while (n < most && p[n] != '\n' && p[n] != '\r') {
            n++;
        }
        r->at += n;
        if (n == 0 || n % 4 != 0 || !take_end(r, style)) {
            return UR_E_INPUT;
        }
        last = take_text(r, UR_SPAN_LIT("-----END CERTIFICATE-----"));
        if (!last && n != LINE) {
            return UR_E_INPUT;
        }
        UR_TRY(decode_line(w, p, n, last));
    }
    return UR_OK;
}

ur_status ur_pem_chain(ur_span *out, size_t *count, size_t max, void *buf, size_t buf_len, ur_span text)
{
    size_t style = 0;
    size_t end = text.n;
    ur_reader r;
    ur_writer w;
    *count = 0;
    for (size_t i = 0; i < max; i++) {
        out[i] = (ur_span){0};
    }
    if (text.n > UR_PEM_CHAIN_MAX) {
        return UR_E_LIMIT;
    }
    while (end > 0 && text.p[end - 1] == 0) {
        end--;
    }
    ur_reader_init(&r, ur_span_of(text.p, end));
    ur_writer_init(&w, buf, buf_len);
    size_t n = 0;
    do {
        size_t start = w.n;
        ur_status s = n == max ? UR_E_LIMIT : one_certificate(&w, &r, &style);
        if (s == UR_OK && (w.overflow || w.n - start > UR_CERT_MAX)) {
            s = UR_E_LIMIT;
        }
        /* A line's end between certificates is a must, after the last one it may be missing. */
        if (s == UR_OK && ur_reader_left(&r) > 0 && !take_end(&r, &style)) {
            s = UR_E_INPUT;
        }
        if (s != UR_OK) {
            for (size_t i = 0; i < n; i++) {
                out[i] = (ur_span){0};
            }
            return s;
        }
        out[n++] = ur_span_of(w.p + start, w.n - start);
    } while (ur_reader_left(&r) > 0);
    *count = n;
    return UR_OK;
}
