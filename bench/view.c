/* The ledger view in steady state: a heartbeat confirms the newest header and one record. What it takes in time, of which verifying the
 * commit is most, and what it takes of the network: questions, and the bytes of questions and answers without HTTP's own. */
#include "bench/bench.h"
#include "lib/chain/view.h"
#include "lib/suite/ed25519.h"
#include "lib/suite/light.h"
#include "tests/light/made.h"

enum { HEIGHTS = 40, VALIDATORS_MAX = 150, RECORDS = 5, TEXT_MAX = 1 << 18 };

static const char chain_id[] = "bench-1";
static const made_record store[RECORDS] = {{"key 0", "a"}, {"key 1", "b"}, {"key 2", "c"}, {"key 3", "d"}, {"key 4", "e"}};

typedef struct chain {
    ur_validators set;
    ur_light_block blocks[HEIGHTS + 1];
    uint8_t app[32], proof_in_store[1 << 12], proof_of_store[1 << 10];
    size_t in_store_n, of_store_n;
    /* as a node */
    int64_t top;
    unsigned questions;
    size_t bytes;
} chain;

static uint8_t seeds[VALIDATORS_MAX][32]; /* of the validators, in the set's order */

static void make_set(ur_validators *set, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ur_validator v = {.power = (int64_t)(1000000 - i)}; /* falling, as a set's order demands */
        uint8_t sig[64];
        memset(seeds[i], 0x42, 32);
        seeds[i][0] = (uint8_t)i;
        bench_must(ur_ed25519_sign(sig, v.key, seeds[i], (ur_span){0}) == UR_OK, "key");
        ur_comet_address_var(v.address, v.key);
        set->v[set->n++] = v;
        set->total_power += v.power;
    }
}

static void sign_block(ur_light_block *b)
{
    for (size_t i = 0; i < b->commit.n; i++) {
        uint8_t message[UR_COMET_SIGN_BYTES_MAX];
        ur_comet_sig *s = &b->commit.sig[i];
        size_t n = ur_comet_sign_bytes_var(message, ur_span_of(b->header.chain_id, b->header.chain_id_n), b->commit.height, 0,
                                           &b->commit.block, s->time);
        bench_must(ur_ed25519_sign(s->sig, NULL, seeds[i], ur_span_of(message, n)) == UR_OK, "sign");
    }
}

static void make(chain *c, size_t validators)
{
    uint8_t root[32];
    ur_writer w;
    memset(c, 0, sizeof *c);
    make_set(&c->set, validators);
    ur_writer_init(&w, c->proof_in_store, sizeof c->proof_in_store);
    (void)made_store_proof(&w, store, RECORDS, UR_SPAN_LIT("key 2"));
    c->in_store_n = w.n;
    made_tree(root, store, 0, RECORDS, RECORDS, NULL);
    ur_writer_init(&w, c->proof_of_store, sizeof c->proof_of_store);
    made_app(c->app, &w, root);
    c->of_store_n = w.n;
    for (size_t h = 1; h <= HEIGHTS; h++) {
        made_block(&c->blocks[h], chain_id, (int64_t)h, (ur_time){1000 + 6 * (int64_t)h, 7}, &c->set, &c->set, c->app);
        sign_block(&c->blocks[h]);
    }
}

static void put_record(const chain *c, ur_writer *w, int64_t height)
{
    ur_writer_str(w, "{\"response\":{\"code\":0,\"key\":\"");
    ur_base64_write(w, UR_SPAN_LIT("key 2"), UR_BASE64);
    ur_writer_str(w, "\",\"value\":\"");
    ur_base64_write(w, UR_SPAN_LIT("c"), UR_BASE64);
    ur_writer_str(w, "\",\"proofOps\":{\"ops\":[{\"type\":\"ics23:iavl\",\"data\":\"");
    ur_base64_write(w, ur_span_of(c->proof_in_store, c->in_store_n), UR_BASE64);
    ur_writer_str(w, "\"},{\"type\":\"ics23:simple\",\"data\":\"");
    ur_base64_write(w, ur_span_of(c->proof_of_store, c->of_store_n), UR_BASE64);
    ur_writer_str(w, "\"}]},\"height\":\"");
    ur_writer_dec(w, (uint64_t)height);
    ur_writer_str(w, "\"}}");
}

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max, unsigned timeout_ms,
                     ur_err *err)
{
    chain *c = context;
    ur_json p = {{NULL, 0}};
    ur_writer w;
    int64_t height;
    (void)max;
    (void)timeout_ms;
    (void)err;
    *out = malloc(TEXT_MAX + 1);
    bench_must(*out != NULL && ur_json_parse_var(&p, params) == UR_OK, "a question");
    ur_writer_init(&w, *out, TEXT_MAX);
    ur_writer_str(&w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");
    if (ur_json_i64_text_var(&height, ur_json_get_var(p, "height")) != UR_OK) {
        height = c->top;
    }
    if (strcmp(method, "commit") == 0) {
        made_commit_json(&w, &c->blocks[height]);
    } else if (strcmp(method, "validators") == 0) {
        size_t page = 1 + (ur_json_is_var(ur_json_get_var(p, "page"), UR_SPAN_LIT("2")) ? 1 : 0), end = page * 100;
        made_validators_json(&w, height, &c->set, end - 100, end < c->set.n ? end : c->set.n);
    } else {
        put_record(c, &w, height);
    }
    ur_writer_str(&w, "}");
    bench_must(!w.overflow, "an answer's room");
    (*out)[w.n] = 0;
    *out_n = w.n;
    c->questions++;
    c->bytes += w.n + params.n + strlen(method) + sizeof "{'id':1,'jsonrpc':'2.0','method':'','params':}" - 1;
    return UR_OK;
}

static int64_t unix_ms(void *context)
{
    (void)context;
    return (1000 + 6 * (HEIGHTS + 1)) * 1000;
}

static uint64_t boot_ms(void *context)
{
    (void)context;
    return 1;
}

static const ur_clock still = {NULL, unix_ms, boot_ms};

static void beat(chain *c, ur_view *view)
{
    const ur_span key = UR_SPAN_LIT("key 2");
    ur_view_records r;
    bench_must(ur_view_get(view, &r, UR_SPAN_LIT("wasm"), &key, 1, 0, 0, NULL) == UR_OK && r.header.height == c->top && r.record[0].present,
               "a heartbeat");
    ur_view_records_free(&r);
}

/* A store and a view from the anchor at height 1, a first look, then a heartbeat a height. */
static void beats(void *ctx)
{
    chain *c = ctx;
    ur_trust *trust = NULL;
    ur_view *view = NULL;
    ur_chain_source s = {.context = c, .ask = ask};
    ur_view_options o = {.clock = &still};
    ur_anchor a = {.height = 1, .trusting_period_s = 86400};
    memcpy(a.chain_id, chain_id, sizeof chain_id);
    memcpy(a.hash, c->blocks[1].commit.block.hash.bytes, 32);
    bench_must(ur_trust_open(&trust, ":memory:", NULL) == UR_OK && ur_trust_set_anchor(trust, &a, NULL) == UR_OK &&
                   ur_view_new(&view, trust, &o, NULL) == UR_OK && ur_view_add_source(view, &s, "a node", NULL) == UR_OK, "a view");
    c->top = 2;
    beat(c, view);
    c->questions = 0;
    c->bytes = 0;
    while (c->top < HEIGHTS) {
        c->top++;
        beat(c, view);
    }
    ur_view_free(&view);
    ur_trust_close(&trust);
}

/* What of it is verifying signatures. */
static void commits(void *ctx)
{
    const chain *c = ctx;
    ur_light_rules rules;
    ur_light_header trusted = {.height = 2, .time = c->blocks[2].header.time}, next;
    ur_light_reason why;
    bench_must(ur_light_rules_init_var(&rules, ur_span_str_var(chain_id), 86400) == UR_OK, "rules");
    memcpy(trusted.next_validators, c->blocks[2].header.next_validators.bytes, 32);
    for (size_t h = 3; h <= HEIGHTS; h++) {
        bench_must(ur_light_verify_var(&next, &why, &rules, ur_suite_light_ops(), &trusted, &c->set, &c->blocks[h], (ur_time){1300, 0}) == UR_OK,
                   "a commit");
        trusted = next;
    }
}

void bench_view(void)
{
    static chain c;
    static const struct {
        const char *what;
        size_t validators;
    } rows[] = {{"view/heartbeat, 4 validators", 4}, {"view/heartbeat, 150 validators", VALIDATORS_MAX}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char note[64];
        if (!bench_wanted(rows[i].what)) {
            continue;
        }
        make(&c, rows[i].validators);
        beats(&c);
        (void)snprintf(note, sizeof note, "%.1f questions, %zu bytes", c.questions / (double)(HEIGHTS - 2), c.bytes / (HEIGHTS - 2));
        bench_row(&(bench_row_spec){.what = rows[i].what, .ours = beats, .ctx = &c, .ours_ops = HEIGHTS - 2, .reference_name = "verifying its commit",
                                    .reference = commits, .reference_ops = HEIGHTS - 2, .goal = BENCH_REPORT, .note = note});
    }
}
