/* What a call costs at the least on libwasmvm 3.0.7: a contract without work of its own (script.h) asks the host for the same things, with
 * the same bytes, is handed the same arguments, and returns the same result. */
#ifndef UR_TESTS_CONTRACT_MINIMUM_H
#define UR_TESTS_CONTRACT_MINIMUM_H

#include "tests/contract/host_mem.h"
#include "tests/contract/vm/vm.h"

/* VM gas. call: a host_mem whose last call is meant, natively run. 0: what it asks for does not fit into SCRIPT_ROOM. */
uint64_t minimum_gas(const host_mem *call, vm_entry entry, ur_span env, ur_span info, ur_span message, ur_span result);

#endif
