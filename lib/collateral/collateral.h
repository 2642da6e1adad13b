/* What a quote needs beside itself: TCB info, QE identity and revocation lists, each a signed document with a date. They
 * are fetched from a PCS-compatible server, imported from files, and kept in a cache that never goes back: whoever serves
 * them can withhold, but not replace what we have by something older.
 *
 * Documents authenticate themselves, so any mirror will do. Nothing enters the cache before its signature has been checked
 * up to a named root; otherwise a mirror could forge a document "from the future" and lock out the true ones for ever. The
 * quote verifier checks everything again, dates and revocation included. */
#ifndef UR_LIB_COLLATERAL_COLLATERAL_H
#define UR_LIB_COLLATERAL_COLLATERAL_H

#include "core/attest/verify.h"
#include "lib/net/http_client.h"
#include "lib/os/err.h"

/* ---- documents ---- */

typedef enum ur_coll_kind {
    UR_COLL_ROOT_CRL,    /* name "root" */
    UR_COLL_PCK_CRL,     /* name "platform" or "processor" */
    UR_COLL_QE_IDENTITY, /* name "sgx" or "tdx" */
    UR_COLL_TCB_INFO,    /* name "sgx-" or "tdx-" and the FMSPC in upper-case hex: "tdx-90C06F000000" */
    UR_COLL_KINDS
} ur_coll_kind;

#define UR_COLL_NAME_MAX 32
#define UR_COLL_SERIAL_MAX 20

typedef struct ur_coll_doc {
    ur_coll_kind kind;
    char name[UR_COLL_NAME_MAX];
    ur_span body;         /* DER of a list; the exact signed text of the others */
    ur_span signature;    /* 64 octets for TCB info and QE identity; else empty */
    ur_span issuer_chain; /* PEM, signer first, root last; empty for the root's list */
    /* Filled in by ur_coll_doc_check: */
    uint8_t root[UR_P256_KEY_BYTES]; /* the key it is verified under */
    int64_t issued;                  /* issueDate or thisUpdate, Unix seconds */
    int64_t until;                   /* nextUpdate, inclusive */
    int64_t number;                  /* evaluation number or CRL number */
    int64_t signer_from;             /* validity of the signer's certificate, inclusive; 0 for the root's list */
    int64_t signer_until;
    uint8_t signer_serial[UR_COLL_SERIAL_MAX];
    size_t signer_serial_len;
} ur_coll_doc;

/* "root CRL", "PCK CRL of the platform CA", "TCB info tdx-90C06F000000" and so on. */
#define UR_COLL_TITLE_MAX 64
void ur_coll_doc_title(char out[UR_COLL_TITLE_MAX], const ur_coll_doc *doc);

typedef struct ur_coll_trust {
    const ur_attest_ops *ops;
    const ur_attest_root *roots;
    size_t root_count;
} ur_coll_trust;

/* Read the body, find its name and dates, check its signature and its signer's role and certificate up to one of the roots.
 * Dates are not judged. UR_E_INPUT malformed, UR_E_PROOF does not verify, UR_E_LIMIT. */
UR_MUST_USE ur_status ur_coll_doc_check(ur_coll_doc *doc, const ur_coll_trust *trust, ur_err *err);

/* UR_OK if the document is in force at `now`; else UR_E_UNAVAILABLE and "TCB info tdx-…: was good until 2026-…", with
 * what to do about it. */
UR_MUST_USE ur_status ur_coll_doc_in_force(const ur_coll_doc *doc, int64_t now, ur_err *err);

/* ---- sets: all that one quote needs, as one JSON text ---- */

typedef struct ur_coll_set {
    uint8_t *json; /* ur_collateral_parse describes the form */
    size_t json_len;
    uint8_t *buffer;
    ur_collateral parts;  /* borrowed from json and buffer */
    ur_span pck_crl_issuer_chain; /* the same; may be empty */
} ur_coll_set;

/* Copies json. Free with ur_coll_set_free either way. */
UR_MUST_USE ur_status ur_coll_set_read(ur_coll_set *out, ur_span json, ur_err *err);
void ur_coll_set_free(ur_coll_set *set);
/* The set's four documents, unchecked; spans are borrowed from the set. The PCK list's issuer chain is taken from the PCK
 * chain when the set has no other. */
void ur_coll_set_docs(ur_coll_doc out[UR_COLL_KINDS], const ur_coll_set *set);

/* What a quote needs, read from the quote itself: TEE, FMSPC, and which CA issued the PCK certificate. */
typedef struct ur_coll_need {
    uint32_t tee; /* UR_TEE_… */
    uint8_t fmspc[6];
    bool processor_ca;
} ur_coll_need;
/* UR_E_ABSENT if the quote carries no certificate chain. */
UR_MUST_USE ur_status ur_coll_need_of_quote(ur_coll_need *out, ur_span quote, ur_err *err);
/* "tdx-90C06F000000" or "tdx-90C06F000000-processor". */
void ur_coll_need_text(char out[UR_COLL_NAME_MAX], const ur_coll_need *need);
/* The same read back; the CA defaults to the platform CA. */
UR_MUST_USE ur_status ur_coll_need_parse(ur_coll_need *out, const char *text, ur_err *err);

/* ---- cache ---- */

typedef struct ur_coll_cache ur_coll_cache;

typedef enum ur_coll_cache_mode { UR_COLL_CACHE_READ, UR_COLL_CACHE_WRITE } ur_coll_cache_mode;

/* path NULL: in memory only. WRITE creates the file. UR_E_INPUT if the file is something else, or of a newer version.
 * Every change is one SQLite transaction, synced: a kill at any instruction leaves the state before or after it. Several
 * processes may use one file. One thread per ur_coll_cache. */
UR_MUST_USE ur_status ur_coll_cache_open(ur_coll_cache **out, const char *path, ur_coll_cache_mode mode, ur_err *err);
void ur_coll_cache_close(ur_coll_cache **cache);
/* UR_OK if the file begins as a cache does. */
UR_MUST_USE ur_status ur_coll_cache_probe(const char *path);

/* Check and keep; the signer's certificate must be valid at `now`, and not stand on the kept root CRL (UR_E_PROOF). *out_new
 * (may be NULL) is false when it was already there. UR_E_STATE, saying both dates or numbers, if
 * the document is older than the one kept, or its number is lower: the kept one stays. */
UR_MUST_USE ur_status ur_coll_cache_put(ur_coll_cache *cache, ur_coll_doc *doc, const ur_coll_trust *trust, int64_t now, bool *out_new, ur_err *err);
UR_MUST_USE ur_status ur_coll_cache_put_set(ur_coll_cache *cache, const ur_coll_set *set, const ur_coll_trust *trust, int64_t now, ur_err *err);

/* A kept document with its facts; free with ur_coll_doc_free. UR_E_ABSENT. */
typedef struct ur_coll_kept {
    ur_coll_doc doc;
    int64_t fetched; /* when it was put */
    uint8_t *memory;
} ur_coll_kept;
UR_MUST_USE ur_status ur_coll_cache_get(ur_coll_cache *cache, ur_coll_kept *out, const uint8_t root[UR_P256_KEY_BYTES], ur_coll_kind kind,
                                   const char *name, ur_err *err);
void ur_coll_kept_free(ur_coll_kept *kept);

/* Call visit for every document, ordered by root, kind and name, until it returns something other than UR_OK, which is
 * returned. The document is borrowed for the call. */
typedef ur_status (*ur_coll_cache_visit)(void *context, const ur_coll_kept *kept, ur_err *err);
UR_MUST_USE ur_status ur_coll_cache_each(ur_coll_cache *cache, ur_coll_cache_visit visit, void *context, ur_err *err);

/* Put together what a quote needs. UR_E_ABSENT names what is missing. Dates are not judged: see ur_coll_set_in_force. */
UR_MUST_USE ur_status ur_coll_cache_set(ur_coll_cache *cache, ur_coll_set *out, const uint8_t root[UR_P256_KEY_BYTES], const ur_coll_need *need,
                                   ur_err *err);
/* Under the first of the roots that has everything. */
UR_MUST_USE ur_status ur_coll_cache_set_any(ur_coll_cache *cache, ur_coll_set *out, const ur_coll_trust *trust, const ur_coll_need *need, ur_err *err);
/* ur_coll_doc_in_force over the set's documents (after checking them). */
UR_MUST_USE ur_status ur_coll_set_in_force(const ur_coll_set *set, const ur_coll_trust *trust, int64_t now, ur_err *err);

/* ---- folders: a file per document, in the forms that a provisioning service serves ----
 *
 *   root.crl                       DER
 *   pck-platform.crl, .pem         DER, issuer chain; the same with processor
 *   qe-tdx.json, .pem              {"enclaveIdentity":…,"signature":…}, issuer chain; the same with sgx
 *   tcb-tdx-90C06F000000.json, .pem   {"tcbInfo":…,"signature":…}, issuer chain
 *   any other .json                a set */

/* Everything kept under `root` (NULL: under any; then names must not collide). The folder is made if it is not there;
 * files are replaced one by one, each whole. */
UR_MUST_USE ur_status ur_coll_cache_export(ur_coll_cache *cache, const char *folder, const uint8_t *root, size_t *out_count, ur_err *err);
/* Put every document found; unknown files are errors, hidden ones are ignored. Documents that would go back are counted in
 * *out_older and left out; any other failure ends the import. A file that is a set may be given instead of a folder. */
typedef struct ur_coll_import_count {
    size_t added, known, older;
} ur_coll_import_count;
UR_MUST_USE ur_status ur_coll_cache_import(ur_coll_cache *cache, ur_coll_import_count *out, const char *path, const ur_coll_trust *trust, int64_t now,
                                      ur_err *err);

/* What `--collateral FILE|DIR` means: a set, a cache, or a folder of documents or sets; whichever has what the quote needs. */
UR_MUST_USE ur_status ur_coll_set_find(ur_coll_set *out, const char *path, const ur_coll_need *need, const ur_coll_trust *trust, int64_t now,
                                  ur_err *err);

/* ---- fetching ---- */

typedef struct ur_coll_source {
    const char *url;          /* "https://api.trustedservices.intel.com" or any server with the same paths below it */
    const char *root_crl_url; /* NULL: <url>/sgx/certification/v4/rootcacrl, but Intel's own service has it elsewhere, and
                                 there this default knows where */
    const char *update;       /* "standard", "early", or NULL: leave it to the server */
    unsigned timeout_ms;      /* per document; 0: 20 s */
    unsigned attempts;        /* per document, when a retry may help, waiting between; 0: 3 */
} ur_coll_source;

/* Fetch the four documents of a need and put them. Documents that are kept and stay in force for longer than `ahead_s` more
 * seconds are not asked for (0: ask for all). One document's failure does not stop the others; the first failure is
 * returned. A document that would go back is a failure (UR_E_STATE) and what was kept stays. */
UR_MUST_USE ur_status ur_coll_cache_fetch(ur_coll_cache *cache, ur_http_client *client, const ur_coll_source *source, const ur_coll_need *need,
                                     const ur_coll_trust *trust, int64_t now, int64_t ahead_s, size_t *out_new, ur_err *err);

#endif
