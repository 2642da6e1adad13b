/* ctime [NAME...]: run every entry (or those whose name begins so) and say which ones valgrind reports.
 * ctime --control: run functions that leak on purpose; fails unless each one is reported. */
#include "tests/ctime/ctime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#define AREA(name) extern const ctime_entry ctime_##name[];
#include "ctime_areas.def"
#undef AREA

static const struct {
    const char *name;
    const ctime_entry *entries;
} areas[] = {
#define AREA(name) {#name, ctime_##name},
#include "ctime_areas.def"
#undef AREA
};

/* ---- what entries use ---- */

static uint64_t fill_state = 1;

void ctime_fill(void *p, size_t n)
{
    uint8_t *o = p;
    for (size_t i = 0; i < n; i++) { /* splitmix64 */
        uint64_t z = (fill_state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        o[i] = (uint8_t)(z >> 56);
    }
}

void ctime_secret(void *p, size_t n)
{
    ctime_fill(p, n);
    ur_secret_mark(p, n);
}

void ctime_public(const void *p, size_t n) { (void)VALGRIND_MAKE_MEM_DEFINED(p, n); }

void ctime_ok(ur_status st, const char *what)
{
    if (st != UR_OK) {
        (void)fprintf(stderr, "ctime: %s: %s\n", what, ur_status_name(st));
        exit(70);
    }
}

/* ---- functions that leak: the check must be able to fail ---- */

static volatile uint8_t sink;

static void leak_by_branch(void)
{
    uint8_t secret;
    ctime_secret(&secret, 1);
    if (secret & 1) {
        sink = 1;
    }
}

static void leak_by_address(void)
{
    static uint8_t table[256] = {1, 2, 3};
    uint8_t secret;
    ctime_secret(&secret, 1);
    sink = ((volatile uint8_t *)table)[secret];
}

static void leak_by_early_end(void)
{
    uint8_t a[16], b[16] = {0};
    ctime_secret(a, sizeof a);
    sink = (uint8_t)ur_eq_var(a, b, sizeof a);
}

static void leak_after_wipe(void)
{
    uint8_t a[16];
    ctime_fill(a, sizeof a);
    ur_wipe(a, sizeof a);
    if (((volatile uint8_t *)a)[3] != 0) {
        sink = 1;
    }
}

static const ctime_entry controls[] = {
    {"control: a branch on a secret", leak_by_branch},
    {"control: an address that depends on a secret", leak_by_address},
    {"control: a comparison that ends early", leak_by_early_end},
    {"control: a read after wiping", leak_after_wipe},
    {0},
};

/* ---- running ---- */

static unsigned run_one(const ctime_entry *e)
{
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    fill_state = 1;
    e->run();
    return (unsigned)VALGRIND_COUNT_ERRORS - before;
}

static int run_controls(void)
{
    int missed = 0;
    for (const ctime_entry *e = controls; e->name != NULL; e++) {
        if (run_one(e) == 0) {
            printf("NOT REPORTED  %s\n", e->name);
            missed++;
        }
    }
    return missed;
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(name, argv[i], strlen(argv[i])) == 0) {
            return true;
        }
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--control") == 0) {
        return run_controls() == 0 ? 0 : 1;
    }
    int ran = 0, leaky = 0;
    for (size_t a = 0; a < sizeof areas / sizeof areas[0]; a++) {
        for (const ctime_entry *e = areas[a].entries; e->name != NULL; e++) {
            if (wanted(e->name, argc, argv)) {
                ran++;
                if (run_one(e) != 0) {
                    printf("LEAK  %s (%s)\n", e->name, areas[a].name);
                    leaky++;
                }
            }
        }
    }
    printf("%d functions, %d reported%s\n", ran, leaky, RUNNING_ON_VALGRIND ? "" : " (not under valgrind)");
    return leaky == 0 && ran > 0 ? 0 : 1;
}
