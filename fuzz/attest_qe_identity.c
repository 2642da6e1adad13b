/* QE identity, and collateral sets: what parses is of a known kind and within the input or the buffer. */
#include "fuzz/fuzz.h"

#include "core/attest/collateral.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_qe_identity qe;
    ur_collateral c;
    ur_reason why = UR_REASON_NONE;
    ur_status s = ur_qe_identity_parse(&qe, &why, ur_span_of(data, size));
    FUZZ_REQUIRE(s == ur_reason_status(why));
    if (s == UR_OK) {
        FUZZ_REQUIRE(qe.tee == UR_TEE_TDX || qe.tee == UR_TEE_SGX);
        FUZZ_REQUIRE(qe.levels.p >= data && qe.levels.p + qe.levels.n <= data + size);
    } else {
        FUZZ_REQUIRE(why == UR_REASON_QE_IDENTITY_FORMAT || why == UR_REASON_QE_IDENTITY_MISMATCH);
    }
    uint8_t *buf = malloc(2 * size + 1);
    FUZZ_REQUIRE(buf != NULL);
    s = ur_collateral_parse(&c, buf, 2 * size + 1, ur_span_of(data, size));
    FUZZ_REQUIRE(ur_collateral_parse(&c, buf, size, ur_span_of(data, size)) == s); /* the text's own length is always enough */
    FUZZ_REQUIRE(s == UR_OK || s == UR_E_INPUT || s == UR_E_LIMIT);
    FUZZ_REQUIRE(s == UR_OK || (c.tcb_info.n == 0 && c.pck_crl.n == 0));
    free(buf);
    return 0;
}
