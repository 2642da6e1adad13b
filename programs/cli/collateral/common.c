#include "programs/cli/collateral/common.h"

ur_status collateral_open(cli *c, ur_coll_cache **out, ur_coll_cache_mode mode)
{
    return ur_coll_cache_open(out, cli_value(c, "cache"), mode, cli_err(c));
}

typedef struct {
    cli *c;
    int64_t now;
    size_t stale;
} listing;

static ur_status say_one(void *context, const ur_coll_kept *kept, ur_err *err)
{
    listing *l = context;
    cli *c = l->c;
    const ur_coll_doc *doc = &kept->doc;
    char title[UR_COLL_TITLE_MAX];
    (void)err;
    bool good = ur_coll_doc_in_force(doc, l->now, NULL) == UR_OK;
    l->stale += good ? 0 : 1;
    ur_coll_doc_title(title, doc);
    cli_row_begin(c);
    cli_say_text(c, "document", title);
    cli_say_number(c, "number", (uint64_t)doc->number);
    evidence_say_date(c, "issued", doc->issued);
    evidence_say_date(c, "good_until", doc->until);
    cli_say_verdict(c, "state", good, good ? "in force" : l->now > doc->until ? "expired" : "not yet in force");
    cli_json_only(c);
    cli_say_hex(c, "root", doc->root, sizeof doc->root);
    cli_row_end(c);
    return UR_OK;
}

ur_status collateral_say(cli *c, ur_coll_cache *cache, int64_t now, size_t *out_stale)
{
    listing l = {c, now, 0};
    cli_list_begin(c, "documents");
    ur_status st = ur_coll_cache_each(cache, say_one, &l, cli_err(c));
    cli_list_end(c);
    *out_stale = l.stale;
    return st;
}
