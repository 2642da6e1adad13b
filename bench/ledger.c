/* The embedded ledger's heartbeats, durable and with signatures checked, with its trees and without. The contract is a stand-in that does
 * what a heartbeat costs: one record of 128 bytes read and written, one signature verified, one event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "lib/cosmos/address.h"
#include "lib/ledger/ledger.h"
#include "lib/suite/ed25519.h"
#include "tests/ledger/made_tx.h"

enum { VAULTS = 10000, BATCH = 64, SIGNED = 8192, TX_ROOM = 640, RECORD = 128, FILL = 10000, KEPT = 100 };
#define CHAIN "dev-bench-1"

static const char wasm[] = "\0asm\1\0\0\0bench";

static struct {
    ur_secp_secret secret;
    ur_secp_pub pub;
    ur_secp_secret filler_secret; /* of the one who makes the vaults */
    ur_ledger_coins account[2];
    char sender[UR_ADDRESS_TEXT_MAX], filler[UR_ADDRESS_TEXT_MAX], contract[UR_ADDRESS_TEXT_MAX];
    uint8_t hash[32], sig[64];
    uint8_t *txs;
    size_t tx_n[SIGNED];
    ur_ledger_genesis genesis;
} b;

typedef struct side {
    char path[96]; /* "": in memory */
    bool without_tree;
    uint64_t vaults;
    ur_ledger_vm vm;
    ur_ledger *ledger;
    size_t next, batch;
} side;

/* ---- the stand-in ---- */

static void key_of(uint8_t key[9], uint64_t vault)
{
    key[0] = 'V';
    for (size_t i = 0; i < 8; i++) {
        key[1 + i] = (uint8_t)(vault >> (8 * (7 - i)));
    }
}

static ur_status fill(const side *s, const ur_ledger_host *host, uint64_t from)
{
    for (uint64_t v = from; v < s->vaults && v < from + FILL; v++) {
        uint8_t key[9], record[RECORD] = {1};
        key_of(key, v);
        UR_TRY(host->put(host->self, ur_span_of(key, sizeof key), ur_span_of(record, sizeof record)));
    }
    return UR_OK;
}

static ur_status heartbeat(const ur_ledger_host *host, uint64_t vault)
{
    uint8_t key[9], record[RECORD];
    ur_span old;
    key_of(key, vault);
    UR_TRY(host->get(host->self, ur_span_of(key, sizeof key), &old));
    UR_TRY(ur_secp_verify_var(&b.pub, b.hash, b.sig));
    memcpy(record, old.p, sizeof record);
    for (size_t i = 16; i-- > 8 && ++record[i] == 0;) { /* a sequence */
    }
    return host->put(host->self, ur_span_of(key, sizeof key), ur_span_of(record, sizeof record));
}

/* {"heartbeat":{"vault":N}} {"fill":{"from":N}} */
static ur_status run(const side *s, const ur_ledger_host *host, ur_span msg)
{
    ur_json v;
    uint64_t n;
    UR_TRY(ur_json_parse_var(&v, msg));
    if (ur_json_u64_var(&n, ur_json_get_var(ur_json_get_var(v, "fill"), "from")) == UR_OK) {
        return fill(s, host, n);
    }
    UR_TRY(ur_json_u64_var(&n, ur_json_get_var(ur_json_get_var(v, "heartbeat"), "vault")));
    return heartbeat(host, n % s->vaults);
}

static ur_status call(void *self, ur_ledger_entry entry, const ur_ledger_host *host, ur_span env, ur_span info, ur_span msg, ur_ledger_reply *reply)
{
    (void)env;
    (void)info;
    reply->json = UR_SPAN_LIT("{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[{\"type\":\"heartbeat\",\"attributes\":[{\"key\":\"vault\",\"value\":\"1\"},"
                              "{\"key\":\"epoch\",\"value\":\"1\"},{\"key\":\"sequence\",\"value\":\"12\"},{\"key\":\"version\",\"value\":\"3\"}]}],\"data\":null}}");
    reply->gas = 1000;
    return entry == UR_LEDGER_INSTANTIATE ? UR_OK : run(self, host, msg);
}

/* ---- transactions ---- */

static ur_span sign(uint8_t *out, size_t room, const ur_msg *m, uint64_t account, uint64_t sequence)
{
    uint8_t body[1280];
    ur_writer bw, w;
    ur_writer_init(&bw, body, sizeof body);
    ur_writer_init(&w, out, room);
    bench_must(made_tx_body(&bw, m, 1, "", 0), "transaction");
    const made_tx t = {.secret = account == 0 ? &b.secret : &b.filler_secret, .chain_id = UR_SPAN_LIT(CHAIN),
                       .body = ur_span_of(body, bw.n), .account = account, .sequence = sequence,
                       .gas = (uint64_t)INT64_MAX / 2, .fee = UR_SPAN_LIT("5000"), .denom = UR_SPAN_LIT("ustake")};
    bench_must(made_tx_write(&w, &t), "transaction");
    return ur_span_of(out, w.n);
}

/* The heartbeats that follow the deployment, signed beforehand. */
static void sign_all(void)
{
    b.txs = calloc(SIGNED, TX_ROOM);
    bench_must(b.txs != NULL, "memory");
    for (size_t i = 0; i < SIGNED; i++) {
        char msg[192];
        uint64_t vault = i * 2654435761u % 100000007u; /* spread over however many there are */
        (void)snprintf(msg, sizeof msg, "{\"heartbeat\":{\"vault\":%llu,\"epoch\":1,\"sequence\":12,\"seen_height\":100,\"version\":3,\"signature\":\"%064d\"}}",
                       (unsigned long long)vault, 0);
        const ur_msg m = {.kind = UR_MSG_EXECUTE, .u.execute = {.sender = ur_span_str_var(b.sender), .contract = ur_span_str_var(b.contract), .msg = ur_span_str_var(msg)}};
        b.tx_n[i] = sign(b.txs + i * TX_ROOM, TX_ROOM, &m, 0, 2 + i).n;
    }
}

static void make_account(size_t i, ur_secp_secret *secret, char text[UR_ADDRESS_TEXT_MAX])
{
    uint8_t bytes[32] = {[31] = (uint8_t)(i + 1)};
    ur_secp_pub pub;
    ur_address a;
    bench_must(ur_secp_secret_parse(secret, bytes) == UR_OK, "key");
    ur_secp_pub_of(&pub, secret);
    bench_must(ur_address_of_key(&a, &pub) == UR_OK && ur_address_text(text, UR_SPAN_LIT("wasm"), &a) == UR_OK, "address");
    b.account[i].address.n = (uint8_t)a.n;
    memcpy(b.account[i].address.bytes, a.b, a.n);
    b.account[i].amount = (uint64_t)1 << 60;
}

static void prepare(void)
{
    ur_address a;
    make_account(0, &b.secret, b.sender);
    make_account(1, &b.filler_secret, b.filler);
    ur_secp_pub_of(&b.pub, &b.secret);
    ur_address_of_contract(&a, 1, 1);
    bench_must(ur_address_text(b.contract, UR_SPAN_LIT("wasm"), &a) == UR_OK, "address");
    bench_fill(b.hash, sizeof b.hash);
    ur_secp_sign(b.sig, &b.secret, b.hash);
    b.genesis = (ur_ledger_genesis){.chain_id = CHAIN, .prefix = "wasm", .denom = "ustake", .validator_seed = {7}, .accounts = 2, .account = b.account};
    sign_all();
}

/* ---- the ledgers ---- */

static void submit(side *s, ur_span tx)
{
    ur_ledger_result r;
    uint8_t hash[32];
    bench_must(ur_ledger_submit(s->ledger, &r, hash, tx, NULL) == UR_OK && r.code == 0, "submit");
}

static void remove_files(const side *s)
{
    static const char *const ends[] = {"", "-wal"};
    for (size_t i = 0; s->path[0] != '\0' && i < 2; i++) {
        char name[112];
        (void)snprintf(name, sizeof name, "%s%s", s->path, ends[i]);
        (void)unlink(name);
    }
}

static void settle(side *s) { bench_must(ur_ledger_settle(s->ledger, NULL) == UR_OK, "settle"); }

static void make_vaults(side *s)
{
    for (uint64_t from = 0, i = 0; from < s->vaults; from += FILL, i++) {
        uint8_t tx[2048];
        char msg[64];
        (void)snprintf(msg, sizeof msg, "{\"fill\":{\"from\":%llu}}", (unsigned long long)from);
        const ur_msg m = {.kind = UR_MSG_EXECUTE,
                          .u.execute = {.sender = ur_span_str_var(b.filler), .contract = ur_span_str_var(b.contract), .msg = ur_span_str_var(msg)}};
        submit(s, sign(tx, sizeof tx, &m, 1, i));
        settle(s);
    }
}

static void begin(side *s)
{
    uint8_t tx[4096];
    const ur_msg store = {.kind = UR_MSG_STORE_CODE, .u.store_code = {.sender = ur_span_str_var(b.sender), .wasm = ur_span_of(wasm, sizeof wasm)}};
    const ur_msg make = {.kind = UR_MSG_INSTANTIATE,
                         .u.instantiate = {.sender = ur_span_str_var(b.sender), .code_id = 1, .label = UR_SPAN_LIT("bench"), .msg = UR_SPAN_LIT("{}")}};
    s->vm = (ur_ledger_vm){.self = s, .call = call, .checksums = 1};
    ur_sha256_of(s->vm.checksum[0], ur_span_of(wasm, sizeof wasm));
    const ur_ledger_options o = {.path = s->path[0] == '\0' ? NULL : s->path, .genesis = &b.genesis, .vm = &s->vm, .without_tree = s->without_tree,
                                 .keep_states = KEPT};
    ur_ledger_close(&s->ledger);
    remove_files(s);
    bench_must(ur_ledger_open(&s->ledger, &o, NULL) == UR_OK, "open");
    submit(s, sign(tx, sizeof tx, &store, 0, 0));
    submit(s, sign(tx, sizeof tx, &make, 0, 1));
    settle(s);
    make_vaults(s);
    s->next = 0;
}

static void beat(side *s)
{
    if (s->next + s->batch > SIGNED) {
        begin(s);
    }
    for (size_t i = 0; i < s->batch; i++, s->next++) {
        submit(s, ur_span_of(b.txs + s->next * TX_ROOM, b.tx_n[s->next]));
    }
    settle(s);
}

/* Two ledgers that differ in one thing. */
typedef struct pair {
    side ours, reference;
} pair;

static void beat_ours(void *ctx) { beat(&((pair *)ctx)->ours); }
static void beat_reference(void *ctx) { beat(&((pair *)ctx)->reference); }

static void row(const char *what, pair *p, bool file, const char *reference, bench_goal goal, double target)
{
    side *sides[2] = {&p->ours, &p->reference};
    if (!bench_wanted(what)) {
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        if (file) {
            (void)snprintf(sides[i]->path, sizeof sides[i]->path, "/var/tmp/unrug-bench-%ld-%zu", (long)getpid(), i);
        }
        begin(sides[i]);
    }
    bench_row(&(bench_row_spec){.what = what, .ours = beat_ours, .ctx = p, .reference_name = reference, .reference = beat_reference, .goal = goal,
                                .target = target, .ours_ops = p->ours.batch, .reference_ops = p->reference.batch});
    for (size_t i = 0; i < 2; i++) {
        ur_ledger_close(&sides[i]->ledger);
        remove_files(sides[i]);
    }
}

static void row_of_trees(const char *what, size_t batch, bool file)
{
    pair p = {.ours = {.batch = batch, .vaults = VAULTS}, .reference = {.batch = batch, .vaults = VAULTS, .without_tree = true}};
    row(what, &p, file, "the same ledger without trees", BENCH_AT_MOST, 1 / 0.7);
}

static void row_of_vaults(const char *what, uint64_t vaults, bool without_tree)
{
    pair p = {.ours = {.batch = BATCH, .vaults = vaults, .without_tree = without_tree}, .reference = {.batch = BATCH, .vaults = 100, .without_tree = without_tree}};
    row(what, &p, true, without_tree ? "100 vaults, without trees" : "100 vaults", BENCH_AT_MOST, 1.05);
}

/* ---- starting and warping ---- */

static void start_anew(void *ctx)
{
    side *s = ctx;
    const ur_ledger_options o = {.path = s->path, .genesis = &b.genesis, .vm = &s->vm};
    bench_must(ur_ledger_open(&s->ledger, &o, NULL) == UR_OK, "open");
    ur_ledger_close(&s->ledger);
    remove_files(s);
}

enum { WARPED = 2000 };
static void warp(void *ctx) { bench_must(ur_ledger_warp(((side *)ctx)->ledger, WARPED * 5, WARPED, NULL) == UR_OK, "warp"); }

/* One block's bare work: a signature of its validator. */
static void sign_blocks(void *ctx)
{
    uint8_t sig[UR_ED25519_SIG_BYTES], message[120] = {1};
    ur_ed25519_signer *signer;
    (void)ctx;
    bench_must(ur_ed25519_signer_new(&signer, b.genesis.validator_seed) == UR_OK, "signer");
    for (size_t i = 0; i < WARPED; i++) {
        bench_must(ur_ed25519_signer_sign(signer, sig, ur_span_of(message, sizeof message)) == UR_OK, "sign");
    }
    ur_ed25519_signer_free(&signer);
}

static void rows_of_blocks(void)
{
    side s = {.batch = 1, .vaults = 1};
    (void)snprintf(s.path, sizeof s.path, "/var/tmp/unrug-bench-%ld-start", (long)getpid());
    bench_time("ledger/start", start_anew, &s);
    s.path[0] = '\0';
    if (bench_wanted("ledger/warp-block")) {
        begin(&s);
        bench_row(&(bench_row_spec){.what = "ledger/warp-block", .ours = warp, .ctx = &s, .reference_name = "an Ed25519 signature", .reference = sign_blocks,
                                    .ours_ops = WARPED, .reference_ops = WARPED});
        ur_ledger_close(&s.ledger);
    }
}

void bench_ledger(void)
{
    prepare();
    rows_of_blocks();
    row_of_trees("ledger/heartbeat-batch-memory", BATCH, false);
    row_of_trees("ledger/heartbeat-batch", BATCH, true);
    row_of_trees("ledger/heartbeat-alone", 1, true);
    row_of_vaults("ledger/vaults-10k", 10000, false);
    if (!bench_is_trial()) { /* making a million takes a while */
        row_of_vaults("ledger/vaults-1M", 1000000, false);
        row_of_vaults("ledger/vaults-1M-no-trees", 1000000, true);
    }
    free(b.txs);
}
