#include "programs/cli/completion/script.h"

#include <string.h>

static void add_quoted(cli_text *t, const char *s)
{
    cli_text_add(t, "'");
    for (; *s != '\0'; s++) {
        cli_text_add(t, *s == '\'' || *s == '\\' ? "\\%c" : "%c", *s);
    }
    cli_text_add(t, "'");
}

static void add_option(cli_text *t, const char *condition, const cli_item *it)
{
    cli_text_add(t, "complete -c unrug -n \"%s\" -l %s", condition, it->name);
    if (it->letter != 0) {
        cli_text_add(t, " -s %c", it->letter);
    }
    if (it->kind == CLI_KIND_DIR) {
        cli_text_add(t, " -x -a '(__fish_complete_directories)'");
    } else if (it->kind != CLI_KIND_NONE) {
        cli_text_add(t, cli_script_takes_files(it) ? " -r -F" : " -x");
    }
    cli_text_add(t, " -d ");
    add_quoted(t, it->text);
    cli_text_add(t, "\n");
}

ur_status cli_completion_fish(cli *c)
{
    cli_text t = {0};
    char verb[64], condition[256];
    cli_text_add(&t, "# fish completion for unrug, made from its table of commands\ncomplete -c unrug -f\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "complete -c unrug -n __fish_use_subcommand -a %s -d ", n->name);
        add_quoted(&t, n->summary);
        cli_text_add(&t, "\n");
    }
    cli_text_add(&t, "complete -c unrug -n __fish_use_subcommand -a help -d 'explain a command'\n");
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        cli_text_add(&t, "complete -c unrug -n \"__fish_seen_subcommand_from %s; and not __fish_seen_subcommand_from ", k->noun);
        cli_script_verbs(&t, k->noun);
        cli_text_add(&t, "\" -a %s -d ", cli_verb_shown(k, verb));
        add_quoted(&t, k->summary);
        cli_text_add(&t, "\n");
        (void)snprintf(condition, sizeof condition, "__fish_seen_subcommand_from %s; and __fish_seen_subcommand_from %s",
                       k->noun, cli_verb_shown(k, verb));
        for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
            if (it->type == CLI_ITEM_OPTION) {
                add_option(&t, condition, it);
            }
        }
        for (const cli_item *it = cli_common; it->type != CLI_ITEM_END; it++) {
            add_option(&t, condition, it);
        }
        if (cli_script_has_file_argument(k)) {
            cli_text_add(&t, "complete -c unrug -n \"%s\" -F\n", condition);
        }
    }
    t.p[--t.n] = '\0'; /* the last newline */
    cli_script_say(c, "fish", &t);
    return UR_OK;
}
