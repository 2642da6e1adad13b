/* What the collateral commands share. */
#ifndef UR_PROGRAMS_CLI_COLLATERAL_COMMON_H
#define UR_PROGRAMS_CLI_COLLATERAL_COMMON_H

#include "programs/cli/evidence/evidence.h"

/* The cache that --cache names. */
UR_MUST_USE ur_status collateral_open(cli *c, ur_coll_cache **out, ur_coll_cache_mode mode);
/* One row for each document of the cache: "documents". *out_stale counts those not in force. */
UR_MUST_USE ur_status collateral_say(cli *c, ur_coll_cache *cache, int64_t now, size_t *out_stale);

#endif
