/* Loaded before the C library: makes the k-th call of one kind fail, as $UNRUG_FAULT "kind:k" says (k counts from 0), and
 * makes the file that $UNRUG_FAULT_HIT names when it did. Of allocations only the program's own count, not its libraries'. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);

static long left = -1;
static const char *kind;

static uintptr_t code_start, code_end;

static int find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &info->dlpi_phdr[i];
        if (h->p_type == PT_LOAD && (h->p_flags & PF_X) != 0) {
            code_start = info->dlpi_addr + h->p_vaddr;
            code_end = code_start + h->p_memsz;
        }
    }
    return 1; /* the program itself is the first */
}

__attribute__((constructor)) static void start(void)
{
    (void)dl_iterate_phdr(find_code, NULL);
    const char *fault = getenv("UNRUG_FAULT");
    const char *colon = fault != NULL ? strchr(fault, ':') : NULL;
    if (colon != NULL) {
        kind = fault;
        left = strtol(colon + 1, NULL, 10);
    }
}

static bool fails(const char *what, int errnum)
{
    size_t n = strlen(what);
    if (left < 0 || strncmp(kind, what, n) != 0 || kind[n] != ':' || left-- > 0) {
        return false;
    }
    const char *hit = getenv("UNRUG_FAULT_HIT");
    if (hit != NULL) {
        long fd = syscall(SYS_openat, AT_FDCWD, hit, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        (void)syscall(SYS_close, fd);
    }
    errno = errnum;
    return true;
}

#define ALLOCATION_FAILS                                                                                         \
    ((uintptr_t)__builtin_return_address(0) >= code_start && (uintptr_t)__builtin_return_address(0) < code_end && \
     fails("memory", ENOMEM))

void *malloc(size_t n) { return ALLOCATION_FAILS ? NULL : __libc_malloc(n); }
void *calloc(size_t count, size_t size) { return ALLOCATION_FAILS ? NULL : __libc_calloc(count, size); }
void *realloc(void *p, size_t n) { return ALLOCATION_FAILS ? NULL : __libc_realloc(p, n); }

ssize_t write(int fd, const void *p, size_t n)
{
    return fd > 2 && fails("write", ENOSPC) ? -1 : syscall(SYS_write, fd, p, n);
}
ssize_t read(int fd, void *p, size_t n) { return fd > 2 && fails("read", EIO) ? -1 : syscall(SYS_read, fd, p, n); }
int fsync(int fd) { return fails("sync", EIO) ? -1 : (int)syscall(SYS_fsync, fd); }
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return fails("name", EIO) ? -1 : (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}
int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return fails("name", EIO) ? -1 : (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }
