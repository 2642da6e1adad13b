#include "core/attest/binding.h"

static const char *const purposes[] = {NULL, "instance", "recipient", "keyper", "migrate"};

static bool text_fits(ur_span s) { return s.n > 0 && s.n <= UR_BINDING_TEXT_MAX; }

static size_t key_bytes(ur_key_algorithm a)
{
    switch (a) {
    case UR_KEY_SECP256K1:
        return 33;
    case UR_KEY_BLS12_381_TWIN:
        return 48 + 96;
    }
    return 0;
}

static void put_be(uint8_t *out, uint64_t x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(x >> (8 * (n - 1 - i)));
    }
}

ur_status ur_binding_report_data(uint8_t out[UR_REPORT_DATA_BYTES], const ur_attest_ops *ops, const ur_binding *b)
{
    enum { FIELDS = 10 };
    uint8_t number[8];
    uint8_t epoch[8];
    uint8_t key[1 + 48 + 96];
    uint8_t anchor[32];
    uint8_t lengths[FIELDS][4];
    ur_span parts[2 * FIELDS];
    memset(out, 0, UR_REPORT_DATA_BYTES);
    if (b->purpose < UR_PURPOSE_INSTANCE || b->purpose > UR_PURPOSE_MIGRATE || !text_fits(b->chain_id) ||
        !text_fits(b->contract) || !text_fits(b->account) || b->challenge == NULL || b->key.n == 0 ||
        b->key.n != key_bytes(b->algorithm) || b->policy_hash.n != (b->purpose == UR_PURPOSE_KEYPER ? 0u : 32u)) {
        return UR_E_USAGE;
    }
    put_be(number, b->number, 8);
    put_be(epoch, b->epoch, 8);
    key[0] = (uint8_t)b->algorithm;
    memcpy(key + 1, b->key.p, b->key.n);
    const ur_span anchored[] = {
        ur_span_of(b->challenge->value, sizeof b->challenge->value),
        ur_span_of(b->challenge->header_hash, sizeof b->challenge->header_hash)};
    ops->sha256(ops->ctx, anchor, anchored, 2);
    const ur_span fields[FIELDS] = {UR_SPAN_LIT("unrug/1"), ur_span_str_var(purposes[b->purpose]), b->chain_id, b->contract,
        ur_span_of(number, sizeof number), ur_span_of(epoch, sizeof epoch), b->account, b->policy_hash,
        ur_span_of(key, 1 + b->key.n), ur_span_of(anchor, sizeof anchor)};
    for (size_t i = 0; i < FIELDS; i++) {
        put_be(lengths[i], fields[i].n, 4);
        parts[2 * i] = ur_span_of(lengths[i], 4);
        parts[2 * i + 1] = fields[i];
    }
    ops->sha512(ops->ctx, out, parts, 2 * FIELDS);
    return UR_OK;
}

ur_status ur_binding_check(ur_reason *why, const ur_attest_ops *ops, const ur_binding *b,
    const uint8_t report_data[UR_REPORT_DATA_BYTES])
{
    uint8_t expected[UR_REPORT_DATA_BYTES];
    *why = UR_REASON_NONE;
    UR_TRY(ur_binding_report_data(expected, ops, b));
    return ur_eq_var(expected, report_data, sizeof expected) ? UR_OK : ur_refuse(why, UR_REASON_REPORT_DATA);
}

ur_status ur_challenge_make(uint8_t out[32], const ur_attest_ops *ops, ur_span chain_id, ur_span contract, uint64_t counter,
    uint64_t height, ur_span fresh)
{
    enum { FIELDS = 6 };
    uint8_t numbers[2][8];
    uint8_t lengths[FIELDS][4];
    ur_span parts[2 * FIELDS];
    memset(out, 0, 32);
    if (!text_fits(chain_id) || !text_fits(contract) || fresh.n > UR_BINDING_TEXT_MAX) {
        return UR_E_USAGE;
    }
    put_be(numbers[0], counter, 8);
    put_be(numbers[1], height, 8);
    const ur_span fields[FIELDS] = {UR_SPAN_LIT("unrug/1/challenge"), chain_id, contract, ur_span_of(numbers[0], 8),
        ur_span_of(numbers[1], 8), fresh};
    for (size_t i = 0; i < FIELDS; i++) {
        put_be(lengths[i], fields[i].n, 4);
        parts[2 * i] = ur_span_of(lengths[i], 4);
        parts[2 * i + 1] = fields[i];
    }
    ops->sha256(ops->ctx, out, parts, 2 * FIELDS);
    return UR_OK;
}

ur_status ur_challenge_check(ur_reason *why, const ur_challenge *c, uint64_t height)
{
    *why = UR_REASON_NONE;
    if (height < c->made_height || height - c->made_height > c->life_blocks) {
        return ur_refuse(why, UR_REASON_CHALLENGE_EXPIRED);
    }
    return UR_OK;
}
