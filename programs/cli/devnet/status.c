#include "programs/cli/devnet/node.h"

static ur_status say(cli *c, ur_json result)
{
    UR_TRY(devnet_say_text(c, result, "chain_id"));
    UR_TRY(devnet_say_where(c, result));
    UR_TRY(devnet_say_text(c, result, "block_hash"));
    UR_TRY(devnet_say_text(c, result, "denom"));
    return devnet_say_number(c, result, "gas_price_milli");
}

ur_status cli_devnet_status(cli *c)
{
    devnet_answer a;
    UR_TRY(devnet_ask(c, &a, "unrug_status", "{}"));
    ur_status st = say(c, a.result);
    devnet_answer_free(&a);
    return st;
}
