#include "programs/cli/policy/vault_policy.h"

ur_status vault_policy_read(cli *c, ur_policy *out, uint8_t **owned, const char *path, bool dev_chain)
{
    size_t n;
    const char *where = NULL;
    UR_TRY(cli_read(c, owned, &n, path, UR_POLICY_TEXT_MAX));
    if (n > 0 && (*owned)[n - 1] == '\n') {
        n--;
    }
    ur_status st = ur_policy_parse(out, &where, ur_span_of(*owned, n), dev_chain);
    if (st == UR_OK) {
        return UR_OK;
    }
    if (where == NULL) {
        cli_hint(c, "`jq -cS . FILE` writes JSON without blanks and with its keys in order.");
    }
    return cli_fail(c, st, "%s: %s: %s", path, where == NULL ? "the whole" : where,
                    st == UR_E_POLICY ? "not allowed by the rules for policies" : "missing, unknown, or not as it must be");
}
