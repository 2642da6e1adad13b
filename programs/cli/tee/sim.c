#include <string.h>

#include "lib/tee/sim.h"
#include "programs/cli/tee/common.h"

ur_status cli_tee_sim(cli *c)
{
    const char *action = cli_value(c, "ACTION"), *folder = cli_value(c, "DIR");
    const ur_sim_options options = {.now = evidence_now(c),
                                    .days = (unsigned)cli_number(c, "days", 30),
                                    .status = cli_value(c, "status"),
                                    .advisories = cli_value(c, "advisories"),
                                    .evaluation = (unsigned)cli_number(c, "evaluation", 1)};
    ur_status st;
    if (strcmp(action, "init") == 0) {
        st = ur_sim_init(folder, &options, cli_err(c));
    } else if (strcmp(action, "renew") == 0) {
        st = ur_sim_renew(folder, &options, cli_err(c));
    } else {
        return cli_fail(c, UR_E_USAGE, "'%s' is neither init nor renew", action);
    }
    if (st == UR_OK) {
        cli_remark(c, "A simulator: its quotes prove nothing, and are accepted only where its root is named.");
        cli_say_text(c, "folder", folder);
        cli_say_text(c, "root", "root.pem");
        cli_say_text(c, "collateral", "collateral.json");
        evidence_say_date(c, "good_until", options.now + (int64_t)options.days * 86400);
    }
    return st;
}
