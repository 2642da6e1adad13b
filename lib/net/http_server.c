#include "lib/net/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

/* WAIT_MAX_MS: after a full house, libmicrohttpd listens again at the next poll only, whether or not anything wakes the caller. */
enum { WAIT_MAX_MS = 250, STEPS = 3 };

struct ur_http_server {
    struct MHD_Daemon *daemon;
    ur_http_handler handler;
    void *context;
    size_t max_body;
    size_t max_memory;
    size_t memory; /* of all exchanges under way */
    struct exchange *held;
    uint16_t port;
};

/* One request while its body arrives, and its reply until it is sent. */
typedef struct exchange {
    uint8_t *body;
    size_t len;
    size_t cap;
    size_t memory; /* counted in the server's */
    bool too_large, too_much;
    struct MHD_Connection *connection;
    struct exchange *next_held;
    struct MHD_Response *response; /* held, or released and not sent yet */
    unsigned status;
} exchange;

static bool reserve(ur_http_server *server, exchange *x, size_t n)
{
    if (server->max_memory != 0 && n > server->max_memory - server->memory) {
        return false;
    }
    server->memory += n;
    x->memory += n;
    return true;
}

static bool grow(ur_http_server *server, exchange *x, size_t need)
{
    if (need > server->max_body) {
        x->too_large = true;
        return false;
    }
    if (need > x->cap) {
        size_t cap = x->cap == 0 ? 1024 : x->cap;
        while (cap < need) {
            cap *= 2;
        }
        uint8_t *body = reserve(server, x, cap - x->cap) ? realloc(x->body, cap) : NULL;
        if (body == NULL) {
            x->too_much = true;
            return false;
        }
        x->body = body;
        x->cap = cap;
    }
    return true;
}

static void take_body(ur_http_server *server, exchange *x, const char *data, size_t n)
{
    if (!x->too_large && !x->too_much && grow(server, x, x->len + n)) {
        memcpy(x->body + x->len, data, n);
        x->len += n;
    }
}

/* NULL without memory. */
static struct MHD_Response *make_response(ur_http_server *server, exchange *x, const ur_http_reply *reply)
{
    /* The handler's buffer is its own again after we return, so libmicrohttpd copies. */
    union {
        const uint8_t *in;
        void *out;
    } body = {reply->body.p};
    if (!reserve(server, x, reply->body.n)) {
        return NULL;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(reply->body.n, body.out, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
    }
    return response;
}

static const ur_http_reply busy = {503, "text/plain", {(const uint8_t *)"too much is under way; try again\n", 33}, false};

static void prepare(ur_http_server *server, exchange *x, const ur_http_reply *reply)
{
    x->status = (unsigned)reply->status;
    x->response = make_response(server, x, reply);
    if (x->response == NULL) {
        x->status = (unsigned)busy.status;
        server->max_memory += busy.body.n; /* a refusal always fits */
        x->response = make_response(server, x, &busy);
        server->max_memory -= busy.body.n;
    }
}

static enum MHD_Result send_prepared(exchange *x)
{
    if (x->response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result sent = MHD_queue_response(x->connection, x->status, x->response);
    MHD_destroy_response(x->response);
    x->response = NULL;
    return sent;
}

static void answer(ur_http_server *server, exchange *x, const char *method, const char *url, ur_http_reply *reply)
{
    if (x->too_large) {
        *reply = (ur_http_reply){413, "text/plain", UR_SPAN_LIT("the request's body is too large\n"), false};
    } else if (x->too_much) {
        *reply = busy;
    } else {
        ur_http_request request = {method, url, ur_span_of(x->body, x->len), x->connection};
        *reply = (ur_http_reply){500, "text/plain", UR_SPAN_LIT("internal error\n"), false};
        server->handler(server->context, &request, reply);
    }
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_len, void **per_request)
{
    (void)version;
    ur_http_server *server = cls;
    exchange *x = *per_request;
    if (x == NULL) { /* first call: headers only */
        x = calloc(1, sizeof *x);
        *per_request = x;
        if (x == NULL) {
            return MHD_NO;
        }
        x->connection = connection;
        return MHD_YES;
    }
    if (*data_len > 0) {
        take_body(server, x, data, *data_len);
        *data_len = 0;
        return MHD_YES;
    }
    if (x->response == NULL) { /* else: it was held, and is released now */
        ur_http_reply reply;
        answer(server, x, method, url, &reply);
        prepare(server, x, &reply);
        if (reply.hold && x->response != NULL) {
            x->next_held = server->held;
            server->held = x;
            MHD_suspend_connection(connection);
            return MHD_YES;
        }
    }
    return send_prepared(x);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **per_request,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    ur_http_server *server = cls;
    exchange *x = *per_request;
    if (x != NULL) {
        server->memory -= x->memory;
        if (x->response != NULL) {
            MHD_destroy_response(x->response);
        }
        free(x->body);
        free(x);
        *per_request = NULL;
    }
}

const char *ur_http_request_arg(const ur_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static uint16_t bound_port(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

ur_status ur_http_server_start(ur_http_server **out, const ur_http_server_options *options, ur_http_handler handler,
                               void *context)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    *out = NULL;
    if (inet_pton(AF_INET, options->address == NULL ? "127.0.0.1" : options->address, &address.sin_addr) != 1) {
        return UR_E_INPUT;
    }
    ur_http_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return UR_E_MEMORY;
    }
    server->handler = handler;
    server->context = context;
    server->max_body = options->max_body;
    server->max_memory = options->max_memory;
    unsigned mode = options->polled ? MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME : MHD_USE_EPOLL_INTERNAL_THREAD;
    server->daemon = MHD_start_daemon(mode, options->port, NULL, NULL,
                                      on_request, server,
                                      MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                      MHD_OPTION_CONNECTION_LIMIT, options->max_connections,
                                      MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
                                      MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                                      MHD_OPTION_END);
    if (server->daemon == NULL) {
        int why = errno;
        free(server);
        errno = why;
        return UR_E_UNAVAILABLE;
    }
    server->port = bound_port(server->daemon);
    *out = server;
    return UR_OK;
}

uint16_t ur_http_server_port(const ur_http_server *server) { return server->port; }

int ur_http_server_fd(const ur_http_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

unsigned ur_http_server_wait_ms(const ur_http_server *server)
{
    MHD_UNSIGNED_LONG_LONG ms;
    if (MHD_get_timeout(server->daemon, &ms) != MHD_YES || ms > WAIT_MAX_MS) {
        return WAIT_MAX_MS;
    }
    return (unsigned)ms;
}

void ur_http_server_poll(ur_http_server *server) { (void)MHD_run(server->daemon); }

/* libmicrohttpd does not wake the caller's wait for a connection that goes on. So it is taken through its three steps here: the
 * reply sent, the socket found empty, the socket waited for again. */
void ur_http_server_release(ur_http_server *server, const ur_http_reply *instead)
{
    bool any = server->held != NULL;
    while (server->held != NULL) {
        exchange *x = server->held;
        server->held = x->next_held;
        if (instead != NULL) {
            MHD_destroy_response(x->response);
            prepare(server, x, instead);
        }
        MHD_resume_connection(x->connection);
    }
    for (int step = 0; any && step < STEPS; step++) {
        ur_http_server_poll(server);
    }
}

void ur_http_server_stop(ur_http_server **server)
{
    if (*server != NULL) {
        ur_http_server_release(*server, NULL); /* libmicrohttpd does not stop with suspended connections */
        MHD_stop_daemon((*server)->daemon);
        free(*server);
        *server = NULL;
    }
}
