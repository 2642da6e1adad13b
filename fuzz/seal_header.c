/* A header that is read is written back to the same bytes, but for its MAC, which nobody has the key of. */
#include "fuzz/fuzz.h"

#include "lib/seal/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[32] = {1};
    static uint8_t again[UR_SEAL_HEADER_MAX];
    ur_seal_header h;
    size_t n = ur_seal_header_find_var(ur_span_of(data, size)), again_n = 0;
    ur_err e;
    FUZZ_REQUIRE(n <= size);
    if (ur_seal_header_parse_var(&h, ur_span_of(data, size), &e) != UR_OK) {
        FUZZ_REQUIRE(h.body_n == 0);
        return 0;
    }
    FUZZ_REQUIRE(n == size);
    const ur_span file_key = ur_span_of(key, ur_seal_file_key_bytes(h.kind));
    FUZZ_REQUIRE(ur_seal_header_check(&h, ur_span_of(data, size), file_key) == UR_E_PROOF);
    FUZZ_REQUIRE(ur_seal_header_write(again, &again_n, &h, file_key) == UR_OK && again_n == size);
    FUZZ_REQUIRE(ur_eq_var(again, data, size - 44));
    return 0;
}
