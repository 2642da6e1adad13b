#include "lib/rpc/search.h"

#include <stdint.h>
#include <string.h>

#include "core/codec/hex.h"

typedef enum token_kind { END, TAG, STRING, NUMBER, TIME, DATE, AND, CONTAINS, EXISTS, EQ, LT, LE, GT, GE } token_kind;

typedef struct token {
    token_kind kind;
    ur_span text; /* of a string without its quotes */
} token;

typedef struct scanner {
    ur_span query;
    size_t at;    /* behind the token */
    size_t begun; /* where it began */
    token now;
    ur_err *err;
} scanner;

/* ---- tokens ---- */

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
/* Letters of other scripts count as CometBFT counts them, near enough: no key of ours has one. */
static bool is_letter(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80; }
static bool is_tag(uint8_t c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; }
static bool is_blank(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }
static bool is_number(uint8_t c) { return is_digit(c) || c == '.'; }
static bool is_moment(uint8_t c) { return is_digit(c) || c == '-' || c == ':' || c == '+' || c == 'T' || c == 'Z'; }

static ur_span take_while(scanner *s, bool (*of)(uint8_t))
{
    size_t from = s->at;
    while (s->at < s->query.n && of(s->query.p[s->at])) {
        s->at++;
    }
    return ur_span_of(s->query.p + from, s->at - from);
}

static ur_status scan_word(scanner *s)
{
    static const struct {
        const char *word;
        token_kind kind;
    } words[] = {{"AND", AND}, {"CONTAINS", CONTAINS}, {"EXISTS", EXISTS}, {"TIME", TIME}, {"DATE", DATE}};
    s->now = (token){TAG, take_while(s, is_tag)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool moment = words[i].kind == TIME || words[i].kind == DATE;
        if (ur_span_eq_var(s->now.text, ur_span_str_var(words[i].word)) &&
            (!moment || (s->at < s->query.n && s->query.p[s->at] == ' '))) {
            s->now.kind = words[i].kind;
            if (moment) {
                s->at++;
                s->now.text = take_while(s, is_moment);
            }
        }
    }
    return UR_OK;
}

static ur_status scan_string(scanner *s)
{
    const uint8_t *from = s->query.p + s->at, *end = memchr(from, '\'', s->query.n - s->at);
    if (end == NULL) {
        return ur_err_set(s->err, UR_E_INPUT, "offset %zu: EOF", s->begun);
    }
    s->now = (token){STRING, {from, (size_t)(end - from)}};
    s->at += s->now.text.n + 1;
    return UR_OK;
}

static void scan_compare(scanner *s, uint8_t c)
{
    bool or_equal = c != '=' && s->at < s->query.n && s->query.p[s->at] == '=';
    s->at += or_equal;
    s->now.kind = c == '=' ? EQ : c == '<' ? (or_equal ? LE : LT) : (or_equal ? GE : GT);
}

static ur_status next(scanner *s)
{
    (void)take_while(s, is_blank);
    s->begun = s->at;
    s->now = (token){END, {NULL, 0}};
    if (s->at == s->query.n) {
        return UR_OK;
    }
    uint8_t c = s->query.p[s->at];
    if (is_digit(c)) {
        s->now = (token){NUMBER, take_while(s, is_number)};
        return UR_OK;
    }
    if (is_letter(c) || c == '_') {
        return scan_word(s);
    }
    s->at++;
    if (c == '\'') {
        return scan_string(s);
    }
    if (c == '=' || c == '<' || c == '>') {
        scan_compare(s, c);
        return UR_OK;
    }
    return ur_err_set(s->err, UR_E_INPUT, "offset %zu: invalid input %c at offset %zu", s->begun, c, s->at);
}

static const char *kind_text(token_kind kind)
{
    static const char *const texts[] = {"the end", "tag", "string", "number", "timestamp", "datestamp", "AND operator", "CONTAINS operator",
                                        "EXISTS operator", "= operator", "< operator", "<= operator", "> operator", ">= operator"};
    return texts[kind];
}

static ur_status unexpected(scanner *s, const char *wanted)
{
    if (s->now.kind == END) {
        return ur_err_set(s->err, UR_E_INPUT, "offset %zu: EOF", s->begun);
    }
    return ur_err_set(s->err, UR_E_INPUT, "offset %zu: got %s, wanted %s", s->begun, kind_text(s->now.kind), wanted);
}

/* ---- conditions ---- */

typedef struct condition {
    ur_span key;
    token_kind op;
    token operand; /* kind END: none */
} condition;

static bool operand_fits(token_kind op, token_kind operand)
{
    bool comparable = operand == NUMBER || operand == TIME || operand == DATE;
    return op == EQ ? comparable || operand == STRING : op == CONTAINS ? operand == STRING : comparable;
}

static ur_status parse_condition(scanner *s, condition *out)
{
    UR_TRY(next(s));
    if (s->now.kind != TAG) {
        return unexpected(s, "tag");
    }
    out->key = s->now.text;
    UR_TRY(next(s));
    out->op = s->now.kind;
    if (out->op < CONTAINS) {
        return unexpected(s, "<= operator, >= operator, < operator, > operator, = operator, CONTAINS operator or EXISTS operator");
    }
    out->operand = (token){END, {NULL, 0}};
    if (out->op == EXISTS) {
        return UR_OK;
    }
    UR_TRY(next(s));
    if (!operand_fits(out->op, s->now.kind)) {
        return unexpected(s, out->op == EQ         ? "number, timestamp, datestamp or string"
                             : out->op == CONTAINS ? "string"
                                                   : "number, timestamp or datestamp");
    }
    out->operand = s->now;
    return UR_OK;
}

/* A height; larger ones count as the largest. UR_E_INPUT for what is no whole number. */
static ur_status height_of(int64_t *out, ur_span digits)
{
    int64_t x = 0;
    if (digits.n == 0) {
        return UR_E_INPUT;
    }
    for (size_t i = 0; i < digits.n; i++) {
        if (!is_digit(digits.p[i])) {
            return UR_E_INPUT;
        }
        x = x > INT64_MAX / 10 - 1 ? INT64_MAX - 1 : x * 10 + (digits.p[i] - '0');
    }
    *out = x;
    return UR_OK;
}

static void bound(rpc_search *out, int64_t low, int64_t high)
{
    ur_ledger_search *t = &out->terms;
    if (low > t->min_height) {
        t->min_height = low;
    }
    if (high < 1) {
        out->nothing = true;
    } else if (t->max_height == 0 || high < t->max_height) {
        t->max_height = high;
    }
    out->nothing = out->nothing || (t->max_height != 0 && t->min_height > t->max_height);
}

static ur_status add_height(rpc_search *out, const condition *c, ur_err *err)
{
    int64_t h;
    if (c->op == EXISTS) {
        return UR_OK; /* every transaction has one */
    }
    if (height_of(&h, c->operand.text) != UR_OK) {
        return ur_err_set(err, UR_E_USAGE, "tx.height is compared with whole numbers");
    }
    switch (c->op) {
    case EQ:
        bound(out, h, h);
        return UR_OK;
    case LT:
        bound(out, 0, h - 1);
        return UR_OK;
    case LE:
        bound(out, 0, h);
        return UR_OK;
    case GT:
        bound(out, h + 1, INT64_MAX);
        return UR_OK;
    case GE:
        bound(out, h, INT64_MAX);
        return UR_OK;
    default:
        return ur_err_set(err, UR_E_USAGE, "tx.height has no CONTAINS");
    }
}

static ur_status add_event(rpc_search *out, const condition *c, ur_err *err)
{
    if ((c->op != EQ && c->op != EXISTS) || c->operand.kind == TIME || c->operand.kind == DATE) {
        return ur_err_set(err, UR_E_USAGE, "this node searches events by = 'text', = number and EXISTS, not by %s",
                          kind_text(c->op == EQ ? c->operand.kind : c->op));
    }
    if (out->terms.conditions == UR_LEDGER_CONDITIONS_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "more than %d conditions", UR_LEDGER_CONDITIONS_MAX);
    }
    out->terms.condition[out->terms.conditions++] = (ur_ledger_condition){c->key, c->operand.text, c->op == EXISTS};
    return UR_OK;
}

static ur_status add(rpc_search *out, const condition *c, ur_err *err)
{
    if (ur_span_eq_var(c->key, UR_SPAN_LIT("tx.height"))) {
        return add_height(out, c, err);
    }
    if (ur_span_eq_var(c->key, UR_SPAN_LIT("tx.hash"))) {
        if (c->op != EQ) {
            return ur_err_set(err, UR_E_USAGE, "tx.hash is compared by =");
        }
        out->by_hash = true;
        out->nothing = out->nothing || ur_hex_decode(out->hash, sizeof out->hash, c->operand.text) != UR_OK;
        return UR_OK;
    }
    return add_event(out, c, err);
}

static ur_status parse(rpc_search *out, scanner *s)
{
    for (;;) {
        condition c = {0};
        UR_TRY(parse_condition(s, &c));
        UR_TRY(add(out, &c, s->err));
        UR_TRY(next(s));
        if (s->now.kind == END) {
            return UR_OK;
        }
        if (s->now.kind != AND) {
            return unexpected(s, "AND operator");
        }
    }
}

ur_status rpc_search_parse_var(rpc_search *out, ur_span query, ur_err *err)
{
    scanner s = {.query = query.n > 0 ? query : UR_SPAN_LIT(""), .err = err}; /* no arithmetic on NULL */
    memset(out, 0, sizeof *out);
    ur_status st = query.n > RPC_QUERY_MAX ? ur_err_set(err, UR_E_LIMIT, "maximum query length exceeded") : parse(out, &s);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}
