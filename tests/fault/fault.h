/* The fault mode: the k-th call of chosen system functions fails, for k = 0, 1, 2, … until a run gets through.
 *
 *     for (long k = 0; ; k++) {
 *         fault_arm(FAULT_ALLOC | FAULT_WRITE, k);
 *         ur_status s = what_is_tested();
 *         if (!fault_disarm()) { assert_ok(s); break; }
 *         assert_true(s != UR_OK);   … and nothing may be left
 *     }
 *
 * A test made with ur_fault_test (cmake/unrug.cmake) has these functions wrapped at link time, so the code under test has
 * no hooks. fault_disarm also checks that no block of memory, descriptor or mapping taken since fault_arm is left, and fault_unwiped says
 * how much of what munmap gave back was not wiped. */
#ifndef UR_TESTS_FAULT_H
#define UR_TESTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    FAULT_ALLOC = 1 << 0, /* malloc, calloc, realloc, strdup, realpath: ENOMEM */
    FAULT_READ = 1 << 1,  /* read: EIO */
    FAULT_WRITE = 1 << 2, /* write: ENOSPC, half of it is written, the next call fails */
    FAULT_SYNC = 1 << 3,  /* fsync: EIO */
    FAULT_NAME = 1 << 4,  /* renameat, linkat: EIO */
    FAULT_OPEN = 1 << 5,  /* open, openat: EMFILE */
    FAULT_MAP = 1 << 6,   /* mmap, mprotect, madvise, mlock: ENOMEM */
    FAULT_MODE = 1 << 7,  /* fchmod: EPERM */
    FAULT_ALL = (1 << 8) - 1,
    /* Not counted: */
    FAULT_NO_TMPFILE = 1 << 8, /* the file system has no nameless files */
    FAULT_SLOW = 1 << 9        /* every read and write is interrupted once, and then moves at most seven bytes */
};

void fault_arm(unsigned kinds, long k);
/* Whether the k-th call came, and failed. Fails the test if something is left. */
bool fault_disarm(void);
/* Bytes that were not zero in what munmap gave back since fault_arm. */
size_t fault_unwiped(void);
/* From fault_arm to fault_disarm, every block given back to free is searched for these bytes (at most 64); how many had
 * them is what fault_unwiped then counts too. Borrowed; NULL ends it. */
void fault_watch(const void *bytes, size_t n);

#endif
