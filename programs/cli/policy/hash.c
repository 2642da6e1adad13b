#include <stdlib.h>

#include "core/codec/hex.h"
#include "programs/cli/policy/vault_policy.h"

ur_status cli_policy_hash(cli *c)
{
    static ur_policy p;
    uint8_t *owned = NULL;
    char hex[2 * UR_SHA256_BYTES];
    ur_status st = vault_policy_read(c, &p, &owned, cli_value(c, "FILE"), cli_given(c, "dev-chain"));
    if (st == UR_OK) {
        ur_hex_encode(hex, ur_span_of(p.hash, sizeof p.hash));
        cli_say_span(c, "hash", ur_span_of(hex, sizeof hex));
        cli_say_plain(c, "%.*s", (int)sizeof hex, hex);
    }
    free(owned);
    return st;
}
