/* What the ledger's files need of SQLite. */
#ifndef UR_LIB_LEDGER_SQL_H
#define UR_LIB_LEDGER_SQL_H

#include <sqlite3.h>

#include "core/base/span.h"
#include "lib/os/err.h"

/* The status and words of what went wrong last: UR_E_INPUT for a damaged file, UR_E_STATE for one in use, UR_E_MEMORY, else
 * UR_E_UNAVAILABLE. */
ur_status ur_sql_fail(sqlite3 *db, ur_err *err);
UR_MUST_USE ur_status ur_sql_exec(sqlite3 *db, const char *sql, ur_err *err);
UR_MUST_USE ur_status ur_sql_prepare(sqlite3 *db, sqlite3_stmt **out, const char *sql, ur_err *err);
/* Step a statement that gives no row, and reset it. */
UR_MUST_USE ur_status ur_sql_run(sqlite3_stmt *s, ur_err *err);
/* Step a statement to its next row: UR_E_ABSENT, and reset, at the end. */
UR_MUST_USE ur_status ur_sql_row(sqlite3_stmt *s, ur_err *err);

/* These abort when the statement has no such argument. */
void ur_sql_bind_int(sqlite3_stmt *s, int at, int64_t x);
void ur_sql_bind_blob(sqlite3_stmt *s, int at, ur_span bytes); /* borrowed until the statement is reset */
/* Borrowed until the next step or reset. */
ur_span ur_sql_blob(sqlite3_stmt *s, int column);

#endif
