#include <stdlib.h>

#include "core/codec/json.h"
#include "programs/cli/evidence/evidence.h"

static void say_names(cli *c, const char *key, ur_span list)
{
    ur_json_iter it;
    ur_json one;
    ur_span text;
    cli_list_begin(c, key);
    if (ur_json_array_var(&it, (ur_json){list}) == UR_OK) {
        while (ur_json_next_var(&it, &one)) {
            if (ur_json_plain_var(&text, one) == UR_OK) {
                cli_say_span(c, NULL, text);
            }
        }
    }
    cli_list_end(c);
}

static void say_policy(cli *c, const ur_tee_policy *p)
{
    cli_say_number(c, "roots", p->root_count);
    cli_say_bool(c, "production_roots", ur_tee_policy_is_production(p));
    cli_say_number(c, "images", p->image_count);
    if (p->has_release_authority) {
        cli_say_text(c, "release_authority", "may add images");
    }
    cli_list_begin(c, "statuses");
    for (unsigned s = 1; s < UR_TCB_COUNT; s++) {
        if ((p->statuses & 1u << s) != 0) {
            cli_say_text(c, NULL, ur_tcb_status_name((ur_tcb_status)s));
        }
    }
    cli_list_end(c);
    say_names(c, "advisories_allowed", p->allowed);
    say_names(c, "advisories_forbidden", p->forbidden);
    if (p->any_platform) {
        cli_say_text(c, "platforms", "any");
    } else {
        cli_say_number(c, "platforms", p->platform_count);
    }
    cli_say_number(c, "evaluation_floor", p->evaluation_floor);
    if (p->min_date != 0) {
        evidence_say_date(c, "min_date", p->min_date);
    }
    if (p->grace_until != 0) {
        evidence_say_date(c, "grace_until", p->grace_until);
        cli_say_number(c, "grace_evaluation", p->grace_evaluation);
    }
    cli_say_number(c, "quote_age", p->quote_age_s);
}

static void note_doubts(cli *c, const ur_tee_policy *p)
{
    ur_json_iter it;
    ur_json image;
    const char *field;
    if (ur_json_array_var(&it, (ur_json){p->images}) != UR_OK) {
        return;
    }
    for (unsigned i = 1; ur_json_next_var(&it, &image); i++) {
        switch (ur_tee_image_doubt(&field, image)) {
        case UR_IMAGE_NEVER:
            cli_note(c, "image %u matches nothing: no quote that verifies has such a %s", i, field);
            break;
        case UR_IMAGE_UNMEASURED:
            cli_note(c, "image %u: a %s of zeros means that nothing was measured there, so anything may have been booted", i, field);
            break;
        case UR_IMAGE_SOUND:
            break;
        }
    }
}

ur_status cli_policy_check(cli *c)
{
    ur_tee_policy p;
    uint8_t *text = NULL;
    ur_status st = evidence_policy(c, &p, &text, cli_value(c, "FILE"));
    if (st == UR_OK) {
        say_policy(c, &p);
        note_doubts(c, &p);
        if (!ur_tee_policy_is_production(&p)) {
            cli_note(c, "a root that is no hardware vendor's is listed: anybody with its key can make quotes; for development ledgers only");
        }
        if (p.any_platform) {
            cli_note(c, "any machine may be the platform: one broken machine anywhere is enough to forge a quote");
        }
    }
    free(text);
    return st;
}
