/* A transaction that decodes encodes again to one that decodes to the same bytes; so does each of its messages. */
#include "fuzz/fuzz.h"

#include "lib/cosmos/query.h"

static uint8_t one[UR_TX_MAX], two[UR_TX_MAX], body[UR_TX_MAX], auth[UR_TX_MAX];

static ur_span encoded(uint8_t *buf, const ur_proto *proto, const void *message)
{
    ur_writer w;
    ur_writer_init(&w, buf, UR_TX_MAX);
    ur_proto_encode(&w, proto, message);
    FUZZ_REQUIRE(!w.overflow); /* never longer than what was decoded: shortest forms, nothing added */
    return ur_span_of(buf, w.n);
}

static void message(const ur_any *any)
{
    ur_msg m, again;
    ur_writer w, x;
    ur_basic_allowance a;
    (void)!ur_allowance_decode_var(&a, any, NULL);
    if (ur_msg_decode_var(&m, any, NULL) != UR_OK) {
        return;
    }
    (void)ur_msg_signer(&m);
    ur_writer_init(&w, one, sizeof one);
    ur_msg_encode(&w, &m);
    FUZZ_REQUIRE(ur_msg_decode_var(&again, &(ur_any){any->type_url, ur_span_of(one, w.n)}, NULL) == UR_OK);
    ur_writer_init(&x, two, sizeof two);
    ur_msg_encode(&x, &again);
    FUZZ_REQUIRE(w.n == x.n && ur_eq_var(one, two, w.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_tx tx, again;
    ur_span key;
    if (ur_tx_decode_var(&tx, ur_span_of(data, size), NULL) != UR_OK) {
        return 0;
    }
    for (size_t i = 0; i < tx.auth.signers.n; i++) {
        (void)!ur_tx_signer_key_var(&key, &tx.auth.signers.at[i], NULL);
        (void)!ur_tx_check_direct_var(&tx.auth.signers.at[i], NULL);
    }
    (void)!ur_coins_check_var(&tx.auth.fee.amount, NULL);
    for (size_t i = 0; i < tx.body.messages.n; i++) {
        message(&tx.body.messages.at[i]);
    }
    tx.raw.body = encoded(body, &ur_proto_tx_body, &tx.body);
    tx.raw.auth_info = encoded(auth, &ur_proto_auth_info, &tx.auth);
    ur_span first = encoded(one, &ur_proto_tx_raw, &tx.raw);
    FUZZ_REQUIRE(ur_tx_decode_var(&again, first, NULL) == UR_OK);
    FUZZ_REQUIRE(ur_span_eq_var(again.raw.body, encoded(two, &ur_proto_tx_body, &again.body)));
    FUZZ_REQUIRE(ur_span_eq_var(again.raw.auth_info, encoded(two, &ur_proto_auth_info, &again.auth)));
    return 0;
}
