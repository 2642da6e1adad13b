/* tendermint-rs's bisection cases: the ledger view against one primary, and with witnesses, all of them made of the blocks that a
 * case lists.
 *
 * These files are of Tendermint 0.33: headers, sets and votes are hashed and signed in its amino encoding, which no chain of
 * today uses (checked for the first file: its header hash comes out with amino's leaves, not with protobuf's). So each block
 * is taken over as it stands (chain id, height, time, sets with their powers, who signed, who did not, every other field) and
 * then hashed and signed anew in CometBFT 0.38's encoding; what a case is about, who is trusted by whom and where sources
 * differ, stays. */
#include <dirent.h>

#include "lib/chain/view.h"
#include "tests/light/captured.h"
#include "tests/vectors/areas.h"
#include "tests/light/made.h"

enum { NAME_MAX_HERE = 1024, BLOCKS_MAX = 16 };

static unsigned cases[2], steps;

typedef struct listed {
    captured_block *blocks[BLOCKS_MAX];
    size_t n;
    unsigned commits;
} listed;

/* One block, translated. */
static captured_block *translate(ur_json v)
{
    captured_block *c = calloc(1, sizeof *c);
    assert_non_null(c);
    ur_light_block *b = &c->block;
    assert_ok(block_of(b, ur_json_get_var(v, "signed_header"), ur_json_get_var(ur_json_get_var(v, "validator_set"), "validators")));
    assert_ok(ur_comet_validators_append_var(&c->next, ur_json_get_var(ur_json_get_var(v, "next_validator_set"), "validators")));
    b->header.validators.n = b->header.next_validators.n = 32;
    ur_comet_validators_hash_var(b->header.validators.bytes, &b->validators);
    ur_comet_validators_hash_var(b->header.next_validators.bytes, &c->next);
    b->commit.block.hash.n = 32;
    ur_comet_header_hash_var(b->commit.block.hash.bytes, &b->header);
    for (size_t i = 0; i < b->commit.n && i < b->validators.n; i++) {
        made_entry(b, i, b->commit.sig[i].flag);
    }
    return c;
}

static const captured_block *block_at(const listed *l, int64_t height)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->blocks[i]->block.header.height == height) {
            return l->blocks[i];
        }
    }
    return NULL;
}

static ur_status ask(void *context, uint8_t **out, size_t *out_n, const char *method, ur_span params, size_t max,
                     unsigned timeout_ms, ur_err *err)
{
    listed *l = context;
    ur_json p;
    (void)max;
    (void)timeout_ms;
    *out = NULL;
    *out_n = 0;
    assert_ok(ur_json_parse_var(&p, params));
    int64_t height = i64_text_of(ur_json_get_var(p, "height"));
    bool commit = strcmp(method, "commit") == 0;
    const captured_block *here = block_at(l, height), *before = block_at(l, height - 1);
    if (here == NULL && (commit || before == NULL)) {
        return ur_err_set(err, UR_E_UNAVAILABLE, "not listed");
    }
    const ur_validators *set = here != NULL ? &here->block.validators : &before->next;
    l->commits += commit;
    const size_t cap = (size_t)1 << 17;
    ur_writer w;
    *out = malloc(cap);
    assert_non_null(*out);
    ur_writer_init(&w, *out, cap - 1);
    ur_writer_str(&w, "{\"result\":");
    if (commit) {
        made_commit_json(&w, &here->block);
    } else {
        made_validators_json(&w, height, set, 0, set->n);
    }
    ur_writer_str(&w, "}");
    assert_false(w.overflow);
    (*out)[w.n] = 0;
    *out_n = w.n;
    return UR_OK;
}

static ur_time now_is;
static uint64_t boot = 1;
static int64_t unix_ms(void *context)
{
    (void)context;
    return now_is.s * 1000 + now_is.ns / 1000000;
}
static uint64_t boot_ms(void *context)
{
    (void)context;
    return boot;
}
static void skip_time(void *context, unsigned ms)
{
    (void)context;
    boot += ms;
}

static void add(ur_view *view, listed *l, ur_json blocks, const char *name)
{
    ur_json_iter it;
    ur_json b;
    *l = (listed){0};
    assert_ok(ur_json_array_var(&it, blocks));
    while (ur_json_next_var(&it, &b)) {
        assert_true(l->n < BLOCKS_MAX);
        l->blocks[l->n++] = translate(b);
    }
    ur_chain_source s = {.context = l, .ask = ask};
    assert_ok(ur_view_add_source(view, &s, name, NULL));
}

/* The hash that the anchor's block has here; in the file it must be the one that the options name. */
static void anchor_hash(uint8_t out[32], int64_t height, ur_json named, ur_json blocks)
{
    ur_json_iter it;
    ur_json b;
    assert_ok(ur_json_array_var(&it, blocks));
    while (ur_json_next_var(&it, &b)) {
        ur_json head = ur_json_get_var(b, "signed_header");
        if (i64_text_of(ur_json_get_var(ur_json_get_var(head, "header"), "height")) == height) {
            ur_json id = ur_json_get_var(ur_json_get_var(head, "commit"), "block_id");
            captured_block *c = translate(b);
            memcpy(out, c->block.commit.block.hash.bytes, 32);
            free(c);
            assert_true(ur_json_is_var(named, text_of(ur_json_get_var(id, "hash"))));
        }
    }
}

static void one_case(const char *path)
{
    ur_span text = read_whole(path);
    ur_json file = parse_whole(text), options = ur_json_get_var(file, "trust_options"), level = ur_json_get_var(options, "trust_level"), w;
    ur_json primary = ur_json_get_var(file, "primary");
    listed sources[UR_VIEW_SOURCES_MAX];
    size_t n = 0;
    ur_trust *trust;
    ur_view *view;
    ur_anchor a = {.height = i64_text_of(ur_json_get_var(options, "height")),
                   .trusting_period_s = i64_text_of(ur_json_get_var(options, "period")) / 1000000000};
    ur_span id = text_of(ur_json_get_var(primary, "chain_id"));
    (void)snprintf(a.chain_id, sizeof a.chain_id, "%.*s", (int)id.n, (const char *)id.p);
    now_is = time_of(ur_json_get_var(file, "now"));
    const ur_clock clock = {NULL, unix_ms, boot_ms};
    ur_json witnesses = ur_json_get_var(file, "witnesses");
    ur_view_options o = {.ops = &made_ops, .clock = &clock, .sleep = skip_time, .witnesses = (unsigned)ur_json_count_var(witnesses),
                         .trust_num = (uint32_t)i64_text_of(ur_json_get_var(level, "numerator")),
                         .trust_den = (uint32_t)i64_text_of(ur_json_get_var(level, "denominator"))};
    assert_ok(ur_trust_open(&trust, ":memory:", NULL));
    anchor_hash(a.hash, a.height, ur_json_get_var(options, "hash"), ur_json_get_var(primary, "lite_blocks"));
    assert_ok(ur_trust_set_anchor(trust, &a, NULL));
    assert_ok(ur_view_new(&view, trust, &o, NULL));
    add(view, &sources[n++], ur_json_get_var(primary, "lite_blocks"), "primary");
    ur_json_iter it;
    if (ur_json_array_var(&it, witnesses) == UR_OK) {
        while (ur_json_next_var(&it, &w)) {
            add(view, &sources[n++], ur_json_get_var(ur_json_get_var(w, "value"), "lite_blocks"), "witness");
        }
    }
    ur_light_header h;
    ur_err err;
    ur_status st = ur_view_sync(view, &h, i64_text_of(ur_json_get_var(file, "height_to_verify")), 2000, &err);
    bool good = ur_json_is_var(ur_json_get_var(file, "expected_output"), UR_SPAN_LIT("no error"));
    if ((st == UR_OK) != good) {
        fail_msg("%s: %s", path, st == UR_OK ? "believed" : ur_err_text(&err, st));
    }
    print_message("%s: %s\n", strrchr(path, '/') + 1, st == UR_OK ? "believed" : ur_err_text(&err, st));
    cases[good]++;
    steps += sources[0].commits;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sources[i].n; k++) {
            free(sources[i].blocks[k]);
        }
    }
    ur_view_free(&view);
    ur_trust_close(&trust);
    free((void *)(uintptr_t)text.p);
}

static void every_case(void **state)
{
    (void)state;
    static const char *const folders[] = {"single_peer", "multi_peer"};
    for (size_t i = 0; i < 2; i++) {
        char path[NAME_MAX_HERE], name[2 * NAME_MAX_HERE];
        (void)snprintf(path, sizeof path, "%s/ledger/tendermint-rs/bisection/%s", vectors_folder(), folders[i]);
        DIR *d = opendir(path);
        if (d == NULL) {
            fail_msg("no vectors at %s", path);
        }
        for (struct dirent *e; (e = readdir(d)) != NULL;) {
            if (e->d_name[0] != '.') {
                (void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
                one_case(name);
            }
        }
        (void)closedir(d);
    }
    print_message("ledger: bisection cases %u with an error, %u without; %u headers asked of primaries\n", cases[0], cases[1], steps);
    assert_true(cases[0] > 0 && cases[1] > 0);
}

int main(void)
{
    if (vectors_skipped("ledger")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
