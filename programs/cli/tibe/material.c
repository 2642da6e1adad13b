#include "programs/cli/tibe/material.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "programs/cli/printable.h"

/* ---- small things ---- */

static bool is_digit(uint8_t b) { return b >= '0' && b <= '9'; }
static bool is_blank(uint8_t b) { return b == ' ' || b == '\n' || b == '\r' || b == '\t'; }

bool tibe_is_hex(ur_span s)
{
    uint32_t bad = 0;
    for (size_t i = 0; i < s.n; i++) {
        uint32_t b = s.p[i], low = b | 0x20;
        uint32_t no_digit = ((b - '0') | ('9' - b)) >> 31; /* 1 if either difference is below zero */
        uint32_t no_letter = ((low - 'a') | ('f' - low)) >> 31;
        bad |= no_digit & no_letter;
    }
    return s.n != 0 && bad == 0;
}

ur_span tibe_trim(ur_span s)
{
    while (s.n != 0 && is_blank(s.p[0])) {
        s = ur_span_of(s.p + 1, s.n - 1);
    }
    while (s.n != 0 && is_blank(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

bool tibe_is_indexed(ur_span s, size_t digits, uint32_t *index, ur_span *hex)
{
    uint64_t x = 0;
    size_t at = 0;
    *index = 0;
    *hex = (ur_span){0};
    for (; at < s.n && at < 11 && is_digit(s.p[at]); at++) {
        x = x * 10 + (uint64_t)(s.p[at] - '0');
    }
    if (at == 0 || at >= s.n || s.p[at] != ':' || x == 0 || x > UR_SHARE_INDEX_MAX || s.p[0] == '0') {
        return false;
    }
    ur_span rest = ur_span_of(s.p + at + 1, s.n - at - 1);
    if (rest.n != digits || !tibe_is_hex(rest)) {
        return false;
    }
    *index = (uint32_t)x;
    *hex = rest;
    return true;
}

ur_status tibe_scratch(cli *c, void **out, size_t bytes)
{
    *out = aligned_alloc(16, (bytes + 16) & ~(size_t)15);
    return *out != NULL ? UR_OK : cli_fail(c, UR_E_MEMORY, "out of memory");
}

/* ---- identities ---- */

bool tibe_identity_given(const cli *c, bool with_round)
{
    return cli_given(c, "id") || cli_given(c, "id-hex") || (with_round && cli_given(c, "round"));
}

ur_status tibe_identity_read(cli *c, tibe_identity *out, bool with_round)
{
    *out = (tibe_identity){0};
    if (with_round && cli_given(c, "round")) {
        out->round = cli_number(c, "round", 0);
        ur_tibe_id_of_round(&out->id, out->round);
        return UR_OK;
    }
    if (cli_given(c, "id-hex")) {
        ur_span text = ur_span_str_var(cli_value(c, "id-hex"));
        ur_status st = ur_hex_decode_upto(out->bytes, sizeof out->bytes, &out->n, text);
        if (st != UR_OK) {
            return st == UR_E_LIMIT ? cli_fail(c, st, "--id-hex is longer than %d bytes", UR_TIBE_ID_MAX)
                                    : cli_fail(c, UR_E_USAGE, "--id-hex takes an even number of hex digits");
        }
    } else {
        ur_span text = ur_span_str_var(cli_value(c, "id"));
        if (text.n > sizeof out->bytes) {
            return cli_fail(c, UR_E_LIMIT, "--id is longer than %d bytes", UR_TIBE_ID_MAX);
        }
        if (text.n != 0) {
            memcpy(out->bytes, text.p, text.n);
        }
        out->n = text.n;
    }
    ur_status st = ur_tibe_id_hash(&out->id, ur_span_of(out->bytes, out->n));
    return st == UR_OK ? st : cli_fail(c, st, "the identity: %s", ur_status_text(st));
}

void tibe_identity_say(cli *c, const tibe_identity *id)
{
    ur_span bytes = ur_span_of(id->bytes, id->n);
    if (id->round != 0) {
        cli_say_number(c, "round", id->round);
        return;
    }
    bool text = cli_all_printable(bytes, false);
    if (text) {
        cli_say_span(c, "identity", bytes);
        cli_json_only(c);
    }
    cli_say_hex(c, "identity_hex", id->bytes, id->n);
}

/* ---- one key from hex, bytes, or an answer of drand's or FairyRing's HTTP interface ---- */

typedef struct form {
    const char *what;  /* "a master public key" */
    const char *drand; /* the field of drand's JSON; FairyRing's is an object and its field */
    const char *fairyring[2];
    size_t bytes;
} form;

static const form form_mpk = {"a master public key", "public_key", {"active_pubkey", "public_key"}, UR_G1_BYTES};
static const form form_key = {"a key", "signature", {"decryption_key", "data"}, UR_G2_BYTES};

static ur_status decode_json(uint8_t *out, const form *f, ur_json whole)
{
    ur_json inner = ur_json_get_var(whole, f->fairyring[0]);
    return ur_json_kind_var(inner) == UR_JSON_OBJECT ? ur_json_hex_var(out, f->bytes, ur_json_get_var(inner, f->fairyring[1]))
                                                     : ur_json_hex_var(out, f->bytes, ur_json_get_var(whole, f->drand));
}

/* Constant time in hex and bytes; a JSON text is public. */
static ur_status decode(cli *c, uint8_t *out, const form *f, ur_span in, const char *from)
{
    ur_span text = tibe_trim(in);
    ur_json whole;
    if (in.n == f->bytes && !tibe_is_hex(text)) {
        memcpy(out, in.p, f->bytes);
        return UR_OK;
    }
    if (text.n == 2 * f->bytes && ur_hex_decode(out, f->bytes, text) == UR_OK) {
        return UR_OK;
    }
    if (text.n != 0 && text.p[0] == '{' && ur_json_parse_var(&whole, text) == UR_OK) {
        return decode_json(out, f, whole) == UR_OK
                   ? UR_OK
                   : cli_fail(c, UR_E_INPUT, "%s: JSON without %s of %zu hex digits in '%s', or '%s' in '%s'", from, f->what, 2 * f->bytes,
                              f->drand, f->fairyring[1], f->fairyring[0]);
    }
    if (tibe_is_hex(text)) {
        return cli_fail(c, UR_E_INPUT, "%s: %zu hex digits; %s has %zu", from, text.n, f->what, 2 * f->bytes);
    }
    return cli_fail(c, UR_E_INPUT, "%s: neither the %zu hex digits of %s nor its %zu bytes", from, 2 * f->bytes, f->what, f->bytes);
}

/* A value that is no file and looks like hex of any length is meant as hex. */
static bool is_literal(const char *value, const form *f)
{
    ur_span s = ur_span_str_var(value);
    return tibe_is_hex(s) && (s.n == 2 * f->bytes || (s.n >= 32 && access(value, F_OK) != 0));
}

static ur_status not_a_point(cli *c, const form *f, const char *from)
{
    return cli_fail(c, UR_E_INPUT, "%s: not %s: no point of the right group", from, f->what);
}

ur_status tibe_mpk_read(cli *c, ur_tibe_pub *out, const char *value)
{
    uint8_t bytes[UR_G1_BYTES];
    if (is_literal(value, &form_mpk)) {
        UR_TRY(decode(c, bytes, &form_mpk, ur_span_str_var(value), "--mpk"));
        return ur_tibe_pub_parse(out, bytes) == UR_OK ? UR_OK : not_a_point(c, &form_mpk, "--mpk");
    }
    uint8_t *file;
    size_t n;
    UR_TRY(cli_read(c, &file, &n, value, MATERIAL_MAX));
    ur_status st = decode(c, bytes, &form_mpk, ur_span_of(file, n), value);
    free(file);
    UR_TRY(st);
    return ur_tibe_pub_parse(out, bytes) == UR_OK ? UR_OK : not_a_point(c, &form_mpk, value);
}

/* Keys are published in the end, so their files may be readable by others; until then they stay in secret memory. */
static ur_status read_key_bytes(cli *c, uint8_t *bytes, const char *value)
{
    if (is_literal(value, &form_key)) {
        return decode(c, bytes, &form_key, ur_span_str_var(value), "--key");
    }
    ur_secret *file = NULL;
    cli_input in;
    UR_TRY(cli_input_open(c, &in, value, "reading"));
    ur_status st = ur_fd_read_secret(&file, &in.fd, 1 << 14, cli_err(c));
    cli_input_close(&in);
    UR_TRY(st);
    st = decode(c, bytes, &form_key, ur_span_of(ur_secret_reveal(file), ur_secret_len(file)), value);
    ur_secret_free(&file);
    return st;
}

ur_status tibe_key_read(cli *c, ur_tibe_key *out, const char *value)
{
    uint8_t bytes[UR_G2_BYTES];
    ur_status st = read_key_bytes(c, bytes, value);
    if (st == UR_OK && ur_tibe_key_parse(out, bytes) != UR_OK) {
        st = not_a_point(c, &form_key, is_literal(value, &form_key) ? "--key" : value);
    }
    ur_wipe(bytes, sizeof bytes);
    return st;
}

ur_status tibe_share_read(cli *c, ur_share *out, const char *path)
{
    ur_secret *file = NULL;
    uint8_t bytes[UR_SCALAR_BYTES] = {0};
    uint32_t index;
    ur_span hex;
    *out = (ur_share){0};
    if (tibe_is_indexed(ur_span_str_var(path), 2 * UR_SCALAR_BYTES, &index, &hex)) {
        cli_hint(c, "Everybody on this machine can read it in the list of processes. Put it in a file, or use --share -.");
        return cli_fail(c, UR_E_USAGE, "a share is not taken from the command line");
    }
    UR_TRY(cli_read_secret(c, &file, path, 1 << 12));
    ur_span text = tibe_trim(ur_span_of(ur_secret_reveal(file), ur_secret_len(file)));
    ur_status st = UR_E_INPUT;
    if (!tibe_is_indexed(text, 2 * UR_SCALAR_BYTES, &index, &hex)) {
        st = cli_fail(c, st, "%s: not a share, INDEX:HEX with 64 hex digits", path);
    } else if (ur_hex_decode(bytes, sizeof bytes, hex) != UR_OK || ur_share_parse(out, index, bytes) != UR_OK) {
        st = cli_fail(c, st, "%s: not a share: zero, or not below the group's order", path);
    } else {
        st = UR_OK;
    }
    ur_wipe(bytes, sizeof bytes);
    ur_secret_free(&file);
    return st;
}

/* ---- results ---- */

ur_status tibe_put_secret(cli *c, const char *key, uint32_t index, ur_span bytes)
{
    char line[16 + 2 * UR_G2_BYTES + 1];
    const char *path = cli_value(c, "out");
    int n = index != 0 ? snprintf(line, 16, "%u:", (unsigned)index) : 0;
    ur_hex_encode(line + n, bytes);
    n += (int)(2 * bytes.n);
    line[n++] = '\n';
    ur_status st = UR_OK;
    if (path != NULL && strcmp(path, "-") != 0) {
        st = cli_file_status(c, ur_file_write(path, ur_span_of(line, (size_t)n), UR_FILE_SECRET, cli_err(c)));
        cli_say_text(c, "file", path);
    } else {
        cli_say_whole(c, ur_span_of(line, (size_t)n - 1));
        cli_json_only(c);
        cli_say_hex(c, key, bytes.p, bytes.n);
    }
    if (index != 0) {
        cli_say_number(c, "index", index);
    }
    ur_wipe(line, sizeof line);
    return st;
}
