#include "programs/cli/devnet/node.h"

ur_status cli_devnet_stop(cli *c) { return devnet_move(c, "unrug_stop", "{}"); }
