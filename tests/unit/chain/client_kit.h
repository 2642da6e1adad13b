/* A chain that runs inside a test, and nodes of it that fail as nodes do: answers lost before or after what they did, garbage, full mempools,
 * transactions forgotten, blocks that come late, an index that lags. What happened on the chain is counted, whatever nodes say. */
#ifndef UR_TESTS_CLIENT_KIT_H
#define UR_TESTS_CLIENT_KIT_H

#include "tests/test.h"

#include "core/codec/base64.h"
#include "core/codec/hex.h"
#include "core/hash/hash.h"
#include "lib/chain/client.h"

enum { KIT_TXS = 4096, KIT_MEMPOOL = 8, KIT_TX_MAX = 2048, KIT_NODES = 3 };

typedef struct kit_tx {
    uint8_t bytes[KIT_TX_MAX];
    size_t n;
    uint8_t hash[32];
    uint64_t sequence, timeout;
    int64_t height; /* 0: in the mempool */
    uint32_t index, code;
    char memo[32];
} kit_tx;

typedef struct kit_chain {
    int64_t height;
    uint64_t sequence; /* of the one account */
    uint64_t now_ms;
    size_t waiting, done;
    kit_tx mempool[KIT_MEMPOOL], tx[KIT_TXS];
    int64_t index_lag;      /* blocks until a transaction can be found */
    unsigned mempool_max;
    unsigned block_percent; /* how likely a block comes in a poll */
    unsigned between_percent; /* and before a question, so also between two of one attempt */
    unsigned forget_percent; /* how likely the mempool loses all in a poll */
    unsigned rival_percent; /* how likely somebody else with the same key sends something in a poll */
    uint32_t next_code;     /* what the next transaction's execution says */
    test_rng rng;
    ur_secp_secret key;
    char address[UR_ADDRESS_TEXT_MAX];
} kit_chain;

typedef enum kit_fault { KIT_NONE, KIT_LOST_BEFORE, KIT_LOST_AFTER, KIT_GARBAGE } kit_fault;

typedef struct kit_node {
    kit_chain *chain;
    unsigned fault_percent; /* of random faults */
    kit_fault once;         /* the next broadcast's */
    bool dead;
    const char *chain_id;
    unsigned asked, broadcasts;
    unsigned fresh; /* so many broadcasts are refused as by a node that has just started */
} kit_node;

static inline bool kit_chance(kit_chain *c, unsigned percent) { return test_rng_below(&c->rng, 100) < percent; }

/* ---- the chain ---- */

static inline void kit_block(kit_chain *c)
{
    uint32_t index = 0;
    c->height++;
    for (size_t i = 0; i < c->waiting; i++) {
        kit_tx *t = &c->mempool[i];
        if (t->sequence != c->sequence || (t->timeout != 0 && (uint64_t)c->height > t->timeout)) {
            continue; /* falls out */
        }
        assert_true(c->done < KIT_TXS);
        t->height = c->height;
        t->index = index++;
        t->code = c->next_code;
        c->next_code = 0;
        c->tx[c->done++] = *t;
        c->sequence++;
    }
    c->waiting = 0;
}

static inline uint32_t kit_check(kit_chain *c, ur_span bytes)
{
    ur_tx tx;
    ur_span key;
    ur_secp_pub pub;
    uint8_t hash[32];
    ur_err err = {0};
    assert_ok(ur_tx_decode_var(&tx, bytes, &err));
    ur_sha256_of(hash, bytes);
    for (size_t i = 0; i < c->waiting; i++) {
        if (ur_eq_var(hash, c->mempool[i].hash, 32)) {
            return 19;
        }
    }
    const ur_sign_doc doc = {tx.raw.body, tx.raw.auth_info, UR_SPAN_LIT("kit-1"), 7};
    ur_sign_doc_hash(hash, &doc);
    assert_ok(ur_tx_signer_key_var(&key, &tx.auth.signers.at[0], &err));
    assert_ok(ur_secp_pub_parse_var(&pub, key));
    assert_int_equal(tx.raw.signatures.at[0].n, 64);
    assert_ok(ur_secp_verify_var(&pub, hash, tx.raw.signatures.at[0].p)); /* never a bad signature, whatever happened before */
    if (tx.body.timeout_height != 0 && tx.body.timeout_height < (uint64_t)c->height) {
        return 30;
    }
    if (c->waiting >= c->mempool_max) {
        return 20;
    }
    if (tx.auth.signers.at[0].sequence != c->sequence + c->waiting) {
        return 32;
    }
    kit_tx *t = &c->mempool[c->waiting++];
    *t = (kit_tx){.n = bytes.n, .sequence = tx.auth.signers.at[0].sequence, .timeout = tx.body.timeout_height};
    memcpy(t->bytes, bytes.p, bytes.n);
    ur_sha256_of(t->hash, bytes);
    assert_true(tx.body.memo.n < sizeof t->memo);
    memcpy(t->memo, tx.body.memo.p, tx.body.memo.n);
    return 0;
}

/* How often something with this memo had its effect. */
static inline unsigned kit_effects(const kit_chain *c, const char *memo)
{
    unsigned n = 0;
    for (size_t i = 0; i < c->done; i++) {
        n += strcmp(c->tx[i].memo, memo) == 0;
    }
    return n;
}

/* ---- its nodes ---- */

static inline void kit_base64(char *out, size_t cap, ur_span bytes)
{
    ur_writer w;
    ur_json_writer j;
    ur_span text;
    ur_writer_init(&w, out, cap);
    ur_json_writer_init(&j, &w);
    ur_json_put_base64(&j, bytes);
    assert_ok(ur_json_writer_end(&j, &text));
    out[text.n] = '\0';
}

static inline void kit_answer_value(char *out, size_t cap, kit_chain *c, const ur_proto *proto, const void *message)
{
    uint8_t bytes[1024];
    char value[2048];
    ur_writer w;
    ur_writer_init(&w, bytes, sizeof bytes);
    ur_proto_encode(&w, proto, message);
    kit_base64(value, sizeof value, ur_span_of(bytes, w.n));
    (void)snprintf(out, cap, "{\"result\":{\"response\":{\"code\":0,\"log\":\"\",\"value\":%s,\"height\":\"%lld\"}}}", value,
                   (long long)c->height);
}

static inline void kit_query(char *out, size_t cap, kit_chain *c, ur_json params)
{
    ur_json path = ur_json_get_var(params, "path");
    uint8_t data[4096];
    size_t n;
    assert_ok(ur_json_hex_upto_var(data, sizeof data, &n, ur_json_get_var(params, "data")));
    if (ur_json_is_var(path, UR_SPAN_LIT(UR_QUERY_ACCOUNT))) {
        uint8_t value[256];
        ur_writer w;
        ur_base_account base = {.address = ur_span_str_var(c->address), .number = 7, .sequence = c->sequence};
        ur_writer_init(&w, value, sizeof value);
        ur_proto_encode(&w, &ur_proto_base_account, &base);
        ur_query_account a = {true, {UR_SPAN_LIT(UR_BASE_ACCOUNT_URL), ur_span_of(value, w.n)}};
        kit_answer_value(out, cap, c, &ur_proto_query_account, &a);
    } else if (ur_json_is_var(path, UR_SPAN_LIT(UR_QUERY_SIMULATE))) {
        ur_query_simulate q;
        ur_tx tx;
        assert_ok(ur_proto_decode_var(&q, &ur_proto_query_simulate, ur_span_of(data, n), UR_PROTO_REFUSE, NULL));
        assert_ok(ur_tx_decode_var(&tx, q.tx_bytes, NULL));
        if (tx.auth.signers.at[0].sequence != c->sequence + c->waiting) {
            (void)snprintf(out, cap, "{\"result\":{\"response\":{\"code\":18,\"codespace\":\"sdk\",\"log\":\"account sequence mismatch, expected %llu"
                           ", got %llu: incorrect account sequence\",\"value\":null,\"height\":\"0\"}}}",
                           (unsigned long long)(c->sequence + c->waiting), (unsigned long long)tx.auth.signers.at[0].sequence);
            return;
        }
        ur_query_simulated sim = {.has_gas = true, .gas = {0, 100000}};
        kit_answer_value(out, cap, c, &ur_proto_query_simulated, &sim);
    } else {
        (void)snprintf(out, cap, "{\"result\":{\"response\":{\"code\":38,\"codespace\":\"sdk\",\"log\":\"not found\",\"height\":\"0\"}}}");
    }
}

static inline void kit_print_tx(char *out, size_t cap, const kit_tx *t)
{
    char hash[65], bytes[3000];
    ur_hex_encode(hash, ur_span_of(t->hash, 32));
    hash[64] = '\0';
    kit_base64(bytes, sizeof bytes, ur_span_of(t->bytes, t->n));
    (void)snprintf(out, cap, "{\"hash\":\"%s\",\"height\":\"%lld\",\"index\":%u,\"tx_result\":{\"code\":%u,\"codespace\":\"\",\"data\":null,"
                   "\"log\":\"said \\\"%s\\\"\",\"gas_wanted\":\"130000\",\"gas_used\":\"99\",\"events\":[]},\"tx\":%s}",
                   hash, (long long)t->height, t->index, t->code, t->memo, bytes);
}

static inline void kit_find(char *out, size_t cap, kit_chain *c, ur_json params)
{
    uint8_t hash[32];
    assert_ok(ur_json_base64_var(hash, sizeof hash, ur_json_get_var(params, "hash")));
    for (size_t i = 0; i < c->done; i++) {
        if (ur_eq_var(c->tx[i].hash, hash, 32) && c->tx[i].height + c->index_lag <= c->height) {
            char text[6000];
            kit_print_tx(text, sizeof text, &c->tx[i]);
            (void)snprintf(out, cap, "{\"result\":%s}", text);
            return;
        }
    }
    (void)snprintf(out, cap, "{\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"tx (AB) not found\"}}");
}

static inline void kit_broadcast(char *out, size_t cap, kit_chain *c, ur_json params)
{
    uint8_t bytes[KIT_TX_MAX], hash[32];
    size_t n;
    char hex[65];
    assert_ok(ur_json_base64_upto_var(bytes, sizeof bytes, &n, ur_json_get_var(params, "tx")));
    uint32_t code = kit_check(c, ur_span_of(bytes, n));
    ur_sha256_of(hash, ur_span_of(bytes, n));
    ur_hex_encode(hex, ur_span_of(hash, 32));
    hex[64] = '\0';
    if (code == 20 || code == 19) {
        (void)snprintf(out, cap, "{\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"%s\"}}",
                       code == 20 ? "mempool is full: number of txs 8 (max: 8)" : "tx already exists in cache");
        return;
    }
    (void)snprintf(out, cap, "{\"result\":{\"code\":%u,\"codespace\":\"%s\",\"log\":\"%s\",\"data\":\"\",\"hash\":\"%s\"}}", code,
                   code != 0 ? "sdk" : "", code != 0 ? "no" : "[]", hex);
}

/* tx_search knows no query here: all transactions whose height the query allows. */
static inline void kit_search(char *out, size_t cap, kit_chain *c, ur_json params)
{
    ur_span query;
    uint64_t page, per;
    long long from = 0, to = 0;
    char text[512];
    assert_ok(ur_json_plain_var(&query, ur_json_get_var(params, "query")));
    assert_ok(ur_json_u64_text_var(&page, ur_json_get_var(params, "page")));
    assert_ok(ur_json_u64_text_var(&per, ur_json_get_var(params, "per_page")));
    (void)snprintf(text, sizeof text, "%.*s", (int)query.n, (const char *)query.p);
    const char *at = strstr(text, "tx.height>=");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "tx.height>=%lld AND tx.height<=%lld", &from, &to), 2);
    size_t n = (size_t)snprintf(out, cap, "{\"result\":{\"txs\":["), total = 0, given = 0;
    for (size_t i = 0; i < c->done; i++) {
        if (c->tx[i].height >= from && c->tx[i].height <= to && total++ >= (page - 1) * per && given < per) {
            n += (size_t)snprintf(out + n, cap - n, "%s", given++ > 0 ? "," : "");
            kit_print_tx(out + n, cap - n, &c->tx[i]);
            n += strlen(out + n);
        }
    }
    (void)snprintf(out + n, cap - n, "],\"total_count\":\"%zu\"}}", total);
}

static inline ur_status kit_ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                                unsigned timeout_ms, ur_err *err)
{
    enum { CAP = 1 << 19 };
    kit_node *node = context;
    ur_json p;
    kit_fault fault = kit_chance(node->chain, node->fault_percent) ? (kit_fault)(1 + test_rng_below(&node->chain->rng, 3)) : KIT_NONE;
    (void)max;
    (void)timeout_ms;
    node->asked++;
    *out = NULL;
    *out_n = 0;
    if (strcmp(method, "broadcast_tx_sync") == 0) {
        node->broadcasts++;
        fault = node->once != KIT_NONE ? node->once : fault;
        node->once = KIT_NONE;
    }
    if (kit_chance(node->chain, node->chain->between_percent)) {
        kit_block(node->chain);
    }
    if (node->dead || fault == KIT_LOST_BEFORE) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "no answer");
    }
    assert_ok(ur_json_parse_var(&p, params));
    char *text = malloc(CAP);
    assert_non_null(text);
    if (strcmp(method, "status") == 0) {
        (void)snprintf(text, CAP, "{\"result\":{\"node_info\":{\"network\":\"%s\",\"moniker\":\"kit\",\"version\":\"0.38.0\"},\"sync_info\":{"
                       "\"latest_block_height\":\"%lld\",\"latest_block_time\":\"2026-01-01T00:00:00Z\",\"catching_up\":false}}}",
                       node->chain_id, (long long)node->chain->height);
    } else if (strcmp(method, "abci_query") == 0) {
        kit_query(text, CAP, node->chain, p);
    } else if (strcmp(method, "tx") == 0) {
        kit_find(text, CAP, node->chain, p);
    } else if (strcmp(method, "tx_search") == 0) {
        kit_search(text, CAP, node->chain, p);
    } else if (node->fresh > 0) {
        node->fresh--;
        (void)snprintf(text, CAP, "{\"result\":{\"code\":4,\"codespace\":\"sdk\",\"log\":\"unauthorized\",\"data\":\"\",\"hash\":\"\"}}");
    } else {
        assert_string_equal(method, "broadcast_tx_sync");
        kit_broadcast(text, CAP, node->chain, p);
    }
    if (fault == KIT_LOST_AFTER) {
        free(text);
        return ur_err_set(err, UR_E_UNAVAILABLE, "cut off");
    }
    if (fault == KIT_GARBAGE) {
        text[strlen(text) / 2] = '\0';
    }
    *out = (uint8_t *)text;
    *out_n = strlen(text);
    return UR_OK;
}

static inline uint64_t kit_boot_ms(void *context) { return ((kit_chain *)context)->now_ms; }
static inline int64_t kit_unix_ms(void *context) { return (int64_t)((kit_chain *)context)->now_ms; }

/* Time passes only while the client sleeps. */
static inline void kit_sleep(void *context, unsigned ms)
{
    kit_chain *c = context;
    c->now_ms += ms;
    if (kit_chance(c, c->forget_percent)) {
        c->waiting = 0;
    }
    if (c->waiting == 0 && kit_chance(c, c->rival_percent)) {
        c->mempool[c->waiting++] = (kit_tx){.sequence = c->sequence, .memo = "rival"};
    }
    if (kit_chance(c, c->block_percent)) {
        kit_block(c);
    }
}

static inline void kit_start(kit_chain *c, const char *what)
{
    uint8_t secret[32] = {[31] = 1};
    *c = (kit_chain){.height = 10, .sequence = 3, .mempool_max = KIT_MEMPOOL, .block_percent = 50, .rng = test_rng_start(what)};
    assert_ok(ur_secp_secret_parse(&c->key, secret));
}

static inline ur_client *kit_client(kit_chain *c, kit_node *nodes, size_t n)
{
    static ur_clock clock;
    ur_client *client;
    ur_err err = {0};
    clock = (ur_clock){c, kit_unix_ms, kit_boot_ms};
    const ur_client_options o = {.chain_id = "kit-1", .prefix = "kit", .gas_price = "0.025ukit", .clock = &clock, .sleep = kit_sleep,
                                 .context = c, .timeout_blocks = 5, .poll_ms = 100};
    assert_ok(ur_client_new(&client, &o, &err));
    for (size_t i = 0; i < n; i++) {
        nodes[i].chain = c;
        nodes[i].chain_id = nodes[i].chain_id != NULL ? nodes[i].chain_id : "kit-1";
        ur_chain_source s = {.context = &nodes[i], .ask = kit_ask};
        assert_ok(ur_client_add(client, &s, i == 0 ? "one" : i == 1 ? "two" : "three", &err));
    }
    assert_ok(ur_client_address(client, c->address, &c->key, &err));
    return client;
}

static inline ur_status kit_send(kit_chain *c, ur_client *client, ur_client_result *out, const char *memo, unsigned timeout_ms, ur_err *err)
{
    ur_msg m = {.kind = UR_MSG_SEND};
    m.u.send = (ur_msg_send){ur_span_str_var(c->address), UR_SPAN_LIT("kit1other"), {1, {{UR_SPAN_LIT("ukit"), UR_SPAN_LIT("5")}}}};
    const ur_client_send_options o = {.msgs = &m, .n = 1, .key = &c->key, .memo = ur_span_str_var(memo), .timeout_ms = timeout_ms};
    *err = (ur_err){0};
    return ur_client_send(client, out, &o, err);
}

#endif
