#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/keystore/mnemonic.h"
#include "programs/cli/key/keys.h"

/* Where the words go: decided, and opened, before there is a key that somebody could lose. */
typedef struct words_out {
    cli_output file;
    bool to_file;
    ur_fd terminal; /* fd -1: nowhere */
} words_out;

static ur_status words_open(cli *c, words_out *o)
{
    const char *path = cli_value(c, "words");
    *o = (words_out){.terminal = {-1, "the terminal"}};
    if (path != NULL) {
        o->to_file = true;
        return cli_output_open(c, &o->file, path, CLI_OUTPUT_TEXT, UR_FILE_SECRET);
    }
    if (cli_given(c, "no-words")) {
        return UR_OK;
    }
    o->terminal.fd = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (o->terminal.fd < 0) {
        cli_hint(c, "--words FILE writes them to a file, --no-words forgets them");
        return cli_fail(c, UR_E_USAGE, "there is no terminal to show the words on");
    }
    return UR_OK;
}

static ur_status show(cli *c, const words_out *o, ur_secret *words)
{
    static const char before[] = "Write these words down and keep them where nobody else looks: they are the key, for ever.\n\n    ", after[] = "\n\n";
    ur_sink sink = o->to_file ? o->file.sink : ur_sink_of_fd(&o->terminal);
    ur_status st = UR_OK;
    if (!o->to_file && o->terminal.fd < 0) {
        return UR_OK;
    }
    if (!o->to_file) {
        st = sink.write(sink.context, (const uint8_t *)before, sizeof before - 1, cli_err(c));
    }
    if (st == UR_OK) {
        st = sink.write(sink.context, ur_secret_reveal(words), ur_secret_len(words), cli_err(c));
    }
    return st == UR_OK ? sink.write(sink.context, (const uint8_t *)after, o->to_file ? 1 : 2, cli_err(c)) : st;
}

static ur_status make(cli *c, const words_out *o, const char *path, ur_secret *passphrase)
{
    ur_secret *words = NULL;
    ur_secp_secret secret = {{0}};
    ur_status st = ur_mnemonic_new(&words, (unsigned)cli_number(c, "length", 24), cli_err(c));
    if (st == UR_OK) {
        st = keys_of_words(c, &secret, words);
    }
    if (st == UR_OK) {
        st = keys_write(c, path, cli_value(c, "NAME"), &secret, passphrase);
    }
    if (st == UR_OK) {
        st = show(c, o, words);
        if (st != UR_OK) { /* a key whose words nobody saw is none */
            (void)!ur_file_remove(path, NULL);
        }
    }
    ur_secret_free(&words);
    ur_wipe(&secret, sizeof secret);
    return st;
}

ur_status cli_key_new(cli *c)
{
    char path[KEYS_PATH_MAX];
    ur_secret *passphrase = NULL;
    words_out o;
    uint64_t length = cli_number(c, "length", 24);
    if (length % 3 != 0) {
        return cli_fail(c, UR_E_USAGE, "--length takes 12, 15, 18, 21 or 24");
    }
    UR_TRY(keys_path(c, path, cli_value(c, "NAME")));
    if (access(path, F_OK) == 0) {
        return cli_fail(c, UR_E_STATE, "%s exists already", path);
    }
    UR_TRY(words_open(c, &o));
    ur_status st = strchr(cli_value(c, "NAME"), '/') == NULL ? keys_make_folder(c) : UR_OK;
    st = st == UR_OK ? keys_passphrase(c, &passphrase, "passphrase", true) : st;
    st = st == UR_OK ? make(c, &o, path, passphrase) : st;
    ur_secret_free(&passphrase);
    if (o.to_file) {
        bool made = st == UR_OK;
        st = cli_output_end(c, &o.file, st);
        if (made && st != UR_OK) {
            (void)!ur_file_remove(path, NULL);
        }
        if (st == UR_OK && strcmp(cli_value(c, "words"), "-") == 0) {
            cli_say_nothing(c);
        }
    } else if (o.terminal.fd >= 0) {
        (void)close(o.terminal.fd);
    }
    return st;
}
