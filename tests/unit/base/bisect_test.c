#include "core/base/bisect.h"
#include "tests/test.h"

typedef struct asked {
    const uint8_t *wrong;
    size_t questions;
} asked;

static ur_status holds(void *self, size_t from, size_t to)
{
    asked *a = self;
    a->questions++;
    assert_true(from < to);
    for (size_t i = from; i < to; i++) {
        if (a->wrong[i] != 0) {
            return UR_E_PROOF;
        }
    }
    return UR_OK;
}

static void every_pattern(void **state)
{
    (void)state;
    uint8_t wrong[12], bad[12];
    for (size_t n = 0; n <= 12; n++) {
        for (uint32_t pattern = 0; pattern < 1u << n; pattern++) {
            asked a = {wrong, 0};
            for (size_t i = 0; i < n; i++) {
                wrong[i] = pattern >> i & 1;
            }
            assert_status(ur_bisect_var(bad, n, holds, &a), pattern == 0 ? UR_OK : UR_E_PROOF);
            assert_memory_equal(bad, wrong, n);
            assert_true(a.questions <= 2 * n + 1);
        }
    }
}

static void the_longest(void **state)
{
    (void)state;
    static uint8_t wrong[UR_BISECT_MAX], bad[UR_BISECT_MAX];
    asked a = {wrong, 0};
    assert_ok(ur_bisect_var(bad, UR_BISECT_MAX, holds, &a));
    assert_int_equal(a.questions, 1);
    wrong[0] = wrong[UR_BISECT_MAX - 1] = wrong[12345] = 1;
    a.questions = 0;
    assert_status(ur_bisect_var(bad, UR_BISECT_MAX, holds, &a), UR_E_PROOF);
    assert_memory_equal(bad, wrong, UR_BISECT_MAX);
    assert_true(a.questions < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_pattern), cmocka_unit_test(the_longest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
