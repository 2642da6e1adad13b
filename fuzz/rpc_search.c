/* tx_search's query: what is accepted keeps the bounds that the ledger relies on, and points into the query. */
#include "fuzz/fuzz.h"

#include "lib/rpc/search.h"

static bool within(ur_span part, const uint8_t *data, size_t size)
{
    return part.n == 0 || (part.p >= data && part.n <= size && part.p + part.n <= data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rpc_search s;
    if (rpc_search_parse_var(&s, ur_span_of(data, size), NULL) != UR_OK) {
        FUZZ_REQUIRE(s.terms.conditions == 0 && !s.by_hash);
        return 0;
    }
    FUZZ_REQUIRE(size <= RPC_QUERY_MAX && s.terms.conditions <= UR_LEDGER_CONDITIONS_MAX);
    FUZZ_REQUIRE(s.terms.min_height >= 0 && s.terms.max_height >= 0);
    FUZZ_REQUIRE(s.nothing || s.terms.max_height == 0 || s.terms.min_height <= s.terms.max_height);
    for (size_t i = 0; i < s.terms.conditions; i++) {
        FUZZ_REQUIRE(s.terms.condition[i].key.n > 0 && within(s.terms.condition[i].key, data, size));
        FUZZ_REQUIRE(within(s.terms.condition[i].value, data, size));
    }
    return 0;
}
