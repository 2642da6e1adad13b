#include <stdlib.h>

#include "core/codec/hex.h"
#include "programs/cli/tibe/material.h"

/* A share that was given twice is one share. */
static bool seen_before(const tibe_claims *claims, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (claims->p[j].fault == NULL && claims->p[j].index == claims->p[i].index) {
            return true;
        }
    }
    return false;
}

/* Tell which shares are left out, and put the others into ks. Returns how many those are. */
static size_t choose(cli *c, ur_tibe_ks *ks, const tibe_claims *claims)
{
    size_t n = 0;
    cli_json_only(c); /* people read it in the notes */
    cli_list_begin(c, "left_out");
    for (size_t i = 0; i < claims->n; i++) {
        const tibe_claim *k = &claims->p[i];
        if (k->fault == NULL) {
            if (!seen_before(claims, i)) {
                ks[n++] = k->ks;
            }
            continue;
        }
        cli_row_begin(c);
        cli_say_number(c, "index", k->index);
        cli_say_text(c, "verdict", k->fault);
        if (k->line != 0) {
            cli_say_text(c, "file", k->from);
            cli_say_number(c, "line", k->line);
            cli_note(c, "share %u (%s, line %zu) left out: %s", (unsigned)k->index, k->from, k->line, k->fault);
        } else {
            cli_note(c, "share %u left out: %s", (unsigned)k->index, k->fault);
        }
        cli_row_end(c);
    }
    cli_list_end(c);
    return n;
}

static ur_status combine(cli *c, ur_tibe_key *key, const ur_tibe_committee *k, const tibe_identity *id, const tibe_claims *claims)
{
    void *scratch = NULL;
    ur_tibe_ks *ks = calloc(claims->n, sizeof *ks);
    ur_status st = ks == NULL ? cli_fail(c, UR_E_MEMORY, "out of memory") : tibe_scratch(c, &scratch, ur_tibe_scratch_bytes(claims->n));
    size_t n = st == UR_OK ? choose(c, ks, claims) : 0;
    if (st == UR_OK && n < k->t) {
        cli_hint(c, "Ask more members for their shares.");
        st = cli_fail(c, UR_E_STATE, "%zu right share%s, %u needed", n, n == 1 ? "" : "s", (unsigned)k->t);
    }
    if (st == UR_OK) {
        st = ur_tibe_combine_var(key, k, ks, n, scratch);
        if (st == UR_OK) {
            st = ur_tibe_key_check_var(&k->mpk, key, &id->id);
        }
        if (st != UR_OK) { /* every share and the committee were checked */
            st = cli_fail(c, UR_E_INTERNAL, "the combined key does not verify: %s", ur_status_text(st));
        }
    }
    if (ks != NULL) {
        ur_wipe(ks, claims->n * sizeof *ks);
    }
    free(ks);
    free(scratch);
    return st;
}

ur_status cli_tibe_combine(cli *c)
{
    tibe_identity id;
    ur_tibe_committee k = {0};
    tibe_members members = {0};
    tibe_claims claims = {0};
    ur_tibe_key key = {0};
    UR_TRY(tibe_identity_read(c, &id, true));
    UR_TRY(tibe_mpk_read(c, &k.mpk, cli_value(c, "mpk")));
    UR_TRY(tibe_members_read(c, &members, cli_value(c, "commitments")));
    k.members = members.p;
    k.n = members.n;
    ur_status st = tibe_threshold_find(c, &k.t, &k.mpk, &members);
    if (st == UR_OK) {
        st = tibe_claims_read(c, &claims);
    }
    for (size_t i = 0; i < claims.n && st == UR_OK; i++) {
        if (claims.p[i].index == 0) {
            st = cli_fail(c, UR_E_INPUT, "%.60s: a key share needs its index, INDEX:HEX", claims.p[i].from);
        }
    }
    if (st == UR_OK) {
        st = tibe_claims_check(c, &claims, &members, NULL, &id.id);
    }
    if (st == UR_OK) {
        st = combine(c, &key, &k, &id, &claims);
    }
    if (st == UR_OK) {
        uint8_t bytes[UR_G2_BYTES];
        ur_tibe_key_reveal(bytes, &key);
        st = tibe_put_secret(c, "key", 0, ur_span_of(bytes, sizeof bytes));
        ur_wipe(bytes, sizeof bytes);
    }
    if (st == UR_OK) {
        tibe_identity_say(c, &id);
        cli_json_only(c);
        cli_say_number(c, "threshold", k.t);
    }
    ur_wipe(&key, sizeof key);
    tibe_claims_free(&claims);
    free(members.p);
    return st;
}
