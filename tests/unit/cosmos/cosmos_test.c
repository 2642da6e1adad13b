/* Transactions, messages and addresses of Cosmos chains: the encodings of CosmJS, and everything a decoder must refuse. */
#include "tests/test.h"

#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/cosmos/address.h"
#include "lib/cosmos/query.h"

static uint8_t pool[1 << 16];

static ur_span encoded(uint8_t *buf, size_t cap, const ur_proto *proto, const void *message)
{
    ur_writer w;
    ur_span out;
    ur_writer_init(&w, buf, cap);
    ur_proto_encode(&w, proto, message);
    assert_ok(ur_writer_end(&w, &out));
    return out;
}

static void assert_sha256(ur_span bytes, size_t n, const char *hex)
{
    uint8_t hash[UR_SHA256_BYTES], want[UR_SHA256_BYTES];
    assert_int_equal(bytes.n, n);
    ur_sha256_of(hash, bytes);
    assert_ok(ur_hex_decode(want, sizeof want, ur_span_str_var(hex)));
    assert_memory_equal(hash, want, sizeof want);
}

/* The parts of one transaction, kept so that a test can change one and encode again. */
typedef struct parts {
    ur_msg msg;
    uint8_t value[1024], body_bytes[2048], auth_bytes[1024], key_bytes[UR_PUB_KEY_VALUE_BYTES], sig[64];
    ur_tx_body body;
    ur_auth_info auth;
    ur_tx_raw raw;
} parts;

static const uint8_t public_key[33] = {[0 ... 32] = 2};

static void start(parts *p)
{
    *p = (parts){0};
    p->msg.kind = UR_MSG_EXECUTE;
    p->msg.u.execute = (ur_msg_execute){
        UR_SPAN_LIT("wasm1sender"), UR_SPAN_LIT("wasm1contract"), UR_SPAN_LIT("{\"store\":{\"key\":\"k\",\"data\":\"AQID\"}}"),
        {1, {{UR_SPAN_LIT("ustake"), UR_SPAN_LIT("7")}}}};
    p->body.memo = UR_SPAN_LIT("memo");
    p->auth.signers.n = 1;
    ur_signer_info *s = &p->auth.signers.at[0];
    s->has_public_key = s->has_mode_info = s->mode_info.has_single = true;
    ur_pub_key_any(&s->public_key, p->key_bytes, public_key);
    s->mode_info.single.mode = UR_SIGN_MODE_DIRECT;
    s->sequence = 42;
    p->auth.has_fee = true;
    p->auth.fee.amount = (ur_coins){1, {{UR_SPAN_LIT("ustake"), UR_SPAN_LIT("5000")}}};
    p->auth.fee.gas_limit = 200000;
    memset(p->sig, 0xab, sizeof p->sig);
    p->raw.signatures = (ur_signatures){1, {ur_span_of(p->sig, sizeof p->sig)}};
}

static ur_span finish(uint8_t *out, size_t cap, parts *p)
{
    ur_writer w;
    ur_span value;
    ur_writer_init(&w, p->value, sizeof p->value);
    ur_msg_encode(&w, &p->msg);
    assert_ok(ur_writer_end(&w, &value));
    p->body.messages = (ur_anys){1, {{ur_span_str_var(ur_msg_url(p->msg.kind)), value}}};
    p->raw.body = encoded(p->body_bytes, sizeof p->body_bytes, &ur_proto_tx_body, &p->body);
    p->raw.auth_info = encoded(p->auth_bytes, sizeof p->auth_bytes, &ur_proto_auth_info, &p->auth);
    return encoded(out, cap, &ur_proto_tx_raw, &p->raw);
}

/* cosmwasm-in-c 13.1: lengths and hashes of what CosmJS makes of the same values. */
static void test_vector(void **state)
{
    (void)state;
    static parts p;
    uint8_t out[1024], hash[UR_SHA256_BYTES], want[UR_SHA256_BYTES];
    start(&p);
    assert_sha256(finish(out, sizeof out, &p), 300, "2bb03da3f19bd0bd279d657af051f08915ab437fa9c01ffd44473e8ef183e4c0");
    ur_sign_doc doc = {p.raw.body, p.raw.auth_info, UR_SPAN_LIT("testing"), 9};
    ur_span bytes = encoded(out, sizeof out, &ur_proto_sign_doc, &doc);
    assert_sha256(bytes, 245, "2f43b9155c5b702943c4283f176715464720a548cd381c2edad6590311ea5449");
    ur_sign_doc_hash(hash, &doc);
    ur_sha256_of(want, bytes);
    assert_memory_equal(hash, want, sizeof want);
}

static void test_instantiate(void **state)
{
    (void)state;
    ur_msg m = {.kind = UR_MSG_INSTANTIATE};
    m.u.instantiate = (ur_msg_instantiate){UR_SPAN_LIT("s"), UR_SPAN_LIT("adm"), 77, UR_SPAN_LIT("lbl"), UR_SPAN_LIT("{}"),
                                           {1, {{UR_SPAN_LIT("x"), UR_SPAN_LIT("1")}}}};
    uint8_t out[64], want[27];
    ur_writer w;
    ur_span bytes;
    ur_writer_init(&w, out, sizeof out);
    ur_msg_encode(&w, &m);
    assert_ok(ur_writer_end(&w, &bytes));
    assert_ok(ur_hex_decode(want, sizeof want, UR_SPAN_LIT("0a0173120361646d184d22036c626c2a027b7d32060a0178120131")));
    assert_int_equal(bytes.n, sizeof want);
    assert_memory_equal(out, want, sizeof want);
}

static void test_decode(void **state)
{
    (void)state;
    static parts p;
    static ur_tx tx;
    ur_err err = {0};
    ur_span key;
    ur_msg m;
    start(&p);
    p.body.timeout_height = 12345;
    p.auth.fee.granter = UR_SPAN_LIT("wasm1granter");
    assert_ok(ur_tx_decode_var(&tx, finish(pool, sizeof pool, &p), &err));
    assert_true(ur_span_eq_var(tx.body.memo, UR_SPAN_LIT("memo")));
    assert_int_equal(tx.body.timeout_height, 12345);
    assert_int_equal(tx.auth.signers.at[0].sequence, 42);
    assert_true(ur_span_eq_var(tx.auth.fee.granter, UR_SPAN_LIT("wasm1granter")));
    assert_ok(ur_tx_check_direct_var(&tx.auth.signers.at[0], &err));
    assert_ok(ur_tx_signer_key_var(&key, &tx.auth.signers.at[0], &err));
    assert_memory_equal(key.p, public_key, 33);
    assert_ok(ur_msg_decode_var(&m, &tx.body.messages.at[0], &err));
    assert_int_equal(m.kind, UR_MSG_EXECUTE);
    assert_true(ur_span_eq_var(m.u.execute.contract, UR_SPAN_LIT("wasm1contract")));
    assert_true(ur_span_eq_var(ur_msg_signer(&m), UR_SPAN_LIT("wasm1sender")));
}

/* Every cut is refused, and every flipped bit is refused or decoded, never anything else. */
static void test_damage(void **state)
{
    (void)state;
    static parts p;
    static ur_tx tx;
    start(&p);
    ur_span good = finish(pool, sizeof pool, &p);
    for (size_t n = 0; n < good.n; n++) {
        uint8_t *copy = malloc(n + 1); /* at its own length: a sanitizer sees what reads past it */
        memcpy(copy, good.p, n);
        /* Without its last fields, signature and auth info, it is a transaction still. */
        bool whole_fields = n == good.n - 66 || n == good.n - 66 - p.raw.auth_info.n - 2;
        assert_status(ur_tx_decode_var(&tx, ur_span_of(copy, n), NULL), whole_fields ? UR_OK : UR_E_INPUT);
        free(copy);
    }
    for (size_t i = 0; i < good.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            pool[i] ^= (uint8_t)(1u << bit);
            ur_status st = ur_tx_decode_var(&tx, good, NULL);
            assert_true(st == UR_OK || st == UR_E_INPUT);
            pool[i] ^= (uint8_t)(1u << bit);
        }
    }
}

static ur_status decode_hex(const char *hex, ur_err *err)
{
    static ur_tx tx;
    static uint8_t bytes[1024];
    size_t n = strlen(hex) / 2;
    assert_ok(ur_hex_decode(bytes, n, ur_span_str_var(hex)));
    return ur_tx_decode_var(&tx, ur_span_of(bytes, n), err);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *why;
    } bad[] = {
        {"", "no message"},
        {"0a00", "no message"},
        {"12000a040a020a00", "ADR-027"},           /* auth info before body */
        {"0a84000a020a00", "ADR-027"},             /* a length in two bytes that fits one */
        {"0a040a020a000a040a020a00", "twice"},     /* two bodies */
        {"0a040a020a002200", "field 4"},          /* a field that TxRaw does not have */
        {"0a020800", "wire type"},                 /* messages as a number */
        {"0a060a020a003001", "field 6"},           /* a field below 1024 that TxBody does not have */
        {"0a070a020a001201ff", "UTF-8"},           /* memo */
        {"0a080a020a0018011802", "twice"},         /* timeout height */
        {"0a040a020a0012021a00", "field 3"},       /* AuthInfo.tip */
        {"0a040a020a0012030a0118", "protobuf"},    /* cut inside a signer */
        {"0a040a020a00120e0a0c18ffffffffffffffffffff01", "protobuf"}, /* a varint of eleven bytes */
        {"0a040a020a0012030a0113", "protobuf"},    /* a group */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ur_err err = {0};
        assert_status(decode_hex(bad[i].hex, &err), UR_E_INPUT);
        if (strstr(err.text, bad[i].why) == NULL) {
            fail_msg("%s: \"%s\" does not say \"%s\"", bad[i].hex, err.text, bad[i].why);
        }
    }
    assert_ok(decode_hex("0a040a020a00", NULL));
    assert_ok(decode_hex("0a080a020a0082400100", NULL)); /* field 1024 is non-critical */
}

static void test_limits(void **state)
{
    (void)state;
    static ur_tx tx;
    static ur_tx_body body;
    static ur_tx_raw raw;
    static uint8_t big[UR_TX_MAX + 64], bytes[8192];
    ur_err err = {0};
    ur_writer w;
    ur_span out;
    body.messages.n = UR_TX_MESSAGES_MAX;
    raw.body = encoded(bytes, sizeof bytes, &ur_proto_tx_body, &body);
    assert_ok(ur_tx_decode_var(&tx, encoded(pool, sizeof pool, &ur_proto_tx_raw, &raw), &err));
    bytes[raw.body.n] = 0x0a; /* one more */
    bytes[raw.body.n + 1] = 0;
    raw.body.n += 2;
    assert_status(ur_tx_decode_var(&tx, encoded(pool, sizeof pool, &ur_proto_tx_raw, &raw), &err), UR_E_LIMIT);
    static const uint8_t zeros[UR_TX_MAX];
    ur_writer_init(&w, big, sizeof big);
    ur_pb_put_bytes(&w, 1, ur_span_of(zeros, sizeof zeros));
    assert_ok(ur_writer_end(&w, &out));
    assert_status(ur_tx_decode_var(&tx, out, &err), UR_E_LIMIT);
    assert_non_null(strstr(err.text, "1048576"));
}

static void test_sign_modes(void **state)
{
    (void)state;
    ur_err err = {0};
    ur_signer_info s = {.has_mode_info = true, .mode_info = {.has_single = true, .single = {127}}};
    assert_status(ur_tx_check_direct_var(&s, &err), UR_E_POLICY);
    assert_non_null(strstr(err.text, "SIGN_MODE_LEGACY_AMINO_JSON"));
    s.mode_info = (ur_mode_info){.multi = UR_SPAN_LIT("")};
    assert_status(ur_tx_check_direct_var(&s, &err), UR_E_POLICY);
    assert_non_null(strstr(err.text, "Multi"));
    s.mode_info = (ur_mode_info){0};
    assert_status(ur_tx_check_direct_var(&s, &err), UR_E_POLICY);
    ur_span key;
    assert_status(ur_tx_signer_key_var(&key, &s, &err), UR_E_ABSENT);
    s.has_public_key = true;
    s.public_key = (ur_any){UR_SPAN_LIT("/cosmos.crypto.multisig.LegacyAminoPubKey"), UR_SPAN_LIT("")};
    assert_status(ur_tx_signer_key_var(&key, &s, &err), UR_E_POLICY);
    assert_non_null(strstr(err.text, "LegacyAminoPubKey"));
    s.public_key = (ur_any){UR_SPAN_LIT(UR_PUB_KEY_URL), UR_SPAN_LIT("\x0a\x01\x02")};
    assert_status(ur_tx_signer_key_var(&key, &s, &err), UR_E_INPUT);
}

/* What is encoded comes back, for every message with every field set. */
static void test_messages(void **state)
{
    (void)state;
    const ur_coins coins = {2, {{UR_SPAN_LIT("atom"), UR_SPAN_LIT("1")}, {UR_SPAN_LIT("ustake"), UR_SPAN_LIT("2")}}};
    const ur_span s = UR_SPAN_LIT("sender"), t = UR_SPAN_LIT("other");
    ur_msg all[UR_MSG_KINDS] = {0};
    all[UR_MSG_SEND].u.send = (ur_msg_send){s, t, coins};
    all[UR_MSG_GRANT].u.grant = (ur_msg_grant){s, t, true, {UR_SPAN_LIT(UR_BASIC_ALLOWANCE_URL), UR_SPAN_LIT("")}};
    all[UR_MSG_REVOKE].u.revoke = (ur_msg_revoke){s, t};
    all[UR_MSG_STORE_CODE].u.store_code = (ur_msg_store_code){s, UR_SPAN_LIT("\0asm"), true, {UR_ACCESS_ANY_OF, {1, {t}}}};
    all[UR_MSG_INSTANTIATE].u.instantiate = (ur_msg_instantiate){s, t, 1, UR_SPAN_LIT("l"), UR_SPAN_LIT("{}"), coins};
    all[UR_MSG_INSTANTIATE2].u.instantiate2 =
        (ur_msg_instantiate2){s, t, 1, UR_SPAN_LIT("l"), UR_SPAN_LIT("{}"), coins, UR_SPAN_LIT("salt"), true};
    all[UR_MSG_EXECUTE].u.execute = (ur_msg_execute){s, t, UR_SPAN_LIT("{}"), coins};
    for (int i = 0; i < UR_MSG_KINDS; i++) {
        uint8_t one[512], two[512];
        ur_writer w;
        ur_span value;
        ur_msg back;
        ur_err err = {0};
        all[i].kind = (ur_msg_kind)i;
        ur_writer_init(&w, one, sizeof one);
        ur_msg_encode(&w, &all[i]);
        assert_ok(ur_writer_end(&w, &value));
        assert_ok(ur_msg_decode_var(&back, &(ur_any){ur_span_str_var(ur_msg_url((ur_msg_kind)i)), value}, &err));
        assert_int_equal(back.kind, i);
        assert_true(ur_span_eq_var(ur_msg_signer(&back), s));
        ur_writer_init(&w, two, sizeof two);
        ur_msg_encode(&w, &back);
        assert_true(!w.overflow && w.n == value.n);
        assert_memory_equal(one, two, value.n);
    }
    ur_err err = {0};
    ur_msg m;
    assert_status(ur_msg_decode_var(&m, &(ur_any){UR_SPAN_LIT("/cosmwasm.wasm.v1.MsgMigrateContract"), {0}}, &err), UR_E_ABSENT);
    assert_non_null(strstr(err.text, "MsgMigrateContract"));
    assert_string_equal(ur_msg_response_url(UR_MSG_SEND), "/cosmos.bank.v1beta1.MsgSendResponse");
    ur_basic_allowance a;
    assert_ok(ur_allowance_decode_var(&a, &all[UR_MSG_GRANT].u.grant.allowance, &err));
    assert_status(ur_allowance_decode_var(&a, &(ur_any){UR_SPAN_LIT("/cosmos.feegrant.v1beta1.PeriodicAllowance"), {0}}, &err),
                  UR_E_POLICY);
}

static void test_coins(void **state)
{
    (void)state;
    ur_err err = {0};
    uint64_t x;
    ur_coin c;
    const char *bad[] = {"", "1", "ustake", "01ustake", "0ustake", "1us", "1.5ustake", "-1ustake", "1 ustake", "1ustake "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(ur_coin_parse_var(&c, ur_span_str_var(bad[i])), UR_E_INPUT);
    }
    assert_ok(ur_coin_parse_var(&c, UR_SPAN_LIT("12ibc/AB-1")));
    assert_true(ur_span_eq_var(c.denom, UR_SPAN_LIT("ibc/AB-1")));
    assert_ok(ur_coin_amount_var(&x, UR_SPAN_LIT("18446744073709551615")));
    assert_true(x == UINT64_MAX);
    assert_status(ur_coin_amount_var(&x, UR_SPAN_LIT("18446744073709551616")), UR_E_LIMIT);
    assert_status(ur_coin_amount_var(&x, UR_SPAN_LIT("99999999999999999999999")), UR_E_LIMIT);
    assert_status(ur_coin_amount_var(&x, UR_SPAN_LIT("1x")), UR_E_INPUT);
    assert_ok(ur_coin_amount_var(&x, UR_SPAN_LIT("0")));
    ur_coins two = {2, {{UR_SPAN_LIT("atom"), UR_SPAN_LIT("1")}, {UR_SPAN_LIT("ustake"), UR_SPAN_LIT("2")}}};
    assert_ok(ur_coins_check_var(&two, &err));
    two.at[1].denom = two.at[0].denom;
    assert_status(ur_coins_check_var(&two, &err), UR_E_INPUT);
}

static void test_addresses(void **state)
{
    (void)state;
    uint8_t want[32], checksum[32];
    char text[UR_ADDRESS_TEXT_MAX];
    ur_address a, b, creator = {.n = 20};
    ur_address_of_contract(&a, 1, 1);
    assert_ok(ur_hex_decode(want, 32, UR_SPAN_LIT("ade4a5f5803a439835c636395a8d648dee57b2fc90d98dc17fa887159b69638b")));
    assert_memory_equal(a.b, want, 32);
    /* The address that every fresh wasmd gives its first contract, as its documentation has it. */
    assert_ok(ur_address_text(text, UR_SPAN_LIT("wasm"), &a));
    assert_string_equal(text, "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d");
    memset(checksum, 5, sizeof checksum);
    memset(creator.b, 7, 20);
    ur_address_of_contract2(&b, checksum, &creator, UR_SPAN_LIT("s1"), (ur_span){0});
    assert_ok(ur_hex_decode(want, 32, UR_SPAN_LIT("effe56206b34147ed3d1bceb8ae221279118d6a4ce0a76c5871f8b8763929938")));
    assert_memory_equal(b.b, want, 32);
    assert_ok(ur_address_parse_var(&b, UR_SPAN_LIT("wasm"), ur_span_str_var(text)));
    assert_int_equal(b.n, 32);
    assert_memory_equal(a.b, b.b, 32);
    assert_ok(ur_address_parse_var(&b, (ur_span){0}, ur_span_str_var(text)));
    assert_status(ur_address_parse_var(&b, UR_SPAN_LIT("cosmos"), ur_span_str_var(text)), UR_E_INPUT);
    text[20] = text[20] == 'q' ? 'p' : 'q';
    assert_status(ur_address_parse_var(&b, UR_SPAN_LIT("wasm"), ur_span_str_var(text)), UR_E_INPUT);
    a.n = 19;
    assert_ok(ur_address_text(text, UR_SPAN_LIT("wasm"), &a));
    assert_status(ur_address_parse_var(&b, UR_SPAN_LIT("wasm"), ur_span_str_var(text)), UR_E_INPUT);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector),  cmocka_unit_test(test_instantiate), cmocka_unit_test(test_decode),
        cmocka_unit_test(test_damage),  cmocka_unit_test(test_refused),     cmocka_unit_test(test_limits),
        cmocka_unit_test(test_messages), cmocka_unit_test(test_sign_modes), cmocka_unit_test(test_coins),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
