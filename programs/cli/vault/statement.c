#include "programs/cli/vault/statement.h"

#include <string.h>

#include "programs/cli/key/keys.h"

typedef struct spoken {
    ur_statement s;
    ur_secp_secret key;
    char chain_id[UR_CHAIN_ID_MAX + 1];
    uint8_t signature[UR_SECP_SIG_BYTES];
} spoken;

static ur_status fields_of(cli *c, spoken *o, ur_json v)
{
    uint8_t key[UR_INSTANCE_KEY_BYTES], ours[UR_SECP_PUB_BYTES];
    ur_secp_pub pub;
    uint64_t sequence;
    ur_json hash = ur_json_get_var(v, "ciphertext_hash");
    if (ur_json_u64_var(&o->s.epoch, ur_json_get_var(v, "epoch")) != UR_OK || ur_json_u64_var(&sequence, ur_json_get_var(v, "sequence")) != UR_OK ||
        ur_json_u64_var(&o->s.version, ur_json_get_var(v, "version")) != UR_OK ||
        ur_json_base64_var(key, sizeof key, ur_json_get_var(v, "instance_key")) != UR_OK ||
        (ur_json_kind_var(hash) != UR_JSON_NULL && ur_json_base64_var(o->s.ciphertext_hash, sizeof o->s.ciphertext_hash, hash) != UR_OK)) {
        return cli_fail(c, UR_E_INPUT, "the contract's answer about the vault is malformed");
    }
    o->s.sequence = sequence + 1;
    ur_secp_pub_of(&pub, &o->key);
    ur_secp_pub_write(ours, &pub);
    return ur_eq_var(key, ours, sizeof key) ? UR_OK : cli_fail(c, UR_E_POLICY, "the vault's instance has another key than --instance");
}

static ur_status sign(cli *c, spoken *o, ur_client *client)
{
    static const char *const asked[] = {"vault"};
    ur_node_reply reply;
    ur_node_state state;
    ur_json v;
    uint8_t hash[UR_SHA256_BYTES];
    UR_TRY(ur_client_state(client, &state, cli_err(c)));
    memcpy(o->chain_id, state.chain_id, sizeof o->chain_id);
    o->s.chain_id = ur_span_str_var(o->chain_id);
    o->s.seen_height = (uint64_t)state.height;
    UR_TRY(contract_ask(c, client, &reply, &v, "vault", asked, &o->s.vault, 1));
    ur_status st = fields_of(c, o, v);
    ur_node_reply_free(&reply);
    if (st == UR_OK && o->s.kind == UR_STATEMENT_HEARTBEAT && o->s.version == 0) {
        st = cli_fail(c, UR_E_STATE, "the vault holds nothing yet: its agent's first heartbeat brings the sealed secret");
    }
    if (st == UR_OK) {
        st = ur_statement_hash(hash, &o->s);
        st = st == UR_OK ? st : cli_fail(c, st, "the statement cannot be signed: chain id or contract are not in form");
    }
    if (st == UR_OK) {
        ur_secp_sign(o->signature, &o->key, hash);
    }
    return st;
}

static void put_message(ur_json_writer *j, const spoken *o)
{
    bool beats = o->s.kind == UR_STATEMENT_HEARTBEAT;
    ur_json_begin_object(j);
    ur_json_key(j, ur_statement_kind_name(o->s.kind));
    ur_json_begin_object(j);
    if (beats) {
        ur_json_key(j, "ciphertext");
        ur_json_put_null(j);
        ur_json_key(j, "ciphertext_hash");
        ur_json_put_base64(j, ur_span_of(o->s.ciphertext_hash, sizeof o->s.ciphertext_hash));
    }
    ur_json_key(j, "epoch");
    ur_json_put_u64(j, o->s.epoch);
    if (beats) {
        ur_json_key(j, "secret");
        ur_json_put_null(j);
    }
    ur_json_key(j, "seen_height");
    ur_json_put_u64(j, o->s.seen_height);
    ur_json_key(j, "sequence");
    ur_json_put_u64(j, o->s.sequence);
    ur_json_key(j, "signature");
    ur_json_put_base64(j, ur_span_of(o->signature, sizeof o->signature));
    ur_json_key(j, "vault");
    ur_json_put_u64(j, o->s.vault);
    if (beats) {
        ur_json_key(j, "version");
        ur_json_put_u64(j, o->s.version);
    }
    ur_json_end_object(j);
    ur_json_end_object(j);
}

static ur_status speak(cli *c, spoken *o)
{
    uint8_t buf[2048];
    ur_writer w;
    ur_json_writer j;
    chain_sender s;
    UR_TRY(chain_sender_open(c, &s));
    ur_status st = keys_open_with(c, &o->key, cli_value(c, "instance"), "instance-passphrase");
    st = st == UR_OK ? sign(c, o, s.client) : st;
    if (st == UR_OK) {
        cli_say_number(c, "vault", o->s.vault);
        cli_say_number(c, "sequence", o->s.sequence);
        ur_writer_init(&w, buf, sizeof buf);
        ur_json_writer_init(&j, &w);
        put_message(&j, o);
        st = contract_tell(c, &s, &j, NULL);
    }
    chain_sender_close(&s);
    return st;
}

ur_status vault_say_and_send(cli *c, ur_statement_kind kind)
{
    spoken o = {.s = {.kind = kind}};
    const char *contract;
    UR_TRY(contract_number(c, &o.s.vault, "VAULT"));
    UR_TRY(contract_address(c, &contract));
    o.s.contract = ur_span_str_var(contract);
    ur_status st = speak(c, &o);
    ur_wipe(&o.key, sizeof o.key);
    return st;
}
