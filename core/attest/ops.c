#include "core/attest/ops.h"

/* The order of P-256 (SEC 2, 2.4.2). */
static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

static bool in_range(const uint8_t x[32])
{
    static const uint8_t zero[32] = {0};
    return !ur_eq_var(x, zero, 32) && ur_cmp_var(x, 32, order, 32) < 0;
}

ur_status ur_attest_signed_hash(const ur_attest_ops *ops, const uint8_t key[UR_P256_KEY_BYTES], const uint8_t hash[32],
    const uint8_t sig[UR_P256_SIG_BYTES], bool lasting)
{
    if (!in_range(sig) || !in_range(sig + 32)) {
        return UR_E_PROOF;
    }
    return ops->p256_verify(ops->ctx, key, hash, sig, lasting);
}

ur_status ur_attest_signed(const ur_attest_ops *ops, const uint8_t key[UR_P256_KEY_BYTES], ur_span message,
    const uint8_t sig[UR_P256_SIG_BYTES], bool lasting)
{
    uint8_t hash[32];
    ops->sha256(ops->ctx, hash, &message, 1);
    return ur_attest_signed_hash(ops, key, hash, sig, lasting);
}
