/* One transaction (or message of a genesis, or question) as it runs: the state it sees, the gas it used, the events it gave, and
 * the code it was refused with.
 *
 * Functions that take a run return UR_OK, or UR_E_POLICY when the transaction is refused (code, codespace and log are set), or what went
 * wrong with the ledger itself. Gas is the SDK's (store/types/gas.go). */
#ifndef UR_LIB_LEDGER_RUN_H
#define UR_LIB_LEDGER_RUN_H

#include "lib/ledger/ledger_parts.h"

/* Codes of codespace "sdk" (types/errors) and of wasmd's x/wasm/types/errors.go that are given here. */
enum {
    UR_SDK_TX_DECODE = 2,
    UR_SDK_UNAUTHORIZED = 4,
    UR_SDK_INSUFFICIENT_FUNDS = 5,
    UR_SDK_UNKNOWN_REQUEST = 6,
    UR_SDK_INVALID_ADDRESS = 7,
    UR_SDK_INVALID_PUBKEY = 8,
    UR_SDK_UNKNOWN_ADDRESS = 9,
    UR_SDK_INVALID_COINS = 10,
    UR_SDK_OUT_OF_GAS = 11,
    UR_SDK_MEMO_TOO_LARGE = 12,
    UR_SDK_INSUFFICIENT_FEE = 13,
    UR_SDK_TOO_MANY_SIGNATURES = 14,
    UR_SDK_NO_SIGNATURES = 15,
    UR_SDK_INVALID_REQUEST = 18,
    UR_SDK_IN_MEMPOOL = 19,
    UR_SDK_MEMPOOL_FULL = 20,
    UR_SDK_TX_TOO_LARGE = 21,
    UR_SDK_TIMEOUT_HEIGHT = 30,
    UR_SDK_WRONG_SEQUENCE = 32,
    UR_SDK_INVALID_GAS_LIMIT = 41,
};

typedef struct ur_run_attribute {
    struct ur_run_attribute *next;
    ur_span key, value;
} ur_run_attribute;

typedef struct ur_run_event {
    struct ur_run_event *next;
    ur_span type;
    ur_run_attribute *first, *last;
    size_t n;
} ur_run_event;

typedef struct ur_run {
    ur_ledger *l;
    ur_kv_layer *layer; /* NULL: the last settled state, and no changes */
    ur_pool *pool;
    int64_t height;
    ur_time time;
    uint32_t index;
    bool simulate;
    uint64_t gas_limit, gas_used;
    ur_run_event *first, *last;
    bool no_room; /* an event found no memory */
    uint32_t code; /* 0: not refused */
    const char *codespace;
    ur_span log;
    ur_span data; /* TxMsgData */
    ur_err *err;
} ur_run;

/* Without a limit of gas, in tx_pool, which is reset. */
void ur_run_init(ur_run *r, ur_ledger *l, ur_kv_layer *layer, ur_err *err);

/* Refuse: returns UR_E_POLICY. A second refusal does not replace the first. */
ur_status ur_run_refuse(ur_run *r, const char *codespace, uint32_t code, const char *format, ...) __attribute__((format(printf, 4, 5)));
ur_status ur_run_no_memory(const ur_run *r);
/* Put text before the log of a refusal. */
void ur_run_wrap(ur_run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Use gas for what the SDK calls `place`. */
UR_MUST_USE ur_status ur_run_gas(ur_run *r, uint64_t gas, const char *place);

/* State, for gas. The value is borrowed until the transaction ends. */
UR_MUST_USE ur_status ur_run_get(ur_run *r, ur_store store, ur_span key, ur_span *value); /* or UR_E_ABSENT */
UR_MUST_USE ur_status ur_run_put(ur_run *r, ur_store store, ur_span key, ur_span value);
UR_MUST_USE ur_status ur_run_remove(ur_run *r, ur_store store, ur_span key);

/* Events: begin one, then give it attributes. Keys and types are literals or stay until the transaction ends; values too. */
void ur_run_event_begin(ur_run *r, ur_span type);
void ur_run_attribute_put(ur_run *r, const char *key, ur_span value);
void ur_run_attribute_put_span(ur_run *r, ur_span key, ur_span value);

/* The results as the ABCI has them, and as the caller of the ledger does. */
UR_MUST_USE ur_status ur_run_encode(ur_run *r, ur_tx_outcome *out, ur_pool *pool);
UR_MUST_USE ur_status ur_run_result(ur_run *r, ur_ledger_result *out, ur_pool *pool);
/* ExecTxResult back; UR_E_INPUT. */
UR_MUST_USE ur_status ur_result_parse(ur_ledger_result *out, ur_pool *pool, ur_span bytes);
/* The mark of "type.attribute" and a value, or of the key alone. */
uint32_t ur_result_mark(ur_span key, ur_span value, bool with_value);

#endif
