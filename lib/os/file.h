/* Files that are whole or not there.
 *
 * Writing goes to a file beside the target that has no name yet (or, where the file system cannot do that, a hidden
 * temporary name), is synced, and only a commit gives it the target's name, in one step; then the directory is synced.
 * An abort, an error, a killed process or a power cut leave the target as it was, and (with a nameless file) no trace. */
#ifndef UR_LIB_OS_FILE_H
#define UR_LIB_OS_FILE_H

#include "lib/os/err.h"
#include "lib/os/secret.h"
#include "lib/os/stream.h"

typedef enum ur_file_mode {
    UR_FILE_REPLACE, /* 0666 less the umask; an existing regular file is replaced and passes its permissions on; a
                        symbolic link is followed */
    UR_FILE_NEW,     /* 0666 less the umask; must not exist yet */
    UR_FILE_SECRET   /* 0600; must not exist yet; nobody else can ever open it */
} ur_file_mode;

typedef struct ur_file_out ur_file_out;

/* Start writing what will be `path` (borrowed until this returns). UR_E_STATE if it exists and must not, or exists and is
 * no regular file; UR_E_ABSENT if its directory does not exist; UR_E_POLICY without permission; UR_E_MEMORY. */
UR_MUST_USE ur_status ur_file_out_begin(ur_file_out **out, const char *path, ur_file_mode mode, ur_err *err);
UR_MUST_USE ur_status ur_file_out_write(ur_file_out *file, const void *p, size_t n, ur_err *err);
ur_sink ur_sink_of_file_out(ur_file_out *file); /* borrowed */
/* Sync, name, sync the directory, close, free; *file becomes NULL. On an error the target is as it was, but for one case:
 * when syncing the directory fails, the whole new file is there and a power cut may still bring back the old state. */
UR_MUST_USE ur_status ur_file_out_commit(ur_file_out **file, ur_err *err);
/* Forget everything written; *file becomes NULL. NULL is allowed. */
void ur_file_out_abort(ur_file_out **file);

/* All of the above for bytes at hand. */
UR_MUST_USE ur_status ur_file_write(const char *path, ur_span bytes, ur_file_mode mode, ur_err *err);

/* A whole file of at most max bytes (UR_E_LIMIT over it, without reading more) into a block for free(), with one zero byte
 * after its end that *out_n does not count. Pipes and devices work too. */
UR_MUST_USE ur_status ur_file_read(uint8_t **out, size_t *out_n, const char *path, size_t max, ur_err *err);
/* The same into secret memory, without a copy elsewhere; 1 <= max <= UR_SECRET_MAX. UR_E_POLICY when others than its
 * owner may read the file, UR_E_INPUT when it is empty. */
UR_MUST_USE ur_status ur_file_read_secret(ur_secret **out, const char *path, size_t max, ur_err *err);
/* The same from a descriptor (borrowed), whose permissions are its opener's business. */
UR_MUST_USE ur_status ur_fd_read_secret(ur_secret **out, const ur_fd *fd, size_t max, ur_err *err);

/* Sync the directory that path is in, so that a name just made or given there survives a power cut. */
UR_MUST_USE ur_status ur_file_sync_name(const char *path, ur_err *err);
/* Remove a file and sync its directory, so that it stays removed. UR_E_ABSENT if it is not there. */
UR_MUST_USE ur_status ur_file_remove(const char *path, ur_err *err);

#endif
