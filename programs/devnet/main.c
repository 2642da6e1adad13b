/* unrug-devnet: the embedded ledger as a program. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/codec/json.h"
#include "lib/os/file.h"
#include "lib/os/harden.h"
#include "lib/os/random.h"
#include "programs/devnet/accounts.h"
#include "programs/devnet/native.h"
#include "programs/devnet/options.h"
#include "programs/devnet/serve.h"

enum { URL_MAX = 64, READY_MAX = 16384, FIRST_PROVABLE = 3 };

typedef struct devnet {
    devnet_options o;
    ur_ledger_address accounts[DEVNET_ACCOUNTS_MAX];
    devnet_native *native;
    devnet_server *server;
    ur_ledger *ledger;
    ur_rpc *rpc;
    char url[URL_MAX], listen[URL_MAX];
} devnet;

/* ---- opening ---- */

static ur_status open_ledger(devnet *d, ur_err *err)
{
    ur_ledger_coins coins[DEVNET_ACCOUNTS_MAX];
    ur_ledger_genesis genesis = {.chain_id = d->o.chain_id, .prefix = d->o.prefix, .denom = d->o.denom, .gas_price_milli = d->o.gas_price_milli,
                                 .accounts = d->o.accounts, .account = coins};
    const ur_ledger_options options = {.path = d->o.home, .genesis = &genesis, .vm = devnet_native_vm(d->native), .interval_ms = d->o.block_ms,
                                       .block_ms = d->o.warp_block_ms, .keep_states = d->o.keep_states};
    for (size_t i = 0; i < d->o.accounts; i++) {
        coins[i] = (ur_ledger_coins){d->accounts[i], d->o.amount};
    }
    ur_random(genesis.validator_seed, sizeof genesis.validator_seed);
    UR_TRY(ur_ledger_open(&d->ledger, &options, err));
    /* Nodes prove from height 2 on, under header 3: so a fresh devnet can be asked for proofs. */
    ur_ledger_status s;
    ur_ledger_status_of(d->ledger, &s);
    return s.height < FIRST_PROVABLE ? ur_ledger_mine(d->ledger, (uint64_t)(FIRST_PROVABLE - s.height), err) : UR_OK;
}

static ur_status open_contract(devnet *d, ur_err *err)
{
    UR_TRY(devnet_native_new(&d->native, err));
    for (size_t i = 0; i < d->o.wasm_n; i++) {
        UR_TRY(devnet_native_add_wasm(d->native, d->o.wasm[i], err));
    }
    return UR_OK;
}

static ur_status open_rpc(devnet *d, ur_err *err)
{
    const ur_rpc_options options = {.ledger = d->ledger, .listen = d->listen, .accounts = d->accounts, .accounts_n = d->o.accounts,
                                    .words = d->o.words_file == NULL ? DEVNET_TEST_WORDS : NULL, .may_stop = !d->o.others};
    return ur_rpc_new(&d->rpc, &options, err);
}

/* ---- saying that it is ready ---- */

static ur_status ready_json(devnet *d, void *buf, size_t cap, ur_span *out)
{
    ur_writer w;
    ur_json_writer j;
    ur_ledger_status s;
    ur_ledger_status_of(d->ledger, &s);
    ur_writer_init(&w, buf, cap);
    ur_json_writer_init(&j, &w);
    ur_json_begin_object(&j);
    ur_json_key(&j, "accounts");
    ur_json_begin_array(&j);
    for (size_t i = 0; i < d->o.accounts; i++) {
        char text[UR_LEDGER_ADDRESS_TEXT_MAX];
        ur_ledger_address_text(d->ledger, text, &d->accounts[i]);
        ur_json_put_text(&j, text);
    }
    ur_json_end_array(&j);
    ur_json_key(&j, "chain_id");
    ur_json_put_text(&j, s.chain_id);
    ur_json_key(&j, "denom");
    ur_json_put_text(&j, s.denom);
    ur_json_key(&j, "height");
    ur_json_put_i64(&j, s.height);
    ur_json_key(&j, "pid");
    ur_json_put_i64(&j, getpid());
    ur_json_key(&j, "rpc");
    ur_json_put_text(&j, d->url);
    ur_json_end_object(&j);
    return ur_json_writer_end(&j, out);
}

static void say_to_people(devnet *d)
{
    ur_ledger_status s;
    ur_ledger_status_of(d->ledger, &s);
    (void)printf("%s at %s, height %" PRId64 "%s\n\n", s.chain_id, d->url, s.height, d->o.home == NULL ? ", in memory" : "");
    (void)printf("Test accounts, m/44'/118'/0'/0/N of the words %s:\n",
                 d->o.words_file == NULL ? "\"" DEVNET_TEST_WORDS "\" (known to everybody)" : "in the file given");
    for (size_t i = 0; i < d->o.accounts; i++) {
        char text[UR_LEDGER_ADDRESS_TEXT_MAX];
        ur_span amount;
        ur_ledger_address_text(d->ledger, text, &d->accounts[i]);
        if (ur_ledger_balance(d->ledger, &amount, &d->accounts[i], ur_span_str_var(s.denom), NULL) == UR_OK) {
            (void)printf("  %2zu  %s  %.*s %s\n", i, text, (int)amount.n, (const char *)amount.p, s.denom);
        }
    }
}

static ur_status say_ready(devnet *d, ur_err *err)
{
    char buf[READY_MAX];
    ur_span json;
    UR_TRY(ready_json(d, buf, sizeof buf, &json));
    if (d->o.ready_file != NULL) {
        UR_TRY(ur_err_in(err, ur_file_write(d->o.ready_file, json, UR_FILE_REPLACE, err), "--ready-file"));
    }
    if (d->o.json) {
        (void)printf("%.*s\n", (int)json.n, (const char *)json.p);
    } else {
        say_to_people(d);
    }
    return fflush(stdout) == 0 ? UR_OK : ur_err_set(err, UR_E_UNAVAILABLE, "standard output does not take the ready line");
}

/* ---- running ---- */

/* The address is taken first: a second devnet on one port is noticed before anything is written. */
static ur_status run(devnet *d, ur_err *err)
{
    UR_TRY(devnet_accounts(d->accounts, &d->o, err));
    UR_TRY(open_contract(d, err));
    UR_TRY(devnet_server_start(&d->server, d->o.address, d->o.port, err));
    (void)snprintf(d->url, sizeof d->url, "http://%s:%u", d->o.address, devnet_server_port(d->server));
    (void)snprintf(d->listen, sizeof d->listen, "tcp://%s:%u", d->o.address, devnet_server_port(d->server));
    UR_TRY(open_ledger(d, err));
    UR_TRY(open_rpc(d, err));
    UR_TRY(say_ready(d, err));
    return devnet_server_run(d->server, d->ledger, d->rpc, err);
}

static void clear(devnet *d)
{
    devnet_server_stop(&d->server);
    ur_rpc_free(&d->rpc);
    ur_ledger_close(&d->ledger);
    devnet_native_free(&d->native);
}

int main(int argc, char **argv)
{
    static devnet d;
    ur_err err = {0};
    ur_status st = ur_harden_process(&err);
    if (st == UR_OK) {
        st = devnet_options_parse(&d.o, argc, argv, &err);
    }
    if (st == UR_OK && d.o.help) {
        devnet_options_help();
        return fflush(stdout) == 0 ? 0 : ur_status_exit_code(UR_E_UNAVAILABLE);
    }
    if (st == UR_OK) {
        st = run(&d, &err);
        st = st == UR_E_ABSENT ? UR_E_USAGE : st; /* a file that was named and is not there */
        clear(&d);
    }
    if (st != UR_OK) {
        (void)fprintf(stderr, "unrug-devnet: %s\n", ur_err_text(&err, st));
    }
    return ur_status_exit_code(st);
}
