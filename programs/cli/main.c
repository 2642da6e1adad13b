/* unrug: one command line for people and scripts. The table is commands.def; what a command sees is command.h. */
#include "programs/cli/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/os/harden.h"
#include "lib/os/stream.h"
#include "programs/cli/io.h"
#include "programs/cli/term.h"

/* ---- failing ---- */

ur_err *cli_err(cli *c) { return &c->err; }

/* Long lines are cut: they end in a name that the user gave. */
#define FORMAT_LINE(line, format)                             \
    do {                                                      \
        va_list args_;                                        \
        va_start(args_, format);                              \
        (void)vsnprintf(line, sizeof line, format, args_);    \
        va_end(args_);                                        \
    } while (0)

ur_status cli_fail(cli *c, ur_status st, const char *format, ...)
{
    char line[UR_ERR_MAX];
    if (c->err.text[0] != '\0') {
        return st;
    }
    FORMAT_LINE(line, format);
    return ur_err_set(&c->err, st, "%s", line);
}

ur_status cli_in(cli *c, ur_status st, const char *format, ...)
{
    char line[UR_ERR_MAX];
    FORMAT_LINE(line, format);
    return ur_err_in(&c->err, st, "%s", line);
}

void cli_hint(cli *c, const char *format, ...) { FORMAT_LINE(c->hint, format); }

void cli_note(cli *c, const char *format, ...)
{
    char line[UR_ERR_MAX];
    FORMAT_LINE(line, format);
    if (!c->json) {
        (void)fprintf(stderr, "unrug: %s\n", line);
    }
}

static int report_failure(const cli *c, ur_status st)
{
    const char *what = ur_err_text(&c->err, st);
    if (c->json) {
        cli_text t = {0};
        cli_error_json(&t, what, c->hint, st);
        (void)fprintf(stderr, "%s", t.p);
        cli_text_free(&t);
    } else {
        bool colour = cli_term_colour(STDERR_FILENO);
        (void)fprintf(stderr, "%sunrug: %s%s\n", colour ? "\033[31m" : "", what, colour ? "\033[0m" : "");
        if (c->hint[0] != '\0') {
            (void)fprintf(stderr, "       %s\n", c->hint);
        }
    }
    return ur_status_exit_code(st);
}

/* ---- stdout ---- */

ur_status cli_stdout_open(cli *c)
{
    return c->stdout_closed ? cli_fail(c, UR_E_UNAVAILABLE, "standard output is closed") : UR_OK;
}

static ur_status put(cli *c, const cli_text *t)
{
    ur_fd out = {STDOUT_FILENO, "standard output"};
    ur_sink sink = ur_sink_of_fd(&out);
    UR_TRY(cli_stdout_open(c));
    return t->n == 0 ? UR_OK : sink.write(sink.context, (const uint8_t *)t->p, t->n, &c->err);
}

static ur_status put_result(cli *c)
{
    cli_text t = {0};
    if (cli_doc_is_empty(c->doc)) {
        return UR_OK;
    }
    if (c->json) {
        cli_doc_json(&t, c->doc);
    } else {
        cli_doc_people(&t, c->doc, cli_term_colour(STDOUT_FILENO));
    }
    ur_status st = put(c, &t);
    cli_text_free(&t);
    return st;
}

/* Some file systems tell only here that nothing was written. */
static ur_status close_stdout(cli *c)
{
    return c->stdout_closed || close(STDOUT_FILENO) == 0 ? UR_OK : ur_err_system(&c->err, errno, "write standard output");
}

/* ---- help and version ---- */

static ur_status no_such(cli *c, const char *noun, const char *verb)
{
    const char *names[256];
    size_t n = 0;
    if (verb == NULL || !cli_is_noun(noun)) {
        for (const cli_noun *k = cli_nouns; k->name != NULL && n < 250; k++) {
            names[n++] = k->name;
        }
        names[n++] = "help";
        const char *meant = cli_nearest(noun, names, n);
        for (const cli_command *k = cli_commands; meant == NULL && k->noun != NULL; k++) {
            if (cli_same_name(k->verb, noun)) {
                cli_hint(c, "'unrug help' lists them.");
                return cli_fail(c, UR_E_USAGE, "no command '%s'; there is '%s %s'", noun, k->noun, noun);
            }
        }
        cli_hint(c, "'unrug help' lists them.");
        return meant != NULL ? cli_fail(c, UR_E_USAGE, "no command '%s'; the nearest is '%s'", noun, meant)
                             : cli_fail(c, UR_E_USAGE, "no command '%s'", noun);
    }
    for (const cli_command *k = cli_commands; k->noun != NULL && n < 250; k++) {
        if (strcmp(k->noun, noun) == 0) {
            names[n++] = k->verb;
        }
    }
    const char *meant = cli_nearest(verb, names, n);
    cli_hint(c, "'unrug help %s' lists them.", noun);
    return meant != NULL ? cli_fail(c, UR_E_USAGE, "no command '%s %s'; the nearest is '%s %s'", noun, verb, noun, meant)
                         : cli_fail(c, UR_E_USAGE, "no command '%s %s'", noun, verb);
}

static ur_status help(cli *c, int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    size_t n = 0;
    bool man = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--man") == 0) {
            man = true;
        } else if (argv[i][0] == '-' && strcmp(argv[i], "--json") != 0 && strcmp(argv[i], "--help") != 0 &&
                   strcmp(argv[i], "-h") != 0) {
            cli_hint(c, "'unrug help' explains.");
            return cli_fail(c, UR_E_USAGE, "no option '%.40s'", argv[i]);
        } else if (argv[i][0] != '-') {
            if (n == 2) {
                return cli_fail(c, UR_E_USAGE, "unexpected argument '%.40s'", argv[i]);
            }
            words[n++] = argv[i];
        }
    }
    const cli_command *k = n == 2 ? cli_find(words[0], words[1]) : NULL;
    if ((n == 2 && k == NULL) || (n == 1 && !cli_is_noun(words[0]) && strcmp(words[0], "help") != 0)) {
        return no_such(c, words[0], words[1]);
    }
    if (c->json) {
        cli_help_json(c);
        return UR_OK;
    }
    cli_text t = {0};
    if (k != NULL && man) {
        cli_man_command(&t, k);
    } else if (k != NULL) {
        cli_help_command(&t, k);
    } else if (man) {
        cli_man_all(&t);
    } else if (n == 1 && cli_is_noun(words[0])) {
        cli_help_noun(&t, words[0]);
    } else {
        cli_help_all(&t);
    }
    ur_status st = put(c, &t);
    cli_text_free(&t);
    return st;
}

static ur_status version(cli *c)
{
    cli_say_text(c, "version", UNRUG_VERSION);
    cli_say_plain(c, "unrug %s", UNRUG_VERSION);
    return UR_OK;
}

/* ---- one run ---- */

static ur_status run_command(cli *c, int argc, char **argv)
{
    UR_TRY(cli_parse(c, argc, argv));
    if (c->help) {
        cli_text t = {0};
        cli_help_command(&t, c->command);
        ur_status st = put(c, &t);
        cli_text_free(&t);
        return st;
    }
    return c->command->run(c);
}

static ur_status dispatch(cli *c, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) { /* anywhere: it shapes the report of a mistake too */
        c->json = c->json || strcmp(argv[i], "--json") == 0;
    }
    while (argc > 0 && strcmp(argv[0], "--json") == 0) {
        argc--;
        argv++;
    }
    if (argc == 0 || strcmp(argv[0], "help") == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0) {
        return help(c, argc > 0 ? argc - 1 : 0, argv + 1);
    }
    if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0) {
        return version(c);
    }
    if (argv[0][0] == '-') {
        static const char *const names[] = {"--version", "--help", "--json"};
        const char *meant = cli_nearest(argv[0], names, 3);
        cli_hint(c, "'unrug help' explains.");
        return meant != NULL ? cli_fail(c, UR_E_USAGE, "no option '%.40s'; the nearest is '%s'", argv[0], meant)
                             : cli_fail(c, UR_E_USAGE, "no option '%.40s' before a command", argv[0]);
    }
    if (!cli_is_noun(argv[0])) {
        return no_such(c, argv[0], NULL);
    }
    if (argc == 1 || argv[1][0] == '-' || strcmp(argv[1], "help") == 0) {
        return help(c, argc, argv);
    }
    c->command = cli_find(argv[0], argv[1]);
    if (c->command == NULL) {
        return no_such(c, argv[0], argv[1]);
    }
    ur_status st = run_command(c, argc - 2, argv + 2);
    if (st == UR_E_USAGE && c->hint[0] == '\0' && !c->explained) {
        cli_hint(c, "'unrug help %s %s' explains it.", argv[0], argv[1]);
    }
    return c->err.text[0] == '\0' ? st : cli_in(c, st, "%s %s", argv[0], argv[1]);
}

int main(int argc, char **argv)
{
    cli c = {.doc = cli_doc_new(),
             .stdin_closed = fcntl(STDIN_FILENO, F_GETFD) < 0,
             .stdout_closed = fcntl(STDOUT_FILENO, F_GETFD) < 0};
    ur_status st = ur_harden_process(&c.err);
    if (st == UR_OK) {
        st = dispatch(&c, argc - 1, argv + 1);
        bool answered = st == UR_OK || (c.err.text[0] == '\0' && !cli_doc_is_empty(c.doc));
        ur_status out = answered ? put_result(&c) : UR_OK;
        if (out == UR_OK) {
            out = close_stdout(&c);
        }
        st = out != UR_OK && answered ? out : st;
    }
    bool silent = st == UR_OK || (c.err.text[0] == '\0' && !cli_doc_is_empty(c.doc));
    int code = silent ? ur_status_exit_code(st) : report_failure(&c, st);
    free(c.given);
    cli_doc_free(&c.doc);
    return code;
}
