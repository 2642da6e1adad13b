/* Statements: two that differ in anything that is signed never have the same hash, and those that differ in nothing
 * always do. The input is two statements, field by field. */
#include "core/policy/statement.h"
#include "fuzz/fuzz.h"

static uint64_t number(ur_reader *r)
{
    uint8_t x;
    return ur_reader_u8(r, &x) == UR_OK ? x : 0;
}

static ur_span text(ur_reader *r)
{
    uint8_t n;
    ur_span s = {0};
    if (ur_reader_u8(r, &n) == UR_OK && ur_reader_bytes(r, &s, n) != UR_OK) {
        s = (ur_span){0};
    }
    return s;
}

static ur_statement statement(ur_reader *r)
{
    ur_statement s = {.kind = (ur_statement_kind)number(r),
                      .chain_id = text(r),
                      .contract = text(r),
                      .vault = number(r),
                      .epoch = number(r),
                      .sequence = number(r),
                      .seen_height = number(r),
                      .version = number(r),
                      .secret = text(r),
                      .successor = text(r)};
    s.ciphertext_hash[0] = (uint8_t)number(r);
    s.policy_hash[0] = (uint8_t)number(r);
    s.instance_key[0] = (uint8_t)number(r);
    return s;
}

static bool head_is_same(const ur_statement *a, const ur_statement *b)
{
    return a->kind == b->kind && ur_span_eq_var(a->chain_id, b->chain_id) && ur_span_eq_var(a->contract, b->contract) &&
           a->vault == b->vault && a->epoch == b->epoch && a->sequence == b->sequence && a->seen_height == b->seen_height;
}

static bool rest_is_same(const ur_statement *a, const ur_statement *b)
{
    bool ciphertext = a->ciphertext_hash[0] == b->ciphertext_hash[0], secret = ur_span_eq_var(a->secret, b->secret);
    switch (a->kind) {
    case UR_STATEMENT_HEARTBEAT:
        return a->version == b->version && ciphertext && secret;
    case UR_STATEMENT_MIGRATE:
        return ur_span_eq_var(a->successor, b->successor);
    case UR_STATEMENT_RETIRE:
        return true;
    case UR_STATEMENT_CHANGE_POLICY:
        return a->policy_hash[0] == b->policy_hash[0] && ciphertext;
    case UR_STATEMENT_ACTIVATE:
        return a->instance_key[0] == b->instance_key[0] && ciphertext && secret;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_reader r;
    uint8_t ha[UR_SHA256_BYTES], hb[UR_SHA256_BYTES];
    ur_reader_init(&r, ur_span_of(data, size));
    ur_statement a = statement(&r), b = statement(&r);
    if (ur_statement_hash(ha, &a) == UR_OK && ur_statement_hash(hb, &b) == UR_OK) {
        FUZZ_REQUIRE(ur_eq_var(ha, hb, sizeof ha) == (head_is_same(&a, &b) && rest_is_same(&a, &b)));
    }
    return 0;
}
