/* Accounts, a signed transaction, the modules' messages. */
#include "tests/vectors/vec.h"

#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "core/codec/pb.h"
#include "core/hash/hash.h"
#include "lib/suite/secp256k1.h"

static void address_is(ur_span bytes, ur_json v, const char *path)
{
    char text[UR_BECH32_MAX];
    size_t n;
    uint8_t back[UR_BECH32_DATA_MAX];
    vec_ok(ur_bech32_encode_var(text, sizeof text, &n, UR_SPAN_LIT("fairy"), bytes));
    vec_same_text(ur_span_of(text, n), v, path);
    vec_ok(ur_bech32_address_var(back, sizeof back, &n, UR_SPAN_LIT("fairy"), vec_text(v, path)));
    vec_must(ur_span_eq_var(ur_span_of(back, n), bytes), "the address's bytes");
}

static void account(ur_secp_secret *secret, ur_secp_pub *pub, ur_json v, const char *private_key)
{
    uint8_t b[32], address[UR_SECP_ADDRESS_BYTES];
    vec_hex_to(b, sizeof b, v, private_key);
    vec_ok(ur_secp_secret_parse(secret, b));
    ur_secp_pub_of(pub, secret);
    vec_ok(ur_secp_address(address, pub));
    address_is(ur_span_of(address, sizeof address), v, "address");
}

size_t vec_devnet_accounts(ur_json file)
{
    ur_json_iter it = vec_array(file, "accounts");
    ur_json v;
    size_t i = 0, modules = 0;
    while (vec_next(&it, &i, &v)) {
        ur_secp_secret secret;
        ur_secp_pub pub;
        uint8_t b[UR_SECP_PUB_BYTES];
        account(&secret, &pub, v, "private_key");
        ur_secp_pub_write(b, &pub);
        vec_must(ur_span_eq_var(ur_span_of(b, sizeof b), vec_base64(v, "public_key_base64")), "public_key_base64");
    }
    it = vec_array(file, "module_accounts");
    while (vec_next(&it, &modules, &v)) { /* SHA-256 of the name, cut to 20 bytes */
        uint8_t hash[32];
        ur_sha256_of(hash, vec_text(v, "module"));
        address_is(ur_span_of(hash, 20), v, "address");
    }
    return i + modules;
}

/* ---- a transaction (SIGN_MODE_DIRECT) ---- */

static const char request_url[] = "/fairyring.pep.MsgRequestPrivateIdentity";

/* The body says what its message is: take it out of there, and write all the rest anew. */
static ur_span body(ur_writer *w, ur_json file)
{
    const ur_pb_wire wires[] = {UR_PB_BYTES, UR_PB_BYTES};
    ur_pb_field tx[1], any[2], msg[2];
    vec_ok(ur_pb_fields_var(tx, wires, 1, vec_hex(file, "body_bytes"), UR_PB_CANONICAL));
    vec_ok(ur_pb_fields_var(any, wires, 2, tx[0].bytes, UR_PB_CANONICAL));
    vec_must(ur_span_eq_var(any[0].bytes, UR_SPAN_LIT(request_url)), "the message's type");
    vec_ok(ur_pb_fields_var(msg, wires, 2, any[1].bytes, UR_PB_CANONICAL));
    vec_same_text(msg[0].bytes, file, "address"); /* its creator */
    size_t from = w->n;
    size_t message = ur_pb_begin(w, 1);
    ur_pb_put_text(w, 1, request_url);
    size_t value = ur_pb_begin(w, 2);
    ur_pb_put_bytes(w, 1, vec_text(file, "address"));
    ur_pb_put_bytes(w, 2, msg[1].bytes);
    ur_pb_end(w, value);
    ur_pb_end(w, message);
    return ur_span_of(w->p + from, w->n - from);
}

static ur_span auth_info(ur_writer *w, ur_json file, ur_span pub)
{
    ur_span fee = vec_text(file, "fee"); /* "800ufair" */
    size_t digits = 0, from = w->n;
    while (digits < fee.n && fee.p[digits] >= '0' && fee.p[digits] <= '9') {
        digits++;
    }
    size_t signer = ur_pb_begin(w, 1), any = ur_pb_begin(w, 1);
    ur_pb_put_text(w, 1, "/cosmos.crypto.secp256k1.PubKey");
    size_t key = ur_pb_begin(w, 2);
    ur_pb_put_bytes(w, 1, pub);
    ur_pb_end(w, key);
    ur_pb_end(w, any);
    size_t mode = ur_pb_begin(w, 2), single = ur_pb_begin(w, 1);
    ur_pb_put_u64(w, 1, 1); /* SIGN_MODE_DIRECT */
    ur_pb_end(w, single);
    ur_pb_end(w, mode);
    ur_pb_put_u64(w, 3, vec_number(file, "sequence"));
    ur_pb_end(w, signer);
    size_t fees = ur_pb_begin(w, 2), coin = ur_pb_begin(w, 1);
    ur_pb_put_bytes(w, 1, ur_span_of(fee.p + digits, fee.n - digits));
    ur_pb_put_bytes(w, 2, ur_span_of(fee.p, digits));
    ur_pb_end(w, coin);
    ur_pb_put_u64(w, 2, vec_number(file, "gas_limit"));
    ur_pb_end(w, fees);
    return ur_span_of(w->p + from, w->n - from);
}

size_t vec_cosmos_tx(ur_json file)
{
    static uint8_t buf[8192];
    uint8_t pub_bytes[UR_SECP_PUB_BYTES], hash[32], sig[UR_SECP_SIG_BYTES];
    ur_secp_secret secret;
    ur_secp_pub pub;
    ur_writer w;
    account(&secret, &pub, file, "private_key");
    ur_secp_pub_write(pub_bytes, &pub);
    vec_same(ur_span_of(pub_bytes, sizeof pub_bytes), file, "public_key");
    ur_writer_init(&w, buf, sizeof buf);
    ur_span tx_body = body(&w, file);
    vec_same(tx_body, file, "body_bytes");
    ur_span auth = auth_info(&w, file, ur_span_of(pub_bytes, sizeof pub_bytes));
    vec_same(auth, file, "auth_info_bytes");
    size_t from = w.n;
    ur_pb_put_bytes(&w, 1, tx_body);
    ur_pb_put_bytes(&w, 2, auth);
    ur_pb_put_bytes(&w, 3, vec_text(file, "chain_id"));
    ur_pb_put_u64(&w, 4, vec_number(file, "account_number"));
    ur_span doc = ur_span_of(buf + from, w.n - from);
    vec_same(doc, file, "sign_doc");
    ur_sha256_of(hash, doc);
    vec_same(ur_span_of(hash, sizeof hash), file, "sign_doc_sha256");
    ur_secp_sign(sig, &secret, hash);
    vec_same(ur_span_of(sig, sizeof sig), file, "signature_r_s");
    vec_ok(ur_secp_verify_var(&pub, hash, sig));
    from = w.n;
    ur_pb_put_bytes(&w, 1, tx_body);
    ur_pb_put_bytes(&w, 2, auth);
    ur_pb_put_bytes(&w, 3, ur_span_of(sig, sizeof sig));
    ur_span raw = ur_span_of(buf + from, w.n - from);
    vec_must(!w.overflow, "room");
    vec_same(raw, file, "tx_raw");
    ur_sha256_of(hash, raw);
    vec_same(ur_span_of(hash, sizeof hash), file, "tx_hash");
    return 1;
}

/* ---- messages: field numbers of the reference, sections 5.2 and 5.3 ---- */

typedef enum field_form { TEXT, TEXTS, U64, DATA, DURATION, ENCRYPTED_KEYSHARES } field_form;

static const struct {
    const char *type;
    struct {
        const char *name;
        uint32_t number;
        field_form form;
    } fields[9];
} schemas[] = {
    {"/fairyring.pep.MsgRequestPrivateIdentity", {{"creator", 1, TEXT}, {"req_id", 2, TEXT}}},
    {"/fairyring.pep.MsgRequestPrivateIdentityResponse", {{"identity", 1, TEXT}}},
    {"/fairyring.pep.MsgRequestPrivateDecryptionKey",
     {{"creator", 1, TEXT}, {"identity", 2, TEXT}, {"secp_pubkey", 3, TEXT}}},
    {"/fairyring.pep.MsgRegisterContract",
     {{"creator", 1, TEXT}, {"contract_address", 2, TEXT}, {"identity", 3, TEXT}}},
    {"/fairyring.pep.MsgRequestGeneralIdentity",
     {{"creator", 1, TEXT}, {"estimated_delay", 2, DURATION}, {"req_id", 3, TEXT}}},
    {"/fairyring.pep.MsgRequestGeneralIdentityResponse", {{"identity", 1, TEXT}}},
    {"/fairyring.pep.MsgRequestGeneralDecryptionKey", {{"creator", 1, TEXT}, {"identity", 2, TEXT}}},
    {"/fairyring.pep.MsgSubmitEncryptedTx",
     {{"creator", 1, TEXT}, {"data", 2, TEXT}, {"target_block_height", 3, U64}}},
    {"/fairyring.pep.MsgSubmitGeneralEncryptedTx", {{"creator", 1, TEXT}, {"data", 2, TEXT}, {"req_id", 3, TEXT}}},
    {"/fairyring.keyshare.MsgRegisterValidator", {{"creator", 1, TEXT}}},
    {"/fairyring.keyshare.MsgSendKeyshare",
     {{"creator", 1, TEXT}, {"message", 2, TEXT}, {"keyshare_index", 3, U64}, {"block_height", 4, U64}}},
    {"/fairyring.keyshare.MsgSubmitGeneralKeyshare",
     {{"creator", 1, TEXT},
      {"id_type", 2, TEXT},
      {"id_value", 3, TEXT},
      {"keyshare", 4, TEXT},
      {"keyshare_index", 5, U64},
      {"received_timestamp", 6, U64},
      {"received_block_height", 7, U64}}},
    {"/fairyring.keyshare.MsgSubmitEncryptedKeyshare",
     {{"creator", 1, TEXT},
      {"identity", 2, TEXT},
      {"encrypted_keyshare", 3, TEXT},
      {"keyshare_index", 4, U64},
      {"received_timestamp", 5, U64},
      {"received_block_height", 6, U64},
      {"requester", 7, TEXT},
      {"secp_pubkey", 8, TEXT}}},
    {"/fairyring.keyshare.MsgCreateLatestPubkey",
     {{"creator", 1, TEXT},
      {"public_key", 2, TEXT},
      {"commitments", 3, TEXTS},
      {"number_of_validators", 4, U64},
      {"encrypted_keyshares", 5, ENCRYPTED_KEYSHARES}}},
    {"/fairyring.keyshare.MsgOverrideLatestPubkey",
     {{"creator", 1, TEXT},
      {"public_key", 2, TEXT},
      {"commitments", 3, TEXTS},
      {"number_of_validators", 4, U64},
      {"encrypted_keyshares", 5, ENCRYPTED_KEYSHARES}}},
    {"/fairyring.keyshare.KeyshareVE", {{"height_for", 1, U64}, {"keyshare_index", 2, U64}, {"share", 3, DATA}}},
};

/* "hex:..." */
static ur_span data_of(ur_json v)
{
    static uint8_t out[4096];
    ur_span text = vec_text(v, "");
    vec_must(text.n > 4 && text.n / 2 < sizeof out && ur_eq_var(text.p, "hex:", 4), "data in hex");
    size_t n = (text.n - 4) / 2;
    vec_ok(ur_hex_decode(out, n, ur_span_of(text.p + 4, text.n - 4)));
    return ur_span_of(out, n);
}

static void put(ur_writer *w, uint32_t number, field_form form, ur_json v)
{
    ur_json_iter it;
    ur_json x;
    size_t m;
    switch (form) {
    case TEXT: ur_pb_put_bytes(w, number, vec_text(v, "")); break;
    case U64: ur_pb_put_u64(w, number, vec_number(v, "")); break;
    case DATA: ur_pb_put_bytes(w, number, data_of(v)); break;
    case TEXTS:
        for (it = vec_array(v, ""); ur_json_next_var(&it, &x);) {
            ur_pb_put_bytes_always(w, number, vec_text(x, ""));
        }
        break;
    case DURATION:
        m = ur_pb_begin(w, number);
        ur_pb_put_u64(w, 1, vec_number(v, "seconds"));
        ur_pb_end(w, m);
        break;
    case ENCRYPTED_KEYSHARES:
        for (it = vec_array(v, ""); ur_json_next_var(&it, &x);) {
            m = ur_pb_begin(w, number);
            ur_pb_put_bytes(w, 1, vec_text(x, "data"));
            ur_pb_put_bytes(w, 2, vec_text(x, "validator"));
            ur_pb_end(w, m);
        }
        break;
    }
}

static size_t members(ur_json v)
{
    ur_json_iter it;
    ur_json key, x;
    size_t n = 0;
    vec_ok(ur_json_object_var(&it, v));
    while (ur_json_next_member_var(&it, &key, &x)) {
        n++;
    }
    return n;
}

size_t vec_protobuf_messages(ur_json file)
{
    ur_json_iter it = vec_array(file, "messages");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        static uint8_t buf[65536];
        ur_writer w;
        size_t s = 0, put_n = 0;
        while (s < sizeof schemas / sizeof schemas[0] &&
               !ur_json_is_var(vec_at(v, "type_url"), ur_span_str_var(schemas[s].type))) {
            s++;
        }
        vec_must(s < sizeof schemas / sizeof schemas[0], "a message we know");
        ur_writer_init(&w, buf, sizeof buf);
        ur_json fields = vec_at(v, "fields");
        for (size_t f = 0; schemas[s].fields[f].name != NULL; f++) {
            if (vec_has(fields, schemas[s].fields[f].name)) {
                put(&w, schemas[s].fields[f].number, schemas[s].fields[f].form,
                    vec_at(fields, schemas[s].fields[f].name));
                put_n++;
            }
        }
        vec_must(put_n == members(fields), "no field that we do not know");
        vec_must(!w.overflow, "room");
        vec_same(ur_span_of(buf, w.n), v, "protobuf_hex");
        /* and what was written reads back as canonical */
        ur_pb pb;
        ur_pb_field field;
        ur_pb_init(&pb, ur_span_of(buf, w.n), UR_PB_CANONICAL);
        while (ur_pb_more(&pb)) {
            vec_ok(ur_pb_next_var(&pb, &field));
        }
    }
    return i;
}
