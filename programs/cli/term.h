/* What differs on a terminal: colours, and a progress bar on stderr once work has taken over a second. */
#ifndef UR_PROGRAMS_CLI_TERM_H
#define UR_PROGRAMS_CLI_TERM_H

#include <stdbool.h>
#include <stdint.h>

/* Colours: fd is a terminal, TERM is not dumb and NO_COLOR is empty. */
bool cli_term_colour(int fd);

typedef struct cli_progress {
    const char *what; /* a literal: "encrypting" */
    const char *unit; /* a literal: "shares"; NULL for bytes, which are shown in KiB, MiB, ... */
    uint64_t total;   /* 0: not known */
    uint64_t started_ms, drawn_ms;
    bool on; /* stderr is a terminal that can redraw a line */
} cli_progress;

void cli_progress_start(cli_progress *p, const char *what, uint64_t total);
void cli_progress_at(cli_progress *p, uint64_t done);
/* Take the bar off the screen: at the end, and before anything else is written there. */
void cli_progress_end(cli_progress *p);

#endif
