#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash/hash.h"
#include "lib/chain/client_parts.h"

enum {
    SEND_MS = 120000,
    GAS_NUM = 13, GAS_DEN = 10, /* simulation sees another state than the block will */
    LOOKS_AFTER = 20,           /* for a transaction whose sequence is used: indexing lags behind blocks */
    FRESH_TRIES = 10,           /* for a node that has just started to see a block */
    RESEND_EVERY = 10           /* polls: mempools forget */
};

/* Codes of the SDK's check, codespace "sdk". */
enum { UNAUTHORIZED = 4, INSUFFICIENT_FEE = 13, IN_MEMPOOL = 19, MEMPOOL_FULL = 20, WRONG_SEQUENCE = 32 };

typedef struct sending {
    ur_client *c;
    const ur_client_send_options *o; /* NULL when settling */
    ur_client_result *out;
    uint64_t deadline_ms;
    char address[UR_ADDRESS_TEXT_MAX];
    uint8_t key[UR_SECP_PUB_BYTES];
    uint8_t *values, *body, *auth, *tx; /* UR_TX_MAX each, one block */
    ur_span tx_bytes;
    ur_node_reply reply; /* to the last broadcast */
    bool maybe_out; /* some node may have taken it, whatever others say */
} sending;

void ur_client_result_free(ur_client_result *result)
{
    ur_node_tx_free(&result->tx);
    *result = (ur_client_result){0};
}

static bool time_left(const sending *s) { return client_now_ms(s->c) < s->deadline_ms; }

/* ---- making ---- */

static ur_status encode_messages(sending *s, ur_anys *out, ur_err *err)
{
    ur_writer w;
    ur_writer_init(&w, s->values, UR_TX_MAX);
    for (size_t i = 0; i < s->o->n; i++) {
        size_t begun = w.n;
        ur_msg_encode(&w, &s->o->msgs[i]);
        out->at[i] = (ur_any){ur_span_str_var(ur_msg_url(s->o->msgs[i].kind)), ur_span_of(s->values + begun, w.n - begun)};
    }
    out->n = s->o->n;
    return w.overflow ? ur_err_set(err, UR_E_LIMIT, "a transaction has at most %zu bytes", UR_TX_MAX) : UR_OK;
}

static ur_status encode(ur_span *out, uint8_t *buf, const ur_proto *proto, const void *message, ur_err *err)
{
    ur_writer w;
    ur_writer_init(&w, buf, UR_TX_MAX);
    ur_proto_encode(&w, proto, message);
    return ur_writer_end(&w, out) == UR_OK ? UR_OK : ur_err_set(err, UR_E_LIMIT, "a transaction has at most %zu bytes", UR_TX_MAX);
}

static ur_status fee_of(const ur_client *c, uint64_t gas, uint64_t *fee, ur_err *err)
{
    size_t product;
    *fee = 0;
    if (ur_size_mul(&product, gas, c->price_micro) != UR_OK) {
        return ur_err_set(err, UR_E_LIMIT, "the fee for %" PRIu64 " gas is larger than any amount", gas);
    }
    *fee = product / 1000000 + (product % 1000000 != 0);
    return UR_OK;
}

static ur_status build_auth(sending *s, ur_span *out, bool simulate, ur_err *err)
{
    uint8_t key_value[UR_PUB_KEY_VALUE_BYTES], amount[24];
    ur_writer w;
    ur_auth_info auth = {.has_fee = true};
    ur_signer_info *signer = &auth.signers.at[0];
    auth.signers.n = 1;
    signer->has_public_key = signer->has_mode_info = signer->mode_info.has_single = true;
    ur_pub_key_any(&signer->public_key, key_value, s->key);
    signer->mode_info.single.mode = UR_SIGN_MODE_DIRECT;
    signer->sequence = s->out->sequence;
    auth.fee.granter = s->o->granter;
    if (!simulate) {
        auth.fee.gas_limit = s->out->gas;
        ur_writer_init(&w, amount, sizeof amount);
        ur_writer_dec(&w, s->out->fee);
        auth.fee.amount = (ur_coins){s->out->fee > 0, {{ur_span_str_var(s->c->denom), ur_span_of(amount, w.n)}}};
    }
    return encode(out, s->auth, &ur_proto_auth_info, &auth, err);
}

/* The transaction with this signature (empty: to be simulated) into s->tx. */
static ur_status assemble(sending *s, ur_span body, ur_span auth, ur_span signature, ur_err *err)
{
    const ur_tx_raw raw = {body, auth, {1, {signature}}};
    return encode(&s->tx_bytes, s->tx, &ur_proto_tx_raw, &raw, err);
}

static ur_status build_body(sending *s, ur_span *out, ur_err *err)
{
    ur_tx_body *body = calloc(1, sizeof *body);
    if (body == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    body->memo = s->o->memo;
    body->timeout_height = s->out->timeout_height;
    ur_status st = encode_messages(s, &body->messages, err);
    st = st == UR_OK ? encode(out, s->body, &ur_proto_tx_body, body, err) : st;
    free(body);
    return st;
}

static ur_status simulate(sending *s, ur_err *err)
{
    ur_span body, auth;
    ur_node_reply reply;
    ur_query_simulated sim;
    UR_TRY(build_body(s, &body, err));
    UR_TRY(build_auth(s, &auth, true, err));
    UR_TRY(assemble(s, body, auth, (ur_span){0}, err));
    const ur_query_simulate request = {s->tx_bytes};
    UR_TRY(ur_client_query(s->c, &reply, UR_QUERY_SIMULATE, &ur_proto_query_simulate, &request, err));
    ur_status st = ur_proto_decode_var(&sim, &ur_proto_query_simulated, reply.value, UR_PROTO_IGNORE, err);
    ur_node_reply_free(&reply);
    if (st == UR_OK && (sim.gas.used == 0 || sim.gas.used > UINT64_MAX / GAS_NUM)) {
        st = ur_err_set(err, UR_E_INPUT, "the simulation names no gas");
    }
    s->out->gas = st == UR_OK ? sim.gas.used * GAS_NUM / GAS_DEN : 0;
    return st;
}

static ur_status sign(sending *s, uint64_t account_number, ur_err *err)
{
    ur_span body, auth;
    uint8_t hash[32], sig[UR_SECP_SIG_BYTES];
    UR_TRY(fee_of(s->c, s->out->gas, &s->out->fee, err));
    UR_TRY(build_body(s, &body, err));
    UR_TRY(build_auth(s, &auth, false, err));
    const ur_sign_doc doc = {body, auth, ur_span_str_var(s->c->chain_id), account_number};
    ur_sign_doc_hash(hash, &doc);
    ur_secp_sign(sig, s->o->key, hash);
    UR_TRY(assemble(s, body, auth, ur_span_of(sig, sizeof sig), err));
    ur_sha256_of(s->out->hash, s->tx_bytes);
    return UR_OK;
}

/* ---- its fate ---- */

static ur_status included(sending *s, ur_err *err)
{
    const ur_node_tx *tx = &s->out->tx;
    s->out->fate = UR_FATE_INCLUDED;
    s->c->pending.is = false;
    if (tx->code == 0) {
        ur_err_clear(err);
        return UR_OK;
    }
    return ur_err_set(err, UR_E_POLICY, "it failed in block %" PRId64 " (%.*s %" PRIu32 "): %.*s", tx->height,
                      (int)(tx->codespace.n < 32 ? tx->codespace.n : 32), tx->codespace.n > 0 ? (const char *)tx->codespace.p : "",
                      tx->code, (int)(tx->log.n < 300 ? tx->log.n : 300), tx->log.n > 0 ? (const char *)tx->log.p : "");
}

static ur_status unknown(sending *s, ur_err *err)
{
    s->out->fate = UR_FATE_UNKNOWN;
    s->c->pending.is = true;
    s->c->pending.result = *s->out;
    memcpy(s->c->pending.address, s->address, sizeof s->address);
    return ur_err_set(err, UR_E_UNAVAILABLE, "no node said in time what became of it: it may be taken up to block %" PRIu64,
                      s->out->timeout_height);
}

static ur_status not_sent(sending *s, ur_status st)
{
    s->out->fate = UR_FATE_NOT_SENT;
    s->c->pending.is = false;
    return st;
}

/* Its last block has passed. As the account's sequence is read in one state after that block, it decides: still free, and nothing of it can
 * ever happen. Otherwise somebody used it: the transaction itself, which the nodes must find then, or another one. */
static ur_status after_timeout(sending *s, const ur_client_account *a, ur_err *err)
{
    if (a->sequence <= s->out->sequence) {
        return not_sent(s, ur_err_set(err, UR_E_UNAVAILABLE, "no block up to %" PRIu64 " took it, and none will any more: try again",
                                      s->out->timeout_height));
    }
    for (int i = 0; i < LOOKS_AFTER; i++) {
        if (ur_client_tx(s->c, &s->out->tx, s->out->hash, err) == UR_OK) {
            return included(s, err);
        }
        client_sleep(s->c, s->c->poll_ms);
    }
    (void)!unknown(s, err);
    return ur_err_set(err, UR_E_STATE, "sequence %" PRIu64 " of %s was used, and no node knows the transaction that was sent with it: look into the "
                      "account's history before sending it again", s->out->sequence, s->address);
}

static bool sdk_code(const ur_node_reply *r, uint32_t code)
{
    return r->code == code && ur_span_eq_var(r->codespace, UR_SPAN_LIT("sdk"));
}

/* Any answer that is none leaves open whether the node took it. A node that has just started refuses good signatures until it has made
 * a block (its check still believes itself at genesis, where account numbers are zero), so such a refusal is not the last word. */
static ur_status attempt_broadcast(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err)
{
    sending *s = context;
    ur_node_reply_free(&s->reply);
    ur_status st = ur_node_broadcast(source, &s->reply, s->tx_bytes, ask_ms, err);
    s->maybe_out = s->maybe_out || st != UR_OK || s->reply.code == 0;
    return st == UR_OK && sdk_code(&s->reply, UNAUTHORIZED) ? ur_err_set(err, UR_E_UNAVAILABLE, "it refuses the signature") : st;
}

static ur_status wait_for(sending *s, ur_err *err)
{
    for (unsigned polls = 1;; polls++) {
        ur_client_account a;
        if (ur_client_tx(s->c, &s->out->tx, s->out->hash, err) == UR_OK) {
            return included(s, err);
        }
        if (ur_client_account_of(s->c, &a, s->address, err) == UR_OK && a.height > 0 && (uint64_t)a.height >= s->out->timeout_height) {
            return after_timeout(s, &a, err);
        }
        if (!time_left(s)) {
            return unknown(s, err);
        }
        if (polls % RESEND_EVERY == 0 && s->tx_bytes.n > 0) { /* the same bytes: no chain takes them twice */
            (void)!client_ask(s->c, attempt_broadcast, s, NULL);
        }
        client_sleep(s->c, s->c->poll_ms);
    }
}

/* ---- sending ---- */

static ur_status check_refused(sending *s, ur_err *err)
{
    const ur_node_reply *r = &s->reply;
    return not_sent(s, ur_err_set(err, UR_E_POLICY, "refused (%.*s %" PRIu32 "): %.*s%s", (int)(r->codespace.n < 32 ? r->codespace.n : 32),
                                  r->codespace.n > 0 ? (const char *)r->codespace.p : "", r->code, (int)(r->log.n < 300 ? r->log.n : 300),
                                  r->log.n > 0 ? (const char *)r->log.p : "",
                                  sdk_code(r, INSUFFICIENT_FEE) ? ": set a higher gas price" : ""));
}

/* Give it to a node. *again: the sequence was another meanwhile and nothing is out, so build it anew. */
static ur_status broadcast(sending *s, bool *again, ur_err *err)
{
    unsigned pause = s->c->poll_ms, fresh = FRESH_TRIES;
    *again = false;
    for (;;) {
        ur_status st = client_ask(s->c, attempt_broadcast, s, err);
        if (st != UR_OK && !s->maybe_out && sdk_code(&s->reply, UNAUTHORIZED)) {
            if (fresh-- == 0 || !time_left(s)) {
                break;
            }
            client_sleep(s->c, s->c->poll_ms);
            continue;
        }
        if (st != UR_OK) {
            return s->maybe_out ? wait_for(s, err) : not_sent(s, st);
        }
        if (!sdk_code(&s->reply, MEMPOOL_FULL) || !time_left(s)) {
            break;
        }
        s->c->first = (s->c->first + 1) % s->c->n; /* another one may have room */
        client_sleep(s->c, pause);
        pause = pause < 8 * s->c->poll_ms ? 2 * pause : pause;
    }
    if (s->maybe_out || sdk_code(&s->reply, IN_MEMPOOL)) {
        return wait_for(s, err); /* whatever the last one said, another may have taken it */
    }
    if (sdk_code(&s->reply, MEMPOOL_FULL)) {
        return not_sent(s, ur_err_set(err, UR_E_UNAVAILABLE, "the nodes' mempools stayed full: try again later"));
    }
    if (sdk_code(&s->reply, WRONG_SEQUENCE) && time_left(s)) {
        *again = true;
        return UR_OK;
    }
    return check_refused(s, err);
}

/* Simulation says in words what a check says as a code. */
static bool says_wrong_sequence(const ur_err *e) { return strstr(e->text, "account sequence mismatch") != NULL; }

/* Numbers, gas, signature. *again as above. */
static ur_status prepare(sending *s, bool *again, ur_err *err)
{
    ur_client_account account;
    ur_node_state state;
    ur_err why = {0};
    *again = false;
    UR_TRY(ur_client_account_of(s->c, &account, s->address, err));
    UR_TRY(ur_client_state(s->c, &state, err));
    s->out->sequence = account.sequence;
    s->out->timeout_height = (uint64_t)state.height + s->c->timeout_blocks;
    if (s->o->gas != 0) {
        s->out->gas = s->o->gas;
    } else {
        ur_status st = simulate(s, &why);
        *again = st == UR_E_POLICY && says_wrong_sequence(&why) && time_left(s);
        if (st != UR_OK) {
            const char *hint = strstr(why.text, "unknown query path") != NULL ? " (this node does not simulate: name a gas limit)" : "";
            return *again ? UR_OK : ur_err_set(err, st, "%s%s", ur_err_text(&why, st), hint);
        }
    }
    return sign(s, account.number, err);
}

static ur_status send(sending *s, ur_err *err)
{
    bool again;
    do { /* ends by the deadline: `again` needs time that is left */
        UR_TRY(prepare(s, &again, err));
        if (!again && s->o->dry_run) {
            return UR_OK;
        }
        if (!again) {
            ur_status st = broadcast(s, &again, err);
            if (!again) {
                return st;
            }
        }
        client_sleep(s->c, s->c->poll_ms); /* another transaction of this account is on its way into a block */
    } while (true);
}

static ur_status check_signer(sending *s, ur_err *err)
{
    ur_secp_pub pub;
    ur_secp_pub_of(&pub, s->o->key);
    ur_secp_pub_write(s->key, &pub);
    UR_TRY(ur_client_address(s->c, s->address, s->o->key, err));
    if (s->o->n == 0 || s->o->n > UR_TX_MESSAGES_MAX) {
        return ur_err_set(err, UR_E_USAGE, "a transaction has 1 to %d messages", UR_TX_MESSAGES_MAX);
    }
    for (size_t i = 0; i < s->o->n; i++) {
        if (!ur_span_eq_var(ur_msg_signer(&s->o->msgs[i]), ur_span_str_var(s->address))) {
            return ur_err_set(err, UR_E_USAGE, "message %zu is not of %s, whose key signs", i + 1, s->address);
        }
    }
    return UR_OK;
}

static ur_status settle_pending(ur_client *c, unsigned timeout_ms, ur_err *err)
{
    if (!c->pending.is) {
        return UR_OK;
    }
    ur_client_result r = c->pending.result;
    ur_status st = ur_client_settle(c, &r, c->pending.address, timeout_ms, err);
    bool known = r.fate != UR_FATE_UNKNOWN;
    ur_client_result_free(&r);
    return known ? UR_OK : ur_err_in(err, st == UR_E_STATE ? st : UR_E_STATE, "an earlier transaction");
}

ur_status ur_client_send(ur_client *c, ur_client_result *out, const ur_client_send_options *o, ur_err *err)
{
    const unsigned timeout_ms = o->timeout_ms != 0 ? o->timeout_ms : SEND_MS;
    sending s = {.c = c, .o = o, .out = out, .deadline_ms = client_now_ms(c) + timeout_ms};
    *out = (ur_client_result){0};
    UR_TRY(check_signer(&s, err));
    UR_TRY(settle_pending(c, timeout_ms, err));
    uint8_t *block = malloc(4 * UR_TX_MAX);
    if (block == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    s.values = block;
    s.body = block + UR_TX_MAX;
    s.auth = block + 2 * UR_TX_MAX;
    s.tx = block + 3 * UR_TX_MAX;
    ur_status st = send(&s, err);
    ur_node_reply_free(&s.reply);
    free(block);
    return st;
}

ur_status ur_client_settle(ur_client *c, ur_client_result *out, const char *address, unsigned timeout_ms, ur_err *err)
{
    sending s = {.c = c, .out = out, .deadline_ms = client_now_ms(c) + (timeout_ms != 0 ? timeout_ms : SEND_MS)};
    if (strlen(address) >= sizeof s.address) {
        return ur_err_set(err, UR_E_USAGE, "'%s' is no address", address);
    }
    memcpy(s.address, address, strlen(address) + 1);
    out->tx = (ur_node_tx){0};
    return wait_for(&s, err);
}

ur_status ur_client_response(void *out, const ur_proto *proto, const ur_client_result *result, size_t i, ur_msg_kind kind, ur_err *err)
{
    ur_tx_msg_data *data = calloc(1, sizeof *data);
    memset(out, 0, proto->bytes);
    if (data == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = ur_proto_decode_var(data, &ur_proto_tx_msg_data, result->tx.data, UR_PROTO_IGNORE, err);
    if (st == UR_OK && (i >= data->responses.n ||
                        !ur_span_eq_var(data->responses.at[i].type_url, ur_span_str_var(ur_msg_response_url(kind))))) {
        st = ur_err_set(err, UR_E_INPUT, "the transaction brought no %s", ur_msg_response_url(kind));
    }
    st = st == UR_OK ? ur_proto_decode_var(out, proto, data->responses.at[i].value, UR_PROTO_IGNORE, err) : st;
    free(data);
    return st;
}
