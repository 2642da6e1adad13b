/* A small HTTP/1.1 server over libmicrohttpd: epoll, limits on everything a peer decides.
 *
 * Every request is read whole (up to max_body) before the handler sees it, one request at a time. Either the server has a
 * thread of its own that calls the handler, or (`polled`) the caller's event loop drives it: wait on ur_http_server_fd,
 * then ur_http_server_poll. Long work belongs elsewhere. Listens on 127.0.0.1 unless told otherwise. */
#ifndef UR_LIB_NET_HTTP_SERVER_H
#define UR_LIB_NET_HTTP_SERVER_H

#include "core/base/span.h"

typedef struct ur_http_server ur_http_server;

typedef struct ur_http_server_options {
    const char *address;         /* dotted IPv4; NULL for 127.0.0.1 */
    uint16_t port;               /* 0: the system chooses; see ur_http_server_port */
    size_t max_body;             /* bytes; a longer body is answered 413 */
    unsigned max_connections;    /* further ones wait in the listen queue */
    unsigned idle_seconds;       /* a silent connection is closed */
    size_t max_memory;           /* bytes of all bodies and replies under way; over it: 503. 0: no such limit */
    bool polled;                 /* no thread: the caller drives it */
} ur_http_server_options;

typedef struct ur_http_request {
    const char *method; /* "GET", "POST", … */
    const char *path;   /* decoded, begins with '/', without the query */
    ur_span body;       /* borrowed until the handler returns */
    void *connection;   /* for ur_http_request_arg */
} ur_http_request;

/* The handler fills this; body bytes are copied when it returns. */
typedef struct ur_http_reply {
    int status;               /* starts as 500 */
    const char *content_type; /* static storage */
    ur_span body;             /* the handler's own memory, valid until its next call */
    bool hold;                /* polled servers: send it when ur_http_server_release says so */
} ur_http_reply;

typedef void (*ur_http_handler)(void *context, const ur_http_request *request, ur_http_reply *reply);

/* The decoded value of a query argument, or NULL. Borrowed until the handler returns. */
const char *ur_http_request_arg(const ur_http_request *request, const char *name);

/* Start listening. UR_E_UNAVAILABLE if the address is taken or not ours (errno kept), UR_E_INPUT on a bad address,
 * UR_E_MEMORY. On success *out is to be stopped with ur_http_server_stop. */
UR_MUST_USE ur_status ur_http_server_start(ur_http_server **out, const ur_http_server_options *options,
                                           ur_http_handler handler, void *context);
uint16_t ur_http_server_port(const ur_http_server *server);

/* ---- polled servers ---- */

/* Readable when there is something to do; borrowed. */
int ur_http_server_fd(const ur_http_server *server);
/* For how many milliseconds at most to wait before the next poll: silent connections are closed by it. */
unsigned ur_http_server_wait_ms(const ur_http_server *server);
/* Take what has arrived, call the handler, send what can be sent; returns without waiting. */
void ur_http_server_poll(ur_http_server *server);
/* Send the replies that are held, or, where `instead` is given, that one in place of each. Polls: the handler may be called. */
void ur_http_server_release(ur_http_server *server, const ur_http_reply *instead);

/* Waits for the request in hand, closes all connections, frees; *server becomes NULL. NULL is allowed. */
void ur_http_server_stop(ur_http_server **server);

#endif
