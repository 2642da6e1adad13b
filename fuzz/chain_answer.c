/* What a node answers, whatever was asked: the input is the answer to every question. Nothing is believed, read past its end or
 * leaked, and what is returned keeps its type's rules. */
#include "fuzz/fuzz.h"

#include "lib/chain/node.h"

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

/* As a batch: all of the ids or none. */
static void take_apart(ur_span text)
{
    enum { N = 3 };
    uint8_t *out[N];
    size_t out_n[N];
    ur_status st = ur_chain_batch_split(out, out_n, text, 7, N);
    for (size_t i = 0; i < N; i++) {
        FUZZ_REQUIRE((out[i] != NULL) == (st == UR_OK) && (out[i] == NULL || (out_n[i] > 0 && out[i][out_n[i]] == 0)));
        free(out[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_light_block block;
    static const uint8_t key[] = "\x03key";
    input in = {data, size};
    ur_chain_source s = {.context = &in, .ask = ask};
    int64_t height;
    ur_node_value v;
    if (ur_node_latest(&s, &height, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(height > 0);
    }
    if (ur_node_commit(&s, &block, 22, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(block.header.height == 22 && block.commit.n > 0);
    }
    if (ur_node_commit(&s, &block, 0, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(block.header.height >= 1 && block.commit.n > 0);
    }
    if (ur_node_validators(&s, &block.validators, 22, 1, NULL) == UR_OK) {
        FUZZ_REQUIRE(block.validators.n > 0 && block.validators.total_power > 0);
    } else {
        FUZZ_REQUIRE(block.validators.n == 0);
    }
    if (ur_node_query(&s, &v, UR_SPAN_LIT("wasm"), ur_span_of(key, 4), 21, 1, NULL) == UR_OK) {
        uint8_t root[32] = {0};
        FUZZ_REQUIRE(ur_store_check_var(root, UR_SPAN_LIT("wasm"), ur_span_of(key, 4), v.value, &v.proof) != UR_OK);
    } else {
        FUZZ_REQUIRE(v.block == NULL);
    }
    ur_node_value_free(&v);
    take_apart(ur_span_of(data, size));
    return 0;
}
