/* The command line of unrug-devnet, parsed and checked. */
#ifndef UR_PROGRAMS_DEVNET_OPTIONS_H
#define UR_PROGRAMS_DEVNET_OPTIONS_H

#include "lib/ledger/ledger.h"

#define DEVNET_ACCOUNTS_MAX 100
#define DEVNET_WASM_MAX 8

typedef struct devnet_options {
    const char *chain_id;
    const char *home; /* NULL: in memory */
    char address[16]; /* dotted IPv4 */
    uint16_t port;
    bool others; /* other machines reach the address */
    const char *ready_file; /* or NULL */
    unsigned block_ms, warp_block_ms;
    size_t accounts;
    const char *words_file; /* NULL: the test words */
    uint64_t amount;
    const char *denom, *prefix;
    uint64_t gas_price_milli;
    uint64_t keep_states;
    const char *wasm[DEVNET_WASM_MAX];
    size_t wasm_n;
    bool json, help;
} devnet_options;

/* UR_E_USAGE with the sentence that says what is wrong. */
UR_MUST_USE ur_status devnet_options_parse(devnet_options *out, int argc, char **argv, ur_err *err);
void devnet_options_help(void);

#endif
