#include "programs/cli/chain/node.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "programs/cli/key/keys.h"

enum { URLS_MAX = 4096, READY_FILE_MAX = 65536, HASH_TEXT = 65 };

ur_status chain_url(cli *c, char out[CHAIN_URL_MAX], const char *node)
{
    uint8_t *text = NULL;
    size_t n;
    ur_json v;
    ur_span url = ur_span_str_var(node);
    ur_status st = UR_OK;
    if (strstr(node, "://") == NULL) {
        st = ur_file_read(&text, &n, node, READY_FILE_MAX, cli_err(c));
        if (st != UR_OK) {
            return cli_in(c, cli_file_status(c, st), "--node");
        }
        if (ur_json_parse_var(&v, ur_span_of(text, n)) != UR_OK || ur_json_plain_var(&url, ur_json_get_var(v, "rpc")) != UR_OK) {
            st = cli_fail(c, UR_E_INPUT, "%s: not a file that `unrug devnet start --ready-file` wrote", node);
        }
    }
    if (st == UR_OK && url.n >= CHAIN_URL_MAX) {
        st = cli_fail(c, UR_E_USAGE, "--node: the URL is too long");
    }
    if (st == UR_OK) {
        memcpy(out, url.p, url.n);
        out[url.n] = '\0';
    }
    free(text);
    return st;
}

static ur_status add_node(cli *c, ur_client *client, const char *node)
{
    char url[CHAIN_URL_MAX];
    ur_chain_source s;
    UR_TRY(chain_url(c, url, node));
    ur_status st = ur_chain_source_rpc_new(&s, url, cli_err(c));
    if (st == UR_OK) {
        st = ur_client_add(client, &s, url, cli_err(c));
    }
    return st == UR_OK ? st : cli_in(c, st, "--node");
}

static ur_status add_nodes(cli *c, ur_client *client)
{
    char urls[URLS_MAX], *at = urls;
    const char *given = cli_value(c, "node");
    given = given != NULL ? given : getenv("UNRUG_NODE");
    given = given != NULL && given[0] != '\0' ? given : CHAIN_NODE;
    if (strlen(given) >= sizeof urls) {
        return cli_fail(c, UR_E_USAGE, "--node is too long");
    }
    memcpy(urls, given, strlen(given) + 1);
    for (char *url; (url = strsep(&at, ",")) != NULL;) {
        UR_TRY(add_node(c, client, url));
    }
    return UR_OK;
}

static const char *prefix_of(cli *c)
{
    const char *given = cli_value(c, "prefix");
    return given != NULL ? given : KEYS_PREFIX;
}

/* Not every command has every option. */
static const char *if_there(cli *c, bool sends, const char *name) { return sends ? cli_value(c, name) : NULL; }

static ur_status open_client(cli *c, ur_client **out, bool sends)
{
    const ur_client_options o = {.chain_id = cli_value(c, "chain"), .prefix = prefix_of(c), .gas_price = if_there(c, sends, "gas-price")};
    UR_TRY(ur_client_new(out, &o, cli_err(c)));
    ur_status st = add_nodes(c, *out);
    if (st != UR_OK) {
        ur_client_free(out);
    }
    return st;
}

ur_status chain_open(cli *c, ur_client **out) { return open_client(c, out, false); }

ur_status chain_coins(cli *c, ur_coins *out, const char *name, const char *text)
{
    *out = (ur_coins){0};
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, ",");
        if (out->n == UR_COINS_MAX || ur_coin_parse_var(&out->at[out->n++], ur_span_of(at, n)) != UR_OK || (at[n] == ',' && at[n + 1] == '\0')) {
            return cli_fail(c, UR_E_USAGE, "%s takes amounts like 12ustake or 3uatom,12ustake", name);
        }
        at += n + (at[n] == ',');
    }
    ur_status st = ur_coins_check_var(out, cli_err(c));
    return st == UR_OK ? st : cli_in(c, UR_E_USAGE, "%s", name);
}

ur_status chain_address(cli *c, const char *name, const char *text)
{
    ur_address a;
    const char *prefix = prefix_of(c);
    return ur_address_parse_var(&a, ur_span_str_var(prefix), ur_span_str_var(text)) == UR_OK
               ? UR_OK
               : cli_fail(c, UR_E_USAGE, "%s takes an address that begins with %s1", name, prefix);
}

/* ---- sending ---- */

ur_status chain_sender_open(cli *c, chain_sender *out)
{
    *out = (chain_sender){0};
    UR_TRY(open_client(c, &out->client, true));
    ur_status st = keys_open(c, &out->key, cli_value(c, "from"));
    if (st == UR_OK) {
        st = ur_client_address(out->client, out->address, &out->key, cli_err(c));
    }
    if (st != UR_OK) {
        chain_sender_close(out);
    }
    return st;
}

void chain_sender_close(chain_sender *s)
{
    ur_client_free(&s->client);
    ur_wipe(&s->key, sizeof s->key);
}

static void hash_text(char out[HASH_TEXT], const uint8_t hash[32])
{
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02X", hash[i]);
    }
}

void chain_say_hash(cli *c, const char *key, const uint8_t hash[32])
{
    char text[HASH_TEXT];
    hash_text(text, hash);
    cli_say_text(c, key, text);
}

void chain_say_tx(cli *c, const ur_node_tx *tx)
{
    chain_say_hash(c, "transaction", tx->hash);
    cli_say_number(c, "block", (uint64_t)tx->height);
    cli_say_verdict(c, "result", tx->code == 0, tx->code == 0 ? "success" : "failure");
    if (tx->code != 0) {
        cli_say_span(c, "codespace", tx->codespace);
        cli_say_number(c, "code", tx->code);
        cli_say_span(c, "log", tx->log);
    }
    cli_say_number(c, "gas_used", tx->gas_used);
    cli_say_number(c, "gas_limit", tx->gas_wanted);
}

static void say_result(cli *c, const ur_client_result *r, const char *key)
{
    cli_object_begin(c, key);
    if (r->fate == UR_FATE_INCLUDED) {
        chain_say_tx(c, &r->tx);
    } else {
        cli_say_text(c, "result", "dry run: nothing was sent");
        cli_say_number(c, "gas_limit", r->gas);
    }
    if (r->fee > 0) {
        cli_say_number(c, "fee", r->fee);
    }
    cli_object_end(c);
}

static ur_status explain(cli *c, ur_status st, const ur_client_result *r)
{
    char hash[HASH_TEXT];
    hash_text(hash, r->hash);
    if (r->fate == UR_FATE_UNKNOWN) {
        cli_hint(c, "`unrug chain status --tx %s` says what became of it; until block %" PRIu64 " it may still be taken, so do not send it again.", hash,
                 r->timeout_height);
    } else if (st == UR_E_ABSENT) {
        cli_hint(c, "An account exists once it received something.");
        return UR_E_POLICY;
    }
    return st;
}

ur_status chain_send(cli *c, chain_sender *s, const ur_msg *msgs, size_t n, const char *key, ur_client_result *result)
{
    const char *memo = cli_value(c, "memo"), *granter = cli_value(c, "granter");
    if (granter != NULL) {
        UR_TRY(chain_address(c, "--granter", granter));
    }
    const ur_client_send_options o = {
        .msgs = msgs, .n = n, .key = &s->key, .memo = ur_span_str_var(memo != NULL ? memo : ""),
        .granter = ur_span_str_var(granter != NULL ? granter : ""), .gas = cli_number(c, "gas", 0), .dry_run = cli_given(c, "dry-run"),
        .timeout_ms = (unsigned)cli_number(c, "wait", 120) * 1000};
    ur_status st = ur_client_send(s->client, result, &o, cli_err(c));
    if (st != UR_OK) {
        st = explain(c, st, result);
        ur_client_result_free(result);
        return st;
    }
    say_result(c, result, key);
    return UR_OK;
}
