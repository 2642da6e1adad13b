/* Linux's attestation reports in configfs, 6.7 and later. No TDX machine was at hand when this was written: it follows the
 * kernel's documentation and source (drivers/virt/coco/guest/report.c, tdx-guest.c) and is tested against stand-ins for
 * them.
 *
 * What the kernel does, and what follows from it:
 *   - a write to inblob takes effect when the file is closed, where an error is lost; so only `generation`, which every
 *     write increments, shows whether it was taken, and whether anybody else wrote in between;
 *   - reading outblob makes the quote if there is none for this generation; it may take seconds, be interrupted (EINTR), find the
 *     one buffer for the host still busy (EBUSY), or give up (ETIMEDOUT). EWOULDBLOCK means that the report is not there yet.
 *     All of these are asked again, in turns that get longer;
 *   - EINVAL: the write to inblob was not taken. ENXIO: no provider. EFBIG: larger than this kernel's maximum;
 *   - entries can be shared, with races as their price; ours has a random name and is removed at the end.
 * Generation numbers can fit by chance (our write lost, one other taken), so the quote's report data is compared as well. */
#include "lib/tee/configfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/os/random.h"

#define DEFAULT_ROOT "/sys/kernel/config/tsm/report"
#define PATH_MAX_HERE 512
#define ATTEMPTS 8

struct ur_tsm {
    const ur_tsm_files *files;
    char folder[PATH_MAX_HERE];
};

/* ---- the system's files ---- */

static int sys_make(void *context, const char *folder)
{
    (void)context;
    return mkdir(folder, 0700) == 0 ? 0 : errno;
}

static int sys_remove(void *context, const char *folder)
{
    (void)context;
    return rmdir(folder) == 0 ? 0 : errno;
}

/* In one write: configfs takes what one open file received as the value. */
static int sys_write(void *context, const char *path, const void *p, size_t n)
{
    (void)context;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    ssize_t done = write(fd, p, n);
    int why = done == (ssize_t)n ? 0 : done < 0 ? errno : EIO;
    return close(fd) != 0 && why == 0 ? errno : why;
}

static int read_all(int fd, uint8_t **out, size_t *out_len, size_t max)
{
    size_t cap = 16384, n = 0;
    uint8_t *buf = malloc(cap);
    int why = buf == NULL ? ENOMEM : 0;
    while (why == 0) {
        ssize_t got = read(fd, buf + n, cap - n);
        if (got < 0) {
            why = errno;
        } else if (got == 0) {
            *out = buf;
            *out_len = n;
            return 0;
        }
        n += got > 0 ? (size_t)got : 0;
        if (n > max) {
            why = EFBIG;
        } else if (n == cap) {
            uint8_t *bigger = realloc(buf, 2 * cap);
            why = bigger == NULL ? ENOMEM : why;
            buf = bigger == NULL ? buf : bigger;
            cap = bigger == NULL ? cap : 2 * cap;
        }
    }
    free(buf);
    return why;
}

static int sys_read(void *context, const char *path, uint8_t **out, size_t *out_len, size_t max)
{
    (void)context;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int why = read_all(fd, out, out_len, max);
    (void)close(fd);
    return why;
}

static void sys_wait(void *context, unsigned ms)
{
    (void)context;
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

const ur_tsm_files ur_tsm_files_system = {NULL, sys_make, sys_remove, sys_write, sys_read, sys_wait};

/* ---- the procedure ---- */

static void path_of(char out[PATH_MAX_HERE + 16], const ur_tsm *tsm, const char *file)
{
    (void)snprintf(out, PATH_MAX_HERE + 16, "%s/%s", tsm->folder, file);
}

/* A short text attribute without its newline. */
static int read_text(const ur_tsm *tsm, const char *file, char out[64])
{
    char path[PATH_MAX_HERE + 16];
    uint8_t *p = NULL;
    size_t n = 0;
    path_of(path, tsm, file);
    out[0] = '\0';
    int why = tsm->files->read(tsm->files->context, path, &p, &n, 63);
    if (why == 0) {
        while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\0')) {
            n--;
        }
        memcpy(out, p, n);
        out[n] = '\0';
        free(p);
    }
    return why;
}

static int read_generation(const ur_tsm *tsm, unsigned long long *out)
{
    char text[64], *end;
    int why = read_text(tsm, "generation", text);
    *out = why == 0 ? strtoull(text, &end, 10) : 0;
    return why != 0 ? why : text[0] < '0' || text[0] > '9' || *end != '\0' ? EPROTO : 0;
}

static const char *words(int why)
{
    switch (why) {
    case ENXIO: return "the kernel has no provider of reports: not a confidential guest, or its driver is not loaded";
    case EFBIG: return "the report is larger than this kernel allows";
    case EACCES:
    case EPERM: return "not permitted; this interface is for root";
    case EPROTO: return "the generation is not a number";
    default: return strerror(why);
    }
}

static ur_status failed(ur_err *err, int why, const char *doing)
{
    ur_status st = why == EFBIG ? UR_E_LIMIT : why == ENXIO ? UR_E_ABSENT : why == EPROTO ? UR_E_INPUT : ur_status_of_errno(why);
    return ur_err_set(err, st, "%s: %s", doing, words(why));
}

ur_status ur_tsm_open(ur_tsm **out, const ur_tsm_files *files, const char *root, ur_err *err)
{
    uint8_t name[8];
    char provider[64];
    *out = NULL;
    ur_tsm *tsm = calloc(1, sizeof *tsm);
    if (tsm == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    tsm->files = files;
    ur_random(name, sizeof name);
    int n = snprintf(tsm->folder, sizeof tsm->folder, "%s/unrug-%02x%02x%02x%02x%02x%02x%02x%02x", root, name[0], name[1],
                     name[2], name[3], name[4], name[5], name[6], name[7]);
    if (n < 0 || (size_t)n >= sizeof tsm->folder) {
        free(tsm);
        return ur_err_set(err, UR_E_LIMIT, "the path is too long");
    }
    int why = files->make(files->context, tsm->folder);
    if (why != 0) {
        free(tsm);
        return failed(err, why, "making an entry");
    }
    why = read_text(tsm, "provider", provider);
    ur_status st = why != 0 ? failed(err, why, "reading the provider") : UR_OK;
    if (st == UR_OK && strcmp(provider, "tdx_guest") != 0) {
        st = ur_err_set(err, UR_E_ABSENT, "the provider is '%s', not tdx_guest, and no verifier for it is built in", provider);
    }
    if (st != UR_OK) {
        ur_tsm_close(tsm);
        return st;
    }
    *out = tsm;
    return UR_OK;
}

void ur_tsm_close(ur_tsm *tsm)
{
    if (tsm != NULL) {
        (void)tsm->files->remove(tsm->files->context, tsm->folder);
        free(tsm);
    }
}

static bool again(int why)
{
    return why == EINTR || why == EAGAIN || why == EWOULDBLOCK || why == EBUSY || why == ETIMEDOUT;
}

/* What one attempt came to: 0, an errno value, or RACED. */
enum { RACED = -1 };

static int attempt(ur_tsm *tsm, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                   const char **doing)
{
    const ur_tsm_files *f = tsm->files;
    char path[PATH_MAX_HERE + 16];
    unsigned long long before, after;
    *doing = "reading the generation";
    int why = read_generation(tsm, &before);
    if (why == 0) {
        *doing = "writing the report data";
        path_of(path, tsm, "inblob");
        why = f->write(f->context, path, report_data, UR_TEE_REPORT_DATA_BYTES);
    }
    if (why == 0) {
        *doing = "reading the quote";
        path_of(path, tsm, "outblob");
        why = f->read(f->context, path, out, out_len, UR_TEE_QUOTE_MAX);
        why = why == EINVAL ? RACED : why; /* our write was not taken */
    }
    if (why == 0) {
        *doing = "reading the generation again";
        why = read_generation(tsm, &after);
        why = why == 0 && after != before + 1 ? RACED : why;
    }
    if (why == 0 && ur_tee_compare(ur_span_of(*out, *out_len), report_data, NULL) == UR_E_PROOF) {
        why = RACED; /* our write was lost and one other was not: the numbers fit, the quote does not */
    }
    if (why != 0) {
        free(*out);
        *out = NULL;
        *out_len = 0;
    }
    return why;
}

ur_status ur_tsm_quote(ur_tsm *tsm, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err)
{
    const char *doing = "";
    int why = RACED;
    *out = NULL;
    *out_len = 0;
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        if (i > 0) {
            uint8_t jitter;
            ur_random(&jitter, sizeof jitter);
            tsm->files->wait(tsm->files->context, (25u << i) + jitter % 25u);
        }
        why = attempt(tsm, out, out_len, report_data, &doing);
        if (why == 0) {
            return UR_OK;
        }
        if (why != RACED && !again(why)) {
            return failed(err, why, doing);
        }
    }
    if (why == RACED) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "%d attempts: others wrote to our entry, or the kernel did not take the report data",
                          ATTEMPTS);
    }
    return ur_err_set(err, UR_E_UNAVAILABLE, "%s: %s after %d attempts", doing, words(why), ATTEMPTS);
}

/* ---- the backend ---- */

static const char *place(const ur_tee_options *options)
{
    return options->configfs_root == NULL ? DEFAULT_ROOT : options->configfs_root;
}

static ur_status look(const ur_tee_options *options, ur_err *err)
{
    struct stat info;
    if (stat(place(options), &info) != 0) {
        return errno == ENOENT ? ur_err_set(err, UR_E_ABSENT, "not there (Linux 6.7 with tdx_guest, and configfs mounted?)")
                               : ur_err_set(err, ur_status_of_errno(errno), "%s", words(errno));
    }
    return access(place(options), W_OK) == 0 ? UR_OK : ur_err_set(err, UR_E_POLICY, "%s", words(EACCES));
}

static ur_status open_it(void **out, const ur_tee_options *options, ur_err *err)
{
    ur_tsm *tsm;
    ur_status st = ur_tsm_open(&tsm, &ur_tsm_files_system, place(options), err);
    *out = tsm;
    return st;
}

static ur_status quote(void *state, uint8_t **out, size_t *out_len, const uint8_t report_data[UR_TEE_REPORT_DATA_BYTES],
                       ur_err *err)
{
    return ur_tsm_quote(state, out, out_len, report_data, err);
}

static void close_it(void *state) { ur_tsm_close(state); }

const ur_tee_backend ur_tee_configfs = {"configfs", "tdx", true, place, look, open_it, quote, close_it};
