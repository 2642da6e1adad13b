#include "programs/cli/when.h"

#include <inttypes.h>
#include <stdio.h>

void cli_span_text(char out[CLI_SPAN_TEXT_MAX], uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    enum { COUNT = sizeof units / sizeof units[0] };
    size_t i = 0;
    while (i + 1 < COUNT && seconds < units[i].seconds) {
        i++;
    }
    uint64_t first = seconds / units[i].seconds, left = seconds % units[i].seconds;
    uint64_t second = i + 1 < COUNT ? left / units[i + 1].seconds : 0;
    if (second == 0) {
        (void)snprintf(out, CLI_SPAN_TEXT_MAX, "%" PRIu64 " %s", first, units[i].name);
    } else {
        (void)snprintf(out, CLI_SPAN_TEXT_MAX, "%" PRIu64 " %s %" PRIu64 " %s", first, units[i].name, second, units[i + 1].name);
    }
}

void cli_say_when(cli *c, const char *key, int64_t unix_s, int64_t now_s)
{
    char date[UR_DATE_TEXT_MAX], span[CLI_SPAN_TEXT_MAX], text[sizeof date + sizeof span + 16];
    ur_date_text(date, unix_s);
    cli_span_text(span, (uint64_t)(unix_s > now_s ? unix_s - now_s : now_s - unix_s));
    if (unix_s > now_s) {
        (void)snprintf(text, sizeof text, "%s (in %s)", date, span);
    } else {
        (void)snprintf(text, sizeof text, "%s (%s ago)", date, span);
    }
    cli_json_only(c);
    cli_say_text(c, key, date);
    cli_people_only(c);
    cli_say_text(c, key, text);
}

void cli_say_span_of_time(cli *c, const char *key, uint64_t seconds)
{
    char span[CLI_SPAN_TEXT_MAX];
    cli_span_text(span, seconds);
    cli_json_only(c);
    cli_say_number(c, key, seconds);
    cli_people_only(c);
    cli_say_text(c, key, span);
}
