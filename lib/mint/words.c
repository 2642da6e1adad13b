#include "lib/mint/words.h"

bool word_next(ur_span *word, ur_span *rest)
{
    while (rest->n > 0 && rest->p[0] == ' ') {
        *rest = ur_span_of(rest->p + 1, rest->n - 1);
    }
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ') {
        n++;
    }
    *word = ur_span_of(rest->p, n);
    *rest = ur_span_of(rest->p + n, rest->n - n);
    return n > 0;
}

bool word_is(ur_span word, const char *text) { return ur_span_eq_var(word, ur_span_str_var(text)); }

bool word_after(ur_span word, const char *text, ur_span *rest)
{
    ur_span t = ur_span_str_var(text);
    if (word.n < t.n || !ur_eq_var(word.p, t.p, t.n)) {
        return false;
    }
    *rest = ur_span_of(word.p + t.n, word.n - t.n);
    return true;
}

bool word_split(ur_span word, char c, ur_span *head, ur_span *rest)
{
    size_t n = 0;
    while (n < word.n && word.p[n] != (uint8_t)c) {
        n++;
    }
    *head = ur_span_of(word.p, n);
    *rest = n < word.n ? ur_span_of(word.p + n + 1, word.n - n - 1) : (ur_span){0};
    return n < word.n;
}

ur_status word_number(ur_span word, uint64_t *out)
{
    *out = 0;
    if (word.n == 0 || word.n > 18) {
        return UR_E_USAGE;
    }
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < '0' || word.p[i] > '9') {
            return UR_E_USAGE;
        }
        *out = *out * 10 + (uint64_t)(word.p[i] - '0');
    }
    return UR_OK;
}

static int digit(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

ur_status word_hex(ur_span word, uint8_t *out, size_t cap, size_t *out_len)
{
    *out_len = 0;
    if (word.n % 2 != 0 || word.n / 2 > cap) {
        return UR_E_USAGE;
    }
    for (size_t i = 0; i < word.n / 2; i++) {
        int hi = digit(word.p[2 * i]), lo = digit(word.p[2 * i + 1]);
        if (hi < 0 || lo < 0) {
            return UR_E_USAGE;
        }
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    *out_len = word.n / 2;
    return UR_OK;
}

ur_status word_hex_exact(ur_span word, uint8_t *out, size_t n)
{
    size_t len;
    UR_TRY(word_hex(word, out, n, &len));
    return len == n ? UR_OK : UR_E_USAGE;
}
