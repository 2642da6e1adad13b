/* How long an instance may serve. An instance that is cut off cannot see that it was fenced, so it stops by itself, before
 * the earliest instant at which anybody else could serve. Design 6.
 *
 *   lease end   sent + period + grace - (time(H+1) - time(H)) - margin      on the clock that runs since boot
 *   and at once when a verified header's time reaches time(H) + period + grace - margin
 *
 * where H is the block that recorded a statement sent at `sent`. A block's time lags behind its making, after a halt by as
 * long as the halt was; time(H+1) is when H was voted for, so it is not before `sent` (but for clocks, which the margin is
 * for), and the lease ends at the latest at time(H) + period + grace - margin, when the ledger begins to count it silent.
 * Pure arithmetic; every input is public. */
#ifndef UR_CORE_POLICY_LEASE_H
#define UR_CORE_POLICY_LEASE_H

#include "core/policy/policy.h"

/* All zero: none. */
typedef struct ur_lease {
    uint64_t until_boot_ms;   /* not included */
    uint64_t until_header_ns; /* not included */
} ur_lease;

/* From a statement that is proven to be recorded.
 *   sent_boot_ms  when the instance sent it, on the clock that runs since boot (lib/os/clock.h)
 *   recorded_ns   the time of the block H that recorded it
 *   next_ns       the time of block H + 1, under which it is proven
 * None if the times are so far apart that nothing is left, or do not rise. */
ur_lease ur_lease_of(const ur_policy *p, uint64_t sent_boot_ms, uint64_t recorded_ns, uint64_t next_ns);

/* Whether an operation may start now. header_ns: the time of the newest header that the instance has verified. */
bool ur_lease_holds(const ur_lease *lease, uint64_t boot_ms, uint64_t header_ns);

/* When to send the next heartbeat, on the same clock: early, at a point between a quarter and three quarters of the period
 * that nobody can foresee. chance: uniform. */
uint64_t ur_lease_next_heartbeat(const ur_policy *p, uint64_t sent_boot_ms, uint32_t chance);

#endif
