#include "programs/cli/collateral/common.h"

ur_status cli_collateral_import(cli *c)
{
    evidence_trust trust;
    ur_coll_cache *cache = NULL;
    ur_coll_import_count all = {0};
    for (size_t i = 0; i < cli_count(c, "PATH"); i++) {
        UR_TRY(evidence_exists(c, cli_nth(c, "PATH", i)));
    }
    UR_TRY(evidence_trust_open(c, &trust));
    ur_status st = collateral_open(c, &cache, UR_COLL_CACHE_WRITE);
    for (size_t i = 0; i < cli_count(c, "PATH") && st == UR_OK; i++) {
        ur_coll_import_count one;
        st = ur_coll_cache_import(cache, &one, cli_nth(c, "PATH", i), &trust.trust, evidence_now(c), cli_err(c));
        all.added += one.added;
        all.known += one.known;
        all.older += one.older;
    }
    if (st == UR_OK) {
        cli_say_number(c, "added", all.added);
        cli_say_number(c, "known", all.known);
        cli_say_number(c, "older", all.older);
        if (all.older != 0) {
            cli_note(c, "%zu were older than what the cache holds, and were left out: it never goes back", all.older);
        }
    }
    ur_coll_cache_close(&cache);
    evidence_trust_close(&trust);
    return st;
}
