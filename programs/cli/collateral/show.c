#include <sys/stat.h>

#include "programs/cli/collateral/common.h"

ur_status cli_collateral_show(cli *c)
{
    const char *path = cli_value(c, "PATH");
    evidence_trust trust;
    ur_coll_cache *cache = NULL;
    ur_coll_import_count count;
    size_t stale = 0;
    int64_t now = evidence_now(c);
    UR_TRY(evidence_exists(c, path));
    UR_TRY(evidence_trust_open(c, &trust));
    bool is_cache = ur_coll_cache_probe(path) == UR_OK;
    ur_status st = ur_coll_cache_open(&cache, is_cache ? path : NULL, UR_COLL_CACHE_READ, cli_err(c));
    if (st == UR_OK && !is_cache) { /* a folder or a set: what of it verifies */
        st = ur_coll_cache_import(cache, &count, path, &trust.trust, now, cli_err(c));
    }
    if (st == UR_OK) {
        st = collateral_say(c, cache, now, &stale);
    }
    ur_coll_cache_close(&cache);
    evidence_trust_close(&trust);
    return st == UR_OK && stale != 0 ? UR_E_PROOF : st;
}
