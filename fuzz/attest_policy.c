/* The tee object: what parses keeps its promises, and judging a verdict never accepts one under a root it does not list. */
#include "fuzz/fuzz.h"

#include "core/attest/tee_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_tee_policy p;
    const char *where = NULL;
    ur_span text = ur_span_of(data, size);
    if (ur_tee_policy_parse(&p, &where, text) != UR_OK) {
        FUZZ_REQUIRE(where != NULL && p.root_count == 0 && p.statuses == 0);
        (void)!ur_tee_image_check(text);
        return 0;
    }
    FUZZ_REQUIRE(where == NULL && p.root_count >= 1 && p.root_count <= UR_TEE_ROOTS_MAX && p.statuses != 0);
    FUZZ_REQUIRE((p.statuses >> UR_TCB_Revoked & 1u) == 0 && (p.image_count > 0 || p.has_release_authority));
    FUZZ_REQUIRE(p.any_platform ? p.platform_count == 0 : p.platform_count > 0);
    ur_verdict v = {.status = UR_OK, .tcb = UR_TCB_UpToDate, .tee = UR_TEE_TDX, .kind = UR_BODY_TD15};
    ur_dstack_identity id = {.key_provider = UR_KEY_PROVIDER_KMS};
    ur_reason why = UR_REASON_NONE;
    for (unsigned i = 0; i < 4; i++) {
        v.tee = (i & 1) == 0 ? UR_TEE_TDX : UR_TEE_SGX;
        memcpy(v.root, p.roots[0].key, sizeof v.root);
        ur_status s = ur_tee_policy_judge(&p, &why, &v, (i & 2) == 0 ? &id : NULL, (ur_span){0}, 1780272000, 1780271000);
        FUZZ_REQUIRE(s == ur_reason_status(why));
        FUZZ_REQUIRE(s != UR_OK || (v.tcb_evaluation >= p.evaluation_floor && (p.statuses >> v.tcb & 1u) != 0));
        memset(v.root, 0xff, sizeof v.root);
        s = ur_tee_policy_judge(&p, &why, &v, &id, (ur_span){0}, 1780272000, 1780271000);
        FUZZ_REQUIRE(s != UR_OK && why == UR_REASON_POLICY_ROOT);
    }
    return 0;
}
