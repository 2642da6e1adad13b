/* A ledger in memory for contract tests: a byte-ordered map that notes what a call asks of it, and undoes a call that came
 * to nothing. */
#ifndef UR_TESTS_CONTRACT_HOST_MEM_H
#define UR_TESTS_CONTRACT_HOST_MEM_H

#include "contract/machine/contract.h"
#include "tests/contract/host_op.h"

/* Owned by the list. */
typedef struct host_op {
    host_op_kind kind;
    uint8_t *key, *value;
    uint8_t *before;      /* what it changed; NULL: nothing stood there */
    size_t key_len, value_len, before_len;
} host_op;

typedef struct host_record {
    uint8_t *key, *value;
    size_t key_len, value_len;
} host_record;

typedef struct host_mem {
    uc_host host; /* what the contract gets; self is the host_mem */
    const char *prefix; /* of addresses */
    host_record *records; /* rising by key */
    size_t count, cap;
    host_op *ops; /* of the current or last call, in order */
    size_t op_count, op_cap;
    uint8_t **garbage; /* old values: borrowed by the contract until its call ends */
    size_t garbage_count, garbage_cap;
    ur_curve_ops curve; /* as a chain has it: without multiplication */
} host_mem;

/* prefix: terminated, borrowed. Signatures are checked by libsecp256k1, points by blst. The structure must stay where it is. */
void host_mem_init(host_mem *h, const char *prefix);
void host_mem_clear(host_mem *h);

/* Before a call: forget the ops of the one before. */
void host_mem_begin(host_mem *h);
/* After it: keep what it did, or undo it (ops stay to be looked at). */
void host_mem_end(host_mem *h, bool keep);

/* Straight to the map, outside of calls and not noted. UR_E_ABSENT. */
UR_MUST_USE ur_status host_mem_get(const host_mem *h, ur_span key, ur_span *value);

#endif
