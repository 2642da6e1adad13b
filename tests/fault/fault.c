#include "tests/fault/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

enum { BLOCKS_MAX = 4096, FDS_MAX = 256 };

static struct {
    bool on;
    unsigned kinds;
    long left; /* calls until the one that fails */
    bool hit;
    void *blocks[BLOCKS_MAX];
    size_t blocks_n;
    bool fds[FDS_MAX];
    long maps;
    size_t unwiped;
    bool interrupt;
    bool full; /* the disk */
} f;

void fault_arm(unsigned kinds, long k)
{
    memset(&f, 0, sizeof f);
    f.kinds = kinds;
    f.left = k;
    f.on = true;
}

bool fault_disarm(void)
{
    f.on = false;
    f.full = false;
    if (f.blocks_n != 0) {
        fail_msg("%zu blocks of memory were not given back", f.blocks_n);
    }
    for (int fd = 0; fd < FDS_MAX; fd++) {
        if (f.fds[fd]) {
            fail_msg("descriptor %d was not closed", fd);
        }
    }
    if (f.maps != 0) {
        fail_msg("%ld mappings were not given back", f.maps);
    }
    return f.hit;
}

size_t fault_unwiped(void) { return f.unwiped; }

static struct {
    const uint8_t *p;
    size_t n;
} watched;

void fault_watch(const void *bytes, size_t n)
{
    watched.p = bytes;
    watched.n = bytes != NULL ? n : 0;
}

static void search(const uint8_t *p, size_t n)
{
    for (size_t i = 0; watched.n > 0 && i + watched.n <= n; i++) {
        if (p[i] == watched.p[0] && ur_eq_var(p + i, watched.p, watched.n)) {
            f.unwiped++;
            return;
        }
    }
}

static bool fails(unsigned kind, int errnum)
{
    if (!f.on || (f.kinds & kind) == 0 || f.hit || f.left-- > 0) {
        return false;
    }
    f.hit = true;
    errno = errnum;
    return true;
}

/* ---- memory ---- */

static void *taken(void *p)
{
    if (f.on && p != NULL) {
        assert_true(f.blocks_n < BLOCKS_MAX);
        f.blocks[f.blocks_n++] = p;
    }
    return p;
}

static void given_back(const void *p)
{
    for (size_t i = 0; f.on && i < f.blocks_n; i++) {
        if (f.blocks[i] == p) {
            f.blocks[i] = f.blocks[--f.blocks_n];
            return;
        }
    }
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_realpath(const char *path, char *out);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_realpath(const char *path, char *out);
void __wrap_free(void *p);

void *__wrap_malloc(size_t n) { return fails(FAULT_ALLOC, ENOMEM) ? NULL : taken(__real_malloc(n)); }
void *__wrap_calloc(size_t count, size_t size)
{
    return fails(FAULT_ALLOC, ENOMEM) ? NULL : taken(__real_calloc(count, size));
}
void *__wrap_realloc(void *p, size_t n)
{
    if (fails(FAULT_ALLOC, ENOMEM)) {
        return NULL;
    }
    given_back(p);
    return taken(__real_realloc(p, n));
}
char *__wrap_strdup(const char *s) { return fails(FAULT_ALLOC, ENOMEM) ? NULL : taken(__real_strdup(s)); }
char *__wrap_realpath(const char *path, char *out)
{
    return fails(FAULT_ALLOC, ENOMEM) ? NULL : taken(__real_realpath(path, out));
}
void __wrap_free(void *p)
{
    if (f.on && p != NULL) {
        search(p, malloc_usable_size(p));
    }
    given_back(p);
    __real_free(p);
}

/* ---- mappings ---- */

void *__real_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset);
int __real_mprotect(void *p, size_t n, int protection);
int __real_madvise(void *p, size_t n, int advice);
int __real_mlock(const void *p, size_t n);
int __real_munmap(void *p, size_t n);
void *__wrap_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset);
int __wrap_mprotect(void *p, size_t n, int protection);
int __wrap_madvise(void *p, size_t n, int advice);
int __wrap_mlock(const void *p, size_t n);
int __wrap_munmap(void *p, size_t n);

void *__wrap_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
    if (fails(FAULT_MAP, ENOMEM)) {
        return MAP_FAILED;
    }
    f.maps += f.on;
    return __real_mmap(at, n, protection, flags, fd, offset);
}
int __wrap_mprotect(void *p, size_t n, int protection)
{
    return fails(FAULT_MAP, ENOMEM) ? -1 : __real_mprotect(p, n, protection);
}
int __wrap_madvise(void *p, size_t n, int advice)
{
    return fails(FAULT_MAP, ENOMEM) ? -1 : __real_madvise(p, n, advice);
}
int __wrap_mlock(const void *p, size_t n) { return fails(FAULT_MAP, ENOMEM) ? -1 : __real_mlock(p, n); }
int __wrap_munmap(void *p, size_t n)
{
    if (f.on) {
        f.maps--;
        if (__real_mprotect(p, n, PROT_READ) == 0) { /* guard pages read as zero */
            for (size_t i = 0; i < n; i++) {
                f.unwiped += ((const uint8_t *)p)[i] != 0;
            }
        }
    }
    return __real_munmap(p, n);
}

/* ---- files ---- */

int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_read(int fd, void *p, size_t n);
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_fsync(int fd);
int __real_fchmod(int fd, mode_t mode);
int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __real_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_close(int fd);
ssize_t __wrap_read(int fd, void *p, size_t n);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_fsync(int fd);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);

static int opened(int fd)
{
    if (f.on && fd >= 0 && fd < FDS_MAX) {
        f.fds[fd] = true;
    }
    return fd;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return fails(FAULT_OPEN, EMFILE) ? -1 : opened(__real_open(path, flags, mode));
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
    static const int nameless = 020000000; /* O_TMPFILE without its O_DIRECTORY */
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & (O_CREAT | nameless)) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (f.on && (f.kinds & FAULT_NO_TMPFILE) != 0 && (flags & nameless) != 0) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return fails(FAULT_OPEN, EMFILE) ? -1 : opened(__real_openat(dir, path, flags, mode));
}

int __wrap_close(int fd)
{
    if (fd >= 0 && fd < FDS_MAX) {
        f.fds[fd] = false;
    }
    return __real_close(fd);
}

static bool slow(size_t *n)
{
    if (!f.on || (f.kinds & FAULT_SLOW) == 0) {
        return false;
    }
    *n = *n < 7 ? *n : 7;
    f.interrupt = !f.interrupt;
    errno = EINTR;
    return f.interrupt;
}

ssize_t __wrap_read(int fd, void *p, size_t n)
{
    return slow(&n) || fails(FAULT_READ, EIO) ? -1 : __real_read(fd, p, n);
}

/* As on a full disk: what fails writes half first, and the call after it gets the error. */
ssize_t __wrap_write(int fd, const void *p, size_t n)
{
    if (slow(&n)) {
        return -1;
    }
    if (f.full) {
        errno = ENOSPC;
        return -1;
    }
    if (fails(FAULT_WRITE, ENOSPC)) {
        f.full = true;
        return n > 1 ? __real_write(fd, p, n / 2) : -1;
    }
    return __real_write(fd, p, n);
}

int __wrap_fsync(int fd) { return fails(FAULT_SYNC, EIO) ? -1 : __real_fsync(fd); }
int __wrap_fchmod(int fd, mode_t mode) { return fails(FAULT_MODE, EPERM) ? -1 : __real_fchmod(fd, mode); }
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return fails(FAULT_NAME, EIO) ? -1 : __real_renameat(from_dir, from, to_dir, to);
}
int __wrap_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return fails(FAULT_NAME, EIO) ? -1 : __real_linkat(from_dir, from, to_dir, to, flags);
}
