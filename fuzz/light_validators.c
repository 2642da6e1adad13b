/* A validator set's JSON: powers add up and stay below their maximum, addresses are those of the keys. */
#include "fuzz/fuzz.h"

#include "core/light/comet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ur_validators set;
    ur_json v;
    memset(&set, 0, sizeof set);
    if (ur_json_parse_var(&v, ur_span_of(data, size)) == UR_OK && ur_comet_validators_append_var(&set, v) == UR_OK) {
        int64_t sum = 0;
        uint8_t hash[UR_SHA256_BYTES];
        for (size_t i = 0; i < set.n; i++) {
            uint8_t address[UR_COMET_ADDRESS_BYTES];
            ur_comet_address_var(address, set.v[i].key);
            FUZZ_REQUIRE(set.v[i].power > 0 && ur_eq_var(address, set.v[i].address, sizeof address));
            sum += set.v[i].power;
        }
        FUZZ_REQUIRE(sum == set.total_power && sum <= UR_COMET_POWER_MAX);
        ur_comet_validators_hash_var(hash, &set);
    }
    return 0;
}
