#include <stdlib.h>
#include <string.h>

#include "core/codec/hex.h"
#include "core/codec/json.h"
#include "lib/os/random.h"
#include "programs/cli/tibe/material.h"

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
    enum { AT_ONCE = 256 }; /* larger batches gain nothing more, and these show progress */
    size_t n = 0, at_once = claims->n < AT_ONCE ? claims->n : AT_ONCE;
    cli_progress progress;
    cli_progress_start(&progress, "checking", claims->n);
    progress.unit = "shares";
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
            cli_progress_at(&progress, i + 1);
        }
    }
    cli_progress_end(&progress);
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
