/* What the completion scripts of all shells are made of. */
#ifndef UR_PROGRAMS_CLI_COMPLETION_SCRIPT_H
#define UR_PROGRAMS_CLI_COMPLETION_SCRIPT_H

#include "programs/cli/parts.h"

/* "deal extract check" */
void cli_script_verbs(cli_text *t, const char *noun);
/* "--mpk --id -o --out --json --help" */
void cli_script_options(cli_text *t, const cli_command *command);
bool cli_script_takes_files(const cli_item *item);
bool cli_script_has_file_argument(const cli_command *command);
/* Say the finished script (without a last newline), and free it. */
void cli_script_say(cli *c, const char *shell, cli_text *script);

#endif
