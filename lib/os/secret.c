#include "lib/os/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/mem.h"

struct ur_secret {
    uint8_t *map; /* guard page, pages, guard page */
    size_t map_n;
    uint8_t *pages;
    size_t pages_n;
    uint8_t *bytes;
    size_t n;
};

static ur_status lock_error(int errnum, size_t n, ur_err *err)
{
    struct rlimit limit = {0};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        (void)ur_err_system(err, errnum,
                            "cannot lock %zu bytes of memory for a secret (limit %llu bytes; raise it with ulimit -l or "
                            "LimitMEMLOCK=)",
                            n, (unsigned long long)limit.rlim_cur);
    } else {
        (void)ur_err_system(err, errnum, "cannot lock %zu bytes of memory for a secret", n);
    }
    return UR_E_MEMORY;
}

ur_status ur_secret_new(ur_secret **out, size_t n, ur_err *err)
{
    *out = NULL;
    if (n == 0 || n > UR_SECRET_MAX) {
        return ur_err_set(err, UR_E_USAGE, "a secret of %zu bytes", n);
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t pages_n = (n + page - 1) / page * page;
    ur_secret *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    s->map_n = pages_n + 2 * page;
    void *map = mmap(NULL, s->map_n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        (void)ur_err_system(err, errno, "cannot map %zu bytes", s->map_n);
        free(s);
        return UR_E_MEMORY;
    }
    s->map = map;
    s->pages = s->map + page;
    s->pages_n = pages_n;
    s->n = n;
    s->bytes = s->pages + pages_n - (n + 15) / 16 * 16;
    ur_status status = UR_OK;
    if (mprotect(s->pages, pages_n, PROT_READ | PROT_WRITE) != 0) {
        (void)ur_err_system(err, errno, "cannot map %zu bytes", pages_n);
        status = UR_E_MEMORY;
    } else if (madvise(s->pages, pages_n, MADV_DONTDUMP) != 0 || madvise(s->pages, pages_n, MADV_WIPEONFORK) != 0) {
        (void)ur_err_system(err, errno, "cannot keep a secret out of core dumps and forked children");
        status = UR_E_MEMORY;
    } else if (mlock(s->pages, pages_n) != 0) {
        status = lock_error(errno, pages_n, err);
    }
    if (status != UR_OK) {
        (void)munmap(s->map, s->map_n);
        free(s);
        return status;
    }
    *out = s;
    return UR_OK;
}

uint8_t *ur_secret_reveal(ur_secret *secret) { return secret->bytes; }

size_t ur_secret_len(const ur_secret *secret) { return secret->n; }

void ur_secret_shorten(ur_secret *secret, size_t n)
{
    if (n > 0 && n < secret->n) {
        ur_wipe(secret->bytes + n, secret->n - n);
        secret->n = n;
    }
}

void ur_secret_free(ur_secret **secret)
{
    ur_secret *s = *secret;
    if (s != NULL) {
        ur_wipe(s->pages, s->pages_n);
        (void)munmap(s->map, s->map_n); /* unlocks too */
        free(s);
        *secret = NULL;
    }
}
