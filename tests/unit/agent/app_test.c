/* The application's socket: questions and answers, refusals, bad peers, and what stands at its path. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/os/file.h"
#include "programs/agent/app.h"
#include "tests/test.h"

typedef struct stage {
    char dir[64];
    ur_wallet wallet;
    ua_may may;
    ua_app *app;
} stage;

static ua_may may(void *self) { return ((stage *)self)->may; }
static const ur_wallet *wallet(void *self) { return ((stage *)self)->wallet.secret != NULL ? &((stage *)self)->wallet : NULL; }

static void status(void *self, ur_json_writer *out)
{
    ur_json_begin_object(out);
    ur_json_key(out, "state");
    ur_json_put_text(out, ((stage *)self)->may == UA_MAY_SERVE ? "serving" : "not serving");
    ur_json_end_object(out);
}

static ua_app *open_app(stage *s, bool secret)
{
    const ua_app_agent agent = {.self = s, .may = may, .status = status, .wallet = wallet, .hands_out_secret = secret};
    ua_app *app;
    ur_err err = {""};
    if (ua_app_open(&app, "agent.sock", &agent, &err) != UR_OK) {
        fail_msg("%s", err.text);
    }
    return app;
}

static int enter(void **state)
{
    static stage s;
    s = (stage){.dir = "/tmp/unrug-app-XXXXXX", .may = UA_MAY_SERVE};
    *state = &s;
    return mkdtemp(s.dir) == NULL || chdir(s.dir) != 0 || ur_wallet_new(&s.wallet, UR_WALLET_SECP256K1, 0, NULL) != UR_OK;
}

static int leave(void **state)
{
    stage *s = *state;
    char command[128];
    ua_app_close(&s->app);
    ur_wallet_clear(&s->wallet);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", s->dir);
    return chdir("/") != 0 || system(command) != 0;
}

static int connected(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "agent.sock"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void turn(stage *s)
{
    for (int i = 0; i < 8; i++) {
        assert_ok(ua_app_turn(s->app, 0, -1, NULL));
    }
}

/* Send lines, and read what comes back; "" when the connection was closed. */
static const char *exchange(stage *s, int fd, const char *lines)
{
    static char buf[1 << 17];
    size_t n = strlen(lines), have = 0;
    assert_int_equal(send(fd, lines, n, MSG_NOSIGNAL), (ssize_t)n);
    for (;;) {
        turn(s);
        ssize_t got = recv(fd, buf + have, sizeof buf - 1 - have, MSG_DONTWAIT);
        if (got <= 0) {
            break;
        }
        have += (size_t)got;
    }
    buf[have] = '\0';
    return buf;
}

static void answers(void **state)
{
    stage *s = *state;
    s->app = open_app(s, false);
    int fd = connected();
    assert_string_equal(exchange(s, fd, "{\"ask\":\"status\"}\n"), "{\"ok\":{\"state\":\"serving\"}}\n");
    assert_string_equal(exchange(s, fd, "{\"ask\":\"status\",\"id\":7}\n{\"ask\":\"status\",\"id\":8}\n"),
                        "{\"id\":7,\"ok\":{\"state\":\"serving\"}}\n{\"id\":8,\"ok\":{\"state\":\"serving\"}}\n");
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"public\"}\n"), "{\"ok\":{\"kind\":\"secp256k1\",\"name\":\"01"));
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"secret\",\"id\":1}\n"), "{\"error\":{\"code\":\"forbidden\""));
    (void)close(fd);
}

static void signs(void **state)
{
    stage *s = *state;
    s->app = open_app(s, false);
    int fd = connected();
    const char *text = exchange(s, fd, "{\"ask\":\"sign\",\"message\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}\n");
    ur_json v;
    uint8_t sig[64], zeros[32] = {0};
    assert_ok(ur_json_parse_var(&v, ur_span_of(text, strlen(text) - 1)));
    assert_ok(ur_json_base64_var(sig, sizeof sig, ur_json_get_var(ur_json_get_var(v, "ok"), "signature")));
    assert_ok(ur_wallet_verify_var(ur_span_of(s->wallet.name, s->wallet.name_n), ur_span_of(zeros, 32), sig));
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"sign\",\"message\":\"AAAA\"}\n"), "\"code\":\"failed\""));
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"sign\",\"message\":\"?\"}\n"), "\"code\":\"question\""));
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"sign\"}\n"), "\"code\":\"question\""));
    (void)close(fd);
}

static void hands_out_when_told(void **state)
{
    stage *s = *state;
    s->app = open_app(s, true);
    int fd = connected();
    const char *text = exchange(s, fd, "{\"ask\":\"secret\"}\n");
    ur_json v;
    uint8_t secret[32];
    assert_ok(ur_json_parse_var(&v, ur_span_of(text, strlen(text) - 1)));
    assert_ok(ur_json_base64_var(secret, 32, ur_json_get_var(ur_json_get_var(v, "ok"), "secret")));
    assert_memory_equal(secret, ur_secret_reveal(s->wallet.secret), 32);
    (void)close(fd);
}

/* Asked anew for every question: nothing starts after the lease. */
static void serves_only_while_it_may(void **state)
{
    stage *s = *state;
    static const char *const codes[] = {[UA_MAY_NOT_WAITING] = "waiting", [UA_MAY_NOT_LEASE] = "lease", [UA_MAY_NOT_FENCED] = "fenced"};
    static const char *const asks[] = {"{\"ask\":\"public\"}\n", "{\"ask\":\"secret\"}\n",
                                       "{\"ask\":\"sign\",\"message\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}\n"};
    s->app = open_app(s, true);
    int fd = connected();
    for (size_t a = 0; a < 3; a++) {
        for (int m = UA_MAY_NOT_WAITING; m <= UA_MAY_NOT_FENCED; m++) {
            char code[32];
            (void)snprintf(code, sizeof code, "\"code\":\"%s\"", codes[m]);
            s->may = (ua_may)m;
            assert_non_null(strstr(exchange(s, fd, asks[a]), code));
            s->may = UA_MAY_SERVE;
            assert_null(strstr(exchange(s, fd, asks[a]), "error"));
        }
    }
    s->may = UA_MAY_NOT_LEASE;
    assert_string_equal(exchange(s, fd, "{\"ask\":\"status\"}\n"), "{\"ok\":{\"state\":\"not serving\"}}\n");
    (void)close(fd);
}

static void bad_questions(void **state)
{
    stage *s = *state;
    static const char *const rows[] = {"\n", "{}\n", "hello\n", "{\"ask\":\"everything\"}\n", "{\"ask\":1}\n", "{\"ask\":\"status\",\"id\":-1}\n",
                                       "{\"ask\":\"status\",\"more\":1}\n", "[\"status\"]\n", "{\"ask\":\"status\",\"ask\":\"status\"}\n", "\x01\n"};
    s->app = open_app(s, true);
    int fd = connected();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_non_null(strstr(exchange(s, fd, rows[i]), "\"code\":\"question\""));
    }
    (void)close(fd);
}

static void a_line_without_end(void **state)
{
    stage *s = *state;
    static char line[UA_APP_LINE_MAX + 100];
    memset(line, 'x', sizeof line - 1);
    s->app = open_app(s, true);
    int fd = connected(), other = connected();
    assert_string_equal(exchange(s, fd, line), "");
    char c;
    assert_true(recv(fd, &c, 1, MSG_DONTWAIT) <= 0 && errno != EAGAIN);
    assert_non_null(strstr(exchange(s, other, "{\"ask\":\"status\"}\n"), "serving")); /* others do not notice */
    (void)close(fd);
    (void)close(other);
}

static void questions_in_pieces(void **state)
{
    stage *s = *state;
    s->app = open_app(s, true);
    int fd = connected();
    static const char question[] = "{\"ask\":\"status\"}";
    for (size_t i = 0; i + 1 < sizeof question; i++) {
        char one[2] = {question[i], '\0'};
        assert_string_equal(exchange(s, fd, one), "");
    }
    assert_string_equal(exchange(s, fd, "\n"), "{\"ok\":{\"state\":\"serving\"}}\n");
    (void)close(fd);
}

static void more_clients_than_it_takes(void **state)
{
    stage *s = *state;
    int fds[UA_APP_CLIENTS_MAX + 8];
    s->app = open_app(s, true);
    for (size_t i = 0; i < UA_APP_CLIENTS_MAX + 8; i++) {
        fds[i] = connected();
        turn(s);
    }
    assert_non_null(strstr(exchange(s, fds[0], "{\"ask\":\"status\"}\n"), "serving"));
    for (size_t i = 0; i < UA_APP_CLIENTS_MAX + 8; i++) {
        (void)close(fds[i]);
    }
    turn(s);
    int fd = connected();
    assert_non_null(strstr(exchange(s, fd, "{\"ask\":\"status\"}\n"), "serving"));
    (void)close(fd);
}

static void its_place(void **state)
{
    stage *s = *state;
    const ua_app_agent agent = {.self = s, .may = may, .status = status, .wallet = wallet};
    ua_app *app;
    struct stat st;
    s->app = open_app(s, false);
    assert_int_equal(stat("agent.sock", &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
    assert_status(ua_app_open(&app, "agent.sock", &agent, NULL), UR_E_STATE); /* one that lives is left alone */
    ua_app_close(&s->app);
    assert_int_equal(stat("agent.sock", &st), -1);
    int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "agent.sock"};
    assert_int_equal(bind(dead, (struct sockaddr *)&a, sizeof a), 0);
    (void)close(dead);
    s->app = open_app(s, false); /* one that a kill left is replaced */
    ua_app_close(&s->app);
    assert_ok(ur_file_write("agent.sock", UR_SPAN_LIT("a file"), UR_FILE_NEW, NULL));
    assert_status(ua_app_open(&app, "agent.sock", &agent, NULL), UR_E_STATE);
    assert_int_equal(stat("agent.sock", &st), 0);
    assert_true(ua_app_open(&app, "absent/agent.sock", &agent, NULL) != UR_OK);
    char path[200];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_status(ua_app_open(&app, path, &agent, NULL), UR_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers, enter, leave),
        cmocka_unit_test_setup_teardown(signs, enter, leave),
        cmocka_unit_test_setup_teardown(hands_out_when_told, enter, leave),
        cmocka_unit_test_setup_teardown(serves_only_while_it_may, enter, leave),
        cmocka_unit_test_setup_teardown(bad_questions, enter, leave),
        cmocka_unit_test_setup_teardown(a_line_without_end, enter, leave),
        cmocka_unit_test_setup_teardown(questions_in_pieces, enter, leave),
        cmocka_unit_test_setup_teardown(more_clients_than_it_takes, enter, leave),
        cmocka_unit_test_setup_teardown(its_place, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
