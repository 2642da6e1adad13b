#include "programs/cli/completion/script.h"

#include <string.h>

void cli_script_verbs(cli_text *t, const char *noun)
{
    char verb[64];
    const char *between = "";
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        if (strcmp(k->noun, noun) == 0) {
            cli_text_add(t, "%s%s", between, cli_verb_shown(k, verb));
            between = " ";
        }
    }
}

static void add_options(cli_text *t, const cli_item *items)
{
    for (const cli_item *it = items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_OPTION) {
            cli_text_add(t, "--%s ", it->name);
            if (it->letter != 0) {
                cli_text_add(t, "-%c ", it->letter);
            }
        }
    }
}

void cli_script_options(cli_text *t, const cli_command *command)
{
    add_options(t, command->items);
    add_options(t, cli_common);
    t->p[--t->n] = '\0'; /* the last blank */
}

bool cli_script_takes_files(const cli_item *it) { return it->kind == CLI_KIND_FILE || it->kind == CLI_KIND_SECRET; }

bool cli_script_has_file_argument(const cli_command *command)
{
    for (const cli_item *it = command->items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_ARGUMENT && cli_script_takes_files(it)) {
            return true;
        }
    }
    return false;
}

void cli_script_say(cli *c, const char *shell, cli_text *script)
{
    cli_say_text(c, "shell", shell);
    cli_say_text(c, "script", script->p);
    cli_say_whole(c, ur_span_of(script->p, script->n));
    cli_text_free(script);
}
