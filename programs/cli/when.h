/* Times for people: how far away they are. */
#ifndef UR_PROGRAMS_CLI_WHEN_H
#define UR_PROGRAMS_CLI_WHEN_H

#include "lib/os/date.h"
#include "programs/cli/command.h"

#define CLI_SPAN_TEXT_MAX 32

/* "45 s", "2 h 10 min", "3 d 4 h": the two largest units that are not zero. */
void cli_span_text(char out[CLI_SPAN_TEXT_MAX], uint64_t seconds);
/* A date in --json; for people with "in 2 h 10 min" or "3 d ago" behind. Seconds since 1970. */
void cli_say_when(cli *c, const char *key, int64_t unix_s, int64_t now_s);
/* Seconds as a number in --json, as a span for people. */
void cli_say_span_of_time(cli *c, const char *key, uint64_t seconds);

#endif
