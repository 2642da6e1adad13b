#include "lib/keystore/keyfile.h"

#include <stdlib.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/os/random.h"
#include "lib/suite/aead.h"
#include "lib/suite/scrypt.h"

#define BOX_MAX (UR_KEYFILE_SECRET_MAX + UR_AEAD_TAG_BYTES)
#define TEXT_MAX (2 * BOX_MAX + 2 * UR_KEYFILE_PUBLIC_MAX + 512)
#define VERSION "key/1"

/* A file taken apart. */
typedef struct parts {
    ur_keyfile about;
    uint8_t salt[UR_KEYFILE_SALT_BYTES];
    uint8_t box[BOX_MAX];
    size_t box_n;
    char text[TEXT_MAX]; /* what the box authenticates: the same without the box */
} parts;

static bool kind_fits(const char *kind)
{
    size_t n = 0;
    for (; kind[n] != '\0' && n <= UR_KEYFILE_KIND_MAX; n++) {
        char c = kind[n];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return false;
        }
    }
    return n > 0 && n <= UR_KEYFILE_KIND_MAX;
}

/* The file's text into p->text, with or without its box. */
static ur_status write_text(ur_span *out, parts *p, bool with_box)
{
    ur_writer w;
    ur_json_writer j;
    ur_writer_init(&w, p->text, sizeof p->text);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    if (with_box) {
        ur_json_key(&j, "box");
        ur_json_put_hex(&j, ur_span_of(p->box, p->box_n));
    }
    ur_json_key(&j, "kind");
    ur_json_put_text(&j, p->about.kind);
    ur_json_key(&j, "log_n");
    ur_json_put_u64(&j, p->about.log_n);
    ur_json_key(&j, "public");
    ur_json_put_hex(&j, ur_span_of(p->about.public_part, p->about.public_n));
    ur_json_key(&j, "salt");
    ur_json_put_hex(&j, ur_span_of(p->salt, sizeof p->salt));
    ur_json_key(&j, "unrug");
    ur_json_put_text(&j, VERSION);
    ur_json_end_object(&j);
    return ur_json_writer_end(&j, out);
}

static ur_status parse(parts *p, ur_span text)
{
    enum { BOX, KIND, LOG_N, PUBLIC, SALT, UNRUG, COUNT };
    static const char *const names[COUNT] = {"box", "kind", "log_n", "public", "salt", "unrug"};
    ur_json v;
    ur_json f[COUNT];
    ur_span kind;
    uint64_t log_n = 0;
    if (text.n > 0 && text.p[text.n - 1] == '\n') {
        text.n--;
    }
    UR_TRY(ur_json_parse_canonical_var(&v, text));
    UR_TRY(ur_json_fields_var(f, names, COUNT, COUNT, v));
    UR_TRY(ur_json_plain_var(&kind, f[KIND]));
    if (!ur_json_is_var(f[UNRUG], UR_SPAN_LIT(VERSION)) || kind.n > UR_KEYFILE_KIND_MAX) {
        return UR_E_INPUT;
    }
    memcpy(p->about.kind, kind.p, kind.n);
    UR_TRY(ur_json_u64_var(&log_n, f[LOG_N]));
    UR_TRY(ur_json_hex_upto_var(p->box, sizeof p->box, &p->box_n, f[BOX]));
    UR_TRY(ur_json_hex_upto_var(p->about.public_part, sizeof p->about.public_part, &p->about.public_n, f[PUBLIC]));
    UR_TRY(ur_json_hex_var(p->salt, sizeof p->salt, f[SALT]));
    if (!kind_fits(p->about.kind) || p->box_n <= UR_AEAD_TAG_BYTES || log_n < UR_KEYFILE_LOG_N_MIN) {
        return UR_E_INPUT;
    }
    p->about.log_n = log_n > UR_SCRYPT_LOG_N_MAX ? 0 : (unsigned)log_n;
    return p->about.log_n == 0 ? UR_E_LIMIT : UR_OK;
}

/* On the heap: it is large. To be freed; nothing in it is secret. */
static ur_status read_parts(parts **out, const char *path, ur_err *err)
{
    uint8_t *text = NULL;
    size_t n = 0;
    *out = NULL;
    UR_TRY(ur_file_read(&text, &n, path, TEXT_MAX, err));
    parts *p = calloc(1, sizeof *p);
    ur_status s = p == NULL ? UR_E_MEMORY : parse(p, ur_span_of(text, n));
    free(text);
    if (s != UR_OK) {
        free(p);
        return ur_err_set(err, s, "read %s: %s", path,
                          s == UR_E_MEMORY  ? "out of memory"
                          : s == UR_E_LIMIT ? "it asks for more work than this program will do"
                                            : "not a key file");
    }
    *out = p;
    return UR_OK;
}

/* The cipher under the passphrase. */
static ur_status cipher(ur_aead **out, const parts *p, ur_secret *passphrase)
{
    uint8_t key[UR_AEAD_KEY_BYTES];
    *out = NULL;
    ur_status s = ur_scrypt(key, sizeof key, ur_span_of(ur_secret_reveal(passphrase), ur_secret_len(passphrase)),
                            ur_span_of(p->salt, sizeof p->salt), p->about.log_n);
    if (s == UR_OK) {
        s = ur_aead_new(out, key);
    }
    ur_wipe(key, sizeof key);
    return s;
}

/* One message for each key, so the nonce is zero. */
static const uint8_t nonce[UR_AEAD_NONCE_BYTES];

static ur_status seal(parts *p, ur_secret *secret, ur_secret *passphrase)
{
    ur_aead *aead = NULL;
    ur_span about;
    const size_t n = ur_secret_len(secret);
    p->about.log_n = p->about.log_n == 0 ? UR_KEYFILE_LOG_N : p->about.log_n;
    ur_random(p->salt, sizeof p->salt);
    UR_TRY(write_text(&about, p, false));
    UR_TRY(cipher(&aead, p, passphrase));
    ur_status s = ur_aead_seal(aead, p->box, nonce, about, ur_secret_reveal(secret), n);
    ur_aead_free(&aead);
    p->box_n = n + UR_AEAD_TAG_BYTES;
    return s;
}

static ur_status write_file(const char *path, ur_file_mode mode, const ur_keyfile *about, ur_secret *secret,
                            ur_secret *passphrase, ur_err *err)
{
    ur_span text;
    if (!kind_fits(about->kind) || about->public_n > UR_KEYFILE_PUBLIC_MAX || ur_secret_len(secret) > UR_KEYFILE_SECRET_MAX ||
        (about->log_n != 0 && (about->log_n < UR_KEYFILE_LOG_N_MIN || about->log_n > UR_SCRYPT_LOG_N_MAX))) {
        return ur_err_set(err, UR_E_USAGE, "write %s: no key file holds such a secret", path);
    }
    parts *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "write %s: out of memory", path);
    }
    p->about = *about;
    ur_status s = seal(p, secret, passphrase);
    if (s == UR_OK) {
        s = write_text(&text, p, true);
    }
    if (s == UR_OK) { /* write_text left room */
        p->text[text.n] = '\n';
        text.n++;
        s = ur_file_write(path, text, mode, err);
    } else {
        (void)ur_err_set(err, s, "write %s: cannot encrypt: %s", path, ur_status_text(s));
    }
    free(p);
    return s;
}

ur_status ur_keyfile_new(const char *path, const ur_keyfile *about, ur_secret *secret, ur_secret *passphrase, ur_err *err)
{
    return write_file(path, UR_FILE_SECRET, about, secret, passphrase, err);
}

ur_status ur_keyfile_about_var(ur_keyfile *out, const char *path, ur_err *err)
{
    parts *p = NULL;
    *out = (ur_keyfile){0};
    UR_TRY(read_parts(&p, path, err));
    *out = p->about;
    free(p);
    return UR_OK;
}

static ur_status unseal(ur_secret **out, parts *p, ur_secret *passphrase, ur_err *err)
{
    ur_aead *aead = NULL;
    ur_span about;
    UR_TRY(write_text(&about, p, false));
    UR_TRY(ur_secret_new(out, p->box_n - UR_AEAD_TAG_BYTES, err));
    ur_status s = cipher(&aead, p, passphrase);
    if (s == UR_OK) {
        s = ur_aead_open(aead, ur_secret_reveal(*out), nonce, about, p->box, p->box_n);
        s = s == UR_E_PROOF ? ur_err_set(err, s, "wrong passphrase, or the file was changed") : s;
    } else {
        s = ur_err_set(err, s, "cannot decrypt: %s", ur_status_text(s));
    }
    ur_aead_free(&aead);
    if (s != UR_OK) {
        ur_secret_free(out);
    }
    return s;
}

ur_status ur_keyfile_open(ur_secret **out, ur_keyfile *about, const char *path, ur_secret *passphrase, ur_err *err)
{
    parts *p = NULL;
    *out = NULL;
    if (about != NULL) {
        *about = (ur_keyfile){0};
    }
    UR_TRY(read_parts(&p, path, err));
    ur_status s = unseal(out, p, passphrase, err);
    if (s == UR_OK && about != NULL) {
        *about = p->about;
    }
    free(p);
    return ur_err_in(err, s, "read %s", path);
}

ur_status ur_keyfile_change(const char *path, ur_secret *old_passphrase, ur_secret *new_passphrase, ur_err *err)
{
    ur_secret *secret = NULL;
    ur_keyfile about;
    UR_TRY(ur_keyfile_open(&secret, &about, path, old_passphrase, err));
    if (about.log_n < UR_KEYFILE_LOG_N) {
        about.log_n = UR_KEYFILE_LOG_N;
    }
    ur_status s = write_file(path, UR_FILE_REPLACE, &about, secret, new_passphrase, err);
    ur_secret_free(&secret);
    return s;
}
