/* Quotes of every version: parts lie within the input and make up the whole of it. */
#include "fuzz/fuzz.h"

#include "core/attest/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    ur_td_body td;
    ur_sgx_body sgx;
    ur_status s = ur_quote_parse(&q, &why, ur_span_of(data, size));
    FUZZ_REQUIRE(s == ur_reason_status(why));
    if (s != UR_OK) {
        FUZZ_REQUIRE(q.signed_part.n == 0 && q.signature == NULL);
        return 0;
    }
    size_t envelope = q.version == 3 ? 0 : 6;
    FUZZ_REQUIRE(q.signed_part.n + 4 + 128 + envelope + 384 + 64 + 2 + q.qe_auth.n + 6 + q.cert_data.n + q.trailing.n == size);
    FUZZ_REQUIRE(q.signed_part.p == data && q.body.n == ur_body_bytes(q.kind));
    FUZZ_REQUIRE((q.kind == UR_BODY_SGX) == (q.tee == UR_TEE_SGX));
    ur_span report_data = ur_quote_report_data(&q);
    ur_td_body_read(&td, q.kind, q.body);
    ur_sgx_body_read(&sgx, q.body);
    FUZZ_REQUIRE(ur_eq_var(report_data.p, q.kind == UR_BODY_SGX ? sgx.report_data : td.report_data, 64));
    return 0;
}
