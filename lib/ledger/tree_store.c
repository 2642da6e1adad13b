/* Rows: nodes under ids, roots under tree and version, and which nodes became unreachable when. */
#include "lib/ledger/tree_parts.h"

#include <stdlib.h>

#include "core/codec/pb.h"

ur_status ur_tree_prepare(sqlite3 *db, ur_err *err)
{
    static const char tables[] =
        "CREATE TABLE IF NOT EXISTS tree_node(id INTEGER PRIMARY KEY, body BLOB NOT NULL);"
        "CREATE TABLE IF NOT EXISTS tree_root(tree TEXT NOT NULL, version INTEGER NOT NULL, id INTEGER NOT NULL,"
        " height INTEGER NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(tree, version)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS tree_orphan(tree TEXT NOT NULL, removed INTEGER NOT NULL, ids BLOB NOT NULL,"
        " PRIMARY KEY(tree, removed)) WITHOUT ROWID;";
    if (sqlite3_exec(db, tables, NULL, NULL, NULL) != SQLITE_OK) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "cannot make the tree's tables: %s", sqlite3_errmsg(db));
    }
    return UR_OK;
}

static ur_status fail(const ur_tree_store *s, ur_err *err)
{
    return ur_err_set(err, UR_E_UNAVAILABLE, "tree storage: %s", sqlite3_errmsg(s->db));
}

ur_status ur_tree_store_open(ur_tree_store *s, sqlite3 *db, ur_err *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&s->node_get, "SELECT body FROM tree_node WHERE id = ?1"},
        {&s->node_put, "INSERT INTO tree_node(body) VALUES(?1)"},
        {&s->node_delete, "DELETE FROM tree_node WHERE id = ?1"},
        {&s->orphan_put, "INSERT OR REPLACE INTO tree_orphan(tree, removed, ids) VALUES(?1, ?2, ?3)"},
        {&s->orphan_list, "SELECT removed, ids FROM tree_orphan WHERE tree = ?1 AND removed <= ?2 ORDER BY removed LIMIT 1"},
        {&s->orphan_delete, "DELETE FROM tree_orphan WHERE tree = ?1 AND removed = ?2"},
        {&s->root_get, "SELECT version, id, height, size, hash FROM tree_root WHERE tree = ?1 AND version = ?2"},
        {&s->root_last, "SELECT version, id, height, size, hash FROM tree_root WHERE tree = ?1"
                        " ORDER BY version DESC LIMIT 1"},
        {&s->root_put, "INSERT INTO tree_root(tree, version, id, height, size, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
        {&s->root_delete, "DELETE FROM tree_root WHERE tree = ?1 AND version < ?2"},
    };
    memset(s, 0, sizeof *s);
    s->db = db;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (sqlite3_prepare_v3(db, all[i].sql, -1, SQLITE_PREPARE_PERSISTENT, all[i].statement, NULL) != SQLITE_OK) {
            ur_status st = fail(s, err);
            ur_tree_store_close(s);
            return st;
        }
    }
    return UR_OK;
}

void ur_tree_store_close(ur_tree_store *s)
{
    sqlite3_stmt *all[] = {s->node_get,    s->node_put,      s->node_delete, s->orphan_put, s->orphan_list,
                           s->orphan_delete, s->root_get, s->root_put,    s->root_last,  s->root_delete};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        (void)sqlite3_finalize(all[i]);
    }
    memset(s, 0, sizeof *s);
}

/* Run a statement that gives no row. */
static ur_status run(const ur_tree_store *s, sqlite3_stmt *q, ur_err *err)
{
    int rc = sqlite3_step(q);
    ur_status st = rc == SQLITE_DONE ? UR_OK : fail(s, err);
    (void)sqlite3_reset(q);
    return st;
}

static bool bind_text(sqlite3_stmt *q, int at, const char *text)
{
    return sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC) == SQLITE_OK;
}

static bool bind_u64(sqlite3_stmt *q, int at, uint64_t x)
{
    return sqlite3_bind_int64(q, at, (sqlite3_int64)x) == SQLITE_OK;
}

/* ---- nodes: height | version | size | key | (value, or left | right) | check ---- */

enum { CHECK_BYTES = 8 };

/* What says that a row is whole and stands under the right link: a node's own hash does not cover the key of an inner node
 * nor where its children are. */
static void check_of(uint8_t out[CHECK_BYTES], ur_span body, const uint8_t hash[UR_SHA256_BYTES])
{
    uint8_t digest[UR_SHA256_BYTES];
    ur_sha256 h;
    ur_sha256_init(&h);
    ur_sha256_update(&h, hash, UR_SHA256_BYTES);
    ur_sha256_update(&h, body.p, body.n);
    ur_sha256_final(&h, digest);
    memcpy(out, digest, CHECK_BYTES);
}

static void write_link(ur_writer *w, const ur_tree_link *l)
{
    ur_pb_write_varint(w, l->id);
    ur_writer_u8(w, l->height);
    ur_pb_write_varint(w, l->size);
    ur_writer_bytes(w, l->hash, sizeof l->hash);
}

static ur_status read_link(ur_reader *r, ur_tree_link *l)
{
    UR_TRY(ur_pb_varint_var(r, &l->id, UR_PB_CANONICAL));
    UR_TRY(ur_reader_u8(r, &l->height));
    UR_TRY(ur_pb_varint_var(r, &l->size, UR_PB_CANONICAL));
    UR_TRY(ur_reader_copy(r, l->hash, sizeof l->hash));
    return l->id != 0 && l->size != 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_block(ur_reader *r, ur_span *out, size_t max)
{
    uint64_t n;
    UR_TRY(ur_pb_varint_var(r, &n, UR_PB_CANONICAL));
    return n >= 1 && n <= max ? ur_reader_bytes(r, out, (size_t)n) : UR_E_INPUT;
}

static ur_status read_body(ur_tree_node **out, ur_span body)
{
    ur_tree_node head = {0};
    ur_span key, value = {0};
    ur_reader r;
    ur_reader_init(&r, body);
    UR_TRY(ur_reader_u8(&r, &head.height));
    UR_TRY(ur_pb_varint_var(&r, &head.version, UR_PB_CANONICAL));
    UR_TRY(ur_pb_varint_var(&r, &head.size, UR_PB_CANONICAL));
    UR_TRY(read_block(&r, &key, UR_TREE_KEY_MAX));
    if (head.height == 0) {
        UR_TRY(read_block(&r, &value, UR_TREE_VALUE_MAX));
    } else {
        UR_TRY(read_link(&r, &head.left));
        UR_TRY(read_link(&r, &head.right));
    }
    UR_TRY(ur_reader_end(&r));
    ur_tree_node *n = ur_tree_node_new(key, value);
    if (n == NULL) {
        return UR_E_MEMORY;
    }
    n->height = head.height;
    n->version = head.version;
    n->size = head.size;
    n->left = head.left;
    n->right = head.right;
    *out = n;
    return UR_OK;
}

static ur_status read_node(ur_tree_node **out, ur_span row, const ur_tree_link *l)
{
    uint8_t check[CHECK_BYTES];
    if (row.n < CHECK_BYTES) {
        return UR_E_INPUT;
    }
    ur_span body = ur_span_of(row.p, row.n - CHECK_BYTES);
    check_of(check, body, l->hash);
    if (!ur_eq_var(check, row.p + body.n, sizeof check)) {
        return UR_E_INPUT;
    }
    UR_TRY(read_body(out, body));
    (*out)->id = l->id;
    if ((*out)->height != l->height || (*out)->size != l->size) {
        free(*out);
        *out = NULL;
        return UR_E_INPUT;
    }
    return UR_OK;
}

ur_status ur_tree_store_load(ur_tree_store *s, ur_tree_node **out, const ur_tree_link *l, ur_err *err)
{
    sqlite3_stmt *q = s->node_get;
    ur_status st = UR_OK;
    *out = NULL;
    int rc = bind_u64(q, 1, l->id) ? sqlite3_step(q) : SQLITE_ERROR;
    if (rc == SQLITE_ROW) {
        const void *body = sqlite3_column_blob(q, 0);
        st = read_node(out, ur_span_of(body, (size_t)sqlite3_column_bytes(q, 0)), l);
    } else {
        st = rc == SQLITE_DONE ? UR_E_INPUT : fail(s, err);
    }
    if (st == UR_E_INPUT) {
        st = ur_err_set(err, st, "tree storage: node %llu is missing or damaged", (unsigned long long)l->id);
    }
    (void)sqlite3_reset(q);
    return st;
}

ur_status ur_tree_store_insert(ur_tree_store *s, ur_tree_node *n, const uint8_t hash[UR_SHA256_BYTES], ur_err *err)
{
    size_t cap = 128 + n->key_n + n->value_n + 2 * sizeof(ur_tree_link);
    uint8_t small[1024];
    uint8_t *buf = cap <= sizeof small ? small : malloc(cap);
    uint8_t check[CHECK_BYTES];
    ur_writer w;
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for a node of the tree");
    }
    ur_writer_init(&w, buf, cap);
    ur_writer_u8(&w, n->height);
    ur_pb_write_varint(&w, n->version);
    ur_pb_write_varint(&w, n->size);
    ur_pb_write_varint(&w, n->key_n);
    ur_writer_bytes(&w, n->key, n->key_n);
    if (n->height == 0) {
        ur_pb_write_varint(&w, n->value_n);
        ur_writer_bytes(&w, n->value, n->value_n);
    } else {
        write_link(&w, &n->left);
        write_link(&w, &n->right);
    }
    check_of(check, ur_span_of(buf, w.n), hash);
    ur_writer_bytes(&w, check, sizeof check);
    ur_status st = ur_writer_end(&w, NULL);
    if (st == UR_OK) {
        st = sqlite3_bind_blob(s->node_put, 1, buf, (int)w.n, SQLITE_STATIC) == SQLITE_OK ? run(s, s->node_put, err)
                                                                                        : fail(s, err);
    }
    (void)sqlite3_clear_bindings(s->node_put);
    if (st == UR_OK) {
        n->id = (uint64_t)sqlite3_last_insert_rowid(s->db);
    }
    if (buf != small) {
        free(buf);
    }
    return st;
}

ur_status ur_tree_store_delete(ur_tree_store *s, uint64_t id, ur_err *err)
{
    return bind_u64(s->node_delete, 1, id) ? run(s, s->node_delete, err) : fail(s, err);
}

/* ---- roots ---- */

ur_status ur_tree_store_put_root(ur_tree_store *s, const char *name, uint64_t version, const ur_tree_link *l,
                                 ur_err *err)
{
    sqlite3_stmt *q = s->root_put;
    if (!bind_text(q, 1, name) || !bind_u64(q, 2, version) || !bind_u64(q, 3, l->id) ||
        !bind_u64(q, 4, l->height) || !bind_u64(q, 5, l->size) ||
        sqlite3_bind_blob(q, 6, l->hash, sizeof l->hash, SQLITE_STATIC) != SQLITE_OK) {
        return fail(s, err);
    }
    return run(s, q, err);
}

static ur_status read_root(sqlite3_stmt *q, uint64_t *version, ur_tree_link *out)
{
    sqlite3_int64 height = sqlite3_column_int64(q, 2);
    *version = (uint64_t)sqlite3_column_int64(q, 0);
    out->id = (uint64_t)sqlite3_column_int64(q, 1);
    out->size = (uint64_t)sqlite3_column_int64(q, 3);
    if (sqlite3_column_bytes(q, 4) != UR_SHA256_BYTES || height < 0 || height > UR_TREE_HEIGHT_MAX ||
        *version > INT64_MAX || (out->id == 0) != (out->size == 0)) {
        return UR_E_INPUT;
    }
    out->height = (uint8_t)height;
    memcpy(out->hash, sqlite3_column_blob(q, 4), UR_SHA256_BYTES);
    return UR_OK;
}

static ur_status query_root(const ur_tree_store *s, sqlite3_stmt *q, uint64_t *version, ur_tree_link *out, ur_err *err)
{
    ur_status st;
    memset(out, 0, sizeof *out);
    *version = 0;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW) {
        st = read_root(q, version, out);
        if (st != UR_OK) {
            st = ur_err_set(err, st, "tree storage: a root is damaged");
        }
    } else {
        st = rc == SQLITE_DONE ? UR_E_ABSENT : fail(s, err);
    }
    (void)sqlite3_reset(q);
    if (st != UR_OK) {
        memset(out, 0, sizeof *out);
        *version = 0;
    }
    return st;
}

ur_status ur_tree_store_get_root(ur_tree_store *s, const char *name, uint64_t version, ur_tree_link *out, ur_err *err)
{
    uint64_t found;
    if (!bind_text(s->root_get, 1, name) || !bind_u64(s->root_get, 2, version)) {
        return fail(s, err);
    }
    ur_status st = query_root(s, s->root_get, &found, out, err);
    return st == UR_E_ABSENT ? ur_err_set(err, UR_E_UNAVAILABLE, "version %llu is not kept", (unsigned long long)version)
                             : st;
}

ur_status ur_tree_store_last_root(ur_tree_store *s, const char *name, uint64_t *version, ur_tree_link *out, ur_err *err)
{
    if (!bind_text(s->root_last, 1, name)) {
        return fail(s, err);
    }
    ur_status st = query_root(s, s->root_last, version, out, err);
    return st == UR_E_ABSENT ? UR_OK : st;
}

ur_status ur_tree_store_delete_roots(ur_tree_store *s, const char *name, uint64_t below, ur_err *err)
{
    return bind_text(s->root_delete, 1, name) && bind_u64(s->root_delete, 2, below) ? run(s, s->root_delete, err)
                                                                                   : fail(s, err);
}

/* ---- orphans: all that a version left behind in one row, 8 bytes each ---- */

enum { ID_BYTES = 8 };

static ur_status put_ids(ur_tree_store *s, const char *name, uint64_t removed, ur_span ids, ur_err *err)
{
    sqlite3_stmt *q = s->orphan_put;
    bool bound = bind_text(q, 1, name) && bind_u64(q, 2, removed) && sqlite3_bind_blob64(q, 3, ids.p, ids.n, SQLITE_STATIC) == SQLITE_OK;
    return bound ? run(s, q, err) : fail(s, err);
}

ur_status ur_tree_store_put_orphans(ur_tree_store *s, const char *name, uint64_t removed, const uint64_t *ids, size_t n, ur_err *err)
{
    uint8_t *bytes = n == 0 ? NULL : malloc(n * ID_BYTES);
    ur_writer w;
    if (n == 0) {
        return UR_OK;
    }
    if (bytes == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", name);
    }
    ur_writer_init(&w, bytes, n * ID_BYTES);
    for (size_t i = 0; i < n; i++) {
        ur_writer_u64be(&w, ids[i]);
    }
    ur_status st = put_ids(s, name, removed, ur_span_of(bytes, w.n), err);
    free(bytes);
    return st;
}

/* The ids of a row, as many as there is room for; the others are put back. */
static ur_status take_row(ur_tree_store *s, const char *name, uint64_t removed, ur_span row, uint64_t *ids, size_t max, size_t *n, ur_err *err)
{
    ur_reader r;
    ur_reader_init(&r, row);
    if (row.n == 0 || row.n % ID_BYTES != 0) {
        return ur_err_set(err, UR_E_INPUT, "tree storage: what version %llu left behind is damaged", (unsigned long long)removed);
    }
    while (*n < max && ur_reader_left(&r) > 0) {
        UR_TRY(ur_reader_u64be(&r, &ids[(*n)++]));
    }
    if (ur_reader_left(&r) > 0) {
        return put_ids(s, name, removed, ur_span_of(row.p + r.at, ur_reader_left(&r)), err);
    }
    return bind_text(s->orphan_delete, 1, name) && bind_u64(s->orphan_delete, 2, removed) ? run(s, s->orphan_delete, err) : fail(s, err);
}

/* A copy of the first row up to version `keep`: what it lies in changes when the row does. UR_E_ABSENT without one. */
static ur_status first_row(ur_tree_store *s, const char *name, uint64_t keep, uint64_t *removed, uint8_t **copy, size_t *n, ur_err *err)
{
    sqlite3_stmt *q = s->orphan_list;
    ur_status st = UR_OK;
    int rc = bind_text(q, 1, name) && bind_u64(q, 2, keep) ? sqlite3_step(q) : SQLITE_ERROR;
    if (rc != SQLITE_ROW) {
        st = rc == SQLITE_DONE ? UR_E_ABSENT : fail(s, err);
    } else {
        *removed = (uint64_t)sqlite3_column_int64(q, 0);
        *n = (size_t)sqlite3_column_bytes(q, 1);
        *copy = malloc(*n + 1);
        if (*copy == NULL) {
            st = ur_err_set(err, UR_E_MEMORY, "no memory for tree %s", name);
        } else if (*n > 0) {
            memcpy(*copy, sqlite3_column_blob(q, 1), *n);
        }
    }
    (void)sqlite3_reset(q);
    return st;
}

ur_status ur_tree_store_take_orphans(ur_tree_store *s, const char *name, uint64_t keep, uint64_t *ids, size_t max,
                                     size_t *n, ur_err *err)
{
    ur_status st = UR_OK;
    *n = 0;
    while (st == UR_OK && *n < max) {
        uint64_t removed = 0;
        uint8_t *row = NULL;
        size_t row_n = 0;
        st = first_row(s, name, keep, &removed, &row, &row_n, err);
        if (st == UR_OK) {
            st = take_row(s, name, removed, ur_span_of(row, row_n), ids, max, n, err);
        }
        free(row);
    }
    return st == UR_E_ABSENT ? UR_OK : st;
}
