/* The embedded ledger: one validator's chain in one SQLite database. It takes the transactions of a wasmd node, keeps state under
 * wasmd's keys in wasmd's encodings, makes CometBFT headers that its validator signs, and proves its records by ICS23, so that
 * a client cannot tell it from a chain. The contract runs natively behind ur_ledger_vm.
 *
 * Life of a transaction: `submit` checks it against the state as it will be after everything submitted before; `settle` makes
 * what was submitted durable (blocks at once: delivers it in a block, with an empty block after it whose header proves the new
 * state; blocks at an interval: keeps it for the next `tick`). A server answers a submission after settle, and settles
 * many submissions together. What was settled survives the loss of the process at any moment.
 *
 * Time is the clock given at open plus what was warped. A header's time is that of the votes for the block before, as BFT time has it.
 * State after block H stands in header H + 1. Empty blocks change no state.
 *
 * One thread at a time. Everything borrowed from a call (spans, texts, events) lasts until the next call with the same ledger, but where it
 * says otherwise. Statuses are about the ledger itself: a refused transaction is UR_OK with a code. After UR_E_UNAVAILABLE (disk full,
 * file damaged) of a call that writes, nothing of that call is kept and the ledger goes on from the last settled state.
 *
 * Variable time: everything is public but the validator's key, which is a test key. */
#ifndef UR_LIB_LEDGER_LEDGER_H
#define UR_LIB_LEDGER_LEDGER_H

#include "core/light/comet.h"
#include "lib/os/clock.h"
#include "lib/os/err.h"

#define UR_LEDGER_TX_MAX ((size_t)1 << 20)      /* bytes of a transaction, as CometBFT's mempool has it */
#define UR_LEDGER_BLOCK_TXS_MAX 5000            /* transactions of a block, and of those waiting */
#define UR_LEDGER_ADDRESS_MAX 32                /* bytes: 20 of an account, 32 of a contract */
#define UR_LEDGER_PREFIX_MAX 16                 /* characters of the bech32 prefix */
#define UR_LEDGER_DENOM_MAX 128
#define UR_LEDGER_CODES_MAX 16                  /* checksums that the native contract answers for */
#define UR_LEDGER_PAGE_MAX 100                  /* entries of one answer that comes in pages */
#define UR_LEDGER_CONDITIONS_MAX 16
#define UR_LEDGER_WARP_MAX 1000000              /* blocks of one warp */

typedef struct ur_ledger ur_ledger;

typedef struct ur_ledger_address {
    uint8_t n; /* 20 or 32 */
    uint8_t bytes[UR_LEDGER_ADDRESS_MAX];
} ur_ledger_address;

/* ---- the contract ---- */

/* What a contract sees of the ledger during one call: its own records. */
typedef struct ur_ledger_host {
    void *self;
    /* UR_E_ABSENT if there is none. Borrowed until the call of the entry point ends. */
    ur_status (*get)(void *self, ur_span key, ur_span *value);
    /* UR_E_POLICY in a query. The value is not empty. */
    ur_status (*put)(void *self, ur_span key, ur_span value);
    ur_status (*remove)(void *self, ur_span key); /* absent is no error */
    /* UR_OK for a normalised address of this chain, else UR_E_INPUT. */
    ur_status (*address_check)(void *self, ur_span text);
} ur_ledger_host;

typedef enum ur_ledger_entry { UR_LEDGER_INSTANTIATE, UR_LEDGER_EXECUTE, UR_LEDGER_QUERY } ur_ledger_entry;

typedef struct ur_ledger_reply {
    ur_span json; /* borrowed until the next call of the contract */
    uint64_t gas; /* SDK gas that the call's computing would cost on a chain, storage and loading apart; an estimate */
} ur_ledger_reply;

typedef struct ur_ledger_vm {
    void *self;
    /* env, info (empty in a query) and msg are CosmWasm's JSON; the reply is {"ok":...} or {"error":"text"} as CosmWasm has it.
     * UR_E_INTERNAL stands for an abort, with reply.json its text. A status of the host that is not UR_OK or UR_E_ABSENT must be handed
     * through: the ledger then gives up the call. */
    ur_status (*call)(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg,
                      ur_ledger_reply *reply);
    /* SHA-256 of the wasm files that this contract is the source of. Other code is refused. */
    size_t checksums;
    uint8_t checksum[UR_LEDGER_CODES_MAX][UR_SHA256_BYTES];
} ur_ledger_vm;

/* ---- opening ---- */

typedef struct ur_ledger_coins {
    ur_ledger_address address;
    uint64_t amount;
} ur_ledger_coins;

/* What a new ledger begins with; kept in its database. */
typedef struct ur_ledger_genesis {
    const char *chain_id;      /* 1..UR_CHAIN_ID_MAX of A-Z a-z 0-9 . _ - */
    const char *prefix;        /* bech32, lower case */
    const char *denom;         /* what accounts hold and fees are paid in */
    uint8_t validator_seed[32]; /* Ed25519 */
    uint64_t gas_price_milli;  /* least fee for 1000 gas, in denom; 0: none */
    size_t accounts;
    const ur_ledger_coins *account;
} ur_ledger_genesis;

typedef struct ur_ledger_options {
    const char *path;          /* NULL: in memory */
    const ur_ledger_genesis *genesis; /* for a new one. NULL: open only. One that exists must have the same chain id */
    const ur_ledger_vm *vm;    /* borrowed until close */
    const ur_clock *clock;     /* NULL: the system's */
    unsigned interval_ms;      /* 0: blocks at once; else what `tick` waits for */
    unsigned block_ms;         /* how much time a block stands for when warping; 0: 5 s */
    uint64_t keep_states;      /* old states that stay provable; 0: 10,000 */
    bool without_tree;         /* no proofs: for measuring what they cost. Only in memory or in a file made so */
} ur_ledger_options;

/* Open, or create with its first two blocks (the second proves the accounts of the first). UR_E_ABSENT if there is nothing and no
 * genesis; UR_E_STATE if the file is another chain's or in use by another process; UR_E_INPUT if it is no ledger or damaged: nothing is
 * repaired or guessed. */
UR_MUST_USE ur_status ur_ledger_open(ur_ledger **out, const ur_ledger_options *options, ur_err *err);
/* What was submitted and not settled is gone. NULL is allowed. */
void ur_ledger_close(ur_ledger **ledger);

/* ---- results ---- */

typedef struct ur_ledger_attribute {
    ur_span key, value;
} ur_ledger_attribute;

typedef struct ur_ledger_event {
    ur_span type;
    size_t n;
    const ur_ledger_attribute *attribute; /* all of them are indexed */
} ur_ledger_event;

typedef struct ur_ledger_result {
    uint32_t code; /* 0: success */
    ur_span codespace, log;
    ur_span data; /* TxMsgData */
    uint64_t gas_wanted, gas_used;
    size_t events;
    const ur_ledger_event *event;
} ur_ledger_result;

/* ---- transactions ---- */

/* Check a transaction and, if its code is 0, keep it for the next block. hash: SHA-256 of tx, always set. Codes are the SDK's; codespace
 * "sdk" code 19 for one that waits already, 20 when UR_LEDGER_BLOCK_TXS_MAX wait, 21 over UR_LEDGER_TX_MAX. */
UR_MUST_USE ur_status ur_ledger_submit(ur_ledger *ledger, ur_ledger_result *out, uint8_t hash[UR_SHA256_BYTES], ur_span tx, ur_err *err);
/* Run a transaction (signatures may be empty) on the latest state and forget what it did. */
UR_MUST_USE ur_status ur_ledger_simulate(ur_ledger *ledger, ur_ledger_result *out, ur_span tx, ur_err *err);

/* Make durable what was submitted since; see above. Cheap when there is nothing. */
UR_MUST_USE ur_status ur_ledger_settle(ur_ledger *ledger, ur_err *err);
/* Whether something waits for settle. */
bool ur_ledger_unsettled(const ur_ledger *ledger);
/* With an interval: make the blocks that are due, and say when the next one is (milliseconds from now, 0 for blocks at once). */
UR_MUST_USE ur_status ur_ledger_tick(ur_ledger *ledger, unsigned *next_ms, ur_err *err);
/* Make `blocks` blocks now (1..UR_LEDGER_WARP_MAX), what waits in the first of them. */
UR_MUST_USE ur_status ur_ledger_mine(ur_ledger *ledger, uint64_t blocks, ur_err *err);
/* Let `seconds` pass (1..10 years) in `blocks` blocks of equal distance; 0: as many as that time would hold at block_ms each, at least
 * one. Every later block is that much later too. UR_E_LIMIT over UR_LEDGER_WARP_MAX. */
UR_MUST_USE ur_status ur_ledger_warp(ur_ledger *ledger, uint64_t seconds, uint64_t blocks, ur_err *err);

/* ---- what it is ---- */

typedef struct ur_ledger_status {
    const char *chain_id, *prefix, *denom; /* until close */
    int64_t height;                        /* newest block */
    int64_t first_height;                  /* 1 */
    uint8_t block_hash[UR_SHA256_BYTES];
    uint8_t app_hash[UR_SHA256_BYTES];     /* of the state after the newest block: what the next header will carry */
    ur_time time;                          /* of the newest block */
    ur_time first_time;
    ur_validator validator;
    uint64_t gas_price_milli;
    size_t waiting;                        /* transactions for the next block */
    int64_t warped_s;
} ur_ledger_status;
void ur_ledger_status_of(const ur_ledger *ledger, ur_ledger_status *out);

/* The genesis document as CometBFT's /genesis has it, JSON. */
UR_MUST_USE ur_status ur_ledger_genesis_json(ur_ledger *ledger, ur_span *out, ur_err *err);
/* CometBFT's consensus parameters that headers bind. */
#define UR_LEDGER_BLOCK_BYTES_MAX 22020096
#define UR_LEDGER_BLOCK_GAS_MAX (-1)
/* Application: what abci_info and node_info say. */
#define UR_LEDGER_BLOCK_VERSION 11
#define UR_LEDGER_APP_VERSION 0

/* ---- blocks ---- */

typedef struct ur_ledger_block {
    ur_comet_header header;
    ur_block_id id;
    size_t bytes; /* of the encoded block */
    size_t txs;
    /* The commit for this block: the one in the next block, or for the newest block the one its validator signed at once. */
    bool canonical;
    ur_comet_sig commit; /* round 0, one signature, over id at header.height */
} ur_ledger_block;

/* height 0: the newest. UR_E_ABSENT if there is none. All heights have the one validator of ur_ledger_status. */
UR_MUST_USE ur_status ur_ledger_block_at(ur_ledger *ledger, ur_ledger_block *out, int64_t height, ur_err *err);
/* UR_E_ABSENT if no block has that hash. */
UR_MUST_USE ur_status ur_ledger_block_height(ur_ledger *ledger, int64_t *out, const uint8_t hash[UR_SHA256_BYTES], ur_err *err);

typedef struct ur_ledger_tx {
    int64_t height;
    uint32_t index;
    uint8_t hash[UR_SHA256_BYTES];
    ur_span tx;
    ur_ledger_result result;
} ur_ledger_tx;

/* All transactions of a block, with their results. */
UR_MUST_USE ur_status ur_ledger_block_txs(ur_ledger *ledger, const ur_ledger_tx **out, size_t *n, int64_t height, ur_err *err);
/* One by its hash; UR_E_ABSENT if no block has it (one that waits is absent). */
UR_MUST_USE ur_status ur_ledger_tx_find(ur_ledger *ledger, ur_ledger_tx *out, const uint8_t hash[UR_SHA256_BYTES], ur_err *err);

typedef struct ur_ledger_condition {
    ur_span key;   /* "type.attribute" of an event */
    ur_span value; /* equal to this; with `exists`, any */
    bool exists;
} ur_ledger_condition;

typedef struct ur_ledger_search {
    int64_t min_height, max_height; /* 0: no bound */
    size_t conditions;              /* all must hold for one event of the transaction, as CometBFT has it */
    ur_ledger_condition condition[UR_LEDGER_CONDITIONS_MAX];
    bool descending;
    uint64_t skip;
    size_t limit; /* 1..UR_LEDGER_PAGE_MAX */
} ur_ledger_search;

/* total: how many there are in all. */
UR_MUST_USE ur_status ur_ledger_tx_search(ur_ledger *ledger, const ur_ledger_tx **out, size_t *n, uint64_t *total,
                                          const ur_ledger_search *search, ur_err *err);

/* ---- state ---- */

typedef struct ur_ledger_record {
    int64_t height;  /* the state after this block; its root stands in header height + 1 */
    bool present;
    ur_span value;
    ur_span in_store, of_store; /* ICS23 CommitmentProofs ("ics23:iavl", "ics23:simple"); empty without prove */
} ur_ledger_record;

/* The record of a store ("wasm", "acc", "bank", "feegrant") under a key, with its proof or that of its absence.
 *   height  0: the newest block, or with prove the newest whose root stands in a header already, if that is another
 * UR_E_ABSENT for an unknown store; UR_E_UNAVAILABLE for a height whose state is not kept or does not exist yet; UR_E_USAGE for
 * prove below height 2 (as the SDK has it). */
UR_MUST_USE ur_status ur_ledger_store_get(ur_ledger *ledger, ur_ledger_record *out, ur_span store, ur_span key, int64_t height, bool prove,
                                          ur_err *err);

/* A bech32 address of this chain, and back. UR_E_INPUT for anything else. Text: terminated. */
#define UR_LEDGER_ADDRESS_TEXT_MAX 91
UR_MUST_USE ur_status ur_ledger_address_parse(const ur_ledger *ledger, ur_ledger_address *out, ur_span text);
void ur_ledger_address_text(const ur_ledger *ledger, char out[UR_LEDGER_ADDRESS_TEXT_MAX], const ur_ledger_address *address);

typedef struct ur_ledger_account {
    uint64_t number, sequence;
    bool has_key;
    uint8_t key[33]; /* secp256k1, once it has signed */
    ur_span record;  /* Any of BaseAccount, as auth's Account query returns it */
} ur_ledger_account;
/* UR_E_ABSENT for one that never received anything. */
UR_MUST_USE ur_status ur_ledger_account_of(ur_ledger *ledger, ur_ledger_account *out, const ur_ledger_address *address, ur_err *err);
/* Decimal text; "0" where there is nothing. */
UR_MUST_USE ur_status ur_ledger_balance(ur_ledger *ledger, ur_span *amount, const ur_ledger_address *address, ur_span denom, ur_err *err);

typedef struct ur_ledger_contract {
    ur_ledger_address address;
    uint64_t code_id;
    ur_span record; /* ContractInfo, protobuf */
} ur_ledger_contract;
UR_MUST_USE ur_status ur_ledger_contract_of(ur_ledger *ledger, ur_ledger_contract *out, const ur_ledger_address *address, ur_err *err);
/* Contracts of a code in the order of their making; code_id 0: of all codes, one after the other. */
UR_MUST_USE ur_status ur_ledger_contracts(ur_ledger *ledger, const ur_ledger_contract **out, size_t *n, uint64_t *total, uint64_t code_id,
                                          uint64_t skip, size_t limit, ur_err *err);

typedef struct ur_ledger_code {
    uint64_t id;
    ur_span record; /* CodeInfo, protobuf */
    ur_span wasm;   /* as stored, unpacked */
} ur_ledger_code;
/* UR_E_ABSENT from the first id that is free. */
UR_MUST_USE ur_status ur_ledger_code_of(ur_ledger *ledger, ur_ledger_code *out, uint64_t id, ur_err *err);

/* A contract's raw record under its own key, in the newest state. UR_E_ABSENT without it or without the contract. */
UR_MUST_USE ur_status ur_ledger_contract_raw(ur_ledger *ledger, ur_span *out, const ur_ledger_address *contract, ur_span key, ur_err *err);
typedef struct ur_ledger_pair {
    ur_span key, value;
} ur_ledger_pair;
/* A contract's records from a key on (included), in rising order; next: the key to go on from, empty at the end. */
UR_MUST_USE ur_status ur_ledger_contract_state(ur_ledger *ledger, const ur_ledger_pair **out, size_t *n, ur_span *next,
                                               const ur_ledger_address *contract, ur_span from, size_t limit, ur_err *err);
/* Ask the contract. result: code 0 and data the answer's bytes, or codespace "wasm" and its code and log. */
UR_MUST_USE ur_status ur_ledger_contract_query(ur_ledger *ledger, ur_ledger_result *out, const ur_ledger_address *contract, ur_span msg,
                                               ur_err *err);

#endif
