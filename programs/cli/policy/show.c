#include <stdlib.h>

#include "programs/cli/policy/vault_policy.h"
#include "programs/cli/when.h"

static void say_addresses(cli *c, const char *key, const ur_span *at, size_t n)
{
    cli_list_begin(c, key);
    for (size_t i = 0; i < n; i++) {
        cli_say_span(c, NULL, at[i]);
    }
    cli_list_end(c);
}

static void say(cli *c, const ur_policy *p)
{
    cli_say_hex(c, "hash", p->hash, sizeof p->hash);
    cli_say_hex(c, "mpk", p->mpk, sizeof p->mpk);
    cli_say_number(c, "min_t", p->min_t);
    cli_say_number(c, "min_n", p->min_n);
    cli_say_span_of_time(c, "period", p->period_s);
    cli_say_span_of_time(c, "grace", p->grace_s);
    cli_say_number(c, "silence_blocks", p->silence_blocks);
    cli_say_span_of_time(c, "veto", p->veto_s);
    cli_say_number(c, "veto_blocks", p->veto_blocks);
    cli_say_span_of_time(c, "request_ttl", p->request_ttl_s);
    cli_say_number(c, "challenge_blocks", p->challenge_blocks);
    cli_say_span_of_time(c, "activation", p->activation_s);
    say_addresses(c, "requesters", p->requesters, p->requester_count);
    say_addresses(c, "guardians", p->guardians, p->guardian_count);
    cli_say_number(c, "quorum", p->quorum);
    cli_list_begin(c, "recovery_keys");
    for (size_t i = 0; i < p->key_count; i++) {
        cli_say_hex(c, NULL, p->keys[i], sizeof p->keys[i]);
    }
    cli_list_end(c);
}

ur_status cli_policy_show(cli *c)
{
    static ur_policy p;
    uint8_t *owned = NULL;
    ur_status st = vault_policy_read(c, &p, &owned, cli_value(c, "FILE"), cli_given(c, "dev-chain"));
    if (st == UR_OK) {
        say(c, &p);
    }
    free(owned);
    return st;
}
