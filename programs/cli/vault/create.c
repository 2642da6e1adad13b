#include <stdlib.h>

#include "core/codec/hex.h"
#include "core/policy/statement.h"
#include "programs/cli/contract/ask.h"
#include "programs/cli/policy/vault_policy.h"

enum { MESSAGE_MAX = 128 * 1024 };

static ur_status create(cli *c, uint8_t *buf, const ur_policy *p, const uint8_t key[UR_INSTANCE_KEY_BYTES])
{
    ur_writer w;
    ur_json_writer j;
    chain_sender s;
    const char *contract, *label = cli_value(c, "label");
    UR_TRY(contract_address(c, &contract));
    ur_writer_init(&w, buf, MESSAGE_MAX);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "create_vault");
    ur_json_begin_object(&j);
    ur_json_key(&j, "committee");
    ur_json_put_u64(&j, cli_number(c, "committee", 0));
    ur_json_key(&j, "instance_key");
    ur_json_put_base64(&j, ur_span_of(key, UR_INSTANCE_KEY_BYTES));
    ur_json_key(&j, "label");
    ur_json_put_text(&j, label);
    ur_json_key(&j, "policy");
    ur_json_put_raw(&j, (ur_json){p->text});
    ur_json_end_object(&j);
    ur_json_end_object(&j);
    UR_TRY(chain_sender_open(c, &s));
    cli_say_text(c, "owner", s.address);
    cli_say_hex(c, "policy_hash", p->hash, sizeof p->hash);
    ur_status st = contract_tell(c, &s, &j, "vault");
    chain_sender_close(&s);
    return st;
}

ur_status cli_vault_create(cli *c)
{
    static ur_policy p;
    uint8_t key[UR_INSTANCE_KEY_BYTES], *owned = NULL;
    ur_secp_pub pub;
    if (ur_hex_decode(key, sizeof key, ur_span_str_var(cli_value(c, "instance-key"))) != UR_OK ||
        ur_secp_pub_parse_var(&pub, ur_span_of(key, sizeof key)) != UR_OK) {
        return cli_fail(c, UR_E_USAGE, "--instance-key takes a compressed secp256k1 key, 66 hex digits");
    }
    uint8_t *buf = malloc(MESSAGE_MAX);
    ur_status st = buf == NULL ? cli_fail(c, UR_E_MEMORY, "out of memory")
                               : vault_policy_read(c, &p, &owned, cli_value(c, "policy"), cli_given(c, "dev-chain"));
    st = st == UR_OK ? create(c, buf, &p, key) : st;
    free(owned);
    free(buf);
    return st;
}
