#include <string.h>
#include <unistd.h>

#include "lib/keystore/mnemonic.h"
#include "lib/keystore/passphrase.h"
#include "programs/cli/key/keys.h"

static ur_status read_words(cli *c, ur_secret **out)
{
    ur_secret *text = NULL;
    const char *path = cli_value(c, "words");
    *out = NULL;
    ur_status st = path != NULL ? cli_read_secret(c, &text, path, 4 * UR_MNEMONIC_TEXT_MAX)
                                : ur_passphrase_ask(&text, "Words: ", false, cli_err(c));
    if (st == UR_E_UNAVAILABLE && path == NULL) {
        cli_hint(c, "--words takes them from a file, or from standard input for -");
    }
    if (st == UR_OK) {
        st = ur_mnemonic_parse(out, ur_span_of(ur_secret_reveal(text), ur_secret_len(text)), cli_err(c));
    }
    ur_secret_free(&text);
    return st;
}

ur_status cli_key_import(cli *c)
{
    char path[KEYS_PATH_MAX];
    ur_secret *words = NULL, *passphrase = NULL;
    ur_secp_secret secret = {{0}};
    const char *name = cli_value(c, "NAME"), *from = cli_value(c, "words"), *pass = cli_value(c, "passphrase");
    if (from != NULL && pass != NULL && strcmp(from, "-") == 0 && strcmp(pass, "-") == 0) {
        return cli_fail(c, UR_E_USAGE, "words and passphrase cannot both come from standard input");
    }
    UR_TRY(keys_path(c, path, name));
    if (access(path, F_OK) == 0) {
        return cli_fail(c, UR_E_STATE, "%s exists already", path);
    }
    ur_status st = read_words(c, &words);
    st = st == UR_OK ? keys_of_words(c, &secret, words) : st;
    st = st == UR_OK ? keys_passphrase(c, &passphrase, "passphrase", true) : st;
    st = st == UR_OK && strchr(name, '/') == NULL ? keys_make_folder(c) : st;
    st = st == UR_OK ? keys_write(c, path, name, &secret, passphrase) : st;
    ur_wipe(&secret, sizeof secret);
    ur_secret_free(&words);
    ur_secret_free(&passphrase);
    return st;
}
