#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
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
    *reply = (ur_http_reply){200, "text/plain", ur_span_of(text, (size_t)n)};
}

static unsigned calls;
static ur_http_server *server;

static int start(void **state)
{
    (void)state;
    const ur_http_server_options options = {NULL, 0, MAX_BODY, 16, 1};
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
    ur_http_server_options options = {NULL, ur_http_server_port(server), MAX_BODY, 16, 1};
    assert_status(ur_http_server_start(&second, &options, echo, &calls), UR_E_UNAVAILABLE);
    assert_null(second);
    options.address = "localhost!";
    assert_status(ur_http_server_start(&second, &options, echo, &calls), UR_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_get_and_post),
        cmocka_unit_test(refuses_a_large_body),
        cmocka_unit_test(survives_rubbish_and_hang_ups),
        cmocka_unit_test(says_when_the_port_is_taken),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
