/* SQLite under faults: the process dies at its k-th write, truncation or sync (the last write torn), or the disk is full from there on. */
#ifndef UR_TESTS_SQLITE_FAULT_H
#define UR_TESTS_SQLITE_FAULT_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

typedef enum sqlite_fault_kind { SQLITE_FAULT_KILL, SQLITE_FAULT_DISK_FULL } sqlite_fault_kind;

static struct {
    sqlite3_vfs vfs;
    sqlite_fault_kind kind;
    long left; /* until it happens; 0: never */
    bool full;
    struct { /* a file's methods follow from its locking style: one table for each that turns up */
        sqlite3_io_methods ours;
        const sqlite3_io_methods *real;
    } styles[4];
} sqlite_fault;

static const sqlite3_io_methods *sqlite_fault_real(const sqlite3_file *f)
{
    for (size_t i = 0; i < 4; i++) {
        if (f->pMethods == &sqlite_fault.styles[i].ours) {
            return sqlite_fault.styles[i].real;
        }
    }
    abort();
}

/* Whether this operation is the one, or one after it on a full disk. */
static bool sqlite_fault_now(void)
{
    bool now = sqlite_fault.left > 0 && --sqlite_fault.left == 0;
    sqlite_fault.full = sqlite_fault.full || (now && sqlite_fault.kind == SQLITE_FAULT_DISK_FULL);
    return now || sqlite_fault.full;
}

static int sqlite_fault_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (sqlite_fault_now()) {
        (void)sqlite_fault_real(f)->xWrite(f, p, n / 2, at);
        if (sqlite_fault.kind == SQLITE_FAULT_KILL) {
            (void)raise(SIGKILL);
        }
        return SQLITE_FULL;
    }
    return sqlite_fault_real(f)->xWrite(f, p, n, at);
}

static int sqlite_fault_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    if (sqlite_fault_now() && sqlite_fault.kind == SQLITE_FAULT_KILL) {
        (void)raise(SIGKILL);
    }
    return sqlite_fault_real(f)->xTruncate(f, n);
}

static int sqlite_fault_sync(sqlite3_file *f, int flags)
{
    if (sqlite_fault_now()) {
        if (sqlite_fault.kind == SQLITE_FAULT_KILL) {
            (void)raise(SIGKILL);
        }
        return SQLITE_IOERR_FSYNC;
    }
    return sqlite_fault_real(f)->xSync(f, flags);
}

static int sqlite_fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
    sqlite3_vfs *real = vfs->pAppData;
    int rc = real->xOpen(real, name, f, flags, out_flags);
    for (size_t i = 0; rc == SQLITE_OK && f->pMethods != NULL && i < 4; i++) {
        if (sqlite_fault.styles[i].real != NULL && sqlite_fault.styles[i].real != f->pMethods) {
            continue;
        }
        sqlite_fault.styles[i].real = f->pMethods;
        sqlite_fault.styles[i].ours = *f->pMethods;
        sqlite_fault.styles[i].ours.xWrite = sqlite_fault_write;
        sqlite_fault.styles[i].ours.xTruncate = sqlite_fault_truncate;
        sqlite_fault.styles[i].ours.xSync = sqlite_fault_sync;
        f->pMethods = &sqlite_fault.styles[i].ours;
        break;
    }
    return rc;
}

/* From here on: the at-th operation. Databases opened before are not touched. False if SQLite cannot. */
static bool sqlite_fault_arm(sqlite_fault_kind kind, long at)
{
    if (sqlite_fault.vfs.zName == NULL) {
        sqlite3_vfs *real = sqlite3_vfs_find(NULL);
        sqlite_fault.vfs = *real;
        sqlite_fault.vfs.zName = "faulty";
        sqlite_fault.vfs.pAppData = real;
        sqlite_fault.vfs.xOpen = sqlite_fault_open;
        if (sqlite3_vfs_register(&sqlite_fault.vfs, 1) != SQLITE_OK) {
            return false;
        }
    }
    sqlite_fault.kind = kind;
    sqlite_fault.left = at;
    sqlite_fault.full = false;
    return true;
}

#endif
