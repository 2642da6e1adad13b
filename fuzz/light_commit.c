/* A commit's JSON: whatever parses keeps its bounds, and its sign bytes fit. */
#include "fuzz/fuzz.h"

#include "core/light/comet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_comet_commit c;
    ur_json v;
    uint8_t message[UR_COMET_SIGN_BYTES_MAX], hash[UR_SHA256_BYTES];
    if (ur_json_parse_var(&v, ur_span_of(data, size)) == UR_OK && ur_comet_commit_parse_var(&c, v) == UR_OK) {
        FUZZ_REQUIRE(c.height > 0 && c.round >= 0 && c.n > 0 && c.n <= UR_VALIDATORS_MAX);
        for (size_t i = 0; i < c.n; i++) {
            FUZZ_REQUIRE(c.sig[i].flag >= UR_COMET_ABSENT && c.sig[i].flag <= UR_COMET_NIL && c.sig[i].time.ns < 1000000000);
            size_t n = ur_comet_sign_bytes_var(message, UR_SPAN_LIT("chain"), c.height, c.round, &c.block, c.sig[i].time);
            FUZZ_REQUIRE(n > 0 && n <= sizeof message);
        }
        ur_comet_commit_hash_var(hash, &c);
    }
    return 0;
}
