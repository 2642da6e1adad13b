#include "lib/keystore/share_store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "lib/os/file.h"
#include "lib/os/random.h"
#include "lib/suite/aead.h"

#define SALT_BYTES 16u
#define SEALED_BYTES (SALT_BYTES + 32u + UR_AEAD_TAG_BYTES) /* of 32 bytes */
#define LABEL_MAX 160u
#define PATH_BYTES 4096u

struct ur_share_store {
    sqlite3 *db;
    ur_secret *root; /* borrowed */
    int lock;
    char folder[PATH_BYTES - 64];
    uint8_t said[UR_STORE_ANSWER_MAX];
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS seed(committee INTEGER, generation INTEGER, attempt INTEGER, sealed BLOB NOT NULL,"
    " PRIMARY KEY(committee, generation, attempt)) STRICT;"
    "CREATE TABLE IF NOT EXISTS share(committee INTEGER, generation INTEGER, i INTEGER NOT NULL, t INTEGER NOT NULL, n INTEGER NOT NULL,"
    " mpk BLOB NOT NULL, transcript BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(committee, generation)) STRICT;"
    "CREATE TABLE IF NOT EXISTS destroyed(committee INTEGER, generation INTEGER, PRIMARY KEY(committee, generation)) STRICT;"
    "CREATE TABLE IF NOT EXISTS said(question BLOB PRIMARY KEY, answer BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS seen(vault INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    " heartbeat_ns INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS mark(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS root(one INTEGER PRIMARY KEY CHECK(one=1), sealed BLOB NOT NULL) STRICT;";

/* ---- the database ---- */

static ur_status failed(ur_share_store *s, ur_err *err, const char *what)
{
    int code = sqlite3_errcode(s->db) & 0xff;
    ur_status st = code == SQLITE_NOMEM ? UR_E_MEMORY
                   : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? UR_E_INPUT
                                                                     : UR_E_UNAVAILABLE;
    return ur_err_set(err, st, "keyper store '%s': %s: %s", s->folder, what, sqlite3_errmsg(s->db));
}

static ur_status run(ur_share_store *s, const char *sql, ur_err *err)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? UR_OK : failed(s, err, "cannot write");
}

static ur_status prepare(ur_share_store *s, sqlite3_stmt **out, const char *sql, ur_err *err)
{
    return sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK ? UR_OK : failed(s, err, "cannot read");
}

static ur_status finish(ur_share_store *s, sqlite3_stmt *q, ur_err *err)
{
    int rc = sqlite3_step(q);
    (void)sqlite3_finalize(q);
    return rc == SQLITE_DONE ? UR_OK : failed(s, err, "cannot write");
}

/* One row is wanted: UR_E_ABSENT without one. The statement is finished unless UR_OK. */
static ur_status row(ur_share_store *s, sqlite3_stmt *q, ur_err *err)
{
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW) {
        return UR_OK;
    }
    ur_status st = rc == SQLITE_DONE ? UR_E_ABSENT : failed(s, err, "cannot read");
    (void)sqlite3_finalize(q);
    return st;
}

static bool column_bytes(sqlite3_stmt *q, int column, uint8_t *out, size_t n)
{
    if ((size_t)sqlite3_column_bytes(q, column) != n) {
        memset(out, 0, n);
        return false;
    }
    memcpy(out, sqlite3_column_blob(q, column), n);
    return true;
}

static ur_status damaged(ur_share_store *s, ur_err *err, const char *what)
{
    return ur_err_set(err, UR_E_INPUT, "keyper store '%s': %s is damaged", s->folder, what);
}

/* SQLite's integers are signed; ours count up from 0 and stay far below. */
static void bind_u64(sqlite3_stmt *q, int column, uint64_t x) { (void)sqlite3_bind_int64(q, column, (int64_t)x); }
static uint64_t column_u64(sqlite3_stmt *q, int column) { return (uint64_t)sqlite3_column_int64(q, column); }

/* ---- sealing ---- */

static ur_status cipher(ur_aead **out, const uint8_t key[32], const uint8_t salt[SALT_BYTES], const char *label)
{
    uint8_t own[UR_AEAD_KEY_BYTES];
    ur_status s = ur_hkdf256(own, sizeof own, ur_span_of(key, 32), ur_span_of(salt, SALT_BYTES), ur_span_str_var(label));
    if (s == UR_OK) {
        s = ur_aead_new(out, own);
    }
    ur_wipe(own, sizeof own);
    return s;
}

/* 32 bytes under a key that is drawn anew each time, so that its one nonce is fresh. */
static ur_status seal(uint8_t out[SEALED_BYTES], const uint8_t key[32], const char *label, const uint8_t in[32])
{
    static const uint8_t nonce[UR_AEAD_NONCE_BYTES];
    ur_aead *aead = NULL;
    ur_random(out, SALT_BYTES);
    ur_status s = cipher(&aead, key, out, label);
    if (s == UR_OK) {
        s = ur_aead_seal(aead, out + SALT_BYTES, nonce, ur_span_str_var(label), in, 32);
    }
    ur_aead_free(&aead);
    return s;
}

static ur_status unseal(uint8_t out[32], const uint8_t key[32], const char *label, const uint8_t in[SEALED_BYTES])
{
    static const uint8_t nonce[UR_AEAD_NONCE_BYTES];
    ur_aead *aead = NULL;
    memset(out, 0, 32);
    ur_status s = cipher(&aead, key, in, label);
    if (s == UR_OK) {
        s = ur_aead_open(aead, out, nonce, ur_span_str_var(label), in + SALT_BYTES, SEALED_BYTES - SALT_BYTES);
    }
    ur_aead_free(&aead);
    return s;
}

static void label_of(char out[LABEL_MAX], const char *what, const ur_store_generation *g, uint64_t attempt)
{
    (void)snprintf(out, LABEL_MAX, "unrug/1/store/%s/%" PRIu64 "/%" PRIu64 "/%" PRIu64, what, g->committee, g->generation, attempt);
}

/* ---- wrapping keys ---- */

static void wrap_path(const ur_share_store *s, char out[PATH_BYTES], const ur_store_generation *g)
{
    (void)snprintf(out, PATH_BYTES, "%s/wrap-%" PRIu64 "-%" PRIu64, s->folder, g->committee, g->generation);
}

static ur_status is_destroyed(ur_share_store *s, bool *out, const ur_store_generation *g, ur_err *err)
{
    sqlite3_stmt *q;
    *out = false;
    UR_TRY(prepare(s, &q, "SELECT 1 FROM destroyed WHERE committee=? AND generation=?", err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    ur_status st = row(s, q, err);
    if (st == UR_OK) {
        *out = true;
        (void)sqlite3_finalize(q);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

static ur_status read_wrap(ur_share_store *s, uint8_t key[32], const ur_store_generation *g, ur_err *err)
{
    char path[PATH_BYTES], label[LABEL_MAX];
    uint8_t *sealed;
    size_t n;
    memset(key, 0, 32);
    wrap_path(s, path, g);
    UR_TRY(ur_file_read(&sealed, &n, path, SEALED_BYTES, err));
    label_of(label, "wrap", g, 0);
    ur_status st = n == SEALED_BYTES ? unseal(key, ur_secret_reveal(s->root), label, sealed) : UR_E_PROOF;
    free(sealed);
    return st == UR_OK ? st : ur_err_set(err, UR_E_INPUT, "keyper store: '%s' is damaged", path);
}

static ur_status new_wrap(ur_share_store *s, uint8_t key[32], const ur_store_generation *g, ur_err *err)
{
    char path[PATH_BYTES], label[LABEL_MAX];
    uint8_t sealed[SEALED_BYTES];
    ur_random(key, 32);
    wrap_path(s, path, g);
    label_of(label, "wrap", g, 0);
    ur_status st = seal(sealed, ur_secret_reveal(s->root), label, key);
    if (st == UR_OK) {
        st = ur_file_write(path, ur_span_of(sealed, sizeof sealed), UR_FILE_SECRET, err);
    }
    if (st != UR_OK) {
        ur_wipe(key, 32);
    }
    return st;
}

/* The generation's wrapping key, made if `make` and there is none. UR_E_ABSENT, or UR_E_STATE after destruction. */
static ur_status wrap_of(ur_share_store *s, uint8_t key[32], const ur_store_generation *g, bool make, ur_err *err)
{
    bool gone;
    memset(key, 0, 32);
    UR_TRY(is_destroyed(s, &gone, g, err));
    if (gone) {
        return ur_err_set(err, UR_E_STATE, "generation %" PRIu64 " of committee %" PRIu64 " was destroyed in this store", g->generation,
                          g->committee);
    }
    ur_status st = read_wrap(s, key, g, err);
    return st == UR_E_ABSENT && make ? new_wrap(s, key, g, err) : st;
}

/* ---- opening ---- */

/* The root key is the one that this store was made under. */
static ur_status check_root(ur_share_store *s, ur_err *err)
{
    sqlite3_stmt *q;
    uint8_t sealed[SEALED_BYTES], plain[32];
    static const uint8_t zeros[32];
    UR_TRY(prepare(s, &q, "SELECT sealed FROM root", err));
    ur_status st = row(s, q, err);
    if (st == UR_E_ABSENT) {
        UR_TRY(seal(sealed, ur_secret_reveal(s->root), "unrug/1/store/root", zeros));
        UR_TRY(prepare(s, &q, "INSERT INTO root VALUES(1, ?)", err));
        (void)sqlite3_bind_blob(q, 1, sealed, sizeof sealed, SQLITE_STATIC);
        return finish(s, q, err);
    }
    UR_TRY(st);
    bool whole = column_bytes(q, 0, sealed, sizeof sealed);
    (void)sqlite3_finalize(q);
    if (!whole) {
        return damaged(s, err, "the root key's mark");
    }
    return unseal(plain, ur_secret_reveal(s->root), "unrug/1/store/root", sealed) == UR_OK
               ? UR_OK
               : ur_err_set(err, UR_E_PROOF, "keyper store '%s': made under another root key", s->folder);
}

static ur_status open_database(ur_share_store *s, ur_err *err)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/keyper.db", s->folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* SQLite would let the umask decide */
    if (fd < 0) {
        return ur_err_system(err, errno, "keyper store '%s': cannot open", path);
    }
    (void)close(fd);
    int rc = sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc != SQLITE_OK) {
        return failed(s, err, "cannot open");
    }
    (void)sqlite3_busy_timeout(s->db, 5000);
    UR_TRY(run(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;", err));
    UR_TRY(run(s, "BEGIN IMMEDIATE", err));
    ur_status st = run(s, schema, err);
    st = st == UR_OK ? check_root(s, err) : st;
    st = st == UR_OK ? run(s, "COMMIT", err) : st;
    if (st != UR_OK) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return st;
}

static ur_status lock_folder(ur_share_store *s, ur_err *err)
{
    if (mkdir(s->folder, 0700) != 0 && errno != EEXIST) {
        return ur_err_system(err, errno, "keyper store '%s': cannot make the folder", s->folder);
    }
    s->lock = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->lock < 0) {
        return ur_err_system(err, errno, "keyper store '%s': cannot open", s->folder);
    }
    return flock(s->lock, LOCK_EX | LOCK_NB) == 0
               ? UR_OK
               : ur_err_set(err, UR_E_UNAVAILABLE, "keyper store '%s': another process has it open", s->folder);
}

ur_status ur_share_store_open(ur_share_store **out, const char *folder, ur_secret *root, ur_err *err)
{
    *out = NULL;
    ur_share_store *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    s->lock = -1;
    s->root = root;
    ur_status st = UR_OK;
    if (ur_secret_len(root) != UR_STORE_KEY_BYTES || strlen(folder) >= sizeof s->folder) {
        st = ur_err_set(err, UR_E_USAGE, "a keyper store needs a root key of %u bytes and a shorter name than '%s'", UR_STORE_KEY_BYTES,
                        folder);
    }
    if (st == UR_OK) {
        memcpy(s->folder, folder, strlen(folder) + 1);
        st = lock_folder(s, err);
    }
    st = st == UR_OK ? open_database(s, err) : st;
    if (st != UR_OK) {
        ur_share_store_close(&s);
        return st;
    }
    *out = s;
    return UR_OK;
}

void ur_share_store_close(ur_share_store **store)
{
    ur_share_store *s = *store;
    if (s != NULL) {
        (void)sqlite3_close_v2(s->db);
        if (s->lock >= 0) {
            (void)close(s->lock);
        }
        ur_wipe(s->said, sizeof s->said);
        free(s);
        *store = NULL;
    }
}

ur_status ur_share_store_derive(ur_share_store *s, uint8_t out[32], const char *purpose, ur_err *err)
{
    ur_status st = ur_hkdf256(out, 32, ur_span_of(ur_secret_reveal(s->root), UR_STORE_KEY_BYTES),
                              UR_SPAN_LIT("unrug/1/store/derive"), ur_span_str_var(purpose));
    return st == UR_OK ? st : ur_err_set(err, st, "keyper store: cannot derive a key");
}

/* ---- generations ---- */

static ur_status read_seed(ur_share_store *s, uint8_t sealed[SEALED_BYTES], const ur_store_generation *g, uint64_t attempt, ur_err *err)
{
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, "SELECT sealed FROM seed WHERE committee=? AND generation=? AND attempt=?", err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    bind_u64(q, 3, attempt);
    UR_TRY(row(s, q, err));
    bool whole = column_bytes(q, 0, sealed, SEALED_BYTES);
    (void)sqlite3_finalize(q);
    return whole ? UR_OK : damaged(s, err, "a seed");
}

static ur_status write_seed(ur_share_store *s, const uint8_t sealed[SEALED_BYTES], const ur_store_generation *g, uint64_t attempt,
                            ur_err *err)
{
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, "INSERT INTO seed VALUES(?, ?, ?, ?)", err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    bind_u64(q, 3, attempt);
    (void)sqlite3_bind_blob(q, 4, sealed, (int)SEALED_BYTES, SQLITE_STATIC);
    return finish(s, q, err);
}

ur_status ur_share_store_seed(ur_share_store *s, uint8_t out[32], const ur_store_generation *g, uint64_t attempt, ur_err *err)
{
    uint8_t wrap[32], sealed[SEALED_BYTES];
    char label[LABEL_MAX];
    memset(out, 0, 32);
    label_of(label, "seed", g, attempt);
    UR_TRY(wrap_of(s, wrap, g, true, err));
    ur_status st = read_seed(s, sealed, g, attempt, err);
    if (st == UR_OK) {
        st = unseal(out, wrap, label, sealed) == UR_OK ? UR_OK : damaged(s, err, "a seed");
    } else if (st == UR_E_ABSENT) {
        ur_random(out, 32);
        st = seal(sealed, wrap, label, out);
        st = st == UR_OK ? write_seed(s, sealed, g, attempt, err) : st;
    }
    ur_wipe(wrap, sizeof wrap);
    if (st != UR_OK) {
        ur_wipe(out, 32);
    }
    return st;
}

static ur_status read_share(ur_share_store *s, const ur_store_generation *g, ur_store_share *about, uint8_t sealed[SEALED_BYTES],
                            ur_err *err)
{
    sqlite3_stmt *q;
    *about = (ur_store_share){0};
    UR_TRY(prepare(s, &q, "SELECT i, t, n, mpk, transcript, sealed FROM share WHERE committee=? AND generation=?", err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    UR_TRY(row(s, q, err));
    about->index = (uint32_t)column_u64(q, 0);
    about->t = (uint32_t)column_u64(q, 1);
    about->n = (uint32_t)column_u64(q, 2);
    bool whole = column_bytes(q, 3, about->mpk, sizeof about->mpk);
    whole = column_bytes(q, 4, about->transcript, sizeof about->transcript) && whole;
    whole = column_bytes(q, 5, sealed, SEALED_BYTES) && whole;
    (void)sqlite3_finalize(q);
    return whole ? UR_OK : damaged(s, err, "a share");
}

/* What a share belongs to is sealed along with it, by its name. */
static void share_label(char out[LABEL_MAX], const ur_store_generation *g, const ur_store_share *a)
{
    uint8_t about[3 * 4 + UR_G1_BYTES + UR_SHA256_BYTES], digest[UR_SHA256_BYTES];
    ur_writer w;
    ur_writer_init(&w, about, sizeof about);
    ur_writer_u32be(&w, a->index);
    ur_writer_u32be(&w, a->t);
    ur_writer_u32be(&w, a->n);
    ur_writer_bytes(&w, a->mpk, sizeof a->mpk);
    ur_writer_bytes(&w, a->transcript, sizeof a->transcript);
    ur_sha256_of(digest, ur_span_of(about, sizeof about));
    label_of(out, "share", g, 0);
    size_t n = strlen(out);
    out[n++] = '/';
    ur_hex_encode(out + n, ur_span_of(digest, 16));
    out[n + 32] = '\0';
}

static bool same_share(const ur_store_share *a, const ur_store_share *b)
{
    return a->index == b->index && a->t == b->t && a->n == b->n && ur_eq_var(a->mpk, b->mpk, sizeof a->mpk) &&
           ur_eq_var(a->transcript, b->transcript, sizeof a->transcript);
}

static ur_status write_share(ur_share_store *s, const ur_store_generation *g, const ur_store_share *a, const uint8_t sealed[SEALED_BYTES],
                             ur_err *err)
{
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, "INSERT INTO share VALUES(?, ?, ?, ?, ?, ?, ?, ?)", err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    bind_u64(q, 3, a->index);
    bind_u64(q, 4, a->t);
    bind_u64(q, 5, a->n);
    (void)sqlite3_bind_blob(q, 6, a->mpk, sizeof a->mpk, SQLITE_STATIC);
    (void)sqlite3_bind_blob(q, 7, a->transcript, sizeof a->transcript, SQLITE_STATIC);
    (void)sqlite3_bind_blob(q, 8, sealed, (int)SEALED_BYTES, SQLITE_STATIC);
    return finish(s, q, err);
}

ur_status ur_share_store_keep(ur_share_store *s, const ur_store_generation *g, const ur_store_share *about, const ur_scalar *share,
                              ur_err *err)
{
    ur_store_share there;
    ur_scalar kept;
    ur_status st = ur_share_store_share(s, g, &there, &kept, err);
    if (st == UR_OK) {
        st = same_share(&there, about) && ur_scalar_eq(&kept, share) == UR_OK
                 ? UR_OK
                 : ur_err_set(err, UR_E_STATE, "keyper store: generation %" PRIu64 " of committee %" PRIu64 " has another share already",
                              g->generation, g->committee);
        ur_wipe(&kept, sizeof kept);
        return st;
    }
    if (st != UR_E_ABSENT) {
        return st;
    }
    uint8_t wrap[32], plain[32], sealed[SEALED_BYTES];
    char label[LABEL_MAX];
    UR_TRY(wrap_of(s, wrap, g, true, err));
    share_label(label, g, about);
    ur_scalar_write(plain, share);
    st = seal(sealed, wrap, label, plain);
    st = st == UR_OK ? write_share(s, g, about, sealed, err) : st;
    ur_wipe(plain, sizeof plain);
    ur_wipe(wrap, sizeof wrap);
    return st;
}

ur_status ur_share_store_share(ur_share_store *s, const ur_store_generation *g, ur_store_share *about, ur_scalar *share, ur_err *err)
{
    ur_store_share found;
    uint8_t wrap[32], plain[32], sealed[SEALED_BYTES];
    char label[LABEL_MAX];
    memset(share, 0, sizeof *share);
    UR_TRY(wrap_of(s, wrap, g, false, err));
    ur_status st = read_share(s, g, &found, sealed, err);
    if (st == UR_OK) {
        share_label(label, g, &found);
        bool good = unseal(plain, wrap, label, sealed) == UR_OK && ur_scalar_parse(share, plain) == UR_OK;
        st = good ? UR_OK : damaged(s, err, "a share");
        ur_wipe(plain, sizeof plain);
    }
    ur_wipe(wrap, sizeof wrap);
    if (about != NULL) {
        *about = st == UR_OK ? found : (ur_store_share){0};
    }
    return st;
}

/* Overwritten before it is removed: on a plain disk the old bytes are gone then. */
static ur_status destroy_wrap(ur_share_store *s, const ur_store_generation *g, ur_err *err)
{
    char path[PATH_BYTES];
    static const uint8_t zeros[SEALED_BYTES];
    wrap_path(s, path, g);
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? UR_OK : ur_err_system(err, errno, "keyper store: cannot destroy '%s'", path);
    }
    bool written = write(fd, zeros, sizeof zeros) == (ssize_t)sizeof zeros && fsync(fd) == 0;
    ur_status st = written ? UR_OK : ur_err_system(err, errno, "keyper store: cannot destroy '%s'", path);
    (void)close(fd);
    return st == UR_OK ? ur_file_remove(path, err) : st;
}

static ur_status forget(ur_share_store *s, const char *sql, const ur_store_generation *g, ur_err *err)
{
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, sql, err));
    bind_u64(q, 1, g->committee);
    bind_u64(q, 2, g->generation);
    return finish(s, q, err);
}

ur_status ur_share_store_destroy(ur_share_store *s, const ur_store_generation *g, ur_err *err)
{
    /* First it is noted, so that after a kill nothing new is kept under it and the rest is done again. */
    UR_TRY(forget(s, "INSERT OR IGNORE INTO destroyed VALUES(?, ?)", g, err));
    UR_TRY(destroy_wrap(s, g, err));
    UR_TRY(forget(s, "DELETE FROM seed WHERE committee=? AND generation=?", g, err));
    return forget(s, "DELETE FROM share WHERE committee=? AND generation=?", g, err);
}

/* ---- what was said ---- */

ur_status ur_share_store_said(ur_share_store *s, ur_span question, ur_span *said, ur_err *err)
{
    sqlite3_stmt *q;
    *said = (ur_span){0};
    UR_TRY(prepare(s, &q, "SELECT answer FROM said WHERE question=?", err));
    (void)sqlite3_bind_blob(q, 1, question.p, (int)question.n, SQLITE_STATIC);
    UR_TRY(row(s, q, err));
    size_t n = (size_t)sqlite3_column_bytes(q, 0);
    bool whole = n > 0 && n <= sizeof s->said && column_bytes(q, 0, s->said, n);
    (void)sqlite3_finalize(q);
    *said = whole ? ur_span_of(s->said, n) : (ur_span){0};
    return whole ? UR_OK : damaged(s, err, "an answer");
}

ur_status ur_share_store_say(ur_share_store *s, ur_span question, ur_span answer, ur_span *said, ur_err *err)
{
    sqlite3_stmt *q;
    *said = (ur_span){0};
    if (question.n == 0 || question.n > UR_STORE_ANSWER_MAX || answer.n == 0 || answer.n > UR_STORE_ANSWER_MAX) {
        return ur_err_set(err, UR_E_USAGE, "keyper store: an answer of 1 to %u bytes is wanted", UR_STORE_ANSWER_MAX);
    }
    UR_TRY(prepare(s, &q, "INSERT OR IGNORE INTO said VALUES(?, ?)", err));
    (void)sqlite3_bind_blob(q, 1, question.p, (int)question.n, SQLITE_STATIC);
    (void)sqlite3_bind_blob(q, 2, answer.p, (int)answer.n, SQLITE_STATIC);
    UR_TRY(finish(s, q, err));
    return ur_share_store_said(s, question, said, err);
}

/* ---- what was seen ---- */

static bool lies_behind(const ur_store_sight *a, const ur_store_sight *b)
{
    if (a->epoch != b->epoch) {
        return a->epoch < b->epoch;
    }
    return a->sequence < b->sequence || (a->sequence == b->sequence && a->heartbeat_ns < b->heartbeat_ns);
}

static ur_status last_sight(ur_share_store *s, uint64_t vault, ur_store_sight *out, ur_err *err)
{
    sqlite3_stmt *q;
    *out = (ur_store_sight){0};
    UR_TRY(prepare(s, &q, "SELECT epoch, sequence, heartbeat_ns FROM seen WHERE vault=?", err));
    bind_u64(q, 1, vault);
    ur_status st = row(s, q, err);
    if (st == UR_OK) {
        *out = (ur_store_sight){column_u64(q, 0), column_u64(q, 1), column_u64(q, 2)};
        (void)sqlite3_finalize(q);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_share_store_see(ur_share_store *s, uint64_t vault, const ur_store_sight *sight, ur_err *err)
{
    ur_store_sight last;
    UR_TRY(last_sight(s, vault, &last, err));
    if (lies_behind(sight, &last)) {
        return ur_err_set(err, UR_E_POLICY, "the ledger has gone back: vault %" PRIu64 " was seen in epoch %" PRIu64 " at sequence %" PRIu64
                          ", and now stands in epoch %" PRIu64 " at sequence %" PRIu64, vault, last.epoch, last.sequence, sight->epoch,
                          sight->sequence);
    }
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, "INSERT OR REPLACE INTO seen VALUES(?, ?, ?, ?)", err));
    bind_u64(q, 1, vault);
    bind_u64(q, 2, sight->epoch);
    bind_u64(q, 3, sight->sequence);
    bind_u64(q, 4, sight->heartbeat_ns);
    return finish(s, q, err);
}

ur_status ur_share_store_mark_of(ur_share_store *s, const char *name, uint64_t *value, ur_err *err)
{
    sqlite3_stmt *q;
    *value = 0;
    UR_TRY(prepare(s, &q, "SELECT value FROM mark WHERE name=?", err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    ur_status st = row(s, q, err);
    if (st == UR_OK) {
        *value = column_u64(q, 0);
        (void)sqlite3_finalize(q);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_share_store_mark(ur_share_store *s, const char *name, uint64_t value, ur_err *err)
{
    uint64_t last;
    UR_TRY(ur_share_store_mark_of(s, name, &last, err));
    if (value < last) {
        return ur_err_set(err, UR_E_POLICY, "%s was %" PRIu64 " and cannot go back to %" PRIu64, name, last, value);
    }
    sqlite3_stmt *q;
    UR_TRY(prepare(s, &q, "INSERT OR REPLACE INTO mark VALUES(?, ?)", err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    bind_u64(q, 2, value);
    return finish(s, q, err);
}
