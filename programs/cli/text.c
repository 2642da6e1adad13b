#include "programs/cli/parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a growing text ---- */

_Noreturn void cli_no_memory(void)
{
    static const char line[] = "unrug: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(ur_status_exit_code(UR_E_MEMORY));
}

enum { TEXT_MAX = 1 << 28 };

void cli_text_bytes(cli_text *t, const char *p, size_t n)
{
    if (n >= TEXT_MAX || t->n >= TEXT_MAX - n) {
        abort();
    }
    if (t->n + n + 1 > t->cap) {
        size_t cap = t->cap == 0 ? 256 : t->cap;
        while (cap < t->n + n + 1) {
            cap *= 2;
        }
        char *grown = malloc(cap); /* not realloc: what was there may be secret */
        if (grown == NULL) {
            cli_no_memory();
        }
        if (t->p != NULL) {
            memcpy(grown, t->p, t->n);
            ur_wipe(t->p, t->n);
            free(t->p);
        }
        t->p = grown;
        t->cap = cap;
    }
    memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void cli_text_add(cli_text *t, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line) {
        abort();
    }
    cli_text_bytes(t, line, (size_t)n);
}

void cli_text_free(cli_text *t)
{
    if (t->p != NULL) {
        ur_wipe(t->p, t->n);
        free(t->p);
    }
    *t = (cli_text){0};
}

void cli_text_wrap(cli_text *t, size_t at, size_t indent, const char *s)
{
    enum { WIDTH = 80 };
    bool fresh = true; /* nothing on this line since `at` or the indent */
    while (*s != '\0') {
        size_t word = strcspn(s, " ");
        if (!fresh && at + 1 + word > WIDTH) {
            cli_text_add(t, "\n%*s", (int)indent, "");
            at = indent;
            fresh = true;
        }
        if (!fresh) {
            cli_text_bytes(t, " ", 1);
            at++;
        }
        cli_text_bytes(t, s, word);
        at += word;
        fresh = false;
        s += word;
        s += strspn(s, " ");
    }
    cli_text_bytes(t, "\n", 1);
}

/* ---- synopsis ---- */

static const cli_item *first_option(const cli_item *it)
{
    while (it->type != CLI_ITEM_END && it->type != CLI_ITEM_OPTION) {
        it++;
    }
    return it;
}

/* "--id STRING" */
static void add_option(cli_text *t, const cli_item *it)
{
    cli_text_add(t, "--%s", it->name);
    if (it->value != NULL) {
        cli_text_add(t, " %s", it->value);
    }
}

static void add_group(cli_text *t, const cli_item *items, unsigned rule, const char *open, const char *close)
{
    const char *between = open;
    for (const cli_item *it = first_option(items); it->type != CLI_ITEM_END; it = first_option(it + 1)) {
        if ((it->rules & rule) != 0) {
            cli_text_add(t, "%s", between);
            add_option(t, it);
            between = " | ";
        }
    }
    if (between != open) {
        cli_text_add(t, "%s", close);
    }
}

void cli_synopsis(cli_text *t, const cli_command *k)
{
    char verb[64];
    cli_text_add(t, "unrug %s %s", k->noun, cli_verb_shown(k, verb));
    for (const cli_item *it = first_option(k->items); it->type != CLI_ITEM_END; it = first_option(it + 1)) {
        if ((it->rules & CLI_REQUIRED) != 0) {
            cli_text_add(t, " ");
            add_option(t, it);
            cli_text_add(t, "%s", (it->rules & CLI_MANY) != 0 ? "..." : "");
        }
    }
    add_group(t, k->items, CLI_ONE_OF, " (", ")");
    add_group(t, k->items, CLI_AT_MOST_ONE, " [", "]");
    for (const cli_item *it = first_option(k->items); it->type != CLI_ITEM_END; it = first_option(it + 1)) {
        if ((it->rules & (CLI_REQUIRED | CLI_ONE_OF | CLI_AT_MOST_ONE)) == 0) {
            cli_text_add(t, " [");
            add_option(t, it);
            cli_text_add(t, "]%s", (it->rules & CLI_MANY) != 0 ? "..." : "");
        }
    }
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ARGUMENT) {
            bool must = (it->rules & CLI_REQUIRED) != 0;
            cli_text_add(t, " %s%s%s%s", must ? "" : "[", it->value, must ? "" : "]", (it->rules & CLI_MANY) != 0 ? "..." : "");
        }
    }
}

/* ---- help ---- */

enum { HELP_COLUMN = 26 };

static void add_entry(cli_text *t, const char *left, const char *right)
{
    size_t n = strlen(left);
    cli_text_add(t, "  %s", left);
    if (n + 3 > HELP_COLUMN) {
        cli_text_add(t, "\n%*s", HELP_COLUMN, "");
    } else {
        cli_text_add(t, "%*s", (int)(HELP_COLUMN - n - 2), "");
    }
    cli_text_wrap(t, HELP_COLUMN, HELP_COLUMN, right);
}

static void add_option_entry(cli_text *t, const cli_item *it)
{
    cli_text left = {0};
    if (it->letter != 0) {
        cli_text_add(&left, "-%c, ", it->letter);
    } else {
        cli_text_add(&left, "    ");
    }
    add_option(&left, it);
    add_entry(t, left.p, it->text);
    cli_text_free(&left);
}

static const char *exit_text(const cli_command *k, int code)
{
    static const struct {
        int code;
        const char *text;
    } usual[] = {{0, "done"},
                 {1, "the answer is no"},
                 {2, "wrong use: an option or argument"},
                 {3, "malformed input"},
                 {4, "refused"},
                 {5, "unavailable: trying again may help"},
                 {70, "a mistake of unrug's own"}};
    for (const cli_item *it = k != NULL ? k->items : cli_common; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_EXIT && it->min == (uint64_t)code) {
            return it->text;
        }
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (usual[i].code == code) {
            return usual[i].text;
        }
    }
    return "";
}

static const int exit_codes[] = {0, 1, 2, 3, 4, 5, 70};
#define EXIT_CODES (sizeof exit_codes / sizeof exit_codes[0])

void cli_help_command(cli_text *t, const cli_command *k)
{
    cli_text synopsis = {0};
    cli_synopsis(&synopsis, k);
    cli_text_wrap(t, 0, 4, synopsis.p);
    cli_text_free(&synopsis);
    cli_text_add(t, "\n");
    char summary[256];
    (void)snprintf(summary, sizeof summary, "%s.", k->summary);
    summary[0] = summary[0] >= 'a' && summary[0] <= 'z' ? (char)(summary[0] - 'a' + 'A') : summary[0];
    cli_text_wrap(t, 0, 0, summary);
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ABOUT) {
            cli_text_add(t, "\n");
            cli_text_wrap(t, 0, 0, it->text);
        }
    }
    bool head = false;
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ARGUMENT) {
            cli_text_add(t, "%s", head ? "" : "\nArguments:\n");
            head = true;
            add_entry(t, it->value, it->text);
        }
    }
    cli_text_add(t, "\nOptions:\n");
    for (const cli_item *it = first_option(k->items); it->type != CLI_ITEM_END; it = first_option(it + 1)) {
        add_option_entry(t, it);
    }
    for (const cli_item *it = cli_common; it->type != CLI_ITEM_END; it++) {
        add_option_entry(t, it);
    }
    head = false;
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_EXAMPLE) {
            cli_text_add(t, "%s  # %s\n  %s\n", head ? "" : "\nExamples:\n", it->text, it->name);
            head = true;
        }
    }
    cli_text_add(t, "\nExit codes:\n");
    for (size_t i = 0; i < EXIT_CODES; i++) {
        cli_text_add(t, "  %2d  ", exit_codes[i]);
        cli_text_wrap(t, 6, 6, exit_text(k, exit_codes[i]));
    }
}

void cli_help_noun(cli_text *t, const char *noun)
{
    char verb[64];
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        if (strcmp(n->name, noun) == 0) {
            cli_text_add(t, "unrug %s: ", noun);
            cli_text_wrap(t, strlen(noun) + 8, 4, n->summary);
        }
    }
    cli_text_add(t, "\n");
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        if (strcmp(k->noun, noun) == 0) {
            char left[160];
            (void)snprintf(left, sizeof left, "%s %s", noun, cli_verb_shown(k, verb));
            add_entry(t, left, k->summary);
        }
    }
    cli_text_add(t, "\n'unrug help %s VERB' explains one of them.\n", noun);
}

void cli_help_all(cli_text *t)
{
    char verb[64];
    cli_text_add(t, "unrug NOUN VERB [OPTION...] [ARGUMENT...]\n\n"
                    "Keeps the keys of TEE agents alive by threshold identity-based encryption.\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        char head[160];
        (void)snprintf(head, sizeof head, "%s: %s", n->name, n->summary);
        cli_text_add(t, "\n");
        cli_text_wrap(t, 0, 2, head);
        for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
            if (strcmp(k->noun, n->name) == 0) {
                char left[160];
                (void)snprintf(left, sizeof left, "%s %s", k->noun, cli_verb_shown(k, verb));
                add_entry(t, left, k->summary);
            }
        }
    }
    cli_text_add(t, "\n");
    add_entry(t, "help [NOUN [VERB]]", "explain everything, a noun, or a command; --man gives the manual page");
    add_entry(t, "--version", "print the version");
    cli_text_add(t, "\n'unrug help NOUN VERB' explains one command, with examples.\n");
}

/* ---- manual pages (roff, man macros) ---- */

static void roff(cli_text *t, const char *s, bool line_start)
{
    for (; *s != '\0'; s++) {
        if (line_start && (*s == '.' || *s == '\'')) {
            cli_text_add(t, "\\&");
        }
        line_start = *s == '\n';
        switch (*s) {
        case '\\': cli_text_add(t, "\\e"); break;
        case '-': cli_text_add(t, "\\-"); break;
        case '\'': cli_text_add(t, "\\(aq"); break;
        case '`': cli_text_add(t, "\\(ga"); break;
        case '^': cli_text_add(t, "\\(ha"); break;
        case '~': cli_text_add(t, "\\(ti"); break;
        default: cli_text_bytes(t, s, 1); break;
        }
    }
}

static void roff_line(cli_text *t, const char *s)
{
    roff(t, s, true);
    cli_text_add(t, "\n");
}

static void man_head(cli_text *t, const char *page, const char *summary)
{
    cli_text_add(t, ".\\\" Made from programs/cli/commands.def by tools/man.\n.TH \"");
    for (const char *p = page; *p != '\0'; p++) {
        char up = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        cli_text_add(t, up == '-' ? "\\-" : "%c", up);
    }
    cli_text_add(t, "\" 1 \"\" \"unrug " UNRUG_VERSION "\" \"unrug manual\"\n.nh\n.ad l\n.SH NAME\n");
    roff(t, page, true);
    cli_text_add(t, " \\- ");
    roff_line(t, summary);
}

static void man_option(cli_text *t, const cli_item *it)
{
    cli_text_add(t, ".TP\n");
    if (it->letter != 0) {
        cli_text_add(t, "\\fB\\-%c\\fR, ", it->letter);
    }
    cli_text_add(t, "\\fB\\-\\-");
    roff(t, it->name, false);
    cli_text_add(t, "\\fR");
    if (it->value != NULL) {
        cli_text_add(t, " \\fI");
        roff(t, it->value, false);
        cli_text_add(t, "\\fR");
    }
    cli_text_add(t, "\n");
    roff_line(t, it->text);
}

static void man_exits(cli_text *t, const cli_command *k)
{
    cli_text_add(t, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < EXIT_CODES; i++) {
        cli_text_add(t, ".TP\n\\fB%d\\fR\n", exit_codes[i]);
        roff_line(t, exit_text(k, exit_codes[i]));
    }
}

void cli_man_command(cli_text *t, const cli_command *k)
{
    char verb[64], page[160];
    (void)snprintf(page, sizeof page, "unrug-%s-%s", k->noun, cli_verb_shown(k, verb));
    man_head(t, page, k->summary);
    cli_text synopsis = {0};
    cli_synopsis(&synopsis, k);
    cli_text_add(t, ".SH SYNOPSIS\n");
    roff_line(t, synopsis.p);
    cli_text_free(&synopsis);
    cli_text_add(t, ".SH DESCRIPTION\n");
    char summary[256];
    (void)snprintf(summary, sizeof summary, "%s.", k->summary);
    summary[0] = summary[0] >= 'a' && summary[0] <= 'z' ? (char)(summary[0] - 'a' + 'A') : summary[0];
    roff_line(t, summary);
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ABOUT) {
            cli_text_add(t, ".PP\n");
            roff_line(t, it->text);
        }
    }
    bool head = false;
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ARGUMENT) {
            cli_text_add(t, "%s.TP\n\\fI", head ? "" : ".SH ARGUMENTS\n");
            head = true;
            roff(t, it->value, false);
            cli_text_add(t, "\\fR\n");
            roff_line(t, it->text);
        }
    }
    cli_text_add(t, ".SH OPTIONS\n");
    for (const cli_item *it = first_option(k->items); it->type != CLI_ITEM_END; it = first_option(it + 1)) {
        man_option(t, it);
    }
    for (const cli_item *it = cli_common; it->type != CLI_ITEM_END; it++) {
        man_option(t, it);
    }
    man_exits(t, k);
    head = false;
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_EXAMPLE) {
            cli_text_add(t, "%s.PP\n", head ? "" : ".SH EXAMPLES\n");
            head = true;
            roff(t, it->text, true);
            cli_text_add(t, ":\n.PP\n.nf\n.RS 4\n");
            roff_line(t, it->name);
            cli_text_add(t, ".RE\n.fi\n");
        }
    }
    cli_text_add(t, ".SH SEE ALSO\n\\fBunrug\\fR(1)");
    for (const cli_command *o = cli_commands; o->noun != NULL; o++) {
        if (o != k && strcmp(o->noun, k->noun) == 0) {
            (void)snprintf(page, sizeof page, "unrug-%s-%s", o->noun, cli_verb_shown(o, verb));
            cli_text_add(t, ", \\fB");
            roff(t, page, false);
            cli_text_add(t, "\\fR(1)");
        }
    }
    cli_text_add(t, "\n");
}

void cli_man_all(cli_text *t)
{
    char verb[64], page[160];
    man_head(t, "unrug", "keys that outlive their enclave");
    cli_text_add(t, ".SH SYNOPSIS\nunrug \\fINOUN\\fR \\fIVERB\\fR [\\fIoption\\fR...] [\\fIargument\\fR...]\n"
                    ".br\nunrug help [\\-\\-man] [\\fINOUN\\fR [\\fIVERB\\fR]]\n.br\nunrug \\-\\-version\n"
                    ".SH DESCRIPTION\n"
                    "Keeps the keys of TEE agents alive by threshold identity\\-based encryption.\n"
                    "The result goes to standard output, everything else to standard error.\n"
                    "Every command takes \\fB\\-\\-json\\fR, for a result of one line of JSON, and \\fB\\-\\-help\\fR.\n"
                    "Options may stand anywhere; \\fB\\-\\-\\fR ends them; as a file, \\fB\\-\\fR is standard input or output.\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(t, ".SS \"");
        roff(t, n->name, false);
        cli_text_add(t, ": ");
        roff(t, n->summary, false);
        cli_text_add(t, "\"\n");
        for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
            if (strcmp(k->noun, n->name) == 0) {
                (void)snprintf(page, sizeof page, "unrug-%s-%s", k->noun, cli_verb_shown(k, verb));
                cli_text_add(t, ".TP\n\\fB");
                roff(t, page, false);
                cli_text_add(t, "\\fR(1)\n");
                roff_line(t, k->summary);
            }
        }
    }
    man_exits(t, NULL);
    cli_text_add(t, ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nset to anything but the empty text: no colours.\n"
                    ".TP\n\\fBTERM\\fR\n\\(lqdumb\\(rq: no colours and no progress bar.\n");
}

/* ---- the table as JSON ---- */

static void say_item(cli *c, const cli_item *it)
{
    static const char *const kinds[] = {"flag", "number", "text", "file", "directory", "secret"};
    char letter[2] = {it->letter, '\0'};
    cli_row_begin(c);
    cli_say_text(c, "name", it->name != NULL ? it->name : it->value);
    cli_say_text(c, "kind", kinds[it->kind]);
    if (it->letter != 0) {
        cli_say_text(c, "letter", letter);
    }
    if (it->value != NULL) {
        cli_say_text(c, "value", it->value);
    }
    if (it->kind == CLI_KIND_NUMBER) {
        cli_say_number(c, "min", it->min);
        cli_say_number(c, "max", it->max);
    }
    cli_say_bool(c, "required", (it->rules & CLI_REQUIRED) != 0);
    cli_say_bool(c, "many", (it->rules & CLI_MANY) != 0);
    cli_say_text(c, "help", it->text);
    cli_row_end(c);
}

static void say_items(cli *c, const char *key, const cli_command *k, cli_item_type type)
{
    cli_list_begin(c, key);
    for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == type) {
            say_item(c, it);
        }
    }
    for (const cli_item *it = cli_common; it->type != CLI_ITEM_END && type == CLI_ITEM_OPTION; it++) {
        say_item(c, it);
    }
    cli_list_end(c);
}

void cli_help_json(cli *c)
{
    char verb[64];
    cli_say_text(c, "version", UNRUG_VERSION);
    cli_list_begin(c, "commands");
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        cli_row_begin(c);
        cli_say_text(c, "noun", k->noun);
        cli_say_text(c, "verb", cli_verb_shown(k, verb));
        cli_say_text(c, "summary", k->summary);
        say_items(c, "options", k, CLI_ITEM_OPTION);
        say_items(c, "arguments", k, CLI_ITEM_ARGUMENT);
        cli_list_begin(c, "examples");
        for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
            if (it->type == CLI_ITEM_EXAMPLE) {
                cli_row_begin(c);
                cli_say_text(c, "command", it->name);
                cli_say_text(c, "note", it->text);
                cli_row_end(c);
            }
        }
        cli_list_end(c);
        cli_row_end(c);
    }
    cli_list_end(c);
}
