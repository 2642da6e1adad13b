#include "programs/cli/tee/common.h"

ur_tee_options tee_options(const cli *c)
{
    return (ur_tee_options){.backend = cli_given(c, "sim") ? "sim" : cli_value(c, "backend"),
                            .sim_folder = cli_value(c, "sim"),
                            .configfs_root = cli_value(c, "configfs")};
}
