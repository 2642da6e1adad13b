#include "lib/ledger/ante.h"

#include <inttypes.h>

#include "core/codec/base64.h"
#include "lib/cosmos/address.h"
#include "lib/suite/secp256k1.h"

enum { MEMO_MAX = 256, SIGNATURES_MAX = 7, GAS_TX_BYTE = 10, GAS_SIGNATURE = 1000, SIG_BYTES = 64, SIM_SIGNATURE_BYTES = 120,
       GAS_READ = 1000, GAS_READ_KEY = 3, GAS_HANDLERS = 5300 };

ur_status ur_ante_coins(ur_run *r, ur_bank_coins *out, const ur_coins *in)
{
    ur_bank_coin *coin = ur_pool_take(r->pool, in->n * sizeof *coin);
    *out = (ur_bank_coins){0};
    if (coin == NULL) {
        return ur_run_no_memory(r);
    }
    for (size_t i = 0; i < in->n; i++) {
        coin[i].denom = in->at[i].denom;
        coin[i].text = in->at[i].amount;
        ur_status st = ur_coin_amount_var(&coin[i].amount, in->at[i].amount);
        if (st == UR_E_INPUT) {
            return ur_run_refuse(r, "sdk", UR_SDK_TX_DECODE, "an amount is no decimal number: tx parse error");
        }
        coin[i].amount = st == UR_E_LIMIT ? UINT64_MAX : coin[i].amount;
    }
    *out = (ur_bank_coins){in->n, coin};
    return UR_OK;
}

/* ---- without state ---- */

static ur_status decode_messages(ur_run *r, ur_ante *a)
{
    size_t n = a->tx.body.messages.n;
    a->msg = ur_pool_take(r->pool, n * sizeof *a->msg);
    if (a->msg == NULL) {
        return ur_run_no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        ur_err why = {0};
        ur_status st = ur_msg_decode_var(&a->msg[i], &a->tx.body.messages.at[i], &why);
        if (st != UR_OK) {
            return ur_run_refuse(r, "sdk", UR_SDK_TX_DECODE, "%s: tx parse error", ur_err_text(&why, st));
        }
    }
    for (size_t i = 0; i < n; i++) {
        UR_TRY(ur_message_check(r, &a->msg[i]));
    }
    return UR_OK;
}

static ur_status add_signer(ur_run *r, ur_ante *a, ur_span text)
{
    ur_ledger_address who;
    if (ur_ledger_address_parse(r->l, &who, text) != UR_OK) {
        return ur_run_refuse(r, "undefined", 1, "decoding bech32 failed: %.*s", (int)(text.n < 128 ? text.n : 128), (const char *)text.p);
    }
    for (size_t i = 0; i < a->signers; i++) {
        if (a->signer[i].n == who.n && ur_eq_var(a->signer[i].bytes, who.bytes, who.n)) {
            return UR_OK;
        }
    }
    if (a->signers == UR_TX_SIGNERS_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_TOO_MANY_SIGNATURES, "signatures: %d, limit: %d: maximum number of signatures exceeded",
                             UR_TX_SIGNERS_MAX + 1, SIGNATURES_MAX);
    }
    a->signer[a->signers++] = who;
    return UR_OK;
}

ur_status ur_ante_decode(ur_run *r, ur_ante *a, ur_span tx)
{
    ur_err why = {0};
    a->signers = 0;
    ur_status st = ur_tx_decode_var(&a->tx, tx, &why);
    if (st != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_TX_DECODE, "%s: tx parse error", ur_err_text(&why, st));
    }
    UR_TRY(decode_messages(r, a));
    for (size_t i = 0; i < a->tx.body.messages.n; i++) {
        UR_TRY(add_signer(r, a, ur_msg_signer(&a->msg[i])));
    }
    const ur_fee *fee = &a->tx.auth.fee;
    return fee->payer.n > 0 ? add_signer(r, a, fee->payer) : UR_OK;
}

/* ---- the steps, as the SDK names them ---- */

static ur_status validate_basic(ur_run *r, const ur_ante *a)
{
    const ur_tx *tx = &a->tx;
    if (tx->body.extensions.n > 0) {
        return ur_run_refuse(r, "sdk", 31, "unknown extension options");
    }
    if (!tx->auth.has_fee) {
        return ur_run_refuse(r, "undefined", 1, "missing fee");
    }
    if (tx->auth.fee.gas_limit > INT64_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_REQUEST, "invalid gas supplied; %" PRIu64 " > %" PRId64 ": invalid request",
                             tx->auth.fee.gas_limit, INT64_MAX);
    }
    if (tx->raw.signatures.n == 0) {
        return ur_run_refuse(r, "sdk", UR_SDK_NO_SIGNATURES, "no signatures supplied");
    }
    if (tx->raw.signatures.n != a->signers) {
        return ur_run_refuse(r, "sdk", UR_SDK_UNAUTHORIZED, "wrong number of signers; expected %zu, got %zu: unauthorized", a->signers,
                             tx->raw.signatures.n);
    }
    return UR_OK;
}

static ur_status timeouts(ur_run *r, const ur_tx_body *body)
{
    if (body->timeout_height > 0 && (uint64_t)r->height > body->timeout_height) {
        return ur_run_refuse(r, "sdk", UR_SDK_TIMEOUT_HEIGHT, "block height: %" PRId64 ", timeout height: %" PRIu64 ": tx timeout height", r->height,
                             body->timeout_height);
    }
    if (body->unordered) {
        return ur_run_refuse(r, "sdk", 37, "unordered transactions are not enabled: feature not supported");
    }
    ur_time until = {(int64_t)body->timeout_time.seconds, body->timeout_time.nanos};
    if (body->has_timeout_time && until.s != 0 && ur_time_cmp(until, r->time) < 0) {
        return ur_run_refuse(r, "sdk", 42, "the block's time is past the transaction's: tx timeout");
    }
    return UR_OK;
}

/* The parameters that the SDK reads before it, and what else its handlers read that this ledger does not have: as measured on wasmd. */
static ur_status size_gas(ur_run *r, const ur_ante *a, ur_span tx)
{
    UR_TRY(ur_run_gas(r, GAS_READ, "ReadFlat"));
    UR_TRY(ur_run_gas(r, GAS_READ_KEY, "ReadPerByte"));
    UR_TRY(ur_run_gas(r, GAS_HANDLERS, "ReadFlat"));
    UR_TRY(ur_run_gas(r, GAS_TX_BYTE * (uint64_t)tx.n, "txSize"));
    for (size_t i = 0; r->simulate && i < a->tx.raw.signatures.n; i++) {
        if (a->tx.raw.signatures.at[i].n == 0) {
            UR_TRY(ur_run_gas(r, GAS_TX_BYTE * SIM_SIGNATURE_BYTES, "txSize"));
        }
    }
    return UR_OK;
}

/* Whether the fee holds at least price * gas, rounded up, of the ledger's denomination. */
static ur_status least_fee(ur_run *r, const ur_fee *fee, const ur_bank_coins *coins)
{
    uint64_t price = r->l->gas_price_milli, offered = 0;
    if (price == 0) {
        return UR_OK;
    }
    for (size_t i = 0; i < coins->n; i++) {
        offered = ur_span_eq_var(coins->coin[i].denom, ur_span_str_var(r->l->denom)) ? coins->coin[i].amount : offered;
    }
    bool huge = fee->gas_limit > (UINT64_MAX - 999) / price;
    uint64_t least = huge ? UINT64_MAX : (fee->gas_limit * price + 999) / 1000;
    if (offered >= least && !huge) {
        return UR_OK;
    }
    ur_span got = ur_bank_coins_text(r, coins);
    return ur_run_refuse(r, "sdk", UR_SDK_INSUFFICIENT_FEE, "insufficient fees; got: %.*s required: %" PRIu64 "%s: insufficient fee", (int)got.n,
                         (const char *)got.p, least, r->l->denom);
}

static ur_status fee_source(ur_run *r, const ur_ante *a, const ur_bank_coins *coins, ur_ledger_address *from)
{
    const ur_fee *fee = &a->tx.auth.fee;
    ur_ledger_address payer = a->signer[0], granter;
    if (fee->payer.n > 0 && ur_ledger_address_parse(r->l, &payer, fee->payer) != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_ADDRESS, "Invalid fee payer address: invalid address");
    }
    *from = payer;
    if (fee->granter.n == 0) {
        return UR_OK;
    }
    if (ur_ledger_address_parse(r->l, &granter, fee->granter) != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_ADDRESS, "Invalid fee granter address: invalid address");
    }
    *from = granter;
    if (granter.n == payer.n && ur_eq_var(granter.bytes, payer.bytes, payer.n)) {
        return UR_OK;
    }
    ur_status st = ur_feegrant_use(r, &granter, &payer, coins);
    if (st == UR_E_POLICY) {
        ur_span g = ur_bank_address_text(r, &granter), p = ur_bank_address_text(r, &payer);
        ur_run_wrap(r, "%.*s does not allow to pay fees for %.*s: ", (int)g.n, (const char *)g.p, (int)p.n, (const char *)p.p);
    }
    return st;
}

static bool is_nothing(const ur_bank_coins *coins)
{
    for (size_t i = 0; i < coins->n; i++) {
        if (coins->coin[i].amount > 0) {
            return false;
        }
    }
    return true;
}

static ur_status pay(ur_run *r, const ur_fee *fee, const ur_ledger_address *from, const ur_bank_coins *coins, ur_span text)
{
    ur_ledger_address collector;
    if (ur_coins_check_var(&fee->amount, NULL) != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INSUFFICIENT_FEE, "invalid fee amount: %.*s: insufficient fee", (int)text.n, (const char *)text.p);
    }
    ur_bank_fee_collector(&collector);
    ur_status st = ur_bank_send(r, from, &collector, coins);
    if (st == UR_E_POLICY && r->code == UR_SDK_INSUFFICIENT_FUNDS) {
        r->log = ur_pool_text(r->pool, "%.*s: insufficient funds", (int)r->log.n, (const char *)r->log.p);
    }
    return st;
}

static ur_status deduct_fee(ur_run *r, const ur_ante *a, ur_ante_mode mode)
{
    const ur_fee *fee = &a->tx.auth.fee;
    ur_bank_coins coins;
    ur_ledger_address from;
    ur_bank_account account;
    if (mode != UR_ANTE_SIMULATE && fee->gas_limit == 0) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_GAS_LIMIT, "must provide positive gas: invalid gas limit");
    }
    UR_TRY(ur_ante_coins(r, &coins, &fee->amount));
    if (mode == UR_ANTE_CHECK) {
        UR_TRY(least_fee(r, fee, &coins));
    }
    UR_TRY(fee_source(r, a, &coins, &from));
    ur_span payer = ur_bank_address_text(r, &from), text = ur_bank_coins_text(r, &coins);
    ur_status st = ur_bank_account_get(r, &account, &from);
    if (st == UR_E_ABSENT) {
        return ur_run_refuse(r, "sdk", UR_SDK_UNKNOWN_ADDRESS, "fee payer address: %.*s does not exist: unknown address", (int)payer.n,
                             (const char *)payer.p);
    }
    UR_TRY(st);
    if (!is_nothing(&coins)) {
        UR_TRY(pay(r, fee, &from, &coins, text));
    }
    ur_run_event_begin(r, UR_SPAN_LIT("tx"));
    ur_run_attribute_put(r, "fee", text);
    ur_run_attribute_put(r, "fee_payer", payer);
    return UR_OK;
}

/* ---- keys and signatures ---- */

static ur_status load_signer(ur_run *r, const ur_ledger_address *who, ur_bank_account *account)
{
    ur_status st = ur_bank_account_get(r, account, who);
    if (st != UR_E_ABSENT) {
        return st;
    }
    ur_span text = ur_bank_address_text(r, who);
    return ur_run_refuse(r, "sdk", UR_SDK_UNKNOWN_ADDRESS, "account %.*s does not exist: unknown address", (int)text.n, (const char *)text.p);
}

static bool is_key_of(ur_span key, const ur_ledger_address *who)
{
    ur_secp_pub pub;
    uint8_t address[UR_SECP_ADDRESS_BYTES];
    return ur_secp_pub_parse_var(&pub, key) == UR_OK && ur_secp_address(address, &pub) == UR_OK && who->n == sizeof address &&
           ur_eq_var(address, who->bytes, sizeof address);
}

/* A signer's key, from the transaction or the account, into the account. */
static ur_status take_key(ur_run *r, const ur_signer_info *info, const ur_ledger_address *who, size_t index, ur_bank_account *account)
{
    ur_err why = {0};
    ur_span key;
    ur_status st = ur_tx_signer_key_var(&key, info, &why);
    if (st == UR_E_ABSENT) {
        return UR_OK;
    }
    if (st != UR_OK) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_PUBKEY, "%s: invalid pubkey", ur_err_text(&why, st));
    }
    if (account->has_key && ur_span_eq_var(key, ur_span_of(account->key, sizeof account->key))) {
        return UR_OK;
    }
    if (!r->simulate && !is_key_of(key, who)) {
        ur_span text = ur_bank_address_text(r, who);
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_PUBKEY, "pubKey does not match signer address %.*s with signer index: %zu: invalid pubkey",
                             (int)text.n, (const char *)text.p, index);
    }
    if (!account->has_key && key.n == sizeof account->key) {
        memcpy(account->key, key.p, key.n);
        account->has_key = true;
    }
    return UR_OK;
}

static void put_signer_events(ur_run *r, const ur_ante *a)
{
    for (size_t i = 0; i < a->signers && i < a->tx.auth.signers.n; i++) {
        ur_span text = ur_bank_address_text(r, &a->signer[i]), sig = a->tx.raw.signatures.at[i];
        ur_run_event_begin(r, UR_SPAN_LIT("tx"));
        ur_run_attribute_put(r, "acc_seq", ur_pool_text(r->pool, "%.*s/%" PRIu64, (int)text.n, (const char *)text.p, a->tx.auth.signers.at[i].sequence));
        ur_writer w;
        if (ur_pool_writer(r->pool, &w, ur_base64_chars(sig.n, UR_BASE64) + 1) != UR_OK) {
            r->no_room = true;
            return;
        }
        ur_base64_write(&w, sig, UR_BASE64);
        ur_run_event_begin(r, UR_SPAN_LIT("tx"));
        ur_run_attribute_put(r, "signature", ur_span_of(w.p, w.n));
    }
}

static ur_status verify(ur_run *r, const ur_ante *a, size_t i, const ur_bank_account *account)
{
    uint8_t hash[32];
    ur_secp_pub pub;
    ur_err why = {0};
    ur_span sig = a->tx.raw.signatures.at[i];
    const ur_sign_doc doc = {a->tx.raw.body, a->tx.raw.auth_info, ur_span_str_var(r->l->chain_id), account->number};
    ur_status st = ur_tx_check_direct_var(&a->tx.auth.signers.at[i], &why);
    if (st != UR_OK) {
        return ur_run_refuse(r, "sdk", 37, "%s: feature not supported", ur_err_text(&why, st));
    }
    ur_sign_doc_hash(hash, &doc);
    st = ur_secp_pub_parse_var(&pub, ur_span_of(account->key, sizeof account->key));
    if (st == UR_OK) {
        st = sig.n == SIG_BYTES ? ur_secp_verify_var(&pub, hash, sig.p) : UR_E_PROOF;
    }
    if (st == UR_OK) {
        return UR_OK;
    }
    return ur_run_refuse(r, "sdk", UR_SDK_UNAUTHORIZED,
                         "signature verification failed; please verify account number (%" PRIu64 ") and chain-id (%s): (unable to verify single signer "
                         "signature): unauthorized",
                         account->number, r->l->chain_id);
}

static ur_status check_signer(ur_run *r, const ur_ante *a, size_t i, ur_bank_account *account, bool verified)
{
    const ur_signer_info *info = &a->tx.auth.signers.at[i];
    if (!r->simulate && !account->has_key) {
        return ur_run_refuse(r, "sdk", UR_SDK_INVALID_PUBKEY, "pubkey on account is not set: invalid pubkey");
    }
    if (info->sequence != account->sequence) {
        return ur_run_refuse(r, "sdk", UR_SDK_WRONG_SEQUENCE, "account sequence mismatch, expected %" PRIu64 ", got %" PRIu64 ": incorrect account sequence",
                             account->sequence, info->sequence);
    }
    if (!r->simulate && !verified) {
        UR_TRY(verify(r, a, i, account));
    }
    account->sequence++;
    return UR_OK;
}

static ur_status signatures(ur_run *r, const ur_ante *a, bool verified)
{
    ur_bank_account account[UR_TX_SIGNERS_MAX];
    for (size_t i = 0; i < a->signers && i < a->tx.auth.signers.n; i++) {
        UR_TRY(load_signer(r, &a->signer[i], &account[i]));
        UR_TRY(take_key(r, &a->tx.auth.signers.at[i], &a->signer[i], i, &account[i]));
    }
    put_signer_events(r, a);
    if (a->signers > SIGNATURES_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_TOO_MANY_SIGNATURES, "signatures: %zu, limit: %d: maximum number of signatures exceeded", a->signers,
                             SIGNATURES_MAX);
    }
    UR_TRY(ur_run_gas(r, GAS_SIGNATURE * (uint64_t)a->signers, "ante verify: secp256k1"));
    if (a->tx.auth.signers.n != a->signers) {
        return ur_run_refuse(r, "sdk", UR_SDK_UNAUTHORIZED, "invalid number of signer;  expected: %zu, got %zu: unauthorized", a->signers,
                             a->tx.auth.signers.n);
    }
    for (size_t i = 0; i < a->signers; i++) {
        UR_TRY(check_signer(r, a, i, &account[i], verified));
        UR_TRY(ur_bank_account_put(r, &a->signer[i], &account[i]));
    }
    return UR_OK;
}

ur_status ur_ante_run(ur_run *r, const ur_ante *a, ur_span tx, ur_ante_mode mode, bool verified)
{
    r->simulate = mode == UR_ANTE_SIMULATE;
    r->gas_limit = r->simulate ? UINT64_MAX : a->tx.auth.fee.gas_limit;
    UR_TRY(validate_basic(r, a));
    UR_TRY(timeouts(r, &a->tx.body));
    if (a->tx.body.memo.n > MEMO_MAX) {
        return ur_run_refuse(r, "sdk", UR_SDK_MEMO_TOO_LARGE, "maximum number of characters is %d but received %zu characters: memo too large", MEMO_MAX,
                             a->tx.body.memo.n);
    }
    UR_TRY(size_gas(r, a, tx));
    UR_TRY(deduct_fee(r, a, mode));
    return signatures(r, a, verified);
}
