/* Unix seconds as calendar dates (UTC, proleptic Gregorian, no leap seconds). */
#ifndef UR_LIB_OS_DATE_H
#define UR_LIB_OS_DATE_H

#include <stdint.h>

typedef struct ur_date {
    unsigned year, month, day, hour, minute, second;
} ur_date;

/* Years 1970..9999; times outside are clamped to the nearest. */
ur_date ur_date_of(int64_t unix_time);
/* "YYYY-MM-DDThh:mm:ssZ" and a terminator. */
#define UR_DATE_TEXT_MAX 21
void ur_date_text(char out[UR_DATE_TEXT_MAX], int64_t unix_time);

#endif
