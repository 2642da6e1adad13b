/* Headers, commits and validator sets from a node's JSON. */
#include "core/codec/hex.h"
#include "core/light/comet.h"

/* A hexadecimal hash of n bytes, or of none. A missing or null value is none. */
static ur_status parse_bytes(uint8_t *out, size_t n, uint8_t *out_n, ur_json v)
{
    ur_span s;
    ur_json_kind kind = ur_json_kind_var(v);
    *out_n = 0;
    if (kind == UR_JSON_NONE || kind == UR_JSON_NULL) {
        return UR_OK;
    }
    UR_TRY(ur_json_plain_var(&s, v));
    if (s.n == 0) {
        return UR_OK;
    }
    UR_TRY(ur_hex_decode(out, n, s));
    *out_n = (uint8_t)n;
    return UR_OK;
}

static ur_status parse_hash(ur_hash *out, ur_json v) { return parse_bytes(out->bytes, UR_SHA256_BYTES, &out->n, v); }

/* An application's hash has whatever length the application gives it. */
static ur_status parse_app_hash(ur_hash *out, ur_json v)
{
    size_t n;
    UR_TRY(ur_json_hex_upto_var(out->bytes, sizeof out->bytes, &n, v));
    out->n = (uint8_t)n;
    return UR_OK;
}

static ur_status parse_time(ur_time *out, ur_json v)
{
    ur_span s;
    UR_TRY(ur_json_plain_var(&s, v));
    return ur_time_parse_var(out, s);
}

/* {hash, parts {total, hash}}; null is the block before the first. Older nodes say part_set_header. */
static ur_status parse_block_id(ur_block_id *out, ur_json v)
{
    uint64_t total;
    if (ur_json_kind_var(v) == UR_JSON_NULL) {
        return UR_OK;
    }
    ur_json parts = ur_json_get_var(v, "parts");
    if (ur_json_kind_var(parts) == UR_JSON_NONE) {
        parts = ur_json_get_var(v, "part_set_header");
    }
    UR_TRY(parse_hash(&out->hash, ur_json_get_var(v, "hash")));
    UR_TRY(ur_json_u64_max_var(&total, UINT32_MAX, ur_json_get_var(parts, "total")));
    out->parts_total = (uint32_t)total;
    return parse_hash(&out->parts_hash, ur_json_get_var(parts, "hash"));
}

/* Version numbers stand as text; zero may be missing. */
static ur_status parse_version(uint64_t *out, ur_json v)
{
    if (ur_json_kind_var(v) == UR_JSON_NONE) {
        *out = 0;
        return UR_OK;
    }
    return ur_json_u64_text_var(out, v);
}

static ur_status parse_height(int64_t *out, ur_json v)
{
    UR_TRY(ur_json_i64_text_var(out, v));
    return *out > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status parse_header(ur_comet_header *h, ur_json v)
{
    ur_span chain_id;
    ur_json version = ur_json_get_var(v, "version");
    UR_TRY(parse_version(&h->block_version, ur_json_get_var(version, "block")));
    UR_TRY(parse_version(&h->app_version, ur_json_get_var(version, "app")));
    UR_TRY(ur_json_plain_var(&chain_id, ur_json_get_var(v, "chain_id")));
    if (chain_id.n == 0 || chain_id.n > UR_CHAIN_ID_MAX) {
        return UR_E_INPUT;
    }
    memcpy(h->chain_id, chain_id.p, chain_id.n);
    h->chain_id_n = chain_id.n;
    UR_TRY(parse_height(&h->height, ur_json_get_var(v, "height")));
    UR_TRY(parse_time(&h->time, ur_json_get_var(v, "time")));
    UR_TRY(parse_block_id(&h->last_block, ur_json_get_var(v, "last_block_id")));
    UR_TRY(parse_hash(&h->last_commit, ur_json_get_var(v, "last_commit_hash")));
    UR_TRY(parse_hash(&h->data, ur_json_get_var(v, "data_hash")));
    UR_TRY(parse_hash(&h->validators, ur_json_get_var(v, "validators_hash")));
    UR_TRY(parse_hash(&h->next_validators, ur_json_get_var(v, "next_validators_hash")));
    UR_TRY(parse_hash(&h->consensus, ur_json_get_var(v, "consensus_hash")));
    UR_TRY(parse_app_hash(&h->app, ur_json_get_var(v, "app_hash")));
    UR_TRY(parse_hash(&h->last_results, ur_json_get_var(v, "last_results_hash")));
    UR_TRY(parse_hash(&h->evidence, ur_json_get_var(v, "evidence_hash")));
    return parse_bytes(h->proposer, sizeof h->proposer, &h->proposer_n, ur_json_get_var(v, "proposer_address"));
}

ur_status ur_comet_header_parse_var(ur_comet_header *out, ur_json v)
{
    memset(out, 0, sizeof *out);
    ur_status st = parse_header(out, v);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}

static ur_status parse_sig(ur_comet_sig *s, ur_json v)
{
    uint64_t flag;
    uint8_t n;
    UR_TRY(ur_json_u64_var(&flag, ur_json_get_var(v, "block_id_flag")));
    if (flag < UR_COMET_ABSENT || flag > UR_COMET_NIL) {
        return UR_E_INPUT;
    }
    s->flag = (ur_comet_flag)flag;
    UR_TRY(parse_bytes(s->address, sizeof s->address, &n, ur_json_get_var(v, "validator_address")));
    UR_TRY(parse_time(&s->time, ur_json_get_var(v, "timestamp")));
    ur_json sig = ur_json_get_var(v, "signature");
    if (flag != UR_COMET_ABSENT) {
        UR_TRY(ur_json_base64_var(s->sig, sizeof s->sig, sig));
        return n == sizeof s->address ? UR_OK : UR_E_INPUT;
    }
    bool none = ur_json_kind_var(sig) == UR_JSON_NONE || ur_json_kind_var(sig) == UR_JSON_NULL ||
                ur_json_is_var(sig, (ur_span){0});
    return none && n == 0 ? UR_OK : UR_E_INPUT;
}

static ur_status parse_commit(ur_comet_commit *c, ur_json v)
{
    uint64_t round;
    ur_json_iter it;
    ur_json sig;
    UR_TRY(parse_height(&c->height, ur_json_get_var(v, "height")));
    UR_TRY(ur_json_u64_max_var(&round, INT32_MAX, ur_json_get_var(v, "round")));
    c->round = (int32_t)round;
    UR_TRY(parse_block_id(&c->block, ur_json_get_var(v, "block_id")));
    UR_TRY(ur_json_array_var(&it, ur_json_get_var(v, "signatures")));
    while (ur_json_next_var(&it, &sig)) {
        if (c->n == UR_VALIDATORS_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(parse_sig(&c->sig[c->n++], sig));
    }
    return c->block.hash.n > 0 && c->n > 0 ? UR_OK : UR_E_INPUT;
}

ur_status ur_comet_commit_parse_var(ur_comet_commit *out, ur_json v)
{
    memset(out, 0, sizeof *out);
    ur_status st = parse_commit(out, v);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return st;
}

static ur_status parse_validator(ur_validator *out, ur_json v)
{
    uint8_t claimed[UR_COMET_ADDRESS_BYTES];
    ur_json key = ur_json_get_var(v, "pub_key");
    if (!ur_json_is_var(ur_json_get_var(key, "type"), UR_SPAN_LIT("tendermint/PubKeyEd25519"))) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_json_base64_var(out->key, sizeof out->key, ur_json_get_var(key, "value")));
    UR_TRY(ur_json_i64_text_var(&out->power, ur_json_get_var(v, "voting_power")));
    UR_TRY(ur_json_hex_var(claimed, sizeof claimed, ur_json_get_var(v, "address")));
    ur_comet_address_var(out->address, out->key);
    return out->power > 0 && ur_eq_var(claimed, out->address, sizeof claimed) ? UR_OK : UR_E_INPUT;
}

static ur_status append(ur_validators *set, ur_json array)
{
    ur_json_iter it;
    ur_json v;
    UR_TRY(ur_json_array_var(&it, array));
    while (ur_json_next_var(&it, &v)) {
        if (set->n == UR_VALIDATORS_MAX) {
            return UR_E_LIMIT;
        }
        ur_validator *to = &set->v[set->n];
        UR_TRY(parse_validator(to, v));
        if (to->power > UR_COMET_POWER_MAX - set->total_power) {
            return UR_E_LIMIT;
        }
        set->total_power += to->power;
        set->n++;
    }
    return UR_OK;
}

ur_status ur_comet_validators_append_var(ur_validators *set, ur_json array)
{
    ur_status st = append(set, array);
    if (st != UR_OK) {
        memset(set, 0, sizeof *set);
    }
    return st;
}
