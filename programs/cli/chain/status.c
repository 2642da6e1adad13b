#include <stdlib.h>
#include <string.h>

#include "core/codec/hex.h"
#include "lib/os/clock.h"
#include "programs/cli/chain/node.h"
#include "programs/cli/when.h"

static ur_status say_nodes(cli *c, ur_client *client)
{
    const ur_clock *clock = ur_clock_system();
    ur_status st = UR_E_UNAVAILABLE;
    cli_list_begin(c, "nodes");
    for (size_t i = 0; i < ur_client_nodes(client); i++) {
        ur_node_state s;
        ur_err err = {0};
        ur_status one = ur_client_node_state(client, i, &s, &err);
        cli_row_begin(c);
        cli_say_text(c, "node", ur_client_node_name(client, i));
        cli_say_verdict(c, "state", one == UR_OK && !s.catching_up, one != UR_OK ? ur_err_text(&err, one) : s.catching_up ? "catching up" : "ok");
        if (one == UR_OK) {
            st = UR_OK;
            cli_say_text(c, "chain", s.chain_id);
            cli_say_number(c, "height", (uint64_t)s.height);
            cli_say_when(c, "time", s.time.s, clock->unix_ms(clock->context) / 1000);
            cli_say_text(c, "version", s.version);
        }
        cli_row_end(c);
    }
    cli_list_end(c);
    return st;
}

static ur_status say_account(cli *c, ur_client *client, const char *address)
{
    ur_client_account a;
    ur_node_reply reply;
    ur_coins coins;
    UR_TRY(chain_address(c, "--account", address));
    ur_status st = ur_client_account_of(client, &a, address, cli_err(c));
    if (st != UR_OK) {
        return st;
    }
    UR_TRY(ur_client_balances(client, &reply, &coins, address, cli_err(c)));
    cli_object_begin(c, "account");
    cli_say_text(c, "address", address);
    cli_say_number(c, "number", a.number);
    cli_say_number(c, "sequence", a.sequence);
    cli_list_begin(c, "coins");
    for (size_t i = 0; i < coins.n; i++) {
        cli_row_begin(c);
        cli_say_span(c, "denom", coins.at[i].denom);
        cli_say_span(c, "amount", coins.at[i].amount);
        cli_row_end(c);
    }
    cli_list_end(c);
    cli_object_end(c);
    ur_node_reply_free(&reply);
    return UR_OK;
}

static ur_status say_tx(cli *c, ur_client *client, const char *hex)
{
    uint8_t hash[32];
    ur_node_tx tx;
    if (ur_hex_decode(hash, sizeof hash, ur_span_str_var(hex)) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--tx takes a transaction's hash, 64 hex digits");
    }
    ur_status st = ur_client_tx(client, &tx, hash, cli_err(c));
    if (st == UR_OK) {
        chain_say_tx(c, &tx);
        ur_node_tx_free(&tx);
    }
    return st == UR_OK ? st : cli_in(c, st, "transaction %s", hex);
}

ur_status cli_chain_status(cli *c)
{
    ur_client *client;
    const char *account = cli_value(c, "account"), *tx = cli_value(c, "tx");
    UR_TRY(chain_open(c, &client));
    ur_status st = account != NULL ? say_account(c, client, account) : tx != NULL ? say_tx(c, client, tx) : say_nodes(c, client);
    ur_client_free(&client);
    return st;
}
