/* The bench: rows of "ours against a reference", measured in one run, in turns, as medians.
 *
 * An area is a file bench/<area>.c with `void bench_<area>(void)`, and a line in bench/CMakeLists.txt. It prepares its
 * inputs and calls bench_row for each row; a reference is either a function here or an operation of a peer: a program in
 * another language that bench/run has built, which answers on a pipe (see tests/peers/README.md). */
#ifndef UR_BENCH_BENCH_H
#define UR_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* void bench_<area>(void) for each area of the CMake file. */
#define AREA(name) void bench_##name(void);
#include "bench_areas.def"
#undef AREA

typedef void bench_fn(void *ctx);

typedef enum bench_goal {
    BENCH_REPORT = 0, /* no target: printed only */
    BENCH_AT_MOST,    /* ours / reference <= target: how much more than the bare work we take */
    BENCH_AT_LEAST,   /* reference / ours >= target: how many times faster we are */
} bench_goal;

typedef struct bench_row_spec {
    const char *what; /* "tibe/encrypt": area first */
    bench_fn *ours;
    void *ctx;                  /* handed to ours and reference */
    const char *reference_name; /* "H + 2 M1 + 3 A + ML1 + FE" or "DistributedIBE"; NULL when there is none */
    bench_fn *reference;        /* NULL for a peer's operation */
    const char *peer;           /* "go", "rust", "node" */
    const char *peer_op;        /* the peer's name for it */
    bench_goal goal;
    double target;
    size_t ours_ops;      /* operations that one call of ours does, 0 for 1: times are an operation's */
    size_t reference_ops; /* the same for the reference */
    const char *note;     /* what else was measured, in words; may be NULL */
} bench_row_spec;

/* False when the command line asks for other areas or rows only: skip preparing then. `what` may be a beginning. */
bool bench_wanted(const char *what);
/* True when the run is only to see that everything runs (--ms below 10): leave out what takes long to prepare. */
bool bench_is_trial(void);
/* Measure and print one row, if it is wanted. */
void bench_row(const bench_row_spec *spec);
/* A row without any reference. */
void bench_time(const char *what, bench_fn *ours, void *ctx);
/* Ends the program with a message: what was prepared is not right. */
void bench_die(const char *what);
/* bench_die unless ok. */
void bench_must(bool ok, const char *what);

/* Bytes that look random, the same in each run. */
void bench_fill(void *p, size_t n);

#endif
