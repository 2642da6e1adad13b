#define _GNU_SOURCE /* ppoll */
#include "lib/keystore/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/mem.h"

/* Take the line end off and look at the rest. */
static ur_status one_line(ur_secret **out, const char *name, ur_err *err)
{
    const uint8_t *p = ur_secret_reveal(*out);
    size_t n = ur_secret_len(*out);
    n -= n > 0 && p[n - 1] == '\n';
    n -= n > 0 && p[n - 1] == '\r';
    ur_status s = n == 0 ? ur_err_set(err, UR_E_INPUT, "the passphrase from %s is empty", name) : UR_OK;
    for (size_t i = 0; s == UR_OK && i < n; i++) {
        if (p[i] == '\n' || p[i] == '\0') {
            s = ur_err_set(err, UR_E_INPUT, "the passphrase from %s is more than one line", name);
        }
    }
    if (s == UR_OK && n > UR_PASSPHRASE_MAX) {
        s = ur_err_set(err, UR_E_LIMIT, "the passphrase from %s has more than %d bytes", name, UR_PASSPHRASE_MAX);
    }
    if (s != UR_OK) {
        ur_secret_free(out);
        return s;
    }
    ur_secret_shorten(*out, n);
    return UR_OK;
}

ur_status ur_passphrase_read(ur_secret **out, const ur_fd *fd, ur_err *err)
{
    UR_TRY(ur_fd_read_secret(out, fd, UR_PASSPHRASE_MAX + 2, err));
    return one_line(out, fd->name, err);
}

/* ---- the terminal ---- */

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGALRM, SIGPIPE};
#define CAUGHT (sizeof caught / sizeof *caught)
static volatile sig_atomic_t pending; /* the signal that interrupted the question */

static void remember(int signal_number) { pending = signal_number; }

typedef struct terminal {
    int fd;
    sigset_t open; /* the signals that may come while we wait; at all other times the caught ones are blocked */
} terminal;

/* Wait for input. UR_E_UNAVAILABLE once a signal came, also one that came before the waiting. */
static ur_status wait_for_input(const terminal *t, ur_err *err)
{
    struct pollfd input = {.fd = t->fd, .events = POLLIN};
    while (ppoll(&input, 1, NULL, &t->open) < 0) {
        if (errno != EINTR || pending != 0) {
            return ur_err_set(err, UR_E_UNAVAILABLE, "nobody answered on the terminal");
        }
    }
    return UR_OK;
}

/* One line from the terminal; a signal ends it. */
static ur_status read_line(ur_secret **out, const terminal *t, ur_err *err)
{
    size_t n = 0;
    ur_status s = UR_OK;
    UR_TRY(ur_secret_new(out, UR_PASSPHRASE_MAX + 2, err));
    uint8_t *p = ur_secret_reveal(*out);
    while (s == UR_OK && (n == 0 || p[n - 1] != '\n')) {
        if (n == UR_PASSPHRASE_MAX + 2) {
            s = ur_err_set(err, UR_E_LIMIT, "the passphrase has more than %d bytes", UR_PASSPHRASE_MAX);
            break;
        }
        s = wait_for_input(t, err);
        if (s != UR_OK) {
            break;
        }
        ssize_t got = read(t->fd, p + n, 1);
        if (got == 1) {
            n++;
        } else if (got == 0) {
            break;
        } else {
            s = ur_err_system(err, errno, "cannot read from the terminal");
        }
    }
    if (s == UR_OK && n == 0) {
        s = ur_err_set(err, UR_E_INPUT, "the passphrase is empty");
    }
    if (s != UR_OK) {
        ur_secret_free(out);
        return s;
    }
    ur_secret_shorten(*out, n);
    return one_line(out, "the terminal", err);
}

/* Say something, ask without echo. */
static ur_status ask_once(ur_secret **out, const terminal *t, const char *prompt, ur_err *err)
{
    const ur_fd screen = {t->fd, "the terminal"};
    const ur_sink sink = ur_sink_of_fd(&screen);
    const ur_span text = ur_span_str_var(prompt);
    UR_TRY(sink.write(sink.context, text.p, text.n, err));
    ur_status s = read_line(out, t, err);
    ur_status line = sink.write(sink.context, (const uint8_t *)"\n", 1, NULL); /* the one that was not echoed */
    (void)line;
    return s;
}

static ur_status ask(ur_secret **out, const terminal *t, const char *prompt, bool twice, ur_err *err)
{
    ur_secret *again = NULL;
    UR_TRY(ask_once(out, t, prompt, err));
    if (!twice) {
        return UR_OK;
    }
    ur_status s = ask_once(&again, t, "Again: ", err);
    if (s == UR_OK && (ur_secret_len(again) != ur_secret_len(*out) ||
                       ur_ct_eq(ur_secret_reveal(again), ur_secret_reveal(*out), ur_secret_len(again)) != UR_OK)) {
        s = ur_err_set(err, UR_E_INPUT, "the two passphrases differ");
    }
    ur_secret_free(&again);
    if (s != UR_OK) {
        ur_secret_free(out);
    }
    return s;
}

ur_status ur_passphrase_ask(ur_secret **out, const char *prompt, bool twice, ur_err *err)
{
    struct sigaction old[CAUGHT];
    struct termios before;
    *out = NULL;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0) {
            (void)close(tty);
        }
        return ur_err_set(err, UR_E_UNAVAILABLE, "there is no terminal to ask for a passphrase; give it by a descriptor");
    }
    terminal t = {.fd = tty};
    sigset_t closed;
    (void)sigemptyset(&closed);
    for (size_t i = 0; i < CAUGHT; i++) {
        (void)sigaddset(&closed, caught[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &closed, &t.open);
    struct sigaction action = {.sa_handler = remember};
    (void)sigemptyset(&action.sa_mask);
    pending = 0;
    for (size_t i = 0; i < CAUGHT; i++) {
        (void)sigaction(caught[i], &action, &old[i]);
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    ur_status s = tcsetattr(tty, TCSAFLUSH, &silent) == 0
                      ? ask(out, &t, prompt, twice, err)
                      : ur_err_system(err, errno, "cannot switch the terminal's echo off");
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    for (size_t i = 0; i < CAUGHT; i++) {
        (void)sigaction(caught[i], &old[i], NULL);
    }
    (void)close(tty);
    if (pending != 0) {
        (void)raise(pending); /* what it would have done, now that the terminal is right again */
    }
    (void)sigprocmask(SIG_SETMASK, &t.open, NULL); /* and any that came since */
    return s;
}
