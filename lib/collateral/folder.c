/* Documents as files. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/codec/hex.h"
#include "lib/collateral/collateral.h"
#include "lib/os/file.h"

#define PATH_MAX_HERE 4096

static ur_status join(char out[PATH_MAX_HERE], const char *folder, const char *name, const char *end, ur_err *err)
{
    int n = snprintf(out, PATH_MAX_HERE, "%s/%s%s", folder, name, end);
    return n > 0 && n < PATH_MAX_HERE ? UR_OK : ur_err_set(err, UR_E_LIMIT, "the path is too long");
}

/* ---- export ---- */

static void stem(char out[UR_COLL_NAME_MAX + 8], const ur_coll_doc *doc)
{
    static const char *const before[UR_COLL_KINDS] = {"", "pck-", "qe-", "tcb-"};
    (void)snprintf(out, UR_COLL_NAME_MAX + 8, "%s%s", before[doc->kind], doc->name);
}

/* {"tcbInfo":…,"signature":"…"} with the exact signed text inside. */
static ur_status write_answer(const char *path, const ur_coll_doc *doc, ur_err *err)
{
    char hex[2 * UR_P256_SIG_BYTES];
    ur_file_out *f = NULL;
    const char *head = doc->kind == UR_COLL_TCB_INFO ? "{\"tcbInfo\":" : "{\"enclaveIdentity\":";
    if (doc->signature.n != UR_P256_SIG_BYTES) {
        return ur_err_set(err, UR_E_INTERNAL, "a signature of the wrong length was kept");
    }
    ur_hex_encode(hex, doc->signature);
    const ur_span parts[] = {ur_span_str_var(head), doc->body, UR_SPAN_LIT(",\"signature\":\""), ur_span_of(hex, sizeof hex),
                             UR_SPAN_LIT("\"}\n")};
    ur_status st = ur_file_out_begin(&f, path, UR_FILE_REPLACE, err);
    for (size_t i = 0; st == UR_OK && i < sizeof parts / sizeof parts[0]; i++) {
        st = ur_file_out_write(f, parts[i].p, parts[i].n, err);
    }
    if (st == UR_OK) {
        return ur_file_out_commit(&f, err);
    }
    ur_file_out_abort(&f);
    return st;
}

typedef struct {
    const char *folder;
    const uint8_t *root; /* only this one; NULL: any */
    uint8_t seen[UR_P256_KEY_BYTES];
    size_t count;
} export_job;

static ur_status export_one(void *context, const ur_coll_kept *kept, ur_err *err)
{
    export_job *job = context;
    const ur_coll_doc *doc = &kept->doc;
    char name[UR_COLL_NAME_MAX + 8], path[PATH_MAX_HERE];
    if (job->root != NULL && !ur_eq_var(job->root, doc->root, sizeof doc->root)) {
        return UR_OK;
    }
    if (job->count != 0 && !ur_eq_var(job->seen, doc->root, sizeof doc->root)) {
        return ur_err_set(err, UR_E_STATE, "the cache holds documents of several roots; say which with --root");
    }
    memcpy(job->seen, doc->root, sizeof doc->root);
    stem(name, doc);
    bool crl = doc->kind == UR_COLL_ROOT_CRL || doc->kind == UR_COLL_PCK_CRL;
    UR_TRY(join(path, job->folder, name, crl ? ".crl" : ".json", err));
    UR_TRY(crl ? ur_file_write(path, doc->body, UR_FILE_REPLACE, err) : write_answer(path, doc, err));
    if (doc->issuer_chain.n != 0) {
        UR_TRY(join(path, job->folder, name, ".pem", err));
        UR_TRY(ur_file_write(path, doc->issuer_chain, UR_FILE_REPLACE, err));
    }
    job->count++;
    return UR_OK;
}

ur_status ur_coll_cache_export(ur_coll_cache *cache, const char *folder, const uint8_t *root, size_t *out_count, ur_err *err)
{
    export_job job = {.folder = folder, .root = root};
    *out_count = 0;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return ur_err_system(err, errno, "cannot make the folder %s", folder);
    }
    ur_status st = ur_coll_cache_each(cache, export_one, &job, err);
    *out_count = job.count;
    return ur_err_in(err, st, "export to %s", folder);
}

/* ---- import ---- */

typedef struct {
    ur_coll_cache *cache;
    const ur_coll_trust *trust;
    int64_t now;
    ur_coll_import_count *count;
} import_job;

static ur_status put_counted(const import_job *job, ur_coll_doc *doc, ur_err *err)
{
    bool is_new;
    ur_status st = ur_coll_cache_put(job->cache, doc, job->trust, job->now, &is_new, err);
    if (st == UR_OK) {
        job->count->added += is_new ? 1 : 0;
        job->count->known += is_new ? 0 : 1;
    } else if (st == UR_E_STATE) {
        job->count->older++;
        ur_err_clear(err);
        st = UR_OK;
    }
    return st;
}

static ur_status import_set(const import_job *job, ur_span json, ur_err *err)
{
    ur_coll_set set;
    ur_coll_doc docs[UR_COLL_KINDS];
    ur_status st = ur_coll_set_read(&set, json, err);
    if (st == UR_OK) {
        ur_coll_set_docs(docs, &set);
        for (size_t i = 0; i < UR_COLL_KINDS && st == UR_OK; i++) {
            st = put_counted(job, &docs[i], err);
        }
    }
    ur_coll_set_free(&set);
    return st;
}

static ur_span trim_var(ur_span s)
{
    while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' ')) {
        s.n--;
    }
    return s;
}

typedef struct {
    ur_coll_kind kind;
    const char *before; /* how the file's name begins */
    const char *end;
} file_kind;

static const file_kind file_kinds[UR_COLL_KINDS] = {{UR_COLL_ROOT_CRL, "root", ".crl"},
                                                   {UR_COLL_PCK_CRL, "pck-", ".crl"},
                                                   {UR_COLL_QE_IDENTITY, "qe-", ".json"},
                                                   {UR_COLL_TCB_INFO, "tcb-", ".json"}};

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* One document's file, with the issuer chain beside it. */
static ur_status import_doc(const import_job *job, const file_kind *kind, const char *path, ur_span bytes, ur_err *err)
{
    char chain_path[PATH_MAX_HERE];
    uint8_t signature[UR_P256_SIG_BYTES];
    uint8_t *chain = NULL;
    size_t chain_len = 0;
    ur_coll_doc doc = {.kind = kind->kind, .body = bytes};
    ur_status st = UR_OK;
    if (kind->kind == UR_COLL_QE_IDENTITY || kind->kind == UR_COLL_TCB_INFO) {
        st = ur_pcs_answer_split(&doc.body, signature, trim_var(bytes));
        doc.signature = ur_span_of(signature, sizeof signature);
        st = st == UR_OK ? st : ur_err_set(err, st, "not an answer of a provisioning service");
    }
    if (st == UR_OK && kind->kind != UR_COLL_ROOT_CRL) {
        (void)snprintf(chain_path, sizeof chain_path, "%.*s.pem", (int)(strlen(path) - strlen(kind->end)), path);
        st = ur_file_read(&chain, &chain_len, chain_path, UR_PEM_CHAIN_MAX, err);
        doc.issuer_chain = ur_span_of(chain, chain_len);
    }
    if (st == UR_OK) {
        st = put_counted(job, &doc, err);
    }
    free(chain);
    return st;
}

static ur_status import_file(const import_job *job, const char *path, const char *name, ur_err *err)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    ur_status st = ur_file_read(&bytes, &n, path, UR_COLLATERAL_JSON_MAX, err);
    if (st != UR_OK) {
        return st;
    }
    ur_span span = ur_span_of(bytes, n);
    const file_kind *kind = NULL;
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        if (strncmp(name, file_kinds[i].before, strlen(file_kinds[i].before)) == 0 && ends_with(name, file_kinds[i].end)) {
            kind = &file_kinds[i];
        }
    }
    if (kind != NULL) {
        st = import_doc(job, kind, path, span, err);
    } else if (ends_with(name, ".json")) {
        st = import_set(job, span, err);
    } else if (!ends_with(name, ".pem")) {
        st = ur_err_set(err, UR_E_INPUT, "neither a set nor a document that collateral folders hold");
    }
    free(bytes);
    return ur_err_in(err, st, "%s", path);
}

static ur_status import_folder(const import_job *job, const char *folder, ur_err *err)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    ur_status st = count < 0 ? ur_err_system(err, errno, "cannot read %s", folder) : UR_OK;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX_HERE];
        if (st == UR_OK && names[i]->d_name[0] != '.') {
            st = join(path, folder, names[i]->d_name, "", err);
            st = st == UR_OK ? import_file(job, path, names[i]->d_name, err) : st;
        }
        free(names[i]);
    }
    free(names);
    return st;
}

ur_status ur_coll_cache_import(ur_coll_cache *cache, ur_coll_import_count *out, const char *path, const ur_coll_trust *trust,
                               int64_t now, ur_err *err)
{
    struct stat info;
    const import_job job = {cache, trust, now, out};
    uint8_t *bytes = NULL;
    size_t n;
    *out = (ur_coll_import_count){0};
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return import_folder(&job, path, err);
    }
    ur_status st = ur_file_read(&bytes, &n, path, UR_COLLATERAL_JSON_MAX, err);
    if (st == UR_OK) {
        st = ur_err_in(err, import_set(&job, ur_span_of(bytes, n), err), "%s", path);
    }
    free(bytes);
    return st;
}

/* ---- whatever --collateral names ---- */

static ur_status find_in_file(ur_coll_set *out, const char *path, ur_err *err)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    ur_status st = ur_file_read(&bytes, &n, path, UR_COLLATERAL_JSON_MAX, err);
    if (st == UR_OK) {
        st = ur_err_in(err, ur_coll_set_read(out, ur_span_of(bytes, n), err), "%s", path);
    }
    free(bytes);
    return st;
}

ur_status ur_coll_set_find(ur_coll_set *out, const char *path, const ur_coll_need *need, const ur_coll_trust *trust, int64_t now,
                           ur_err *err)
{
    struct stat info;
    ur_coll_cache *cache = NULL;
    ur_coll_import_count count;
    *out = (ur_coll_set){0};
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    if (!folder && ur_coll_cache_probe(path) != UR_OK) {
        return find_in_file(out, path, err);
    }
    ur_status st = ur_coll_cache_open(&cache, folder ? NULL : path, UR_COLL_CACHE_READ, err);
    if (st == UR_OK && folder) {
        st = ur_coll_cache_import(cache, &count, path, trust, now, err);
    }
    if (st == UR_OK) {
        st = ur_err_in(err, ur_coll_cache_set_any(cache, out, trust, need, err), "%s", path);
    }
    ur_coll_cache_close(&cache);
    return st;
}
