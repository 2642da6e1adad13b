#define _GNU_SOURCE /* SO_PEERCRED, accept4 */
#include "programs/agent/app.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/codec/base64.h"

#define SECRET_LINE_MAX (UA_APP_LINE_MAX / 2)

typedef struct client {
    int fd;
    size_t in_n, out_n, out_at;
    uint8_t in[UA_APP_LINE_MAX];
    uint8_t out[UA_APP_LINE_MAX];
} client;

struct ua_app {
    int fd;
    struct sockaddr_un address;
    ua_app_agent agent;
    client *clients[UA_APP_CLIENTS_MAX];
    size_t count;
};

/* ---- answers ---- */

typedef struct question {
    bool has_id;
    uint64_t id;
    ur_json ask, message;
} question;

static void put_id(ur_json_writer *j, const question *q)
{
    if (q->has_id) {
        ur_json_key(j, "id");
        ur_json_put_u64(j, q->id);
    }
}

/* Up to the first value of what is answered; without a key: up to the answer itself. */
static void begin_answer(ur_json_writer *j, const question *q, const char *key)
{
    ur_json_begin_object(j);
    put_id(j, q);
    ur_json_key(j, "ok");
    if (key != NULL) {
        ur_json_begin_object(j);
        ur_json_key(j, key);
    }
}

static void end_answer(ur_json_writer *j, bool inner)
{
    if (inner) {
        ur_json_end_object(j);
    }
    ur_json_end_object(j);
}

static void refuse(ur_json_writer *j, const question *q, const char *code, const char *text)
{
    ur_json_begin_object(j);
    ur_json_key(j, "error");
    ur_json_begin_object(j);
    ur_json_key(j, "code");
    ur_json_put_text(j, code);
    ur_json_key(j, "text");
    ur_json_put_text(j, text);
    ur_json_end_object(j);
    put_id(j, q);
    ur_json_end_object(j);
}

static bool may_serve(const ua_app *a, ur_json_writer *j, const question *q)
{
    switch (a->agent.may(a->agent.self)) {
    case UA_MAY_SERVE:
        return true;
    case UA_MAY_NOT_WAITING:
        refuse(j, q, "waiting", "the secret is not there yet");
        return false;
    case UA_MAY_NOT_LEASE:
        refuse(j, q, "lease", "the agent may not serve now: its last proof of life is too old, or it is about to hand over");
        return false;
    case UA_MAY_NOT_FENCED:
        break;
    }
    refuse(j, q, "fenced", "this instance was fenced: another one takes its place");
    return false;
}

static void answer_status(const ua_app *a, ur_json_writer *j, const question *q)
{
    begin_answer(j, q, NULL);
    a->agent.status(a->agent.self, j);
    end_answer(j, false);
}

static void answer_public(ur_json_writer *j, const question *q, const ur_wallet *w)
{
    begin_answer(j, q, "kind");
    ur_json_put_text(j, ur_wallet_kind_name(w->kind));
    ur_json_key(j, "name");
    ur_json_put_hex(j, ur_span_of(w->name, w->name_n));
    ur_json_key(j, "public");
    if (w->kind == UR_WALLET_BYTES) {
        ur_json_put_null(j);
    } else {
        ur_json_put_hex(j, ur_span_of(w->name + 1, w->name_n - 1));
    }
    end_answer(j, true);
}

static void answer_sign(ur_json_writer *j, const question *q, const ur_wallet *w)
{
    uint8_t message[UA_APP_LINE_MAX], sig[UR_WALLET_SIG_BYTES];
    size_t n;
    ur_err err = {""};
    if (ur_json_base64_upto_var(message, sizeof message, &n, q->message) != UR_OK) {
        refuse(j, q, "question", "message must be base64");
    } else if (ur_wallet_sign(w, sig, ur_span_of(message, n), &err) != UR_OK) {
        refuse(j, q, "failed", ur_err_text(&err, UR_E_INTERNAL));
    } else {
        begin_answer(j, q, "signature");
        ur_json_put_base64(j, ur_span_of(sig, sizeof sig));
        end_answer(j, true);
    }
}

static void answer_secret(const ua_app *a, ur_json_writer *j, const question *q, const ur_wallet *w)
{
    if (!a->agent.hands_out_secret) {
        refuse(j, q, "forbidden", "this agent signs, but its configuration does not let it hand out the secret");
    } else if (ur_base64_chars(ur_secret_len(w->secret), UR_BASE64) > SECRET_LINE_MAX) {
        refuse(j, q, "size", "the secret is too long for an answer");
    } else {
        begin_answer(j, q, "secret");
        ur_json_put_base64(j, ur_span_of(ur_secret_reveal(w->secret), ur_secret_len(w->secret)));
        end_answer(j, true);
    }
}

static ur_status read_question(question *out, ur_span line)
{
    enum { ASK, ID, MESSAGE, COUNT };
    static const char *const names[COUNT] = {"ask", "id", "message"};
    ur_json text, f[COUNT];
    *out = (question){0};
    UR_TRY(ur_json_parse_var(&text, line));
    UR_TRY(ur_json_fields_var(f, names, COUNT, 1, text));
    out->ask = f[ASK];
    out->message = f[MESSAGE];
    out->has_id = ur_json_kind_var(f[ID]) != UR_JSON_NONE;
    return out->has_id ? ur_json_u64_var(&out->id, f[ID]) : UR_OK;
}

static void answer(const ua_app *a, ur_json_writer *j, ur_span line)
{
    question q;
    if (read_question(&q, line) != UR_OK) {
        q = (question){0};
        refuse(j, &q, "question", "a question is an object with \"ask\", and perhaps \"id\" and \"message\"");
        return;
    }
    bool public_key = ur_json_is_var(q.ask, UR_SPAN_LIT("public")), sign = ur_json_is_var(q.ask, UR_SPAN_LIT("sign"));
    bool secret = ur_json_is_var(q.ask, UR_SPAN_LIT("secret"));
    if (ur_json_is_var(q.ask, UR_SPAN_LIT("status"))) {
        answer_status(a, j, &q);
    } else if (!public_key && !sign && !secret) {
        refuse(j, &q, "question", "ask for status, public, sign or secret");
    } else if (may_serve(a, j, &q)) {
        const ur_wallet *w = a->agent.wallet(a->agent.self);
        if (w == NULL) {
            refuse(j, &q, "waiting", "the secret is not there yet");
        } else if (public_key) {
            answer_public(j, &q, w);
        } else if (sign) {
            answer_sign(j, &q, w);
        } else {
            answer_secret(a, j, &q, w);
        }
    }
}

/* ---- clients ---- */

static void drop(ua_app *a, size_t i)
{
    client *c = a->clients[i];
    (void)close(c->fd);
    ur_wipe(c, sizeof *c);
    free(c);
    a->clients[i] = a->clients[--a->count];
}

static ur_span write_answer(const ua_app *a, client *c, ur_span line)
{
    ur_writer w;
    ur_json_writer j;
    ur_span out;
    ur_writer_init(&w, c->out, sizeof c->out - 1);
    ur_json_writer_init(&j, &w);
    answer(a, &j, line);
    return ur_json_writer_end(&j, &out) == UR_OK ? out : (ur_span){0};
}

/* The next whole line of what came in, if the answer before it is gone. False: this client is to be dropped. */
static bool answer_line(const ua_app *a, client *c)
{
    uint8_t *end = c->out_n == 0 ? memchr(c->in, '\n', c->in_n) : NULL;
    if (end == NULL) {
        return c->out_n > 0 || c->in_n < sizeof c->in; /* a line that never ends */
    }
    size_t n = (size_t)(end - c->in);
    ur_span out = write_answer(a, c, ur_span_of(c->in, n));
    if (out.n == 0) {
        return false;
    }
    c->out[out.n] = '\n';
    c->out_n = out.n + 1;
    c->in_n -= n + 1;
    memmove(c->in, end + 1, c->in_n);
    return true;
}

/* False: drop it. */
static bool send_some(client *c)
{
    while (c->out_at < c->out_n) {
        ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        c->out_at += (size_t)n;
    }
    ur_wipe(c->out, c->out_n);
    c->out_n = c->out_at = 0;
    return true;
}

static bool receive_some(client *c)
{
    ssize_t n = c->in_n < sizeof c->in ? recv(c->fd, c->in + c->in_n, sizeof c->in - c->in_n, MSG_DONTWAIT) : -1;
    if (n < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || c->in_n == sizeof c->in;
    }
    c->in_n += (size_t)n;
    return n > 0;
}

static bool serve(const ua_app *a, client *c, short events)
{
    if ((events & (POLLERR | POLLNVAL)) != 0 || ((events & (POLLIN | POLLHUP)) != 0 && !receive_some(c))) {
        return false;
    }
    for (;;) {
        if (!send_some(c)) {
            return false;
        }
        if (c->out_n > 0) {
            return true; /* the peer reads slowly: its next questions wait */
        }
        if (!answer_line(a, c)) {
            return false;
        }
        if (c->out_n == 0) {
            return true;
        }
    }
}

static bool is_our_user(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.uid == geteuid();
}

static void take_client(ua_app *a)
{
    int fd = accept4(a->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    client *c = a->count < UA_APP_CLIENTS_MAX && is_our_user(fd) ? calloc(1, sizeof *c) : NULL;
    if (c == NULL) {
        (void)close(fd);
        return;
    }
    c->fd = fd;
    a->clients[a->count++] = c;
}

ur_status ua_app_turn(ua_app *a, int timeout_ms, int wake, ur_err *err)
{
    struct pollfd p[UA_APP_CLIENTS_MAX + 2];
    size_t n = a->count;
    for (size_t i = 0; i < n; i++) {
        const client *c = a->clients[i];
        p[i] = (struct pollfd){.fd = c->fd, .events = (short)(c->out_n > 0 ? POLLOUT : POLLIN)};
    }
    p[n] = (struct pollfd){.fd = a->fd, .events = POLLIN};
    p[n + 1] = (struct pollfd){.fd = wake, .events = POLLIN};
    if (poll(p, (nfds_t)(n + 2), timeout_ms) < 0) {
        return errno == EINTR ? UR_OK : ur_err_system(err, errno, "cannot wait for applications");
    }
    for (size_t i = n; i-- > 0;) {
        if (p[i].revents != 0 && !serve(a, a->clients[i], p[i].revents)) {
            drop(a, i);
        }
    }
    if ((p[n].revents & POLLIN) != 0) {
        take_client(a);
    }
    return UR_OK;
}

/* ---- opening ---- */

/* A socket that nobody answers at was left by a process that was killed. */
static ur_status clear_path(const ua_app *a, ur_err *err)
{
    struct stat st;
    const char *path = a->address.sun_path;
    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? UR_OK : ur_err_system(err, errno, "'%s'", path);
    }
    int fd = S_ISSOCK(st.st_mode) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    bool answers = fd >= 0 && connect(fd, (const struct sockaddr *)&a->address, sizeof a->address) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    if (!S_ISSOCK(st.st_mode) || answers) {
        return ur_err_set(err, UR_E_STATE, "'%s': %s", path, answers ? "another agent answers there" : "this is no socket");
    }
    return unlink(path) == 0 ? UR_OK : ur_err_system(err, errno, "'%s': cannot remove a dead socket", path);
}

static ur_status start(ua_app *a, ur_err *err)
{
    UR_TRY(clear_path(a, err));
    a->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0177); /* the socket is ours alone from its first instant */
    bool bound = a->fd >= 0 && bind(a->fd, (const struct sockaddr *)&a->address, sizeof a->address) == 0;
    int kept = errno;
    (void)umask(mask);
    if (!bound || listen(a->fd, (int)UA_APP_CLIENTS_MAX) != 0) {
        return ur_err_system(err, bound ? errno : kept, "'%s': cannot listen", a->address.sun_path);
    }
    return UR_OK;
}

ur_status ua_app_open(ua_app **out, const char *path, const ua_app_agent *agent, ur_err *err)
{
    *out = NULL;
    ua_app *a = calloc(1, sizeof *a);
    if (a == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    a->fd = -1;
    a->agent = *agent;
    a->address.sun_family = AF_UNIX;
    size_t n = strlen(path);
    ur_status s = n > 0 && n < sizeof a->address.sun_path
                      ? UR_OK
                      : ur_err_set(err, UR_E_USAGE, "'%s': a socket's path has 1 to %zu bytes", path, sizeof a->address.sun_path - 1);
    if (s == UR_OK) {
        memcpy(a->address.sun_path, path, n);
        s = start(a, err);
    }
    if (s != UR_OK) {
        if (a->fd >= 0) {
            (void)close(a->fd);
        }
        free(a);
        return s;
    }
    *out = a;
    return UR_OK;
}

void ua_app_close(ua_app **app)
{
    ua_app *a = *app;
    if (a != NULL) {
        while (a->count > 0) {
            drop(a, a->count - 1);
        }
        (void)close(a->fd);
        (void)unlink(a->address.sun_path);
        free(a);
        *app = NULL;
    }
}
