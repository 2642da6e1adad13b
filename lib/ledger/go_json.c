#include "lib/ledger/go_json.h"

enum { DEPTH_MAX = 10000 };

typedef struct scan {
    const uint8_t *p;
    size_t n, at, depth;
    uint8_t is_object[DEPTH_MAX / 8 + 1]; /* a bit for each open bracket */
} scan;

/* The byte that is next; 0, which stands nowhere in JSON, at the end. */
static uint8_t here(const scan *s) { return s->at < s->n ? s->p[s->at] : 0; }

static void skip_blanks(scan *s)
{
    while (here(s) == ' ' || here(s) == '\t' || here(s) == '\n' || here(s) == '\r') {
        s->at++;
    }
}

static bool take(scan *s, uint8_t c)
{
    bool found = here(s) == c;
    s->at += found ? 1 : 0;
    return found;
}

static bool take_word(scan *s, const char *word)
{
    for (; *word != '\0'; word++) {
        if (!take(s, (uint8_t)*word)) {
            return false;
        }
    }
    return true;
}

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool is_hex(uint8_t c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static bool take_digits(scan *s)
{
    size_t from = s->at;
    while (is_digit(here(s))) {
        s->at++;
    }
    return s->at > from;
}

static bool take_number(scan *s)
{
    (void)take(s, '-');
    if (!take(s, '0') && !take_digits(s)) {
        return false;
    }
    if (take(s, '.') && !take_digits(s)) {
        return false;
    }
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+')) {
            (void)take(s, '-');
        }
        return take_digits(s);
    }
    return true;
}

static bool take_escape(scan *s)
{
    static const char simple[] = "\"\\/bfnrt";
    for (const char *c = simple; *c != '\0'; c++) {
        if (take(s, (uint8_t)*c)) {
            return true;
        }
    }
    if (!take(s, 'u')) {
        return false;
    }
    for (int i = 0; i < 4; i++, s->at++) {
        if (!is_hex(here(s))) {
            return false;
        }
    }
    return true;
}

static bool take_string(scan *s)
{
    if (!take(s, '"')) {
        return false;
    }
    for (;;) {
        uint8_t c = here(s);
        if (c < 0x20) { /* the end among them */
            return false;
        }
        s->at++;
        if (c == '"') {
            return true;
        }
        if (c == '\\' && !take_escape(s)) {
            return false;
        }
    }
}

static bool in_object(const scan *s) { return (s->is_object[(s->depth - 1) / 8] >> ((s->depth - 1) % 8) & 1) != 0; }

static bool open_bracket(scan *s, bool object)
{
    if (s->depth == DEPTH_MAX) {
        return false;
    }
    uint8_t bit = (uint8_t)(1u << (s->depth % 8));
    s->is_object[s->depth / 8] = (uint8_t)(object ? s->is_object[s->depth / 8] | bit : s->is_object[s->depth / 8] & ~bit);
    s->depth++;
    return true;
}

/* The key and colon before a member's value; nothing in an array. */
static bool take_key(scan *s)
{
    if (!in_object(s)) {
        return true;
    }
    skip_blanks(s);
    if (!take_string(s)) {
        return false;
    }
    skip_blanks(s);
    return take(s, ':');
}

static bool take_scalar(scan *s)
{
    switch (here(s)) {
    case '"':
        return take_string(s);
    case 't':
        return take_word(s, "true");
    case 'f':
        return take_word(s, "false");
    case 'n':
        return take_word(s, "null");
    default:
        return take_number(s);
    }
}

/* After a value: close what ends here, or go on to the next one. False: malformed. */
static bool go_on(scan *s, bool *more)
{
    for (*more = false; s->depth > 0; s->depth--) {
        skip_blanks(s);
        if (take(s, ',')) {
            *more = true;
            return take_key(s);
        }
        if (!take(s, in_object(s) ? '}' : ']')) {
            return false;
        }
    }
    return true;
}

/* A bracket: empty, or its first key. */
static bool enter(scan *s, bool *is_value)
{
    bool object = here(s) == '{';
    s->at++;
    if (!open_bracket(s, object)) {
        return false;
    }
    skip_blanks(s);
    *is_value = take(s, object ? '}' : ']');
    s->depth -= *is_value ? 1 : 0;
    return *is_value || take_key(s);
}

bool ur_go_json_is_valid(ur_span text)
{
    scan s = {.p = text.p, .n = text.n};
    bool more = true;
    while (more) {
        bool is_value = true;
        skip_blanks(&s);
        if (here(&s) == '{' || here(&s) == '[') {
            if (!enter(&s, &is_value)) {
                return false;
            }
        } else if (!take_scalar(&s)) {
            return false;
        }
        if (is_value && !go_on(&s, &more)) {
            return false;
        }
    }
    skip_blanks(&s);
    return s.at == s.n;
}
