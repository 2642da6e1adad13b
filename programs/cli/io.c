#define _GNU_SOURCE /* ppoll */
#include "programs/cli/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "programs/cli/parts.h"
#include "programs/cli/printable.h"

static const ur_fd standard_input = {STDIN_FILENO, "standard input"};

static const char *name_of(const char *path) { return path != NULL && strcmp(path, "-") != 0 ? path : standard_input.name; }

ur_status cli_file_status(cli *c, ur_status st)
{
    c->explained = st == UR_E_ABSENT;
    return st == UR_E_ABSENT ? UR_E_USAGE : st;
}

ur_status cli_in_input(cli *c, ur_status st, const char *path)
{
    const char *name = name_of(path);
    bool named = strncmp(c->err.text, "read ", 5) == 0 && strncmp(c->err.text + 5, name, strlen(name)) == 0;
    return named ? st : cli_in(c, st, "%s", name);
}

/* ---- interrupts, while a file is being written ---- */

static volatile sig_atomic_t interrupt;
static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
#define INTERRUPTS (sizeof interrupts / sizeof interrupts[0])

static void on_interrupt(int sig) { interrupt = sig; }

static void handle_interrupts(bool hold)
{
    for (size_t i = 0; i < INTERRUPTS; i++) {
        struct sigaction now, act = {0};
        act.sa_handler = hold ? on_interrupt : SIG_DFL;
        if (sigaction(interrupts[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) { /* as under nohup */
            (void)sigaction(interrupts[i], &act, NULL);
        }
    }
}

void cli_hold_interrupts(void) { handle_interrupts(true); }
bool cli_interrupted(void) { return interrupt != 0; }

void cli_release_interrupts(void)
{
    handle_interrupts(false);
    if (interrupt != 0) {
        (void)fprintf(stderr, "unrug: interrupted\n");
        (void)raise(interrupt);
    }
}

/* Wait for input, so that an interrupt is noticed while nothing comes: the signals are let in only inside ppoll. */
static ur_status wait_for_input(const ur_fd *fd, ur_err *err)
{
    sigset_t hold, before;
    struct pollfd p = {.fd = fd->fd, .events = POLLIN};
    (void)sigemptyset(&hold);
    for (size_t i = 0; i < INTERRUPTS; i++) {
        (void)sigaddset(&hold, interrupts[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &hold, &before);
    int ready = 0;
    while (interrupt == 0 && ready <= 0) {
        ready = ppoll(&p, 1, NULL, &before);
        if (ready < 0 && errno != EINTR) {
            break;
        }
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return interrupt != 0 ? ur_err_set(err, UR_E_UNAVAILABLE, "interrupted") : UR_OK;
}

/* ---- input ---- */

static ur_status input_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    cli_input *in = context;
    ur_source raw = ur_source_of_fd(&in->fd);
    *out_n = 0;
    UR_TRY(wait_for_input(&in->fd, err));
    UR_TRY(raw.read(raw.context, buf, cap, out_n, err));
    in->done += *out_n;
    cli_progress_at(&in->progress, in->done);
    return UR_OK;
}

ur_status cli_input_open(cli *c, cli_input *in, const char *path, const char *what)
{
    struct stat st;
    *in = (cli_input){.fd = standard_input};
    if (path != NULL && strcmp(path, "-") != 0) {
        in->fd = (ur_fd){open(path, O_RDONLY | O_CLOEXEC), path};
        if (in->fd.fd < 0) {
            return cli_file_status(c, ur_err_system(cli_err(c), errno, "read %s", path));
        }
    } else if (c->stdin_closed) {
        return cli_fail(c, UR_E_UNAVAILABLE, "standard input is closed");
    } else if (isatty(STDIN_FILENO)) {
        cli_note(c, "reading from the terminal; Ctrl-D ends");
    }
    bool known = fstat(in->fd.fd, &st) == 0;
    if (known && S_ISDIR(st.st_mode)) { /* before anything is written */
        cli_input_close(in);
        return cli_fail(c, UR_E_USAGE, "read %s: it is a folder", name_of(path));
    }
    uint64_t total = known && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    in->source = (ur_source){in, input_read};
    cli_progress_start(&in->progress, what, total);
    return UR_OK;
}

void cli_input_close(cli_input *in)
{
    cli_progress_end(&in->progress);
    if (in->fd.fd > STDERR_FILENO) {
        (void)close(in->fd.fd);
    }
    in->fd.fd = -1;
}

/* ---- output ---- */

static ur_status output_write(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    cli_output *out = context;
    out->done += n;
    if (out->file != NULL) {
        return ur_file_out_write(out->file, p, n, err);
    }
    if (out->on_terminal && out->kind == CLI_OUTPUT_FOREIGN && !cli_all_printable(ur_span_of(p, n), true)) {
        return ur_err_set(err, UR_E_POLICY, "this is not plain text, so it is not shown on a terminal; write it with -o FILE (or -o - all the same)");
    }
    ur_sink raw = ur_sink_of_fd(&out->fd);
    return raw.write(raw.context, p, n, err);
}

ur_status cli_output_open(cli *c, cli_output *out, const char *path, cli_output_kind kind, ur_file_mode mode)
{
    *out = (cli_output){.kind = kind, .fd = {STDOUT_FILENO, "standard output"}};
    out->sink = (ur_sink){out, output_write};
    if (path != NULL && strcmp(path, "-") != 0) {
        UR_TRY(cli_file_status(c, ur_file_out_begin(&out->file, path, mode, cli_err(c))));
        cli_hold_interrupts();
        return UR_OK;
    }
    if (cli_wants_json(c)) {
        cli_hint(c, "Give -o FILE.");
        return cli_fail(c, UR_E_USAGE, "with --json, standard output is for the report, not for the data");
    }
    UR_TRY(cli_stdout_open(c));
    out->on_terminal = path == NULL && isatty(STDOUT_FILENO);
    if (out->on_terminal && kind == CLI_OUTPUT_BINARY) {
        cli_hint(c, "Write to a file with -o FILE, or as text with --armor.");
        return cli_fail(c, UR_E_USAGE, "binary output does not go to a terminal");
    }
    return UR_OK;
}

ur_status cli_output_end(cli *c, cli_output *out, ur_status st)
{
    if (out->file == NULL) {
        cli_say_nothing(c);
        return st;
    }
    if (st == UR_OK && interrupt == 0) {
        st = ur_file_out_commit(&out->file, cli_err(c));
    }
    ur_file_out_abort(&out->file);
    cli_release_interrupts();
    return st;
}

/* ---- whole files ---- */

static ur_status refuse_folder(cli *c, const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? cli_fail(c, UR_E_USAGE, "read %s: it is a folder", path) : UR_OK;
}

ur_status cli_read(cli *c, uint8_t **out, size_t *out_n, const char *path, size_t max)
{
    bool standard = strcmp(path, "-") == 0;
    if (standard && c->stdin_closed) {
        return cli_fail(c, UR_E_UNAVAILABLE, "standard input is closed");
    }
    UR_TRY(standard ? UR_OK : refuse_folder(c, path));
    return cli_file_status(c, ur_file_read(out, out_n, standard ? "/dev/stdin" : path, max, cli_err(c)));
}

ur_status cli_read_secret(cli *c, ur_secret **out, const char *path, size_t max)
{
    if (strcmp(path, "-") != 0) {
        UR_TRY(refuse_folder(c, path));
        return cli_file_status(c, ur_file_read_secret(out, path, max, cli_err(c)));
    }
    return ur_fd_read_secret(out, &standard_input, max, cli_err(c));
}
