#include "programs/cli/contract/ask.h"

ur_status cli_recovery_approve(cli *c)
{
    uint8_t buf[1024];
    ur_writer w;
    ur_json_writer j;
    chain_sender s;
    uint64_t vault, request;
    UR_TRY(contract_number(c, &vault, "VAULT"));
    UR_TRY(contract_number(c, &request, "REQUEST"));
    UR_TRY(chain_address(c, "RECIPIENT", cli_value(c, "RECIPIENT")));
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "approve");
    ur_json_begin_object(&j);
    ur_json_key(&j, "recipient");
    ur_json_put_text(&j, cli_value(c, "RECIPIENT"));
    ur_json_key(&j, "request");
    ur_json_put_u64(&j, request);
    ur_json_key(&j, "vault");
    ur_json_put_u64(&j, vault);
    ur_json_end_object(&j);
    ur_json_end_object(&j);
    UR_TRY(chain_sender_open(c, &s));
    ur_status st = contract_tell(c, &s, &j, NULL);
    chain_sender_close(&s);
    return st;
}
