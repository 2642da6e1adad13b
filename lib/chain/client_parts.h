/* The inside of the chain client, for its own files: the nodes, and asking them in turn. */
#ifndef UR_LIB_CHAIN_CLIENT_PARTS_H
#define UR_LIB_CHAIN_CLIENT_PARTS_H

#include "lib/chain/client.h"

#define CLIENT_NAME_MAX 200

typedef struct client_node {
    ur_chain_source source;
    char name[CLIENT_NAME_MAX];
    unsigned failures;
    uint64_t until_ms; /* put aside, on the boot clock */
    bool checked;      /* it said which chain it is of */
} client_node;

typedef struct client_pending { /* sent, fate unknown */
    bool is;
    char address[UR_ADDRESS_TEXT_MAX];
    ur_client_result result;
} client_pending;

struct ur_client {
    char chain_id[UR_CHAIN_ID_MAX + 1]; /* "": not known yet */
    char prefix[UR_BECH32_HRP_MAX + 1];
    char denom[UR_COIN_DENOM_MAX + 1];
    uint64_t price_micro; /* millionths of denom for a unit of gas */
    unsigned ask_ms, poll_ms, timeout_blocks;
    const ur_clock *clock;
    void (*sleep)(void *context, unsigned ms);
    void *context;
    size_t n, first; /* nodes; the one that helped last */
    client_node node[UR_CLIENT_NODES_MAX];
    client_pending pending;
};

/* One attempt with one node. UR_E_UNAVAILABLE, UR_E_INPUT, UR_E_LIMIT: the next one is asked. */
typedef ur_status (*client_attempt)(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err);

/* Ask the nodes in turn, beginning with the one that helped last, each once; those put aside last. The status of the first that settles it, or
 * UR_E_UNAVAILABLE with what each said last. */
UR_MUST_USE ur_status client_ask(ur_client *c, client_attempt attempt, void *context, ur_err *err);
uint64_t client_now_ms(const ur_client *c);
void client_sleep(ur_client *c, unsigned ms);

#endif
