#include "programs/cli/contract/ask.h"

static ur_status show(cli *c, ur_client *client, uint64_t id)
{
    static const char *const names[] = {"vault", "label", "state", "owner", "committee", "epoch", "version", "sequence", "heartbeat",
                                        "silent", "silent_from", "seen_height", "max_lag_blocks", "instance_key", "policy_hash",
                                        "ciphertext_hash", "secret", "created", "key"};
    static const char *const asked[] = {"vault"};
    ur_node_reply reply;
    ur_json v;
    UR_TRY(contract_ask(c, client, &reply, &v, "vault", asked, &id, 1));
    contract_say(c, v, names, sizeof names / sizeof names[0]);
    ur_node_reply_free(&reply);
    return UR_OK;
}

ur_status cli_vault_show(cli *c)
{
    ur_client *client;
    uint64_t id;
    UR_TRY(contract_number(c, &id, "VAULT"));
    UR_TRY(chain_open(c, &client));
    ur_status st = show(c, client, id);
    ur_client_free(&client);
    return st;
}
