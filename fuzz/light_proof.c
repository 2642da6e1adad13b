/* A length, a key of that length, a proof: no proof claims a key both present and absent, and a claim checks as claimed. */
#include "fuzz/fuzz.h"

#include "core/light/ics23.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size - 1 < data[0]) {
        return 0;
    }
    ur_span key = ur_span_of(data + 1, data[0]), proof = ur_span_of(data + 1 + data[0], size - 1 - data[0]);
    for (int t = UR_ICS23_IAVL; t <= UR_ICS23_SIMPLE; t++) {
        uint8_t root[UR_ICS23_ROOT_BYTES];
        ur_span k, v;
        if (ur_ics23_claim_var(root, &k, &v, (ur_ics23_tree)t, proof) == UR_OK) {
            FUZZ_REQUIRE(k.n > 0 && v.n > 0);
            FUZZ_REQUIRE(ur_ics23_present_var(root, (ur_ics23_tree)t, k, v, proof) == UR_OK);
            FUZZ_REQUIRE(ur_ics23_absent_var(root, (ur_ics23_tree)t, k, proof) != UR_OK);
        }
        FUZZ_REQUIRE(key.n == 0 || ur_ics23_absent_var(root, (ur_ics23_tree)t, key, proof) != UR_OK);
    }
    return 0;
}
