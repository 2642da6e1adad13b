#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "programs/cli/devnet/node.h"

ur_status cli_devnet_mine(cli *c)
{
    const char *n = cli_value(c, "N");
    char params[64];
    if (n == NULL) {
        n = "1";
    }
    if (*n < '1' || *n > '9' || strspn(n, "0123456789") != strlen(n) || strlen(n) > 7) {
        return cli_fail(c, UR_E_USAGE, "N takes a number from 1 to 1000000");
    }
    (void)snprintf(params, sizeof params, "{\"blocks\":\"%s\"}", n);
    return devnet_move(c, "unrug_mine", params);
}
