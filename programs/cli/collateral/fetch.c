#include <stdlib.h>

#include "programs/cli/collateral/common.h"

#define PCS_URL "https://api.trustedservices.intel.com"

static ur_status need_of_file(cli *c, ur_coll_need *out, const char *path)
{
    uint8_t *quote = NULL;
    size_t n = 0;
    UR_TRY(evidence_bytes(c, &quote, &n, path, UR_QUOTE_MAX, "quote"));
    ur_status st = ur_err_in(cli_err(c), ur_coll_need_of_quote(out, ur_span_of(quote, n), cli_err(c)), "%s", path);
    free(quote);
    return st;
}

static ur_status fetch_one(cli *c, ur_coll_cache *cache, ur_http_client *client, const ur_coll_need *need,
                           const ur_coll_trust *trust, size_t *out_new)
{
    const ur_coll_source source = {
        .url = cli_given(c, "url") ? cli_value(c, "url") : PCS_URL,
        .root_crl_url = cli_value(c, "root-crl-url"),
        .update = cli_given(c, "early") ? "early" : NULL,
        .timeout_ms = (unsigned)cli_number(c, "timeout", 20) * 1000,
    };
    int64_t ahead = (int64_t)cli_number(c, "ahead", 0) * 86400;
    return ur_coll_cache_fetch(cache, client, &source, need, trust, evidence_now(c), ahead, out_new, cli_err(c));
}

ur_status cli_collateral_fetch(cli *c)
{
    evidence_trust trust;
    ur_coll_cache *cache = NULL;
    ur_http_client *client = NULL;
    const ur_http_client_options options = {.ca_bundle = cli_value(c, "ca-bundle")};
    size_t fetched = 0, count = cli_count(c, "WHAT"), quotes = cli_count(c, "quote");
    if (count + quotes == 0) {
        return cli_fail(c, UR_E_USAGE, "what for? Name platforms (tdx-90C06F000000) or quotes (--quote FILE)");
    }
    UR_TRY(evidence_trust_open(c, &trust));
    ur_status st = ur_http_client_new(&client, &options, cli_err(c));
    if (st == UR_OK) {
        st = collateral_open(c, &cache, UR_COLL_CACHE_WRITE);
    }
    for (size_t i = 0; i < count + quotes && st == UR_OK; i++) {
        ur_coll_need need;
        size_t some = 0;
        st = i < count ? ur_coll_need_parse(&need, cli_nth(c, "WHAT", i), cli_err(c))
                       : need_of_file(c, &need, cli_nth(c, "quote", i - count));
        if (st == UR_OK) {
            st = fetch_one(c, cache, client, &need, &trust.trust, &some);
            fetched += some;
        }
    }
    if (st == UR_OK) {
        cli_say_number(c, "new", fetched);
        st = collateral_say(c, cache, evidence_now(c), &(size_t){0});
    }
    ur_coll_cache_close(&cache);
    ur_http_client_free(&client);
    evidence_trust_close(&trust);
    return st;
}
