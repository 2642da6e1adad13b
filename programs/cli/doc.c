#include "programs/cli/parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "programs/cli/printable.h"

/* A result as a flat list of nodes: scalars, and begin/end of lists and objects, each begin knowing its end. */
typedef enum node_type { NODE_TEXT, NODE_NUMBER, NODE_BOOL, NODE_NULL, NODE_LIST, NODE_OBJECT, NODE_CLOSE } node_type;
typedef enum node_for { FOR_ALL, FOR_JSON, FOR_PEOPLE } node_for;
typedef enum node_tone { TONE_NONE, TONE_GOOD, TONE_BAD } node_tone;

typedef struct node {
    node_type type;
    node_for whom;
    node_tone tone;
    const char *key; /* a literal, or NULL inside lists */
    uint8_t *text;
    uint64_t number; /* the text's length; a number; a truth */
    size_t end;      /* of a list or object: where its CLOSE is */
} node;

enum { DEPTH_MAX = 8, NODES_MAX = 1 << 18 };

struct cli_doc {
    node *nodes;
    size_t n, cap;
    size_t open[DEPTH_MAX];
    size_t depth;
    node_for next_for;
    cli_text remarks;
    cli_text plain;
    bool is_plain;
    bool nothing;
};

cli_doc *cli_doc_new(void)
{
    cli_doc *doc = calloc(1, sizeof *doc);
    if (doc == NULL) {
        cli_no_memory();
    }
    return doc;
}

void cli_doc_free(cli_doc **doc)
{
    if (*doc == NULL) {
        return;
    }
    for (size_t i = 0; i < (*doc)->n; i++) {
        node *x = &(*doc)->nodes[i];
        if (x->text != NULL) {
            ur_wipe(x->text, x->number);
            free(x->text);
        }
    }
    free((*doc)->nodes);
    cli_text_free(&(*doc)->remarks);
    cli_text_free(&(*doc)->plain);
    free(*doc);
    *doc = NULL;
}

bool cli_doc_is_empty(const cli_doc *doc) { return doc->nothing || (doc->n == 0 && !doc->is_plain && doc->remarks.n == 0); }

/* ---- filling ---- */

static _Noreturn void broken(const char *what)
{
    (void)fprintf(stderr, "unrug: result: %s\n", what);
    abort();
}

static node *add(cli *c, node_type type, const char *key)
{
    cli_doc *d = c->doc;
    if (d->n == d->cap) {
        size_t cap = d->cap == 0 ? 64 : d->cap * 2;
        if (cap > NODES_MAX) {
            broken("too large");
        }
        node *grown = realloc(d->nodes, cap * sizeof *grown);
        if (grown == NULL) {
            cli_no_memory();
        }
        d->nodes = grown;
        d->cap = cap;
    }
    node *x = &d->nodes[d->n++];
    *x = (node){.type = type, .key = key, .whom = d->next_for};
    d->next_for = FOR_ALL;
    return x;
}

static void add_text(cli *c, const char *key, ur_span s, node_tone tone)
{
    node *x = add(c, NODE_TEXT, key);
    x->text = malloc(s.n + 1);
    if (x->text == NULL) {
        cli_no_memory();
    }
    if (s.n != 0) {
        memcpy(x->text, s.p, s.n);
    }
    x->number = s.n;
    x->tone = tone;
}

void cli_say_text(cli *c, const char *key, const char *text) { add_text(c, key, ur_span_str_var(text), TONE_NONE); }
void cli_say_span(cli *c, const char *key, ur_span text) { add_text(c, key, text, TONE_NONE); }
void cli_say_number(cli *c, const char *key, uint64_t x) { add(c, NODE_NUMBER, key)->number = x; }
void cli_say_bool(cli *c, const char *key, bool x) { add(c, NODE_BOOL, key)->number = x; }
void cli_say_null(cli *c, const char *key) { (void)add(c, NODE_NULL, key); }

void cli_say_hex(cli *c, const char *key, const void *p, size_t n)
{
    node *x = add(c, NODE_TEXT, key);
    x->text = malloc(2 * n + 1);
    if (x->text == NULL) {
        cli_no_memory();
    }
    ur_hex_encode((char *)x->text, ur_span_of(p, n));
    x->number = 2 * n;
}

void cli_say_verdict(cli *c, const char *key, bool good, const char *text)
{
    add_text(c, key, ur_span_str_var(text), good ? TONE_GOOD : TONE_BAD);
}

static void open_node(cli *c, node_type type, const char *key)
{
    cli_doc *d = c->doc;
    if (d->depth == DEPTH_MAX) {
        broken("too deep");
    }
    (void)add(c, type, key);
    d->open[d->depth++] = d->n - 1;
}

static void close_node(cli *c, node_type type)
{
    cli_doc *d = c->doc;
    if (d->depth == 0 || d->nodes[d->open[d->depth - 1]].type != type) {
        broken("begin and end do not match");
    }
    d->nodes[d->open[--d->depth]].end = d->n;
    (void)add(c, NODE_CLOSE, NULL);
}

void cli_list_begin(cli *c, const char *key) { open_node(c, NODE_LIST, key); }
void cli_list_end(cli *c) { close_node(c, NODE_LIST); }
void cli_row_begin(cli *c) { open_node(c, NODE_OBJECT, NULL); }
void cli_row_end(cli *c) { close_node(c, NODE_OBJECT); }
void cli_object_begin(cli *c, const char *key) { open_node(c, NODE_OBJECT, key); }
void cli_object_end(cli *c) { close_node(c, NODE_OBJECT); }
void cli_json_only(cli *c) { c->doc->next_for = FOR_JSON; }
void cli_people_only(cli *c) { c->doc->next_for = FOR_PEOPLE; }
void cli_say_nothing(cli *c) { c->doc->nothing = true; }

__attribute__((format(printf, 2, 0))) static void add_formatted(cli_text *t, const char *format, va_list args)
{
    char line[2048];
    int n = vsnprintf(line, sizeof line, format, args);
    if (n < 0 || (size_t)n >= sizeof line) {
        broken("a line too long");
    }
    cli_text_bytes(t, line, (size_t)n);
    cli_text_bytes(t, "\n", 1);
    ur_wipe(line, (size_t)n);
}

void cli_remark(cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(&c->doc->remarks, format, args);
    va_end(args);
}

void cli_say_plain(cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_formatted(&c->doc->plain, format, args);
    va_end(args);
    c->doc->is_plain = true;
}

void cli_say_whole(cli *c, ur_span text)
{
    cli_text_bytes(&c->doc->plain, (const char *)text.p, text.n);
    cli_text_bytes(&c->doc->plain, "\n", 1);
    c->doc->is_plain = true;
}

/* ---- walking: the node after x, a whole list or object at a step ---- */

static size_t after(const cli_doc *d, size_t i)
{
    const node *x = &d->nodes[i];
    return (x->type == NODE_LIST || x->type == NODE_OBJECT ? x->end : i) + 1;
}

static size_t inside(const cli_doc *d, size_t i, size_t *end)
{
    *end = d->nodes[i].end;
    return i + 1;
}

/* ---- text that is safe to show ---- */

static size_t add_printable(cli_text *out, ur_span s)
{
    size_t columns = 0;
    for (size_t at = 0, n; at < s.n; at += n) {
        uint32_t code;
        n = cli_utf8(&code, ur_span_of(s.p + at, s.n - at));
        if (n != 0 && cli_is_printable(code)) {
            cli_text_bytes(out, (const char *)s.p + at, n);
            columns++;
            continue;
        }
        n = n == 0 ? 1 : n;
        for (size_t i = 0; i < n; i++) {
            cli_text_add(out, "\\x%02x", s.p[at + i]);
        }
        columns += 4 * n;
    }
    return columns;
}

/* ---- JSON ---- */

static void json_value(ur_json_writer *j, const cli_doc *d, size_t i);

static int key_order(const void *a, const void *b)
{
    const node *const *x = a, *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

static void json_members(ur_json_writer *j, const cli_doc *d, size_t at, size_t end)
{
    enum { FIELDS_MAX = 128 };
    const node *fields[FIELDS_MAX];
    size_t n = 0;
    for (; at < end; at = after(d, at)) {
        if (d->nodes[at].whom == FOR_PEOPLE) {
            continue;
        }
        if (n == FIELDS_MAX || d->nodes[at].key == NULL) {
            broken("an object with too many fields, or one without a key");
        }
        fields[n++] = &d->nodes[at];
    }
    qsort(fields, n, sizeof fields[0], key_order);
    ur_json_begin_object(j);
    for (size_t i = 0; i < n; i++) {
        ur_json_key(j, fields[i]->key);
        json_value(j, d, (size_t)(fields[i] - d->nodes));
    }
    ur_json_end_object(j);
}

static void json_value(ur_json_writer *j, const cli_doc *d, size_t i)
{
    const node *x = &d->nodes[i];
    size_t end;
    ur_span text = ur_span_of(x->text, (size_t)x->number);
    switch (x->type) {
    case NODE_NUMBER: ur_json_put_u64(j, x->number); return;
    case NODE_BOOL: ur_json_put_bool(j, x->number != 0); return;
    case NODE_NULL: ur_json_put_null(j); return;
    case NODE_OBJECT:
        i = inside(d, i, &end);
        json_members(j, d, i, end);
        return;
    case NODE_LIST:
        ur_json_begin_array(j);
        for (i = inside(d, i, &end); i < end; i = after(d, i)) {
            json_value(j, d, i);
        }
        ur_json_end_array(j);
        return;
    case NODE_TEXT:
        if (cli_is_utf8(text)) {
            ur_json_put_string(j, text);
        } else { /* JSON has no other way to carry it; commands that must be exact say the hex too */
            cli_text shown = {0};
            (void)add_printable(&shown, text);
            ur_json_put_string(j, ur_span_of(shown.p, shown.n));
            cli_text_free(&shown);
        }
        return;
    case NODE_CLOSE: break;
    }
    broken("a node out of place");
}

static void json_out(cli_text *out, const cli_doc *d)
{
    size_t cap = 64;
    for (size_t i = 0; i < d->n; i++) { /* the worst case: every byte as \u00xx, or \\xNN */
        const node *x = &d->nodes[i];
        cap += 32 + (x->key != NULL ? strlen(x->key) : 0) + (x->type == NODE_TEXT ? 6 * (size_t)x->number : 0);
    }
    uint8_t *buf = malloc(cap);
    if (buf == NULL) {
        cli_no_memory();
    }
    ur_writer w;
    ur_json_writer j;
    ur_span json;
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    json_members(&j, d, 0, d->n);
    if (ur_json_writer_end(&j, &json) != UR_OK) {
        broken("not written");
    }
    cli_text_bytes(out, (const char *)json.p, json.n);
    cli_text_bytes(out, "\n", 1);
    ur_wipe(buf, cap);
    free(buf);
}

void cli_doc_json(cli_text *out, const cli_doc *d) { json_out(out, d); }

void cli_error_json(cli_text *out, const char *what, const char *hint, ur_status st)
{
    cli c = {.doc = cli_doc_new()};
    cli_object_begin(&c, "error");
    cli_say_text(&c, "class", ur_status_name(st));
    cli_say_number(&c, "exit", (uint64_t)ur_status_exit_code(st));
    cli_say_text(&c, "message", what);
    if (hint[0] != '\0') {
        cli_say_text(&c, "hint", hint);
    }
    cli_object_end(&c);
    json_out(out, c.doc);
    cli_doc_free(&c.doc);
}

/* ---- people ---- */

static void pad(cli_text *out, size_t n)
{
    while (n-- > 0) {
        cli_text_bytes(out, " ", 1);
    }
}

static size_t add_label(cli_text *out, const char *key)
{
    for (const char *p = key; *p != '\0'; p++) {
        cli_text_bytes(out, *p == '_' ? " " : p, 1);
    }
    return strlen(key);
}

/* One scalar; returns the columns it takes. out may be NULL: only measure. */
static size_t add_scalar(cli_text *out, const node *x, bool colour)
{
    cli_text t = {0};
    size_t columns = 0;
    if (x->type == NODE_TEXT) {
        columns = add_printable(&t, ur_span_of(x->text, (size_t)x->number));
    } else {
        if (x->type == NODE_NUMBER) {
            cli_text_add(&t, "%llu", (unsigned long long)x->number);
        } else {
            cli_text_add(&t, "%s", x->type == NODE_NULL ? "-" : x->number != 0 ? "yes" : "no");
        }
        columns = t.n;
    }
    if (out != NULL) {
        const char *paint = !colour || x->tone == TONE_NONE ? NULL : x->tone == TONE_GOOD ? "\033[32m" : "\033[31m";
        if (paint != NULL) {
            cli_text_add(out, "%s", paint);
        }
        if (t.n != 0) {
            cli_text_bytes(out, t.p, t.n);
        }
        if (paint != NULL) {
            cli_text_add(out, "\033[0m");
        }
    }
    cli_text_free(&t);
    return columns;
}

static bool shown(const node *x) { return x->whom != FOR_JSON && x->type != NODE_CLOSE; }

static void people_fields(cli_text *out, const cli_doc *d, size_t at, size_t end, size_t indent, bool colour);

/* Rows under a head of their keys; a row's nested lists and objects are left to --json. */
static void people_table(cli_text *out, const cli_doc *d, size_t at, size_t end, size_t indent, bool colour)
{
    enum { COLUMNS_MAX = 16 };
    const char *keys[COLUMNS_MAX];
    size_t width[COLUMNS_MAX] = {0};
    size_t n = 0;
    for (size_t row = at; row < end; row = after(d, row)) {
        size_t row_end;
        for (size_t i = inside(d, row, &row_end); i < row_end; i = after(d, i)) {
            const node *x = &d->nodes[i];
            if (!shown(x) || x->type == NODE_LIST || x->type == NODE_OBJECT) {
                continue;
            }
            size_t k = 0;
            while (k < n && strcmp(keys[k], x->key) != 0) {
                k++;
            }
            if (k == COLUMNS_MAX) {
                broken("too many columns");
            }
            if (k == n) {
                keys[n] = x->key;
                width[n++] = strlen(x->key);
            }
            size_t columns = add_scalar(NULL, x, false);
            width[k] = columns > width[k] ? columns : width[k];
        }
    }
    pad(out, indent);
    for (size_t k = 0; k < n; k++) {
        cli_text_add(out, "%s", colour ? "\033[1m" : "");
        size_t columns = add_label(out, keys[k]);
        cli_text_add(out, "%s", colour ? "\033[0m" : "");
        pad(out, k + 1 < n ? width[k] - columns + 2 : 0);
    }
    cli_text_bytes(out, "\n", 1);
    for (size_t row = at; row < end; row = after(d, row)) {
        pad(out, indent);
        size_t gap = 0; /* blanks due before the next cell: none are left at a line's end */
        for (size_t k = 0; k < n; k++) {
            size_t row_end, columns = 0;
            for (size_t i = inside(d, row, &row_end); i < row_end; i = after(d, i)) {
                const node *x = &d->nodes[i];
                if (shown(x) && x->type != NODE_LIST && x->type != NODE_OBJECT && strcmp(x->key, keys[k]) == 0) {
                    pad(out, gap);
                    gap = 0;
                    columns = add_scalar(out, x, colour);
                }
            }
            gap += width[k] - columns + 2;
        }
        cli_text_bytes(out, "\n", 1);
    }
}

static void people_list(cli_text *out, const cli_doc *d, size_t i, size_t indent, bool colour)
{
    size_t end;
    size_t at = inside(d, i, &end);
    if (at < end && d->nodes[at].type == NODE_OBJECT) {
        people_table(out, d, at, end, indent, colour);
        return;
    }
    for (; at < end; at = after(d, at)) {
        pad(out, indent);
        (void)add_scalar(out, &d->nodes[at], colour);
        cli_text_bytes(out, "\n", 1);
    }
}

static void people_fields(cli_text *out, const cli_doc *d, size_t at, size_t end, size_t indent, bool colour)
{
    size_t width = 0;
    for (size_t i = at; i < end; i = after(d, i)) {
        const node *x = &d->nodes[i];
        if (shown(x) && x->type != NODE_LIST && x->type != NODE_OBJECT && strlen(x->key) > width) {
            width = strlen(x->key);
        }
    }
    for (size_t i = at; i < end; i = after(d, i)) {
        const node *x = &d->nodes[i];
        size_t inner_end;
        if (!shown(x)) {
            continue;
        }
        if (x->type == NODE_LIST && after(d, i) == i + 2) {
            continue; /* empty */
        }
        pad(out, indent);
        size_t columns = add_label(out, x->key);
        cli_text_bytes(out, ":", 1);
        if (x->type == NODE_LIST) {
            cli_text_bytes(out, "\n", 1);
            people_list(out, d, i, indent + 2, colour);
        } else if (x->type == NODE_OBJECT) {
            cli_text_bytes(out, "\n", 1);
            size_t first = inside(d, i, &inner_end);
            people_fields(out, d, first, inner_end, indent + 2, colour);
        } else {
            pad(out, width - columns + 1);
            (void)add_scalar(out, x, colour);
            cli_text_bytes(out, "\n", 1);
        }
    }
}

void cli_doc_people(cli_text *out, const cli_doc *d, bool colour)
{
    if (d->remarks.n != 0) {
        cli_text_bytes(out, d->remarks.p, d->remarks.n);
    }
    if (d->is_plain) {
        cli_text_bytes(out, d->plain.p, d->plain.n);
        return;
    }
    people_fields(out, d, 0, d->n, 0, colour);
}
