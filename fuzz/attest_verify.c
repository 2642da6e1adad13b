/* The whole verification with signatures that are always good, so that everything behind them is reached. The input is a
 * time, a quote and the parts of a collateral set, each with its length. An accepted verdict keeps its promises; a refused
 * one holds nothing. */
#include "fuzz/fuzz.h"

#include "core/attest/verify.h"
#include "fuzz/attest_ops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t scratch[UR_ATTEST_SCRATCH_BYTES];
    ur_reader r;
    uint32_t now = 0;
    ur_collateral c = {0};
    ur_span quote;
    ur_span *parts[] = {&quote, &c.pck_chain, &c.pck_crl, &c.root_crl, &c.tcb_info, &c.tcb_info_signature, &c.tcb_info_chain,
        &c.qe_identity, &c.qe_identity_signature, &c.qe_identity_chain};
    ur_verdict v;
    ur_attest_root roots[2] = {ur_attest_root_intel, {{0}, INT64_MIN, INT64_MAX}};
    ur_attest_rules rules = ur_attest_rules_default;
    ur_reader_init(&r, ur_span_of(data, size));
    if (ur_reader_u32le(&r, &now) != UR_OK) {
        return 0;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (ur_reader_field(&r, parts[i], 65536) != UR_OK) {
            return 0;
        }
    }
    /* Any root key may be the second one: the last 64 octets, when there are as many. */
    if (ur_reader_left(&r) >= sizeof roots[1].key) {
        memcpy(roots[1].key, r.p + r.at, sizeof roots[1].key);
    }
    rules.allow_chain_in_collateral = true;
    ur_status s = ur_attest_verify(&v, &accepting_ops, roots, 2, &rules, &c, quote, now, scratch, sizeof scratch);
    FUZZ_REQUIRE(s == v.status && s == ur_reason_status(v.reason));
    if (s == UR_OK) {
        FUZZ_REQUIRE(v.tcb != UR_TCB_NONE && v.tcb != UR_TCB_Revoked && v.valid_from <= now && now <= v.valid_until);
        FUZZ_REQUIRE(v.advisory_count <= UR_ADVISORIES_MAX && v.tee == (v.kind == UR_BODY_SGX ? UR_TEE_SGX : UR_TEE_TDX));
        FUZZ_REQUIRE(ur_eq_var(v.root, roots[0].key, 64) || ur_eq_var(v.root, roots[1].key, 64));
    } else if (s != UR_E_POLICY) {
        FUZZ_REQUIRE(v.tcb == UR_TCB_NONE && v.advisory_count == 0 && v.version == 0);
    }
    return 0;
}
