#include "programs/cli/contract/ask.h"

enum { PAGE = 50, PAGES_MAX = 2000 };

static ur_status say_page(cli *c, ur_client *client, uint64_t *from, bool *more)
{
    static const char *const names[] = {"vault", "state", "epoch", "version", "heartbeat", "committee"};
    static const char *const asked[] = {"from", "limit"};
    const uint64_t values[] = {*from, PAGE};
    ur_node_reply reply;
    ur_json_iter it;
    ur_json v, one;
    uint64_t next = 0;
    UR_TRY(contract_ask(c, client, &reply, &v, "vaults", asked, values, 2));
    if (ur_json_array_var(&it, ur_json_get_var(v, "vaults")) == UR_OK) {
        while (ur_json_next_var(&it, &one)) {
            cli_row_begin(c);
            contract_say(c, one, names, sizeof names / sizeof names[0]);
            cli_row_end(c);
        }
    }
    *more = ur_json_u64_var(&next, ur_json_get_var(v, "next")) == UR_OK && next >= *from + PAGE;
    *from = next;
    ur_node_reply_free(&reply);
    return UR_OK;
}

ur_status cli_vault_list(cli *c)
{
    ur_client *client;
    uint64_t from = cli_number(c, "start", 1);
    bool more = true;
    UR_TRY(chain_open(c, &client));
    ur_status st = UR_OK;
    cli_list_begin(c, "vaults");
    for (unsigned i = 0; st == UR_OK && more && i < PAGES_MAX; i++) {
        st = say_page(c, client, &from, &more);
    }
    cli_list_end(c);
    ur_client_free(&client);
    return st;
}
