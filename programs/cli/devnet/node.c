#include "programs/cli/devnet/node.h"

#include <stdlib.h>
#include <string.h>

#include "programs/cli/chain/node.h"

enum { TIMEOUT_MS = 600000, SAID_MAX = 300 };

/* The answer's result, or what the devnet says of its failure. */
static ur_status open_answer(cli *c, devnet_answer *out, size_t n, const char *url, const char *method)
{
    ur_json answer;
    ur_span said = {0};
    char words[SAID_MAX];
    if (ur_json_parse_var(&answer, ur_span_of(out->text, n)) != UR_OK) {
        return cli_fail(c, UR_E_UNAVAILABLE, "%s: the answer is no JSON", url);
    }
    ur_json error = ur_json_get_var(answer, "error");
    if (ur_json_kind_var(error) == UR_JSON_OBJECT) {
        ur_json code = ur_json_get_var(error, "code");
        if (ur_span_eq_var(code.raw, UR_SPAN_LIT("-32601"))) {
            cli_hint(c, "other nodes' clocks cannot be moved");
            return cli_fail(c, UR_E_UNAVAILABLE, "%s is no devnet: it does not know %s", url, method);
        }
        (void)!ur_json_string_var(&said, words, sizeof words, ur_json_get_var(error, "data"));
        return cli_fail(c, UR_E_UNAVAILABLE, "%.*s", (int)said.n, said.n > 0 ? (const char *)said.p : "");
    }
    out->result = ur_json_get_var(answer, "result");
    return UR_OK;
}

ur_status devnet_ask(cli *c, devnet_answer *out, const char *method, const char *params)
{
    char url[CHAIN_URL_MAX];
    ur_chain_source node;
    size_t n = 0;
    const char *given = cli_value(c, "node");
    *out = (devnet_answer){0};
    UR_TRY(chain_url(c, url, given != NULL ? given : CHAIN_NODE));
    UR_TRY(ur_chain_source_rpc_new(&node, url, cli_err(c)));
    ur_status st = node.ask(node.context, &out->text, &n, method, ur_span_str_var(params), UR_CHAIN_ANSWER_MAX, TIMEOUT_MS, cli_err(c));
    ur_chain_source_free(&node);
    if (st != UR_OK) {
        cli_hint(c, "`unrug devnet start` starts one");
        return st;
    }
    st = open_answer(c, out, n, url, method);
    if (st != UR_OK) {
        devnet_answer_free(out);
    }
    return st;
}

void devnet_answer_free(devnet_answer *a)
{
    free(a->text);
    *a = (devnet_answer){0};
}

static ur_status misses(cli *c, const char *member)
{
    return cli_fail(c, UR_E_INPUT, "the devnet's answer has no %s as it should be", member);
}

ur_status devnet_say_text(cli *c, ur_json result, const char *member)
{
    ur_span text;
    if (ur_json_plain_var(&text, ur_json_get_var(result, member)) != UR_OK) {
        return misses(c, member);
    }
    cli_say_span(c, member, text);
    return UR_OK;
}

ur_status devnet_say_number(cli *c, ur_json result, const char *member)
{
    uint64_t x;
    ur_json v = ur_json_get_var(result, member);
    if (ur_json_u64_text_var(&x, v) != UR_OK && ur_json_u64_var(&x, v) != UR_OK) {
        return misses(c, member);
    }
    cli_say_number(c, member, x);
    return UR_OK;
}

ur_status devnet_say_where(cli *c, ur_json result)
{
    UR_TRY(devnet_say_number(c, result, "height"));
    UR_TRY(devnet_say_text(c, result, "time"));
    UR_TRY(devnet_say_number(c, result, "waiting"));
    return devnet_say_number(c, result, "warped_seconds");
}

ur_status devnet_move(cli *c, const char *method, const char *params)
{
    devnet_answer a;
    UR_TRY(devnet_ask(c, &a, method, params));
    ur_status st = devnet_say_where(c, a.result);
    devnet_answer_free(&a);
    return st;
}
