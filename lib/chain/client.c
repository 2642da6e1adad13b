#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/chain/client_parts.h"
#include "lib/chain/node_call.h"

enum { FIRST_PAUSE_MS = 500, LAST_PAUSE_MS = 60000, ASK_MS = 10000, POLL_MS = 500, TIMEOUT_BLOCKS = 60 };

uint64_t client_now_ms(const ur_client *c) { return c->clock->boot_ms(c->clock->context); }
void client_sleep(ur_client *c, unsigned ms) { c->sleep(c->context, ms); }

static void really_sleep(void *context, unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)context;
    (void)nanosleep(&t, NULL);
}

/* ---- making ---- */

/* "0.025ustake" into millionths and the denomination. */
static ur_status parse_price(ur_client *c, const char *text)
{
    ur_span s = ur_span_str_var(text);
    uint64_t micro = 0;
    size_t i = 0, decimals = 0;
    bool point = false;
    for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && !point && i > 0)); i++) {
        if (s.p[i] == '.') {
            point = true;
            continue;
        }
        decimals += point;
        if (decimals > 6 || micro > UINT64_MAX / 100000000) {
            return UR_E_USAGE;
        }
        micro = micro * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (i == 0 || (point && decimals == 0) || s.n - i < 3 || s.n - i > UR_COIN_DENOM_MAX) {
        return UR_E_USAGE;
    }
    for (; decimals < 6; decimals++) {
        micro *= 10;
    }
    ur_coins one = {1, {{ur_span_of(s.p + i, s.n - i), UR_SPAN_LIT("1")}}};
    if (ur_coins_check_var(&one, NULL) != UR_OK) {
        return UR_E_USAGE;
    }
    memcpy(c->denom, s.p + i, s.n - i);
    c->price_micro = micro;
    return UR_OK;
}

static ur_status take_options(ur_client *c, const ur_client_options *o, ur_err *err)
{
    char text[UR_ADDRESS_TEXT_MAX];
    if (o->chain_id != NULL && (o->chain_id[0] == '\0' || strlen(o->chain_id) > UR_CHAIN_ID_MAX)) {
        return ur_err_set(err, UR_E_USAGE, "a chain id has 1 to %d characters", UR_CHAIN_ID_MAX);
    }
    if (strlen(o->prefix) > UR_BECH32_HRP_MAX ||
        ur_address_text(text, ur_span_str_var(o->prefix), &(ur_address){.n = UR_SECP_ADDRESS_BYTES}) != UR_OK) {
        return ur_err_set(err, UR_E_USAGE, "'%s' is no prefix for addresses", o->prefix);
    }
    if (o->gas_price != NULL && parse_price(c, o->gas_price) != UR_OK) {
        return ur_err_set(err, UR_E_USAGE, "'%s' is no gas price: write it like 0.025ustake, with up to six decimals", o->gas_price);
    }
    (void)snprintf(c->chain_id, sizeof c->chain_id, "%s", o->chain_id != NULL ? o->chain_id : "");
    (void)snprintf(c->prefix, sizeof c->prefix, "%s", o->prefix);
    c->ask_ms = o->ask_ms != 0 ? o->ask_ms : ASK_MS;
    c->poll_ms = o->poll_ms != 0 ? o->poll_ms : POLL_MS;
    c->timeout_blocks = o->timeout_blocks != 0 ? o->timeout_blocks : TIMEOUT_BLOCKS;
    c->clock = o->clock != NULL ? o->clock : ur_clock_system();
    c->sleep = o->sleep != NULL ? o->sleep : really_sleep;
    c->context = o->context;
    return UR_OK;
}

ur_status ur_client_new(ur_client **out, const ur_client_options *options, ur_err *err)
{
    *out = NULL;
    ur_client *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_status st = take_options(c, options, err);
    if (st != UR_OK) {
        free(c);
        return st;
    }
    *out = c;
    return UR_OK;
}

void ur_client_free(ur_client **client)
{
    ur_client *c = *client;
    if (c != NULL) {
        for (size_t i = 0; i < c->n; i++) {
            ur_chain_source_free(&c->node[i].source);
        }
        free(c);
        *client = NULL;
    }
}

ur_status ur_client_add(ur_client *c, ur_chain_source *source, const char *name, ur_err *err)
{
    if (c->n == UR_CLIENT_NODES_MAX) {
        ur_chain_source_free(source);
        return ur_err_set(err, UR_E_LIMIT, "at most %d nodes", UR_CLIENT_NODES_MAX);
    }
    client_node *to = &c->node[c->n++];
    to->source = *source;
    *source = (ur_chain_source){0};
    (void)snprintf(to->name, sizeof to->name, "%s", name);
    return UR_OK;
}

size_t ur_client_nodes(const ur_client *c) { return c->n; }
const char *ur_client_node_name(const ur_client *c, size_t i) { return c->node[i].name; }

/* ---- asking in turn ---- */

static void put_aside(ur_client *c, client_node *n)
{
    uint64_t pause = FIRST_PAUSE_MS;
    for (unsigned i = 0; i < n->failures && pause < LAST_PAUSE_MS; i++) {
        pause *= 2;
    }
    n->failures++;
    n->until_ms = client_now_ms(c) + (pause < LAST_PAUSE_MS ? pause : LAST_PAUSE_MS);
}

/* A node of another chain would take a signature for nothing, or for something else. */
static ur_status check_chain(ur_client *c, client_node *n, ur_err *err)
{
    ur_node_state s;
    if (n->checked) {
        return UR_OK;
    }
    UR_TRY(ur_node_state_of(&n->source, &s, c->ask_ms, err));
    if (c->chain_id[0] == '\0') {
        memcpy(c->chain_id, s.chain_id, sizeof c->chain_id);
    }
    if (strcmp(c->chain_id, s.chain_id) != 0) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "it is of chain '%s', not '%s'", s.chain_id, c->chain_id);
    }
    n->checked = true;
    return UR_OK;
}

static bool try_another(ur_status st) { return st == UR_E_UNAVAILABLE || st == UR_E_INPUT || st == UR_E_LIMIT; }

static ur_status ask_one(ur_client *c, size_t i, client_attempt attempt, void *context, ur_err *err)
{
    client_node *n = &c->node[i];
    ur_status st = check_chain(c, n, err);
    if (st == UR_OK) {
        st = attempt(context, &n->source, c->ask_ms, err);
    }
    if (try_another(st)) {
        put_aside(c, n);
        return ur_err_in(err, st, "%s", n->name);
    }
    n->failures = 0;
    n->until_ms = 0;
    c->first = i;
    if (st == UR_OK) {
        ur_err_clear(err); /* of what those before said */
    }
    return ur_err_in(err, st, "%s", n->name);
}

static ur_status ask_in_turn(ur_client *c, client_attempt attempt, void *context, bool absent_is_final, ur_err *err)
{
    const size_t first = c->first;
    bool asked[UR_CLIENT_NODES_MAX] = {false}, absent = false;
    ur_status st = c->n > 0 ? UR_E_UNAVAILABLE : ur_err_set(err, UR_E_UNAVAILABLE, "there is no node to ask");
    for (int aside = 0; aside < 2; aside++) { /* those that rest only when no other helped */
        for (size_t k = 0; k < c->n; k++) {
            size_t i = (first + k) % c->n;
            if (asked[i] || (aside == 0 && c->node[i].until_ms > client_now_ms(c))) {
                continue;
            }
            asked[i] = true;
            st = ask_one(c, i, attempt, context, err);
            if (st == UR_E_ABSENT && !absent_is_final) {
                absent = true;
            } else if (!try_another(st)) {
                return st;
            }
        }
    }
    return absent ? ur_err_set(err, UR_E_ABSENT, "no node knows it") : st;
}

ur_status client_ask(ur_client *c, client_attempt attempt, void *context, ur_err *err)
{
    return ask_in_turn(c, attempt, context, true, err);
}

/* ---- questions ---- */

static ur_status attempt_state(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err)
{
    return ur_node_state_of(source, context, ask_ms, err);
}

ur_status ur_client_state(ur_client *c, ur_node_state *out, ur_err *err) { return client_ask(c, attempt_state, out, err); }

ur_status ur_client_node_state(ur_client *c, size_t i, ur_node_state *out, ur_err *err)
{
    return ur_node_state_of(&c->node[i].source, out, c->ask_ms, err);
}

typedef struct query {
    ur_node_reply *out;
    const char *path;
    ur_span data;
} query;

static ur_status attempt_query(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err)
{
    query *q = context;
    return ur_node_ask_app(source, q->out, q->path, q->data, ask_ms, err);
}

static ur_status refused(ur_node_reply *reply, ur_err *err)
{
    /* sdk 22 and 38: not found. Of wasm's codes queries bring the text alone. */
    bool sdk = ur_span_eq_var(reply->codespace, UR_SPAN_LIT("sdk"));
    bool absent = (sdk && (reply->code == 38 || reply->code == 22)) || ur_node_says(reply->log, "no such contract") || ur_node_says(reply->log, "no such code");
    ur_status st = ur_err_set(err, absent ? UR_E_ABSENT : UR_E_POLICY, "%.*s", (int)(reply->log.n < 300 ? reply->log.n : 300),
                              reply->log.n > 0 ? (const char *)reply->log.p : "");
    ur_node_reply_free(reply);
    return st;
}

ur_status ur_client_query(ur_client *c, ur_node_reply *out, const char *path, const ur_proto *request_proto, const void *request,
                          ur_err *err)
{
    query q = {out, path, {0}};
    ur_writer w;
    *out = (ur_node_reply){0};
    uint8_t *buf = malloc(UR_TX_MAX + 64);
    if (buf == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    ur_writer_init(&w, buf, UR_TX_MAX + 64);
    ur_proto_encode(&w, request_proto, request);
    ur_status st = ur_writer_end(&w, &q.data);
    st = st == UR_OK ? client_ask(c, attempt_query, &q, err) : ur_err_set(err, st, "the request is too large");
    free(buf);
    return st == UR_OK && out->code != 0 ? refused(out, err) : st;
}

/* Query and decode; the reply is freed when the answer is none. */
static ur_status ask_as(ur_client *c, ur_node_reply *reply, void *out, const ur_proto *out_proto, const char *path,
                        const ur_proto *request_proto, const void *request, ur_err *err)
{
    memset(out, 0, out_proto->bytes);
    UR_TRY(ur_client_query(c, reply, path, request_proto, request, err));
    ur_status st = ur_proto_decode_var(out, out_proto, reply->value, UR_PROTO_IGNORE, err);
    if (st != UR_OK) {
        ur_node_reply_free(reply);
    }
    return st;
}

static ur_status decode_account(ur_client_account *out, const ur_query_account *a, int64_t height, ur_err *err)
{
    ur_base_account base;
    if (!a->has_account || !ur_span_eq_var(a->account.type_url, UR_SPAN_LIT(UR_BASE_ACCOUNT_URL))) {
        return ur_err_set(err, UR_E_POLICY, "it is an account of another kind than BaseAccount");
    }
    UR_TRY(ur_proto_decode_var(&base, &ur_proto_base_account, a->account.value, UR_PROTO_IGNORE, err));
    *out = (ur_client_account){base.number, base.sequence, height};
    return UR_OK;
}

ur_status ur_client_account_of(ur_client *c, ur_client_account *out, const char *address, ur_err *err)
{
    ur_node_reply reply;
    ur_query_account a;
    const ur_query_address request = {ur_span_str_var(address)};
    *out = (ur_client_account){0};
    ur_status st = ask_as(c, &reply, &a, &ur_proto_query_account, UR_QUERY_ACCOUNT, &ur_proto_query_address, &request, err);
    if (st == UR_OK) {
        st = decode_account(out, &a, reply.height, err);
        ur_node_reply_free(&reply);
    }
    return st == UR_OK ? st : ur_err_in(err, st, "account %s", address);
}

ur_status ur_client_address(const ur_client *c, char out[UR_ADDRESS_TEXT_MAX], const ur_secp_secret *key, ur_err *err)
{
    ur_secp_pub pub;
    ur_address address;
    out[0] = '\0';
    ur_secp_pub_of(&pub, key);
    ur_status st = ur_address_of_key(&address, &pub);
    st = st == UR_OK ? ur_address_text(out, ur_span_str_var(c->prefix), &address) : st;
    return st == UR_OK ? st : ur_err_set(err, st, "no address: OpenSSL lacks RIPEMD-160, or the prefix is too long");
}

ur_status ur_client_balances(ur_client *c, ur_node_reply *reply, ur_coins *out, const char *address, ur_err *err)
{
    ur_query_balances_response r;
    const ur_query_address request = {ur_span_str_var(address)};
    ur_status st = ask_as(c, reply, &r, &ur_proto_query_balances_response, UR_QUERY_BALANCES, &ur_proto_query_address, &request, err);
    *out = r.balances;
    return st;
}

static ur_status ask_wasm(ur_client *c, ur_node_reply *reply, ur_span *out, const char *path, const char *contract, ur_span what, ur_err *err)
{
    ur_query_data d;
    const ur_query_wasm request = {ur_span_str_var(contract), what};
    ur_status st = ask_as(c, reply, &d, &ur_proto_query_data, path, &ur_proto_query_wasm, &request, err);
    *out = d.data;
    return st;
}

ur_status ur_client_smart(ur_client *c, ur_node_reply *reply, ur_span *out, const char *contract, ur_span msg, ur_err *err)
{
    return ask_wasm(c, reply, out, UR_QUERY_WASM_SMART, contract, msg, err);
}

ur_status ur_client_raw(ur_client *c, ur_node_reply *reply, ur_span *out, const char *contract, ur_span key, ur_err *err)
{
    UR_TRY(ask_wasm(c, reply, out, UR_QUERY_WASM_RAW, contract, key, err));
    if (out->n == 0) {
        ur_node_reply_free(reply);
        return ur_err_set(err, UR_E_ABSENT, "the contract has no record under this key");
    }
    return UR_OK;
}

ur_status ur_client_contract(ur_client *c, ur_node_reply *reply, ur_contract_info *out, const char *contract, ur_err *err)
{
    ur_query_contract r;
    const ur_query_address request = {ur_span_str_var(contract)};
    ur_status st = ask_as(c, reply, &r, &ur_proto_query_contract, UR_QUERY_WASM_CONTRACT, &ur_proto_query_address, &request, err);
    *out = r.info;
    return st == UR_OK ? st : ur_err_in(err, st, "contract %s", contract);
}

ur_status ur_client_code(ur_client *c, ur_node_reply *reply, ur_query_code_response *out, uint64_t code_id, ur_err *err)
{
    const ur_query_code request = {code_id};
    ur_status st = ask_as(c, reply, out, &ur_proto_query_code_response, UR_QUERY_WASM_CODE, &ur_proto_query_code, &request, err);
    return st == UR_OK ? st : ur_err_in(err, st, "code %" PRIu64, code_id);
}

typedef struct lookup {
    ur_node_tx *out;
    const uint8_t *hash;
} lookup;

static ur_status attempt_tx(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err)
{
    lookup *l = context;
    return ur_node_tx_find(source, l->out, l->hash, ask_ms, err);
}

ur_status ur_client_tx(ur_client *c, ur_node_tx *out, const uint8_t hash[32], ur_err *err)
{
    lookup l = {out, hash};
    return ask_in_turn(c, attempt_tx, &l, false, err);
}

/* ---- what happened ---- */

typedef struct search {
    ur_node_txs *out;
    const char *query;
    unsigned page;
} search;

static ur_status attempt_search(void *context, const ur_chain_source *source, unsigned ask_ms, ur_err *err)
{
    search *s = context;
    return ur_node_tx_search(source, s->out, s->query, s->page, ask_ms, err);
}

/* One page; *from moves up to the last height in it. */
static ur_status visit_page(const ur_node_txs *txs, int64_t *from, int64_t to, ur_client_visit visit, void *context, ur_err *err)
{
    for (size_t i = 0; i < txs->n; i++) {
        const ur_node_tx *tx = &txs->tx[i];
        if (tx->height < *from || tx->height > to) {
            return ur_err_set(err, UR_E_INPUT, "tx_search: a transaction of height %" PRId64 ", which was not asked for", tx->height);
        }
        *from = tx->height;
        UR_TRY(visit(context, tx));
    }
    return UR_OK;
}

ur_status ur_client_catch_up(ur_client *c, int64_t *from, const char *contract, ur_client_visit visit, void *context, ur_err *err)
{
    char text[UR_ADDRESS_TEXT_MAX + 128];
    ur_node_state now;
    UR_TRY(ur_client_state(c, &now, err));
    ur_node_txs *txs = calloc(1, sizeof *txs);
    if (txs == NULL) {
        return ur_err_set(err, UR_E_MEMORY, "no memory");
    }
    (void)snprintf(text, sizeof text, "wasm._contract_address='%.*s' AND tx.height>=%" PRId64 " AND tx.height<=%" PRId64,
                   UR_ADDRESS_TEXT_MAX, contract, *from, now.height);
    uint64_t seen = 0;
    ur_status st = UR_OK;
    for (search s = {txs, text, 1}; st == UR_OK && *from <= now.height; s.page++) {
        st = client_ask(c, attempt_search, &s, err);
        seen += txs->n;
        bool last = txs->n == 0 || seen >= txs->total;
        st = st == UR_OK ? visit_page(txs, from, now.height, visit, context, err) : st;
        ur_node_txs_free(txs);
        if (st == UR_OK && last) {
            *from = now.height + 1;
        }
    }
    free(txs);
    return st;
}
