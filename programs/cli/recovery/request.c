#include "core/codec/hex.h"
#include "programs/cli/contract/ask.h"

enum { PK1_BYTES = 48 };

static ur_status put_recipient(cli *c, ur_json_writer *j)
{
    uint8_t pk1[PK1_BYTES];
    const char *key = cli_value(c, "key"), *recipient = cli_value(c, "RECIPIENT");
    ur_json_key(j, "recipient");
    ur_json_begin_object(j);
    if (key == NULL) {
        ur_json_key(j, "tee");
        ur_json_put_text(j, recipient);
    } else {
        if (ur_hex_decode(pk1, sizeof pk1, ur_span_str_var(key)) != UR_OK) {
            return cli_fail(c, UR_E_USAGE, "--key takes a registered recovery key, 96 hex digits");
        }
        ur_json_key(j, "key");
        ur_json_begin_object(j);
        ur_json_key(j, "account");
        ur_json_put_text(j, recipient);
        ur_json_key(j, "pk1");
        ur_json_put_base64(j, ur_span_of(pk1, sizeof pk1));
        ur_json_end_object(j);
    }
    ur_json_end_object(j);
    return UR_OK;
}

ur_status cli_recovery_request(cli *c)
{
    uint8_t buf[1024];
    ur_writer w;
    ur_json_writer j;
    chain_sender s;
    uint64_t vault;
    UR_TRY(contract_number(c, &vault, "VAULT"));
    UR_TRY(chain_address(c, "RECIPIENT", cli_value(c, "RECIPIENT")));
    ur_writer_init(&w, buf, sizeof buf);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "request");
    ur_json_begin_object(&j);
    UR_TRY(put_recipient(c, &j));
    ur_json_key(&j, "vault");
    ur_json_put_u64(&j, vault);
    ur_json_end_object(&j);
    ur_json_end_object(&j);
    UR_TRY(chain_sender_open(c, &s));
    ur_status st = contract_tell(c, &s, &j, "request");
    chain_sender_close(&s);
    return st;
}
