/* What a node can be asked about transactions and about its application's answers, as types. Nothing here is proven: who must not believe
 * a node reads through the ledger view (view.h). Statuses are node.h's. Every out is to be freed by its function, also after a failure. */
#ifndef UR_LIB_CHAIN_NODE_TX_H
#define UR_LIB_CHAIN_NODE_TX_H

#include "core/codec/json.h"
#include "core/light/comet.h"
#include "lib/chain/source.h"

#define UR_NODE_NAME_MAX 63

typedef struct ur_node_state {
    char chain_id[UR_CHAIN_ID_MAX + 1];
    char moniker[UR_NODE_NAME_MAX + 1], version[UR_NODE_NAME_MAX + 1]; /* printable ASCII or "" */
    int64_t height;
    ur_time time; /* of the newest block */
    bool catching_up;
} ur_node_state;
UR_MUST_USE ur_status ur_node_state_of(const ur_chain_source *source, ur_node_state *out, unsigned timeout_ms, ur_err *err);

/* What a node or its application says to something: code 0 is success. */
typedef struct ur_node_reply {
    uint8_t *block; /* all spans point into it */
    uint32_t code;
    ur_span codespace, log;
    ur_span value; /* of a query */
    int64_t height;
} ur_node_reply;
void ur_node_reply_free(ur_node_reply *reply);

/* abci_query without proof at the newest height; UR_OK whatever the code. data: any length. */
UR_MUST_USE ur_status ur_node_ask_app(const ur_chain_source *source, ur_node_reply *out, const char *path, ur_span data,
                                      unsigned timeout_ms, ur_err *err);

/* broadcast_tx_sync: UR_OK once the node says what its check of the transaction said. A full mempool is codespace "sdk" code 20 and a
 * transaction that it knows already code 19, also where a node says so by an error. Any failure leaves open whether the transaction
 * reached the mempool. */
UR_MUST_USE ur_status ur_node_broadcast(const ur_chain_source *source, ur_node_reply *out, ur_span tx, unsigned timeout_ms, ur_err *err);

/* A transaction in a block. */
typedef struct ur_node_tx {
    uint8_t *block; /* all spans point into it */
    uint8_t hash[32];
    int64_t height;
    uint32_t index;
    uint32_t code;
    ur_span codespace, log;
    ur_span data; /* TxMsgData */
    uint64_t gas_wanted, gas_used;
    ur_json events; /* [{"type":…,"attributes":[{"key":…,"value":…},…]},…] */
} ur_node_tx;
void ur_node_tx_free(ur_node_tx *tx);

/* UR_E_ABSENT if the node knows no block with it. */
UR_MUST_USE ur_status ur_node_tx_find(const ur_chain_source *source, ur_node_tx *out, const uint8_t hash[32], unsigned timeout_ms, ur_err *err);

#define UR_NODE_PAGE 50
typedef struct ur_node_txs {
    uint64_t total; /* in all pages */
    size_t n;
    ur_node_tx tx[UR_NODE_PAGE];
} ur_node_txs;
void ur_node_txs_free(ur_node_txs *txs);

/* A page (from 1) of the transactions that match a query of CometBFT's language, in rising order of block and place. Empty beyond the last
 * page. */
UR_MUST_USE ur_status ur_node_tx_search(const ur_chain_source *source, ur_node_txs *out, const char *query, unsigned page,
                                        unsigned timeout_ms, ur_err *err);

#endif
