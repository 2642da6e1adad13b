#include "programs/cli/command.h"

const cli_noun cli_nouns[] = {
#define NOUN(noun, summary) {#noun, summary},
#include "programs/cli/commands.def"
    {NULL, NULL},
};

#define COMMAND(noun, verb, summary) {#noun, #verb, summary, cli_##noun##_##verb, (const cli_item[]){
#define ABOUT(about) {.type = CLI_ITEM_ABOUT, .text = about},
#define FLAG(flag, short_name, how, help)                                                                       \
    {.type = CLI_ITEM_OPTION, .name = flag, .letter = short_name, .rules = how, .text = help},
#define NUMBER(option, short_name, what, how, least, most, help)                                                \
    {.type = CLI_ITEM_OPTION, .kind = CLI_KIND_NUMBER, .name = option, .letter = short_name, .value = what,     \
     .rules = how, .min = least, .max = most, .text = help},
#define OPTION(option, short_name, type_of, what, how, help)                                                    \
    {.type = CLI_ITEM_OPTION, .kind = CLI_KIND_##type_of, .name = option, .letter = short_name, .value = what,  \
     .rules = how, .text = help},
#define ARGUMENT(type_of, what, how, help)                                                                      \
    {.type = CLI_ITEM_ARGUMENT, .kind = CLI_KIND_##type_of, .value = what, .rules = how, .text = help},
#define EXIT(code, meaning) {.type = CLI_ITEM_EXIT, .min = code, .text = meaning},
#define EXAMPLE(command, note) {.type = CLI_ITEM_EXAMPLE, .name = command, .text = note},
#define END {.type = CLI_ITEM_END}}},

enum { REQUIRED = CLI_REQUIRED, MANY = CLI_MANY, ONE_OF = CLI_ONE_OF, AT_MOST_ONE = CLI_AT_MOST_ONE };

const cli_command cli_commands[] = {
#include "programs/cli/commands.def"
    {NULL, NULL, NULL, NULL, NULL},
};

const cli_item cli_common[] = {
    {.type = CLI_ITEM_OPTION, .name = "json", .text = "print the result as one line of JSON; errors as JSON on stderr"},
    {.type = CLI_ITEM_OPTION, .name = "help", .letter = 'h', .text = "print this help"},
    {.type = CLI_ITEM_END},
};
