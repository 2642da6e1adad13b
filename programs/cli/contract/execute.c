#include <stdlib.h>

#include "programs/cli/contract/contract.h"

static ur_status execute(cli *c, ur_span msg, const char *contract)
{
    chain_sender s;
    ur_client_result r;
    const char *funds = cli_value(c, "funds");
    ur_msg m = {.kind = UR_MSG_EXECUTE};
    if (funds != NULL) {
        UR_TRY(chain_coins(c, &m.u.execute.funds, "--funds", funds));
    }
    UR_TRY(chain_sender_open(c, &s));
    m.u.execute.sender = ur_span_str_var(s.address);
    m.u.execute.contract = ur_span_str_var(contract);
    m.u.execute.msg = msg;
    cli_say_text(c, "contract", contract);
    cli_say_text(c, "from", s.address);
    ur_status st = chain_send(c, &s, &m, 1, "sent", &r);
    if (st == UR_OK) {
        ur_execute_response done;
        if (r.fate == UR_FATE_INCLUDED && ur_client_response(&done, &ur_proto_execute_response, &r, 0, UR_MSG_EXECUTE, NULL) == UR_OK &&
            done.data.n > 0) {
            cli_say_span(c, "reply", done.data);
        }
        ur_client_result_free(&r);
    }
    chain_sender_close(&s);
    return st;
}

ur_status cli_contract_execute(cli *c)
{
    ur_span msg;
    uint8_t *owned;
    UR_TRY(chain_address(c, "CONTRACT", cli_value(c, "CONTRACT")));
    ur_status st = contract_msg(c, &msg, &owned, "MESSAGE", cli_value(c, "MESSAGE"));
    if (st == UR_OK) {
        st = execute(c, msg, cli_value(c, "CONTRACT"));
    }
    free(owned);
    return st;
}
