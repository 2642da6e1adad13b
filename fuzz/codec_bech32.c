/* What decodes encodes back to the same text but for the case of letters. */
#include "fuzz/fuzz.h"

#include "core/codec/bech32.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char hrp[UR_BECH32_HRP_MAX], text[UR_BECH32_MAX];
    uint8_t bytes[UR_BECH32_DATA_MAX];
    size_t hrp_len, n, m;
    if (ur_bech32_decode_var(hrp, &hrp_len, bytes, &n, ur_span_of(data, size)) == UR_OK) {
        FUZZ_REQUIRE(ur_bech32_encode_var(text, sizeof text, &m, ur_span_of(hrp, hrp_len), ur_span_of(bytes, n)) == UR_OK);
        FUZZ_REQUIRE(m == size);
        for (size_t i = 0; i < size; i++) {
            FUZZ_REQUIRE((uint8_t)text[i] == (data[i] >= 'A' && data[i] <= 'Z' ? data[i] + 32 : data[i]));
        }
    }
    return 0;
}
