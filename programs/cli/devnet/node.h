/* What the devnet commands share: asking a devnet's RPC. */
#ifndef UR_PROGRAMS_CLI_DEVNET_NODE_H
#define UR_PROGRAMS_CLI_DEVNET_NODE_H

#include "core/codec/json.h"
#include "programs/cli/io.h"

typedef struct devnet_answer {
    uint8_t *text; /* for free() */
    ur_json result;
} devnet_answer;

/* Ask what --node names. params: a JSON object. On failure nothing is to be freed. */
UR_MUST_USE ur_status devnet_ask(cli *c, devnet_answer *out, const char *method, const char *params);
void devnet_answer_free(devnet_answer *a);

/* Members of the result as fields: texts, decimal numbers in texts. UR_E_INPUT if they are not there. */
UR_MUST_USE ur_status devnet_say_text(cli *c, ur_json result, const char *member);
UR_MUST_USE ur_status devnet_say_number(cli *c, ur_json result, const char *member);
/* height, time, waiting, warped_seconds: what every move answers. */
UR_MUST_USE ur_status devnet_say_where(cli *c, ur_json result);
/* Ask for a move and say where the chain is then. */
UR_MUST_USE ur_status devnet_move(cli *c, const char *method, const char *params);

#endif
