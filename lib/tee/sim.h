/* A quoting enclave in software, for development and tests. It proves nothing: whoever has the folder can sign anything.
 * Its certificates say SIMULATOR, its root is made anew by every `ur_sim_init`, and a verifier accepts its quotes only
 * where that root is named. */
#ifndef UR_LIB_TEE_SIM_H
#define UR_LIB_TEE_SIM_H

#include <stdint.h>

#include "lib/os/err.h"

/* The folder:
 *   keys             secret: all private keys, and the platform's identity; mode 0600
 *   root.pem         the root certificate: what a verifier must be told to trust
 *   collateral.json  a set in force for `days`
 *   measurements     what the simulated TD measures, `name = hex`; may be edited
 */
typedef struct ur_sim_options {
    int64_t now;            /* collateral is issued at this time, Unix seconds */
    unsigned days;          /* and good for so long; 1..3650 */
    const char *status;     /* of the platform's level: "UpToDate" and so on; NULL: UpToDate */
    const char *advisories; /* comma-separated; NULL: none */
    unsigned evaluation;    /* tcbEvaluationDataNumber; 0: 1 */
} ur_sim_options;

/* Makes the folder, which must not be there yet. UR_E_STATE if it is. */
UR_MUST_USE ur_status ur_sim_init(const char *folder, const ur_sim_options *options, ur_err *err);
/* Issues collateral anew under the same root: another date, another status. */
UR_MUST_USE ur_status ur_sim_renew(const char *folder, const ur_sim_options *options, ur_err *err);

#endif
