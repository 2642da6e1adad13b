/* The chain client: accounts, transactions and contracts of a Cosmos chain through the RPC of its nodes, several of them, the next one where one
 * fails. What nodes answer is checked for form and not believed beyond use: whoever decides something by it reads through the ledger view
 * (view.h).
 *
 * A transaction has its effect once or not at all. It carries a height after which no chain takes it; one whose fate is not known is looked
 * up by its hash until it is found or that height has passed and its sequence is still free. Only then may something else be signed: a client
 * that does not know a fate settles it before it sends again. What a client cannot know is what other holders of the same key send.
 *
 *   UR_E_UNAVAILABLE  no node could help in time
 *   UR_E_POLICY       the chain refused, or ran it and it failed (result.code and log say why)
 *   UR_E_ABSENT       no such account, contract, code, transaction
 *   UR_E_STATE        see ur_client_send
 *   UR_E_INPUT        nodes answer with what is no answer
 * One thread at a time. */
#ifndef UR_LIB_CHAIN_CLIENT_H
#define UR_LIB_CHAIN_CLIENT_H

#include "lib/chain/node_tx.h"
#include "lib/cosmos/address.h"
#include "lib/cosmos/query.h"
#include "lib/os/clock.h"

#define UR_CLIENT_NODES_MAX 16

typedef struct ur_client ur_client;

typedef struct ur_client_options {
    const char *chain_id; /* nodes of another chain are put aside; NULL: what the first one says */
    const char *prefix;   /* of addresses */
    const char *gas_price; /* "0.025ustake": the fee for a unit of gas, up to six decimals; NULL: no fees */
    unsigned ask_ms;      /* for one question; 0: 10 s */
    unsigned poll_ms;     /* between questions for a transaction's fate; 0: 500 */
    unsigned timeout_blocks; /* how many blocks a transaction may wait to be taken; 0: 60 */
    const ur_clock *clock; /* NULL: the system's */
    void (*sleep)(void *context, unsigned ms); /* NULL: really sleep */
    void *context;        /* for sleep */
} ur_client_options;

/* Strings are copied. UR_E_USAGE on a malformed price or prefix. */
UR_MUST_USE ur_status ur_client_new(ur_client **out, const ur_client_options *options, ur_err *err);
void ur_client_free(ur_client **client); /* NULL inside is allowed */
/* The client owns the source from here on, also after a failure. name is copied, for errors. UR_E_LIMIT over the maximum. */
UR_MUST_USE ur_status ur_client_add(ur_client *client, ur_chain_source *source, const char *name, ur_err *err);
/* How many nodes there are, and what the i-th is called. */
size_t ur_client_nodes(const ur_client *client);
const char *ur_client_node_name(const ur_client *client, size_t i);

/* ---- questions ---- */

/* Of the first node that answers; of the i-th. */
UR_MUST_USE ur_status ur_client_state(ur_client *client, ur_node_state *out, ur_err *err);
UR_MUST_USE ur_status ur_client_node_state(ur_client *client, size_t i, ur_node_state *out, ur_err *err);

typedef struct ur_client_account {
    uint64_t number, sequence;
    int64_t height; /* as of the state after this block */
} ur_client_account;
UR_MUST_USE ur_status ur_client_account_of(ur_client *client, ur_client_account *out, const char *address, ur_err *err);
/* The address of a key, with the client's prefix. */
UR_MUST_USE ur_status ur_client_address(const ur_client *client, char out[UR_ADDRESS_TEXT_MAX], const ur_secp_secret *key, ur_err *err);

/* A query of the application that brings an answer (code 0); the caller frees it. UR_E_ABSENT where the chain says that there is no such thing,
 * UR_E_POLICY for its other refusals, a contract's errors among them. */
UR_MUST_USE ur_status ur_client_query(ur_client *client, ur_node_reply *out, const char *path, const ur_proto *request_proto,
                                      const void *request, ur_err *err);
/* Coins of an account; spans point into reply. */
UR_MUST_USE ur_status ur_client_balances(ur_client *client, ur_node_reply *reply, ur_coins *out, const char *address, ur_err *err);
/* A contract's answer (JSON) to a query (JSON), a raw record (UR_E_ABSENT without it), what it is and what its code is; spans point into
 * reply. */
UR_MUST_USE ur_status ur_client_smart(ur_client *client, ur_node_reply *reply, ur_span *out, const char *contract, ur_span msg, ur_err *err);
UR_MUST_USE ur_status ur_client_raw(ur_client *client, ur_node_reply *reply, ur_span *out, const char *contract, ur_span key, ur_err *err);
UR_MUST_USE ur_status ur_client_contract(ur_client *client, ur_node_reply *reply, ur_contract_info *out, const char *contract, ur_err *err);
UR_MUST_USE ur_status ur_client_code(ur_client *client, ur_node_reply *reply, ur_query_code_response *out, uint64_t code_id, ur_err *err);

/* A transaction by its hash, if one of the nodes knows it. */
UR_MUST_USE ur_status ur_client_tx(ur_client *client, ur_node_tx *out, const uint8_t hash[32], ur_err *err);

/* ---- sending ---- */

typedef struct ur_client_send_options {
    const ur_msg *msgs; /* 1..UR_TX_MESSAGES_MAX */
    size_t n;
    const ur_secp_secret *key; /* the one signer of all of them */
    ur_span memo;
    ur_span granter;   /* who pays the fee by an allowance, or empty */
    uint64_t gas;      /* limit; 0: 1.3 times what a simulation uses */
    bool dry_run;      /* simulate, build and stop: nothing is sent */
    unsigned timeout_ms; /* for everything; 0: 120 s */
} ur_client_send_options;

typedef enum ur_client_fate {
    UR_FATE_NOT_SENT,  /* nothing of it can ever have an effect */
    UR_FATE_INCLUDED,  /* in a block: tx says how it went */
    UR_FATE_UNKNOWN,   /* it may still be taken, up to timeout_height */
} ur_client_fate;

typedef struct ur_client_result {
    ur_client_fate fate;
    uint8_t hash[32];
    uint64_t sequence, timeout_height, gas;
    uint64_t fee;      /* in the denomination of the price */
    ur_node_tx tx;     /* once included */
} ur_client_result;
void ur_client_result_free(ur_client_result *result);

/* Sign, send, and wait until it is in a block. UR_OK: included, and it succeeded (or dry_run went through). UR_E_POLICY with fate INCLUDED: it
 * failed in its block, fees were paid; with NOT_SENT: simulation or check refused. UR_E_UNAVAILABLE with NOT_SENT: no node in time, or it was
 * never taken; with UNKNOWN: time ran out while it was under way, ur_client_settle goes on. UR_E_STATE: an earlier transaction's fate is
 * unknown still, or can not be found out any more (its sequence was used and no node knows it): nothing is sent then. */
UR_MUST_USE ur_status ur_client_send(ur_client *client, ur_client_result *out, const ur_client_send_options *options, ur_err *err);

/* The response to message i of an included transaction, decoded by its table. UR_E_INPUT if it is not there or of another type. Spans point into
 * result. */
UR_MUST_USE ur_status ur_client_response(void *out, const ur_proto *proto, const ur_client_result *result, size_t i, ur_msg_kind kind,
                                         ur_err *err);

/* Go on waiting for a transaction that is under way, in this or an earlier process. `out` holds hash, sequence and timeout_height (from an earlier
 * result); address is its signer. Ends as ur_client_send does. */
UR_MUST_USE ur_status ur_client_settle(ur_client *client, ur_client_result *out, const char *address, unsigned timeout_ms, ur_err *err);

/* ---- what happened ---- */

/* Called for each transaction of a contract in rising order; any status but UR_OK ends the walk with it. */
typedef ur_status (*ur_client_visit)(void *context, const ur_node_tx *tx);

/* Every transaction that touched a contract, from height *from (1 at least) up to the newest block. *from becomes the height to go on from: after
 * a failure the first that was not seen to its end, whose transactions come again. Failed transactions carry no contract events and are
 * not seen. */
UR_MUST_USE ur_status ur_client_catch_up(ur_client *client, int64_t *from, const char *contract, ur_client_visit visit, void *context,
                                         ur_err *err);

#endif
