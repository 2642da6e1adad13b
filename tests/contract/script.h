/* A contract that does what it is told and nothing else: a list of things asked of the host. It shows what host functions answer on a
 * VM, and what a message costs at the least: everything it asks for, without a contract's own work.
 *
 * A script is ops one after the other: kind 1 byte (host_op_kind), key length 4, value length 4 (little-endian), key, value.
 * Each op appends one byte to the output (its ur_status; of a pairing or hash the last of its parts), a sum and a hash the point. The op
 * SCRIPT_RESULT ends the script: its value is the output, instead of all that. */
#ifndef UR_TESTS_CONTRACT_SCRIPT_H
#define UR_TESTS_CONTRACT_SCRIPT_H

#include "contract/machine/host.h"

enum { SCRIPT_RESULT = 255, SCRIPT_HEAD = 9 };

/* A script may stand in the module itself, in place of these bytes; where they were not replaced, the message is the script. */
#define SCRIPT_MARK "unrug script stands here"
#define SCRIPT_ROOM 65536

ur_span script_run(const uc_host *host, ur_span script, ur_writer *out);

#endif
