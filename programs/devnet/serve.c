#include "programs/devnet/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    IDLE_S = 60,                    /* a silent connection is closed */
    DESCRIPTORS_ELSE = 64,          /* database, sockets that listen, standard streams */
    MEMORY_MAX = 64 * 1024 * 1024   /* of requests and answers under way */
};

struct devnet_server {
    ur_http_server *http;
    ur_ledger *ledger;
    ur_rpc *rpc;
    int signals;
    bool failing; /* said so already */
};

/* ---- requests ---- */

static const char *argument_of(void *context, const char *name) { return ur_http_request_arg(context, name); }

static void handle(void *context, const ur_http_request *request, ur_http_reply *reply)
{
    devnet_server *s = context;
    ur_rpc_answer answer;
    bool root = strcmp(request->path, "/") == 0, post = strcmp(request->method, "POST") == 0;
    if (s->rpc == NULL) {
        return; /* started, not serving yet: the reply stays an internal error */
    }
    if (root && post && request->body.n > 0) {
        ur_rpc_post(s->rpc, &answer, request->body);
    } else if (post || strcmp(request->method, "GET") == 0) {
        const ur_rpc_uri uri = {.method = request->path + 1, .context = (void *)(uintptr_t)request, .argument = argument_of};
        ur_rpc_get(s->rpc, &answer, &uri);
    } else {
        answer = (ur_rpc_answer){405, "text/plain; charset=utf-8", UR_SPAN_LIT("GET or POST\n")};
    }
    *reply = (ur_http_reply){answer.status, answer.content_type, answer.body, ur_ledger_unsettled(s->ledger)};
}

/* ---- start and stop ---- */

static ur_status take_signals(devnet_server *s, ur_err *err)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return ur_err_system(err, errno, "blocking signals");
    }
    (void)signal(SIGPIPE, SIG_IGN);
    s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signals >= 0 ? UR_OK : ur_err_system(err, errno, "signalfd");
}

/* Each connection is a descriptor. */
static ur_status raise_descriptors(ur_err *err)
{
    struct rlimit limit;
    const rlim_t need = DEVNET_CONNECTIONS_MAX + DESCRIPTORS_ELSE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return ur_err_system(err, errno, "the limit on open files");
    }
    if (limit.rlim_cur >= need) {
        return UR_OK;
    }
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    if (limit.rlim_cur < need || setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "%d open files are needed, and the limit is lower: raise it (ulimit -n)", (int)need);
    }
    return UR_OK;
}

static ur_status listen_at(devnet_server *s, const char *address, uint16_t port, ur_err *err)
{
    const ur_http_server_options options = {.address = address, .port = port, .max_body = UR_RPC_BODY_MAX, .max_connections = DEVNET_CONNECTIONS_MAX,
                                            .idle_seconds = IDLE_S, .max_memory = MEMORY_MAX, .polled = true};
    ur_status st = ur_http_server_start(&s->http, &options, handle, s);
    if (st == UR_E_UNAVAILABLE) {
        return ur_err_system(err, errno, "listening at %s:%u", address, port);
    }
    return st == UR_OK ? UR_OK : ur_err_set(err, st, "%s is no dotted IPv4 address", address);
}

ur_status devnet_server_start(devnet_server **out, const char *address, uint16_t port, ur_err *err)
{
    devnet_server *s = calloc(1, sizeof *s);
    *out = s;
    if (s == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    s->signals = -1;
    ur_status st = raise_descriptors(err);
    if (st == UR_OK) {
        st = take_signals(s, err);
    }
    if (st == UR_OK) {
        st = listen_at(s, address, port, err);
    }
    if (st != UR_OK) {
        devnet_server_stop(out);
    }
    return st;
}

uint16_t devnet_server_port(const devnet_server *server) { return ur_http_server_port(server->http); }

void devnet_server_stop(devnet_server **server)
{
    devnet_server *s = *server;
    if (s != NULL) {
        ur_http_server_stop(&s->http);
        if (s->signals >= 0) {
            (void)close(s->signals);
        }
        free(s);
        *server = NULL;
    }
}

/* ---- serving ---- */

/* The first of several failures in a row is said. */
static void say_failure(devnet_server *s, ur_status st, const char *what, const ur_err *err)
{
    if (st != UR_OK && !s->failing) {
        (void)fprintf(stderr, "unrug-devnet: %s: %s\n", what, ur_err_text(err, st));
    }
    s->failing = st != UR_OK;
}

/* Everything that this turn brought becomes durable together; only then it is answered. */
static void settle(devnet_server *s)
{
    ur_err err = {0};
    ur_rpc_answer answer;
    if (!ur_ledger_unsettled(s->ledger)) {
        ur_http_server_release(s->http, NULL);
        return;
    }
    ur_status st = ur_ledger_settle(s->ledger, &err);
    say_failure(s, st, "what was sent could not be kept", &err);
    if (st == UR_OK) {
        ur_http_server_release(s->http, NULL);
        return;
    }
    ur_rpc_not_settled(s->rpc, &answer, &err);
    const ur_http_reply instead = {answer.status, answer.content_type, answer.body, false};
    ur_http_server_release(s->http, &instead);
}

static void make_due_blocks(devnet_server *s, unsigned *wait_ms)
{
    ur_err err = {0};
    unsigned next_ms = 0;
    ur_status st = ur_ledger_tick(s->ledger, &next_ms, &err);
    say_failure(s, st, "no block could be made", &err);
    if (st == UR_OK && next_ms != 0 && next_ms < *wait_ms) {
        *wait_ms = next_ms;
    }
}

static bool told_to_stop(const devnet_server *s)
{
    struct signalfd_siginfo info;
    return read(s->signals, &info, sizeof info) == (ssize_t)sizeof info;
}

ur_status devnet_server_run(devnet_server *server, ur_ledger *ledger, ur_rpc *rpc, ur_err *err)
{
    struct pollfd fds[] = {{.fd = server->signals, .events = POLLIN}, {.fd = ur_http_server_fd(server->http), .events = POLLIN}};
    server->ledger = ledger;
    server->rpc = rpc;
    while (!told_to_stop(server) && !ur_rpc_stop_asked(rpc)) {
        ur_http_server_poll(server->http);
        settle(server);
        unsigned wait_ms = ur_ledger_unsettled(ledger) ? 0 : ur_http_server_wait_ms(server->http); /* answering may have brought more */
        make_due_blocks(server, &wait_ms);
        if (poll(fds, sizeof fds / sizeof *fds, (int)wait_ms) < 0 && errno != EINTR) {
            return ur_err_system(err, errno, "poll");
        }
    }
    return UR_OK;
}
