#include "lib/os/clock.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/span.h"
#include "lib/os/file.h"

static int64_t read_ms(clockid_t which)
{
    struct timespec t;
    if (clock_gettime(which, &t) != 0) {
        abort();
    }
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t unix_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_REALTIME);
}

static uint64_t boot_ms(void *context)
{
    (void)context;
    return (uint64_t)read_ms(CLOCK_BOOTTIME);
}

const ur_clock *ur_clock_system(void)
{
    static const ur_clock clock = {NULL, unix_ms, boot_ms};
    return &clock;
}

ur_status ur_clock_check_own(const char *path, ur_err *err)
{
    const char *from = path != NULL ? path : "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    uint8_t *text = NULL;
    size_t n = 0;
    ur_status s = ur_file_read(&text, &n, from, 64, err);
    if (s != UR_OK) {
        return ur_err_in(err, s, "what drives this machine's clock");
    }
    while (n > 0 && text[n - 1] == '\n') {
        n--;
    }
    ur_span name = {text, n};
    if (!ur_span_eq_var(name, UR_SPAN_LIT("tsc")) && !ur_span_eq_var(name, UR_SPAN_LIT("arch_sys_counter"))) {
        s = ur_err_set(err, UR_E_POLICY, "the clock runs on '%.*s', which the host controls", (int)n, (const char *)text);
    }
    free(text);
    return s;
}
