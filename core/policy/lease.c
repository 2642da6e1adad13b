#include "core/policy/lease.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000u

ur_lease ur_lease_of(const ur_policy *p, uint64_t sent_boot_ms, uint64_t recorded_ns, uint64_t next_ns)
{
    const ur_lease none = {0, 0};
    uint64_t span_s = p->period_s + p->grace_s, margin_s = ur_policy_margin_s(p);
    if (span_s <= margin_s || next_ns <= recorded_ns) {
        return none;
    }
    uint64_t left_s = span_s - margin_s;
    uint64_t lag_ms = (next_ns - recorded_ns + NS_PER_MS - 1) / NS_PER_MS;
    if (lag_ms >= left_s * MS_PER_S || recorded_ns > UINT64_MAX - left_s * NS_PER_S || sent_boot_ms > UINT64_MAX - left_s * MS_PER_S) {
        return none;
    }
    return (ur_lease){sent_boot_ms + left_s * MS_PER_S - lag_ms, recorded_ns + left_s * NS_PER_S};
}

bool ur_lease_holds(const ur_lease *lease, uint64_t boot_ms, uint64_t header_ns)
{
    return boot_ms < lease->until_boot_ms && header_ns < lease->until_header_ns;
}

uint64_t ur_lease_next_heartbeat(const ur_policy *p, uint64_t sent_boot_ms, uint32_t chance)
{
    uint64_t period_ms = p->period_s * MS_PER_S;
    return sent_boot_ms + period_ms / 4 + ((period_ms / 2) * chance >> 32);
}
