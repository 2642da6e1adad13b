/* Asking a provisioning service (PCS) or a cache of it (PCCS), interface version 4. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/codec/hex.h"
#include "lib/collateral/collateral.h"

#define URL_MAX 1024
#define INTEL_HOST "https://api.trustedservices.intel.com"
#define INTEL_ROOT_CRL "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"

typedef struct {
    ur_http_client *client;
    const ur_coll_source *source;
    const ur_coll_need *need;
    bool down; /* a document could not be had after all attempts: one attempt for each of the others */
} job;

/* url must have room for URL_MAX. */
static ur_status url_of(char *url, const job *j, ur_coll_kind kind, ur_err *err)
{
    const ur_coll_source *s = j->source;
    char base[URL_MAX], update[64] = "";
    const char *tee = j->need->tee == UR_TEE_TDX ? "tdx" : "sgx";
    const uint8_t *f = j->need->fmspc;
    int n = snprintf(base, sizeof base, "%s", s->url);
    while (n > 0 && n < URL_MAX && base[n - 1] == '/') {
        base[--n] = '\0';
    }
    if (s->update != NULL) {
        (void)snprintf(update, sizeof update, "%cupdate=%s", kind == UR_COLL_QE_IDENTITY ? '?' : '&', s->update);
    }
    switch (kind) {
    case UR_COLL_ROOT_CRL:
        n = s->root_crl_url != NULL             ? snprintf(url, URL_MAX, "%s", s->root_crl_url)
            : strcmp(base, INTEL_HOST) == 0 ? snprintf(url, URL_MAX, "%s", INTEL_ROOT_CRL)
                                                : snprintf(url, URL_MAX, "%s/sgx/certification/v4/rootcacrl", base);
        break;
    case UR_COLL_PCK_CRL:
        n = snprintf(url, URL_MAX, "%s/sgx/certification/v4/pckcrl?ca=%s&encoding=der", base,
                     j->need->processor_ca ? "processor" : "platform");
        break;
    case UR_COLL_QE_IDENTITY:
        n = snprintf(url, URL_MAX, "%s/%s/certification/v4/qe/identity%s", base, tee, update);
        break;
    default:
        n = snprintf(url, URL_MAX, "%s/%s/certification/v4/tcb?fmspc=%02X%02X%02X%02X%02X%02X%s", base, tee, f[0], f[1], f[2],
                     f[3], f[4], f[5], update);
        break;
    }
    return n > 0 && n < URL_MAX ? UR_OK : ur_err_set(err, UR_E_LIMIT, "the server's URL is too long");
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoding in place of a copy ('+' stands for itself: it is base64). NULL without memory or on a bad escape. */
static char *percent_decode(const char *s)
{
    char *out = malloc(strlen(s) + 1), *at = out;
    for (; out != NULL && *s != '\0'; s++) {
        if (*s == '%') {
            int hi = hex_digit(s[1]), lo = hi < 0 ? -1 : hex_digit(s[2]);
            if (lo < 0 || (hi == 0 && lo == 0)) {
                free(out);
                return NULL;
            }
            *at++ = (char)(hi << 4 | lo);
            s += 2;
        } else {
            *at++ = *s;
        }
    }
    if (out != NULL) {
        *at = '\0';
    }
    return out;
}

static ur_status chain_of(char **out, const ur_http_answer *answer, ur_coll_kind kind, ur_err *err)
{
    static const char *const names[UR_COLL_KINDS] = {NULL, "SGX-PCK-CRL-Issuer-Chain", "SGX-Enclave-Identity-Issuer-Chain",
                                                    "TCB-Info-Issuer-Chain"};
    *out = NULL;
    if (names[kind] == NULL) {
        return UR_OK;
    }
    const char *value = ur_http_answer_header(answer, names[kind]);
    if (value == NULL) {
        return ur_err_set(err, UR_E_INPUT, "the answer has no header %s", names[kind]);
    }
    *out = percent_decode(value);
    return *out != NULL ? UR_OK : ur_err_set(err, UR_E_INPUT, "the header %s is malformed", names[kind]);
}

/* Lists come as DER (a SEQUENCE: 30 hex) or, from caches, as hexadecimal text of it ("30…"): to DER, in place. */
static ur_status crl_bytes(ur_http_answer *answer, ur_err *err)
{
    size_t n = answer->body_len;
    if (n < 2 || answer->body[0] != '3' || answer->body[1] != '0') {
        return UR_OK; /* what it is, the reader will say */
    }
    while (n > 0 && (answer->body[n - 1] == '\n' || answer->body[n - 1] == '\r')) {
        n--;
    }
    uint8_t *der = malloc(n / 2 + 1);
    if (der == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    size_t len = 0;
    ur_status st = ur_hex_decode_upto(der, n / 2 + 1, &len, ur_span_of(answer->body, n));
    if (st == UR_OK) {
        memcpy(answer->body, der, len);
        answer->body_len = len;
    }
    free(der);
    return st == UR_OK ? st : ur_err_set(err, UR_E_INPUT, "the revocation list is neither DER nor hexadecimal");
}

static void wait_ms(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
}

static ur_status ask(job *j, ur_http_answer *answer, const char *url, bool json, ur_err *err)
{
    const ur_http_ask request = {
        .url = url,
        /* Lists are sent under many types (pkix-crl, octet-stream, a cache says text/html); they show what they are. */
        .accept = json ? "application/json" : NULL,
        .max_body = json ? UR_TCB_INFO_MAX + 4096 : 2 * (size_t)UR_CRL_MAX + 2,
        .timeout_ms = j->source->timeout_ms == 0 ? 20000 : j->source->timeout_ms,
    };
    unsigned attempts = j->down ? 1 : j->source->attempts == 0 ? 3 : j->source->attempts;
    ur_status st = UR_E_UNAVAILABLE;
    for (unsigned i = 0; i < attempts && st == UR_E_UNAVAILABLE; i++) {
        if (i > 0) {
            wait_ms(250u << (i < 6 ? i : 6));
        }
        st = ur_http_fetch(j->client, answer, &request, err);
    }
    j->down = j->down || st == UR_E_UNAVAILABLE;
    return st;
}

static ur_status fetch_doc(ur_coll_cache *cache, job *j, ur_coll_doc *doc, const ur_coll_trust *trust, int64_t now,
                           bool *out_new, ur_err *err)
{
    char url[URL_MAX];
    uint8_t signature[UR_P256_SIG_BYTES];
    ur_http_answer answer = {0};
    char *chain = NULL;
    bool json = doc->kind == UR_COLL_TCB_INFO || doc->kind == UR_COLL_QE_IDENTITY;
    UR_TRY(url_of(url, j, doc->kind, err));
    ur_status st = ask(j, &answer, url, json, err);
    if (st != UR_OK) {
        return st;
    }
    st = chain_of(&chain, &answer, doc->kind, err);
    if (st == UR_OK && !json) {
        st = crl_bytes(&answer, err);
        doc->body = ur_span_of(answer.body, answer.body_len);
    } else if (st == UR_OK) {
        st = ur_pcs_answer_split(&doc->body, signature, ur_span_of(answer.body, answer.body_len));
        doc->signature = ur_span_of(signature, sizeof signature);
        st = st == UR_OK ? st : ur_err_set(err, st, "the answer is not of the form it should have");
    }
    if (st == UR_OK) {
        doc->issuer_chain = chain == NULL ? (ur_span){0} : ur_span_str_var(chain);
        st = ur_coll_cache_put(cache, doc, trust, now, out_new, err);
    }
    free(chain);
    ur_http_answer_free(&answer);
    return ur_err_in(err, st, "GET %s", url);
}

/* Whether what is kept lasts long enough. */
static bool lasts(ur_coll_cache *cache, const ur_coll_doc *doc, const ur_coll_trust *trust, int64_t now, int64_t ahead_s)
{
    bool yes = false;
    for (size_t i = 0; i < trust->root_count && !yes && ahead_s > 0; i++) {
        ur_coll_kept kept;
        if (ur_coll_cache_get(cache, &kept, trust->roots[i].key, doc->kind, doc->name, NULL) == UR_OK) {
            yes = kept.doc.issued <= now && kept.doc.until - now > ahead_s;
        }
        ur_coll_kept_free(&kept);
    }
    return yes;
}

ur_status ur_coll_cache_fetch(ur_coll_cache *cache, ur_http_client *client, const ur_coll_source *source,
                              const ur_coll_need *need, const ur_coll_trust *trust, int64_t now, int64_t ahead_s, size_t *out_new,
                              ur_err *err)
{
    job j = {client, source, need, false};
    ur_status first = UR_OK;
    ur_coll_need plain = *need;
    plain.processor_ca = false;
    *out_new = 0;
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        ur_coll_doc doc = {.kind = (ur_coll_kind)i};
        ur_err mine = {0};
        bool is_new = false;
        switch (doc.kind) { /* the name that it must turn out to have */
        case UR_COLL_ROOT_CRL: (void)snprintf(doc.name, sizeof doc.name, "root"); break;
        case UR_COLL_PCK_CRL: (void)snprintf(doc.name, sizeof doc.name, need->processor_ca ? "processor" : "platform"); break;
        case UR_COLL_QE_IDENTITY: (void)snprintf(doc.name, sizeof doc.name, need->tee == UR_TEE_TDX ? "tdx" : "sgx"); break;
        default: ur_coll_need_text(doc.name, &plain); break;
        }
        if (lasts(cache, &doc, trust, now, ahead_s)) {
            continue;
        }
        ur_status st = fetch_doc(cache, &j, &doc, trust, now, &is_new, &mine);
        *out_new += is_new ? 1 : 0;
        if (st != UR_OK && first == UR_OK) {
            first = st;
            if (err != NULL) {
                *err = mine;
            }
        }
    }
    return first;
}
