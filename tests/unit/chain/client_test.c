#include "tests/unit/chain/client_kit.h"

static void test_plain(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[1] = {{0}};
    ur_client_result r;
    ur_err err;
    kit_start(&c, "plain");
    ur_client *client = kit_client(&c, nodes, 1);
    for (unsigned i = 0; i < 5; i++) {
        char memo[16];
        (void)snprintf(memo, sizeof memo, "m%u", i);
        assert_ok(kit_send(&c, client, &r, memo, 0, &err));
        assert_int_equal(r.fate, UR_FATE_INCLUDED);
        assert_int_equal(r.gas, 130000);
        assert_int_equal(r.fee, 3250);
        assert_int_equal(r.sequence, 3 + i);
        assert_true(ur_span_eq_var(ur_span_of(r.tx.log.p, 6), UR_SPAN_LIT("said \"")));
        assert_int_equal(kit_effects(&c, memo), 1);
        ur_client_result_free(&r);
    }
    ur_client_free(&client);
}

static void test_dry_run(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[1] = {{0}};
    ur_client_result r;
    ur_err err = {0};
    kit_start(&c, "dry run");
    ur_client *client = kit_client(&c, nodes, 1);
    ur_msg m = {.kind = UR_MSG_SEND, .u.send = {.from = ur_span_str_var(c.address)}};
    ur_client_send_options o = {.msgs = &m, .n = 1, .key = &c.key, .dry_run = true};
    assert_ok(ur_client_send(client, &r, &o, &err));
    assert_int_equal(r.fate, UR_FATE_NOT_SENT);
    assert_int_equal(r.gas, 130000);
    assert_int_equal(nodes[0].broadcasts, 0);
    m.u.send.from = UR_SPAN_LIT("kit1somebody");
    assert_status(ur_client_send(client, &r, &o, &err), UR_E_USAGE);
    assert_non_null(strstr(err.text, "whose key signs"));
    ur_client_free(&client);
}

/* The answer to a broadcast is lost after it took effect; it goes to the next node, whose answer cannot count as a refusal. */
static void test_lost_answer(void **state)
{
    (void)state;
    static kit_chain c;
    for (int fault = KIT_LOST_BEFORE; fault <= KIT_GARBAGE; fault++) {
        for (unsigned block_at_once = 0; block_at_once < 2; block_at_once++) {
            kit_node nodes[2] = {{.once = (kit_fault)fault}, {0}};
            ur_client_result r;
            ur_err err;
            kit_start(&c, "lost answer");
            c.block_percent = block_at_once != 0 ? 100 : 20;
            ur_client *client = kit_client(&c, nodes, 2);
            assert_ok(kit_send(&c, client, &r, "once", 0, &err));
            assert_int_equal(r.fate, UR_FATE_INCLUDED);
            assert_int_equal(kit_effects(&c, "once"), 1);
            assert_int_equal(c.done, 1);
            ur_client_result_free(&r);
            ur_client_free(&client);
        }
    }
}

/* Every node dies after the broadcast: the fate is unknown, nothing else is sent, and settling says what became of it. */
static void test_unknown(void **state)
{
    (void)state;
    static kit_chain c;
    for (int taken = 0; taken < 2; taken++) {
        kit_node nodes[1] = {{.once = taken != 0 ? KIT_LOST_AFTER : KIT_LOST_BEFORE}};
        ur_client_result r, next;
        ur_err err;
        kit_start(&c, "unknown");
        c.block_percent = 0;
        ur_client *client = kit_client(&c, nodes, 1);
        assert_status(kit_send(&c, client, &r, "first", 500, &err), UR_E_UNAVAILABLE);
        assert_int_equal(r.fate, UR_FATE_UNKNOWN);
        assert_non_null(strstr(err.text, "may be taken up to block 15"));
        assert_status(kit_send(&c, client, &next, "second", 1000, &err), UR_E_STATE);
        assert_int_equal(next.fate, UR_FATE_NOT_SENT);
        assert_non_null(strstr(err.text, "an earlier transaction"));
        ur_client_result again = r; /* as another process would, from what was printed */
        c.block_percent = 100;
        ur_status st = ur_client_settle(client, &again, c.address, 0, &err);
        assert_status(st, taken != 0 ? UR_OK : UR_E_UNAVAILABLE);
        assert_int_equal(again.fate, taken != 0 ? UR_FATE_INCLUDED : UR_FATE_NOT_SENT);
        assert_int_equal(kit_effects(&c, "first"), (unsigned)taken);
        ur_client_result_free(&again);
        assert_ok(kit_send(&c, client, &next, "second", 0, &err));
        assert_int_equal(kit_effects(&c, "second"), 1);
        ur_client_result_free(&next);
        ur_client_free(&client);
    }
}

static void test_mempool_full(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[1] = {{0}};
    ur_client_result r;
    ur_err err;
    kit_start(&c, "full");
    c.mempool_max = 0;
    ur_client *client = kit_client(&c, nodes, 1);
    assert_status(kit_send(&c, client, &r, "full", 3000, &err), UR_E_UNAVAILABLE);
    assert_int_equal(r.fate, UR_FATE_NOT_SENT);
    assert_non_null(strstr(err.text, "full"));
    assert_true(nodes[0].broadcasts > 2);
    assert_int_equal(c.done, 0);
    ur_client_free(&client);
}

/* Somebody else holds the same key: their transaction stands in the mempool, or takes the sequence of one that is under way. */
static void test_rival(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[1] = {{0}};
    ur_client_result r;
    ur_err err;
    kit_start(&c, "rival");
    ur_client *client = kit_client(&c, nodes, 1);
    c.mempool[c.waiting++] = (kit_tx){.sequence = 3, .memo = "rival"};
    assert_ok(kit_send(&c, client, &r, "ours", 0, &err));
    assert_int_equal(r.sequence, 4);
    ur_client_result_free(&r);
    nodes[0].once = KIT_LOST_BEFORE;
    c.block_percent = 0;
    assert_status(kit_send(&c, client, &r, "lost", 500, &err), UR_E_UNAVAILABLE);
    assert_int_equal(r.fate, UR_FATE_UNKNOWN);
    c.waiting = 0;
    c.mempool[c.waiting++] = (kit_tx){.sequence = 5, .memo = "rival"};
    c.block_percent = 100;
    assert_status(kit_send(&c, client, &r, "next", 0, &err), UR_E_STATE); /* was it ours? nobody can say */
    assert_non_null(strstr(err.text, "no node knows"));
    assert_int_equal(kit_effects(&c, "next"), 0);
    ur_client_free(&client);
}

static void test_failed_in_block(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[1] = {{0}};
    ur_client_result r;
    ur_err err;
    kit_start(&c, "failed");
    c.next_code = 5;
    ur_client *client = kit_client(&c, nodes, 1);
    assert_status(kit_send(&c, client, &r, "fails", 0, &err), UR_E_POLICY);
    assert_int_equal(r.fate, UR_FATE_INCLUDED);
    assert_int_equal(r.tx.code, 5);
    assert_non_null(strstr(err.text, "said"));
    ur_client_result_free(&r);
    ur_client_free(&client);
}

static void test_failover(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[3] = {{.dead = true}, {.chain_id = "other-1"}, {0}};
    ur_client_account a;
    ur_err err = {0};
    kit_start(&c, "failover");
    ur_client *client = kit_client(&c, nodes, 3);
    for (int i = 0; i < 10; i++) {
        assert_ok(ur_client_account_of(client, &a, c.address, &err));
        assert_int_equal(a.sequence, 3);
    }
    assert_int_equal(nodes[0].asked, 1); /* and then the one that helps */
    assert_int_equal(nodes[1].asked, 1);
    nodes[2].dead = true;
    assert_status(ur_client_account_of(client, &a, c.address, &err), UR_E_UNAVAILABLE);
    nodes[0].dead = false;
    assert_ok(ur_client_account_of(client, &a, c.address, &err));
    ur_client_free(&client);
}

/* A node that has just started refuses good signatures: another one is asked, or it is asked again; but not for ever. */
static void test_fresh_node(void **state)
{
    (void)state;
    static kit_chain c;
    for (int alone = 0; alone < 3; alone++) {
        kit_node nodes[2] = {{.fresh = alone == 2 ? 1000 : 2}, {0}};
        ur_client_result r;
        ur_err err;
        kit_start(&c, "fresh");
        ur_client *client = kit_client(&c, nodes, alone > 0 ? 1 : 2);
        assert_status(kit_send(&c, client, &r, "fresh", 0, &err), alone == 2 ? UR_E_POLICY : UR_OK);
        assert_int_equal(kit_effects(&c, "fresh"), alone == 2 ? 0 : 1);
        assert_int_equal(r.fate, alone == 2 ? UR_FATE_NOT_SENT : UR_FATE_INCLUDED);
        ur_client_result_free(&r);
        ur_client_free(&client);
    }
}

typedef struct seen {
    size_t n, stop_at;
    int64_t last_height;
} seen;

static ur_status visit(void *context, const ur_node_tx *tx)
{
    seen *s = context;
    if (s->n == s->stop_at) {
        return UR_E_STATE;
    }
    s->n++;
    assert_true(tx->height >= s->last_height);
    s->last_height = tx->height;
    return UR_OK;
}

static void test_catch_up(void **state)
{
    (void)state;
    static kit_chain c;
    kit_node nodes[2] = {{.fault_percent = 30}, {.fault_percent = 30}};
    ur_err err = {0};
    kit_start(&c, "catch up");
    ur_client *client = kit_client(&c, nodes, 2);
    for (unsigned i = 0; i < 173; i++) {
        c.tx[c.done] = (kit_tx){.n = 4, .height = 11 + i / 3, .index = i % 3, .bytes = {(uint8_t)i, 1, 2, 3}};
        ur_sha256_of(c.tx[c.done].hash, ur_span_of(c.tx[c.done].bytes, 4));
        c.done++;
    }
    c.height = 100;
    int64_t from = 1;
    seen s = {.stop_at = SIZE_MAX};
    while (from <= 100) { /* all nodes may fail at once: go on from where it stopped */
        s.n = 0;
        s.last_height = 0;
        (void)!ur_client_catch_up(client, &from, "kit1contract", visit, &s, &err);
    }
    assert_int_equal(from, 101);
    nodes[0].fault_percent = nodes[1].fault_percent = 0;
    from = 1;
    s = (seen){.stop_at = 100};
    assert_status(ur_client_catch_up(client, &from, "kit1contract", visit, &s, &err), UR_E_STATE);
    assert_int_equal(from, 11 + 100 / 3); /* the transactions of this height come again */
    s = (seen){.stop_at = SIZE_MAX};
    assert_ok(ur_client_catch_up(client, &from, "kit1contract", visit, &s, &err));
    assert_int_equal(s.n, 173 - 99);
    assert_int_equal(from, 101);
    ur_client_free(&client);
}

/* Whatever fails in whatever order: an effect once where it is said to be, never where it is said not to be, and never twice. */
static void test_walk(void **state)
{
    (void)state;
    static kit_chain c;
    unsigned fates[3] = {0}, states = 0;
    kit_start(&c, "walk");
    for (unsigned round = 0; round < 300; round++) {
        kit_node nodes[KIT_NODES] = {{0}};
        ur_err err;
        test_rng rng = c.rng;
        uint64_t now = c.now_ms;
        c = (kit_chain){.height = 10, .sequence = 3, .now_ms = now, .rng = rng, .key = c.key};
        c.index_lag = (int64_t)test_rng_below(&c.rng, 3);
        c.mempool_max = 1 + (unsigned)test_rng_below(&c.rng, 3);
        c.block_percent = 10 + (unsigned)test_rng_below(&c.rng, 90);
        c.forget_percent = (unsigned)test_rng_below(&c.rng, 30);
        c.between_percent = (unsigned)test_rng_below(&c.rng, 20);
        c.rival_percent = (unsigned)test_rng_below(&c.rng, 3);
        for (size_t i = 0; i < KIT_NODES; i++) {
            nodes[i].fault_percent = (unsigned)test_rng_below(&c.rng, 70);
        }
        ur_client *client = kit_client(&c, nodes, 1 + test_rng_below(&c.rng, KIT_NODES));
        char memo[12][16];
        ur_client_fate fate[12];
        for (unsigned i = 0; i < 12; i++) {
            ur_client_result r;
            (void)snprintf(memo[i], sizeof memo[i], "w%u", i);
            ur_status st = kit_send(&c, client, &r, memo[i], 200 + (unsigned)test_rng_below(&c.rng, 4000), &err);
            states += st == UR_E_STATE;
            fates[r.fate]++;
            fate[i] = r.fate;
            assert_true((st == UR_OK) == (r.fate == UR_FATE_INCLUDED));
            if (r.fate == UR_FATE_INCLUDED) {
                assert_int_equal(kit_effects(&c, memo[i]), 1);
            }
            ur_client_result_free(&r);
        }
        for (int i = 0; i < 30; i++) { /* whatever waits still, time out */
            kit_block(&c);
        }
        for (unsigned i = 0; i < 12; i++) {
            unsigned n = kit_effects(&c, memo[i]);
            assert_true(fate[i] == UR_FATE_INCLUDED ? n == 1 : fate[i] == UR_FATE_NOT_SENT ? n == 0 : n <= 1);
        }
        ur_client_free(&client);
    }
    print_message("walk: %u not sent, %u included, %u unknown; %u times an earlier one was open\n", fates[0], fates[1], fates[2], states);
    assert_true(fates[0] > 0 && fates[1] > 0 && fates[2] > 0 && states > 0); /* else it walked nowhere */
}

static void test_options(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "ukit", "0.025", "1.ukit", ".5ukit", "0.0000001ukit", "-1ukit", "1..2ukit", "1ukit ", "1uk"};
    ur_client *client;
    ur_err err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const ur_client_options o = {.prefix = "kit", .gas_price = bad[i]};
        assert_status(ur_client_new(&client, &o, &err), UR_E_USAGE);
        assert_non_null(strstr(err.text, "0.025ustake"));
    }
    const ur_client_options prefix = {.prefix = "Kit"};
    assert_status(ur_client_new(&client, &prefix, &err), UR_E_USAGE);
    assert_null(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),   cmocka_unit_test(test_dry_run), cmocka_unit_test(test_lost_answer),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_mempool_full), cmocka_unit_test(test_rival),
        cmocka_unit_test(test_failed_in_block), cmocka_unit_test(test_failover), cmocka_unit_test(test_catch_up), cmocka_unit_test(test_fresh_node),
        cmocka_unit_test(test_walk),    cmocka_unit_test(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
