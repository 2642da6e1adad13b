#include "core/codec/json.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"

/* ---- characters of a string ---- */

/* The bytes of one UTF-8 sequence at s, or 0 (overlong forms, surrogates and what lies over U+10FFFF included). */
static size_t utf8_bytes(const uint8_t *s, size_t n)
{
    uint8_t c = s[0];
    size_t len = c < 0x80 ? 1 : c >= 0xc2 && c <= 0xdf ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
    if (len > n) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool bad = (c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) || (c == 0xf0 && s[1] < 0x90) ||
               (c == 0xf4 && s[1] > 0x8f);
    return len > 1 && bad ? 0 : len;
}

bool ur_utf8_valid_var(ur_span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = utf8_bytes(s.p + i, s.n - i);
        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

static size_t utf8_write(uint8_t out[4], uint32_t x)
{
    if (x < 0x80) {
        out[0] = (uint8_t)x;
        return 1;
    }
    size_t n = x < 0x800 ? 2 : x < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; x >>= 6) {
        out[i] = (uint8_t)(0x80 | (x & 0x3f));
    }
    out[0] = (uint8_t)((0xf00u >> n & 0xf0u) | x); /* 110xxxxx, 1110xxxx, 11110xxx */
    return n;
}

/* A byte's top bit for each of eight that a string does not hold as it is: control, not ASCII, quote, backslash. Bits above
 * the lowest one set may lie. */
static inline uint64_t special_bits(const uint8_t p[8])
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t x;
    memcpy(&x, p, sizeof x);
    uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';
    return (((x - ones * 0x20) & ~x) | x | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & ones * 0x80;
}

static const bool lowest_is_first = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

static size_t plain_bytes_from(const uint8_t *p, size_t n, size_t i)
{
    for (; n - i >= 8; i += 8) {
        uint64_t special = special_bits(p + i);
        if (special != 0) {
            i += lowest_is_first ? (size_t)__builtin_ctzll(special) / 8 : 0;
            break;
        }
    }
    while (i < n && p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\') {
        i++;
    }
    return i;
}

/* How many bytes from p on are ASCII that a string holds as it is: no control, quote or backslash. Eight at a time; most
 * strings are over within the first eight. */
static inline size_t plain_bytes(const uint8_t *p, size_t n)
{
    if (n >= 8 && lowest_is_first) {
        uint64_t special = special_bits(p);
        return special != 0 ? (size_t)__builtin_ctzll(special) / 8 : plain_bytes_from(p, n, 8);
    }
    return plain_bytes_from(p, n, 0);
}

/* One character of a string's inside: at most four bytes, and how many of the text it took. */
typedef struct unit {
    uint8_t bytes[4];
    size_t n;
    size_t took; /* 0: malformed */
    bool canonical;
} unit;

static bool hex4(const uint8_t *s, size_t n, uint32_t *out, bool *lower)
{
    *out = 0;
    if (n < 4) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        uint8_t c = s[i];
        uint32_t digit = c >= '0' && c <= '9' ? c - '0' + 0u
                         : c >= 'a' && c <= 'f' ? c - 'a' + 10u
                         : c >= 'A' && c <= 'F' ? c - 'A' + 10u
                                                : 16u;
        if (digit > 15) {
            return false;
        }
        *lower = *lower && !(c >= 'A' && c <= 'F');
        *out = *out << 4 | digit;
    }
    return true;
}

/* \uXXXX, as a pair if it must be one; s points behind the "\u". */
static void unit_unicode(unit *u, const uint8_t *s, size_t n)
{
    uint32_t x, low;
    bool lower = true;
    if (!hex4(s, n, &x, &lower) || (x >= 0xdc00 && x <= 0xdfff)) {
        return;
    }
    u->took = 6;
    if (x >= 0xd800 && x <= 0xdbff) {
        bool pair = n >= 10 && s[4] == '\\' && s[5] == 'u' && hex4(s + 6, n - 6, &low, &lower);
        if (!pair || low < 0xdc00 || low > 0xdfff) {
            u->took = 0;
            return;
        }
        x = 0x10000 + ((x - 0xd800) << 10) + (low - 0xdc00);
        u->took = 12;
    }
    u->n = utf8_write(u->bytes, x);
    u->canonical = lower && x < 0x20 && !(x >= 8 && x <= 13 && x != 11); /* those have short escapes */
}

/* Decode what stands at s, n >= 1 bytes to the end of the text. The closing quote is not for this function. */
static unit unit_at(const uint8_t *s, size_t n)
{
    static const char short_escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    unit u = {.canonical = true};
    if (s[0] != '\\') {
        size_t len = s[0] < 0x20 ? 0 : utf8_bytes(s, n);
        for (size_t i = 0; i < len; i++) {
            u.bytes[i] = s[i];
        }
        u.n = u.took = len;
        return u;
    }
    if (n < 2) {
        return u;
    }
    if (s[1] == 'u') {
        unit_unicode(&u, s + 2, n - 2);
        return u;
    }
    for (size_t i = 0; i < sizeof short_escapes - 1; i++) {
        if (s[1] == (uint8_t)short_escapes[i]) {
            u.bytes[0] = (uint8_t)meanings[i];
            u.n = 1;
            u.took = 2;
            u.canonical = s[1] != '/';
        }
    }
    return u;
}

/* Compare two checked strings (with their quotes) by their meaning: negative, 0, positive. */
static int string_order(ur_span a, ur_span b)
{
    unit x = {0}, y = {0};
    size_t i = 1, k = 1, xi = 0, yk = 0;
    for (;;) {
        if (xi == x.n && i < a.n - 1) {
            x = unit_at(a.p + i, a.n - i);
            i += x.took;
            xi = 0;
        }
        if (yk == y.n && k < b.n - 1) {
            y = unit_at(b.p + k, b.n - k);
            k += y.took;
            yk = 0;
        }
        if (xi == x.n || yk == y.n) {
            return (int)(xi < x.n) - (int)(yk < y.n);
        }
        if (x.bytes[xi] != y.bytes[yk]) {
            return (int)x.bytes[xi] - (int)y.bytes[yk];
        }
        xi++;
        yk++;
    }
}

/* ---- the check ---- */

typedef struct key {
    uint32_t at, len; /* where it stands, with its quotes */
    uint32_t hash;    /* of its meaning */
} key;

typedef struct checker {
    const uint8_t *p;
    size_t n, at;
    bool canonical; /* so far */
    bool is_object[UR_JSON_DEPTH_MAX];
    size_t first_key[UR_JSON_DEPTH_MAX]; /* of each open object */
    size_t depth;
    size_t keys;
    key key[UR_JSON_KEYS_MAX]; /* of all open objects */
} checker;

static void blanks(checker *c)
{
    while (c->at < c->n &&
           (c->p[c->at] == ' ' || c->p[c->at] == '\t' || c->p[c->at] == '\n' || c->p[c->at] == '\r')) {
        c->at++;
        c->canonical = false;
    }
}

/* The byte here, or 0 (which is never part of the grammar) at the end. */
static uint8_t here(const checker *c) { return c->at < c->n ? c->p[c->at] : 0; }

static bool take(checker *c, uint8_t byte)
{
    bool is = c->at < c->n && c->p[c->at] == byte;
    c->at += is;
    return is;
}

static uint32_t hash_on(uint32_t hash, const uint8_t *p, size_t n) /* FNV-1a */
{
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ p[i]) * 16777619u;
    }
    return hash;
}

/* out_hash: NULL where nobody will compare the string. */
static ur_status check_string(checker *c, uint32_t *out_hash)
{
    uint32_t hash = 2166136261u;
    if (!take(c, '"')) {
        return UR_E_INPUT;
    }
    for (;;) {
        size_t plain = plain_bytes(c->p + c->at, c->n - c->at);
        hash = out_hash != NULL ? hash_on(hash, c->p + c->at, plain) : hash;
        c->at += plain;
        if (c->at == c->n || c->p[c->at] == '"') {
            break;
        }
        unit u = unit_at(c->p + c->at, c->n - c->at);
        if (u.took == 0) {
            return UR_E_INPUT;
        }
        c->canonical = c->canonical && u.canonical;
        c->at += u.took;
        hash = hash_on(hash, u.bytes, u.n);
    }
    if (out_hash != NULL) {
        *out_hash = hash;
    }
    return take(c, '"') ? UR_OK : UR_E_INPUT;
}

static bool digits(checker *c)
{
    size_t start = c->at;
    while (here(c) >= '0' && here(c) <= '9') {
        c->at++;
    }
    return c->at > start;
}

static ur_status check_number(checker *c)
{
    bool minus = take(c, '-'), zero = here(c) == '0';
    if (zero) {
        c->at++;
    } else if (!digits(c)) {
        return UR_E_INPUT;
    }
    c->canonical = c->canonical && !(minus && zero);
    if (take(c, '.')) {
        c->canonical = false;
        if (!digits(c)) {
            return UR_E_INPUT;
        }
    }
    if (take(c, 'e') || take(c, 'E')) {
        c->canonical = false;
        if (!take(c, '+')) {
            (void)take(c, '-');
        }
        if (!digits(c)) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

static ur_status check_word(checker *c, const char *word)
{
    for (; *word != '\0'; word++) {
        if (!take(c, (uint8_t)*word)) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

static ur_status check_scalar(checker *c)
{
    switch (here(c)) {
    case '"': return check_string(c, NULL);
    case 't': return check_word(c, "true");
    case 'f': return check_word(c, "false");
    case 'n': return check_word(c, "null");
    default: return check_number(c);
    }
}

static ur_span key_text(const checker *c, const key *k) { return ur_span_of(c->p + k->at, k->len); }

/* A member's key and its colon. */
static ur_status check_key(checker *c)
{
    blanks(c);
    key k = {.at = (uint32_t)c->at};
    UR_TRY(check_string(c, &k.hash));
    k.len = (uint32_t)(c->at - k.at);
    size_t first = c->first_key[c->depth - 1];
    for (size_t i = first; i < c->keys; i++) {
        if (c->key[i].hash == k.hash && string_order(key_text(c, &c->key[i]), key_text(c, &k)) == 0) {
            return UR_E_INPUT;
        }
    }
    if (c->keys == UR_JSON_KEYS_MAX) {
        return UR_E_LIMIT;
    }
    if (c->canonical && c->keys > first) {
        c->canonical = string_order(key_text(c, &c->key[c->keys - 1]), key_text(c, &k)) < 0;
    }
    c->key[c->keys++] = k;
    blanks(c);
    return take(c, ':') ? UR_OK : UR_E_INPUT;
}

static uint8_t closing(const checker *c) { return c->is_object[c->depth - 1] ? '}' : ']'; }

static void leave(checker *c)
{
    c->depth--;
    if (c->is_object[c->depth]) {
        c->keys = c->first_key[c->depth];
    }
}

/* From where a value is due to where the next one is, or to the end of the top value. */
static ur_status check_step(checker *c, bool *out_end)
{
    blanks(c);
    if (here(c) == '{' || here(c) == '[') {
        if (c->depth == UR_JSON_DEPTH_MAX) {
            return UR_E_LIMIT;
        }
        c->is_object[c->depth] = here(c) == '{';
        c->first_key[c->depth] = c->keys;
        c->depth++;
        c->at++;
        blanks(c);
        if (!take(c, closing(c))) {
            return c->is_object[c->depth - 1] ? check_key(c) : UR_OK;
        }
        leave(c);
    } else {
        UR_TRY(check_scalar(c));
    }
    for (; c->depth > 0; leave(c)) {
        blanks(c);
        if (take(c, ',')) {
            return c->is_object[c->depth - 1] ? check_key(c) : UR_OK;
        }
        if (!take(c, closing(c))) {
            return UR_E_INPUT;
        }
    }
    *out_end = true;
    return UR_OK;
}

static ur_status parse(ur_json *out, ur_span text, bool want_canonical)
{
    checker c;
    bool end = false;
    *out = (ur_json){0};
    if (text.n > UR_JSON_TEXT_MAX) {
        return UR_E_LIMIT;
    }
    c.p = text.p;
    c.n = text.n;
    c.at = c.depth = c.keys = 0;
    c.canonical = true;
    blanks(&c);
    size_t start = c.at;
    while (!end) {
        UR_TRY(check_step(&c, &end));
    }
    size_t stop = c.at;
    blanks(&c);
    if (c.at != c.n || (want_canonical && !c.canonical)) {
        return UR_E_INPUT;
    }
    out->raw = ur_span_of(text.p + start, stop - start);
    return UR_OK;
}

ur_status ur_json_parse_var(ur_json *out, ur_span text) { return parse(out, text, false); }
ur_status ur_json_parse_canonical_var(ur_json *out, ur_span text) { return parse(out, text, true); }

/* ---- reading checked text ---- */

ur_json_kind ur_json_kind_var(ur_json v)
{
    if (v.raw.n == 0) {
        return UR_JSON_NONE;
    }
    switch (v.raw.p[0]) {
    case '{': return UR_JSON_OBJECT;
    case '[': return UR_JSON_ARRAY;
    case '"': return UR_JSON_STRING;
    case 't':
    case 'f': return UR_JSON_BOOL;
    case 'n': return UR_JSON_NULL;
    default: return UR_JSON_NUMBER;
    }
}

ur_status ur_json_bool_var(bool *out, ur_json v)
{
    *out = false;
    if (ur_json_kind_var(v) != UR_JSON_BOOL) {
        return UR_E_INPUT;
    }
    *out = v.raw.p[0] == 't';
    return UR_OK;
}

/* One or more digits without a leading zero. */
static ur_status decimal(uint64_t *out, ur_span s)
{
    uint64_t x = 0;
    *out = 0;
    if (s.n == 0 || (s.n > 1 && s.p[0] == '0')) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < s.n; i++) {
        uint64_t digit = (uint64_t)s.p[i] - '0';
        if (digit > 9 || x > (UINT64_MAX - digit) / 10) {
            return UR_E_INPUT;
        }
        x = x * 10 + digit;
    }
    *out = x;
    return UR_OK;
}

static ur_status signed_decimal(int64_t *out, ur_span s)
{
    uint64_t x;
    bool minus = s.n > 0 && s.p[0] == '-';
    *out = 0;
    UR_TRY(decimal(&x, minus ? ur_span_of(s.p + 1, s.n - 1) : s));
    if (x > (uint64_t)INT64_MAX + minus || (minus && x == 0)) {
        return UR_E_INPUT;
    }
    *out = minus ? (int64_t)(0 - x) : (int64_t)x;
    return UR_OK;
}

ur_status ur_json_u64_var(uint64_t *out, ur_json v)
{
    return decimal(out, v.raw); /* no other kind consists of digits */
}

ur_status ur_json_i64_var(int64_t *out, ur_json v) { return signed_decimal(out, v.raw); }

ur_status ur_json_u64_max_var(uint64_t *out, uint64_t max, ur_json v)
{
    UR_TRY(ur_json_u64_var(out, v));
    if (*out > max) {
        *out = 0;
        return UR_E_LIMIT;
    }
    return UR_OK;
}

/* A string's inside. */
static ur_status inside(ur_span *out, ur_json v)
{
    *out = (ur_span){0};
    if (ur_json_kind_var(v) != UR_JSON_STRING) {
        return UR_E_INPUT;
    }
    *out = ur_span_of(v.raw.p + 1, v.raw.n - 2);
    return UR_OK;
}

ur_status ur_json_plain_var(ur_span *out, ur_json v)
{
    UR_TRY(inside(out, v));
    for (size_t i = plain_bytes(out->p, out->n); i < out->n; i++) {
        if (out->p[i] == '\\') {
            *out = (ur_span){0};
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

ur_status ur_json_u64_text_var(uint64_t *out, ur_json v)
{
    ur_span s;
    *out = 0;
    UR_TRY(ur_json_plain_var(&s, v));
    return decimal(out, s);
}

ur_status ur_json_i64_text_var(int64_t *out, ur_json v)
{
    ur_span s;
    *out = 0;
    UR_TRY(ur_json_plain_var(&s, v));
    return signed_decimal(out, s);
}

ur_status ur_json_string_var(ur_span *out, void *buf, size_t cap, ur_json v)
{
    ur_span s;
    ur_writer w;
    if (ur_json_plain_var(out, v) == UR_OK) {
        return UR_OK;
    }
    UR_TRY(inside(&s, v));
    ur_writer_init(&w, buf, cap);
    for (size_t i = 0; i < s.n && !w.overflow;) {
        unit u = unit_at(s.p + i, s.n - i);
        ur_writer_bytes(&w, u.bytes, u.n);
        i += u.took;
    }
    if (w.overflow) {
        ur_wipe(buf, cap);
        return UR_E_LIMIT;
    }
    *out = ur_span_of(buf, w.n);
    return UR_OK;
}

bool ur_json_is_var(ur_json v, ur_span text)
{
    ur_span s;
    if (ur_json_plain_var(&s, v) == UR_OK) {
        return ur_span_eq_var(s, text);
    }
    if (inside(&s, v) != UR_OK) {
        return false;
    }
    size_t at = 0;
    for (size_t i = 0; i < s.n;) {
        unit u = unit_at(s.p + i, s.n - i);
        if (u.n > text.n - at || !ur_eq_var(u.bytes, text.p + at, u.n)) {
            return false;
        }
        at += u.n;
        i += u.took;
    }
    return at == text.n;
}

ur_status ur_json_hex_var(uint8_t *out, size_t out_len, ur_json v)
{
    ur_span s;
    memset(out, 0, out_len);
    UR_TRY(ur_json_plain_var(&s, v));
    return ur_hex_decode(out, out_len, s);
}

ur_status ur_json_hex_upto_var(uint8_t *out, size_t cap, size_t *out_len, ur_json v)
{
    ur_span s;
    memset(out, 0, cap);
    *out_len = 0;
    UR_TRY(ur_json_plain_var(&s, v));
    return ur_hex_decode_upto(out, cap, out_len, s);
}

ur_status ur_json_base64_var(uint8_t *out, size_t out_len, ur_json v)
{
    ur_span s;
    memset(out, 0, out_len);
    UR_TRY(ur_json_plain_var(&s, v));
    return ur_base64_decode_exact(out, out_len, s, UR_BASE64);
}

ur_status ur_json_base64_upto_var(uint8_t *out, size_t cap, size_t *out_len, ur_json v)
{
    ur_span s;
    memset(out, 0, cap);
    *out_len = 0;
    UR_TRY(ur_json_plain_var(&s, v));
    return ur_base64_decode(out, cap, out_len, s, UR_BASE64);
}

/* ---- walking ---- */

static void drop(ur_span *s, size_t n) { *s = ur_span_of(s->p + n, s->n - n); }

/* Blanks and separators: in checked text whatever stands between two values of a container. */
static void gap(ur_span *s)
{
    size_t i = 0;
    while (i < s->n && (s->p[i] == ' ' || s->p[i] == '\t' || s->p[i] == '\n' || s->p[i] == '\r' || s->p[i] == ',' ||
                        s->p[i] == ':')) {
        i++;
    }
    drop(s, i);
}

/* The bytes of the checked string that begins at s. */
static size_t string_bytes(ur_span s)
{
    size_t i = 1;
    while ((i += plain_bytes(s.p + i, s.n - i)) < s.n && s.p[i] != '"') {
        i += s.p[i] == '\\' ? 2 : 1;
    }
    return i + 1;
}

/* The bytes of the checked value that begins at s. */
static size_t value_bytes(ur_span s)
{
    size_t depth = 0, i = 0;
    do {
        switch (s.p[i]) {
        case '"':
            i += string_bytes(ur_span_of(s.p + i, s.n - i));
            break;
        case '{':
        case '[':
            depth++;
            i++;
            break;
        case '}':
        case ']':
            depth--;
            i++;
            break;
        default:
            i++;
        }
    } while (i < s.n && depth > 0);
    if (s.p[0] == '"' || s.p[0] == '{' || s.p[0] == '[') {
        return i;
    }
    while (i < s.n && s.p[i] != ',' && s.p[i] != '}' && s.p[i] != ']' && s.p[i] > ' ') {
        i++;
    }
    return i;
}

static ur_status begin(ur_json_iter *it, ur_json v, ur_json_kind kind)
{
    *it = (ur_json_iter){0};
    if (ur_json_kind_var(v) != kind) {
        return UR_E_INPUT;
    }
    it->left = ur_span_of(v.raw.p + 1, v.raw.n - 2);
    return UR_OK;
}

ur_status ur_json_array_var(ur_json_iter *it, ur_json v) { return begin(it, v, UR_JSON_ARRAY); }
ur_status ur_json_object_var(ur_json_iter *it, ur_json v) { return begin(it, v, UR_JSON_OBJECT); }

bool ur_json_next_var(ur_json_iter *it, ur_json *out)
{
    *out = (ur_json){0};
    if (it->left.n == 0) {
        return false;
    }
    gap(&it->left);
    if (it->left.n == 0) {
        return false;
    }
    out->raw = ur_span_of(it->left.p, value_bytes(it->left));
    drop(&it->left, out->raw.n);
    return true;
}

bool ur_json_next_member_var(ur_json_iter *it, ur_json *out_key, ur_json *out)
{
    *out = (ur_json){0};
    return ur_json_next_var(it, out_key) && ur_json_next_var(it, out);
}

/* ---- in one pass ---- */

static ur_status walk_in(ur_json_walk *w, uint8_t bracket)
{
    if (w->left.n == 0 || w->left.p[0] != bracket) {
        return UR_E_INPUT;
    }
    drop(&w->left, 1);
    return UR_OK;
}

ur_status ur_json_walk_array_var(ur_json_walk *w) { return walk_in(w, '['); }
ur_status ur_json_walk_object_var(ur_json_walk *w) { return walk_in(w, '{'); }

bool ur_json_walk_next_var(ur_json_walk *w)
{
    gap(&w->left);
    if (w->left.n > 0 && w->left.p[0] != ']' && w->left.p[0] != '}') {
        return true;
    }
    drop(&w->left, w->left.n > 0 ? 1 : 0);
    return false;
}

ur_json ur_json_walk_take_var(ur_json_walk *w)
{
    ur_json v = {ur_span_of(w->left.p, w->left.n > 0 ? value_bytes(w->left) : 0)};
    drop(&w->left, v.raw.n);
    return v;
}

bool ur_json_walk_member_var(ur_json_walk *w, ur_json *out_key)
{
    *out_key = (ur_json){0};
    if (!ur_json_walk_next_var(w)) {
        return false;
    }
    *out_key = ur_json_walk_take_var(w);
    gap(&w->left);
    return true;
}

size_t ur_json_count_var(ur_json v)
{
    ur_json_iter it;
    ur_json element;
    size_t n = 0;
    if (ur_json_array_var(&it, v) != UR_OK) {
        return 0;
    }
    while (ur_json_next_var(&it, &element)) {
        n++;
    }
    return n;
}

ur_json ur_json_get_var(ur_json v, const char *name)
{
    ur_json_iter it;
    ur_json k, member;
    ur_span want = ur_span_str_var(name);
    if (ur_json_object_var(&it, v) == UR_OK) {
        while (ur_json_next_member_var(&it, &k, &member)) {
            if (ur_json_is_var(k, want)) {
                return member;
            }
        }
    }
    return (ur_json){0};
}

static ur_status fields(ur_json *out, const char *const *names, size_t count, size_t required, ur_json v)
{
    ur_json_iter it;
    ur_json k, member;
    UR_TRY(ur_json_object_var(&it, v));
    while (ur_json_next_member_var(&it, &k, &member)) {
        size_t i = 0;
        while (i < count && !ur_json_is_var(k, ur_span_str_var(names[i]))) {
            i++;
        }
        if (i == count) {
            return UR_E_INPUT;
        }
        out[i] = member;
    }
    for (size_t i = 0; i < required; i++) {
        if (out[i].raw.n == 0) {
            return UR_E_INPUT;
        }
    }
    return UR_OK;
}

ur_status ur_json_fields_var(ur_json *out, const char *const *names, size_t count, size_t required, ur_json v)
{
    memset(out, 0, count * sizeof *out);
    ur_status st = fields(out, names, count, required, v);
    if (st != UR_OK) {
        memset(out, 0, count * sizeof *out);
    }
    return st;
}
