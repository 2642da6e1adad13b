#include "lib/journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "lib/os/file.h"

struct ur_journal {
    int fd;
    char *path; /* for messages */
    ur_journal_head head;
    bool failed;
    uint8_t line[UR_JOURNAL_LINE_MAX];
};

static ur_journal_head empty_head(void)
{
    ur_journal_head head = {.n = 0};
    ur_sha256_of(head.hash, ur_span_of("unrug/1/journal", sizeof "unrug/1/journal"));
    return head;
}

/* ---- lines ---- */

static ur_status read_line(ur_journal_entry *out, const ur_journal_head *before, ur_span line)
{
    enum { AT, ENTRY, N, PREV, COUNT };
    static const char *const names[COUNT] = {"at", "entry", "n", "prev"};
    ur_json text, f[COUNT];
    uint8_t prev[UR_SHA256_BYTES];
    UR_TRY(ur_json_parse_canonical_var(&text, line));
    UR_TRY(ur_json_fields_var(f, names, COUNT, COUNT, text));
    UR_TRY(ur_json_i64_var(&out->unix_ms, f[AT]));
    UR_TRY(ur_json_u64_var(&out->n, f[N]));
    UR_TRY(ur_json_hex_var(prev, sizeof prev, f[PREV]));
    if (ur_json_kind_var(f[ENTRY]) != UR_JSON_OBJECT) {
        return UR_E_INPUT;
    }
    if (out->n != before->n + 1 || !ur_eq_var(prev, before->hash, sizeof prev)) {
        return UR_E_PROOF;
    }
    out->entry = f[ENTRY];
    out->line = line;
    ur_sha256_of(out->hash, line);
    return UR_OK;
}

static ur_status take_line(ur_journal_head *head, ur_span line, ur_journal_entry *entry, const char *path, ur_err *err)
{
    ur_status s = read_line(entry, head, line);
    if (s == UR_E_PROOF) {
        return ur_err_set(err, s, "journal '%s': line %" PRIu64 " does not follow from the line before it: the file was changed", path,
                          head->n + 1);
    }
    if (s != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "journal '%s': line %" PRIu64 " is no entry of a journal", path, head->n + 1);
    }
    head->n = entry->n;
    memcpy(head->hash, entry->hash, sizeof head->hash);
    return UR_OK;
}

typedef struct walk {
    const char *path;
    ur_status (*visit)(void *context, const ur_journal_entry *entry);
    void *context;
    ur_journal_head head;
    int64_t good; /* bytes up to the end of the last whole line */
} walk;

/* The whole lines in buf; moves what is left to its front. */
static ur_status take_lines(walk *w, uint8_t *buf, size_t *have, ur_err *err)
{
    size_t at = 0;
    for (;;) {
        uint8_t *end = memchr(buf + at, '\n', *have - at);
        if (end == NULL) {
            break;
        }
        ur_journal_entry entry;
        ur_span line = ur_span_of(buf + at, (size_t)(end - buf) - at);
        UR_TRY(take_line(&w->head, line, &entry, w->path, err));
        if (w->visit != NULL) {
            UR_TRY(w->visit(w->context, &entry));
        }
        at += line.n + 1;
        w->good += (int64_t)line.n + 1;
    }
    *have -= at;
    memmove(buf, buf + at, *have);
    return UR_OK;
}

static ur_status walk_all(walk *w, int fd, size_t *torn, ur_err *err)
{
    size_t cap = 8 * UR_JOURNAL_LINE_MAX, have = 0;
    uint8_t *buf = malloc(cap);
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status s = UR_OK;
    while (s == UR_OK) {
        ssize_t got = read(fd, buf + have, cap - have);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            s = got == 0 ? UR_OK : ur_err_system(err, errno, "journal '%s': cannot read", w->path);
            break;
        }
        have += (size_t)got;
        s = take_lines(w, buf, &have, err);
        if (s == UR_OK && have > UR_JOURNAL_LINE_MAX) {
            s = ur_err_set(err, UR_E_INPUT, "journal '%s': line %" PRIu64 " is too long for a journal", w->path, w->head.n + 1);
        }
    }
    *torn = have;
    free(buf);
    return s;
}

/* ---- opening and appending ---- */

static ur_status open_at_end(ur_journal *j, size_t *torn, ur_err *err)
{
    struct stat st;
    if (fstat(j->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return ur_err_set(err, UR_E_STATE, "journal '%s': not a regular file", j->path);
    }
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "journal '%s': another process is writing it", j->path);
    }
    walk w = {.path = j->path, .head = empty_head()};
    UR_TRY(walk_all(&w, j->fd, torn, err));
    if (*torn > 0 && (ftruncate(j->fd, w.good) != 0 || fsync(j->fd) != 0)) {
        return ur_err_system(err, errno, "journal '%s': cannot cut off a torn line", j->path);
    }
    j->head = w.head;
    return UR_OK;
}

ur_status ur_journal_open(ur_journal **out, const char *path, size_t *torn, ur_err *err)
{
    size_t ignored;
    torn = torn == NULL ? &ignored : torn;
    *torn = 0;
    *out = NULL;
    ur_journal *j = calloc(1, sizeof *j);
    char *copy = strdup(path);
    if (j == NULL || copy == NULL) {
        free(j);
        free(copy);
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    j->path = copy;
    j->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    ur_status s = j->fd >= 0 ? open_at_end(j, torn, err) : ur_err_system(err, errno, "journal '%s': cannot open", path);
    if (s == UR_OK && j->head.n == 0) {
        s = ur_err_in(err, ur_file_sync_name(path, err), "journal");
    }
    if (s != UR_OK) {
        ur_journal_close(&j);
        return s;
    }
    *out = j;
    return UR_OK;
}

void ur_journal_close(ur_journal **journal)
{
    ur_journal *j = *journal;
    if (j != NULL) {
        if (j->fd >= 0) {
            (void)close(j->fd);
        }
        free(j->path);
        free(j);
        *journal = NULL;
    }
}

static ur_status lay_out(ur_journal *j, int64_t unix_ms, ur_json entry, ur_span *out)
{
    ur_writer w;
    ur_json_writer json;
    ur_writer_init(&w, j->line, sizeof j->line);
    ur_json_writer_init(&json, &w);
    ur_json_begin_object(&json);
    ur_json_key(&json, "at");
    ur_json_put_i64(&json, unix_ms);
    ur_json_key(&json, "entry");
    ur_json_put_raw(&json, entry);
    ur_json_key(&json, "n");
    ur_json_put_u64(&json, j->head.n + 1);
    ur_json_key(&json, "prev");
    ur_json_put_hex(&json, ur_span_of(j->head.hash, sizeof j->head.hash));
    ur_json_end_object(&json);
    UR_TRY(ur_json_writer_end(&json, out));
    ur_writer_u8(&w, '\n');
    return ur_writer_end(&w, NULL);
}

static ur_status write_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return ur_status_of_errno(errno);
        }
        p += put;
        n -= (size_t)put;
    }
    return fsync(fd) == 0 ? UR_OK : ur_status_of_errno(errno);
}

ur_status ur_journal_append(ur_journal *j, int64_t unix_ms, ur_span entry, ur_err *err)
{
    ur_json text;
    ur_span line;
    if (j->failed) {
        return ur_err_set(err, UR_E_STATE, "journal '%s': an earlier write failed; it must be opened again", j->path);
    }
    if (entry.n > UR_JOURNAL_ENTRY_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "journal '%s': an entry of more than %zu bytes", j->path, UR_JOURNAL_ENTRY_MAX);
    }
    if (ur_json_parse_canonical_var(&text, entry) != UR_OK || ur_json_kind_var(text) != UR_JSON_OBJECT) {
        return ur_err_set(err, UR_E_USAGE, "journal '%s': an entry must be a JSON object in canonical form", j->path);
    }
    UR_TRY(lay_out(j, unix_ms, text, &line));
    ur_status s = write_all(j->fd, line.p, line.n + 1);
    if (s != UR_OK) {
        j->failed = true;
        return ur_err_system(err, errno, "journal '%s': cannot append", j->path);
    }
    ur_sha256_of(j->head.hash, line);
    j->head.n++;
    return UR_OK;
}

void ur_journal_head_of(const ur_journal *j, ur_journal_head *out) { *out = j->head; }

ur_status ur_journal_read(const char *path, ur_status (*visit)(void *, const ur_journal_entry *), void *context,
                          ur_journal_head *head, ur_err *err)
{
    walk w = {.path = path, .visit = visit, .context = context, .head = empty_head()};
    size_t torn;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ur_status s = fd >= 0 ? walk_all(&w, fd, &torn, err) : ur_err_system(err, errno, "journal '%s': cannot open", path);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (head != NULL) {
        *head = w.head;
    }
    return s;
}
