#include "lib/seal/header.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/hash/hash.h"

#define COLUMNS 64
#define MAC_CHARS 43
#define VERSION "age-encryption.org/v1\n"
#define DISTIBE "-> distIBE\n"
#define TLOCK "-> tlock "
#define CLOSE "--- "
#define CLOSE_BYTES (sizeof(CLOSE) - 1 + MAC_CHARS + 1)

static bool body_fits(ur_seal_kind kind, size_t n)
{
    return kind == UR_SEAL_DISTIBE ? n == 112 : kind == UR_SEAL_TLOCK && (n == 80 || n == 128);
}

size_t ur_seal_file_key_bytes(ur_seal_kind kind) { return kind == UR_SEAL_TLOCK ? 16 : 32; }

static ur_status mac_of(uint8_t out[UR_SEAL_MAC_BYTES], ur_span file_key, ur_span covered)
{
    uint8_t key[32];
    ur_status s = ur_hkdf256(key, sizeof key, file_key, (ur_span){0}, UR_SPAN_LIT("header"));
    if (s == UR_OK) {
        ur_hmac256_of(out, ur_span_of(key, sizeof key), covered);
    }
    ur_wipe(key, sizeof key);
    return s;
}

static void write_body(ur_writer *w, ur_span body)
{
    /* 48 bytes fill a line; what is left over, perhaps nothing, makes the last, shorter one. */
    const size_t line = COLUMNS / 4 * 3;
    size_t at = 0;
    for (;;) {
        size_t n = body.n - at < line ? body.n - at : line;
        ur_base64_write(w, ur_span_of(body.p + at, n), UR_BASE64_RAW);
        ur_writer_u8(w, '\n');
        at += n;
        if (n < line) {
            return;
        }
    }
}

ur_status ur_seal_header_write(uint8_t out[UR_SEAL_HEADER_MAX], size_t *out_n, const ur_seal_header *h,
                               ur_span file_key)
{
    ur_writer w;
    uint8_t mac[UR_SEAL_MAC_BYTES];
    *out_n = 0;
    if (!body_fits(h->kind, h->body_n) || file_key.n != ur_seal_file_key_bytes(h->kind) ||
        (h->kind == UR_SEAL_TLOCK && h->round == 0)) {
        return UR_E_USAGE;
    }
    ur_writer_init(&w, out, UR_SEAL_HEADER_MAX);
    ur_writer_str(&w, VERSION);
    if (h->kind == UR_SEAL_DISTIBE) {
        ur_writer_str(&w, DISTIBE);
    } else {
        ur_writer_str(&w, TLOCK);
        ur_writer_dec(&w, h->round);
        ur_writer_u8(&w, ' ');
        ur_hex_write(&w, ur_span_of(h->chain, sizeof h->chain));
        ur_writer_u8(&w, '\n');
    }
    write_body(&w, ur_span_of(h->body, h->body_n));
    ur_writer_str(&w, "---");
    UR_TRY(mac_of(mac, file_key, ur_span_of(out, w.n)));
    ur_writer_u8(&w, ' ');
    ur_base64_write(&w, ur_span_of(mac, sizeof mac), UR_BASE64_RAW);
    ur_writer_u8(&w, '\n');
    ur_span all;
    UR_TRY(ur_writer_end(&w, &all));
    *out_n = all.n;
    return UR_OK;
}

/* The next line, without its line end; false when none is complete. */
static bool next_line(ur_span *line, ur_span *left)
{
    for (size_t i = 0; i < left->n; i++) {
        if (left->p[i] == '\n') {
            *line = ur_span_of(left->p, i);
            *left = ur_span_of(left->p + i + 1, left->n - i - 1);
            return true;
        }
    }
    return false;
}

static bool begins(ur_span s, ur_span with) { return s.n >= with.n && ur_eq_var(s.p, with.p, with.n); }

size_t ur_seal_header_find_var(ur_span bytes)
{
    ur_span left = bytes;
    for (ur_span line; next_line(&line, &left);) {
        if (begins(line, UR_SPAN_LIT("---"))) {
            return bytes.n - left.n;
        }
    }
    return 0;
}

/* "ROUND CHAINHASH" */
static ur_status parse_tlock(ur_seal_header *out, ur_span words)
{
    size_t digits = 0;
    uint64_t round = 0;
    while (digits < words.n && words.p[digits] >= '0' && words.p[digits] <= '9') {
        uint64_t d = (uint64_t)(words.p[digits] - '0');
        if (round > (UINT64_MAX - d) / 10) {
            return UR_E_INPUT;
        }
        round = round * 10 + d;
        digits++;
    }
    const size_t hex_n = 2 * UR_SEAL_CHAIN_BYTES;
    if (digits == 0 || words.p[0] == '0' || words.n != digits + 1 + hex_n || words.p[digits] != ' ') {
        return UR_E_INPUT;
    }
    const ur_span hex = {words.p + digits + 1, hex_n};
    for (size_t i = 0; i < hex.n; i++) {
        if (hex.p[i] >= 'A' && hex.p[i] <= 'F') {
            return UR_E_INPUT;
        }
    }
    out->round = round;
    return ur_hex_decode(out->chain, sizeof out->chain, hex);
}

/* Printable words after "-> ": somebody else's stanza, or nothing sensible. */
static bool is_stanza(ur_span line)
{
    if (!begins(line, UR_SPAN_LIT("-> ")) || line.n == 3) {
        return false;
    }
    for (size_t i = 3; i < line.n; i++) {
        if (line.p[i] < 32 || line.p[i] > 126) {
            return false;
        }
    }
    return true;
}

static ur_status parse_stanza(ur_seal_header *out, ur_span line, ur_err *err)
{
    const ur_span tlock = UR_SPAN_LIT(TLOCK);
    if (ur_span_eq_var(line, UR_SPAN_LIT("-> distIBE"))) {
        out->kind = UR_SEAL_DISTIBE;
        return UR_OK;
    }
    if (begins(line, tlock)) {
        out->kind = UR_SEAL_TLOCK;
        if (parse_tlock(out, ur_span_of(line.p + tlock.n, line.n - tlock.n)) != UR_OK) {
            return ur_err_set(err, UR_E_INPUT, "header: a tlock stanza wants a round and a chain hash");
        }
        return UR_OK;
    }
    if (begins(line, UR_SPAN_LIT("-> distIBE "))) {
        return ur_err_set(err, UR_E_INPUT, "header: the distIBE stanza takes no arguments");
    }
    if (is_stanza(line)) {
        int n = line.n - 3 < 40 ? (int)(line.n - 3) : 40;
        return ur_err_set(err, UR_E_POLICY, "header: sealed for '%.*s', not for an identity or a round", n,
                          (const char *)line.p + 3);
    }
    return ur_err_set(err, UR_E_INPUT, "header: no stanza line");
}

/* Lines of exactly 64 columns, then a shorter one. */
static ur_status parse_body(ur_seal_header *out, ur_span *left, ur_err *err)
{
    char text[3 * COLUMNS];
    size_t n = 0;
    for (;;) {
        ur_span line;
        if (!next_line(&line, left) || line.n > COLUMNS || n + line.n > sizeof text) {
            return ur_err_set(err, UR_E_INPUT, "header: the stanza's body is malformed");
        }
        memcpy(text + n, line.p, line.n);
        n += line.n;
        if (line.n < COLUMNS) {
            break;
        }
    }
    if (ur_base64_decode(out->body, sizeof out->body, &out->body_n, ur_span_of(text, n), UR_BASE64_RAW) != UR_OK ||
        !body_fits(out->kind, out->body_n)) {
        return ur_err_set(err, UR_E_INPUT, "header: the stanza's body is malformed");
    }
    return UR_OK;
}

static ur_status parse(ur_seal_header *out, ur_span text, ur_err *err)
{
    ur_span left = text;
    ur_span line;
    if (!begins(left, UR_SPAN_LIT(VERSION))) {
        return ur_err_set(err, UR_E_INPUT, "header: not a sealed file (the first line is not age-encryption.org/v1)");
    }
    (void)next_line(&line, &left);
    if (!next_line(&line, &left)) {
        return ur_err_set(err, UR_E_INPUT, "header: no stanza line");
    }
    UR_TRY(parse_stanza(out, line, err));
    UR_TRY(parse_body(out, &left, err));
    if (begins(left, UR_SPAN_LIT("-> "))) {
        return ur_err_set(err, UR_E_POLICY, "header: sealed for several recipients");
    }
    if (left.n != CLOSE_BYTES || !begins(left, UR_SPAN_LIT(CLOSE)) || left.p[left.n - 1] != '\n' ||
        ur_base64_decode_exact(out->mac, sizeof out->mac, ur_span_of(left.p + 4, MAC_CHARS), UR_BASE64_RAW) != UR_OK) {
        return ur_err_set(err, UR_E_INPUT, "header: the line with its MAC is malformed");
    }
    return UR_OK;
}

ur_status ur_seal_header_parse_var(ur_seal_header *out, ur_span text, ur_err *err)
{
    memset(out, 0, sizeof *out);
    ur_status s = text.n > UR_SEAL_HEADER_MAX ? ur_err_set(err, UR_E_INPUT, "header: too long") : parse(out, text, err);
    if (s != UR_OK) {
        memset(out, 0, sizeof *out);
    }
    return s;
}

ur_status ur_seal_header_check(const ur_seal_header *h, ur_span text, ur_span file_key)
{
    uint8_t mac[UR_SEAL_MAC_BYTES];
    if (text.n < CLOSE_BYTES || file_key.n != ur_seal_file_key_bytes(h->kind)) {
        return UR_E_USAGE;
    }
    UR_TRY(mac_of(mac, file_key, ur_span_of(text.p, text.n - CLOSE_BYTES + 3)));
    return ur_ct_eq(mac, h->mac, sizeof mac);
}
