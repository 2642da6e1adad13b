#include <stdlib.h>

#include "core/attest/tee_policy.h"
#include "programs/cli/contract/ask.h"

enum { MESSAGE_MAX = 128 * 1024 };

static void put_phases(cli *c, ur_json_writer *j)
{
    static const char *const names[] = {"deal", "dispute", "join", "vote"};
    ur_json_key(j, "phases");
    ur_json_begin_object(j);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ur_json_key(j, names[i]);
        ur_json_put_u64(j, cli_number(c, "phase-blocks", 100));
    }
    ur_json_end_object(j);
}

static ur_status put_members(cli *c, ur_json_writer *j)
{
    size_t n = cli_count(c, "member");
    ur_json_key(j, "members");
    ur_json_begin_array(j);
    for (size_t i = 0; i < n; i++) {
        UR_TRY(chain_address(c, "--member", cli_nth(c, "member", i)));
        ur_json_put_text(j, cli_nth(c, "member", i));
    }
    ur_json_end_array(j);
    return UR_OK;
}

static ur_status put_message(cli *c, ur_json_writer *j, ur_span demand)
{
    ur_json_begin_object(j);
    ur_json_key(j, "create_committee");
    ur_json_begin_object(j);
    ur_json_key(j, "drill_interval_blocks");
    ur_json_put_u64(j, cli_number(c, "drill-blocks", 14400));
    ur_json_key(j, "margin");
    ur_json_put_u64(j, cli_number(c, "margin", 0));
    UR_TRY(put_members(c, j));
    put_phases(c, j);
    ur_json_key(j, "quote_demand");
    if (demand.n > 0) {
        ur_json_put_string(j, demand);
    } else {
        ur_json_put_null(j);
    }
    ur_json_key(j, "threshold");
    ur_json_put_u64(j, cli_number(c, "threshold", 0));
    ur_json_end_object(j);
    ur_json_end_object(j);
    return UR_OK;
}

static ur_status create(cli *c, uint8_t *buf, ur_span demand)
{
    ur_writer w;
    ur_json_writer j;
    chain_sender s;
    const char *contract;
    UR_TRY(contract_address(c, &contract));
    ur_writer_init(&w, buf, MESSAGE_MAX);
    ur_json_writer_init(&j, &w);
    UR_TRY(put_message(c, &j, demand));
    UR_TRY(chain_sender_open(c, &s));
    ur_status st = contract_tell(c, &s, &j, "committee");
    chain_sender_close(&s);
    return st;
}

ur_status cli_committee_create(cli *c)
{
    uint8_t *demand = NULL;
    size_t n = 0;
    const char *path = cli_value(c, "quote-demand");
    uint8_t *buf = malloc(MESSAGE_MAX);
    ur_status st = buf == NULL ? cli_fail(c, UR_E_MEMORY, "out of memory") : UR_OK;
    if (st == UR_OK && path != NULL) {
        st = cli_read(c, &demand, &n, path, UR_TEE_POLICY_MAX);
        n -= n > 0 && demand[n - 1] == '\n';
    }
    st = st == UR_OK ? create(c, buf, ur_span_of(demand, n)) : st;
    free(demand);
    free(buf);
    return st;
}
