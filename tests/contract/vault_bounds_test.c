/* The work of each message is the same whatever the state holds: how often it uses storage, and how many bytes, is counted with few
 * vaults and many, early in a vault's life and late, and with as many pending requests as there can be. */
#include "tests/contract/vault_kit.h"

typedef struct work {
    size_t reads, writes, removes, bytes;
} work;

static work work_of(const kit_world *w)
{
    const host_mem *h = &w->s.sides[0].host;
    work x = {0, 0, 0, 0};
    for (size_t i = 0; i < h->op_count; i++) {
        const host_op *op = &h->ops[i];
        x.reads += op->kind == HOST_READ;
        x.writes += op->kind == HOST_WRITE;
        x.removes += op->kind == HOST_REMOVE;
        x.bytes += op->kind == HOST_READ || op->kind == HOST_WRITE ? op->value_len : 0;
    }
    return x;
}

static size_t count(const kit_world *w, host_op_kind kind)
{
    const host_mem *h = &w->s.sides[0].host;
    size_t n = 0;
    for (size_t i = 0; i < h->op_count; i++) {
        n += h->ops[i].kind == kind;
    }
    return n;
}

/* At most so much, said where it is measured. */
#define assert_work(w, r, wr, rm, by)                                                                                             \
    do {                                                                                                                         \
        work got_ = work_of(w);                                                                                                  \
        if (got_.reads != (r) || got_.writes != (wr) || got_.removes > (rm) || got_.bytes > (by)) {                              \
            fail_msg("line %d: %zu reads, %zu writes, %zu removals, %zu bytes", __LINE__, got_.reads, got_.writes, got_.removes, \
                     got_.bytes);                                                                                                \
        }                                                                                                                        \
    } while (0)

/* The messages of a recovery, and what each touches. */
static void hot_path(void **state)
{
    kit_world *w = *state;
    kit_heartbeat(w);
    assert_work(w, 1, 1, 0, 2 * 128); /* one record read, one written */
    assert_int_equal(count(w, HOST_VERIFY), 1);
    kit_fall_silent(w);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    kit_approve(w, q, KIT_TEE);
    kit_window(w);
    kit_begin(w, q, KIT_TEE);
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_send_evidence(w, q, &r, false);
    assert_taken(w);
    kit_generation(w, 2, 3, 5);
    kit_send_vote(w, q, 1);
    assert_taken(w);
    assert_work(w, 3, 1, 0, 2 * 87 + 380); /* votes, committee, holder; votes */
    kit_send_vote(w, q, 2);
    kit_send_vote(w, q, 3);
    assert_taken(w);
    kit_send_share(w, 1, 1, &r);
    assert_taken(w);
    assert_work(w, 4, 2, 0, 27 + 192 + 1000); /* release, committee, holder, count; share, count */
    assert_int_equal(count(w, HOST_PAIRING), 1);
    assert_int_equal(count(w, HOST_HASH), 0); /* the identity was hashed at the t-th vote */
}

/* Requests in all slots, with evidence and votes: a heartbeat removes them, and that is the most it ever does. */
static void most_that_a_heartbeat_does(void **state)
{
    kit_world *w = *state;
    kit_fall_silent(w);
    uint64_t a = kit_request(w, KIT_ALICE, KIT_TEE), b = kit_request(w, KIT_BOB, KIT_TEE_2);
    kit_approve(w, a, KIT_TEE);
    kit_approve(w, b, KIT_TEE_2);
    kit_window(w);
    kit_begin(w, a, KIT_TEE);
    kit_begin(w, b, KIT_TEE_2);
    kit_recipient r = kit_recipient_make(w, a, KIT_TEE, 1);
    kit_send_evidence(w, a, &r, false);
    kit_send_vote(w, a, 1);
    assert_taken(w);
    kit_heartbeat(w);
    assert_work(w, 2, 1, 3 * 2, 2 * 128 + 81); /* three for each slot */
}

/* ---- many vaults ---- */

/* The hot record again under the numbers 2..to - 1, and the counter past them. */
static void crowd(kit_world *w, uint64_t to)
{
    host_mem *h = &w->s.sides[0].host;
    uint8_t record[UC_VAULT_BYTES], config[17] = {1, [8] = 2};
    ur_key key;
    ur_span found;
    assert_ok(host_mem_get(h, ur_key_vault(&key, 1), &found));
    memcpy(record, found.p, sizeof record);
    host_mem_begin(h);
    for (uint64_t v = 2; v < to; v++) {
        assert_ok(h->host.put(&w->s.sides[0].host, ur_key_vault(&key, v), ur_span_of(record, sizeof record)));
        if (v % 1000 == 0) {
            host_mem_begin(h); /* forgets what it noted */
        }
    }
    for (int b = 0; b < 8; b++) {
        config[9 + b] = (uint8_t)(to >> (8 * (7 - b)));
    }
    assert_ok(h->host.put(h, ur_key_config(&key), ur_span_of(config, sizeof config)));
    host_mem_end(h, true);
}

enum { STEPS = 12 };

/* Every step of a life, and its work. */
static void measure(kit_world *w, work out[STEPS])
{
    size_t n = 0;
#define STEP() out[n++] = work_of(w)
    kit_create_vault(w);
    STEP();
    kit_next_version(w, "a sealed file");
    STEP();
    kit_heartbeat(w);
    STEP();
    kit_fall_silent(w);
    uint64_t q = kit_request(w, KIT_ALICE, KIT_TEE);
    STEP();
    kit_approve(w, q, KIT_TEE);
    STEP();
    kit_window(w);
    kit_begin(w, q, KIT_TEE);
    STEP();
    kit_recipient r = kit_recipient_make(w, q, KIT_TEE, 1);
    kit_send_evidence(w, q, &r, false);
    STEP();
    kit_send_vote(w, q, 1);
    STEP();
    kit_send_vote(w, q, 2);
    STEP();
    kit_send_share(w, 1, 1, &r);
    STEP();
    kit_send_share(w, 1, 2, &r);
    STEP();
    kit_instance next = kit_instance_of(21), former = w->instance;
    kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
    s.signer = s.key = &next;
    kit_speak(w, KIT_TEE, &s);
    assert_taken(w);
    STEP();
    assert_int_equal(n, STEPS);
    w->instance = former;
#undef STEP
}

/* One ledger of so many vaults (memory for one side only), and the work of one more. */
static kit_world *crowded(uint64_t vaults, size_t *sides, work out[STEPS])
{
    kit_world *w = kit_new(2, 3);
    *sides = w->s.side_count;
    w->s.side_count = 1;
    kit_create_vault(w);
    crowd(w, vaults + 1);
    measure(w, out);
    return w;
}

static void vaults_do_not_matter(void **state)
{
    (void)state;
    static const uint64_t crowds[] = {100, 10000, 1000000};
    work few[STEPS], many[STEPS];
    size_t sides;
    kit_world *first = crowded(1, &sides, few);
    first->s.side_count = sides;
    kit_free(first);
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        kit_world *w = crowded(crowds[i], &sides, many);
        for (size_t k = 0; k < STEPS; k++) {
            assert_int_equal(many[k].reads, few[k].reads);
            assert_int_equal(many[k].writes, few[k].writes);
            assert_int_equal(many[k].removes, few[k].removes);
            assert_int_equal(many[k].bytes, few[k].bytes);
        }
        kit_ask(w, "{\"vaults\":{\"from\":%llu,\"limit\":50}}", (unsigned long long)crowds[i] / 2);
        assert_int_equal(kit_operations(w), 51);
        kit_ask(w, "{\"vaults\":{\"from\":%llu,\"limit\":50}}", (unsigned long long)crowds[i] + 2);
        assert_non_null(strstr(w->result, "\"vaults\":[]"));
        kit_ask(w, "{\"vaults\":{\"from\":1,\"limit\":51}}");
        assert_refused(w, "too_long", "limit");
        w->s.side_count = sides;
        kit_free(w);
    }
}

/* Nor how long a vault has lived: epochs, releases, requests of the past. */
static void age_does_not_matter(void **state)
{
    kit_world *w = *state;
    work first = {0}, x;
    for (int i = 0; i < 20; i++) {
        kit_release(w, KIT_TEE, (uint8_t)i);
        kit_instance next = kit_instance_of((uint8_t)(30 + i));
        kit_saying s = kit_say(w, UR_STATEMENT_ACTIVATE);
        s.signer = s.key = &next;
        kit_speak(w, KIT_TEE, &s);
        assert_taken(w);
        x = work_of(w);
        if (i == 0) {
            first = x;
        }
        assert_memory_equal(&x, &first, sizeof x);
        w->instance = next;
        kit_wait(w, 5, 1);
        kit_heartbeat(w);
        assert_work(w, 1, 1, 0, 2 * 128);
    }
}

int main(void)
{
#define BOUND(test) cmocka_unit_test_setup_teardown(test, kit_set_up, kit_tear_down)
    const struct CMUnitTest tests[] = {BOUND(hot_path), BOUND(most_that_a_heartbeat_does), cmocka_unit_test(vaults_do_not_matter), BOUND(age_does_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
