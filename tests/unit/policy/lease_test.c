/* Leases: they end before the ledger may count silence, whatever clocks, lags and halts there were. */
#include "core/policy/lease.h"
#include "tests/test.h"

#define S_NS 1000000000ull
#define S_MS 1000ull

static const ur_policy policy = {.period_s = 3600, .grace_s = 10800, .silence_blocks = 480};

static void as_the_design_says(void **state)
{
    (void)state;
    /* margin: 60 s. Sent at 5000 s since boot, recorded in a block of 1,000,000 s, proven by one of 1,000,006 s. */
    ur_lease l = ur_lease_of(&policy, 5000 * S_MS, 1000000 * S_NS, 1000006 * S_NS);
    assert_int_equal(l.until_boot_ms, (5000 + 14400 - 6 - 60) * S_MS);
    assert_int_equal(l.until_header_ns, (1000000 + 14400 - 60) * S_NS);
    assert_true(ur_lease_holds(&l, l.until_boot_ms - 1, l.until_header_ns - 1));
    assert_false(ur_lease_holds(&l, l.until_boot_ms, 0));
    assert_false(ur_lease_holds(&l, 0, l.until_header_ns));
}

static void parts_of_a_millisecond_count_whole(void **state)
{
    (void)state;
    ur_lease l = ur_lease_of(&policy, 0, 1000 * S_NS, 1000 * S_NS + 1);
    assert_int_equal(l.until_boot_ms, 14340 * S_MS - 1);
}

static void none_is_left(void **state)
{
    (void)state;
    const ur_lease none = {0, 0};
    assert_false(ur_lease_holds(&none, 0, 0));
    ur_lease l = ur_lease_of(&policy, 5000 * S_MS, 1000 * S_NS, (1000 + 14340) * S_NS); /* a halt as long as the lease */
    assert_memory_equal(&l, &none, sizeof l);
    l = ur_lease_of(&policy, 5000 * S_MS, 1000 * S_NS, 1000 * S_NS); /* no time passes between two blocks */
    assert_memory_equal(&l, &none, sizeof l);
    l = ur_lease_of(&policy, 5000 * S_MS, UINT64_MAX - 10, UINT64_MAX);
    assert_memory_equal(&l, &none, sizeof l);
    const ur_policy nothing = {.period_s = 30, .grace_s = 30};
    l = ur_lease_of(&nothing, 5000 * S_MS, 1000 * S_NS, 1001 * S_NS);
    assert_memory_equal(&l, &none, sizeof l);
}

/* The rule behind the formula: a block is voted for after what it holds was sent. Then the lease has ended when the ledger's
 * clock, which never runs ahead of real time, comes to silence. */
static void ends_before_silence(void **state)
{
    (void)state;
    test_rng rng = test_rng_start("lease");
    for (int k = 0; k < 100000; k++) {
        const ur_policy p = {.period_s = 60 + test_rng_u64(&rng) % 100000, .grace_s = 240 + test_rng_u64(&rng) % 1000000};
        uint64_t boot_at = test_rng_u64(&rng) % (1000 * S_MS);                  /* real time at which boot_ms was 0 */
        uint64_t sent = boot_at + test_rng_u64(&rng) % (1000000 * S_MS);        /* real */
        uint64_t made = sent + test_rng_u64(&rng) % (600 * S_MS);               /* block H, real; its votes bear that time */
        uint64_t behind = test_rng_u64(&rng) % (2000000 * S_MS);                /* a halt before H */
        uint64_t recorded = made > behind ? made - behind : 0;                  /* H's header */
        ur_lease l = ur_lease_of(&p, sent - boot_at, recorded * 1000000, (made + 1) * 1000000);
        uint64_t silent_real = recorded + (p.period_s + p.grace_s) * S_MS;      /* header time = real time from here on */
        if (l.until_boot_ms != 0) {
            assert_true(l.until_boot_ms + boot_at + ur_policy_margin_s(&p) * S_MS <= silent_real);
        }
    }
}

static void heartbeats_come_early(void **state)
{
    (void)state;
    assert_int_equal(ur_lease_next_heartbeat(&policy, 1000, 0), 1000 + 900 * S_MS);
    uint64_t late = ur_lease_next_heartbeat(&policy, 1000, UINT32_MAX);
    assert_true(late < 1000 + 2700 * S_MS && late >= 1000 + 2699 * S_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_design_says), cmocka_unit_test(parts_of_a_millisecond_count_whole), cmocka_unit_test(none_is_left),
        cmocka_unit_test(ends_before_silence), cmocka_unit_test(heartbeats_come_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
