#include "programs/cli/chain/node.h"

ur_status cli_chain_send(cli *c)
{
    chain_sender s;
    ur_client_result r;
    const char *to = cli_value(c, "TO");
    ur_msg m = {.kind = UR_MSG_SEND};
    UR_TRY(chain_address(c, "TO", to));
    UR_TRY(chain_coins(c, &m.u.send.amount, "AMOUNT", cli_value(c, "AMOUNT")));
    if (m.u.send.amount.n == 0) {
        return cli_fail(c, UR_E_USAGE, "AMOUNT is empty");
    }
    UR_TRY(chain_sender_open(c, &s));
    m.u.send.from = ur_span_str_var(s.address);
    m.u.send.to = ur_span_str_var(to);
    cli_say_text(c, "from", s.address);
    cli_say_text(c, "to", to);
    cli_say_text(c, "amount", cli_value(c, "AMOUNT"));
    ur_status st = chain_send(c, &s, &m, 1, "sent", &r);
    if (st == UR_OK) {
        ur_client_result_free(&r);
    }
    chain_sender_close(&s);
    return st;
}
