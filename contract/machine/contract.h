/* The contract: three functions from a call to what comes of it. Equal records, env, info and message give equal writes in
 * equal order and an equal result, byte for byte, whether run natively or as wasm.
 *
 *   host    see host.h
 *   memory  UC_MEMORY_BYTES of zeros, aligned to 16; on return memory->n bytes of it are dirty
 *   env, info, message   CosmWasm's JSON. Unknown members are skipped in env and info, refused in the message
 *   result  {"ok":{...}} or {"error":"code: sentence [field]"}, in memory
 *
 * UR_OK: *result is the answer; if it is an error, all writes are to be undone. Anything else: the call is given up, all
 * writes are to be undone, and *result is empty. That is a status of the host handed through, UR_E_MEMORY when memory is not
 * enough, or UR_E_INTERNAL for our own mistake or an env or info that is not CosmWasm's.
 * About 16 KiB of stack besides the curve's. */
#ifndef UR_CONTRACT_MACHINE_CONTRACT_H
#define UR_CONTRACT_MACHINE_CONTRACT_H

#include "contract/machine/host.h"

#define UC_MEMORY_BYTES ((size_t)1 << 20)
#define UC_VERSION 1 /* of the messages and records */

UR_MUST_USE ur_status uc_instantiate(const uc_host *host, ur_arena *memory, ur_span env, ur_span info, ur_span message,
                                     ur_span *result);
UR_MUST_USE ur_status uc_execute(const uc_host *host, ur_arena *memory, ur_span env, ur_span info, ur_span message,
                                 ur_span *result);
UR_MUST_USE ur_status uc_query(const uc_host *host, ur_arena *memory, ur_span env, ur_span message, ur_span *result);

#endif
