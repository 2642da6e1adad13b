#include "lib/net/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

struct ur_http_server {
    struct MHD_Daemon *daemon;
    ur_http_handler handler;
    void *context;
    size_t max_body;
    uint16_t port;
};

/* One request while its body arrives. */
typedef struct {
    uint8_t *body;
    size_t len;
    size_t cap;
    bool too_large;
} upload;

static bool grow(upload *u, size_t need, size_t max)
{
    if (need > max) {
        u->too_large = true;
        return false;
    }
    if (need > u->cap) {
        size_t cap = u->cap == 0 ? 1024 : u->cap;
        while (cap < need) {
            cap *= 2;
        }
        uint8_t *body = realloc(u->body, cap);
        if (body == NULL) {
            u->too_large = true;
            return false;
        }
        u->body = body;
        u->cap = cap;
    }
    return true;
}

static void take_body(upload *u, const char *data, size_t n, size_t max)
{
    if (!u->too_large && grow(u, u->len + n, max)) {
        memcpy(u->body + u->len, data, n);
        u->len += n;
    }
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, const ur_http_reply *reply)
{
    /* The handler's buffer is its own again after we return, so libmicrohttpd copies. */
    union {
        const uint8_t *in;
        void *out;
    } body = {reply->body.p};
    struct MHD_Response *response = MHD_create_response_from_buffer(reply->body.n, body.out, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
    enum MHD_Result sent = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_len, void **per_request)
{
    (void)version;
    ur_http_server *server = cls;
    upload *u = *per_request;
    if (u == NULL) { /* first call: headers only */
        u = calloc(1, sizeof *u);
        *per_request = u;
        return u == NULL ? MHD_NO : MHD_YES;
    }
    if (*data_len > 0) {
        take_body(u, data, *data_len, server->max_body);
        *data_len = 0;
        return MHD_YES;
    }
    ur_http_reply reply = {500, "text/plain", UR_SPAN_LIT("internal error\n")};
    if (u->too_large) {
        reply = (ur_http_reply){413, "text/plain", UR_SPAN_LIT("the request's body is too large\n")};
    } else {
        ur_http_request request = {method, url, ur_span_of(u->body, u->len), connection};
        server->handler(server->context, &request, &reply);
    }
    return send_reply(connection, &reply);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **per_request,
                         enum MHD_RequestTerminationCode code)
{
    (void)cls;
    (void)connection;
    (void)code;
    upload *u = *per_request;
    if (u != NULL) {
        free(u->body);
        free(u);
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
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, options->port, NULL, NULL,
                                      on_request, server,
                                      MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                      MHD_OPTION_CONNECTION_LIMIT, options->max_connections,
                                      MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
                                      MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
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

void ur_http_server_stop(ur_http_server **server)
{
    if (*server != NULL) {
        MHD_stop_daemon((*server)->daemon);
        free(*server);
        *server = NULL;
    }
}
