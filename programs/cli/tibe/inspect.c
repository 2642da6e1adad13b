#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/seal/ecies.h"
#include "lib/seal/seal.h"
#include "programs/cli/printable.h"
#include "programs/cli/tibe/material.h"

/* Each look_... says what the bytes are and returns true, or returns false and says nothing. A form that is recognised and
 * malformed is a failure, kept in c. */

typedef struct looker {
    cli *c;
    ur_status st;
} looker;

static bool starts_with(ur_span s, const char *what)
{
    size_t n = strlen(what);
    return s.n >= n && ur_eq_var(s.p, what, n);
}

/* `kind` is for programs, `text` for people. */
static void what(looker *k, const char *kind, const char *text)
{
    cli_json_only(k->c);
    cli_say_text(k->c, "kind", kind);
    cli_say_text(k->c, "what", text);
}

static bool malformed(looker *k, const char *text)
{
    k->st = cli_fail(k->c, UR_E_INPUT, "%s", text);
    return true;
}

/* ---- points and scalars ---- */

/* A G1 or G2 point of the right length, as bytes; text says what it is. One that may be a secret is not printed. */
static bool say_point(looker *k, const char *kind, const char *text, const uint8_t *p, size_t n, bool secret)
{
    ur_g1 p1;
    ur_g2 p2;
    bool good = n == UR_G1_BYTES ? ur_g1_parse(&p1, p) == UR_OK : ur_g2_parse(&p2, p) == UR_OK;
    if (!good) {
        return malformed(k, n == UR_G1_BYTES ? "48 bytes, but no point of G1 (encoding, curve, subgroup, or infinity)"
                                             : "96 bytes, but no point of G2 (encoding, curve, subgroup, or infinity)");
    }
    what(k, kind, text);
    cli_say_text(k->c, "group", n == UR_G1_BYTES ? "G1" : "G2");
    if (!secret) {
        cli_say_hex(k->c, "point", p, n);
    }
    return true;
}

static const char g1_text[] = "a point of G1: a master public key or a member's public share";
static const char g2_text[] = "a point of G2: the key of an identity (or a network's public key, where that is in G2)";

static bool say_master_share(looker *k, uint32_t index, ur_span hex)
{
    uint8_t be[UR_SCALAR_BYTES], point[UR_G1_BYTES];
    ur_share share;
    ur_tibe_pub pub;
    ur_status st = ur_hex_decode(be, sizeof be, hex);
    st = st == UR_OK ? ur_share_parse(&share, index != 0 ? index : 1, be) : st;
    ur_wipe(be, sizeof be);
    if (st != UR_OK) {
        return malformed(k, "64 hex digits, but no share: zero, or not below the group's order");
    }
    ur_share_public(&pub.p, &share);
    ur_wipe(&share, sizeof share);
    ur_tibe_pub_write(point, &pub);
    what(k, index != 0 ? "master_share" : "scalar", index != 0 ? "a member's share of a master key: secret" : "a scalar, perhaps a share without its index: secret");
    if (index != 0) {
        cli_say_number(k->c, "index", index);
    }
    cli_say_hex(k->c, "public_share", point, sizeof point);
    return true;
}

static bool say_key_share(looker *k, uint32_t index, ur_span hex)
{
    uint8_t point[UR_G2_BYTES];
    if (ur_hex_decode(point, sizeof point, hex) != UR_OK) {
        return malformed(k, "not hex");
    }
    if (!say_point(k, "key_share", "a member's share of an identity's key", point, sizeof point, true) || k->st != UR_OK) {
        return true;
    }
    cli_say_number(k->c, "index", index);
    return true;
}

/* ---- bytes of fixed layouts ---- */

static bool look_ciphertext(looker *k, ur_span b)
{
    ur_tibe_ct ct;
    if (b.n != UR_TIBE_CT_BYTES(16) && b.n != UR_TIBE_CT_BYTES(32)) {
        return false;
    }
    if (ur_tibe_ct_parse(&ct, b) != UR_OK) {
        return malformed(k, "the length of a bare ciphertext, but U is no point of G1");
    }
    what(k, "ciphertext", "a bare identity-based ciphertext, U || V || W");
    cli_say_number(k->c, "message_bytes", ct.n);
    cli_say_hex(k->c, "u", b.p, UR_G1_BYTES);
    return true;
}

static bool look_ecies(looker *k, ur_span b)
{
    static const uint8_t curve_and_length[4] = {0x02, 0xca, 0x00, 0x20};
    enum { HEAD = 16 };
    uint8_t full[UR_SECP_PUB_FULL_BYTES] = {4};
    ur_secp_pub pub;
    if (b.n < UR_ECIES_MIN || !ur_eq_var(b.p + HEAD, curve_and_length, 4) || b.p[52] != 0 || b.p[53] != 0x20) {
        return false;
    }
    memcpy(full + 1, b.p + 20, 32);
    memcpy(full + 33, b.p + 54, 32);
    size_t padded = b.n - UR_ECIES_OVERHEAD;
    if (padded % 16 != 0 || ur_secp_pub_parse_var(&pub, ur_span_of(full, sizeof full)) != UR_OK) {
        return malformed(k, "an ECIES message, but its length or its ephemeral key is wrong");
    }
    what(k, "ecies", "an ECIES message (secp256k1, as FairyRing's validators send key shares)");
    cli_say_number(k->c, "text_bytes_min", padded - 16);
    cli_say_number(k->c, "text_bytes_max", padded - 1);
    cli_say_hex(k->c, "ephemeral_key", full, sizeof full);
    return true;
}

static bool look_bytes(looker *k, ur_span b)
{
    if (b.n == UR_G1_BYTES || b.n == UR_G2_BYTES) {
        return say_point(k, b.n == UR_G1_BYTES ? "g1_point" : "g2_point", b.n == UR_G1_BYTES ? g1_text : g2_text, b.p, b.n, b.n == UR_G2_BYTES);
    }
    return look_ciphertext(k, b) || look_ecies(k, b);
}

/* ---- text ---- */

static bool look_lines(looker *k, ur_span text)
{
    size_t n = 0, bad = 0;
    enum { LINE = 2 * UR_G1_BYTES };
    for (ur_span left = text; left.n != 0;) {
        const uint8_t *end = memchr(left.p, '\n', left.n);
        size_t len = end != NULL ? (size_t)(end - left.p) : left.n;
        ur_span line = tibe_trim(ur_span_of(left.p, len));
        uint8_t point[UR_G1_BYTES];
        ur_g1 p;
        if (line.n != LINE || ur_hex_decode(point, sizeof point, line) != UR_OK) {
            return false;
        }
        n++;
        bad += ur_g1_parse(&p, point) != UR_OK;
        len += end != NULL;
        left = ur_span_of(left.p + len, left.n - len);
    }
    if (n < 2) {
        return false;
    }
    if (bad != 0) {
        k->st = cli_fail(k->c, UR_E_INPUT, "%zu lines of 96 hex digits, of which %zu are no point of G1", n, bad);
        return true;
    }
    what(k, "commitments", "commitments: the members' public shares");
    cli_say_number(k->c, "members", n);
    return true;
}

static bool say_json_point(looker *k, ur_json field, const char *kind, const char *g1, const char *g2)
{
    uint8_t bytes[UR_G2_BYTES];
    size_t n;
    if (ur_json_hex_upto_var(bytes, sizeof bytes, &n, field) != UR_OK || (n != UR_G1_BYTES && n != UR_G2_BYTES)) {
        return malformed(k, "drand's JSON, but its point is not 48 or 96 bytes of hex");
    }
    return say_point(k, kind, n == UR_G1_BYTES ? g1 : g2, bytes, n, false);
}

static bool look_json(looker *k, ur_span text)
{
    ur_json whole;
    uint64_t round;
    uint8_t hash[32];
    if (text.n == 0 || text.p[0] != '{' || ur_json_parse_var(&whole, text) != UR_OK) {
        return false;
    }
    ur_json key = ur_json_get_var(whole, "public_key"), signature = ur_json_get_var(whole, "signature");
    if (ur_json_kind_var(key) != UR_JSON_NONE) {
        (void)say_json_point(k, key, "drand_network", "a drand network with its public key in G1: its files open here",
                             "a drand network with its public key in G2: its files do not open here");
        if (k->st == UR_OK && ur_json_hex_var(hash, sizeof hash, ur_json_get_var(whole, "hash")) == UR_OK) {
            cli_say_hex(k->c, "chain", hash, sizeof hash);
        }
        return true;
    }
    if (ur_json_kind_var(signature) != UR_JSON_NONE) {
        (void)say_json_point(k, signature, "drand_round", "a drand round of a network with its public key in G2",
                             "a drand round, the key of its timelock files if the network is an unchained one");
        if (k->st == UR_OK && ur_json_u64_var(&round, ur_json_get_var(whole, "round")) == UR_OK) {
            cli_say_number(k->c, "round", round);
        }
        return true;
    }
    return false;
}

static bool look_hex(looker *k, ur_span text)
{
    static uint8_t bytes[1 << 16];
    size_t n;
    if (text.n == 2 * UR_SCALAR_BYTES) {
        return say_master_share(k, 0, text);
    }
    if (text.n == 2 * UR_G1_BYTES - 1 || text.n == 2 * UR_G2_BYTES - 1) {
        return malformed(k, "one hex digit short of a point");
    }
    return ur_hex_decode_upto(bytes, sizeof bytes, &n, text) == UR_OK && look_bytes(k, ur_span_of(bytes, n));
}

static bool look_base64(looker *k, ur_span text)
{
    static uint8_t bytes[1 << 16];
    size_t n;
    return ur_base64_decode(bytes, sizeof bytes, &n, text, UR_BASE64) == UR_OK && look_bytes(k, ur_span_of(bytes, n));
}

static bool look_text(looker *k, ur_span text)
{
    uint32_t index;
    ur_span hex;
    if (tibe_is_indexed(text, 2 * UR_SCALAR_BYTES, &index, &hex)) {
        return say_master_share(k, index, hex);
    }
    if (tibe_is_indexed(text, 2 * UR_G2_BYTES, &index, &hex)) {
        return say_key_share(k, index, hex);
    }
    return tibe_is_hex(text) ? look_hex(k, text) : look_lines(k, text) || look_json(k, text) || look_base64(k, text);
}

/* ---- sealed files ---- */

/* What was read to see what it is, and then the rest. */
typedef struct replay {
    ur_span head;
    const ur_source *rest;
} replay;

static ur_status replay_read(void *context, uint8_t *buf, size_t cap, size_t *out_n, ur_err *err)
{
    replay *r = context;
    if (r->head.n == 0) {
        return r->rest->read(r->rest->context, buf, cap, out_n, err);
    }
    *out_n = r->head.n < cap ? r->head.n : cap;
    memcpy(buf, r->head.p, *out_n);
    r->head = ur_span_of(r->head.p + *out_n, r->head.n - *out_n);
    return UR_OK;
}

static bool is_sealed(ur_span head)
{
    ur_span text = tibe_trim(head);
    return starts_with(head, "age-encryption.org/") || starts_with(text, "-----BEGIN AGE") ||
           starts_with(text, "6167652d656e6372797074696f6e2e6f72672f");
}

static ur_status say_sealed(cli *c, ur_span head, const ur_source *rest)
{
    replay r = {head, rest};
    ur_source whole = {&r, replay_read};
    ur_sealed *sealed = NULL;
    uint64_t n;
    ur_tibe_ct ct;
    ur_err why = {0};
    ur_status st = ur_sealed_begin(&sealed, &whole, cli_err(c));
    if (st != UR_OK) {
        return st;
    }
    const ur_seal_header *h = ur_sealed_header(sealed);
    bool tlock = h->kind == UR_SEAL_TLOCK;
    st = ur_sealed_ct(&ct, sealed, &why);
    if (st == UR_OK || st == UR_E_POLICY) {
        bool opens = st == UR_OK;
        st = ur_sealed_measure(sealed, &n, cli_err(c));
        cli_json_only(c);
        cli_say_text(c, "kind", tlock ? "sealed_to_round" : "sealed_to_identity");
        cli_say_text(c, "what", tlock ? "a file sealed to a round of a drand network" : "a file sealed to an identity (FairyRing's format)");
        cli_say_text(c, "form", ur_seal_form_name(ur_sealed_form(sealed)));
        if (tlock) {
            cli_say_number(c, "round", h->round);
            cli_say_hex(c, "chain", h->chain, sizeof h->chain);
        }
        cli_say_number(c, "content_bytes", n);
        cli_say_number(c, "file_key_bytes", ur_seal_file_key_bytes(h->kind));
        cli_say_hex(c, "u", h->body, h->body_n == 128 ? UR_G2_BYTES : UR_G1_BYTES);
        cli_say_bool(c, "opens_here", opens);
        if (!opens) {
            cli_say_text(c, "because", ur_err_text(&why, UR_E_POLICY));
        }
    } else {
        st = cli_fail(c, st, "%s", ur_err_text(&why, st));
    }
    ur_sealed_free(&sealed);
    return st;
}

/* ---- all ---- */

static ur_status inspect(cli *c, const ur_source *in)
{
    enum { MAX = 1 << 18 };
    uint8_t *buf = malloc(MAX + 1);
    size_t n = 0;
    ur_status st = buf == NULL ? cli_fail(c, UR_E_MEMORY, "out of memory") : ur_source_fill(in, buf, MAX + 1, &n, cli_err(c));
    if (st == UR_OK && is_sealed(ur_span_of(buf, n))) {
        st = say_sealed(c, ur_span_of(buf, n), in);
    } else if (st == UR_OK) {
        looker k = {c, UR_OK};
        ur_span all = ur_span_of(buf, n), text = tibe_trim(all);
        bool is_text = cli_all_printable(text, true);
        bool known = n != 0 && n <= MAX && (is_text ? look_text(&k, text) : look_bytes(&k, all));
        st = known ? k.st : cli_fail(c, UR_E_INPUT, n == 0 ? "empty" : "of no form known here");
    }
    if (buf != NULL) {
        ur_wipe(buf, MAX + 1); /* it may have been a share */
    }
    free(buf);
    return st;
}

ur_status cli_tibe_inspect(cli *c)
{
    const char *value = cli_value(c, "IN");
    uint32_t index;
    ur_span hex, text = ur_span_str_var(value != NULL ? value : "-");
    if (tibe_is_indexed(text, 2 * UR_SCALAR_BYTES, &index, &hex)) {
        cli_note(c, "everybody on this machine can read a share that is on the command line");
    }
    if ((tibe_is_hex(text) && text.n >= 32 && access(value, F_OK) != 0) || tibe_is_indexed(text, 2 * UR_G2_BYTES, &index, &hex) ||
        tibe_is_indexed(text, 2 * UR_SCALAR_BYTES, &index, &hex)) {
        ur_reader reader;
        ur_reader_init(&reader, text);
        ur_source in = ur_source_of_reader(&reader);
        return inspect(c, &in);
    }
    cli_input in;
    UR_TRY(cli_input_open(c, &in, value, "reading"));
    ur_status st = inspect(c, &in.source);
    cli_input_close(&in);
    return st == UR_OK ? st : cli_in_input(c, st, value);
}
