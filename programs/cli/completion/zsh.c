#include "programs/cli/completion/script.h"

#include <string.h>

/* Text inside single quotes in an _arguments specification: no quotes, brackets or colons may stay bare. */
static void add_quoted(cli_text *t, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\'') {
            cli_text_add(t, "'\\''");
        } else if (strchr("[]:\\", *s) != NULL) {
            cli_text_add(t, "\\%c", *s);
        } else {
            cli_text_bytes(t, s, 1);
        }
    }
}

static const char *action(const cli_item *it)
{
    return it->kind == CLI_KIND_DIR ? "_files -/" : cli_script_takes_files(it) ? "_files" : " ";
}

static void add_spec(cli_text *t, const char *dashes, const char *name, const cli_item *it)
{
    cli_text_add(t, " \\\n                '%s%s%s%s[", (it->rules & CLI_MANY) != 0 ? "*" : "", dashes, name,
                 it->kind == CLI_KIND_NONE ? "" : strcmp(dashes, "--") == 0 ? "=" : "+");
    add_quoted(t, it->text);
    cli_text_add(t, "]");
    if (it->kind != CLI_KIND_NONE) {
        cli_text_add(t, ":");
        add_quoted(t, it->value);
        cli_text_add(t, ":%s", action(it));
    }
    cli_text_add(t, "'");
}

static void add_items(cli_text *t, const cli_item *items)
{
    for (const cli_item *it = items; it->type != CLI_ITEM_END; it++) {
        if (it->type == CLI_ITEM_OPTION) {
            char letter[2] = {it->letter, '\0'};
            add_spec(t, "--", it->name, it);
            if (it->letter != 0) {
                add_spec(t, "-", letter, it);
            }
        } else if (it->type == CLI_ITEM_ARGUMENT) {
            cli_text_add(t, " \\\n                '%s:", (it->rules & CLI_MANY) != 0 ? "*" : "");
            add_quoted(t, it->value);
            cli_text_add(t, ":%s'", action(it));
        }
    }
}

ur_status cli_completion_zsh(cli *c)
{
    cli_text t = {0};
    char verb[64];
    cli_text_add(&t, "#compdef unrug\n# zsh completion for unrug, made from its table of commands\n"
                     "_unrug() {\n    local -a words_here\n    if (( CURRENT == 2 )); then\n        words_here=(");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "'%s:", n->name);
        add_quoted(&t, n->summary);
        cli_text_add(&t, "' ");
    }
    cli_text_add(&t, "'help:explain a command')\n        _describe 'noun' words_here\n        return\n    fi\n"
                     "    if (( CURRENT == 3 )); then\n        case $words[2] in\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "            %s) words_here=(", n->name);
        for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
            if (strcmp(k->noun, n->name) == 0) {
                cli_text_add(&t, "'%s:", cli_verb_shown(k, verb));
                add_quoted(&t, k->summary);
                cli_text_add(&t, "' ");
            }
        }
        cli_text_add(&t, ") ;;\n");
    }
    cli_text_add(&t, "        esac\n        _describe 'verb' words_here\n        return\n    fi\n"
                     "    local command=\"$words[2] $words[3]\"\n    shift 2 words\n    (( CURRENT -= 2 ))\n    case $command in\n");
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        cli_text_add(&t, "        '%s %s')\n            _arguments -s", k->noun, cli_verb_shown(k, verb));
        add_items(&t, k->items);
        add_items(&t, cli_common);
        cli_text_add(&t, " ;;\n");
    }
    cli_text_add(&t, "    esac\n}\nif [ \"$funcstack[1]\" = _unrug ]; then _unrug \"$@\"; else compdef _unrug unrug; fi");
    cli_script_say(c, "zsh", &t);
    return UR_OK;
}
