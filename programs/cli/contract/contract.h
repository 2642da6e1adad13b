/* What the contract commands share: messages in JSON from the command line or a file. */
#ifndef UR_PROGRAMS_CLI_CONTRACT_CONTRACT_H
#define UR_PROGRAMS_CLI_CONTRACT_CONTRACT_H

#include "core/codec/json.h"
#include "programs/cli/chain/node.h"

#define CONTRACT_MSG_MAX ((size_t)512 << 10)

/* JSON from `text`, or from the file that it names behind an @ (@- for standard input). *owned is for free(). UR_E_INPUT if it is no JSON. */
UR_MUST_USE ur_status contract_msg(cli *c, ur_span *out, uint8_t **owned, const char *name, const char *text);

#endif
