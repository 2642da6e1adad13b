/* Codes and contracts as wasmd's x/wasm keeps them, with the one contract that runs natively. Functions as in run.h. */
#ifndef UR_LIB_LEDGER_WASM_H
#define UR_LIB_LEDGER_WASM_H

#include "lib/ledger/bank.h"

/* MsgStoreCode. code: wasm, or gzip of it; access: AccessConfig, or empty for everybody. */
UR_MUST_USE ur_status ur_wasm_store(ur_run *r, const ur_ledger_address *sender, ur_span code, ur_span access, uint64_t *id,
                                    uint8_t checksum[UR_SHA256_BYTES]);

typedef struct ur_wasm_new {
    const ur_ledger_address *sender;
    ur_span admin; /* text, or empty */
    uint64_t code_id;
    ur_span label, msg;
    const ur_bank_coins *funds;
    bool predictable; /* MsgInstantiateContract2 */
    ur_span salt;
    bool fix_msg;
} ur_wasm_new;
UR_MUST_USE ur_status ur_wasm_instantiate(ur_run *r, const ur_wasm_new *n, ur_ledger_address *address, ur_span *data);
UR_MUST_USE ur_status ur_wasm_execute(ur_run *r, const ur_ledger_address *sender, const ur_ledger_address *contract, ur_span msg,
                                      const ur_bank_coins *funds, ur_span *data);

#endif
