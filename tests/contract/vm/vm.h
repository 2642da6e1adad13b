/* The VMs that chains run contracts in, as libraries: libwasmvm 3.0.7 (today's chains) and 2.0.3 (FairyRing's). Each instance is a
 * library with one module stored in it, by the same checks as an upload to a chain goes through. */
#ifndef UR_TESTS_CONTRACT_VM_H
#define UR_TESTS_CONTRACT_VM_H

#include "contract/machine/host.h"

typedef enum vm_entry { VM_INSTANTIATE, VM_EXECUTE, VM_QUERY } vm_entry;

typedef struct vm_result {
    uint8_t *bytes; /* what the contract returned; owned, at least one byte */
    size_t n;
    uint64_t gas; /* the VM's own, 140,000 to the SDK's one; storage is the chain's and not in it */
    char error[512]; /* why the call was given up; empty: it was not */
} vm_result;

/* A VM's functions. */
typedef struct vm_library {
    const char *name;
    void *(*open)(const char *folder, const char *capabilities, char error[512]); /* NULL and an error */
    ur_status (*store)(void *self, ur_span wasm, char error[512]);
    /* host: for storage and addresses only; the curve and signatures are the VM's. env, info, message as CosmWasm's JSON. */
    void (*call)(void *self, vm_result *out, vm_entry entry, const uc_host *host, ur_span env, ur_span info, ur_span message);
    void (*close)(void *self);
} vm_library;

extern const vm_library vm_library_3_0_7, vm_library_2_0_3;

typedef struct vm {
    const vm_library *library;
    void *self;
    char folder[32];
} vm;

/* Load a library, store the module of that file; UR_E_INPUT with its words if it refuses the module. Anything else that goes wrong
 * ends the process. */
UR_MUST_USE ur_status vm_open(vm *out, const vm_library *library, const char *module, const char *capabilities, char error[512]);
void vm_call(vm *v, vm_result *out, vm_entry entry, const uc_host *host, ur_span env, ur_span info, ur_span message);
void vm_close(vm *v);
void vm_result_clear(vm_result *r);

#endif
