/* What the node is: health, status, net_info, genesis, abci_info, parameters, validators. */
#include <inttypes.h>
#include <string.h>

#include "lib/rpc/parts.h"

/* CometBFT's version whose shapes these are. */
#define COMET_VERSION "0.38.19"
#define GENESIS_CHUNK ((size_t)16 << 20)

ur_status rpc_health(rpc_call *c)
{
    ur_json_begin_object(c->j);
    ur_json_end_object(c->j);
    return UR_OK;
}

static void put_key(ur_json_writer *j, const ur_validator *v)
{
    ur_json_begin_object(j);
    ur_json_key(j, "type");
    ur_json_put_text(j, "tendermint/PubKeyEd25519");
    ur_json_key(j, "value");
    ur_json_put_base64(j, ur_span_of(v->key, sizeof v->key));
    ur_json_end_object(j);
}

/* A node's id is the address of its key; the devnet has one key. */
static void put_node_info(ur_json_writer *j, const ur_ledger_status *s, const char *listen)
{
    ur_json_begin_object(j);
    ur_json_key(j, "channels");
    ur_json_put_text(j, "");
    ur_json_key(j, "id");
    ur_json_put_hex(j, ur_span_of(s->validator.address, sizeof s->validator.address));
    ur_json_key(j, "listen_addr");
    ur_json_put_text(j, listen);
    ur_json_key(j, "moniker");
    ur_json_put_text(j, "unrug-devnet");
    ur_json_key(j, "network");
    ur_json_put_text(j, s->chain_id);
    ur_json_key(j, "other");
    ur_json_begin_object(j);
    ur_json_key(j, "rpc_address");
    ur_json_put_text(j, listen);
    ur_json_key(j, "tx_index");
    ur_json_put_text(j, "on");
    ur_json_end_object(j);
    ur_json_key(j, "protocol_version");
    ur_json_begin_object(j);
    ur_json_key(j, "app");
    ur_json_put_u64_text(j, UR_LEDGER_APP_VERSION);
    ur_json_key(j, "block");
    ur_json_put_u64_text(j, UR_LEDGER_BLOCK_VERSION);
    ur_json_key(j, "p2p");
    ur_json_put_text(j, "8");
    ur_json_end_object(j);
    ur_json_key(j, "version");
    ur_json_put_text(j, COMET_VERSION);
    ur_json_end_object(j);
}

static ur_status put_sync_info(rpc_call *c, const ur_ledger_status *s)
{
    ur_ledger_block first;
    UR_TRY(ur_ledger_block_at(c->ledger, &first, s->first_height, c->err));
    ur_json_writer *j = c->j;
    ur_json_begin_object(j);
    ur_json_key(j, "catching_up");
    ur_json_put_bool(j, false);
    ur_json_key(j, "earliest_app_hash");
    rpc_put_hash(j, ur_span_of(first.header.app.bytes, first.header.app.n));
    ur_json_key(j, "earliest_block_hash");
    rpc_put_hash(j, ur_span_of(first.id.hash.bytes, first.id.hash.n));
    ur_json_key(j, "earliest_block_height");
    rpc_put_i64_text(j, s->first_height);
    ur_json_key(j, "earliest_block_time");
    rpc_put_time(j, s->first_time);
    ur_json_key(j, "latest_app_hash");
    rpc_put_hash(j, ur_span_of(s->app_hash, sizeof s->app_hash));
    ur_json_key(j, "latest_block_hash");
    rpc_put_hash(j, ur_span_of(s->block_hash, sizeof s->block_hash));
    ur_json_key(j, "latest_block_height");
    rpc_put_i64_text(j, s->height);
    ur_json_key(j, "latest_block_time");
    rpc_put_time(j, s->time);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_status(rpc_call *c)
{
    ur_ledger_status s;
    ur_json_writer *j = c->j;
    ur_ledger_status_of(c->ledger, &s);
    ur_json_begin_object(j);
    ur_json_key(j, "node_info");
    put_node_info(j, &s, c->rpc->options.listen);
    ur_json_key(j, "sync_info");
    UR_TRY(put_sync_info(c, &s));
    ur_json_key(j, "validator_info");
    ur_json_begin_object(j);
    ur_json_key(j, "address");
    rpc_put_hash(j, ur_span_of(s.validator.address, sizeof s.validator.address));
    ur_json_key(j, "pub_key");
    put_key(j, &s.validator);
    ur_json_key(j, "voting_power");
    rpc_put_i64_text(j, s.validator.power);
    ur_json_end_object(j);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_net_info(rpc_call *c)
{
    ur_json_writer *j = c->j;
    ur_json_begin_object(j);
    ur_json_key(j, "listeners");
    ur_json_begin_array(j);
    ur_json_put_text(j, c->rpc->options.listen);
    ur_json_end_array(j);
    ur_json_key(j, "listening");
    ur_json_put_bool(j, true);
    ur_json_key(j, "n_peers");
    ur_json_put_text(j, "0");
    ur_json_key(j, "peers");
    ur_json_begin_array(j);
    ur_json_end_array(j);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_abci_info(rpc_call *c)
{
    ur_ledger_status s;
    ur_json_writer *j = c->j;
    ur_ledger_status_of(c->ledger, &s);
    ur_json_begin_object(j);
    ur_json_key(j, "response");
    ur_json_begin_object(j);
    ur_json_key(j, "data");
    ur_json_put_text(j, "unrug-devnet");
    ur_json_key(j, "last_block_app_hash");
    ur_json_put_base64(j, ur_span_of(s.app_hash, sizeof s.app_hash));
    ur_json_key(j, "last_block_height");
    rpc_put_i64_text(j, s.height);
    ur_json_end_object(j);
    ur_json_end_object(j);
    return UR_OK;
}

/* ---- genesis ---- */

ur_status rpc_genesis(rpc_call *c)
{
    ur_span text;
    ur_json v;
    UR_TRY(ur_ledger_genesis_json(c->ledger, &text, c->err));
    UR_TRY(ur_json_parse_var(&v, text));
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "genesis");
    ur_json_put_raw(c->j, v);
    ur_json_end_object(c->j);
    return UR_OK;
}

/* A genesis document that fits into one chunk, as CometBFT's chunks have 16 MB. */
ur_status rpc_genesis_chunked(rpc_call *c)
{
    ur_span text;
    UR_TRY(ur_ledger_genesis_json(c->ledger, &text, c->err));
    if (c->arg[0].i != 0) {
        return ur_err_set(c->err, UR_E_ABSENT, "there are 1 chunks, %" PRId64 " is invalid", c->arg[0].i);
    }
    if (text.n > GENESIS_CHUNK) {
        return ur_err_set(c->err, UR_E_LIMIT, "the genesis document is larger than a chunk");
    }
    ur_json_begin_object(c->j);
    ur_json_key(c->j, "chunk");
    ur_json_put_text(c->j, "0");
    ur_json_key(c->j, "data");
    ur_json_put_base64(c->j, text);
    ur_json_key(c->j, "total");
    ur_json_put_text(c->j, "1");
    ur_json_end_object(c->j);
    return UR_OK;
}

/* ---- parameters and validators: the same at every height, also at the next one ---- */

static ur_status height_up_to_next(rpc_call *c, int64_t *out)
{
    ur_ledger_status s;
    ur_ledger_status_of(c->ledger, &s);
    *out = s.height + 1;
    if (c->arg[0].given && c->arg[0].i == *out) {
        return UR_OK;
    }
    return c->arg[0].given ? rpc_height(c, &c->arg[0], out) : UR_OK;
}

ur_status rpc_consensus_params(rpc_call *c)
{
    int64_t height;
    ur_json_writer *j = c->j;
    UR_TRY(height_up_to_next(c, &height));
    ur_json_begin_object(j);
    ur_json_key(j, "block_height");
    rpc_put_i64_text(j, height);
    ur_json_key(j, "consensus_params");
    ur_json_begin_object(j);
    ur_json_key(j, "abci");
    ur_json_begin_object(j);
    ur_json_key(j, "vote_extensions_enable_height");
    ur_json_put_text(j, "0");
    ur_json_end_object(j);
    ur_json_key(j, "block");
    ur_json_begin_object(j);
    ur_json_key(j, "max_bytes");
    ur_json_put_u64_text(j, UR_LEDGER_BLOCK_BYTES_MAX);
    ur_json_key(j, "max_gas");
    rpc_put_i64_text(j, UR_LEDGER_BLOCK_GAS_MAX);
    ur_json_end_object(j);
    ur_json_key(j, "evidence");
    ur_json_begin_object(j);
    ur_json_key(j, "max_age_duration");
    ur_json_put_text(j, "172800000000000");
    ur_json_key(j, "max_age_num_blocks");
    ur_json_put_text(j, "100000");
    ur_json_key(j, "max_bytes");
    ur_json_put_text(j, "1048576");
    ur_json_end_object(j);
    ur_json_key(j, "validator");
    ur_json_begin_object(j);
    ur_json_key(j, "pub_key_types");
    ur_json_begin_array(j);
    ur_json_put_text(j, "ed25519");
    ur_json_end_array(j);
    ur_json_end_object(j);
    ur_json_key(j, "version");
    ur_json_begin_object(j);
    ur_json_key(j, "app");
    ur_json_put_u64_text(j, UR_LEDGER_APP_VERSION);
    ur_json_end_object(j);
    ur_json_end_object(j);
    ur_json_end_object(j);
    return UR_OK;
}

ur_status rpc_validators(rpc_call *c)
{
    ur_ledger_status s;
    int64_t height;
    rpc_page page;
    ur_json_writer *j = c->j;
    UR_TRY(height_up_to_next(c, &height));
    UR_TRY(rpc_page_of(c, &c->arg[1], rpc_per_page(&c->arg[2]), 1, &page));
    ur_ledger_status_of(c->ledger, &s);
    ur_json_begin_object(j);
    ur_json_key(j, "block_height");
    rpc_put_i64_text(j, height);
    ur_json_key(j, "count");
    ur_json_put_text(j, "1");
    ur_json_key(j, "total");
    ur_json_put_text(j, "1");
    ur_json_key(j, "validators");
    ur_json_begin_array(j);
    ur_json_begin_object(j);
    ur_json_key(j, "address");
    rpc_put_hash(j, ur_span_of(s.validator.address, sizeof s.validator.address));
    ur_json_key(j, "proposer_priority");
    ur_json_put_text(j, "0");
    ur_json_key(j, "pub_key");
    put_key(j, &s.validator);
    ur_json_key(j, "voting_power");
    rpc_put_i64_text(j, s.validator.power);
    ur_json_end_object(j);
    ur_json_end_array(j);
    ur_json_end_object(j);
    return UR_OK;
}
