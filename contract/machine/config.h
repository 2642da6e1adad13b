/* The contract's own record (key `c`): the numbers that committees and vaults get, rising and never used again.
 *
 *   format 1 byte (1)   next committee 8   next vault 8 */
#ifndef UR_CONTRACT_MACHINE_CONFIG_H
#define UR_CONTRACT_MACHINE_CONFIG_H

#include "contract/machine/call.h"

#define UC_CONFIG_BYTES 17

typedef struct uc_config {
    uint64_t next_committee, next_vault; /* from 1 */
} uc_config;

/* UR_E_INTERNAL if the record is not there or not ours. */
UR_MUST_USE ur_status uc_config_load(uc_call *c, uc_config *out);
UR_MUST_USE ur_status uc_config_save(uc_call *c, const uc_config *config);
/* The first one, at instantiation; refuses if there is one. */
UR_MUST_USE ur_status uc_config_create(uc_call *c);

#endif
