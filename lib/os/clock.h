/* Time, as something handed in: programs use ur_clock_system, tests a clock of their own that can jump. */
#ifndef UR_LIB_OS_CLOCK_H
#define UR_LIB_OS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/os/err.h"

typedef struct ur_clock {
    void *context;
    /* Milliseconds since 1970; may jump either way, the host or an administrator decides. For talking about dates. */
    int64_t (*unix_ms)(void *context);
    /* Milliseconds since boot, never going back, suspension included (CLOCK_BOOTTIME). For measuring spans. */
    uint64_t (*boot_ms)(void *context);
} ur_clock;

/* The system's. Aborts if it has no clocks. */
const ur_clock *ur_clock_system(void);

/* UR_OK if CLOCK_BOOTTIME runs on the processor's own counter (tsc, arch_sys_counter); UR_E_POLICY if the host computes
 * it for us (kvm-clock, hyperv, …), as a host could then slow down a lease. Reads `path`, or Linux's
 * current_clocksource when path is NULL. */
UR_MUST_USE ur_status ur_clock_check_own(const char *path, ur_err *err);

#endif
