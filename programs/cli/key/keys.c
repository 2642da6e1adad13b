#include "programs/cli/key/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/keystore/hd.h"
#include "lib/keystore/mnemonic.h"
#include "lib/keystore/passphrase.h"

enum { NAME_MAX_HERE = 64 };

static ur_status fits(cli *c, int n)
{
    return n >= 0 && n < KEYS_PATH_MAX ? UR_OK : cli_fail(c, UR_E_USAGE, "the path of the keys is too long");
}

ur_status keys_folder(cli *c, char out[KEYS_PATH_MAX])
{
    const char *given = cli_value(c, "keys"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (given != NULL) {
        return fits(c, snprintf(out, KEYS_PATH_MAX, "%s", given));
    }
    if (data != NULL && data[0] == '/') {
        return fits(c, snprintf(out, KEYS_PATH_MAX, "%s/unrug/keys", data));
    }
    if (home == NULL || home[0] != '/') {
        return cli_fail(c, UR_E_USAGE, "there is no home folder to keep keys in: name one with --keys");
    }
    return fits(c, snprintf(out, KEYS_PATH_MAX, "%s/.local/share/unrug/keys", home));
}

static bool name_fits(const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        char ch = name[n];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || (n > 0 && (ch == '-' || ch == '_' || ch == '.')))) {
            return false;
        }
    }
    return n > 0 && n <= NAME_MAX_HERE;
}

ur_status keys_path(cli *c, char out[KEYS_PATH_MAX], const char *name)
{
    char folder[KEYS_PATH_MAX];
    if (strchr(name, '/') != NULL) {
        return fits(c, snprintf(out, KEYS_PATH_MAX, "%s", name));
    }
    if (!name_fits(name)) {
        return cli_fail(c, UR_E_USAGE, "'%s' is no name for a key: letters, digits, and - _ . after the first, at most %d", name, NAME_MAX_HERE);
    }
    UR_TRY(keys_folder(c, folder));
    return fits(c, snprintf(out, KEYS_PATH_MAX, "%s/%s.key", folder, name));
}

ur_status keys_make_folder(cli *c)
{
    char folder[KEYS_PATH_MAX];
    UR_TRY(keys_folder(c, folder));
    for (char *at = folder + 1; at[-1] != '\0'; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
            return cli_file_status(c, ur_err_system(cli_err(c), errno, "make the folder %s", folder));
        }
        *at = kept;
        if (kept == '\0') {
            break;
        }
    }
    return UR_OK;
}

/* ---- secrets ---- */

ur_status keys_passphrase(cli *c, ur_secret **out, const char *from, bool is_new)
{
    const char *path = cli_value(c, from);
    *out = NULL;
    if (path == NULL) {
        ur_status st = ur_passphrase_ask(out, is_new ? "New passphrase: " : "Passphrase: ", is_new, cli_err(c));
        if (st == UR_E_UNAVAILABLE) {
            cli_hint(c, "--%s takes it from a file, or from standard input for -", from);
        }
        return st;
    }
    UR_TRY(cli_read_secret(c, out, path, UR_PASSPHRASE_MAX + 1));
    size_t n = ur_secret_len(*out);
    const uint8_t *p = ur_secret_reveal(*out);
    bool line_end = p[n - 1] == '\n';
    if (memchr(p, '\0', n) != NULL || memchr(p, '\n', n - line_end) != NULL || n - line_end == 0) {
        ur_secret_free(out);
        return cli_fail(c, UR_E_INPUT, "the passphrase must be one line that is not empty");
    }
    if (line_end) {
        ur_secret_shorten(*out, n - 1);
    }
    return UR_OK;
}

ur_status keys_write(cli *c, const char *path, const char *name, const ur_secp_secret *secret, ur_secret *passphrase)
{
    ur_keyfile about = {.kind = KEYS_KIND, .public_n = UR_SECP_PUB_BYTES};
    ur_secp_pub pub;
    ur_secret *s = NULL;
    ur_secp_pub_of(&pub, secret);
    ur_secp_pub_write(about.public_part, &pub);
    UR_TRY(keys_say(c, name, path, &pub)); /* a wrong prefix is noticed before there is a file */
    ur_status st = ur_secret_new(&s, UR_SECP_SECRET_BYTES, cli_err(c));
    if (st == UR_OK) {
        ur_secp_secret_reveal(ur_secret_reveal(s), secret);
        st = ur_keyfile_new(path, &about, s, passphrase, cli_err(c));
    }
    ur_secret_free(&s);
    return cli_file_status(c, st);
}

ur_status keys_open(cli *c, ur_secp_secret *out, const char *name) { return keys_open_with(c, out, name, "passphrase"); }

ur_status keys_open_with(cli *c, ur_secp_secret *out, const char *name, const char *passphrase_option)
{
    char path[KEYS_PATH_MAX];
    ur_keyfile about;
    ur_secret *passphrase = NULL, *secret = NULL;
    ur_secp_pub pub;
    memset(out, 0, sizeof *out);
    UR_TRY(keys_path(c, path, name));
    UR_TRY(keys_public(c, &pub, path)); /* before anybody types a passphrase for what is not there */
    UR_TRY(keys_passphrase(c, &passphrase, passphrase_option, false));
    ur_status st = ur_keyfile_open(&secret, &about, path, passphrase, cli_err(c));
    ur_secret_free(&passphrase);
    if (st == UR_OK && (ur_secret_len(secret) != UR_SECP_SECRET_BYTES || strcmp(about.kind, KEYS_KIND) != 0)) {
        st = cli_fail(c, UR_E_INPUT, "%s holds no account's key", path);
    }
    if (st == UR_OK) {
        st = ur_secp_secret_parse(out, ur_secret_reveal(secret));
    }
    ur_secret_free(&secret);
    return st == UR_OK ? st : cli_in(c, st, "key %s", name);
}

ur_status keys_of_words(cli *c, ur_secp_secret *out, ur_secret *words)
{
    uint8_t seed[UR_MNEMONIC_SEED_BYTES];
    ur_mnemonic_seed(seed, words, (ur_span){0});
    ur_status st = ur_hd_cosmos(out, ur_span_of(seed, sizeof seed), (uint32_t)cli_number(c, "account", 0));
    ur_wipe(seed, sizeof seed);
    return st == UR_OK ? st : cli_fail(c, st, "these words give no key for this account");
}

/* ---- public parts ---- */

ur_status keys_public(cli *c, ur_secp_pub *out, const char *path)
{
    ur_keyfile about;
    ur_status st = ur_keyfile_about_var(&about, path, cli_err(c));
    if (st == UR_E_ABSENT) {
        cli_hint(c, "`unrug key list` shows which there are; `unrug key new` makes one");
    }
    if (st != UR_OK) {
        return cli_file_status(c, st);
    }
    if (strcmp(about.kind, KEYS_KIND) != 0 || ur_secp_pub_parse_var(out, ur_span_of(about.public_part, about.public_n)) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "%s holds no account's key", path);
    }
    return UR_OK;
}

ur_status keys_say(cli *c, const char *name, const char *path, const ur_secp_pub *pub)
{
    char text[UR_ADDRESS_TEXT_MAX];
    uint8_t bytes[UR_SECP_PUB_BYTES];
    ur_address address;
    const char *prefix = cli_value(c, "prefix");
    ur_status st = ur_address_of_key(&address, pub);
    st = st == UR_OK ? ur_address_text(text, ur_span_str_var(prefix != NULL ? prefix : KEYS_PREFIX), &address) : st;
    if (st != UR_OK) {
        return cli_fail(c, st == UR_E_LIMIT ? UR_E_USAGE : st, "--prefix is no prefix for addresses");
    }
    ur_secp_pub_write(bytes, pub);
    cli_say_text(c, "name", name);
    cli_say_text(c, "address", text);
    cli_say_hex(c, "public_key", bytes, sizeof bytes);
    cli_say_text(c, "file", path);
    return UR_OK;
}
