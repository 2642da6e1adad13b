/* The ledger as a whole: opening its database, and making blocks of what was submitted. */
#include "lib/ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/ledger/ledger_parts.h"
#include "lib/ledger/sql.h"

enum { APPLICATION_ID = 0x75726c67, FORMAT = 1 }; /* "urlg" */
enum { BLOCK_MS_DEFAULT = 5000, KEEP_STATES_DEFAULT = 10000, WARP_BATCH = 10000 };
static const uint64_t warp_max_s = 10ull * 366 * 86400;

ur_status ur_ledger_no_memory(ur_err *err) { return ur_err_set(err, UR_E_MEMORY, "no memory for the ledger"); }

static ur_time time_of_ms(int64_t ms) { return (ur_time){ms / 1000, (uint32_t)(ms % 1000) * 1000000u}; }
static ur_time time_plus_ms(ur_time t, uint64_t ms)
{
    uint64_t ns = t.ns + (ms % 1000) * 1000000;
    return (ur_time){t.s + (int64_t)(ms / 1000 + ns / 1000000000), (uint32_t)(ns % 1000000000)};
}

ur_time ur_ledger_now(const ur_ledger *l) { return time_of_ms(l->clock->unix_ms(l->clock->context) + l->warp_ms); }

/* ---- changing ---- */

ur_status ur_ledger_change(ur_ledger *l, ur_err *err) { return ur_sql_exec(l->db, "BEGIN IMMEDIATE", err); }

static void drop_waiting(ur_ledger *l)
{
    for (size_t i = 0; i < l->waiting_n; i++) {
        free(l->waiting[i].tx_own);
    }
    l->waiting_n = l->unkept_n = 0;
    ur_kv_layer_reset(&l->check_layer);
}

static ur_status load_waiting(ur_ledger *l, ur_err *err);
static ur_status load_warp(ur_ledger *l, ur_err *err);

/* Everything in memory as the database has it. */
static ur_status go_back(ur_ledger *l, ur_err *err)
{
    ur_kv_layer_reset(&l->msg_layer);
    ur_kv_layer_reset(&l->tx_layer);
    ur_kv_layer_reset(&l->block_layer);
    ur_kv_forget(&l->kv);
    drop_waiting(l);
    l->state_changed = false;
    UR_TRY(ur_stores_discard(&l->stores, err));
    UR_TRY(ur_chain_read_tip(l, err));
    UR_TRY(load_warp(l, err));
    return load_waiting(l, err);
}

ur_status ur_ledger_finish(ur_ledger *l, ur_status st, ur_err *err)
{
    if (st == UR_OK) {
        st = ur_sql_exec(l->db, "COMMIT", err);
    }
    if (st != UR_OK) {
        (void)sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
        if (go_back(l, NULL) != UR_OK) {
            l->broken = true;
        }
    }
    return st;
}

static ur_status usable(const ur_ledger *l, ur_err *err)
{
    return l->broken ? ur_err_set(err, UR_E_UNAVAILABLE, "the ledger could not go back after a failure: start it anew") : UR_OK;
}

/* ---- blocks ---- */

static ur_status run_waiting(ur_ledger *l, ur_span *txs, ur_span *bindings, int64_t height, ur_time time, ur_err *err)
{
    for (size_t i = 0; i < l->waiting_n; i++) {
        ur_tx_outcome o;
        txs[i] = l->waiting[i].tx;
        UR_TRY(ur_tx_deliver(l, &o, txs[i], height, time, (uint32_t)i, err));
        UR_TRY(ur_record_put(l, height, (uint32_t)i, &l->waiting[i], &o, err));
        bindings[i] = o.binding;
    }
    return UR_OK;
}

/* The next block, with what waits in it. at: the least time it has; vote_at: when it is voted for, at least. */
static ur_status make_block(ur_ledger *l, ur_time at, ur_time vote_at, ur_err *err)
{
    int64_t height;
    ur_time time;
    size_t n = l->waiting_n;
    ur_pool_reset(&l->block_pool);
    UR_TRY(ur_chain_next(l, at, &height, &time, err));
    ur_span *txs = ur_pool_take(&l->block_pool, n * sizeof *txs);
    ur_span *bindings = ur_pool_take(&l->block_pool, n * sizeof *bindings);
    if (txs == NULL || bindings == NULL) {
        return ur_ledger_no_memory(err);
    }
    UR_TRY(run_waiting(l, txs, bindings, height, time, err));
    UR_TRY(ur_state_flush(l, err));
    UR_TRY(ur_chain_append(l, time, txs, bindings, n, vote_at, err));
    if (n > 0) {
        UR_TRY(ur_sql_run(l->wait_clear, err));
        drop_waiting(l);
    }
    return UR_OK;
}

static ur_status make_blocks(ur_ledger *l, uint64_t n, ur_err *err)
{
    static const ur_time at_once = {0, 0};
    UR_TRY(ur_ledger_change(l, err));
    ur_status st = UR_OK;
    ur_time now = ur_ledger_now(l);
    for (uint64_t i = 0; st == UR_OK && i < n; i++) {
        st = make_block(l, now, at_once, err);
    }
    return ur_ledger_finish(l, st, err);
}

static ur_status keep_waiting(ur_ledger *l, ur_err *err)
{
    for (size_t i = 0; i < l->waiting_n; i++) {
        if (!l->waiting[i].kept) {
            ur_sql_bind_int(l->wait_put, 1, l->tip.height);
            ur_sql_bind_blob(l->wait_put, 2, l->waiting[i].tx);
            UR_TRY(ur_sql_run(l->wait_put, err));
            l->waiting[i].kept = true;
        }
    }
    l->unkept_n = 0;
    return UR_OK;
}

bool ur_ledger_unsettled(const ur_ledger *ledger) { return ledger->unkept_n > 0; }

ur_status ur_ledger_settle(ur_ledger *l, ur_err *err)
{
    UR_TRY(usable(l, err));
    if (l->unkept_n == 0) {
        return UR_OK;
    }
    if (l->interval_ms == 0) {
        return make_blocks(l, 2, err);
    }
    UR_TRY(ur_ledger_change(l, err));
    return ur_ledger_finish(l, keep_waiting(l, err), err);
}

ur_status ur_ledger_tick(ur_ledger *l, unsigned *next_ms, ur_err *err)
{
    *next_ms = 0;
    UR_TRY(usable(l, err));
    if (l->interval_ms == 0) {
        return UR_OK;
    }
    uint64_t now = l->clock->boot_ms(l->clock->context);
    if (now >= l->next_due_ms) {
        UR_TRY(make_blocks(l, 1, err));
        l->next_due_ms += l->interval_ms;
        if (l->next_due_ms <= now) {
            l->next_due_ms = now + l->interval_ms; /* blocks that were missed are not made up for */
        }
    }
    *next_ms = (unsigned)(l->next_due_ms - now);
    return UR_OK;
}

ur_status ur_ledger_mine(ur_ledger *l, uint64_t blocks, ur_err *err)
{
    UR_TRY(usable(l, err));
    if (blocks < 1 || blocks > UR_LEDGER_WARP_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "from 1 to %d blocks at a time", UR_LEDGER_WARP_MAX);
    }
    for (uint64_t left = blocks; left > 0;) {
        uint64_t batch = left < WARP_BATCH ? left : WARP_BATCH;
        UR_TRY(make_blocks(l, batch, err));
        left -= batch;
    }
    return UR_OK;
}

/* ---- warping ---- */

/* What stands in the ledger's own row, so that damage to it shows. */
static void row_sum(const ur_ledger *l, uint8_t out[UR_SHA256_BYTES])
{
    uint8_t all[512];
    ur_writer w;
    ur_writer_init(&w, all, sizeof all);
    ur_writer_u8(&w, FORMAT);
    const char *texts[] = {l->chain_id, l->prefix, l->denom};
    for (size_t i = 0; i < 3; i++) {
        ur_writer_field(&w, ur_span_str_var(texts[i]));
    }
    ur_writer_bytes(&w, l->seed, sizeof l->seed);
    ur_writer_u64be(&w, l->gas_price_milli);
    ur_writer_u64be(&w, (uint64_t)l->first_time.s);
    ur_writer_u32be(&w, l->first_time.ns);
    ur_writer_u8(&w, l->without_tree ? 0 : 1);
    ur_writer_u64be(&w, (uint64_t)l->warp_ms);
    ur_writer_bytes(&w, l->genesis_hash, UR_SHA256_BYTES);
    ur_sha256_of(out, ur_span_of(all, w.n));
    ur_wipe(all, sizeof all);
}

static ur_status put_warp(ur_ledger *l, int64_t warp_ms, ur_err *err)
{
    uint8_t sum[UR_SHA256_BYTES];
    l->warp_ms = warp_ms; /* a failure reads it back */
    row_sum(l, sum);
    ur_sql_bind_int(l->warp_put, 1, warp_ms);
    ur_sql_bind_blob(l->warp_put, 2, ur_span_of(sum, sizeof sum));
    return ur_sql_run(l->warp_put, err);
}

/* Blocks `from` to `to` (not included) of `blocks`, each voted for when the next one begins. */
static ur_status warp_batch(ur_ledger *l, ur_time start, uint64_t ms, uint64_t blocks, uint64_t from, uint64_t to, int64_t warp_ms, ur_err *err)
{
    ur_status st = UR_OK;
    for (uint64_t i = from; st == UR_OK && i < to; i++) {
        /* ms and blocks are below 2^40 and 2^20 */
        ur_time at = time_plus_ms(start, ms * (i + 1) / blocks), next = time_plus_ms(start, ms * (i + 2) / blocks);
        st = make_block(l, at, i + 1 < blocks ? next : at, err);
    }
    return st == UR_OK ? put_warp(l, warp_ms + (int64_t)(ms * to / blocks), err) : st;
}

ur_status ur_ledger_warp(ur_ledger *l, uint64_t seconds, uint64_t blocks, ur_err *err)
{
    UR_TRY(usable(l, err));
    if (seconds < 1 || seconds > warp_max_s) {
        return ur_err_set(err, UR_E_LIMIT, "from one second to ten years at a time");
    }
    uint64_t ms = seconds * 1000;
    if (blocks == 0) {
        blocks = ms < l->block_ms ? 1 : ms / l->block_ms;
    }
    if (blocks > UR_LEDGER_WARP_MAX) {
        return ur_err_set(err, UR_E_LIMIT, "%llu blocks for that time are too many: at most %d", (unsigned long long)blocks, UR_LEDGER_WARP_MAX);
    }
    int64_t warp_ms = l->warp_ms;
    ur_time start = ur_ledger_now(l);
    for (uint64_t from = 0; from < blocks; from += WARP_BATCH) {
        uint64_t to = blocks - from < WARP_BATCH ? blocks : from + WARP_BATCH;
        UR_TRY(ur_ledger_change(l, err));
        UR_TRY(ur_ledger_finish(l, warp_batch(l, start, ms, blocks, from, to, warp_ms, err), err));
    }
    return UR_OK;
}

/* ---- opening ---- */

static const char pragmas[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;"
                              "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;";

static const char tables[] =
    "CREATE TABLE ledger(one INTEGER PRIMARY KEY CHECK(one=1), format INTEGER NOT NULL, chain_id TEXT NOT NULL, prefix TEXT NOT NULL,"
    " denom TEXT NOT NULL, seed BLOB NOT NULL, gas_price_milli INTEGER NOT NULL, first_ms INTEGER NOT NULL, genesis TEXT NOT NULL,"
    " trees INTEGER NOT NULL, warp_ms INTEGER NOT NULL, sum BLOB NOT NULL) STRICT;"
    "CREATE TABLE waiting(id INTEGER PRIMARY KEY, tx BLOB NOT NULL) STRICT;"
    "PRAGMA application_id=1970433127;"; /* APPLICATION_ID */

static ur_status number(sqlite3 *db, int64_t *out, const char *sql, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    *out = 0;
    UR_TRY(ur_sql_prepare(db, &s, sql, err));
    ur_status st = ur_sql_row(s, err);
    if (st == UR_OK) {
        *out = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    return st;
}

static bool text_into(sqlite3_stmt *s, int column, char *out, size_t cap)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    size_t n = (size_t)sqlite3_column_bytes(s, column);
    if (text == NULL || n == 0 || n >= cap) {
        return false;
    }
    memcpy(out, text, n + 1);
    return true;
}

static bool take_row(ur_ledger *l, sqlite3_stmt *s)
{
    uint8_t sum[UR_SHA256_BYTES];
    ur_span seed = ur_sql_blob(s, 4);
    if (sqlite3_column_int64(s, 0) != FORMAT || !text_into(s, 1, l->chain_id, sizeof l->chain_id) || !text_into(s, 2, l->prefix, sizeof l->prefix) ||
        !text_into(s, 3, l->denom, sizeof l->denom) || seed.n != sizeof l->seed) {
        return false;
    }
    memcpy(l->seed, seed.p, seed.n);
    l->gas_price_milli = (uint64_t)sqlite3_column_int64(s, 5);
    l->first_time = time_of_ms(sqlite3_column_int64(s, 6));
    l->without_tree = sqlite3_column_int64(s, 7) == 0;
    l->warp_ms = sqlite3_column_int64(s, 8);
    ur_sha256_of(l->genesis_hash, ur_sql_blob(s, 9));
    row_sum(l, sum);
    return ur_span_eq_var(ur_sql_blob(s, 10), ur_span_of(sum, sizeof sum));
}

static ur_status read_row(ur_ledger *l, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    UR_TRY(ur_sql_prepare(l->db, &s, "SELECT format, chain_id, prefix, denom, seed, gas_price_milli, first_ms, trees, warp_ms, genesis, sum FROM ledger", err));
    ur_status st = ur_sql_row(s, err);
    if (st == UR_E_ABSENT || (st == UR_OK && !take_row(l, s))) {
        st = ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged, or of another version of this program");
    }
    (void)sqlite3_finalize(s);
    return st;
}

static ur_status load_warp(ur_ledger *l, ur_err *err) { return number(l->db, &l->warp_ms, "SELECT warp_ms FROM ledger", err); }

/* What waited when the process ended was answered for: it waits again. */
static ur_status load_waiting(ur_ledger *l, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    ur_status st;
    UR_TRY(ur_sql_prepare(l->db, &s, "SELECT tx FROM waiting ORDER BY id", err));
    while ((st = ur_sql_row(s, err)) == UR_OK) {
        ur_ledger_result r;
        uint8_t hash[UR_SHA256_BYTES];
        UR_TRY(ur_ledger_submit(l, &r, hash, ur_sql_blob(s, 0), err));
        if (r.code == 0) {
            l->waiting[l->waiting_n - 1].kept = true;
        }
    }
    (void)sqlite3_finalize(s);
    l->unkept_n = 0;
    return st == UR_E_ABSENT ? UR_OK : st;
}

static ur_status open_parts(ur_ledger *l, ur_err *err)
{
    UR_TRY(ur_kv_open(&l->kv, l->db, err));
    UR_TRY(ur_chain_open(l, err));
    UR_TRY(ur_record_open(l, err));
    UR_TRY(ur_sql_prepare(l->db, &l->warp_put, "UPDATE ledger SET warp_ms = ?1, sum = ?2", err));
    UR_TRY(ur_sql_prepare(l->db, &l->wait_put, "INSERT INTO waiting(tx) VALUES(?2)", err));
    UR_TRY(ur_sql_prepare(l->db, &l->wait_clear, "DELETE FROM waiting", err));
    return l->without_tree ? UR_OK : ur_stores_open(&l->stores, l->db, l->tip.state, err);
}

static bool is_name(const char *s, size_t max, const char *more)
{
    size_t n = 0;
    for (; s[n] != '\0'; n++) {
        bool letter = (s[n] >= 'a' && s[n] <= 'z') || (s[n] >= '0' && s[n] <= '9') || (s[n] >= 'A' && s[n] <= 'Z');
        if (n == max || (!letter && strchr(more, s[n]) == NULL)) {
            return false;
        }
    }
    return n > 0;
}

static ur_status check_genesis(const ur_ledger_genesis *g, ur_err *err)
{
    if (!is_name(g->chain_id, UR_CHAIN_ID_MAX, "._-")) {
        return ur_err_set(err, UR_E_USAGE, "a chain id has 1 to %d of A-Z a-z 0-9 . _ -", UR_CHAIN_ID_MAX);
    }
    if (!is_name(g->prefix, UR_LEDGER_PREFIX_MAX, "") || !is_name(g->denom, UR_LEDGER_DENOM_MAX, "/:._-") || strlen(g->denom) < 3) {
        return ur_err_set(err, UR_E_USAGE, "a bech32 prefix has 1 to %d letters, a denomination 3 to %d", UR_LEDGER_PREFIX_MAX, UR_LEDGER_DENOM_MAX);
    }
    return UR_OK;
}

static ur_status put_ledger_row(ur_ledger *l, ur_span doc, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    uint8_t sum[UR_SHA256_BYTES];
    row_sum(l, sum);
    UR_TRY(ur_sql_prepare(l->db, &s, "INSERT INTO ledger VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)", err));
    const char *texts[] = {l->chain_id, l->prefix, l->denom};
    for (int i = 0; i < 3; i++) {
        (void)sqlite3_bind_text(s, 2 + i, texts[i], -1, SQLITE_STATIC);
    }
    ur_sql_bind_int(s, 1, FORMAT);
    ur_sql_bind_blob(s, 5, ur_span_of(l->seed, sizeof l->seed));
    ur_sql_bind_int(s, 6, (int64_t)l->gas_price_milli);
    ur_sql_bind_int(s, 7, l->first_time.s * 1000 + l->first_time.ns / 1000000);
    (void)sqlite3_bind_text(s, 8, (const char *)doc.p, (int)doc.n, SQLITE_STATIC);
    ur_sql_bind_int(s, 9, l->without_tree ? 0 : 1);
    ur_sql_bind_blob(s, 10, ur_span_of(sum, sizeof sum));
    ur_status st = ur_sql_run(s, err);
    (void)sqlite3_finalize(s);
    return st;
}

static ur_status take_genesis(ur_ledger *l, const ur_ledger_genesis *g, ur_err *err)
{
    ur_span doc;
    memcpy(l->chain_id, g->chain_id, strlen(g->chain_id) + 1); /* their lengths are checked */
    memcpy(l->prefix, g->prefix, strlen(g->prefix) + 1);
    memcpy(l->denom, g->denom, strlen(g->denom) + 1);
    memcpy(l->seed, g->validator_seed, sizeof l->seed);
    l->gas_price_milli = g->gas_price_milli;
    l->first_time = time_of_ms(l->clock->unix_ms(l->clock->context));
    UR_TRY(ur_state_genesis_json(l, &doc, g, l->first_time, err));
    ur_sha256_of(l->genesis_hash, doc);
    return put_ledger_row(l, doc, err);
}

static ur_status create_inside(ur_ledger *l, const ur_ledger_genesis *g, ur_err *err)
{
    static const ur_time at_once = {0, 0};
    UR_TRY(ur_sql_exec(l->db, tables, err));
    UR_TRY(ur_kv_prepare(l->db, err));
    UR_TRY(ur_chain_prepare(l->db, err));
    UR_TRY(ur_record_prepare(l->db, err));
    UR_TRY(ur_stores_prepare(l->db, err));
    UR_TRY(take_genesis(l, g, err));
    UR_TRY(open_parts(l, err));
    UR_TRY(ur_state_genesis(l, g, err));
    UR_TRY(make_block(l, l->first_time, at_once, err));
    return make_block(l, l->first_time, at_once, err);
}

static ur_status create(ur_ledger *l, const ur_ledger_genesis *g, ur_err *err)
{
    if (g == NULL) {
        return ur_err_set(err, UR_E_ABSENT, "there is no ledger yet");
    }
    UR_TRY(check_genesis(g, err));
    UR_TRY(ur_ledger_change(l, err));
    ur_status st = create_inside(l, g, err);
    if (st == UR_OK) {
        st = ur_sql_exec(l->db, "COMMIT", err);
    }
    return st; /* else closing rolls back: the file stays empty, which is no ledger yet */
}

static ur_status check_whole(ur_ledger *l, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    UR_TRY(ur_sql_prepare(l->db, &s, "PRAGMA quick_check(1)", err));
    ur_status st = ur_sql_row(s, err);
    if (st == UR_OK && !ur_span_eq_var(ur_sql_blob(s, 0), UR_SPAN_LIT("ok"))) {
        st = ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: restore a copy or begin a new one");
    }
    (void)sqlite3_finalize(s);
    return st;
}

static ur_status open_existing(ur_ledger *l, const ur_ledger_options *o, ur_err *err)
{
    UR_TRY(check_whole(l, err));
    UR_TRY(read_row(l, err));
    if (o->genesis != NULL && strcmp(o->genesis->chain_id, l->chain_id) != 0) {
        return ur_err_set(err, UR_E_STATE, "this is the ledger of chain %s, not %s", l->chain_id, o->genesis->chain_id);
    }
    if (o->without_tree != l->without_tree) {
        return ur_err_set(err, UR_E_STATE, "this ledger was made %s trees", l->without_tree ? "without" : "with");
    }
    UR_TRY(open_parts(l, err));
    if (l->tip.height < 2) {
        return ur_err_set(err, UR_E_INPUT, "the ledger's database is damaged: it has no blocks");
    }
    UR_TRY(ur_kv_check(&l->kv, err));
    UR_TRY(ur_state_check_tip(l, err));
    return load_waiting(l, err);
}

static ur_status open_file(ur_ledger *l, const ur_ledger_options *o, ur_err *err)
{
    if (o->path != NULL && o->genesis != NULL) {
        int fd = open(o->path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR); /* it holds a key, if only for tests */
        if (fd < 0 && errno != EEXIST) {
            return ur_err_system(err, errno, "cannot make the ledger's file");
        }
        if (fd >= 0) {
            (void)close(fd);
        }
    }
    int rc = sqlite3_open_v2(o->path == NULL ? ":memory:" : o->path, &l->db, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_CANTOPEN) {
        return ur_err_set(err, UR_E_ABSENT, "there is no ledger yet, or no right to open it");
    }
    return rc == SQLITE_OK ? ur_sql_exec(l->db, pragmas, err) : l->db == NULL ? ur_ledger_no_memory(err) : ur_sql_fail(l->db, err);
}

static ur_status open_all(ur_ledger *l, const ur_ledger_options *o, ur_err *err)
{
    int64_t id, things;
    UR_TRY(open_file(l, o, err));
    UR_TRY(number(l->db, &id, "PRAGMA application_id", err));
    UR_TRY(number(l->db, &things, "SELECT count(*) FROM sqlite_master", err));
    if (id == 0 && things == 0) {
        return create(l, o->genesis, err);
    }
    return id == APPLICATION_ID ? open_existing(l, o, err) : ur_err_set(err, UR_E_INPUT, "this file is no ledger, but another program's database");
}

ur_status ur_ledger_open(ur_ledger **out, const ur_ledger_options *o, ur_err *err)
{
    *out = NULL;
    ur_ledger *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return ur_ledger_no_memory(err);
    }
    l->vm = o->vm;
    l->clock = o->clock == NULL ? ur_clock_system() : o->clock;
    l->interval_ms = o->interval_ms;
    l->block_ms = o->block_ms == 0 ? BLOCK_MS_DEFAULT : o->block_ms;
    l->keep_states = o->keep_states == 0 ? KEEP_STATES_DEFAULT : o->keep_states;
    l->without_tree = o->without_tree;
    l->next_due_ms = l->clock->boot_ms(l->clock->context) + l->interval_ms;
    l->tx_layer.below = &l->block_layer;
    l->msg_layer.below = &l->tx_layer;
    ur_status st = open_all(l, o, err);
    if (st != UR_OK) {
        ur_ledger_close(&l);
        return ur_err_in(err, st, "ledger %s", o->path == NULL ? "in memory" : o->path);
    }
    *out = l;
    return UR_OK;
}

void ur_ledger_close(ur_ledger **ledger)
{
    ur_ledger *l = *ledger;
    if (l == NULL) {
        return;
    }
    drop_waiting(l);
    free(l->waiting);
    ur_kv_layer *layers[] = {&l->msg_layer, &l->tx_layer, &l->block_layer, &l->check_layer};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        ur_kv_layer_free(layers[i]);
    }
    ur_stores_close(&l->stores);
    ur_kv_close(&l->kv);
    ur_chain_close(l);
    ur_record_close(l);
    (void)sqlite3_finalize(l->warp_put);
    (void)sqlite3_finalize(l->wait_put);
    (void)sqlite3_finalize(l->wait_clear);
    (void)sqlite3_close_v2(l->db);
    ur_pool_free(&l->answer);
    ur_pool_free(&l->block_pool);
    ur_pool_free(&l->tx_pool);
    free(l);
    *ledger = NULL;
}

/* ---- what it is ---- */

void ur_ledger_status_of(const ur_ledger *l, ur_ledger_status *out)
{
    *out = (ur_ledger_status){.chain_id = l->chain_id, .prefix = l->prefix, .denom = l->denom, .height = l->tip.height, .first_height = 1,
                              .time = l->tip.time, .first_time = l->first_time, .validator = l->validator, .gas_price_milli = l->gas_price_milli,
                              .waiting = l->waiting_n, .warped_s = l->warp_ms / 1000};
    memcpy(out->block_hash, l->tip.id.hash.bytes, UR_SHA256_BYTES);
    memcpy(out->app_hash, l->tip.app, UR_SHA256_BYTES);
}

ur_status ur_ledger_genesis_json(ur_ledger *l, ur_span *out, ur_err *err)
{
    sqlite3_stmt *s = NULL;
    *out = (ur_span){0};
    ur_pool_reset(&l->answer);
    UR_TRY(ur_sql_prepare(l->db, &s, "SELECT genesis FROM ledger", err));
    ur_status st = ur_sql_row(s, err);
    if (st == UR_OK) {
        st = ur_pool_copy(&l->answer, out, ur_sql_blob(s, 0));
    }
    (void)sqlite3_finalize(s);
    return st;
}
