#include "tests/unit/chain/view_kit.h"

static void an_honest_node(void **state)
{
    (void)state;
    world w = {.chain = made_chain_new("made-1")};
    made_clock_init(&w.clock, 100000 + 10 * NODE_HEIGHTS);
    open_trust(&w, false);
    open_view(&w, 0);
    made_node node = honest(w.chain, 20);
    add(&w, &node, "one");
    ur_light_header h;
    ur_view_records r;
    ur_err err;
    assert_ok(ur_view_sync(w.view, &h, 2, 1000, &err)); /* the anchor itself */
    assert_ok(ur_view_sync(w.view, &h, 20, 1000, &err));
    assert_memory_equal(h.hash, w.chain->blocks[20].commit.block.hash.bytes, 32);
    unsigned asked = node.asked;
    assert_ok(ur_view_sync(w.view, &h, 20, 1000, &err)); /* known: nobody is asked */
    assert_int_equal(node.asked, asked);
    for (int64_t under = 2; under <= 20; under++) {
        ur_status st = get(w.view, &r, under, 1000, &err);
        if (st != UR_OK) {
            fail_msg("%s", ur_err_text(&err, st));
        }
        assert_int_equal(r.header.height, under);
        assert_true_records(w.chain, &r, key_names, 6);
        ur_view_records_free(&r);
    }
    asked = node.asked;
    assert_ok(get(w.view, &r, 20, 1000, &err)); /* from the cache */
    assert_int_equal(node.asked, asked);
    ur_view_records_free(&r);
    assert_status(ur_view_sync(w.view, &h, 21, 3000, &err), UR_E_UNAVAILABLE); /* not there yet */
    assert_int_equal(h.height, 0);
    node.top = NODE_HEIGHTS; /* after a long time away: far more than trust reaches at once */
    assert_ok(get(w.view, &r, 0, 100000, &err));
    assert_int_equal(r.header.height, NODE_HEIGHTS);
    assert_true_records(w.chain, &r, key_names, 6);
    ur_view_records_free(&r);
    assert_status(ur_view_sync(w.view, &h, 1, 1000, &err), UR_E_USAGE); /* below the anchor */
    /* opened again: what was believed is still there, without asking */
    ur_view_free(&w.view);
    ur_trust_close(&w.trust);
    assert_ok(ur_trust_open(&w.trust, w.path, NULL));
    open_view(&w, 0);
    assert_ok(ur_view_sync(w.view, &h, NODE_HEIGHTS, 0, &err));
    assert_memory_equal(h.hash, w.chain->blocks[NODE_HEIGHTS].commit.block.hash.bytes, 32);
    close_world(&w);
    free(w.chain);
}

/* While validators stay the same, one more header and one record take two questions, whether the header is the next or not. */
static void what_a_heartbeat_costs(void **state)
{
    (void)state;
    made_chain *rotating = made_chain_new("made-1");
    world w = {.chain = made_lunatic_new(rotating, 4, 9, 0)}; /* from 4 on always the same validators */
    made_clock_init(&w.clock, 100500);
    open_trust(&w, true);
    open_view(&w, 0);
    made_node node = honest(w.chain, 6);
    add(&w, &node, "one");
    const ur_span key = UR_SPAN_LIT("key 0");
    ur_view_records r;
    ur_err err;
    assert_ok(ur_view_get(w.view, &r, UR_SPAN_LIT("wasm"), &key, 1, 0, 1000, &err));
    ur_view_records_free(&r);
    for (size_t step = 1; node.top + step <= 40; step += node.top % 2) {
        unsigned before = node.asked;
        node.top += step;
        assert_ok(ur_view_get(w.view, &r, UR_SPAN_LIT("wasm"), &key, 1, 0, 1000, &err));
        assert_int_equal(r.header.height, node.top);
        assert_int_equal(node.asked - before, 2);
        ur_view_records_free(&r);
    }
    close_world(&w);
    free(w.chain);
    free(rotating);
}

static void too_old_to_go_on(void **state)
{
    (void)state;
    world w = {.chain = made_chain_new("made-1")};
    made_clock_init(&w.clock, 100000 + 20 + DAYS_14 - 1);
    open_trust(&w, true);
    open_view(&w, 0);
    made_node node = honest(w.chain, 20);
    add(&w, &node, "one");
    ur_light_header h;
    ur_err err;
    assert_ok(ur_view_sync(w.view, &h, 10, 1000, &err));
    w.clock.unix_ms += 200 * 1000;
    assert_status(ur_view_sync(w.view, &h, 12, 1000, &err), UR_E_STATE);
    assert_non_null(strstr(err.text, "unrug light init --renew"));
    ur_anchor a = {.chain_id = "made-1", .height = 9, .trusting_period_s = DAYS_14};
    assert_status(ur_trust_renew_anchor(w.trust, &a, &err), UR_E_STATE); /* never back */
    a.height = 18;
    memcpy(a.hash, w.chain->blocks[18].commit.block.hash.bytes, 32);
    assert_ok(ur_trust_renew_anchor(w.trust, &a, &err));
    ur_view_free(&w.view);
    open_view(&w, 0);
    add(&w, &node, "one");
    w.clock.unix_ms -= 190 * 1000;
    assert_ok(ur_view_sync(w.view, &h, 20, 1000, &err));
    assert_int_equal(h.height, 20);
    close_world(&w);
    free(w.chain);
}

/* A wrong anchor is noticed whoever is asked. */
static void a_wrong_anchor(void **state)
{
    (void)state;
    world w = {.chain = made_chain_new("made-1")};
    made_clock_init(&w.clock, 100400);
    assert_ok(ur_trust_open(&w.trust, ":memory:", NULL));
    ur_anchor a = {.chain_id = "made-1", .height = 2, .hash = {1}, .trusting_period_s = DAYS_14};
    assert_ok(ur_trust_set_anchor(w.trust, &a, NULL));
    open_view(&w, 0);
    made_node node = honest(w.chain, 20);
    add(&w, &node, "one");
    ur_light_header h;
    ur_err err;
    assert_status(ur_view_sync(w.view, &h, 10, 1000, &err), UR_E_UNAVAILABLE);
    assert_non_null(strstr(err.text, "another hash than the anchor"));
    close_world(&w);
    free(w.chain);
}

/* Clocks: a header from the future is no use, except on chains that are for development. */
static void clocks(void **state)
{
    (void)state;
    for (int dev = 0; dev < 2; dev++) {
        world w = {.chain = made_chain_new(dev ? "dev-1" : "made-1")};
        made_clock_init(&w.clock, 100021);
        assert_ok(ur_trust_open(&w.trust, ":memory:", NULL));
        ur_anchor a = {.height = 2, .trusting_period_s = DAYS_14};
        (void)snprintf(a.chain_id, sizeof a.chain_id, dev ? "dev-1" : "made-1");
        memcpy(a.hash, w.chain->blocks[2].commit.block.hash.bytes, 32);
        assert_ok(ur_trust_set_anchor(w.trust, &a, NULL));
        open_view(&w, 0);
        made_node node = honest(w.chain, NODE_HEIGHTS);
        add(&w, &node, "one");
        ur_light_header h;
        ur_err err;
        assert_status(ur_view_sync(w.view, &h, NODE_HEIGHTS, 1000, &err), dev ? UR_OK : UR_E_UNAVAILABLE);
        assert_true(dev || strstr(err.text, "ahead of the clock") != NULL);
        close_world(&w);
        free(w.chain);
    }
}

/* Waiting for a block is no failure of the node: when it comes, however long that took, it is noticed within a second, and the node
 * can be asked for other things meanwhile. */
typedef struct slow_chain {
    made_clock *clock;
    made_node *node;
    int64_t next_unix_ms;
} slow_chain;

static void sleep_until_a_block(void *context, unsigned ms)
{
    slow_chain *s = context;
    made_sleep(s->clock, ms);
    s->node->top += s->clock->unix_ms >= s->next_unix_ms && s->node->top < 21;
}

static void waiting_for_a_block(void **state)
{
    (void)state;
    world w = {.chain = made_chain_new("made-1")};
    made_clock_init(&w.clock, 100200);
    open_trust(&w, true);
    made_node node = honest(w.chain, 20);
    slow_chain slow = {&w.clock, &node, w.clock.unix_ms + 300000};
    ur_view_options o = {.ops = &made_ops, .clock = &w.clock.clock, .sleep = sleep_until_a_block, .context = &slow};
    assert_ok(ur_view_new(&w.view, w.trust, &o, NULL));
    add(&w, &node, "one");
    ur_light_header h;
    ur_err err;
    assert_status(ur_view_sync(w.view, &h, 21, 100000, &err), UR_E_UNAVAILABLE);
    assert_non_null(strstr(err.text, "has height 20, and not 21 yet"));
    assert_ok(ur_view_sync(w.view, &h, 0, 0, &err));
    assert_int_equal(h.height, 20);
    assert_ok(ur_view_sync(w.view, &h, 21, 400000, &err));
    assert_true(w.clock.unix_ms < slow.next_unix_ms + 1000);
    close_world(&w);
    free(w.chain);
}

/* A fork that more than a third (or everybody) signed: with an honest witness it is noticed, kept, and nothing is believed any
 * more, also by the next process. Signed by a third or less, it is only a source that lies. */
static void forks(void **state)
{
    (void)state;
    made_chain *chain = made_chain_new("made-1");
    for (size_t signers = 0; signers <= 9; signers++) {
        for (int order = 0; order < 2; order++) {
            world w = {.chain = chain};
            made_chain *fork = made_fork_new(chain, 12, signers);
            made_clock_init(&w.clock, 100500);
            open_trust(&w, true);
            open_view(&w, 1);
            made_node good = honest(chain, 30), evil = honest(fork, 30);
            add(&w, order ? &good : &evil, "first");
            add(&w, order ? &evil : &good, "second");
            ur_light_header h;
            ur_view_records r;
            ur_err err;
            ur_status st = ur_view_sync(w.view, &h, 30, 20000, &err);
            if (signers >= 7) { /* it verifies: more than two thirds of the fork's own sets */
                assert_status(st, UR_E_POLICY);
                assert_status(get(w.view, &r, 5, 1000, &err), UR_E_POLICY);
                ur_view_free(&w.view);
                ur_view_options o = {.ops = &made_ops, .clock = &w.clock.clock};
                assert_status(ur_view_new(&w.view, w.trust, &o, &err), UR_E_POLICY);
                int64_t headers, evidence;
                assert_ok(ur_trust_count(w.trust, &headers, &evidence, NULL));
                assert_true(evidence >= 1);
            } else { /* the only other source lies, so there is no witness; never the forged one */
                assert_status(st, UR_E_UNAVAILABLE);
                ur_view_source_state s;
                ur_view_source_state_of(w.view, order ? 1 : 0, &s);
                assert_true(s.lied);
                made_node third = honest(chain, 30);
                add(&w, &third, "third");
                w.clock.boot_ms += 100000;
                assert_ok(ur_view_sync(w.view, &h, 30, 20000, &err));
                assert_memory_equal(h.hash, chain->blocks[30].commit.block.hash.bytes, 32);
            }
            close_world(&w);
            free(fork);
        }
    }
    free(chain);
}

/* Thousands of seeded runs against sources that do everything wrong they can, alone or beside an honest one. Whatever the view
 * returns is true; with an honest source beside them it does return something. */
static void hostile_sources(void **state)
{
    (void)state;
    enum { RUNS = 3000 };
    made_chain *chain = made_chain_new("made-1");
    made_chain *weak = made_fork_new(chain, 9, 3); /* a third, not more */
    test_rng rng = test_rng_start("hostile sources");
    unsigned good = 0, none = 0;
    for (int run = 0; run < RUNS; run++) {
        world w = {.chain = chain};
        made_clock_init(&w.clock, 100000 + 10 * NODE_HEIGHTS);
        open_trust(&w, true);
        open_view(&w, 0);
        made_node nodes[3];
        bool with_honest = run % 3 == 0;
        for (size_t i = 0; i < 3; i++) {
            nodes[i] = (made_node){.chain = test_rng_below(&rng, 3) == 0 ? weak : chain, .top = 20 + test_rng_below(&rng, 28),
                                   .rng = {test_rng_u64(&rng)}, .fault_percent = (unsigned)(10 + test_rng_below(&rng, 80)),
                                   .only = (node_fault)test_rng_below(&rng, NODE_FAULTS)};
            if (with_honest && i == 2) {
                nodes[i] = honest(chain, NODE_HEIGHTS);
            }
            add(&w, &nodes[i], i == 0 ? "a" : i == 1 ? "b" : "c");
        }
        int64_t last = 0;
        for (int step = 0; step < 4; step++) {
            ur_view_records r;
            ur_err err;
            int64_t under = step % 2 == 0 ? 0 : (int64_t)(2 + test_rng_below(&rng, 19));
            ur_status st = get(w.view, &r, under, 4000, &err);
            if (st == UR_OK) {
                assert_true_records(chain, &r, key_names, 6);
                assert_true(under == 0 || r.header.height == under);
                assert_true(under != 0 || r.header.height >= last); /* never back */
                last = under == 0 ? r.header.height : last;
                good++;
            } else {
                assert_int_equal(r.n, 0);
                assert_int_equal(r.header.height, 0);
                if (st != UR_E_UNAVAILABLE) {
                    fail_msg("%s: %s", ur_status_name(st), ur_err_text(&err, st));
                }
                assert_false(with_honest);
                none++;
            }
            ur_view_records_free(&r);
        }
        close_world(&w);
    }
    print_message("hostile sources: %d runs, %u answers (all true), %u without\n", RUNS, good, none);
    assert_true(good > RUNS && none > 0);
    free(weak);
    free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_node), cmocka_unit_test(what_a_heartbeat_costs), cmocka_unit_test(too_old_to_go_on), cmocka_unit_test(a_wrong_anchor),
        cmocka_unit_test(clocks),         cmocka_unit_test(waiting_for_a_block), cmocka_unit_test(forks),
        cmocka_unit_test(hostile_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
