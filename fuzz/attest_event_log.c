/* Event logs in both forms, and the binary wire form around one. The first octet chooses. */
#include "fuzz/fuzz.h"

#include "core/attest/dstack.h"
#include "fuzz/attest_ops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t scratch[UR_DSTACK_SCRATCH_BYTES];
    const ur_dstack_rules rules = {0xf, true};
    ur_dstack_identity id;
    ur_reason why = UR_REASON_NONE;
    ur_td_body td = {0};
    ur_dstack_wire wire;
    if (size == 0) {
        return 0;
    }
    ur_span rest = ur_span_of(data + 1, size - 1);
    ur_event_log log = {data[0] % 2 == 0 ? UR_EVENT_LOG_JSON : UR_EVENT_LOG_WIRE, rest};
    if (data[0] % 4 == 3) {
        if (ur_dstack_wire_parse(&wire, rest) != UR_OK) {
            FUZZ_REQUIRE(wire.quote.n == 0 && wire.report_data == NULL);
            return 0;
        }
        log = wire.log;
    }
    ur_status s = ur_dstack_check(&id, &why, &accepting_ops, &rules, &td, &log, ur_span_of("x", 1), scratch, sizeof scratch);
    FUZZ_REQUIRE(s == ur_reason_status(why) && s != UR_OK); /* no log replays to zeros and names a compose file of "x" */
    FUZZ_REQUIRE(id.events == 0 && id.key_provider == 0);
    return 0;
}
