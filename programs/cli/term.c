#include "programs/cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/os/clock.h"

static bool smart_terminal(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) && term != NULL && strcmp(term, "dumb") != 0;
}

bool cli_term_colour(int fd)
{
    const char *no = getenv("NO_COLOR");
    return (no == NULL || no[0] == '\0') && smart_terminal(fd);
}

static uint64_t now_ms(void)
{
    const ur_clock *clock = ur_clock_system();
    return clock->boot_ms(clock->context);
}

void cli_progress_start(cli_progress *p, const char *what, uint64_t total)
{
    *p = (cli_progress){.what = what, .total = total, .started_ms = now_ms(), .on = smart_terminal(STDERR_FILENO)};
}

/* "12.3 MiB", or "12 shares" */
static void size_text(char out[32], uint64_t bytes, const char *unit)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t u = 0;
    uint64_t tenths = bytes * 10;
    if (unit != NULL) {
        (void)snprintf(out, 32, "%llu %.10s", (unsigned long long)bytes, unit);
        return;
    }
    if (bytes > UINT64_MAX / 16) {
        (void)snprintf(out, 32, "very much");
        return;
    }
    while (u < 4 && tenths >= 10240) {
        tenths /= 1024;
        u++;
    }
    if (u == 0) {
        (void)snprintf(out, 32, "%llu B", (unsigned long long)bytes);
    } else {
        (void)snprintf(out, 32, "%llu.%llu %s", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10), units[u]);
    }
}

void cli_progress_at(cli_progress *p, uint64_t done)
{
    enum { WAIT_MS = 1000, REDRAW_MS = 100, BAR = 24 };
    if (!p->on) {
        return;
    }
    uint64_t now = now_ms(), taken = now - p->started_ms;
    if (taken < WAIT_MS || (p->drawn_ms != 0 && now - p->drawn_ms < REDRAW_MS)) {
        return;
    }
    p->drawn_ms = now;
    char done_text[32], rate[32], all[32];
    size_text(done_text, done, p->unit);
    size_text(rate, done / taken * 1000 + done % taken * 1000 / taken, p->unit);
    if (p->total == 0) {
        (void)fprintf(stderr, "\r\033[K%s %s, %s/s", p->what, done_text, rate);
        (void)fflush(stderr);
        return;
    }
    char bar[BAR + 1];
    uint64_t at = done < p->total ? done : p->total;
    size_t full = (size_t)(at / (p->total / BAR + 1));
    memset(bar, '-', BAR);
    memset(bar, '#', full < BAR ? full : BAR);
    bar[BAR] = '\0';
    size_text(all, p->total, p->unit);
    uint64_t left_s = done == 0 ? 0 : (p->total - at) / (done / taken + 1) / 1000;
    (void)fprintf(stderr, "\r\033[K%s [%s] %llu%% of %s, %s/s, %llu s left", p->what, bar,
                  (unsigned long long)(at / (p->total / 100 + 1)), all, rate, (unsigned long long)left_s);
    (void)fflush(stderr);
}

void cli_progress_end(cli_progress *p)
{
    if (p->on && p->drawn_ms != 0) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
        p->drawn_ms = 0;
    }
    p->on = false;
}
