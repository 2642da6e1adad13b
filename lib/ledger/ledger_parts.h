/* Between the files of the ledger; nothing for others. */
#ifndef UR_LIB_LEDGER_LEDGER_PARTS_H
#define UR_LIB_LEDGER_LEDGER_PARTS_H

#include "lib/ledger/kv.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/stores.h"
#include "lib/suite/ed25519.h"

/* What is kept of a block. Its header carries the results and the application hash of the one before. */
typedef struct ur_chain_block {
    int64_t height;
    ur_time time;
    ur_block_id id;
    uint8_t data[UR_SHA256_BYTES];    /* of its transactions */
    uint8_t results[UR_SHA256_BYTES]; /* of their results */
    uint8_t app[UR_SHA256_BYTES];     /* of the state after it */
    uint64_t state;                   /* how often the state changed so far: the version of the trees */
    uint32_t txs;
    uint64_t bytes;
    ur_time vote_time;
    uint8_t vote[UR_COMET_SIG_BYTES];
} ur_chain_block;

typedef struct ur_waiting_tx {
    ur_span tx;
    uint8_t *tx_own; /* what it points to, for free() */
    uint8_t hash[UR_SHA256_BYTES];
    bool kept; /* stands in the table of those that wait */
} ur_waiting_tx;

#define UR_LEDGER_POWER 100 /* of the one validator */

struct ur_ledger {
    sqlite3 *db;
    const ur_ledger_vm *vm;
    const ur_clock *clock;
    unsigned interval_ms, block_ms;
    uint64_t keep_states;
    bool without_tree;
    bool broken; /* could not go back after a failure */

    /* what it began with */
    char chain_id[UR_CHAIN_ID_MAX + 1], prefix[UR_LEDGER_PREFIX_MAX + 1], denom[UR_LEDGER_DENOM_MAX + 1];
    uint8_t seed[32];
    ur_ed25519_signer *signer;
    ur_validator validator;
    uint64_t gas_price_milli;
    ur_time first_time;
    uint8_t genesis_hash[UR_SHA256_BYTES]; /* of the document */

    /* the chain */
    ur_chain_block tip; /* height 0: none yet */
    uint8_t validators_hash[UR_SHA256_BYTES], consensus_hash[UR_SHA256_BYTES], empty_hash[UR_SHA256_BYTES];
    ur_comet_commit *commit; /* room for hashing one */
    int64_t warp_ms;
    uint64_t next_due_ms; /* boot time of the next block at an interval */
    sqlite3_stmt *block_put, *block_get, *block_find, *warp_put, *wait_put, *wait_clear;
    sqlite3_stmt *tx_put, *tx_get, *tx_find, *mark_put;

    /* the state */
    ur_kv kv;
    ur_stores stores;
    bool state_changed; /* since the tip */
    ur_kv_layer block_layer, check_layer, tx_layer, msg_layer;

    /* transactions that wait */
    ur_waiting_tx *waiting;
    size_t waiting_n, waiting_cap, unkept_n;

    ur_pool answer;   /* what the last call lent out */
    ur_pool block_pool; /* the block that is being made */
    ur_pool tx_pool;  /* one transaction */
};

/* ---- the database (ledger.c) ---- */

/* A change of several tables: all of it or nothing. finish: commits if st is UR_OK, else goes back to the last settled state. */
UR_MUST_USE ur_status ur_ledger_change(ur_ledger *l, ur_err *err);
ur_status ur_ledger_finish(ur_ledger *l, ur_status st, ur_err *err);
/* The clock, with what was warped. */
ur_time ur_ledger_now(const ur_ledger *l);
ur_status ur_ledger_no_memory(ur_err *err);

/* ---- blocks (chain.c) ---- */

UR_MUST_USE ur_status ur_chain_prepare(sqlite3 *db, ur_err *err);
UR_MUST_USE ur_status ur_chain_open(ur_ledger *l, ur_err *err); /* reads the tip */
void ur_chain_close(ur_ledger *l);
/* The height and time of the next block, with the vote for the tip made anew if `at` is later than it. */
UR_MUST_USE ur_status ur_chain_next(ur_ledger *l, ur_time at, int64_t *height, ur_time *time, ur_err *err);
/* Append the next block.
 *   txs, results  n transactions, and what last_results_hash hashes of each result
 *   vote_at       when its validator votes for it; at least a millisecond after its time is taken */
UR_MUST_USE ur_status ur_chain_append(ur_ledger *l, ur_time time, const ur_span *txs, const ur_span *results, size_t n, ur_time vote_at,
                                      ur_err *err);
/* UR_E_ABSENT; UR_E_INPUT if it is damaged. */
UR_MUST_USE ur_status ur_chain_read(ur_ledger *l, ur_chain_block *out, int64_t height, ur_err *err);
UR_MUST_USE ur_status ur_chain_read_tip(ur_ledger *l, ur_err *err);

/* ---- state (state.c) ---- */

/* Accounts and numbers that a new ledger begins with, into the block's layer. */
UR_MUST_USE ur_status ur_state_genesis(ur_ledger *l, const ur_ledger_genesis *g, ur_err *err);
/* What ur_ledger_genesis_json gives, in block_pool. */
UR_MUST_USE ur_status ur_state_genesis_json(ur_ledger *l, ur_span *out, const ur_ledger_genesis *g, ur_time time, ur_err *err);
/* UR_E_INPUT if the trees are not what the newest block says. */
UR_MUST_USE ur_status ur_state_check_tip(ur_ledger *l, ur_err *err);
/* The block's layer goes into table and trees; then the state has a new version, if anything changed. */
UR_MUST_USE ur_status ur_state_flush(ur_ledger *l, ur_err *err);

/* ---- transactions (deliver.c, record.c) ---- */

typedef struct ur_tx_outcome {
    ur_span binding; /* what last_results_hash binds: code, data, gas */
    ur_span result;  /* ExecTxResult */
    ur_span marks;   /* what tx_search looks at */
} ur_tx_outcome;

/* Run one for the block that is being made; in block_pool. */
UR_MUST_USE ur_status ur_tx_deliver(ur_ledger *l, ur_tx_outcome *out, ur_span tx, int64_t height, ur_time time, uint32_t index, ur_err *err);

UR_MUST_USE ur_status ur_record_prepare(sqlite3 *db, ur_err *err);
UR_MUST_USE ur_status ur_record_open(ur_ledger *l, ur_err *err);
void ur_record_close(ur_ledger *l);
UR_MUST_USE ur_status ur_record_put(ur_ledger *l, int64_t height, uint32_t index, const ur_waiting_tx *tx, const ur_tx_outcome *o, ur_err *err);

#endif
