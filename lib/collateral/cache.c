/* The cache: one SQLite table, a row per document and root. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/codec/json.h"
#include "lib/collateral/collateral.h"
#include "lib/os/date.h"

#define APPLICATION_ID 0x75724331 /* "urC1" */

struct ur_coll_cache {
    sqlite3 *db;
    const char *name;
    char path[512];
};

static ur_status db_error(ur_coll_cache *c, ur_err *err)
{
    int code = sqlite3_errcode(c->db) & 0xff;
    ur_status st = code == SQLITE_NOMEM                                ? UR_E_MEMORY
                   : code == SQLITE_NOTADB || code == SQLITE_CORRUPT   ? UR_E_INPUT
                   : code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_AUTH ? UR_E_POLICY
                                                                       : UR_E_UNAVAILABLE;
    return ur_err_set(err, st, "collateral cache %s: %s", c->name, sqlite3_errmsg(c->db));
}

static ur_status run(ur_coll_cache *c, const char *sql, ur_err *err)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? UR_OK : db_error(c, err);
}

static ur_status read_pragma(ur_coll_cache *c, const char *sql, int64_t *out, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    *out = 0;
    ur_status st = sqlite3_prepare_v2(c->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW
                       ? UR_OK
                       : db_error(c, err);
    if (st == UR_OK) {
        *out = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return st;
}

static const char schema[] =
    "CREATE TABLE document (root BLOB NOT NULL CHECK (length(root) = 64), kind INTEGER NOT NULL, name TEXT NOT NULL,"
    " body BLOB NOT NULL, signature BLOB NOT NULL, chain BLOB NOT NULL,"
    " issued INTEGER NOT NULL, until INTEGER NOT NULL, number INTEGER NOT NULL, fetched INTEGER NOT NULL,"
    " PRIMARY KEY (root, kind, name)) WITHOUT ROWID;"
    /* What never goes back stands in the database too, whoever writes to it. */
    "CREATE TRIGGER forward BEFORE UPDATE ON document WHEN new.issued < old.issued OR new.number < old.number"
    " BEGIN SELECT RAISE(ABORT, 'a document would go back'); END;"
    "PRAGMA application_id = 1970422577; PRAGMA user_version = 1;";

static ur_status set_up(ur_coll_cache *c, ur_coll_cache_mode mode, ur_err *err)
{
    int64_t id, version, tables;
    UR_TRY(run(c, mode == UR_COLL_CACHE_WRITE ? "PRAGMA synchronous = FULL; BEGIN IMMEDIATE" : "BEGIN", err));
    UR_TRY(read_pragma(c, "PRAGMA application_id", &id, err));
    UR_TRY(read_pragma(c, "PRAGMA user_version", &version, err));
    UR_TRY(read_pragma(c, "SELECT count(*) FROM sqlite_master", &tables, err));
    if (id == 0 && version == 0 && tables == 0 && mode == UR_COLL_CACHE_WRITE) {
        UR_TRY(run(c, schema, err));
    } else if (id != APPLICATION_ID) {
        return ur_err_set(err, UR_E_INPUT, "%s is not a collateral cache", c->name);
    } else if (version != 1) {
        return ur_err_set(err, UR_E_INPUT, "collateral cache %s: made by a newer version", c->name);
    }
    return run(c, "COMMIT", err);
}

ur_status ur_coll_cache_open(ur_coll_cache **out, const char *path, ur_coll_cache_mode mode, ur_err *err)
{
    _Static_assert(APPLICATION_ID == 1970422577, "the schema says the same");
    int flags = mode == UR_COLL_CACHE_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    *out = NULL;
    if (path != NULL && strlen(path) >= sizeof((ur_coll_cache *)0)->path) {
        return ur_err_set(err, UR_E_LIMIT, "the path of the collateral cache is too long");
    }
    ur_coll_cache *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    (void)snprintf(c->path, sizeof c->path, "%s", path == NULL ? ":memory:" : path);
    c->name = c->path;
    if (path == NULL) {
        flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        mode = UR_COLL_CACHE_WRITE;
    }
    ur_status st = sqlite3_open_v2(c->path, &c->db, flags | SQLITE_OPEN_PRIVATECACHE, NULL) == SQLITE_OK
                       ? UR_OK
                       : db_error(c, err);
    if (st == UR_OK) {
        (void)sqlite3_busy_timeout(c->db, 10000);
        (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void)sqlite3_limit(c->db, SQLITE_LIMIT_LENGTH, 1 << 20);
        st = set_up(c, mode, err);
    }
    if (st != UR_OK) {
        ur_coll_cache_close(&c);
        return st;
    }
    *out = c;
    return UR_OK;
}

void ur_coll_cache_close(ur_coll_cache **cache)
{
    if (*cache != NULL) {
        (void)sqlite3_close((*cache)->db);
        free(*cache);
        *cache = NULL;
    }
}

ur_status ur_coll_cache_probe(const char *path)
{
    char head[16] = {0};
    FILE *f = fopen(path, "rb");
    size_t n = f == NULL ? 0 : fread(head, 1, sizeof head, f);
    if (f != NULL) {
        (void)fclose(f);
    }
    return n == sizeof head && ur_eq_var(head, "SQLite format 3", sizeof head) ? UR_OK : UR_E_INPUT;
}

/* ---- rows ---- */

static ur_span column(sqlite3_stmt *q, int i)
{
    const void *p = sqlite3_column_blob(q, i);
    return ur_span_of(p, (size_t)sqlite3_column_bytes(q, i));
}

static ur_span keep(uint8_t **at, ur_span s)
{
    ur_span kept = ur_span_of(*at, s.n);
    if (s.n != 0) {
        memcpy(*at, s.p, s.n);
    }
    *at += s.n;
    return kept;
}

#define ROW "root, kind, name, body, signature, chain, issued, until, number, fetched"

static ur_status row(ur_coll_kept *out, sqlite3_stmt *q)
{
    ur_span root = column(q, 0), name = column(q, 2), body = column(q, 3), signature = column(q, 4), chain = column(q, 5);
    int kind = sqlite3_column_int(q, 1);
    *out = (ur_coll_kept){0};
    if (kind < 0 || kind >= UR_COLL_KINDS || root.n != UR_P256_KEY_BYTES || name.n >= UR_COLL_NAME_MAX) {
        return UR_E_INPUT;
    }
    out->memory = malloc(body.n + signature.n + chain.n + 1);
    if (out->memory == NULL) {
        return UR_E_MEMORY;
    }
    uint8_t *at = out->memory;
    out->doc.kind = (ur_coll_kind)kind;
    memcpy(out->doc.root, root.p, sizeof out->doc.root);
    memcpy(out->doc.name, name.p, name.n);
    out->doc.body = keep(&at, body);
    out->doc.signature = keep(&at, signature);
    out->doc.issuer_chain = keep(&at, chain);
    out->doc.issued = sqlite3_column_int64(q, 6);
    out->doc.until = sqlite3_column_int64(q, 7);
    out->doc.number = sqlite3_column_int64(q, 8);
    out->fetched = sqlite3_column_int64(q, 9);
    return UR_OK;
}

void ur_coll_kept_free(ur_coll_kept *kept)
{
    free(kept->memory);
    *kept = (ur_coll_kept){0};
}

static bool bind_key(sqlite3_stmt *q, const uint8_t root[UR_P256_KEY_BYTES], ur_coll_kind kind, const char *name)
{
    return sqlite3_bind_blob(q, 1, root, UR_P256_KEY_BYTES, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_int(q, 2, (int)kind) == SQLITE_OK && sqlite3_bind_text(q, 3, name, -1, SQLITE_STATIC) == SQLITE_OK;
}

ur_status ur_coll_cache_get(ur_coll_cache *cache, ur_coll_kept *out, const uint8_t root[UR_P256_KEY_BYTES], ur_coll_kind kind,
                            const char *name, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    ur_status st = UR_OK;
    *out = (ur_coll_kept){0};
    int code = sqlite3_prepare_v2(cache->db, "SELECT " ROW " FROM document WHERE root = ? AND kind = ? AND name = ?", -1, &q, NULL);
    code = code == SQLITE_OK && bind_key(q, root, kind, name) ? sqlite3_step(q) : SQLITE_ERROR;
    if (code == SQLITE_ROW) {
        st = row(out, q);
        if (st != UR_OK) {
            (void)ur_err_set(err, st, "collateral cache %s: a row is malformed", cache->name);
        }
    } else if (code == SQLITE_DONE) {
        char title[UR_COLL_TITLE_MAX];
        ur_coll_doc wanted = {.kind = kind};
        (void)snprintf(wanted.name, sizeof wanted.name, "%s", name);
        ur_coll_doc_title(title, &wanted);
        st = ur_err_set(err, UR_E_ABSENT, "%s: not in the collateral at hand", title);
    } else {
        st = db_error(cache, err);
    }
    (void)sqlite3_finalize(q);
    return st;
}

ur_status ur_coll_cache_each(ur_coll_cache *cache, ur_coll_cache_visit visit, void *context, ur_err *err)
{
    sqlite3_stmt *q = NULL;
    ur_status st = UR_OK;
    if (sqlite3_prepare_v2(cache->db, "SELECT " ROW " FROM document ORDER BY root, kind, name", -1, &q, NULL) != SQLITE_OK) {
        return db_error(cache, err);
    }
    while (st == UR_OK) {
        int code = sqlite3_step(q);
        if (code == SQLITE_DONE) {
            break;
        }
        ur_coll_kept kept = {0};
        st = code == SQLITE_ROW ? row(&kept, q) : db_error(cache, err);
        if (st == UR_OK) {
            st = visit(context, &kept, err);
        }
        ur_coll_kept_free(&kept);
    }
    (void)sqlite3_finalize(q);
    return st;
}

/* ---- putting ---- */

static ur_status write_row(ur_coll_cache *c, const ur_coll_doc *doc, int64_t now, ur_err *err)
{
    static const char sql[] =
        "INSERT INTO document (" ROW ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, signature = excluded.signature, chain = excluded.chain,"
        " issued = excluded.issued, until = excluded.until, number = excluded.number, fetched = excluded.fetched";
    sqlite3_stmt *q = NULL;
    const ur_span blobs[3] = {doc->body, doc->signature, doc->issuer_chain};
    bool ok = sqlite3_prepare_v2(c->db, sql, -1, &q, NULL) == SQLITE_OK && bind_key(q, doc->root, doc->kind, doc->name);
    for (int i = 0; ok && i < 3; i++) { /* an empty BLOB, not NULL, for an empty span */
        ok = sqlite3_bind_blob64(q, 4 + i, blobs[i].n == 0 ? (const void *)"" : blobs[i].p, blobs[i].n, SQLITE_STATIC) == SQLITE_OK;
    }
    const int64_t numbers[4] = {doc->issued, doc->until, doc->number, now};
    for (int i = 0; ok && i < 4; i++) {
        ok = sqlite3_bind_int64(q, 7 + i, numbers[i]) == SQLITE_OK;
    }
    ur_status st = ok && sqlite3_step(q) == SQLITE_DONE ? UR_OK : db_error(c, err);
    (void)sqlite3_finalize(q);
    return st;
}

static ur_status compare(const ur_coll_doc *doc, const ur_coll_doc *had, bool *out_same, ur_err *err)
{
    char title[UR_COLL_TITLE_MAX], old[UR_DATE_TEXT_MAX], new[UR_DATE_TEXT_MAX];
    ur_coll_doc_title(title, doc);
    *out_same = ur_span_eq_var(doc->body, had->body);
    if (doc->issued < had->issued) {
        ur_date_text(old, had->issued);
        ur_date_text(new, doc->issued);
        return ur_err_set(err, UR_E_STATE, "%s: issued %s, but one issued %s is at hand; it does not go back", title, new, old);
    }
    if (doc->number < had->number) {
        return ur_err_set(err, UR_E_STATE, "%s: %s number %lld, but %lld is at hand; it does not go back", title,
                          doc->kind <= UR_COLL_PCK_CRL ? "CRL" : "evaluation", (long long)doc->number,
                          (long long)had->number);
    }
    return UR_OK;
}

static ur_status put_checked(ur_coll_cache *cache, const ur_coll_doc *doc, int64_t now, bool *out_same, ur_err *err)
{
    ur_coll_kept had;
    ur_status st = ur_coll_cache_get(cache, &had, doc->root, doc->kind, doc->name, err);
    if (st == UR_OK) {
        st = compare(doc, &had.doc, out_same, err);
    } else if (st == UR_E_ABSENT) {
        ur_err_clear(err);
        st = UR_OK;
    }
    ur_coll_kept_free(&had);
    return st == UR_OK ? write_row(cache, doc, now, err) : st;
}

/* The signer is in its time, and not on the root's list as far as we have it. Otherwise a stolen and revoked signing key could
 * still put documents from the future in the way of the true ones. */
static ur_status judge_signer(ur_coll_cache *cache, const ur_coll_doc *doc, int64_t now, ur_err *err)
{
    char title[UR_COLL_TITLE_MAX];
    ur_coll_kept list;
    ur_crl crl;
    ur_coll_doc_title(title, doc);
    if (doc->kind == UR_COLL_ROOT_CRL) {
        return UR_OK;
    }
    if (now < doc->signer_from || now > doc->signer_until) {
        return ur_err_set(err, UR_E_PROOF, "%s: its signer's certificate is not valid at this time", title);
    }
    ur_status st = ur_coll_cache_get(cache, &list, doc->root, UR_COLL_ROOT_CRL, "root", err);
    if (st == UR_OK && ur_crl_parse(&crl, list.doc.body) == UR_OK &&
        ur_crl_lists(&crl, ur_span_of(doc->signer_serial, doc->signer_serial_len))) {
        st = ur_err_set(err, UR_E_PROOF, "%s: its signer's certificate is revoked", title);
    } else if (st == UR_E_ABSENT) {
        ur_err_clear(err);
        st = UR_OK;
    }
    ur_coll_kept_free(&list);
    return st;
}

ur_status ur_coll_cache_put(ur_coll_cache *cache, ur_coll_doc *doc, const ur_coll_trust *trust, int64_t now, bool *out_new,
                            ur_err *err)
{
    bool same = false;
    if (out_new != NULL) {
        *out_new = false;
    }
    UR_TRY(ur_coll_doc_check(doc, trust, err));
    UR_TRY(run(cache, "BEGIN IMMEDIATE", err));
    ur_status st = judge_signer(cache, doc, now, err);
    if (st == UR_OK) {
        st = put_checked(cache, doc, now, &same, err);
    }
    if (st == UR_OK) {
        st = run(cache, "COMMIT", err);
    }
    if (st != UR_OK) {
        (void)sqlite3_exec(cache->db, "ROLLBACK", NULL, NULL, NULL);
    } else if (out_new != NULL) {
        *out_new = !same;
    }
    return st;
}

ur_status ur_coll_cache_put_set(ur_coll_cache *cache, const ur_coll_set *set, const ur_coll_trust *trust, int64_t now, ur_err *err)
{
    ur_coll_doc docs[UR_COLL_KINDS];
    ur_coll_set_docs(docs, set);
    for (size_t i = 0; i < UR_COLL_KINDS; i++) { /* all or nothing as far as signatures go */
        UR_TRY(ur_coll_doc_check(&docs[i], trust, err));
    }
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        UR_TRY(ur_coll_cache_put(cache, &docs[i], trust, now, NULL, err));
    }
    return UR_OK;
}

/* ---- sets ---- */

static void put_span(ur_json_writer *j, const char *key, ur_span s)
{
    ur_json_key(j, key);
    ur_json_put_string(j, s);
}

static void put_bytes(ur_json_writer *j, const char *key, ur_span s)
{
    ur_json_key(j, key);
    ur_json_put_hex(j, s);
}

static ur_status set_of_docs(ur_coll_set *out, const ur_coll_kept kept[UR_COLL_KINDS], ur_err *err)
{
    const ur_coll_doc *root = &kept[UR_COLL_ROOT_CRL].doc, *pck = &kept[UR_COLL_PCK_CRL].doc;
    const ur_coll_doc *qe = &kept[UR_COLL_QE_IDENTITY].doc, *tcb = &kept[UR_COLL_TCB_INFO].doc;
    uint8_t *text = malloc(UR_COLLATERAL_JSON_MAX);
    ur_writer w;
    ur_json_writer j;
    ur_span json;
    if (text == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    ur_writer_init(&w, text, UR_COLLATERAL_JSON_MAX);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    put_bytes(&j, "pck_crl", pck->body);
    put_span(&j, "pck_crl_issuer_chain", pck->issuer_chain);
    put_span(&j, "qe_identity", qe->body);
    put_span(&j, "qe_identity_issuer_chain", qe->issuer_chain);
    put_bytes(&j, "qe_identity_signature", qe->signature);
    put_bytes(&j, "root_ca_crl", root->body);
    put_span(&j, "tcb_info", tcb->body);
    put_span(&j, "tcb_info_issuer_chain", tcb->issuer_chain);
    put_bytes(&j, "tcb_info_signature", tcb->signature);
    ur_json_end_object(&j);
    ur_status st = ur_json_writer_end(&j, &json);
    st = st == UR_OK ? ur_coll_set_read(out, json, err) : ur_err_set(err, st, "the set is too large");
    free(text);
    return st;
}

ur_status ur_coll_cache_set(ur_coll_cache *cache, ur_coll_set *out, const uint8_t root[UR_P256_KEY_BYTES],
                            const ur_coll_need *need, ur_err *err)
{
    ur_coll_kept kept[UR_COLL_KINDS] = {0};
    char tcb[UR_COLL_NAME_MAX];
    ur_coll_need plain = *need;
    plain.processor_ca = false;
    ur_coll_need_text(tcb, &plain);
    const char *names[UR_COLL_KINDS] = {"root", need->processor_ca ? "processor" : "platform",
                                       need->tee == UR_TEE_TDX ? "tdx" : "sgx", tcb};
    ur_status st = UR_OK;
    *out = (ur_coll_set){0};
    for (size_t i = 0; i < UR_COLL_KINDS && st == UR_OK; i++) {
        st = ur_coll_cache_get(cache, &kept[i], root, (ur_coll_kind)i, names[i], err);
    }
    if (st == UR_OK) {
        st = set_of_docs(out, kept, err);
    }
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        ur_coll_kept_free(&kept[i]);
    }
    return st;
}

ur_status ur_coll_cache_set_any(ur_coll_cache *cache, ur_coll_set *out, const ur_coll_trust *trust, const ur_coll_need *need,
                                ur_err *err)
{
    ur_status st = UR_E_ABSENT;
    for (size_t i = 0; i < trust->root_count && st == UR_E_ABSENT; i++) {
        st = ur_coll_cache_set(cache, out, trust->roots[i].key, need, err);
    }
    return st;
}
