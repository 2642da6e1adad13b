#include "lib/net/http_client.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "lib/os/clock.h"

struct ur_http_client {
    CURL *curl;
    char *user_agent;
    char *ca_bundle;
    char *unix_socket;
    unsigned connect_ms;
    unsigned redirects;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static bool curl_started;
static void start_curl(void) { curl_started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK; }

/* ---- where we go ---- */

static bool loopback_var(const char *host)
{
    unsigned a, b, c, d;
    int end = 0;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return true;
    }
    return sscanf(host, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &end) == 4 && host[end] == '\0' && a == 127 && b < 256 &&
           c < 256 && d < 256;
}

static ur_status url_part(char **out, CURLU *u, CURLUPart part)
{
    *out = NULL;
    return curl_url_get(u, part, out, 0) == CURLUE_OK ? UR_OK : UR_E_USAGE;
}

/* *out_local: http is all right, and no proxy may come between. */
static ur_status url_check(bool *out_local, const char *url, bool socket, ur_err *err)
{
    char *scheme = NULL, *host = NULL, *user = NULL;
    CURLU *u = curl_url();
    ur_status st = UR_OK;
    *out_local = false;
    if (u == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        url_part(&scheme, u, CURLUPART_SCHEME) != UR_OK || url_part(&host, u, CURLUPART_HOST) != UR_OK) {
        st = ur_err_set(err, UR_E_USAGE, "'%s' is not a URL", url);
    } else if (url_part(&user, u, CURLUPART_USER) == UR_OK) {
        st = ur_err_set(err, UR_E_USAGE, "a URL must not carry credentials");
    } else {
        *out_local = socket || loopback_var(host);
        bool http = strcasecmp(scheme, "http") == 0;
        if (strcasecmp(scheme, "https") != 0 && !(http && *out_local)) {
            st = http ? ur_err_set(err, UR_E_USAGE, "'%s': plain http goes to this machine only; use https", url)
                      : ur_err_set(err, UR_E_USAGE, "'%s': only https is spoken", url);
        }
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_url_cleanup(u);
    return st;
}

ur_status ur_http_url_check(const char *url, ur_err *err)
{
    bool local;
    return url_check(&local, url, false, err);
}

/* ---- what comes back ---- */

typedef struct {
    uint8_t *p;
    size_t n;
    size_t cap;
    size_t max;
    ur_status why; /* why growing stopped */
} buffer;

static bool buffer_add(buffer *b, const void *p, size_t n)
{
    if (n > b->max - b->n) {
        b->why = UR_E_LIMIT;
        return false;
    }
    if (b->n + n + 1 > b->cap) { /* one byte more than the contents, for the zero */
        size_t cap = b->cap == 0 ? 4096 : b->cap;
        while (cap < b->n + n + 1) {
            cap *= 2;
        }
        uint8_t *bigger = realloc(b->p, cap);
        if (bigger == NULL) {
            b->why = UR_E_MEMORY;
            return false;
        }
        b->p = bigger;
        b->cap = cap;
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = 0;
    return true;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    return buffer_add(context, data, size * count) ? size * count : 0;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    buffer *b = context;
    size_t n = size * count, text = n;
    if (n >= 5 && ur_eq_var(data, "HTTP/", 5)) {
        b->n = 0; /* headers of the last answer only (a 100 Continue or a proxy's come first) */
        return n;
    }
    while (text > 0 && (data[text - 1] == '\r' || data[text - 1] == '\n' || data[text - 1] == ' ')) {
        text--;
    }
    if (text == 0 || memchr(data, 0, text) != NULL) {
        return n;
    }
    return buffer_add(b, data, text) && buffer_add(b, "", 1) ? n : 0;
}

const char *ur_http_answer_header(const ur_http_answer *answer, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = answer->headers; line != NULL && *line != '\0'; line += strlen(line) + 1) {
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            const char *value = line + n + 1;
            while (*value == ' ' || *value == '\t') {
                value++;
            }
            return value;
        }
    }
    return NULL;
}

void ur_http_answer_free(ur_http_answer *answer)
{
    free(answer->body);
    free(answer->headers);
    *answer = (ur_http_answer){0};
}

/* ---- client ---- */

static bool copy_option(char **out, const char *s)
{
    *out = s == NULL ? NULL : strdup(s);
    return s == NULL || *out != NULL;
}

ur_status ur_http_client_new(ur_http_client **out, const ur_http_client_options *options, ur_err *err)
{
    static const ur_http_client_options defaults;
    const ur_http_client_options *o = options == NULL ? &defaults : options;
    *out = NULL;
    (void)pthread_once(&curl_once, start_curl);
    if (!curl_started) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "libcurl does not start");
    }
    ur_http_client *client = calloc(1, sizeof *client);
    if (client == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    client->curl = curl_easy_init();
    client->connect_ms = o->connect_ms == 0 ? 10000 : o->connect_ms;
    client->redirects = o->redirects;
    if (client->curl == NULL || !copy_option(&client->user_agent, o->user_agent == NULL ? "unrug" : o->user_agent) ||
        !copy_option(&client->ca_bundle, o->ca_bundle) || !copy_option(&client->unix_socket, o->unix_socket)) {
        ur_http_client_free(&client);
        return ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    *out = client;
    return UR_OK;
}

void ur_http_client_free(ur_http_client **client)
{
    if (*client != NULL) {
        curl_easy_cleanup((*client)->curl);
        free((*client)->user_agent);
        free((*client)->ca_bundle);
        free((*client)->unix_socket);
        free(*client);
        *client = NULL;
    }
}

/* One exchange, as it happens. */
typedef struct {
    const ur_http_ask *ask;
    const char *url;
    bool local;
    unsigned timeout_ms; /* for everything, as the message says */
    unsigned left_ms;    /* of it */
    buffer body;
    buffer headers;
    struct curl_slist *extra;
    char why[CURL_ERROR_SIZE];
} exchange;

static bool set_up(ur_http_client *c, exchange *x)
{
    CURL *h = c->curl;
    const ur_http_ask *ask = x->ask;
    char line[256];
    bool ok = true;
    curl_easy_reset(h); /* keeps connections */
#define SET(option, value) ok = ok && curl_easy_setopt(h, (option), (value)) == CURLE_OK
    SET(CURLOPT_URL, x->url);
    SET(CURLOPT_PROTOCOLS_STR, x->local ? "http,https" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_USERAGENT, c->user_agent);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)x->left_ms);
    SET(CURLOPT_ERRORBUFFER, x->why);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, &x->body);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, &x->headers);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)ask->max_body); /* stops at once when the length is announced */
    if (x->local) {
        SET(CURLOPT_PROXY, "");
    }
    if (c->unix_socket != NULL) {
        SET(CURLOPT_UNIX_SOCKET_PATH, c->unix_socket);
    }
    if (c->ca_bundle != NULL) {
        SET(CURLOPT_CAINFO, c->ca_bundle);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (ask->body.p != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n);
        SET(CURLOPT_POSTFIELDS, ask->body.p); /* not copied */
        (void)snprintf(line, sizeof line, "Content-Type: %s", ask->body_type);
        struct curl_slist *more = curl_slist_append(x->extra, line);
        ok = ok && more != NULL;
        x->extra = more != NULL ? more : x->extra;
        more = curl_slist_append(x->extra, "Expect:"); /* no waiting for 100 Continue */
        ok = ok && more != NULL;
        x->extra = more != NULL ? more : x->extra;
        SET(CURLOPT_HTTPHEADER, x->extra);
    }
#undef SET
    return ok;
}

static ur_status transport_error(const exchange *x, CURLcode code, ur_err *err)
{
    const char *why = x->why[0] != '\0' ? x->why : curl_easy_strerror(code);
    if (x->body.why != UR_OK || x->headers.why != UR_OK || code == CURLE_FILESIZE_EXCEEDED) {
        ur_status st = x->body.why == UR_E_MEMORY || x->headers.why == UR_E_MEMORY ? UR_E_MEMORY : UR_E_LIMIT;
        return st == UR_E_MEMORY ? ur_err_set(err, st, "out of memory")
               : x->headers.why != UR_OK
                   ? ur_err_set(err, st, "more than %zu bytes of headers", x->headers.max)
                   : ur_err_set(err, st, "the answer is larger than %zu bytes", x->body.max);
    }
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return ur_err_set(err, UR_E_UNAVAILABLE, "no complete answer within %u.%u s", x->timeout_ms / 1000,
                          x->timeout_ms / 100 % 10);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return ur_err_set(err, UR_E_UNAVAILABLE, "the connection was cut off: %s", why);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM: return ur_err_set(err, UR_E_PROOF, "the server's certificate does not verify: %s", why);
    case CURLE_SSL_CACERT_BADFILE: return ur_err_set(err, UR_E_USAGE, "cannot read the CA bundle: %s", why);
    case CURLE_OUT_OF_MEMORY: return ur_err_set(err, UR_E_MEMORY, "out of memory");
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_FUNCTION_ARGUMENT: return ur_err_set(err, UR_E_USAGE, "%s", why);
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9: the URL was checked before */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING: return ur_err_set(err, UR_E_INPUT, "the answer is not HTTP: %s", why);
    default: return ur_err_set(err, UR_E_UNAVAILABLE, "%s", why);
    }
}

static bool media_type_is(const char *header, const char *want)
{
    size_t n = strlen(want);
    return header != NULL && strncasecmp(header, want, n) == 0 &&
           (header[n] == '\0' || header[n] == ';' || header[n] == ' ');
}

static ur_status status_error(int status, ur_err *err)
{
    ur_status st = status == 404 || status == 410                                                   ? UR_E_ABSENT
                   : status == 408 || status == 425 || status == 429 || (status >= 500 && status < 600) ? UR_E_UNAVAILABLE
                   : status == 401 || status == 403                                                 ? UR_E_POLICY
                                                                                                     : UR_E_INPUT;
    return ur_err_set(err, st, "the server answers %d", status);
}

static ur_status judge(const exchange *x, const ur_http_answer *answer, ur_err *err)
{
    const ur_http_ask *ask = x->ask;
    if (answer->status != 200) {
        return ask->any_status ? UR_OK : status_error(answer->status, err);
    }
    const char *type = ur_http_answer_header(answer, "Content-Type");
    if (ask->accept != NULL && !media_type_is(type, ask->accept) &&
        !(ask->accept_other != NULL && media_type_is(type, ask->accept_other))) {
        return ur_err_set(err, UR_E_INPUT, "the answer is %s%s%s, not %s", type == NULL ? "" : "'",
                          type == NULL ? "of no stated type" : type, type == NULL ? "" : "'", ask->accept);
    }
    return UR_OK;
}

static ur_status one_exchange(ur_http_client *client, ur_http_answer *out, char **redirect, exchange *x, ur_err *err)
{
    long status = 0;
    char *location = NULL;
    ur_status st = url_check(&x->local, x->url, client->unix_socket != NULL, err);
    if (st == UR_OK && (!buffer_add(&x->body, "", 0) || !set_up(client, x))) {
        st = ur_err_set(err, UR_E_MEMORY, "out of memory");
    }
    if (st == UR_OK) {
        CURLcode code = curl_easy_perform(client->curl);
        (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
        (void)curl_easy_getinfo(client->curl, CURLINFO_REDIRECT_URL, &location);
        st = code == CURLE_OK ? UR_OK : transport_error(x, code, err);
    }
    if (st == UR_OK && location != NULL && !x->ask->any_status) {
        *redirect = strdup(location);
        st = *redirect == NULL ? ur_err_set(err, UR_E_MEMORY, "out of memory") : UR_OK;
    } else if (st == UR_OK) {
        *out = (ur_http_answer){(int)status, x->body.p, x->body.n, (char *)x->headers.p};
        x->body.p = NULL;
        x->headers.p = NULL;
        st = judge(x, out, err);
        if (st != UR_OK) {
            ur_http_answer_free(out);
        }
    }
    curl_slist_free_all(x->extra);
    free(x->body.p);
    free(x->headers.p);
    return st;
}

static uint64_t now_ms(void) { return ur_clock_system()->boot_ms(NULL); }

ur_status ur_http_fetch(ur_http_client *client, ur_http_answer *out, const ur_http_ask *ask, ur_err *err)
{
    const char *method = ask->body.p == NULL ? "GET" : "POST";
    unsigned timeout = ask->timeout_ms == 0 ? 30000 : ask->timeout_ms;
    uint64_t start = now_ms();
    char *url = strdup(ask->url);
    char *next = NULL;
    ur_status st = url == NULL ? ur_err_set(err, UR_E_MEMORY, "out of memory") : UR_OK;
    *out = (ur_http_answer){0};
    for (unsigned hops = 0; st == UR_OK && (hops == 0 || next != NULL); hops++) {
        if (next != NULL) {
            free(url);
            url = next;
            next = NULL;
        }
        uint64_t gone = now_ms() - start;
        exchange x = {.ask = ask, .url = url, .timeout_ms = timeout, .body.max = ask->max_body,
                      .headers.max = UR_HTTP_HEADERS_MAX,
                      .left_ms = gone >= timeout ? 1 : timeout - (unsigned)gone};
        st = one_exchange(client, out, &next, &x, err);
        if (next != NULL && (hops == client->redirects || ask->body.p != NULL)) {
            st = ur_err_set(err, UR_E_POLICY, "the server redirects to '%s', which is not followed", next);
        }
        (void)ur_err_in(err, st, "%s %s", method, url);
    }
    free(next);
    free(url);
    return st;
}
