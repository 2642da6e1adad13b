/* What a command sees: its arguments, already checked against commands.def; a document to fill with its result; and one way
 * to fail. A command is `ur_status cli_NOUN_VERB(cli *c)`:
 *
 *   - it reads its arguments with cli_value, cli_number, cli_given, cli_count and cli_nth;
 *   - it says its result with the cli_say_... functions: one record serves people and --json alike;
 *   - on failure it returns cli_fail(...), the status deciding the exit code (core/base/status.def). A question whose
 *     answer is no says its result and returns UR_E_PROOF, UR_E_ABSENT or another status without a message.
 *
 * main.c prints the record to stdout, or the failure to stderr, and looks whether stdout took it. */
#ifndef UR_PROGRAMS_CLI_COMMAND_H
#define UR_PROGRAMS_CLI_COMMAND_H

#include <stdio.h>

#include "core/base/span.h"

/* ---- the table ---- */

typedef enum cli_kind {
    CLI_KIND_NONE,
    CLI_KIND_NUMBER,
    CLI_KIND_TEXT,
    CLI_KIND_FILE,   /* completed with file names */
    CLI_KIND_DIR,    /* completed with folders */
    CLI_KIND_SECRET, /* a file, or - for stdin; where literal text is taken too, the help says why it should not be used */
} cli_kind;

enum { CLI_REQUIRED = 1, CLI_MANY = 2, CLI_ONE_OF = 4, CLI_AT_MOST_ONE = 8 };

typedef enum cli_item_type {
    CLI_ITEM_END,
    CLI_ITEM_ABOUT,
    CLI_ITEM_OPTION, /* flags too: kind NONE */
    CLI_ITEM_ARGUMENT,
    CLI_ITEM_EXIT,
    CLI_ITEM_EXAMPLE,
} cli_item_type;

typedef struct cli_item {
    cli_item_type type;
    cli_kind kind;
    const char *name;  /* of an option without dashes; the command line of an example */
    const char *value; /* what its value is called, also the name of an argument */
    const char *text;  /* help, paragraph, note */
    uint64_t min, max; /* of a number; min is the code of an EXIT */
    unsigned rules;
    char letter;
} cli_item;

typedef struct cli cli;

typedef struct cli_command {
    const char *noun;
    const char *verb;
    const char *summary;
    ur_status (*run)(cli *c);
    const cli_item *items; /* ends with CLI_ITEM_END */
} cli_command;

typedef struct cli_noun {
    const char *name;
    const char *summary;
} cli_noun;

extern const cli_noun cli_nouns[];       /* ends with a NULL name */
extern const cli_command cli_commands[]; /* ends with a NULL noun; commands of one noun stand together */
extern const cli_item cli_common[];      /* the options that every command has */

#define COMMAND(noun, verb, summary) ur_status cli_##noun##_##verb(cli *c);
#include "programs/cli/commands.def"

/* ---- arguments; asking for a name that the table does not give this command is a broken invariant ---- */

/* The (last) value, or NULL where it was not given. Arguments go by their VALUE name. */
const char *cli_value(const cli *c, const char *name);
bool cli_given(const cli *c, const char *name);
uint64_t cli_number(const cli *c, const char *name, uint64_t if_absent);
size_t cli_count(const cli *c, const char *name);
const char *cli_nth(const cli *c, const char *name, size_t i);
bool cli_wants_json(const cli *c);

/* ---- the result: fields in the order in which people read them; JSON sorts them by key. Keys are a-z, 0-9 and _; people
 *      see them with blanks. A list's rows are a table. Texts from outside may hold anything: they are made printable. ---- */

void cli_say_text(cli *c, const char *key, const char *text);
void cli_say_span(cli *c, const char *key, ur_span text); /* text of any bytes */
void cli_say_hex(cli *c, const char *key, const void *p, size_t n);
void cli_say_number(cli *c, const char *key, uint64_t x);
void cli_say_bool(cli *c, const char *key, bool x);
/* A text that is good or bad news: green or red on a terminal. */
void cli_say_verdict(cli *c, const char *key, bool good, const char *text);
void cli_say_null(cli *c, const char *key);
/* Objects and lists nest. In a list, cli_row_begin/end enclose each element; cli_say_... with key NULL is a bare element. */
void cli_list_begin(cli *c, const char *key);
void cli_list_end(cli *c);
void cli_row_begin(cli *c);
void cli_row_end(cli *c);
void cli_object_begin(cli *c, const char *key);
void cli_object_end(cli *c);
/* The next field is in --json only, or for people only. */
void cli_json_only(cli *c);
void cli_people_only(cli *c);
/* A sentence for people: before the fields, not in --json. */
void cli_remark(cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* People get exactly this text (and a newline) instead of the fields: for results that are one value to paste or pipe. */
void cli_say_plain(cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for text of any length. */
void cli_say_whole(cli *c, ur_span text);
/* The result itself went to stdout (a file's content): nothing more is printed there. */
void cli_say_nothing(cli *c);

/* ---- failing ---- */

/* Remember what went wrong, and return st. The first message stays; say what failed, on what. */
ur_status cli_fail(cli *c, ur_status st, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What to do about it: a second line. */
void cli_hint(cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line on stderr that is no failure; nothing with --json. */
void cli_note(cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
