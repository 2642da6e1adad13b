#define _GNU_SOURCE /* O_TMPFILE */
#include "lib/os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/os/random.h"

#define TEMP_NAME_BYTES 32

struct ur_file_out {
    char *path; /* as the user named it, or where its symbolic link leads */
    const char *name;
    ur_file_mode mode;
    int dir;
    ur_fd file;
    char temp[TEMP_NAME_BYTES]; /* "" while the file has no name */
    bool linked;                /* the temporary name is there and is to be removed */
};

/* Close and forget; keeps errno. */
static void dispose(ur_file_out **file)
{
    ur_file_out *f = *file;
    int kept = errno;
    if (f->linked) {
        (void)unlinkat(f->dir, f->temp, 0);
    }
    if (f->file.fd >= 0) {
        (void)close(f->file.fd);
    }
    if (f->dir >= 0) {
        (void)close(f->dir);
    }
    free(f->path);
    free(f);
    *file = NULL;
    errno = kept;
}

static void new_temp_name(ur_file_out *f)
{
    uint64_t x;
    ur_random(&x, sizeof x);
    (void)snprintf(f->temp, sizeof f->temp, ".unrug.%016llx.tmp", (unsigned long long)x);
}

/* Open the directory of f->path and find the last component. "a/b" is "a" and "b"; "/b" is "/" and "b"; "b" is "." */
static int open_directory(ur_file_out *f)
{
    char *slash = strrchr(f->path, '/');
    f->name = slash != NULL ? slash + 1 : f->path;
    if (f->name[0] == '\0' || strcmp(f->name, ".") == 0 || strcmp(f->name, "..") == 0) {
        errno = EISDIR;
        return -1;
    }
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (slash == NULL) {
        f->dir = open(".", flags);
    } else if (slash == f->path) {
        f->dir = open("/", flags);
    } else {
        *slash = '\0';
        f->dir = open(f->path, flags);
        *slash = '/';
    }
    return f->dir;
}

/* A nameless file in the directory; where the system cannot make one (or could not name it later), a hidden name. */
static int open_beside(ur_file_out *f, mode_t mode)
{
    f->file.fd = -1;
    if (access("/proc/self/fd", X_OK) == 0) {
        f->file.fd = openat(f->dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
        if (f->file.fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)) {
            return f->file.fd;
        }
    }
    new_temp_name(f);
    f->file.fd = openat(f->dir, f->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    f->linked = f->file.fd >= 0;
    return f->file.fd;
}

ur_status ur_file_out_begin(ur_file_out **out, const char *path, ur_file_mode mode, ur_err *err)
{
    struct stat st;
    *out = NULL;
    ur_file_out *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "write %s: out of memory", path);
    }
    f->mode = mode;
    f->dir = -1;
    f->file = (ur_fd){-1, NULL};
    bool exists = lstat(path, &st) == 0;
    if (exists && mode != UR_FILE_REPLACE) {
        dispose(&f);
        return ur_err_set(err, UR_E_STATE, "write %s: it exists already; remove it or choose another name", path);
    }
    if (exists && S_ISLNK(st.st_mode)) {
        f->path = realpath(path, NULL);
        exists = f->path != NULL && lstat(f->path, &st) == 0;
    } else {
        f->path = strdup(path);
    }
    if (f->path == NULL) {
        ur_status s = ur_err_system(err, errno, "write %s", path);
        dispose(&f);
        return s;
    }
    f->file.name = f->path;
    if (exists && !S_ISREG(st.st_mode)) {
        dispose(&f);
        return ur_err_set(err, UR_E_STATE, "write %s: it exists and is not a regular file", path);
    }
    if (open_directory(f) < 0 || open_beside(f, mode == UR_FILE_SECRET ? 0600 : 0666) < 0 ||
        (exists && fchmod(f->file.fd, st.st_mode & 0777) != 0) ||
        (mode == UR_FILE_SECRET && fchmod(f->file.fd, 0600) != 0)) {
        ur_status s = ur_err_system(err, errno, "write %s", path);
        dispose(&f);
        return s;
    }
    *out = f;
    return UR_OK;
}

ur_status ur_file_out_write(ur_file_out *file, const void *p, size_t n, ur_err *err)
{
    ur_sink sink = ur_sink_of_fd(&file->file);
    return sink.write(sink.context, p, n, err);
}

static ur_status sink_write(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    return ur_file_out_write(context, p, n, err);
}

ur_sink ur_sink_of_file_out(ur_file_out *file) { return (ur_sink){file, sink_write}; }

static int link_nameless(const ur_file_out *f, const char *name)
{
    char from[64];
    (void)snprintf(from, sizeof from, "/proc/self/fd/%d", f->file.fd);
    return linkat(AT_FDCWD, from, f->dir, name, AT_SYMLINK_FOLLOW);
}

/* Give the synced file its name. */
static int put_in_place(ur_file_out *f)
{
    if (f->mode != UR_FILE_REPLACE) { /* a link never replaces: that is the exclusion */
        return f->linked ? linkat(f->dir, f->temp, f->dir, f->name, 0) : link_nameless(f, f->name);
    }
    if (!f->linked) { /* a nameless file cannot replace a name directly */
        new_temp_name(f);
        if (link_nameless(f, f->temp) != 0) {
            return -1;
        }
        f->linked = true;
    }
    if (renameat(f->dir, f->temp, f->dir, f->name) != 0) {
        return -1;
    }
    f->linked = false;
    return 0;
}

/* Some file systems cannot sync a directory and say EINVAL; then there is nothing more to do. */
static int sync_directory(int dir) { return fsync(dir) == 0 || errno == EINVAL ? 0 : -1; }

ur_status ur_file_out_commit(ur_file_out **file, ur_err *err)
{
    ur_file_out *f = *file;
    ur_status s = UR_OK;
    if (fsync(f->file.fd) != 0 || put_in_place(f) != 0) {
        s = ur_err_system(err, errno, "write %s", f->path);
    } else {
        if (f->linked) { /* the exclusive case: its second name goes */
            (void)unlinkat(f->dir, f->temp, 0);
            f->linked = false;
        }
        if (sync_directory(f->dir) != 0) {
            s = ur_err_system(err, errno, "write %s: the file is there, but its directory could not be synced", f->path);
        }
    }
    dispose(file);
    return s;
}

void ur_file_out_abort(ur_file_out **file)
{
    if (*file != NULL) {
        dispose(file);
    }
}

ur_status ur_file_write(const char *path, ur_span bytes, ur_file_mode mode, ur_err *err)
{
    ur_file_out *f = NULL;
    UR_TRY(ur_file_out_begin(&f, path, mode, err));
    ur_status s = ur_file_out_write(f, bytes.p, bytes.n, err);
    if (s == UR_OK) {
        return ur_file_out_commit(&f, err);
    }
    ur_file_out_abort(&f);
    return s;
}

static ur_status over_limit(const char *name, size_t max, ur_err *err)
{
    return ur_err_set(err, UR_E_LIMIT, "read %s: more than %zu bytes", name, max);
}

/* Whole source into a growing block. Room for max bytes, one that shows there are more, and the zero. */
static ur_status read_all(uint8_t **buf, size_t *n, const ur_fd *file, size_t max, ur_err *err)
{
    const ur_source source = ur_source_of_fd(file);
    size_t cap = 0;
    for (;;) {
        if (*n == cap) {
            cap = cap == 0 ? 4096 : cap * 2;
            cap = cap < max + 2 ? cap : max + 2;
            uint8_t *larger = realloc(*buf, cap);
            if (larger == NULL) {
                return ur_err_set(err, UR_E_MEMORY, "read %s: out of memory", file->name);
            }
            *buf = larger;
        }
        size_t got = 0;
        UR_TRY(source.read(source.context, *buf + *n, cap - *n, &got, err));
        if (got == 0) {
            (*buf)[*n] = 0;
            return UR_OK;
        }
        *n += got;
        if (*n > max) {
            return over_limit(file->name, max, err);
        }
    }
}

ur_status ur_file_read(uint8_t **out, size_t *out_n, const char *path, size_t max, ur_err *err)
{
    *out = NULL;
    *out_n = 0;
    if (max > SIZE_MAX / 4) {
        return ur_err_set(err, UR_E_USAGE, "read %s: no maximum", path);
    }
    const ur_fd file = {open(path, O_RDONLY | O_CLOEXEC), path};
    if (file.fd < 0) {
        return ur_err_system(err, errno, "read %s", path);
    }
    ur_status s = read_all(out, out_n, &file, max, err);
    (void)close(file.fd);
    if (s != UR_OK) {
        free(*out);
        *out = NULL;
        *out_n = 0;
    }
    return s;
}

ur_status ur_fd_read_secret(ur_secret **out, const ur_fd *fd, size_t max, ur_err *err)
{
    *out = NULL;
    if (max == 0 || max >= UR_SECRET_MAX) {
        return ur_err_set(err, UR_E_USAGE, "read %s: a maximum of %zu bytes", fd->name, max);
    }
    UR_TRY(ur_secret_new(out, max + 1, err)); /* one more shows a longer file */
    const ur_source source = ur_source_of_fd(fd);
    size_t n = 0;
    ur_status s = ur_source_fill(&source, ur_secret_reveal(*out), max + 1, &n, err);
    if (s == UR_OK && n > max) {
        s = over_limit(fd->name, max, err);
    } else if (s == UR_OK && n == 0) {
        s = ur_err_set(err, UR_E_INPUT, "read %s: it is empty", fd->name);
    }
    if (s != UR_OK) {
        ur_secret_free(out);
        return s;
    }
    ur_secret_shorten(*out, n);
    return UR_OK;
}

ur_status ur_file_read_secret(ur_secret **out, const char *path, size_t max, ur_err *err)
{
    struct stat st;
    *out = NULL;
    const ur_fd file = {open(path, O_RDONLY | O_CLOEXEC), path};
    if (file.fd < 0 || fstat(file.fd, &st) != 0) {
        ur_status s = ur_err_system(err, errno, "read %s", path);
        if (file.fd >= 0) {
            (void)close(file.fd);
        }
        return s;
    }
    ur_status s = UR_OK;
    if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
        s = ur_err_set(err, UR_E_POLICY, "read %s: others may open this secret (mode %03o); chmod 600 it", path,
                       (unsigned)(st.st_mode & 0777));
    } else {
        s = ur_fd_read_secret(out, &file, max, err);
    }
    (void)close(file.fd);
    return s;
}

/* Do something in the directory that path is in, and sync it. */
static int in_directory(const char *path, int (*act)(int dir, const char *name))
{
    ur_file_out *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    f->dir = -1;
    f->file.fd = -1;
    f->path = strdup(path);
    bool done = f->path != NULL && open_directory(f) >= 0 && act(f->dir, f->name) == 0 && sync_directory(f->dir) == 0;
    dispose(&f);
    return done ? 0 : -1;
}

static int nothing(int dir, const char *name)
{
    (void)dir;
    (void)name;
    return 0;
}

static int unlink_at(int dir, const char *name) { return unlinkat(dir, name, 0); }

ur_status ur_file_sync_name(const char *path, ur_err *err)
{
    return in_directory(path, nothing) == 0 ? UR_OK : ur_err_system(err, errno, "%s: its directory could not be synced", path);
}

ur_status ur_file_remove(const char *path, ur_err *err)
{
    return in_directory(path, unlink_at) == 0 ? UR_OK : ur_err_system(err, errno, "remove %s", path);
}
