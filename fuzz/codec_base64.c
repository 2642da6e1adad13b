/* What decodes has that one spelling. */
#include "fuzz/fuzz.h"

#include "core/codec/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[4096];
    static char text[2 * sizeof bytes];
    for (int k = 0; k < 4; k++) {
        size_t n;
        if (ur_base64_decode(bytes, sizeof bytes, &n, ur_span_of(data, size), (ur_base64)k) == UR_OK) {
            FUZZ_REQUIRE(ur_base64_chars(n, (ur_base64)k) == size);
            ur_base64_encode(text, ur_span_of(bytes, n), (ur_base64)k);
            FUZZ_REQUIRE(ur_eq_var(text, data, size));
        }
    }
    return 0;
}
