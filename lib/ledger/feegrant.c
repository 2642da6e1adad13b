/* x/feegrant with BasicAllowance: how much a granter pays of a grantee's fees, and until when. Other kinds are refused. */
#include "lib/ledger/ante.h"

enum { KEY_MAX = 1 + 2 * (1 + UR_LEDGER_ADDRESS_MAX), LIMIT_EXCEEDED = 2, EXPIRED = 3, SDK_NOT_FOUND = 38, GRANT_ROOM = 512 };

static ur_span key_of(uint8_t out[KEY_MAX], const ur_ledger_address *granter, const ur_ledger_address *grantee)
{
    ur_writer w;
    ur_writer_init(&w, out, KEY_MAX);
    ur_writer_u8(&w, 0);
    ur_writer_u8(&w, grantee->n);
    ur_writer_bytes(&w, grantee->bytes, grantee->n);
    ur_writer_u8(&w, granter->n);
    ur_writer_bytes(&w, granter->bytes, granter->n);
    return ur_span_of(out, w.n);
}

static void tell(ur_run *r, const char *type, const ur_ledger_address *granter, const ur_ledger_address *grantee)
{
    ur_run_event_begin(r, ur_span_str_var(type));
    ur_run_attribute_put(r, "granter", ur_bank_address_text(r, granter));
    ur_run_attribute_put(r, "grantee", ur_bank_address_text(r, grantee));
}

/* Grant {1 granter, 2 grantee, 3 allowance}. */
static ur_status put(ur_run *r, const ur_ledger_address *granter, const ur_ledger_address *grantee, const ur_basic_allowance *allowance)
{
    uint8_t key[KEY_MAX];
    ur_writer w;
    ur_span value;
    size_t room = GRANT_ROOM;
    for (size_t i = 0; i < allowance->spend_limit.n; i++) {
        room += 32 + allowance->spend_limit.at[i].denom.n + allowance->spend_limit.at[i].amount.n;
    }
    if (ur_pool_writer(r->pool, &w, room) != UR_OK) {
        return ur_run_no_memory(r);
    }
    ur_pb_put_bytes(&w, 1, ur_bank_address_text(r, granter));
    ur_pb_put_bytes(&w, 2, ur_bank_address_text(r, grantee));
    size_t any = ur_pb_begin(&w, 3);
    ur_pb_put_text(&w, 1, UR_BASIC_ALLOWANCE_URL);
    size_t in = ur_pb_begin(&w, 2);
    ur_proto_encode(&w, &ur_proto_basic_allowance, allowance);
    ur_pb_end(&w, in);
    ur_pb_end(&w, any);
    UR_TRY(ur_writer_end(&w, &value));
    return ur_run_put(r, UR_STORE_FEEGRANT, key_of(key, granter, grantee), value);
}

/* Refused if there is none. */
static ur_status get(ur_run *r, const ur_ledger_address *granter, const ur_ledger_address *grantee, ur_basic_allowance *out)
{
    static const ur_pb_wire wires[3] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES};
    uint8_t key[KEY_MAX];
    ur_span record;
    ur_pb_field f[3], any[2];
    ur_status st = ur_run_get(r, UR_STORE_FEEGRANT, key_of(key, granter, grantee), &record);
    if (st == UR_E_ABSENT) {
        return ur_run_refuse(r, "sdk", SDK_NOT_FOUND, "fee-grant not found: not found");
    }
    UR_TRY(st);
    if (ur_pb_fields_var(f, wires, 3, record, UR_PB_CANONICAL) != UR_OK || ur_pb_fields_var(any, wires, 2, f[2].bytes, UR_PB_CANONICAL) != UR_OK ||
        ur_proto_decode_var(out, &ur_proto_basic_allowance, any[1].bytes, UR_PROTO_REFUSE, NULL) != UR_OK) {
        return ur_err_set(r->err, UR_E_INPUT, "the ledger's database is damaged: a fee allowance");
    }
    return UR_OK;
}

static ur_time expires(const ur_basic_allowance *a) { return (ur_time){(int64_t)a->expiration.seconds, a->expiration.nanos}; }

static ur_status check_allowance(ur_run *r, const ur_basic_allowance *a)
{
    if (ur_coins_check_var(&a->spend_limit, NULL) != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_COINS, "send amount is invalid: invalid coins");
    }
    if (a->has_expiration && expires(a).s < 0) {
        return ur_run_refuse(r, "feegrant", 4, "expiration time cannot be negative: invalid duration");
    }
    if (a->has_expiration && ur_time_cmp(expires(a), r->time) < 0) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "expiration is before current block time: invalid request");
    }
    return UR_OK;
}

static ur_status parties(ur_run *r, ur_span granter_text, ur_span grantee_text, ur_ledger_address *granter, ur_ledger_address *grantee)
{
    if (ur_ledger_address_parse(r->l, grantee, grantee_text) != UR_OK || ur_ledger_address_parse(r->l, granter, granter_text) != UR_OK) {
        return ur_run_refuse(r, "undefined", 1, "decoding bech32 failed");
    }
    return UR_OK;
}

ur_status ur_feegrant_grant(ur_run *r, const ur_msg_grant *m)
{
    uint8_t key[KEY_MAX];
    ur_ledger_address granter, grantee;
    ur_basic_allowance allowance;
    ur_bank_account account;
    ur_err why = {0};
    ur_span there;
    if (ur_span_eq_var(m->granter, m->grantee)) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_ADDRESS, "cannot self-grant fee authorization: invalid address");
    }
    UR_TRY(parties(r, m->granter, m->grantee, &granter, &grantee));
    ur_status st = ur_run_get(r, UR_STORE_FEEGRANT, key_of(key, &granter, &grantee), &there);
    if (st == UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "fee allowance already exists: invalid request");
    }
    if (st != UR_E_ABSENT) {
        return st;
    }
    st = m->has_allowance ? ur_allowance_decode_var(&allowance, &m->allowance, &why) : UR_E_INPUT;
    if (st != UR_OK) {
        return ur_run_refuse(r, "feegrant", 5, "%s: no allowance", m->has_allowance ? ur_err_text(&why, st) : "failed to get allowance");
    }
    UR_TRY(check_allowance(r, &allowance));
    st = ur_bank_account_get(r, &account, &grantee);
    st = st == UR_E_ABSENT ? ur_bank_account_new(r, &grantee, NULL) : st;
    UR_TRY(st);
    UR_TRY(put(r, &granter, &grantee, &allowance));
    tell(r, "set_feegrant", &granter, &grantee);
    return UR_OK;
}

static ur_status revoke(ur_run *r, const ur_ledger_address *granter, const ur_ledger_address *grantee)
{
    uint8_t key[KEY_MAX];
    UR_TRY(ur_run_remove(r, UR_STORE_FEEGRANT, key_of(key, granter, grantee)));
    tell(r, "revoke_feegrant", granter, grantee);
    return UR_OK;
}

ur_status ur_feegrant_revoke(ur_run *r, const ur_msg_revoke *m)
{
    ur_ledger_address granter, grantee;
    ur_basic_allowance allowance;
    if (ur_span_eq_var(m->granter, m->grantee)) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_ADDRESS, "addresses must be different: invalid address");
    }
    UR_TRY(parties(r, m->granter, m->grantee, &granter, &grantee));
    UR_TRY(get(r, &granter, &grantee, &allowance));
    return revoke(r, &granter, &grantee);
}

/* Take a coin off a limit. False if it is not enough. */
static bool spend(ur_run *r, ur_coins *limit, const ur_bank_coin *c)
{
    for (size_t i = 0; i < limit->n; i++) {
        uint64_t has;
        if (!ur_span_eq_var(limit->at[i].denom, c->denom)) {
            continue;
        }
        ur_status st = ur_coin_amount_var(&has, limit->at[i].amount);
        if (st == UR_E_LIMIT) { /* more than all there is: stays as it is */
            return true;
        }
        if (st != UR_OK || has < c->amount) {
            return false;
        }
        limit->at[i].amount = ur_pool_text(r->pool, "%llu", (unsigned long long)(has - c->amount));
        if (has == c->amount) {
            memmove(&limit->at[i], &limit->at[i + 1], (limit->n - i - 1) * sizeof limit->at[0]);
            limit->n--;
        }
        return true;
    }
    return c->amount == 0;
}

ur_status ur_feegrant_use(ur_run *r, const ur_ledger_address *granter, const ur_ledger_address *grantee, const ur_bank_coins *fee)
{
    ur_basic_allowance a;
    UR_TRY(get(r, granter, grantee, &a));
    if (a.has_expiration && ur_time_cmp(expires(&a), r->time) < 0) {
        return ur_run_refuse(r, "feegrant", EXPIRED, "basic allowance: fee allowance expired");
    }
    bool limited = a.spend_limit.n > 0;
    for (size_t i = 0; limited && i < fee->n; i++) {
        if (!spend(r, &a.spend_limit, &fee->coin[i])) {
            return ur_run_refuse(r, "feegrant", LIMIT_EXCEEDED, "basic allowance: fee limit exceeded");
        }
    }
    if (limited && a.spend_limit.n == 0) {
        UR_TRY(revoke(r, granter, grantee));
        tell(r, "use_feegrant", granter, grantee);
        return UR_OK;
    }
    tell(r, "use_feegrant", granter, grantee);
    UR_TRY(put(r, granter, grantee, &a));
    tell(r, "update_feegrant", granter, grantee);
    return UR_OK;
}
