#include "programs/cli/collateral/common.h"

ur_status cli_collateral_export(cli *c)
{
    ur_coll_cache *cache = NULL;
    ur_attest_root root;
    size_t count = 0;
    bool one_root = cli_given(c, "root");
    if (one_root) {
        UR_TRY(evidence_root_read(c, &root, cli_value(c, "root")));
    }
    UR_TRY(evidence_exists(c, cli_value(c, "cache")));
    UR_TRY(collateral_open(c, &cache, UR_COLL_CACHE_READ));
    ur_status st = ur_coll_cache_export(cache, cli_value(c, "DIR"), one_root ? root.key : NULL, &count, cli_err(c));
    ur_coll_cache_close(&cache);
    if (st == UR_OK) {
        cli_say_text(c, "folder", cli_value(c, "DIR"));
        cli_say_number(c, "documents", count);
    }
    return st;
}
