/* A header's JSON: whatever parses hashes the same twice and keeps its bounds. */
#include "fuzz/fuzz.h"

#include "core/light/comet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_json v;
    ur_comet_header h, again;
    uint8_t x[UR_SHA256_BYTES], y[UR_SHA256_BYTES];
    if (ur_json_parse_var(&v, ur_span_of(data, size)) == UR_OK && ur_comet_header_parse_var(&h, v) == UR_OK) {
        FUZZ_REQUIRE(h.height > 0 && h.chain_id_n > 0 && h.chain_id_n <= UR_CHAIN_ID_MAX && h.app.n <= UR_SHA256_BYTES);
        FUZZ_REQUIRE(ur_comet_header_parse_var(&again, v) == UR_OK);
        ur_comet_header_hash_var(x, &h);
        ur_comet_header_hash_var(y, &again);
        FUZZ_REQUIRE(ur_eq_var(x, y, sizeof x));
    }
    return 0;
}
