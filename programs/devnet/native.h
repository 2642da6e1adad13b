/* The contract as the ledger calls it: its machine run natively, over blst and libsecp256k1. */
#ifndef UR_PROGRAMS_DEVNET_NATIVE_H
#define UR_PROGRAMS_DEVNET_NATIVE_H

#include "lib/ledger/ledger.h"

typedef struct devnet_native devnet_native;

UR_MUST_USE ur_status devnet_native_new(devnet_native **out, ur_err *err);
/* NULL is allowed. */
void devnet_native_free(devnet_native **native);
/* Take this wasm file as a build of the contract: its checksum is noted. UR_E_INPUT if it is no wasm file. */
UR_MUST_USE ur_status devnet_native_add_wasm(devnet_native *native, const char *path, ur_err *err);
/* What the ledger is opened with; borrowed, valid until free. */
const ur_ledger_vm *devnet_native_vm(const devnet_native *native);

#endif
