#include "programs/cli/contract/contract.h"

static ur_status say(cli *c, ur_client *client, const char *contract)
{
    ur_node_reply reply, code_reply;
    ur_contract_info info;
    ur_query_code_response code;
    UR_TRY(ur_client_contract(client, &reply, &info, contract, cli_err(c)));
    ur_status st = ur_client_code(client, &code_reply, &code, info.code_id, cli_err(c));
    if (st == UR_OK) {
        cli_say_text(c, "contract", contract);
        cli_say_span(c, "label", info.label);
        cli_say_number(c, "code", info.code_id);
        cli_say_hex(c, "checksum", code.info.checksum.p, code.info.checksum.n);
        cli_say_span(c, "creator", info.creator);
        if (info.admin.n > 0) {
            cli_say_span(c, "admin", info.admin);
        } else {
            cli_say_null(c, "admin");
        }
        cli_say_number(c, "created", info.created.height);
        ur_node_reply_free(&code_reply);
    }
    ur_node_reply_free(&reply);
    return st;
}

ur_status cli_contract_info(cli *c)
{
    ur_client *client;
    const char *contract = cli_value(c, "CONTRACT");
    UR_TRY(chain_address(c, "CONTRACT", contract));
    UR_TRY(chain_open(c, &client));
    ur_status st = say(c, client, contract);
    ur_client_free(&client);
    return st;
}
