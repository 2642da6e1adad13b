/* The inside of the command line: what main.c is made of. Commands include command.h, and those that read or write data
 * io.h. */
#ifndef UR_PROGRAMS_CLI_PARTS_H
#define UR_PROGRAMS_CLI_PARTS_H

#include "lib/os/err.h"
#include "programs/cli/command.h"

typedef struct cli_given_value {
    const cli_item *item;
    const char *value;
} cli_given_value;

typedef struct cli_doc cli_doc;

struct cli {
    const cli_command *command;
    cli_given_value *given; /* in command-line order */
    size_t given_n;
    bool json;
    bool help;
    bool stdin_closed, stdout_closed; /* by whoever started us; hardening put /dev/null there */
    bool explained;                   /* a wrong argument that the help says nothing about: a file that is not there */
    cli_doc *doc;
    ur_err err;
    char hint[UR_ERR_MAX];
};

/* ---- args.c ---- */

/* Fill c->given from the words after noun and verb, by c->command's items. UR_E_USAGE and a message on a mistake. With
 * --help anywhere the rest is not looked at. */
UR_MUST_USE ur_status cli_parse(cli *c, int argc, char **argv);
/* The name among the n candidates that was probably meant, or NULL. */
const char *cli_nearest(const char *word, const char *const *candidates, size_t n);
const cli_command *cli_find(const char *noun, const char *verb);
bool cli_is_noun(const char *noun);
/* Verbs are C names in the table; people write - for _. */
const char *cli_verb_shown(const cli_command *command, char buf[64]);
/* Whether two spellings of a name differ in nothing but - and _. */
bool cli_same_name(const char *a, const char *b);

/* ---- text.c ---- */

/* What cannot be said for want of memory: one line on stderr, and the exit code for it. */
_Noreturn void cli_no_memory(void);

/* A text that grows up to a maximum; what does not fit is a broken invariant. */
typedef struct cli_text {
    char *p;
    size_t n;
    size_t cap;
} cli_text;
void cli_text_add(cli_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cli_text_bytes(cli_text *t, const char *p, size_t n);
void cli_text_free(cli_text *t); /* wiped: results may be secret */
/* Words of `s` from column `at`, wrapped before column 80 with continuation lines indented; ends the line. */
void cli_text_wrap(cli_text *t, size_t at, size_t indent, const char *s);

/* ---- help.c and man.c: what the table says, for people, for man, for tools ---- */

#define CLI_EXIT_CODES 7
extern const int cli_exit_codes[CLI_EXIT_CODES];
/* What a code means for this command (NULL: in general). */
const char *cli_exit_text(const cli_command *command, int code);
/* The first option from `it` on, or the end of the items. */
const cli_item *cli_first_option(const cli_item *it);

void cli_help_all(cli_text *t);
void cli_help_noun(cli_text *t, const char *noun);
void cli_help_command(cli_text *t, const cli_command *command);
void cli_man_all(cli_text *t);
void cli_man_command(cli_text *t, const cli_command *command);
/* The whole table, for tools: nouns, commands, options. */
void cli_help_json(cli *c);
/* "--mpk HEX|FILE", "[-o, --out FILE]": how an item looks in a synopsis. */
void cli_synopsis(cli_text *t, const cli_command *command);

/* ---- doc.c ---- */

cli_doc *cli_doc_new(void);
void cli_doc_free(cli_doc **doc);
bool cli_doc_is_empty(const cli_doc *doc);
void cli_doc_json(cli_text *out, const cli_doc *doc);
void cli_doc_people(cli_text *out, const cli_doc *doc, bool colour);
/* A JSON object {"error": ...} for a failure. */
void cli_error_json(cli_text *out, const char *what, const char *hint, ur_status st);

#endif
