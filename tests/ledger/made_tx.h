/* Signed transactions for tests of the ledger, its bench and its fuzz target. */
#ifndef UR_TESTS_LEDGER_MADE_TX_H
#define UR_TESTS_LEDGER_MADE_TX_H

#include "lib/cosmos/msg.h"
#include "lib/suite/secp256k1.h"

typedef struct made_tx {
    const ur_secp_secret *secret;
    ur_span chain_id, body; /* body: TxBody */
    uint64_t account, sequence, gas;
    ur_span fee, denom, granter; /* fee: decimal; empty: none */
    bool wrong_signature, no_signature;
} made_tx;

/* A body of messages. True if it fits. */
static inline bool made_tx_body(ur_writer *w, const ur_msg *msg, size_t n, const char *memo, uint64_t timeout_height)
{
    static uint8_t values[(1 << 20) + 4096];
    static ur_tx_body body;
    ur_writer v;
    memset(&body, 0, sizeof body);
    ur_writer_init(&v, values, sizeof values);
    body.messages.n = n;
    for (size_t i = 0; i < n; i++) {
        size_t from = v.n;
        ur_msg_encode(&v, &msg[i]);
        body.messages.at[i] = (ur_any){ur_span_str_var(ur_msg_url(msg[i].kind)), ur_span_of(values + from, v.n - from)};
    }
    body.memo = ur_span_str_var(memo);
    body.timeout_height = timeout_height;
    ur_proto_encode(w, &ur_proto_tx_body, &body);
    return !v.overflow && !w->overflow;
}

/* TxRaw. True if it fits. */
static inline bool made_tx_write(ur_writer *w, const made_tx *t)
{
    static ur_auth_info auth;
    uint8_t auth_bytes[1024], key_value[UR_PUB_KEY_VALUE_BYTES], key[UR_SECP_PUB_BYTES], hash[32], sig[UR_SECP_SIG_BYTES];
    ur_secp_pub pub;
    ur_writer a;
    ur_tx_raw raw = {.body = t->body, .signatures = {.n = 1}};
    memset(&auth, 0, sizeof auth);
    ur_secp_pub_of(&pub, t->secret);
    ur_secp_pub_write(key, &pub);
    ur_signer_info *s = &auth.signers.at[0];
    auth.signers.n = 1;
    s->has_public_key = s->has_mode_info = s->mode_info.has_single = true;
    s->mode_info.single.mode = UR_SIGN_MODE_DIRECT;
    ur_pub_key_any(&s->public_key, key_value, key);
    s->sequence = t->sequence;
    auth.has_fee = true;
    auth.fee.amount.n = t->fee.n > 0 ? 1 : 0;
    auth.fee.amount.at[0] = (ur_coin){t->denom, t->fee};
    auth.fee.gas_limit = t->gas;
    auth.fee.granter = t->granter;
    ur_writer_init(&a, auth_bytes, sizeof auth_bytes);
    ur_proto_encode(&a, &ur_proto_auth_info, &auth);
    raw.auth_info = ur_span_of(auth_bytes, a.n);
    ur_sign_doc_hash(hash, &(ur_sign_doc){raw.body, raw.auth_info, t->chain_id, t->account});
    ur_secp_sign(sig, t->secret, hash);
    sig[10] ^= t->wrong_signature ? 1 : 0;
    raw.signatures.at[0] = ur_span_of(sig, t->no_signature ? 0 : sizeof sig);
    ur_proto_encode(w, &ur_proto_tx_raw, &raw);
    return !a.overflow && !w->overflow;
}

#endif
