/* What the tee commands share. */
#ifndef UR_PROGRAMS_CLI_TEE_COMMON_H
#define UR_PROGRAMS_CLI_TEE_COMMON_H

#include "lib/tee/tee.h"
#include "programs/cli/evidence/evidence.h"

/* --backend, --sim, --configfs. Naming a simulator's folder is asking for the simulator. */
ur_tee_options tee_options(const cli *c);

#endif
