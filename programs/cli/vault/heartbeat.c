#include "programs/cli/vault/statement.h"

ur_status cli_vault_heartbeat(cli *c) { return vault_say_and_send(c, UR_STATEMENT_HEARTBEAT); }
