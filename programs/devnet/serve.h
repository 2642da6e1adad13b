/* The event loop: one thread, requests in, blocks made, answers out when what they say is durable. */
#ifndef UR_PROGRAMS_DEVNET_SERVE_H
#define UR_PROGRAMS_DEVNET_SERVE_H

#include "lib/net/http_server.h"
#include "lib/rpc/rpc.h"

#define DEVNET_CONNECTIONS_MAX 1000

typedef struct devnet_server devnet_server;

/* Listen, and take SIGTERM and SIGINT from now on. address: dotted IPv4. UR_E_UNAVAILABLE if the address is taken. */
UR_MUST_USE ur_status devnet_server_start(devnet_server **out, const char *address, uint16_t port, ur_err *err);
uint16_t devnet_server_port(const devnet_server *server);
/* Serve until a signal says stop; then what was submitted is settled and answered. A failure of the ledger that a later try may
 * not have (a full disk) is said on stderr, and the loop goes on. */
UR_MUST_USE ur_status devnet_server_run(devnet_server *server, ur_ledger *ledger, ur_rpc *rpc, ur_err *err);
/* NULL is allowed. */
void devnet_server_stop(devnet_server **server);

#endif
