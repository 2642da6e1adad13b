/* An HTTP client over libcurl that trusts the other side with nothing: a maximum on what it may send, one deadline for the
 * whole exchange, the content type that was asked for, no redirects unless allowed, and https everywhere but on this
 * machine's own loopback. Certificates are checked against the system's bundle or one that is named.
 *
 * Errors say what was asked, of whom, and what came back: "GET https://h/x: no answer within 10 s". Statuses:
 *   E_USAGE        not an https URL (or http on loopback), credentials inside it
 *   E_UNAVAILABLE  unreachable, slow, cut off; answers 408, 425, 429 and 5xx: a retry may help
 *   E_PROOF        the server's certificate does not verify
 *   E_ABSENT       404, 410
 *   E_POLICY       a redirect that may not be followed; 401, 403
 *   E_LIMIT        more than max_body bytes, or more than 64 KiB of headers
 *   E_INPUT        not HTTP, another content type, any other answer that is no success
 *   E_MEMORY
 * A client keeps connections open between calls and belongs to one thread at a time. */
#ifndef UR_LIB_NET_HTTP_CLIENT_H
#define UR_LIB_NET_HTTP_CLIENT_H

#include "core/base/span.h"
#include "lib/os/err.h"

#define UR_HTTP_HEADERS_MAX ((size_t)64 << 10)

typedef struct ur_http_client ur_http_client;

typedef struct ur_http_client_options {
    const char *user_agent;  /* NULL: "unrug" */
    const char *ca_bundle;   /* PEM file of roots; NULL: the system's */
    const char *unix_socket; /* path: connect there whatever the URL's host; http is then allowed; NULL: TCP */
    unsigned connect_ms;     /* 0: 10 s */
    unsigned redirects;      /* how many a GET may follow, each under the same rules as the first URL; 0: none */
} ur_http_client_options;

/* All strings are copied. options may be NULL. E_MEMORY, E_UNAVAILABLE if libcurl cannot start. */
UR_MUST_USE ur_status ur_http_client_new(ur_http_client **out, const ur_http_client_options *options, ur_err *err);
void ur_http_client_free(ur_http_client **client); /* NULL inside is allowed; becomes NULL */

typedef struct ur_http_ask {
    const char *url;
    ur_span body;             /* p != NULL: a POST with it, else a GET */
    const char *body_type;    /* content type of the body */
    const char *accept;       /* media type the answer must have, without parameters ("application/json"); NULL: any */
    const char *accept_other; /* one more that will do, or NULL */
    size_t max_body;          /* bytes, >= 1 */
    unsigned timeout_ms;      /* for everything; 0: 30 s */
    bool any_status;          /* hand answers other than 200 to the caller instead of turning them into errors; their
                                 content type is not checked */
} ur_http_ask;

typedef struct ur_http_answer {
    int status;
    uint8_t *body; /* never NULL after UR_OK; one zero byte after its end */
    size_t body_len;
    char *headers; /* "Name: value" lines of the last answer, each terminated by a zero byte; a zero byte ends the list */
} ur_http_answer;

/* On failure *out is empty. Free with ur_http_answer_free either way. */
UR_MUST_USE ur_status ur_http_fetch(ur_http_client *client, ur_http_answer *out, const ur_http_ask *ask, ur_err *err);
/* The first header of that name (any case), trimmed, or NULL. Borrowed. */
const char *ur_http_answer_header(const ur_http_answer *answer, const char *name);
void ur_http_answer_free(ur_http_answer *answer);

/* UR_OK if ur_http_fetch would go there: https, or http to localhost, 127.0.0.0/8 or [::1]. No network. */
UR_MUST_USE ur_status ur_http_url_check(const char *url, ur_err *err);

#endif
