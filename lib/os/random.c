#include "lib/os/random.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

static _Noreturn void give_up(void)
{
    static const char text[] = "unrug: the system gives no random bytes (getrandom); stopping\n";
    ssize_t ignored = write(2, text, sizeof text - 1);
    (void)ignored;
    abort();
}

void ur_random(void *out, size_t n)
{
    uint8_t *at = out;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0 || (size_t)got > n) {
            give_up();
        }
        at += got;
        n -= (size_t)got;
    }
}
