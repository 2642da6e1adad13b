#include <inttypes.h>

#include "programs/cli/contract/ask.h"

enum { ROWS_MAX = 1000 };

static ur_status say_one(cli *c, ur_client *client, uint64_t id)
{
    static const char *const names[] = {"committee", "current", "pending", "threshold", "members", "open_releases", "creator"};
    static const char *const asked[] = {"committee"};
    ur_node_reply reply;
    ur_json v;
    UR_TRY(contract_ask(c, client, &reply, &v, "committee", asked, &id, 1));
    cli_row_begin(c);
    contract_say(c, v, names, sizeof names / sizeof names[0]);
    cli_row_end(c);
    ur_node_reply_free(&reply);
    return UR_OK;
}

static ur_status say_all(cli *c, ur_client *client)
{
    ur_node_reply reply;
    ur_json v;
    uint64_t next = 0;
    UR_TRY(contract_ask(c, client, &reply, &v, "config", NULL, NULL, 0));
    ur_status st = ur_json_u64_var(&next, ur_json_get_var(v, "next_committee"));
    ur_node_reply_free(&reply);
    if (st != UR_OK || next == 0) {
        return cli_fail(c, UR_E_INPUT, "the contract does not say how many committees there are");
    }
    uint64_t from = next > ROWS_MAX ? next - ROWS_MAX : 1;
    cli_list_begin(c, "committees");
    for (uint64_t id = from; id < next && st == UR_OK; id++) {
        st = say_one(c, client, id);
    }
    cli_list_end(c);
    return st;
}

ur_status cli_committee_list(cli *c)
{
    ur_client *client;
    UR_TRY(chain_open(c, &client));
    ur_status st = say_all(c, client);
    ur_client_free(&client);
    return st;
}
