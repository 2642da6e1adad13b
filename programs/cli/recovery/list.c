#include "programs/cli/contract/ask.h"

static ur_status list(cli *c, ur_client *client, uint64_t vault)
{
    static const char *const names[] = {"request", "kind", "recipient", "opened", "approvals"};
    static const char *const asked[] = {"vault"};
    ur_node_reply reply;
    ur_json v;
    UR_TRY(contract_ask(c, client, &reply, &v, "requests", asked, &vault, 1));
    contract_say_rows(c, "requests", ur_json_get_var(v, "requests"), names, sizeof names / sizeof names[0]);
    ur_node_reply_free(&reply);
    return UR_OK;
}

ur_status cli_recovery_list(cli *c)
{
    ur_client *client;
    uint64_t vault;
    UR_TRY(contract_number(c, &vault, "VAULT"));
    UR_TRY(chain_open(c, &client));
    ur_status st = list(c, client, vault);
    ur_client_free(&client);
    return st;
}
