/* Data in and out of a command: files or standard input and output, with a progress bar, and such that an interrupt leaves
 * nothing behind. */
#ifndef UR_PROGRAMS_CLI_IO_H
#define UR_PROGRAMS_CLI_IO_H

#include "lib/os/file.h"
#include "lib/os/secret.h"
#include "lib/os/stream.h"
#include "programs/cli/command.h"
#include "programs/cli/term.h"

/* The command's error, for functions of lib that fill one: `return f(x, cli_err(c))`. */
ur_err *cli_err(cli *c);
/* Put context before what cli_err(c) says; returns st. */
ur_status cli_in(cli *c, ur_status st, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with the input's name (NULL or "-": standard input), unless the message names it already. */
ur_status cli_in_input(cli *c, ur_status st, const char *path);
/* The status of a failed access to a file that the user named: one that is not there is a wrong argument (exit code 2), not
 * the answer no. */
ur_status cli_file_status(cli *c, ur_status st);

typedef struct cli_input {
    ur_source source; /* of everything; counts for the progress bar, and fails when the user interrupts */
    ur_fd fd;
    uint64_t done;
    cli_progress progress;
} cli_input;

/* path NULL or "-": standard input. `what` names the work on the progress bar. The structure must stay where it is. */
UR_MUST_USE ur_status cli_input_open(cli *c, cli_input *in, const char *path, const char *what);
void cli_input_close(cli_input *in);

typedef enum cli_output_kind {
    CLI_OUTPUT_TEXT,   /* ours, fit for a terminal */
    CLI_OUTPUT_BINARY, /* refused on a terminal */
    CLI_OUTPUT_FOREIGN /* on a terminal only what is printable */
} cli_output_kind;

typedef struct cli_output {
    ur_sink sink;
    cli_output_kind kind;
    ur_file_out *file; /* NULL: standard output */
    ur_fd fd;
    uint64_t done; /* bytes written */
    bool on_terminal;
} cli_output;

/* path NULL: standard output, unless that is a terminal and the kind is not fit for it. "-": standard output in any case.
 * Until the end, interrupts are held back and make cli_input's source fail. The structure must stay where it is. */
UR_MUST_USE ur_status cli_output_open(cli *c, cli_output *out, const char *path, cli_output_kind kind, ur_file_mode mode);
/* With st UR_OK the file gets its name, else nothing stays of it; the first failure is returned. After an interrupt this
 * does not return: the process ends by that signal. */
UR_MUST_USE ur_status cli_output_end(cli *c, cli_output *out, ur_status st);

/* For work of some milliseconds that must not stop half way: an interrupt waits until the release, which then ends the
 * process by it. */
void cli_hold_interrupts(void);
bool cli_interrupted(void);
void cli_release_interrupts(void);

/* UR_E_UNAVAILABLE when whoever started us closed standard output. */
UR_MUST_USE ur_status cli_stdout_open(cli *c);

/* A whole file (or standard input for "-") of at most max bytes, for free(). */
UR_MUST_USE ur_status cli_read(cli *c, uint8_t **out, size_t *out_n, const char *path, size_t max);
/* The same into secret memory. Files that others may read are refused. */
UR_MUST_USE ur_status cli_read_secret(cli *c, ur_secret **out, const char *path, size_t max);

#endif
