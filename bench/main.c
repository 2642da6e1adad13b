/* bench [--ms N] [--peer NAME=PROGRAM]... [--strict] [AREA or ROW]...
 *
 * JSON lines on stdout, and a table for people on stderr when that is a terminal (or with --table). Each row is measured
 * in rounds, ours and the reference in turns so that a slow moment of the machine hits both; the medians are compared.
 * One thread. --ms is the time for each row (default 1000). --strict: exit 1 when a target is missed. */
#include "bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 31, WANTED_MAX = 64, PEERS_MAX = 8, LINE = 512 };

static struct {
    double ms;
    bool table;
    bool strict;
    const char *wanted[WANTED_MAX];
    size_t wanted_n;
    size_t missed;
    size_t rows;
    char machine[128];
} run = {.ms = 1000};

typedef struct peer {
    const char *name;
    const char *program;
    FILE *to;
    FILE *from;
    pid_t pid;
    char version[LINE];
} peer;
static peer peers[PEERS_MAX];
static size_t peers_n;

void bench_die(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    exit(70);
}

void bench_must(bool ok, const char *what)
{
    if (!ok) {
        bench_die(what);
    }
}

void bench_fill(void *p, size_t n)
{
    static uint64_t state = 7;
    uint8_t *o = p;
    for (size_t i = 0; i < n; i++) { /* splitmix64 */
        uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        o[i] = (uint8_t)(z >> 56);
    }
}

bool bench_wanted(const char *what)
{
    for (size_t i = 0; i < run.wanted_n; i++) {
        size_t a = strlen(what), b = strlen(run.wanted[i]);
        if (strncmp(what, run.wanted[i], a < b ? a : b) == 0) {
            return true;
        }
    }
    return run.wanted_n == 0;
}

bool bench_is_trial(void) { return run.ms < 10; }

/* ---- peers ---- */

static void peer_line(peer *p, char line[LINE])
{
    if (fgets(line, LINE, p->from) == NULL) {
        (void)fprintf(stderr, "bench: peer %s went away\n", p->name);
        exit(70);
    }
    line[strcspn(line, "\n")] = '\0';
}

static void peer_start(peer *p)
{
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0 || fcntl(in[1], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(out[0], F_SETFD, FD_CLOEXEC) != 0) { /* a peer that holds another's pipe keeps it from ending */
        bench_die("cannot make pipes");
    }
    p->pid = fork();
    if (p->pid == 0) {
        (void)dup2(in[0], 0);
        (void)dup2(out[1], 1);
        (void)close(in[0]), (void)close(in[1]), (void)close(out[0]), (void)close(out[1]);
        (void)execl("/bin/sh", "sh", "-c", p->program, (char *)NULL);
        _exit(127);
    }
    (void)close(in[0]), (void)close(out[1]);
    p->to = fdopen(in[1], "w");
    p->from = fdopen(out[0], "r");
    if (p->pid < 0 || p->to == NULL || p->from == NULL) {
        bench_die("cannot start a peer");
    }
    peer_line(p, p->version);
}

static peer *peer_find(const char *name)
{
    for (size_t i = 0; i < peers_n; i++) {
        if (strcmp(peers[i].name, name) == 0) {
            if (peers[i].to == NULL) {
                peer_start(&peers[i]);
            }
            return &peers[i];
        }
    }
    return NULL;
}

/* Nanoseconds for `times` runs of an operation, as the peer itself measures them. */
static double peer_run(peer *p, const char *op, size_t times)
{
    char line[LINE];
    (void)fprintf(p->to, "%s %zu\n", op, times);
    (void)fflush(p->to);
    peer_line(p, line);
    char *end;
    double ns = strtod(line, &end);
    if (end == line || *end != '\0') {
        (void)fprintf(stderr, "bench: peer %s, %s: %s\n", p->name, op, line);
        exit(70);
    }
    return ns;
}

static void peers_stop(void)
{
    for (size_t i = 0; i < peers_n; i++) {
        if (peers[i].to != NULL) {
            (void)fclose(peers[i].to);
            (void)fclose(peers[i].from);
            (void)waitpid(peers[i].pid, NULL, 0);
        }
    }
}

/* ---- measuring ---- */

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef struct side {
    bench_fn *fn; /* or a peer's operation */
    void *ctx;
    peer *peer;
    const char *op;
    size_t times; /* calls in a round */
    double ns[ROUNDS];
} side;

static double side_run(side *s, size_t times)
{
    if (s->peer != NULL) {
        return peer_run(s->peer, s->op, times);
    }
    double start = now_ns();
    for (size_t i = 0; i < times; i++) {
        s->fn(s->ctx);
    }
    return now_ns() - start;
}

/* So many calls that a round takes its part of the row's time; also warms caches up. */
static void side_calibrate(side *s, double round_ns)
{
    (void)side_run(s, 1);
    double once = side_run(s, 1);
    s->times = 1;
    if (once < round_ns / 8) { /* short: look again with more of them */
        size_t some = (size_t)(round_ns / 8 / (once + 50)) + 1;
        once = side_run(s, some) / (double)some;
    }
    if (once < round_ns) {
        s->times = (size_t)(round_ns / (once + 1)) + 1;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_value);
    return x[n / 2];
}

/* Rounds in turns; an odd number of them that fits the time, 3 at least. */
static void measure(side *sides, size_t n)
{
    double total = run.ms * 1e6, round_ns = total / (double)n / ROUNDS, used = 0;
    for (size_t s = 0; s < n; s++) {
        side_calibrate(&sides[s], round_ns);
    }
    size_t rounds = 0;
    while (rounds < ROUNDS && (rounds < 3 || used < total || rounds % 2 == 0)) {
        for (size_t k = 0; k < n; k++) {
            side *s = &sides[(k + rounds) % n];
            double ns = side_run(s, s->times);
            used += ns;
            s->ns[rounds] = ns / (double)s->times;
        }
        rounds++;
    }
    for (size_t s = 0; s < n; s++) {
        sides[s].ns[0] = median(sides[s].ns, rounds);
    }
}

/* ---- printing ---- */

static void read_machine(void)
{
    FILE *f = fopen("/proc/cpuinfo", "r");
    char line[LINE];
    (void)snprintf(run.machine, sizeof run.machine, "unknown");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            colon[strcspn(colon, "\n\"\\")] = '\0';
            (void)snprintf(run.machine, sizeof run.machine, "%.100s x%ld", colon + 2, sysconf(_SC_NPROCESSORS_ONLN));
            break;
        }
    }
    if (f != NULL) {
        (void)fclose(f);
    }
}

static void print_row(const bench_row_spec *r, double ours, double reference, bool has_reference)
{
    double ratio = !has_reference ? 0 : r->goal == BENCH_AT_MOST ? ours / reference : reference / ours;
    bool ok = !has_reference || r->goal == BENCH_REPORT ||
              (r->goal == BENCH_AT_MOST ? ratio <= r->target : ratio >= r->target);
    run.rows++;
    run.missed += ok ? 0 : 1;
    printf("{\"what\":\"%s\",\"ours_ns\":%.0f", r->what, ours);
    if (has_reference) {
        peer *p = r->peer != NULL ? peer_find(r->peer) : NULL;
        printf(",\"reference\":\"%s\",\"reference_ns\":%.0f,\"ratio\":%.3f,\"ratio_is\":\"%s\"", r->reference_name,
               reference, ratio, r->goal == BENCH_AT_MOST ? "ours/reference" : "reference/ours");
        if (p != NULL) {
            printf(",\"peer\":\"%s\"", p->version);
        }
        if (r->goal != BENCH_REPORT) {
            printf(",\"target\":\"%s %.2f\",\"ok\":%s", r->goal == BENCH_AT_MOST ? "<=" : ">=", r->target,
                   ok ? "true" : "false");
        }
    }
    if (r->note != NULL) {
        printf(",\"note\":\"%s\"", r->note);
    }
    printf(",\"machine\":\"%s\"}\n", run.machine);
    (void)fflush(stdout);
    if (run.table) {
        (void)fprintf(stderr, "%-34s %12.1f us", r->what, ours / 1e3);
        if (has_reference) {
            (void)fprintf(stderr, " %12.1f us %8.2f", reference / 1e3, ratio);
            if (r->goal != BENCH_REPORT) {
                (void)fprintf(stderr, "  %s %.2f %s", r->goal == BENCH_AT_MOST ? "<=" : ">=", r->target,
                              ok ? "   " : "NO ");
            } else {
                (void)fprintf(stderr, "             ");
            }
            (void)fprintf(stderr, "  %s", r->reference_name);
        }
        (void)fprintf(stderr, "%s%s\n", r->note != NULL ? "; " : "", r->note != NULL ? r->note : "");
    }
}

void bench_row(const bench_row_spec *r)
{
    if (!bench_wanted(r->what)) {
        return;
    }
    side sides[2] = {{.fn = r->ours, .ctx = r->ctx}, {.fn = r->reference, .ctx = r->ctx}};
    bool has_reference = r->reference != NULL;
    if (r->peer != NULL) {
        sides[1].peer = peer_find(r->peer);
        sides[1].op = r->peer_op;
        has_reference = sides[1].peer != NULL; /* without that peer the row still shows our own time */
    }
    measure(sides, has_reference ? 2 : 1);
    double ours = sides[0].ns[0] / (double)(r->ours_ops > 0 ? r->ours_ops : 1);
    double reference = sides[1].ns[0] / (double)(r->reference_ops > 0 ? r->reference_ops : 1);
    print_row(r, ours, reference, has_reference);
}

void bench_time(const char *what, bench_fn *ours, void *ctx)
{
    bench_row(&(bench_row_spec){.what = what, .ours = ours, .ctx = ctx});
}

static void parse(int argc, char **argv)
{
    run.table = isatty(2) != 0;
    for (int i = 1; i < argc; i++) {
        char *equals;
        if (strcmp(argv[i], "--ms") == 0 && i + 1 < argc) {
            run.ms = strtod(argv[++i], NULL);
            bench_must(run.ms > 0, "--ms wants a number above 0");
        } else if (strcmp(argv[i], "--peer") == 0 && i + 1 < argc && (equals = strchr(argv[i + 1], '=')) != NULL &&
                   peers_n < PEERS_MAX) {
            *equals = '\0';
            peers[peers_n].name = argv[++i];
            peers[peers_n++].program = equals + 1;
        } else if (strcmp(argv[i], "--table") == 0) {
            run.table = true;
        } else if (strcmp(argv[i], "--strict") == 0) {
            run.strict = true;
        } else if (argv[i][0] != '-' && run.wanted_n < WANTED_MAX) {
            run.wanted[run.wanted_n++] = argv[i];
        } else {
            bench_die("usage: bench [--ms N] [--peer NAME=PROGRAM]... [--table] [--strict] [AREA or ROW]...");
        }
    }
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    read_machine();
    if (run.table) {
        (void)fprintf(stderr, "%-34s %15s %15s %8s  target\n", "", "ours", "reference", "ratio");
    }
#define AREA(name)             \
    if (bench_wanted(#name)) { \
        bench_##name();        \
    }
#include "bench_areas.def"
#undef AREA
    peers_stop();
    if (run.rows == 0) {
        bench_die("no such row");
    }
    (void)fprintf(stderr, "bench: %zu rows, %zu targets missed\n", run.rows, run.missed);
    return run.strict && run.missed > 0 ? 1 : 0;
}
