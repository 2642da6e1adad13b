#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/codec/hex.h"
#include "programs/cli/light/store.h"

/* The sources as they are kept; each must be one that could be asked. */
static ur_status keep_sources(cli *c, ur_trust *trust)
{
    char lines[UR_TRUST_SOURCES_MAX];
    ur_writer w;
    size_t n = cli_count(c, "source");
    ur_writer_init(&w, lines, sizeof lines);
    for (size_t i = 0; i < n; i++) {
        ur_chain_source s;
        const char *name = cli_nth(c, "source", i);
        if (strchr(name, '\n') != NULL) {
            return cli_fail(c, UR_E_USAGE, "a source has no line ends in it");
        }
        UR_TRY(light_source(c, &s, name));
        ur_chain_source_free(&s);
        ur_writer_str(&w, name);
        ur_writer_u8(&w, '\n');
    }
    if (w.overflow) {
        return cli_fail(c, UR_E_LIMIT, "too many sources");
    }
    return n == 0 ? UR_OK : ur_trust_set_sources(trust, ur_span_of(lines, w.n), cli_err(c));
}

static ur_status set_anchor(cli *c, ur_trust *trust, const ur_anchor *a)
{
    ur_status st = cli_given(c, "renew") ? ur_trust_renew_anchor(trust, a, cli_err(c)) : ur_trust_set_anchor(trust, a, cli_err(c));
    if (st == UR_E_STATE && !cli_given(c, "renew")) {
        cli_hint(c, "--renew replaces the anchor by a later one");
    }
    return st;
}

ur_status cli_light_init(cli *c)
{
    ur_anchor a = {.height = (int64_t)cli_number(c, "height", 0),
                   .trusting_period_s = (int64_t)cli_number(c, "trusting-days", 14) * 86400};
    ur_trust *trust = NULL;
    const char *id = cli_value(c, "chain"), *path = cli_value(c, "store");
    if (ur_hex_decode(a.hash, sizeof a.hash, ur_span_str_var(cli_value(c, "hash"))) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--hash takes the header's hash, 64 hex digits");
    }
    ur_light_rules rules;
    if (ur_light_rules_init_var(&rules, ur_span_str_var(id), a.trusting_period_s) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--chain takes a chain id of up to %d letters, digits, dots, dashes and underscores", UR_CHAIN_ID_MAX);
    }
    (void)snprintf(a.chain_id, sizeof a.chain_id, "%s", id);
    for (size_t i = 0; i < cli_count(c, "source"); i++) { /* before a file is made */
        ur_chain_source s;
        UR_TRY(light_source(c, &s, cli_nth(c, "source", i)));
        ur_chain_source_free(&s);
    }
    if (cli_given(c, "renew")) {
        UR_TRY(light_store_open(c, &trust));
    } else {
        ur_status st = ur_trust_open(&trust, path, cli_err(c));
        if (st != UR_OK) {
            return cli_in(c, st, "%s", path);
        }
    }
    ur_status st = set_anchor(c, trust, &a);
    if (st == UR_OK) {
        st = keep_sources(c, trust);
    }
    ur_trust_close(&trust);
    if (st == UR_OK) {
        cli_say_text(c, "store", path);
        cli_say_text(c, "chain", a.chain_id);
        cli_say_number(c, "height", (uint64_t)a.height);
        cli_say_hex(c, "hash", a.hash, sizeof a.hash);
        cli_say_number(c, "trusting_days", (uint64_t)a.trusting_period_s / 86400);
    }
    return st;
}
