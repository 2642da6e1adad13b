/* What the command line can say in a vault's instance's name. */
#ifndef UR_PROGRAMS_CLI_VAULT_STATEMENT_H
#define UR_PROGRAMS_CLI_VAULT_STATEMENT_H

#include "core/policy/statement.h"
#include "programs/cli/contract/ask.h"

/* Sign a heartbeat that changes nothing, or a retirement, with --instance's key, and send it by --from. */
UR_MUST_USE ur_status vault_say_and_send(cli *c, ur_statement_kind kind);

#endif
