/* Test evidence under the published test PKI.
 *
 *   attest-pki all DIR        the published synthetic sets: DIR/quotes, DIR/collateral, DIR/test_root.der
 *   attest-pki quote RECIPE   one quote to standard output (lib/mint/recipe.h says what a recipe is)
 *   attest-pki set RECIPE     one set of collateral to standard output
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mint/recipe.h"
#include "lib/os/file.h"

static uint8_t memory[UR_MINT_SET_MAX];

typedef ur_status (*maker)(ur_writer *w, const char *recipe);

static ur_status make(ur_span *out, maker f, const char *recipe)
{
    ur_writer w;
    ur_writer_init(&w, memory, sizeof memory);
    UR_TRY(f(&w, recipe));
    return ur_writer_end(&w, out);
}

static ur_status root_certificate(ur_writer *w, const char *unused)
{
    ur_mint_pki pki;
    (void)unused;
    UR_TRY(ur_mint_pki_test(&pki));
    return ur_mint_pki_der(w, &pki, UR_MINT_ROOT);
}

static ur_status make_file(const char *folder, const char *name, const char *end, maker f, const char *recipe)
{
    char path[1024];
    ur_err err = {0};
    ur_span bytes = {0};
    int n = snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
    ur_status st = n > 0 && (size_t)n < sizeof path ? make(&bytes, f, recipe) : UR_E_LIMIT;
    if (st == UR_OK) {
        st = ur_file_write(path, bytes, UR_FILE_REPLACE, &err);
    }
    if (st != UR_OK) {
        (void)fprintf(stderr, "attest-pki: %s: %s\n", path, ur_err_text(&err, st));
    }
    return st;
}

static ur_status make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) {
        return UR_OK;
    }
    (void)fprintf(stderr, "attest-pki: %s: %s\n", path, strerror(errno));
    return UR_E_UNAVAILABLE;
}

static ur_status make_all(const char *folder)
{
    char quotes[1024], sets[1024];
    (void)snprintf(quotes, sizeof quotes, "%s/quotes", folder);
    (void)snprintf(sets, sizeof sets, "%s/collateral", folder);
    UR_TRY(make_folder(folder));
    UR_TRY(make_folder(quotes));
    UR_TRY(make_folder(sets));
    UR_TRY(make_file(folder, "test_root", ".der", root_certificate, NULL));
#define QUOTE(name, recipe) UR_TRY(make_file(quotes, name, ".bin", ur_mint_recipe_quote, recipe));
#define SET(name, recipe) UR_TRY(make_file(sets, name, ".json", ur_mint_recipe_set, recipe));
#include "tools/attest-pki/sets.def"
    return UR_OK;
}

static ur_status print(maker f, const char *recipe)
{
    ur_span bytes;
    ur_status st = make(&bytes, f, recipe);
    if (st != UR_OK) {
        (void)fprintf(stderr, "attest-pki: cannot make that: %s\n", ur_status_text(st));
    } else if (fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n || fflush(stdout) != 0) {
        st = UR_E_UNAVAILABLE;
    }
    return st;
}

int main(int argc, char **argv)
{
    ur_status st = UR_E_USAGE;
    if (argc == 3 && strcmp(argv[1], "all") == 0) {
        st = make_all(argv[2]);
    } else if (argc == 3 && strcmp(argv[1], "quote") == 0) {
        st = print(ur_mint_recipe_quote, argv[2]);
    } else if (argc == 3 && strcmp(argv[1], "set") == 0) {
        st = print(ur_mint_recipe_set, argv[2]);
    } else {
        (void)fprintf(stderr, "attest-pki all DIR | quote RECIPE | set RECIPE\n");
    }
    return ur_status_exit_code(st);
}
