#include "lib/ledger/sql.h"

#include <stdlib.h>

ur_status ur_sql_fail(sqlite3 *db, ur_err *err)
{
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_NOMEM:
        return ur_err_set(err, UR_E_MEMORY, "no memory for the ledger's database");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged (%s): restore a copy or begin a new one",
                          sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ur_err_set(err, UR_E_STATE, "the ledger's database is in use by another process");
    case SQLITE_FULL:
        return ur_err_set(err, UR_E_UNAVAILABLE, "no room left for the ledger's database");
    default:
        return ur_err_set(err, UR_E_UNAVAILABLE, "the ledger's database: %s", sqlite3_errmsg(db));
    }
}

ur_status ur_sql_exec(sqlite3 *db, const char *sql, ur_err *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? UR_OK : ur_sql_fail(db, err);
}

ur_status ur_sql_prepare(sqlite3 *db, sqlite3_stmt **out, const char *sql, ur_err *err)
{
    return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK ? UR_OK : ur_sql_fail(db, err);
}

ur_status ur_sql_run(sqlite3_stmt *s, ur_err *err)
{
    int rc = sqlite3_step(s);
    ur_status st = rc == SQLITE_DONE ? UR_OK : ur_sql_fail(sqlite3_db_handle(s), err);
    (void)sqlite3_reset(s);
    return st;
}

ur_status ur_sql_row(sqlite3_stmt *s, ur_err *err)
{
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) {
        return UR_OK;
    }
    ur_status st = rc == SQLITE_DONE ? UR_E_ABSENT : ur_sql_fail(sqlite3_db_handle(s), err);
    (void)sqlite3_reset(s);
    return st;
}

void ur_sql_bind_int(sqlite3_stmt *s, int at, int64_t x)
{
    if (sqlite3_bind_int64(s, at, x) != SQLITE_OK) {
        abort();
    }
}

void ur_sql_bind_blob(sqlite3_stmt *s, int at, ur_span bytes)
{
    static const uint8_t none[1] = {0};
    if (sqlite3_bind_blob64(s, at, bytes.n > 0 ? bytes.p : none, bytes.n, SQLITE_STATIC) != SQLITE_OK) {
        abort();
    }
}

ur_span ur_sql_blob(sqlite3_stmt *s, int column)
{
    const void *p = sqlite3_column_blob(s, column);
    return ur_span_of(p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(s, column));
}
