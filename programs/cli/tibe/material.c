#include "programs/cli/tibe/material.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/os/random.h"
#include "programs/cli/printable.h"

/* ---- small things ---- */

static bool is_digit(uint8_t b) { return b >= '0' && b <= '9'; }
static bool is_blank(uint8_t b) { return b == ' ' || b == '\n' || b == '\r' || b == '\t'; }

bool tibe_is_hex(ur_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        uint8_t low = s.p[i] | 0x20;
        if (!is_digit(s.p[i]) && !(low >= 'a' && low <= 'f')) {
            return false;
        }
    }
    return s.n != 0;
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

/* ---- lines of a file ---- */

/* The next line that is not blank, trimmed. */
static bool next_line(ur_span *left, ur_span *line, size_t *number)
{
    while (left->n != 0) {
        const uint8_t *end = memchr(left->p, '\n', left->n);
        size_t n = end != NULL ? (size_t)(end - left->p) : left->n;
        *line = tibe_trim(ur_span_of(left->p, n));
        size_t skip = end != NULL ? n + 1 : n;
        *left = ur_span_of(left->p + skip, left->n - skip);
        (*number)++;
        if (line->n != 0) {
            return true;
        }
    }
    return false;
}

/* One more member; `number` counts lines or elements for the message. */
static ur_status member_add(cli *c, tibe_members *m, ur_span hex, const char *path, const char *what, size_t number)
{
    uint8_t bytes[UR_G1_BYTES];
    if (m->n == UR_TIBE_MEMBERS_MAX) {
        return cli_fail(c, UR_E_LIMIT, "%s: more than %d commitments", path, UR_TIBE_MEMBERS_MAX);
    }
    if (ur_hex_decode(bytes, sizeof bytes, hex) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "%s, %s %zu: not the 96 hex digits of a public share", path, what, number);
    }
    if (ur_tibe_pub_parse(&m->p[m->n], bytes) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "%s, %s %zu: no point of the right group", path, what, number);
    }
    m->n++;
    return UR_OK;
}

/* A list of hex, or FairyRing's answer to a query for commitments: an object with such a list, perhaps one level down. */
static ur_status members_of_json(cli *c, tibe_members *out, ur_span text, const char *path)
{
    ur_json whole, element;
    ur_json_iter it;
    size_t number = 0;
    if (ur_json_parse_var(&whole, text) != UR_OK) {
        return cli_fail(c, UR_E_INPUT, "%s: malformed JSON", path);
    }
    if (ur_json_kind_var(whole) == UR_JSON_OBJECT) {
        ur_json active = ur_json_get_var(whole, "active_commitments");
        whole = ur_json_get_var(ur_json_kind_var(active) == UR_JSON_OBJECT ? active : whole, "commitments");
    }
    if (ur_json_array_var(&it, whole) != UR_OK) {
        return UR_OK; /* none */
    }
    while (ur_json_next_var(&it, &element)) {
        ur_span hex;
        (void)!ur_json_plain_var(&hex, element); /* empty if it is no text */
        UR_TRY(member_add(c, out, hex, path, "commitment", ++number));
    }
    return UR_OK;
}

ur_status tibe_members_read(cli *c, tibe_members *out, const char *path)
{
    uint8_t *file;
    size_t n, number = 0;
    *out = (tibe_members){0};
    UR_TRY(cli_read(c, &file, &n, path, MATERIAL_MAX));
    out->p = calloc(UR_TIBE_MEMBERS_MAX, sizeof *out->p);
    ur_status st = out->p != NULL ? UR_OK : cli_fail(c, UR_E_MEMORY, "out of memory");
    ur_span text = tibe_trim(ur_span_of(file, n)), left = text, line;
    if (st == UR_OK && text.n != 0 && (text.p[0] == '[' || text.p[0] == '{')) {
        st = members_of_json(c, out, text, path);
    } else {
        while (st == UR_OK && next_line(&left, &line, &number)) {
            st = member_add(c, out, line, path, "line", number);
        }
    }
    if (st == UR_OK && out->n == 0) {
        st = cli_fail(c, UR_E_INPUT, "%s: no commitments in it", path);
    }
    free(file);
    if (st != UR_OK) {
        free(out->p);
        *out = (tibe_members){0};
    }
    return st;
}

/* Whether they fit is monotonous in t: degree below t is degree below t + 1. */
ur_status tibe_threshold_find(cli *c, uint32_t *out, const ur_tibe_pub *mpk, const tibe_members *members)
{
    void *scratch;
    uint32_t low = 1, high = members->n;
    bool fits = false;
    *out = 0;
    UR_TRY(tibe_scratch(c, &scratch, ur_tibe_committee_scratch_bytes(members->n)));
    while (low <= high) {
        uint8_t random[UR_SCALAR_WIDE_BYTES];
        uint32_t t = !fits && high == members->n ? high : low + (high - low) / 2;
        ur_tibe_committee k = {*mpk, members->p, t, members->n};
        ur_random(random, sizeof random);
        if (ur_tibe_committee_check_var(&k, random, scratch) == UR_OK) {
            fits = true;
            *out = t;
            high = t - 1;
        } else if (t == members->n) {
            break;
        } else {
            low = t + 1;
        }
    }
    free(scratch);
    return fits ? UR_OK : cli_fail(c, UR_E_POLICY, "the commitments do not belong to this master public key");
}

/* ---- key shares ---- */

static tibe_claim *claim_add(tibe_claims *claims)
{
    if (claims->n == claims->cap) {
        size_t cap = claims->cap == 0 ? 64 : claims->cap * 2;
        tibe_claim *grown = cap > 4 * UR_TIBE_MEMBERS_MAX ? NULL : calloc(cap, sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        if (claims->n != 0) {
            memcpy(grown, claims->p, claims->n * sizeof *grown);
            ur_wipe(claims->p, claims->n * sizeof *grown);
            free(claims->p);
        }
        claims->p = grown;
        claims->cap = cap;
    }
    return &claims->p[claims->n++];
}

void tibe_claims_free(tibe_claims *claims)
{
    if (claims->p != NULL) {
        ur_wipe(claims->p, claims->n * sizeof *claims->p);
        free(claims->p);
    }
    *claims = (tibe_claims){0};
}

static bool is_claim(ur_span s, uint32_t *index, ur_span *hex)
{
    if (s.n == 2 * UR_G2_BYTES && tibe_is_hex(s)) {
        *index = 0;
        *hex = s;
        return true;
    }
    return tibe_is_indexed(s, 2 * UR_G2_BYTES, index, hex);
}

static ur_status claim_take(cli *c, tibe_claims *claims, uint32_t index, ur_span hex, const char *from, size_t line)
{
    uint8_t bytes[UR_G2_BYTES];
    tibe_claim *k = claim_add(claims);
    if (k == NULL) {
        return cli_fail(c, UR_E_LIMIT, "more than %d shares", 4 * UR_TIBE_MEMBERS_MAX);
    }
    *k = (tibe_claim){.from = from, .line = line, .index = index};
    k->is_point = ur_hex_decode(bytes, sizeof bytes, hex) == UR_OK &&
                  (index == 0 ? ur_tibe_key_parse(&k->key, bytes) : ur_tibe_ks_parse(&k->ks, index, bytes)) == UR_OK;
    ur_wipe(bytes, sizeof bytes);
    return UR_OK;
}

static ur_status claims_of_file(cli *c, tibe_claims *claims, const char *path)
{
    uint8_t *file;
    size_t n, number = 0;
    UR_TRY(cli_read(c, &file, &n, path, MATERIAL_MAX));
    ur_span left = ur_span_of(file, n), line, hex;
    ur_status st = UR_OK;
    bool any = false;
    uint32_t index;
    while (st == UR_OK && next_line(&left, &line, &number)) {
        any = true;
        st = is_claim(line, &index, &hex)
                 ? claim_take(c, claims, index, hex, path, number)
                 : cli_fail(c, UR_E_INPUT, "%s, line %zu: neither a share, INDEX:HEX with 192 hex digits, nor a key's 192", path, number);
    }
    if (st == UR_OK && !any) {
        st = cli_fail(c, UR_E_INPUT, "%s: no shares in it", path);
    }
    ur_wipe(file, n);
    free(file);
    return st;
}

ur_status tibe_claims_read(cli *c, tibe_claims *out)
{
    ur_status st = UR_OK;
    *out = (tibe_claims){0};
    for (size_t i = 0; i < cli_count(c, "SHARE") && st == UR_OK; i++) {
        const char *value = cli_nth(c, "SHARE", i);
        uint32_t index;
        ur_span hex;
        st = is_claim(ur_span_str_var(value), &index, &hex) ? claim_take(c, out, index, hex, value, 0)
                                                            : claims_of_file(c, out, value);
    }
    if (st != UR_OK) {
        tibe_claims_free(out);
    }
    return st;
}

static ur_status check_shares(cli *c, tibe_claims *claims, const tibe_members *members, const ur_tibe_id *id)
{
    struct {
        ur_tibe_claim *p;
        size_t *of;
        uint8_t *bad, *weights;
        void *scratch;
    } m = {0};
    size_t n = 0, at_once = claims->n < UR_TIBE_MEMBERS_MAX ? claims->n : UR_TIBE_MEMBERS_MAX;
    ur_status st = tibe_scratch(c, &m.scratch, ur_tibe_scratch_bytes(at_once));
    m.p = calloc(at_once, sizeof *m.p);
    m.of = calloc(at_once, sizeof *m.of);
    m.bad = calloc(at_once, 1);
    m.weights = calloc(at_once, UR_TIBE_WEIGHT_BYTES);
    if (m.p == NULL || m.of == NULL || m.bad == NULL || m.weights == NULL) {
        st = cli_fail(c, UR_E_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < claims->n && st == UR_OK; i++) {
        tibe_claim *k = &claims->p[i];
        if (k->index != 0 && k->fault == NULL) {
            m.p[n] = (ur_tibe_claim){&k->ks, &members->p[k->index - 1], id};
            m.of[n++] = i;
        }
        if (n == at_once || (i + 1 == claims->n && n != 0)) {
            ur_random(m.weights, n * UR_TIBE_WEIGHT_BYTES);
            ur_status all = ur_tibe_check_many_var(m.p, n, m.bad, m.weights, m.scratch);
            if (all != UR_OK && all != UR_E_PROOF) {
                st = cli_fail(c, all, "checking shares: %s", ur_status_text(all));
            }
            for (size_t j = 0; j < n; j++) {
                claims->p[m.of[j]].fault = m.bad[j] != 0 ? "does not verify" : NULL;
            }
            n = 0;
        }
    }
    free(m.p);
    free(m.of);
    free(m.bad);
    free(m.weights);
    free(m.scratch);
    return st;
}

ur_status tibe_claims_check(cli *c, tibe_claims *claims, const tibe_members *members, const ur_tibe_pub *mpk,
                            const ur_tibe_id *id)
{
    for (size_t i = 0; i < claims->n; i++) {
        tibe_claim *k = &claims->p[i];
        if (k->index == 0 && mpk == NULL) {
            return cli_fail(c, UR_E_USAGE, "a whole key is checked against --mpk, which is missing");
        }
        if (k->index != 0 && members == NULL) {
            return cli_fail(c, UR_E_USAGE, "shares are checked against --commitments, which is missing");
        }
        if (!k->is_point) {
            k->fault = "no point of the right group";
        } else if (k->index == 0) {
            k->fault = ur_tibe_key_check_var(mpk, &k->key, id) == UR_OK ? NULL : "does not verify";
        } else if (k->index > members->n) {
            k->fault = "no such member";
        }
    }
    return members != NULL ? check_shares(c, claims, members, id) : UR_OK;
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
