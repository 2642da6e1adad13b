/* A vault's policy in a file. */
#ifndef UR_PROGRAMS_CLI_POLICY_VAULT_POLICY_H
#define UR_PROGRAMS_CLI_POLICY_VAULT_POLICY_H

#include "core/policy/policy.h"
#include "programs/cli/io.h"

/* Read and check; *owned is for free() and outlives *out. --dev-chain: rules of chains for development. UR_E_INPUT names the field. */
UR_MUST_USE ur_status vault_policy_read(cli *c, ur_policy *out, uint8_t **owned, const char *path, bool dev_chain);

#endif
