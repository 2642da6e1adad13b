/* Random bytes from the operating system (getrandom, which waits until its pool is seeded). There is no failure to
 * handle: a process that cannot get random bytes must not go on, so it says so and aborts. */
#ifndef UR_LIB_OS_RANDOM_H
#define UR_LIB_OS_RANDOM_H

#include <stddef.h>

void ur_random(void *out, size_t n);

#endif
