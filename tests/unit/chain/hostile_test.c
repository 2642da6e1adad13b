/* The view over real HTTP through proxies that do all they can against it (tests/light/proxy.h). */
#include "tests/light/proxy.h"
#include "tests/unit/chain/view_kit.h"

enum { SOURCES = 3, HONEST_WAIT_MS = 600000 };

typedef struct proxied {
    world w;
    size_t n;
    made_node nodes[2 * SOURCES];
    proxy proxies[SOURCES];
} proxied;

static void open_proxied(proxied *p, made_chain *chain, unsigned witnesses, unsigned ask_ms)
{
    *p = (proxied){.w.chain = chain};
    made_clock_init(&p->w.clock, 100000 + 10 * NODE_HEIGHTS);
    open_trust(&p->w, true);
    ur_view_options o = {.ops = &made_ops, .clock = &p->w.clock.clock, .sleep = made_sleep, .context = &p->w.clock, .witnesses = witnesses,
                         .ask_ms = ask_ms};
    assert_ok(ur_view_new(&p->w.view, p->w.trust, &o, NULL));
}

/* One more source: a chain up to a height, and perhaps a fork, behind a proxy of which seed, percent and faults are set. */
static void add_proxy(proxied *p, const made_chain *chain, size_t top, const made_chain *fork, proxy how)
{
    static const char *const names[SOURCES] = {"a", "b", "c"};
    ur_chain_source s, other = {0};
    size_t i = p->n++;
    p->nodes[2 * i] = honest(chain, top);
    p->proxies[i] = how;
    if (fork != NULL) {
        p->nodes[2 * i + 1] = honest(fork, NODE_HEIGHTS);
        other = node_source(&p->nodes[2 * i + 1]);
    }
    proxy_start(&p->proxies[i], node_source(&p->nodes[2 * i]), other);
    assert_ok(ur_chain_source_rpc_new(&s, p->proxies[i].url, NULL));
    assert_ok(ur_view_add_source(p->w.view, &s, names[i], NULL));
}

static void close_proxied(proxied *p)
{
    close_world(&p->w);
    for (size_t i = 0; i < p->n; i++) {
        proxy_stop(&p->proxies[i]);
    }
}

/* Seeded runs: every fault alone and all of them mixed, on every answer or some, with and without an honest source. */
static void hostile_proxies(void **state)
{
    (void)state;
    enum { RUNS = 440 };
    proxied p;
    made_chain *chain = made_chain_new("made-1");
    made_chain *weak = made_fork_new(chain, 9, 3), *strange = made_lunatic_new(chain, 9, 3, 0); /* a third, not more */
    test_rng rng = test_rng_start("hostile proxies");
    unsigned good = 0, none = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        proxy_fault only = (proxy_fault)(run % PROXY_FAULTS);
        bool slow = only == PROXY_WITHHELD || only == PROXY_SLOW, with_honest = run / PROXY_FAULTS % 3 == 0;
        open_proxied(&p, chain, 0, slow ? 60 : 2000);
        for (size_t i = 0; i < SOURCES; i++) {
            proxy how = {.rng = {test_rng_u64(&rng)}, .percent = (unsigned)(10 + test_rng_below(&rng, slow ? 30 : 91)), .only = only, .below = PROXY_WITHHELD}; /* the mix is of those that take no time */
            how.percent = with_honest && i == SOURCES - 1 ? 0 : how.percent;
            size_t top = how.percent == 0 ? NODE_HEIGHTS : 20 + test_rng_below(&rng, 28);
            add_proxy(&p, chain, top, test_rng_below(&rng, 2) ? weak : strange, how);
        }
        int64_t last = 0;
        for (int step = 0; step < (slow ? 2 : 4); step++) {
            ur_view_records r;
            ur_err err;
            int64_t under = step % 2 == 0 ? 0 : (int64_t)(2 + test_rng_below(&rng, 19));
            ur_status st = get(p.w.view, &r, under, with_honest ? HONEST_WAIT_MS : 2000, &err);
            if (st == UR_OK) {
                assert_true_records(chain, &r, key_names, 6);
                assert_true(under == 0 || r.header.height == under);
                assert_true(under != 0 || r.header.height >= last); /* never back */
                last = under == 0 ? r.header.height : last;
                good++;
            } else {
                assert_int_equal(r.n, 0);
                assert_int_equal(r.header.height, 0);
                if (st != UR_E_UNAVAILABLE || with_honest) {
                    fail_msg("run %u: %s: %s", run, ur_status_name(st), ur_err_text(&err, st));
                }
                none++;
            }
            ur_view_records_free(&r);
        }
        close_proxied(&p);
    }
    print_message("hostile proxies: %d runs, %u answers (all true), %u without\n", RUNS, good, none);
    assert_true(good > RUNS && none > 0);
    free(strange);
    free(weak);
    free(chain);
}

/* The records of one look are asked for in one exchange; of a node that takes no batches, one by one. */
static void many_records_at_once(void **state)
{
    (void)state;
    made_chain *chain = made_chain_new("made-1");
    for (int refused = 0; refused < 2; refused++) {
        proxied p;
        ur_view_records r;
        ur_err err;
        open_proxied(&p, chain, 0, 5000);
        add_proxy(&p, chain, 30, NULL, (proxy){.no_batches = refused});
        for (int64_t under = 28; under < 30; under++) {
            ur_light_header h;
            assert_ok(ur_view_sync(p.w.view, &h, under, 1000, &err));
            unsigned before = atomic_load(&p.proxies[0].server.requests);
            assert_ok(get(p.w.view, &r, under, 1000, &err));
            assert_true_records(chain, &r, key_names, 6);
            unsigned asked = atomic_load(&p.proxies[0].server.requests) - before;
            assert_int_equal(asked, !refused ? 1 : under == 28 ? 7 : 6); /* the first time it is tried */
            ur_view_records_free(&r);
        }
        close_proxied(&p);
    }
    free(chain);
}

/* With one honest witness: a fork that verifies is reported as one, whoever leads; one that does not is a source that lies, and the
 * others are believed. `verifies`: for how many signers (or validators taken) of nine. */
static void fork_by(made_chain *chain, const made_chain *fork, bool verifies, bool fork_leads)
{
    proxied p;
    ur_light_header h;
    ur_err err;
    int64_t headers, evidence;
    open_proxied(&p, chain, 1, 5000);
    add_proxy(&p, fork_leads ? fork : chain, 30, NULL, (proxy){.percent = 0});
    add_proxy(&p, fork_leads ? chain : fork, 30, NULL, (proxy){.percent = 0});
    add_proxy(&p, chain, 30, NULL, (proxy){.percent = 0});
    ur_status st = ur_view_sync(p.w.view, &h, 30, 20000, &err);
    assert_ok(ur_trust_count(p.w.trust, &headers, &evidence, NULL));
    assert_true(evidence > 0);
    if (verifies) {
        assert_status(st, UR_E_POLICY);
        assert_status(ur_view_sync(p.w.view, &h, 0, 1000, &err), UR_E_POLICY);
    } else {
        ur_view_source_state s;
        ur_view_source_state_of(p.w.view, fork_leads ? 0 : 1, &s);
        assert_true(s.lied);
        assert_status(st, UR_OK);
        assert_memory_equal(h.hash, chain->blocks[30].commit.block.hash.bytes, 32);
    }
    close_proxied(&p);
}

static void forks_by_few_and_many(void **state)
{
    (void)state;
    made_chain *chain = made_chain_new("made-1");
    for (size_t signers = 0; signers <= 9; signers++) {
        /* signed by these of the right validators: it takes more than two thirds; by strangers with these: more than one */
        made_chain *same = made_fork_new(chain, 12, signers), *strange = made_lunatic_new(chain, 4, signers, 0);
        for (int leads = 0; leads < 2; leads++) {
            fork_by(chain, same, signers >= 7, leads);
            fork_by(chain, strange, signers >= 4, leads);
        }
        free(strange);
        free(same);
    }
    free(chain);
}

/* Headers whose times lie ahead of the clock or not behind what is known, whoever signed them, are not believed. */
static void lies_about_time(void **state)
{
    (void)state;
    made_chain *chain = made_chain_new("made-1");
    static const int64_t shifts[] = {100000, 1000, -1000, -100000};
    for (size_t i = 0; i < sizeof shifts / sizeof *shifts; i++) {
        proxied p;
        ur_light_header h;
        ur_err err;
        made_chain *liar = made_lunatic_new(chain, 4, 9, shifts[i]);
        open_proxied(&p, chain, 0, 5000);
        add_proxy(&p, liar, 30, NULL, (proxy){.percent = 0});
        assert_status(ur_view_sync(p.w.view, &h, 30, 1000, &err), UR_E_UNAVAILABLE);
        add_proxy(&p, chain, 30, NULL, (proxy){.percent = 0});
        assert_status(ur_view_sync(p.w.view, &h, 30, 1000, &err), UR_OK);
        assert_memory_equal(h.hash, chain->blocks[30].commit.block.hash.bytes, 32);
        close_proxied(&p);
        free(liar);
    }
    free(chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forks_by_few_and_many), cmocka_unit_test(lies_about_time), cmocka_unit_test(many_records_at_once),
        cmocka_unit_test(hostile_proxies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
