#include <stdlib.h>

#include "programs/cli/tibe/material.h"

static void say_claim(cli *c, const tibe_claim *k)
{
    cli_row_begin(c);
    if (k->index != 0) {
        cli_say_number(c, "index", k->index);
    } else {
        cli_people_only(c);
        cli_say_text(c, "index", "key");
        cli_json_only(c);
        cli_say_null(c, "index");
    }
    cli_json_only(c);
    cli_say_bool(c, "good", k->fault == NULL);
    cli_say_verdict(c, "verdict", k->fault == NULL, k->fault == NULL ? "good" : k->fault);
    if (k->line != 0) {
        cli_say_text(c, "file", k->from);
        if (k->line == 1) {
            cli_json_only(c);
        }
        cli_say_number(c, "line", k->line);
    }
    cli_row_end(c);
}

ur_status cli_tibe_check(cli *c)
{
    tibe_identity id;
    ur_tibe_pub mpk;
    tibe_members members = {0};
    tibe_claims claims = {0};
    uint32_t threshold = 0;
    bool with_mpk = cli_given(c, "mpk"), with_members = cli_given(c, "commitments");
    if (!with_mpk && !with_members) {
        return cli_fail(c, UR_E_USAGE, "missing: --commitments FILE for shares, or --mpk HEX|FILE for a whole key");
    }
    UR_TRY(tibe_identity_read(c, &id, true));
    ur_status st = with_mpk ? tibe_mpk_read(c, &mpk, cli_value(c, "mpk")) : UR_OK;
    if (st == UR_OK && with_members) {
        st = tibe_members_read(c, &members, cli_value(c, "commitments"));
    }
    if (st == UR_OK && with_mpk && with_members) {
        st = tibe_threshold_find(c, &threshold, &mpk, &members);
    }
    if (st == UR_OK) {
        st = tibe_claims_read(c, &claims);
    }
    if (st == UR_OK) {
        st = tibe_claims_check(c, &claims, with_members ? &members : NULL, with_mpk ? &mpk : NULL, &id.id);
    }
    size_t bad = 0;
    if (st == UR_OK) {
        cli_list_begin(c, "shares");
        for (size_t i = 0; i < claims.n; i++) {
            say_claim(c, &claims.p[i]);
            bad += claims.p[i].fault != NULL;
        }
        cli_list_end(c);
        cli_say_number(c, "good", claims.n - bad);
        cli_say_number(c, "bad", bad);
        if (threshold != 0) {
            cli_say_number(c, "threshold", threshold);
        }
        tibe_identity_say(c, &id);
    }
    free(members.p);
    tibe_claims_free(&claims);
    return st == UR_OK && bad != 0 ? UR_E_PROOF : st;
}
