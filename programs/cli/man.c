#include "programs/cli/parts.h"

#include <string.h>

/* Manual pages: roff with the man macros. */

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
    for (size_t i = 0; i < CLI_EXIT_CODES; i++) {
        cli_text_add(t, ".TP\n\\fB%d\\fR\n", cli_exit_codes[i]);
        roff_line(t, cli_exit_text(k, cli_exit_codes[i]));
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
    for (const cli_item *it = cli_first_option(k->items); it->type != CLI_ITEM_END; it = cli_first_option(it + 1)) {
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
