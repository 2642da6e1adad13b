/* A share and the key it is encrypted to, as they come from a ledger: bytes 0..191 the share, 192..383 the key with its
 * proof, the rest its context. Whoever checks them, alone, in a batch or with a contract's means, says the same; what is
 * read is written as it was. */
#include "core/pve/pve.h"
#include "fuzz/fuzz.h"

static void try_recipient(const uint8_t in[UR_PVE_RECIPIENT_BYTES], ur_span ctx)
{
    static const ur_pve_recipient zero;
    ur_pve_recipient to;
    uint8_t again[UR_G1_BYTES + UR_G2_BYTES];
    ur_status st = ur_pve_recipient_parse_var(&to, in, ctx);
    FUZZ_REQUIRE(ur_pve_recipient_admit(ur_curve_ops_native(), in, ctx) == st);
    if (st != UR_OK) {
        FUZZ_REQUIRE(ur_eq_var(&to, &zero, sizeof to));
        return;
    }
    ur_g1_write(again, &to.one);
    ur_g2_write(again + UR_G1_BYTES, &to.two);
    FUZZ_REQUIRE(ur_eq_var(again, in, sizeof again));
}

static void try_share(const uint8_t in[UR_PVE_SHARE_BYTES])
{
    static uint8_t scratch[1 << 16] __attribute__((aligned(16)));
    ur_pve_share share;
    ur_scalar s, x;
    ur_g1 holder, to;
    ur_g2 q, opened, key_share;
    uint8_t again[UR_PVE_SHARE_BYTES], bad[2], p[UR_G1_BYTES], pk[UR_G1_BYTES], id[UR_G2_BYTES];
    ur_scalar_from_u64(&s, 11); /* the world of the seeds: share 11, recipient's secret 13 */
    ur_scalar_from_u64(&x, 13);
    ur_g1_mul(&holder, ur_g1_generator(), &s);
    ur_g1_mul(&to, ur_g1_generator(), &x);
    ur_hash_to_g2(&q, UR_TAG_IDENTITY, UR_SPAN_LIT("identity"));
    ur_g1_write(p, &holder);
    ur_g1_write(pk, &to);
    ur_g2_write(id, &q);
    ur_status admitted = ur_pve_admit(ur_curve_ops_native(), in, p, id, pk);
    ur_status st = ur_pve_share_parse(&share, in);
    if (st != UR_OK) {
        FUZZ_REQUIRE(admitted == st);
        return;
    }
    ur_pve_share_write(again, &share);
    FUZZ_REQUIRE(ur_eq_var(again, in, sizeof again));
    const ur_pve_claim claims[2] = {{&share, &holder, &q, &to}, {&share, &holder, &q, &to}};
    st = ur_pve_check_var(&claims[0]);
    FUZZ_REQUIRE(admitted == st);
    FUZZ_REQUIRE(ur_pve_check_many_scratch_bytes(2) <= sizeof scratch);
    FUZZ_REQUIRE(ur_pve_check_many_var(claims, 2, bad, NULL, scratch) == st);
    ur_pve_open(&opened, &share, &x);
    ur_g2_mul(&key_share, &q, &s);
    FUZZ_REQUIRE(ur_g2_eq_var(&opened, &key_share) == (st == UR_OK)); /* what passes opens rightly, and nothing else does */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= UR_PVE_SHARE_BYTES) {
        try_share(data);
    }
    const size_t keys = UR_PVE_SHARE_BYTES + UR_PVE_RECIPIENT_BYTES;
    if (size >= keys) {
        try_recipient(data + UR_PVE_SHARE_BYTES, ur_span_of(data + keys, size - keys));
    }
    return 0;
}
