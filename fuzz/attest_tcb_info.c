/* TCB info, also as a PCS answer: what parses is of a known kind, and parses the same twice. */
#include "fuzz/fuzz.h"

#include "core/attest/collateral.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_span text = ur_span_of(data, size);
    ur_span body;
    ur_tcb_info info;
    ur_reason why = UR_REASON_NONE;
    uint8_t sig[64];
    if (ur_pcs_answer_split(&body, sig, text) == UR_OK) {
        FUZZ_REQUIRE(body.p >= data && body.p + body.n <= data + size && body.p[0] == '{' && body.p[body.n - 1] == '}');
        text = body;
    }
    ur_status s = ur_tcb_info_parse(&info, &why, text);
    FUZZ_REQUIRE(s == ur_reason_status(why));
    if (s == UR_OK) {
        FUZZ_REQUIRE(info.tee == UR_TEE_TDX || (info.tee == UR_TEE_SGX && info.module.n == 0));
        FUZZ_REQUIRE(info.levels.n >= 2 && info.levels.p >= data && info.levels.p + info.levels.n <= data + size);
    } else {
        FUZZ_REQUIRE(why == UR_REASON_TCB_INFO_FORMAT || why == UR_REASON_TCB_INFO_MISMATCH);
        FUZZ_REQUIRE(info.issued == 0 && info.levels.n == 0);
    }
    return 0;
}
