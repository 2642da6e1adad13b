/* What commands that speak to a chain share: a client over the nodes of --node, a transaction and what became of it. */
#ifndef UR_PROGRAMS_CLI_CHAIN_NODE_H
#define UR_PROGRAMS_CLI_CHAIN_NODE_H

#include "lib/chain/client.h"
#include "programs/cli/io.h"

#define CHAIN_NODE "http://127.0.0.1:26657" /* where neither --node nor $UNRUG_NODE says another */

/* A node's URL: `node` itself, or what stands in the file that `unrug devnet start --ready-file` wrote. */
#define CHAIN_URL_MAX 512
UR_MUST_USE ur_status chain_url(cli *c, char out[CHAIN_URL_MAX], const char *node);

/* A client from --node, --chain, --prefix, --gas-price. */
UR_MUST_USE ur_status chain_open(cli *c, ur_client **out);

/* "12ustake,3uatom" into coins, borrowed from text. UR_E_USAGE names the option or argument. */
UR_MUST_USE ur_status chain_coins(cli *c, ur_coins *out, const char *name, const char *text);
/* A bech32 address of the chain's prefix; UR_E_USAGE otherwise. */
UR_MUST_USE ur_status chain_address(cli *c, const char *name, const char *text);

/* A session for sending: the client, and the opened key of --from. */
typedef struct chain_sender {
    ur_client *client;
    ur_secp_secret key;
    char address[UR_ADDRESS_TEXT_MAX];
} chain_sender;
UR_MUST_USE ur_status chain_sender_open(cli *c, chain_sender *out);
void chain_sender_close(chain_sender *s);

/* Send messages (--memo, --gas, --granter, --dry-run, --wait) and say what became of them as an object under key. On success *result is the
 * caller's to free. */
UR_MUST_USE ur_status chain_send(cli *c, chain_sender *s, const ur_msg *msgs, size_t n, const char *key, ur_client_result *result);

void chain_say_tx(cli *c, const ur_node_tx *tx);
/* Upper-case hex, as chains write hashes. */
void chain_say_hash(cli *c, const char *key, const uint8_t hash[32]);

#endif
