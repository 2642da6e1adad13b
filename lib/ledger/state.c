/* The state as a whole: how it begins, how a block's changes become its next version, and how it is read. */
#include <stdlib.h>

#include "core/codec/bech32.h"
#include "lib/ledger/bank.h"
#include "lib/suite/ed25519.h"

enum { JSON_BASE = 4096, JSON_ACCOUNT = 512, PRUNE_PER_CHANGE = 40, PRUNE_LEAST = 64 };

/* ---- genesis ---- */

/* wasm's parameters: everybody may upload and instantiate. They make its store one that is never empty, in which absence can be
 * proven from the first block on. */
static ur_status put_wasm_params(ur_run *r)
{
    static const uint8_t key[] = {0x10}, params[] = {0x0a, 2, 8, 3, 0x10, 3};
    return ur_run_put(r, UR_STORE_WASM, ur_span_of(key, sizeof key), ur_span_of(params, sizeof params));
}

ur_status ur_state_genesis(ur_ledger *l, const ur_ledger_genesis *g, ur_err *err)
{
    ur_run r;
    ur_ledger_address fees;
    uint64_t sum = 0;
    ur_span denom = ur_span_str_var(l->denom);
    ur_run_init(&r, l, &l->block_layer, err);
    for (size_t i = 0; i < g->accounts; i++) {
        const ur_ledger_coins *c = &g->account[i];
        ur_bank_account known;
        if ((c->address.n != 20 && c->address.n != 32) || c->amount > INT64_MAX - sum || ur_bank_account_get(&r, &known, &c->address) == UR_OK) {
            return ur_err_set(err, UR_E_USAGE, "genesis account %zu: an address twice, of a wrong length, or more coins than 2^63", i);
        }
        sum += c->amount;
        UR_TRY(ur_bank_account_new(&r, &c->address, NULL));
        UR_TRY(ur_bank_set(&r, &c->address, denom, c->amount));
    }
    uint8_t key[1 + UR_LEDGER_DENOM_MAX] = {0}, text[20]; /* supply: 00 | denomination */
    ur_writer w;
    memcpy(key + 1, denom.p, denom.n);
    ur_writer_init(&w, text, sizeof text);
    ur_writer_dec(&w, sum);
    UR_TRY(ur_run_put(&r, UR_STORE_BANK, ur_span_of(key, 1 + denom.n), ur_span_of(text, w.n)));
    UR_TRY(put_wasm_params(&r));
    ur_bank_fee_collector(&fees);
    return ur_bank_account_new(&r, &fees, "fee_collector");
}

static void member(ur_json_writer *j, const char *key, const char *text)
{
    ur_json_key(j, key);
    ur_json_put_text(j, text);
}

static void put_params(ur_json_writer *j)
{
    ur_json_begin_object(j);
    ur_json_key(j, "abci");
    ur_json_begin_object(j);
    member(j, "vote_extensions_enable_height", "0");
    ur_json_end_object(j);
    ur_json_key(j, "block");
    ur_json_begin_object(j);
    ur_json_key(j, "max_bytes");
    ur_json_put_u64_text(j, UR_LEDGER_BLOCK_BYTES_MAX);
    member(j, "max_gas", "-1");
    ur_json_end_object(j);
    ur_json_key(j, "evidence");
    ur_json_begin_object(j);
    member(j, "max_age_duration", "172800000000000");
    member(j, "max_age_num_blocks", "100000");
    member(j, "max_bytes", "1048576");
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
    member(j, "app", "0");
    ur_json_end_object(j);
    ur_json_end_object(j);
}

/* Bech32 with the prefix of the genesis: the ledger's own is not known yet. */
static void put_balances(ur_json_writer *j, const ur_ledger_genesis *g)
{
    ur_json_begin_array(j);
    for (size_t i = 0; i < g->accounts; i++) {
        char text[UR_LEDGER_ADDRESS_TEXT_MAX];
        size_t n;
        const ur_ledger_address *a = &g->account[i].address;
        ur_status st = ur_bech32_encode_var(text, sizeof text - 1, &n, ur_span_str_var(g->prefix), ur_span_of(a->bytes, a->n));
        text[st == UR_OK ? n : 0] = '\0';
        ur_json_begin_object(j);
        member(j, "address", text);
        ur_json_key(j, "coins");
        ur_json_begin_array(j);
        ur_json_begin_object(j);
        ur_json_key(j, "amount");
        ur_json_put_u64_text(j, g->account[i].amount);
        member(j, "denom", g->denom);
        ur_json_end_object(j);
        ur_json_end_array(j);
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
}

static void put_validator(ur_json_writer *j, const uint8_t key[UR_ED25519_KEY_BYTES])
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t address[UR_COMET_ADDRESS_BYTES];
    char hex[2 * UR_COMET_ADDRESS_BYTES + 1] = {0};
    ur_comet_address_var(address, key);
    for (size_t i = 0; i < sizeof address; i++) {
        hex[2 * i] = digits[address[i] >> 4];
        hex[2 * i + 1] = digits[address[i] & 15];
    }
    ur_json_begin_array(j);
    ur_json_begin_object(j);
    member(j, "address", hex);
    member(j, "name", "");
    ur_json_key(j, "power");
    ur_json_put_u64_text(j, UR_LEDGER_POWER);
    ur_json_key(j, "pub_key");
    ur_json_begin_object(j);
    member(j, "type", "tendermint/PubKeyEd25519");
    ur_json_key(j, "value");
    ur_json_put_base64(j, ur_span_of(key, UR_ED25519_KEY_BYTES));
    ur_json_end_object(j);
    ur_json_end_object(j);
    ur_json_end_array(j);
}

ur_status ur_state_genesis_json(ur_ledger *l, ur_span *out, const ur_ledger_genesis *g, ur_time time, ur_err *err)
{
    ur_writer w;
    ur_json_writer j;
    char text[UR_TIME_TEXT_MAX + 1] = {0};
    uint8_t key[UR_ED25519_KEY_BYTES], sig[UR_ED25519_SIG_BYTES];
    UR_TRY(ur_ed25519_sign(sig, key, g->validator_seed, (ur_span){0}));
    if (ur_pool_writer(&l->block_pool, &w, JSON_BASE + g->accounts * JSON_ACCOUNT) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    (void)ur_time_text_var(text, time);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    member(&j, "app_hash", "");
    ur_json_key(&j, "app_state");
    ur_json_begin_object(&j);
    ur_json_key(&j, "bank");
    ur_json_begin_object(&j);
    ur_json_key(&j, "balances");
    put_balances(&j, g);
    ur_json_end_object(&j);
    ur_json_end_object(&j);
    member(&j, "chain_id", g->chain_id);
    ur_json_key(&j, "consensus_params");
    put_params(&j);
    member(&j, "genesis_time", text);
    member(&j, "initial_height", "1");
    ur_json_key(&j, "validators");
    put_validator(&j, key);
    ur_json_end_object(&j);
    ur_status st = ur_json_writer_end(&j, out);
    return st == UR_OK ? UR_OK : ur_err_set(err, st, "cannot write the genesis document");
}

/* ---- a block's changes ---- */

ur_status ur_state_flush(ur_ledger *l, ur_err *err)
{
    ur_kv_entry **change;
    size_t n = l->block_layer.n;
    if (n == 0) {
        return UR_OK;
    }
    if (ur_kv_changes(&l->block_layer, &change) != UR_OK) {
        return ur_ledger_no_memory(err);
    }
    for (size_t i = 0; i < n; i++) {
        UR_TRY(ur_kv_write(&l->kv, change[i], err));
        UR_TRY(ur_stores_apply(&l->stores, change[i], err));
    }
    UR_TRY(ur_stores_save(&l->stores, err));
    uint64_t state = l->tip.state + 1;
    if (state > l->keep_states) {
        UR_TRY(ur_stores_prune(&l->stores, state - l->keep_states, PRUNE_LEAST + n * PRUNE_PER_CHANGE, err));
    }
    l->state_changed = true;
    ur_kv_layer_reset(&l->block_layer);
    ur_kv_trim(&l->kv);
    return UR_OK;
}

ur_status ur_state_check_tip(ur_ledger *l, ur_err *err)
{
    uint8_t app[UR_SHA256_BYTES];
    if (l->without_tree) {
        return UR_OK;
    }
    ur_stores_app_hash(&l->stores, app);
    return ur_eq_var(app, l->tip.app, sizeof app) ? UR_OK : ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: its state is not that of its newest block");
}

/* ---- reading ---- */

static ur_status store_of(ur_span name, ur_store *out)
{
    for (size_t i = 0; i < UR_STORES; i++) {
        if (ur_span_eq_var(name, ur_span_str_var(ur_store_name((ur_store)i)))) {
            *out = (ur_store)i;
            return UR_OK;
        }
    }
    return UR_E_ABSENT;
}

/* A record of the newest state, from the flat table. */
static ur_status latest(ur_ledger *l, ur_ledger_record *out, ur_store store, ur_span key, ur_err *err)
{
    ur_span value;
    ur_status st = ur_kv_get(&l->kv, NULL, store, key, &value, err);
    out->height = l->tip.height;
    out->present = st == UR_OK;
    if (st == UR_OK) {
        st = ur_pool_copy(&l->answer, &out->value, value);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_ledger_store_get(ur_ledger *l, ur_ledger_record *out, ur_span store, ur_span key, int64_t height, bool prove, ur_err *err)
{
    ur_store which;
    ur_chain_block b;
    *out = (ur_ledger_record){0};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    if (store_of(store, &which) != UR_OK) {
        return ur_err_set(err, UR_E_ABSENT, "there is no store of that name");
    }
    if (!prove && (height == 0 || height == l->tip.height)) {
        return latest(l, out, which, key, err);
    }
    out->height = height == 0 ? l->tip.height - 1 : height;
    if (out->height < 2 && prove) {
        return ur_err_set(err, UR_E_USAGE, "cannot query with proof when height <= 1; please provide a valid height");
    }
    ur_status st = ur_chain_read(l, &b, out->height, err);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? ur_err_set(err, UR_E_UNAVAILABLE, "there is no block %lld yet", (long long)out->height) : st;
    }
    st = ur_stores_prove(&l->stores, &l->answer, which, b.state, key, &out->value, &out->in_store, &out->of_store, err);
    out->present = st == UR_OK;
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_ledger_account_of(ur_ledger *l, ur_ledger_account *out, const ur_ledger_address *address, ur_err *err)
{
    uint8_t key[1 + UR_LEDGER_ADDRESS_MAX];
    ur_bank_account a;
    ur_span record;
    *out = (ur_ledger_account){0};
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    UR_TRY(ur_kv_get(&l->kv, NULL, UR_STORE_ACC, ur_bank_account_key(key, address), &record, err));
    if (ur_bank_account_parse(&a, record) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: an account's record");
    }
    out->number = a.number;
    out->sequence = a.sequence;
    out->has_key = a.has_key;
    memcpy(out->key, a.key, sizeof a.key);
    return ur_pool_copy(&l->answer, &out->record, record);
}

ur_status ur_ledger_balance(ur_ledger *l, ur_span *amount, const ur_ledger_address *address, ur_span denom, ur_err *err)
{
    uint8_t key[UR_BANK_KEY_MAX];
    ur_span text;
    *amount = UR_SPAN_LIT("0");
    ur_pool_reset(&l->answer);
    ur_kv_trim(&l->kv);
    if (denom.n > UR_LEDGER_DENOM_MAX) {
        return UR_OK;
    }
    ur_status st = ur_kv_get(&l->kv, NULL, UR_STORE_BANK, ur_bank_balance_key(key, address, denom), &text, err);
    return st == UR_E_ABSENT ? UR_OK : st == UR_OK ? ur_pool_copy(&l->answer, amount, text) : st;
}
