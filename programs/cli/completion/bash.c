#include "programs/cli/completion/script.h"

ur_status cli_completion_bash(cli *c)
{
    cli_text t = {0};
    char verb[64];
    cli_text_add(&t, "# bash completion for unrug, made from its table of commands\n"
                     "_unrug() {\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= files= dirs=\n"
                     "    COMPREPLY=()\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                     "        words=\"");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "%s ", n->name);
    }
    cli_text_add(&t, "help --version\"\n    elif [ \"$COMP_CWORD\" -eq 2 ]; then\n        case ${COMP_WORDS[1]} in\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "            %s) words=\"", n->name);
        cli_script_verbs(&t, n->name);
        cli_text_add(&t, "\" ;;\n");
    }
    cli_text_add(&t, "            help) words=\"");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "%s%s", n == cli_nouns ? "" : " ", n->name);
    }
    cli_text_add(&t, "\" ;;\n        esac\n    else\n        case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    for (const cli_command *k = cli_commands; k->noun != NULL; k++) {
        cli_text_add(&t, "            '%s %s')\n                case $prev in\n", k->noun, cli_verb_shown(k, verb));
        for (const cli_item *it = k->items; it->type != CLI_ITEM_END; it++) {
            if (it->type == CLI_ITEM_OPTION && it->kind != CLI_KIND_NONE) {
                cli_text_add(&t, "                    --%s", it->name);
                if (it->letter != 0) {
                    cli_text_add(&t, "|-%c", it->letter);
                }
                cli_text_add(&t, ") %s ;;\n",
                             it->kind == CLI_KIND_DIR ? "dirs=1" : cli_script_takes_files(it) ? "files=1" : ":");
            }
        }
        cli_text_add(&t, "                    *) words=\"");
        cli_script_options(&t, k);
        cli_text_add(&t, "\"%s ;;\n                esac ;;\n", cli_script_has_file_argument(k) ? "; files=1" : "");
    }
    cli_text_add(&t, "            help*) case ${COMP_WORDS[2]} in\n");
    for (const cli_noun *n = cli_nouns; n->name != NULL; n++) {
        cli_text_add(&t, "                %s) words=\"", n->name);
        cli_script_verbs(&t, n->name);
        cli_text_add(&t, "\" ;;\n");
    }
    cli_text_add(&t, "            esac ;;\n        esac\n    fi\n"
                     "    case $cur in\n"
                     "        -*) files= ;;\n"
                     "        *) [ \"$files\" ] && words= ;;\n"
                     "    esac\n"
                     "    local IFS=$' \\t\\n'\n"
                     "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                     "    IFS=$'\\n'\n"
                     "    [ \"$files\" ] && COMPREPLY+=($(compgen -f -- \"$cur\")) && compopt -o filenames 2>/dev/null\n"
                     "    [ \"$dirs\" ] && COMPREPLY+=($(compgen -d -- \"$cur\")) && compopt -o filenames 2>/dev/null\n"
                     "    return 0\n"
                     "}\n"
                     "complete -F _unrug unrug");
    cli_script_say(c, "bash", &t);
    return UR_OK;
}
