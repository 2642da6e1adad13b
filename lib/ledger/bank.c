#include "lib/ledger/bank.h"

#include <inttypes.h>

#include "core/codec/bech32.h"
#include "core/codec/pb.h"

enum { KEY_ACCOUNT = 1, KEY_BALANCE = 2, RECORD_MAX = 512, AMOUNT_MAX = 20 };
static const char base_account[] = "/cosmos.auth.v1beta1.BaseAccount", module_account[] = "/cosmos.auth.v1beta1.ModuleAccount",
                  secp_key[] = "/cosmos.crypto.secp256k1.PubKey";

/* ---- addresses ---- */

ur_status ur_ledger_address_parse(const ur_ledger *l, ur_ledger_address *out, ur_span text)
{
    size_t n;
    *out = (ur_ledger_address){0};
    UR_TRY(ur_bech32_address_var(out->bytes, sizeof out->bytes, &n, ur_span_str_var(l->prefix), text));
    if (n != 20 && n != 32) {
        *out = (ur_ledger_address){0};
        return UR_E_INPUT;
    }
    out->n = (uint8_t)n;
    return UR_OK;
}

void ur_ledger_address_text(const ur_ledger *l, char out[UR_LEDGER_ADDRESS_TEXT_MAX], const ur_ledger_address *address)
{
    size_t n;
    ur_status st = ur_bech32_encode_var(out, UR_LEDGER_ADDRESS_TEXT_MAX - 1, &n, ur_span_str_var(l->prefix),
                                        ur_span_of(address->bytes, address->n));
    out[st == UR_OK ? n : 0] = '\0'; /* a prefix of 16 and 32 bytes fit */
}

ur_span ur_bank_address_text(ur_run *r, const ur_ledger_address *address)
{
    char *text = ur_pool_take(r->pool, UR_LEDGER_ADDRESS_TEXT_MAX);
    if (text == NULL) {
        r->no_room = true;
        return (ur_span){0};
    }
    ur_ledger_address_text(r->l, text, address);
    return ur_span_str_var(text);
}

/* SHA-256 of the module's name, cut to 20 bytes. */
void ur_bank_fee_collector(ur_ledger_address *out)
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_sha256_of(hash, UR_SPAN_LIT("fee_collector"));
    *out = (ur_ledger_address){.n = 20};
    memcpy(out->bytes, hash, 20);
}

/* ---- accounts ---- */

ur_span ur_bank_account_key(uint8_t out[1 + UR_LEDGER_ADDRESS_MAX], const ur_ledger_address *address)
{
    out[0] = KEY_ACCOUNT;
    memcpy(out + 1, address->bytes, address->n);
    return ur_span_of(out, 1u + address->n);
}

static ur_status parse_key(ur_bank_account *out, ur_span any)
{
    static const ur_pb_wire wires[2] = {UR_PB_BYTES, UR_PB_BYTES};
    ur_pb_field f[2], key[1];
    UR_TRY(ur_pb_fields_var(f, wires, 2, any, UR_PB_CANONICAL));
    UR_TRY(ur_pb_fields_var(key, wires, 1, f[1].bytes, UR_PB_CANONICAL));
    if (key[0].bytes.n != sizeof out->key || !ur_span_eq_var(f[0].bytes, ur_span_str_var(secp_key))) {
        return UR_E_INPUT;
    }
    memcpy(out->key, key[0].bytes.p, sizeof out->key);
    out->has_key = true;
    return UR_OK;
}

/* BaseAccount {1 address, 2 pub_key, 3 account_number, 4 sequence}. */
static ur_status parse_base(ur_bank_account *out, ur_span base)
{
    static const ur_pb_wire wires[4] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_VARINT, UR_PB_VARINT};
    ur_pb_field f[4];
    UR_TRY(ur_pb_fields_var(f, wires, 4, base, UR_PB_CANONICAL));
    out->number = f[2].u;
    out->sequence = f[3].u;
    return f[1].number == 0 ? UR_OK : parse_key(out, f[1].bytes);
}

ur_status ur_bank_account_parse(ur_bank_account *out, ur_span record)
{
    static const ur_pb_wire wires[3] = {UR_PB_BYTES, UR_PB_BYTES, UR_PB_BYTES};
    ur_pb_field any[2], module[3];
    *out = (ur_bank_account){0};
    UR_TRY(ur_pb_fields_var(any, wires, 2, record, UR_PB_CANONICAL));
    if (ur_span_eq_var(any[0].bytes, ur_span_str_var(base_account))) {
        return parse_base(out, any[1].bytes);
    }
    UR_TRY(ur_pb_fields_var(module, wires, 3, any[1].bytes, UR_PB_CANONICAL));
    out->module = true;
    return parse_base(out, module[0].bytes);
}

ur_status ur_bank_account_get(ur_run *r, ur_bank_account *out, const ur_ledger_address *address)
{
    uint8_t key[1 + UR_LEDGER_ADDRESS_MAX];
    ur_span record;
    *out = (ur_bank_account){0};
    UR_TRY(ur_run_get(r, UR_STORE_ACC, ur_bank_account_key(key, address), &record));
    ur_status st = ur_bank_account_parse(out, record);
    return st == UR_OK ? UR_OK : ur_err_set(r->err, UR_E_INPUT, "the ledger's database is damaged: an account's record");
}

static void put_base(ur_run *r, ur_writer *w, const ur_ledger_address *address, const ur_bank_account *a)
{
    ur_pb_put_bytes(w, 1, ur_bank_address_text(r, address));
    if (a->has_key) {
        size_t any = ur_pb_begin(w, 2);
        ur_pb_put_text(w, 1, secp_key);
        size_t key = ur_pb_begin(w, 2);
        ur_pb_put_bytes(w, 1, ur_span_of(a->key, sizeof a->key));
        ur_pb_end(w, key);
        ur_pb_end(w, any);
    }
    ur_pb_put_u64(w, 3, a->number);
    ur_pb_put_u64(w, 4, a->sequence);
}

static ur_status put_account(ur_run *r, const ur_ledger_address *address, const ur_bank_account *a, const char *module)
{
    uint8_t key[1 + UR_LEDGER_ADDRESS_MAX], record[RECORD_MAX];
    ur_writer w;
    ur_span bytes;
    ur_writer_init(&w, record, sizeof record);
    ur_pb_put_text(&w, 1, module == NULL ? base_account : module_account);
    size_t value = ur_pb_begin(&w, 2);
    if (module == NULL) {
        put_base(r, &w, address, a);
    } else {
        size_t base = ur_pb_begin(&w, 1);
        put_base(r, &w, address, a);
        ur_pb_end(&w, base);
        ur_pb_put_text(&w, 2, module);
    }
    ur_pb_end(&w, value);
    UR_TRY(ur_writer_end(&w, &bytes));
    return ur_run_put(r, UR_STORE_ACC, ur_bank_account_key(key, address), bytes);
}

ur_status ur_bank_account_put(ur_run *r, const ur_ledger_address *address, const ur_bank_account *account)
{
    return put_account(r, address, account, NULL);
}

ur_status ur_bank_account_new(ur_run *r, const ur_ledger_address *address, const char *module)
{
    static const ur_span next_key = {(const uint8_t *)"globalAccountNumber", 19};
    ur_bank_account a = {0};
    uint8_t next[8];
    ur_writer w;
    ur_span text;
    ur_status st = ur_run_get(r, UR_STORE_ACC, next_key, &text);
    if (st == UR_OK) {
        ur_reader in;
        ur_reader_init(&in, text);
        UR_TRY(ur_reader_u64be(&in, &a.number));
    } else if (st != UR_E_ABSENT) {
        return st;
    }
    ur_writer_init(&w, next, sizeof next);
    ur_writer_u64be(&w, a.number + 1);
    UR_TRY(ur_run_put(r, UR_STORE_ACC, next_key, ur_span_of(next, sizeof next)));
    return put_account(r, address, &a, module);
}

/* ---- coins ---- */

ur_span ur_bank_balance_key(uint8_t out[UR_BANK_KEY_MAX], const ur_ledger_address *address, ur_span denom)
{
    ur_writer w;
    ur_writer_init(&w, out, UR_BANK_KEY_MAX);
    ur_writer_u8(&w, KEY_BALANCE);
    ur_writer_u8(&w, address->n);
    ur_writer_bytes(&w, address->bytes, address->n);
    ur_writer_span(&w, denom);
    return ur_span_of(out, w.n);
}

static ur_status parse_amount(uint64_t *out, ur_span text)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || *out > (UINT64_MAX - 9) / 10) {
            *out = 0;
            return UR_E_INPUT;
        }
        *out = *out * 10 + (uint64_t)(text.p[i] - '0');
    }
    return UR_OK;
}

ur_status ur_bank_get(ur_run *r, const ur_ledger_address *address, ur_span denom, uint64_t *amount)
{
    uint8_t key[UR_BANK_KEY_MAX];
    ur_span text;
    *amount = 0;
    ur_status st = denom.n > UR_LEDGER_DENOM_MAX ? UR_E_ABSENT : ur_run_get(r, UR_STORE_BANK, ur_bank_balance_key(key, address, denom), &text);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? UR_OK : st;
    }
    st = parse_amount(amount, text);
    return st == UR_OK ? UR_OK : ur_err_set(r->err, UR_E_INPUT, "the ledger's database is damaged: a balance");
}

ur_status ur_bank_set(ur_run *r, const ur_ledger_address *address, ur_span denom, uint64_t amount)
{
    uint8_t key[UR_BANK_KEY_MAX], text[AMOUNT_MAX];
    ur_writer w;
    ur_span at = ur_bank_balance_key(key, address, denom);
    if (amount == 0) {
        return ur_run_remove(r, UR_STORE_BANK, at);
    }
    ur_writer_init(&w, text, sizeof text);
    ur_writer_dec(&w, amount);
    return ur_run_put(r, UR_STORE_BANK, at, ur_span_of(text, w.n));
}

ur_span ur_bank_coins_text(ur_run *r, const ur_bank_coins *coins)
{
    ur_writer w;
    size_t room = 0;
    for (size_t i = 0; i < coins->n; i++) {
        room += coins->coin[i].denom.n + coins->coin[i].text.n + 1;
    }
    if (ur_pool_writer(r->pool, &w, room) != UR_OK) {
        r->no_room = true;
        return (ur_span){0};
    }
    for (size_t i = 0; i < coins->n; i++) {
        if (i > 0) {
            ur_writer_u8(&w, ',');
        }
        ur_writer_span(&w, coins->coin[i].text);
        ur_writer_span(&w, coins->coin[i].denom);
    }
    return ur_span_of(w.p, w.n);
}

static ur_status take(ur_run *r, const ur_ledger_address *from, const ur_bank_coin *c)
{
    uint64_t has;
    UR_TRY(ur_bank_get(r, from, c->denom, &has));
    if (has < c->amount) {
        return ur_run_refuse(r, "sdk", UR_SDK_INSUFFICIENT_FUNDS, "spendable balance %" PRIu64 "%.*s is smaller than %.*s%.*s: insufficient funds",
                             has, (int)c->denom.n, (const char *)c->denom.p, (int)c->text.n, (const char *)c->text.p, (int)c->denom.n,
                             (const char *)c->denom.p);
    }
    return ur_bank_set(r, from, c->denom, has - c->amount);
}

static ur_status give(ur_run *r, const ur_ledger_address *to, const ur_bank_coin *c)
{
    uint64_t has;
    UR_TRY(ur_bank_get(r, to, c->denom, &has));
    return ur_bank_set(r, to, c->denom, has + c->amount);
}

static void moved(ur_run *r, const char *type, const char *who, ur_span address, ur_span amount)
{
    ur_run_event_begin(r, ur_span_str_var(type));
    ur_run_attribute_put(r, who, address);
    ur_run_attribute_put(r, "amount", amount);
}

static ur_status make_account(ur_run *r, const ur_ledger_address *address)
{
    ur_bank_account a;
    ur_status st = ur_bank_account_get(r, &a, address);
    return st == UR_E_ABSENT ? ur_bank_account_new(r, address, NULL) : st;
}

ur_status ur_bank_send(ur_run *r, const ur_ledger_address *from, const ur_ledger_address *to, const ur_bank_coins *coins)
{
    ur_span amount = ur_bank_coins_text(r, coins), sender = ur_bank_address_text(r, from), receiver = ur_bank_address_text(r, to);
    for (size_t i = 0; i < coins->n; i++) {
        UR_TRY(take(r, from, &coins->coin[i]));
    }
    moved(r, "coin_spent", "spender", sender, amount);
    for (size_t i = 0; i < coins->n; i++) {
        UR_TRY(give(r, to, &coins->coin[i]));
    }
    moved(r, "coin_received", "receiver", receiver, amount);
    UR_TRY(make_account(r, to));
    ur_run_event_begin(r, UR_SPAN_LIT("transfer"));
    ur_run_attribute_put(r, "recipient", receiver);
    ur_run_attribute_put(r, "sender", sender);
    ur_run_attribute_put(r, "amount", amount);
    ur_run_event_begin(r, UR_SPAN_LIT("message"));
    ur_run_attribute_put(r, "sender", sender);
    return UR_OK;
}
