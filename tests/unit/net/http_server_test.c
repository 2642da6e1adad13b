#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net/http_server.h"

enum { MAX_BODY = 4096 };

static void echo(void *context, const ur_http_request *request, ur_http_reply *reply)
{
    static char text[MAX_BODY + 256];
    (*(unsigned *)context)++;
    const char *arg = ur_http_request_arg(request, "x");
    int n = snprintf(text, sizeof text, "%s %s x=%s %.*s", request->method, request->path, arg == NULL ? "-" : arg,
                     (int)request->body.n, request->body.p == NULL ? "" : (const char *)request->body.p);
    *reply = (ur_http_reply){200, "text/plain", ur_span_of(text, (size_t)n), strcmp(request->path, "/hold") == 0};
}

static unsigned calls;
static ur_http_server *server;

static int start(void **state)
{
    (void)state;
    const ur_http_server_options options = {.max_body = MAX_BODY, .max_connections = 16, .idle_seconds = 1};
    return ur_http_server_start(&server, &options, echo, &calls) == UR_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    ur_http_server_stop(&server);
    return 0;
}

static int dial(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(ur_http_server_port(server))};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void ask(char answer[8192], const char *head, const char *body, size_t body_len)
{
    int fd = dial();
    assert_int_equal(write(fd, head, strlen(head)), (ssize_t)strlen(head));
    for (size_t at = 0; at < body_len;) {
        ssize_t n = send(fd, body + at, body_len - at, MSG_NOSIGNAL);
        if (n <= 0) {
            break; /* the server may answer and close before it has read everything */
        }
        at += (size_t)n;
    }
    size_t len = 0;
    for (ssize_t n; len < 8191 && (n = read(fd, answer + len, 8191 - len)) > 0;) {
        len += (size_t)n;
    }
    answer[len] = '\0';
    (void)close(fd);
}

static void answers_get_and_post(void **state)
{
    (void)state;
    char answer[8192];
    ask(answer, "GET /status?x=a%20b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "", 0);
    assert_non_null(strstr(answer, "200 OK"));
    assert_non_null(strstr(answer, "GET /status x=a b "));
    ask(answer, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\n", "hello", 5);
    assert_non_null(strstr(answer, "POST / x=- hello"));
}

static void refuses_a_large_body(void **state)
{
    (void)state;
    static char big[4 * MAX_BODY];
    memset(big, 'b', sizeof big);
    char answer[8192], head[128];
    unsigned before = calls;
    (void)snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", sizeof big);
    ask(answer, head, big, sizeof big);
    assert_non_null(strstr(answer, " 413 "));
    assert_int_equal(calls, before);
    (void)snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", MAX_BODY);
    ask(answer, head, big, MAX_BODY);
    assert_non_null(strstr(answer, " 200 "));
}

static void survives_rubbish_and_hang_ups(void **state)
{
    (void)state;
    char answer[8192];
    for (int i = 0; i < 40; i++) {
        int fd = dial();
        (void)!write(fd, "POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf", 44);
        (void)close(fd);
    }
    ask(answer, "\x16\x03\x01 not http\r\n\r\n", "", 0);
    ask(answer, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "", 0);
    assert_non_null(strstr(answer, "200 OK"));
}

static void says_when_the_port_is_taken(void **state)
{
    (void)state;
    ur_http_server *second;
    ur_http_server_options options = {.port = ur_http_server_port(server), .max_body = MAX_BODY, .max_connections = 16, .idle_seconds = 1};
    assert_status(ur_http_server_start(&second, &options, echo, &calls), UR_E_UNAVAILABLE);
    assert_null(second);
    options.address = "localhost!";
    assert_status(ur_http_server_start(&second, &options, echo, &calls), UR_E_INPUT);
}

/* ---- driven by us ---- */

static ur_http_server *polled;

static void start_polled(size_t max_memory)
{
    const ur_http_server_options options = {.max_body = MAX_BODY, .max_connections = 16, .idle_seconds = 60, .max_memory = max_memory,
                                            .polled = true};
    assert_ok(ur_http_server_start(&polled, &options, echo, &calls));
    assert_true(ur_http_server_fd(polled) >= 0);
    assert_true(ur_http_server_wait_ms(polled) <= 60000);
}

static int say_to_polled(const char *request)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(ur_http_server_port(polled))};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    return fd;
}

/* Polls until `fd` has an answer; false if none comes in that many turns. */
static bool answered(int fd, char answer[8192], int turns)
{
    ssize_t n = -1;
    for (int i = 0; i < turns && n < 0; i++) {
        ur_http_server_poll(polled);
        struct pollfd p = {.fd = fd, .events = POLLIN};
        n = poll(&p, 1, 5) == 1 ? read(fd, answer, 8191) : -1;
    }
    answer[n < 0 ? 0 : n] = '\0';
    return n >= 0;
}

#define HOLD "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"
#define DIRECT "GET /direct HTTP/1.1\r\nHost: h\r\n\r\n"

static void holds_and_releases(void **state)
{
    (void)state;
    char text[8192];
    start_polled(0);
    int a = say_to_polled(HOLD), b = say_to_polled(HOLD), c = say_to_polled(DIRECT);
    assert_true(answered(c, text, 2000));
    assert_non_null(strstr(text, "GET /direct"));
    assert_false(answered(a, text, 10));
    ur_http_server_release(polled, NULL); /* sends without a further poll */
    assert_int_equal(poll(&(struct pollfd){.fd = a, .events = POLLIN}, 1, 60000), 1);
    assert_true(answered(a, text, 2000));
    assert_non_null(strstr(text, "GET /hold"));
    assert_true(answered(b, text, 2000));
    /* the same connection again, and another answer than the handler's */
    assert_int_equal(write(a, HOLD, strlen(HOLD)), (ssize_t)strlen(HOLD));
    assert_false(answered(a, text, 10));
    const ur_http_reply instead = {507, "text/plain", UR_SPAN_LIT("disk full"), false};
    ur_http_server_release(polled, &instead);
    assert_true(answered(a, text, 2000));
    assert_non_null(strstr(text, " 507 "));
    assert_non_null(strstr(text, "disk full"));
    /* stopping with one held */
    assert_int_equal(write(b, HOLD, strlen(HOLD)), (ssize_t)strlen(HOLD));
    assert_false(answered(b, text, 10));
    ur_http_server_stop(&polled);
    (void)close(a);
    (void)close(b);
    (void)close(c);
}

/* An event loop that trusts the descriptor alone: whatever was released, the next request is seen. */
static void wakes_for_what_follows_a_release(void **state)
{
    (void)state;
    char text[8192];
    start_polled(0);
    int fds[2] = {say_to_polled(DIRECT), say_to_polled(DIRECT)};
    assert_true(answered(fds[0], text, 2000));
    assert_true(answered(fds[1], text, 2000));
    for (int i = 0; i < 300; i++) {
        int fd = fds[i % 3 == 0];
        unsigned before = calls;
        const char *request = i % 5 == 4 ? DIRECT : HOLD;
        assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
        while (calls == before) {
            assert_int_equal(poll(&(struct pollfd){.fd = ur_http_server_fd(polled), .events = POLLIN}, 1, 60000), 1);
            ur_http_server_poll(polled);
        }
        ur_http_server_release(polled, NULL);
        assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 60000), 1);
        assert_true(read(fd, text, sizeof text) > 0);
    }
    ur_http_server_stop(&polled);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void refuses_over_its_memory(void **state)
{
    (void)state;
    char text[8192];
    start_polled(64);
    int a = say_to_polled(HOLD), b, c;
    assert_false(answered(a, text, 10));
    b = say_to_polled(DIRECT DIRECT);
    assert_true(answered(b, text, 2000));
    c = say_to_polled("GET /direct?x=0123456789012345678901234567890123456789012345678901234567890123456789 HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_true(answered(c, text, 2000));
    assert_non_null(strstr(text, " 503 "));
    (void)close(c);
    c = say_to_polled("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    assert_true(answered(c, text, 2000));
    assert_non_null(strstr(text, " 503 "));
    ur_http_server_stop(&polled);
    (void)close(a);
    (void)close(b);
    (void)close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_get_and_post),
        cmocka_unit_test(refuses_a_large_body),
        cmocka_unit_test(survives_rubbish_and_hang_ups),
        cmocka_unit_test(says_when_the_port_is_taken),
        cmocka_unit_test(holds_and_releases),
        cmocka_unit_test(wakes_for_what_follows_a_release),
        cmocka_unit_test(refuses_over_its_memory),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
