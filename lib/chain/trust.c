#include "lib/chain/trust.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct ur_trust {
    sqlite3 *db;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS anchor(one INTEGER PRIMARY KEY CHECK(one=1), chain_id TEXT NOT NULL, height INTEGER NOT NULL,"
    " hash BLOB NOT NULL, period_s INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS header(height INTEGER PRIMARY KEY, s INTEGER NOT NULL, ns INTEGER NOT NULL, hash BLOB NOT NULL,"
    " app BLOB NOT NULL, next_validators BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS sources(one INTEGER PRIMARY KEY CHECK(one=1), lines TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS evidence(id INTEGER PRIMARY KEY, unix_s INTEGER NOT NULL, fork_of INTEGER, text TEXT NOT NULL)"
    " STRICT;"; /* fork_of: the anchor's height then, NULL for a lie */

enum { APPLICATION_ID = 0x75727472 }; /* "urtr" */

static ur_status failed(ur_trust *t, ur_err *err, const char *what)
{
    int code = sqlite3_errcode(t->db) & 0xff;
    ur_status st = code == SQLITE_NOMEM ? UR_E_MEMORY
                   : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? UR_E_INPUT
                                                                     : UR_E_UNAVAILABLE;
    return ur_err_set(err, st, "trust store: %s: %s", what, sqlite3_errmsg(t->db));
}

static ur_status run(ur_trust *t, const char *sql, ur_err *err)
{
    return sqlite3_exec(t->db, sql, NULL, NULL, NULL) == SQLITE_OK ? UR_OK : failed(t, err, "cannot write");
}

static ur_status prepare(ur_trust *t, sqlite3_stmt **out, const char *sql, ur_err *err)
{
    return sqlite3_prepare_v2(t->db, sql, -1, out, NULL) == SQLITE_OK ? UR_OK : failed(t, err, "cannot read");
}

/* Step a statement that returns no rows, and finish it. */
static ur_status finish(ur_trust *t, sqlite3_stmt *s, ur_err *err)
{
    int rc = sqlite3_step(s);
    (void)sqlite3_finalize(s);
    return rc == SQLITE_DONE ? UR_OK : failed(t, err, "cannot write");
}

/* One integer from a statement without arguments. */
static ur_status number(ur_trust *t, int64_t *out, const char *sql, ur_err *err)
{
    sqlite3_stmt *s;
    UR_TRY(prepare(t, &s, sql, err));
    int rc = sqlite3_step(s);
    *out = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    (void)sqlite3_finalize(s);
    return rc == SQLITE_ROW ? UR_OK : failed(t, err, "cannot read");
}

static ur_status set_up(ur_trust *t, ur_err *err)
{
    int64_t id, tables;
    (void)sqlite3_busy_timeout(t->db, 5000);
    UR_TRY(run(t, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", err));
    UR_TRY(number(t, &id, "PRAGMA application_id", err));
    UR_TRY(number(t, &tables, "SELECT count(*) FROM sqlite_master", err));
    if (id != APPLICATION_ID && (id != 0 || tables != 0)) {
        return ur_err_set(err, UR_E_INPUT, "trust store: this file is another program's database");
    }
    UR_TRY(run(t, "BEGIN IMMEDIATE", err));
    ur_status st = run(t, schema, err);
    if (st == UR_OK) {
        st = run(t, "PRAGMA application_id=1970435186", err); /* APPLICATION_ID */
    }
    if (st == UR_OK) {
        st = run(t, "COMMIT", err);
    }
    if (st != UR_OK) {
        (void)sqlite3_exec(t->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return st;
}

ur_status ur_trust_open(ur_trust **out, const char *path, ur_err *err)
{
    *out = NULL;
    ur_trust *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    int rc = sqlite3_open_v2(path, &t->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    ur_status st = rc == SQLITE_OK ? set_up(t, err) : failed(t, err, path);
    if (st != UR_OK) {
        ur_trust_close(&t);
        return st;
    }
    *out = t;
    return UR_OK;
}

void ur_trust_close(ur_trust **trust)
{
    if (*trust != NULL) {
        (void)sqlite3_close_v2((*trust)->db);
        free(*trust);
        *trust = NULL;
    }
}

/* A blob of exactly n bytes (or, with out_n, up to n). */
static bool blob(sqlite3_stmt *s, int column, uint8_t *out, size_t n, uint8_t *out_n)
{
    const void *p = sqlite3_column_blob(s, column);
    size_t got = (size_t)sqlite3_column_bytes(s, column);
    if (got > n || (out_n == NULL && got != n)) {
        return false;
    }
    if (got > 0) {
        memcpy(out, p, got);
    }
    if (out_n != NULL) {
        *out_n = (uint8_t)got;
    }
    return true;
}

ur_status ur_trust_anchor(ur_trust *t, ur_anchor *out, ur_err *err)
{
    sqlite3_stmt *s;
    memset(out, 0, sizeof *out);
    UR_TRY(prepare(t, &s, "SELECT chain_id, height, hash, period_s FROM anchor", err));
    int rc = sqlite3_step(s);
    ur_status st = rc == SQLITE_ROW ? UR_OK : rc == SQLITE_DONE ? ur_err_set(err, UR_E_ABSENT, "trust store: no anchor yet")
                                                                : failed(t, err, "cannot read");
    if (st == UR_OK) {
        const unsigned char *id = sqlite3_column_text(s, 0);
        size_t n = (size_t)sqlite3_column_bytes(s, 0);
        out->height = sqlite3_column_int64(s, 1);
        out->trusting_period_s = sqlite3_column_int64(s, 3);
        if (id == NULL || n > UR_CHAIN_ID_MAX || !blob(s, 2, out->hash, sizeof out->hash, NULL)) {
            memset(out, 0, sizeof *out);
            st = ur_err_set(err, UR_E_INPUT, "trust store: the anchor is malformed");
        } else {
            memcpy(out->chain_id, id, n);
        }
    }
    (void)sqlite3_finalize(s);
    return st;
}

static ur_status write_anchor(ur_trust *t, const ur_anchor *a, ur_err *err)
{
    sqlite3_stmt *s;
    UR_TRY(prepare(t, &s, "INSERT OR REPLACE INTO anchor VALUES(1, ?, ?, ?, ?)", err));
    (void)sqlite3_bind_text(s, 1, a->chain_id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(s, 2, a->height);
    (void)sqlite3_bind_blob(s, 3, a->hash, sizeof a->hash, SQLITE_STATIC);
    (void)sqlite3_bind_int64(s, 4, a->trusting_period_s);
    return finish(t, s, err);
}

static ur_status check_anchor(const ur_anchor *a, ur_err *err)
{
    ur_light_rules rules;
    return a->height > 0 && ur_light_rules_init_var(&rules, ur_span_str_var(a->chain_id), a->trusting_period_s) == UR_OK
               ? UR_OK
               : ur_err_set(err, UR_E_USAGE, "an anchor needs a chain id, a height above 0 and a trusting period above 0");
}

ur_status ur_trust_set_anchor(ur_trust *t, const ur_anchor *a, ur_err *err)
{
    ur_anchor now;
    UR_TRY(check_anchor(a, err));
    ur_status st = ur_trust_anchor(t, &now, err);
    if (st == UR_E_ABSENT) {
        return write_anchor(t, a, err);
    }
    UR_TRY(st);
    bool same = strcmp(now.chain_id, a->chain_id) == 0 && now.height == a->height &&
                ur_eq_var(now.hash, a->hash, sizeof now.hash) && now.trusting_period_s == a->trusting_period_s;
    return same ? UR_OK
                : ur_err_set(err, UR_E_STATE, "there is an anchor already (%s, height %" PRId64 "): renewing it is a step of its own",
                             now.chain_id, now.height);
}

ur_status ur_trust_renew_anchor(ur_trust *t, const ur_anchor *a, ur_err *err)
{
    ur_anchor now;
    int64_t newest;
    UR_TRY(check_anchor(a, err));
    UR_TRY(ur_trust_anchor(t, &now, err));
    UR_TRY(number(t, &newest, "SELECT coalesce(max(height), 0) FROM header", err));
    if (strcmp(now.chain_id, a->chain_id) != 0) {
        return ur_err_set(err, UR_E_STATE, "this store is for chain '%s'; another chain needs a store of its own", now.chain_id);
    }
    if (a->height <= newest || a->height <= now.height) {
        return ur_err_set(err, UR_E_STATE, "a new anchor must lie above height %" PRId64 ", which is believed already",
                          newest > now.height ? newest : now.height);
    }
    return write_anchor(t, a, err);
}

static ur_status read_header(ur_trust *t, ur_light_header *out, sqlite3_stmt *s, ur_err *err)
{
    int rc = sqlite3_step(s);
    ur_status st = rc == SQLITE_ROW ? UR_OK : rc == SQLITE_DONE ? ur_err_set(err, UR_E_ABSENT, "no header is believed there yet")
                                                                : failed(t, err, "cannot read");
    memset(out, 0, sizeof *out);
    if (st == UR_OK) {
        out->height = sqlite3_column_int64(s, 0);
        out->time.s = sqlite3_column_int64(s, 1);
        out->time.ns = (uint32_t)sqlite3_column_int64(s, 2);
        if (!blob(s, 3, out->hash, sizeof out->hash, NULL) || !blob(s, 4, out->app.bytes, sizeof out->app.bytes, &out->app.n) ||
            !blob(s, 5, out->next_validators, sizeof out->next_validators, NULL)) {
            memset(out, 0, sizeof *out);
            st = ur_err_set(err, UR_E_INPUT, "trust store: a header is malformed");
        }
    }
    (void)sqlite3_finalize(s);
    return st;
}

ur_status ur_trust_at_or_below(ur_trust *t, ur_light_header *out, int64_t height, ur_err *err)
{
    sqlite3_stmt *s;
    memset(out, 0, sizeof *out);
    UR_TRY(prepare(t, &s, "SELECT height, s, ns, hash, app, next_validators FROM header WHERE height <= ? AND"
                          " height >= (SELECT height FROM anchor) ORDER BY height DESC LIMIT 1", err));
    (void)sqlite3_bind_int64(s, 1, height);
    return read_header(t, out, s, err);
}

ur_status ur_trust_newest(ur_trust *t, ur_light_header *out, ur_err *err)
{
    return ur_trust_at_or_below(t, out, INT64_MAX, err);
}

static ur_status add_one(ur_trust *t, const ur_anchor *a, const ur_light_header *h, ur_err *err)
{
    ur_light_header there;
    sqlite3_stmt *s;
    if (h->height < a->height || (h->height == a->height && !ur_eq_var(h->hash, a->hash, sizeof a->hash))) {
        return ur_err_set(err, UR_E_PROOF, "height %" PRId64 ": not what the anchor says", h->height);
    }
    ur_status st = ur_trust_at_or_below(t, &there, h->height, err);
    if (st == UR_OK && there.height == h->height) {
        return ur_eq_var(there.hash, h->hash, sizeof h->hash)
                   ? UR_OK
                   : ur_err_set(err, UR_E_PROOF, "height %" PRId64 ": another header is believed already", h->height);
    }
    if (st != UR_OK && st != UR_E_ABSENT) {
        return st;
    }
    UR_TRY(prepare(t, &s, "INSERT INTO header VALUES(?, ?, ?, ?, ?, ?)", err));
    (void)sqlite3_bind_int64(s, 1, h->height);
    (void)sqlite3_bind_int64(s, 2, h->time.s);
    (void)sqlite3_bind_int64(s, 3, h->time.ns);
    (void)sqlite3_bind_blob(s, 4, h->hash, sizeof h->hash, SQLITE_STATIC);
    (void)sqlite3_bind_blob(s, 5, h->app.bytes, h->app.n, SQLITE_STATIC);
    (void)sqlite3_bind_blob(s, 6, h->next_validators, sizeof h->next_validators, SQLITE_STATIC);
    return finish(t, s, err);
}

/* Thin out: the newest stay, and the anchor's. */
static ur_status prune(ur_trust *t, ur_err *err)
{
    sqlite3_stmt *s;
    UR_TRY(prepare(t, &s, "DELETE FROM header WHERE height <> (SELECT height FROM anchor) AND height <="
                          " (SELECT height FROM header ORDER BY height DESC LIMIT 1 OFFSET ?)", err));
    (void)sqlite3_bind_int64(s, 1, UR_TRUST_KEEP);
    return finish(t, s, err);
}

ur_status ur_trust_add(ur_trust *t, const ur_light_header *headers, size_t n, ur_err *err)
{
    ur_anchor a;
    UR_TRY(run(t, "BEGIN IMMEDIATE", err));
    ur_status st = ur_trust_anchor(t, &a, err);
    for (size_t i = 0; i < n && st == UR_OK; i++) {
        st = add_one(t, &a, &headers[i], err);
    }
    if (st == UR_OK) {
        st = prune(t, err);
    }
    if (st == UR_OK) {
        st = run(t, "COMMIT", err);
    }
    if (st != UR_OK) {
        (void)sqlite3_exec(t->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return st;
}

ur_status ur_trust_set_sources(ur_trust *t, ur_span lines, ur_err *err)
{
    sqlite3_stmt *s;
    if (lines.n > UR_TRUST_SOURCES_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "at most %d bytes of sources", UR_TRUST_SOURCES_MAX);
    }
    UR_TRY(prepare(t, &s, "INSERT OR REPLACE INTO sources VALUES(1, ?)", err));
    (void)sqlite3_bind_text(s, 1, lines.n > 0 ? (const char *)lines.p : "", (int)lines.n, SQLITE_STATIC);
    return finish(t, s, err);
}

ur_status ur_trust_sources(ur_trust *t, char out[UR_TRUST_SOURCES_MAX + 1], ur_err *err)
{
    sqlite3_stmt *s;
    memset(out, 0, UR_TRUST_SOURCES_MAX + 1);
    UR_TRY(prepare(t, &s, "SELECT lines FROM sources", err));
    int rc = sqlite3_step(s);
    const unsigned char *text = rc == SQLITE_ROW ? sqlite3_column_text(s, 0) : NULL;
    size_t n = text != NULL ? (size_t)sqlite3_column_bytes(s, 0) : 0;
    if (n > 0 && n <= UR_TRUST_SOURCES_MAX) {
        memcpy(out, text, n);
    }
    (void)sqlite3_finalize(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? UR_OK : failed(t, err, "cannot read");
}

ur_status ur_trust_add_evidence(ur_trust *t, int64_t unix_s, bool fork, ur_span text, ur_err *err)
{
    sqlite3_stmt *s;
    UR_TRY(prepare(t, &s, "INSERT INTO evidence(unix_s, fork_of, text) VALUES(?, iif(?, (SELECT height FROM anchor), NULL), ?)", err));
    (void)sqlite3_bind_int64(s, 1, unix_s);
    (void)sqlite3_bind_int(s, 2, fork);
    (void)sqlite3_bind_text(s, 3, (const char *)text.p, (int)text.n, SQLITE_STATIC);
    return finish(t, s, err);
}

ur_status ur_trust_check_fork(ur_trust *t, ur_err *err)
{
    int64_t forks;
    UR_TRY(number(t, &forks, "SELECT count(*) FROM evidence WHERE fork_of = (SELECT height FROM anchor)", err));
    return forks == 0 ? UR_OK
                      : ur_err_set(err, UR_E_POLICY, "the chain forked: two verified headers of one height are in the trust store's"
                                                     " evidence. Nothing is believed until somebody has looked and renewed the anchor");
}

ur_status ur_trust_count(ur_trust *t, int64_t *headers, int64_t *evidence, ur_err *err)
{
    *evidence = 0;
    UR_TRY(number(t, headers, "SELECT count(*) FROM header", err));
    return number(t, evidence, "SELECT count(*) FROM evidence", err);
}
