#include "tests/test.h"

#include "core/light/merkle.h"

/* RFC 6962 section 2.1, word for word. */
static void by_definition(uint8_t out[32], uint8_t leaves[][4], size_t n)
{
    uint8_t both[65];
    if (n == 0) {
        ur_sha256_of(out, (ur_span){0});
    } else if (n == 1) {
        both[0] = 0;
        memcpy(both + 1, leaves[0], 4);
        ur_sha256_of(out, ur_span_of(both, 5));
    } else {
        size_t k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        both[0] = 1;
        by_definition(both + 1, leaves, k);
        by_definition(both + 33, leaves + k, n - k);
        ur_sha256_of(out, ur_span_of(both, 65));
    }
}

static void as_defined(void **state)
{
    (void)state;
    static uint8_t leaves[520][4];
    for (size_t i = 0; i < 520; i++) {
        leaves[i][0] = (uint8_t)i;
        leaves[i][1] = (uint8_t)(i >> 8);
    }
    for (size_t n = 0; n <= 520; n += n < 70 ? 1 : 45) {
        uint8_t want[32], got[32];
        ur_merkle m;
        ur_merkle_init(&m);
        for (size_t i = 0; i < n; i++) {
            ur_merkle_add_var(&m, ur_span_of(leaves[i], 4));
        }
        assert_ok(ur_merkle_root_var(&m, got));
        by_definition(want, leaves, n);
        assert_memory_equal(want, got, 32);
    }
}

static void the_limit(void **state)
{
    (void)state;
    uint8_t root[32] = {1};
    ur_merkle m;
    ur_merkle_init(&m);
    for (size_t i = 0; i < 65535; i++) {
        ur_merkle_add_var(&m, UR_SPAN_LIT("x"));
    }
    ur_merkle copy = m;
    assert_ok(ur_merkle_root_var(&copy, root));
    ur_merkle_add_var(&m, UR_SPAN_LIT("x"));
    assert_status(ur_merkle_root_var(&m, root), UR_E_LIMIT);
    assert_int_equal(root[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_defined), cmocka_unit_test(the_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
