/* What decodes encodes back to the same text but for the case of letters. */
#include "fuzz/fuzz.h"

#include "core/codec/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[4096];
    static char text[2 * sizeof bytes];
    size_t n;
    if (ur_hex_decode_upto(bytes, sizeof bytes, &n, ur_span_of(data, size)) == UR_OK) {
        FUZZ_REQUIRE(2 * n == size);
        ur_hex_encode(text, ur_span_of(bytes, n));
        for (size_t i = 0; i < size; i++) {
            FUZZ_REQUIRE((uint8_t)text[i] == (data[i] >= 'A' && data[i] <= 'F' ? data[i] + 32 : data[i]));
        }
    }
    return 0;
}
