#include "programs/cli/parts.h"

#include <string.h>

/* ---- synopsis ---- */

const cli_item *cli_first_option(const cli_item *it)
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
    for (const cli_item *it = cli_first_option(items); it->type != CLI_ITEM_END; it = cli_first_option(it + 1)) {
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
    for (const cli_item *it = cli_first_option(k->items); it->type != CLI_ITEM_END; it = cli_first_option(it + 1)) {
        if ((it->rules & CLI_REQUIRED) != 0) {
            cli_text_add(t, " ");
            add_option(t, it);
            cli_text_add(t, "%s", (it->rules & CLI_MANY) != 0 ? "..." : "");
        }
    }
    add_group(t, k->items, CLI_ONE_OF, " (", ")");
    add_group(t, k->items, CLI_AT_MOST_ONE, " [", "]");
    for (const cli_item *it = cli_first_option(k->items); it->type != CLI_ITEM_END; it = cli_first_option(it + 1)) {
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

const char *cli_exit_text(const cli_command *k, int code)
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

const int cli_exit_codes[CLI_EXIT_CODES] = {0, 1, 2, 3, 4, 5, 70};

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
    for (const cli_item *it = cli_first_option(k->items); it->type != CLI_ITEM_END; it = cli_first_option(it + 1)) {
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
    for (size_t i = 0; i < CLI_EXIT_CODES; i++) {
        cli_text_add(t, "  %2d  ", cli_exit_codes[i]);
        cli_text_wrap(t, 6, 6, cli_exit_text(k, cli_exit_codes[i]));
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
