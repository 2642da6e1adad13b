#include "programs/cli/contract/contract.h"

ur_status contract_msg(cli *c, ur_span *out, uint8_t **owned, const char *name, const char *text)
{
    size_t n;
    ur_json v;
    *owned = NULL;
    *out = ur_span_str_var(text);
    if (text[0] == '@') {
        UR_TRY(cli_read(c, owned, &n, text + 1, CONTRACT_MSG_MAX));
        *out = ur_span_of(*owned, n);
    }
    ur_status st = ur_json_parse_var(&v, *out);
    *out = v.raw;
    return st == UR_OK ? st : cli_fail(c, st, "%s is not JSON", name);
}
