#include "programs/cli/devnet/node.h"

static ur_status say(cli *c, ur_json result)
{
    ur_json_iter it;
    ur_json account;
    ur_span words;
    UR_TRY(devnet_say_text(c, result, "denom"));
    if (ur_json_plain_var(&words, ur_json_get_var(result, "words")) == UR_OK) {
        cli_say_span(c, "words", words);
    } else {
        cli_say_null(c, "words");
    }
    if (ur_json_array_var(&it, ur_json_get_var(result, "accounts")) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "the devnet's answer has no accounts");
    }
    cli_list_begin(c, "accounts");
    ur_status st = UR_OK;
    while (st == UR_OK && ur_json_next_var(&it, &account)) {
        cli_row_begin(c);
        st = devnet_say_text(c, account, "address");
        if (st == UR_OK) {
            st = devnet_say_text(c, account, "amount");
        }
        if (st == UR_OK) {
            st = devnet_say_text(c, account, "path");
        }
        cli_row_end(c);
    }
    cli_list_end(c);
    return st;
}

ur_status cli_devnet_accounts(cli *c)
{
    devnet_answer a;
    UR_TRY(devnet_ask(c, &a, "unrug_accounts", "{}"));
    ur_status st = say(c, a.result);
    devnet_answer_free(&a);
    return st;
}
