/* Our own methods: time travel and test accounts. */
#include <stdio.h>

#include "lib/rpc/parts.h"

static void put_where(rpc_call *c)
{
    ur_ledger_status s;
    ur_json_writer *j = c->j;
    ur_ledger_status_of(c->ledger, &s);
    ur_json_key(j, "height");
    rpc_put_i64_text(j, s.height);
    ur_json_key(j, "time");
    rpc_put_time(j, s.time);
    ur_json_key(j, "waiting");
    ur_json_put_u64(j, s.waiting);
    ur_json_key(j, "warped_seconds");
    rpc_put_i64_text(j, s.warped_s);
}

static ur_status put_moved(rpc_call *c)
{
    ur_json_begin_object(c->j);
    put_where(c);
    ur_json_end_object(c->j);
    return UR_OK;
}

ur_status rpc_unrug_mine(rpc_call *c)
{
    int64_t blocks = c->arg[0].given ? c->arg[0].i : 1;
    if (blocks < 1 || blocks > UR_LEDGER_WARP_MAX) {
        return ur_err_set(c->err, UR_E_USAGE, "blocks is 1 to %d", UR_LEDGER_WARP_MAX);
    }
    UR_TRY(ur_ledger_mine(c->ledger, (uint64_t)blocks, c->err));
    return put_moved(c);
}

ur_status rpc_unrug_warp(rpc_call *c)
{
    enum { YEARS = 10, YEAR_S = 365 * 86400 };
    int64_t seconds = c->arg[0].i, blocks = c->arg[1].i;
    if (seconds < 1 || seconds > (int64_t)YEARS * YEAR_S) {
        return ur_err_set(c->err, UR_E_USAGE, "seconds is 1 to %d (%d years)", YEARS * YEAR_S, YEARS);
    }
    if (blocks < 0 || blocks > UR_LEDGER_WARP_MAX) {
        return ur_err_set(c->err, UR_E_USAGE, "blocks is 1 to %d, or 0 for as many as that time holds", UR_LEDGER_WARP_MAX);
    }
    UR_TRY(ur_ledger_warp(c->ledger, (uint64_t)seconds, (uint64_t)blocks, c->err));
    return put_moved(c);
}

ur_status rpc_unrug_status(rpc_call *c)
{
    ur_ledger_status s;
    ur_json_writer *j = c->j;
    ur_ledger_status_of(c->ledger, &s);
    ur_json_begin_object(j);
    ur_json_key(j, "block_hash");
    rpc_put_hash(j, ur_span_of(s.block_hash, sizeof s.block_hash));
    ur_json_key(j, "chain_id");
    ur_json_put_text(j, s.chain_id);
    ur_json_key(j, "denom");
    ur_json_put_text(j, s.denom);
    ur_json_key(j, "gas_price_milli");
    ur_json_put_u64(j, s.gas_price_milli);
    put_where(c);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_unrug_stop(rpc_call *c)
{
    if (!c->rpc->options.may_stop) {
        return ur_err_set(c->err, UR_E_POLICY, "this devnet can be reached by others, so it stops on signals only");
    }
    c->rpc->stop_asked = true;
    return put_moved(c);
}

bool ur_rpc_stop_asked(const ur_rpc *rpc) { return rpc->stop_asked; }

static ur_status put_account(rpc_call *c, size_t i, ur_span denom)
{
    const ur_ledger_address *address = &c->rpc->options.accounts[i];
    char text[UR_LEDGER_ADDRESS_TEXT_MAX], path[48];
    ur_span amount;
    ur_json_writer *j = c->j;
    ur_ledger_address_text(c->ledger, text, address);
    (void)snprintf(path, sizeof path, "m/44'/118'/0'/0/%zu", i);
    UR_TRY(ur_ledger_balance(c->ledger, &amount, address, denom, c->err));
    ur_json_begin_object(j);
    ur_json_key(j, "address");
    ur_json_put_text(j, text);
    ur_json_key(j, "amount");
    ur_json_put_string(j, amount);
    ur_json_key(j, "path");
    ur_json_put_text(j, path);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_unrug_accounts(rpc_call *c)
{
    const ur_rpc_options *o = &c->rpc->options;
    ur_ledger_status s;
    ur_json_writer *j = c->j;
    ur_ledger_status_of(c->ledger, &s);
    ur_json_begin_object(j);
    ur_json_key(j, "accounts");
    ur_json_begin_array(j);
    for (size_t i = 0; i < o->accounts_n; i++) {
        UR_TRY(put_account(c, i, ur_span_str_var(s.denom)));
    }
    ur_json_end_array(j);
    ur_json_key(j, "denom");
    ur_json_put_text(j, s.denom);
    ur_json_key(j, "words");
    if (o->words != NULL) {
        ur_json_put_text(j, o->words);
    } else {
        ur_json_put_null(j);
    }
    ur_json_end_object(j);
    return UR_OK;
}
