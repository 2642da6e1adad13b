#include "tests/unit/net/fault_server.h"

#include "lib/net/http_client.h"

static void behave(fault_server *s, int fd, const char *request)
{
    const char *path = strchr(request, ' ') + 1;
#define IS(p) (strncmp(path, (p " "), sizeof p) == 0)
    if (IS("/ok")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nX-Chain:  a%20b \r\n"
                        "Content-Length: 7\r\n\r\n{\"a\":1}");
    } else if (IS("/empty")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/echo")) {
        char head[128];
        const char *body = strstr(request, "\r\n\r\n") + 4;
        (void)snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
                       strlen(body));
        fault_print(fd, head);
        fault_print(fd, body);
    } else if (IS("/slow")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\"");
        fault_sleep(s, fd, 60000);
    } else if (IS("/silent")) {
        fault_sleep(s, fd, 60000);
    } else if (IS("/cut")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 70\r\n\r\n{\"a\":1}");
    } else if (IS("/hangup")) {
        return;
    } else if (IS("/type")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
    } else if (IS("/untyped")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    } else if (IS("/announced")) {
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000000000\r\n\r\n{");
        fault_sleep(s, fd, 60000);
    } else if (IS("/huge") || IS("/headers")) {
        static char block[8192];
        memset(block, 'x', sizeof block);
        fault_print(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        if (IS("/headers")) {
            for (int i = 0; i < 100; i++) {
                fault_print(fd, "X-Pad: ");
                fault_write(fd, block, 2048);
                fault_print(fd, "\r\n");
            }
        } else {
            fault_print(fd, "Connection: close\r\n\r\n");
            for (int i = 0; i < 1000; i++) {
                fault_write(fd, block, sizeof block);
            }
        }
    } else if (IS("/redirect")) {
        fault_print(fd, "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/away")) {
        fault_print(fd, "HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/ok\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/loop")) {
        fault_print(fd, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/404")) {
        fault_print(fd, "HTTP/1.1 404 No\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone");
    } else if (IS("/503")) {
        fault_print(fd, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/403")) {
        fault_print(fd, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/400")) {
        fault_print(fd, "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
    } else if (IS("/rubbish")) {
        fault_print(fd, "\x16\x03\x01\x02rubbish\r\n\r\n");
    }
}

static fault_server server;
static ur_http_client *client;
static char url[256];

static const char *at(const char *path)
{
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", server.port, path);
    return url;
}

static int setup(void **state)
{
    (void)state;
    fault_start(&server, behave, NULL);
    return ur_http_client_new(&client, NULL, NULL) == UR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ur_http_client_free(&client);
    assert_null(client);
    ur_http_client_free(&client);
    fault_stop(&server);
    return 0;
}

static ur_status get(const char *path, ur_http_answer *out, ur_err *err)
{
    bool slow = strcmp(path, "/slow") == 0 || strcmp(path, "/silent") == 0; /* the others have all the time of a busy machine */
    const ur_http_ask ask = {.url = at(path), .accept = "application/json", .max_body = 65536, .timeout_ms = slow ? 400 : 60000};
    return ur_http_fetch(client, out, &ask, err);
}

static void hands_over_body_and_headers(void **state)
{
    (void)state;
    ur_http_answer a;
    ur_err err = {0};
    assert_ok(get("/ok", &a, &err));
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body_len, 7);
    assert_string_equal((char *)a.body, "{\"a\":1}");
    assert_string_equal(ur_http_answer_header(&a, "x-chain"), "a%20b");
    assert_null(ur_http_answer_header(&a, "X-Chai"));
    ur_http_answer_free(&a);
    assert_ok(get("/empty", &a, &err));
    assert_int_equal(a.body_len, 0);
    assert_string_equal((char *)a.body, "");
    ur_http_answer_free(&a);
    ur_http_answer_free(&a);
}

static void posts(void **state)
{
    (void)state;
    ur_http_answer a;
    const ur_http_ask ask = {.url = at("/echo"), .body = UR_SPAN_LIT("{\"q\":2}"), .body_type = "application/json",
                             .accept = "application/json", .accept_other = "text/plain", .max_body = 100};
    assert_ok(ur_http_fetch(client, &a, &ask, NULL));
    assert_string_equal((char *)a.body, "{\"q\":2}");
    ur_http_answer_free(&a);
}

static void says_what_went_wrong(void **state)
{
    (void)state;
    const struct {
        const char *path;
        ur_status want;
        const char *words;
    } cases[] = {
        {"/slow", UR_E_UNAVAILABLE, "no complete answer within 0.4 s"},
        {"/silent", UR_E_UNAVAILABLE, "no complete answer within 0.4 s"},
        {"/cut", UR_E_UNAVAILABLE, "cut off"},
        {"/hangup", UR_E_UNAVAILABLE, "cut off"},
        {"/type", UR_E_INPUT, "'text/html', not application/json"},
        {"/untyped", UR_E_INPUT, "of no stated type"},
        {"/announced", UR_E_LIMIT, "larger than 65536 bytes"},
        {"/huge", UR_E_LIMIT, "larger than 65536 bytes"},
        {"/headers", UR_E_LIMIT, "bytes of headers"},
        {"/redirect", UR_E_POLICY, "redirects to 'http://127.0.0.1:"},
        {"/404", UR_E_ABSENT, "answers 404"},
        {"/503", UR_E_UNAVAILABLE, "answers 503"},
        {"/403", UR_E_POLICY, "answers 403"},
        {"/400", UR_E_INPUT, "answers 400"},
        {"/rubbish", UR_E_INPUT, "not HTTP"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ur_http_answer a;
        ur_err err = {0};
        ur_status got = get(cases[i].path, &a, &err);
        if (got != cases[i].want || strstr(err.text, cases[i].words) == NULL || strstr(err.text, "GET http://") == NULL) {
            fail_msg("%s: %s, '%s'", cases[i].path, ur_status_name(got), err.text);
        }
        assert_null(a.body);
        assert_null(a.headers);
    }
}

static void hands_over_other_answers_when_asked(void **state)
{
    (void)state;
    ur_http_answer a;
    const ur_http_ask ask = {.url = at("/404"), .accept = "application/json", .max_body = 100, .any_status = true};
    assert_ok(ur_http_fetch(client, &a, &ask, NULL));
    assert_int_equal(a.status, 404);
    assert_string_equal((char *)a.body, "none");
    ur_http_answer_free(&a);
}

static void follows_redirects_only_as_far_as_allowed(void **state)
{
    (void)state;
    const ur_http_client_options options = {.redirects = 2};
    ur_http_client *c;
    ur_http_answer a;
    ur_err err = {0};
    assert_ok(ur_http_client_new(&c, &options, NULL));
    ur_http_ask ask = {.url = at("/redirect"), .max_body = 100, .timeout_ms = 60000};
    assert_ok(ur_http_fetch(c, &a, &ask, &err));
    assert_string_equal((char *)a.body, "{\"a\":1}");
    ur_http_answer_free(&a);
    unsigned before = atomic_load(&server.requests);
    ask.url = at("/loop");
    assert_status(ur_http_fetch(c, &a, &ask, &err), UR_E_POLICY);
    assert_int_equal(atomic_load(&server.requests), before + 3);
    ask.url = at("/away"); /* plain http, not this machine */
    assert_status(ur_http_fetch(c, &a, &ask, &err), UR_E_USAGE);
    ask.url = at("/redirect");
    ask.body = UR_SPAN_LIT("x");
    ask.body_type = "text/plain";
    assert_status(ur_http_fetch(c, &a, &ask, &err), UR_E_POLICY);
    ur_http_client_free(&c);
}

static void goes_only_where_it_may(void **state)
{
    (void)state;
    const char *good[] = {"https://example.org/x?y=z", "http://127.0.0.1:1/", "http://127.8.9.1", "http://[::1]:80/a",
                          "http://localhost:26657"};
    const char *bad[] = {"http://example.org/", "http://127.0.0.1.example.org/", "http://127.0.0.256/", "ftp://localhost/",
                         "file:///etc/passwd", "https://user:pass@example.org/", "example", "", "http://10.0.0.1/",
                         "http://127.0.0.1@example.org/", "gopher://127.0.0.1/"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ur_err err = {0};
        assert_ok(ur_http_url_check(good[i], &err));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ur_err err = {0};
        if (ur_http_url_check(bad[i], &err) != UR_E_USAGE || err.text[0] == '\0') {
            fail_msg("%s was not refused", bad[i]);
        }
    }
}

static void says_when_nobody_listens(void **state)
{
    (void)state;
    ur_http_answer a;
    ur_err err = {0};
    const ur_http_ask ask = {.url = "http://127.0.0.1:1/", .max_body = 100, .timeout_ms = 60000};
    assert_status(ur_http_fetch(client, &a, &ask, &err), UR_E_UNAVAILABLE);
    assert_non_null(strstr(err.text, "GET http://127.0.0.1:1/: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_over_body_and_headers),
        cmocka_unit_test(posts),
        cmocka_unit_test(says_what_went_wrong),
        cmocka_unit_test(hands_over_other_answers_when_asked),
        cmocka_unit_test(follows_redirects_only_as_far_as_allowed),
        cmocka_unit_test(goes_only_where_it_may),
        cmocka_unit_test(says_when_nobody_listens),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
