#include "lib/os/clock.h"
#include "programs/cli/light/store.h"

/* What is trusted and until when. */
static void say_newest(cli *c, const ur_anchor *a, const ur_light_header *h)
{
    ur_light_rules rules;
    const ur_clock *clock = ur_clock_system();
    ur_time now = {clock->unix_ms(clock->context) / 1000, 0};
    cli_object_begin(c, "newest");
    light_say_header(c, h);
    light_say_time(c, "trusted_until", ur_time_add(h->time, a->trusting_period_s));
    bool fresh = ur_light_rules_init_var(&rules, ur_span_str_var(a->chain_id), a->trusting_period_s) == UR_OK &&
                 ur_light_fresh_var(&rules, h, now) == UR_OK;
    cli_say_verdict(c, "usable", fresh, fresh ? "yes" : "no: a new anchor is needed");
    cli_object_end(c);
}

static ur_status say(cli *c, ur_trust *trust)
{
    ur_anchor a;
    ur_light_header h;
    char sources[UR_TRUST_SOURCES_MAX + 1];
    int64_t headers, evidence;
    UR_TRY(ur_trust_anchor(trust, &a, cli_err(c)));
    UR_TRY(ur_trust_count(trust, &headers, &evidence, cli_err(c)));
    UR_TRY(ur_trust_sources(trust, sources, cli_err(c)));
    ur_status fork = ur_trust_check_fork(trust, NULL);
    if (fork != UR_OK && fork != UR_E_POLICY) {
        return ur_trust_check_fork(trust, cli_err(c));
    }
    cli_say_text(c, "chain", a.chain_id);
    cli_object_begin(c, "anchor");
    cli_say_number(c, "height", (uint64_t)a.height);
    cli_say_hex(c, "hash", a.hash, sizeof a.hash);
    cli_say_number(c, "trusting_days", (uint64_t)a.trusting_period_s / 86400);
    cli_object_end(c);
    ur_status st = ur_trust_newest(trust, &h, cli_err(c));
    if (st == UR_OK) {
        say_newest(c, &a, &h);
    } else if (st == UR_E_ABSENT) {
        ur_err_clear(cli_err(c));
        cli_say_null(c, "newest");
    } else {
        return st;
    }
    cli_say_number(c, "headers", (uint64_t)headers);
    cli_say_number(c, "evidence", (uint64_t)evidence);
    cli_say_verdict(c, "fork", fork == UR_OK, fork == UR_OK ? "none seen" : "seen: nothing is believed until the anchor is renewed");
    cli_list_begin(c, "sources");
    ur_span left = ur_span_str_var(sources);
    while (left.n > 0) {
        size_t n = 0;
        while (n < left.n && left.p[n] != '\n') {
            n++;
        }
        cli_row_begin(c);
        cli_say_span(c, "address", ur_span_of(left.p, n));
        cli_row_end(c);
        left = n < left.n ? ur_span_of(left.p + n + 1, left.n - n - 1) : (ur_span){0};
    }
    cli_list_end(c);
    return UR_OK;
}

ur_status cli_light_status(cli *c)
{
    ur_trust *trust;
    UR_TRY(light_store_open(c, &trust));
    ur_status st = say(c, trust);
    ur_trust_close(&trust);
    return st;
}
