#include "programs/cli/key/keys.h"

ur_status cli_key_show(cli *c)
{
    char path[KEYS_PATH_MAX];
    ur_secp_pub pub;
    UR_TRY(keys_path(c, path, cli_value(c, "NAME")));
    UR_TRY(keys_public(c, &pub, path));
    return keys_say(c, cli_value(c, "NAME"), path, &pub);
}
