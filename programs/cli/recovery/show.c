#include "programs/cli/contract/ask.h"

static void say_votes(cli *c, ur_json votes)
{
    static const char *const names[] = {"count", "generation"};
    if (ur_json_kind_var(votes) == UR_JSON_OBJECT) {
        cli_object_begin(c, "votes");
        contract_say(c, votes, names, sizeof names / sizeof names[0]);
        cli_object_end(c);
    } else {
        cli_say_null(c, "votes");
    }
}

static void say_challenge(cli *c, ur_json challenge)
{
    static const char *const names[] = {"height", "deadline", "value"};
    if (ur_json_kind_var(challenge) == UR_JSON_OBJECT) {
        cli_object_begin(c, "challenge");
        contract_say(c, challenge, names, sizeof names / sizeof names[0]);
        cli_object_end(c);
    } else {
        cli_say_null(c, "challenge");
    }
}

static ur_status show(cli *c, ur_client *client, uint64_t vault, uint64_t request)
{
    static const char *const names[] = {"request", "kind", "recipient", "opened", "approvals", "slot", "evidence_hash", "pk1", "pk2", "key"};
    static const char *const asked[] = {"request", "vault"};
    const uint64_t values[] = {request, vault};
    ur_node_reply reply;
    ur_json v;
    UR_TRY(contract_ask(c, client, &reply, &v, "request", asked, values, 2));
    contract_say(c, v, names, sizeof names / sizeof names[0]);
    say_challenge(c, ur_json_get_var(v, "challenge"));
    say_votes(c, ur_json_get_var(v, "votes"));
    ur_node_reply_free(&reply);
    return UR_OK;
}

ur_status cli_recovery_show(cli *c)
{
    ur_client *client;
    uint64_t vault, request;
    UR_TRY(contract_number(c, &vault, "VAULT"));
    UR_TRY(contract_number(c, &request, "REQUEST"));
    UR_TRY(chain_open(c, &client));
    ur_status st = show(c, client, vault, request);
    ur_client_free(&client);
    return st;
}
