#include "lib/os/date.h"

ur_date ur_date_of(int64_t unix_time)
{
    const int64_t last = 253402300799; /* 9999-12-31T23:59:59Z */
    int64_t t = unix_time < 0 ? 0 : unix_time > last ? last : unix_time;
    uint32_t seconds = (uint32_t)(t % 86400);
    /* Days since 0000-03-01, so that the leap day ends a year; 400-year eras of 146097 days. */
    uint32_t days = (uint32_t)(t / 86400) + 719468u;
    uint32_t era = days / 146097u, day = days % 146097u;
    uint32_t year = (day - day / 1460u + day / 36524u - day / 146096u) / 365u;
    uint32_t of_year = day - (365u * year + year / 4u - year / 100u);
    uint32_t m = (5u * of_year + 2u) / 153u;
    ur_date d;
    d.day = of_year - (153u * m + 2u) / 5u + 1u;
    d.month = m < 10u ? m + 3u : m - 9u;
    d.year = year + 400u * era + (d.month <= 2u ? 1u : 0u);
    d.hour = seconds / 3600u;
    d.minute = seconds / 60u % 60u;
    d.second = seconds % 60u;
    return d;
}

static char *digits(char *at, unsigned x, unsigned n, char after)
{
    for (unsigned i = n; i-- > 0; x /= 10) {
        at[i] = (char)('0' + x % 10);
    }
    at[n] = after;
    return at + n + 1;
}

void ur_date_text(char out[UR_DATE_TEXT_MAX], int64_t unix_time)
{
    ur_date d = ur_date_of(unix_time);
    char *at = digits(out, d.year, 4, '-');
    at = digits(at, d.month, 2, '-');
    at = digits(at, d.day, 2, 'T');
    at = digits(at, d.hour, 2, ':');
    at = digits(at, d.minute, 2, ':');
    at = digits(at, d.second, 2, 'Z');
    *at = '\0';
}
