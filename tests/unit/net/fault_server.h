/* A server for tests that misbehaves: one thread, one connection at a time; a function writes whatever bytes it likes. */
#ifndef UR_TESTS_FAULT_SERVER_H
#define UR_TESTS_FAULT_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

typedef struct fault_server fault_server;
/* `request` holds the head and, for a POST of known length, the body; terminated. Returns to close the connection. */
typedef void (*fault_answer)(fault_server *server, int fd, const char *request);

struct fault_server {
    int listener;
    uint16_t port;
    pthread_t thread;
    atomic_bool stop;
    atomic_uint requests;
    fault_answer answer;
    void *context;
};

static inline void fault_write(int fd, const void *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t done = send(fd, (const char *)p + at, n - at, MSG_NOSIGNAL);
        if (done <= 0) {
            return;
        }
        at += (size_t)done;
    }
}

static inline void fault_print(int fd, const char *s) { fault_write(fd, s, strlen(s)); }

/* Wait while the client waits; ends early when the server is stopped or the client has gone. */
static inline void fault_sleep(fault_server *s, int fd, int ms)
{
    for (int t = 0; t < ms && !atomic_load(&s->stop); t += 20) {
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, 20) > 0) {
            return;
        }
    }
}

static inline size_t fault_body_len(const char *head)
{
    const char *at = strstr(head, "Content-Length: ");
    return at == NULL ? 0 : (size_t)strtoul(at + 16, NULL, 10);
}

static inline void *fault_run(void *arg)
{
    fault_server *s = arg;
    static _Thread_local char request[1 << 16];
    while (!atomic_load(&s->stop)) {
        struct pollfd p = {s->listener, POLLIN, 0};
        if (poll(&p, 1, 20) <= 0) {
            continue;
        }
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0) {
            continue;
        }
        size_t n = 0;
        for (;;) {
            ssize_t got = n < sizeof request - 1 ? recv(fd, request + n, sizeof request - 1 - n, 0) : 0;
            if (got <= 0) {
                break;
            }
            n += (size_t)got;
            request[n] = '\0';
            char *end = strstr(request, "\r\n\r\n");
            if (end != NULL && n - (size_t)(end + 4 - request) >= fault_body_len(request)) {
                atomic_fetch_add(&s->requests, 1);
                s->answer(s, fd, request);
                break;
            }
        }
        (void)shutdown(fd, SHUT_RDWR);
        (void)close(fd);
    }
    return NULL;
}

static inline void fault_start(fault_server *s, fault_answer answer, void *context)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof a;
    *s = (fault_server){.answer = answer, .context = context};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &len), 0);
    s->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, fault_run, s), 0);
}

static inline void fault_stop(fault_server *s)
{
    atomic_store(&s->stop, true);
    (void)shutdown(s->listener, SHUT_RDWR); /* ends the wait for a connection */
    (void)pthread_join(s->thread, NULL);
    (void)close(s->listener);
}

#endif
