#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "programs/cli/devnet/node.h"

#define SECONDS_MAX ((uint64_t)10 * 365 * 86400)

/* Numbers with units, each smaller than the one before: 1d12h. */
static ur_status seconds_of(cli *c, const char *text, uint64_t *out)
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
    size_t unit = 0;
    const char *p = text;
    *out = 0;
    do {
        uint64_t x = 0;
        size_t digits = strspn(p, "0123456789");
        for (size_t i = 0; i < digits && i < 10; i++) {
            x = x * 10 + (uint64_t)(p[i] - '0');
        }
        p += digits;
        while (unit < sizeof units / sizeof *units && units[unit].letter != *p) {
            unit++;
        }
        if (digits == 0 || digits > 10 || unit == sizeof units / sizeof *units) {
            cli_hint(c, "numbers with units, the larger one first: 90s, 15m, 2h, 1d12h, 2w");
            return cli_fail(c, UR_E_USAGE, "TIME '%s' is not understood", text);
        }
        *out += x * units[unit++].seconds;
        p++;
    } while (*p != '\0');
    return *out >= 1 && *out <= SECONDS_MAX ? UR_OK : cli_fail(c, UR_E_USAGE, "TIME is from one second to ten years");
}

ur_status cli_devnet_warp(cli *c)
{
    uint64_t seconds;
    char params[96];
    UR_TRY(seconds_of(c, cli_value(c, "TIME"), &seconds));
    (void)snprintf(params, sizeof params, "{\"blocks\":\"%" PRIu64 "\",\"seconds\":\"%" PRIu64 "\"}", cli_number(c, "blocks", 0), seconds);
    return devnet_move(c, "unrug_warp", params);
}
