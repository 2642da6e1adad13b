#include <stdlib.h>

#include "core/codec/hex.h"
#include "programs/cli/contract/contract.h"
#include "programs/cli/printable.h"

static ur_status smart(cli *c, ur_client *client, const char *contract, const char *text)
{
    ur_span msg, answer;
    uint8_t *owned;
    ur_node_reply reply;
    UR_TRY(contract_msg(c, &msg, &owned, "QUERY", text));
    ur_status st = ur_client_smart(client, &reply, &answer, contract, msg, cli_err(c));
    free(owned);
    if (st == UR_OK) {
        cli_say_span(c, "answer", answer);
        cli_say_whole(c, answer);
        ur_node_reply_free(&reply);
    }
    return st;
}

static ur_status raw(cli *c, ur_client *client, const char *contract, const char *hex)
{
    uint8_t key[1024];
    size_t n;
    ur_span value;
    ur_node_reply reply;
    if (ur_hex_decode_upto(key, sizeof key, &n, ur_span_str_var(hex)) != UR_OK || n == 0) {
        return cli_fail(c, UR_E_USAGE, "with --raw, QUERY is a record's key in hex digits");
    }
    UR_TRY(ur_client_raw(client, &reply, &value, contract, ur_span_of(key, n), cli_err(c)));
    cli_say_hex(c, "value", value.p, value.n);
    if (cli_all_printable(value, true)) {
        cli_say_span(c, "text", value);
    }
    ur_node_reply_free(&reply);
    return UR_OK;
}

ur_status cli_contract_query(cli *c)
{
    ur_client *client;
    const char *contract = cli_value(c, "CONTRACT"), *query = cli_value(c, "QUERY");
    UR_TRY(chain_address(c, "CONTRACT", contract));
    UR_TRY(chain_open(c, &client));
    ur_status st = cli_given(c, "raw") ? raw(c, client, contract, query) : smart(c, client, contract, query);
    ur_client_free(&client);
    return st;
}
