#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "programs/cli/io.h"

enum { WORDS_MAX = 128, PROGRAM_MAX = 4096 };

#define PROGRAM "unrug-devnet"

typedef struct words {
    char *word[WORDS_MAX + 1];
    size_t n;
} words;

static void add(words *w, const char *s)
{
    if (w->n < WORDS_MAX) {
        w->word[w->n++] = (char *)(uintptr_t)s; /* exec only reads it */
    }
}

/* The options as they were given: unrug-devnet has the same. */
static void add_given(cli *c, words *w)
{
    static const struct {
        const char *name, *flag;
    } options[] = {{"chain", "--chain"}, {"home", "--home"}, {"listen", "--listen"}, {"ready-file", "--ready-file"},
                   {"block-ms", "--block-ms"}, {"warp-block-ms", "--warp-block-ms"}, {"accounts", "--accounts"},
                   {"words-file", "--words-file"}, {"amount", "--amount"}, {"denom", "--denom"}, {"prefix", "--prefix"},
                   {"gas-price", "--gas-price"}, {"keep-states", "--keep-states"}, {"wasm", "--wasm"}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        for (size_t k = 0; k < cli_count(c, options[i].name); k++) {
            add(w, options[i].flag);
            add(w, cli_nth(c, options[i].name, k));
        }
    }
    if (cli_given(c, "public")) {
        add(w, "--public");
    }
    if (cli_wants_json(c)) {
        add(w, "--json");
    }
}

/* The program beside this one, else the one on the path. */
static void find_program(char out[PROGRAM_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, PROGRAM_MAX - sizeof PROGRAM - 1);
    while (n > 0 && out[n - 1] != '/') {
        n--;
    }
    size_t at = n > 0 ? (size_t)n : 0;
    memcpy(out + at, PROGRAM, sizeof PROGRAM);
    if (access(out, X_OK) != 0) {
        memcpy(out, PROGRAM, sizeof PROGRAM);
    }
}

ur_status cli_devnet_start(cli *c)
{
    char program[PROGRAM_MAX];
    words w = {.n = 0};
    find_program(program);
    add(&w, PROGRAM);
    add_given(c, &w);
    if (w.n == WORDS_MAX) {
        return cli_fail(c, UR_E_USAGE, "too many options");
    }
    (void)execvp(program, w.word);
    cli_hint(c, "it is built and installed beside unrug");
    return cli_fail(c, UR_E_UNAVAILABLE, "cannot execute " PROGRAM ": %s", strerror(errno));
}
