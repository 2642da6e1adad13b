#include "programs/cli/contract/ask.h"

static ur_status say_generation(cli *c, ur_client *client, const char *key, uint64_t committee, uint64_t generation)
{
    static const char *const names[] = {"generation", "attempt", "phase", "threshold", "join_until", "deal_until", "dispute_until",
                                        "vote_until", "overdue", "mpk", "published", "drilled", "quote_demand", "key"};
    static const char *const member[] = {"account", "joined", "voted", "fault"};
    static const char *const asked[] = {"committee", "generation"};
    const uint64_t values[] = {committee, generation};
    ur_node_reply reply;
    ur_json v;
    UR_TRY(contract_ask(c, client, &reply, &v, "generation", asked, values, 2));
    cli_object_begin(c, key);
    contract_say(c, v, names, sizeof names / sizeof names[0]);
    contract_say_rows(c, "members", ur_json_get_var(v, "members"), member, sizeof member / sizeof member[0]);
    cli_object_end(c);
    ur_node_reply_free(&reply);
    return UR_OK;
}

static ur_status show(cli *c, ur_client *client, uint64_t id)
{
    static const char *const names[] = {"committee", "current", "pending", "threshold", "members", "margin", "mpk", "drill_interval_blocks",
                                        "drills", "last_drill", "open_releases", "demand_hash", "creator", "key"};
    static const char *const asked[] = {"committee"};
    ur_node_reply reply;
    ur_json v;
    uint64_t current = 0, pending = 0;
    UR_TRY(contract_ask(c, client, &reply, &v, "committee", asked, &id, 1));
    contract_say(c, v, names, sizeof names / sizeof names[0]);
    (void)!ur_json_u64_var(&current, ur_json_get_var(v, "current"));
    (void)!ur_json_u64_var(&pending, ur_json_get_var(v, "pending"));
    ur_node_reply_free(&reply);
    ur_status st = current != 0 ? say_generation(c, client, "current_generation", id, current) : UR_OK;
    return st == UR_OK && pending != 0 ? say_generation(c, client, "pending_generation", id, pending) : st;
}

ur_status cli_committee_show(cli *c)
{
    ur_client *client;
    uint64_t id;
    UR_TRY(contract_number(c, &id, "COMMITTEE"));
    UR_TRY(chain_open(c, &client));
    ur_status st = show(c, client, id);
    ur_client_free(&client);
    return st;
}
