/* What a node answers about transactions, whatever was asked: the input is the answer to every question. */
#include "fuzz/fuzz.h"

#include "core/hash/hash.h"
#include "lib/chain/node_tx.h"

typedef struct input {
    const uint8_t *p;
    size_t n;
} input;

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max, unsigned timeout_ms,
                     ur_err *err)
{
    const input *in = context;
    (void)method;
    (void)params;
    (void)max;
    (void)timeout_ms;
    (void)err;
    *out = malloc(in->n + 1);
    FUZZ_REQUIRE(*out != NULL);
    if (in->n > 0) {
        memcpy(*out, in->p, in->n);
    }
    (*out)[in->n] = 0;
    *out_n = in->n;
    return UR_OK;
}

static void transactions(const ur_chain_source *s)
{
    static ur_node_txs txs;
    uint8_t hash[32];
    ur_node_tx tx;
    ur_json_iter it;
    ur_sha256_of(hash, UR_SPAN_LIT("tx"));
    if (ur_node_tx_find(s, &tx, hash, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(ur_eq_var(tx.hash, hash, 32) && tx.height > 0);
        FUZZ_REQUIRE(tx.events.raw.n == 0 || ur_json_array_var(&it, tx.events) == UR_OK);
    } else {
        FUZZ_REQUIRE(tx.block == NULL);
    }
    ur_node_tx_free(&tx);
    if (ur_node_tx_search(s, &txs, "x", 1, 1, NULL) != UR_OK) {
        FUZZ_REQUIRE(txs.n == 0);
    }
    ur_node_txs_free(&txs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    ur_chain_source s = {.context = &in, .ask = ask};
    ur_node_state state;
    ur_node_reply reply;
    if (ur_node_state_of(&s, &state, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(state.chain_id[0] != '\0' && state.height >= 0);
    }
    (void)!ur_node_ask_app(&s, &reply, "/p", UR_SPAN_LIT("d"), 1, NULL);
    ur_node_reply_free(&reply);
    (void)!ur_node_broadcast(&s, &reply, UR_SPAN_LIT("tx"), 1, NULL);
    ur_node_reply_free(&reply);
    transactions(&s);
    return 0;
}
